"""The versions of the tables, beside the schemas that are frozen in docs/schemas/."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from schemas import TABLES, Table
from schemas.frozen import frozen
from schemas.versions import CHANGES, Change, changes_of

FROZEN = Path(__file__).parents[2] / "docs" / "schemas"
TODO = (
    "a table's files are a contract. Add a Change to schemas/versions.py that says what is new, then run "
    "`python docs/freeze_schemas.py` and `python docs/make_tables.py`"
)


def held(table: str, version: int) -> dict[str, Any]:
    path = FROZEN / f"{table}-{version}.json"
    assert path.exists(), f"{table} {version} isn't frozen: run `python docs/freeze_schemas.py`"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_is_as_frozen_under_its_version(table: Table) -> None:
    assert frozen(table) == held(table.name, table.version), (
        f"{table.name} isn't version {table.version} as it was: {TODO}"
    )


@pytest.mark.parametrize("table", TABLES)
def test_versions_are_counted_from_one(table: str) -> None:
    assert [change.version for change in changes_of(table)] == list(range(2, TABLES[table].version + 1))
    files = {path.name for path in FROZEN.glob(f"{table}-*.json")}
    assert files == {f"{table}-{version}.json" for version in range(1, TABLES[table].version + 1)}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.table}-{change.version}")
def test_a_change_says_what_differs_between_two_versions(change: Change) -> None:
    before, after = held(change.table, change.version - 1), held(change.table, change.version)
    old, new = before["columns"], after["columns"]
    assert set(old) <= set(new), "a column that goes away breaks its readers"
    fresh = {name for name in new if name not in old and name.rpartition(".")[0] in {"", *old}}
    assert set(change.added) == fresh
    values = {name: set(new[name].pop("values", ())) - set(old[name].pop("values", ())) for name in old}
    assert {name: set(value) for name, value in change.values.items()} == {n: v for n, v in values.items() if v}
    assert {name: new[name] for name in old} == old, "a column keeps its type"
    assert change.key == ((before["key"], before["order"]) != (after["key"], after["order"]))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.table}-{change.version}")
def test_what_stands_in_rows_of_before_fits_the_new_column(change: Change) -> None:
    for name, value in change.added.items():
        field = _field(TABLES[change.table].full_schema, name)
        assert pa.array([value], field.type).type == field.type
        assert field.nullable or value is not None


def _field(schema: pa.Schema, name: str) -> pa.Field:
    first, *rest = name.split(".")
    field = schema.field(first)
    for part in rest:
        kind = field.type
        field = (kind.value_type if pa.types.is_list(kind) else kind).field(part)
    return field
