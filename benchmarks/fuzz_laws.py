"""What must hold whatever bytes a file has: what fuzzing, and the tests over what it found, hold every input against."""

import resource
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import orjson
import pyarrow as pa

from benchmarks.fuzz_cleaning import cleaning_breaches
from benchmarks.fuzz_reading import Reading, joined, read_part
from benchmarks.fuzz_seeds import Target
from benchmarks.fuzz_written import Seed
from flows.readers import READ_SCHEMA, RawFile, Slice, json_records, plan, records, warc_cuts
from flows.readers.again import READ_AGAIN, read_again
from flows.readers.csv_rows import Rows
from flows.readers.kept_pages import unpack
from flows.readers.raw_files import SIDECAR
from flows.settings import Settings, load_settings
from flows.text import Repairs, is_wide, normalise
from schemas import DOCUMENTS, REJECTIONS
from schemas.checks import find_violation

MAX_SECONDS = 5.0
"""Of processor time: waiting for others isn't the reader's doing."""
MAX_GROWTH = 512 << 20
"""Bytes that the process's peak may grow by with one input."""
MTIME_NS = 1_740_000_000 * 10**9
TWICE_OF, ASKED_OF = 16, 512
"""One input in so many is read a second time, in slices, and without a name; one in so many with the extractor, which
takes six times as long."""
LIMITS = {"max_unpacked_bytes": 8 << 20, "max_array_bytes": 4 << 20, "max_record_bytes": 1 << 20, "slice_bytes": 1024}
"""Small, so that an input that makes the most of them is read in a second or two."""
RAW_IS_ALL = ("jsonl", "warc", "mbox")
"""Formats whose records' bytes together are the file, but for what stands between records."""
_LETTERS = bytes(byte for byte in range(256) if not chr(byte).isascii() or not chr(byte).isalnum())
"""What is left out where bytes are compared: only letters and digits can't be blank or a separator."""


@dataclass
class Laws:
    """Reads inputs as files in a folder, and tells which laws they break."""

    folder: Path
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = load_settings(raw=self.folder, ask_extractor=False, **LIMITS)
        self._asking = load_settings(raw=self.folder, **LIMITS)

    def breaches(self, target: Target, data: bytes, *, all_laws: bool = False) -> tuple[list[str], Reading | None]:
        """Return what is wrong with how an input is read, one sentence each, and what was read.

        Some laws take a second reading: unless all are asked for, they are checked of one input in so many.
        """
        before, began = _peak(), time.process_time()
        draw = 0 if all_laws else zlib.crc32(data) % ASKED_OF
        try:
            reading = self._read(target, data, self._asking if draw == 0 else self.settings)
            wrong = [*_valid(reading, thoroughly=draw % TWICE_OF == 0), *self._always(target, data, reading)]
            if draw % TWICE_OF == 0:
                wrong += self._again(target, data, reading, self._asking if draw == 0 else self.settings)
            if target.cleans:
                wrong += cleaning_breaches(reading.documents, self.settings)
        except Exception as error:  # the law is that there is none
            return [f"raised {type(error).__name__}: {error}"[:500]], None
        if (spent := time.process_time() - began) > MAX_SECONDS:
            wrong.append(f"slow: took {spent:.1f} s of processor time")
        if _peak() - before > MAX_GROWTH:
            wrong.append(f"memory: the peak grew by {(_peak() - before) >> 20} MB")
        return wrong, reading

    def _always(self, target: Target, data: bytes, found: Reading) -> Iterator[str]:
        yield from _accounted(found)
        if target.companion is None:
            yield from _all_bytes(data, found, self.settings)
            for seed in target.seeds:
                yield from self._kept_before(target, seed, data, found)

    def _again(self, target: Target, data: bytes, found: Reading, settings: Settings) -> Iterator[str]:
        again = self._read(target, data, settings, each=True)
        if not again.documents.equals(found.documents) or again.told() != found.told():
            yield "again: rows handed on one by one, in a second reading, are others"
        yield from _read_pages(found, settings)
        if target.companion is None:
            yield from self._in_slices(target, data, found, settings)
            nameless = self._read(Target("nameless", "x", ()), data, settings)
            yield from (f"nameless: {wrong}" for wrong in (*_accounted(nameless), *_valid(nameless, thoroughly=True)))

    def _in_slices(self, target: Target, data: bytes, found: Reading, settings: Settings) -> Iterator[str]:
        with _cutting_anywhere():
            units = [part for unit in plan([self._written(target, data)], self.folder, settings) for part in unit]
        if len(units) > 1:
            sliced = joined([read_part(part, self.folder, settings) for part in units])
            refused = sliced.told() if found.gave_rest else found.told()  # what all of is refused, each slice refuses
            if not sliced.documents.equals(found.documents) or sliced.told() != refused:
                yield f"slices: {len(units)} slices give something else than the whole"

    def _kept_before(self, target: Target, seed: Seed, data: bytes, found: Reading) -> Iterator[str]:
        """Records of a seed that end before the first changed byte are as they were."""
        if not seed.ends or is_wide(data) or data[: seed.ends[0]] != seed.data[: seed.ends[0]]:
            return
        count = sum(data[:end] == seed.data[:end] for end in seed.ends)
        expected = self._of_seed(target, seed)
        if count > len(expected):
            yield f"seed: {len(seed.ends)} records and {len(expected)} documents"
        elif not _comparable(found.documents.slice(0, count)).equals(_comparable(expected.slice(0, count))):
            yield f"before: the {count} records before the damage aren't as they were"

    def _of_seed(self, target: Target, seed: Seed) -> pa.Table:
        return self._seed_documents(target.name, target.file, seed.data)

    @cache  # noqa: B019 - one object in a process
    def _seed_documents(self, name: str, file: str, data: bytes) -> pa.Table:
        return self._read(Target(name, file, ()), data, self.settings).documents

    def __hash__(self) -> int:
        return id(self)

    def _read(self, target: Target, data: bytes, settings: Settings, *, each: bool = False) -> Reading:
        file = self._written(target, data)
        usual = records.FLUSH_CHARACTERS
        records.FLUSH_CHARACTERS = 1 if each else usual
        try:
            return read_part(Slice(file), self.folder, settings)
        finally:
            records.FLUSH_CHARACTERS = usual

    def _written(self, target: Target, data: bytes) -> RawFile:
        path, beside = self.folder / target.file, self.folder / (target.file + SIDECAR)
        path.write_bytes(data if target.companion is None else target.companion)
        if target.companion is None:
            return RawFile(target.file, len(data), MTIME_NS)
        beside.write_bytes(data)
        return RawFile(target.file, len(target.companion), MTIME_NS, len(data), MTIME_NS)


@contextmanager
def _cutting_anywhere() -> Iterator[None]:
    """Look for cuts in small pieces: in those of a run a short file is one."""
    usual = json_records._CHUNK, warc_cuts._CHUNK
    json_records._CHUNK = warc_cuts._CHUNK = 256
    try:
        yield
    finally:
        json_records._CHUNK, warc_cuts._CHUNK = usual


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _comparable(documents: pa.Table) -> pa.Table:
    """Leave out what is asked of pages in some readings alone."""
    return documents.drop_columns(["page", "reading_version", "markup"]).combine_chunks()


def _accounted(found: Reading) -> Iterator[str]:
    """Every record is a document or a rejection under a number of its own, and no file is passed over in silence."""
    if found.records != len(found.documents) + len(found.rejections):
        counts = f"{len(found.documents)} documents, {len(found.rejections)} rejections"
        yield f"lost: {found.records} records, {counts}"
    if not found.records and not found.passed_over:
        yield "silent: nothing is said of the file"
    numbers = found.documents["record_no"].to_pylist() + found.rejections["record_no"].to_pylist()
    if len(set(numbers)) != len(numbers):
        yield f"numbers: two records have one number: {sorted(numbers)[:50]}"


def _valid(found: Reading, *, thoroughly: bool) -> Iterator[str]:
    """Rows are as their models say (their constraints take as long as all else), and no reader stopped for a defect."""
    for name, table, model in (("documents", found.documents, DOCUMENTS), ("rejections", found.rejections, REJECTIONS)):
        table.validate(full=True)
        if thoroughly and (violation := find_violation(model.model, table)):
            yield f"invalid: {name}: {violation}"
    if not found.documents.schema.equals(READ_SCHEMA):
        yield "schema: documents have another"
    for row in found.rejections.select(["reason", "message"]).to_pylist():
        if row["reason"] == "unreadable_content" or "please report this" in row["message"]:
            yield f"defect: {row['message']}"
    for row in found.documents.select(["text", "metadata", "url", "fetched_at", "month"]).to_pylist():
        if normalise(row["text"], Repairs()) != row["text"]:
            yield f"text: it isn't as texts are: {row['text'][:200]!r}"
        if not isinstance(orjson.loads(row["metadata"]), dict):
            yield "metadata: no object"
        if row["url"] is not None and not row["url"].startswith(("http://", "https://")):
            yield f"url: {row['url'][:200]!r}"
        if f"{row['fetched_at']:%Y-%m}".rjust(7, "0") != row["month"]:
            yield f"month: {row['month']!r} of {row['fetched_at']}"


def _all_bytes(data: bytes, found: Reading, settings: Settings) -> Iterator[str]:
    """No byte of a file of records is left out: each is in a record that was read or rejected."""
    if found.gave_rest or found.passed_over or is_wide(data) or _is_packed(data):
        return
    if found.format in RAW_IS_ALL:
        given = b"".join(found.raws)
    elif found.format in ("csv", "tsv"):
        given = b"".join(row.raw for row in Rows(BytesIO(data), data, delimiter=",", settings=settings))
    else:
        return
    if given.translate(None, _LETTERS) != data.translate(None, _LETTERS):
        yield f"bytes: {len(data)} in the file, {len(given)} in its {len(found.raws)} records"


def _read_pages(found: Reading, settings: Settings) -> Iterator[str]:
    """A kept page read again gives what it gave."""
    for row in found.documents.to_pylist():
        if row["page"] is not None:
            again = read_again(unpack(row["page"]), row, settings=settings, sites=lambda _: None)
            other = [name for name in READ_AGAIN if again is None or again[name] != row[name]]
            if other:
                yield f"page: record {row['record_no']} read again has another {', '.join(other)}"


def _is_packed(data: bytes) -> bool:
    return data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"))
