"""Counts: what each partition holds, in figures, so that a run need not count what it doesn't touch."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from flows.errors import StorageError
from flows.tables.layout import Partition


@dataclass(frozen=True)
class Counts:
    """What a partition holds, or several together."""

    rows: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """Documents by what became of them."""
    removed: dict[str, int] = field(default_factory=dict)
    """Removed lines and spans by role."""
    rejected: dict[str, int] = field(default_factory=dict)
    """Rejections by reason."""


_MODEL = TypeAdapter(dict[str, Counts])


def load_counts(path: Path) -> dict[Partition, Counts]:
    """Return the counts of each partition. Raises StorageError when the file is damaged."""
    if not path.exists():
        return {}
    try:
        known = _MODEL.validate_json(path.read_bytes())
        return {Partition(name[:7], int(name[8:])): counts for name, counts in known.items()}
    except (ValidationError, ValueError) as error:
        raise StorageError(f"{path} can't be read ({error}); take it away, and the next run counts again") from None


def write_counts(path: Path, counts: Mapping[Partition, Counts]) -> None:
    """Write the counts of each partition, sorted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {f"{partition.month}/{partition.bucket:04d}": asdict(counts[partition]) for partition in sorted(counts)}
    path.write_bytes(orjson.dumps(known, option=orjson.OPT_SORT_KEYS) + b"\n")


def add_up(counts: Mapping[Partition, Counts]) -> Counts:
    """Return what all partitions hold together."""
    total: dict[str, Counter[str]] = {name: Counter() for name in ("rows", "outcomes", "removed", "rejected")}
    for own in counts.values():
        for name, figures in total.items():
            figures.update(getattr(own, name))
    return Counts(**{name: dict(figures) for name, figures in total.items()})
