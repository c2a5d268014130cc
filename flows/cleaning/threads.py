"""Threads of readers' comments below an article, found by the lines that tell who wrote each one, and when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.rules import LineMatch
from flows.cleaning.shapes import Shapes

THREAD = LineMatch("generic.comment_thread", "comment_thread", "comments")
"""What is said of the lines of a thread that no rule knows by themselves."""
HEADINGS, REPLY, SAYS = ("comments", "comment_heading"), "comment_reply", "comment_stamp"
"""Rules whose lines are signs of comments: "12 comments", "Reply", "Anna says:"."""
OWN_STAMPS = 2
"""So many of a page's dates in the same form may be the article's own: published, modified."""
LABEL_WORDS = 8
"""A line of so few words, and no sentence, may be a name."""
LEAST_TEXT = 25
"""A sentence this wide above a thread may be the article."""
STAMP_WIDTH, STAMP_DIGITS = 110, 3
"""A wider line says more than who and when, and with fewer digits it holds no date."""
LEAST_STAMPS = 3
"""A date or "he said:" stands in articles too; in a thread they come again and again. Fewer are one directly below a
heading, where most of the page's text stands above it."""
HEADING_REACH = 4
"""So many lines above the first stamp a heading stands at most: a rule of the house or a way to sort may come between
them."""
LONGEST_COMMENT, TIMES_THE_MEDIAN = 12, 5
"""What is longer, in lines, than the one and than so many times the median comment isn't one: something else stands
between two threads."""

Floats = npt.NDArray[np.float32]
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
    digits: Floats,
    known: Bools,
    stamps: Stamps,
    within: Bools,
) -> Bools:
    """Mark the lines of comment threads in the documents marked in `within`.

    `digits` counts those of each distinct line, `known` marks the lines that a rule or a block removes.

    A thread is three or more lines that tell in one way who wrote and when, with text between them, and a sign that
    this is comments: a heading above, "Reply" between, or "says:". It stands below a paragraph, as the first post of
    a forum is what its page is about.
    """
    result = np.zeros(len(lines), dtype=bool)
    reply, says = _of_rule(matches, match, REPLY), _of_rule(matches, match, SAYS)
    heading = _of_rule(matches, match, *HEADINGS)
    dates = np.array([*(one.role == "date" for one in matches), False])[match]
    narrow = ((shapes.width <= STAMP_WIDTH) & (digits >= STAMP_DIGITS))[lines.code]
    dated = dates | (narrow & np.array([*(one.role == "byline" for one in matches), True])[match])
    result = np.zeros(len(lines), dtype=bool)
    candidates = _candidates(lines, heading=heading, reply=reply, says=says, dated=dated)
    candidates = candidates[within[candidates]]
    if not len(candidates):
        return result
    ways = _ways(lines, np.flatnonzero(dated & np.isin(lines.document, candidates)), dates, stamps)
    prose = shapes.prose[lines.code] & ~known
    text = (shapes.width * (shapes.sentence | shapes.prose))[lines.code].astype(np.int64) * ~known
    label = ~shapes.sentence[lines.code] & (shapes.words <= LABEL_WORDS)[lines.code]
    headings, replies, said = (_by_document(lines, marks) for marks in (heading, reply, says))
    for document in candidates.tolist():
        start, stop = lines.starts[document : document + 2].tolist()
        page = _Page(
            headings=headings.get(document, []),
            replies=replies.get(document, []),
            says=said.get(document, []),
            dated=ways.get(document, {}),
            prose=prose[start:stop],
            text=text[start:stop],
            known=known[start:stop],
            label=label[start:stop],
        )
        for first, last in _threads(page):
            result[start + first : start + last] = True
    return result


def _candidates(lines: Lines, *, heading: Bools, reply: Bools, says: Bools, dated: Bools) -> Ints:
    """Return the documents that may hold a thread: most hold none, and are done with here."""
    entry = np.arange(len(lines))
    latest = np.maximum.accumulate(np.where(heading, entry, -1)) if len(lines) else entry
    below = np.where(latest >= lines.starts[lines.document], entry - latest, len(lines))
    stamps = dated | says

    def count(marks: Bools) -> Ints:
        return np.bincount(lines.document[marks], minlength=lines.documents)

    many = count(stamps) >= LEAST_STAMPS
    found = count(stamps & (below <= HEADING_REACH)) > 0
    found |= many & (count(stamps & (below <= LONGEST_COMMENT)) > 0)
    found |= (count(reply) >= LEAST_STAMPS) | (count(says) >= LEAST_STAMPS) | (many & (count(reply) > 1))
    result: Ints = np.flatnonzero(found)
    return result


def _by_document(lines: Lines, marks: Bools) -> dict[int, list[int]]:
    """Return the places of the marked lines of each document that has some."""
    entries = np.flatnonzero(marks)
    documents = lines.document[entries]
    found: dict[int, list[int]] = {}
    for document, place in zip(documents.tolist(), (entries - lines.starts[documents]).tolist(), strict=True):
        found.setdefault(document, []).append(place)
    return found


def _ways(lines: Lines, entries: Ints, dates: Bools, stamps: Stamps) -> dict[int, dict[str, list[int]]]:
    """Return of each document the places of `entries` that hold a date, by how it is written."""
    codes, of_code = np.unique(lines.code[entries], return_inverse=True)
    written = stamps(codes)
    ways: dict[int, dict[str, list[int]]] = {}
    documents = lines.document[entries]
    columns = (documents, entries - lines.starts[documents], of_code, dates[entries])
    for document, place, code, is_date in zip(*(column.tolist() for column in columns), strict=True):
        way = written[code] or ("relative" if is_date else None)
        if way is not None:
            ways.setdefault(document, {}).setdefault(way, []).append(place)
    return ways


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
    gaps = [right - left for left, right in pairwise(places)]
    most = max(LONGEST_COMMENT, TIMES_THE_MEDIAN * sorted(gaps)[len(gaps) // 2]) if gaps else 0
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
