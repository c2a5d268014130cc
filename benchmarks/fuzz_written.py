"""Files that fuzzing starts from, beside those of the shared suite of readers: what only some files of a format have."""

import base64
import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.readers.raw_files import SIDECAR
from tests.flows.readers.written import WRITERS, Article, articles, feed_item, mail, page, record, warc_record

Wrap = Callable[[bytes], bytes]
SHORT = 120
"""Characters of a paragraph: short inputs are tried faster, and more of them."""
STORY = "The harbour board met on Monday and bought a second tug, said Ada Stern.\n"
_RSS = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><language>en</language>\n'


@dataclass(frozen=True)
class Seed:
    """A file, and where each of its records ends, if they stand one after the other."""

    data: bytes
    ends: tuple[int, ...] = ()


def small(count: int) -> list[Article]:
    """Articles of two short paragraphs."""
    return [
        Article(
            url=one.url,
            title=one.title,
            paragraphs=tuple(paragraph[:SHORT] for paragraph in one.paragraphs[:2]),
            published=one.published,
            fetched=one.fetched,
            author=one.author,
        )
        for one in articles(count)
    ]


def one_after_the_other(pieces: Sequence[bytes]) -> Seed:
    """Return records that stand one after the other."""
    return Seed(b"".join(pieces), tuple(accumulate(map(len, pieces))))


def _lines() -> list[Seed]:
    made = [json.dumps(record(one)).encode() + b"\n" for one in small(4)]
    odd = b'{"text":"\\ud800 \\u202e a","date":"99999-01-01","n":1e999,"big":123456789012345678901234567890}\n{"html":"<p>x"}\n'
    return [one_after_the_other(made), Seed(b"".join(made).decode().encode("utf-16")), Seed(odd)]


def _rows(delimiter: bytes) -> list[Seed]:
    rows = WRITERS["csv" if delimiter == b"," else "tsv"](small(4))
    (data,) = rows.values()
    header, *pieces = [row + b"\r\n" for row in data.split(b"\r\n")[:-1]]
    ends = tuple(accumulate(map(len, pieces), initial=len(header)))[1:]
    quoted = b'url,title,text\nhttps://a.example/1,=1+1,"a ""b"" c\nd"\n,,\nhttps://a.example/2,x,"never closed\nmore\n'
    return [Seed(data, ends), Seed(quoted.replace(b",", delimiter)), Seed(data.decode().encode("utf-16-le"))]


def _warcs() -> list[Seed]:
    one = small(1)[0]
    packed = gzip.compress(page(one).encode(), mtime=0)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    whole = warc_record(one, **{"WARC-Type": "response"})
    head, _, _ = whole.partition(b"HTTP/1.1")
    head = b"\r\n".join(
        b"Content-Length: %d" % len(http + chunks) if line.startswith(b"Content-Length") else line
        for line in head.split(b"\r\n")
    )
    wet = (
        b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: text/plain\r\n"
        b"WARC-Identified-Content-Language: deu,eng\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(STORY), STORY.encode())
    )  # fmt: skip
    return [
        one_after_the_other([warc_record(one) for one in small(3)]),
        Seed(head + http + chunks + b"\r\n\r\n" + wet),
    ]


def _mailboxes() -> list[Seed]:
    (data,) = WRITERS["mbox"](small(4)).values()
    line = data[: data.index(b"\n") + 1]
    starts = [at for at in range(len(data)) if data.startswith(b"\n" + line, at)]
    return [Seed(data, tuple(start + 1 + len(line) for start in starts))]


def _mails() -> list[Seed]:
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth) for depth in range(4)
    )
    text = base64.encodebytes(STORY.encode("utf-16"))
    flowed = b"From: a@b.example\r\nReceived: x\r\nSubject: =?utf-8?q?T=C3=BCg?= =?x?b?!!?=\r\nContent-Type: text/plain; format=flowed; delsp=yes\r\n\r\n> a \r\n>> b \r\nc\r\n"
    return [
        Seed(b"From: a@b.example\r\nMIME-Version: 1.0\r\n" + parts + b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n" + text),
        Seed(flowed),
        Seed(mail(small(1)[0]).replace(b"8bit", b"quoted-printable")),
    ]  # fmt: skip


def _feeds() -> list[Seed]:
    items = [feed_item(one).encode() for one in small(3)]
    head = _RSS.replace(">", ' xmlns:dc="http://purl.org/dc/elements/1.1/">', 1).encode()
    whole = head + b"".join(items) + b"</channel></rss>"
    ends = tuple(accumulate(map(len, items), initial=len(head)))[1:]
    atom = (
        '<?xml version="1.0" encoding="iso-8859-1"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://a.example/n/">'
        f'<entry><title type="html">&lt;b&gt;x</title><link href="tug"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{STORY}&nbsp;</p></div></content></entry></feed>'
    ).encode()
    bomb = (
        b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        + whole.replace(b"harbour", b"&b;&c;")
    )
    return [Seed(whole, ends), Seed(atom), Seed(bomb)]


def _scrapy_feeds() -> list[Seed]:
    (data,) = WRITERS["scrapy_xml"](small(4)).values()
    ends = tuple(found.end() for found in re.finditer(b"</item>", data))
    bomb = data.replace(b"<items>", b'<!DOCTYPE items [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><items>').replace(
        b"harbour", b"&b;"
    )
    return [Seed(data, ends), Seed(bomb)]


def _pages() -> list[Seed]:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "articleBody": STORY,
        "datePublished": "2025-03-01",
    }
    data = (
        f'<html lang=de><meta charset=windows-1252><script type="application/ld+json">{json.dumps(told)}</script>'
        '<meta property="og:title" content="A &amp; B"><time datetime="2025-03-01T08:00">1.3.</time><nav><ul><li><a href="/x">x</a>'
        f"</ul></nav><main><h1>T</h1><table><tr><td><p>{STORY}<pre>a\n b</pre><template><p>no</template><svg><p>x</svg></main>"
    )
    return [Seed(data.encode()), Seed(data.encode("utf-16")), Seed(page(small(1)[0]).encode("latin-1", "replace"))]


def _tars() -> list[Seed]:
    pieces = [_in_tar(f"p/{at}.html", page(one).encode()) for at, one in enumerate(small(3))]
    seed = one_after_the_other(pieces)
    return [
        Seed(seed.data + b"\0" * 1024, seed.ends),
        Seed(_in_tar("x" * 120 + ".jsonl", WRITERS["jsonl"](small(2))["a.jsonl"]) + b"\0" * 1024),
    ]


def _in_tar(name: str, data: bytes) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    return member.tobuf(tarfile.GNU_FORMAT) + data + b"\0" * (-len(data) % 512)


def _zips() -> list[Seed]:
    return [
        Seed(_zip_of(WRITERS["warc"](small(2)) | WRITERS["tar"](small(1)))),
        Seed(
            _zip_of({"datapackage.json": b"{}", "archive/a.warc.gz": gzip.compress(warc_record(small(1)[0]), mtime=0)})
        ),
    ]


def _zip_of(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def _parquets() -> list[Seed]:
    table = pa.Table.from_pylist([record(one) for one in small(3)])
    ways: list[dict[str, Any]] = [
        {"compression": "zstd", "row_group_size": 1},
        {"compression": "gzip", "data_page_version": "2.0", "use_dictionary": False},
        {
            "compression": "none",
            "use_dictionary": False,
            "column_encoding": {"text": "DELTA_BYTE_ARRAY", "url": "DELTA_LENGTH_BYTE_ARRAY"},
        },
    ]
    return [Seed(_parquet(table, **way)) for way in ways]


def _parquet(table: pa.Table, **way: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **way)
    return file.getvalue()


def _arrows() -> list[Seed]:
    table = pa.Table.from_pylist([record(one) for one in small(3)])
    table = table.set_column(1, "title", table["title"].dictionary_encode())
    nested = table.append_column(
        "more", pa.array([{"a": [1, None], "t": datetime(2025, 3, 1, tzinfo=UTC)}] * len(table))
    )
    return [
        Seed(_arrow(table, pa.ipc.new_stream)),
        Seed(_arrow(nested, partial(pa.ipc.new_file, options=pa.ipc.IpcWriteOptions(compression="zstd")))),
    ]


def _arrow(table: pa.Table, opened: Callable[..., Any]) -> bytes:
    file = io.BytesIO()
    with opened(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return file.getvalue()


def _one_html(data: bytes) -> bytes:
    return warc_record(small(1)[0], body=data)


def _in_feed(data: bytes) -> bytes:
    return (
        f"{_RSS}<item><content:encoded><![CDATA[".encode()
        + data.replace(b"]]>", b"")
        + b"]]></content:encoded></item></channel></rss>"
    )


def _in_mail(data: bytes) -> bytes:
    head = b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64.encodebytes(data)


INNER = (page(small(1)[0]).encode(), WRITERS["jsonl"](small(2))["a.jsonl"], STORY.encode())
MORE: dict[str, Callable[[], list[Seed]]] = {
    "jsonl": _lines,
    "json": lambda: [Seed(b'{"text": "a", "authors": [{"name": [1, {}]}], "url": 1}'), Seed(json.dumps(record(small(1)[0])).encode("utf-16"))],
    "csv": lambda: _rows(b","),
    "tsv": lambda: _rows(b"\t"),
    "warc": _warcs,
    "mbox": _mailboxes,
    "eml": _mails,
    "feed": _feeds,
    "scrapy_xml": _scrapy_feeds,
    "html": _pages,
    "parquet": _parquets,
    "arrow": _arrows,
    "tar": _tars,
    "zip": _zips,
    "text": lambda: [Seed(STORY.encode("utf-16")), Seed("É½Ã¼ â€œx\u202e\u00ad\n".encode()), Seed("Åsa Ødegård så.\r\n".encode("cp1252"))],
}  # fmt: skip
"""Seeds beside the shared suite's, by format."""
WRAPS: dict[str, tuple[Wrap, ...]] = {
    "zip": (lambda data: _zip_of({"a.html": data}), lambda data: _zip_of({"a.jsonl": data, f"a.jsonl{SIDECAR}": data})),
    "tar": (lambda data: _in_tar("a.html", data) + _in_tar(f"a.html{SIDECAR}", data) + b"\0" * 1024,),
    "warc": (_one_html,),
    "feed": (_in_feed,),
    "eml": (_in_mail,),
}
