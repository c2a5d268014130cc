"""The rules that hold for a site, compiled: what a distinct line is by what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from flows.cleaning.credits import MAX_CREDIT_CHARS, Agencies
from flows.cleaning.datelines import MAX_CHARS as MAX_DATE_CHARS
from flows.cleaning.datelines import DateLines
from flows.cleaning.keywords import split_tags
from flows.cleaning.lines import Ints
from flows.cleaning.patterns import LongLinePatterns, Pattern, Patterns, rule_patterns
from flows.cleaning.phrases import HEAD_CHARS, Phrases, phrase_key
from flows.sites import NamedProfile
from flows.sites.profile import Block, Dates, Rule
from schemas.fields import RemovedRole

MAX_STARTED_CHARS = 600
"""Longer lines are left alone, whatever they begin with."""
MAX_MINUTES = 999
LONG_CHARS = 260
"""Most rules that ship hold for lines of so many characters at most. Longer ones, most of what there is to look at, are
asked as a column which of them the few other rules may know."""


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What a rule says of a line."""

    rule: str
    """`<profile>.<id>`"""
    id: str
    role: RemovedRole
    minutes: int | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    block_only: bool = False
    """Whether it counts in blocks alone."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A span of a line, in characters, that isn't the article."""

    start: int
    end: int
    role: RemovedRole
    rule: str


_DATE_LINE = LineMatch("generic.date_line", "date_line", "date")


class RuleSet:
    """The rules of some profiles, those of the first before those of the next, compiled."""

    def __init__(self, profiles: tuple[NamedProfile, ...]) -> None:
        self.blocks: list[tuple[str, Block]] = [
            (f"{named.name}.{block.id}", block) for named in profiles for block in named.profile.blocks
        ]
        self._rules = [(named.name, rule) for named in profiles for rule in named.profile.rules]
        self._phrases: Phrases[tuple[int, LineMatch]] = Phrases()
        for rank, (name, rule) in enumerate(self._rules):
            self._add_phrases(rank, name, rule)
        patterns = [one for rank, (name, rule) in enumerate(self._rules) for one in rule_patterns(rank, name, rule)]
        self._patterns = Patterns(patterns)
        self._add_languages(profiles)
        self._agencies = Agencies(agency for named in profiles for agency in named.profile.agencies)
        self._dates = DateLines(_dates(profiles))
        self._short = max(self._phrases.longest, MAX_CREDIT_CHARS)
        self._label = max(self._short, MAX_DATE_CHARS)
        self._long = max(self._label, LONG_CHARS)
        self._of_long = LongLinePatterns(patterns, longer_than=self._long)
        self._spans = [
            (f"{named.name}.{span.id}", span.role, pattern, pattern.groupindex["cut"])
            for named in profiles
            for span in named.profile.spans
            for pattern in [re2.compile(span.pattern)]
        ]

    @property
    def has_spans(self) -> bool:
        """Whether any span is to be cut from kept lines."""
        return bool(self._spans)

    def _add_phrases(self, rank: int, name: str, rule: Rule) -> None:
        plain = _plain_match(name, rule)
        for phrase in rule.lines:
            self._phrases.add(phrase, (rank, plain))
        for start in rule.starts:
            self._phrases.add_start(start, (rank, plain))

    def _add_languages(self, profiles: tuple[NamedProfile, ...]) -> None:
        rank = len(self._rules)
        for named in profiles:
            for code, labels in named.profile.languages.items():
                label = LineMatch(f"{named.name}.language_label", "language_label", "translation", block_only=True)
                code_match = LineMatch(f"{named.name}.language_code", "language_code", "translation", block_only=True)
                self._phrases.add(code, (rank, code_match))
                for text in labels:
                    self._phrases.add(text, (rank, label))

    def match(self, lines: Sequence[str]) -> list[LineMatch | None]:
        """Return what the rules say of each line; the first rule that knows a line counts."""
        return self.match_column(pa.array(lines, pa.large_string()))

    def match_column(self, lines: pa.LargeStringArray) -> list[LineMatch | None]:
        """Return the same of lines that stand in a column."""
        chars = np.asarray(pc.utf8_length(lines), dtype=np.int64)
        said: list[LineMatch | None] = [None] * len(lines)
        short = np.flatnonzero(chars <= self._label)
        for place, line in zip(short.tolist(), lines.take(pa.array(short)).to_pylist(), strict=True):
            said[place] = self._match_label(line)
        prose = np.flatnonzero(chars > self._label)
        for place, match in self._match_prose(lines.take(pa.array(prose)), chars[prose]):
            said[int(prose[place])] = match
        return said

    def stamp(self, line: str) -> str | None:
        """Return how a line that holds a date writes it; None for one that holds none."""
        return self._dates.stamp(line)

    def _match_label(self, line: str) -> LineMatch | None:
        short = len(line) <= self._short
        key = phrase_key(line[: self._short]) if short or self._phrases.may_start(line) else ""
        rank, found = self._phrase(line, key) if key else (len(self._rules) + 1, None)
        if hits := self._patterns.matching(line):
            found = self._first_pattern(line, hits, rank) or found
        if found is None and self._dates.known(line):
            return _DATE_LINE
        return found or (self._credit(line, key) if short else None)

    def _match_prose(self, lines: pa.LargeStringArray, chars: Ints) -> Iterator[tuple[int, LineMatch | None]]:
        """Match lines too long for a phrase, a date or a credit: those that a rule may know, with their places."""
        hits = self._prose_patterns(lines, chars)
        heads = pc.dictionary_encode(pc.utf8_slice_codeunits(lines, 0, HEAD_CHARS))
        starting = np.array([self._phrases.may_start(head) for head in heads.dictionary.to_pylist()], dtype=bool)
        may_start = starting[np.asarray(heads.indices)] & (chars <= MAX_STARTED_CHARS)
        places = sorted({*hits, *np.flatnonzero(may_start).tolist()})
        texts = lines.take(pa.array(places, pa.int64())).to_pylist()
        for place, line in zip(places, texts, strict=True):
            yield place, self._known_prose(line, hits.get(place, []), may_start=bool(may_start[place]))

    def _prose_patterns(self, lines: pa.LargeStringArray, chars: Ints) -> dict[int, list[Pattern]]:
        """Return the patterns that match lines of so many `chars`, by the line's place."""
        few = np.flatnonzero(chars <= self._long)
        asked = zip(few.tolist(), lines.take(pa.array(few)).to_pylist(), strict=True)
        hits = {place: found for place, line in asked if (found := self._patterns.matching(line))}
        return hits | self._of_long.matching(lines, chars)

    def _known_prose(self, line: str, hits: list[Pattern], *, may_start: bool) -> LineMatch | None:
        rank, found = self._phrase(line, phrase_key(line[: self._short])) if may_start else (len(self._rules) + 1, None)
        return (self._first_pattern(line, hits, rank) if hits else None) or found

    def _phrase(self, line: str, key: str) -> tuple[int, LineMatch | None]:
        """Return what phrases say of a line, and the rank of the rule."""
        said, number = self._phrases.whole(key) if len(line) <= self._short else (None, None)
        if said is not None and said[1].role == "reading_time" and number is not None:
            said = (said[0], replace(said[1], minutes=number)) if number <= MAX_MINUTES else None
        if said is None and len(line) <= MAX_STARTED_CHARS:
            said = self._phrases.started(key)
        return said or (len(self._rules) + 1, None)

    def _first_pattern(self, line: str, hits: list[Pattern], rank: int) -> LineMatch | None:
        """Return what the first of the patterns that match, before `rank`, says of a line."""
        for pattern in hits:
            if pattern.rank >= rank:
                break
            groups = pattern.program.fullmatch(line) if pattern.program.groupindex else None
            plain = _plain_match(pattern.profile, pattern.rule)
            known = self._pattern_match(plain, groups.groupdict()) if groups else plain
            if known is not None:
                return known
        return None

    def _pattern_match(self, plain: LineMatch, groups: dict[str, str | None]) -> LineMatch | None:
        minutes = groups.get("minutes")
        people, agencies = self._agencies.in_byline(groups.get("authors") or "")
        if "authors" in groups and not people and not agencies:
            return None  # "By Tuesday noon": nobody's name
        tags = split_tags(groups.get("tags") or "")
        if "tags" in groups and not tags:
            return None  # "Topics: " and then a sentence
        number = int(minutes) if minutes and len(minutes) <= 4 else None
        return replace(plain, minutes=number, authors=people, agencies=agencies, tags=tags)

    def _credit(self, line: str, key: str) -> LineMatch | None:
        """Take a line of agencies and staff initials for a credit."""
        agencies = self._agencies.credited(line) if self._agencies.may_credit(key) else ()
        if not agencies:
            return None
        return LineMatch("generic.agency_credit", "agency_credit", "credit", agencies=agencies)

    def span_candidates(self, lines: Sequence[str]) -> list[int]:
        """Return which lines hold a span to cut."""
        programs = [pattern for _, _, pattern, _ in self._spans]
        return [place for place, line in enumerate(lines) if any(program.search(line) for program in programs)]

    def spans(self, line: str) -> list[Cut]:
        """Return the spans to cut from a line, by place, none overlapping."""
        found = [
            Cut(match.start(group), match.end(group), role, rule)
            for rule, role, pattern, group in self._spans
            for match in pattern.finditer(line)
            if match.end(group) > match.start(group)
        ]
        cuts: list[Cut] = []
        for cut in sorted(found, key=lambda cut: (cut.start, -cut.end)):
            if not cuts or cut.start >= cuts[-1].end:
                cuts.append(cut)
        return cuts


@lru_cache(maxsize=1024)
def rule_set(profiles: tuple[NamedProfile, ...]) -> RuleSet:
    """Return the rule set of profiles, compiled once for each combination."""
    return RuleSet(profiles)


def _dates(profiles: tuple[NamedProfile, ...]) -> Dates:
    dates = [named.profile.dates for named in profiles]
    return Dates(
        labels=[label for one in dates for label in one.labels],
        months=[month for one in dates for month in one.months],
        words=[word for one in dates for word in one.words],
    )


def _plain_match(name: str, rule: Rule) -> LineMatch:
    return LineMatch(f"{name}.{rule.id}", rule.id, rule.role, block_only=rule.block_only)
