"""What the line model looks at: a line's own shape and words, its surroundings, its place, what is known of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flows.cleaning.characters import KINDS, Characters
from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.markup import MARKUP_FEATURES, Markup
from flows.cleaning.shapes import Shapes
from flows.cleaning.surroundings import Surroundings

Floats = npt.NDArray[np.float32]

ROLES = (
    "navigation", "prompt", "share", "footer", "comments", "date", "byline", "caption", "credit", "reading_time",
    "teaser", "translation",
)  # fmt: skip
"""Roles that rules give, in the order in which the model knows them; any other counts as one more."""
LONG_WORD = 5
"""Words of so many letters tell what a text is about; shorter ones stand in any."""
SHORT_WORD = 3
"""Most function words of European languages are this short, and hardly any noun is."""
PROSE_CHARS = 400
"""A wider paragraph counts as this wide: one long line must not outweigh the rest."""
MAX_STORIES = 16
"""Beyond so many stories of a site more of them teach little about its furniture."""
RUN_REACH = 50
"""Lines further from the run of most prose are alike, and so are all lines where there is none."""
_SLOTS = 1 << 12
"""Slots in which a document's long words are counted: a story has some 200 of them."""

OWN = (
    "width", "words", "letters", "digits", "others", "marks", "upper", "lower_words", "short_words", "word_chars",
    "commas", "stops", "stops_per_word", "quotes", "wide", "sentence", "full_stop", "ends_colon", "ends_dots",
    "ends_asking", "first", "lexicon_mean", "lexicon_sum", "lexicon_min", "lexicon_max", "lexicon_first",
)  # fmt: skip
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
NEIGHBOURING = ("width", "prose", "sentence", "removed", "lower_words", "role", "stops", "lexicon_mean", "lexicon_sum")
WINDOWS = ((-3, -1), (1, 3), (-8, -1), (1, 8), (-20, -1), (1, 20))
WINDOWED = ("prose_chars", "short", "removed", "sentence", "lexicon_sum")
PLACE = (
    "known", "template", "role", "prose", "stories", "template_share", "relative", "from_top", "from_end", "lines",
    "prose_before", "prose_total", "prose_density", "in_run", "from_run_first", "from_run_last", "since_prose",
    "until_prose", "times_in_document", "topic", "topic_words", "topic_around",
)  # fmt: skip
FEATURES: tuple[str, ...] = (
    *OWN,
    *(f"{name}{distance:+d}" for name in NEIGHBOURING for distance in NEIGHBOURS),
    *(f"{name}[{low}:{high}]" for name in WINDOWED for low, high in WINDOWS),
    *PLACE,
    *MARKUP_FEATURES,
)
"""All features, in the order of the model's rows."""


@dataclass(frozen=True)
class Known:
    """What is known of lines before the model looks at them; an entry per line, unless said otherwise."""

    role: Ints
    """The role that a rule or a block gives, as an index into ROLES, -1 for none."""
    known: Bools
    """Lines that a rule or a block removes."""
    template: Bools
    """Lines removed because they repeat."""
    stories: Ints
    """Per document: stories of its site."""
    first: Ints
    last: Ints
    """Per document: the run of most prose, as [first, last) entries."""


def own_features(shapes: Shapes, characters: Characters, lexicon: Floats) -> Floats:
    """Return the features of distinct lines themselves, shape (len(OWN), lines).

    `lexicon` holds, per bucket of words, how much oftener the word stands in articles (log odds).
    """
    count, words = characters.count, characters.words
    chars = np.maximum(characters.chars, 1)
    latin = np.diff(words.starts) - count["wide"]
    total = characters.words_or_halves
    beginning_lower = words.kind == KINDS.index("lower")
    letters = count["lower"] + count["upper"] + count["wide"]
    lower = np.bincount(words.line[beginning_lower], minlength=len(chars))
    short = np.bincount(words.line[beginning_lower & (words.chars <= SHORT_WORD)], minlength=len(chars))
    rows = [
        np.log1p(shapes.width),
        np.log1p(total),
        letters / chars,
        count["digit"] / chars,
        count["other"] / chars,
        count["mark"],
        count["upper"] / np.maximum(letters, 1),
        lower / np.maximum(latin, 1),
        short / np.maximum(latin, 1),
        letters / total,
        count["comma"] / total,
        count["stop"],
        count["stop"] / total,
        np.minimum(count["quote"], 4),
        count["wide"] / chars,
        shapes.sentence,
        shapes.full_stop,
        np.isin(characters.last, _codes(":：")),
        np.isin(characters.last, _codes("…")),
        np.isin(characters.last, _codes("?？؟!！")),
        characters.first,
        *_lexicon_rows(characters, lexicon),
    ]
    return np.stack([np.asarray(row, dtype=np.float32) for row in rows])


def _codes(chars: str) -> list[int]:
    return [ord(char) for char in chars]


def _lexicon_rows(characters: Characters, lexicon: Floats) -> list[Floats]:
    """Mean, sum, least, greatest and first of the words' log odds."""
    words, size = characters.words, len(characters.chars)
    rows = [np.zeros(size, dtype=np.float32) for _ in range(5)]
    filled = np.flatnonzero(np.diff(words.starts))
    if not len(filled):
        return rows
    odds, at = lexicon[words.bucket], words.starts[filled]
    total = np.add.reduceat(odds, at)
    rows[0][filled] = total / np.diff(words.starts)[filled]
    rows[1][filled] = np.clip(total, -20, 20)
    rows[2][filled] = np.minimum.reduceat(odds, at)
    rows[3][filled] = np.maximum.reduceat(odds, at)
    rows[4][filled] = odds[at]
    return rows


def line_features(
    lines: Lines,
    shapes: Shapes,
    characters: Characters,
    own: Floats,
    known: Known,
    markup: Markup,
    around: Surroundings,
    *,
    entries: slice,
) -> Floats:
    """Return the features of the lines of `entries` (whole documents), shape (len(FEATURES), lines)."""
    code = lines.code[entries]
    place = _place_rows(lines, shapes, characters, known, around, entries)
    rows = {**dict(zip(OWN, own[:, code], strict=True)), **place}
    prose = rows["prose"]
    rows["removed"] = np.maximum(rows["known"], rows["template"])
    rows["prose_chars"] = np.minimum(shapes.width[code], PROSE_CHARS).astype(np.float32) * prose
    rows["short"] = (1 - shapes.prose[code]) * (1 - rows["removed"])
    matrix = np.empty((len(FEATURES), len(code)), dtype=np.float32)
    for number, name in enumerate(OWN):
        matrix[number] = rows[name]
    number = len(OWN)
    for name in NEIGHBOURING:
        for distance in NEIGHBOURS:
            matrix[number] = around.neighbour(rows[name], distance, outside=-1)
            number += 1
    for name in WINDOWED:
        for low, high in WINDOWS:
            matrix[number] = around.window(rows[name], low, high)
            number += 1
    for name in PLACE:
        matrix[number] = rows[name]
        number += 1
    matrix[number:] = markup.features(entries, around, rows["prose_chars"])
    return matrix


def _place_rows(
    lines: Lines, shapes: Shapes, characters: Characters, known: Known, around: Surroundings, entries: slice
) -> dict[str, Floats]:
    """What is known of the lines, and where they stand in their documents."""
    code, document = lines.code[entries], lines.document[entries]
    ruled, template = known.known[entries].astype(np.float32), known.template[entries].astype(np.float32)
    prose = shapes.prose[code] * (1 - np.maximum(ruled, template))
    weight = (np.minimum(shapes.width[code], PROSE_CHARS) * prose).astype(np.float32)
    total = around.total(weight)
    count = (around.stop - around.start).astype(np.float32)
    index = (around.entry - around.start).astype(np.float32)
    entry = around.entry + (entries.start or 0)
    first, last = known.first[document], known.last[document]
    run = (entry >= first) & (entry < last)
    topic, words = _topic(lines, characters, around, core=run & (prose > 0), entries=entries)
    by_words = around.window(topic * words, -2, 2) / np.maximum(around.window(words, -2, 2), 1)
    rows = {
        "known": ruled,
        "template": template,
        "role": known.role[entries],
        "prose": prose,
        "stories": np.log2(np.clip(known.stories, 1, MAX_STORIES))[document],
        "template_share": around.total(template) / count,
        "relative": index / count,
        "from_top": np.log1p(index),
        "from_end": np.log1p(count - index),
        "lines": np.log1p(count),
        "prose_before": around.so_far(weight) / np.maximum(total, 1),
        "prose_total": np.log1p(total),
        "prose_density": total / count,
        "in_run": run,
        "from_run_first": np.where(first < last, np.clip(entry - first, -RUN_REACH, RUN_REACH), RUN_REACH),
        "from_run_last": np.where(first < last, np.clip(entry - last, -RUN_REACH, RUN_REACH), RUN_REACH),
        "since_prose": around.lines_since(prose > 0),
        "until_prose": around.lines_until(prose > 0),
        "times_in_document": _times_in_document(code, document, len(lines.distinct)),
        "topic": topic,
        "topic_words": words,
        "topic_around": by_words,
    }
    return {name: np.asarray(row, dtype=np.float32) for name, row in rows.items()}


def _times_in_document(code: Ints, document: Ints, distinct: int) -> Floats:
    _, inverse, counts = np.unique(document * distinct + code, return_inverse=True, return_counts=True)
    times: Floats = np.minimum(counts[inverse], 5).astype(np.float32)
    return times


def _topic(
    lines: Lines, characters: Characters, around: Surroundings, *, core: Bools, entries: slice
) -> tuple[Floats, Floats]:
    """Return which share of each line's long words other prose of its document holds, and how many there are.

    A teaser speaks of something else, a caption of the same. `core` marks the prose compared with.
    """
    words = characters.words
    long_ = np.flatnonzero((words.chars >= LONG_WORD) | (words.kind == KINDS.index("wide")))
    bounds = np.searchsorted(long_, words.starts)
    code = lines.code[entries]
    begin, counts = bounds[code], np.diff(bounds)[code]
    entry = np.repeat(around.entry, counts)
    offset = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(counts) else counts
    bucket = words.bucket[long_[np.arange(len(entry)) + np.repeat(begin - offset, counts)]]
    document = lines.document[entries]
    slot = (document[entry] - (document[0] if len(document) else 0)) * _SLOTS + bucket % _SLOTS
    slots = ((int(document[-1] - document[0]) + 1) if len(document) else 0) * _SLOTS
    inside = core[entry]
    held = np.bincount(slot[inside], minlength=slots)[slot] > inside
    share = np.bincount(entry, weights=held, minlength=around.size) / np.maximum(counts, 1)
    return share.astype(np.float32), np.minimum(counts, 30).astype(np.float32)
