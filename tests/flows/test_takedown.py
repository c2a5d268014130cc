"""Takedown: what is forgotten leaves every byte of the tables and their state, stays out, and comes back when lifted."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from benchmarks.held_text import holding
from flows import publication
from flows.errors import QueryError
from flows.opening import open_run
from flows.report import RunReport
from flows.settings import Settings
from flows.stages import read
from flows.steps.redact import TAKEN_DOWN
from flows.tables import journal
from flows.tables.layout import Layout
from flows.tables.tombstones import load_takedowns, load_tombstones
from flows.takedown import forget, undo

TABLES = ("documents", "pages", "articles", "related", "removed_lines", "duplicates", "rejections", "site_lines")
URL = "https://pilot.example/2025/03/mill-fire"
TITLE = "Night shift at the paper mill ends in fire"
AUTHOR = "Ottilie Brandvold"
LEAD = "A fire in the drying hall of the paper mill was put out before dawn on Tuesday, and no one was hurt in it."
BODY = [
    LEAD,
    "The night foreman, who had worked there for thirty years, led eleven people out through the loading yard.",
    "The company will pay wages in full until the hall is dry again, its owner said at the gate in the morning.",
    "Insurers have asked for the logbook of the last four weeks, which was found in a locker beside the press.",
]
OTHERS = {
    "quay": [
        "Council lends the quay to a sailing school",
        "A sailing school may use the northern quay from May, the council decided by nine votes to four on Monday.",
        "Its six boats were built by apprentices of the yard over two winters, and none of them has sunk so far.",
        "Lessons are free for children who live within sight of the water, and cost thirty crowns for all others.",
    ],
    "choir": [
        "Choir sings its last concert in the old hall",
        "The chamber choir took its leave of the old concert hall with a mass that it had sung there first in 1961.",
        "Two of the founders stood in the second row of the altos, and one of them turned pages for the organist.",
        "The hall will be taken down in June and its bells hung in the new one, which is to open in two years.",
    ],
    "bees": [
        "Beekeepers count fewer losses than they feared",
        "Nine in ten colonies came through the winter, the beekeepers of the upper valley found when they opened hives.",
        "A cold January had kept the queens from laying early, so that the stores of honey lasted into the spring.",
        "The society lends its scales to whoever wants to weigh a hive each week and to write the figures down.",
    ],
}
NAVIGATION = ["Pilot Herald", "From the town", "Weather and tides", "Letters to our desk"]
FOOTER = ["Printed by the river", "Paper rounds and prices", "House rules of the Herald"]
SENTENCES = [TITLE, *BODY]

Write = Callable[..., Path]
Run = Callable[..., RunReport]


def page(*lines: str) -> str:
    return "\n".join([*NAVIGATION, *lines, *FOOTER])


def record(text: str, url: str | None = None, **more: Any) -> str:
    return json.dumps({"text": text, **({"url": url} if url else {}), **more}, ensure_ascii=True) + "\n"


@pytest.fixture
def others(write: Write) -> Callable[..., None]:
    """Write three other stories of the site, with lines to stand on some of their pages too."""

    def write_all(*extra: str, on: tuple[str, ...] = ("quay",)) -> None:
        for day, (name, lines) in enumerate(OTHERS.items(), 2):
            url = f"https://pilot.example/2025/03/{name}"
            write(f"pilot.example/2025-03-0{day}/{name}.txt", page(*lines, *(extra if name in on else ())), url=url)

    return write_all


@pytest.fixture
def story(write: Write) -> Callable[[], None]:
    """Write the story, a revision of it a month later, and a copy on another site."""

    def write_all() -> None:
        first = record(page(TITLE, *BODY), URL, title=TITLE, author=AUTHOR, fetched_at="2025-03-04")
        write("pilot.example/feed/mill-fire-march.jsonl", first)
        revised = [*BODY, "The hall was dry again on Friday, three weeks later."]
        write("pilot.example/2025-04-02/mill-fire.txt", page(TITLE, *revised), url=URL, author=AUTHOR)
        copied = ["The Wire Ledger", TITLE, *BODY, "Tell us what you know"]
        write("ledger.example/2025-05-05/copied.txt", "\n".join(copied), url="https://ledger.example/a/77")

    return write_all


@pytest.fixture
def mentioned(write: Write, others: Callable[..., None]) -> Callable[[], None]:
    """Write what else holds words of the story: teasers, lists of related stories, records that failed."""

    def write_all() -> None:
        others(TITLE, LEAD)
        related = [{"title": TITLE, "url": f"{URL}?utm_source=list", "summary": LEAD}, {"title": "Bees"}]
        more = record(page(*OTHERS["bees"][1:], "One more."), "https://pilot.example/b", related=related)
        failed = record(page(TITLE, *BODY), URL, date="2025-02-31")
        broken = json.dumps({"text": page(*BODY)})[:-2] + "\n"
        listed = record("<p>Down the <b>quay</b></p>", "https://pilot.example/c", date="2025-02-30", see=URL)
        own = record("The ferry is late.", "https://pilot.example/d", date="2025-02-30")
        write("pilot.example/2025-03-09/more.jsonl", more + failed + broken + listed + own)

    return write_all


def fingerprint(processed: Path, *folders: str) -> dict[str, str]:
    """Hash every file of the tables and of the state that hangs on them, but for files without rows."""
    return {
        path.relative_to(processed).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in folders or (*TABLES, "_state/cleaned", "_state/links", "_state/index", "_state/teasers")
        for path in sorted((processed / name).rglob("*.parquet"))
        if pq.read_metadata(path).num_rows
    }


def table(processed: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ds.dataset(processed / name, partitioning="hive").to_table().to_pylist()
    return rows


def article(processed: Path, url: str = URL) -> dict[str, Any]:
    (found,) = [row for row in table(processed, "articles") if row["url"] == url]
    return found


def test_no_byte_holds_a_word_of_it_whatever_it_was_named_by(
    story: Callable[[], None],
    mentioned: Callable[[], None],
    run: Run,
    settings: Callable[..., Settings],
    processed: Path,
    tmp_path: Path,
) -> None:
    story()
    mentioned()
    run()
    told = [
        *SENTENCES,
        URL,
        AUTHOR,
        "https://ledger.example/a/77",
        "The hall was dry again on Friday, three weeks later.",
    ]
    assert set(holding(processed, *told)) == set(told)
    found = article(processed)
    earlier = next(row for row in table(processed, "documents") if row["url"] == URL and row["month"] == "2025-03")
    for number, target in enumerate([found["article_id"][:8], earlier["document_id"], f"{URL}?utm_medium=x#top"]):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(processed, copy)
        receipt = forget(settings(processed=copy), target, reason="asked by counsel")
        assert len(receipt.documents) == 3
        assert holding(copy, *told, "mill-fire") == {}
        assert len(table(copy, "articles")) == 3
        assert {path.rsplit("/", 1)[1] for path in receipt.raw_files} > {"copied.txt", "mill-fire.txt", "more.jsonl"}


def test_the_tables_are_as_if_it_had_never_been_there(
    story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings], processed: Path,
    raw: Path, tmp_path: Path,
) -> None:  # fmt: skip
    others()
    never = tmp_path / "never"
    run(processed=never)
    story()
    run()
    assert fingerprint(processed) != fingerprint(never)
    forget(settings(), URL, reason="asked by counsel")
    assert fingerprint(processed) == fingerprint(never)


def test_taken_down_before_it_came_is_as_taken_down_after(
    story: Callable[[], None], mentioned: Callable[[], None], run: Run, settings: Callable[..., Settings],
    processed: Path, tmp_path: Path,
) -> None:  # fmt: skip
    story()
    mentioned()
    run()
    forget(settings(), URL, reason="asked by counsel")
    other = Layout(tmp_path / "other")
    other.state.mkdir(parents=True)
    for path in (Layout(processed).tombstones, Layout(processed).takedowns):
        shutil.copy(path, other.state)
    report = run(processed=other.root)
    assert fingerprint(other.root) == fingerprint(processed)
    assert (report.counts.withheld, report.counts.rejections) == (3, 4)
    assert report.counts.records == report.counts.documents + 7
    assert load_tombstones(other).hashes.equals(load_tombstones(Layout(processed)).hashes)


@pytest.mark.parametrize("case", ["again", "moved", "elsewhere", "edited", "updated"])
def test_what_is_delivered_later_stays_out(
    case: str, story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings],
    processed: Path, write: Write, raw: Path,
) -> None:  # fmt: skip
    others()
    story()
    run()
    forget(settings(), URL, reason="asked by counsel")
    before = fingerprint(processed)
    if case == "again":  # the file has grown, and holds the record again
        feed = raw / "pilot.example/feed/mill-fire-march.jsonl"
        feed.write_text(feed.read_text() * 2)
    elif case == "moved":
        for end in ("", ".meta.json"):
            (raw / f"pilot.example/2025-04-02/mill-fire.txt{end}").rename(raw / f"pilot.example/2025-04-02/x.txt{end}")
    elif case == "elsewhere":
        write("mirror.example/2025-05-01/x.txt", page(TITLE, *BODY), url="https://mirror.example/x")
    elif case == "edited":  # another page's furniture, a word in each sentence changed, without an address
        text = "\n".join(["Mirror", *BODY, "Subscribe"]).replace("morning", "evening").replace("eleven", "twelve")
        write("mirror.example/2025-05-01/y.txt", text)
    else:
        write("pilot.example/2025-05-01/z.txt", page(TITLE, "Nothing is known yet of what began it."), url=URL)
    report = run()
    assert report.counts.withheld >= 1
    assert fingerprint(processed) == before
    assert holding(processed, *SENTENCES) == {}
    assert run().run_id is None


def test_a_lifted_takedown_leaves_no_trace_once_the_files_were_read_again(
    story: Callable[[], None], mentioned: Callable[[], None], run: Run, settings: Callable[..., Settings],
    processed: Path, write: Write, tmp_path: Path,
) -> None:  # fmt: skip
    story()
    mentioned()
    run()
    forget(settings(), article(processed)["article_id"], reason="asked by counsel")
    write("mirror.example/2025-05-01/x.txt", page(TITLE, *BODY), url="https://mirror.example/x")  # comes meanwhile
    run()
    lifted = undo(settings(), URL)
    assert lifted.missing == 0
    assert len(lifted.raw_files) == 6
    run()
    never = tmp_path / "never"
    run(processed=never)
    assert fingerprint(processed) == fingerprint(never)
    assert not load_tombstones(Layout(processed)).takedowns
    with pytest.raises(QueryError, match="nothing was taken down that fits"):
        undo(settings(), URL)


def test_a_url_alone_leaves_its_copies_and_the_next_keeper_is_named(
    story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings],
    processed: Path, write: Write, raw: Path,
) -> None:  # fmt: skip
    others()
    story()
    run()
    assert article(processed)["duplicate_count"] == 1
    receipt = forget(settings(), URL, reason="licence ended", duplicates=False)
    (keeper,) = receipt.keepers
    assert keeper.url == "https://ledger.example/a/77"
    assert receipt.takedown.keepers == 1
    assert article(processed, keeper.url)["article_id"] == keeper.article_id
    assert holding(processed, URL, AUTHOR) == {}
    assert set(holding(processed, *BODY)) == set(BODY)
    write("pilot.example/2025-05-01/again.txt", page(TITLE, *BODY), url=URL)
    write("mirror.example/2025-06-01/x.txt", "\n".join([TITLE, *BODY]), url="https://mirror.example/x")
    run()
    assert holding(processed, URL) == {}
    assert article(processed, keeper.url)["duplicate_count"] == 1


def test_a_site_goes_as_a_whole_and_leaves_other_sites_their_copies_unless_told(
    story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings],
    processed: Path, write: Write, tmp_path: Path,
) -> None:  # fmt: skip
    story()
    others()
    failed = record("The ferry is late again today.", "https://pilot.example/d", date="2025-02-30")
    write("feeds/2025-03-09/more.jsonl", failed)
    run()
    copy = tmp_path / "copy"
    shutil.copytree(processed, copy)
    own = [line for lines in OTHERS.values() for line in lines]
    receipt = forget(settings(), "www.pilot.example", reason="contract ended")
    assert (len(receipt.documents), len(receipt.keepers)) == (5, 1)
    assert holding(processed, *own, URL, "pilot.example", "ferry is late") == {}
    assert [row["site"] for row in table(processed, "articles")] == ["ledger.example"]
    write("pilot.example/2025-06-01/new.txt", page("A new story of the site"), url="https://pilot.example/new")
    assert run().counts.documents == 1
    receipt = forget(settings(processed=copy), "pilot.example", reason="contract ended", duplicates=True)
    assert len(receipt.documents) == 6
    assert holding(copy, *own, *SENTENCES) == {}


def test_rejected_records_lose_what_they_held_and_stay_known(
    story: Callable[[], None], mentioned: Callable[[], None], run: Run, settings: Callable[..., Settings],
    processed: Path, write: Write, raw: Path,
) -> None:  # fmt: skip
    story()
    mentioned()
    assert run().counts.rejections == 4
    receipt = forget(settings(), URL, reason="asked by counsel")
    assert receipt.takedown.removed["rejections"].rows == 3
    rows = {row["record_no"]: row for row in table(processed, "rejections")}
    emptied = [(rows[number]["message"], rows[number]["payload"]) for number in (1, 2, 3)]
    assert emptied == [(TAKEN_DOWN, b"")] * 3
    assert rows[2]["reason"] == "malformed_json"
    assert b"ferry is late" in rows[4]["payload"]


def test_a_lead_that_all_pages_repeat_and_is_taken_for_furniture_goes_too(
    story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings],
    processed: Path,
) -> None:  # fmt: skip
    others(TITLE, LEAD, on=tuple(OTHERS))
    story()
    run()
    assert LEAD not in article(processed)["body"]
    forget(settings(), URL, reason="asked by counsel")
    assert holding(processed, *SENTENCES) == {}
    assert {row["url"].rsplit("/", 1)[1] for row in table(processed, "articles")} == set(OTHERS)


def test_a_trial_tells_what_would_go_and_changes_nothing(
    story: Callable[[], None], mentioned: Callable[[], None], run: Run, settings: Callable[..., Settings],
    processed: Path,
) -> None:  # fmt: skip
    story()
    mentioned()
    run()
    before = {path: path.read_bytes() for path in processed.rglob("*") if path.is_file()}
    trial = forget(settings(), URL, reason="asked by counsel", trial=True)
    assert {path: path.read_bytes() for path in processed.rglob("*") if path.is_file()} == before
    done = forget(settings(), URL, reason="asked by counsel", shown=trial)
    assert done.takedown.removed == trial.takedown.removed
    assert (done.documents, done.lines, done.raw_files) == (trial.documents, trial.lines, trial.raw_files)
    assert (trial.titles, trial.lines) == ((TITLE,), 2)


def test_nothing_goes_when_something_else_would_than_was_shown(
    story: Callable[[], None], run: Run, settings: Callable[..., Settings], processed: Path, write: Write
) -> None:
    story()
    run()
    trial = forget(settings(), URL, reason="asked by counsel", trial=True)
    write("mirror.example/2025-05-01/x.txt", page(TITLE, *BODY), url="https://mirror.example/x")
    run()
    before = fingerprint(processed)
    with pytest.raises(QueryError, match=r"other documents fit .* now; nothing was taken down"):
        forget(settings(), URL, reason="asked by counsel", shown=trial)
    assert fingerprint(processed) == before


@pytest.mark.parametrize(
    ("target", "reason", "told"),
    [
        ("https://pilot.example/nothing", "x", "no document in .* is of https://pilot.example/nothing"),
        ("pilot.exampel", "x", r"there are no pages of 'pilot.exampel'; did you mean pilot.example\?"),
        ("00000000", "x", "no document or article in .* has an id that begins with '00000000'"),
        ("ftp://pilot.example/x", "x", "'ftp://pilot.example/x' is no web address"),
        (URL, " ", "--reason is empty"),
        (URL, f"they asked for {URL}", "--reason holds the url of what is taken down"),
        (URL, f"error in {TITLE!r}", "--reason holds the title of what is taken down"),
    ],
)
def test_what_fits_nothing_or_would_tell_too_much_is_an_error(
    target: str, reason: str, told: str, story: Callable[[], None], run: Run, settings: Callable[..., Settings],
    processed: Path,
) -> None:  # fmt: skip
    story()
    run()
    before = fingerprint(processed)
    with pytest.raises(QueryError, match=told):
        forget(settings(), target, reason=reason)
    assert fingerprint(processed) == before


def test_a_document_without_a_url_has_none_to_take_alone(
    run: Run, settings: Callable[..., Settings], processed: Path, write: Write
) -> None:
    write("pilot.example/2025-03-04/fire.txt", page(TITLE, *BODY))
    run()
    (document,) = table(processed, "documents")
    with pytest.raises(QueryError, match="has no URL of its own to take alone; leave --only-this-url out"):
        forget(settings(), document["document_id"], reason="x", duplicates=False)
    forget(settings(), document["document_id"], reason="x")
    write("pilot.example/2025-06-04/fire-again.txt", page(TITLE, *BODY))
    assert run().counts.documents == 0


def test_an_older_headline_that_other_articles_have_too_is_left_to_them(
    run: Run, settings: Callable[..., Settings], processed: Path, write: Write
) -> None:
    headline = "Letters to the editor of this week"
    for name, lines in OTHERS.items():
        meta = {"url": f"https://pilot.example/{name}", "title": headline}
        write(f"pilot.example/2025-03-01/{name}.txt", page(*lines[1:]), **meta)
    run()
    forget(settings(), "https://pilot.example/bees", reason="x")
    assert [row["title"] for row in table(processed, "articles")] == [headline] * 2


def test_what_was_said_of_lines_that_only_it_carried_goes_too(
    story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings],
    processed: Path,
) -> None:  # fmt: skip
    from flows.recleaning import override_line
    from flows.tables.overrides import load_overrides

    story()
    others()
    run()
    for line in (BODY[2], FOOTER[0], "A line that no page has yet"):
        override_line(settings(), "pilot.example", line, "pinned")
    receipt = forget(settings(), URL, reason="asked by counsel")
    kept = load_overrides(Layout(processed).overrides).lines("pilot.example", "pinned")
    assert kept == ["A line that no page has yet", FOOTER[0]]
    assert receipt.takedown.removed["state: overrides"].rows == 1
    assert holding(processed, *BODY) == {}


class Killed(BaseException):
    """Stands for SIGKILL, at one step of a publication."""


@contextmanager
def killed_at(point: str) -> Iterator[None]:
    """Expect what is done inside to be killed at the step of its publication whose name ends so."""

    def kill(name: str) -> None:
        if name.endswith(point):
            raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(publication, "publish", partial(journal.publish, step=kill))
        with pytest.raises(Killed):
            yield


def test_killed_before_or_after_the_journal_it_is_undone_or_done(
    story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings],
    processed: Path, tmp_path: Path,
) -> None:  # fmt: skip
    story()
    others()
    run()
    before = fingerprint(processed)
    done = tmp_path / "done"
    shutil.copytree(processed, done)
    forget(settings(processed=done), URL, reason="x")
    for point, expected in {"before the journal": before, "after the journal": fingerprint(done)}.items():
        copy = tmp_path / point
        shutil.copytree(processed, copy)
        with killed_at(point):
            forget(settings(processed=copy), URL, reason="x")
        assert run(processed=copy).run_id is None
        assert fingerprint(copy) == expected
        assert bool(load_tombstones(Layout(copy)).takedowns) == (expected != before)


def test_killed_right_after_publishing_it_leaves_nothing_that_an_earlier_killed_run_had_read(
    story: Callable[[], None], run: Run, settings: Callable[..., Settings], processed: Path, write: Write
) -> None:
    story()
    run()
    for number in range(2):  # each a slice of its own
        write(
            f"mirror.example/2025-05-01/{number}.jsonl", record(page(TITLE, *BODY), f"https://mirror.example/{number}")
        )
    with open_run(settings(slice_bytes=1024)) as stopped:
        read(stopped)
    assert set(holding(Layout(processed).reading, *BODY)) == set(BODY)
    with killed_at("after the journal is gone"):
        forget(settings(), URL, reason="x")
    assert holding(processed, *SENTENCES, URL) == {}


def test_killed_while_it_is_published_it_can_be_listed_and_asked_for_again(
    story: Callable[[], None], run: Run, settings: Callable[..., Settings], processed: Path, copydesk: Any
) -> None:
    story()
    run()
    with killed_at("tombstones.parquet"):
        forget(settings(), URL, reason="x")
    listed = copydesk("forget", "--list")
    assert (listed.returncode, listed.stdout.strip()) == (0, "Nothing was taken down.")
    assert "the next one ends it; its takedown may not be listed yet" in listed.stderr
    with pytest.raises(
        QueryError, match=r"no document .*; what fits .*/mill-fire' was taken down already, by 20"
    ) as told:
        forget(settings(), URL, reason="x")
    (takedown,) = load_takedowns(Layout(processed))
    assert str(told.value).endswith(takedown.takedown_id)
    assert holding(processed, *SENTENCES, URL) == {}


def test_tables_made_again_from_the_kept_documents_do_without_it(
    story: Callable[[], None], mentioned: Callable[[], None], run: Run, settings: Callable[..., Settings],
    processed: Path,
) -> None:  # fmt: skip
    from flows.rebuilding import rebuild

    story()
    mentioned()
    run()
    forget(settings(), URL, reason="asked by counsel")
    before = fingerprint(processed)
    rebuild(settings())
    assert fingerprint(processed) == before
    assert holding(processed, *SENTENCES, URL, AUTHOR) == {}


def test_two_takedowns_of_one_story_must_both_be_lifted(
    story: Callable[[], None], others: Callable[..., None], run: Run, settings: Callable[..., Settings],
    processed: Path,
) -> None:  # fmt: skip
    story()
    others()
    whole = run().counts.documents
    forget(settings(), URL, reason="asked by counsel")
    site = forget(settings(), "pilot.example", reason="contract ended")
    undo(settings(), URL)
    assert run().counts.documents == 1  # the other site's copy
    undo(settings(), site.takedown.takedown_id)
    assert run().counts.documents == whole


def test_damaged_tombstones_stop_a_run(
    story: Callable[[], None], run: Run, settings: Callable[..., Settings], processed: Path, write: Write
) -> None:
    from flows.errors import StorageError

    story()
    run()
    forget(settings(), URL, reason="asked by counsel")
    told = "put both back from a copy: without them what was taken down would come in"
    hashes = Layout(processed).tombstones.read_bytes()
    Layout(processed).tombstones.unlink()
    with pytest.raises(StorageError, match=told):
        run()
    Layout(processed).tombstones.write_bytes(hashes)
    Layout(processed).takedowns.unlink()
    with pytest.raises(StorageError, match=told):
        load_takedowns(Layout(processed))


def test_the_command_shows_asks_lists_and_lifts(
    story: Callable[[], None], mentioned: Callable[[], None], run: Run, copydesk: Any, processed: Path, tmp_path: Path
) -> None:
    story()
    mentioned()
    run()
    refused = copydesk("forget", URL, "--reason", "asked by counsel")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "there is no terminal to ask on; --dry-run shows what would go, --yes doesn't ask" in refused.stderr
    assert copydesk("forget", URL, "--yes").stderr.startswith("copydesk: say why: --reason")
    shown = copydesk("forget", URL, "--reason", "asked by counsel", "--dry-run")
    assert "3 documents would be taken down; nothing has changed yet" in shown.stdout, shown.stderr
    assert TITLE in shown.stdout
    file = tmp_path / "receipt.json"
    done = copydesk("forget", URL, "--reason", "asked by counsel", "--yes", "--receipt", str(file))
    assert "3 documents were taken down" in done.stdout, done.stderr
    assert "pilot.example/2025-04-02/mill-fire.txt" in done.stdout
    receipt = json.loads(file.read_text())
    assert receipt["removed"]["documents"] == {"rows": 3, "files": 3}
    assert not [needle for needle in (*SENTENCES, URL, "mill-fire") if needle in file.read_text()]
    listed = copydesk("forget", "--list", COLUMNS="160")
    assert receipt["takedown_id"] in listed.stdout
    assert "asked by counsel" in listed.stdout
    lifted = copydesk("forget", "--undo", receipt["takedown_id"])
    assert f"takedown {receipt['takedown_id']} is lifted" in lifted.stdout
    assert "Nothing was taken down" in copydesk("forget", "--list").stdout
