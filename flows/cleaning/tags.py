"""The keywords that a page gives its article: "Tags: harbour, ferries", or a label above short lines."""

import numpy as np

from flows.cleaning.decide import Decisions
from flows.cleaning.keywords import MAX_TAGS, is_tag
from flows.cleaning.lines import Bools

LABEL_REACH = 10
"""A label this many lines above or below the article is its own; further down it heads the site's list of topics."""


def tagged_lines(decisions: Decisions, *, of: Bools) -> dict[int, list[int]]:
    """Return the lines that are tags below a label that says so, by the label's entry.

    A tag is a short line that no rule knows and that few stories hold; where the lines below a label go on and on, or a
    part of them are the site's, it's a menu.
    """
    lines = decisions.lines
    label = np.array([*(match.role == "tags" and not match.tags for match in decisions.matches), False])[
        decisions.match
    ]
    document = lines.document
    entry = np.arange(len(lines))
    near = (entry >= decisions.first[document] - LABEL_REACH) & (entry < decisions.last[document] + LABEL_REACH)
    labels = np.flatnonzero(label & near & of[document] & ~decisions.kept)
    fits = (decisions.match < 0) & ~decisions.template & ~decisions.kept & ~decisions.shapes.sentence[lines.code]
    found = {int(at): _run(decisions, int(at), fits) for at in labels}
    return {at: run for at, run in found.items() if run}


def _run(decisions: Decisions, label: int, fits: Bools) -> list[int]:
    lines = decisions.lines
    stop = min(label + MAX_TAGS + 2, int(lines.starts[lines.document[label] + 1]))
    run: list[int] = []
    for entry in range(label + 1, stop):
        if not fits[entry] or not is_tag(lines.text(entry)):
            break
        run.append(entry)
    goes_on = len(run) > MAX_TAGS or (label + len(run) + 1 < stop and bool(decisions.template[label + len(run) + 1]))
    return [] if goes_on else run
