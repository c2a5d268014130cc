"""Hostile cases that are compressed files and archives."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from benchmarks.hostile_material import MIB, Scale, case_line


def _deflated(scale: Scale) -> Iterator[bytes]:
    """A gzip file of zeros, made without holding them."""
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(scale.bomb_bytes // MIB):
        yield packing.compress(scale.chunk)
    yield packing.flush()


def write_gzip_bomb(folder: Path, scale: Scale) -> None:
    """Write a gzip file that unpacks to zeros."""
    (folder / "bomb.jsonl.gz").write_bytes(b"".join(_deflated(scale)))


def write_gzip_in_gzip(folder: Path, scale: Scale) -> None:
    """Write such a file, packed once more."""
    inner = b"".join(_deflated(scale))
    (folder / "bomb.jsonl.gz.gz").write_bytes(zlib.compress(inner, 9, 31))


def write_zip_bomb(folder: Path, scale: Scale) -> None:
    """Write a good member, and one that unpacks to zeros."""
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.jsonl", case_line(0))
        with archive.open("zeros.txt", "w", force_zip64=True) as member:
            for _ in range(scale.bomb_bytes // MIB):
                member.write(scale.chunk)


def write_overlapping_zip(folder: Path, _scale: Scale) -> None:
    """Many members whose directory entries name the same few bytes: no nesting is needed to unpack to much."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"the tug again\n" * 49_000)
    data = packed.getvalue()
    end = data.rindex(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    entry, count = data[start:end], 1000
    directory = entry * count
    tail = (
        data[end : end + 8]
        + count.to_bytes(2, "little") * 2
        + len(directory).to_bytes(4, "little")
        + start.to_bytes(4, "little")
        + b"\0\0"
    )
    (folder / "overlap.zip").write_bytes(data[:start] + directory + tail)


def write_archives_in_archives(folder: Path, _scale: Scale) -> None:
    """Write an archive in an archive, twelve deep."""
    data = case_line(0)
    name = "a.jsonl"
    for depth in range(12):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = packed.getvalue(), f"{depth}.zip"
    (folder / "deep.zip").write_bytes(data)


OUTSIDE = "copydesk-hostile-was-here.txt"
"""What the archives' members would be called, if they were written where they point to."""


def write_tar(folder: Path, _scale: Scale) -> None:
    """Write members that point out of the archive, links and devices, and a good one."""
    with tarfile.open(folder / "hostile.tar.gz", "w:gz") as archive:
        for name in (f"../../../../{OUTSIDE}", f"/tmp/{OUTSIDE}"):
            member = tarfile.TarInfo(name)
            member.size = len(case_line(0))
            archive.addfile(member, io.BytesIO(case_line(0)))
        for kind, target in ((tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "/etc/passwd"),
                             (tarfile.CHRTYPE, ""), (tarfile.BLKTYPE, ""), (tarfile.FIFOTYPE, "")):  # fmt: skip
            member = tarfile.TarInfo(f"member-{kind.decode()}.txt")
            member.type, member.linkname = kind, target
            archive.addfile(member)
        member = tarfile.TarInfo("good.jsonl")
        member.size = len(case_line(1))
        archive.addfile(member, io.BytesIO(case_line(1)))


def write_zip(folder: Path, _scale: Scale) -> None:
    """Write the like as ZIP."""
    with zipfile.ZipFile(folder / "hostile.zip", "w") as archive:
        for name in (f"../../../../{OUTSIDE}", f"/tmp/{OUTSIDE}", f"C:\\{OUTSIDE}"):
            archive.writestr(zipfile.ZipInfo(name), case_line(2))
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(zipfile.ZipInfo("good.jsonl"), case_line(2))
