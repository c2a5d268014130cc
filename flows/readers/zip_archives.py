"""ZIP archives: their members one after the other, none ever written anywhere."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, BinaryIO, cast

from flows.errors import RecordError
from flows.readers.archives import NO_FILE, enter, refused_name
from flows.readers.formats import Archive, Facts
from flows.readers.raw_files import SIDECAR
from flows.readers.records import Sink
from flows.readers.source import Source, member_source

MAX_DIRECTORY_BYTES = 64 << 20
"""A list of members longer than this is not parsed: it takes ten times that in memory, for a million names."""
_END, _END_BYTES, _MAX_COMMENT = b"PK\x05\x06", 22, 1 << 16
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError, zlib.error)
_WACZ_LIST, _WACZ_WARCS = "datapackage.json", "archive/"
"""What tells a WACZ, a ZIP archive of WARCs with indexes and lists of the same pages, and where its WARCs are."""
_HEADER_BYTES = 30
"""What stands before a member's bytes, at least."""
_NO_TIME = (1980, 1, 1)
"""What stands where no time was known."""


def members(source: Source, sink: Sink) -> Iterator[Source]:
    """Yield the members that are files, in the order of their names in the archive's own list."""
    file = source.seekable(sink.settings.max_array_bytes, "max_array_bytes")
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(cast(IO[bytes], file))
    except _BROKEN as error:
        raise RecordError("truncated_archive", f"no whole ZIP archive: {error}; fetch it again") from None
    with archive:
        _check_overlaps(archive)
        yield from _members(archive, source, sink)


def _members(archive: zipfile.ZipFile, source: Source, sink: Sink) -> Iterator[Source]:
    there = {info.filename for info in archive.infolist()}
    is_wacz = _WACZ_LIST in there and any(name.startswith(_WACZ_WARCS) for name in there)
    for count, info in enumerate(archive.infolist()):
        if count >= sink.settings.max_members:
            raise RecordError("too_many_members", f"more than max_members ({sink.settings.max_members}); split it")
        owner = info.filename.removesuffix(SIDECAR)
        if info.filename.endswith("/") or (owner != info.filename and owner in there):
            continue
        if is_wacz and not info.filename.startswith(_WACZ_WARCS):
            sink.pass_over("WACZ index, log or list")
            continue
        with enter(sink, info.filename, _time(info)):
            wrong = refused_name(info.filename) or _refused(info)
            if wrong:
                sink.reject(0, *wrong, b"")
                continue
            beside, limit = info.filename + SIDECAR, sink.settings.max_record_bytes
            try:
                with archive.open(info) as stream:
                    sidecar = _beginning(archive, beside, limit) if beside in there else None
                    yield member_source(info.filename, cast(BinaryIO, stream), source, sidecar=sidecar)
            except _BROKEN as error:
                sink.reject(0, "truncated_archive", f"the member is damaged: {error}; fetch the archive again", b"")


def _beginning(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with archive.open(name) as beside:
        return beside.read(limit)


def _check_directory(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _MAX_COMMENT))
    tail = file.read()
    end = tail.rfind(_END)
    if end >= 0 and len(tail) >= end + 16:
        long = int.from_bytes(tail[end + 12 : end + 16], "little")
        if MAX_DIRECTORY_BYTES < long < 0xFFFFFFFF or (long == 0xFFFFFFFF and size > 64 * MAX_DIRECTORY_BYTES):
            raise RecordError("too_many_members", f"its list of members has {long} bytes; split the archive")
    file.seek(0)


def _check_overlaps(archive: zipfile.ZipFile) -> None:
    """Refuse an archive whose members share bytes: no archiver writes one, and it unpacks to far more than it holds."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            shown = ascii(info.filename[:100])
            raise RecordError("decompression_bomb", f"member {shown} shares its bytes with another one; leave it out")
        end = info.header_offset + _HEADER_BYTES + info.compress_size


def _refused(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    mode = info.external_attr >> 16
    if info.flag_bits & 1:
        return "encrypted_member", "it is encrypted; unpack it and bring its files"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "unsafe_member", NO_FILE
    return None


def _time(info: zipfile.ZipInfo) -> datetime | None:
    if info.date_time[:3] <= _NO_TIME:
        return None
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None


ZIP = Archive(
    "zip",
    "ZIP and WACZ archives",
    (".zip", ".wacz"),
    lambda head: head.data.startswith((b"PK\x03\x04", b"PK\x05\x06")),
    members,
    Facts(
        told_by="`PK` and the signature of a member, or of an empty archive",
        numbers="records of all members, one after the other",
        limits=("max_members", "max_array_bytes"),
        held="packed",
    ),
)
