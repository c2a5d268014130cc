"""What all archives share: whose names are refused, and a sink told that a member's records come now."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flows.readers.records import Sink

NO_FILE = "a link, device or pipe, none of which is ever followed; bring the file itself"
ORPHAN = "the file it belongs to isn't there; bring it, or remove this one"
MAX_NAME = 4096
_DRIVE = re.compile(r"^[A-Za-z]:")


def refused_name(name: str) -> tuple[str, str] | None:
    """Return reason and message for a member whose name points out of the archive.

    Nothing is ever written under a member's name, but such a name is an attack's, and says nothing of a site.
    """
    parts = name.replace("\\", "/").split("/")
    if len(name) > MAX_NAME:
        return "unsafe_member", f"its name has {len(name)} characters; no archiver of pages writes such"
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in parts:
        return "unsafe_member", "its name points out of the archive; pack it again with names below one folder"
    return None


@contextmanager
def enter(sink: Sink, name: str, mtime: datetime | None) -> Iterator[None]:
    """Tell the sink that the records of this member come now, numbered after those before it."""
    outer = sink.member, sink.member_mtime, sink.first_record, sink.format
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")[:MAX_NAME]
    sink.member = shown if outer[0] is None else f"{outer[0]}/{shown}"
    sink.member_mtime, sink.first_record = mtime or outer[1], sink.next_record
    try:
        yield
    finally:
        sink.member, sink.member_mtime, sink.first_record, sink.format = outer
