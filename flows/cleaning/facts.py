"""What the furniture tells about the article: authors, agencies, reading time, tags, captions, teasers and more."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from flows.cleaning.blocks import FoundBlock
from flows.cleaning.dating import date_block
from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools
from flows.cleaning.moments import Circumstances
from flows.cleaning.signs import Signs
from flows.cleaning.tags import LABEL_REACH

HEAD_REACH = 15
"""A byline this many lines above the text is its own; those further up are of teasers in the site's menu."""
CREDIT_REACH = 3
"""A credit this many lines below the article is its own; further down it belongs to a teaser."""


@dataclass
class Facts:
    """What one document's furniture tells."""

    authors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    reading_minutes: int | None = None
    tags: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    translations: list[dict[str, str | None]] = field(default_factory=list)
    teasers: list[dict[str, Any]] = field(default_factory=list)


def gather_facts(decisions: Decisions, signs: Signs, where: dict[int, Circumstances], *, of: Bools) -> dict[int, Facts]:
    """Return the facts of the documents marked in `of` that have any, by document.

    `where` has what the dates of each of these documents are read by.
    """
    facts: dict[int, Facts] = defaultdict(Facts)
    _from_rules(decisions, of, facts)
    _from_signs(decisions, signs, facts)
    _captions(decisions, of, facts)
    blocks = [found for found in decisions.blocks if of[decisions.lines.document[found.start]]]
    titles = decisions.lines.texts(signs.listed)
    teasers: list[tuple[int, FoundBlock | str]] = [(found.start, found) for found in blocks]
    teasers += zip(signs.listed, titles, strict=True)
    for entry, teaser in sorted(teasers, key=lambda one: one[0]):
        document = int(decisions.lines.document[entry])
        if isinstance(teaser, str):
            _add_teaser(facts[document], kind="list", title=teaser)
        else:
            _from_block(decisions, teaser, facts[document], where[document])
    return facts


def _from_rules(decisions: Decisions, of: Bools, facts: dict[int, Facts]) -> None:
    telling = [bool(m.authors or m.agencies or m.minutes is not None or m.tags) for m in decisions.matches]
    tags = [bool(m.tags) for m in decisions.matches]
    lines = decisions.lines
    marked = np.array([*telling, False])[decisions.match] & (decisions.block < 0) & of[lines.document]
    further = np.where(np.array([*tags, False])[decisions.match], LABEL_REACH, CREDIT_REACH)
    no_article = (decisions.first == decisions.last)[lines.document]
    place = np.arange(len(lines))
    near = (place >= decisions.first[lines.document] - HEAD_REACH) & (place < decisions.last[lines.document] + further)
    marked &= near | no_article
    for entry in np.flatnonzero(marked).tolist():
        match = decisions.matches[decisions.match[entry]]
        known = facts[int(lines.document[entry])]
        _add(known.authors, match.authors)
        _add(known.agencies, match.agencies)
        _add(known.tags, match.tags)
        if known.reading_minutes is None:
            known.reading_minutes = match.minutes


def _from_signs(decisions: Decisions, signs: Signs, facts: dict[int, Facts]) -> None:
    for entry, people in signs.authors.items():
        _add(facts[int(decisions.lines.document[entry])].authors, people)
    for entry in signs.tags:
        _add(facts[int(decisions.lines.document[entry])].tags, (decisions.lines.text(entry),))


def _captions(decisions: Decisions, of: Bools, facts: dict[int, Facts]) -> None:
    """Take the captions that stand between an article's headline and its end."""
    lines = decisions.lines
    title, first = decisions.title[lines.document], decisions.first[lines.document]
    head = np.where((title >= 0) & (title < first), title, first)
    entry = np.arange(len(lines))
    caption = np.array([*(match.role == "caption" for match in decisions.matches), False])[decisions.match]
    caption &= of[lines.document] & (decisions.block < 0) & ~decisions.kept
    for place in np.flatnonzero(caption & (entry > head) & (entry < decisions.last[lines.document])).tolist():
        _add(facts[int(lines.document[place])].captions, (lines.text(place),))


def _add(known: list[str], more: tuple[str, ...]) -> None:
    known += [one for one in more if one not in known]


def _from_block(decisions: Decisions, found: FoundBlock, facts: Facts, where: Circumstances) -> None:
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
    _add_teaser(
        facts,
        kind=found.block.kind,
        title=found.text(lines, "title"),
        summary=found.text(lines, "summary"),
        published_at=date_block(decisions, found, where),
    )


def _add_teaser(
    facts: Facts, *, kind: str, title: str | None, summary: str | None = None, published_at: datetime | None = None
) -> None:
    position = len(facts.teasers) + 1
    facts.teasers.append(
        {
            "position": position,
            "kind": kind,
            "title": title,
            "summary": summary,
            "published_at": published_at,
            "url": None,
        }
    )
