"""What a site profile can say, as pydantic models over the TOML files in this folder."""

from typing import Annotated, ClassVar, Literal

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas.fields import RemovedRole

BLOCK_CLASSES = ("headline", "text")
"""What a block's step may call a line that no rule knows: `headline` is short and isn't a sentence,
`text` is any."""

MAX_PATTERN_BYTES = 1000


def _linear_time_pattern(pattern: str) -> str:
    if len(pattern.encode()) > MAX_PATTERN_BYTES:
        raise ValueError(f"pattern longer than {MAX_PATTERN_BYTES} bytes")
    try:
        re2.compile(pattern)
    except re2.error as error:
        raise ValueError(f"not an RE2 pattern: {error}") from None
    return pattern


def _has_letters(phrase: str) -> str:
    if not any(char.isalnum() for char in phrase):
        raise ValueError("a phrase needs a letter or digit: lines are compared without what surrounds those")
    return phrase


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_linear_time_pattern)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Phrase = Annotated[str, Field(min_length=1), AfterValidator(_has_letters)]


class _Part(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class Rule(_Part):
    """Lines that are furniture by what they say."""

    id: Identifier
    role: RemovedRole
    lines: list[Phrase] = []
    """Whole lines, compared without case and without punctuation or symbols at both ends."""
    patterns: list[Pattern] = []
    """RE2 patterns that match a whole line, without case. Groups `minutes` (reading time) and
    `authors` (byline, credit) become columns."""
    case: bool = False
    """Whether case counts in `patterns`."""
    max_chars: Annotated[int, Field(ge=1, le=2000)] = 200
    """Longer lines are left alone."""
    block_only: bool = False
    """Whether the rule says what a line is in a block, and nothing of a line that stands alone."""

    @model_validator(mode="after")
    def _says_something(self) -> "Rule":
        if not self.lines and not self.patterns:
            raise ValueError("a rule needs `lines` or `patterns`")
        return self


class Span(_Part):
    """A part of a kept line that isn't the article; the pattern's group `cut` is what goes."""

    id: Identifier
    role: RemovedRole
    pattern: Pattern

    @model_validator(mode="after")
    def _names_what_goes(self) -> "Span":
        if "(?P<cut>" not in self.pattern:
            raise ValueError("a span's pattern needs a group (?P<cut>...)")
        return self


class Step(_Part):
    """One line of a block: a rule's id, or a class of lines that no rule knows."""

    line: Identifier
    field: Literal["title", "summary", "label", "language"] | None = None
    optional: bool = False


class Block(_Part):
    """A sequence of lines that together are a teaser or a translation."""

    id: Identifier
    role: Literal["teaser", "translation"]
    kind: Literal["inline", "list"] = "list"
    steps: Annotated[list[Step], Field(min_length=2, max_length=12)]


class Profile(_Part):
    """What is known of one site, or (`generic`) of all."""

    site: str
    """Registered domain, or `generic`."""
    marks: list[Phrase] = []
    """Texts that stand on this site's pages alone: one of them names the site of a record that has
    neither URL, nor metadata, nor folder."""
    agencies: list[Phrase] = []
    """News agencies as credits spell them."""
    languages: dict[str, list[Phrase]] = {}
    """Language code to the labels that links to translations carry."""
    rules: list[Rule] = []
    spans: list[Span] = []
    blocks: list[Block] = []
