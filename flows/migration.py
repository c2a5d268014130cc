"""Migration: tables of an earlier copydesk are made again from the documents they hold, in one run, all or none.

All but a few rows are a function of the documents, so nothing is translated: every page is cleaned, matched and
written again, as in any run. What documents can't give (rejections of the reading stage, past runs) is carried over,
column by column.
"""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.errors import VersionError
from flows.run import Run
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition
from flows.tables.pages import find_pages


def begin_migration(run: Run, *, migrates: bool) -> None:
    """Let a run clean all pages again. Raises VersionError when it isn't one that migrates."""
    versions = ", ".join(f"{name} {old} to {new}" for name, (old, new) in sorted(run.behind.items()))
    if not migrates:
        raise VersionError(
            f"the tables in {run.layout.root} are of an earlier copydesk ({versions}); run `copydesk ingest` first: it "
            "brings them to today's version"
        )
    run.forced, run.anew = find_pages(run.layout), True
    run.notices.append(
        f"the tables were of an earlier copydesk and are brought to today's version: {versions}; all pages are cleaned "
        f"again, in {len(run.forced)} partition{'s' if len(run.forced) != 1 else ''}"
    )


def ids_of_files(layout: Layout, sources: Iterable[str]) -> pa.Array:
    """Return the ids of the documents that raw files gave, as the documents themselves tell."""
    wanted = pa.array(sorted(sources), pa.string())
    found = [pa.array([], pa.string())]
    for partition in layout.partitions("documents"):
        rows = read_rows(layout.file("documents", partition), ["document_id", "source_path"])
        own = rows.filter(pc.is_in(rows["source_path"], value_set=wanted))["document_id"]
        found += own.chunks
    return pa.concat_arrays(found)


def size_of(layout: Layout, partitions: Iterable[Partition]) -> int:
    """Return the bytes of partitions' documents, unpacked: how much work it is to clean them."""
    files = (layout.file("documents", partition) for partition in partitions)
    known = (pq.read_metadata(file) for file in files if file.exists())
    return sum(one.row_group(number).total_byte_size for one in known for number in range(one.num_row_groups))
