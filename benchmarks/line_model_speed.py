"""Time the line model's trees in numpy beside the library that grew them, on the same lines and one core.

usage: line_model_speed.py [--lines N] [--rounds N]

Trees of the shipped model's shape are grown on the written pages: their time doesn't depend on what they learned.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

import numpy as np  # noqa: E402
from catboost import CatBoostClassifier, Pool  # noqa: E402

from benchmarks import line_model_training as training  # noqa: E402
from benchmarks.train_line_model import WRITTEN  # noqa: E402
from benchmarks.training_lines import lay_out, written_examples  # noqa: E402


def least(call: Callable[[], object], rounds: int) -> float:
    """Return the least processor time of a call, seconds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=16_384)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    data = lay_out(written_examples(WRITTEN))
    rows = training.rows_of(data, np.zeros(training.BUCKETS, dtype=np.float32), None)
    classifier = CatBoostClassifier(
        iterations=training.TREES, depth=training.DEPTH, border_count=training.BORDERS, thread_count=1, random_seed=1,
        verbose=0, allow_writing_files=False,
    )  # fmt: skip
    classifier.fit(rows.T, data.article.astype(np.int8))
    trees = training._as_trees(classifier)
    some = np.ascontiguousarray(
        np.resize(rows, (rows.shape[0], given.lines)) if rows.shape[1] < given.lines else rows[:, : given.lines]
    )
    by_line = np.ascontiguousarray(some.T)
    ways = {
        "numpy, what copydesk does": lambda: trees.score(some),
        "catboost on an array": lambda: classifier.predict_proba(by_line, thread_count=1),
        "catboost on a pool": lambda: classifier.predict_proba(Pool(by_line), thread_count=1),
    }
    print(f"{training.TREES} trees of depth {training.DEPTH}, {given.lines:,} lines, one core")
    for name, call in ways.items():
        print(f"{name:<28} {least(call, given.rounds) / given.lines * 1e6:6.2f} us a line")


if __name__ == "__main__":
    main()
