"""Payloads: rejected records of raw files that are gone, read again from what the table keeps of them."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from flows.readers import READ_SCHEMA, RawFile, Slice, UnitTables, read_unit
from flows.readers.raw_files import SIDECAR
from flows.settings import Settings
from flows.sites import load_profiles
from flows.steps.kept import ReadResult
from flows.steps.read import REJECTIONS_BUCKET, by_partition
from flows.steps.staging import write_batches
from flows.tables.layout import Layout
from schemas import REJECTIONS

_WHOLE = re.compile(r"(\.(txt|text|html?|xhtml|jsonl|ndjson|jl|jsonlines|json)(\.(gz|bz2|xz|zst))?)$", re.ASCII)
"""Names of files whose records are their bytes and no more: of what is in an archive, more is known than its bytes."""

Place = tuple[str, int, str]
"""Raw file, record and stage of a rejection."""


@dataclass(frozen=True)
class PayloadTask:
    """What one call of `payload_step` gets."""

    layout: Layout
    files: tuple[RawFile, ...]
    """Raw files that are gone, as they were when they were read."""
    places: frozenset[Place]
    """The rejections that are tried again; all others of these files stay as they are."""
    settings: Settings
    documents: Path
    rejections: Path
    folder: Path
    """Where payloads are laid out to be read, one at a time."""


@dataclass(frozen=True)
class PayloadResult:
    """What one call of `payload_step` found."""

    read: ReadResult
    lost: tuple[str, ...]
    """Raw files of records that can't be tried again before they are back, a name each record."""


def payload_step(task: PayloadTask) -> PayloadResult:
    """Read again what the table keeps of some rejected records; all others of their files stay as they are."""
    held = _held(task)
    documents, rejections, lost, stay = [READ_SCHEMA.empty_table()], [held.slice(0, 0)], [], []
    files = {file.path: file for file in task.files}
    for number, row in enumerate(held.to_pylist()):
        wanted = (row["source_path"], row["record_no"], row["stage"]) in task.places
        laid = _laid_out(row, files[row["source_path"]], task.folder / str(number)) if wanted else None
        found = _read(row, laid, task) if laid else None
        if wanted and laid is None:
            lost.append(row["source_path"])
        if found is None:
            stay.append(number)
        else:
            documents.append(found.documents)
            rejections.append(found.rejections)
    rejections.append(held.take(pa.array(stay, pa.int64())))
    return PayloadResult(_written(task, pa.concat_tables(documents), pa.concat_tables(rejections)), tuple(lost))


def _held(task: PayloadTask) -> pa.Table:
    """Return the rejections of reading that the table has of these files."""
    paths = pa.array([file.path for file in task.files], pa.string())
    wanted = pc.is_in(pc.field("source_path"), value_set=paths) & (pc.field("stage") != "clean")
    found = [REJECTIONS.full_schema.empty_table()]
    for partition in task.layout.partitions("rejections"):
        if partition.bucket == REJECTIONS_BUCKET:
            file = ds.dataset(task.layout.file("rejections", partition), format="parquet")
            rows = file.to_table(columns=REJECTIONS.schema.names, filter=wanted)
            month = pa.array([partition.month] * len(rows), pa.string())
            found.append(rows.append_column("month", month).cast(REJECTIONS.full_schema))
    return pa.concat_tables(found).combine_chunks()


def _laid_out(row: dict[str, Any], file: RawFile, folder: Path) -> tuple[RawFile, Path] | None:
    """Lay a payload out as a raw file, with its sidecar; None where the payload isn't all of the record."""
    ending = _WHOLE.search(file.path.lower())
    name = file.path.rpartition("/")[2]
    is_empty = not row["payload"] and row["reason"] != "empty_file"
    if row["payload_truncated"] or is_empty or (ending is None and "." in name):
        return None
    data, sidecar = row["payload"], b""
    if file.has_sidecar:
        data, sidecar = _parted(data, file.sidecar_size)
        if not sidecar:
            return None
    folder.mkdir(parents=True)
    target = folder / f"record{ending[0] if ending else ''}"
    target.write_bytes(data)
    if sidecar:
        target.with_name(target.name + SIDECAR).write_bytes(sidecar)
    size = len(sidecar) or -1
    return replace(file, size=len(data), sidecar_size=size, real_path=target.name), folder


def _parted(payload: bytes, sidecar_size: int) -> tuple[bytes, bytes]:
    """Return the file's bytes and its sidecar's: a payload that was validated holds both, a NUL between them."""
    place = len(payload) - sidecar_size - 1
    if place < 0 or sidecar_size < 1 or payload[place] != 0:
        return payload, b""
    return payload[:place], payload[place + 1 :]


def _read(row: dict[str, Any], laid: tuple[RawFile, Path], task: PayloadTask) -> UnitTables | None:
    """Read a record as its file would have it read, under its number; None where nothing changes.

    Nor does it where it isn't one record any more; one that is rejected for the same reason is told as it was.
    """
    file, folder = laid
    profiles = load_profiles(task.settings.profiles)
    unit = (Slice(file, first_record=row["record_no"]),)
    found = read_unit(unit, raw=folder, settings=task.settings, sites=profiles.recognise)
    if not found.records or (found.records > 1 and row["record_no"]):
        return None
    same = found.records == 1 and found.rejections["reason"].to_pylist() == [row["reason"]]
    return None if same else found


def _written(task: PayloadTask, documents: pa.Table, rejections: pa.Table) -> ReadResult:
    """Write what came of it, as reading does."""
    batches = by_partition(documents, task.settings.buckets)
    write_batches(task.documents, READ_SCHEMA, batches.values())
    if len(rejections):
        write_batches(task.rejections, REJECTIONS.full_schema, [rejections])
    return ReadResult(
        records=len(documents) + len(rejections),
        rejected=len(rejections),
        documents=task.documents,
        rejections=task.rejections,
        batches={partition: (number,) for number, partition in enumerate(batches)},
        rejection_months=tuple(sorted(pc.unique(rejections["month"]).to_pylist())),
    )
