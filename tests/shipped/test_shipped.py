"""The data that ships comes out as its table says, record by record."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.report import RunReport
from flows.settings import load_settings
from flows.stages import ingest
from flows.warehouse.views import connect

PROJECT = Path(__file__).parents[2]
RAW = PROJECT / "data" / "raw"
EXPECTED: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "expected.jsonl").read_text(encoding="utf-8").splitlines()
]
READ = [row for row in EXPECTED if row["outcome"] != "rejected"]
ARTICLES = [row for row in EXPECTED if row["outcome"] == "article"]
CASES = {
    "live_story", "revision", "exact_copy", "wire_story", "follow_up", "template_change", "recognised_by_marks",
    "windows_1252", "mojibake", "impossible_date", "missing_text", "malformed_json", "every_oddity", "empty_file",
    "binary_file",
}  # fmt: skip


def name(row: dict[str, Any]) -> str:
    return f"{row['path']}#{row['record_no']}"


def each(rows: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("expected", rows, ids=name)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    processed = tmp_path_factory.mktemp("shipped") / "processed"
    report = ingest(load_settings(raw=RAW, processed=processed, engine="inline"))
    Tables.processed = processed
    return report


class Tables:
    """The tables of the one run that all tests here look at, by record."""

    processed: Path

    def __init__(self) -> None:
        self.connection = connect(self.processed)
        self.documents = {name({**row, "path": row["source_path"]}): row for row in self.rows("FROM documents")}
        self.articles = {row["article_id"]: row for row in self.rows("FROM articles")}
        self.duplicates = {row["document_id"]: row for row in self.rows("FROM duplicates")}

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.connection.sql(query, params=list(values)).to_arrow_table().to_pylist()
        return found

    def article(self, expected: dict[str, Any]) -> dict[str, Any]:
        return self.articles[self.documents[name(expected)]["article_id"]]


@pytest.fixture(scope="module")
def tables(report: RunReport) -> Iterator[Tables]:
    assert report.run_id
    tables = Tables()
    yield tables
    tables.connection.close()


def test_the_data_holds_what_it_is_meant_to_show() -> None:
    files = {row["path"] for row in EXPECTED if not row["path"].endswith(".jsonl")}
    assert len(files) >= 80
    assert len({row["site"] for row in READ}) == 4
    assert {row["language"] for row in READ} == {"en", "de", "fr"}
    assert {row["case"] for row in EXPECTED} >= CASES
    shipped = {path.relative_to(RAW).as_posix() for path in RAW.rglob("*") if path.is_file()}
    assert files <= shipped


def test_the_table_names_every_record(report: RunReport) -> None:
    assert report.counts.records == len(EXPECTED)


@each(EXPECTED)
def test_a_record_ends_as_expected(tables: Tables, expected: dict[str, Any]) -> None:
    if expected["outcome"] == "rejected":
        query = "SELECT reason FROM rejections WHERE source_path = ? AND record_no = ?"
        found = tables.rows(query, expected["path"], expected["record_no"])
        assert [row["reason"] for row in found] == [expected["reason"]]
        return
    document = tables.documents[name(expected)]
    assert (document["site"], document["outcome"]) == (expected["site"], expected["outcome"])
    if expected["keeper"]:
        keeper = tables.documents[name(expected["keeper"])]
        assert document["article_id"] == keeper["article_id"]
        assert tables.duplicates[document["document_id"]]["method"] == expected["method"]


@each(READ)
def test_the_body_is_the_lines_expected(tables: Tables, expected: dict[str, Any]) -> None:
    document = tables.documents[name(expected)]
    lines = document["text"].split("\n")
    query = "SELECT line_no FROM removed_lines WHERE document_id = ? AND start IS NULL"
    removed = {row["line_no"] for row in tables.rows(query, document["document_id"])}
    kept = [number for number, line in enumerate(lines, 1) if line and number not in removed]
    title = [expected["title_line"]] if expected["title_line"] else []
    assert kept == sorted([*title, *expected["body_lines"]])
    query = "SELECT line_no AS line, text FROM removed_lines WHERE document_id = ? AND start IS NOT NULL"
    assert tables.rows(query, document["document_id"]) == expected["removed_spans"]


@each(ARTICLES)
def test_an_article_has_what_its_page_says_of_it(tables: Tables, expected: dict[str, Any]) -> None:
    article = tables.article(expected)
    for field in ("site", "title", "lead", "language", "reading_minutes", "agencies", "authors"):
        assert article[field] == expected[field], field
    roles = {role: [p["line_no"] for p in article["paragraphs"] if p["role"] == role] for role in ("title", "heading")}
    assert roles["heading"] == expected["heading_lines"]
    assert roles["title"] == ([expected["title_line"]] if expected["title_line"] else [])
    published = article["published_at"]
    assert (published.strftime("%Y-%m-%dT%H:%M:%SZ") if published else None) == expected["published_at"]
    labels = [{key: one[key] for key in ("language", "label", "title")} for one in article["translations"]]
    assert labels == expected["translations"]


@each([row for row in ARTICLES if row["related"] is not None])
def test_teasers_become_rows_that_find_their_articles(tables: Tables, expected: dict[str, Any]) -> None:
    article_id = tables.article(expected)["article_id"]
    found = tables.rows("FROM related WHERE article_id = ? ORDER BY position", article_id)
    assert [{key: row[key] for key in ("position", "kind", "title", "summary")} for row in found] == expected["related"]
    targets = {(row["title"], row["target_article_id"]) for row in found if row["target_article_id"]}
    assert targets == {(one["title"], tables.article(one)["article_id"]) for one in expected["related_targets"]}


def test_each_month_learns_its_own_template(tables: Tables) -> None:
    query = "SELECT month, list(line) AS lines FROM site_lines WHERE site = 'la-rive.example' GROUP BY month"
    learned = {row["month"]: set(row["lines"]) for row in tables.rows(query)}
    assert "Boîte à lettres des lecteurs" in learned["2025-02"]
    assert "Notre imprimerie" in learned["2025-03"]
    assert "Notre imprimerie" not in learned["2025-02"]


def test_every_reader_counts_each_article_once(tables: Tables, report: RunReport) -> None:
    folder = tables.processed / "articles"
    query = f"SELECT count(*), count(DISTINCT article_id) FROM read_parquet('{folder}/**/*.parquet')"
    counts = duckdb.sql(query).fetchall()[0]
    assert counts == (report.counts.articles, report.counts.articles)
    assert pq.read_table(folder).num_rows == report.counts.articles
    assert pl.read_parquet(f"{folder}/**/*.parquet").height == report.counts.articles
    assert pl.scan_parquet(folder).select("article_id").unique().collect().height == report.counts.articles


def test_fjordposts_page_with_every_oddity_has_fourteen_teasers() -> None:
    (page,) = [row for row in EXPECTED if row["case"] == "every_oddity"]
    assert len(page["related"]) == 14
    assert [one["kind"] for one in page["related"]] == ["inline"] + ["list"] * 13
    assert [one["position"] for one in page["related"] if one["title"] is None] == [11, 13]
    assert page["removed_spans"]
    assert page["title"] is None
