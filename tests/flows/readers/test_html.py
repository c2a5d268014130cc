"""Pages through the readers: as files, as fields of records, under other names."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.readers import UnitTables, plan, read_unit, scan
from flows.settings import load_settings

STORY = "The quay will be closed to lorries from Monday, and stays closed until the end of May."
PAGE = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Quay closed to lorries | Pilot Courier</title>
<meta property="og:site_name" content="Pilot Courier"><meta name="author" content="Ada Stern">
<meta property="og:description" content="What drivers should know."><meta property="article:section" content="Town">
<meta property="article:published_time" content="2025-03-03T08:00:00+01:00"><meta name="keywords" content="quay, roads">
<link rel="canonical" href="https://www.courier.example/quay?utm_source=x">
</head><body><nav><a href="/">Front page</a></nav><h1>Quay closed to lorries</h1><p>{STORY}</p></body></html>
"""
TEXT = f"Front page\nQuay closed to lorries\n{STORY}"
NO_TEXT = "<html><body><script>render()</script></body></html>"
Write = Callable[..., Path]


@pytest.fixture
def unit(raw: Path) -> Callable[[], UnitTables]:
    def read() -> UnitTables:
        settings = load_settings(raw=raw, ask_extractor=False)
        (only,) = plan(scan(raw), raw, settings)
        return read_unit(only, raw=raw, settings=settings, sites=lambda _: None)

    return read


def document(tables: UnitTables) -> dict[str, Any]:
    assert tables.rejections.to_pylist() == []
    (row,) = tables.documents.to_pylist()
    return {**row, "metadata": json.loads(row["metadata"])}


def record(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


@pytest.mark.parametrize(
    ("name", "content", "read_as"),
    [
        ("a.html", PAGE.encode(), "html"),
        ("a.HTM", PAGE.encode(), "html"),
        ("a.xhtml", b'<?xml version="1.0"?>' + PAGE.encode(), "html"),
        ("a.html.gz", gzip.compress(PAGE.encode(), mtime=0), "html"),
        ("a.html.gz", PAGE.encode(), "html"),
        ("a.txt", PAGE.encode(), "html"),
        ("a", b"\xef\xbb\xbf <!-- saved --> " + PAGE.encode(), "html"),
        ("a.jsonl", record(html=PAGE), "jsonl"),
        ("a.jsonl", record(text=PAGE), "jsonl"),
        ("a.jsonl", record(text=" ", Raw_HTML=PAGE), "jsonl"),
        ("a.jsonl", record(content=PAGE), "jsonl"),
        ("a.jsonl", record(html={"content": PAGE, "crawl_date": None}), "jsonl"),
        ("a.json", b"[" + record(response_body=PAGE) + b"]", "json"),
        ("a.json", record(body_html=PAGE), "json"),
    ],
)
def test_a_page_is_read_wherever_it_stands(
    write: Write, unit: Callable[[], UnitTables], name: str, content: bytes, read_as: str
) -> None:
    write(f"2025-03-04/{name}", content)
    found = document(unit())
    assert (found["text"], found["format"], found["site"]) == (TEXT, read_as, "courier.example")
    assert found["url"] == "https://www.courier.example/quay"
    assert [line["tag"] for line in found["markup"]] == ["a", "h1", "p"]
    assert {name: found["metadata"][name] for name in ("title", "authors", "tags", "published_at", "language")} == {
        "title": "Quay closed to lorries",
        "authors": ["Ada Stern"],
        "tags": ["quay", "roads"],
        "published_at": "2025-03-03T07:00:00+00:00",
        "language": "en-GB",
    }
    assert found["metadata"]["page"] == {
        "gave": ["title", "authors", "tags", "language", "url", "published_at"],
        "section": "Town",
        "site_name": "Pilot Courier",
        "description": "What drivers should know.",
    }
    assert PAGE[:100] not in str(found["metadata"])


def test_what_the_scraper_gives_goes_before_what_the_page_says(write: Write, unit: Callable[[], UnitTables]) -> None:
    given = {"title": "Quay", "author": "Finn Borg", "date": "2025-03-02", "url": "https://other.example/q"}
    write("2025-03-04/a.jsonl", record(html=PAGE, **given))
    found = document(unit())
    assert found["metadata"]["title"] == "Quay"
    assert found["metadata"]["authors"] == ["Finn Borg"]
    assert found["metadata"]["published_at"].startswith("2025-03-02")
    assert found["url"] == "https://other.example/q"
    assert found["metadata"]["page"]["gave"] == ["tags", "language"]


def test_a_sidecar_goes_before_its_page(write: Write, unit: Callable[[], UnitTables]) -> None:
    write("2025-03-04/a.html", PAGE)
    write("2025-03-04/a.html.meta.json", '{"title": "Quay", "fetched_at": "2025-03-05T10:00:00Z", "text": "left out"}')
    found = document(unit())
    assert (found["metadata"]["title"], found["text"]) == ("Quay", TEXT)
    assert found["fetched_at_origin"] == "metadata"


def test_a_sidecar_that_tells_the_charset_is_believed(write: Write, unit: Callable[[], UnitTables]) -> None:
    write("2025-03-04/a.html", "<p>Żółć i gęś".encode("iso-8859-2"))
    write("2025-03-04/a.html.meta.json", '{"content_type": "text/html; charset=ISO-8859-2"}')
    assert document(unit())["text"] == "Żółć i gęś"


def test_a_record_with_text_is_of_that_text(write: Write, unit: Callable[[], UnitTables]) -> None:
    write("2025-03-04/a.jsonl", record(text=STORY, html=PAGE))
    found = document(unit())
    assert (found["text"], found["markup"]) == (STORY, None)
    assert "title" not in found["metadata"]


def test_a_text_that_speaks_of_html_is_no_page(write: Write, unit: Callable[[], UnitTables]) -> None:
    write("2025-03-04/a.txt", "Pages begin with <!doctype html> or <html>, he said.")
    found = document(unit())
    assert (found["format"], found["markup"]) == ("text", None)


def test_a_pages_mistakes_cost_no_record(write: Write, unit: Callable[[], UnitTables]) -> None:
    bad = (
        PAGE.replace("2025-03-03T08:00:00+01:00", "2025-02-30").replace("en-GB", "x" * 500).replace("roads", "r" * 9000)
    )
    write("2025-03-04/a.html", bad)
    assert "published_at" not in document(unit())["metadata"]


@pytest.mark.parametrize(
    ("name", "content", "reason", "told"),
    [
        ("a.html", NO_TEXT.encode(), "missing_text", "shows no text"),
        ("a.jsonl", record(html=NO_TEXT), "missing_text", "shows no text"),
        ("a.jsonl", record(html="  "), "missing_text", "no field holds the text"),
        ("a.jsonl", record(html=3), "missing_text", "no field holds the text"),
        ("a.html", b"<div>" * 50_000 + b"x", "too_large", "nested deeper than 2000 (max_html_depth)"),
        ("a.html", b" \n", "empty_file", "holds nothing"),
        ("a.html", b"\x89PNG\r\n\x1a\n\0", "binary_file", "aren't text"),
        ("a.html.gz", gzip.compress(PAGE.encode() * 50, mtime=0)[:-20], "truncated_archive", "damaged"),
        ("a.html", b"<p>x</p>" * 60_000, "too_large", "max_record_lines"),
    ],
)
def test_a_page_that_cannot_be_used_is_a_rejection_that_says_why(
    write: Write, unit: Callable[[], UnitTables], name: str, content: bytes, reason: str, told: str
) -> None:
    write(f"2025-03-04/{name}", content)
    tables = unit()
    (row,) = tables.rejections.to_pylist()
    assert row["reason"] == reason
    assert told in row["message"]
    assert len(tables.documents) == 0


@pytest.mark.parametrize(("limit", "reasons"), [(100, ["too_large"]), (400, [])])
def test_how_deep_elements_may_be_nested_is_a_setting(raw: Path, write: Write, limit: int, reasons: list[str]) -> None:
    write("2025-03-04/a.html", "<div>" * 300 + "<p>The quay will be closed to lorries from Monday.")
    settings = load_settings(raw=raw, ask_extractor=False, max_html_depth=limit)
    (only,) = plan(scan(raw), raw, settings)
    tables = read_unit(only, raw=raw, settings=settings, sites=lambda _: None)
    assert tables.rejections["reason"].to_pylist() == reasons
    assert len(tables.documents) == 1 - len(reasons)
