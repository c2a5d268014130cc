"""The rules that hold for a site, compiled: what a distinct line is by what it says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import re2

from flows.sites import NamedProfile
from flows.sites.profile import Block, Rule
from schemas.fields import RemovedRole

MAX_PHRASE_CHARS = 200
EDGE_CHARS = 8
"""Punctuation and symbols that a line may carry around a phrase."""
_CREDIT_CHARS = 80
_CREDIT_PARTS = re.compile(r"\s*[/,;·|]\s*|\s+(?:and|und|et|y|e)\s+")
_INITIALS = re.compile(r"^[a-zà-ÿ]{2,5}\.?$")
_MAX_MEMORY = 64 << 20
"""RE2 builds its automaton as it goes, and starts afresh when it outgrows this."""
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
        self._agencies = {agency.casefold() for named in profiles for agency in named.profile.agencies}
        self._longest_phrase = max(map(len, self._phrases), default=0) + EDGE_CHARS
        self._any = _joined([pattern.pattern for _, _, _, pattern in self._patterns])
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
        longest = self._max_chars
        return [self._match(line) if len(line) <= longest else None for line in lines]

    def _match(self, line: str) -> LineMatch | None:
        rank, found = len(self._rules) + 1, None
        if len(line) <= self._longest_phrase:
            rank, found = self._phrases.get(phrase_key(line), (rank, None))
        if self._any.fullmatch(line) is not None:
            for pattern_rank, name, rule, pattern in self._patterns:
                if pattern_rank >= rank:
                    break
                hit = pattern.fullmatch(line) if len(line) <= rule.max_chars else None
                known = _pattern_match(name, rule, hit) if hit is not None else None
                if known is not None:
                    return known
        if found is not None:
            return found
        return self._credit(line) if len(line) <= _CREDIT_CHARS else None

    def _credit(self, line: str) -> LineMatch | None:
        """Take agencies and staff initials between slashes for a credit."""
        parts = _CREDIT_PARTS.split(line.strip("()[] .–—-"))
        agencies = [part for part in parts if part.casefold() in self._agencies]
        others = [part for part in parts if part.casefold() not in self._agencies]
        if not agencies or not all(_INITIALS.match(part) for part in others):
            return None
        if len(parts) == 1 and len(parts[0]) <= 2:
            return None  # two letters alone say too little
        named = tuple(dict.fromkeys(agencies))
        return LineMatch("generic.agency_credit", "agency_credit", "credit", agencies=named)

    def span_candidates(self, lines: Sequence[str]) -> list[int]:
        """Return which lines hold a span to cut."""
        return [
            place
            for place, line in enumerate(lines)
            if any(pattern.search(line) is not None for _, _, pattern, _ in self._spans)
        ]

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


def _joined(patterns: list[str]) -> re2._Regexp:
    """Return one pattern for all: 96 lines in 100 match none, and are done with after one search."""
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    return re2.compile("|".join(_GROUP.sub("(?:", pattern) for pattern in patterns) or "[^\\s\\S]", options)


_EDGES = (
    "".join(
        char for char in map(chr, range(0x3000)) if not char.isalnum() and not char.isspace() and char.isprintable()
    )
    + " "
)


def phrase_key(line: str) -> str:
    """Return what phrases are compared by: no case, no punctuation or symbols at the ends, single spaces."""
    return " ".join(line.strip(_EDGES).casefold().split())


def _plain_match(name: str, rule: Rule) -> LineMatch:
    return LineMatch(f"{name}.{rule.id}", rule.id, rule.role, block_only=rule.block_only)


def _pattern_match(name: str, rule: Rule, match: re2._Match) -> LineMatch | None:
    groups = match.groupdict()
    minutes = groups.get("minutes")
    authors = _names(groups["authors"]) if groups.get("authors") else ()
    if "authors" in groups and not authors:
        return None  # "By Tuesday noon": nobody's name
    return LineMatch(
        f"{name}.{rule.id}",
        rule.id,
        rule.role,
        minutes=int(minutes) if minutes and len(minutes) <= 4 else None,
        authors=authors,
        block_only=rule.block_only,
    )


_AND = re.compile(r"\s*&\s*|\s+(?:and|und|et|y|e)\s+")
_PARTICLES = frozenset(
    [
        "de",
        "von",
        "van",
        "der",
        "den",
        "di",
        "da",
        "del",
        "della",
        "la",
        "le",
        "al",
        "bin",
        "ter",
        "zu",
        "du",
        "dos",
        "das",
        "el",
    ]
)
_NAME_WORDS = (2, 5)


def _names(text: str) -> tuple[str, ...]:
    """Return the people a byline names; none when a part of it is no name.

    Where nothing like "and" links them, what follows a comma is an office or a place.
    """
    parts = _AND.split(text.strip())
    parts = [piece for part in parts for piece in part.split(",")] if len(parts) > 1 else text.split(",")[:1]
    names = tuple(part.strip() for part in parts if part.strip())
    return names if all(_is_name(name) for name in names) else ()


def _is_name(name: str) -> bool:
    words = name.split()
    if not _NAME_WORDS[0] <= len(words) <= _NAME_WORDS[1]:
        return False
    return all(word in _PARTICLES or (word[0].isupper() and not any(c.isdigit() for c in word)) for word in words)
