"""What every reader must do, whatever its format: one suite over all of them."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.readers import FORMATS, UnitTables, plan, read_unit, records, scan
from flows.readers.source import Head
from flows.settings import load_settings
from schemas import REJECTIONS
from tests.flows.readers.written import COMPRESS, WRITERS, Files, articles, packed

WRITTEN = articles(7)
LAID = "courier.example/2025-03-30"
Lay = Callable[[Files], None]
NAMES = [one.name for one in FORMATS]
OF_ONE = ("text", "html", "mhtml", "eml", "feed", "trafilatura_xml")
"""Formats that are written one article a file."""
ONE_FILE = [name for name in NAMES if name not in OF_ONE]
"""Formats that hold several articles in a file."""


@pytest.fixture
def lay(write: Any) -> Lay:
    def into(files: Files) -> None:
        for name, data in files.items():
            write(f"{LAID}/{name}", data)

    return into


def read(raw: Path, **given: object) -> UnitTables:
    settings = load_settings(raw=raw, **given)
    units = [
        read_unit(unit, raw=raw, settings=settings, sites=lambda _: None) for unit in plan(scan(raw), raw, settings)
    ]
    return UnitTables(
        documents=pa.concat_tables([unit.documents for unit in units]),
        rejections=pa.concat_tables([unit.rejections for unit in units]),
        records=sum(unit.records for unit in units),
    )


def told(tables: UnitTables) -> set[tuple[Any, ...]]:
    """What was read of each article."""
    found = set()
    for row in tables.documents.to_pylist():
        known = json.loads(row["metadata"])
        found.add(
            (
                row["url"],
                known["title"],
                row["text"].replace(known["title"] + "\n", "").replace("\n\n", "\n"),
                known["published_at"],
                row["fetched_at"].isoformat(),
                tuple(known["authors"]),
                known["language"],
            )
        )
    return found


EXPECTED = {(one.url, one.title, one.text, one.published, one.fetched, (one.author,), one.language) for one in WRITTEN}


def test_every_format_is_written_for_the_suite() -> None:
    assert set(WRITERS) == set(NAMES)


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_articles_come_out_of_every_format_and_compression(
    name: str, compression: str, raw: Path, lay: Lay
) -> None:
    lay(packed(WRITERS[name](WRITTEN), compression))
    found = read(raw)
    assert found.rejections.to_pylist() == []
    assert told(found) == EXPECTED
    assert found.records == len(WRITTEN)


@pytest.mark.parametrize("name", NAMES)
def test_rows_handed_on_one_by_one_are_those_handed_on_at_once(
    name: str, raw: Path, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(WRITERS[name](WRITTEN))
    at_once = read(raw)
    monkeypatch.setattr(records, "FLUSH_CHARACTERS", 1)
    assert read(raw).documents.equals(at_once.documents)


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.recognises(Head(b"")) or one.name != "text"])
def test_a_format_is_told_by_its_content_whatever_the_name(name: str, raw: Path, lay: Lay) -> None:
    lay({f"{number}.txt": data for number, (file, data) in enumerate(WRITERS[name](WRITTEN).items()) if not file.endswith(".meta.json")})  # fmt: skip
    found = read(raw)
    assert found.rejections.to_pylist() == []
    assert len(found.documents) == len(WRITTEN)


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_ends_no_run_and_loses_no_record(name: str, compression: str, raw: Path, lay: Lay) -> None:
    files = packed(WRITERS[name](WRITTEN), compression)
    drawn = random.Random(7)
    for number in range(4):
        cut = {
            f"{number}/{file}": data if file.endswith(".meta.json") else data[: drawn.randrange(len(data))]
            for file, data in files.items()
        }
        lay(cut)
    found = read(raw)
    assert found.records == len(found.documents) + len(found.rejections)
    assert len(found.rejections) or name in (*OF_ONE, "tar", "mbox")
    assert_closed(found)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_changed_anywhere_end_no_run_and_lose_no_record(name: str, raw: Path, lay: Lay) -> None:
    drawn = random.Random(11)
    for number in range(12):
        spoilt: Files = {}
        for file, data in WRITERS[name](WRITTEN[:3]).items():
            changed = bytearray(data)
            for _ in range(drawn.randrange(1, 9)):
                changed[drawn.randrange(len(changed))] = drawn.randrange(256)
            spoilt[f"{number}/{file}"] = bytes(changed)
        lay(spoilt)
    found = read(raw)
    assert found.records == len(found.documents) + len(found.rejections)
    assert_closed(found)


def assert_closed(found: UnitTables) -> None:
    """Every rejection is one of the closed list, and no reader stopped for a reason of its own."""
    for row in found.rejections.to_pylist():
        REJECTIONS.model.model_validate(row | {"document_id": None})
        assert row["reason"] != "unreadable_content", row["message"]


@pytest.mark.parametrize("name", ONE_FILE)
def test_records_are_numbered_through_the_file(name: str, raw: Path, lay: Lay) -> None:
    lay(WRITERS[name](WRITTEN))
    numbers = read(raw).documents["record_no"].to_pylist()
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("archive", ["zip", "tar"])
def test_every_format_is_read_in_an_archive(name: str, archive: str, raw: Path, lay: Lay) -> None:
    lay({f"a.{archive}": archived(WRITERS[name](WRITTEN), archive)})
    found = read(raw)
    assert found.rejections.to_pylist() == []
    assert told(found) == EXPECTED


def archived(files: Files, archive: str) -> bytes:
    import io
    import tarfile
    import zipfile

    target = io.BytesIO()
    if archive == "zip":
        with zipfile.ZipFile(target, "w") as made:
            for name, data in files.items():
                made.writestr(zipfile.ZipInfo(name), data)
    else:
        with tarfile.open(fileobj=target, mode="w") as tar:
            for name, data in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    return target.getvalue()
