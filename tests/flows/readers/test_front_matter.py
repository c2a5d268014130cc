"""Headers before texts are read as fields, and what only looks like one stays text."""

import time
from pathlib import Path
from typing import Any

import pytest

from flows.readers.front_matter import MAX_LINES, split_front_matter
from tests.flows.readers.test_mail import one


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("title: A tug: the second", "A tug: the second"),
        ('title: "A \\"second\\" tug \\u2013 here"', 'A "second" tug – here'),
        ("title: 'A tug''s tale'", "A tug's tale"),
        ("title: [tug, 'the sea, here', \"a\"]", ["tug", "the sea, here", "a"]),
        ("title:\n  - tug\n  - sea", ["tug", "sea"]),
        ('title: "unclosed', '"unclosed'),
        ("title: ''", ""),
    ],
)
def test_values_are_read_as_they_are_written(written: str, value: Any) -> None:
    fields, text = split_front_matter(
        f"---\nurl: https://courier.example/tug\n{written}\nimage: null\n---\nThe tug\nleft\n"
    )
    assert fields == {"url": "https://courier.example/tug", "title": value}
    assert text == "The tug\nleft\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n---\nThe tug left",
        "---\nThe tug left.\n---\nIt came back.",
        "---\ntitle: A tug\nThe tug left without a word\n---\n",
        "---\ntitle: A tug\nThe tug left",
        "---\ncolour: red\n---\nThe tug left",
        "A tug\n---\ntitle: A tug\n---\n",
        "---\n" + "title: A tug\n" * MAX_LINES + "---\nThe tug left",
    ],
    ids=range(9),
)
def test_what_is_no_header_is_text(text: str) -> None:
    assert split_front_matter(text) == ({}, text)


def test_a_sidecar_goes_before_the_header(raw: Path, write: Any) -> None:
    header = "---\r\ntitle: A tug\r\nauthor: Ada Stern; Finn Borg\r\ndate: 2025-03-03\r\n---\r\n"
    write(
        "a.txt", f"{header}The tug left.\r\nIt came back.".encode(), title="The tug", fetched_at="2025-03-04T09:00:00Z"
    )
    row = one(raw)
    assert (row["text"], row["title"], row["authors"]) == (
        "The tug left.\nIt came back.",
        "The tug",
        ["Ada Stern", "Finn Borg"],
    )
    assert row["published_at"] == "2025-03-03T00:00:00+00:00"


@pytest.mark.parametrize("filling", ["'", "''", "'a'x,", '"\\', "[", ", ", "a:", " "])
def test_headers_made_to_be_slow_are_not(filling: str) -> None:
    began = time.process_time()
    split_front_matter(f"---\ntitle: [{filling * (60_000 // len(filling))}]\n---\nThe tug left")
    assert time.process_time() - began < 0.5
