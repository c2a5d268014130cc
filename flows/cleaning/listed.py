"""Headlines of other stories in lists: they become teasers where it is all but certain that they are."""

import numpy as np

from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools, Ints, distinct_values

LISTED_WORDS = 4
"""A headline has so many words; shorter lines in a row are sections and buttons."""
MAX_LISTED = 100
"""A page that lists more is an index."""
LABEL_RULES = ("more_label",)
"""Rules of the labels ("Most read") that head such lists."""
RUN = 2
"""One line below a label may be anything; two that look like headlines are a list."""


def listed_headlines(decisions: Decisions, site: Ints, *, of: Bools) -> list[int]:
    """Return the entries that are other stories' headlines, of the documents marked in `of`.

    Either another story of the same site has the line as its own headline, or it stands in a run of such lines right
    below a label such as "Most read". A wrong teaser is worse than a missing one: what repeats and nobody's
    headline is stays furniture.
    """
    free = of[decisions.lines.document] & ~decisions.kept & ~decisions.known
    looks = free & (decisions.shapes.headline & (decisions.shapes.words >= LISTED_WORDS))[decisions.lines.code]
    theirs = looks & _heads_another_story(decisions, site)
    chosen = theirs | _below_labels(decisions, looks & ~decisions.template)
    counts = np.bincount(decisions.lines.document[chosen], minlength=decisions.lines.documents)
    chosen &= (counts <= MAX_LISTED)[decisions.lines.document]
    return np.flatnonzero(chosen & _first_time(decisions, chosen)).tolist()


def _heads_another_story(decisions: Decisions, site: Ints) -> Bools:
    """Mark the lines that are the headline of a story of the same site, and of no update of their own."""
    lines, story = decisions.lines, decisions.story
    owners = np.flatnonzero(decisions.title >= 0)
    size = max(1, len(lines.distinct))
    keys = site[owners] * size + lines.code[decisions.title[owners]]
    own = distinct_values(keys * (lines.documents + 1) + story[owners])
    line_keys = site[lines.document] * size + lines.code
    is_mine = np.isin(line_keys * (lines.documents + 1) + story[lines.document], own)
    result: Bools = np.isin(line_keys, keys) & ~is_mine
    return result


def _below_labels(decisions: Decisions, looks: Bools) -> Bools:
    """Mark the lines of runs right below a label, outside the article; dates and the like may stand between."""
    lines = decisions.lines
    label = np.array([*(match.id in LABEL_RULES for match in decisions.matches), False])[decisions.match]
    skipped = decisions.known & ~label
    entry = np.arange(len(lines))
    outside = (entry < decisions.first[lines.document]) | (entry >= decisions.last[lines.document])
    # what ends a run: any line that is neither a headline, nor skipped; the latest such line above tells what it is
    latest = lines.last_marked(~(looks & outside) & ~skipped)
    within = np.flatnonzero(looks & outside & (latest >= 0))
    within = within[label[latest[within]]]
    size = np.bincount(latest[within], minlength=len(lines))
    result = np.zeros(len(lines), dtype=bool)
    result[within] = size[latest[within]] >= RUN
    return result


def _first_time(decisions: Decisions, chosen: Bools) -> Bools:
    """Mark the first of a document's lines that say the same."""
    lines = decisions.lines
    places = np.flatnonzero(chosen)
    _, first = np.unique(lines.document[places] * max(1, len(lines.distinct)) + lines.code[places], return_index=True)
    result = np.zeros(len(lines), dtype=bool)
    result[places[first]] = True
    return result
