"""Column checks say what pydantic says."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import DUPLICATES, RELATED, REMOVED_LINES, SITE_LINES, TABLES
from schemas.checks import find_violation
from schemas.table import Table

GOOD_ID = "0123456789abcdef" * 2
IDS = st.sampled_from([GOOD_ID, "", "xyz", GOOD_ID.upper(), GOOD_ID + "0"])
COUNTS = st.sampled_from([None, -1, 0, 1, 5, 2**31 - 1])
TEXTS = st.sampled_from([None, "", "a", "more", "teaser", "prompt", "list", "inline", "template", "exact", "near"])
SHARES = st.sampled_from([None, -0.1, 0.0, 0.5, 1.0, 1.1])

CASES = {
    REMOVED_LINES.name: st.fixed_dictionaries(
        {
            "document_id": IDS,
            "line_no": COUNTS,
            "start": COUNTS,
            "end": COUNTS,
            "text": TEXTS,
            "role": TEXTS,
            "reason": TEXTS,
            "evidence": st.fixed_dictionaries(
                {"rule": TEXTS, "documents": COUNTS, "site_documents": COUNTS, "score": SHARES}
            ),
        }
    ),
    RELATED.name: st.fixed_dictionaries(
        {
            "article_id": IDS,
            "position": COUNTS,
            "kind": TEXTS,
            "title": TEXTS,
            "summary": TEXTS,
            "published_at": st.none(),
            "url": TEXTS,
            "target_article_id": st.none() | IDS,
        }
    ),
    DUPLICATES.name: st.fixed_dictionaries(
        {"document_id": IDS, "article_id": IDS, "method": TEXTS, "similarity": SHARES}
    ),
}


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_columns_are_refused_exactly_when_pydantic_refuses_the_row(name: str, data: st.DataObject) -> None:
    table, row = TABLES[name], data.draw(CASES[name])
    loose = pa.schema([field.with_nullable(True) for field in table.schema])
    try:
        table.model.model_validate({**row, "month": "2025-03"})
        allowed = True
    except ValidationError:
        allowed = False
    rows = pa.Table.from_pylist([row], schema=_all_nullable(loose))
    assert (find_violation(table.model, rows) is None) == allowed


def _all_nullable(schema: pa.Schema) -> pa.Schema:
    def loosen(kind: pa.DataType) -> pa.DataType:
        if pa.types.is_struct(kind):
            return pa.struct([pa.field(field.name, loosen(field.type)) for field in kind])
        return kind

    return pa.schema([pa.field(field.name, loosen(field.type)) for field in schema])


def test_a_violation_names_row_field_value_and_rule() -> None:
    rows = pa.table({"share": pa.array([0.1, 1.5])})
    violation = find_violation(SITE_LINES.model, rows)
    assert str(violation) == "row 1, field `share`: value 1.5: must be at most 1.0"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_constraint_of_every_model_can_be_checked_by_column(table: Table) -> None:
    rows: Any = table.schema.empty_table()
    assert find_violation(table.model, rows) is None
