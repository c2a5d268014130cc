"""Time the whole of cleaning on plain text beside jusText on the same lines: documents a second on one core.

usage: clean_speed.py [--documents N] [--justext N] [--seed N] [--profile] [--check]

Both run in this process, pinned to one core, Arrow held to one thread, after a first small batch that loads rules
and models. copydesk gets records with an id, an address and a text of some 40 lines, and gives dictionaries with
title, text and language: reading (checks, repairs, dates, sites) and cleaning; or (`all_fields`) with authors, dates,
teasers and all else that is known of an article. jusText gets the same lines as paragraphs of an HTML page, as it reads
nothing else; it takes no notice of other pages, so some hundred do.
"""

import argparse
import cProfile
import html
import os
import pickle
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

import justext  # noqa: E402
import pyarrow as pa  # noqa: E402

from benchmarks import corpus  # noqa: E402
from flows.batch import DEFAULT_FIELDS, FULL_FIELDS, Options, clean_records  # noqa: E402
from flows.settings import load_settings  # noqa: E402

MIN_PER_SECOND, MIN_RATIO = 2500, 10
WARM_UP = 50
ROUNDS = 3
Records = list[dict[str, Any]]


def pages(documents: int, seed: int) -> Records:
    """Return the records of a corpus, with nothing told of them but id and address."""
    made = corpus.records(corpus.new_corpus(seed, sites=40), documents)
    return [{name: record[name] for name in ("id", "url", "text")} for record, _ in made]


def one_core() -> None:
    """Keep this process on one core and Arrow on one thread."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def seconds(*works: tuple[Callable[[Any], object], Any], rounds: int = 1) -> list[float]:
    """Return the processor time that each work takes with a copy of its own, the least of some rounds in turns.

    Processor time, and the least: what else the machine does slows the one as the other, and counts for neither. A copy
    of its own: Python leaves in a text what was made of it, and the next round would find it there.
    """
    least = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, (work, given) in enumerate(works):
            copied = pickle.loads(pickle.dumps(given))
            began = time.process_time()
            work(copied)
            least[place] = min(least[place], time.process_time() - began)
    return least


def clean(records: Records, fields: tuple[str, ...] = DEFAULT_FIELDS) -> int:
    """Clean all records as one batch."""
    options = Options(documents=len(records), fields=fields)
    return sum(1 for _ in clean_records(records, settings=load_settings(), options=options))


def clean_in_full(records: Records) -> int:
    """Do so, and tell all that is known of each article."""
    return clean(records, FULL_FIELDS)


def as_html(record: dict[str, Any]) -> bytes:
    """Return the lines of a text as paragraphs of a page."""
    lines = "".join(f"<p>{html.escape(line)}</p>\n" for line in record["text"].split("\n"))
    return f'<html><head><meta charset="utf-8"></head><body>{lines}</body></html>'.encode()


def clean_with_justext(given: list[bytes]) -> int:
    """Let jusText tell the paragraphs of all pages apart."""
    words = justext.get_stoplist("English")
    return sum(len(justext.justext(page, words)) for page in given)


def measure(documents: int, justext_documents: int, seed: int) -> dict[str, float]:
    """Return the figures."""
    records = pages(documents, seed)
    as_pages = [as_html(record) for record in records[:justext_documents]]
    (loading,) = seconds((clean, records[:WARM_UP]))
    clean_with_justext(as_pages[:WARM_UP])
    ours, full, theirs = seconds(
        (clean, records),
        (clean_in_full, records),
        (clean_with_justext, as_pages),
        rounds=ROUNDS,
    )
    return {
        "lines_per_document": sum(record["text"].count("\n") + 1 for record in records) / len(records),
        "first_batch_seconds": loading,
        "copydesk_per_second": documents / ours,
        "all_fields_per_second": documents / full,
        "justext_per_second": len(as_pages) / theirs,
        "ratio": documents / ours / len(as_pages) * theirs,
    }


def print_profile(documents: int, seed: int) -> None:
    """Print where the time goes."""
    records = pages(documents, seed)
    clean(records[:WARM_UP])
    profile = cProfile.Profile()
    profile.runcall(clean, records)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--justext", type=int, default=300, help="pages that jusText gets")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--profile", action="store_true", help="show where the time goes instead")
    parser.add_argument(
        "--check", action="store_true", help=f"exit 1 below {MIN_PER_SECOND} documents/s or {MIN_RATIO} times jusText"
    )
    given = parser.parse_args()
    one_core()
    if given.profile:
        print_profile(given.documents, given.seed)
        return
    figures = measure(given.documents, given.justext, given.seed)
    for name, value in figures.items():
        print(f"{name:<24} {value:,.1f}")
    if given.check and (figures["copydesk_per_second"] < MIN_PER_SECOND or figures["ratio"] < MIN_RATIO):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
