"""Write docs/tables.md from the models; a test fails when it is out of date."""

from collections.abc import Iterator
from pathlib import Path

from flows.warehouse.views import duckdb_type
from schemas import TABLES, Table
from schemas.versions import changes_of

TARGET = Path(__file__).parent / "tables.md"
HEAD = """# The tables

The contract with analysts. Files: `data/processed/<table>/month=YYYY-MM/part-NNNN.parquet`; the column `month`
stands in the path. Times are UTC with microseconds. Each file's metadata has its table (`copydesk.table`) and the
version of that table's schema (`copydesk.schema_version`); `docs/schemas/` has every version there was, and
[Upgrading](operations.md#upgrading) says what a new one means. This page is made by `python docs/make_tables.py`.
"""


def describe(table: Table) -> str:
    """Return one table's section."""
    keys = f"Key: {', '.join(table.key)}. Sorted by {', '.join(table.order)}."
    lines = [f"## {table.name}", "", table.doc, "", keys, "", " ".join(_versions(table)), ""]
    lines += ["| column | type | null | meaning |", "|---|---|---|---|"]
    for field in table.full_schema:
        info = table.model.model_fields[field.name]
        kind = duckdb_type(field.type).replace('"', "")
        lines.append(f"| {field.name} | {kind} | {'yes' if field.nullable else ''} | {info.description or ''} |")
    return "\n".join(lines)


def _versions(table: Table) -> Iterator[str]:
    yield f"Schema version {table.version}."
    for change in changes_of(table.name):
        new = [f"`{column}`" for column in change.added]
        new += [f"{', '.join(values)} in `{column}`" for column, values in change.values.items()]
        new += ["another key"] if change.key else []
        yield f"New in {change.version}: {', '.join(new)}."


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(describe(table) + "\n" for table in TABLES.values())])


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
