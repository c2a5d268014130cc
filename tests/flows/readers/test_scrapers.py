"""The output of the scrapers people use is read without settings, as files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from flows.readers.raw_files import RawFile
from flows.readers.records import Sink
from flows.settings import load_settings
from tests.flows.readers.scraped import AUTHORS, LEFT, TITLE
from tests.flows.readers.scraped import URL as ADDRESS
from tests.flows.readers.test_mail import passed_over, told
from tests.flows.readers.test_mail import read as read_folder

TEXT = "The quay will be closed to lorries from Monday.\nRepairs last until the end of May."
URL = "https://www.courier.example/quay"


@pytest.mark.parametrize("name", LEFT)
def test_what_a_scraper_leaves_is_read_without_settings(name: str, raw: Path, write: Any) -> None:
    left = LEFT[name]
    write(left.file, left.data)
    found = read_folder(raw)
    assert tuple(reason for _, reason in told(found)) == left.rejected
    rows = found.documents.to_pylist()
    assert [row["record_no"] for row in rows] == sorted({row["record_no"] for row in rows})
    assert len(rows) == left.count
    for row in rows:
        known = json.loads(row["metadata"])
        assert row["text"].replace("\n\n", "\n") == left.text
        facts = {
            "url": (row["url"], ADDRESS),
            "site": (row["site"], left.site),
            "title": (known.get("title"), TITLE),
            "authors": (known.get("authors"), AUTHORS),
            "published_at": (known.get("published_at", "")[:10], "2025-03-03"),
            "language": (known.get("language"), "en"),
            "fetched_at": (row["fetched_at"], datetime(2025, 3, 4, 9, tzinfo=UTC)),
        }
        assert [fact for fact, (given, wanted) in facts.items() if given != wanted] == [
            fact for fact in facts if fact in left.lacks
        ]


def test_what_common_crawl_keeps_beside_pages_is_passed_over(raw: Path, write: Any) -> None:
    left = LEFT["Common Crawl news"]
    write(left.file, left.data)
    assert passed_over(raw) == {"WARC warcinfo": 1, "WARC request": 1, "WARC metadata": 1}


SCHEMA_ORG = {
    "@type": "NewsArticle",
    "url": URL,
    "headline": "Quay closed",
    "articleBody": TEXT,
    "author": [{"@type": "Person", "name": "Ada Stern"}, {"@type": "Person", "name": "Finn Borg"}],
    "datePublished": "2025-03-03T08:00:00Z",
    "publisher": {"@type": "Organization", "name": "Courier"},
}


def test_a_record_in_schema_orgs_words_is_read() -> None:
    sink = Sink(file=RawFile("a.jsonl", 1, 0), settings=load_settings(), recognise=lambda _: None, format="jsonl")
    sink.add(0, SCHEMA_ORG, b"raw")
    assert sink.rows.rejections == []
    (document,) = sink.rows.tables()[0].to_pylist()
    known = orjson.loads(document["metadata"])
    assert (document["text"], document["url"], document["site"]) == (TEXT, URL, "courier.example")
    assert (known["title"], known["authors"]) == ("Quay closed", ["Ada Stern", "Finn Borg"])
    assert known["published_at"] == "2025-03-03T08:00:00+00:00"


def test_what_no_field_takes_is_kept_under_its_own_name() -> None:
    sink = Sink(file=RawFile("a.jsonl", 1, 0), settings=load_settings(), recognise=lambda _: None)
    sink.add(0, {"text": TEXT, "paywall": True, "url": "not an address", "date": "yesterday", "big": 2**70}, b"raw")
    known = orjson.loads(sink.rows.tables()[0]["metadata"][0].as_py())
    assert known["extra"] == {
        "paywall": True,
        "url": "not an address",
        "published_at": "yesterday",
        "big": str(2**70),
    }
