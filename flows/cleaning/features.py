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
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
NEIGHBOURING = ("width", "prose", "sentence", "removed", "lower_words", "role", "stops", "lexicon_mean", "lexicon_sum")
WINDOWS = ((-3, -1), (1, 3), (-8, -1), (1, 8), (-20, -1), (1, 20))
NEAR = (-2, 2)
WINDOWED = ("prose_chars", "short", "removed", "sentence", "lexicon_sum")
PLACE = (
    "known", "template", "role", "prose", "stories", "template_share", "relative", "from_top", "from_end", "lines",
    "prose_before", "prose_total", "prose_density", "in_run", "from_run_first", "from_run_last", "since_prose",
    "until_prose", "times_in_document", "topic", "topic_words", "topic_around",
)  # fmt: skip
INPUTS: tuple[str, ...] = (*OWN, *PLACE, *ADDRESS_FEATURES)
"""What the text tells of a line itself: all that the network gets, which looks around by itself."""
_ROLE = INPUTS.index("role")
ROLE_NUMBERS = range(-1, len(ROLES) + 1)
AROUND: tuple[str, ...] = (
    *(f"{name}{distance:+d}" for name in NEIGHBOURING for distance in NEIGHBOURS),
    *(f"{name}[{low}:{high}]" for name in WINDOWED for low, high in WINDOWS),
)
FEATURES: tuple[str, ...] = (*OWN, *AROUND, *INPUTS[len(OWN) :], *MARKUP_FEATURES)
"""All features, in the order of the trees' rows."""


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


@dataclass(frozen=True)
class Told:
    """What is told of all lines of some documents, before each line is looked at in its surroundings."""

    entries: slice
    """The lines, those of whole documents."""
    code: Ints
    document: Ints
    stories: Floats
    """Per document of all."""
    own: Floats
    """Of distinct lines: shape (len(OWN), lines)."""
    values: dict[str, Floats]
    """By name, an entry per line."""


def tell(lines: Lines, shapes: Shapes, own: Own, known: Known, *, entries: slice) -> Told:
    """Return what is told of the lines of `entries`."""
    code, document = lines.code[entries], lines.document[entries]
    removed = (known.known | known.template)[entries]
    prose = shapes.prose[code] & ~removed
    entry = np.arange(len(code)) + (entries.start or 0)
    first, last = known.first[document], known.last[document]
    run = (entry >= first) & (entry < last)
    topic, words = own.topics.shared(code, document - document[:1], core=run & prose)
    values = {
        **{name: own.rows[OWN.index(name)].take(code) for name in NEIGHBOURING if name in OWN},
        "known": known.known[entries],
        "template": known.template[entries],
        "role": known.role[entries],
        "prose": prose,
        "removed": removed,
        "prose_chars": np.minimum(shapes.width[code], PROSE_CHARS) * prose,
        "short": ~shapes.prose[code] & ~removed,
        "in_run": run,
        "from_run_first": np.where(first < last, np.clip(entry - first, -RUN_REACH, RUN_REACH), RUN_REACH),
        "from_run_last": np.where(first < last, np.clip(entry - last, -RUN_REACH, RUN_REACH), RUN_REACH),
        "times_in_document": _times_in_document(code, document, len(lines.distinct)),
        "topic": topic,
        "topic_words": words,
        "by_words": topic * words,
    }
    rows = {name: np.asarray(row, dtype=np.float32) for name, row in values.items()}
    stories = np.log2(np.clip(known.stories, 1, MAX_STORIES)).astype(np.float32)
    return Told(entries, code, document, stories, own.rows, rows)


def line_inputs(told: Told, address: Address, around: Surroundings) -> Floats:
    """Return INPUTS of the lines asked for in `around`, which has those of `told`, shape (len(INPUTS), lines)."""
    matrix = np.empty((len(INPUTS), len(around.entry)), dtype=np.float32)
    _fill_inputs(matrix[: len(OWN)], matrix[len(OWN) :], told, address, around)
    return matrix


def network_inputs(inputs: Floats) -> Floats:
    """Return what the network gets of INPUTS: the role, a number of a list, as a row for each role."""
    roles = [inputs[_ROLE] == number for number in ROLE_NUMBERS]
    return np.concatenate([inputs[:_ROLE], inputs[_ROLE + 1 :], np.stack(roles)], dtype=np.float32)


def line_features(told: Told, address: Address, markup: Markup, around: Surroundings) -> Floats:
    """Return FEATURES of the lines asked for in `around`, which has those of `told`, shape (len(FEATURES), lines)."""
    matrix = np.empty((len(FEATURES), len(around.entry)), dtype=np.float32)
    number = len(OWN)
    for name in NEIGHBOURING:
        for distance in NEIGHBOURS:
            matrix[number] = around.neighbour(told.values[name], distance, outside=-1)
            number += 1
    for name in WINDOWED:
        matrix[number : number + len(WINDOWS)] = around.windows(told.values[name], WINDOWS)
        number += len(WINDOWS)
    stop = len(FEATURES) - len(MARKUP_FEATURES)
    _fill_inputs(matrix[: len(OWN)], matrix[number:stop], told, address, around)
    matrix[stop:] = markup.features(told.entries, told.document, around, told.values["prose_chars"])
    return matrix


def _fill_inputs(own: Floats, others: Floats, told: Told, address: Address, around: Surroundings) -> None:
    """Fill in the rows of OWN, and those of the other INPUTS."""
    own[:] = told.own.take(around.of(told.code), axis=1)
    place = _place_rows(told, around)
    for number, name in enumerate(PLACE):
        others[number] = place[name]
    others[len(PLACE) :] = address.features(told.entries, around)


def _place_rows(told: Told, around: Surroundings) -> dict[str, Floats]:
    """What is known of the lines asked for, and where they stand in their documents."""
    values = told.values
    chars, prose = values["prose_chars"], values["prose"] > 0
    total = around.total(chars)
    count = (around.stop - around.start).astype(np.float32)
    index = (around.entry - around.start).astype(np.float32)
    (by_words,), (near_words,) = (around.windows(values[name], [NEAR]) for name in ("by_words", "topic_words"))
    return {
        **{name: around.of(values[name]) for name in PLACE if name in values},
        "stories": told.stories[around.of(told.document)],
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
