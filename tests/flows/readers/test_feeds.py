"""Feeds of every dialect, as content systems write them, as they come broken, and as an attacker would."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from flows.readers import RawFile, Sink, read_stream
from flows.settings import load_settings
from tests.flows.readers.conftest import Read
from tests.flows.readers.test_mail import one
from tests.flows.readers.test_mail import read as read_folder
from tests.flows.readers.test_mail import told as told_of

Write = Callable[..., Path]
STORY = "The harbour board voted on Monday to buy a second tug before the winter storms."
LONG = " ".join([STORY] * 10)
NAMES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(*items: str, channel: str = "<link>https://courier.example/</link>") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?>\n<rss version="2.0" {NAMES}><channel>{channel}{inner}</channel></rss>'.encode()


def atom(*entries: str, attributes: str = "") -> bytes:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inner}</feed>'.encode()


CONTENT = f"<content:encoded><![CDATA[<p>{STORY}</p>]]></content:encoded>"


@pytest.mark.parametrize(
    "item",
    [
        CONTENT,
        f"<description>Short</description>{CONTENT}",
        f"<content:encoded>&lt;p&gt;{STORY}&lt;/p&gt;</content:encoded>",
        f'<body xmlns="http://www.w3.org/1999/xhtml"><p>{STORY}</p></body>',
        f'<yandex:full-text xmlns:yandex="http://news.yandex.ru">{STORY}</yandex:full-text>',
    ],
)
def test_the_content_is_read_wherever_a_feed_has_it(item: str, read: Read) -> None:
    documents, rejections = read(rss(item), "a.rss")
    assert (rejections, [row["text"] for row in documents]) == ([], [STORY])


@pytest.mark.parametrize(
    "content",
    [
        f'<content type="html">&lt;p&gt;{STORY}&lt;/p&gt;</content>',
        f'<content type="text">{STORY}</content>',
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{STORY}</p></div></content>',
        f'<content type="xhtml" xmlns:h="http://www.w3.org/1999/xhtml"><h:div><h:p>{STORY}</h:p></h:div></content>',
        f"<summary>Short</summary><content><![CDATA[{STORY}]]></content>",
    ],
)
def test_atoms_contents_are_read_as_their_types_say(content: str, read: Read) -> None:
    documents, rejections = read(atom(content), "a.atom")
    assert (rejections, [row["text"] for row in documents]) == ([], [STORY])


def test_what_rss_says_of_an_item_is_read(read: Read) -> None:
    item = (
        "<title>Tugs &amp;amp; tides</title><link>https://feeds.example/click/7</link>"
        "<feedburner:origLink>https://courier.example/tug</feedburner:origLink>"
        "<pubDate>Sat, 01 Mar 2025 08:00:00 +0100</pubDate><author>ada@courier.example (Ada Stern)</author>"
        "<category>Harbour</category><category domain='x'>Tugs</category><media:keywords>sea, storm</media:keywords>"
        f"<guid>7</guid>{CONTENT}"
    )
    ((row,), _) = read(rss(item, channel="<language>en-gb</language>"), "a.rss")
    known = row["metadata"]
    assert (row["url"], known["title"], known["authors"]) == (
        "https://courier.example/tug",
        "Tugs & tides",
        ["Ada Stern"],
    )
    assert (known["published_at"], known["published_zone"]) == ("2025-03-01T07:00:00+00:00", "+01:00")
    assert (known["language"], known["tags"]) == ("en-gb", ["Harbour", "Tugs", "sea", "storm"])
    assert known["extra"] == {"feed_id": "7"}


def test_what_atom_says_of_an_entry_is_read(read: Read) -> None:
    entry = (
        '<title type="html">&lt;b&gt;Tugs&lt;/b&gt; &amp;amp; tides</title><link rel="self" href="/feed"/>'
        '<link rel="alternate" type="text/html" href="tug"/><published>2025-03-01T08:00:00Z</published>'
        "<updated>2025-03-02T08:00:00Z</updated><author><name>Ada Stern</name><email>a@b.example</email></author>"
        f'<category term="t1" label="Tugs"/><id>tag:7</id><content type="text">{STORY}</content>'
    )
    ((row,), _) = read(atom(entry, attributes='xml:lang="de" xml:base="https://courier.example/news/"'), "a.atom")
    known = row["metadata"]
    assert (row["url"], known["title"], known["authors"]) == (
        "https://courier.example/news/tug",
        "Tugs & tides",
        ["Ada Stern"],
    )
    assert (known["published_at"], known["modified_at"]) == ("2025-03-01T08:00:00+00:00", "2025-03-02T08:00:00+00:00")
    assert (known["language"], known["tags"], known["extra"]) == ("de", ["Tugs"], {"feed_id": "tag:7"})


def test_items_of_rdf_stand_beside_their_channel(read: Read) -> None:
    data = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f"{NAMES}><channel><dc:language>fr</dc:language></channel><item><link>https://courier.example/tug</link>"
        f"<dc:creator>Ada Stern</dc:creator><dc:date>2025-03-01</dc:date>{CONTENT}</item></rdf:RDF>"
    )
    ((row,), _) = read(data.encode(), "a.xml")
    assert (row["format"], row["url"], row["metadata"]["language"]) == ("feed", "https://courier.example/tug", "fr")
    assert (row["metadata"]["authors"], row["metadata"]["published_at"][:10]) == (["Ada Stern"], "2025-03-01")


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://courier.example/tug</guid>", "https://courier.example/tug"),
        ("<guid isPermaLink='false'>https://courier.example/tug</guid>", None),
        ("<link>/tug</link>", "https://courier.example/tug"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[bad/</link>", None),
    ],
)
def test_an_items_address_is_that_of_its_page(item: str, url: str | None, read: Read) -> None:
    ((row,), _) = read(rss(item + CONTENT), "a.rss")
    assert row["url"] == url


@pytest.mark.parametrize(
    ("item", "taken"),
    [
        (f"<description>{LONG}</description>", True),
        (f"<description>{STORY}</description>", False),
        (f"<description>{LONG} […]</description>", False),
        (f"<description>{LONG} [&amp;#8230;]</description>", False),
        (f"<description>&lt;p&gt;{LONG}...&lt;/p&gt;</description>", False),
        ("<title>A tug</title>", False),
        ("", False),
    ],
    ids=range(7),
)
def test_a_teaser_is_no_article(item: str, taken: bool, read: Read) -> None:
    documents, rejections = read(rss(item), "a.rss")
    assert len(documents) == taken
    assert [reason for _, reason, _ in rejections] == [] if taken else ["missing_text"]


def test_an_impossible_date_costs_one_item(read: Read) -> None:
    bad = f"<pubDate>Mon, 32 Mar 2025 08:00:00 +0000</pubDate>{CONTENT}"
    documents, rejections = read(rss(CONTENT, bad, CONTENT), "a.rss")
    assert [row["record_no"] for row in documents] == [0, 2]
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "impossible_date")]


def test_an_item_over_the_limit_costs_no_other(read: Read) -> None:
    documents, rejections = read(
        rss(CONTENT, f"<p>{LONG * 400}</p>" * 2 + CONTENT, CONTENT), "a.rss", max_record_bytes=9000
    )
    assert [row["record_no"] for row in documents] == [0, 2]
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "too_large")]


@pytest.mark.parametrize("damage", [" & ", "&nbsp;", "\x00"])
def test_a_broken_feed_is_read_on_from_the_damage_and_says_so(damage: str, raw: Path, write: Write) -> None:
    write("a.rss", rss(CONTENT, f"<title>Tugs{damage}tides</title>{CONTENT}", CONTENT))
    found = read_folder(raw)
    assert told_of(found) == []
    assert found.documents["record_no"].to_pylist() == [0, 1, 2]
    marked = ["xml_damage" in told for told in found.documents["metadata"].to_pylist()]
    assert marked == [False, True, True]


def test_a_feed_that_declares_no_prefixes_is_read_all_the_same(raw: Path, write: Write) -> None:
    write("a.rss", rss(f"<dc:creator>Ada Stern</dc:creator>{CONTENT}").replace(NAMES.encode(), b""))
    row = one(raw)
    assert (row["text"], row["authors"]) == (STORY, ["Ada Stern"])


def test_a_broken_feed_that_comes_but_once_keeps_what_came_before(read: Read) -> None:
    documents, rejections = read(rss(CONTENT, f"<title>Tugs & tides</title>{CONTENT}", CONTENT), "a.rss")
    assert len(documents) == 1
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "malformed_xml")]


def bomb(declared: str, used: str) -> bytes:
    return rss(CONTENT, f"<title>{used}</title>{CONTENT}").replace(
        b"<rss", f"<!DOCTYPE rss [{declared}]>\n<rss".encode(), 1
    )


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "data",
    [
        bomb(LAUGHS, "&a11;"),
        bomb('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;"),
        bomb('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;', "&x;"),
        b"<rss><channel><item>" + b"<b>" * 100_000,
        rss(CONTENT)[:-30],
    ],
    ids=["laughs", "file", "dtd", "deep", "cut"],
)
def test_a_feed_built_to_harm_is_a_rejection(data: bytes, raw: Path, write: Write) -> None:
    write("a.rss", data)
    found = read_folder(raw)
    assert [reason for _, reason in told_of(found)][-1] in ("malformed_xml", "nested_too_deep", "missing_text")
    texts = found.documents["text"].to_pylist()
    assert set(texts) <= {STORY}
    assert all("hahaha" not in told for told in found.documents["metadata"].to_pylist())


def test_a_long_feed_gives_its_items_as_they_come() -> None:
    sink = Sink(file=RawFile("a.rss", 0, 0), settings=load_settings(), recognise=lambda _: None)
    before: list[int] = []

    def chunks() -> Iterator[bytes]:
        data = rss(*[CONTENT] * 1_000)
        for at in range(0, len(data), 1 << 14):
            before.append(len(sink.rows.documents))
            yield data[at : at + (1 << 14)]

    class Coming(io.RawIOBase):
        def __init__(self) -> None:
            self.chunks = chunks()

        def read(self, _size: int = -1) -> bytes:
            return next(self.chunks, b"")

    read_stream(cast(BinaryIO, Coming()), sink)
    assert len(sink.rows.documents) == 1_000
    assert before[-1] > 400


def test_a_sidecar_tells_when_a_feed_was_fetched(raw: Path, write: Write) -> None:
    write("a.rss", rss(CONTENT), fetched_at="2025-03-01T21:00:00Z")
    row: dict[str, Any] = one(raw)
    assert row["fetched_at"] == "2025-03-01T21:00:00+00:00"


OPENINGS = (
    '\ufeff<?xml version="1.0"?><?xml-stylesheet href="x"?>\n<!-- made by <rss> -->\n',
    "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>\n",
)


@pytest.mark.parametrize("opening", OPENINGS, ids=range(2))
def test_a_feed_is_told_by_its_root(opening: str, read: Read) -> None:
    root = rss(CONTENT).decode().partition("?>")[2].strip()
    documents, rejections = read((opening + root).encode(), "download.php")
    assert (rejections, [row["format"] for row in documents]) == ([], ["feed"])
