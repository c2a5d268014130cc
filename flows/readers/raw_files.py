"""The raw folder: which files there are, and what their bytes hash to."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flows.errors import RawFolderError

SIDECAR = ".meta.json"
FOLDER = "folder that can't be read"
_SPECIAL = {
    stat.S_IFDIR: FOLDER,
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFBLK: "device",
    stat.S_IFCHR: "device",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What in a name would break a line or turn its direction wherever it is shown."""
_NOT_RECORDS = {"readme.md", "readme.txt", "readme"}


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file below the raw folder, and its sidecar."""

    path: str
    """Relative to the raw folder, with forward slashes; bytes that aren't UTF-8 as \\xNN."""
    size: int
    mtime_ns: int
    sidecar_size: int = -1
    """-1: it has none."""
    sidecar_mtime_ns: int = -1
    real_path: str | None = None
    """The path as the operating system has it, where `path` had to be written otherwise."""

    special: str | None = None
    """What it is, where it is no regular file."""

    @property
    def has_sidecar(self) -> bool:
        """Whether a `<name>.meta.json` stands beside it."""
        return self.sidecar_size >= 0

    def below(self, raw: Path) -> Path:
        """Return where the file is."""
        return raw / (self.real_path or self.path)


def scan(raw: Path) -> list[RawFile]:
    """Return what is below `raw`, sorted by path. Links aren't followed, hidden names are left out.

    Raises RawFolderError when the folder is missing or can't be read; folders in it that can't be are in the list.
    """
    if not raw.exists():
        raise RawFolderError(f"raw folder {raw} is missing; make it, or name another with --raw")
    if not raw.is_dir():
        raise RawFolderError(f"raw folder {raw} is not a folder; name one with --raw")
    found: dict[str, os.stat_result] = {}
    folders = [raw]
    while folders:
        folder = folders.pop()
        try:
            entries = _entries(folder, raw)
        except OSError as error:
            if folder == raw:
                raise RawFolderError(f"raw folder {raw} can't be read: {error.strerror}; grant access to it") from None
            found[folder.relative_to(raw).as_posix()] = folder.lstat()
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            else:
                found[Path(entry.path).relative_to(raw).as_posix()] = entry.stat(follow_symlinks=False)
    return [_raw_file(path, found) for path in sorted(found) if not _is_sidecar(path, found)]


def _entries(folder: Path, raw: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        shown = [entry for entry in entries if not entry.name.startswith(".")]
    return [entry for entry in shown if folder != raw or entry.name.lower() not in _NOT_RECORDS]


def _is_sidecar(path: str, found: dict[str, os.stat_result]) -> bool:
    return path.endswith(SIDECAR) and path.removesuffix(SIDECAR) in found


def _raw_file(path: str, found: dict[str, os.stat_result]) -> RawFile:
    own, sidecar = found[path], found.get(path + SIDECAR)
    told = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    told = _CONTROL.sub(_written_out, told)
    special = _special(own.st_mode)
    return RawFile(
        path=told,
        size=0 if special else own.st_size,
        mtime_ns=own.st_mtime_ns,
        sidecar_size=sidecar.st_size if sidecar else -1,
        sidecar_mtime_ns=sidecar.st_mtime_ns if sidecar else -1,
        real_path=None if told == path else path,
        special=special,
    )


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _special(mode: int) -> str | None:
    return None if stat.S_ISREG(mode) else _SPECIAL.get(stat.S_IFMT(mode), "special file")


def identify(raw: Path) -> tuple[int, int]:
    """Return what tells the raw folder from another at its path. Raises RawFolderError when it is missing."""
    try:
        known = raw.stat()
    except OSError as error:
        raise RawFolderError(f"raw folder {raw} is missing: {error.strerror}; mount it, or make it") from None
    return known.st_dev, known.st_ino


def hash_file(raw: Path, file: RawFile) -> str:
    """Return the SHA-256 of a file and its sidecar; "" of a file that can't be read."""
    if file.special:
        return "" if file.special == FOLDER else hashlib.sha256(file.special.encode()).hexdigest()
    digest = hashlib.sha256()
    own = file.below(raw)
    for path in (own, own.with_name(own.name + SIDECAR)) if file.has_sidecar else (own,):
        digest.update(b"\0sidecar\0" if path != own else b"")
        try:
            with open_regular(path) as content:
                while chunk := content.read(1 << 20):
                    digest.update(chunk)
        except OSError:
            if path == own:
                return ""
            digest.update(b"\0unreadable\0")
    return digest.hexdigest()


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading bytes, never a link, a device or a pipe put in its place."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path.name} is no regular file")
    return os.fdopen(descriptor, "rb")
