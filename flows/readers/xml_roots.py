"""The root element of an XML document, by which its format is told."""

import re

from flows.readers.source import Head

_PROLOG = re.compile(
    r"\s*(?:<\?[^>]{0,1000}>|<!--(?:(?!-->).){0,4000}-->|<!DOCTYPE[^<>\[]{0,1000}(?:\[[^\]]{0,8000}\]\s{0,99})?>)", re.S
)
_ROOT = re.compile(r"\s*<(?:[\w-]{1,20}:)?([\w-]{1,40})(?=[\s/>])")
_MAX_PROLOG = 20


def root_of(head: Head) -> tuple[str, str]:
    """Return the root's name without its prefix, and what follows it; empty for what is no XML."""
    text, at = head.text, 0
    for _ in range(_MAX_PROLOG):
        prolog = _PROLOG.match(text, at)
        if prolog is None:
            break
        at = prolog.end()
    root = _ROOT.match(text, at)
    return (root[1], text[root.end() :]) if root else ("", "")
