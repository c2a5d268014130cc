"""Readers that loop over the tables while runs publish: no error, no article twice, none missing that doesn't move.

python benchmarks/readers.py --runs 30 --grace 1
python benchmarks/readers.py --runs 30 --grace 0     # the weakness that the grace is for
python benchmarks/readers.py --scan data/processed   # how fast this machine reads articles

Each run brings a later revision of some articles, in another month: they move between files. A reader that takes longer
than the grace is promised nothing about what moves; such reads are counted apart.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

MOVING = 3
"""Articles that move with every run, from the first file past those that stay, each in a file of its own, to the last."""
COLUMNS = ["article_id", "document_id", "body"]
Ids = list[str]


def read_duckdb_glob(processed: Path) -> Callable[[], Ids]:
    import duckdb

    connection = duckdb.connect()  # one for all reads: what it caches must not be wrong later
    sql = f"SELECT article_id, document_id, body FROM read_parquet('{processed}/articles/**/*.parquet')"
    return lambda: connection.sql(sql).to_arrow_table()["article_id"].to_pylist()


def read_duckdb_views(processed: Path) -> Callable[[], Ids]:
    """Articles first, then documents: at any moment every article's document is there."""
    import duckdb

    connection = duckdb.connect()
    connection.execute((processed / "copydesk.sql").read_text())

    def read() -> Ids:
        connection.execute("CREATE OR REPLACE TEMP TABLE seen AS SELECT article_id, document_id, body FROM articles")
        lost = connection.sql("SELECT count(*) FROM seen ANTI JOIN documents USING (document_id)").fetchall()
        assert lost == [(0,)], f"{lost} articles without their document"
        twice = "SELECT count(*) FROM (SELECT document_id FROM documents GROUP BY ALL HAVING count(*) > 1)"
        assert connection.sql(twice).fetchall() == [(0,)], "a document twice"
        return [row[0] for row in connection.sql("SELECT article_id FROM seen").fetchall()]

    return read


def read_pyarrow_table(processed: Path) -> Callable[[], Ids]:
    import pyarrow.parquet as pq

    return lambda: pq.read_table(processed / "articles", columns=COLUMNS)["article_id"].to_pylist()


def read_pyarrow_dataset(processed: Path) -> Callable[[], Ids]:
    import pyarrow.dataset as ds

    folder = processed / "articles"
    return lambda: ds.dataset(folder, partitioning="hive").to_table(columns=COLUMNS)["article_id"].to_pylist()


def read_polars(processed: Path) -> Callable[[], Ids]:
    import polars

    pattern = f"{processed}/articles/**/*.parquet"
    return lambda: polars.scan_parquet(pattern).select(COLUMNS).collect()["article_id"].to_list()


READERS = {
    "duckdb glob": read_duckdb_glob,
    "duckdb views": read_duckdb_views,
    "pyarrow table": read_pyarrow_table,
    "pyarrow dataset": read_pyarrow_dataset,
    "polars": read_polars,
}


def loop(kind: str, processed: Path, stop: Path, grace: float) -> dict[str, Any]:
    """Read until told to stop; return what was seen."""
    read = READERS[kind](processed)
    told = json.loads(stop.with_name("told.json").read_text())
    stay, articles = set(told["stay"]), told["articles"]
    seen: Counter[str] = Counter()
    longest = 0.0
    errors: list[str] = []
    while not stop.exists():
        began = time.perf_counter()
        try:
            ids = read()
        except BaseException as error:  # polars panics
            errors.append(f"{type(error).__name__}: {error}"[:200])
            continue
        seconds = time.perf_counter() - began
        longest = max(longest, seconds)
        slow = bool(grace) and seconds > grace
        seen["reads"] += 1
        seen["slower than the grace"] += slow
        seen["with an article twice"] += len(set(ids)) != len(ids) and not slow
        seen["without one that stays"] += not stay <= set(ids)
        seen["while some moved"] += len(set(ids)) < articles
    return {**seen, "longest": longest, "errors": errors}


def write_pages(raw: Path, run: int, *, runs: int, stay: int) -> None:
    """Bring what is new in a run: later revisions that take their articles from the first file to the last."""
    if run == 0:
        pages = [(f"{2021 + number // 12}-{number % 12 + 1:02}-05", f"stays-{number}") for number in range(stay)]
        pages += [("2020-01-05", f"moves-{number}") for number in range(MOVING * runs)]
    else:
        pages = [("2030-01-05", f"moves-{number}") for number in range(MOVING * (run - 1), MOVING * run)]
    path = raw / f"{run:04}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(_page(name, day, run)) + "\n" for day, name in pages), encoding="utf-8")


def _page(name: str, day: str, run: int) -> dict[str, str]:
    pick = random.Random(name)
    words = [f"{pick.choice('bcdfgklmnprst')}{pick.choice('aeiou')}{pick.randrange(10**5)}" for _ in range(80)]
    sentences = [" ".join(words[at : at + 16]).capitalize() + "." for at in range(0, 80, 16)]
    return {
        "url": f"https://courier.example/{name}",
        "title": f"What {words[0]} and {words[1]} cost the town",
        "text": "\n".join([*sentences, f"It was told in edition {run}."]),
        "fetched_at": f"{day}T08:00:00Z",
    }


def run_and_read(folder: Path, *, runs: int, stay: int, grace: float, kinds: list[str]) -> dict[str, dict[str, Any]]:
    """Publish `runs` times while a process for each kind of reader reads; return what each saw."""
    from flows.settings import load_settings
    from flows.stages import ingest

    raw, processed, stop = folder / "raw", folder / "processed", folder / "stop"
    settings = load_settings(
        raw=raw, processed=processed, engine="inline", buckets=1, reader_grace_seconds=grace, profiles=""
    )
    write_pages(raw, 0, runs=runs, stay=stay)
    ingest(settings)
    told = {"stay": _staying(processed), "articles": stay + MOVING * runs}
    (folder / "told.json").write_text(json.dumps(told))
    command = [sys.executable, __file__, "--grace", str(grace), "--read"]
    readers = {
        kind: subprocess.Popen([*command, kind, str(processed), str(stop)], stdout=subprocess.PIPE, text=True)
        for kind in kinds
    }
    try:
        for run in range(1, runs + 1):
            write_pages(raw, run, runs=runs, stay=stay)
            assert ingest(settings).counts.articles == stay + MOVING * runs
    finally:
        stop.touch()
        outputs = {kind: process.communicate(timeout=120)[0] for kind, process in readers.items()}
    return {kind: json.loads(text) for kind, text in outputs.items()}


def _staying(processed: Path) -> Ids:
    import pyarrow.parquet as pq

    rows = pq.read_table(processed / "articles", columns=["article_id", "url"]).to_pylist()
    return [row["article_id"] for row in rows if "/stays-" in row["url"]]


def measure_scan(processed: Path) -> None:
    """Print how fast readers read all of `articles`."""
    size = sum(path.stat().st_size for path in (processed / "articles").rglob("*.parquet"))
    for name, reader in READERS.items():
        if name != "duckdb views":
            read = reader(processed)
            read()
            began = time.perf_counter()
            read()
            seconds = time.perf_counter() - began
            print(f"{name}: {size / seconds / 1e6:,.0f} MB of Parquet a second ({size / 1e6:,.1f} MB)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--stay", type=int, default=60, help="articles that stay, and files between those that move")
    parser.add_argument("--grace", type=float, default=1.0)
    parser.add_argument("--readers", nargs="+", default=list(READERS), choices=list(READERS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--read", nargs=3, metavar=("KIND", "PROCESSED", "STOP"), help=argparse.SUPPRESS)
    parser.add_argument("--scan", type=Path, metavar="PROCESSED", help="measure how fast articles are read, and end")
    given = parser.parse_args()
    if given.scan:
        measure_scan(given.scan)
        return
    if given.read:
        kind, processed, stop = given.read
        print(json.dumps(loop(kind, Path(processed), Path(stop), given.grace)))
        return
    with tempfile.TemporaryDirectory() as name:
        told = run_and_read(
            Path(name).resolve(), runs=given.runs, stay=given.stay, grace=given.grace, kinds=given.readers
        )
    if given.json:
        print(json.dumps(told))
        return
    for kind, seen in told.items():
        errors = Counter(error[:60] for error in seen.pop("errors"))
        print(f"{kind}: " + ", ".join(f"{name} {value:,.2f}".removesuffix(".00") for name, value in seen.items()))
        for error, count in errors.most_common(3):
            print(f"  {count}: {error}")


if __name__ == "__main__":
    main()
