"""What a folder of tables was made with: what can't change under it, and what has changed."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import SettingsError, StorageError
from flows.settings import Settings
from flows.tables.layout import Layout
from flows.tables.newer import check_metadata, check_table, check_version
from schemas import TABLES

Behind = tuple[int, int]
"""The version that a folder holds, and today's."""
LAYOUT_VERSION = 3
"""Counted up when the state of earlier runs can't be read any more; a run of today's copydesk makes it anew."""

RETIRED: tuple[str, ...] = ()
"""Files, as patterns below `_state/`, that earlier layouts had and today's doesn't: a migration takes them away."""


@dataclass(frozen=True)
class Store:
    """Settings that the files of a folder have in common."""

    layout_version: int
    buckets: int
    shingle_words: int
    signature_hashes: int
    cleaning_version: str
    """The rules that cleaned any page: of several, each, with a comma between."""
    reading_version: str = ""
    """The HTML readers that read any kept page; "": none is kept."""
    near_similarity: float | None = None
    """None: not known."""
    bands: int = 0
    """0 in the first layout, which kept none."""
    tables: dict[str, int] = field(default_factory=dict)
    """The schema version of each table; none in the first layout, when all were 1."""

    def behind(self, today: "Store") -> dict[str, Behind]:
        """Return what is of an earlier version than today's: tables, and `state`."""
        unnamed = 0 if self.tables else 1  # a table that is new since, or a layout that named none
        versions = {name: (self.tables.get(name, unnamed), version) for name, version in today.tables.items()}
        versions["state"] = (self.layout_version, today.layout_version)
        return {name: (old, new) for name, (old, new) in versions.items() if old < new}


def store_of(settings: Settings, cleaning_version: str, reading_version: str = "") -> Store:
    """Return what a folder is made with under these settings."""
    return Store(
        layout_version=LAYOUT_VERSION,
        buckets=settings.buckets,
        shingle_words=settings.shingle_words,
        signature_hashes=settings.signature_hashes,
        bands=settings.bands,
        cleaning_version=cleaning_version,
        reading_version=reading_version,
        tables={name: table.version for name, table in TABLES.items()},
        near_similarity=settings.near_similarity,
    )


def load_store(path: Path) -> Store | None:
    """Return what the folder was made with, None for a new one.

    Raises VersionError when a newer copydesk made it, StorageError when the file is damaged.
    """
    if not path.exists():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        _check_known(told, path)
        return Store(**told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StorageError(f"{path} can't be read ({error}); put it back, or ingest into another folder") from None


def _check_known(told: dict[str, Any], path: Path) -> None:
    check_version("the folder's layout", int(told["layout_version"]), LAYOUT_VERSION, where=path)
    for name, version in told.get("tables", {}).items():
        check_table(name, int(version), where=path)


def check_tables(layout: Layout) -> None:
    """Raise VersionError when a newer copydesk made the tables, by the folder's own word and a file of each table.

    One file is enough: a publication brings all to one version, and to open each would take longer than most queries.
    Raises StorageError for a file that is no Parquet.
    """
    load_store(layout.store)
    for path in filter(None, map(layout.latest, TABLES)):
        _check_file(path)


def _check_file(path: Path) -> None:
    try:
        metadata = pq.read_schema(path).metadata
    except FileNotFoundError:  # published away since it was listed
        return
    except (OSError, pa.ArrowException) as error:
        raise StorageError(f"{path} can't be read: {error}; put it back from a backup") from None
    check_metadata(metadata, where=path)


def retired_files(layout: Layout) -> list[Path]:
    """Return the files of earlier layouts that today's has no use for."""
    return sorted(path for pattern in RETIRED for path in layout.state.glob(pattern))


FIXED = ("buckets",)
"""What stands in the names of files."""
MATCHED = ("shingle_words", "signature_hashes", "bands", "near_similarity")
"""What documents were compared with: they are alike in nothing else, so all are matched anew or none."""


def check_store(held: Store | None, wanted: Store, root: Path, *, anew: bool = False) -> None:
    """Raise SettingsError when the folder was made with settings that can't change under it.

    Those that documents were compared with can where all are matched `anew`.
    """
    if held is None:
        return
    # state of an earlier layout is made anew: the buckets alone stand in the names of files
    matched = () if anew or held.layout_version != wanted.layout_version else MATCHED
    for name in (*FIXED, *matched):
        old, new = getattr(held, name), getattr(wanted, name)
        if old not in (new, None):
            way = "ingest into another folder" if name in FIXED else "make them again with `copydesk rebuild`"
            raise SettingsError(
                f"bad setting: {name} = {new}: the tables in {root} were made with {old}; set it back, or {way}"
            )


def write_store(path: Path, store: Store) -> None:
    """Write what the folder is made with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(store), indent=1) + "\n", encoding="utf-8")
