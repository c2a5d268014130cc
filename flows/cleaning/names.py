"""Lines that are nothing but their author's name, where a byline stands without its "By"."""

import numpy as np

from flows.cleaning.credits import people_named
from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools
from flows.cleaning.titles import DATED_ROLES

REACH = 4
"""Where the text has no headline, a byline stands this many lines above its first paragraph at most."""
NAME_WIDTH = 80


def name_lines(decisions: Decisions, *, of: Bools) -> dict[int, tuple[str, ...]]:
    """Return the lines of the documents marked in `of` that name their authors and nothing else, by entry.

    They stand between headline and first paragraph, and beside a date: else a name may be anything. A line that other
    stories of the site hold counts if bylines name the same people: else it is a section.
    """
    lines = decisions.lines
    first, title = decisions.first[lines.document], decisions.title[lines.document]
    entry = np.arange(len(lines))
    below = np.where((title >= 0) & (title < first), title + 1, first - REACH)
    candidate = (entry >= below) & (entry < first) & of[lines.document] & ~decisions.known & ~decisions.kept
    candidate &= (decisions.shapes.width <= NAME_WIDTH)[lines.code] & _beside(decisions)
    known = {author for match in decisions.matches for author in match.authors}
    found: dict[int, tuple[str, ...]] = {}
    for place in np.flatnonzero(candidate).tolist():
        people = people_named(lines.text(place))
        if people and (not decisions.template[place] or known.issuperset(people)):
            found[place] = people
    return found


def _beside(decisions: Decisions) -> Bools:
    """Mark the lines above and below such as date an article."""
    lines = decisions.lines
    dates = np.array([*(match.role in DATED_ROLES for match in decisions.matches), False])[decisions.match]
    beside = np.zeros(len(lines), dtype=bool)
    same = lines.document[1:] == lines.document[:-1]
    beside[1:] |= dates[:-1] & same
    beside[:-1] |= dates[1:] & same
    return beside
