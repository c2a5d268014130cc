"""Newsletters as mailing services send them and mail programs export them."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.readers import plan, read_unit, scan, stream_unit
from flows.readers.mail_text import unfold
from flows.readers.units import UnitTables
from flows.settings import load_settings

Write = Callable[..., Path]
STORY = "The harbour board voted on Monday to buy a second tug before the winter storms."
HTML = f"<html><head><style>p {{ color: red }}</style></head><body><h1>A tug</h1><p>{STORY}</p></body></html>"


def read_all(raw: Path, **given: object) -> list[UnitTables]:
    settings = load_settings(raw=raw, **given)
    units = plan(scan(raw), raw, settings)
    return [read_unit(unit, raw=raw, settings=settings, sites=lambda _: None) for unit in units]


def read(raw: Path, **given: object) -> UnitTables:
    (tables,) = read_all(raw, **given)
    return tables


def passed_over(raw: Path) -> dict[str, int]:
    settings = load_settings(raw=raw)
    (unit,) = plan(scan(raw), raw, settings)
    return dict(stream_unit(unit, lambda *_: None, raw=raw, settings=settings, sites=lambda _: None).passed_over)


def one(raw: Path) -> dict[str, Any]:
    found = read(raw)
    assert found.rejections.to_pylist() == []
    (row,) = found.documents.to_pylist()
    return row | json.loads(row["metadata"])


def told(tables: UnitTables) -> list[tuple[int, str]]:
    return [(row["record_no"], row["reason"]) for row in tables.rejections.to_pylist()]


def eml(body: str | bytes, *headers: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    known = [
        "Received: from mx by mail.example; Sat, 1 Mar 2025 21:00:05 +0000 (UTC)",
        "From: =?utf-8?q?=C3=85sa_=C3=98deg=C3=A5rd?= <asa@news.courier.example>",
        "To: reader@mail.example",
        "Subject: =?UTF-8?B?WsO8cmljaCBidXlz?= =?UTF-8?Q?_a_t?=\r\n =?UTF-8?Q?ug?=",
        "Date: Sat, 1 Mar 2025 08:00:00 +0100 (CET)",
        "Message-ID: <7@courier.example>",
        "MIME-Version: 1.0",
    ]
    names = [header.split(":")[0] for header in headers]
    lines = [*(line for line in known if line.split(":")[0] not in names), *headers, f"Content-Type: {kind}"]
    data = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def multipart(kind: str, *parts: tuple[str, str], boundary: str = "b1") -> tuple[str, str]:
    body = "".join(f"--{boundary}\r\nContent-Type: {of}\r\n\r\n{content}\r\n" for of, content in parts)
    return f'multipart/{kind}; boundary="{boundary}"', f"This is a message in MIME.\r\n{body}--{boundary}--\r\n"


def test_headers_say_what_a_newsletter_is(raw: Path, write: Write) -> None:
    write("a.eml", eml(STORY, "List-Id: Daily <daily.courier.example>", "Archived-At: <https://courier.example/n/7>"))
    row = one(raw)
    assert (row["title"], row["authors"], row["site"]) == ("Zürich buys a tug", ["Åsa Ødegård"], "courier.example")
    assert (row["url"], row["published_at"]) == ("https://courier.example/n/7", "2025-03-01T07:00:00+00:00")
    assert row["published_zone"] == "+01:00"
    assert row["fetched_at"] == "2025-03-01T21:00:05+00:00"
    assert row["extra"] == {"list_id": "Daily <daily.courier.example>", "message_id": "<7@courier.example>"}
    assert "reader@mail.example" not in row["metadata"]


def test_a_lists_archive_is_no_newsletters_address(raw: Path, write: Write) -> None:
    write("a.eml", eml(STORY, "List-Archive: <https://courier.example/archive>"))
    assert one(raw)["url"] is None


def test_the_page_is_preferred_to_the_plain_text(raw: Path, write: Write) -> None:
    kind, body = multipart("alternative", ("text/plain", "Look at it in a browser."), ("text/html", HTML))
    write("a.eml", eml(body, kind=kind))
    row = one(raw)
    assert row["text"] == f"A tug\n{STORY}"
    assert row["markup"] is not None


@pytest.mark.parametrize("html", ["<html><style>.long { letters: many of them here, enough for it }", "<img src=x>"])
def test_the_plain_text_is_taken_where_the_page_says_nothing(html: str, raw: Path, write: Write) -> None:
    kind, body = multipart("alternative", ("text/plain", STORY), ("text/html", html))
    write("a.eml", eml(body, kind=kind))
    assert one(raw)["text"] == STORY


def test_attached_files_are_passed_over_by_kind(raw: Path, write: Write) -> None:
    pixel = "image/png\r\nContent-Transfer-Encoding: base64", "iVBORw0KGgo="
    report = 'application/pdf\r\nContent-Disposition: attachment; filename="r.pdf"', "JVBERi0="
    page = 'text/html\r\nContent-Disposition: attachment; filename="r.html"', HTML.replace("harbour", "airport") * 9
    related = multipart("related", ("text/html", HTML), pixel, boundary="b2")
    kind, body = multipart("mixed", related, report, page)
    write("a.eml", eml(body, kind=kind))
    assert one(raw)["text"] == f"A tug\n{STORY}"
    assert passed_over(raw) == {"image/*": 1, "PDF": 1}


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", base64.encodebytes(HTML.encode("iso8859-2"))),
        ("Base64", base64.b64encode(HTML.encode("iso8859-2")).rstrip(b"=") + b"\r\n*!"),
        ("quoted-printable", HTML.replace("=", "=3D").replace("winter", "win=\r\nter").encode()),
        ("8bit", HTML.encode()),
        ("x-uuencode", HTML.encode()),
    ],
)
def test_contents_are_decoded_as_they_say(encoding: str, body: bytes, raw: Path, write: Write) -> None:
    headers = f"text/html; charset=iso-8859-2\r\nContent-Transfer-Encoding: {encoding}"
    write("a.eml", eml(body, kind=headers))
    assert STORY in one(raw)["text"]


def test_lines_that_flow_are_one_paragraph(raw: Path, write: Write) -> None:
    text = "The harbour board voted \r\non Monday to buy a tug.\r\n From Bergen.\r\n-- \r\nThe Courier\r\n"
    write("a.eml", eml(text, kind="text/plain; charset=utf-8; format=flowed"))
    assert one(raw)["text"] == "The harbour board voted on Monday to buy a tug.\nFrom Bergen.\n--\nThe Courier"


def test_flowing_lines_join_within_a_depth_of_quotes() -> None:
    assert unfold("> a \n> b\n>> c \nd \ne") == "> a b\n>> c \nd e"
    assert unfold("港 \n湾", joined=True) == "港湾"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Subject: =?utf-8?q?" + "=41" * 30_000 + "?="], None),
        (["Subject: =?no-such-charset?q?A_tug?="], "A tug"),
        (["Subject: =?utf-8?b?!!!?="], None),
        (["Subject: " + "=?utf-8?q?a?= " * 5_000], None),
        (["Subject: =?punycode?q?" + "-a" * 3_000 + "?="], None),
        (["Subject:", "Date: Sat, 99 Foo 99999 08:00 +9999"], None),
        (["From: " + "(" * 8_000], "Zürich buys a tug"),
        (["From: <<<>>>@", "Received: ;;;;"], "Zürich buys a tug"),
        (["Content-Type: text/plain" + ';"a' * 3_000], "Zürich buys a tug"),
        (["Date: " + "9" * 5_000], "Zürich buys a tug"),
        (["no header at all"], "Zürich buys a tug"),
    ],
    ids=range(11),
)
def test_headers_built_to_harm_cost_nothing(headers: list[str], expected: str | None, raw: Path, write: Write) -> None:
    write("a.eml", eml(STORY, *headers))
    row = one(raw)
    assert row["text"].endswith(STORY)
    assert expected is None or row["title"] == expected


def nested(depth: int) -> bytes:
    """Parts in parts, each with a boundary of its own."""
    inner = STORY
    kind = "text/plain"
    for number in range(depth):
        kind, inner = multipart("mixed", (kind, inner), boundary=f"b{number}")
    return eml(inner, kind=kind)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (nested(500), "nested_too_deep"),
        (eml("--b\r\n\r\n" * 20_000, kind="multipart/mixed; boundary=b"), "too_many_members"),
        (eml("", *(f"X-{number}: y" for number in range(60_000))), "malformed_message"),
        (eml("", kind="application/pdf\r\nContent-Disposition: attachment"), "missing_text"),
        (b"\r\n" + STORY.encode(), "malformed_message"),
        (b" \n", "empty_file"),
    ],
    ids=["deep", "parts", "headers", "attached", "none", "empty"],
)
def test_a_bad_mail_is_a_rejection(data: bytes, reason: str, raw: Path, write: Write) -> None:
    write("a.eml", data)
    assert told(read(raw)) == [(0, reason)]


def test_a_part_over_the_limit_is_rejected(raw: Path, write: Write) -> None:
    write("a.eml", eml(STORY * 100))
    assert told(read(raw, max_record_bytes=4096)) == [(0, "too_large")]


def test_a_mail_that_breaks_off_is_read_and_marked(raw: Path, write: Write) -> None:
    kind, body = multipart("alternative", ("text/html", HTML))
    write("a.eml", eml(body[:-60], kind=kind))
    assert one(raw)["extra"]["cut_short"] is True


def mbox(*mails: bytes) -> bytes:
    line = b"From 18243@xxx Sat Mar 01 21:00:00 +0000 2025\n"
    return b"".join(line + mail.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n\n" for mail in mails)


def test_a_bad_mail_of_an_mbox_costs_no_other(raw: Path, write: Write) -> None:
    write("a.mbox", mbox(eml(STORY), nested(30), eml(f"One.\nFrom the harbour: {STORY}", "Received: none")))
    found = read(raw)
    assert told(found) == [(1, "nested_too_deep")]
    last = found.documents.to_pylist()[1]
    assert (last["record_no"], last["text"]) == (2, f"One.\nFrom the harbour: {STORY}")
    assert last["fetched_at"].isoformat() == "2025-03-01T21:00:00+00:00"


@pytest.mark.parametrize("first", [b"", b"\n\n", b"\nFrom here it is no mail\n"])
def test_slices_of_a_mailbox_give_what_the_whole_gives(first: bytes, raw: Path, write: Write) -> None:
    mails = [eml(f"{STORY}\n\nFrom the harbour, number {number}.\n\n\n") for number in range(40)]
    write("a.mbox", first + mbox(*mails, nested(30), *mails))
    whole, sliced = read(raw), read_all(raw, slice_bytes=2048)
    assert len(sliced) == 1 if first else len(sliced) > 5
    assert pa.concat_tables([unit.documents for unit in sliced]).equals(whole.documents)
    assert [row for unit in sliced for row in told(unit)] == told(whole)
    assert whole.documents["record_no"].to_pylist()[-1] == 80


def test_a_text_that_begins_with_lines_like_headers_is_no_mail(raw: Path, write: Write) -> None:
    write("a.txt", f"From: Ada Stern\nDate: 1 March\nSubject: Tugs\n\n{STORY}")
    assert one(raw)["format"] == "text"
