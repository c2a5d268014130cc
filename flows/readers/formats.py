"""What a format's module gives: its name, how it is told, and what reads it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from flows.readers.records import Sink
from flows.readers.source import Head, Source


@dataclass(frozen=True)
class Cut:
    """Where a slice begins in a file: its byte, and how many records stand before it."""

    start: int
    first_record: int


Held = Literal["never", "in archives", "packed", "always"]
"""In ascending order: what is packed is compressed, or in an archive."""


@dataclass(frozen=True)
class Facts:
    """What docs/formats.md says of a format, where its reader doesn't show it."""

    told_by: str
    """What in its first bytes tells it."""
    numbers: str
    """What the number of a record counts."""
    page: str = ""
    """Where a record's page stands; empty where a record has one only in a field of HTML, if it has fields."""
    limits: tuple[str, ...] = ()
    """The settings that bound it, beside those that bound all formats."""
    held: Held = "never"
    """When a file is held in memory as a whole; else no more than a record, or a batch, at a time."""


@dataclass(frozen=True)
class Format:
    """One format of records or documents."""

    name: str
    """What `documents.format` says."""
    title: str
    """What people call it."""
    suffixes: tuple[str, ...]
    """Suffixes of names, in lower case, without those of compression."""
    recognises: Callable[[Head], bool]
    """Tells it by its first bytes."""
    read: Callable[[Source, Sink], None]
    """Reads a source into a sink. It may raise RecordError where the rest of the source can't be read."""
    facts: Facts
    cuts: Callable[[BinaryIO, int], list[Cut]] | None = None
    """Finds where slices of so many bytes begin in a long file; None: it is read in one piece."""
    cuts_packed: tuple[str, ...] = ()
    """The compressions in which it finds them too; files in others are read in one piece."""


@dataclass(frozen=True)
class Archive:
    """One format of archives: files in a file."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Head], bool]
    members: Callable[[Source, Sink], Iterator[Source]]
    """Yields members one after the other, each to be read before the next is asked for; what it refuses goes into
    the sink."""
    facts: Facts


def never(_head: Head) -> bool:
    """Recognise nothing: the format is told by its name alone."""
    return False
