"""What lines are that no rule knows alone, but that stand where it tells: authors' names, tags, listed headlines."""

from dataclasses import dataclass

from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools, Ints
from flows.cleaning.listed import listed_headlines
from flows.cleaning.names import name_lines
from flows.cleaning.tags import tagged_lines


@dataclass(frozen=True)
class Signs:
    """Removed lines that say something of the article, as entries of `Lines`."""

    authors: dict[int, tuple[str, ...]]
    """Lines that are names, and whose."""
    tags: list[int]
    listed: list[int]
    """Headlines of other stories."""


def read_signs(decisions: Decisions, site: Ints, *, of: Bools) -> Signs:
    """Return the signs in the documents marked in `of`; `site` has a number for the site of every document."""
    tags = [entry for run in tagged_lines(decisions, of=of).values() for entry in run]
    taken = set(tags)
    return Signs(
        authors=name_lines(decisions, of=of),
        tags=tags,
        listed=[entry for entry in listed_headlines(decisions, site, of=of) if entry not in taken],
    )
