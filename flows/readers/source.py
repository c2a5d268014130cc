"""Sources: what one reader reads, a raw file, a slice of it, or a member of an archive, unpacked."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO

from flows.errors import RecordError
from flows.readers.raw_files import SIDECAR, RawFile, open_regular
from flows.readers.streams import (
    HEAD_BYTES,
    MAGIC_BYTES,
    Allowance,
    Live,
    Part,
    Unpacked,
    bare_name,
    buffered,
    compression_of,
    unpack,
)
from flows.settings import Settings
from flows.text import wide_encoding


@dataclass(frozen=True)
class Slice:
    """A file, or the part of it whose records begin in bytes [start, stop)."""

    file: RawFile
    start: int = 0
    stop: int | None = None
    first_record: int = 0
    format: str | None = None
    """What the file's beginning says it holds; a slice from its middle can't tell."""

    @property
    def size(self) -> int:
        """Bytes in it, by what the file's size was."""
        return max(0, (self.file.size if self.stop is None else self.stop) - self.start)


class Head:
    """The first bytes of a source, by which its format is told."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def text(self) -> str:
        """The same as text, without a byte order mark and blank space before it."""
        return self.data.decode(wide_encoding(self.data) or "utf-8", "replace").lstrip("\ufeff \t\r\n")


@dataclass
class Source:
    """One thing to read: its name without suffixes of compression, and its bytes, unpacked."""

    name: str
    stream: io.BufferedReader
    allowance: Allowance
    layers: list[Unpacked] = field(default_factory=list)
    """The compressions around it."""
    sidecar: bytes | None = None
    """What stands beside it as `<name>.meta.json`."""
    sidecar_error: str | None = None
    """Why that can't be read."""
    beginning: bytes = b""
    """Its first bytes as they are on disk, still compressed, and one more than a rejection keeps."""
    nesting: int = 0
    """Archives and compressions around it."""
    is_slice: bool = False
    """Whether it is a part of its file, which is cut only where its characters are of one byte."""
    again: Callable[[], AbstractContextManager["Source"]] | None = None
    """Opens it a second time; None for what is in an archive."""

    @cached_property
    def head(self) -> Head:
        """Its first bytes."""
        return Head(self.stream.peek(HEAD_BYTES)[:HEAD_BYTES])

    @property
    def failure(self) -> RecordError | None:
        """Why its bytes ended early, if they did."""
        return next((layer.failure for layer in self.layers if layer.failure is not None), None)

    def read_all(self, limit: int, setting: str) -> bytes:
        """Return all its bytes. Raises RecordError when there are more than `limit`, which `setting` says."""
        data = self.stream.read(limit + 1)
        if self.failure is not None:
            raise self.failure
        if len(data) > limit:
            raise RecordError("too_large", f"longer than {setting} ({limit}); no article is; raise it if this one is")
        return data

    def seekable(self, limit: int, setting: str) -> BinaryIO:
        """Return a stream that can be read at any place: the file itself, else a copy in memory up to `limit`.

        Of a slice it is the whole file too; `holds` tells what of it is the slice's.

        Raises RecordError for what is compressed, or in an archive, and longer.
        """
        inner = self.stream.raw
        if isinstance(inner, Part) and not self.layers and inner.seekable_file is not None:
            return inner.seekable_file
        return io.BytesIO(self.read_all(limit, setting))

    def holds(self, place: int) -> bool:
        """Tell whether a record that begins at this byte of the file is one of this source's."""
        inner = self.stream.raw
        return not isinstance(inner, Part) or bool(self.layers) or place in inner.range


@contextmanager
def open_source(
    part: Slice, path: Path, settings: Settings, meter: Callable[[int], None] | None = None
) -> Iterator[Source]:
    """Open a raw file, or a slice of it; `meter` is told of bytes as they are read.

    Raises OSError when it can't be read, RecordError when it is damaged from its first byte.
    """
    with open_regular(path) as file:
        beginning = file.read(max(settings.payload_bytes + 1, MAGIC_BYTES))
        allowance = Allowance(settings, packed=part.file.size)
        stream = buffered(Part(file, part.start, part.stop, meter=meter))
        layers: list[Unpacked] = []
        if part.start == 0 or compression_of(beginning) is not None:
            stream, layers = unpack(stream, allowance)
        sidecar, wrong = _sidecar(part.file, path, settings.max_record_bytes)
        yield Source(
            name=bare_name(path.name),
            stream=stream,
            allowance=allowance,
            layers=layers,
            sidecar=sidecar,
            sidecar_error=wrong,
            beginning=beginning,
            nesting=len(layers),
            is_slice=part.start > 0 or part.stop is not None,
            again=partial(open_source, part, path, settings),
        )


def _sidecar(file: RawFile, path: Path, limit: int) -> tuple[bytes | None, str | None]:
    if not file.has_sidecar:
        return None, None
    try:
        with open_regular(path.with_name(path.name + SIDECAR)) as beside:
            return beside.read(limit), None
    except OSError as error:
        return None, str(error)


def stream_source(stream: BinaryIO, name: str, settings: Settings) -> Source:
    """Return what comes through a pipe as a source. Raises RecordError when it is damaged from its first byte."""
    allowance = Allowance(settings, packed=settings.max_unpacked_bytes)  # how much comes is not known
    inner, layers = unpack(buffered(Live(stream)), allowance)
    return Source(name=bare_name(name), stream=inner, allowance=allowance, layers=layers, nesting=len(layers))


def member_source(name: str, stream: BinaryIO, of: Source, *, sidecar: bytes | None = None) -> Source:
    """Return a member of an archive as a source of its own, unpacked as the archive's allowance allows.

    Its bytes count against that too: the members of a ZIP file are packed, and many may be made of the same few bytes.
    """
    raw = buffered(Part(stream, 0, None, seeks=False, meter=of.allowance.spend))
    beginning = raw.peek(HEAD_BYTES)[:HEAD_BYTES]
    inner, layers = unpack(raw, of.allowance)
    return Source(
        name=bare_name(name),
        stream=inner,
        allowance=of.allowance,
        layers=layers,
        sidecar=sidecar,
        beginning=beginning,
        nesting=of.nesting + 1 + len(layers),
    )
