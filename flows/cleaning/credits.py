"""Whom a byline or a credit names: people, and news agencies."""

import re
from collections.abc import Iterable

MAX_CREDIT_CHARS = 80
_HEAD_CHARS = 3
_SLASHED = re.compile(r"\s*[/,;·|]\s*")
_AND = re.compile(r"\s*&\s*|\s+(?:and|und|et|y|e|en|och|og|i|a|ja|ve|și|és|in|и|та|і|και)\s+")
_INITIALS = re.compile(r"[a-zà-ÿ]{2,5}\.?")
_FIRST_WORD = re.compile(r"[^\s/,;·|&)\]]+")
_EDGES = "()[] .–—-"
_ALONE_TOO_LITTLE = frozenset(["pa", "tt", "aa", "cp"])
"""Agencies whose letters, alone on a line and without brackets, may mean anything."""
_HELP = re.compile(r"\s*\((?P<bracket>[^()]*)\)$|\s+(?:with|avec|mit|con|com)\s+(?P<help>\S.*)$")
_PARTICLES = frozenset(
    [
        "de", "von", "van", "der", "den", "di", "da", "del", "della", "la", "le", "al", "bin", "ter", "zu", "du", "dos",
        "das", "el",
    ]
)  # fmt: skip
_NO_NAMES = frozenset(
    [
        "the", "all", "this", "that", "these", "new", "our", "your", "my", "its", "no", "nach", "wegen", "lake", "der",
        "die", "das", "dem", "le", "la", "les", "mer", "san", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "lundi",
        "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ]
)  # fmt: skip
"""Words that a name doesn't begin with, and that a headline after "By" or "Von" does."""
_NAME_WORDS = (2, 5)
_UNCASED_NAME_WORDS = 4
_UNCASED_NAME_CHARS = 5
"""Chinese, Japanese and Korean write a name without a space, in two to five characters."""
_SECTION_WORDS = frozenset(
    [
        "news", "sport", "sports", "politics", "business", "world", "opinion", "culture", "europe", "asia", "africa",
        "america", "east", "west", "north", "south", "middle", "international", "economy", "tech", "technology",
        "science", "health", "style", "travel", "video", "videos", "podcast", "podcasts", "live", "breaking", "top",
        "latest", "stories", "story", "editorial", "editor", "editors", "staff", "desk", "reporter", "reporters",
        "correspondent", "agency", "agencies", "team", "press", "media", "review", "reviews", "analysis", "comment",
        "film", "music", "books", "food", "life", "home", "local", "national", "update", "updates", "report",
        "reports", "daily", "weekly", "morning", "evening", "times", "post", "herald", "tribune", "today", "minutes",
        "city", "county", "council", "street", "road", "park", "university", "politik", "wirtschaft", "kultur",
        "panorama", "meinung", "sportarten", "wissen", "gesellschaft", "ausland", "inland", "schweiz", "deutschland",
        "redaktion", "leben", "reise", "zeitung", "nachrichten", "uhr", "monde", "politique", "économie", "société",
        "opinions", "suisse", "france", "rédaction", "mondo", "economia", "cultura", "società", "cronaca",
        "redazione", "mundo", "política", "economía", "sociedad", "redacción", "sociedade", "redação", "share",
        "comments", "teilen", "senden", "twittern", "copyright", "photo", "photos", "dive",
        "administration", "leitender", "chefredakteur", "chefredakteurin", "ministry", "government", "president",
    ]
)  # fmt: skip
"""Words of sections, papers and places, which capitals make look like a name."""


class Agencies:
    """The news agencies that a site's pages credit, by any case."""

    def __init__(self, names: Iterable[str]) -> None:
        self._known = {name.casefold() for name in names}
        self._first_words = {match[0] for name in self._known if (match := _FIRST_WORD.match(name))}
        self._heads = {name[:_HEAD_CHARS] for name in self._known}
        self._short = {name for name in self._known if len(name) < _HEAD_CHARS}

    def may_credit(self, key: str) -> bool:
        """Tell most lines from credits by their first letters, in lower case."""
        return key[:_HEAD_CHARS] in self._heads or key[: _HEAD_CHARS - 1] in self._short or "/" in key

    def credited(self, line: str) -> tuple[str, ...]:
        """Return the agencies of a line of agencies and staff initials alone; none for any other line."""
        if len(line) > MAX_CREDIT_CHARS or not self._may_begin(line):
            return ()
        parts = _SLASHED.split(line.strip(_EDGES))
        named = [name for part in parts for name in self._part(part)]
        if not all(self._part(part) or _INITIALS.fullmatch(part) for part in parts):
            return ()
        if len(parts) == 1 and line.strip().casefold().rstrip(".") in _ALONE_TOO_LITTLE:
            return ()
        return tuple(dict.fromkeys(named))

    def _may_begin(self, line: str) -> bool:
        """Tell most lines apart by their first word: splitting them costs five times as much."""
        first = _FIRST_WORD.search(line.lstrip(_EDGES))
        return first is not None and (
            first[0].casefold().rstrip(".") in self._first_words or _INITIALS.fullmatch(first[0]) is not None
        )

    def _part(self, part: str) -> tuple[str, ...]:
        """Return the agencies of "AP" or "AP and AFP"; none if anything else is named."""
        names = tuple(name.strip(_EDGES) for name in _AND.split(part))
        return names if all(name.casefold() in self._known for name in names) else ()

    def in_byline(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the people and the agencies that a byline names; none when a part of it is neither.

        Where nothing like "and" links them, what follows a comma is an office, a place or an agency.
        """
        text, help_ = _without_help(text)
        linked = _AND.split(text.strip(" ."))
        pieces = [piece.strip() for part in linked for piece in part.split(",") if piece.strip()]
        agencies = [piece for piece in pieces if self._part(piece)] + list(self._part(help_))
        people = [piece for piece in (pieces if len(linked) > 1 else pieces[:1]) if not self._part(piece)]
        if not all(_is_name(name) or _is_uncased_name(name) for name in people):
            return (), ()
        return tuple(people), tuple(dict.fromkeys(agencies))


def people_named(line: str) -> tuple[str, ...]:
    """Return the people of a line that is nothing but their names; none for any other line."""
    names = [name.strip() for part in _AND.split(line.strip(" .")) for name in _SLASHED.split(part)]
    names = [name for name in names if name]
    if not all(_is_name(name) and _SECTION_WORDS.isdisjoint(name.casefold().split()) for name in names):
        return ()
    return tuple(dict.fromkeys(names))


def _without_help(text: str) -> tuple[str, str]:
    """Split "Luc Morel avec AFP" or "Jana Reber (sda)" before its last part."""
    found = _HELP.search(text)
    if found is None:
        return text, ""
    return text[: found.start()], found["bracket"] or found["help"] or ""


def _is_name(name: str) -> bool:
    words = name.split()
    if not _NAME_WORDS[0] <= len(words) <= _NAME_WORDS[1] or words[0].casefold() in _NO_NAMES:
        return False
    return all(word in _PARTICLES or (word[0].isupper() and not any(c.isdigit() for c in word)) for word in words)


def _is_uncased_name(name: str) -> bool:
    """Tell a name in a script without capitals, which a label before it must vouch for: "作者：王小明"."""
    words = name.split()
    if not all(word[0].isalpha() and word.casefold() == word.upper() for word in words) or not words:
        return False
    return len(words) <= _UNCASED_NAME_WORDS and (len(words) > 1 or len(name) <= _UNCASED_NAME_CHARS)
