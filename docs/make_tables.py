"""Write docs/tables.md from the models; a test fails when it is out of date."""

from pathlib import Path

from flows.warehouse.views import duckdb_type
from schemas import TABLES, Table

TARGET = Path(__file__).parent / "tables.md"
HEAD = """# The tables

The contract with analysts. Files: `data/processed/<table>/month=YYYY-MM/part-NNNN.parquet`; the column `month`
stands in the path. Times are UTC with microseconds. This page is made by `python docs/make_tables.py`.
"""


def describe(table: Table) -> str:
    """Return one table's section."""
    keys = f"Key: {', '.join(table.key)}. Sorted by {', '.join(table.order)}."
    lines = [f"## {table.name}", "", table.doc, "", keys, ""]
    lines += ["| column | type | null | meaning |", "|---|---|---|---|"]
    for field in table.full_schema:
        info = table.model.model_fields[field.name]
        kind = duckdb_type(field.type).replace('"', "")
        lines.append(f"| {field.name} | {kind} | {'yes' if field.nullable else ''} | {info.description or ''} |")
    return "\n".join(lines)


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(describe(table) + "\n" for table in TABLES.values())])


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
