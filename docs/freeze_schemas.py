"""Freeze the schemas of today's versions below docs/schemas/, one file each; what is frozen stays as it is."""

import json
import sys
from pathlib import Path
from typing import Any

from schemas import TABLES, Table
from schemas.frozen import frozen

FOLDER = Path(__file__).parent / "schemas"


def file_of(table: Table) -> Path:
    """Return where a table's schema is frozen."""
    return FOLDER / f"{table.name}-{table.version}.json"


def text_of(schema: dict[str, Any]) -> str:
    """Return a schema as JSON, a column a line."""
    columns = ",\n".join(f"  {json.dumps(name)}: {json.dumps(told)}" for name, told in schema["columns"].items())
    others = [f" {json.dumps(name)}: {json.dumps(told)}" for name, told in schema.items() if name != "columns"]
    return "{\n" + ",\n".join([*others, f' "columns": {{\n{columns}\n }}']) + "\n}\n"


def main() -> None:
    """Freeze each table's version that isn't yet. A version that no release has may be deleted and frozen again."""
    FOLDER.mkdir(exist_ok=True)
    for table in TABLES.values():
        path, text = file_of(table), text_of(frozen(table))
        if path.exists() and path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is frozen, and {table.name} has changed since: add a Change to schemas/versions.py first")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
