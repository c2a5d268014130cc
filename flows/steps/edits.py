"""What becomes different: an article's edit, and a site's edits and lines in numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from flows.tables.layout import Partition

Kind = Literal["changed", "came", "went"]


@dataclass(frozen=True)
class Edit:
    """An article whose text will be another, that comes or goes."""

    kind: Kind
    size: int
    """Characters of its lines that come or go."""
    site: str
    article_id: str
    before: Partition | None
    after: Partition | None

    @property
    def month(self) -> str:
        """The month of its document: of the one it will come from, else of the one it came from."""
        home = self.after or self.before
        assert home is not None
        return home.month

    @property
    def rank(self) -> tuple[int, str]:
        """Sorts the largest first."""
        return (-self.size, self.article_id)


@dataclass
class SiteCounts:
    """What becomes different of a site."""

    pages: int = 0
    """Pages there are."""
    articles: int = 0
    """Articles as they are published."""
    changed: int = 0
    """Articles whose headline or text will be another."""
    came: int = 0
    went: int = 0
    facts: int = 0
    """Articles of which something else than the text changes: credits, dates, language, roles."""
    pages_changed: int = 0
    """Pages that lose or get back a line."""
    removed: int = 0
    """Lines and spans that will be removed and weren't."""
    restored: int = 0
    """Lines and spans that were removed and won't be."""
    relabelled: int = 0
    """Lines and spans that stay removed, in another role or for another reason."""

    @property
    def edits(self) -> int:
        """Articles whose headline or text changes, that come or go."""
        return self.changed + self.came + self.went

    @property
    def share(self) -> float:
        """The share of its articles whose text changes, that come or go."""
        return self.edits / max(1, self.articles + self.came)

    def add(self, other: "SiteCounts") -> None:
        """Count another partition's in."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return any(value for name, value in vars(self).items() if name not in ("pages", "articles"))


def largest(edits: Iterable[Edit], number: int) -> list[Edit]:
    """Return the largest edits of each site."""
    by_site: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.rank):
        by_site.setdefault(edit.site, []).append(edit)
    return [edit for own in by_site.values() for edit in own[:number]]


def shared_ends(left: str, right: str) -> tuple[int, int]:
    """Return how many characters two texts begin with alike, and how many of the rest they end with alike."""
    shorter = min(len(left), len(right))
    start = next((n for n in range(shorter) if left[n] != right[n]), shorter)
    rest = shorter - start
    return start, next((n for n in range(rest) if left[-1 - n] != right[-1 - n]), rest)
