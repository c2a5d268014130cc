"""What the line model looks at: a line's own shape and words, its place, what is known of it, its surroundings."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flows.cleaning.address import ADDRESS_FEATURES, Address
from flows.cleaning.characters import KINDS, Characters
from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.markup import MARKUP_FEATURES, Markup
from flows.cleaning.shapes import Shapes
from flows.cleaning.surroundings import Surroundings
from flows.cleaning.topics import Topics

Floats = npt.NDArray[np.float32]

ROLES = (
    "navigation", "prompt", "share", "footer", "comments", "date", "byline", "caption", "credit", "reading_time",
    "teaser", "translation",
)  # fmt: skip
"""Roles that rules give, in the order in which the model knows them; any other counts as one more."""
SHORT_WORD = 3
"""Most function words of European languages are this short, and hardly any noun is."""
PROSE_CHARS = 400
"""A wider paragraph counts as this wide: one long line must not outweigh the rest."""
MAX_STORIES = 16
"""Beyond so many stories of a site more of them teach little about its furniture."""
RUN_REACH = 50
"""Lines further from the run of most prose are alike, and so are all lines where there is none."""

OWN = (
    "width", "words", "letters", "digits", "others", "marks", "upper", "lower_words", "short_words", "word_chars",
    "commas", "stops", "stops_per_word", "quotes", "wide", "sentence", "full_stop", "ends_colon", "ends_dots",
    "ends_asking", "first", "lexicon_mean", "lexicon_sum", "lexicon_min", "lexicon_max", "lexicon_first",
)  # fmt: skip
NEAR = (-2, 2)
PLACE = (
    "known", "template", "role", "prose", "stories", "template_share", "relative", "from_top", "from_end", "lines",
    "prose_before", "prose_total", "prose_density", "in_run", "from_run_first", "from_run_last", "since_prose",
    "until_prose", "times_in_document", "topic", "topic_words", "topic_around",
)  # fmt: skip
FEATURES: tuple[str, ...] = (*OWN, *PLACE, *ADDRESS_FEATURES, *MARKUP_FEATURES)
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


@dataclass(frozen=True)
class Own:
    """What is told of distinct lines themselves."""

    rows: Floats
    """Shape (len(OWN), lines)."""
    topics: Topics


def own_features(shapes: Shapes, characters: Characters, lexicon: Floats) -> Own:
    """Return the features of distinct lines themselves.

    `lexicon` holds, per bucket of words, how much oftener the word stands in articles (log odds).
    """
    count, words = characters.count, characters.words
    chars = np.maximum(characters.chars, 1)
    latin = np.diff(words.starts) - count["wide"]
    total = characters.words_or_halves
    lower_case = words.kind == KINDS.index("lower")
    letters = count["lower"] + count["upper"] + count["wide"]
    lower, short = words.count(lower_case), words.count(lower_case & (words.chars <= SHORT_WORD))
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
    return Own(np.stack([np.asarray(row, dtype=np.float32) for row in rows]), Topics(words))


def _codes(chars: str) -> list[int]:
    return [ord(char) for char in chars]


def _lexicon_rows(characters: Characters, lexicon: Floats) -> list[Floats]:
    """Mean, sum, least, greatest and first of the words' log odds."""
    words, size = characters.words, len(characters.chars)
    rows = [np.zeros(size, dtype=np.float32) for _ in range(5)]
    filled = np.flatnonzero(np.diff(words.starts))
    if not len(filled):
        return rows
    odds, at = lexicon.take(words.bucket), words.starts[filled]
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
    own: Own,
    known: Known,
    address: Address,
    markup: Markup,
    *,
    entries: slice,
    asked: Ints | None = None,
) -> Floats:
    """Return FEATURES of lines of `entries` (whole documents), shape (len(FEATURES), lines).

    `asked` holds the places in `entries` of those asked for, by default of all.
    """
    document = lines.document[entries]
    around = Surroundings(document, asked)
    values = _tell(lines, shapes, own, known, entries)
    place = _place_rows(values, around)
    stories = np.log2(np.clip(known.stories, 1, MAX_STORIES)).astype(np.float32)
    place["stories"] = stories[around.of(document)]
    return np.concatenate(
        [
            own.rows.take(around.of(lines.code[entries]), axis=1),
            np.stack([place[name] for name in PLACE]),
            address.features(entries, around),
            markup.features(entries, document, around, values["prose_chars"]),
        ]
    )


def _tell(lines: Lines, shapes: Shapes, own: Own, known: Known, entries: slice) -> dict[str, Floats]:
    """What is told of all lines of `entries`, before each is looked at in its surroundings."""
    code, document = lines.code[entries], lines.document[entries]
    prose = shapes.prose[code] & ~(known.known | known.template)[entries]
    entry = np.arange(len(code)) + (entries.start or 0)
    first, last = known.first[document], known.last[document]
    run = (entry >= first) & (entry < last)
    topic, words = own.topics.shared(code, document - document[:1], core=run & prose)
    values = {
        "known": known.known[entries],
        "template": known.template[entries],
        "role": known.role[entries],
        "prose": prose,
        "prose_chars": np.minimum(shapes.width[code], PROSE_CHARS) * prose,
        "in_run": run,
        "from_run_first": np.where(first < last, np.clip(entry - first, -RUN_REACH, RUN_REACH), RUN_REACH),
        "from_run_last": np.where(first < last, np.clip(entry - last, -RUN_REACH, RUN_REACH), RUN_REACH),
        "times_in_document": _times_in_document(code, document, len(lines.distinct)),
        "topic": topic,
        "topic_words": words,
        "by_words": topic * words,
    }
    return {name: np.asarray(row, dtype=np.float32) for name, row in values.items()}


def _place_rows(values: dict[str, Floats], around: Surroundings) -> dict[str, Floats]:
    """What is known of the lines asked for, and where they stand in their documents."""
    chars, prose = values["prose_chars"], values["prose"] > 0
    total = around.total(chars)
    count = (around.stop - around.start).astype(np.float32)
    index = (around.entry - around.start).astype(np.float32)
    (by_words,), (near_words,) = (around.windows(values[name], [NEAR]) for name in ("by_words", "topic_words"))
    return {
        **{name: around.of(values[name]) for name in PLACE if name in values},
        "template_share": around.total(values["template"]) / count,
        "relative": index / count,
        "from_top": np.log1p(index),
        "from_end": np.log1p(count - index),
        "lines": np.log1p(count),
        "prose_before": around.so_far(chars) / np.maximum(total, 1),
        "prose_total": np.log1p(total),
        "prose_density": total / count,
        "since_prose": around.lines_since(prose),
        "until_prose": around.lines_until(prose),
        "topic_around": by_words / np.maximum(near_words, 1),
    }


def _times_in_document(code: Ints, document: Ints, distinct: int) -> Floats:
    _, inverse, counts = np.unique(document * distinct + code, return_inverse=True, return_counts=True)
    times: Floats = np.minimum(counts[inverse], 5).astype(np.float32)
    return times
