"""The rules that hold for a site, compiled: what a distinct line is by what it says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from flows.cleaning.credits import Agencies
from flows.cleaning.keywords import split_tags
from flows.sites import NamedProfile
from flows.sites.profile import Block, Rule
from schemas.fields import RemovedRole

MAX_PHRASE_CHARS = 200
EDGE_CHARS = 8
"""Punctuation and symbols that a line may carry around a phrase."""
_BATCH = 32
"""From this many lines on, Arrow's RE2, which compiles anew each time (6 ms) and then takes 0.3 µs a line,
beats a call a line (3 µs)."""
MAX_PROGRAM = 6000
"""Patterns joined beyond this size (RE2's own count) outgrow the memory that Arrow gives RE2, and take
ten times as long: measured at 20,000."""
_GROUP = re.compile(r"\(\?P<\w+>")


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


class RuleSet:
    """The rules of some profiles, those of the first before those of the next, compiled."""

    def __init__(self, profiles: tuple[NamedProfile, ...]) -> None:
        self.blocks: list[tuple[str, Block]] = [
            (f"{named.name}.{block.id}", block) for named in profiles for block in named.profile.blocks
        ]
        self._rules = [(named.name, rule) for named in profiles for rule in named.profile.rules]
        self._max_chars = max([MAX_PHRASE_CHARS, *(rule.max_chars for _, rule in self._rules)])
        self._phrases: dict[str, tuple[int, LineMatch]] = {}
        self._patterns: list[tuple[int, str, Rule, re2._Regexp]] = []
        for rank, (name, rule) in enumerate(self._rules):
            self._add(rank, name, rule)
        self._add_languages(profiles)
        self._agencies = Agencies(agency for named in profiles for agency in named.profile.agencies)
        self._longest_phrase = max(map(len, self._phrases), default=0) + EDGE_CHARS
        self._any = _programs([pattern.pattern for _, _, _, pattern in self._patterns])
        self._spans = [
            (f"{named.name}.{span.id}", span.role, pattern, pattern.groupindex["cut"])
            for named in profiles
            for span in named.profile.spans
            for pattern in [re2.compile(span.pattern)]
        ]
        self._any_span = [re2.compile(pattern.pattern) for _, _, pattern, _ in self._spans]

    @property
    def has_spans(self) -> bool:
        """Whether any span is to be cut from kept lines."""
        return bool(self._spans)

    def _add(self, rank: int, name: str, rule: Rule) -> None:
        plain = _plain_match(name, rule)
        for phrase in rule.lines:
            self._phrases.setdefault(phrase_key(phrase), (rank, plain))
        for pattern in rule.patterns:
            whole = f"(?:{pattern})" if rule.case else f"(?i:{pattern})"
            self._patterns.append((rank, name, rule, re2.compile(whole)))

    def _add_languages(self, profiles: tuple[NamedProfile, ...]) -> None:
        rank = len(self._rules)
        for named in profiles:
            for code, labels in named.profile.languages.items():
                label = LineMatch(f"{named.name}.language_label", "language_label", "translation", block_only=True)
                code_match = LineMatch(f"{named.name}.language_code", "language_code", "translation", block_only=True)
                self._phrases.setdefault(phrase_key(code), (rank, code_match))
                for text in labels:
                    self._phrases.setdefault(phrase_key(text), (rank, label))

    def match(self, lines: Sequence[str]) -> list[LineMatch | None]:
        """Return what the rules say of each line; the first rule that knows a line counts."""
        texts = [line if len(line) <= self._max_chars else "" for line in lines]
        hits = _search(texts, self._any)  # 96 lines in 100 match no pattern, and are done with after this
        return [self._match(line, hit) for line, hit in zip(lines, hits, strict=True)]

    def _match(self, line: str, hit: bool) -> LineMatch | None:
        rank, found = len(self._rules) + 1, None
        if len(line) <= self._longest_phrase:
            rank, found = self._phrases.get(phrase_key(line), (rank, None))
        if hit:
            found = self._first_pattern(line, rank) or found
        return found or self._credit(line)

    def _first_pattern(self, line: str, rank: int) -> LineMatch | None:
        """Return what the first pattern before `rank` says of a line."""
        for pattern_rank, name, rule, pattern in self._patterns:
            if pattern_rank >= rank:
                break
            groups = pattern.fullmatch(line) if len(line) <= rule.max_chars else None
            known = self._pattern_match(name, rule, groups.groupdict()) if groups is not None else None
            if known is not None:
                return known
        return None

    def _pattern_match(self, name: str, rule: Rule, groups: dict[str, str | None]) -> LineMatch | None:
        minutes = groups.get("minutes")
        people, agencies = self._agencies.in_byline(groups.get("authors") or "")
        if "authors" in groups and not people and not agencies:
            return None  # "By Tuesday noon": nobody's name
        tags = split_tags(groups.get("tags") or "")
        if "tags" in groups and not tags:
            return None  # "Topics: " and then a sentence
        plain = _plain_match(name, rule)
        number = int(minutes) if minutes and len(minutes) <= 4 else None
        return replace(plain, minutes=number, authors=people, agencies=agencies, tags=tags)

    def _credit(self, line: str) -> LineMatch | None:
        """Take a line of agencies and staff initials for a credit."""
        agencies = self._agencies.credited(line)
        if not agencies:
            return None
        return LineMatch("generic.agency_credit", "agency_credit", "credit", agencies=agencies)

    def span_candidates(self, lines: Sequence[str]) -> list[int]:
        """Return which lines hold a span to cut."""
        return [place for place, hit in enumerate(_search(lines, self._any_span)) if hit]

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


def _programs(patterns: list[str]) -> list[re2._Regexp]:
    """Return patterns that together find the lines that one of `patterns` matches."""
    joined: list[list[str]] = []
    size = MAX_PROGRAM
    for pattern in patterns:
        alone = re2.compile(pattern).programsize
        if size + alone > MAX_PROGRAM:
            joined.append([])
            size = 0
        joined[-1].append(_GROUP.sub("(?:", pattern))
        size += alone
    return [re2.compile(f"\\A(?:{'|'.join(some)})\\z") for some in joined]


def _search(lines: Sequence[str], programs: list[re2._Regexp]) -> list[bool]:
    """Tell which lines some program finds something in."""
    if len(lines) < _BATCH:
        return [any(program.search(line) is not None for program in programs) for line in lines]
    texts = pa.array(lines, pa.large_string())
    hits = np.zeros(len(lines), dtype=bool)
    for program in programs:
        hits |= np.asarray(pc.match_substring_regex(texts, program.pattern))
    found: list[bool] = hits.tolist()
    return found


def phrase_key(line: str) -> str:
    """Return what phrases are compared by: no case, no punctuation or symbols at the ends, single spaces."""
    start, end = 0, len(line)
    while start < end and not line[start].isalnum():
        start += 1
    while start < end and not line[end - 1].isalnum():
        end -= 1
    return " ".join(line[start:end].casefold().split())


def _plain_match(name: str, rule: Rule) -> LineMatch:
    return LineMatch(f"{name}.{rule.id}", rule.id, rule.role, block_only=rule.block_only)
