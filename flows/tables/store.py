"""What a folder of tables was made with: what can't change under it, and what has changed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.errors import SettingsError, StorageError
from flows.settings import Settings

LAYOUT_VERSION = 1


@dataclass(frozen=True)
class Store:
    """Settings that the files of a folder have in common."""

    layout_version: int
    buckets: int
    shingle_words: int
    signature_hashes: int
    bands: int
    cleaning_version: str


def store_of(settings: Settings, cleaning_version: str) -> Store:
    """Return what a folder is made with under these settings."""
    return Store(
        layout_version=LAYOUT_VERSION,
        buckets=settings.buckets,
        shingle_words=settings.shingle_words,
        signature_hashes=settings.signature_hashes,
        bands=settings.bands,
        cleaning_version=cleaning_version,
    )


def load_store(path: Path) -> Store | None:
    """Return what the folder was made with, None for a new one."""
    if not path.exists():
        return None
    try:
        return Store(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise StorageError(f"{path} can't be read ({error}); it belongs to another version of copydesk") from None


def check_store(held: Store | None, wanted: Store, root: Path) -> None:
    """Raise SettingsError when the folder was made with settings that can't change under it."""
    if held is None:
        return
    for name in ("layout_version", "buckets", "shingle_words", "signature_hashes", "bands"):
        old, new = getattr(held, name), getattr(wanted, name)
        if old != new:
            raise SettingsError(
                f"bad setting: {name} = {new}: the tables in {root} were made with {old}; set it back, or "
                "ingest into another folder"
            )


def write_store(path: Path, store: Store) -> None:
    """Write what the folder is made with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(store), indent=1) + "\n", encoding="utf-8")
