"""A DuckDB view per table."""

from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.errors import StorageError
from flows.tables.layout import Layout
from flows.tables.store import check_tables
from schemas import TABLES, Table

_TYPES = {
    pa.string(): "VARCHAR",
    pa.binary(): "BLOB",
    pa.bool_(): "BOOLEAN",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
}


def duckdb_type(kind: pa.DataType) -> str:
    """Return the DuckDB type as which a column of an Arrow type is read."""
    if pa.types.is_list(kind):
        return f"{duckdb_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        fields = ", ".join(f'"{field.name}" {duckdb_type(field.type)}' for field in kind)
        return f"STRUCT({fields})"
    return _TYPES[kind]


def quote(text: str) -> str:
    """Return an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def view_sql(processed: Path, table: Table, *, has_files: bool) -> str:
    """Return the statement that makes a table's view, empty but with all columns where it has no file."""
    folder = processed / table.name
    name = f"CREATE OR REPLACE VIEW {table.name} AS"
    if has_files:
        files = quote(_escaped(folder) + "/month=*/part-*.parquet")
        return (
            f"{name}\nFROM read_parquet({files}, hive_partitioning = true, hive_types = {{'month': 'VARCHAR'}}, "
            f"schema = {_schema(table)});"
        )
    columns = ", ".join(f'NULL::{duckdb_type(field.type)} AS "{field.name}"' for field in table.full_schema)
    return f"{name}\nSELECT {columns}\nWHERE false;"


def _schema(table: Table) -> str:
    """Return the columns that every file is read with: null where it is of a version before they were there.

    Given so, no file is looked at when a query begins; `union_by_name` opens them all, and lacks a column that is in
    none.
    """
    columns = (
        f"  {quote(field.name)}: {{name: {quote(field.name)}, type: {quote(duckdb_type(field.type))}, "
        "default_value: NULL}"
        for field in table.schema
    )
    return "MAP {\n" + ",\n".join(columns) + "\n}"


def _escaped(folder: Path) -> str:
    """Escape what a glob would take for a pattern."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(folder))


def views_sql(processed: Path, *, present: Collection[str] | None = None) -> str:
    """Return the statements that make all views, for `duckdb -init`.

    `present` names the tables that have files, or will have; without it the folder is looked at.
    """
    if present is None:
        present = [name for name in TABLES if any((processed / name).glob("month=*/*.parquet"))]
    head = "-- The tables of copydesk as views. Use: duckdb -init copydesk.sql\n"
    return head + "".join(
        f"\n-- {' '.join(table.doc.split())}\n{view_sql(processed.resolve(), table, has_files=table.name in present)}\n"
        for table in TABLES.values()
    )


def connect(processed: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to an in-memory database with a view per table.

    Raises StorageError when a table's files can't be read, VersionError when a newer copydesk wrote them.
    """
    check_tables(Layout(processed))
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    try:
        connection.execute(views_sql(processed))
    except duckdb.Error as error:
        raise StorageError(f"the tables in {processed} can't be read: {error}") from None
    return connection
