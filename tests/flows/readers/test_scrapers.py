"""The output of the scrapers people use, in the shape that their documentation shows."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from flows.readers.raw_files import RawFile
from flows.readers.records import Sink
from flows.settings import load_settings

TEXT = "The quay will be closed to lorries from Monday.\nRepairs last until the end of May."
URL = "https://www.courier.example/quay"

SCRAPED: dict[str, dict[str, Any]] = {
    "scrapy feed": {
        "url": URL,
        "title": "Quay closed",
        "content": TEXT.split("\n"),
        "author": "By Ada Stern and Finn Borg",
        "published": "2025-03-03T08:00:00+00:00",
        "crawled_at": "2025-03-04T09:00:00Z",
    },
    "news-please": {
        "url": URL,
        "title": "Quay closed",
        "maintext": TEXT,
        "authors": ["Ada Stern", "Finn Borg"],
        "date_publish": "2025-03-03 08:00:00",
        "date_download": "2025-03-04 09:00:00",
        "date_modify": None,
        "source_domain": "www.courier.example",
        "language": "en",
        "filename": "x.json",
        "image_url": None,
        "localpath": None,
    },
    "fundus": {
        "html": {"requested_url": URL, "responded_url": URL, "crawl_date": "2025-03-04 09:00:00+00:00", "content": ""},
        "title": "Quay closed",
        "body": {
            "summary": [TEXT.split("\n")[0]],
            "sections": [{"headline": [], "paragraphs": [TEXT.split("\n")[1]]}],
        },
        "authors": ["Ada Stern", "Finn Borg"],
        "publishing_date": "2025-03-03 08:00:00+00:00",
        "topics": ["harbour"],
        "lang": "en",
    },
    "trafilatura": {
        "title": "Quay closed",
        "author": "Ada Stern; Finn Borg",
        "hostname": "courier.example",
        "date": "2025-03-03",
        "fingerprint": "f3a1",
        "id": None,
        "license": None,
        "comments": "",
        "raw_text": TEXT,
        "text": TEXT,
        "language": "en",
        "image": None,
        "pagetype": None,
        "source": URL,
        "source-hostname": "Courier",
        "excerpt": None,
        "categories": "harbour",
        "tags": "",
    },
    "schema.org": {
        "@type": "NewsArticle",
        "url": URL,
        "headline": "Quay closed",
        "articleBody": TEXT,
        "author": [{"@type": "Person", "name": "Ada Stern"}, {"@type": "Person", "name": "Finn Borg"}],
        "datePublished": "2025-03-03T08:00:00Z",
        "publisher": {"@type": "Organization", "name": "Courier"},
    },
}


@pytest.mark.parametrize("scraper", SCRAPED)
def test_a_scrapers_record_is_read_without_settings(scraper: str) -> None:
    sink = Sink(file=RawFile("a.jsonl", 1, 0), settings=load_settings(), recognise=lambda _: None, format="jsonl")
    sink.add(0, SCRAPED[scraper], b"raw")
    assert sink.rows.rejections == []
    (document,) = sink.rows.tables()[0].to_pylist()
    known = orjson.loads(document["metadata"])
    assert document["text"] == TEXT
    assert document["url"] == URL
    assert document["site"] == "courier.example"
    assert known["title"] == "Quay closed"
    assert known["authors"] == ["Ada Stern", "Finn Borg"]
    assert known["published_at"].startswith("2025-03-03T0")
    if any(name in str(SCRAPED[scraper]) for name in ("crawled", "crawl_date", "download")):
        assert document["fetched_at"] == datetime(2025, 3, 4, 9, tzinfo=UTC)
        assert document["fetched_at_origin"] == "metadata"


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
