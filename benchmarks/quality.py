"""Measure how well articles come out of pages whose text is known: precision, recall, F1 over 4-word shingles.

usage: quality.py --gold FILE [--field scraped_text|extracted_text|html ...] [--min-pages N] [--folds K] [--worst N]

FILE holds JSON lines (.gz too): id, site, url, gold_text, and the fields that may be cleaned. What is cleaned gets
the address and the site alone, never what else the set knows of a page. All pages are one batch, as
`copydesk clean` would clean them.
"""

import argparse
import gzip
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.measure import Quality, Score, quality, score, shingles  # noqa: E402
from flows.batch import Options, clean_records  # noqa: E402
from flows.settings import load_settings  # noqa: E402

FIELDS = ("scraped_text", "extracted_text", "html")
HEADLINE_CHARS = 200
"""A longer first line of a gold text is a paragraph."""
SHOWN_LINES, SHOWN_CHARS = 3, 110
Records = Sequence[dict[str, Any]]
TitleMode = Literal["auto", "always", "never"]


@dataclass(frozen=True)
class Predicted:
    """What cleaning made of a page."""

    title: str
    text: str


@dataclass(frozen=True)
class Judged:
    """A page, what is held against its gold text, and how it does."""

    record: dict[str, Any]
    text: str
    score: Score


def read_gold(path: Path, *, min_pages: int = 1) -> list[dict[str, Any]]:
    """Return the pages of the sites that have at least `min_pages`."""
    opener = gzip.open if path.suffix == ".gz" else Path.open
    with opener(path, "rb") as lines:
        records = [orjson.loads(line) for line in lines if line.strip()]
    pages = Counter(record["site"] for record in records)
    return [record for record in records if pages[record["site"]] >= min_pages]


def predict(records: Records, field: str, model: Path | None = None) -> dict[str, Predicted]:
    """Clean a field of the pages; return what came of each by its id. `model` None is the one that ships."""
    name = "html" if field == "html" else "text"
    given = [{"id": str(r["id"]), "url": r.get("url"), "site": r["site"], name: r[field]} for r in records]
    cleaned = clean_records(
        given, settings=load_settings(line_model=model), options=Options(documents=max(1, len(given)))
    )
    return {record["id"]: Predicted(record["title"] or "", record["text"]) for record in cleaned}


def predict_by_folds(records: Records, fields: Sequence[str], folds: int) -> dict[str, dict[str, Predicted]]:
    """Clean every page with a model trained on the pages of other publishers; return what came of each by field and id."""
    from benchmarks.line_model_training import fold_of, save, train
    from benchmarks.train_line_model import training_lines

    data = training_lines(records)
    publishers = [example.publisher for example in data.examples]
    fold, own = fold_of(publishers, folds), fold_of([record["site"] for record in records], folds)
    predicted: dict[str, dict[str, Predicted]] = {field: {} for field in fields}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(folds):
            path = Path(folder) / f"fold-{number}.npz"
            save(train(data, fold != number), path)
            held_out = [record for record, of in zip(records, own.tolist(), strict=True) if of == number]
            for field in fields:
                predicted[field] |= predict(held_out, field, path)
            print(f"fold {number + 1} of {folds}", file=sys.stderr)
    return predicted


def counts_titles(records: Records) -> bool:
    """Tell whether the gold texts of a set begin with the headline: most of their first lines look like one."""
    return sum(map(_begins_with_headline, records)) > len(records) / 2


def _begins_with_headline(record: dict[str, Any]) -> bool:
    first = record["gold_text"].strip().partition("\n")[0].strip()
    if record.get("title"):
        return _key(first) == _key(record["title"])
    return len(first) <= HEADLINE_CHARS and not first.endswith((".", ":", ",", ";"))


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def judge(records: Records, predicted: dict[str, Predicted], *, titles: bool) -> list[Judged]:
    """Hold every page's prediction against its gold text, the headline before it where titles count."""
    judged = []
    for record in records:
        found = predicted.get(str(record["id"]), Predicted("", ""))
        text = f"{found.title}\n{found.text}" if titles else found.text
        judged.append(Judged(record, text, score(record["gold_text"], text)))
    return judged


def print_quality(name: str, found: Quality) -> None:
    """Print one line of figures."""
    told = f"n {found.n:>5}  precision {found.precision:.4f}  recall {found.recall:.4f}  f1 {found.f1:.4f}"
    print(f"{name:<32} {told}")


def print_worst(judged: Iterable[Judged], count: int) -> None:
    """Print the pages that came out worst, each with lines that were lost and lines that were kept wrongly."""
    for one in sorted(judged, key=lambda one: one.score.f1)[:count]:
        told = f"precision {one.score.precision or 0:.3f}  recall {one.score.recall or 0:.3f}  f1 {one.score.f1:.3f}"
        print(f"\n{one.record['id']}  {one.record['site']}  {told}")
        for mark, lines in (
            ("lost ", lines_without(one.record["gold_text"], one.text)),
            ("wrong", lines_without(one.text, one.record["gold_text"])),
        ):
            for line in lines[:SHOWN_LINES]:
                print(f"  {mark} {line[:SHOWN_CHARS]}{'…' if len(line) > SHOWN_CHARS else ''}")
            if len(lines) > SHOWN_LINES:
                print(f"  {mark} and {len(lines) - SHOWN_LINES} more lines")


def lines_without(text: str, other: str) -> list[str]:
    """Return the lines of a text of which less than half stands in the other, the longest first."""
    there = shingles(other)
    lines = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        own = shingles(line)
        if own and (own & there).total() < own.total() / 2:
            lines.append(line)
    return sorted(lines, key=len, reverse=True)


def write_predictions(path: Path, judged: Iterable[Judged]) -> None:
    """Write the texts that were held against the gold texts."""
    with path.open("wb") as file:
        for one in judged:
            told = {"id": one.record["id"], "site": one.record["site"], "text": one.text}
            file.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--field", choices=FIELDS, default=[FIELDS[0]], nargs="+")
    parser.add_argument(
        "--folds",
        type=int,
        default=0,
        metavar="K",
        help="train K models, each page cleaned by one that never saw its site",
    )
    parser.add_argument("--min-pages", type=int, default=1, help="sites with fewer are left out")
    parser.add_argument("--title", choices=("auto", "always", "never"), default="auto", help="count the headline")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N pages that come out worst")
    parser.add_argument("--predictions", type=Path, metavar="FILE", help="write what was predicted to FILE")
    given = parser.parse_args()
    records = read_gold(given.gold, min_pages=given.min_pages)
    titles = given.title == "always" or (given.title == "auto" and counts_titles(records))
    predicted = (
        predict_by_folds(records, given.field, given.folds)
        if given.folds
        else {field: predict(records, field) for field in given.field}
    )
    for field in given.field:
        judged = judge(records, predicted[field], titles=titles)
        told = f"{given.gold.name.split('.')[0]} {field}{' + title' if titles else ''}"
        print_quality(told + (f", {given.folds} folds" if given.folds else ""), quality(one.score for one in judged))
        print_worst(judged, given.worst)
        if given.predictions:
            several = f"{given.predictions.stem}-{field}" if len(given.field) > 1 else given.predictions.stem
            write_predictions(given.predictions.with_stem(several), judged)


if __name__ == "__main__":
    main()
