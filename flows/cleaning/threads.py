"""Threads of readers' comments below an article, found by the lines that tell who wrote each one, and when."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from flows.cleaning.characters import KINDS, Characters, Words, places_of
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
STAMP_WIDTH, STAMP_DIGITS, STAMP_NUMBERS = 110, 3, 2
"""A wider line says more than who and when, and with fewer digits or numbers it holds no date."""
LEAST_STAMPS = 3
"""A date or "he said:" stands in articles too; in a thread they come again and again. Fewer are one directly below a
heading, where most of the page's text stands above it."""
HEADING_REACH = 4
"""So many lines above the first stamp a heading stands at most: a rule of the house or a way to sort may come between
them."""
LONGEST_COMMENT, TIMES_THE_MEDIAN = 12, 5
"""What is longer, in lines, than the one and than so many times the median comment isn't one: something else stands
between two threads."""

Kind = Literal["says", "dated", "reply"]
Places = dict[int, list[int]]
"""Of documents that have some, the places of their lines of a kind."""
Stamps = Callable[[Ints], list[str | None]]
"""Gives for entries how their lines write the date they hold, None for those that hold none."""


@dataclass(frozen=True)
class _Signs:
    """What is looked at of all lines; `Places` of the documents that may hold a thread."""

    headings: Places
    replies: Places
    says: Places
    ways: dict[int, dict[str, list[int]]]
    prose: Ints
    """How many lines above each one read like a paragraph that no rule knows."""
    text: Ints
    """How wide the lines above each one are that end as a sentence and that no rule knows, all together."""
    wide: Ints
    """Entries of such lines that may be the article."""
    known: Ints
    """Entries of the lines that a rule or a block removes."""
    label: Bools
    """Lines that no rule knows, too short for a comment's text, and no sentence: a name may look so."""


class _Page:
    """What is looked at of one document; places are counted from its first line."""

    def __init__(self, signs: _Signs, document: int, start: int, stop: int) -> None:
        self.headings = signs.headings.get(document, [])
        self.replies = signs.replies.get(document, [])
        self.says = signs.says.get(document, [])
        self.dated = signs.ways.get(document, {})
        """Places of dated lines, by how the date is written."""
        self.size = stop - start
        self._signs, self._start = signs, start
        self.first_text = self._next(signs.wide, 0)
        """The first sentence that may be the article."""

    def _next(self, entries: Ints, place: int) -> int:
        """Return the first of some entries from a place on, as a place; the page's end where there is none."""
        following = int(entries.searchsorted(self._start + place))
        return min(int(entries[following]) - self._start, self.size) if following < len(entries) else self.size

    def has_prose(self, first: int, last: int) -> bool:
        """Tell whether a line from `first` up to `last` reads like a paragraph."""
        prose = self._signs.prose
        return bool(prose[self._start + last] > prose[self._start + first])

    def text(self, first: int, last: int) -> int:
        """Return how much text stands from `first` up to `last`."""
        text = self._signs.text
        return int(text[self._start + last] - text[self._start + first])

    def unknown_below(self, place: int) -> int:
        """Return how many lines below a line no rule knows."""
        return self._next(self._signs.known, place + 1) - place - 1

    def is_label(self, place: int) -> bool:
        """Tell whether a line may be a name."""
        return bool(self._signs.label[self._start + place])


def find_threads(
    lines: Lines,
    shapes: Shapes,
    matches: Sequence[LineMatch],
    match: Ints,
    *,
    characters: Characters,
    known: Bools,
    stamps: Stamps,
) -> Bools:
    """Mark the lines of comment threads.

    `characters` are of the distinct lines, `known` marks the lines that a rule or a block removes.

    A thread is three or more lines that tell in one way who wrote and when, with text between them, and a sign that
    this is comments: a heading above, "Reply" between, or "says:". It stands below a paragraph, as the first post of
    a forum is what its page is about.
    """
    reply, says = _of_rule(matches, match, REPLY), _of_rule(matches, match, SAYS)
    heading = _of_rule(matches, match, *HEADINGS)
    dates = np.array([*(one.role == "date" for one in matches), False])[match]
    narrow = (shapes.width <= STAMP_WIDTH) & (characters.count["digit"] >= STAMP_DIGITS)
    narrow[narrow] = _numbers(characters.words, np.flatnonzero(narrow)) >= STAMP_NUMBERS
    dated = dates | (narrow[lines.code] & np.array([*(one.role == "byline" for one in matches), True])[match])
    result = np.zeros(len(lines), dtype=bool)
    candidates = _candidates(lines, heading=heading, reply=reply, says=says, dated=dated)
    if not len(candidates):
        return result
    chosen = np.zeros(lines.documents, dtype=bool)
    chosen[candidates] = True
    of_chosen = chosen[lines.document]
    told = shapes.sentence | shapes.prose
    text = (shapes.width * told)[lines.code].astype(np.int64) * ~known
    signs = _Signs(
        headings=_by_document(lines, heading & of_chosen),
        replies=_by_document(lines, reply & of_chosen),
        says=_by_document(lines, says & of_chosen),
        ways=_ways(lines, np.flatnonzero(dated & of_chosen), dates, stamps),
        prose=_above(shapes.prose[lines.code] & ~known),
        text=_above(text),
        wide=np.flatnonzero(text >= LEAST_TEXT),
        known=np.flatnonzero(known),
        label=(~shapes.sentence & (shapes.words <= LABEL_WORDS))[lines.code] & ~known,
    )
    for document in candidates.tolist():
        start, stop = lines.starts[document : document + 2].tolist()
        for first, last in _threads(_Page(signs, document, start, stop)):
            result[start + first : start + last] = True
    return result


def _candidates(lines: Lines, *, heading: Bools, reply: Bools, says: Bools, dated: Bools) -> Ints:
    """Return the documents that may hold a thread: most hold none, and are done with here."""
    latest = lines.last_marked(heading)
    below = np.where(latest >= 0, np.arange(len(lines)) - latest, len(lines))
    stamps = dated | says

    def count(marks: Bools) -> Ints:
        return np.bincount(lines.document[marks], minlength=lines.documents)

    many = count(stamps) >= LEAST_STAMPS
    found = count(stamps & (below <= HEADING_REACH)) > 0
    found |= many & (count(stamps & (below <= LONGEST_COMMENT)) > 0)
    found |= (count(reply) >= LEAST_STAMPS) | (count(says) >= LEAST_STAMPS) | (many & (count(reply) > 1))
    result: Ints = np.flatnonzero(found)
    return result


def _above(values: Ints | Bools) -> Ints:
    """Return the sum of the values above each line, and behind the last of all."""
    return np.concatenate(([0], np.cumsum(values)))


def _by_document(lines: Lines, marks: Bools) -> Places:
    """Return the places of the marked lines of each document that has some."""
    entries = np.flatnonzero(marks)
    documents = lines.document[entries]
    found: Places = {}
    for document, place in zip(documents.tolist(), (entries - lines.starts[documents]).tolist(), strict=True):
        found.setdefault(document, []).append(place)
    return found


def _ways(lines: Lines, entries: Ints, dates: Bools, stamps: Stamps) -> dict[int, dict[str, list[int]]]:
    """Return of each document the places of `entries` that hold a date, by how it is written."""
    ways: dict[int, dict[str, list[int]]] = {}
    documents = lines.document[entries]
    columns = (column.tolist() for column in (documents, entries - lines.starts[documents], dates[entries]))
    for written, document, place, is_date in zip(stamps(entries), *columns, strict=True):
        way = written or ("relative" if is_date else None)
        if way is not None:
            ways.setdefault(document, {}).setdefault(way, []).append(place)
    return ways


def _numbers(words: Words, codes: Ints) -> Ints:
    """Return how many numbers each of some distinct lines has."""
    places, counts, stops = places_of(words.starts, codes)
    before = np.concatenate(([0], np.cumsum(words.kind.take(places) == KINDS.index("digit"))))
    result: Ints = before[stops] - before[stops - counts]
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
    first, last = stamps[0], stamps[-1]
    gaps = [right - left for left, right in pairwise(stamps)]
    if sum(gap > 1 for gap in gaps) * 2 < len(gaps):
        return None  # a list
    heading, footers = _heading(page, kind, first)
    begin = first if heading is None else heading
    if page.first_text >= begin:
        return None
    few = len(stamps) < LEAST_STAMPS
    if few and (heading is None or footers):
        return None
    if footers and first - begin > HEADING_REACH and page.text(0, begin) < page.text(begin, first):
        return None  # the article stands between
    if heading is None:
        replies = bisect_right(page.replies, last + max(gaps)) - bisect_right(page.replies, first)
        if kind == "dated" and replies < LEAST_STAMPS - 1:
            return None
        footers = kind == "reply" or (kind == "dated" and page.has_prose(begin - 1, begin))
        if not footers and page.is_label(begin - 1):
            begin -= 1  # the name above a date
    if few and page.text(0, begin) < page.text(begin, page.size):
        return None
    below = 0 if footers else min(page.unknown_below(last), max([LONGEST_COMMENT, *gaps]))
    return begin, last + 1 + below


def _heading(page: _Page, kind: Kind, first: int) -> tuple[int | None, bool]:
    """Return the comments' heading above their first stamp, and whether stamps stand below what they are of."""
    number = bisect_left(page.headings, first) - 1
    if number < 0 or page.headings[number] < first - LONGEST_COMMENT:
        return None, False
    heading = page.headings[number]
    if kind == "reply" or page.has_prose(heading, first):
        return heading, True
    return (heading, False) if first - heading <= HEADING_REACH else (None, False)
