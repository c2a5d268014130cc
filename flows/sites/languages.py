"""What furniture is called in each language: `generic/<code>.toml`, merged into the generic profile's rules."""

import re
from collections.abc import Iterable

import re2

from flows.sites.profile import Dates, Language, Profile, Rule
from flows.sites.source import Source

_SLOT = re.compile(r"<<([a-z_]+)>>")


def with_languages(generic: Profile, languages: dict[str, Language], sources: dict[str, Source]) -> Profile:
    """Return the generic profile with what every language has to say; ProfileError names what no rule takes up."""
    _check(generic, languages, sources)
    spoken = list(languages.values())
    words = {slot: _joined(one.words.get(slot, []) for one in spoken) for slot in _slots(generic)}
    return generic.model_copy(
        update={
            "agencies": _joined([generic.agencies, *(one.agencies for one in spoken)]),
            "languages": generic.languages | {code: one.labels for code, one in languages.items() if one.labels},
            "rules": [_rule(rule, spoken, words) for rule in generic.rules],
            "dates": Dates(
                labels=_joined([generic.dates.labels, *(one.dates.labels for one in spoken)]),
                months=_joined([generic.dates.months, *(one.dates.months for one in spoken)]),
                words=_joined([generic.dates.words, *(one.dates.words for one in spoken)]),
            ),
        }
    )


def _rule(rule: Rule, spoken: list[Language], words: dict[str, list[str]]) -> Rule:
    patterns = [_filled(pattern, words) for pattern in rule.patterns]
    return rule.model_copy(
        update={
            "lines": _joined([rule.lines, *(one.lines.get(rule.id, []) for one in spoken)]),
            "starts": _joined([rule.starts, *(one.starts.get(rule.id, []) for one in spoken)]),
            "patterns": _joined([filter(None, patterns), *(one.patterns.get(rule.id, []) for one in spoken)]),
        }
    )


def _filled(pattern: str, words: dict[str, list[str]]) -> str | None:
    """Return a pattern with the words of all languages in its slots; None where a slot has none."""
    if not all(words[slot] for slot in _SLOT.findall(pattern)):
        return None
    return _SLOT.sub(lambda slot: "|".join(map(_literal, words[slot[1]])), pattern)


def _literal(words: str) -> str:
    """Return words as a pattern that knows both apostrophes."""
    return "['’]".join(re2.escape(part) for part in words.replace("’", "'").split("'"))


def _slots(generic: Profile) -> set[str]:
    return {slot for rule in generic.rules for pattern in rule.patterns for slot in _SLOT.findall(pattern)}


def _joined(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(text for some in lists for text in some))


def _check(generic: Profile, languages: dict[str, Language], sources: dict[str, Source]) -> None:
    rules, slots = {rule.id for rule in generic.rules}, _slots(generic)
    for code, language in languages.items():
        for key, names, known in [
            ("lines", language.lines, rules),
            ("starts", language.starts, rules),
            ("patterns", language.patterns, rules),
            ("words", language.words, slots),
        ]:
            for name in names:
                if name not in known:
                    raise sources[code].error(
                        (key, name),
                        f"generic.toml has no such {'slot' if key == 'words' else 'rule'}; there are "
                        f"{', '.join(sorted(known))}",
                    )
