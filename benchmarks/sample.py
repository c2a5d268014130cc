"""Ingest a folder with a real scrape and its expected.json, and compare everything the file names.

usage: sample.py --sample DIR
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from flows.settings import load_settings  # noqa: E402
from flows.stages import ingest  # noqa: E402
from flows.warehouse.views import connect  # noqa: E402

ARTICLE = ("site", "language", "title", "published_at", "lead", "body", "reading_minutes", "agencies")


def found(folder: Path) -> dict[str, Any]:
    """Ingest the texts of a folder and return what came of the one document, in the shape of expected.json."""
    with tempfile.TemporaryDirectory() as scratch:
        raw, processed = Path(scratch) / "raw", Path(scratch) / "processed"
        raw.mkdir()
        for path in folder.glob("*.txt"):
            (raw / path.name).write_bytes(path.read_bytes())
        ingest(load_settings(raw=raw, processed=processed, engine="inline"))
        tables = connect(processed)

        def rows(query: str) -> list[dict[str, Any]]:
            answer: list[dict[str, Any]] = tables.sql(query).to_arrow_table().to_pylist()
            return answer

        (article,) = rows("FROM articles")
        removed = rows("FROM removed_lines ORDER BY line_no, start")
        return {
            **{name: article[name] for name in ARTICLE},
            "translations": [
                {name: one[name] for name in ("language", "label", "title")} for one in article["translations"]
            ],
            "body_lines": [one["line_no"] for one in article["paragraphs"] if one["role"] != "title"],
            "heading_lines": [one["line_no"] for one in article["paragraphs"] if one["role"] == "heading"],
            "related": rows("SELECT position, kind, title, summary FROM related ORDER BY position"),
            "removed_lines": [one["line_no"] for one in removed if one["start"] is None],
            "removed_spans": [
                {"line": one["line_no"], "text": one["text"]} for one in removed if one["start"] is not None
            ],
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=Path, required=True)
    given = parser.parse_args()
    expected = json.loads((given.sample / "expected.json").read_text(encoding="utf-8"))
    got = found(given.sample)
    wrong = [name for name, value in expected.items() if got.get(name) != value]
    for name in expected:
        print(f"{name:<16} {'differs' if name in wrong else 'as expected'}")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
