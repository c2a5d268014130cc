"""Keywords in a row: "harbour, ferries | quays"."""

import re

MAX_TAG_WORDS = 5
MAX_TAG_CHARS = 50
MAX_TAGS = 25
_BETWEEN = re.compile(r"[,;|•·#、，/]|\s{3,}")


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a list such as "harbour, ferries | quays"; none where one part is too long for a tag."""
    tags = [tag.strip(" .#") for tag in _BETWEEN.split(text)]
    tags = list(dict.fromkeys(tag for tag in tags if tag))
    if len(tags) > MAX_TAGS or not all(is_tag(tag) for tag in tags):
        return ()
    return tuple(tags)


def is_tag(text: str) -> bool:
    """Tell whether a text is short enough for a keyword."""
    return len(text) <= MAX_TAG_CHARS and len(text.split()) <= MAX_TAG_WORDS
