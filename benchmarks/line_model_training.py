"""Train the line model: features of lines with their labels in, weights out."""

import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.training_lines import TrainingLines
from flows.cleaning.address import Address
from flows.cleaning.characters import BUCKETS, places_of
from flows.cleaning.features import FEATURES, Known, line_features, own_features
from flows.cleaning.line_model import LineModel, near
from flows.cleaning.network import Networks, parts_of

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

NETWORKS = 3
"""One alone does as well by folds, and loses other lines of short pages in untrained languages with each seed."""
INNER_FOLDS = 4
"""A page's words get the log odds that the pages of other publishers give them, as an unseen site's will."""
SMOOTHING, LEAST_PUBLISHERS = 2.0, 3
"""Of the lexicon: added to both counts, and the publishers that must have a word for it to count."""
SEED = 7


def train(data: TrainingLines, chosen: Bools) -> LineModel:
    """Return a model trained on the examples marked in `chosen`."""
    from benchmarks.network_training import find_intervals, in_whole_numbers, learn

    lexicons = [learn_lexicon(data, chosen & (inner_fold(data) != number)) for number in range(INNER_FOLDS)]
    rows = [_nested_rows(data, chosen, lexicons, siblings) for siblings in (None, simulate_siblings(data))]
    lines = np.flatnonzero(chosen[data.document])
    page = data.document[lines]
    pages = np.concatenate([page + number * (page.max() + 1) for number in range(len(rows))])
    inputs = np.hstack([some[:, lines] for some in rows])
    shown = near(~inputs[list(map(FEATURES.index, ("known", "template")))].any(axis=0), pages)
    label, weight = np.tile(data.article[lines], len(rows))[shown], np.tile(line_weights(data)[lines], len(rows))[shown]
    intervals = find_intervals(inputs[:, shown])
    given = intervals.steps(inputs[:, shown]).astype(np.uint8)
    members = [
        in_whole_numbers(learn(given, intervals.input, label, weight, pages[shown], seed=SEED + number))
        for number in range(NETWORKS)
    ]
    return with_version(LineModel(Networks(intervals, members), learn_lexicon(data, chosen), ""))


@dataclass(frozen=True)
class Siblings:
    """What other pages of its site would show of each page."""

    template: Bools
    """Per line: whether it would be known to repeat."""
    stories: npt.NDArray[np.int64]
    """Per example: stories of its site."""


def simulate_siblings(data: TrainingLines) -> Siblings:
    """Mark furniture as repeated, as it would be on a site of 2 to 12 pages.

    Few training sites have pages of the same weeks. Of their furniture, lines of up to three words repeat most, longer
    labels and headlines less, prose least (on the sites of five pages .98, .68 and .35); neighbours share their luck.
    """
    random = np.random.RandomState(SEED)
    ground, lines = data.ground, data.ground.lines
    words, prose = ground.shapes.words[lines.code], ground.shapes.prose[lines.code]
    known = random.uniform(size=lines.documents)
    much = known[lines.document]
    run = np.cumsum(random.uniform(size=len(lines)) < 0.2)
    own, shared = random.uniform(size=len(lines)), random.uniform(size=len(lines) + 1)[run]
    tiny = words <= 3
    share = np.where(tiny, 0.6 + 0.39 * much, np.where(prose, 0.1 + 0.5 * much, 0.15 + 0.6 * much))
    repeats = ~data.article & (np.where(tiny, own, shared) < share)
    repeats |= data.article & tiny & (own < 0.02)
    return Siblings(repeats & ~ground.known, np.round(2 ** (1 + 2.5 * known)).astype(np.int64))


def rows_of(data: TrainingLines, lexicon: Floats, siblings: Siblings | None) -> Floats:
    """Return the features of all lines, shape (len(FEATURES), lines)."""
    ground = data.ground
    known = ground.evidence()
    if siblings is not None:
        known = _with_siblings(known, siblings)
    own = own_features(ground.shapes, ground.characters, lexicon)
    urls = _urls(data, hidden=siblings is not None)
    address = Address(ground.lines, ground.characters.words, urls, known.known | known.template)
    everything = slice(0, len(ground.lines))
    return line_features(ground.lines, ground.shapes, own, known, address, ground.markup, entries=everything)


def _urls(data: TrainingLines, *, hidden: bool) -> list[str | None]:
    """Return the examples' addresses; where siblings are simulated, of every other publisher none."""
    return [
        None if hidden and number % 2 else example.url
        for number, example in zip(data.publisher.tolist(), data.examples, strict=True)
    ]


def _with_siblings(known: Known, siblings: Siblings) -> Known:
    return replace(known, template=siblings.template, stories=siblings.stories)


def _nested_rows(data: TrainingLines, chosen: Bools, lexicons: list[Floats], siblings: Siblings | None) -> Floats:
    """Return the features of the lines of `chosen`, each with the lexicon that its publisher's fold had no part in."""
    rows = np.zeros((len(FEATURES), len(data.ground.lines)), dtype=np.float32)
    fold = inner_fold(data)
    for number, lexicon in enumerate(lexicons):
        made = rows_of(data, lexicon, siblings)
        wanted = (chosen & (fold == number))[data.document]
        rows[:, wanted] = made[:, wanted]
    return rows


def inner_fold(data: TrainingLines) -> npt.NDArray[np.int64]:
    """Return each example's fold: all of a publisher's in one."""
    return fold_of([example.publisher for example in data.examples], INNER_FOLDS, salt="inner")


def fold_of(publishers: list[str], folds: int, *, salt: str = "") -> npt.NDArray[np.int64]:
    """Return the fold of each publisher by its name's hash."""
    digests = [hashlib.blake2b(f"{salt}{name}".encode(), digest_size=8).digest() for name in publishers]
    return np.array([int.from_bytes(digest, "big") % folds for digest in digests], dtype=np.int64)


def learn_lexicon(data: TrainingLines, chosen: Bools) -> Floats:
    """Return per bucket of words the log odds of standing in an article, a publisher counting once for each."""
    lines, words = data.ground.lines, data.ground.characters.words
    entries = np.flatnonzero(chosen[lines.document])
    place, counts, _ = places_of(words.starts, lines.code[entries])
    bucket = words.bucket[place].astype(np.int64)
    publisher = np.repeat(data.publisher[lines.document[entries]], counts)
    article = np.repeat(data.article[entries], counts)
    inside = _publishers(bucket[article], publisher[article])
    outside = _publishers(bucket[~article], publisher[~article])
    odds = np.log((inside + SMOOTHING) / (outside + SMOOTHING)).astype(np.float32)
    odds[inside + outside < LEAST_PUBLISHERS] = 0
    return odds


def _publishers(bucket: npt.NDArray[np.int64], publisher: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    pairs = np.unique(bucket * (publisher.max(initial=0) + 1) + publisher)
    return np.bincount(pairs // (publisher.max(initial=0) + 1), minlength=BUCKETS).astype(np.float64)


def line_weights(data: TrainingLines) -> npt.NDArray[np.float64]:
    """Return each line's weight: by its length, and by its share of its article, as texts are judged one by one."""
    lines = data.ground.lines
    words = data.ground.characters.words_or_halves[lines.code].astype(np.float64)
    chars = np.log1p(data.ground.characters.chars[lines.code])
    article = np.bincount(lines.document, weights=words * data.article, minlength=lines.documents)
    share = np.sqrt(words / np.maximum(article, 30)[lines.document])
    source = np.array([example.weight for example in data.examples])[lines.document]
    result: npt.NDArray[np.float64] = (chars / chars.mean() + share / share.mean()) * source
    return result


def with_version(model: LineModel) -> LineModel:
    """Return the model with the hash of its weights as its version."""
    digest = hashlib.blake2b(digest_size=6)
    for part in parts_of(model.networks).values():
        digest.update(part.tobytes())
    digest.update(model.lexicon.tobytes())
    return replace(model, version=digest.hexdigest())


def save(model: LineModel, path: Path) -> None:
    """Write a model's weights; the same model gives the same bytes."""
    word = np.flatnonzero(model.lexicon).astype(np.int32)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        features=np.array(FEATURES),
        **parts_of(model.networks),
        word=word,
        odds=model.lexicon[word],
        version=np.array(model.version),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
