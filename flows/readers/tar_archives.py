"""TAR archives: their members one after the other as they come, none ever written anywhere."""

import io
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Self, cast

from flows.errors import RecordError
from flows.readers.archives import NO_FILE, ORPHAN, enter, refused_name
from flows.readers.formats import Archive, Facts
from flows.readers.raw_files import SIDECAR
from flows.readers.records import Sink
from flows.readers.source import Head, Source, member_source

MAX_HEADER_BYTES = 1 << 20
"""A longer name or set of attributes is no archiver's doing; it would be held in memory."""
MAX_HELD = 64 << 20
"""Sidecars of an archive that are held until their files come."""
_MAGIC, _MAGIC_AT = b"ustar", 257
_FIRST_DAY = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_LAST_DAY = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_EXTENDED = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, b"X")


class _Member(tarfile.TarInfo):
    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        member = super().frombuf(buf, encoding, errors)
        if member.type in _EXTENDED and member.size > MAX_HEADER_BYTES:
            raise RecordError("truncated_archive", f"a header of {member.size} bytes, as no archiver writes; {_AGAIN}")
        return member


_BROKEN = (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError)
_AGAIN = "what came before is kept; fetch it again"


def members(source: Source, sink: Sink) -> Iterator[Source]:
    """Yield the members that are files, in their order."""
    stream, beside = _with_sidecars(source, sink)
    try:
        with _opened(stream) as archive:
            yield from _members(archive, source, sink, beside)
    except _BROKEN as error:
        if source.failure is not None:
            raise source.failure from None
        raise RecordError("truncated_archive", f"no whole TAR archive: {error}; {_AGAIN}") from None
    for name, data in beside.items():
        with enter(sink, name + SIDECAR, None):
            sink.reject(0, "orphan_sidecar", ORPHAN, data)


def _opened(stream: BinaryIO) -> tarfile.TarFile:
    return tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member, errors="surrogateescape")


def _with_sidecars(source: Source, sink: Sink) -> tuple[BinaryIO, dict[str, bytes]]:
    """Return the archive, and its sidecars by their files' names: these stand before or behind their files, so it
    takes a pass of its own. An archive in an archive is held for that.
    """
    if source.again is None:
        data = source.read_all(sink.settings.max_array_bytes, "max_array_bytes")
        return io.BytesIO(data), _sidecars(io.BytesIO(data))
    try:
        with source.again() as fresh:
            return cast(BinaryIO, source.stream), _sidecars(cast(BinaryIO, fresh.stream))
    except RecordError:  # reading the members will say so
        return cast(BinaryIO, source.stream), {}


def _sidecars(stream: BinaryIO) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    held = 0
    try:
        with _opened(stream) as archive:
            for member in _files(archive):
                if member.name.endswith(SIDECAR) and member.isreg() and held + member.size <= MAX_HELD:
                    held += member.size
                    found[member.name.removesuffix(SIDECAR)] = cast(BinaryIO, archive.extractfile(member)).read()
    except (*_BROKEN, RecordError):
        pass  # so will they here
    return found


def _files(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        archive.members = []  # type: ignore[attr-defined]  # else it keeps them all
        if not member.isdir():
            yield member


def _members(archive: tarfile.TarFile, source: Source, sink: Sink, beside: dict[str, bytes]) -> Iterator[Source]:
    seen: set[str] = set()
    """Files that had a sidecar."""
    for count, member in enumerate(_files(archive)):
        if count >= sink.settings.max_members:
            raise RecordError("too_many_members", f"more than max_members ({sink.settings.max_members}); split it")
        owner = member.name.removesuffix(SIDECAR)
        if owner != member.name and (owner in beside or owner in seen):
            continue
        with enter(sink, member.name, _time(member)):
            wrong = refused_name(member.name) or _refused(member)
            if wrong:
                sink.reject(0, *wrong, b"")
                continue
            sidecar = beside.pop(member.name, None)
            if sidecar is not None:
                seen.add(member.name)
            stream = cast(BinaryIO, archive.extractfile(member))
            yield member_source(member.name, stream, source, sidecar=sidecar)


def _refused(member: tarfile.TarInfo) -> tuple[str, str] | None:
    return None if member.isreg() else ("unsafe_member", NO_FILE)


def _time(member: tarfile.TarInfo) -> datetime | None:
    return datetime.fromtimestamp(int(member.mtime), UTC) if _FIRST_DAY < member.mtime < _LAST_DAY else None


def _begins_tar(head: Head) -> bool:
    return head.data[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] == _MAGIC


TAR = Archive(
    "tar",
    "TAR archives",
    (".tar",),
    _begins_tar,
    members,
    Facts(
        told_by="`ustar` at byte 257",
        numbers="records of all members, one after the other",
        limits=("max_members", "max_array_bytes"),
        held="in archives",
    ),
)
