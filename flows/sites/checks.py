"""Checks of a profile that no single field can make: each error names file, line and key."""

from collections.abc import Iterator, Set
from itertools import pairwise

from flows.sites.profile import BLOCK_CLASSES, Layout, Profile
from flows.sites.source import Key, Source

IMPLICIT_RULES = ("language_label", "language_code")
"""Rules made of a profile's `languages`; they count inside blocks alone."""
PARTS = ("rules", "spans", "blocks")


def _layouts(profile: Profile) -> Iterator[tuple[Key, Layout]]:
    """Yield what always holds, then each version, with the key it stands under."""
    yield (), profile
    for number, version in enumerate(profile.versions):
        yield ("versions", number), version


def check_ids(profile: Profile, source: Source) -> None:
    """Raise ProfileError when two parts that hold at the same time have one id."""
    always = profile.ids()
    for where, layout in _layouts(profile):
        seen = set(always) if where else set()
        for kind in PARTS:
            for number, part in enumerate(getattr(layout, kind)):
                key = (*where, kind, number, "id")
                if part.id in (*BLOCK_CLASSES, *IMPLICIT_RULES):
                    raise source.error(key, f"value {part.id!r}: the name is copydesk's own; take another")
                if part.id in seen:
                    raise source.error(key, f"value {part.id!r} is taken; every rule, span and block needs its own")
                seen.add(part.id)


def check_versions(profile: Profile, source: Source) -> None:
    """Raise ProfileError when two versions hold on one day."""
    if profile.versions and profile.site == "generic":
        raise source.error(("versions",), "rules for every site hold at all times")
    in_order = sorted(enumerate(profile.versions), key=lambda entry: entry[1].since)
    for (_, before), (number, version) in pairwise(in_order):
        if version.since == before.since or (before.until is not None and version.since < before.until):
            raise source.error(
                ("versions", number, "from"),
                f"value {version.since}: the version from {before.since} holds on that day too; one version ends "
                "before the next begins",
            )


def check_steps(profile: Profile, source: Source, others: Set[str]) -> None:
    """Raise ProfileError when a block's step names no rule that holds with it; `others` are other profiles' rules."""
    always = {rule.id for rule in profile.rules} | others | {*BLOCK_CLASSES, *IMPLICIT_RULES}
    for where, layout in _layouts(profile):
        known = always | {rule.id for rule in layout.rules}
        for number, block in enumerate(layout.blocks):
            for place, step in enumerate(block.steps):
                if step.line not in known:
                    key = (*where, "blocks", number, "steps", place, "line")
                    listed = ", ".join(sorted(known))
                    raise source.error(key, f"value {step.line!r}: there is no such rule; there are {listed}")
