"""What a site profile can say, as pydantic models over the TOML files in this folder."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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


def _in_the_time_zone_database(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as `Europe`
        raise ValueError("no such time zone; names are the IANA database's, such as Europe/Zurich") from None
    return name


ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
    "ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu "
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu "
    "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
"""The two-letter codes of languages."""


def _is_a_language(code: str) -> str:
    if code not in ISO_639_1.split():
        raise ValueError("no such language; codes are of two letters, as ISO 639-1 has them, such as de")
    return code


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_linear_time_pattern)]
TimeZone = Annotated[str, AfterValidator(_in_the_time_zone_database)]
LanguageCode = Annotated[str, AfterValidator(_is_a_language)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Phrase = Annotated[str, Field(min_length=1), AfterValidator(_has_letters)]


class Part(BaseModel):
    """A part of a profile: what isn't known is refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class Rule(Part):
    """Lines that are furniture by what they say."""

    id: Identifier
    role: RemovedRole
    lines: list[Phrase] = []
    """Whole lines, compared without case and without punctuation or symbols at both ends; # is any number."""
    starts: list[Phrase] = []
    """What lines begin with, compared as `lines` are, whatever comes after."""
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
        if not self.model_fields_set & {"lines", "starts", "patterns"}:  # a generic rule's may be the languages' alone
            raise ValueError("a rule needs `lines`, `starts` or `patterns`")
        return self


class Span(Part):
    """A part of a kept line that isn't the article; the pattern's group `cut` is what goes."""

    id: Identifier
    role: RemovedRole
    pattern: Pattern

    @model_validator(mode="after")
    def _names_what_goes(self) -> "Span":
        if "(?P<cut>" not in self.pattern:
            raise ValueError("a span's pattern needs a group (?P<cut>...)")
        return self


class Step(Part):
    """One line of a block: a rule's id, or a class of lines that no rule knows."""

    line: Identifier
    field: Literal["title", "summary", "label", "language", "date"] | None = None
    optional: bool = False


class Block(Part):
    """A sequence of lines that together are a teaser or a translation."""

    id: Identifier
    role: Literal["teaser", "translation"]
    kind: Literal["inline", "list"] = "list"
    steps: Annotated[list[Step], Field(min_length=2, max_length=12)]


class Dates(Part):
    """The words of dates, for lines that say nothing else."""

    labels: list[Phrase] = []
    """What stands before a date: "Last updated on"."""
    months: list[Phrase] = []
    words: list[Phrase] = []
    """Other words within: weekdays, "at", "o'clock"."""


class Layout(Part):
    """What is known of pages as they look, or looked for a time."""

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

    def ids(self) -> set[str]:
        """Return the ids of all rules, spans and blocks."""
        parts: tuple[Rule | Span | Block, ...] = (*self.rules, *self.spans, *self.blocks)
        return {part.id for part in parts}


class Version(Layout):
    """A layout that a site had for a time: it counts for pages fetched then, beside what always holds."""

    since: Annotated[date, Field(alias="from")]
    """The first day (UTC). Pages fetched before the first version's count as its."""
    until: date | None = None
    """The day from which it holds no longer; left out, it holds until the next version's `from`."""

    @model_validator(mode="after")
    def _holds_for_a_day_at_least(self) -> "Version":
        if self.until is not None and self.until <= self.since:
            raise ValueError(f"holds from {self.since}, but only until {self.until}")
        return self


class Profile(Layout):
    """What is known of one site, or (`generic`) of all."""

    site: Annotated[str, Field(min_length=1)]
    """Registered domain, or `generic`."""
    extends: bool = False
    """Whether a profile of the user's adds to the shipped one of the same site instead of replacing it."""
    timezone: TimeZone | None = None
    """The zone in which the site prints times without one."""
    language: LanguageCode | None = None
    """The language the site writes in."""
    dates: Dates = Dates()
    versions: list[Version] = []
    """Layouts that came and went; what stands outside them always holds."""


class Language(Part):
    """What furniture is called in one language, for the generic profile."""

    labels: list[Phrase] = []
    """What links to translations into it say."""
    agencies: list[Phrase] = []
    """News agencies as its credits spell them."""
    words: dict[Identifier, list[Phrase]] = {}
    """Words for the slots of `generic.toml`'s patterns: `picture` for <<picture>>."""
    lines: dict[Identifier, list[Phrase]] = {}
    """Whole lines for the rules of `generic.toml`, by their id. # is any number."""
    starts: dict[Identifier, list[Phrase]] = {}
    """Starts of lines for the rules of `generic.toml`, by their id."""
    patterns: dict[Identifier, list[Pattern]] = {}
    """Patterns for the rules of `generic.toml`, by their id."""
    dates: Dates = Dates()
