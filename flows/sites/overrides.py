"""What the user said of a site's lines: pinned ones are furniture, vetoed ones are not, whatever was learned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["pinned", "vetoed"]


@dataclass(frozen=True)
class Overrides:
    """Lines that the user decided about, by site."""

    by_site: Mapping[str, Mapping[str, Status]] = field(default_factory=dict)

    def of(self, site: str, line: str) -> Status | None:
        """Return what was said of a line, None for nothing."""
        return self.by_site.get(site, {}).get(line)

    def lines(self, site: str, status: Status) -> list[str]:
        """Return the lines of a site that have a status, sorted."""
        return sorted(line for line, known in self.by_site.get(site, {}).items() if known == status)

    def updated(self, site: str, line: str, status: Status | None) -> "Overrides":
        """Return the overrides with one line's set, or (None) taken back."""
        own: dict[str, Status] = {name: known for name, known in self.by_site.get(site, {}).items() if name != line}
        if status is not None:
            own[line] = status
        others = {name: lines for name, lines in self.by_site.items() if name != site}
        return Overrides({**others, site: own} if own else others)


NO_OVERRIDES = Overrides()
