"""Readers: raw files in, documents and rejections out; one module a format."""

from flows.readers.raw_files import RawFile, hash_file, scan
from flows.readers.records import READ_SCHEMA
from flows.readers.units import ReadUnit, UnitTables, plan, read_unit

__all__ = ["READ_SCHEMA", "RawFile", "ReadUnit", "UnitTables", "hash_file", "plan", "read_unit", "scan"]
