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


def view_sql(processed: Path, table: Table, *, has_files: bool, portable: bool) -> str:
    """Return the statement that makes a table's view: all of today's columns, null where a file has none of them.

    A `portable` one works in any DuckDB, and opens all files whenever a query begins; any other needs DuckDB 2.0.
    """
    head = f"CREATE OR REPLACE VIEW {table.name} AS"
    nothing = f"SELECT {_nulls(table)}\nWHERE false"
    if not has_files:
        return f"{head}\n{nothing};"
    files = quote(_escaped(processed / table.name) + "/month=*/part-*.parquet")
    hive = "hive_partitioning = true, hive_types = {'month': 'VARCHAR'}"
    if not portable:
        return f"{head}\nFROM read_parquet({files}, {hive}, schema = {_schema(table)});"
    # the rows of no file give the columns that no file has
    return f"{head}\n{nothing}\nUNION ALL BY NAME\nFROM read_parquet({files}, {hive}, union_by_name = true);"


def _nulls(table: Table) -> str:
    return ",\n  ".join(f'NULL::{duckdb_type(field.type)} AS "{field.name}"' for field in table.full_schema)


def _schema(table: Table) -> str:
    columns = (
        f"{name}: {{name: {name}, type: {quote(duckdb_type(kind))}, default_value: NULL}}"
        for name, kind in ((quote(field.name), field.type) for field in table.schema)
    )
    return f"MAP {{{', '.join(columns)}}}"


def _escaped(folder: Path) -> str:
    """Escape what a glob would take for a pattern."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(folder))


def views_sql(processed: Path, *, present: Collection[str] | None = None, portable: bool = True) -> str:
    """Return the statements that make all views: for `duckdb -init`, or not `portable`, for copydesk's own DuckDB.

    `present` names the tables that have files, or will have; without it the folder is looked at.
    """
    if present is None:
        present = [name for name in TABLES if any((processed / name).glob("month=*/*.parquet"))]
    head = "-- The tables of copydesk as views. Use: duckdb -init copydesk.sql\n"
    views = (
        (table, view_sql(processed.resolve(), table, has_files=table.name in present, portable=portable))
        for table in TABLES.values()
    )
    return head + "".join(f"\n-- {' '.join(table.doc.split())}\n{view}\n" for table, view in views)


def connect(processed: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to an in-memory database with a view per table.

    Raises StorageError when a table's files can't be read, VersionError when a newer copydesk wrote them.
    """
    check_tables(Layout(processed))
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    try:
        connection.execute(views_sql(processed, portable=False))
    except duckdb.Error as error:
        raise StorageError(f"the tables in {processed} can't be read: {error}") from None
    return connection
