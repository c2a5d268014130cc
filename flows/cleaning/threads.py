"""Threads of readers' comments below an article, found by the lines that tell who wrote each one, and when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.rules import LineMatch
from flows.cleaning.shapes import Shapes

THREAD = LineMatch("generic.comment_thread", "comment_thread", "comments")
"""What is said of the lines of a thread that no rule knows by themselves."""
HEADINGS, REPLY, SAYS = ("comments", "comment_heading"), "comment_reply", "comment_stamp"
"""Rules whose lines are signs of comments: "12 comments", "Reply", "Anna says:"."""
OWN_STAMPS = 2
"""So many of a page's dates in the same form may be the article's own: published, modified."""
LEAST_TEXT = 25
"""A sentence this wide above a thread may be the article."""
STAMP_WIDTH = 110
"""A wider line says more than who and when."""
LEAST_STAMPS = 3
"""A date or "he said:" stands in articles too; in a thread they come again and again. Fewer are one directly below a heading,
where most of the page's text stands above it."""
HEADING_REACH = 4
"""So many lines above the first stamp a heading stands at most: a rule of the house or a way to sort may come between."""
LONGEST_COMMENT, TIMES_THE_MEDIAN = 12, 5
"""What is longer, in lines, than the one and than so many times the median comment isn't one: something else stands
between two threads."""

Kind = Literal["says", "dated", "reply"]
Stamps = Callable[[Ints], list[str | None]]
"""Gives for codes of lines how each writes the date it holds, None where it holds none."""


@dataclass(frozen=True)
class _Page:
    """What is looked at of one document; places are counted from its first line."""

    headings: list[int]
    replies: list[int]
    says: list[int]
    dated: dict[str, list[int]]
    """Places of dated lines, by how the date is written."""
    prose: Bools
    """Lines that read like a paragraph and that no rule knows."""
    text: Ints
    """How wide each line is that ends as a sentence and that no rule knows; others 0."""
    known: Bools
    label: Bools
    """Lines too short for a comment's text, and no sentence: a name may look so."""


def find_threads(
    lines: Lines,
    shapes: Shapes,
    matches: Sequence[LineMatch],
    match: Ints,
    *,
    known: Bools,
    stamps: Stamps,
    within: Bools,
) -> Bools:
    """Mark the lines of comment threads in the documents marked in `within`.

    `known` marks the lines that a rule or a block removes.

    A thread is three or more lines that tell in one way who wrote and when, with text between them, and a sign that
    this is comments: a heading above, "Reply" between, or "says:". It stands below a paragraph, as the first post of
    a forum is what its page is about.
    """
    result = np.zeros(len(lines), dtype=bool)
    reply, says = _of_rule(matches, match, REPLY), _of_rule(matches, match, SAYS)
    heading = _of_rule(matches, match, *HEADINGS)
    count = np.bincount(lines.document[says | reply], minlength=lines.documents)
    headed = np.bincount(lines.document[heading], minlength=lines.documents) > 0
    asked = within & (headed | (count >= LEAST_STAMPS))
    if not asked.any():
        return result
    narrow = (shapes.width <= STAMP_WIDTH)[lines.code] & asked[lines.document]
    open_ = np.array([*(one.role in ("date", "byline") for one in matches), True])[match]
    maybe = np.flatnonzero(narrow & open_)
    written = dict(zip(maybe.tolist(), stamps(lines.code[maybe]), strict=True))
    dates = np.array([*(one.role == "date" for one in matches), False])[match]
    prose = shapes.prose[lines.code] & ~known
    text = (shapes.width * (shapes.sentence | shapes.prose))[lines.code].astype(np.int64) * ~known
    label = ~shapes.sentence[lines.code] & (shapes.words <= 8)[lines.code]
    for document in np.flatnonzero(asked).tolist():
        start, stop = lines.starts[document : document + 2].tolist()
        dated: dict[str, list[int]] = {}
        for entry in range(start, stop):
            way = written.get(entry) or ("relative" if dates[entry] else None)
            if way is not None:
                dated.setdefault(way, []).append(entry - start)
        page = _Page(
            headings=np.flatnonzero(heading[start:stop]).tolist(),
            replies=np.flatnonzero(reply[start:stop]).tolist(),
            says=np.flatnonzero(says[start:stop]).tolist(),
            dated=dated,
            prose=prose[start:stop],
            text=text[start:stop],
            known=known[start:stop],
            label=label[start:stop],
        )
        for first, last in _threads(page):
            result[start + first : start + last] = True
    return result


def _of_rule(matches: Sequence[LineMatch], match: Ints, *rules: str) -> Bools:
    result: Bools = np.array([*(one.id in rules for one in matches), False])[match]
    return result


def _threads(page: _Page) -> list[tuple[int, int]]:
    """Return the threads of a page, as [first, last) places."""
    stamps: list[tuple[Kind, list[int]]] = [("says", page.says), ("reply", page.replies)]
    stamps += [("dated", places) for places in page.dated.values()]
    found = [_bounds(page, kind, some) for kind, places in stamps for some in _regular(places)]
    return [bounds for bounds in found if bounds is not None]


def _regular(places: list[int]) -> list[list[int]]:
    """Part stamps where something else than a comment stands between them."""
    gaps = np.diff(places).tolist()
    most = max(LONGEST_COMMENT, TIMES_THE_MEDIAN * float(np.median(gaps))) if gaps else 0
    groups = [places[:1]]
    for place, gap in zip(places[1:], gaps, strict=True):
        if gap > most:
            groups.append([])
        groups[-1].append(place)
    return [group for group in groups if group]


def _bounds(page: _Page, kind: Kind, stamps: list[int]) -> tuple[int, int] | None:
    """Return where a thread begins and ends; None where these stamps aren't one's, or would take the article.

    The first stamps may be the article's own.
    """
    for own in range(min(len(stamps), OWN_STAMPS + 1)):
        bounds = _bounds_of(page, kind, stamps[own:])
        if bounds is not None:
            return bounds
    return None


def _bounds_of(page: _Page, kind: Kind, stamps: list[int]) -> tuple[int, int] | None:
    gaps = [right - left for left, right in pairwise(stamps)]
    if sum(gap > 1 for gap in gaps) * 2 < len(gaps):
        return None  # a list
    heading, footers = _heading(page, kind, stamps[0])
    begin = stamps[0] if heading is None else heading
    if page.text[:begin].max(initial=0) < LEAST_TEXT:
        return None
    few = len(stamps) < LEAST_STAMPS
    if few and (heading is None or footers):
        return None
    if footers and stamps[0] - begin > HEADING_REACH and page.text[:begin].sum() < page.text[begin : stamps[0]].sum():
        return None  # the article stands between
    if heading is None:
        replies = sum(stamps[0] < place <= stamps[-1] + max(gaps) for place in page.replies)
        if kind == "dated" and replies < LEAST_STAMPS - 1:
            return None
        footers = kind == "reply" or (kind == "dated" and bool(page.prose[begin - 1]))
        if not footers and page.label[begin - 1] and not page.known[begin - 1]:
            begin -= 1  # the name above a date
    last = stamps[-1]
    below = 0 if footers else min(_unknown_below(page, last), max([LONGEST_COMMENT, *gaps]))
    end = last + 1 + below
    if few and page.text[:begin].sum() < page.text[begin:].sum():
        return None
    return begin, end


def _heading(page: _Page, kind: Kind, first: int) -> tuple[int | None, bool]:
    """Return the comments' heading above their first stamp, and whether stamps stand below what they are of."""
    above = [place for place in page.headings if first - LONGEST_COMMENT <= place < first]
    if not above:
        return None, False
    between = bool(page.prose[above[-1] : first].any())
    if between or kind == "reply":
        return above[-1], True
    return (above[-1], False) if first - above[-1] <= HEADING_REACH else (None, False)


def _unknown_below(page: _Page, last: int) -> int:
    """Return how many lines below a stamp no rule knows."""
    known = np.flatnonzero(page.known[last + 1 :])
    return int(known[0]) if len(known) else len(page.known) - last - 1
