"""Load site profiles: TOML files in, checked profiles out."""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from flows.errors import ProfileError
from flows.sites.languages import with_languages
from flows.sites.profile import BLOCK_CLASSES, Language, Part, Profile

SHIPPED = Path(__file__).parent
GENERIC = "generic"
IMPLICIT_RULES = ("language_label", "language_code")
"""Rules made of a profile's `languages`; they count inside blocks alone."""

_Read = TypeVar("_Read", bound=Part)


@dataclass(frozen=True, eq=False)
class NamedProfile:
    """A profile and the name its rules go by."""

    name: str
    """The file's name without suffix."""
    profile: Profile


@dataclass(frozen=True)
class Profiles:
    """What is known of all sites."""

    generic: NamedProfile
    by_site: dict[str, NamedProfile]
    fingerprint: str
    """Hash of the files: it changes when a rule does."""

    def for_site(self, site: str) -> tuple[NamedProfile, ...]:
        """Return the profiles that hold for a site, its own before the generic one."""
        own = self.by_site.get(site)
        return (own, self.generic) if own else (self.generic,)

    def recognise(self, text: str) -> str | None:
        """Return the site whose mark stands in `text`; of several the first by name."""
        for site, named in self.by_site.items():
            if any(mark in text for mark in named.profile.marks):
                return site
        return None


@cache
def load_profiles(folder: Path = SHIPPED) -> Profiles:
    """Return the profiles in a folder. Raises ProfileError, naming file, key, value and rule."""
    named = [_load(path) for path in sorted(folder.glob("*.toml"))]
    generic = next((one for one in named if one.name == GENERIC), None)
    if generic is None:
        raise ProfileError(f"{folder}/{GENERIC}.toml is missing; it holds the rules for every site")
    languages = {path.stem: _read(path, Language) for path in sorted((folder / GENERIC).glob("*.toml"))}
    generic = NamedProfile(GENERIC, with_languages(generic.profile, languages))
    named = [generic if one.name == GENERIC else one for one in named]
    # an agency that one site credits is one wherever it is named
    agencies = sorted({agency for one in named for agency in one.profile.agencies})
    generic = NamedProfile(GENERIC, generic.profile.model_copy(update={"agencies": agencies}))
    sites = sorted((one for one in named if one.name != GENERIC), key=lambda one: one.profile.site)
    by_site: dict[str, NamedProfile] = {}
    for one in sites:
        if one.profile.site in by_site:
            other = by_site[one.profile.site].name
            raise ProfileError(f"{folder}/{one.name}.toml: site {one.profile.site} has a profile in {other}.toml too")
        by_site[one.profile.site] = one
        _check_steps(one, generic, folder)
    _check_steps(generic, generic, folder)
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted([*folder.glob("*.toml"), *(folder / GENERIC).glob("*.toml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return Profiles(generic=generic, by_site=by_site, fingerprint=digest.hexdigest())


def _load(path: Path) -> NamedProfile:
    profile = _read(path, Profile)
    _check_ids(
        path, [rule.id for rule in profile.rules] + [s.id for s in profile.spans] + [b.id for b in profile.blocks]
    )
    return NamedProfile(path.stem, profile)


def _read(path: Path, model: type[_Read]) -> _Read:
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ProfileError(f"{path}: can't be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        raise ProfileError("; ".join(_describe(path, detail) for detail in error.errors())) from None


def _describe(path: Path, detail: object) -> str:
    assert isinstance(detail, dict)
    key = ".".join(str(part) for part in detail["loc"])
    return f"{path}: {key}: value {str(detail['input'])[:200]!r}: {detail['msg']}"


def _check_ids(path: Path, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen or name in (*BLOCK_CLASSES, *IMPLICIT_RULES):
            raise ProfileError(f"{path}: id {name!r} is taken; every rule, span and block needs its own")
        seen.add(name)


def _check_steps(named: NamedProfile, generic: NamedProfile, folder: Path) -> None:
    known = {rule.id for rule in (*named.profile.rules, *generic.profile.rules)}
    known |= {*BLOCK_CLASSES, *IMPLICIT_RULES}
    for block in named.profile.blocks:
        for step in block.steps:
            if step.line not in known:
                raise ProfileError(
                    f"{folder}/{named.name}.toml: blocks.{block.id}.steps: line {step.line!r}: no such rule; there are "
                    f"{', '.join(sorted(known))}"
                )
