"""Have the scrapers themselves write the article of tests/flows/readers/scraped.py, read what they left, and compare.

    PYTHONPATH=. python benchmarks/scrapers.py give FOLDER    # where copydesk is
    pip install scrapy newspaper4k news-please fundus         # in an environment of their own: they pin much
    python -P benchmarks/scrapers.py write FOLDER             # there
    PYTHONPATH=. python benchmarks/scrapers.py read FOLDER    # where copydesk is

Nothing is fetched: each is given the page. One that isn't installed is left out. Tried with Scrapy 2.19, newspaper4k
0.9.6, news-please 1.6.16, fundus 0.5.7 (which needs curl_cffi < 0.14); trafilatura 2.3 writes in the tests themselves.
"""

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Given:
    page: str
    item: dict[str, Any]


URL = "https://www.courier.example/quay"


def scrapy(given: Given, into: Path) -> None:
    from scrapy import exporters

    kinds: dict[str, Any] = {
        "json": exporters.JsonItemExporter,
        "jl": exporters.JsonLinesItemExporter,
        "csv": exporters.CsvItemExporter,
        "xml": exporters.XmlItemExporter,
    }
    for kind, exporter in kinds.items():
        for name, indent in (("plain", None), ("indented", 2)):
            with (into / f"{name}.{kind}").open("wb") as file:
                made = exporter(file, **({"indent": indent} if kind in ("json", "xml") else {}))
                made.start_exporting()
                item = {**given.item, "published": datetime(2025, 3, 3, 8, tzinfo=UTC)}
                made.export_item({**item, "text": "\n".join(given.item["text"])} if kind == "csv" else item)
                made.finish_exporting()


def newspaper4k(given: Given, into: Path) -> None:
    from newspaper import article, cli, settings

    made = article(URL, input_html=given.page)
    (into / "one.json").write_text(made.to_json(), encoding="utf-8")
    table = io.StringIO()
    writer = csv.DictWriter(table, settings.article_json_fields)
    writer.writeheader()
    writer.writerow(made.to_json(as_string=False))
    (into / "one.csv").write_text(table.getvalue(), encoding="utf-8")
    (into / "page").write_text(given.page, encoding="utf-8")
    known = ["--url", URL, "--html-from-file", str(into / "page"), "--skip-nlp"]
    cli.main([*known, "--output-format", "json", "--output-file", str(into / "cli.json")])
    (into / "page").unlink()


def news_please(given: Given, into: Path) -> None:
    from newsplease import NewsPlease

    made = NewsPlease.from_html(given.page, url=URL)
    (into / "library.json").write_text(json.dumps(made.get_serializable_dict()), encoding="utf-8")
    (into / "crawl.json").write_text(json.dumps(made.__dict__, default=str), encoding="utf-8")


def fundus(given: Given, into: Path) -> None:
    from fundus.parser.data import ArticleBody, ArticleSection, TextSequence
    from fundus.scraping.article import Article
    from fundus.scraping.html import HTML, SourceInfo

    section = ArticleSection(TextSequence([]), TextSequence(given.item["text"][1:]))
    body = ArticleBody(TextSequence(given.item["text"][:1]), [section])
    html = HTML(URL, URL, given.page, datetime(2025, 3, 4, 9, tzinfo=UTC), SourceInfo("TheCourier"))
    published = datetime(2025, 3, 3, 8, tzinfo=UTC)
    made = Article(
        html=html, title=given.item["title"], body=body, authors=given.item["author"], publishing_date=published
    )
    told = json.dumps({"TheCourier": [made]}, default=lambda one: one.to_json(), indent=4)
    (into / "saved.json").write_text(told, encoding="utf-8")


SCRAPERS: tuple[Callable[[Given, Path], None], ...] = (scrapy, newspaper4k, news_please, fundus)


def write(folder: Path) -> None:
    given = Given(**json.loads((folder / "given.json").read_text(encoding="utf-8")))
    for scraper in SCRAPERS:
        into = folder / "written" / scraper.__name__
        into.mkdir(parents=True, exist_ok=True)
        try:
            scraper(given, into)
        except ImportError as error:
            print(f"{scraper.__name__}: left out, {error}")


def read(folder: Path) -> None:
    from flows.readers import plan, read_unit, scan
    from flows.settings import load_settings

    raw = folder / "written"
    settings = load_settings(raw=raw)
    for unit in plan(scan(raw), raw, settings):
        found = read_unit(unit, raw=raw, settings=settings, sites=lambda _: None)
        for row in found.rejections.to_pylist():
            print(f"{row['source_path']:28} {row['reason']}: {row['message']}")
        for row in found.documents.to_pylist():
            known = json.loads(row["metadata"])
            told = (row["url"], row["site"], known.get("title"), known.get("authors"), known.get("published_at"))
            print(f"{row['source_path']:28}", row["format"], len(row["text"]), *told, known.get("language"))


def give(folder: Path) -> None:
    """Put the article where the scrapers' environment, which hasn't the tests' dependencies, can read it."""
    from tests.flows.readers.scraped import ITEM, PAGE

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "given.json").write_text(json.dumps({"page": PAGE, "item": ITEM}), encoding="utf-8")


if __name__ == "__main__":
    {"give": give, "write": write, "read": read}[sys.argv[1]](Path(sys.argv[2]))
