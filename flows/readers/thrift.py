"""Thrift's compact protocol, as far as Parquet's headers have it."""

from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 12
MAX_VALUES = 4_000_000
"""Values of one header: a footer of 5,000 row groups of 25 columns has as many. An empty one of a byte takes 64 in
Python."""


INT, LONG, BYTES, LIST, STRUCT = 5, 6, 8, 9, 12
"""Types of values: whole numbers of 32 and 64 bits, and the others."""
_BOOLEANS, _BYTE, _SHORT, _DOUBLE, _SET = (1, 2), 3, 4, 7, 10
Fields = dict[tuple[int, int], Any]
"""A struct's fields by number and type: one of another type than the known one is passed over, as by all readers."""


class Compact:
    """Values of untrusted bytes: IndexError and ValueError are all that it raises."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0
        self._left = MAX_VALUES

    def struct(self, depth: int = 0) -> Fields:
        """Return a struct's fields."""
        return {(number, kind): self.value(kind, depth) for number, kind in self.fields()}

    def fields(self) -> Iterator[tuple[int, int]]:
        """Yield the number and the type of a struct's fields; the value of each is to be read before the next."""
        seen: set[int] = set()
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            if number in seen:
                raise ValueError("a field given twice")  # what reads it next may take the other one
            seen.add(number)
            yield number, head & 15

    def items(self, kind: int, depth: int = 0) -> Iterator[Any]:
        """Yield the items of a list that is the value of a field of this type."""
        if kind not in (LIST, _SET):
            raise ValueError("no list")
        head = self._byte()
        count = self._varint() if head >> 4 == 15 else head >> 4
        if count > len(self._data):
            raise ValueError("a list longer than its bytes")
        for _ in range(count):
            yield self._item(head & 15, depth + 1)

    def value(self, kind: int, depth: int = 0) -> Any:
        """Return the value of a field of this type."""
        if depth > MAX_DEPTH:
            raise ValueError("nested too deep")
        self._left -= 1
        if self._left < 0:
            raise ValueError(f"more than {MAX_VALUES} values")
        if kind in _BOOLEANS:
            return kind == _BOOLEANS[0]
        if kind == _BYTE:
            return self._byte()
        if kind in (_SHORT, INT, LONG):
            return self._zigzag()
        if kind in (_DOUBLE, BYTES):
            length = 8 if kind == _DOUBLE else self._varint()
            start, self.position = self.position, self.position + length
            if self.position > len(self._data):
                raise IndexError("no more bytes")
            return self._data[start : self.position]
        if kind in (LIST, _SET):
            return list(self.items(kind, depth))
        if kind == STRUCT:
            return self.struct(depth + 1)
        raise ValueError(f"no type {kind}")

    def _item(self, kind: int, depth: int) -> Any:
        """Return a list's item: a truth takes a byte there, and none as a field."""
        return self._byte() == 1 if kind in _BOOLEANS else self.value(kind, depth)

    def _byte(self) -> int:
        byte = self._data[self.position]
        self.position += 1
        return byte

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise ValueError("a number without end")

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
