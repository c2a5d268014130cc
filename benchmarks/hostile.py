"""Run `copydesk ingest` over a folder with one of each hostile case among good files, and see what comes of it.

usage: hostile.py [--good N] [--small] [--keep DIR] [--check]

Good files are of every format and compression in turn, one article each. While the runs read, one file grows and one
shrinks. The first run must publish nothing, as more is bad than good; the second is told to accept that; before the
third, the two files come to rest. Then every good article must be there, every hostile record be a rejection with the
reason that benchmarks/hostile_cases.py names, nothing be written outside the tables' folder, and nobody have asked for
the network.
"""

import argparse
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.hostile_archives import OUTSIDE
from benchmarks.hostile_cases import CASES
from benchmarks.hostile_material import SMALL, Scale, good_article
from benchmarks.hostile_run import Place, run
from benchmarks.speed import Timed
from tests.flows.readers.written import COMPRESS, WRITERS, packed, record

MAX_BYTES = 1_500_000_000
DAY = "2025-03-30"
MOVES_SECONDS = 0.005


@dataclass
class Found:
    """What came of it."""

    files: int
    runs: list[Timed] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What isn't as it must be, a sentence each."""
    reasons: Counter[str] = field(default_factory=Counter)
    good: int = 0
    """Good articles that are there."""


def write_good(raw: Path, count: int) -> set[str]:
    """Write one file an article, every format and compression in turn, and return the articles' addresses."""
    folder = raw / "courier.example" / DAY
    folder.mkdir(parents=True)
    ways = itertools.cycle(itertools.product(WRITERS, COMPRESS))
    urls = set()
    for number, (name, compression) in zip(range(count), ways, strict=False):
        article = good_article(number)
        for file, data in packed(WRITERS[name]([article]), compression).items():
            (folder / f"{number:04d}-{file}").write_bytes(data)
        urls.add(article.url)
    return urls


def write_hostile(raw: Path, scale: Scale) -> None:
    """Write each case into a folder of its own."""
    for case in CASES:
        folder = raw / "hostile.example" / DAY / case.name
        folder.mkdir(parents=True)
        case.make(folder, scale)


def _moving_lines(first: int, count: int) -> list[bytes]:
    return [json.dumps(record(good_article(first + number))).encode() + b"\n" for number in range(count)]


@contextmanager
def moving(raw: Path, *, first: int, lines: int) -> Iterator[None]:
    """Have one file grow and one shrink, line by line, while the block works."""
    folder = raw / "moving.example" / DAY
    folder.mkdir(parents=True, exist_ok=True)
    grows, shrinks = folder / "grows.jsonl", folder / "shrinks.jsonl"
    given = _moving_lines(first, lines)
    if not grows.exists():
        grows.write_bytes(b"".join(given[: lines // 4]))
        shrinks.write_bytes(b"".join(given[lines // 2 :]))
    ended = threading.Event()

    def move() -> None:
        held = grows.read_bytes().count(b"\n")
        ends = list(itertools.accumulate(len(line) for line in shrinks.read_bytes().splitlines(keepends=True)))
        while not ended.wait(MOVES_SECONDS):
            if held < lines // 2:
                with grows.open("ab") as file:
                    file.write(given[held])
                held += 1
            if len(ends) > lines // 4:
                ends.pop()
                os.truncate(shrinks, ends[-1])

    thread = threading.Thread(target=move)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def look(place: Place, found: Found, urls: set[str]) -> None:
    """Compare the tables with what must be in them."""
    there = Counter(url for (url,) in place.query("articles", "url"))
    found.good = sum(there[url] == 1 for url in urls)
    if found.good != len(urls):
        found.wrong.append(f"{len(urls) - found.good} of {len(urls)} good articles aren't there exactly once")
    refused = place.query("rejections", "source_path, reason")
    held = place.query("documents", "source_path")
    found.reasons = Counter(reason for _, reason in refused)
    for path, reason in refused:
        if path.startswith("courier.example"):
            found.wrong.append(f"{path} is a good file, and rejected as {reason}")
    for case in CASES:
        beginning = f"hostile.example/{DAY}/{case.name}/"
        reasons = Counter(reason for path, reason in refused if path.startswith(beginning))
        documents = sum(path.startswith(beginning) for (path,) in held)
        if reasons != Counter(case.rejected) or documents != case.documents:
            found.wrong.append(
                f"{case.name}: {documents} documents, {dict(reasons)}; wanted {case.documents}, {dict(Counter(case.rejected))}"
            )


def look_at_moving(place: Place, found: Found) -> None:
    """See that each line that is in the two files now is a document."""
    urls = {url for (url,) in place.query("documents", "url")}
    for path in sorted((place.raw / "moving.example" / DAY).iterdir()):
        lines = path.read_bytes().splitlines()
        lost = sum(json.loads(line)["url"] not in urls for line in lines)
        if lost:
            found.wrong.append(f"{path.name}: {lost} of {len(lines)} records are no documents")
    for name, message in place.query("rejections", "source_path, message"):
        if name.startswith("moving.example"):
            found.wrong.append(f"left over of a file that moved: {message}")


def look_outside(place: Place, found: Found) -> None:
    """See that nothing was written but tables and state, and nobody asked for the network.

    What processes talk through lies in the folder for temporary files while they work; nothing of it may stay.
    """
    for name in ("home", "tmp", "work"):
        found.wrong += [f"written: {path}" for path in (place.folder / name).rglob("*")]
    above = [place.folder, *place.folder.parents, Path("/tmp"), place.folder / "work"]
    found.wrong += [f"written: {one / OUTSIDE}" for one in above if (one / OUTSIDE).exists()]
    allowed = (
        str(place.processed.resolve()),
        str((place.folder / "tmp").resolve()),
        "/dev/",
        str(place.watched.resolve()),
    )
    seen = set(place.watched.read_text().splitlines())
    for line in sorted(seen):
        event, _, what = line.partition("\t")
        if event.startswith(("open", "os.")) and event != "os.system" and what[1:].startswith(allowed):
            continue
        found.wrong.append(f"{event}: {what}")


def trial(folder: Path, *, good: int, scale: Scale) -> Found:
    """Write everything, run three times, and look."""
    place = Place(folder)
    urls = write_good(place.raw, good)
    write_hostile(place.raw, scale)
    found = Found(files=sum(len(names) for _, _, names in os.walk(place.raw)))
    with moving(place.raw, first=good, lines=800):
        found.runs.append(run(place))
        if found.runs[0].failed != 3 or "max_rejected_share" not in found.runs[0].errors:
            found.wrong.append(f"a run that rejects most of what is new ended with {found.runs[0]}")
        if place.query("articles", "url"):
            found.wrong.append("a run that rejects most of what is new published articles")
        found.runs.append(run(place, "--accept-rejections"))
    found.runs.append(run(place, "--accept-rejections"))
    found.wrong += [f"a run failed: {one.errors[-2000:]}" for one in found.runs[1:] if one.failed]
    look(place, found, urls)
    look_at_moving(place, found)
    look_outside(place, found)
    return found


def main() -> None:
    """Run the trial and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--good", type=int, default=1000)
    parser.add_argument("--small", action="store_true", help="cases of size just beyond the limits")
    parser.add_argument("--keep", type=Path, help="an empty folder to work in, left there")
    parser.add_argument("--check", action="store_true", help="fail when something isn't as it must be")
    given = parser.parse_args()
    scale = SMALL if given.small else Scale()
    with tempfile.TemporaryDirectory(prefix="copydesk-hostile-") as name:
        began = time.perf_counter()
        found = trial(given.keep or Path(name), good=given.good, scale=scale)
        for shut in (given.keep or Path(name)).glob("raw/hostile.example/*/permission-denied/*"):
            shut.chmod(0o700)  # so that it can be tidied away
        print(f"{found.files:,} files, {len(CASES)} hostile cases; all of it took {time.perf_counter() - began:.0f} s")
    for one, said in zip(found.runs, ("refused", "accepted", "again"), strict=True):
        print(f"run {said}: {one.seconds:.1f} s, peak {one.peak_bytes / 1e6:,.0f} MB")
    print(f"good articles there: {found.good:,} of {given.good:,}")
    print("rejections: " + ", ".join(f"{reason} {count:,}" for reason, count in sorted(found.reasons.items())))
    peak = max(one.peak_bytes for one in found.runs)
    if peak > MAX_BYTES:
        found.wrong.append(f"peak memory {peak / 1e6:,.0f} MB, more than {MAX_BYTES / 1e6:,.0f}")
    for sentence in found.wrong:
        print(f"WRONG: {sentence}")
    if given.check and found.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
