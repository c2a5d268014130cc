"""What the furniture tells about the article: authors, agencies, reading time, translations, teasers."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flows.cleaning.blocks import FoundBlock
from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools

CREDIT_REACH = 3
"""A credit this many lines below the article is its own; further down it belongs to a teaser."""


@dataclass
class Facts:
    """What one document's furniture tells."""

    authors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    reading_minutes: int | None = None
    translations: list[dict[str, str | None]] = field(default_factory=list)
    teasers: list[dict[str, Any]] = field(default_factory=list)


def gather_facts(decisions: Decisions, *, of: Bools) -> dict[int, Facts]:
    """Return the facts of the documents marked in `of` that have any, by document."""
    facts: dict[int, Facts] = defaultdict(Facts)
    _from_rules(decisions, of, facts)
    for found in decisions.blocks:
        document = int(decisions.lines.document[found.start])
        if of[document]:
            _from_block(decisions, found, facts[document])
    return facts


def _from_rules(decisions: Decisions, of: Bools, facts: dict[int, Facts]) -> None:
    telling = [bool(m.authors or m.agencies or m.minutes is not None) for m in decisions.matches]
    lines = decisions.lines
    marked = np.array([*telling, False])[decisions.match] & (decisions.block < 0) & of[lines.document]
    reach = decisions.last[lines.document] + CREDIT_REACH
    no_article = (decisions.first == decisions.last)[lines.document]
    marked &= (np.arange(len(lines)) < reach) | no_article
    for entry in np.flatnonzero(marked).tolist():
        match = decisions.matches[decisions.match[entry]]
        known = facts[int(lines.document[entry])]
        known.authors += [author for author in match.authors if author not in known.authors]
        known.agencies += [agency for agency in match.agencies if agency not in known.agencies]
        if known.reading_minutes is None:
            known.reading_minutes = match.minutes


def _from_block(decisions: Decisions, found: FoundBlock, facts: Facts) -> None:
    lines = decisions.lines
    if found.block.role == "translation":
        facts.translations.append(
            {
                "language": (found.text(lines, "language") or "und").lower(),
                "label": found.text(lines, "label"),
                "title": found.text(lines, "title"),
                "url": None,
            }
        )
        return
    facts.teasers.append(
        {
            "position": len(facts.teasers) + 1,
            "kind": found.block.kind,
            "title": found.text(lines, "title"),
            "summary": found.text(lines, "summary"),
            "published_at": None,
            "url": None,
        }
    )
