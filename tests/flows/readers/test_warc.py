"""WARC and WET as Common Crawl, wget, warcio and browser crawlers write them, and as they come damaged."""

import gzip
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import brotli
import pyarrow as pa
import pytest

from flows.readers import plan, read_unit, scan, stream_unit, warc_cuts, warc_frames
from flows.readers.units import UnitTables
from flows.settings import load_settings
from tests.flows.readers.written import Article, articles, page, warc_record

Write = Callable[..., Path]
WRITTEN = articles(12)
ONE = WRITTEN[0]
PAGE = page(ONE).encode()


def read_all(raw: Path, **given: object) -> list[UnitTables]:
    settings = load_settings(raw=raw, **given)
    units = plan(scan(raw), raw, settings)
    return [read_unit(unit, raw=raw, settings=settings, sites=lambda _: None) for unit in units]


def read(raw: Path, **given: object) -> UnitTables:
    (tables,) = read_all(raw, **given)
    return tables


def passed_over(raw: Path) -> Counter[str]:
    settings = load_settings(raw=raw)
    (unit,) = plan(scan(raw), raw, settings)
    return stream_unit(unit, lambda *_: None, raw=raw, settings=settings, sites=lambda _: None).passed_over


def told(tables: UnitTables) -> list[tuple[int, str]]:
    return [(row["record_no"], row["reason"]) for row in tables.rejections.to_pylist()]


def warc(kind: str, block: bytes, content_type: str = "application/http; msgtype=response", **headers: str) -> bytes:
    known = {
        "WARC-Type": kind,
        "WARC-Target-URI": ONE.url,
        "WARC-Date": "2025-03-01T21:00:00Z",
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = ["WARC/1.0", *(f"{name}: {value}" for name, value in known.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def http(body: bytes = PAGE, *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    lines = (f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def member(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)


def chunked(data: bytes, size: int = 1000) -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x  \r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nTrailer: x\r\n\r\n"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd(data: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(data, asbytes=True))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Encoding: gzip"], gzip.compress(PAGE, mtime=0)),
        (["content-encoding: X-GZIP"], gzip.compress(PAGE, mtime=0)),
        (["Content-Encoding: deflate"], zlib.compress(PAGE)),
        (["Content-Encoding: deflate"], raw_deflate(PAGE)),
        (["Content-Encoding: br"], brotli.compress(PAGE)),
        (["Content-Encoding: zstd"], zstd(PAGE)),
        (["Content-Encoding: gzip, br"], brotli.compress(gzip.compress(PAGE, mtime=0))),
        (["Transfer-Encoding: chunked"], chunked(PAGE)),
        (["Transfer-Encoding: chunked", "Content-Encoding: gzip"], chunked(gzip.compress(PAGE, mtime=0), 70)),
        (["Content-Encoding: gzip", "Transfer-Encoding: chunked"], PAGE),
        (["Content-Encoding: br"], PAGE),
        (["Content-Encoding: deflate"], PAGE),
        (["Content-Encoding: zstd"], PAGE),
        (["Content-Encoding: UTF-8"], PAGE),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, list) else None,
)
def test_a_body_is_unpacked_as_its_headers_say_or_taken_as_it_is(
    headers: list[str], body: bytes, raw: Path, write: Write
) -> None:
    write("a.warc", warc("response", http(body, *headers)))
    found = read(raw)
    assert told(found) == []
    assert ONE.paragraphs[0] in found.documents["text"][0].as_py()
    assert "warc_truncated" not in found.documents["metadata"][0].as_py()


@pytest.mark.parametrize(
    ("pack", "name"), [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br"), (zstd, "zstd")]
)
def test_a_bomb_in_a_record_costs_no_other(pack: Callable[[bytes], bytes], name: str, raw: Path, write: Write) -> None:
    bomb = warc("response", http(pack(b"<p>" * 2_000_000), f"Content-Encoding: {name}"))
    write("a.warc", bomb + warc_record(ONE))
    found = read(raw, max_record_bytes=1 << 20)
    assert told(found) == [(0, "decompression_bomb")]
    assert found.documents["record_no"].to_pylist() == [1]


def test_what_bodies_unpack_to_is_counted_against_the_files_allowance(raw: Path, write: Write) -> None:
    swollen = http(gzip.compress(PAGE + b" " * 100_000, mtime=0), "Content-Encoding: gzip")
    write("a.warc", warc("response", swollen) * 9)
    found = read(raw, max_unpacked_bytes=500_000)
    assert (len(found.documents), told(found)) == (4, [(4, "decompression_bomb")])


def test_many_bombs_end_the_reading_of_their_file(raw: Path, write: Write) -> None:
    bomb = warc("response", http(brotli.compress(b" " * 2_000_000), "Content-Encoding: br"))
    write("a.warc", bomb * 200)
    found = read(raw, max_record_bytes=1 << 20)
    assert len(found.rejections) == 64  # 63 MiB, and the rest as one: any file may unpack to 64
    assert found.rejections["payload"][63].as_py().startswith(b"WARC/1.0")


def test_headers_that_all_claim_megabytes_are_not_read_for_ever(
    raw: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_frames, "_MAX_AGAIN", 100_000)
    lie = warc("response", b"", Content_Length="40000")
    write("a.warc", lie * 1000 + b"\r\n" * 30_000 + warc_record(ONE))
    found = read(raw)
    assert 3 <= len(found.rejections) < 20
    assert found.documents["url"].to_pylist() == [ONE.url]


def test_a_damaged_body_is_rejected_and_a_cut_one_is_marked(raw: Path, write: Write) -> None:
    packed = gzip.compress(PAGE, mtime=0)
    damaged = packed[:200] + b"\xff\xff\xff\xff" + packed[204:]
    write("a.warc", warc("response", http(damaged, "Content-Encoding: gzip")))
    assert told(read(raw)) == [(0, "malformed_warc")]
    write("a.warc", warc("response", http(packed[:-300], "Content-Encoding: gzip")))
    (row,) = read(raw).documents.to_pylist()
    assert json.loads(row["metadata"])["extra"]["warc_truncated"] == "body"


def test_what_is_no_page_and_no_text_is_passed_over_by_kind(raw: Path, write: Write) -> None:
    write(
        "a.warc",
        warc("warcinfo", b"software: Wget/1.21\r\n", "application/warc-fields", WARC_Target_URI="")
        + warc("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
        + warc("response", http())
        + warc("response", http(b"gone", status="404 Not Found"))
        + warc("response", http(b"", "Location: /", status="301 Moved"))
        + warc("response", http(b"\x89PNG", kind="image/png"))
        + warc("response", http(b"var a", kind="text/javascript; charset=utf-8"))
        + warc("response", http(b"{}", kind="application/ld+json"))
        + warc("response", http(b"%PDF-1.7", kind="application/pdf"))
        + warc("response", http(b"x", kind="application/x-strange"))
        + warc("response", http(b"no page", kind=""))
        + warc("response", http(b"User-agent: *", kind="text/plain"), WARC_Target_URI="https://a.example/robots.txt")
        + warc("response", b"20250301\r\nA 192.0.2.1", "text/dns", WARC_Target_URI="dns:a.example")
        + warc("resource", b"log", "text/plain", WARC_Target_URI="metadata://gnu.org/software/wget/warc/wget.log")
        + warc("revisit", http(b""))
        + warc("metadata", b"fetchTimeMs: 5\r\n", "application/warc-fields")
        + warc("tomorrow", b"x"),
    )
    assert told(read(raw)) == []
    assert passed_over(raw) == {
        "WARC warcinfo": 1,
        "WARC request": 1,
        "HTTP 404": 1,
        "HTTP 301": 1,
        "image/*": 1,
        "scripts": 1,
        "JSON": 1,
        "PDF": 1,
        "other types": 1,
        "no content type": 1,
        "robots.txt": 1,
        "WARC response of no page": 1,
        "WARC resource of no page": 1,
        "WARC revisit": 1,
        "WARC metadata": 1,
        "WARC record of an unknown type": 1,
    }


def test_records_are_numbered_as_they_stand_in_the_file(raw: Path, write: Write) -> None:
    request = warc("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
    write("a.warc", request + warc_record(ONE) + request + warc_record(WRITTEN[1]))
    assert read(raw).documents["record_no"].to_pylist() == [1, 3]


def test_wets_texts_come_with_the_first_language_that_was_found(raw: Path, write: Write) -> None:
    info = warc("warcinfo", b"Software-Info: ia-web-commons\r\n", "application/warc-fields", WARC_Target_URI="")
    text = "Zweiter Schlepper für den Hafen\nDer Hafenrat beschloss am Montag den Kauf.".encode()
    text = warc("conversion", text, "text/plain", WARC_Identified_Content_Language="deu,eng")
    write("CC-MAIN-2025.warc.wet.gz", member(info) + member(text))
    (row,) = read(raw).documents.to_pylist()
    assert row["text"].startswith("Zweiter Schlepper für den Hafen\n")
    assert (row["url"], row["fetched_at"].isoformat()) == (ONE.url, "2025-03-01T21:00:00+00:00")
    assert json.loads(row["metadata"])["language"] == "de"


def test_the_servers_charset_goes_before_the_detectors_guess(raw: Path, write: Write) -> None:
    html = "<html><body><p>Zażółć gęślą jaźń, powiedział burmistrz portu.</p></body></html>".encode("iso8859-2")
    write("a.warc", warc("response", http(html, kind='text/html; charset="ISO-8859-2"')))
    assert "Zażółć gęślą jaźń" in read(raw).documents["text"][0].as_py()


def test_wgets_addresses_in_angle_brackets_and_resources_are_read(raw: Path, write: Write) -> None:
    write("a.warc", warc("resource", PAGE, "text/html", WARC_Target_URI=f"<{ONE.url}>"))
    assert read(raw).documents["url"].to_pylist() == [ONE.url]


def test_what_was_cut_by_the_crawler_says_so(raw: Path, write: Write) -> None:
    write("a.warc", warc("response", http(PAGE[:2000]), WARC_Truncated="length"))
    (row,) = read(raw).documents.to_pylist()
    assert json.loads(row["metadata"])["extra"]["warc_truncated"] == "length"


@pytest.mark.parametrize(
    "spoilt",
    [
        warc_record(ONE, Content_Length="10"),
        warc_record(ONE, Content_Length="9000"),
        warc_record(ONE, Content_Length="999999999999999999"),
        warc_record(ONE, Content_Length="-5"),
        warc_record(ONE, Content_Length="many"),
        warc_record(ONE, Content_Length="99999999999999999999999"),
        warc_record(ONE).replace(b"WARC/1.0", b"GARC/1.0", 1),
        warc_record(ONE)[:100] + b"\r\n",
        b"something else altogether\r\n\r\n",
        warc("response", b"no HTTP at all"),
        warc("response", http(b"x", "X: " + "y" * (2 << 20))),
    ],
    ids=lambda _: "",
)
def test_a_damaged_record_is_one_rejection_and_the_next_ones_are_read(spoilt: bytes, raw: Path, write: Write) -> None:
    around = [warc_record(article) for article in WRITTEN[1:4]]
    write("a.warc", around[0] + spoilt + around[1] + around[2])
    found = read(raw)
    assert told(found) == [(1, "malformed_warc")]
    assert found.documents["record_no"].to_pylist() == [0, 2, 3]
    assert found.rejections["payload"][0].as_py()[:9] == spoilt[:9]


def damaged(packed: bytes, at: int) -> bytes:
    return packed[:at] + bytes(byte ^ 0xA5 for byte in packed[at : at + 12]) + packed[at + 12 :]


@pytest.mark.parametrize("place", [0, 4, 300, 900, -12, -4])
def test_a_damaged_gzip_member_is_one_rejection_and_the_next_ones_are_read(place: int, raw: Path, write: Write) -> None:
    members = [member(warc_record(article)) for article in WRITTEN]
    members[5] = damaged(members[5], place if place >= 0 else len(members[5]) + place)
    write("a.warc.gz", b"".join(members))
    found = read(raw)
    assert told(found) == [(5, "truncated_archive")]
    assert found.documents["record_no"].to_pylist() == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]


def test_a_long_damaged_member_costs_no_other(raw: Path, write: Write) -> None:
    import random

    noise = random.Random(3).randbytes(6 << 20)
    long = member(warc("response", http(noise, kind="video/mp4")))
    around = [member(warc_record(article)) for article in WRITTEN[:3]]
    write("a.warc.gz", around[0] + damaged(long, len(long) // 2) + around[1] + damaged(long, 5_900_000) + around[2])
    found = read(raw)
    assert [reason for _, reason in told(found)] == ["truncated_archive"] * 2
    assert found.documents["record_no"].to_pylist() == [0, 2, 4]


def test_a_warc_that_breaks_off_keeps_what_came_before(raw: Path, write: Write) -> None:
    whole = b"".join(member(warc_record(article)) for article in WRITTEN)
    write("a.warc.gz", whole[:-50])
    found = read(raw)
    assert (len(found.documents), told(found)) == (11, [(11, "truncated_archive")])


def crawl(article: Article) -> list[bytes]:
    """A visit as Common Crawl and warcio keep it."""
    request = warc("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
    return [request, warc_record(article), warc("metadata", b"fetchTimeMs: 5\r\n", "application/warc-fields")]


@pytest.mark.parametrize("pack", [lambda data: data, member], ids=["plain", "gzip"])
@pytest.mark.parametrize("spoilt", [None, 40], ids=["whole", "damaged"])
@pytest.mark.parametrize("chunk", [1 << 16, 777])
def test_slices_give_what_the_whole_gives(
    pack: Callable[[bytes], bytes],
    spoilt: int | None,
    chunk: int,
    raw: Path,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(warc_cuts, "_CHUNK", chunk)
    records = [pack(record) for article in WRITTEN for record in crawl(article)] * 2
    if spoilt is not None:
        records[spoilt] = damaged(records[spoilt], len(records[spoilt]) // 2)
        records[spoilt + 3] = pack(warc_record(ONE, Content_Length="7"))
    write("a.warc.gz", b"".join(records))
    whole, sliced = read(raw), read_all(raw, slice_bytes=2048)
    assert len(sliced) > 6
    documents = pa.concat_tables([unit.documents for unit in sliced])
    assert documents.equals(whole.documents)
    assert [row for unit in sliced for row in told(unit)] == told(whole)
    assert len(whole.documents) > 20


def test_what_is_packed_as_one_stream_is_read_in_one_piece(raw: Path, write: Write) -> None:
    write("a.warc.gz", member(b"".join(warc_record(article) for article in WRITTEN * 3)))
    assert len(read_all(raw, slice_bytes=2048)) == 1


def test_zstd_with_a_dictionary_is_told_as_what_it_is(raw: Path, write: Write) -> None:
    write("a.warc.zst", b"\x5d\x2a\x4d\x18\x10\0\0\0" + bytes(16) + zstd(warc_record(ONE)))
    assert told(read(raw)) == [(0, "unsupported_format")]


def test_a_member_that_hides_records_is_never_cut_in_its_middle(raw: Path, write: Write) -> None:
    """A stored block may hold what looks like the next member."""
    inner = member(warc_record(WRITTEN[1]))
    hiding = warc("response", http(inner + b" " * 3000, kind="application/x-gzip"))
    packer = zlib.compressobj(level=0, wbits=31)
    stored = packer.compress(hiding) + packer.flush()
    write("a.warc.gz", (stored + member(warc_record(ONE))) * 6)
    whole, sliced = read(raw), read_all(raw, slice_bytes=1024)
    assert len(sliced) > 3
    assert pa.concat_tables([unit.documents for unit in sliced]).equals(whole.documents)
    assert whole.documents["record_no"].to_pylist() == [1, 3, 5, 7, 9, 11]


def test_a_wacz_is_its_warcs_and_the_rest_is_passed_over(raw: Path, write: Write) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in {
            "archive/data-0.warc.gz": member(warc_record(ONE)) + member(warc_record(WRITTEN[1])),
            "indexes/index.cdx.gz": gzip.compress(b"example,courier)/ 20250301 {}\n", mtime=0),
            "pages/pages.jsonl": json.dumps({"url": ONE.url, "text": ONE.text, "title": ONE.title}).encode(),
            "logs/crawl.log": b'{"logLevel":"info"}\n',
            "datapackage.json": b'{"profile": "data-package", "resources": []}',
            "datapackage-digest.json": b"{}",
        }.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    write("crawl.wacz", packed.getvalue())
    found = read(raw)
    assert told(found) == []
    assert found.documents["url"].to_pylist() == [ONE.url, WRITTEN[1].url]
    assert passed_over(raw) == {"WACZ index, log or list": 5}
