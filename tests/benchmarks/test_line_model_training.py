"""Training the line model: the same pages give the same weights, which say in numpy what the library says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import line_model_training as training
from benchmarks.training_lines import TrainingLines, lay_out, written_examples
from flows.cleaning.features import FEATURES, INPUTS, ROLE_NUMBERS, network_inputs
from flows.cleaning.line_model import load_line_model

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


def test_weights_are_the_same_bytes_each_time_and_with_any_number_of_threads(
    data: TrainingLines, tmp_path: Path, monkeypatch: Any
) -> None:
    pytest.importorskip("catboost", reason="comes with copydesk[bench]")
    pytest.importorskip("optax", reason="comes with copydesk[bench]")
    monkeypatch.setattr(training, "TREES", 5)
    monkeypatch.setattr("benchmarks.network_training.ROUNDS", 2)
    everyone = np.ones(len(data.examples), dtype=bool)
    for name, threads in (("one", 1), ("two", 2)):
        training.save(training.train(data, everyone, threads=threads), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert load_line_model(tmp_path / "one").trees.feature.shape == (5, training.DEPTH)


def test_trees_say_in_numpy_what_the_library_says(data: TrainingLines, monkeypatch: Any) -> None:
    catboost = pytest.importorskip("catboost", reason="comes with copydesk[bench]")
    rows = training.rows_of(data, np.zeros(training.BUCKETS, dtype=np.float32), None)
    classifier = catboost.CatBoostClassifier(
        iterations=20, depth=training.DEPTH, random_seed=1, thread_count=1, verbose=0, allow_writing_files=False
    )
    classifier.fit(rows.T, data.article.astype(int))
    ours = 1 / (1 + np.exp(-training._as_trees(classifier).log_odds(rows)))
    assert ours == pytest.approx(classifier.predict_proba(rows.T)[:, 1], abs=1e-5)


def test_the_network_learns_and_says_in_whole_numbers_what_the_library_says(data: TrainingLines) -> None:
    pytest.importorskip("optax", reason="comes with copydesk[bench]")
    from benchmarks import network_training

    rows = training.rows_of(data, np.zeros(training.BUCKETS, dtype=np.float32), None)
    inputs = network_inputs(rows[[FEATURES.index(name) for name in INPUTS]])
    weight, lists = np.ones(len(data.article)), len(ROLE_NUMBERS)
    learned = network_training.learn(inputs, data.article, weight, data.document, as_they_are=lists, seed=1, rounds=40)
    ours = network_training.in_whole_numbers(learned).log_odds(inputs.copy(), data.document)
    library = network_training.by_library(learned, inputs, data.document)()
    assert np.abs(library).mean() > 1
    assert ours == pytest.approx(library, abs=0.2)
    assert ours[data.article].mean() > ours[~data.article].mean() + 2
