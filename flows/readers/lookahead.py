"""A stream that can be looked into further than it is read, and into which bytes can be put back."""

import io

_CHUNK = 1 << 16


class Lookahead:
    """Bytes of a stream. All methods raise what the stream does, and what was read before is still there."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._data = b""
        self._at = 0

    @property
    def there(self) -> bytes:
        """What was read of the stream and not taken yet."""
        return self._data[self._at :]

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end, and leave them there."""
        while len(self._data) - self._at < size and self._more():
            pass
        return self._data[self._at : self._at + size]

    def take(self, size: int) -> bytes:
        """Return some of the next `size` bytes, none only at the end."""
        if self._at == len(self._data):
            self._more()
        data = self._data[self._at : self._at + size]
        self._at += len(data)
        return data

    def line(self, limit: int) -> bytes:
        """Return what comes next up to the end of the line, or `limit` bytes of it."""
        searched = 0
        while (end := self._data.find(b"\n", self._at + searched)) < 0:
            searched = len(self._data) - self._at
            if searched >= limit or not self._more():
                return self.take(limit)
        return self.take(min(limit, end + 1 - self._at))

    def back(self, data: bytes) -> None:
        """Put bytes before what comes next."""
        if self._data.endswith(data, 0, self._at):  # they stand there still
            self._at -= len(data)
        else:
            self._data, self._at = data + self.there, 0

    def drop(self) -> bytes:
        """Return what is there, and forget it."""
        data, self._data, self._at = self.there, b"", 0
        return data

    def _more(self) -> bool:
        more = self._stream.read1(_CHUNK)
        if more:
            self._data, self._at = self.there + more, 0
        return bool(more)
