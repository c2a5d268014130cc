"""The measure, computed by hand, and the benchmark around it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import quality as benchmark
from benchmarks.measure import Score, quality, score, shingles
from benchmarks.quality import Predicted, counts_titles, judge, lines_without, predict, read_gold
from tests.conftest import STORIES, page


def test_a_shingle_is_four_words_in_a_row() -> None:
    assert shingles("The ferry leaves at seven.") == {("The", "ferry", "leaves", "at"): 1, ("ferry", "leaves", "at", "seven"): 1}  # fmt: skip


@pytest.mark.parametrize(("text", "bags"), [("", 0), ("…!", 0), ("one", 1), ("one two three", 1), ("a b c d", 1)])
def test_a_text_of_fewer_words_is_one_shingle_and_one_without_words_none(text: str, bags: int) -> None:
    assert shingles(text).total() == bags


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ("a b c d", "a b c d", Score(1.0, 1.0)),
        ("a b c d e", "a b c d", Score(1.0, 0.5)),
        ("a b c d", "a b c d e f", Score(1 / 3, 1.0)),
        ("a b c d", "w x y z", Score(0.0, 0.0)),
        ("a b c d", "", Score(None, 0.0)),
        ("", "a b c d", Score(0.0, None)),
        ("x x x x x x", "x x x x x", Score(1.0, 2 / 3)),  # three times the same shingle, and twice
        ("a-b, c (d)", "a b\nc d", Score(1.0, 1.0)),
    ],
)
def test_precision_and_recall_are_counted_over_bags_of_shingles(gold: str, predicted: str, expected: Score) -> None:
    assert score(gold, predicted) == expected


def test_each_mean_is_over_the_documents_that_have_it_and_f1_is_of_the_means() -> None:
    found = quality([Score(1.0, 0.5), Score(0.5, 1.0), Score(None, 0.0), Score(0.0, None)])
    assert (found.n, found.precision, found.recall) == (4, 0.5, 0.5)
    assert quality([Score(1.0, 0.5)]).f1 == pytest.approx(2 / 3)
    assert (quality([]).f1, Score(None, 0.0).f1) == (0.0, 0.0)


def record(story: str, **more: Any) -> dict[str, Any]:
    site = "courier.example"
    gold = "\n".join(STORIES[story][1:])
    return {"id": story, "site": site, "url": f"https://{site}/{story}", "scraped_text": page(story), "gold_text": gold, **more}  # fmt: skip


def test_sites_with_fewer_pages_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl.gz"
    records = [*map(record, STORIES), {**record("ferry"), "id": "lone", "site": "lone.example"}]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode(), mtime=0))
    assert [r["id"] for r in read_gold(path, min_pages=2)] == list(STORIES)
    assert len(read_gold(path)) == len(STORIES) + 1


def test_what_is_cleaned_knows_nothing_of_the_gold_facts() -> None:
    records = [record(story, title="Never seen on the page", authors=["Nobody"]) for story in STORIES]
    found = predict(records, "scraped_text")
    assert found["ferry"] == Predicted(STORIES["ferry"][0], "\n\n".join(STORIES["ferry"][1:]))


def test_titles_count_where_gold_texts_begin_with_the_headline() -> None:
    bare = list(map(record, STORIES))
    headed = [{**r, "gold_text": f"{STORIES[r['id']][0]}\n{r['gold_text']}"} for r in bare]
    titled = [{**r, "title": STORIES[r["id"]][0]} for r in headed]
    assert [counts_titles(records) for records in (bare, headed, titled)] == [False, True, True]
    assert not counts_titles([{**r, "title": "Another"} for r in headed])
    predicted = predict(headed, "scraped_text")
    assert quality(one.score for one in judge(headed, predicted, titles=True)).f1 == 1.0
    assert quality(one.score for one in judge(headed, predicted, titles=False)).recall < 1.0


def test_a_page_that_is_missing_counts_as_empty() -> None:
    (judged,) = judge([record("ferry")], {}, titles=False)
    assert judged.score == Score(None, 0.0)


def test_lost_lines_are_those_of_which_less_than_half_is_there() -> None:
    text = "The first line of the text stays here\nThe second goes\nThe third line is a little longer"
    assert lines_without(text, "The first line of the text stays") == ["The third line is a little longer", "The second goes"]  # fmt: skip


def test_the_command_prints_figures_and_the_worst_and_writes_what_it_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gold, predictions = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    records = [*map(record, STORIES), {**record("ferry"), "id": "wrong", "gold_text": "Quite another text than this"}]
    gold.write_text("\n".join(map(json.dumps, records)))
    arguments = ["quality.py", "--gold", gold, "--worst", "1", "--predictions", predictions]
    monkeypatch.setattr("sys.argv", list(map(str, arguments)))
    benchmark.main()
    shown = capsys.readouterr().out
    assert shown.splitlines()[0].split()[:4] == ["gold", "scraped_text", "n", "5"]
    assert "wrong  courier.example  precision 0.000" in shown
    assert "lost  Quite another text" in shown
    written = [json.loads(line) for line in predictions.read_text().splitlines()]
    assert written[0]["text"] == "\n\n".join(STORIES["ferry"][1:])
