"""The journal: what is published is published whole, whatever ends the run in the middle of it."""

import json
from pathlib import Path

import pytest

from flows.errors import StorageError
from flows.tables import files, journal
from flows.tables.journal import Move, Publication, publish, recover
from flows.tables.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A folder with two staged files, and a third that one of them leaves behind."""
    layout = Layout(tmp_path)
    layout.staging.mkdir(parents=True)
    for name in ("a", "b", "a.leaving"):
        (layout.staging / name).write_text(name)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a").write_text("a before")
    return layout


def move(name: str, target: str) -> Move:
    return Move(f"_state/staging/{name}", f"tables/{target}")


MOVES = (move("a", "a"), move("b", "b"))
LEAVING = (move("a.leaving", "a"),)


def texts(layout: Layout) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((layout.root / "tables").iterdir())}


def test_the_journal_names_every_move_before_the_first(layout: Layout) -> None:
    seen = []

    def step(what: str) -> None:
        seen.append(what)
        if what == "after the journal":
            told = json.loads(layout.journal.read_text())
            assert told["moves"] == [[m.source, m.target] for m in MOVES]
            assert told["leaving"] == [[m.source, m.target] for m in LEAVING]
            assert texts(layout) == {"a": "a before"}

    publish(layout, Publication(MOVES, LEAVING), step=step)
    assert texts(layout) == {"a": "a", "b": "b"}
    assert seen[-1] == "after the journal is gone"


def test_a_draft_of_a_journal_that_never_was_goes_with_what_was_staged(layout: Layout) -> None:
    def kill(what: str) -> None:
        if what == "before the journal is there":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(layout, Publication(MOVES, LEAVING), step=kill)
    assert list(layout.state.glob("journal*"))
    assert not recover(layout)
    assert list(layout.state.iterdir()) == []
    assert texts(layout) == {"a": "a before"}


def test_what_leaves_is_gone_for_the_grace_before_anything_arrives(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []

    def sleep(seconds: float) -> None:
        waits.append((seconds, texts(layout)))

    monkeypatch.setattr(journal.time, "sleep", sleep)
    publish(layout, Publication(MOVES, LEAVING, grace_seconds=3.0))
    assert waits == [(3.0, {"a": "a.leaving"})]


def test_a_recovery_waits_too_unless_everything_has_arrived(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill_after(name: str) -> None:
        def step(what: str) -> None:
            if what.startswith(name):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt, match="publishing has begun, and the next run ends it"):
            publish(layout, Publication(MOVES, LEAVING, grace_seconds=3.0), step=step)

    waits: list[float] = []
    monkeypatch.setattr(journal.time, "sleep", waits.append)
    kill_after("after leaving 0")
    assert waits == []
    assert recover(layout)
    assert waits == [3.0]
    for name in ("a", "b", "a.leaving"):
        layout.staging.mkdir(parents=True, exist_ok=True)
        (layout.staging / name).write_text(name)
    kill_after("after move 1")
    assert waits == [3.0, 3.0]
    assert recover(layout)
    assert waits == [3.0, 3.0]
    assert texts(layout) == {"a": "a", "b": "b"}


def test_a_rename_that_a_loss_of_power_undid_puts_no_old_version_over_a_new_one(layout: Layout) -> None:
    def lose_power(what: str) -> None:
        if what.startswith("after move 0"):
            (layout.staging / "a.leaving").write_text("a.leaving")  # its rename never reached the disk
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(layout, Publication(MOVES, LEAVING), step=lose_power)
    recover(layout)
    assert texts(layout) == {"a": "a", "b": "b"}


def test_everything_the_journal_builds_on_is_on_the_disk_before_it(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def note(path: Path) -> None:
        order.append(path.relative_to(layout.root.parent).as_posix())

    monkeypatch.setattr(journal, "sync", note)
    monkeypatch.setattr(files, "sync", note)
    home = layout.root.name
    moves = (*MOVES, Move("_state/staging/b", "new/month=2025-03/b"))
    publish(layout, Publication(moves, LEAVING), step=order.append)
    before = order[: order.index("before the journal is there")]
    staged = [f"{home}/_state/staging/{name}" for name in ("a.leaving", "a", "b")]
    names = [f"{home}/_state/staging", f"{home}/_state"]
    folders = [f"{home}/tables", f"{home}/new/month=2025-03", f"{home}/new", home]
    assert set(staged + names + folders) <= set(before)
    assert order.index(f"{home}/_state", order.index("before the journal is there")) < order.index("after the journal")
    last_move = max(n for n, what in enumerate(order) if what.startswith("after move"))
    end = order[last_move + 1 :]
    assert {f"{home}/tables", f"{home}/new/month=2025-03"} <= set(end)
    assert end[-2:] == [f"{home}/_state", "after the journal is gone"]


def test_a_staged_file_that_is_gone_stops_publication_before_the_journal(layout: Layout) -> None:
    with pytest.raises(FileNotFoundError):
        publish(layout, Publication((move("gone", "x"),)))
    assert not layout.journal.exists()


def test_an_error_in_the_middle_says_that_the_next_run_ends_it(layout: Layout) -> None:
    def full(what: str) -> None:
        if what.startswith("after move 0"):
            raise OSError(28, "No space left on device")

    with pytest.raises(
        StorageError, match=r"publishing has begun and stopped at .*No space left.*the next run ends it"
    ):
        publish(layout, Publication(MOVES, LEAVING), step=full)
    assert recover(layout)
    assert texts(layout) == {"a": "a", "b": "b"}
    assert not recover(layout)


def test_a_journal_whose_staged_files_were_taken_away_is_an_error_before_anything_moves(layout: Layout) -> None:
    layout.journal.write_text(journal._written(Publication((*MOVES, move("gone", "c")))))
    with pytest.raises(StorageError, match=r"is to move _state/staging/gone to tables/c, and neither is there"):
        recover(layout)
    assert texts(layout) == {"a": "a before"}


def test_a_journal_of_an_earlier_version_is_made_to_its_end(layout: Layout) -> None:
    layout.journal.write_text(json.dumps([[move.source, move.target] for move in MOVES]))
    assert recover(layout)
    assert texts(layout) == {"a": "a", "b": "b"}


@pytest.mark.parametrize("text", ["", "{}", "[[1]]", '{"moves": 3, "leaving": [], "grace_seconds": 0}'])
def test_a_damaged_journal_is_one_line(layout: Layout, text: str) -> None:
    layout.journal.write_text(text)
    with pytest.raises(StorageError, match=r"journal.json can't be read .* another version of copydesk"):
        recover(layout)
    assert layout.staging.exists()
