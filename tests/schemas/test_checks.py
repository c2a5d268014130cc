"""Column checks say what pydantic says."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import ARTICLES, DUPLICATES, RELATED, REMOVED_LINES, SITE_LINES, TABLES
from schemas.checks import find_violation
from schemas.table import Table

GOOD_ID = "0123456789abcdef" * 2
IDS = st.sampled_from([GOOD_ID, "", "xyz", GOOD_ID.upper(), GOOD_ID + "0"])
COUNTS = st.sampled_from([None, -1, 0, 1, 5, 2**31 - 1])
TEXTS = st.sampled_from([None, "", "a", "more", "teaser", "prompt", "list", "inline", "template", "exact", "near"])
SHARES = st.sampled_from([None, -0.1, 0.0, 0.5, 1.0, 1.1])
TEXT_LISTS = st.lists(TEXTS, max_size=2)

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
    ARTICLES.name: st.fixed_dictionaries(
        {
            **dict.fromkeys(("article_id", "document_id"), IDS),
            **dict.fromkeys(("site", "url", "title", "lead", "body", "language", "cleaning_version"), TEXTS),
            **dict.fromkeys(("authors", "agencies", "tags", "captions"), TEXT_LISTS),
            **dict.fromkeys(("reading_minutes", "word_count", "duplicate_count", "revision_count"), COUNTS),
            **{name: st.none() for name in ("published_at", "modified_at", "published_zone", "modified_zone")},
            "fetched_at": st.sampled_from([None, datetime(2025, 3, 1, tzinfo=UTC)]),
            **dict.fromkeys(("published_precision", "modified_precision"), st.sampled_from([None, "day", "week"])),
            "removed_share": SHARES,
            "flags": st.lists(st.sampled_from(["lost_most", "lost_little"]), max_size=2),
            "paragraphs": st.lists(
                st.fixed_dictionaries(
                    {"line_no": COUNTS, "role": st.sampled_from(["lead", "paragraph", "teaser"]), "text": TEXTS}
                ),
                max_size=2,
            ),
            "translations": st.lists(
                st.fixed_dictionaries(dict.fromkeys(("language", "label", "title", "url"), TEXTS)), max_size=2
            ),
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
        if pa.types.is_list(kind):
            return pa.list_(loosen(kind.value_type))
        if pa.types.is_struct(kind):
            return pa.struct([pa.field(field.name, loosen(field.type)) for field in kind])
        return kind

    return pa.schema([pa.field(field.name, loosen(field.type)) for field in schema])


ARTICLE = {
    **dict.fromkeys(("article_id", "document_id"), GOOD_ID),
    **dict.fromkeys(("url", "title", "language"), None),
    **dict.fromkeys(("published_at", "published_precision", "published_zone"), None),
    **dict.fromkeys(("modified_at", "modified_precision", "modified_zone"), None),
    **dict.fromkeys(("site", "lead", "body", "cleaning_version"), "x"),
    **dict.fromkeys(("word_count", "duplicate_count", "revision_count", "reading_minutes"), 1),
    "fetched_at": datetime(2025, 3, 1, tzinfo=UTC),
    "removed_share": 0.5,
    "paragraphs": [{"line_no": 1, "role": "lead", "text": "x"}],
    "translations": [],
    "authors": [],
    "agencies": [],
    "flags": [],
    "captions": [],
    "tags": ["quay"],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("body", "y"),
        ("tags", [None]),
        ("paragraphs", []),
        ("paragraphs", [{"line_no": 0, "role": "lead", "text": "x"}]),
        ("paragraphs", [{"line_no": 1, "role": "teaser", "text": "x"}]),
        ("translations", [{"language": "", "label": None, "title": None, "url": None}]),
        ("removed_share", 1.5),
        ("flags", ["lost_little"]),
        ("fetched_at", None),
    ],
)
def test_one_wrong_value_in_an_article_is_found_as_pydantic_finds_it(name: str, value: Any) -> None:
    good = {column: ARTICLE[column] for column in ARTICLES.schema.names if column in ARTICLE}
    row = {**good, name: value}
    try:
        ARTICLES.model.model_validate({**row, "month": "2025-03"})
        allowed = True
    except ValidationError:
        allowed = False
    rows = pa.Table.from_pylist([good, row], schema=_all_nullable(ARTICLES.schema))
    violation = find_violation(ARTICLES.model, rows)
    assert (violation is None) == allowed == (name == "body")
    assert violation is None or violation.row == 1


def test_a_violation_names_row_field_value_and_rule() -> None:
    rows = pa.table({"share": pa.array([0.1, 1.5])})
    violation = find_violation(SITE_LINES.model, rows)
    assert str(violation) == "row 1, field `share`: value 1.5: must be at most 1.0"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_constraint_of_every_model_can_be_checked_by_column(table: Table) -> None:
    rows: Any = table.schema.empty_table()
    assert find_violation(table.model, rows) is None
