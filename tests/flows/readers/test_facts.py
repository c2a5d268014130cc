"""What docs/formats.md says of the formats is so."""

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.readers import FORMATS, plan, scan
from flows.readers.formats import Format
from flows.settings import Settings, load_settings
from tests.flows.readers.test_suite import NAMES, WRITTEN, archived, read
from tests.flows.readers.written import WRITERS, packed, warc_record

BY_NAME = {one.name: one for one in FORMATS}
SMALL = 1024
"""Less than an article takes."""
LONG = replace(WRITTEN[0], paragraphs=tuple(" ".join(WRITTEN[0].paragraphs * 20) for _ in range(9)))
"""Longer than what a parser takes at a time."""


@pytest.fixture
def lay(raw: Path, write: Any) -> Any:
    def into(files: dict[str, bytes]) -> None:
        for name, data in files.items():
            write(f"courier.example/{name}", data)

    return into


@pytest.mark.parametrize("name", NAMES)
def test_each_limit_is_a_setting_that_rejects_what_is_beyond(name: str, raw: Path, lay: Any) -> None:
    facts = BY_NAME[name].facts
    assert set(facts.limits) <= set(Settings.model_fields)
    lay(WRITERS[name]([LONG]))
    for limit in {"max_record_bytes", *(["max_array_bytes"] if facts.held == "always" else [])} & set(facts.limits):
        found = read(raw, **{limit: SMALL})
        assert (len(found.documents), "too_large" in found.rejections["reason"].to_pylist()) == (0, True)


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.facts.held in ("packed", "in archives")])
def test_what_is_held_when_it_is_packed_is_bounded(name: str, raw: Path, lay: Any) -> None:
    files = WRITERS[name](WRITTEN)
    lay(packed(files, "gzip") if BY_NAME[name].facts.held == "packed" else {"a.zip": archived(files, "zip")})
    found = read(raw, max_array_bytes=SMALL)
    assert (len(found.documents), found.rejections["reason"].to_pylist()) == (0, ["too_large"])


@pytest.mark.parametrize("name", [one.name for one in FORMATS if isinstance(one, Format)])
def test_a_page_is_kept_where_a_format_has_one(name: str, raw: Path, lay: Any) -> None:
    lay(WRITERS[name](WRITTEN))
    kept = {page is not None for page in read(raw).documents["page"].to_pylist()}
    assert kept == {bool(BY_NAME[name].facts.page)}


@pytest.mark.parametrize("name", [one.name for one in FORMATS if isinstance(one, Format) and one.cuts])
def test_a_long_file_is_read_in_slices(name: str, raw: Path, lay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.readers.json_records._CHUNK", SMALL)
    lay(WRITERS[name](WRITTEN))
    assert len(plan(scan(raw), raw, load_settings(raw=raw, slice_bytes=SMALL))) > 1
    (raw / "courier.example").rename(raw / "plain")
    one = BY_NAME[name]
    assert isinstance(one, Format)
    if "gzip" in one.cuts_packed:
        lay({"a.warc.gz": b"".join(gzip.compress(warc_record(article), mtime=0) for article in WRITTEN)})
        sliced = [part for unit in plan(scan(raw), raw, load_settings(raw=raw, slice_bytes=SMALL)) for part in unit]
        assert sum(part.file.path.endswith(".gz") for part in sliced) > 1
