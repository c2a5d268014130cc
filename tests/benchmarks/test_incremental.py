"""The benchmark of incremental runs: what it delivers, and how it tells what it saw."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def incremental() -> Any:
    spec = importlib.util.spec_from_file_location("incremental", BENCHMARKS / "incremental.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["incremental"] = module
    spec.loader.exec_module(module)
    return module


def records(paths: list[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def test_raw_files_come_in_the_order_of_time_and_hold_every_document(incremental: Any, tmp_path: Path) -> None:
    paths = incremental.make(tmp_path, documents=200, days=300, sites=3)
    made = records(paths)
    moments = [record["fetched_at"] for record in made]
    assert len(paths) == incremental.FILES
    assert len(made) == 200
    assert moments == sorted(moments)
    assert moments[0][:7] == "2025-02"
    assert moments[-1][:7] == "2025-11"


def test_what_is_set_apart_is_one_site_s_latest_and_nothing_is_lost(incremental: Any, tmp_path: Path) -> None:
    paths = incremental.make(tmp_path / "all", documents=400, days=300, sites=3)
    chosen = incremental.of_one_site(paths, documents=400)
    parts = incremental.set_apart(paths, tmp_path / "parts", chosen)
    apart = records(parts[-1:])
    assert len(apart) == 4
    assert {record["url"].split("/")[2] for record in apart} == {"www.site001.example"}
    assert sorted(record["id"] for record in records(parts)) == sorted(record["id"] for record in records(paths))


def test_the_figures_are_told_as_a_table_and_as_a_picture(incremental: Any) -> None:
    seconds = {"1": 2.0, "1, mean": 1.6, "10": 8.0, "50": 40.0, "100": 80.0, "1 of one site": 1.0, "1 at random": 60.0}
    shares = {name: value / 80 for name, value in seconds.items()}
    dense = {"days": 730, "seconds": {"1": 4.0, "1, mean": 3.0}, "share": {"1": 0.08, "1, mean": 0.06}}
    result = {"documents": 1000, "days": 1826, "seconds": seconds, "share": shares, "dense": dense}
    assert "| 1 %, the latest of all sites | 2.0 | 2.5% |" in incremental.table(result)
    assert "| 1 %, mean of the latest four | 1.6 | 2.0% |" in incremental.table(result)
    assert "| 1 %, the latest, of 730 days instead | 4.0 | 8.0% |" in incremental.table(result)
    drawn = ElementTree.fromstring(incremental.picture(result))
    assert "2.5 %" in "".join(drawn.itertext())
