"""Training the line model: the same pages give the same weights, which say in numpy what the library says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import line_model_training as training
from benchmarks.training_lines import TrainingLines, lay_out, written_examples
from flows.cleaning.line_model import load_line_model
from flows.cleaning.network import Networks

WRITTEN = Path(__file__).parents[2] / "benchmarks" / "written_pages"


@pytest.fixture(scope="module")
def data() -> TrainingLines:
    return lay_out(written_examples(WRITTEN)[::8])


def test_all_pages_of_a_publisher_are_in_one_fold() -> None:
    folds = training.fold_of(["a", "b", "a", "c", "b"], 3)
    assert folds[0] == folds[2]
    assert folds[1] == folds[4]
    assert len(set(training.fold_of([str(n) for n in range(100)], 5).tolist())) == 5


def test_the_lexicon_holds_words_that_several_publishers_have(data: TrainingLines) -> None:
    everyone = np.ones(len(data.examples), dtype=bool)
    lexicon = training.learn_lexicon(data, everyone)
    assert np.count_nonzero(lexicon) > 100
    alone = data.publisher == data.publisher[0]
    assert not np.any(training.learn_lexicon(data, alone))


def test_siblings_repeat_furniture_and_hardly_any_article(data: TrainingLines) -> None:
    siblings = training.simulate_siblings(data)
    assert siblings.template[~data.article].mean() > 0.3
    assert siblings.template[data.article].mean() < 0.02
    assert 2 <= siblings.stories.min() <= siblings.stories.max() <= 12
    again = training.simulate_siblings(data)
    assert np.array_equal(siblings.template, again.template)


def test_weights_are_the_same_bytes_each_time(data: TrainingLines, tmp_path: Path, monkeypatch: Any) -> None:
    pytest.importorskip("optax", reason="comes with copydesk[bench]")
    monkeypatch.setattr("benchmarks.network_training.ROUNDS", 2)
    monkeypatch.setattr(training, "NETWORKS", 1)
    everyone = np.ones(len(data.examples), dtype=bool)
    for name in ("one", "two"):
        training.save(training.train(data, everyone), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert len(load_line_model(tmp_path / "one").networks.members) == 1


def test_an_inputs_intervals_hold_as_many_lines_each_or_lie_between_its_few_values() -> None:
    pytest.importorskip("optax", reason="comes with copydesk[bench]")
    from benchmarks.network_training import INTERVALS, find_intervals

    many, few = np.random.RandomState(1).exponential(size=6_000), np.resize([-1.0, 2.0, 7.0], 6_000)
    found = find_intervals(np.stack([many, few, np.ones(6_000)]).astype(np.float32))
    assert found.input.tolist() == [0] * INTERVALS + [1] * 2
    assert found.low[-2:].tolist() == [-1, 2]
    assert found.high[-2:].tolist() == [2, 7]
    counts = np.histogram(many, [*found.low[:INTERVALS], found.high[INTERVALS - 1] + 1])[0]
    assert counts == pytest.approx(1_000, abs=2)
    mostly_nothing = np.where(np.arange(6_000) < 5_900, 0, many)
    assert len(find_intervals(mostly_nothing[None].astype(np.float32)).low) >= INTERVALS


def test_the_network_learns_and_says_in_whole_numbers_what_the_library_says(data: TrainingLines) -> None:
    pytest.importorskip("optax", reason="comes with copydesk[bench]")
    from benchmarks import network_training

    rows = training.rows_of(data, np.zeros(training.BUCKETS, dtype=np.float32), None)
    intervals, weight = network_training.find_intervals(rows), np.ones(len(data.article))
    steps = intervals.steps(rows).astype(np.uint8)
    weights = network_training.learn(steps, intervals.input, data.article, weight, data.document, seed=1, rounds=40)
    network = network_training.in_whole_numbers(weights)
    ours = Networks(intervals, [network]).log_odds(rows, data.document)
    library = network_training.by_library(weights, steps, data.document)()
    assert np.abs(library).mean() > 1
    assert ours == pytest.approx(library, abs=0.2)
    assert ours[data.article].mean() > ours[~data.article].mean() + 2
