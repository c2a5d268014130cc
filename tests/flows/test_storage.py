"""Disks that are full, read-only or gone: one clear line, tables as before, and the next run repairs."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import publication
from flows.errors import RawFolderError, StorageError
from flows.settings import Settings
from flows.stages import ingest
from flows.tables import journal
from flows.tables.layout import Layout
from tests.conftest import FOOTER, Run, Write, page

Rows = Callable[..., list[dict[str, Any]]]
DISK_BYTES = 2 << 20


def mounting(*arguments: str) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting needs rights that this user hasn't: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    if not sys.platform.startswith("linux"):
        pytest.skip("disks are made as Linux makes them")
    path = tmp_path / "disk"
    path.mkdir()
    mounting("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(path))
    yield path
    subprocess.run(["umount", "-l", str(path)], check=False)


def published(processed: Path) -> dict[str, str]:
    """Hash every file of tables and state but the lock, what is staged, and `runs`."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(processed.rglob("*"))
        if path.is_file()
        and not (name := str(path.relative_to(processed))).startswith(("_state/lock", "_state/staging", "runs/"))
    }


@pytest.fixture
def news(write: Write) -> Callable[[], None]:
    """More files, for a second run: a new month, and pages that change an old one."""

    def write_news() -> None:
        for day in (6, 7):
            write(
                f"courier.example/2025-03-0{day}/{day}.txt",
                page("ferry", extra=(f"It was told on day {day}.", *FOOTER)),
            )
        write("tidende.example/2025-05-02/new.txt", page("bakery", extra=("The council will meet on Monday again.",)))

    return write_news


def test_a_full_disk_leaves_the_tables_as_they_were_wherever_it_fills_up(
    disk: Path, courier: Callable[[], None], news: Callable[[], None], settings: Callable[..., Settings], tmp_path: Path
) -> None:
    given = settings(processed=disk / "tables")
    courier()
    ingest(given)
    before = published(given.processed)
    news()
    ingest(settings(processed=tmp_path / "whole", buckets=given.buckets))
    failed, room = 0, 8192
    free = shutil.disk_usage(disk).free
    while True:
        filler = disk / "filler"
        filler.write_bytes(b"\0" * max(0, free - room))
        try:
            ingest(given)
            break
        except StorageError as error:
            assert "No space left on device" in str(error)  # noqa: PT017 - how often it fails depends on the system
            assert "the tables are as they were" in str(error)  # noqa: PT017
            assert published(given.processed) == before
            failed += 1
        filler.unlink()
        room *= 2
    assert failed >= 3
    filler.unlink()
    assert ingest(given).run_id is None
    assert {n: h for n, h in published(given.processed).items() if n != "copydesk.sql"}.items() >= {
        n: h for n, h in published(tmp_path / "whole").items() if not n.startswith("_state") and n != "copydesk.sql"
    }.items()


def test_a_read_only_disk_is_one_line_and_nothing_else(
    disk: Path, courier: Callable[[], None], news: Callable[[], None], settings: Callable[..., Settings], copydesk: Any
) -> None:
    given = settings(processed=disk / "tables")
    courier()
    ingest(given)
    before = published(given.processed)
    news()
    mounting("mount", "-o", "remount,ro", str(disk))
    done = copydesk("ingest", "--processed", str(given.processed))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "Read-only file system" in done.stderr
    assert copydesk("query", "SELECT count(*) FROM articles", "--processed", str(given.processed)).returncode == 0
    mounting("mount", "-o", "remount,rw", str(disk))
    assert published(given.processed) == before
    assert ingest(given).counts.documents == 7


def test_a_folder_that_may_not_be_written_is_one_line(
    courier: Callable[[], None], run: Run, processed: Path, raw: Path
) -> None:
    courier()
    run()
    shutil.rmtree(raw / "courier.example/2025-03-01")
    before = published(processed)
    for path in [processed, *processed.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    warm = processed.parent / "warm"  # a first run imports what the second may not be able to read any more
    code = (
        "import contextlib, os, sys\n"
        "import flows.cli\n"
        f"ingest = ['copydesk', 'ingest', '--quiet', '--engine', 'inline', '--raw', {str(raw)!r}, '--processed']\n"
        f"sys.argv = [*ingest, {str(warm)!r}]\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(None):\n"
        "    flows.cli.main()\n"
        "if os.getuid() == 0:\n"
        "    os.setgid(65534); os.setuid(65534)\n"
        f"sys.argv = [*ingest, {str(processed)!r}]\n"
        "flows.cli.main()\n"
    )
    for above in [p for p in processed.parents if "pytest-of" in str(p)]:  # pytest's folders are for their owner alone
        above.chmod(above.stat().st_mode | 0o055)
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("\n") == 1
    assert "Permission denied" in done.stderr
    assert published(processed) == before


@pytest.mark.parametrize(
    "moment", ["read", "clean", "dedupe", "audit", "before the journal", "after the journal", "after move 2"]
)
def test_a_mount_that_vanishes_ends_the_run_and_the_next_one_repairs(
    disk: Path,
    courier: Callable[[], None],
    news: Callable[[], None],
    settings: Callable[..., Settings],
    processed: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    processed.mkdir()
    (disk / "tables").mkdir()

    def mount() -> None:
        mounting("mount", "--bind", str(disk / "tables"), str(processed))

    def vanish(what: str) -> None:
        if what.startswith(moment) and os.path.ismount(processed):
            subprocess.run(["umount", "-l", str(processed)], check=True)

    mount()
    try:
        given = settings()
        courier()
        ingest(given)
        before = published(processed)
        news()
        honest = journal.publish
        with monkeypatch.context() as patched:
            patched.setattr(publication, "publish", lambda layout, moves: honest(layout, moves, step=vanish))
            with pytest.raises(StorageError, match="it was unmounted, moved or replaced"):
                ingest(given, progress=lambda stage, _done, _total: vanish(stage))
        assert not os.path.ismount(processed)
        assert not list(processed.rglob("*.parquet"))  # nothing was made in its place
        begun = moment.startswith("after")
        assert (published(disk / "tables") == before) is not begun
        mount()
        assert (ingest(given).run_id is None) is begun
        assert not Layout(processed).journal.exists()
        repaired = published(processed)
        subprocess.run(["umount", "-l", str(processed)], check=True)
        ingest(given)  # into the folder below the mount, from nothing
        tables = {n: h for n, h in published(processed).items() if not n.startswith("_state")}
        assert {n: h for n, h in repaired.items() if not n.startswith("_state")} == tables
    finally:
        subprocess.run(["umount", "-l", str(processed)], check=False, capture_output=True)


def test_a_raw_folder_that_vanishes_while_it_is_read_makes_no_rejections(
    disk: Path, courier: Callable[[], None], run: Run, raw: Path, settings: Callable[..., Settings]
) -> None:
    courier()
    shutil.copytree(raw, disk / "raw")
    mounting("mount", "--bind", str(disk / "raw"), str(raw))
    try:
        for path in sorted((disk / "raw").rglob("*.txt"))[1:]:  # some are read, others are gone
            path.write_text(path.read_text() * 3)

        def vanish(stage: str, _done: int, _total: int) -> None:
            if os.path.ismount(raw):
                subprocess.run(["umount", "-l", str(raw)], check=True)

        with pytest.raises(RawFolderError, match=r"raw folder .* it was unmounted, moved or replaced"):
            ingest(settings(), progress=vanish)
    finally:
        subprocess.run(["umount", "-l", str(raw)], check=False, capture_output=True)
    assert run().counts.rejections == 0


def test_a_file_that_could_not_be_read_is_tried_again(
    courier: Callable[[], None], run: Run, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.readers import source

    courier()
    honest = source.open_regular

    def stale(path: Path) -> Any:
        if path.name == "ferry.txt":
            raise OSError(116, "Stale file handle")
        return honest(path)

    with monkeypatch.context() as patched:
        patched.setattr(source, "open_regular", stale)
        assert run().rejected_by_reason == {"unreadable_file": 1}
    report = run()
    assert report.rejected_by_reason == {}
    assert report.counts.articles == 4
    assert run().run_id is None
