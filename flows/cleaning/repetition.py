"""What repeats on a site: furniture learned from the documents themselves, per site and month."""

import math
from dataclasses import dataclass

import numpy as np

from flows.cleaning.lines import Bools, Ints, Lines, count_partners, distinct_values
from flows.cleaning.shapes import Shapes
from flows.cleaning.variants import NAME_STORIES, name_variant_codes

FEW_STORIES = 3
"""A paragraph in at most this many stories may be background that follow-ups carry on; a prompt set into
the body is soon in more."""
FEW_SHARE = 0.02
"""On a large site, so many of its stories count as few."""


@dataclass(frozen=True)
class Repetition:
    """How often each line of each site occurs. Arrays with an entry for each distinct (site, line)."""

    site: Ints
    code: Ints
    """The line: of near-variants the first that the site has."""
    variants: Ints
    """How many lines that differ in numbers, dates or names count as this one."""
    stories: Ints
    """Stories of the site that hold the line."""
    site_stories: Ints
    """Stories of the site."""
    first_seen: Ints
    """Earliest fetch of a page with it, microseconds since 1970."""
    last_seen: Ints
    of_line: Ints
    """For each entry of `Lines`, its (site, line)."""

    def template(self, *, min_stories: int, min_share: float) -> Bools:
        """Tell for each (site, line) whether it repeats often enough to be furniture."""
        needed = np.maximum(min_stories, np.ceil(min_share * self.site_stories))
        result: Bools = self.stories >= needed
        return result

    def few(self) -> Bools:
        """Tell for each (site, line) whether so few stories hold it, word by word, that follow-ups explain it."""
        few = self.stories <= np.maximum(FEW_STORIES, np.floor(FEW_SHARE * self.site_stories))
        result: Bools = few & (self.variants == 1)
        return result


def count_lines(lines: Lines, shapes: Shapes, *, site: Ints, story: Ints, fetched: Ints, variant: Ints) -> Repetition:
    """Count in how many stories of its site each line occurs; near-variants of a line count as one.

    `site`, `story` and `fetched` (microseconds) hold an entry per document, `variant` the `variant_codes` of lines.
    """
    by_name = name_variant_codes(lines.distinct, variant, sentence=shapes.prose | shapes.full_stop)
    code = _by_name_where_many(lines, variant, by_name, site=site, story=story)
    size = max(1, len(lines.distinct))
    keys, of_line = np.unique(site[lines.document] * size + code, return_inverse=True)
    of_line = of_line.astype(np.int64)
    example = np.zeros(len(keys), dtype=np.int64)
    example[of_line[::-1]] = np.arange(len(lines))[::-1]  # the first of each; np.unique takes twice as long for it
    story_sites = np.unique(np.stack([site, story]), axis=1)[0] if lines.documents else site
    site_count = np.bincount(story_sites, minlength=int(site.max(initial=0)) + 1).astype(np.int64)
    moments = fetched[lines.document]
    first = np.full(len(keys), np.iinfo(np.int64).max)
    last = np.full(len(keys), np.iinfo(np.int64).min)
    np.minimum.at(first, of_line, moments)
    np.maximum.at(last, of_line, moments)
    sites = keys // size
    return Repetition(
        site=sites,
        code=lines.code[example],
        variants=count_partners(of_line, lines.code, len(keys)),
        stories=count_partners(of_line, story[lines.document], len(keys)),
        site_stories=site_count[sites] if len(keys) else sites,
        first_seen=first,
        last_seen=last,
        of_line=of_line,
    )


def _by_name_where_many(lines: Lines, codes: Ints, by_name: Ints, *, site: Ints, story: Ints) -> Ints:
    """Return each line's code: the one that takes names for alike where enough stories of its site bear it out."""
    code = codes[lines.code]
    entries = np.flatnonzero(by_name[lines.code] != codes[lines.code])
    named = distinct_values(by_name[lines.code[entries]])
    entries = np.flatnonzero(np.isin(by_name[lines.code], named))
    if not len(entries):
        return code
    size = len(lines.distinct)
    documents = lines.document[entries]
    keys, of_entry = np.unique(site[documents] * size + by_name[lines.code[entries]], return_inverse=True)
    many = (count_partners(of_entry, story[documents], len(keys)) >= NAME_STORIES)[of_entry]
    code[entries[many]] = by_name[lines.code[entries[many]]]
    return code


def embedded_prose(document: Ints, *, prose: Bools, repeats: Bools, few: Bools) -> Bools:
    """Mark repeated paragraphs that stand between paragraphs of the story's own.

    Follow-ups carry background on, word for word, in the middle of new sentences; a teaser or a prompt stands
    beside headlines, labels and other furniture. Marked is prose that repeats in few stories, in an unbroken
    run of prose that begins and ends with prose of this page alone. All arrays hold an entry per line.
    """
    marks = np.zeros(len(document), dtype=bool)
    joins = prose[1:] & prose[:-1] & (document[1:] == document[:-1])
    run = np.concatenate(([0], np.cumsum(~joins))) if len(document) else np.zeros(0, dtype=np.int64)
    own = prose & ~repeats
    for start, stop in _runs(run, prose & repeats & few):
        first_own, last_own = _ends(own[start:stop])
        if first_own < last_own:
            inside = slice(start + first_own, start + last_own + 1)
            marks[inside] = (repeats & few)[inside]
    return marks


def _runs(run: Ints, wanted: Bools) -> list[tuple[int, int]]:
    """Bounds of the runs that hold a wanted line."""
    numbers = np.unique(run[wanted])
    starts = np.searchsorted(run, numbers, side="left").tolist()
    stops = np.searchsorted(run, numbers, side="right").tolist()
    return list(zip(starts, stops, strict=True))


def _ends(marks: Bools) -> tuple[int, int]:
    """First and last marked place; (0, 0) when there is none."""
    places = np.flatnonzero(marks)
    return (int(places[0]), int(places[-1])) if len(places) else (0, 0)


def share(part: int, whole: int) -> float:
    """Return part / whole, cut to 6 digits so that it prints alike everywhere."""
    return math.floor(part / whole * 1e6) / 1e6 if whole else 0.0
