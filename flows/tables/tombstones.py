"""Tombstones: what was taken down, as hashes alone, so that no later run lets it in again.

Two files of state, published with the tables they change: a row for each hash, and a receipt for each takedown. A
hash tells nothing but whether a text, an address or a file that one already has is meant by it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from flows.errors import StorageError
from flows.tables.files import read_rows, write_parquet
from flows.tables.layout import Layout
from flows.tables.manifest import Known

Kind = Literal[
    "document", "article", "url", "site", "text", "sketch", "sentence", "opening", "source", "blanked", "restored"
]
"""What a hash is of.

document, article: ids, which are hashes; a sketch: runs of an article's words, by which its copies are told;
opening: two bytes, for the words with which a line or a sentence of it begins, to pass most lines by;
source: a raw file that holds something of it, to be read again when the takedown is lifted; blanked: the id of another
document that lost lines to it; restored: one that gets them back when it is read again, as the takedown was lifted.
"""
Scope = Literal["article", "document", "url", "site"]
Trace = tuple[str, Kind, bytes]
"""A takedown and something that is known of what it took down."""

HASHES = pa.schema(
    [
        pa.field("takedown", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("value", pa.binary(), nullable=False),
    ]
)
DIGEST_BYTES = 16


def digest(kind: Kind, text: str) -> bytes:
    """Return the hash under which a text, an address, a site or a path is known to have been taken down."""
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES, person=kind.encode()).digest()


@dataclass(frozen=True)
class Rows:
    """What left one table, or one part of the state."""

    rows: int
    files: int
    """Files that were written again for it."""


@dataclass(frozen=True)
class Takedown:
    """A takedown and what it removed: no text, no address."""

    takedown_id: str
    at: datetime
    reason: str
    scope: Scope
    duplicates: bool
    """Whether copies under other URLs and sites went too."""
    removed: dict[str, Rows] = field(default_factory=dict)
    """By table and part of the state."""
    keepers: int = 0
    """Articles that another document now stands for."""


@dataclass(frozen=True)
class Tombstones:
    """All that was taken down and isn't lifted."""

    takedowns: Mapping[str, Takedown] = field(default_factory=dict)
    """By id."""
    hashes: pa.Table = field(default_factory=HASHES.empty_table)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.takedowns and not len(self.hashes)

    def values(self, kind: Kind, takedown_id: str) -> set[bytes]:
        """Return the hashes of a kind that a takedown has."""
        own = (pc.field("kind") == kind) & (pc.field("takedown") == takedown_id)
        return set(self.hashes.filter(own)["value"].to_pylist())

    def having(self, kind: Kind, beginning: bytes) -> set[str]:
        """Return the takedowns that have a hash, or one that begins so."""
        rows = self.hashes.filter(pc.field("kind") == kind)
        fits = pc.equal(pc.binary_slice(rows["value"], 0, len(beginning)), beginning)
        return set(rows["takedown"].filter(fits).to_pylist())

    def with_hashes(self, traces: Iterable[Trace]) -> "Tombstones":
        """Return the tombstones with more hashes, each kept once."""
        columns = list(zip(*traces, strict=True)) or [(), (), ()]
        fresh = pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, HASHES, strict=True)], schema=HASHES)
        both = pa.concat_tables([self.hashes, fresh]).group_by(HASHES.names).aggregate([])
        return replace(self, hashes=both.select(HASHES.names).cast(HASHES))

    def with_takedown(self, takedown: Takedown) -> "Tombstones":
        """Return the tombstones with a takedown added, or told anew."""
        return replace(self, takedowns={**self.takedowns, takedown.takedown_id: takedown})

    def lifted(self, takedown_id: str) -> "Tombstones":
        """Return the tombstones without a takedown; what others lost to it comes back when they are read."""
        kept = {name: takedown for name, takedown in self.takedowns.items() if name != takedown_id}
        blanked: list[Trace] = [(takedown_id, "restored", value) for value in self.values("blanked", takedown_id)]
        others = self.hashes.filter(pc.not_equal(self.hashes["takedown"], takedown_id))
        return Tombstones(kept, others).with_hashes(blanked)

    def conceal(self, manifest: Mapping[str, Known]) -> dict[str, Known]:
        """Return the manifest with hashes instead of the paths of files that hold what was taken down."""
        sources = set(self.hashes.filter(pc.field("kind") == "source")["value"].to_pylist())
        names = {path: hidden(path) if digest("source", path) in sources else path for path in manifest}
        return {name: replace(manifest[path], path=name) for path, name in names.items()}


def hidden(path: str) -> str:
    """Return what stands in the manifest for a path that mustn't: no file's path below a folder begins like it."""
    return f"/{digest('source', path).hex()}"


def reveal(manifest: Mapping[str, Known], paths: Iterable[str]) -> dict[str, Known]:
    """Return the manifest with the paths of files that are there instead of their hashes."""
    if not any(name.startswith("/") for name in manifest):
        return dict(manifest)
    names = {hidden(path): path for path in paths}
    return {names.get(name, name): replace(known, path=names.get(name, name)) for name, known in manifest.items()}


def shown(manifest: Iterable[str]) -> set[str]:
    """Return the names in a manifest that are paths: of a file that was taken down, it is well that it is gone."""
    return {name for name in manifest if not name.startswith("/")}


_RECEIPTS = TypeAdapter(list[Takedown])


def load_tombstones(layout: Layout) -> Tombstones:
    """Return what was taken down. Raises StorageError when a file is damaged or one of the two is missing."""
    hashes, receipts = layout.tombstones, layout.takedowns
    if not hashes.exists() and not receipts.exists():
        return Tombstones()
    try:
        takedowns = _RECEIPTS.validate_json(receipts.read_bytes())
        rows = read_rows(hashes, HASHES.names).cast(HASHES)
    except (OSError, ValidationError, pa.ArrowException) as error:
        raise _unreadable(layout, error) from None
    return Tombstones({takedown.takedown_id: takedown for takedown in takedowns}, rows)


def load_takedowns(layout: Layout) -> list[Takedown]:
    """Return the takedowns alone, without the lock: while a first one is published, or was killed then, none.

    Raises StorageError when they are damaged, or missing though there are tombstones.
    """
    receipts = layout.takedowns
    try:
        return _RECEIPTS.validate_json(receipts.read_bytes())
    except FileNotFoundError as error:
        # in this order: a publication that ends meanwhile has moved the receipts before its journal goes
        if layout.tombstones.exists() and not layout.journal.exists() and not receipts.exists():
            raise _unreadable(layout, error) from None
        return []
    except (OSError, ValidationError) as error:
        raise _unreadable(layout, error) from None


def _unreadable(layout: Layout, error: Exception) -> StorageError:
    told = str(error).split("\n")[0]
    return StorageError(
        f"{layout.takedowns} and {layout.tombstones.name} can't be read ({told}); put both back from a copy: without "
        "them what was taken down would come in again"
    )


def stage_tombstones(layout: Layout, tombstones: Tombstones) -> dict[Path, Path]:
    """Stage both files; return them by the place they go to."""
    staged = {target: staged_file(layout, target) for target in (layout.tombstones, layout.takedowns)}
    # sorted: where two takedowns have one hash, the earlier comes first
    rows = tombstones.hashes.sort_by([(name, "ascending") for name in HASHES.names])
    write_parquet(rows.combine_chunks(), staged[layout.tombstones])
    told = sorted(tombstones.takedowns.values(), key=lambda takedown: takedown.takedown_id)
    receipts = orjson.dumps([asdict(takedown) for takedown in told], option=orjson.OPT_INDENT_2)
    staged[layout.takedowns].write_bytes(receipts + b"\n")
    return staged


def staged_file(layout: Layout, target: Path) -> Path:
    """Return where a run stages one of the files."""
    return layout.staging / "next" / target.name
