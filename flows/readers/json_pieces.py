"""JSON that is no whole: what runs that were appended to a file, or cut short, or joined badly, leave of arrays.

Scrapy's `-o` appends one array to the other, a crawl that is stopped leaves one without its end, and newspaper4k closes
its array after each article.
"""

import json
import re
from collections.abc import Iterator

from flows.errors import RecordError

_BETWEEN = re.compile(r"[\s,\[\]]*")
_DECODER = json.JSONDecoder(strict=False)


def objects_in(data: bytes) -> Iterator[bytes]:
    """Yield the objects that stand one after the other, whatever brackets and commas are between them.

    Raises RecordError where something else stands, after what came before.
    """
    text = data.decode("latin-1")  # a byte a character: where objects end is all that is asked
    first = gap = _gap(text, 0)
    while gap.end() < len(text):
        at = gap.end()
        end = _end_of_object(text, at)
        yield data[at:end]
        gap = _gap(text, end)
    if "[" in first[0] and "]" not in gap[0]:
        raise RecordError("malformed_json", _told("its array isn't closed: it ends early"))


def _gap(text: str, at: int) -> re.Match[str]:
    gap = _BETWEEN.match(text, at)
    assert gap is not None  # it matches nothing, too
    return gap


def _end_of_object(text: str, at: int) -> int:
    if text[at] != "{":
        raise RecordError("malformed_json", _told(f"byte {at}: no object begins there"))
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError) as error:
        raise RecordError("malformed_json", _told(f"an object from byte {at} on: {_short(error)}")) from None


def _short(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)[:100]


def _told(what: str) -> str:
    return f"not JSON, {what}; what came before is kept; mend the file or the scraper that wrote it"
