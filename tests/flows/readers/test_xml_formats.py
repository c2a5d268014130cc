"""XML that scrapers and corpora write: TEI, trafilatura's own, Scrapy's feeds; as it comes, broken, and built to harm."""

import resource
import time
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from flows.readers import FORMATS
from flows.readers.source import Head
from tests.flows.readers.conftest import Read
from tests.flows.readers.test_mail import read as read_folder
from tests.flows.readers.test_mail import told as told_of
from tests.flows.readers.written import articles, scrapy_item, tei, trafilatura_xml

STORY = "The harbour board voted on Monday to buy a second tug before the winter storms."
URL = "https://courier.example/tug"
PAGE = f"""<!doctype html><html lang="en"><head><title>A second tug</title><link rel="canonical" href="{URL}?a=1&amp;b=2">
<meta property="og:site_name" content="The Courier"><meta property="article:published_time" content="2025-03-03">
<meta name="author" content="Ada Stern"><meta name="author" content="Finn Borg"><meta name="keywords" content="tug, sea">
<meta name="description" content="Storms &amp; tugs"></head><body><article><h1>A second tug</h1>
<p>{STORY} It will <b>land</b> at the <a href="/x">north pier</a>, said Åsa Ødegård.</p><h2>What it costs</h2>
<ul><li>Four hundred crowns a day</li><li>A berth at the south end</li></ul>
<blockquote><p>Nobody will miss the dust, but many will miss the work.</p></blockquote>
<table><tr><th>Berth</th><th>Closed</th></tr><tr><td>One</td><td>March</td></tr></table>
<p>The board pays for it all from what it earned last winter,<br>which was more than was thought by many.</p></article>
<section id="comments"><p>Well done, I say, and about time it was too.</p></section></body></html>"""
TEXT = f"""A second tug
{STORY} It will land at the north pier, said Åsa Ødegård.
What it costs
Four hundred crowns a day
A berth at the south end
Nobody will miss the dust, but many will miss the work.
Berth
Closed
One
March
The board pays for it all from what it earned last winter,
which was more than was thought by many."""


def extracted(kind: str, **options: Any) -> str:
    return str(trafilatura.extract(PAGE, url=URL, output_format=kind, with_metadata=True, **options))


@pytest.mark.parametrize("options", [{}, {"include_formatting": True, "include_links": True}], ids=["plain", "marked"])
@pytest.mark.parametrize(("kind", "name"), [("xmltei", "tei"), ("xml", "trafilatura_xml")])
def test_what_trafilatura_writes_is_read_line_by_line(
    kind: str, name: str, options: dict[str, Any], read: Read
) -> None:
    ((row,), rejections) = read(extracted(kind, **options).encode(), "a.xml")
    known = row["metadata"]
    assert (rejections, row["format"]) == ([], name)
    assert row["text"] == TEXT
    assert (row["url"], row["site"]) == (f"{URL}?a=1&b=2", "courier.example")
    assert (known["title"], known["authors"], known["tags"]) == (
        "A second tug",
        ["Ada Stern", "Finn Borg"],
        ["tug", "sea"],
    )
    assert (known["published_at"][:10], known["published_precision"]) == ("2025-03-03", "day")
    assert known["extra"]["comments"] == "Well done, I say, and about time it was too."
    assert known["extra"].get("excerpt", known["extra"].get("description")) == "Storms & tugs"
    assert (row["fetched_at_origin"], "filedate" in known["extra"]) == ("mtime", name == "tei")


CORPUS = f"""<?xml version="1.0"?><?xml-model href="http://127.0.0.1:9/tei.rng"?>
<!-- a corpus --><tei:teiCorpus xmlns:tei="http://www.tei-c.org/ns/1.0"><tei:teiHeader/>
<tei:TEI xml:lang="nb"><tei:teiHeader><tei:fileDesc><tei:titleStmt><tei:title type="sub">Below</tei:title>
<tei:title type="main">A <tei:hi>second</tei:hi> tug</tei:title><tei:author><tei:persName>Ada Stern</tei:persName></tei:author>
<tei:author>Finn Borg</tei:author></tei:titleStmt><tei:publicationStmt><tei:publisher>The archive</tei:publisher>
<tei:date when="2026-01-01"/></tei:publicationStmt><tei:sourceDesc><tei:bibl><tei:publisher>courier.example</tei:publisher>
<tei:idno type="URL">{URL}</tei:idno><tei:date when="2025-03-03T08:00:00Z">3 March</tei:date></tei:bibl></tei:sourceDesc>
</tei:fileDesc><tei:profileDesc><tei:textClass><tei:keywords><tei:term>tug</tei:term><tei:term>sea</tei:term></tei:keywords>
</tei:textClass></tei:profileDesc></tei:teiHeader><tei:text><tei:front><tei:p>Front</tei:p></tei:front><tei:body>
<tei:lg><tei:l>One tug</tei:l><tei:l>two tugs</tei:l></tei:lg><tei:p>{STORY}<tei:list><tei:item>one</tei:item></tei:list>
after</tei:p></tei:body></tei:text></tei:TEI><tei:TEI><tei:text><tei:body><tei:p/></tei:body></tei:text></tei:TEI></tei:teiCorpus>"""


def test_a_corpus_is_read_document_by_document(read: Read) -> None:
    (row,), rejections = read(CORPUS.encode(), "corpus.xml")
    known = row["metadata"]
    assert row["text"] == f"One tug\ntwo tugs\n{STORY}\none\nafter"
    assert (row["url"], known["title"], known["authors"]) == (URL, "A second tug", ["Ada Stern", "Finn Borg"])
    assert (known["published_at"], known["language"], known["tags"]) == (
        "2025-03-03T08:00:00+00:00",
        "nb",
        ["tug", "sea"],
    )
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "missing_text")]


def items(*inner: str) -> bytes:
    shown = "".join(f"<item>{one}</item>" for one in inner)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<items>{shown}</items>'.encode()


def test_lists_and_parts_of_scrapys_items_are_read(read: Read) -> None:
    told = (
        f"<url>{URL}</url><title>Tugs &amp; tides</title><author><name>Ada Stern</name><value>1</value></author>"
        f"<text>\n  <value>{STORY}</value>\n  <value>The end</value>\n</text><tags></tags><section>None</section>"
        "<seen>3</seen><meta><score>0.5</score><list><value>a</value><value><b>c</b></value></list></meta>"
    )
    (row,), _ = read(items(told), "a.xml")
    known = row["metadata"]
    assert (row["format"], row["text"], row["url"]) == ("scrapy_xml", f"{STORY}\nThe end", URL)
    assert (known["title"], known["authors"]) == ("Tugs & tides", ["Ada Stern"])
    assert known["extra"] == {"seen": "3", "meta": {"score": "0.5", "list": ["a", {"b": "c"}]}}


def test_a_page_in_an_item_is_read_as_one(read: Read) -> None:
    (row,), _ = read(items("<html><![CDATA[<html><body><p>The tug</p><p>left</p></body></html>]]></html>"), "a.xml")
    assert row["text"] == "The tug\nleft"


@pytest.mark.parametrize("damage", [" & ", "\x0b", "&nbsp;", "<b>"])
def test_a_damaged_item_costs_none_after_it(damage: str, raw: Path, write: Any) -> None:
    told = f"<text>{STORY}</text>"
    write("a.xml", items(told, f"<title>Tugs{damage}tides</title>{told}", told))
    found = read_folder(raw)
    texts = found.documents["text"].to_pylist()
    assert texts[0] == texts[-1] == STORY
    assert "xml_damage" not in found.documents["metadata"][0].as_py()
    assert found.records == len(texts) + len(told_of(found))


WRITTEN = articles(3)
FEED = "".join(['<?xml version="1.0" encoding="utf-8"?>\n<items>', *map(scrapy_item, WRITTEN[:1]), "</items>"])


@pytest.mark.parametrize(
    "written",
    [
        "".join(map(tei, WRITTEN)),
        "\n\n".join(map(trafilatura_xml, WRITTEN)),
        FEED + "".join(FEED.replace(WRITTEN[0].url, one.url) for one in WRITTEN[1:]),
    ],
    ids=["tei", "trafilatura", "scrapy"],
)
@pytest.mark.parametrize("read_bytes", [None, 1, 700])
def test_documents_appended_to_a_file_are_read_one_by_one(
    written: str, read_bytes: int | None, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    if read_bytes:
        monkeypatch.setattr("flows.readers.xml_documents._CHUNK", read_bytes)
    documents, rejections = read(written.encode(), "all.xml")
    assert (rejections, [row["url"] for row in documents]) == ([], [one.url for one in WRITTEN])
    assert [row["record_no"] for row in documents] == [0, 1, 2]


def test_a_damaged_document_costs_none_after_it(read: Read, raw: Path, write: Any) -> None:
    damaged = trafilatura_xml(WRITTEN[1]).replace("<main>", "<main> & ")
    written = "".join((trafilatura_xml(WRITTEN[0]), damaged, trafilatura_xml(WRITTEN[2]))).encode()
    documents, rejections = read(written, "all.xml")
    assert [row["url"] for row in documents] == [WRITTEN[0].url, WRITTEN[2].url]
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "malformed_xml")]
    write("all.xml", written)
    found = read_folder(raw)  # a file can be read a second time
    assert (told_of(found), found.documents["url"].to_pylist()) == ([], [one.url for one in WRITTEN])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<TEI/>", "tei"),
        ('<?xml version="1.0"?><!DOCTYPE x:TEI SYSTEM "tei.dtd">\n<!-- <rss> -->\n<x:TEI xmlns:x="u">', "tei"),
        ("<teiCorpus n='1'>", "tei"),
        ("<doc><main>", "trafilatura_xml"),
        ('<doc title="a > b"\n>\n  <main/>', "trafilatura_xml"),
        ("<items>\n<item>", "scrapy_xml"),
        ("<items/>", "scrapy_xml"),
        ('<doc id="1" url="u" title="t">\nWiki text', None),
        ("<doc><field name='id'>1</field>", None),
        ("<items><thing/>", None),
        ("<TEIform>", None),
        ("<rss><TEI>", "feed"),
        ("<html><body><doc><main>", "html"),
        ('<?xml version="1.0"?><!DOCTYPE html><html><body><items><item>', "html"),
        ("The TEI said <doc><main>", None),
    ],
)
def test_xml_is_told_by_its_root(text: str, name: str | None) -> None:
    found = [one.name for one in FORMATS if one.recognises(Head(text.encode()))]
    assert found[:1] == ([name] if name else [])


def wrapped(kind: str, inner: str, declared: str = "") -> bytes:
    told = f"<!DOCTYPE a [{declared}]>" if declared else ""
    around = {
        "tei": ("<TEI><text><body>", "</body></text></TEI>"),
        "trafilatura_xml": ("<doc><main>", "</main></doc>"),
        "scrapy_xml": ("<items><item><text>", "</text></item></items>"),
    }[kind]
    return f'<?xml version="1.0"?>{told}{around[0]}{inner}{around[1]}'.encode()


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
HARM = {
    "laughs": (f"<p>{STORY}&a11;</p>", LAUGHS),
    "file": ("<p>&x;</p>", '<!ENTITY x SYSTEM "file:///etc/hostname">'),
    "dtd": (f"<p>{STORY}&x;</p>", '<!ENTITY % y SYSTEM "http://127.0.0.1:9/x.dtd"> %y;'),
    "deep": ("<b>" * 50_000 + STORY + "</b>" * 50_000, ""),
    "attribute": (f"<p a='{'a' * 11_000_000}'>{STORY}</p>", ""),
    "attributes": ("<p " + " ".join(f"a{n}='{n}'" for n in range(20_000)) + f">{STORY}</p>", ""),
    "text": (f"<p>{'a' * 11_000_000}</p>", ""),
    "many": ("<p/>" * 210_000, ""),
    "lines": ("<p>a</p>" * 51_000, ""),
    "namespaces": ("".join(f'<p xmlns="u{n}"><b xmlns="v{n}"/></p>' for n in range(20_000)) + STORY, ""),
    "quotes": ("<quote><code>" * 100 + STORY + "</code></quote>" * 100, ""),
}


LONG = ("attributes", "many", "lines", "namespaces")
CASES = [
    (kind, harm)
    for harm in HARM
    for kind in ("tei", "trafilatura_xml", "scrapy_xml")
    if kind == "tei" or harm not in LONG
]


@pytest.mark.parametrize(("kind", "harm"), CASES, ids=[f"{kind}-{harm}" for kind, harm in CASES])
def test_xml_built_to_harm_ends_within_bounds(kind: str, harm: str, read: Read) -> None:
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    documents, rejections = read(wrapped(kind, *HARM[harm]), "a.xml")
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10
    assert len(documents) + len(rejections) in ((1, 2) if harm == "attribute" else (1,))
    assert {reason for _, reason, _ in rejections} <= {"malformed_xml", "nested_too_deep", "too_large", "missing_text"}
    assert all("hahaha" not in row["text"] and len(row["text"]) < 1_000 for row in documents)


@pytest.mark.parametrize("write_one", [tei, trafilatura_xml], ids=["tei", "trafilatura"])
def test_a_document_cut_anywhere_is_one_rejection_with_its_bytes(write_one: Any, read: Read) -> None:
    whole = write_one(WRITTEN[0]).encode()
    for end in range(40, len(whole) - 8, 97):
        documents, rejections = read(whole + whole[:end], "a.xml")
        assert [row["url"] for row in documents] == [WRITTEN[0].url]
        assert [(number, reason) for number, reason, _ in rejections] == [(1, "malformed_xml")]


def test_two_thousand_small_documents_in_a_file_take_no_longer_each(read: Read) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        documents, _ = read(b"<doc><main>a</main></doc>\n" * count, "a.xml")
        assert len(documents) == count
        return time.process_time() - began

    seconds(10)
    assert seconds(2_000) < 12 * max(seconds(500), 0.01)
