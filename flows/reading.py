"""Reading as a stage: which raw files are new, what reads them, and what a stopped run had read of them.

What a unit (a group of small files, or a slice of a large one) holds is kept in `_state/reading` until the run that
read it publishes. A run that is stopped leaves it there, and the next one goes on from the last finished unit.
"""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flows import __version__
from flows.errors import RawFolderError
from flows.readers import RawFile, ReadUnit, hash_file, identify, plan, say_passed_over, scan
from flows.run import Run
from flows.sites import load_profiles
from flows.steps.kept import discard_kept
from flows.steps.meters import metered
from flows.steps.read import ReadTask, read_step
from flows.steps.staging import work_file
from flows.tables.manifest import Known, load_manifest
from flows.tables.tombstones import reveal, shown

LOOK_SECONDS = 0.5
"""How often the progress of reading is looked at."""
_NOT_READING = {
    "raw", "processed", "engine", "workers", "inline_bytes", "lock_wait_seconds", "reader_grace_seconds", "strict",
    "max_rejected_share", "max_rejected_share_of_source", "min_records_of_share", "accept_rejections",
}  # fmt: skip
"""Settings that make no difference to what a file holds."""


@contextmanager
def same_raw(raw: Path) -> Iterator[None]:
    """End a run whose raw folder vanished while it was read: its files aren't unreadable, they are elsewhere."""
    before = identify(raw)
    yield
    if identify(raw) != before:
        raise RawFolderError(
            f"raw folder {raw} isn't the one any more that reading began with: it was unmounted, moved or replaced; "
            "bring it back and run again; nothing is published"
        )


def find_new_files(run: Run) -> None:
    """Compare the raw folder with the manifest: by size and times first, then by content."""
    run.files = scan(run.settings.raw)
    held = reveal(load_manifest(run.layout.manifest), (file.path for file in run.files))
    run.manifest = dict(held)
    run.new_files, run.changed_sources = [], frozenset()
    changed = set()
    for file in run.files:
        again = run.again is not None and file.path in run.again
        if run.again is not None and not again:
            continue
        before = held.get(file.path)
        now = _known(file, before.sha256 if before else "")
        if before is not None and before.looks_like(now) and before.sha256 and not again:  # else it couldn't be read
            continue
        now = _known(file, hash_file(run.settings.raw, file))
        run.manifest[file.path] = now
        if before is not None and before.sha256 == now.sha256 and not again:
            continue
        run.new_files.append(file)
        if before is not None:
            changed.add(file.path)
    run.changed_sources = frozenset(changed)
    vanished = sorted(shown(held) - {file.path for file in run.files})
    if vanished and run.again is None:
        run.notices.append(
            f"{len(vanished)} raw file(s) read before are gone, {vanished[0]} first; what was read of them stays"
        )


def _known(file: RawFile, sha256: str) -> Known:
    return Known(
        path=file.path,
        size=file.size,
        mtime_ns=file.mtime_ns,
        sidecar_size=file.sidecar_size,
        sidecar_mtime_ns=file.sidecar_mtime_ns,
        sha256=sha256,
    )


def read_new_files(run: Run) -> None:
    """Read the run's new files, but for what a stopped run had read of them already."""
    units = plan(run.new_files, run.settings.raw, run.settings)
    tasks = [_task(run, unit, number, several=len(units) > 1) for number, unit in enumerate(units)]
    discard_kept(run.layout, but={task.kept.name for task in tasks if task.kept is not None})
    with _bytes_shown(run, tasks):
        run.read_results = run.engine.map(read_step, tasks, lambda _done, _total: None)
    for path in {path for result in run.read_results for path in result.unreadable}:
        run.manifest[path] = replace(run.manifest[path], sha256="")
    passed_over = say_passed_over(sum((Counter(result.passed_over) for result in run.read_results), Counter[str]()))
    run.notices += [passed_over] if passed_over else []


def _task(run: Run, unit: ReadUnit, number: int, *, several: bool) -> ReadTask:
    name = f"{number:06d}"
    return ReadTask(
        unit=unit,
        raw=run.settings.raw,
        settings=run.settings,
        documents=work_file(run.layout, "read", name),
        rejections=work_file(run.layout, "rejected", name),
        meter=work_file(run.layout, "meters", name),
        kept=run.layout.reading / _key(run, unit) if several else None,
    )


def _key(run: Run, unit: ReadUnit) -> str:
    """Name all that decides what a unit holds: its files' bytes and times, settings, profiles and the code."""
    parts = [
        [one.file.path, one.file.mtime_ns, run.manifest[one.file.path].sha256, one.start, one.stop, one.first_record]
        for one in unit
    ]
    profiles = load_profiles(run.settings.profiles).fingerprint
    told = [parts, run.settings.model_dump(mode="json", exclude=_NOT_READING), profiles, __version__]
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=16).hexdigest()


@contextmanager
def _bytes_shown(run: Run, tasks: Sequence[ReadTask]) -> Iterator[None]:
    """Show how many bytes are read while the block works, whatever process reads them."""
    total = sum(part.size for task in tasks for part in task.unit)
    done = threading.Event()

    def look() -> None:
        while not done.wait(LOOK_SECONDS):
            run.progress("read", min(total, sum(metered(task.meter) for task in tasks)), total)

    run.progress("read", 0, total)
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    run.progress("read", total, total)
