"""One of each thing that an attacker, or a broken disk, may put into a folder of raw files.

A new case is one entry in CASES: what it writes into a folder of its own, and what must come of it.
"""

import io
import itertools
import json
import os
import socket
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.flows.readers.written import Article, articles, page, record, warc_record

MIB = 1 << 20


@dataclass(frozen=True)
class Scale:
    """How large the cases of size are."""

    lines: int = 10_000_000
    line_bytes: int = 100 * MIB
    json_depth: int = 100_000
    html_depth: int = 50_000
    bomb_bytes: int = 2 << 30

    @property
    def chunk(self) -> bytes:
        return bytes(MIB)


SMALL = Scale(lines=60_000, line_bytes=17 * MIB, bomb_bytes=160 * MIB)
"""Just beyond the limits."""


@dataclass(frozen=True)
class Case:
    """What is written, and what must come of it."""

    name: str
    make: Callable[[Path, Scale], None]
    rejected: tuple[str, ...] = ()
    """Reasons, one a rejection."""
    documents: int = 0
    """Harmless records in it, or beside it, that must be read."""


@lru_cache(maxsize=1)
def _articles() -> list[Article]:
    return articles(3_000)


def good_article(number: int) -> Article:
    """Return one of 2,800 articles, none of which a case uses."""
    return _articles()[number + 200]


def _good(number: int) -> Article:
    return _articles()[number]


def _line(number: int, **changed: object) -> bytes:
    return json.dumps(record(_good(number)) | changed).encode() + b"\n"


def _write(name: str, *parts: bytes) -> Callable[[Path, Scale], None]:
    return lambda folder, _scale: (folder / name).write_bytes(b"".join(parts)) and None


def _deflated(scale: Scale) -> Iterator[bytes]:
    """A gzip file of zeros, made without holding them."""
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(scale.bomb_bytes // MIB):
        yield packing.compress(scale.chunk)
    yield packing.flush()


def _gzip_bomb(folder: Path, scale: Scale) -> None:
    (folder / "bomb.jsonl.gz").write_bytes(b"".join(_deflated(scale)))


def _gzip_in_gzip(folder: Path, scale: Scale) -> None:
    inner = b"".join(_deflated(scale))
    (folder / "bomb.jsonl.gz.gz").write_bytes(zlib.compress(inner, 9, 31))


def _zip_bomb(folder: Path, scale: Scale) -> None:
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.jsonl", _line(0))
        with archive.open("zeros.txt", "w", force_zip64=True) as member:
            for _ in range(scale.bomb_bytes // MIB):
                member.write(scale.chunk)


def _overlapping_zip(folder: Path, _scale: Scale) -> None:
    """Many members whose directory entries name the same few bytes: no nesting is needed to unpack to much."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"the tug again\n" * 49_000)
    data = packed.getvalue()
    end = data.rindex(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    entry, count = data[start:end], 1000
    directory = entry * count
    tail = (
        data[end : end + 8]
        + count.to_bytes(2, "little") * 2
        + len(directory).to_bytes(4, "little")
        + start.to_bytes(4, "little")
        + b"\0\0"
    )
    (folder / "overlap.zip").write_bytes(data[:start] + directory + tail)


def _archives_in_archives(folder: Path, _scale: Scale) -> None:
    data = _line(0)
    name = "a.jsonl"
    for depth in range(12):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = packed.getvalue(), f"{depth}.zip"
    (folder / "deep.zip").write_bytes(data)


OUTSIDE = "copydesk-hostile-was-here.txt"
"""What the archives' members would be called, if they were written where they point to."""


def _tar(folder: Path, _scale: Scale) -> None:
    with tarfile.open(folder / "hostile.tar.gz", "w:gz") as archive:
        for name in (f"../../../../{OUTSIDE}", f"/tmp/{OUTSIDE}"):
            member = tarfile.TarInfo(name)
            member.size = len(_line(0))
            archive.addfile(member, io.BytesIO(_line(0)))
        for kind, target in ((tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "/etc/passwd"),
                             (tarfile.CHRTYPE, ""), (tarfile.BLKTYPE, ""), (tarfile.FIFOTYPE, "")):  # fmt: skip
            member = tarfile.TarInfo(f"member-{kind.decode()}.txt")
            member.type, member.linkname = kind, target
            archive.addfile(member)
        member = tarfile.TarInfo("good.jsonl")
        member.size = len(_line(1))
        archive.addfile(member, io.BytesIO(_line(1)))


def _zip(folder: Path, _scale: Scale) -> None:
    with zipfile.ZipFile(folder / "hostile.zip", "w") as archive:
        for name in (f"../../../../{OUTSIDE}", f"/tmp/{OUTSIDE}", f"C:\\{OUTSIDE}"):
            archive.writestr(zipfile.ZipInfo(name), _line(2))
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(zipfile.ZipInfo("good.jsonl"), _line(2))


def _long_line(folder: Path, scale: Scale) -> None:
    (folder / "line.txt").write_bytes(b"x" * scale.line_bytes)
    with (folder / "line.jsonl").open("wb") as file:
        file.write(b'{"text": "' + b"x" * scale.line_bytes + b'"}\n')
        file.write(_line(3))


def _short_lines(folder: Path, scale: Scale) -> None:
    (folder / "lines.txt").write_bytes(b"a\n" * scale.lines)


def _short_bad_records(folder: Path, scale: Scale) -> None:
    (folder / "lines.jsonl").write_bytes(_line(4) + b"a\n" * scale.lines)


def _deep_json(folder: Path, scale: Scale) -> None:
    deep = b"[" * scale.json_depth + b"]" * scale.json_depth
    (folder / "deep.jsonl").write_bytes(b'{"text": ' + deep + b"}\n" + _line(5))
    (folder / "deep.json").write_bytes(b'{"a":' * scale.json_depth + b"1" + b"}" * scale.json_depth)


def _deep_html(folder: Path, scale: Scale) -> None:
    story = page(_good(6)).replace("<article>", "<div>" * scale.html_depth + "<article>")
    (folder / "deep.html").write_text(story)


_RSS = '<rss version="2.0"><channel><title>%s</title>' \
       "<item><title>Entities</title><link>https://www.courier.example/entities</link>" \
       "<description>%s</description></item></channel></rss>"  # fmt: skip


def _entity_bomb(folder: Path, _scale: Scale) -> None:
    names = [f"e{number}" for number in range(12)]
    declared = '<!ENTITY e0 "ten words of the harbour board, over and over ">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise(names)
    )
    (folder / "bomb.rss").write_text(f'<?xml version="1.0"?><!DOCTYPE rss [{declared}]>' + _RSS % ("x", "&e11;"))


def _external_entities(folder: Path, _scale: Scale) -> None:
    for name, target in (("file", "file:///etc/passwd"), ("network", "http://127.0.0.1:9/secret.txt")):
        declared = f'<!DOCTYPE rss [<!ENTITY outside SYSTEM "{target}">]>'
        (folder / f"{name}.rss").write_text(f'<?xml version="1.0"?>{declared}' + _RSS % ("x", "&outside;"))


HOSTILE_STRINGS = (
    "'; DROP TABLE articles; --",
    "$(touch copydesk-hostile-was-here.txt); `id`",
    '=HYPERLINK("http://127.0.0.1:9/", "click")',
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{7*7}} %s %n ${jndi:ldap://127.0.0.1:9/a}",
)
"""SQL, shell, CSV formulas, markup, templates: text like any other."""


def _strings(folder: Path, _scale: Scale) -> None:
    lines = []
    for number, hostile in enumerate(HOSTILE_STRINGS):
        article = record(_good(10 + number))
        changed = {
            "text": f"{hostile} {article['text']}",
            "title": f"{hostile} {article['title']}",
            "authors": [hostile],
        }
        lines.append(json.dumps(article | changed | {hostile: hostile}).encode() + b"\n")
    (folder / "strings.jsonl").write_bytes(b"".join(lines))


def _names(folder: Path, _scale: Scale) -> None:
    for number, name in enumerate(
        (b"new\nline.jsonl", b"inv\xffalid.jsonl", b"$(id) ; rm -rf *.jsonl", b"\x1b[2Jred.jsonl")
    ):
        (folder / os.fsdecode(name)).write_bytes(_line(20 + number))


def _specials(folder: Path, _scale: Scale) -> None:
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "loop").symlink_to(folder)
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "passwords.txt").symlink_to("/etc/passwd")
    here = Path.cwd()
    os.chdir(folder)  # a socket's address has 108 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("socket.txt")
    finally:
        os.chdir(here)


def _denied(folder: Path, _scale: Scale) -> None:
    (folder / "file.jsonl").write_bytes(_line(30))
    (folder / "file.jsonl").chmod(0)
    (folder / "shut").mkdir()
    (folder / "shut" / "a.jsonl").write_bytes(_line(31))
    (folder / "shut").chmod(0)


def _addresses(folder: Path, _scale: Scale) -> None:
    urls = (
        "javascript:alert(1)",
        "https://user:secret@www.courier.example/a",
        "file:///etc/passwd",
        "data:text/html,x",
    )
    (folder / "urls.jsonl").write_bytes(b"".join(_line(40 + number, url=url) for number, url in enumerate(urls)))


CONTROLS = "\x1b[2J\u202e\u2066\x07"
"""Clears a terminal's screen, turns the direction of text around, rings."""


def _controls(folder: Path, _scale: Scale) -> None:
    (folder / "a.txt").write_text(_good(70).text.replace(" saw ", f" {CONTROLS}saw "))
    (folder / "b.jsonl").write_bytes(_line(76, text=_good(76).text.replace(" saw ", f" \0{CONTROLS}saw ")))


def _wide(folder: Path, _scale: Scale) -> None:
    (folder / "a.txt").write_bytes(_good(50).text.encode("utf-16-le"))
    (folder / "b.txt").write_bytes(_good(51).text.encode("utf-16-be"))


def _warc_lengths(folder: Path, _scale: Scale) -> None:
    lies = warc_record(_good(61), Content_Length=str(1 << 40))
    (folder / "lies.warc").write_bytes(warc_record(_good(60)) + lies)


CASES = (
    Case("gzip-bomb", _gzip_bomb, ("too_large", "decompression_bomb")),
    Case("gzip-in-gzip-bomb", _gzip_in_gzip, ("too_large", "decompression_bomb")),
    Case("zip-bomb", _zip_bomb, ("too_large",), documents=1),
    Case("overlapping-zip", _overlapping_zip, ("decompression_bomb",)),
    Case("archives-in-archives", _archives_in_archives, ("nested_too_deep",)),
    Case("tar-members", _tar, ("unsafe_member",) * 7, documents=1),
    Case("zip-members", _zip, ("unsafe_member",) * 4, documents=1),
    Case("long-line", _long_line, ("too_large",) * 2, documents=1),
    Case("short-lines", _short_lines, ("too_large",)),
    Case("short-bad-records", _short_bad_records, ("malformed_json",) * 10_000 + ("too_many_bad_records",), documents=1),
    Case("deep-json", _deep_json, ("malformed_json",) * 2, documents=1),
    Case("deep-html", _deep_html, ("too_large",)),
    Case("entity-bomb", _entity_bomb, ("malformed_xml",)),
    Case("external-entities", _external_entities, ("malformed_xml",) * 2),
    Case("nul-bytes", _write("a.txt", _good(69).text.replace(" saw ", " \0saw ").encode()), ("binary_file",)),
    Case("control-characters", _controls, documents=2),
    Case("lone-surrogates", _write("a.jsonl", _line(71).replace(b"Number", b"\\ud800"), _line(72)), ("malformed_json",),
         documents=1),
    Case("invalid-utf-8", _write("a.txt", _good(73).text.encode("cp1252")), documents=1),
    Case("utf-16-without-mark", _wide, documents=2),
    Case("impossible-dates", _write("a.jsonl", _line(74, published_at="99999-01-01T00:00:00Z"), _line(75)),
         ("impossible_date",), documents=1),
    Case("addresses", _addresses, documents=4),
    Case("strings", _strings, documents=len(HOSTILE_STRINGS)),
    Case("file-names", _names, documents=4),
    Case("special-files", _specials, ("not_a_file",) * 5),
    Case("permission-denied", _denied, ("unreadable_file",) * 2),
    Case("warc-lengths", _warc_lengths, ("malformed_warc",), documents=1),
    Case("binary", _write("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), ("binary_file",)),
)  # fmt: skip
