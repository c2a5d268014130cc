"""Relating: which documents are compared, and which needn't be."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pytest

from flows.settings import load_settings
from flows.stages import ingest
from flows.steps.compare import Bodies

COPIES = 40


def notice(*, changed: int) -> str:
    """A notice of 60 words, some of them another notice's."""
    words = [f"word{number}" if number >= changed else f"other{number}" for number in range(60)]
    return "\n".join(" ".join(words[start : start + 20]).capitalize() + "." for start in (0, 20, 40))


def lay(raw: Path, name: str, *, notices: list[str], first: int) -> None:
    records = [
        {"text": text, "url": f"https://paper{number}.example/{name}", "fetched_at": "2025-03-01"}
        for number, text in enumerate(notices, start=first)
    ]
    (raw / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of pairs of each comparison from now on."""
    counts: list[int] = []
    plain = Bodies.similarities

    def counting(self: Bodies, pairs: np.ndarray[Any, np.dtype[np.int64]]) -> Any:
        counts.append(len(pairs))
        return plain(self, pairs)

    monkeypatch.setattr(Bodies, "similarities", counting)
    return counts


def test_copies_of_two_texts_that_share_boilerplate_cost_no_more_comparisons_than_the_two(
    raw: Path, processed: Path, compared: list[int]
) -> None:
    settings = load_settings(raw=raw, processed=processed, engine="inline", buckets=2)
    for run in range(2):
        texts = [notice(changed=0), notice(changed=8)] * COPIES
        lay(raw, f"run{run}", notices=texts, first=run * len(texts))
        ingest(settings)
        assert sum(compared) < 10
    rows = ds.dataset(processed / "articles", partitioning="hive").to_table().to_pylist()
    assert [row["duplicate_count"] for row in rows] == [2 * COPIES - 1] * 2


def test_a_cluster_that_gets_another_name_has_it_in_the_index_of_every_month(raw: Path, processed: Path) -> None:
    """Three copies: the first is the keeper, the last has the smallest id, and the other one's tables stay as they are."""
    settings = load_settings(raw=raw, processed=processed, engine="inline", buckets=2)
    for month, site in ((1, "fir"), (2, "oak"), (3, "one")):
        record = {"text": notice(changed=0), "url": f"https://{site}.example/a", "fetched_at": f"2025-0{month}-01"}
        (raw / f"{month}.jsonl").write_text(json.dumps(record) + "\n")
        ingest(settings)
    rows = ds.dataset(processed / "_state" / "index", partitioning="hive").sort_by("fetched_at").to_table().to_pylist()
    assert [row["cluster"] for row in rows] == [rows[2]["document_id"]] * 3
    assert [row["outcome"] for row in rows] == ["article", "duplicate", "duplicate"]
