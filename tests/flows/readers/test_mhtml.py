"""Pages as browsers save them in one file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flows.readers.test_mail import one, passed_over, read, told

Write = Callable[..., Path]
STORY = "The harbour board voted on Monday to buy a second tug before the winter storms."
PAGE = f"<html><head><title>A tug</title></head><body><p>{STORY}</p></body></html>"
FRAME = (
    "<html><body><p>Buy our boats, the best of all boats, only this week, for half of what they cost.</p></body></html>"
)


def mhtml(*parts: tuple[list[str], str], headers: tuple[str, ...] = (), kind: str = "multipart/related") -> bytes:
    top = ["MIME-Version: 1.0", *headers, f'Content-Type: {kind}; type="text/html";\r\n\tboundary="x--y"']
    pieces = ["\r\n".join(["--x--y", *lines, "", content, ""]) for lines, content in parts]
    return ("\r\n".join([*top, "", ""]) + "".join(pieces) + "--x--y--\r\n").encode()


HTML = ["Content-Type: text/html; charset=utf-8"]
PICTURE = ["Content-Type: image/png", "Content-Transfer-Encoding: base64"]


def test_the_page_is_read_and_what_it_shows_beside_is_passed_over(raw: Path, write: Write) -> None:
    style = ["Content-Type: text/css"]
    write("a.mht", mhtml((HTML, PAGE), (PICTURE, "iVBORw0KGgo="), (style, "p {}"), (HTML, FRAME), (PICTURE, "AAAA")))
    assert one(raw)["text"] == STORY
    assert passed_over(raw) == {"image/*": 2, "style sheets": 1, "frames": 1}


@pytest.mark.parametrize(
    ("headers", "kind", "of_page"),
    [
        (("Snapshot-Content-Location: https://a.example/tug",), "multipart/related", "Content-Location: https://a.example/tug"),
        ((), 'multipart/related; start="<p@x>"', "Content-ID: <p@x>"),
    ],
)  # fmt: skip
def test_the_page_is_the_one_that_is_named_wherever_it_stands(
    headers: tuple[str, ...], kind: str, of_page: str, raw: Path, write: Write
) -> None:
    write("a.mhtml", mhtml((HTML, FRAME), ([*HTML, of_page], PAGE), headers=headers, kind=kind))
    assert one(raw)["text"] == STORY


@pytest.mark.parametrize(
    ("headers", "of_page", "url"),
    [
        (("Snapshot-Content-Location: https://a.example/tug#top",), "Content-Location: cid:1", "https://a.example/tug"),
        ((), "Content-Location: https://a.example/tug", "https://a.example/tug"),
        ((), "Content-Location: file:///C:/Pages/tug.htm", None),
        (("Snapshot-Content-Location: javascript:alert(1)",), "X: y", None),
    ],
)
def test_the_address_is_the_pages_if_it_is_one_of_the_web(
    headers: tuple[str, ...], of_page: str, url: str | None, raw: Path, write: Write
) -> None:
    write("a.mhtml", mhtml(([*HTML, of_page], PAGE), headers=headers))
    assert one(raw)["url"] == url


def test_the_date_of_saving_is_the_time_of_fetching(raw: Path, write: Write) -> None:
    write("2020-01-01/a.mhtml", mhtml((HTML, PAGE), headers=("Date: Sat, 1 Mar 2025 21:00:00 +0100",)))
    row: dict[str, Any] = one(raw)
    assert (row["fetched_at"], row["fetched_at_origin"]) == ("2025-03-01T20:00:00+00:00", "metadata")


def test_the_parts_charset_goes_before_the_detectors_guess(raw: Path, write: Write) -> None:
    page = mhtml((["Content-Type: text/html; charset=iso-8859-2"], PAGE.replace("tug", "TUG")))
    write("a.mhtml", page.replace(b"TUG", "łódź".encode("iso8859-2")))
    assert "second łódź before" in one(raw)["text"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (mhtml((PICTURE, "iVBORw0KGgo=")), "missing_text"),
        (mhtml((HTML, PAGE + " " * 9000)), "too_large"),
        (b"\n \n", "empty_file"),
        (b"MIME-Version: 1.0\n" + b"x" * 300_000, "malformed_message"),
    ],
    ids=["pictures", "large", "empty", "header"],
)
def test_a_bad_file_is_a_rejection(data: bytes, reason: str, raw: Path, write: Write) -> None:
    write("a.mhtml", data)
    assert told(read(raw, max_record_bytes=4096)) == [(0, reason)]


def test_a_sidecar_goes_before_the_file(raw: Path, write: Write) -> None:
    write("a.mhtml", mhtml((HTML, PAGE)))
    write("a.mhtml.meta.json", json.dumps({"url": "https://b.example/x"}).encode())
    assert one(raw)["url"] == "https://b.example/x"
