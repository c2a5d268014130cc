"""What the header of a document in TEI says of its article, above all where trafilatura puts it."""

import re
from collections.abc import Iterator
from typing import Any

from flows.readers.xml_records import LANG, at, inherited, name_of, plain

_PUBLISHED_BY = re.compile(r"^([^()]{0,500}?)\s*\(([\w.-]{1,253})\)$")
"""`The Courier (courier.example)`, as trafilatura has it."""
_HOST = re.compile(r"^[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}$")
_ADDRESSES = ("url", "uri")
_FETCHED = ("download", "access", "retrieved")
_NOTHING = ("", "N/A")
_MAX_TAGS, _MAX_NOTES = 200, 50
_TAG_END = re.compile(r"[,;]")


def read_header(document: Any) -> dict[str, Any]:
    """Return the fields that a document's header gives."""
    places = [*at(document, "teiHeader", "fileDesc", "sourceDesc"), *at(document, "teiHeader", "fileDesc")]
    profile = next(at(document, "teiHeader", "profileDesc"), None)
    fields = {
        "title": _title(document),
        "author": _authors(document),
        "url": next((address for place in places for address in _addresses(place)), None),
        "date": next((date for place in places for date in _dates(place)), None),
        "language": _language(document, profile),
        **_publisher(places),
        **(_of_profile(profile) if profile is not None else {}),
        "notes": _notes(document),
    }
    return {name: value for name, value in fields.items() if value}


def _title(document: Any) -> str | None:
    titles = list(at(document, "teiHeader", "fileDesc", "titleStmt", "title"))
    main = [one for one in titles if one.get("type") == "main"]
    return next(map(plain, main or titles), None)


def _authors(document: Any) -> list[str] | str:
    """Return the authors; trafilatura writes all of them into one element."""
    found = [plain(one) for one in at(document, "teiHeader", "fileDesc", "titleStmt", "author")]
    return found[0] if len(found) == 1 else found


def _addresses(place: Any) -> Iterator[str]:
    for one in place.iter("{*}ptr", "{*}ref", "{*}idno", "{*}note"):
        name, kind = name_of(one)[1], (one.get("type") or "").lower()
        told = (one.get("target") or "") if name in ("ptr", "ref") else plain(one)
        if kind in _ADDRESSES or (name in ("ptr", "ref") and told.startswith(("http://", "https://"))):
            yield told


def _dates(place: Any) -> Iterator[str]:
    for one in place.iter("{*}date"):
        told = one.get("when") or one.get("when-iso") or plain(one)
        if told and one.get("type") not in _FETCHED:
            yield told


def _publisher(places: list[Any]) -> dict[str, str]:
    told = (plain(one) for place in places for one in place.iter("{*}publisher"))
    shown = next((one for one in told if one not in _NOTHING), None)
    if shown is None:
        return {}
    named = _PUBLISHED_BY.match(shown)
    if named:
        return {"sitename": named[1], "hostname": named[2]}
    return {"hostname" if _HOST.match(shown) else "sitename": shown}


def _language(document: Any, profile: Any) -> str | None:
    used = () if profile is None else at(profile, "langUsage", "language")
    text = next(at(document, "text"), document)
    return inherited(text, LANG) or next((one.get("ident") for one in used), None)


def _of_profile(profile: Any) -> dict[str, Any]:
    fetched = [one for one in at(profile, "creation", "date") if one.get("type") in _FETCHED]
    download = next((one.get("when") or plain(one) for one in fetched), "")
    terms = [plain(one) for one in profile.iter("{*}term") if name_of(one.getparent())[1] == "keywords"]
    tags = [tag.strip() for term in terms for tag in _TAG_END.split(term)]
    return {
        _fetched_as(download): download,
        "tags": list(dict.fromkeys(filter(None, tags)))[:_MAX_TAGS],
        "excerpt": next(map(plain, at(profile, "abstract")), None),
    }


def _fetched_as(told: str) -> str:
    """A day alone is kept as it is: trafilatura writes that of the file, or of the run, and folders say it better."""
    return "fetched_at" if ":" in told else "filedate"


def _notes(document: Any) -> dict[str, str]:
    notes = list(at(document, "teiHeader", "fileDesc", "notesStmt", "note"))[:_MAX_NOTES]
    return {kind: plain(one) for one in notes if (kind := one.get("type"))}
