"""Which rules hold for each document: its site's, as they were when it was fetched."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from flows.cleaning.lines import Bools, Ints
from flows.cleaning.rules import RuleSet, rule_set
from flows.sites import Profiles

DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True)
class RulesInForce:
    """Rule sets, and which of them holds for each document."""

    sets: list[RuleSet]
    of: Ints
    """An index into `sets` per document."""

    def groups(self) -> Iterator[tuple[RuleSet, Bools]]:
        """Yield each rule set that holds for a document, and marks for the documents."""
        for number in np.unique(self.of).tolist():
            yield self.sets[number], self.of == number


def choose_rules(profiles: Profiles, sites: list[str], *, site: Ints, fetched: Ints) -> RulesInForce:
    """Choose the rules for documents.

    `site` (an index into `sites`) and `fetched` (microseconds since 1970) hold an entry per document.
    """
    numbers: dict[RuleSet, int] = {}

    def number_of(name: str, day: date) -> int:
        return numbers.setdefault(rule_set(profiles.for_site(name, day)), len(numbers))

    days = [profiles.changes(name) for name in sites]
    latest = np.array([number_of(name, known[-1]) for name, known in zip(sites, days, strict=True)], dtype=np.int64)
    of = latest[site] if len(site) else site
    for index, (name, known) in enumerate(zip(sites, days, strict=True)):
        if len(known) > 1:
            own = np.flatnonzero(site == index)
            period = np.searchsorted([_moment(day) for day in known], fetched[own], side="right") - 1
            of[own] = np.array([number_of(name, day) for day in known], dtype=np.int64)[period]
    return RulesInForce(list(numbers), of)


def _moment(day: date) -> int:
    """Return when a day begins, in microseconds since 1970, UTC."""
    return (day - date(1970, 1, 1)).days * DAY
