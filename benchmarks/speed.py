"""Time a whole run beside a bare DuckDB copy of the same JSON lines into zstd Parquet, and check it against the truth.

usage: speed.py [--documents N] [--seed N] [--keep DIR] [--json FILE] [--check]

The copy and the runs are processes of their own, two threads or processes each. Memory is the sum over the process
tree of the proportional set size (shared pages counted once), sampled every 100 ms.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psutil

sys.path.insert(0, str(Path(__file__).parent))
import corpus

PROJECT = Path(__file__).parents[1]
CORES = 2
MAX_RATIO, MAX_BYTES = 20.0, 2 << 30
COPY = """
import duckdb, sys
duckdb.sql(f"SET threads = {int(sys.argv[3])}")
duckdb.sql("SET enable_progress_bar = false")
duckdb.sql(f"COPY (SELECT * FROM read_json('{sys.argv[1]}', format = 'newline_delimited')) "
           f"TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
"""


@dataclass
class Timed:
    """What a command took."""

    seconds: float
    peak_bytes: int
    failed: int = 0
    """Its exit code."""
    errors: str = ""
    """What it wrote to standard error."""


def memory_of(pid: int) -> int:
    """Return the bytes that a process and those it started hold, shared pages counted once; 0 once it ended."""
    total = 0
    try:
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for one in processes:
        try:
            info = one.memory_full_info()
            total += getattr(info, "pss", info.rss)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


@dataclass
class Peak:
    """The most that was seen."""

    bytes: int = 0


@contextmanager
def peak_memory(pid: int) -> Iterator[Peak]:
    """Watch the memory of a process and those it started while the block works."""
    peak, ended = Peak(), threading.Event()

    def watch() -> None:
        while not ended.is_set():
            peak.bytes = max(peak.bytes, memory_of(pid))
            ended.wait(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def timed(
    command: list[str],
    env: dict[str, str] | None = None,
    *,
    cwd: Path | None = None,
    begin: Callable[[], None] | None = None,
    may_fail: bool = False,
) -> Timed:
    """Run a command and return its wall time and the peak memory of its processes; `begin` runs in it first."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, cwd=cwd, preexec_fn=begin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    with peak_memory(process.pid) as peak:
        _, errors = process.communicate()
        seconds = time.perf_counter() - began
    if process.returncode and not may_fail:
        raise SystemExit(f"{' '.join(command[:3])} failed: {errors}")
    return Timed(seconds, peak.bytes, process.returncode, errors)


def quality(raw: Path, processed: Path) -> dict[str, float]:
    """Compare the tables with the truth about the corpus."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    truth = raw.parent / f"{raw.stem}.truth.jsonl"
    for name in ("documents", "articles", "duplicates"):
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{processed}/{name}/month=*/*.parquet')")
    connection.execute(f"CREATE TABLE truth AS FROM read_json('{truth}', format = 'newline_delimited')")
    connection.execute(
        "CREATE VIEW found AS SELECT d.*, t.* EXCLUDE (url) FROM documents d JOIN truth t ON d.record_no = t.id"
    )
    figures: dict[str, float] = {}
    for kind, where in (
        ("exact", "f.kind = 'exact'"),
        ("near_above_0_8", "f.kind = 'near' AND f.similarity >= 0.8"),
        ("revision", "f.kind = 'revision'"),
    ):
        sql = f"""
            SELECT avg(CASE WHEN f.article_id = o.article_id THEN 1.0 ELSE 0.0 END)
            FROM found f JOIN found o ON o.id = f.of WHERE {where}
        """
        figures[f"recall_{kind}"] = connection.sql(sql).fetchall()[0][0]
    figures["originals_taken_for_duplicates"] = connection.sql(
        """SELECT count(*) FROM found f WHERE f.kind = 'original' AND f.outcome <> 'article'
           AND NOT EXISTS (SELECT 1 FROM truth t WHERE t.of = f.id)"""
    ).fetchall()[0][0]
    connection.execute(
        """CREATE TABLE lines AS SELECT f.body AS wanted,
               [p.line_no for p in a.paragraphs if p.role <> 'title'] AS got
           FROM articles a JOIN found f USING (document_id)"""
    )
    shared, got, wanted = connection.sql(
        "SELECT sum(len(list_intersect(got, wanted))), sum(len(got)), sum(len(wanted)) FROM lines"
    ).fetchall()[0]
    figures["line_precision"], figures["line_recall"] = shared / got, shared / wanted
    return {name: round(float(value), 4) for name, value in figures.items()}


def measure(folder: Path, *, documents: int, seed: int) -> dict[str, Any]:
    """Make the corpus where it is missing, and time everything."""
    raw = folder / "raw" / "corpus.jsonl"
    if not raw.exists():
        began = time.perf_counter()
        corpus.write(folder / "corpus.jsonl", documents=documents, seed=seed, sites=40)
        raw.parent.mkdir(exist_ok=True)
        (folder / "corpus.jsonl").rename(raw)
        print(f"made {documents:,} documents in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    copy = [sys.executable, "-c", COPY, str(raw), str(folder / "copy.parquet"), str(CORES)]
    copies = [timed(copy) for _ in range(3)]
    processed = folder / f"processed-{time.time_ns()}"
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "COPYDESK_RAW": str(raw.parent), "COPYDESK_WORKERS": str(CORES)}
    command = [sys.executable, "-m", "flows", "ingest", "--quiet", "--processed", str(processed)]
    whole, again = timed(command, env), timed(command, env)
    copied = statistics.median(one.seconds for one in copies)
    runs = duckdb.sql(f"SELECT seconds FROM read_parquet('{processed}/runs/month=*/*.parquet')").fetchall()
    return {
        "documents": documents,
        "copy_seconds": round(copied, 2),
        "run_seconds": round(whole.seconds, 2),
        "ratio": round(whole.seconds / copied, 2),
        "documents_per_second": round(documents / whole.seconds),
        "peak_megabytes": round(whole.peak_bytes / (1 << 20)),
        "second_run_seconds": round(again.seconds, 2),
        "stages": {name: round(value, 2) for name, value in runs[0][0].items()},
        **quality(folder / "corpus.jsonl", processed),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="folder for corpus and tables, used again next time")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--check", action="store_true", help="exit 1 over 20 times the copy or 2 GB")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        figures = measure(folder, documents=given.documents, seed=given.seed)
    for name, value in figures.items():
        print(f"{name:<32} {value}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if given.check and (figures["ratio"] > MAX_RATIO or figures["peak_megabytes"] << 20 > MAX_BYTES):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
