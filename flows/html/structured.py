"""JSON-LD: what a page says of its article to search engines."""

import json
import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from typing import Any

import orjson

MAX_SCRIPT_CHARS = 1 << 20
MAX_NODES = 5_000
MAX_BODY_CHARS = 200_000
"""The longest reports have some 100,000 characters."""
_ARTICLE = re.compile(r"(?:Article|Posting|Report|BlogPost)$|^Article", re.I)
_OTHERS = frozenset(
    ("itemListElement", "hasPart", "isPartOf", "mentions", "citation", "relatedLink", "publisher", "liveBlogUpdate",
     "comment", "associatedMedia", "video", "breadcrumb", "about", "isBasedOn", "subjectOf")
)  # fmt: skip
"""Properties that hold other things than the page's article."""
_TAG = re.compile(r"<[^<>]{1,500}>")


def article_of(scripts: list[str]) -> dict[str, Any]:
    """Return the properties of the page's article, an empty dict when no script tells of one.

    Of several, those that come first in the page, and nearest its surface, go before.
    """
    merged: dict[str, Any] = {}
    for script in scripts:
        for node in _nodes(_parsed(script)):
            if _is_article(node):
                merged = {**node, **merged}
                if merged.get("headline"):
                    return merged
    return merged


def _parsed(script: str) -> Any:
    """Return the value of a script, None for one that can't be read. Line ends in strings are common."""
    text = script.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    if len(text) > MAX_SCRIPT_CHARS:
        return None
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a value, the outer ones first."""
    waiting, seen = deque([value]), 0
    while waiting and seen < MAX_NODES:
        node = waiting.popleft()
        seen += 1
        if isinstance(node, list):
            waiting.extend(node[:MAX_NODES])
        elif isinstance(node, dict):
            yield node
            waiting.extend(v for k, v in node.items() if k not in _OTHERS and isinstance(v, list | dict))


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def text_of(value: Any) -> str | None:
    """Return a property's text: of a list its first, of an object its name."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("@id")
    if not isinstance(value, str):
        return None
    return " ".join(unescape(value).split()) or None


def names_of_people(value: Any) -> list[str]:
    """Return the names a property holds, of people or of words."""
    values = value if isinstance(value, list) else [value]
    names = [name for one in values[:100] for name in _names(one)]
    return list(dict.fromkeys(name for name in names if name and "://" not in name))


def _names(value: Any) -> list[str | None]:
    if isinstance(value, dict) and isinstance(value.get("name"), list):
        return [text_of(name) for name in value["name"][:100]]
    return [text_of(value)]


def body_of(value: Any) -> str | None:
    """Return an article's body without tags."""
    if isinstance(value, list):
        value = "\n".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str) or not value.strip():
        return None
    body = value[:MAX_BODY_CHARS]
    if "&" in body:
        body = unescape(body)
    return _TAG.sub(" ", body) if "<" in body else body
