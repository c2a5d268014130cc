"""The rules that hold for a site, compiled: what a distinct line is by what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import re2

from flows.cleaning.credits import MAX_CREDIT_CHARS, Agencies
from flows.cleaning.datelines import MAX_CHARS as MAX_DATE_CHARS
from flows.cleaning.datelines import DateLines
from flows.cleaning.keywords import split_tags
from flows.cleaning.patterns import Pattern, Patterns, rule_patterns
from flows.cleaning.phrases import Phrases, phrase_key
from flows.sites import NamedProfile
from flows.sites.profile import Block, Dates, Rule
from schemas.fields import RemovedRole

MAX_STARTED_CHARS = 600
"""Longer lines are left alone, whatever they begin with."""
MAX_MINUTES = 999
LONG_CHARS = 260
"""Most rules that ship hold for lines of so many characters at most: the few for longer ones are matched by themselves,
as prose is most of what there is to look at, and costs them half the time."""


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
        self._patterns, self._of_long = Patterns(patterns), Patterns(patterns, longer_than=LONG_CHARS)
        self._add_languages(profiles)
        self._agencies = Agencies(agency for named in profiles for agency in named.profile.agencies)
        self._dates = DateLines(_dates(profiles))
        self._short = max(self._phrases.longest, MAX_CREDIT_CHARS)
        self._label = max(self._short, MAX_DATE_CHARS)
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
        return [self._match(line) if len(line) <= self._label else self._match_prose(line) for line in lines]

    def stamp(self, line: str) -> str | None:
        """Return how a line that holds a date writes it; None for one that holds none."""
        return self._dates.stamp(line)

    def _match(self, line: str) -> LineMatch | None:
        short = len(line) <= self._short
        key = phrase_key(line[: self._short]) if short or self._phrases.may_start(line) else ""
        rank, found = self._phrase(line, key) if key else (len(self._rules) + 1, None)
        if hits := self._patterns.matching(line):
            found = self._first_pattern(line, hits, rank) or found
        if found is None and self._dates.known(line):
            return _DATE_LINE
        return found or (self._credit(line, key) if short else None)

    def _match_prose(self, line: str) -> LineMatch | None:
        """Match a line that is too long for a phrase, a date or a credit."""
        rank, found = len(self._rules) + 1, None
        if self._phrases.may_start(line):
            rank, found = self._phrase(line, phrase_key(line[: self._short]))
        hits = (self._patterns if len(line) <= LONG_CHARS else self._of_long).matching(line)
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
