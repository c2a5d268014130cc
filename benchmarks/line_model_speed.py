"""Time the line model in numpy beside the library it was made by, on one core.

usage: line_model_speed.py [--rounds N]

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

from benchmarks import line_model_training as training  # noqa: E402
from benchmarks import network_training  # noqa: E402
from benchmarks.train_line_model import WRITTEN  # noqa: E402
from benchmarks.training_lines import lay_out, written_examples  # noqa: E402
from flows.cleaning.network import Networks  # noqa: E402


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
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    data = lay_out(written_examples(WRITTEN))
    rows = training.rows_of(data, np.zeros(training.BUCKETS, dtype=np.float32), None)
    intervals = network_training.find_intervals(rows)
    steps, weight = intervals.steps(rows).astype(np.uint8), np.ones(len(data.article))
    learned = [
        network_training.learn(steps, intervals.input, data.article, weight, data.document, seed=number, rounds=1)
        for number in range(training.NETWORKS)
    ]
    networks = Networks(intervals, [network_training.in_whole_numbers(weights) for weights in learned])
    library = [network_training.by_library(weights, steps, data.document) for weights in learned]
    ways = {
        "numpy, what copydesk does": lambda: networks.log_odds(rows, data.document),
        "numpy, intervals alone": lambda: intervals.steps(rows),
        "jax, without intervals": lambda: [call() for call in library],
    }
    ways["jax, without intervals"]()  # compiles it
    lines = len(data.article)
    print(
        f"{training.NETWORKS} networks of {network_training.UNITS} units, {len(steps)} intervals, {lines:,} lines, one core"
    )
    for name, call in ways.items():
        print(f"{name:<28} {least(call, given.rounds) / lines * 1e6:6.2f} us a line")


if __name__ == "__main__":
    main()
