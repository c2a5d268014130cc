"""The same articles in every format: what the shared suite of readers reads.

A new format is one entry in WRITERS: how to write articles in it, as files by name.
"""

import bz2
import csv
import gzip
import html
import io
import json
import lzma
import quopri
import random
import re
import tarfile
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

import pyarrow as pa
import pyarrow.parquet as pq

_PLACES = ("quay", "fish market", "north pier", "old lighthouse", "ferry landing", "customs house", "rope walk")
_WORDS = (
    "board", "harbour", "tug", "winter", "storm", "council", "vote", "repair", "crane", "budget", "captain", "tide",
    "engine", "cargo", "permit", "inspector", "ferry", "strike", "warehouse", "contract", "dredger", "salvage",
)  # fmt: skip


@dataclass(frozen=True)
class Article:
    """What every format can say of one."""

    url: str
    title: str
    paragraphs: tuple[str, ...]
    published: str
    fetched: str
    author: str
    language: str = "en"

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def articles(count: int) -> list[Article]:
    """Articles that no two are alike of, the same every time."""
    drawn = random.Random(23)

    def sentence() -> str:
        words = " ".join(drawn.choices(_WORDS, k=11))
        return f"The {drawn.choice(_PLACES)} saw {words} and {drawn.randrange(10**6)} crowns – “so be it”, said Åsa Ødegård."

    return [
        Article(
            url=f"https://www.courier.example/harbour/{number}-{drawn.randrange(10**6)}",
            title=f"Number {number}: {drawn.choice(_PLACES)} & {drawn.choice(_WORDS)} <again>",
            paragraphs=tuple(" ".join(sentence() for _ in range(3)) for _ in range(5)),
            published=f"2025-03-{number % 27 + 1:02d}T08:{number % 60:02d}:00+00:00",
            fetched=f"2025-03-{number % 27 + 1:02d}T21:{number % 60:02d}:00+00:00",
            author=drawn.choice(("Ada Stern", "Finn Borg", "Mina Okoro")),
        )
        for number in range(count)
    ]


Files = dict[str, bytes]
Writer = Callable[[Sequence[Article]], Files]


def record(article: Article) -> dict[str, str | list[str]]:
    """An article as the fields that scrapers write."""
    return {
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "published_at": article.published,
        "fetched_at": article.fetched,
        "authors": [article.author],
        "language": article.language,
    }


def page(article: Article) -> str:
    """An article as a page of its site."""
    told = html.escape
    body = "".join(f"<p>{told(paragraph)}</p>\n" for paragraph in article.paragraphs)
    return (
        f'<!doctype html>\n<html lang="{article.language}"><head><meta charset="utf-8">'
        f"<title>{told(article.title)}</title>"
        f'<link rel="canonical" href="{told(article.url)}">'
        f'<meta property="article:published_time" content="{article.published}">'
        f'<meta name="author" content="{told(article.author)}">'
        f"</head><body><article>\n{body}</article></body></html>\n"
    )


def _texts(written: Sequence[Article]) -> Files:
    files: Files = {}
    for number, article in enumerate(written):
        known = record(article)
        files[f"{number:03d}.txt"] = str(known.pop("text")).encode()
        files[f"{number:03d}.txt.meta.json"] = json.dumps(known).encode()
    return files


def _pages(written: Sequence[Article]) -> Files:
    files: Files = {}
    for number, article in enumerate(written):
        files[f"{number:03d}.html"] = page(article).encode()
        files[f"{number:03d}.html.meta.json"] = json.dumps({"fetched_at": article.fetched}).encode()
    return files


def _lines(written: Sequence[Article]) -> Files:
    return {"a.jsonl": b"".join(json.dumps(record(article)).encode() + b"\n" for article in written)}


def _array(written: Sequence[Article]) -> Files:
    return {"a.json": json.dumps([record(article) for article in written], ensure_ascii=False, indent=1).encode()}


def _rows(written: Sequence[Article], delimiter: str) -> bytes:
    table = io.StringIO()
    writer = csv.DictWriter(table, list(record(written[0])), delimiter=delimiter)
    writer.writeheader()
    for article in written:
        known = record(article)
        writer.writerow(known | {"authors": "; ".join(known["authors"])})
    return table.getvalue().encode()


def _csv(written: Sequence[Article]) -> Files:
    return {"a.csv": _rows(written, ",")}


def _tsv(written: Sequence[Article]) -> Files:
    return {"a.tsv": _rows(written, "\t")}


def _table(written: Sequence[Article]) -> pa.Table:
    return pa.Table.from_pylist([record(article) for article in written])


def _parquet(written: Sequence[Article]) -> Files:
    packed = io.BytesIO()
    pq.write_table(_table(written), packed, row_group_size=3)
    return {"a.parquet": packed.getvalue()}


def _arrow(written: Sequence[Article]) -> Files:
    packed = io.BytesIO()
    table = _table(written)
    with pa.ipc.new_file(packed, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table, max_chunksize=3)
    return {"a.arrow": packed.getvalue()}


def _zip(written: Sequence[Article]) -> Files:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _texts(written).items():
            archive.writestr(zipfile.ZipInfo(f"pages/{name}"), data)
    return {"a.zip": packed.getvalue()}


def _tar(written: Sequence[Article]) -> Files:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in _pages(written).items():
            member = tarfile.TarInfo(f"pages/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return {"a.tar": packed.getvalue()}


def warc_record(article: Article, body: bytes | None = None, **headers: str) -> bytes:
    """An article's page as crawlers keep the response."""
    page_bytes = page(article).encode() if body is None else body
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page_bytes
    told = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, article.url)}>",
        "WARC-Date": article.fetched.replace("+00:00", "Z"),
        "WARC-Target-URI": article.url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(http)),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = ["WARC/1.0", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + http + b"\r\n\r\n"


def _warc(written: Sequence[Article]) -> Files:
    return {"a.warc": b"".join(warc_record(article) for article in written)}


def _mhtml(written: Sequence[Article]) -> Files:
    """As Chromium saves pages."""
    files: Files = {}
    for number, article in enumerate(written):
        shown = quopri.encodestring(page(article).encode()).replace(b"\n", b"\r\n")
        fetched = datetime.fromisoformat(article.fetched)
        files[f"{number:03d}.mhtml"] = (
            b"From: <Saved by Blink>\r\n"
            b"Snapshot-Content-Location: " + article.url.encode() + b"\r\n"
            b"Subject: =?utf-8?Q?" + quopri.encodestring(article.title.encode(), header=True) + b"?=\r\n"
            b"Date: " + f"{fetched:%a, %d %b %Y %H:%M:%S +0000}".encode() + b"\r\n"
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n"
            b'\tboundary="----MultipartBoundary--x%d----"\r\n\r\n\r\n' % number
            + b"------MultipartBoundary--x%d----\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n" % number
            + b"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: " + article.url.encode() + b"\r\n\r\n"
            + shown
            + b"\r\n------MultipartBoundary--x%d----\r\nContent-Type: image/png\r\n" % number
            + b"Content-Transfer-Encoding: base64\r\nContent-Location: https://a.example/p.png\r\n\r\niVBORw0KGgo=\r\n"
            + b"------MultipartBoundary--x%d------\r\n" % number
        )  # fmt: skip
    return files


def mail(article: Article) -> bytes:
    """An article as a newsletter, as mailing services send them."""
    made = EmailMessage(policy=SMTP)
    sent, came = datetime.fromisoformat(article.published), datetime.fromisoformat(article.fetched)
    made["Received"] = (
        f"from mx.courier.example by mail.example with ESMTPS id 7; {came:%a, %d %b %Y %H:%M:%S %z} (UTC)"
    )
    made["Archived-At"] = f"<{article.url}>"
    made["Date"] = f"{sent:%a, %d %b %Y %H:%M:%S %z}"
    made["From"] = f"{article.author} <news@courier.example>"
    made["To"] = "reader@mail.example"
    made["Subject"] = article.title
    made["Message-ID"] = "<1@courier.example>"
    made["List-Id"] = "The Courier <daily.courier.example>"
    made["Content-Language"] = article.language
    made.set_content("Look at this mail in a browser.")
    made.add_alternative(page(article), subtype="html", charset="utf-8")
    made.set_boundary("=_part")
    return made.as_bytes()


def _eml(written: Sequence[Article]) -> Files:
    return {f"{number:03d}.eml": mail(article) for number, article in enumerate(written)}


def _mbox(written: Sequence[Article]) -> Files:
    mails = (re.sub(rb"(?m)^(>*From )", rb">\1", mail(article).replace(b"\r\n", b"\n")) for article in written)
    return {"a.mbox": b"".join(b"From daily@courier.example Sat Mar  1 21:00:00 2025\n" + one + b"\n" for one in mails)}


def feed_item(article: Article) -> str:
    """An article as WordPress puts it into its feed."""
    told = html.escape
    body = "".join(f"<p>{told(paragraph)}</p>\n" for paragraph in article.paragraphs)
    return (
        f"<item><title>{told(article.title)}</title><link>{article.url}</link>"
        f"<dc:creator><![CDATA[{article.author}]]></dc:creator>"
        f"<pubDate>{datetime.fromisoformat(article.published):%a, %d %b %Y %H:%M:%S +0000}</pubDate>"
        f'<guid isPermaLink="false">{article.url}#guid</guid><description>A teaser [&amp;hellip;]</description>'
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>\n"
    )


def _feed(written: Sequence[Article]) -> Files:
    """Each as a feed of one: when it was fetched, its sidecar alone can say."""
    opening = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        "<channel><title>The Courier</title><link>https://www.courier.example</link><language>en</language>\n"
    )
    files: Files = {}
    for number, article in enumerate(written):
        files[f"{number:03d}.rss"] = f"{opening}{feed_item(article)}</channel></rss>\n".encode()
        files[f"{number:03d}.rss.meta.json"] = json.dumps({"fetched_at": article.fetched}).encode()
    return files


def tei(article: Article) -> str:
    """An article as trafilatura writes it in TEI; its comments are empty."""
    told = html.escape
    body = "".join(f"        <p>{told(paragraph)}</p>\n" for paragraph in article.paragraphs)
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0">\n  <teiHeader><fileDesc><titleStmt>'
        f'<title type="main">{told(article.title)}</title><author>{article.author}</author></titleStmt>'
        '<publicationStmt><p/></publicationStmt><notesStmt><note type="fingerprint">f3a1</note></notesStmt>'
        "<sourceDesc><bibl>The Courier</bibl><biblFull><publicationStmt>"
        f'<publisher>The Courier (courier.example)</publisher><ptr type="URL" target="{article.url}"/>'
        f"<date>{article.published}</date></publicationStmt></biblFull></sourceDesc></fileDesc>"
        f'<profileDesc><abstract><p/></abstract><langUsage><language ident="{article.language}"/></langUsage>'
        f'<creation><date type="download">{article.fetched}</date></creation></profileDesc>'
        "</teiHeader>\n  <text>\n    <body>\n"
        f'      <div type="entry">\n{body}      </div>\n      <div type="comments"/>\n    </body>\n  </text>\n</TEI>\n'
    )


def _tei(written: Sequence[Article]) -> Files:
    """As a corpus: trafilatura's command line writes one a file."""
    opening = '<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">\n<teiHeader/>\n'
    return {"a.tei": f"{opening}{''.join(map(tei, written))}</teiCorpus>\n".encode()}


def trafilatura_xml(article: Article) -> str:
    """An article as trafilatura writes it in XML of its own."""
    told = html.escape
    body = "".join(f"    <p>{told(paragraph)}</p>\n" for paragraph in article.paragraphs)
    return (
        f'<doc sitename="The Courier" title="{told(article.title)}" author="{article.author}" '
        f'date="{article.published}" url="{article.url}" hostname="courier.example" language="{article.language}" '
        f'fingerprint="f3a1">\n  <main>\n{body}  </main>\n  <comments/>\n</doc>\n'
    )


def _trafilatura_xml(written: Sequence[Article]) -> Files:
    files: Files = {}
    for number, article in enumerate(written):
        files[f"{number:03d}.xml"] = trafilatura_xml(article).encode()
        files[f"{number:03d}.xml.meta.json"] = json.dumps({"fetched_at": article.fetched}).encode()
    return files


def scrapy_item(article: Article) -> str:
    """An article as Scrapy's XML exporter writes it."""
    told = {name: html.escape(value, quote=False) for name, value in record(article).items() if isinstance(value, str)}
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    return f"<item>{fields}<authors><value>{article.author}</value></authors></item>"


def _scrapy_xml(written: Sequence[Article]) -> Files:
    items = "\n".join(map(scrapy_item, written))
    return {"a.xml": f'<?xml version="1.0" encoding="utf-8"?>\n<items>\n{items}\n</items>'.encode()}


WRITERS: dict[str, Writer] = {
    "zip": _zip,
    "tar": _tar,
    "warc": _warc,
    "mbox": _mbox,
    "mhtml": _mhtml,
    "eml": _eml,
    "feed": _feed,
    "tei": _tei,
    "trafilatura_xml": _trafilatura_xml,
    "scrapy_xml": _scrapy_xml,
    "html": _pages,
    "jsonl": _lines,
    "json": _array,
    "csv": _csv,
    "parquet": _parquet,
    "arrow": _arrow,
    "tsv": _tsv,
    "text": _texts,
}
"""By the name of the format."""


COMPRESS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("", lambda data: data),
    "gzip": (".gz", lambda data: gzip.compress(data, mtime=0)),
    "bzip2": (".bz2", bz2.compress),
    "xz": (".xz", lzma.compress),
    "zstd": (".zst", lambda data: bytes(pa.Codec("zstd").compress(data, asbytes=True))),
}
"""Suffix and what packs, by the name of the compression."""


def packed(files: Files, compression: str) -> Files:
    """Compress each file; sidecars stay as they are, under the new name of their file."""
    suffix, pack = COMPRESS[compression]
    beside = ".meta.json"
    return {
        (name.removesuffix(beside) + suffix + beside if name.endswith(beside) else name + suffix): (
            data if name.endswith(beside) else pack(data)
        )
        for name, data in files.items()
    }
