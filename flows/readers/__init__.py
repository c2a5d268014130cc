"""Readers: raw files in, documents and rejections out; one module a format."""

from flows.readers.raw_files import RawFile, hash_file, identify, scan
from flows.readers.records import Sink, say_passed_over
from flows.readers.registry import FORMATS
from flows.readers.rows import READ_SCHEMA, documents_table
from flows.readers.source import Slice
from flows.readers.units import (
    ReadUnit,
    UnitTables,
    plan,
    read_slice,
    read_stream,
    read_unit,
    stream_unit,
)

__all__ = [
    "FORMATS",
    "READ_SCHEMA",
    "RawFile",
    "ReadUnit",
    "Sink",
    "Slice",
    "UnitTables",
    "documents_table",
    "hash_file",
    "identify",
    "plan",
    "read_slice",
    "read_stream",
    "read_unit",
    "say_passed_over",
    "scan",
    "stream_unit",
]
