"""The sources of a batch: files and folders by name, and streams."""

import stat
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from flows.batch.batch import Batch
from flows.batch.sink import BatchSink
from flows.errors import QueryError
from flows.readers import RawFile, Slice, read_slice, read_stream, scan
from flows.readers.origin import is_date_folder
from flows.readers.raw_files import SIDECAR

STANDARD_INPUT = "-"


def read_sources(names: Iterable[str], batch: Batch, *, input_format: str | None = None) -> None:
    """Read files, folders (as raw folders are) and streams into `batch`; `-` is standard input.

    `input_format` says what streams hold; without it, their beginning tells. Raises QueryError for a name
    that isn't there, before anything is read.
    """
    names = list(names) or [STANDARD_INPUT]
    for name in names:
        if name != STANDARD_INPUT and not Path(name).exists():
            raise QueryError(f"{name}: there is no such file or folder")
    for name in names:
        if name == STANDARD_INPUT:
            _read_stream(sys.stdin.buffer, "stdin", batch, input_format)
        elif Path(name).is_dir():
            _read_folder(Path(name), batch)
        elif stat.S_ISREG(Path(name).stat().st_mode):
            _read_file(raw_file(Path(name)), Path(), name, batch)
        else:
            with Path(name).open("rb") as stream:
                _read_stream(stream, name, batch, input_format)


def _read_folder(folder: Path, batch: Batch) -> None:
    site = "/".join(_site_folders(folder.absolute()))
    for file in scan(folder):
        real = file.real_path or file.path
        below = replace(file, path=f"{site}/{file.path}", real_path=real) if site else file
        _read_file(below, folder, f"{folder}/{file.path}", batch)


def raw_file(path: Path) -> RawFile:
    """Return a file named by itself, as if the raw folder lay above the folder that names its site, if one does."""
    real = path.resolve()
    found, sidecar = real.stat(), real.with_name(real.name + SIDECAR)
    known = sidecar.stat() if sidecar.is_file() else None
    return RawFile(
        path="/".join((*_site_folders(path.absolute().parent), path.name))
        .encode("utf-8", "surrogateescape")
        .decode("utf-8", "backslashreplace"),
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
        sidecar_size=known.st_size if known else -1,
        sidecar_mtime_ns=known.st_mtime_ns if known else -1,
        real_path=str(real),
    )


def _site_folders(folder: Path) -> tuple[str, ...]:
    """Return the folder that is named like a domain, and the folders of dates below it; nothing without one."""
    dates: tuple[str, ...] = ()
    while is_date_folder(folder.name):
        dates, folder = (folder.name, *dates), folder.parent
    return (folder.name, *dates) if "." in folder.name.strip(".") else ()


def _sink(file: RawFile, shown: str, batch: Batch) -> BatchSink:
    return BatchSink(file=file, settings=batch.settings, recognise=batch.recognise, batch=batch, shown=shown)


def _read_file(file: RawFile, root: Path, shown: str, batch: Batch) -> None:
    read_slice(Slice(file), root, _sink(file, shown, batch))


def _read_stream(stream: BinaryIO, shown: str, batch: Batch, kind: str | None) -> None:
    """Read a stream as a file is read: JSON lines as they come, what has to be read as a whole when it has come."""
    sink = _sink(RawFile(path=Path(shown).name, size=0, mtime_ns=time.time_ns()), shown, batch)
    read_stream(stream, sink, format_name=kind)
