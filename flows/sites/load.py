"""Load site profiles: TOML files in, checked profiles out."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from flows.errors import ProfileError
from flows.sites.checks import check_ids, check_steps, check_versions
from flows.sites.languages import with_languages
from flows.sites.named import NamedProfile, Whose
from flows.sites.profile import Language, Part, Profile
from flows.sites.source import SHOWN_CHARS, Source, parse_toml

SHIPPED = Path(__file__).parent
GENERIC = "generic"
LATEST = date.max
Files = tuple[tuple[Path, bytes], ...]

_Read = TypeVar("_Read", bound=Part)


@dataclass(frozen=True)
class Profiles:
    """What is known of all sites."""

    generic: tuple[NamedProfile, ...]
    """What holds for every site, the user's before what ships."""
    by_site: dict[str, tuple[NamedProfile, ...]]
    """What holds for one site: its profile, and behind it the one that it extends."""
    fingerprint: str
    """Hash of the files: it changes when a rule does."""

    def for_site(self, site: str, day: date = LATEST) -> tuple[NamedProfile, ...]:
        """Return the profiles that hold for a site's pages fetched on a day, its own before the generic one."""
        return tuple(named.on(day) for named in (*self.by_site.get(site, ()), *self.generic))

    def changes(self, site: str) -> list[date]:
        """Return the days on which other rules begin to hold for a site, `date.min` first."""
        own = self.by_site.get(site, ())
        return sorted({date.min, *(period.since for named in own for period in named.periods)})

    def recognise(self, text: str) -> str | None:
        """Return the site whose mark stands in `text`; of several the first by name."""
        for site, own in self.by_site.items():
            if any(mark in text for named in own for mark in named.marks()):
                return site
        return None

    def timezone(self, site: str) -> str | None:
        """Return the IANA time zone of a site's printed times, None when no profile says it."""
        return next((one.profile.timezone for one in self.by_site.get(site, ()) if one.profile.timezone), None)

    def language(self, site: str) -> str | None:
        """Return the ISO 639-1 code of a site's language, None when no profile says it."""
        return next((one.profile.language for one in self.by_site.get(site, ()) if one.profile.language), None)


def load_profiles(own: Path | None = None, *, shipped: Path = SHIPPED) -> Profiles:
    """Return the shipped profiles under those in the user's folder `own`.

    Raises ProfileError, naming file, line, key, value and rule. Files are read again at each call, and
    parsed again when they changed: who mends a profile doesn't start anew.
    """
    if own is not None and not own.is_dir():
        raise ProfileError(f"{own} is no folder; make it, or set `profiles` to the folder of your site profiles")
    return _profiles(_files(shipped), _files(shipped / GENERIC), _files(own) if own else ())


def _files(folder: Path) -> Files:
    return tuple((path, _content(path)) for path in sorted(folder.glob("*.toml")))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProfileError(f"{path}: can't be read: {error.strerror}") from None


@dataclass(frozen=True)
class Loaded:
    """A profile and the file it comes from."""

    named: NamedProfile
    source: Source


@lru_cache(maxsize=8)
def _profiles(shipped: Files, languages: Files, own: Files) -> Profiles:
    base, mine = _by_site(shipped, "shipped"), _by_site(own, "user")
    if GENERIC not in base:
        raise ProfileError(f"{GENERIC}.toml is missing beside the shipped profiles; it holds the rules for every site")
    base[GENERIC] = _spoken(base[GENERIC], languages)
    stacks = {site: _stacked(mine.get(site), base.get(site)) for site in sorted({*base, *mine})}
    for stack in stacks.values():
        for one in stack:
            check_steps(one.named.profile, one.source, _step_names(one, (*stack, *stacks[GENERIC])))
    by_site = {site: tuple(one.named for one in stack) for site, stack in stacks.items() if site != GENERIC}
    return Profiles(
        generic=_with_agencies([one.named for one in stacks[GENERIC]], by_site.values()),
        by_site=by_site,
        fingerprint=_fingerprint(shipped, languages, own),
    )


def _spoken(generic: Loaded, files: Files) -> Loaded:
    """Return the generic profile with what every language has to say."""
    sources = {path.stem: parse_toml(path, content) for path, content in files}
    spoken = {code: _read(source, Language) for code, source in sources.items()}
    profile = with_languages(generic.named.profile, spoken, sources)
    return Loaded(NamedProfile(GENERIC, profile), generic.source)


def _step_names(one: Loaded, all_of_them: Iterable[Loaded]) -> set[str]:
    """Return the rules of the other profiles that hold beside one: its blocks may name them too."""
    others = [other.named.profile for other in all_of_them if other is not one]
    return {rule.id for profile in others for layout in (profile, *profile.versions) for rule in layout.rules}


def _by_site(files: Files, whose: Whose) -> dict[str, Loaded]:
    found: dict[str, Loaded] = {}
    for path, content in files:
        one = _load(path, content, whose)
        site = one.named.profile.site
        if site in found:
            raise one.source.error(("site",), f"{site} has a profile in {found[site].source.path.name} too")
        found[site] = one
    return found


def _load(path: Path, content: bytes, whose: Whose) -> Loaded:
    source = parse_toml(path, content)
    profile = _read(source, Profile)
    check_ids(profile, source)
    check_versions(profile, source)
    if (path.stem == GENERIC) != (profile.site == GENERIC):
        raise source.error(("site",), f"value {profile.site!r}: {GENERIC}.toml, and no other, is of site {GENERIC!r}")
    return Loaded(NamedProfile(path.stem, profile, whose), source)


def _read(source: Source, model: type[_Read]) -> _Read:
    try:
        return model.model_validate(source.values)
    except ValidationError as error:
        raise ProfileError("; ".join(_problems(source, error))) from None


def _problems(source: Source, error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        value = "" if detail["type"] == "missing" else f"value {str(detail['input'])[:SHOWN_CHARS]!r}: "
        yield source.problem(detail["loc"], f"{value}{detail['msg'].removeprefix('Value error, ')}")


def _stacked(mine: Loaded | None, base: Loaded | None) -> tuple[Loaded, ...]:
    """Return what holds: the user's alone, or before what it extends, or what ships."""
    if mine is None or base is None:
        if mine is not None and mine.named.profile.extends:
            raise mine.source.error(("extends",), f"no profile of {mine.named.profile.site} ships with copydesk")
        return tuple(one for one in (mine, base) if one is not None)
    profile = mine.named.profile
    if not profile.extends and profile.site != GENERIC:
        return (mine,)
    # a rule of the same id takes the shipped one's place
    return (mine, Loaded(base.named.without(profile.ids()), base.source))


def _with_agencies(generic: list[NamedProfile], others: Iterable[tuple[NamedProfile, ...]]) -> tuple[NamedProfile, ...]:
    """Return the generic profiles with all agencies: one that one site credits is one wherever it is named."""
    everything = [*generic, *(named for own in others for named in own)]
    agencies = {
        agency
        for named in everything
        for layout in (named.profile, *named.profile.versions)
        for agency in layout.agencies
    }
    *mine, last = generic
    profile = last.profile.model_copy(update={"agencies": sorted(agencies)})
    return (*mine, NamedProfile(last.name, profile, last.whose))


def _fingerprint(shipped: Files, languages: Files, own: Files) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for whose, files in (("shipped", shipped), ("language", languages), ("user", own)):
        for path, content in files:
            digest.update(f"{whose} {path.name}".encode() + b"\0" + content + b"\0")
    return digest.hexdigest()
