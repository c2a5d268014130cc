"""How inputs are spoilt: bytes, chunks, lengths, cuts, splices, and what attackers write."""

import random
import re
import struct
from collections.abc import Callable, Sequence

from benchmarks.fuzz_seeds import Target

MAX_INPUT = 1 << 14
"""Bytes of an input: long enough for every structure, and quickly read."""
TOKENS: tuple[bytes, ...] = (
    b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", "\u202e\u2066".encode(), "\u2028\u0085".encode(), b"\x1a", b"\x0c", b"\r", b"\n", b"\n\n",
    b"\r\n\r\n", b"\\ud800", b"\\u0000", b"[" * 300, b'{"a":' * 300, b"<div>" * 300, b"(" * 300, b"9" * 400, b"-1", b"1e999", b"NaN", b"null", b"true",
    b"99999-12-31T23:59:59Z", b"0000-00-00", b"2025-02-30", b"javascript:alert(1)", b"https://user:pw@a.example/", b"http://[::1", b"//", b"data:text/html,x",
    b'<!DOCTYPE x [<!ENTITY a "b">]>', b"&a;", b"&#0;", b"&#x110000;", b"&amp;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml?>", b"</p>", b"<item>", b"</item>",
    b"<script>", b"<plaintext>", b"<template>", b"<svg>", b"<base href=x>", b"<meta charset=utf-16>", b"xmlns=''", b"=cmd|'/c calc'!A0", b'"', b"'", b",", b";", b"\t", b"|", b'""', b"sep=;\n",
    b"'; DROP TABLE articles; --", b"$(id)", b"../../etc/passwd", b"C:\\x", b"/", b"WARC/1.0\r\n", b"Content-Length: ", b"99999999", b"0\r\n", b"ffffffff\r\n",
    b"From a@b Sat Mar  1 21:00:00 2025\n", b"\n>From ", b"=?utf-8?q?=C3?=", b"=?", b"?=", b"--", b"boundary=", b"multipart/mixed", b"message/rfc822", b"charset=utf-7", b"charset=utf-16", b"base64", b"quoted-printable",
    b"\x1f\x8b\x08\0\0\0\0\0", b"BZh9", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06", b"ustar\x0000", b"PAR1", b"ARROW1", b"%PDF", b"\x89PNG",
    b"Reuters", b"By ", b"Read more: ", b"3 hours ago", b"10:00", b"\xc2\xa9 2025", "\u0301".encode(), "Ã¼".encode(), "ﷺ".encode(), "𝔘".encode(), "İ".encode(), b"text", b"html", b"url", b"title",
)  # fmt: skip
EDGES = (0, 1, -1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 31, 1 << 40, (1 << 63) - 1)
_NUMBER = re.compile(rb"\d{1,18}")
Spoil = Callable[[bytearray, random.Random], None]


def spoilt(target: Target, drawn: random.Random) -> bytes:
    """Return a new input for a target, made of its seeds."""
    if target.wraps and drawn.random() < 0.4:
        return drawn.choice(target.wraps)(mutate(drawn.choice(target.inner), drawn, target.inner))[: 4 * MAX_INPUT]
    seeds = [seed.data for seed in target.seeds]
    return mutate(drawn.choice(seeds), drawn, seeds)


def mutate(data: bytes, drawn: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return `data` spoilt in one place or several, now and then spliced with another seed."""
    if drawn.random() < 0.1:
        other = drawn.choice(seeds)
        data = data[: _at(data, drawn)] + other[_at(other, drawn) :]
    changed = bytearray(data[:MAX_INPUT])
    for _ in range(drawn.choice((1, 1, 1, 2, 3, 5, 12))):
        drawn.choice(SPOILERS)(changed, drawn)
    return bytes(changed[:MAX_INPUT])


def _at(data: bytes | bytearray, drawn: random.Random) -> int:
    return drawn.randrange(len(data) + 1)


def _part(data: bytearray, drawn: random.Random) -> slice:
    at = _at(data, drawn)
    return slice(at, at + drawn.choice((1, 2, 4, 8, drawn.randrange(1, 64), drawn.randrange(1, 1024))))


def _change_byte(data: bytearray, drawn: random.Random) -> None:
    if data:
        data[drawn.randrange(len(data))] = drawn.randrange(256)


def _flip_bit(data: bytearray, drawn: random.Random) -> None:
    if data:
        data[drawn.randrange(len(data))] ^= 1 << drawn.randrange(8)


def _delete(data: bytearray, drawn: random.Random) -> None:
    del data[_part(data, drawn)]


def _cut(data: bytearray, drawn: random.Random) -> None:
    del data[_at(data, drawn) :]


def _repeat(data: bytearray, drawn: random.Random) -> None:
    part, at = data[_part(data, drawn)], _at(data, drawn)
    data[at:at] = part * drawn.choice((1, 1, 2, 16))


def _insert_token(data: bytearray, drawn: random.Random) -> None:
    at = _at(data, drawn)
    data[at:at] = drawn.choice(TOKENS) * drawn.choice((1, 1, 1, 2, 20))


def _overwrite(data: bytearray, drawn: random.Random) -> None:
    token, at = drawn.choice(TOKENS), _at(data, drawn)
    data[at : at + len(token)] = token


def _change_number(data: bytearray, drawn: random.Random) -> None:
    """Change a number that is written out, such as a length."""
    if found := list(_NUMBER.finditer(data)):
        one = drawn.choice(found)
        value = drawn.choice((int(one[0]) + drawn.choice((-1, 1, 512)), drawn.choice(EDGES)))
        data[one.start() : one.end()] = str(value).encode()


def _change_field(data: bytearray, drawn: random.Random) -> None:
    """Put an edge of the range where a binary field may be: archives and columns keep lengths and offsets so."""
    form = drawn.choice(("<H", ">H", "<I", ">I", "<Q"))
    size = struct.calcsize(form)
    if len(data) >= size:
        at = drawn.randrange(len(data) - size + 1)
        value = (
            struct.unpack_from(form, data, at)[0] + drawn.choice((-1, 1))
            if drawn.random() < 0.3
            else drawn.choice(EDGES)
        )
        struct.pack_into(form, data, at, value % (1 << 8 * size))


def _swap_lines(data: bytearray, drawn: random.Random) -> None:
    lines = data.split(b"\n")
    one, other = drawn.randrange(len(lines)), drawn.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    data[:] = b"\n".join(lines)


SPOILERS: tuple[Spoil, ...] = (
    _change_byte, _flip_bit, _delete, _cut, _repeat, _insert_token, _insert_token, _overwrite, _change_number, _change_field, _swap_lines,
)  # fmt: skip
