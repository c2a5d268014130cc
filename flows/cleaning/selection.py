"""From scores to one article: the lines that together promise the best text."""

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Bools, Ints, Lines

Floats = npt.NDArray[np.float32]

RECALL_WEIGHT = 2.0
"""How much more a lost word counts than a word too many: over-removal is worse than residue. Chosen on the
training pages, by folds: at 1.5 they lose 1 word in 700 more, and keep as much less residue for it."""
MARKED_RECALL_WEIGHT = 0.7
"""The same where there is HTML. What it says makes scores sure: by folds on the training pages recall is .975, no more
than at .85, and precision .944 (at .6 .974 and .946). Nothing is spared there either."""
LEAST_SCORE = 0.1
"""A line that is furniture 9 times in 10 is left out, unless its document has nothing better."""
SPARED_SCORE = 0.15
"""A line this likely is kept where it stands between two that are taken, or as a sentence below the last: headings
and last paragraphs are the lines of which the model is least sure. By folds on the training pages it costs .001 of
F1, for .002 of recall. A paragraph between the last line taken and furniture for certain needs LEAST_SCORE alone:
nothing else explains it."""
FEW_LINES = 10
"""Of so few lines none of which looks like an article, all are kept: a poem, a table, a text of an unheard-of kind."""
LABEL_WORDS = 12
"""But not one alone, shorter than this and no sentence: a headline or a date is no article."""


def select_lines(
    lines: Lines, scores: Floats, *, words: Floats, sentence: Bools, prose: Bools, out: Bools, marked: Bools
) -> Bools:
    """Mark the lines that are the article.

    `scores` tells how likely each line is the article, `words` how long it is, `sentence` whether it ends as one and
    `prose` whether it reads like a paragraph, `out` which lines are furniture for certain; `marked`, of each document,
    whether HTML tells of its lines.

    Lines are taken from the likeliest down, up to where the expected F measure of the document's
    text is greatest: a document of doubtful lines keeps more of them than one in which all is plain.
    """
    score = np.where(out, 0.0, scores).astype(np.float64)
    weight = np.where(marked, MARKED_RECALL_WEIGHT, RECALL_WEIGHT)
    chosen = _best_prefix(lines, score, np.maximum(words, 1.0).astype(np.float64), weight)
    likely = chosen & (score >= LEAST_SCORE)
    has_likely = np.bincount(lines.document[likely], minlength=lines.documents) > 0
    few = np.bincount(lines.document[~out], minlength=lines.documents) <= FEW_LINES
    label = _is_label(lines, words=words, sentence=sentence, out=out)
    unlikely = np.where(few[lines.document], ~out, chosen) & ~label[lines.document]
    taken = np.where(has_likely[lines.document], likely, unlikely)
    spared = _spared(lines, score, taken, sentence=sentence, prose=prose, out=out)
    return taken | (spared & ~marked[lines.document])


def with_listings(lines: Lines, chosen: Bools, *, listing: Bools, out: Bools) -> Bools:
    """Mark the lines chosen, and those of listings that stand between them: by themselves they look like furniture.

    `listing` marks lines of preformatted text.
    """
    if not listing.any():
        return chosen
    inside = (lines.last_marked(chosen) >= 0) & (lines.next_marked(chosen) >= 0)
    return chosen | (listing & inside & ~out)


def _is_label(lines: Lines, *, words: Floats, sentence: Bools, out: Bools) -> Bools:
    """Tell of each document whether all it has is one label."""
    label = ~sentence & (words < LABEL_WORDS)
    count = np.bincount(lines.document[~out], minlength=lines.documents)
    result: Bools = (count == 1) & (np.bincount(lines.document[~out & label], minlength=lines.documents) == 1)
    return result


def _spared(
    lines: Lines, score: npt.NDArray[np.float64], taken: Bools, *, sentence: Bools, prose: Bools, out: Bools
) -> Bools:
    """Mark lines that their neighbours vouch for; furniture for certain doesn't part them."""
    entry = np.flatnonzero(~out)
    own, document = taken[entry], lines.document[entry]
    joined = document[1:] == document[:-1]
    above = np.concatenate(([False], own[:-1] & joined))[: len(entry)]
    below = np.concatenate((own[1:] & joined, [False]))[: len(entry)]
    ends = np.concatenate((out[1:] | (lines.document[1:] != lines.document[:-1]), [True]))[: len(out)]
    closing = (prose & ends)[entry]
    least = np.where(closing, LEAST_SCORE, SPARED_SCORE)
    spared = np.zeros(len(lines), dtype=bool)
    spared[entry] = above & (below | sentence[entry] | closing) & ~own & (score[entry] >= least)
    return spared


def _best_prefix(
    lines: Lines,
    score: npt.NDArray[np.float64],
    words: npt.NDArray[np.float64],
    recall_weight: npt.NDArray[np.float64],
) -> Bools:
    """Mark the lines that promise most; none that has no score."""
    entry = np.flatnonzero(score > 0)
    chosen = np.zeros(len(lines), dtype=bool)
    document, score, words = lines.document[entry], score[entry], words[entry]
    order = np.lexsort((-score, document))
    starts = np.searchsorted(document, np.arange(lines.documents + 1))
    right = _running(score[order] * words[order], document, starts)
    taken = _running(words[order], document, starts)
    total = np.bincount(document, weights=score * words, minlength=lines.documents)
    measure = right / (taken + (recall_weight * total)[document])  # F, but for a factor that a document's lines share
    filled = np.flatnonzero(np.diff(starts))
    best, last = np.zeros(lines.documents), np.zeros(lines.documents, dtype=np.int64)
    if len(filled):
        begins = starts[filled]
        best[filled] = np.maximum.reduceat(measure, begins)
        reached = np.flatnonzero(measure >= best[document])
        last[filled] = reached[np.searchsorted(reached, begins)]
    chosen[entry[order]] = np.arange(len(order)) <= last[document]
    return chosen


def _running(values: npt.NDArray[np.float64], document: Ints, starts: Ints) -> npt.NDArray[np.float64]:
    before = np.concatenate(([0.0], np.cumsum(values)))
    result: npt.NDArray[np.float64] = before[1:] - before[starts[document]]
    return result
