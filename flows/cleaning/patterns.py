"""Patterns of rules, matched all at once against a line."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from flows.cleaning.lines import Ints
from flows.sites.profile import Rule

_MATCHER_BYTES = 64 << 20
"""What RE2 may fill with states of all patterns at once; with 8 MB, 200 patterns of 40 languages still fit."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One of a rule's patterns."""

    rank: int
    """The rule's place: of several the first counts."""
    profile: str
    rule: Rule
    program: re2._Regexp


def rule_patterns(rank: int, profile: str, rule: Rule) -> list[Pattern]:
    """Return a rule's patterns, compiled."""
    wholes = [f"(?:{pattern})" if rule.case else f"(?i:{pattern})" for pattern in rule.patterns]
    return [Pattern(rank, profile, rule, re2.compile(whole, _options())) for whole in wholes]


class Patterns:
    """Some patterns, for a line at a time."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = list(patterns)
        self._longest = max((pattern.rule.max_chars for pattern in self._patterns), default=0)
        self._set = re2.Set.FullMatchSet(_options())
        for pattern in self._patterns:
            self._set.Add(pattern.program.pattern)
        self._set.Compile()

    def matching(self, line: str) -> list[Pattern]:
        """Return the patterns that match a whole line, in their order."""
        if len(line) > self._longest:
            return []
        found = self._set.Match(line)
        if not found:
            return []
        return [self._patterns[place] for place in sorted(found) if len(line) <= self._patterns[place].rule.max_chars]


class LongLinePatterns:
    """Those of some patterns that may match lines of more than `longer_than` characters, each for many lines at once.

    They are few, and to ask each of them of a column takes a fifth of the time that asking all of each line takes.
    """

    def __init__(self, patterns: Iterable[Pattern], *, longer_than: int) -> None:
        self._patterns = [pattern for pattern in patterns if pattern.rule.max_chars > longer_than]
        self._longer_than = longer_than
        self._longest = max((pattern.rule.max_chars for pattern in self._patterns), default=0)

    def matching(self, lines: pa.LargeStringArray, chars: Ints) -> dict[int, list[Pattern]]:
        """Return the patterns that match whole long lines of so many `chars`, in their order, by the line's place."""
        found: dict[int, list[Pattern]] = defaultdict(list)
        places = np.flatnonzero((chars > self._longer_than) & (chars <= self._longest))
        asked = lines.take(pa.array(places))
        for pattern in self._patterns:
            hits = np.asarray(pc.match_substring_regex(asked, f"^(?:{pattern.program.pattern})$"), dtype=bool)
            for place in places[hits & (chars[places] <= pattern.rule.max_chars)].tolist():
                found[place].append(pattern)
        return found


@cache
def compiled(pattern: str) -> re2._Regexp:
    """Compile a pattern once: Arrow does so at each call, which takes longer than to look at thousands of lines."""
    return re2.compile(pattern)


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _MATCHER_BYTES
    return options
