"""Files of a mirrored site that are no records."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from flows.readers import scan, stream_unit
from flows.readers.media_files import media_kind
from flows.readers.units import plan
from flows.settings import load_settings
from tests.conftest import Run, Write, page

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def test_a_mirror_mostly_of_pictures_is_its_pages_and_says_what_it_passed_over(write: Write, run: Run) -> None:
    for number in range(12):
        write(f"courier.example/img/{number}.JPG", JPEG)
        write(f"courier.example/{number}.css", "p { color: red }")
    write("courier.example/0.txt", page("ferry"))
    report = run(min_records_of_share=10)
    assert (report.counts.records, report.counts.documents, report.counts.rejections) == (1, 1, 0)
    assert "passed over, as they are no records: 12 image/*, 12 style sheets" in report.notices
    assert run().run_id is None


def test_media_in_archives_and_compressed_are_passed_over_too(raw: Path, write: Write) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/b.png", PNG)
    write("mirror.zip", packed.getvalue())
    write("logo.svg.gz", gzip.compress(b"<svg xmlns='http://www.w3.org/2000/svg'/>", mtime=0))
    settings, found = load_settings(raw=raw), []
    for unit in plan(scan(raw), raw, settings):
        counts = stream_unit(
            unit, lambda _, some: found.extend(some.to_pylist()), raw=raw, settings=settings, sites=lambda _: None
        )
    assert (found, counts.records, counts.passed_over) == ([], 0, {"image/*": 2})


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.jpg", JPEG, "image/*"),
        ("a.jpg", b"Not found", None),
        ("a.jpg", b"", None),
        ("a.docx", JPEG, None),
        ("a.txt", JPEG, None),
        ("jpg", JPEG, None),
        ("a.webp", b"RIFF\n\0\0\0WEBPVP8 ", "image/*"),
        ("a.mp4", b"\0\0\0 ftypisom", "video/*"),
        ("a.woff2", b"wOF2\0\1\0\0", "font/*"),
        ("a.js", b"var a = 1;", "scripts"),
        ("a.js", b"\0\1\2\3" * 9, None),
    ],
)
def test_a_file_is_media_by_its_name_and_its_content(name: str, data: bytes, kind: str | None) -> None:
    assert media_kind(name, data) == kind
