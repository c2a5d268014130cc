"""Read a large JSON lines file and a large WARC: time, memory of all processes, progress, and going on after a kill.

usage: large_inputs.py [--jsonl-mb N] [--warc-mb N] [--keep DIR] [--without-extractor] [--check]

Only the stage that reads is run, by two processes. Each file is read three ways: from end to end; killed (SIGKILL, all
its processes) once half of its bytes are read; and again after that. The texts of the JSON lines are those of a smaller
corpus, over and over under other addresses; the WARC's pages are repeated, each response between a request and a
metadata record as crawlers write them. Reading is held against the same bytes passed through DuckDB's JSON reader, and
through fastwarc alone.
"""

import argparse
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import corpus
from benchmarks.speed import peak_memory, timed
from tests.flows.readers.written import Article, articles, page, warc_record

PROJECT = Path(__file__).parents[1]
MAX_BYTES = 1_000_000_000
MIB = 1 << 20
PAGES, NOISE_BYTES = 400, 60_000
"""Different pages of the WARC, and what scripts take of each, as on news sites."""
READ = """
import json, sys
from pathlib import Path
from flows.settings import load_settings
from flows.opening import open_run
from flows.stages import read

def progress(stage, done, total):
    print(json.dumps([done, total]), flush=True)

settings = load_settings(raw=Path(sys.argv[1]), processed=Path(sys.argv[2]), engine="processes", workers=2,
                         ask_extractor=sys.argv[3] == "True")
with open_run(settings, progress=progress) as run:
    print(json.dumps(read(run)), flush=True)
"""
BARE = {
    "jsonl": """
import duckdb, sys
duckdb.sql("SET threads = 2; SET enable_progress_bar = false")
print(duckdb.sql(f"SELECT count(*), sum(length(text)) FROM read_json('{sys.argv[1]}', format = 'newline_delimited')").fetchall())
""",
    "warc": """
import sys
from fastwarc.warc import ArchiveIterator
print(sum(len(record.reader.read()) for record in ArchiveIterator(open(sys.argv[1], "rb"))))
""",
}
"""What reads the same bytes and does nothing with them."""


@dataclass
class Reading:
    """One run of the stage that reads."""

    seconds: float = 0.0
    peak_bytes: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    progress: list[tuple[int, int]] = field(default_factory=list)
    """Bytes read, and bytes in all, each time they were told."""
    killed: bool = False


def write_lines(path: Path, size: int) -> None:
    """Write a corpus over and over, each time under other addresses."""
    made = corpus.new_corpus(7, 40, minutes_each=1.0)
    block = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one, _ in corpus.records(made, 10_000)).encode()
    with path.open("wb") as file:
        for number in range(1 << 30):
            if file.tell() >= size:
                return
            file.write(block.replace(b".example/", b".example/%d/" % number))


def write_warc(path: Path, size: int) -> None:
    """Write pages as a crawler does, each record a gzip member."""
    drawn = random.Random(1)
    block = b"".join(_members(articles(PAGES), drawn))
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(block)


def _members(written: Iterable[Article], drawn: random.Random) -> Iterator[bytes]:
    for article in written:
        noise = "".join(drawn.choices("abcdefghijklmnopqrstuvwxyz0123456789 {};=", k=NOISE_BYTES))
        body = page(article).replace("</head>", f"<script>{noise}</script></head>").encode()
        for record in (
            _beside("request", b"GET / HTTP/1.1\r\n\r\n"),
            warc_record(article, body),
            _beside("metadata", b"a: b\r\n"),
        ):
            yield gzip.compress(record, 6, mtime=0)


def _beside(kind: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2025-03-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def read_once(raw: Path, processed: Path, *, extractor: bool, kill_at: float | None = None) -> Reading:
    """Run the stage that reads as a process of its own; kill all of it once this share of the bytes is read."""
    reading, began = Reading(), time.perf_counter()
    command = [sys.executable, "-c", READ, str(raw), str(processed), str(extractor)]
    env = {**os.environ, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    with peak_memory(process.pid) as peak:
        for line in process.stdout:
            said = json.loads(line)
            if isinstance(said, dict):
                reading.counts = said
                continue
            reading.progress.append((said[0], said[1]))
            if kill_at is not None and not reading.killed and said[0] >= kill_at * said[1]:
                os.killpg(process.pid, signal.SIGKILL)
                reading.killed = True
        process.wait()
    if process.returncode and not reading.killed:
        raise SystemExit(f"reading {raw} failed")
    reading.seconds, reading.peak_bytes = time.perf_counter() - began, peak.bytes
    return reading


def try_out(kind: str, folder: Path, *, extractor: bool) -> list[str]:
    """Read the file three ways, print what was seen, and return what isn't as it must be."""
    raw = folder / kind
    (path,) = raw.iterdir()
    bare = timed([sys.executable, "-c", BARE[kind], str(path)])
    whole = read_once(raw, folder / f"{kind}-whole", extractor=extractor)
    killed = read_once(raw, folder / f"{kind}-killed", extractor=extractor, kill_at=0.5)
    kept = len(list((folder / f"{kind}-killed").glob("_state/reading/*")))
    again = read_once(raw, folder / f"{kind}-killed", extractor=extractor)
    size = path.stat().st_size
    told = [done for done, _ in whole.progress]
    print(
        f"{kind}: {size / MIB:,.0f} MiB, {whole.counts}\n"
        f"  read in {whole.seconds:.1f} s, {size / MIB / whole.seconds:.1f} MiB/s, {whole.seconds / bare.seconds:.1f} times "
        f"the bare pass ({bare.seconds:.1f} s); peak of all processes {whole.peak_bytes / 1e6:,.0f} MB\n"
        f"  progress told {len(set(told))} times, in bytes, from {told[0]:,} to {told[-1]:,} of {size:,}\n"
        f"  killed at {killed.progress[-1][0] / size:.0%} after {killed.seconds:.1f} s: {kept} slices kept; "
        f"the next run took {again.seconds:.1f} s, {again.seconds / whole.seconds:.0%} of reading all",
        flush=True,
    )
    wrong = []
    if max(whole.peak_bytes, again.peak_bytes) > MAX_BYTES:
        wrong.append(f"{kind}: more than {MAX_BYTES / 1e6:,.0f} MB at its peak")
    if again.counts != whole.counts:
        wrong.append(f"{kind}: after a kill {again.counts}, else {whole.counts}")
    if again.seconds > 0.8 * whole.seconds:
        wrong.append(f"{kind}: what was read before a kill was read again")
    return wrong


def main() -> None:
    """Write the files where they are missing, and try both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jsonl-mb", type=int, default=5000)
    parser.add_argument("--warc-mb", type=int, default=1024)
    parser.add_argument("--keep", type=Path, help="folder to work in, left there")
    parser.add_argument("--without-extractor", action="store_true")
    parser.add_argument("--check", action="store_true", help=f"fail over {MAX_BYTES:,} bytes, or when a kill costs all")
    given = parser.parse_args()
    wrong = []
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        for kind, name, write, size in (
            ("jsonl", "a.jsonl", write_lines, given.jsonl_mb),
            ("warc", "a.warc.gz", write_warc, given.warc_mb),
        ):
            if not size:
                continue
            (folder / kind).mkdir(parents=True, exist_ok=True)
            if not (folder / kind / name).exists():
                write(folder / kind / name, size * MIB)
            wrong += try_out(kind, folder, extractor=not given.without_extractor)
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    if given.check and wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
