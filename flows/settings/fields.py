"""The table `[fields]` of the settings: what the fields of records are called that no known scraper wrote."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Paths = tuple[str, ...]
"""Dotted paths into a record that together make one field: one, but for those that are joined."""
MAX_PARTS = 16
"""Names in a path: what scrapers write lies four deep at most, and each name is a look into every record."""
SEVERAL = ("text", "html", "authors", "tags")
"""Fields that may be made of several values; of a list the others take the first."""


def _choices(value: Any) -> tuple[Paths, ...]:
    """Return the ways to a field in order of preference, from how they are written. Raises ValueError."""
    return tuple(_paths(one) for one in (value if isinstance(value, list) else [value]))


def _paths(value: Any) -> Paths:
    if isinstance(value, str):
        return (_path(value),)
    if isinstance(value, dict) and value.keys() == {"join"} and isinstance(value["join"], list):
        if not value["join"]:
            raise ValueError("nothing to join; name the fields in the order of their text")
        return tuple(_path(one) for one in value["join"])
    raise ValueError('write the name as a string, several of them as ["best", "next"] or as {join = ["lead", "body"]}')


def _path(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("every name is a string")  # noqa: TRY004 - pydantic takes ValueError
    parts = value.split(".")
    if not all(part.strip() for part in parts):
        raise ValueError(f'{value!r} has an empty part; write the names on the way with dots between: "payload.story"')
    if len(parts) > MAX_PARTS:
        raise ValueError(f"{len(parts)} names deep, {MAX_PARTS} at most; have the scraper write it further up")
    return value


def _not_joined(choices: tuple[Paths, ...]) -> tuple[Paths, ...]:
    if any(len(paths) > 1 for paths in choices):
        raise ValueError(
            f'only {", ".join(SEVERAL)} can be joined; list names in order of preference: ["best", "next"]'
        )
    return choices


def _pattern(value: str) -> str:
    value = value.removeprefix("./").rstrip("/")
    parts = value.split("/")
    if not all(parts) or ".." in parts or "." in parts:
        raise ValueError(
            "a path below the raw folder is wanted, as `copydesk rejected` shows it: a file, a folder, or a pattern "
            'like "feeds/*.jsonl"'
        )
    return value


Joinable = Annotated[tuple[Paths, ...], BeforeValidator(_choices)]
Single = Annotated[Joinable, AfterValidator(_not_joined)]


class FieldNames(BaseModel):
    """Names that some raw files give to copydesk's fields: dotted paths, those that are preferred first."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[Joinable, Field(description="the article, in lines or paragraphs")] = ()
    html: Annotated[Joinable, Field(description="the page, or the part of it that holds the article, as HTML")] = ()
    url: Annotated[Single, Field(description="its address")] = ()
    title: Annotated[Single, Field(description="its headline")] = ()
    published_at: Annotated[Single, Field(description="when it came out")] = ()
    modified_at: Annotated[Single, Field(description="when it was changed")] = ()
    fetched_at: Annotated[Single, Field(description="when it was scraped")] = ()
    authors: Annotated[Joinable, Field(description="who wrote it")] = ()
    language: Annotated[Single, Field(description="its language, as a code")] = ()
    tags: Annotated[Joinable, Field(description="what it is about, in keywords")] = ()
    site: Annotated[Single, Field(description="the site's host name, where the address doesn't tell")] = ()


FIELD_NAMES = tuple(FieldNames.model_fields)
"""The fields that can be mapped; `text` goes before `html`."""


class FieldSettings(FieldNames):
    """Names that hold for all raw files, and those of some."""

    of: Annotated[
        dict[Annotated[str, AfterValidator(_pattern)], FieldNames],
        Field(description="the same of some raw files, by a pattern of their paths; they go before those of all"),
    ] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no field is mapped."""
        return not self.model_fields_set
