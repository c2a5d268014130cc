"""What was read of a unit, kept for the case that its run is stopped before it publishes."""

import json
import shutil
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.tables.files import sync
from flows.tables.layout import Layout, Partition


@dataclass(frozen=True)
class ReadResult:
    """What one call of `read_step` found."""

    records: int
    rejected: int
    documents: Path
    rejections: Path
    batches: dict[Partition, tuple[int, ...]]
    """The batches of each partition in the documents' file."""
    rejection_months: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
    """Raw files that couldn't be read: another run must try again."""
    passed_over: dict[str, int] = field(default_factory=dict)
    """What is no record, such as a WARC's pictures, by kind."""


def keep(result: ReadResult, folder: Path) -> ReadResult:
    """Move what was read to where the next run would look for it; all of it is on the disk before its name is."""
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, path in (("documents", result.documents), ("rejections", result.rejections)):
        path.replace(draft / f"{name}.arrow")
    told = vars(result) | {
        "batches": [[one.month, one.bucket, numbers] for one, numbers in result.batches.items()],
        "documents": None,
        "rejections": None,
    }
    (draft / "result.json").write_text(json.dumps(told), encoding="utf-8")
    for path in (*draft.iterdir(), draft):
        sync(path)
    draft.replace(folder)
    sync(folder.parent)
    return replace(result, documents=folder / "documents.arrow", rejections=folder / "rejections.arrow")


def load_kept(folder: Path) -> ReadResult | None:
    """Return what a stopped run kept of a unit."""
    try:
        told = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return ReadResult(
        **told
        | {
            "documents": folder / "documents.arrow",
            "rejections": folder / "rejections.arrow",
            "batches": {Partition(month, bucket): tuple(numbers) for month, bucket, numbers in told["batches"]},
            "rejection_months": tuple(told["rejection_months"]),
            "unreadable": (),
        }
    )


def discard_kept(layout: Layout, *, but: AbstractSet[str] = frozenset()) -> None:
    """Throw away what stopped runs had read, but for the units named."""
    if not layout.reading.is_dir():
        return
    for folder in layout.reading.iterdir():
        if folder.name not in but:
            shutil.rmtree(folder, ignore_errors=True)
    if not but:
        shutil.rmtree(layout.reading, ignore_errors=True)
