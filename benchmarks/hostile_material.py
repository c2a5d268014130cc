"""What hostile cases are made of: how large they are, and articles that stand in no other."""

import json
from dataclasses import dataclass
from functools import lru_cache

from tests.flows.readers.written import Article, articles, record

MIB = 1 << 20


@dataclass(frozen=True)
class Scale:
    """How large the cases of size are."""

    lines: int = 10_000_000
    line_bytes: int = 100 * MIB
    json_depth: int = 100_000
    html_depth: int = 50_000
    bomb_bytes: int = 2 << 30

    @property
    def chunk(self) -> bytes:
        return bytes(MIB)


SMALL = Scale(lines=60_000, line_bytes=17 * MIB, bomb_bytes=160 * MIB)
"""Just beyond the limits."""


@lru_cache(maxsize=1)
def _articles() -> list[Article]:
    return articles(3_000)


def good_article(number: int) -> Article:
    """Return one of 2,800 articles, none of which a case uses."""
    return _articles()[number + 200]


def case_article(number: int) -> Article:
    """Return one of 200 articles for the cases."""
    return _articles()[number]


def case_line(number: int, **changed: object) -> bytes:
    """Return such an article as a line of JSON lines, with other values where they are given."""
    return json.dumps(record(case_article(number)) | changed).encode() + b"\n"
