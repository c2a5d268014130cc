"""What a newer copydesk wrote is left alone, and said so."""

from collections.abc import Mapping
from pathlib import Path

from flows import __version__
from flows.errors import VersionError
from schemas import TABLES


def check_version(what: str, version: int, known: int, *, where: Path) -> None:
    """Raise VersionError when something is of a newer version than this copydesk knows; 0: it knows none of it."""
    if version > known:
        knows = f"knows version {known} at most" if known else "has no such table"
        raise VersionError(
            f"{where}: {what} is of version {version}, copydesk {__version__} {knows}; a newer copydesk wrote it: "
            "upgrade copydesk; the tables are untouched"
        )


def check_table(name: str, version: int, *, where: Path) -> None:
    """Raise VersionError when a table is of a newer schema version than this copydesk knows."""
    check_version(f"table {name}", version, TABLES[name].version if name in TABLES else 0, where=where)


def check_metadata(metadata: Mapping[bytes, bytes] | None, *, where: Path) -> None:
    """Raise VersionError when a Parquet file, by its metadata, is of a table's newer version than known."""
    told = metadata or {}
    name, version = told.get(b"copydesk.table"), told.get(b"copydesk.schema_version", b"")
    if name and version.isdigit():
        check_table(name.decode(), int(version), where=where)
