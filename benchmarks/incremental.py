"""What a run costs that adds 1, 10, 50 or 100 percent to an archive, beside building the whole at once.

usage: incremental.py [--documents N] [--days D] [--dense-days D] [--sites N] [--keep DIR] [--json FILE]
                      [--picture FILE] [--check]

The archive spans D days, in a hundred raw files in the order of time. Each share is added to tables that hold all files
before it: every site has news. The latest four percents are added one after the other. Two more runs add one percent
that is the latest of one site, and one percent drawn from all days and sites at random, the worst case. In the order of
time the tables must be those of building at once, byte for byte; the script stops if they aren't.

A month is what is cleaned again, so what one percent costs depends on how much of an archive a month is: the latest
four percents are added to as many documents of fewer days, too.
"""

import argparse
import hashlib
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import corpus

PROJECT = Path(__file__).parents[1]
FILES = 100
LATEST = 4
"""Percents that are added one after the other at the end."""
RUNS, ENOUGH_SECONDS = 3, 30.0
"""Of each share, but no more once they took so long; the median counts: other work may double a small run's time."""
MAX_SHARE = 0.05
"""Of the time of building all, for adding one percent."""


def make(folder: Path, *, documents: int, days: int, sites: int, seed: int = 7) -> list[Path]:
    """Write the raw files, in order of time, and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = corpus.new_corpus(seed, sites, minutes_each=days * 24 * 60 / documents)
    rows = [
        (record["fetched_at"], json.dumps(record, ensure_ascii=False)) for record, _ in corpus.records(made, documents)
    ]
    rows.sort()
    bounds = np.linspace(0, len(rows), FILES + 1).astype(int)
    paths = []
    for number, (start, stop) in enumerate(itertools.pairwise(bounds)):
        path = folder / f"{number:03d}.jsonl"
        path.write_text("".join(line + "\n" for _, line in rows[start:stop]), encoding="utf-8")
        paths.append(path)
    return paths


def set_apart(paths: list[Path], folder: Path, chosen: Callable[[str], bool]) -> list[Path]:
    """Write the same documents so that the last file holds those that are chosen."""
    folder.mkdir(parents=True, exist_ok=True)
    apart: list[str] = []
    for path in paths:
        lines = [(line, chosen(line)) for line in path.read_text(encoding="utf-8").splitlines(keepends=True)]
        apart += [line for line, taken in lines if taken]
        (folder / path.name).write_text("".join(line for line, taken in lines if not taken), encoding="utf-8")
    target = folder / "apart.jsonl"
    target.write_text("".join(apart), encoding="utf-8")
    return [*(folder / path.name for path in paths), target]


def drawn_at_random() -> Callable[[str], bool]:
    """Choose one document in FILES, of any day and site."""
    random = np.random.default_rng(11)
    return lambda _line: bool(random.random() < 1 / FILES)


def of_one_site(paths: list[Path], *, documents: int) -> Callable[[str], bool]:
    """Choose the latest documents of one site: a source that delivers late."""
    mark = '"url": "https://www.site001.example/'
    own = [
        line for path in paths for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if mark in line
    ]
    latest = set(own[-documents // FILES :])
    return lambda line: line in latest


class Archive:
    """A raw folder that grows, and its tables."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.processed = folder / "raw", folder / "processed"
        self.raw.mkdir(parents=True)

    def add(self, paths: list[Path]) -> float:
        """Deliver raw files and run; return the seconds of the whole process."""
        for path in paths:
            os.link(path, self.raw / path.name)
        command = [
            sys.executable,
            "-m",
            "flows",
            "ingest",
            "--quiet",
            "--raw",
            str(self.raw),
            "--processed",
            str(self.processed),
        ]
        began = time.perf_counter()
        # files that carry the version before hold the same rows, but other bytes: nobody reads here
        env = {**os.environ, "PYTHONPATH": str(PROJECT), "COPYDESK_READER_GRACE_SECONDS": "0"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run would compile copydesk anew, which no user's does
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env)
        return time.perf_counter() - began

    def copy(self, folder: Path) -> "Archive":
        """Return a copy to go on from."""
        other = Archive(folder)
        shutil.rmtree(other.raw)
        shutil.copytree(self.raw, other.raw, copy_function=os.link)
        shutil.copytree(self.processed, other.processed)
        return other

    def fingerprint(self) -> dict[str, str]:
        """Hash every table file, but those that tell of runs."""
        return {
            path.relative_to(self.processed).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.processed.rglob("month=*/part-*.parquet")
            if "runs" not in path.parts and "_state" not in path.parts
        }


def measure(folder: Path, *, documents: int, days: int, sites: int) -> dict[str, Any]:
    """Build, add, compare."""
    paths = make(folder / "files", documents=documents, days=days, sites=sites)
    whole = Archive(folder / "whole")
    seconds: dict[str, float] = {"100": whole.add(paths)}
    wanted = whole.fingerprint()
    partitions = len({name.split("/", 1)[1] for name in wanted})
    base, done = Archive(folder / "base"), 0
    for share in (50, 10):
        base.add(paths[done : FILES - share])
        done = FILES - share
        grown, seconds[str(share)] = _add_to_copies(base, folder / f"grown-{share}", paths[done:])
        _compare(grown, wanted, share)
    base.add(paths[done:-LATEST])
    grown, latest = _add_latest(base, folder, paths)
    _compare(grown, wanted, 1)
    seconds |= latest
    again = whole.add([])
    for name, chosen in (
        ("1 of one site", of_one_site(paths, documents=documents)),
        ("1 at random", drawn_at_random()),
    ):
        parts = set_apart(paths, folder / name / "files", chosen)
        archive = Archive(folder / name)
        archive.add(parts[:-1])
        _, seconds[name] = _add_to_copies(archive, folder / name / "grown", parts[-1:])
    return {
        "documents": documents,
        "days": days,
        "sites": sites,
        "partitions": partitions,
        "nothing_new_seconds": round(again, 2),
        **_told(seconds),
    }


def measure_dense(folder: Path, *, documents: int, days: int, sites: int) -> dict[str, Any]:
    """Build an archive of fewer days, and add its latest percents."""
    paths = make(folder / "files", documents=documents, days=days, sites=sites)
    whole = Archive(folder / "whole")
    seconds = {"100": whole.add(paths)}
    base = Archive(folder / "base")
    base.add(paths[:-LATEST])
    grown, latest = _add_latest(base, folder, paths)
    _compare(grown, whole.fingerprint(), 1)
    return {"days": days, **_told(seconds | latest)}


def _told(seconds: dict[str, float]) -> dict[str, dict[str, float]]:
    """Return the seconds, and their shares of building's."""
    return {
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "share": {name: round(value / seconds["100"], 4) for name, value in seconds.items()},
    }


def _add_latest(base: Archive, folder: Path, paths: list[Path]) -> tuple[Archive, dict[str, float]]:
    """Add the latest percents one after the other; return the archive with all of them, and what they took."""
    seconds = {}
    for number in range(FILES - LATEST, FILES):
        base, seconds[f"1, the {number + 1}th"] = _add_to_copies(
            base, folder / f"grown-{number}", paths[number : number + 1]
        )
    each = list(seconds.values())
    return base, {**seconds, "1": each[-1], "1, mean": statistics.mean(each)}


def _add_to_copies(base: Archive, folder: Path, paths: list[Path]) -> tuple[Archive, float]:
    """Add files to copies of an archive; return one of them, and the median time of the runs."""
    seconds: list[float] = []
    while len(seconds) < RUNS and sum(seconds) < ENOUGH_SECONDS:
        shutil.rmtree(folder, ignore_errors=True)
        grown = base.copy(folder)
        seconds.append(grown.add(paths))
    return grown, statistics.median(seconds)


def _compare(grown: Archive, wanted: dict[str, str], share: int) -> None:
    got = grown.fingerprint()
    if got != wanted:
        names = sorted(name for name in {*got, *wanted} if got.get(name) != wanted.get(name))
        raise SystemExit(f"adding {share} % gives other tables than building at once: {len(names)} files, {names[:5]}")


def picture(result: dict[str, Any]) -> str:
    """Draw the time of a run over the share that is new, as SVG, beside what the share alone would cost."""
    width, height, left, top = 560, 320, 60, 50
    shares = [1, 10, 50, 100]
    points = [(share, result["share"][str(share)] * 100) for share in shares]

    def place(x: float, y: float) -> str:
        return f"{left + x * (width - left - 20) / 100:.1f},{height - 50 - y * (height - top - 50) / 100:.1f}"

    line = " ".join(place(x, y) for x, y in points)
    dots = "".join(
        f'<circle cx="{place(x, y).split(",")[0]}" cy="{place(x, y).split(",")[1]}" r="4" fill="#0b5fa5"/>'
        f'<text x="{float(place(x, y).split(",")[0]) + (-7 if x > 10 else 7):.1f}" y="{float(place(x, y).split(",")[1]) + (-7 if x > 10 else 12):.1f}" '
        f'font-size="12" text-anchor="{"end" if x > 10 else "start"}">{y:.1f} %</text>'
        for x, y in points
    )
    ticks = "".join(
        f'<text x="{place(x, 0).split(",")[0]}" y="{height - 32}" font-size="12" text-anchor="middle">{x} %</text>'
        for x in shares
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" fill="#222">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{left}" y="18" font-size="14">Time of a run, in percent of building {result["documents"]:,} documents of {result["days"]:,} days at once</text>'
        f'<polyline points="{place(0, 100)} {place(0, 0)} {place(100, 0)}" fill="none" stroke="#888"/>'
        f'<polyline points="{place(0, 0)} {place(100, 100)}" fill="none" stroke="#bbb" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="#0b5fa5" stroke-width="2"/>{dots}{ticks}'
        f'<text x="{(left + width) / 2}" y="{height - 10}" font-size="12" text-anchor="middle">share of the documents that is new; '
        "dashed: as much as its share</text></svg>\n"
    )


def table(result: dict[str, Any]) -> str:
    """Return the result as a Markdown table."""
    rows = ["| new | seconds | of building at once |", "|---|---:|---:|"]
    names = {
        "1": "1 %, the latest of all sites",
        "1, mean": "1 %, mean of the latest four",
        "10": "10 %",
        "50": "50 %",
        "100": "100 % (building)",
        "1 of one site": "1 %, the latest of one site",
        "1 at random": "1 %, of all days and sites",
    }
    rows += [f"| {name} | {result['seconds'][key]} | {result['share'][key]:.1%} |" for key, name in names.items()]
    dense = result["dense"]
    for key, name in (("1", "the latest"), ("1, mean", "mean of the latest four")):
        rows.append(
            f"| 1 %, {name}, of {dense['days']:,} days instead | {dense['seconds'][key]} | {dense['share'][key]:.1%} |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=1826)
    parser.add_argument("--dense-days", type=int, default=730, metavar="D")
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument(
        "--check", action="store_true", help=f"fail when adding 1 %% takes more than {100 * MAX_SHARE:.0f} %%"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        result = measure(folder / "long", documents=given.documents, days=given.days, sites=given.sites)
        result["dense"] = measure_dense(
            folder / "dense", documents=given.documents, days=given.dense_days, sites=given.sites
        )
    print(json.dumps(result, indent=1), file=sys.stderr)
    print(table(result))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if given.picture:
        given.picture.write_text(picture(result), encoding="utf-8")
    if given.check and result["share"]["1"] > MAX_SHARE:
        raise SystemExit(f"adding 1 % takes {result['share']['1']:.1%} of building, the bar is {MAX_SHARE:.0%}")


if __name__ == "__main__":
    main()
