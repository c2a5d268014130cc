"""Cleaning without tables: a batch of records in, the same records cleaned out, in their order."""

from flows.batch.batch import Batch, Options, Totals
from flows.batch.fields import ALL_FIELDS, DEFAULT_FIELDS, FULL_FIELDS, checked_fields, schema_of
from flows.batch.sink import clean_records
from flows.batch.sources import read_sources

__all__ = [
    "ALL_FIELDS",
    "DEFAULT_FIELDS",
    "FULL_FIELDS",
    "Batch",
    "Options",
    "Totals",
    "checked_fields",
    "clean_records",
    "read_sources",
    "schema_of",
]
