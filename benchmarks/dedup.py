"""Find planted copies among many articles: recall, precision and speed, beside datasketch and rensa.

usage: dedup.py [--documents N] [--seed N] [--memory MIB] [--without-others] [--check]

From text to verified pairs in this process, pinned to one core: words, shingles, signatures, keys of bands (written to
Parquet, read back by the month, grouped within a limit of memory), pairs verified on their shingles, clusters. The
functions are those that a run calls. datasketch and rensa get the same texts, words to a shingle, number of hashes,
bands and threshold, are used as their documentation has it for many documents, and have their pairs verified on the
same shingles. Seconds are processor time; copydesk takes turns with the others, and its median counts. A pair counts as
found when its documents are in one cluster.
"""

import argparse
import os
import sys
import tempfile
import tracemalloc
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

import pyarrow as pa  # noqa: E402

from benchmarks.dedup_documents import make_documents  # noqa: E402
from benchmarks.dedup_others import OTHERS  # noqa: E402
from benchmarks.dedup_scores import Scores, Shingles, find_truth, score  # noqa: E402
from benchmarks.dedup_ways import Clock, Found, How, find_with, find_with_copydesk, group_months, how  # noqa: E402
from flows.dedup.signatures import sign_bodies  # noqa: E402
from flows.settings import load_settings  # noqa: E402

MIN_RECALL, MIN_RATIO = 0.98, 4.0
MIB = 1 << 20
Scored = tuple[Found, Scores]
Held = dict[int, tuple[float, float]]


def peak_of_grouping(documents: int, given: How, folder: Path, memory_bytes: int) -> tuple[float, float]:
    """Group once more; return the most that Python, numpy and Arrow held at a time, MiB, and the seconds it took."""
    clock = Clock()
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    arrow = 0
    for _ in group_months(documents, given, folder, memory_bytes):
        arrow = max(arrow, pa.total_allocated_bytes() - before)
    peak = (tracemalloc.get_traced_memory()[1] + arrow) / MIB
    tracemalloc.stop()
    clock.stop("grouping")
    return peak, clock.seconds["grouping"]


def one_core() -> None:
    """Keep this process on one core and Arrow on one thread."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def as_table(found: list[Scored], documents: int) -> str:
    """Return the figures as a Markdown table, a column a way."""
    names = [one.name for one, _ in found]
    edits = list(found[0][1].recall)
    rows: list[tuple[str, list[str]]] = [
        ("documents/s, text to verified pairs", [f"{documents / one.total:,.0f}" for one, _ in found]),
        ("seconds", [f"{one.total:,.1f}" for one, _ in found]),
        ("times the seconds of copydesk", [f"{one.total / found[0][0].total:.1f}" for one, _ in found]),
        ("pairs compared", [f"{one.verified:,}" for one, _ in found]),
        ("pairs verified", [f"{len(one.pairs):,}" for one, _ in found]),
        ("recall at .8 and above", [f"{scores.overall:.4f}" for _, scores in found]),
        *((f"- {edit}", [f"{scores.recall[edit]:.4f}" for _, scores in found]) for edit in edits),
        ("precision of verified pairs", [f"{scores.precision:.4f}" for _, scores in found]),
        ("translations merged", [f"{scores.translations_merged:,}" for _, scores in found]),
        ("notices merged below .8", [f"{scores.notices_merged:,}" for _, scores in found]),
        ("kinds told right", [f"{scores.kinds:.3f}" for _, scores in found]),
    ]
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(values)} |" for name, values in rows)])


def measure(*, documents: int, seed: int, memory: int, others: list[str]) -> tuple[list[Scored], Held]:
    """Return what each way found and how well, and what grouping held in memory, by the limit it was given."""
    made, given = make_documents(documents, seed), how()
    shingles = Shingles(made.texts, given.words)
    truth = find_truth(made, shingles)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sign_bodies(pa.array(made.texts[:50]), words=given.words, hashes=given.hashes)  # tables are built once
        memory_bytes = load_settings().match_memory_bytes
        ours, theirs = [find_with_copydesk(made.texts, given, folder, memory_bytes)], []
        for other in others:
            theirs.append(find_with(other, made.texts, given))
            ours.append(find_with_copydesk(made.texts, given, folder, memory_bytes))
        found = [sorted(ours, key=lambda one: one.total)[len(ours) // 2], *theirs]
        held = {limit: peak_of_grouping(documents, given, folder, limit * MIB) for limit in (memory, 512)}
    scored = [
        (one, score(made, truth, shingles, pairs=one.pairs, labels=one.labels, threshold=given.threshold))
        for one in found
    ]
    return scored, held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--memory", type=int, default=32, help="MiB, the limit within which keys are grouped once more")
    parser.add_argument("--without-others", action="store_true", help="copydesk alone")
    parser.add_argument(
        "--check", action="store_true", help=f"exit 1 below {MIN_RECALL} or {MIN_RATIO} times datasketch"
    )
    given = parser.parse_args()
    one_core()
    others = [] if given.without_others else list(OTHERS)
    found, held = measure(documents=given.documents, seed=given.seed, memory=given.memory, others=others)
    print(as_table(found, given.documents), "\n")
    for one, _ in found:
        print(f"{one.name}: " + ", ".join(f"{name} {taken:.1f} s" for name, taken in one.seconds.items()))
    for limit, (peak, taken) in held.items():
        print(f"grouping within {limit} MiB: {peak:,.0f} MiB held at most, {taken:.1f} s")
    ours = found[0]
    slow = any(one.total < MIN_RATIO * ours[0].total for one, _ in found if one.name == "datasketch")
    if given.check and (ours[1].overall < MIN_RECALL or ours[1].precision < 1 or slow):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
