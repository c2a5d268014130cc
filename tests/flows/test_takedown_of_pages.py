"""Takedown of kept pages: they go with their documents, and so does any other page that holds something of it."""

import html
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from benchmarks.held_text import holding
from flows.html import decode_html
from flows.report import RunReport
from flows.settings import Settings
from flows.steps import merge, seek
from flows.tables.layout import Layout
from flows.tables.tombstones import load_tombstones
from flows.takedown import forget, undo
from flows.text import Repairs
from tests.flows.test_takedown import (
    AUTHOR,
    BODY,
    FOOTER,
    LEAD,
    NAVIGATION,
    OTHERS,
    SENTENCES,
    TITLE,
    URL,
    fingerprint,
    table,
)

Write = Callable[..., Path]
Run = Callable[..., RunReport]
Make = Callable[..., Settings]
TOLD = [*SENTENCES, URL, AUTHOR]


def web(*lines: str, head: str = "", foot: str = "") -> str:
    """A page whose text is these lines, and what stands out of sight in its head and foot."""
    body = "".join(f"<p>{html.escape(line)}</p>" for line in (*NAVIGATION, *lines, *FOOTER))
    return f"<!doctype html><html><head>{head}</head><body>{body}{foot}</body></html>"


@pytest.fixture
def pages(write: Write) -> None:
    """The story as a page, a copy in Latin letters, pages that hold some of it in sight or out of it, and pages that don't."""
    address = f"https://pilot.example{URL.removeprefix('https://pilot.example')}"
    write("pilot.example/2025-03-04/fire.html", web(TITLE, *BODY), url=address, author=AUTHOR)
    copied = web("The Wire Ledger", TITLE, *BODY, "Déjà vu: tell us what you know")
    write("ledger.example/2025-05-05/copied.html", copied.encode("cp1252"), charset="cp1252", author=AUTHOR)
    hidden = {
        "quay": web(*OTHERS["quay"], TITLE, LEAD),
        "choir": web(*OTHERS["choir"], foot=f"<script>let next = {json.dumps({'t': BODY[2], 'ü': 1})}</script>"),
        "bees": web(*OTHERS["bees"], head=f'<link rel="next" href="{URL}?utm_source=x">'),
    }
    for day, (name, page) in enumerate(hidden.items(), 2):
        write(f"pilot.example/2025-03-0{day}/{name}.html", page, url=f"https://pilot.example/2025/03/{name}")
    ferry = "The island ferry will leave at seven as well as at nine from the first of April, the harbour board said."
    more = {
        "html": web("Ferry leaves earlier", ferry),
        "url": "https://pilot.example/ferry",
        "related": [{"about": LEAD}],
    }
    write("pilot.example/2025-03-09/more.jsonl", json.dumps(more) + "\n")
    rye = "The rye loaf, baked to the same recipe since the war, will be sold at the station kiosk from then on."
    write("baker.example/2025-03-09/rye.html", web("Bakery keeps its oven", rye), url="https://baker.example/rye")


def kept(processed: Path) -> set[str]:
    paths = {row["document_id"]: row["source_path"] for row in table(processed, "documents")}
    return {paths[row["document_id"]].rsplit("/", 1)[1] for row in table(processed, "pages")}


def texts_of_pages(processed: Path) -> Iterator[str]:
    """Every kept page, unpacked and decoded as it should be, its character references resolved."""
    for path in (processed / "pages").rglob("*.parquet"):
        for row in pq.ParquetFile(path).read().to_pylist():
            text = decode_html(row["page"], Repairs(), encoding_hint=row["charset"])
            yield f"{text}\n{html.unescape(text)}\n{json.loads(row['given'])}"


def found_in_pages(processed: Path) -> set[str]:
    return {told for told in TOLD for text in texts_of_pages(processed) if told in text}


@pytest.mark.usefixtures("pages")
def test_no_kept_page_holds_a_word_of_it(run: Run, settings: Make, processed: Path) -> None:
    run()
    assert found_in_pages(processed) == set(TOLD)
    assert len(kept(processed)) == 7
    receipt = forget(settings(), URL, reason="asked by counsel")
    assert holding(processed, *TOLD) == {}
    assert found_in_pages(processed) == set()
    assert kept(processed) == {"rye.html"}
    assert len(table(processed, "documents")) == 5
    assert {row["reading_version"] is None for row in table(processed, "documents") if row["url"] != URL} == {
        True,
        False,
    }
    assert receipt.takedown.removed["pages"].rows == 6
    assert receipt.takedown.removed["documents"].rows == 2


@pytest.mark.usefixtures("pages")
def test_pages_that_were_not_looked_through_would_be_found_out(
    run: Run, settings: Make, processed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    for module in (merge, seek):
        monkeypatch.setattr(module, "touched_pages", lambda *_: {})
    forget(settings(), URL, reason="asked by counsel")
    assert found_in_pages(processed) == set(holding(processed, *TOLD)) == {BODY[2], URL}
    assert kept(processed) == {"rye.html", "choir.html", "bees.html"}


@pytest.mark.usefixtures("pages")
def test_pages_taken_down_before_they_came_are_as_taken_down_after(
    run: Run, settings: Make, processed: Path, tmp_path: Path
) -> None:
    run()
    forget(settings(), URL, reason="asked by counsel")
    other = Layout(tmp_path / "other")
    other.state.mkdir(parents=True)
    for path in (Layout(processed).tombstones, Layout(processed).takedowns):
        shutil.copy(path, other.state)
    run(processed=other.root)
    assert fingerprint(other.root) == fingerprint(processed)
    assert load_tombstones(other).hashes.equals(load_tombstones(Layout(processed)).hashes)


@pytest.mark.usefixtures("pages")
def test_pages_come_back_once_a_takedown_is_lifted(run: Run, settings: Make, processed: Path, tmp_path: Path) -> None:
    never = tmp_path / "never"
    run(processed=never)
    run()
    forget(settings(), URL, reason="asked by counsel")
    assert run().run_id is None
    lifted = undo(settings(), URL)
    assert (len(lifted.raw_files), lifted.missing) == (6, 0)
    run()
    assert fingerprint(processed) == fingerprint(never)


@pytest.mark.parametrize(
    ("target", "more", "left"),
    [
        (URL, {"duplicates": False}, {"copied.html", "quay.html", "choir.html", "bees.html", "more.jsonl", "rye.html"}),
        ("pilot.example", {}, {"copied.html", "rye.html"}),
        ("pilot.example", {"duplicates": True}, {"rye.html"}),
    ],
)
@pytest.mark.usefixtures("pages")
def test_pages_of_others_stay_where_copies_stay(
    target: str, more: dict[str, Any], left: set[str], run: Run, settings: Make, processed: Path, tmp_path: Path
) -> None:
    run()
    forget(settings(), target, reason="licence ended", **more)
    assert kept(processed) == left
    other = Layout(tmp_path / "other")
    other.state.mkdir(parents=True)
    for path in (Layout(processed).tombstones, Layout(processed).takedowns):
        shutil.copy(path, other.state)
    run(processed=other.root)
    assert kept(other.root) == left


@pytest.mark.usefixtures("pages")
def test_a_trial_leaves_every_page(run: Run, settings: Make, processed: Path) -> None:
    run()
    before = fingerprint(processed)
    receipt = forget(settings(), URL, reason="asked by counsel", trial=True)
    assert receipt.takedown.removed["pages"].rows == 6
    assert fingerprint(processed) == before
