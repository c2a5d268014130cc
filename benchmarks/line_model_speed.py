"""Time the line model's trees and network in numpy beside the libraries they were made by, on one core.

usage: line_model_speed.py [--lines N] [--rounds N]

A model of the shipped one's shape learns a little from the written pages: its time doesn't depend on what it learned.
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
from benchmarks import network_training  # noqa: E402
from benchmarks.train_line_model import WRITTEN  # noqa: E402
from benchmarks.training_lines import TrainingLines, lay_out, written_examples  # noqa: E402
from flows.cleaning.features import FEATURES, INPUTS, ROLE_NUMBERS, network_inputs  # noqa: E402


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
        "numpy, what copydesk does": lambda: trees.log_odds(some),
        "catboost on an array": lambda: classifier.predict_proba(by_line, thread_count=1),
        "catboost on a pool": lambda: classifier.predict_proba(Pool(by_line), thread_count=1),
    }
    print(f"{training.TREES} trees of depth {training.DEPTH}, {given.lines:,} lines, one core")
    for name, call in ways.items():
        print(f"{name:<28} {least(call, given.rounds) / given.lines * 1e6:6.2f} us a line")
    time_network(data, rows, given.rounds)


def time_network(data: TrainingLines, rows: training.Floats, rounds: int) -> None:
    """Print what a network takes for a line, in numpy and by the library."""
    inputs = rows[[FEATURES.index(name) for name in INPUTS]]
    told, weight = network_inputs(inputs), np.ones(len(data.article))
    learned = network_training.learn(
        told, data.article, weight, data.document, as_they_are=len(ROLE_NUMBERS), seed=1, rounds=1
    )
    network, library = (
        network_training.in_whole_numbers(learned),
        network_training.by_library(learned, told, data.document),
    )
    library()  # compiles it
    print(f"{network_training.UNITS} units over {len(told)} inputs, {len(data.article):,} lines, one core")
    for name, call in {
        "numpy, what copydesk does": lambda: network.log_odds(network_inputs(inputs), data.document),
        "jax": library,
    }.items():
        print(f"{name:<28} {least(call, rounds) / len(data.article) * 1e6:6.2f} us a line")


if __name__ == "__main__":
    main()
