"""When articles were published and changed, and teasers published, by the dates on their pages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from flows.cleaning.blocks import FoundBlock
from flows.cleaning.dates import Order, Written, label_alone, read_dates
from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools, Ints
from flows.cleaning.moments import Circumstances, Moment, moment_of
from flows.cleaning.titles import DATED_ROLES

ABOVE_TITLE = 3
"""A date this many lines above the headline is its own; those further up are of the day, or of other stories."""
BELOW_TITLE = 12
ABOVE_TEXT = 6
BELOW_TEXT = 8
"""A date below the lead, or below the first paragraphs, is still the article's."""
BELOW_END = 5
"""So many lines below the article a date with a label ("Updated ...") is its own; further down, a teaser's."""


@dataclass(frozen=True, slots=True)
class Times:
    """When an article was published and changed."""

    published: Moment | None = None
    modified: Moment | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """The dates of one document, those that speak of it most surely first."""

    top: Sequence[Written]
    end: Sequence[Written]


def date_articles(
    decisions: Decisions, where: dict[int, Circumstances], sites: Sequence[int], *, of: Bools
) -> dict[int, Times]:
    """Return the times of the documents marked in `of` whose pages give any.

    `where` has the circumstances of each of these documents, `sites` a number for the site of every document.
    """
    found = {
        document: _found(decisions, document, entries, where[document])
        for document, entries in _candidates(decisions, of).items()
    }
    order = _orders(found, sites)
    times: dict[int, Times] = {}
    for document, dates in found.items():
        around = where[document]
        if around.day_first is None and (known := order.get(sites[document])):
            around = replace(around, day_first=known == "day")
        times[document] = _times(dates, around)
    return times


def date_block(decisions: Decisions, found: FoundBlock, where: Circumstances) -> datetime | None:
    """Return when the story of a teaser was published, by the step that is its date or by a rule's date line."""
    for entry, step in enumerate(found.steps, found.start):
        match = int(decisions.match[entry])
        if step.field == "date" or (match >= 0 and decisions.matches[match].role == "date"):
            for written in read_dates(decisions.lines.text(entry), where.language):
                moment = moment_of(written, where)
                if moment is not None:
                    return moment.at
    return None


def _candidates(decisions: Decisions, of: Bools) -> dict[int, list[int]]:
    """Return the entries that may date each document, in their order."""
    lines = decisions.lines
    dated = np.array([*(match.role in DATED_ROLES for match in decisions.matches), False])[decisions.match]
    entries = np.flatnonzero(dated & (decisions.block < 0) & of[lines.document])
    document = lines.document[entries]
    title, first, last = _anchors(decisions, document)
    near_title = (title >= 0) & (entries <= title + BELOW_TITLE) & (entries < last)
    near_text = (entries >= first - ABOVE_TEXT) & (entries < np.minimum(first + BELOW_TEXT, last))
    near_end = (entries >= last - BELOW_END) & (entries < last + BELOW_END)
    bare = first == last
    chosen = ((near_title | near_text | bare) & (entries >= title - ABOVE_TITLE)) | near_end
    by_document: dict[int, list[int]] = defaultdict(list)
    for entry, owner in zip(entries[chosen].tolist(), document[chosen].tolist(), strict=True):
        by_document[owner].append(entry)
    return by_document


def _anchors(decisions: Decisions, document: Ints) -> tuple[Ints, Ints, Ints]:
    """Return headline (-1 unless it heads the text), first and last entry of documents."""
    title, first = decisions.title[document], decisions.first[document]
    return np.where(title <= first, title, -1), first, decisions.last[document]


def _found(decisions: Decisions, document: int, entries: list[int], where: Circumstances) -> _Found:
    title, first, last = (int(anchor) for anchor in _anchors(decisions, np.array(document)))
    head = title if title >= 0 else first
    near_top = [entry for entry in entries if entry < min(first + BELOW_TEXT, last) or first == last]
    below = [entry for entry in near_top if entry >= head]
    above = [entry for entry in near_top if entry < head]
    end = [entry for entry in entries if entry not in near_top]
    dates = [_read(decisions, entry, where.language) for entry in (*below, *reversed(above))]
    return _Found(
        top=[written for some in dates for written in some],
        end=[written for entry in end for written in _read(decisions, entry, where.language) if written.label],
    )


def _read(decisions: Decisions, entry: int, language: str) -> tuple[Written, ...]:
    """Return the dates of a line; one without a label has that of a line above which is but a label."""
    lines = decisions.lines
    dates = read_dates(lines.text(entry), language)
    if not dates or dates[0].label or entry == 0 or lines.document[entry - 1] != lines.document[entry]:
        return dates
    label = label_alone(lines.text(entry - 1))
    return (replace(dates[0], label=label), *dates[1:]) if label else dates


def _orders(found: dict[int, _Found], sites: Sequence[int]) -> dict[int, Order]:
    """Return whether a site writes the day or the month first, where all its dates that tell agree."""
    seen: dict[int, set[Order]] = defaultdict(set)
    for document, dates in found.items():
        seen[sites[document]] |= {written.slashes for written in (*dates.top, *dates.end) if written.slashes}
    return {site: orders.pop() for site, orders in seen.items() if len(orders) == 1}


def _times(dates: _Found, where: Circumstances) -> Times:
    published = modified = None
    for written in (*dates.top, *dates.end):
        if (modified if written.label == "modified" else published) is not None:
            continue
        moment = moment_of(written, where)
        if written.label == "modified":
            modified = moment
        else:
            published = moment
    return Times(published, None if _is_before(modified, published) else modified)


def _is_before(modified: Moment | None, published: Moment | None) -> bool:
    """Tell whether an article would have changed before it was published: then the date is another's."""
    if modified is None or published is None:
        return False
    if "day" in (modified.precision, published.precision):
        return modified.at.date() < published.at.date()
    return modified.at < published.at
