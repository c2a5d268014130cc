"""Write the same articles in every format and compression, run each through the whole pipeline, compare what comes out.

usage: formats.py [--articles N] [--formats NAME ...] [--compressions NAME ...] [--check]

Each way of writing is a raw folder of its own and a run of its own. Compared are articles by their address: title, body,
times, authors, language and site, with those of JSON lines that aren't compressed; and that nothing was rejected.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1]))

from flows.settings import load_settings
from flows.stages import ingest
from tests.flows.readers.written import COMPRESS, WRITERS, Article, Files, articles, packed

REFERENCE = "jsonl", "plain"
COLUMNS = "url, title, body, published_at, fetched_at, authors, language, site"


@dataclass(frozen=True)
class Way:
    """A way of writing articles, and what came of it."""

    format: str
    compression: str
    articles: frozenset[tuple[object, ...]]
    rejected: int
    seconds: float


def lay(raw: Path, files: Files) -> None:
    """Write files where scrapers put them."""
    folder = raw / "courier.example" / "2025-03-30"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def run(written: Sequence[Article], name: str, compression: str) -> Way:
    """Write the articles one way, run, and return what came out."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lay(folder / "raw", packed(WRITERS[name](written), compression))
        settings = load_settings(raw=folder / "raw", processed=folder / "processed", engine="inline")
        report = ingest(settings)
        table = f"read_parquet('{folder}/processed/articles/month=*/*.parquet')"
        rows = duckdb.sql(f"SELECT {COLUMNS} FROM {table}").fetchall()
    found = frozenset(tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row) for row in rows)
    return Way(name, compression, found, sum(report.rejected_by_reason.values()), time.perf_counter() - began)


def run_all(count: int, formats: Iterable[str], compressions: Sequence[str]) -> Iterator[tuple[Way, int]]:
    """Yield each way, and how many of its articles are those of the reference."""
    written = articles(count)
    wanted = run(written, *REFERENCE)
    if len(wanted.articles) != count:
        raise SystemExit(f"{len(wanted.articles)} articles of {count} come out of JSON lines")
    for name in formats:
        for compression in compressions:
            way = run(written, name, compression)
            yield way, len(way.articles & wanted.articles)


def main() -> None:
    """Print a line for each format, and the ways that differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--formats", nargs="+", default=list(WRITERS), choices=list(WRITERS))
    parser.add_argument("--compressions", nargs="+", default=list(COMPRESS), choices=list(COMPRESS))
    parser.add_argument("--check", action="store_true", help="fail when a way gives other articles")
    given = parser.parse_args()
    print(f"| format | {' | '.join(given.compressions)} |\n|---|{'---|' * len(given.compressions)}")
    cells: dict[str, list[str]] = {}
    differ = 0
    for way, same in run_all(given.articles, given.formats, given.compressions):
        right = same == len(way.articles) == given.articles and not way.rejected
        differ += not right
        told = "same" if right else f"{same} same, {len(way.articles) - same} other, {way.rejected} rejected"
        cells.setdefault(way.format, []).append(told)
        if len(cells[way.format]) == len(given.compressions):
            print(f"| {way.format} | {' | '.join(cells[way.format])} |", flush=True)
    print(f"{sum(map(len, cells.values()))} ways of writing {given.articles} articles, {differ} differ")
    if given.check and differ:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
