"""Gzip: members one after the other, and what can be had after a damaged one.

The standard library's GzipFile stops for good at the first damage. Archives of pages have a member for each record, so
that one damaged record need not cost all that come after it.
"""

import io
import zlib
from typing import BinaryIO, cast

MAGIC = b"\x1f\x8b\x08"
_CHUNK = 1 << 14
GZIP = 16 + zlib.MAX_WBITS
_SALVAGE = 64
"""Bytes that are unpacked at once where the damage begins, to have all that stands before it."""
_KEPT = 1 << 22
"""Of a member so much is kept packed: damage may have run on into later members before it was noticed."""
_TRIED = 512
"""Bytes by which it is told whether a member begins somewhere."""


class GzipMembers:
    """Unpacks gzip. Raises EOFError where it ends early, zlib.error where it is damaged."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = cast(io.BufferedReader, packed)
        self._unpacker = zlib.decompressobj(GZIP)
        self._again = io.BytesIO()
        """What is read a second time, after damage."""
        self._left = b""
        self._member = bytearray()
        """What was read of the member, packed, as long as it isn't more than is kept."""
        self._error: zlib.error | None = None
        self.between_members = True
        """Whether nothing of the member that is read came through yet."""

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""
        if self._error is not None:
            raise self._error
        while True:
            if self._unpacker.eof and not self._begin():
                return b""
            if not self._left and not self._fetch():
                if not self._member:
                    return b""
                raise EOFError
            if data := self._unpack(size):
                self.between_members = False
                return data
            if self._error is not None:
                raise self._error

    def _more(self) -> bytes:
        return self._again.read(_CHUNK) or self._packed.read1(_CHUNK)

    def _fetch(self) -> bool:
        self._left = self._more()
        if len(self._member) <= _KEPT:
            self._member += self._left
        return bool(self._left)

    def _begin(self) -> bool:
        """Begin another member; archivers of tapes fill up with NULs after the last one."""
        left = self._left.lstrip(b"\0")
        while not left:
            left = self._more()
            if not left:
                return False
            left = left.lstrip(b"\0")
        self._restart(left)
        return True

    def _restart(self, left: bytes) -> None:
        self._left, self._member, self._error = left, bytearray(left), None
        self._unpacker, self.between_members = zlib.decompressobj(GZIP), True

    def _unpack(self, size: int) -> bytes:
        before = self._unpacker.copy()
        try:
            data = self._unpacker.decompress(self._left, size)
        except zlib.error as error:
            self._error = error
            return _salvaged(before, self._left)[:size]
        self._left = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
        return data

    def skip_damage(self, beginning: bytes) -> bool:
        """Go on at the next member whose content begins so; say whether there is one."""
        whole = len(self._member) <= _KEPT
        window, at = (bytes(self._member), 1) if whole else (self._left, 0)
        while True:
            at = window.find(MAGIC, at)
            if at < 0 or len(window) - at < _TRIED:
                more = self._more()
                if more:
                    kept = at if at >= 0 else max(0, len(window) - len(MAGIC) + 1)
                    window, at = window[kept:] + more, 0
                    continue
            if at < 0:
                return False
            if _begins(window[at : at + _TRIED], beginning):
                self._again = io.BytesIO(window[at + _CHUNK :] + self._again.read())
                self._restart(window[at : at + _CHUNK])
                return True
            at += 1


def _salvaged(unpacker: "zlib._Decompress", packed: bytes) -> bytes:
    data = bytearray()
    try:
        for at in range(0, len(packed), _SALVAGE):
            data += unpacker.decompress(packed[at : at + _SALVAGE])
    except zlib.error:
        pass
    return bytes(data)


def _begins(packed: bytes, beginning: bytes) -> bool:
    try:
        return zlib.decompressobj(GZIP).decompress(packed, len(beginning)) == beginning
    except zlib.error:
        return False
