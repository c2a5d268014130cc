"""Lines to train on: pages whose article is known, laid out as cleaning sees them, each line with what it is."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.marked_pages import read_marked_pages
from flows.cleaning.choice import choose_rules
from flows.cleaning.ground import Ground, Pages, lay_ground
from flows.html import read_page
from flows.settings import load_settings
from flows.sites import load_profiles
from flows.sites.overrides import Overrides
from flows.text import Repairs, normalise
from schemas import DOCUMENTS

WORD = re.compile(r"\w+")
RUN = 4
"""Words in a row that tell a line of the article from one that shares its words."""
SHORT = 6
"""A line of fewer words must be a line of the gold text, or stand in it word by word."""
COVERED = 0.5
"""A line is the article's when so much of it stands in the gold text."""
SPAN_BEFORE, SPAN_AFTER = 2, 6
"""A short line counts so far around the longer lines of the article: a section's name in the navigation may be a heading's
words too."""

DOUBTFUL_WORDS, DOUBTFUL_SHARE = 80, 0.15
"""Where the longest stretch of a page's prose is this long and hardly any of it is in the gold text, the gold text is of
something else (a disclaimer, a summary, a page that was scrambled on purpose): nothing can be learned from it."""

WEB = "web-"
NEWS_WEIGHT, WEB_WEIGHT = 0.3, 0.1
"""What written pages count for beside real ones. They are made of hard cases: at full weight the model learns to distrust the
last paragraphs of plain articles (comments in prose stand there), and loses 47 of the 432 lines of the shipped data; without
them F1 on written pages of other sites is .65 (web) and .83 (news), so .80 and .87, and the same on real pages."""

Labels = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """A page to learn from."""

    publisher: str
    field: str
    text: str
    article: Labels
    """Of each line that isn't blank, whether it is the article."""
    markup: list[dict[str, Any]] | None = None
    weight: float = 1.0
    url: str | None = None
    """None where a page has none, or where it was made up: addresses of written pages are shorter than real ones."""


def gold_examples(records: Iterable[dict[str, Any]], fields: Sequence[str]) -> list[Example]:
    """Return an example per page and field of a gold set."""
    return [_gold_example(record, field) for record in records for field in fields if (record[field] or "").strip()]


def _gold_example(record: dict[str, Any], field: str) -> Example:
    markup = None
    if field == "html":
        page = read_page(record["html"], url=record.get("url"))
        text, markup = page.text, [line.model_dump() for line in page.markup]
    else:
        text = normalise(record[field], Repairs())
    lines = [line for line in text.split("\n") if line]
    return Example(record["site"], field, text, label_lines(lines, record["gold_text"]), markup, url=record.get("url"))


def written_examples(folder: Path) -> list[Example]:
    """Return the pages written for this project."""
    return [
        Example(
            page.site,
            "written",
            page.text,
            np.array([line.is_article for line in page.lines], dtype=bool),
            weight=WEB_WEIGHT if page.site.startswith(WEB) else NEWS_WEIGHT,
        )
        for page in read_marked_pages(folder)
    ]


def label_lines(lines: list[str], gold: str) -> Labels:
    """Tell which lines of a page are the article whose text is `gold`."""
    words = [WORD.findall(line) for line in lines]
    covered = _covered(lines, words, gold)
    flat = f" {_key(gold)} "
    weight = np.array([len(line) if share >= COVERED else 0 for line, share in zip(lines, covered, strict=True)])
    around = np.convolve(weight, np.ones(9), "same")[: len(lines)] if len(lines) > 4 else weight
    places: dict[str, list[int]] = defaultdict(list)
    for place in np.flatnonzero(covered >= COVERED).tolist():
        places[_key(lines[place])].append(place)
    for key, found in places.items():  # a line of the article counts as often as the article has it
        times = max(1, flat.count(f" {key} "))
        for place in sorted(found, key=lambda place: (-around[place], place))[times:]:
            covered[place] = 0
    longer = [place for place in np.flatnonzero(covered >= COVERED).tolist() if len(words[place]) >= SHORT]
    if longer:
        far = [p for p in range(len(lines)) if not longer[0] - SPAN_BEFORE <= p <= longer[-1] + SPAN_AFTER]
        covered[[place for place in far if len(words[place]) < SHORT]] = 0
    result: Labels = covered >= COVERED
    return result


def _covered(lines: list[str], words: list[list[str]], gold: str) -> npt.NDArray[np.float64]:
    """Return the share of each line that stands in the gold text."""
    wanted = WORD.findall(gold)
    runs = set(zip(*(wanted[place:] for place in range(RUN)), strict=False))
    whole = Counter(_key(line) for line in gold.split("\n"))
    flat = f" {_key(gold)} "
    covered = np.zeros(len(lines))
    for place, (line, own) in enumerate(zip(lines, words, strict=True)):
        if len(own) >= SHORT:
            found = [tuple(own[start : start + RUN]) in runs for start in range(len(own) - RUN + 1)]
            covered[place] = sum(found) / len(found)
        elif own:
            covered[place] = whole[_key(line)] > 0 or (len(own) >= 3 and f" {_key(line)} " in flat)
    return covered


def _key(text: str) -> str:
    return " ".join(WORD.findall(text.lower()))


def without_doubtful(examples: list[Example]) -> list[Example]:
    """Leave out the examples whose gold text isn't the text of their page."""
    data = lay_out(examples)
    ground, lines = data.ground, data.ground.lines
    entry = np.arange(len(lines))
    run = (entry >= ground.first[lines.document]) & (entry < ground.last[lines.document])
    words = ground.characters.words_or_halves[lines.code] * (run & ground.shapes.prose[lines.code])
    total = np.bincount(lines.document, weights=words, minlength=lines.documents)
    right = np.bincount(lines.document, weights=words * data.article, minlength=lines.documents)
    doubtful = (total >= DOUBTFUL_WORDS) & (right < DOUBTFUL_SHARE * total)
    return [example for example, leave in zip(examples, doubtful.tolist(), strict=True) if not leave]


@dataclass(frozen=True)
class TrainingLines:
    """The lines of examples, each example a site of its own, as cleaning sees them before the model."""

    examples: list[Example]
    pages: Pages
    ground: Ground
    article: Labels
    publisher: npt.NDArray[np.int64]
    """Per example: its publisher, as a number."""

    @property
    def document(self) -> npt.NDArray[np.int64]:
        """Per line: its example."""
        return self.ground.lines.document


def lay_out(examples: list[Example]) -> TrainingLines:
    """Lay out examples as pages of sites of their own: what repeats is added when features are made."""
    count = len(examples)
    kind = DOCUMENTS.schema.field("markup").type
    pages = Pages(
        texts=pa.array([example.text for example in examples], pa.string()),
        titles=pa.nulls(count, pa.string()),
        sites=[f"{number}.example" for number in range(count)],
        site=np.arange(count, dtype=np.int64),
        url=np.arange(count, dtype=np.int64),
        fetched=np.zeros(count, dtype=np.int64),
        urls=[example.url for example in examples],
        markup=pa.array([example.markup for example in examples], kind),
    )
    rules = choose_rules(load_profiles(), pages.sites, site=pages.site, fetched=pages.fetched)
    ground = lay_ground(pages, rules, load_settings(), Overrides({}))
    names = sorted({example.publisher for example in examples})
    number = {name: place for place, name in enumerate(names)}
    article = np.concatenate([example.article for example in examples]) if examples else np.zeros(0, dtype=bool)
    assert len(article) == len(ground.lines), "a label per line"
    return TrainingLines(
        examples, pages, ground, article, np.array([number[example.publisher] for example in examples], dtype=np.int64)
    )
