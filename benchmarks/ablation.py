"""Take cleaning apart: how far rules, repetition and the line model come alone, and all together.

usage: ablation.py --gold FILE [--field scraped_text|extracted_text|html] [--min-pages N] [--folds K]

All pages are one batch, as `copydesk clean` would clean them. --folds as in quality.py: for a set that the model learned from.
"""

import argparse
import itertools
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.line_model_training import fold_of, train  # noqa: E402
from benchmarks.measure import quality, score  # noqa: E402
from benchmarks.quality import FIELDS, Records, counts_titles, print_quality, read_gold  # noqa: E402
from benchmarks.train_line_model import training_lines  # noqa: E402
from benchmarks.training_lines import Example, gold_examples  # noqa: E402
from flows.cleaning.choice import choose_rules  # noqa: E402
from flows.cleaning.decide import addresses_of, choose_lines, decide  # noqa: E402
from flows.cleaning.ground import Ground, Pages, lay_ground  # noqa: E402
from flows.cleaning.line_model import LineModel, load_line_model  # noqa: E402
from flows.settings import load_settings  # noqa: E402
from flows.sites import load_profiles  # noqa: E402
from flows.sites.overrides import Overrides  # noqa: E402
from schemas import DOCUMENTS  # noqa: E402

Bools = npt.NDArray[np.bool_]
PARTS = (
    "all lines",
    "repetition alone",
    "rules alone",
    "rules and repetition",
    "rules, repetition, prose run",
    "line model alone",
    "line model and rules",
    "line model and repetition",
    "all",
)


def lay_pages(examples: Sequence[Example]) -> Pages:
    """Return the pages of a batch, each of its publisher's site."""
    sites = sorted({example.publisher for example in examples})
    number = {site: place for place, site in enumerate(sites)}
    return Pages(
        texts=pa.array([example.text for example in examples], pa.string()),
        titles=pa.nulls(len(examples), pa.string()),
        sites=sites,
        site=np.array([number[example.publisher] for example in examples], dtype=np.int64),
        url=np.arange(len(examples), dtype=np.int64),
        fetched=np.zeros(len(examples), dtype=np.int64),
        urls=[example.url for example in examples],
        markup=pa.array([example.markup for example in examples], DOCUMENTS.schema.field("markup").type),
    )


def kept_by_parts(pages: Pages, model: LineModel) -> dict[str, tuple[Ground, Bools]]:
    """Return what each part of cleaning keeps of the lines, and under which ground."""
    rules = choose_rules(load_profiles(), pages.sites, site=pages.site, fetched=pages.fetched)
    ground = lay_ground(pages, rules, load_settings(), Overrides({}))
    lines, nothing = ground.lines, np.zeros(len(ground.lines), dtype=bool)
    entry = np.arange(len(lines))
    run = (entry >= ground.first[lines.document]) & (entry < ground.last[lines.document])
    no_rules = replace(ground, ruled=nothing, known=nothing)
    no_repetition = replace(ground, template=nothing, anchor=nothing)
    bare = replace(no_rules, template=nothing, anchor=nothing)
    kept = {
        "all lines": ~nothing,
        "repetition alone": ~ground.template,
        "rules alone": ~ground.known,
        "rules and repetition": ~(ground.known | ground.template),
        "rules, repetition, prose run": run & ~(ground.known | ground.template),
        "line model alone": _by_model(bare, pages, model),
        "line model and rules": _by_model(no_repetition, pages, model),
        "line model and repetition": _by_model(no_rules, pages, model),
    }
    decisions = decide(pages, rules, load_settings(), Overrides({}), model=model)
    title = decisions.title[decisions.title >= 0]
    for marks in kept.values():
        marks[title] = False
    all_kept = decisions.kept.copy()
    all_kept[title] = False
    return {name: (ground, marks) for name, marks in (*kept.items(), ("all", all_kept))}


def _by_model(ground: Ground, pages: Pages, model: LineModel) -> Bools:
    return choose_lines(ground, addresses_of(ground, pages), model)[0]


def texts_of(ground: Ground, marks: Bools) -> list[str]:
    """Return the marked lines of each document, joined."""
    lines = ground.lines
    distinct = lines.distinct.to_pylist()
    bounds = lines.starts.tolist()
    return [
        "\n".join(distinct[lines.code[entry]] for entry in range(start, stop) if marks[entry])
        for start, stop in itertools.pairwise(bounds)
    ]


def models_for(records: Records, folds: int) -> list[tuple[Records, LineModel]]:
    """Return the pages with the model that cleans them: the one that ships, or one that never saw their publishers."""
    if not folds:
        return [(records, load_line_model())]
    data = training_lines(records)
    fold = fold_of([example.publisher for example in data.examples], folds)
    own = fold_of([record["site"] for record in records], folds).tolist()
    return [
        (
            [record for record, of in zip(records, own, strict=True) if of == number],
            train(data, fold != number),
        )
        for number in range(folds)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--field", choices=FIELDS, default=FIELDS[0])
    parser.add_argument("--min-pages", type=int, default=1)
    parser.add_argument("--folds", type=int, default=0, metavar="K")
    given = parser.parse_args()
    records = read_gold(given.gold, min_pages=given.min_pages)
    titles = counts_titles(records)
    scores: dict[str, list[object]] = {name: [] for name in PARTS}
    for some, model in models_for(records, given.folds):
        filled = [record for record in some if (record[given.field] or "").strip()]
        found = kept_by_parts(lay_pages(gold_examples(filled, [given.field])), model)
        for name, (ground, marks) in found.items():
            for record, text in zip(filled, texts_of(ground, marks), strict=True):
                scores[name].append(score(record["gold_text"], text))
    print(f"{given.gold.name.split('.')[0]} {given.field}{', headlines not counted' if titles else ''}")
    for name, judged in scores.items():
        print_quality(name, quality(judged))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
