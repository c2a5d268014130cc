"""Patterns of rules, matched all at once against a line."""

from collections.abc import Iterable
from dataclasses import dataclass

import re2

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
    """Those of some patterns that may match a line of more than `longer_than` characters."""

    def __init__(self, patterns: Iterable[Pattern], *, longer_than: int = 0) -> None:
        self._patterns = [pattern for pattern in patterns if pattern.rule.max_chars > longer_than]
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


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _MATCHER_BYTES
    return options
