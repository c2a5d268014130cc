"""Where a record comes from: its site and its fetch time, from the best that is known."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from flows.readers.urls import site_of_name, site_of_url

SiteRecogniser = Callable[[str], str | None]
"""Gives the site whose own marks stand in a text."""
UNKNOWN_SITE = "unknown"

_DAY = re.compile(r"(?:^|/)(\d{4})[-_/]?(\d{2})[-_/]?(\d{2})(?=[/_.T-]|$)")
_DATE_FOLDER = re.compile(r"^\d{4}(?:[-_]?\d{2}){0,2}$")


def site_of(
    *,
    url: str | None,
    given: str | None,
    path: str,
    text: str,
    recognise: SiteRecogniser,
    member: str | None = None,
) -> str:
    """Return the site: of the URL, else as given, else the folder (then the archive's), else by marks in the text."""
    site = site_of_url(url) if url else None
    if not site and given and given.strip():
        site = site_of_name(given)
    return site or _site_of_folder(path) or _site_of_folder(member or "") or recognise(text) or UNKNOWN_SITE


def _site_of_folder(path: str) -> str | None:
    """The first folder below the raw folder names a site, unless it names a day, a month or a year."""
    folder, slash, _ = path.partition("/")
    return site_of_name(folder) if slash and not is_date_folder(folder) else None


def is_date_folder(name: str) -> bool:
    """Tell whether a folder's name is a day, a month or a year."""
    return _DATE_FOLDER.match(name) is not None


def date_in_path(path: str) -> datetime | None:
    """Return the last real calendar date that stands in a path, as midnight UTC."""
    for match in reversed(list(_DAY.finditer(path))):
        try:
            return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
        except ValueError:
            continue
    return None


def fetched_at_of(
    *, given: datetime | None, path: str, mtime_ns: int, member_mtime: datetime | None = None
) -> tuple[datetime, str]:
    """Return the fetch time and where it comes from: metadata, the path, or the file's own time.

    What is in an archive has its own time there.
    """
    if given is not None:
        return given, "metadata"
    if member_mtime is not None and date_in_path(path) is None:
        return member_mtime, "mtime"
    return _time_of_file(path, mtime_ns)


@lru_cache(maxsize=64)
def _time_of_file(path: str, mtime_ns: int) -> tuple[datetime, str]:
    """The same for all records of a file that tell no time."""
    dated = date_in_path(path)
    if dated is not None:
        return dated, "path"
    return datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC), "mtime"
