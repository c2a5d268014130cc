"""One of each thing that an attacker, or a broken disk, may put into a folder of raw files.

A new case is one entry in CASES: what it writes into a folder of its own, and what must come of it.
"""

import itertools
import json
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile_archives import (
    write_archives_in_archives,
    write_gzip_bomb,
    write_gzip_in_gzip,
    write_overlapping_zip,
    write_tar,
    write_zip,
    write_zip_bomb,
)
from benchmarks.hostile_material import Scale, case_article, case_line
from tests.flows.readers.written import page, record, warc_record


@dataclass(frozen=True)
class Case:
    """What is written, and what must come of it."""

    name: str
    make: Callable[[Path, Scale], None]
    rejected: tuple[str, ...] = ()
    """Reasons, one a rejection."""
    documents: int = 0
    """Harmless records in it, or beside it, that must be read."""


def _write(name: str, *parts: bytes) -> Callable[[Path, Scale], None]:
    return lambda folder, _scale: (folder / name).write_bytes(b"".join(parts)) and None


def _long_line(folder: Path, scale: Scale) -> None:
    (folder / "line.txt").write_bytes(b"x" * scale.line_bytes)
    with (folder / "line.jsonl").open("wb") as file:
        file.write(b'{"text": "' + b"x" * scale.line_bytes + b'"}\n')
        file.write(case_line(3))


def _short_lines(folder: Path, scale: Scale) -> None:
    (folder / "lines.txt").write_bytes(b"a\n" * scale.lines)


def _short_bad_records(folder: Path, scale: Scale) -> None:
    (folder / "lines.jsonl").write_bytes(case_line(4) + b"a\n" * scale.lines)


def _deep_json(folder: Path, scale: Scale) -> None:
    deep = b"[" * scale.json_depth + b"]" * scale.json_depth
    (folder / "deep.jsonl").write_bytes(b'{"text": ' + deep + b"}\n" + case_line(5))
    (folder / "deep.json").write_bytes(b'{"a":' * scale.json_depth + b"1" + b"}" * scale.json_depth)


def _deep_html(folder: Path, scale: Scale) -> None:
    story = page(case_article(6)).replace("<article>", "<div>" * scale.html_depth + "<article>")
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
        article = record(case_article(10 + number))
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
        (folder / os.fsdecode(name)).write_bytes(case_line(20 + number))


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
    (folder / "file.jsonl").write_bytes(case_line(30))
    (folder / "file.jsonl").chmod(0)
    (folder / "shut").mkdir()
    (folder / "shut" / "a.jsonl").write_bytes(case_line(31))
    (folder / "shut").chmod(0)


def _addresses(folder: Path, _scale: Scale) -> None:
    urls = (
        "javascript:alert(1)",
        "https://user:secret@www.courier.example/a",
        "file:///etc/passwd",
        "data:text/html,x",
    )
    (folder / "urls.jsonl").write_bytes(b"".join(case_line(40 + number, url=url) for number, url in enumerate(urls)))


CONTROLS = "\x1b[2J\u202e\u2066\x07"
"""Clears a terminal's screen, turns the direction of text around, rings."""


def _controls(folder: Path, _scale: Scale) -> None:
    (folder / "a.txt").write_text(case_article(70).text.replace(" saw ", f" {CONTROLS}saw "))
    (folder / "b.jsonl").write_bytes(case_line(76, text=case_article(76).text.replace(" saw ", f" \0{CONTROLS}saw ")))


def _wide(folder: Path, _scale: Scale) -> None:
    (folder / "a.txt").write_bytes(case_article(50).text.encode("utf-16-le"))
    (folder / "b.txt").write_bytes(case_article(51).text.encode("utf-16-be"))


def _warc_lengths(folder: Path, _scale: Scale) -> None:
    lies = warc_record(case_article(61), Content_Length=str(1 << 40))
    (folder / "lies.warc").write_bytes(warc_record(case_article(60)) + lies)


CASES = (
    Case("gzip-bomb", write_gzip_bomb, ("too_large", "decompression_bomb")),
    Case("gzip-in-gzip-bomb", write_gzip_in_gzip, ("too_large", "decompression_bomb")),
    Case("zip-bomb", write_zip_bomb, ("too_large",), documents=1),
    Case("overlapping-zip", write_overlapping_zip, ("decompression_bomb",)),
    Case("archives-in-archives", write_archives_in_archives, ("nested_too_deep",)),
    Case("tar-members", write_tar, ("unsafe_member",) * 7, documents=1),
    Case("zip-members", write_zip, ("unsafe_member",) * 4, documents=1),
    Case("long-line", _long_line, ("too_large",) * 2, documents=1),
    Case("short-lines", _short_lines, ("too_large",)),
    Case("short-bad-records", _short_bad_records, ("malformed_json",) * 10_000 + ("too_many_bad_records",), documents=1),
    Case("deep-json", _deep_json, ("malformed_json",) * 2, documents=1),
    Case("deep-html", _deep_html, ("too_large",)),
    Case("entity-bomb", _entity_bomb, ("malformed_xml",)),
    Case("external-entities", _external_entities, ("malformed_xml",) * 2),
    Case("nul-bytes", _write("a.txt", case_article(69).text.replace(" saw ", " \0saw ").encode()), ("binary_file",)),
    Case("control-characters", _controls, documents=2),
    Case("lone-surrogates", _write("a.jsonl", case_line(71).replace(b"Number", b"\\ud800"), case_line(72)), ("malformed_json",),
         documents=1),
    Case("invalid-utf-8", _write("a.txt", case_article(73).text.encode("cp1252")), documents=1),
    Case("utf-16-without-mark", _wide, documents=2),
    Case("impossible-dates", _write("a.jsonl", case_line(74, published_at="99999-01-01T00:00:00Z"), case_line(75)),
         ("impossible_date",), documents=1),
    Case("addresses", _addresses, documents=4),
    Case("strings", _strings, documents=len(HOSTILE_STRINGS)),
    Case("file-names", _names, documents=4),
    Case("special-files", _specials, ("not_a_file",) * 5),
    Case("permission-denied", _denied, ("unreadable_file",) * 2),
    Case("warc-lengths", _warc_lengths, ("malformed_warc",), documents=1),
    Case("binary", _write("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), ("binary_file",)),
)  # fmt: skip
