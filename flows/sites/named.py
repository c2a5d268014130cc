"""A profile under its name, and what of it holds on a day."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from flows.sites.profile import Layout, Profile

Whose = Literal["shipped", "user"]


@dataclass(frozen=True, eq=False)
class NamedProfile:
    """A profile and the name its rules go by."""

    name: str
    """The file's name without suffix."""
    profile: Profile
    whose: Whose = "shipped"

    @cached_property
    def periods(self) -> tuple["Period", ...]:
        """The layouts in the order of their days; each holds until the next begins, the first since ever."""
        versions = sorted(self.profile.versions, key=lambda version: version.since)
        always = NamedProfile(self.name, self.profile.model_copy(update={"versions": []}), self.whose)
        periods = [Period(date.min, always)] if not versions else []
        for number, version in enumerate(versions):
            since = version.since if number else date.min
            held = NamedProfile(self.name, _joined(self.profile, version), self.whose)
            periods.append(Period(since, held))
            following = versions[number + 1].since if number + 1 < len(versions) else None
            if version.until is not None and version.until != following:
                periods.append(Period(version.until, always))
        return tuple(periods)

    def on(self, day: date) -> "NamedProfile":
        """Return what holds for pages fetched on a day: a profile without versions."""
        starts = [period.since for period in self.periods]
        return self.periods[bisect_right(starts, day) - 1].held

    def without(self, ids: set[str]) -> "NamedProfile":
        """Return the profile without the rules, spans and blocks of these ids."""
        update: dict[str, object] = dict(_parts_without(self.profile, ids))
        update["versions"] = [v.model_copy(update=dict(_parts_without(v, ids))) for v in self.profile.versions]
        return NamedProfile(self.name, self.profile.model_copy(update=update), self.whose)

    def marks(self) -> list[str]:
        """Return the marks of all layouts: a page is its site's on whatever day it was fetched."""
        return [mark for layout in (self.profile, *self.profile.versions) for mark in layout.marks]


@dataclass(frozen=True, eq=False)
class Period:
    """What holds from a day on."""

    since: date
    held: NamedProfile


def _joined(profile: Profile, version: Layout) -> Profile:
    """Return a profile as it holds while a version does: the version's own rules before those for always."""
    lists = {
        name: [*getattr(version, name), *getattr(profile, name)]
        for name in ("marks", "agencies", "rules", "spans", "blocks")
    }
    languages = {
        code: [*version.languages.get(code, []), *profile.languages.get(code, [])]
        for code in (*version.languages, *profile.languages)
    }
    return profile.model_copy(update={**lists, "languages": languages, "versions": []})


def _parts_without(layout: Layout, ids: set[str]) -> dict[str, list[object]]:
    return {
        name: [part for part in getattr(layout, name) if part.id not in ids] for name in ("rules", "spans", "blocks")
    }
