"""Takedown: what may not be kept leaves all tables and all state, through the ordinary stages, and stays out."""

import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import QueryError, RawFolderError
from flows.forgettable import Forgettable, find_forgettable
from flows.opening import open_tables
from flows.publication import publish_state
from flows.readers import scan
from flows.removed import Keeper, find_keepers, removed_rows
from flows.report import Progress
from flows.run import Run
from flows.settings import Settings
from flows.sites.overrides import Overrides
from flows.stages import audit, clean, dedupe, publish
from flows.steps.kept import discard_kept
from flows.steps.seek import SeekTask, seek_step
from flows.tables.layout import Partition, bucket_of
from flows.tables.manifest import load_manifest
from flows.tables.tombstones import Takedown, digest, hidden, stage_tombstones
from flows.tombs import find_takedown, hashes_of, pages_of, takedowns_of
from flows.warehouse.sites import count_pages_with

MAX_REASON_CHARS = 500


@dataclass(frozen=True)
class Receipt:
    """What was taken down, and what is left to do."""

    takedown: Takedown
    documents: tuple[str, ...]
    """The ids of those that went."""
    sites: dict[str, int]
    """The sites they were of, most first."""
    titles: tuple[str, ...]
    """The first headlines, for the eyes of whoever asked; no state keeps them."""
    lines: int
    """Lines that other documents lost, as they were made of its headline or its sentences alone."""
    keepers: tuple[Keeper, ...]
    """Documents that now stand for an article whose document went."""
    raw_files: tuple[str, ...]
    """Raw files that still hold it, as far as they are there; no state keeps their names."""
    seconds: float
    notices: tuple[str, ...]
    published: bool
    """False for a trial."""


@dataclass(frozen=True)
class Lifted:
    """A takedown that was lifted."""

    takedown: Takedown
    raw_files: tuple[str, ...]
    """Files that the next run reads again."""
    missing: int
    """Files that held something of it and are gone: what they held stays away."""


def forget(
    settings: Settings,
    target: str,
    *,
    reason: str,
    duplicates: bool | None = None,
    shown: Receipt | None = None,
    trial: bool = False,
    progress: Progress | None = None,
) -> Receipt:
    """Take down what `target` names, and leave a tombstone that keeps it out; a `trial` tells what would go.

    `shown` is the trial that the user agreed to: nothing happens when something else would go by now. Raises
    QueryError for a target that nothing or more than one thing fits.
    """
    settings = settings.model_copy(update={"strict": False})  # a loss elsewhere is no reason to keep what must go
    with open_tables(settings, progress=progress) as run:
        began = time.perf_counter()
        found = _find(run, target, duplicates=duplicates)
        takedown = _begin(run, found, reason)
        overrides = _drop_overrides(run, found)
        for stage in (clean, dedupe, audit):
            stage(run)
        receipt = _receipt(run, found, takedown, overrides=overrides)
        if shown is not None and shown.documents != receipt.documents:
            raise QueryError(f"the tables have changed: other documents fit {target!r} now; nothing was taken down")
        if not trial:
            run.tombstones = run.tombstones.with_takedown(receipt.takedown)
            discard_kept(run.layout)  # what a killed run read: once this is published, nobody might clear it
            publish(run)
        return replace(receipt, seconds=time.perf_counter() - began, published=not trial)


def _find(run: Run, target: str, *, duplicates: bool | None) -> Forgettable:
    """Find what `target` names; if it is taken down already, perhaps by a command that was killed then, say so."""
    try:
        return find_forgettable(run.settings.processed, target, duplicates=duplicates)
    except QueryError as error:
        if done := takedowns_of(run.tombstones, target):
            raise QueryError(f"{error}; what fits {target!r} was taken down already, by {', '.join(done)}") from None
        raise


def _begin(run: Run, found: Forgettable, reason: str) -> Takedown:
    """Stage the tombstone, and find the partitions that hold something of what goes."""
    takedown = Takedown(
        takedown_id=f"{run.started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        at=run.started_at,
        reason=" ".join(reason.split()),
        scope=found.scope,
        duplicates=found.duplicates,
    )
    own = _partitions(run, found)
    pages = pages_of(run.layout, found, own)
    _check_reason(takedown.reason, pages)
    run.manifest = load_manifest(run.layout.manifest)
    run.tombstones = run.tombstones.with_takedown(takedown).with_hashes(hashes_of(takedown.takedown_id, found, pages))
    stage_tombstones(run.layout, run.tombstones)
    places = list(run.layout.partitions("documents"))
    run.choose_engine(sum(run.layout.file("documents", one).stat().st_size for one in places))
    tasks = [SeekTask(run.layout, one, documents=found.duplicates or one in own) for one in places]
    run.leave_nothing = True
    run.forgotten = frozenset(result.partition for result in run.map("read", seek_step, tasks) if result.found)
    return takedown


def _partitions(run: Run, found: Forgettable) -> frozenset[Partition]:
    places = found.documents.select(["month", "site"]).group_by(["month", "site"]).aggregate([]).to_pylist()
    return frozenset(Partition(one["month"], bucket_of(one["site"], run.settings.buckets)) for one in places)


def _check_reason(reason: str, pages: pa.Table) -> None:
    """The reason is kept, so it may not tell what isn't."""
    if not reason:
        raise QueryError("--reason is empty; say why, without naming what is taken down: it is kept")
    if len(reason) > MAX_REASON_CHARS:
        raise QueryError(f"--reason has {len(reason)} characters; {MAX_REASON_CHARS} are enough to say why")
    folded = reason.casefold()
    for name in ("url", "title"):
        told = pc.unique(pages[name]).drop_null().to_pylist()
        if any(value.casefold() in folded for value in told):
            raise QueryError(f"--reason holds the {name} of what is taken down, and it is kept; say it without")


def _receipt(run: Run, found: Forgettable, takedown: Takedown, *, overrides: int) -> Receipt:
    documents = tuple(sorted(key for result in run.merge_results for key in result.forgotten.documents))
    keepers = find_keepers(run, documents)
    removed = removed_rows(run, documents, overrides=overrides)
    return Receipt(
        takedown=replace(takedown, removed=removed, keepers=len(keepers)),
        documents=documents,
        sites=found.sites,
        titles=found.titles,
        lines=sum(result.forgotten.lines for result in run.merge_results),
        keepers=keepers,
        raw_files=_still_there(
            run.settings, run.tombstones.with_hashes(run.traces).values("source", takedown.takedown_id)
        ),
        seconds=0.0,
        notices=tuple(run.notices),
        published=False,
    )


def as_json(receipt: Receipt) -> bytes:
    """Return a receipt to be filed: nothing in it tells what was taken down."""
    told = {
        **asdict(receipt.takedown),
        "lines_of_other_documents": receipt.lines,
        "next_keepers": [{"article_id": one.article_id, "document_id": one.document_id} for one in receipt.keepers],
        "raw_files_that_hold_it": len(receipt.raw_files),
        "remains": "a tombstone: hashes of ids, addresses, texts and paths, in _state/tombstones.parquet",
        "published": receipt.published,
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _still_there(settings: Settings, sources: Iterable[bytes]) -> tuple[str, ...]:
    """Name the raw files that are there, of those whose hashes are given."""
    wanted = set(sources)
    with suppress(RawFolderError):
        return tuple(file.path for file in scan(settings.raw) if digest("source", file.path) in wanted)
    return ()


def _drop_overrides(run: Run, found: Forgettable) -> int:
    """Take back what was said of lines that no other page has; return how many there were."""
    before = run.overrides
    for site in found.sites:
        for line in before.by_site.get(site, {}):
            if _only_there(run, found, site, line):
                run.overrides = run.overrides.updated(site, line, None)
    return _size(before) - _size(run.overrides)


def _size(overrides: Overrides) -> int:
    return sum(map(len, overrides.by_site.values()))


def _only_there(run: Run, found: Forgettable, site: str, line: str) -> bool:
    if found.scope == "site":
        return site == found.key
    ids = found.documents["document_id"].to_pylist()
    having = count_pages_with(run.layout.root, site, line, ids)
    return having > 0 and having == count_pages_with(run.layout.root, site, line)


def undo(settings: Settings, target: str) -> Lifted:
    """Lift a takedown, named by its id or by what was taken down; the next run may read its raw files again.

    Raises QueryError when none or more than one fits.
    """
    with open_tables(settings) as run:
        takedown = find_takedown(run.tombstones, target)
        sources = run.tombstones.values("source", takedown.takedown_id)
        files = _still_there(settings, sources)
        again = {name for path in files for name in (path, hidden(path))}
        manifest = {
            name: replace(known, size=-1, sha256="") if name in again else known  # like no file there is
            for name, known in load_manifest(run.layout.manifest).items()
        }
        publish_state(run.layout, manifest, run.tombstones.lifted(takedown.takedown_id))
        return Lifted(takedown, files, len(sources) - len(files))
