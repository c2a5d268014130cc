"""The tables and their Arrow schemas."""

from datetime import datetime
from typing import Annotated, Any, Literal

import pyarrow as pa
import pytest
from pydantic import AwareDatetime, BaseModel, Field

from schemas import TABLES
from schemas.arrow import arrow_schema, arrow_type
from schemas.table import Table

CONTRACT = {
    "documents": "document_id source_path record_no format site url fetched_at fetched_at_origin text metadata markup "
    "reading_version outcome article_id month",
    "pages": "document_id site page is_text charset given month",
    "articles": "article_id document_id site url title lead body paragraphs language authors agencies tags "
    "published_at published_precision published_zone modified_at modified_precision modified_zone fetched_at "
    "reading_minutes captions translations word_count removed_share flags "
    "duplicate_count revision_count cleaning_version month",
    "related": "article_id position kind title summary published_at url target_article_id month",
    "removed_lines": "document_id line_no start end text role reason evidence month",
    "duplicates": "document_id article_id method similarity kind month",
    "rejections": "source_path record_no stage reason message payload payload_truncated document_id month",
    "site_lines": "site line documents site_documents share first_seen_at last_seen_at status month",
    "runs": "run_id started_at finished_at status version cleaning_version settings counts seconds peak_memory_bytes "
    "month",
}


def test_the_contract_names_every_table() -> None:
    assert set(CONTRACT) == set(TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_has_the_columns_of_the_contract_in_order(table: Table) -> None:
    assert table.full_schema.names == CONTRACT[table.name].split()
    assert table.schema.names == [name for name in table.full_schema.names if name != "month"]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_keys_and_order_are_columns_and_every_model_is_described(table: Table) -> None:
    assert set(table.key) | set(table.order) <= set(table.full_schema.names)
    assert table.doc


@pytest.mark.parametrize(
    ("annotation", "kind", "nullable"),
    [
        (str, pa.string(), False),
        (str | None, pa.string(), True),
        (Literal["a", "b"], pa.string(), False),
        (Annotated[int, Field(ge=0, le=10)], pa.int32(), False),
        (int, pa.int64(), False),
        (float | None, pa.float64(), True),
        (AwareDatetime, pa.timestamp("us", tz="UTC"), False),
        (datetime, pa.timestamp("us", tz="UTC"), False),
        (bytes, pa.binary(), False),
        (list[str], pa.list_(pa.field("element", pa.string(), nullable=False)), False),
    ],
)
def test_an_annotation_becomes_one_arrow_type(annotation: Any, kind: pa.DataType, nullable: bool) -> None:
    assert arrow_type(annotation) == (kind, nullable)


def test_an_annotation_without_a_column_type_is_refused() -> None:
    with pytest.raises(TypeError, match="no column type"):
        arrow_type(set)
    with pytest.raises(TypeError, match="one type"):
        arrow_type(int | str)


def test_a_field_carries_its_description_into_the_schema() -> None:
    class Model(BaseModel):
        name: Annotated[str, Field(description="what it is called")]

    assert arrow_schema(Model).field("name").metadata == {b"description": b"what it is called"}
