"""Streams of untrusted bytes: parts of files, and what is compressed, unpacked within limits."""

import bz2
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import pyarrow as pa

from flows.errors import RecordError
from flows.readers.gzip_members import MAGIC, GzipMembers
from flows.settings import Settings

HEAD_BYTES = 1 << 16
"""A file's beginning, by which its format is told; a stream's buffer holds it."""
FREE_BYTES = 64 << 20
"""What any file may unpack to, however small it is: a megabyte of blank lines is no bomb."""
LZMA_MEMORY = 256 << 20
"""What unpacking xz may take: its highest ordinary level takes 65 MiB."""

_Opener = Callable[[BinaryIO], Any]


def _open_gzip(packed: BinaryIO) -> Any:
    return GzipMembers(packed)


def _open_xz(packed: BinaryIO) -> Any:
    return _Xz(packed)


def _open_zstd(packed: BinaryIO) -> Any:
    return pa.CompressedInputStream(pa.PythonFile(packed, "r"), "zstd")


COMPRESSIONS: dict[str, tuple[bytes, tuple[str, ...], _Opener]] = {
    "gzip": (MAGIC, (".gz", ".gzip", ".tgz"), _open_gzip),
    "bzip2": (b"BZh", (".bz2", ".tbz2", ".tbz"), lambda packed: bz2.BZ2File(packed)),
    "xz": (b"\xfd7zXZ\x00", (".xz", ".txz"), _open_xz),
    "zstd": (b"\x28\xb5\x2f\xfd", (".zst", ".zstd", ".tzst"), _open_zstd),
}
"""Name: first bytes, suffixes, and what unpacks it."""
MAGIC_BYTES = max(len(magic) for magic, _, _ in COMPRESSIONS.values())


class _Xz:
    """Reads xz with a limit of memory, which lzma.open has no word for; one stream after the other."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LZMA_MEMORY)
        self._left = b""

    def read(self, size: int) -> bytes:
        while True:
            if self._unpacker.eof:
                rest = (self._unpacker.unused_data or self._packed.read(HEAD_BYTES)).lstrip(b"\0")
                if not rest:
                    return b""
                self._unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LZMA_MEMORY)
                self._left = rest
            if not self._left and self._unpacker.needs_input:
                self._left = self._packed.read(HEAD_BYTES)
                if not self._left:
                    raise EOFError
            data = self._unpacker.decompress(self._left, size)
            self._left = b""
            if data:
                return data


@dataclass
class Allowance:
    """What may still be unpacked of one raw file, all its layers and members together."""

    settings: Settings
    packed: int
    """The raw file's size."""
    given: int = 0

    def spend(self, size: int) -> None:
        """Count unpacked bytes. Raises RecordError when they are too many for what they came from."""
        self.given += size
        self.check()

    def check(self) -> None:
        """Raise RecordError when more was unpacked than may be."""
        ratio, limit = self.settings.max_unpack_ratio, self.settings.max_unpacked_bytes
        if self.given > limit:
            raise RecordError("decompression_bomb", f"unpacks to more than max_unpacked_bytes ({limit}); {_IF_REAL}")
        if self.given > FREE_BYTES and self.given > self.packed * ratio:
            told = f"unpacks to more than {ratio} times its size (max_unpack_ratio)"
            raise RecordError("decompression_bomb", f"{told}; {_IF_REAL}")


_IF_REAL = "what came before is kept; raise the setting if it is no bomb"
DAMAGED = "the compressed file ends early or is damaged; what came before is kept; fetch it again"


class Part(io.RawIOBase):
    """The bytes [start, stop) of a file."""

    def __init__(
        self,
        file: BinaryIO,
        start: int,
        stop: int | None,
        *,
        seeks: bool = True,
        meter: Callable[[int], None] | None = None,
    ) -> None:
        if seeks:
            file.seek(start)
        self._file = file
        self.seekable_file = file if seeks else None
        """The file, where it can be read at any place."""
        self.range = range(start, sys.maxsize if stop is None else stop)
        self._left = None if stop is None else stop - start
        self._meter = meter

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next."""
        size = len(buffer) if self._left is None else min(len(buffer), self._left)
        filled = 0
        while filled < size and (data := self._file.read(size - filled)):
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        if self._left is not None:
            self._left -= filled
        if self._meter is not None:
            self._meter(filled)
        return filled


class Live(io.RawIOBase):
    """What comes through a pipe, as it comes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what has come."""
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class Unpacked(io.RawIOBase):
    """What a compressed stream holds, counted against an allowance."""

    def __init__(self, packed: BinaryIO, opener: _Opener, allowance: Allowance) -> None:
        self._inner = opener(packed)
        self._allowance = allowance
        self.failure: RecordError | None = None
        """Why it ended early, if it did: some parsers pass over errors of what they read from."""

    @property
    def failed_between_members(self) -> bool:
        """Whether all that came before the damage is whole: no byte of the damaged gzip member came through."""
        return isinstance(self._inner, GzipMembers) and self._inner.between_members

    def skip_damage(self, beginning: bytes) -> bool:
        """Go on at the next gzip member whose content begins so; say whether there is one."""
        damaged = self.failure is not None and self.failure.reason == "truncated_archive"
        if not damaged or not isinstance(self._inner, GzipMembers) or not self._inner.skip_damage(beginning):
            return False
        self.failure = None
        return True

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, as far as there is something. Raises RecordError for damage and bombs."""
        if self.failure is not None:
            raise self.failure
        filled = 0
        try:
            while filled < len(buffer) and (data := self._inner.read(len(buffer) - filled)):
                self._allowance.spend(len(data))
                buffer[filled : filled + len(data)] = data
                filled += len(data)
        except RecordError as error:
            self.failure = error
        except (EOFError, zlib.error, lzma.LZMAError, pa.ArrowException, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:  # the file itself, not what it holds
                raise
            self.failure = RecordError("truncated_archive", DAMAGED)
        if self.failure is not None and not filled:
            raise self.failure
        return filled


def compression_of(head: bytes) -> str | None:
    """Return how bytes are compressed, by the first of them."""
    return next((name for name, (magic, _, _) in COMPRESSIONS.items() if head.startswith(magic)), None)


def buffered(raw: io.RawIOBase) -> io.BufferedReader:
    """Return a stream whose `peek` shows the head."""
    return io.BufferedReader(raw, HEAD_BYTES)


def bare_name(name: str) -> str:
    """Return a file's name in lower case without the suffixes of compressions; .tgz and its like become .tar."""
    name = name.lower()
    while True:
        for _, suffixes, _ in COMPRESSIONS.values():
            for suffix in suffixes:
                if name.endswith(suffix) and name != suffix:
                    name = name.removesuffix(suffix) + (".tar" if suffix.startswith(".t") else "")
                    break
            else:
                continue
            break
        else:
            return name


def unpack(stream: io.BufferedReader, allowance: Allowance) -> tuple[io.BufferedReader, list[Unpacked]]:
    """Return a stream without its layers of compression, and these layers, the outermost first.

    Servers that compress what a scraper compresses again make two; more than `max_nesting` is a bomb's doing.
    Raises RecordError for a stream that is damaged from the start.
    """
    layers: list[Unpacked] = []
    while (name := compression_of(stream.peek(HEAD_BYTES))) is not None:
        if len(layers) >= allowance.settings.max_nesting:
            limit = allowance.settings.max_nesting
            raise RecordError("nested_too_deep", f"compressed more than max_nesting ({limit}) times over; unpack it")
        layers.append(Unpacked(cast(BinaryIO, stream), COMPRESSIONS[name][2], allowance))
        stream = buffered(layers[-1])
    return stream, layers
