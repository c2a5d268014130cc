"""Items of long JSON arrays, one after the other: what parses them never sees more than one.

Only where items end is found here. A parser that reads streams, such as ijson, would give other values than the one of
all other JSON (numbers as decimals, names given twice), so other bytes and other ids.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.errors import RecordError

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|(?P<open>\\?\Z))|(?P<up>[\[{])|(?P<down>[\]}])|,', re.DOTALL)
"""What tells where an item ends: brackets and commas that stand in no string. A string may go on in the next chunk."""
_BLANK = b" \t\r\n"


@dataclass(frozen=True)
class Item:
    """One item's bytes, as they stand in the array."""

    data: bytes
    whole: bool
    """Whether these are all of them."""


def split_arrays(chunks: Iterable[bytes], limit: int) -> Iterator[Item]:
    """Yield the items of what comes in chunks; of one longer than `limit` its beginning alone.

    Arrays may follow one another, as in a file that runs were appended to. Raises RecordError where one ends early.
    """
    splitter = _Splitter(limit)
    for chunk in chunks:
        yield from splitter.take(chunk)
    if not splitter.is_whole:
        raise RecordError(
            "malformed_json", "the array ends early, or more stands behind it; what came before is kept; fetch it again"
        )


class _Splitter:
    """Splits arrays that come in chunks."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._depth = 0
        """Brackets around, from an object's first on."""
        self._closed = False
        """Whether the last bracket around objects closes an array."""
        self._held = b""
        """The item's bytes so far."""
        self._looked = 0
        """How many of them were looked at."""
        self._kept = b""
        """The beginning of an item that is too long to be held."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing at the end."""
        return self._closed and not self._depth and not self._kept and not self._held.strip(_BLANK)

    def take(self, chunk: bytes) -> Iterator[Item]:
        """Yield the items that end in this chunk."""
        data = self._held + chunk
        start, end = 0, len(data)
        for token in _TOKEN.finditer(data, self._looked):
            if token["open"] is not None:
                end = token.start()
                break
            stop = self._end_of_item(token)
            if stop is not None:
                yield from self._item(data[start:stop])
                start = token.end()
        self._hold(data, start, end)

    def _end_of_item(self, token: re.Match[bytes]) -> int | None:
        """Return where an item ends, if one does here: an object with its bracket, other values before the next."""
        if self._depth:
            if token.lastgroup is not None:
                self._depth += 1 if token.lastgroup == "up" else -1
                if not self._depth:
                    return token.end()
            return None
        mark = token[0]
        if mark == b"{":
            self._depth = 1
        elif mark in (b"[", b"]", b","):
            self._closed = mark == b"]" or (mark == b"," and self._closed)
            return token.start()
        return None

    def _item(self, data: bytes) -> Iterator[Item]:
        beginning, self._kept = self._kept, b""
        if beginning or len(data) > self._limit:
            yield Item((beginning or data)[: self._limit], whole=False)
        elif data := data.strip(_BLANK):
            yield Item(data, whole=True)

    def _hold(self, data: bytes, start: int, end: int) -> None:
        """Keep what is left of a chunk, whose last string begins at `end` if it isn't whole."""
        self._held, self._looked = data[start:], end - start
        if len(self._held) <= self._limit:
            return
        self._kept = self._kept or self._held[: self._limit]
        string = self._held[self._looked :]
        slashes = len(string) - len(string.rstrip(b"\\"))
        self._held, self._looked = (b'"' + b"\\" * (slashes % 2) if string else b""), 0
