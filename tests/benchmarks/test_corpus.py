"""The benchmark's corpus says the truth about itself."""

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import py3langid
import pytest

SOURCE = Path(__file__).parents[2] / "benchmarks" / "corpus.py"
DOCUMENTS = 1500


@pytest.fixture(scope="module")
def corpus() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["corpus"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(corpus: ModuleType) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return list(corpus.records(corpus.new_corpus(7, 12), DOCUMENTS))


def test_the_same_seed_gives_the_same_bytes_and_another_others(corpus: ModuleType, tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        corpus.write(tmp_path / f"{name}.jsonl", documents=60, seed=seed, sites=6)
    a, b, c = ((tmp_path / f"{name}.jsonl").read_bytes() for name in "abc")
    assert a == b != c
    assert (tmp_path / "a.truth.jsonl").read_bytes() == (tmp_path / "b.truth.jsonl").read_bytes()


def test_the_folder_of_texts_holds_the_same_pages(corpus: ModuleType, tmp_path: Path) -> None:
    corpus.write(tmp_path / "a.jsonl", documents=30, seed=7, sites=6)
    corpus.write(tmp_path / "pages", documents=30, seed=7, sites=6, as_text=True)
    texts = {json.loads(line)["text"] for line in (tmp_path / "a.jsonl").read_text().splitlines()}
    assert {path.read_text() for path in (tmp_path / "pages").rglob("*.txt")} == texts


def test_the_truth_points_at_lines_of_the_page(made: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    for record, truth in made:
        lines = record["text"].split("\n")
        assert lines[truth["title_line"] - 1] == record["title"]
        assert all(lines[number - 1].endswith(".") for number in truth["body"])
        assert len(truth["body"]) >= 8


def test_pages_have_about_forty_lines(made: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    sizes = [record["text"].count("\n") + 1 for record, _ in made]
    assert 37 <= sum(sizes) / len(sizes) <= 43


def test_kinds_come_in_their_shares(corpus: ModuleType, made: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    kinds = Counter(truth["kind"] for _, truth in made)
    for kind, share in corpus.SHARES.items():
        assert kinds[kind] / DOCUMENTS == pytest.approx(share, abs=0.02)


def test_the_similarity_told_is_that_of_the_texts(
    corpus: ModuleType, made: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    def body(number: int) -> list[str]:
        record, truth = made[number]
        lines = record["text"].split("\n")
        return [lines[place - 1] for place in truth["body"]]

    near = [truth for _, truth in made if truth["kind"] == "near"]
    assert near
    for truth in near:
        a, b = corpus.shingles(body(truth["of"])), corpus.shingles(body(truth["id"]))
        assert truth["similarity"] == pytest.approx(len(a & b) / len(a | b), abs=1e-4)
        assert 0.5 < truth["similarity"] < 1


def test_languages_can_be_told(made: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    told = [(record["language"], record["text"]) for record, _ in made if "language" in record]
    right = sum(py3langid.classify(text.split("\n")[13][:300])[0] == language for language, text in told)
    assert right / len(told) > 0.9
