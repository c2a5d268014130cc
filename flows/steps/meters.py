"""Meters: how far a worker has read, told in a small file to whoever shows progress."""

import os
import struct
from pathlib import Path

TOLD_BYTES = 1 << 20
"""Progress is told this often."""
_FORM = "<q"


class Meter:
    """Tells in a small file how many bytes were read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = self._told = 0

    def __enter__(self) -> "Meter":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        return self

    def __exit__(self, *_: object) -> None:
        os.pwrite(self._file, struct.pack(_FORM, self._read), 0)
        os.close(self._file)

    def count(self, size: int) -> None:
        """Count bytes as they are read from disk."""
        self._read += size
        if self._read - self._told >= TOLD_BYTES:
            self._told = self._read
            os.pwrite(self._file, struct.pack(_FORM, self._read), 0)


def metered(path: Path) -> int:
    """Return how many bytes a worker says it has read; 0 before it says anything."""
    try:
        told = path.read_bytes()
    except OSError:
        return 0
    return int(struct.unpack(_FORM, told)[0]) if len(told) == struct.calcsize(_FORM) else 0
