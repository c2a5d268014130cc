"""Several XML documents one after the other in a file: no XML, but what appending to a file leaves.

Scrapy's `-o` appends a feed to the one that is there, and trafilatura's command line prints one document after the
other. A document ends where its root's end is followed by another beginning.
"""

import re
from collections.abc import Iterator

from flows.errors import RecordError
from flows.readers.source import Source
from flows.readers.xml_roots import root_of
from flows.text import is_wide

_CHUNK = 1 << 16
_LONGEST = 1280
"""Bytes that a boundary may take: longer than its pattern can match."""
_PREFIX = rb"(?:[\w-]{1,20}:)?"
_SPACE = rb"[ \t\r\n]"
_NO_BOUNDARY = re.compile(rb"(?!)")


class Documents:
    """The documents of a source: each is a stream to be read before the next is asked for."""

    def __init__(self, source: Source, kept_bytes: int) -> None:
        self._stream = source.stream
        self._boundary = _boundary(source)
        self._kept_bytes = kept_bytes
        self.beginning = b""
        """The first bytes of the document, as many as a rejection keeps."""
        self._data = b""
        self._at = 0
        self._came_all = False
        self._failure: RecordError | None = None
        self._ended = False

    def __iter__(self) -> Iterator["Documents"]:
        while self._begin():
            yield self
            while self.read():
                pass

    def _begin(self) -> bool:
        self._fill()
        self._ended, self.beginning = False, b""
        return self._at < len(self._data) or self._failure is not None

    def read(self, _size: int = -1) -> bytes:
        """Return what comes next of the document, nothing at its end. Raises RecordError where the source did."""
        if self._ended:
            return b""
        self._fill()
        found = self._boundary.search(self._data, self._at)
        end = found.end() if found else len(self._data) - (0 if self._came_all else _LONGEST)
        data, self._at = self._data[self._at : end], end
        self._ended = found is not None or not data
        if not data and self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        self.beginning += data[: self._kept_bytes - len(self.beginning)]
        return data

    def _fill(self) -> None:
        """Hold more than the longest boundary, so that none is missed."""
        while len(self._data) - self._at <= _LONGEST and not self._came_all:
            try:
                more = self._stream.read1(_CHUNK)
            except RecordError as error:  # what came before it is still to be read
                more, self._failure = b"", error
            self._came_all = not more
            self._data, self._at = self._data[self._at :] + more, 0


def _boundary(source: Source) -> re.Pattern[bytes]:
    name, _ = root_of(source.head)
    if not name or is_wide(source.head.data):
        return _NO_BOUNDARY
    root = rb"%s%s" % (_PREFIX, name.encode())
    return re.compile(rb"</%s%s{0,99}>%s{0,999}(?=<(?:\?xml\s|!DOCTYPE\s|%s[\s/>]))" % (root, _SPACE, _SPACE, root))
