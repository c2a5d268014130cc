"""One article as the scrapers that people use write it: the files that they leave, byte for byte in their shape.

`python benchmarks/scrapers.py` has the scrapers themselves write it, and compares.
"""

import csv
import gzip
import io
import json
from dataclasses import dataclass
from html import escape
from typing import Any

import trafilatura

from tests.flows.readers.written import Article, warc_record

URL = "https://www.courier.example/quay"
TITLE = "Quay closed & <repaired>"
LINES = (
    "The quay will be closed to lorries from Monday, the harbour board of the old town decided on Friday evening.",
    'Repairs last until the end of May, "weather permitting", said Åsa Ødegård, who leads the work on the south end.',
)
TEXT = "\n".join(LINES)
AUTHORS = ["Ada Stern", "Finn Borg"]
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(TITLE)}</title>
<link rel="canonical" href="{URL}"><meta property="og:site_name" content="The Courier">
<meta property="article:published_time" content="2025-03-03T08:00:00+00:00">
<meta name="author" content="Ada Stern"><meta name="author" content="Finn Borg"></head>
<body><article><h1>{escape(TITLE)}</h1><p>{escape(LINES[0])}</p><p>{escape(LINES[1])}</p></article></body></html>"""


@dataclass(frozen=True)
class Left:
    """What a scraper left: a file, and which of an article's facts its shape has no place for."""

    file: str
    data: bytes
    lacks: tuple[str, ...] = ()
    count: int = 1
    """How often the article is in it."""
    text: str = TEXT
    rejected: tuple[str, ...] = ()
    site: str = "courier.example"


ITEM: dict[str, Any] = {
    "url": URL,
    "title": TITLE,
    "text": list(LINES),
    "author": AUTHORS,
    "published": "2025-03-03T08:00:00+00:00",
    "crawled_at": "2025-03-04T09:00:00+00:00",
    "language": "en",
    "tags": [],
    "image": None,
}
"""What a spider yields."""


def _rows(record: dict[str, Any], shown: Any = str) -> bytes:
    table = io.StringIO()
    writer = csv.DictWriter(table, list(record))
    writer.writeheader()
    writer.writerow({name: shown(value) for name, value in record.items()})
    return table.getvalue().encode()


def _joined(value: Any) -> str:
    """As Scrapy's CSV exporter joins lists."""
    return ",".join(value) if isinstance(value, list) else str(value or "")


def _element(name: str, value: Any, indent: str, depth: int) -> str:
    """A field as Scrapy's XML exporter writes it."""
    space, line = indent * depth, "\n" if indent else ""
    if isinstance(value, list):
        inner = line + "".join(_element("value", one, indent, depth + 1) for one in value) + space
    else:
        inner = escape(str(value), quote=False)
    return f"{space}<{name}>{inner}</{name}>{line}"


def _scrapy_xml(indent: str = "") -> bytes:
    fields, line = "".join(_element(name, value, indent, 2) for name, value in ITEM.items()), "\n" if indent else ""
    items = f"<items>{line}{indent}<item>{line}{fields}{indent}</item>{line}</items>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{items}'.encode()


def _scrapy() -> dict[str, Left]:
    one = json.dumps(ITEM, ensure_ascii=False).encode()
    array, indented = b"[" + one + b"]", b"[\n" + json.dumps(ITEM, indent=2, ensure_ascii=False).encode() + b"\n]"
    return {
        "scrapy json": Left("a.json", b"[\n" + one + b",\n" + one + b"\n]", count=2),
        "scrapy json, indented": Left("a.json", indented),
        "scrapy json, appended by -o": Left("a.json", indented + indented + array, count=3),
        "scrapy json, stopped": Left(
            "a.json", b"[\n" + one + b",\n" + one[:-9], rejected=("malformed_json",)
        ),
        "scrapy jsonlines": Left("a.jsonl", one + b"\n" + one + b"\n", count=2),
        "scrapy csv": Left(
            "a.csv", _rows({**ITEM, "text": TEXT}, _joined)
        ),
        "scrapy xml": Left("a.xml", _scrapy_xml()),
        "scrapy xml, indented": Left("a.xml", _scrapy_xml("  ")),
        "scrapy xml, appended by -o": Left("a.xml", _scrapy_xml() + _scrapy_xml(), count=2),
    }  # fmt: skip


NEWS_PLEASE: dict[str, Any] = {
    "authors": AUTHORS,
    "date_download": "2025-03-04 09:00:00",
    "date_modify": "None",
    "date_publish": "2025-03-03 08:00:00",
    "description": "Repairs",
    "filename": "https%3A%2F%2Fwww.courier.example%2Fquay.json",
    "image_url": None,
    "language": "en",
    "localpath": None,
    "maintext": TEXT,
    "source_domain": "www.courier.example",
    "text": None,
    "title": TITLE,
    "title_page": TITLE,
    "title_rss": None,
    "url": URL,
}


def _news_please() -> dict[str, Left]:
    stored = {name: value for name, value in NEWS_PLEASE.items() if name != "text"} | {"date_modify": None}
    return {
        "news-please crawler": Left("quay_1741078800.html.json", json.dumps(stored, ensure_ascii=False).encode()),
        "news-please library": Left("a.json", json.dumps(NEWS_PLEASE, indent=4, sort_keys=True).encode()),
        "news-please from Common Crawl": Left("quay.json", json.dumps(stored, separators=(",", ":")).encode()),
    }


FUNDUS: dict[str, Any] = {
    "images": [],
    "title": TITLE,
    "body": {"summary": [LINES[0]], "sections": [{"headline": [], "paragraphs": [LINES[1]]}]},
    "publishing_date": "2025-03-03 08:00:00+00:00",
    "authors": AUTHORS,
    "topics": ["harbour"],
    "free_access": True,
}
"""What `Article.to_json` gives unasked."""


def _fundus() -> dict[str, Left]:
    saved = {"TheCourier": [FUNDUS, FUNDUS], "LeMoniteur": []}
    asked = {
        "title": TITLE, "plaintext": "\n\n".join(LINES), "authors": AUTHORS, "lang": "en", "publisher": "The Courier",
        "publishing_date": "2025-03-03 08:00:00+00:00",
    }  # fmt: skip
    lacks = ("url", "language", "fetched_at")
    return {
        "fundus save_to_file": Left(
            "a.json", json.dumps(saved, indent=4, ensure_ascii=False).encode(), lacks, count=2, site="thecourier"
        ),
        "fundus to_json": Left("a.json", json.dumps(FUNDUS).encode(), (*lacks, "site"), site=""),
        "fundus to_json, of some": Left(
            "a.jsonl", json.dumps(asked).encode() + b"\n", ("url", "fetched_at"), site="the courier"
        ),
    }


NEWSPAPER: dict[str, Any] = {
    "url": URL + "?from=list",
    "read_more_link": "",
    "language": "en",
    "title": TITLE,
    "top_image": "",
    "meta_img": "",
    "images": [],
    "movies": [],
    "keywords": [],
    "meta_keywords": [""],
    "tags": None,
    "authors": AUTHORS,
    "publish_date": "2025-03-03T08:00:00+00:00",
    "summary": "",
    "meta_description": "",
    "meta_lang": "en",
    "meta_favicon": "",
    "meta_site_name": "The Courier",
    "canonical_link": URL,
    "text": "\n\n".join(LINES),
}


def _newspaper() -> dict[str, Left]:
    one, lacks = json.dumps(NEWSPAPER, indent=4, ensure_ascii=False).encode(), ("fetched_at",)
    return {
        "newspaper4k json": Left("a.json", b"[" + one + b"]", lacks),
        "newspaper4k json of three": Left("a.json", b"[" + one + b",]" + one + b",]" + one + b"]", lacks, count=3),
        "newspaper4k csv": Left("a.csv", _rows(NEWSPAPER, lambda value: "" if value is None else str(value)), lacks),
        "newspaper4k to_json": Left("a.json", one, lacks),
    }


def _extracted(kind: str) -> bytes:
    told = trafilatura.extract(PAGE, url=URL, output_format=kind, with_metadata=True, target_language=None)
    return f"{told}\n".encode()


def _trafilatura() -> dict[str, Left]:
    text, lacks = f"{TITLE}\n{TEXT}", ("language", "fetched_at")  # it doesn't say the language unless it is asked for
    made = {kind: _extracted(kind) for kind in ("json", "xml", "xmltei", "csv", "txt")}
    return {
        "trafilatura json": Left("a.json", made["json"], lacks, text=text),
        "trafilatura json of several": Left("out.json", made["json"] * 3, lacks, count=3, text=text),
        "trafilatura xml": Left("a.xml", made["xml"], lacks, text=text),
        "trafilatura xml of several": Left("out.xml", made["xml"] * 3, lacks, count=3, text=text),
        "trafilatura xmltei": Left("a.xml", made["xmltei"], lacks, text=text),
        "trafilatura xmltei of several": Left("out.xml", made["xmltei"] * 3, lacks, count=3, text=text),
        "trafilatura csv": Left("a.csv", made["csv"] * 2, (*lacks, "authors"), count=2, text=text),
        "trafilatura txt": Left("a.txt", made["txt"], lacks, text=text),
    }


def _common_crawl() -> dict[str, Left]:
    """As CC-NEWS keeps it: each record a gzip member, what isn't a response beside it, and no index."""
    article = Article(URL, TITLE, LINES, "2025-03-03T08:00:00+00:00", "2025-03-04T09:00:00+00:00", AUTHORS[0])
    known = {"WARC_Date": "2025-03-04T09:00:00Z"}
    request = b"GET /quay HTTP/1.1\r\nHost: www.courier.example\r\n\r\n"
    kinds = [
        warc_record(article, b"isPartOf: CC-NEWS\r\n", WARC_Type="warcinfo", Content_Type="application/warc-fields"),
        warc_record(article, request, WARC_Type="request", Content_Type="application/http; msgtype=request"),
        warc_record(article, PAGE.encode(), **known),
        warc_record(article, b"fetchTimeMs: 87\r\n", WARC_Type="metadata", Content_Type="application/warc-fields"),
    ]
    data = b"".join(gzip.compress(kind, mtime=0) for kind in kinds)
    return {"Common Crawl news": Left("CC-NEWS-20250304090000-00001.warc.gz", data, text=f"{TITLE}\n{TEXT}")}


LEFT = {
    **_scrapy(), **_news_please(), **_fundus(), **_newspaper(), **_trafilatura(), **_common_crawl(),
}  # fmt: skip
