"""A TOML file with the line of every key, so that what is wrong in it can be pointed at."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.errors import ProfileError

Key = tuple[str | int, ...]
"""The way to a value: `("rules", 0, "lines", 2)`."""
SHOWN_CHARS = 200

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"{3,5} | '''(?:[^']|'(?!''))*'{3,5} | "(?:[^"\\\n]|\\.)*" | '[^'\n]*')
    | (?P<mark>[\[\]{}=,.])
    | (?P<bare>[^\s\[\]{}=,."'\#]+)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Source:
    """A TOML file: its values, and the line each stands on."""

    path: Path
    text: str
    values: dict[str, Any]

    @cached_property
    def lines(self) -> dict[Key, int]:
        """The line of every key; looked for when something is wrong alone."""
        return key_lines(self.text)

    def line(self, key: Key) -> int:
        """Return the line of a key, or of the nearest one around it, counted from 1."""
        while key not in self.lines and key:
            key = key[:-1]
        return self.lines.get(key, 1)

    def problem(self, key: Key, message: str) -> str:
        """Return one line that says what is wrong and where: file, line and key."""
        dotted = ".".join(str(part) for part in key)
        return f"{self.path}:{self.line(key)}: {f'{dotted}: ' if dotted else ''}{message}"

    def error(self, key: Key, message: str) -> ProfileError:
        """Return the error to raise about a key."""
        return ProfileError(self.problem(key, message))


def parse_toml(path: Path, content: bytes) -> Source:
    """Parse a TOML file. Raises ProfileError that names file and line."""
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
        return Source(path, text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProfileError(f"{path}:{line}: not UTF-8: {error}") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise ProfileError(f"{path}:{line}: not TOML: {error}") from None


def key_lines(text: str) -> dict[Key, int]:
    """Return the line of every key and array element of a valid TOML text."""
    return _Scan(text).lines


@dataclass
class _Scan:
    """A pass over a TOML text that is known to be valid: it looks for keys and where they stand, at nothing else."""

    text: str
    place: int = 0
    row: int = 1
    lines: dict[Key, int] = field(default_factory=dict)
    tables: dict[Key, int] = field(default_factory=dict)
    """How often each `[[array of tables]]` has come."""

    def __post_init__(self) -> None:
        here: Key = ()
        while (token := self._peek(newlines=False)) is not None:
            if token == "[":
                here = self._header()
            else:
                self._pair(here)

    def _peek(self, *, newlines: bool) -> str | None:
        """Return the next token without taking it; blanks and comments are passed over."""
        while (match := _TOKEN.match(self.text, self.place)) is not None:
            blank = match.lastgroup == "space" or (match.lastgroup == "newline" and not newlines)
            if not blank:
                return match[0]
            self._pass(match[0])
        return None

    def _take(self) -> str:
        token = self._peek(newlines=False) or ""
        self._pass(token)
        return token

    def _pass(self, token: str) -> None:
        self.place += len(token)
        self.row += token.count("\n")

    def _header(self) -> Key:
        """Read `[a.b]` or `[[a.b]]`; return the key of the table it opens."""
        row = self.row
        self._take()
        many = self._peek(newlines=False) == "["
        if many:
            self._take()
        key = self._in_arrays(self._key(), last=many)
        for _ in range(1 + many):
            self._take()
        self._point(key, row)
        return key

    def _point(self, key: Key, row: int) -> None:
        """Note the line of a key, and of the tables around it that have no header of their own."""
        for depth in range(1, len(key) + 1):
            self.lines.setdefault(key[:depth], row)

    def _in_arrays(self, key: Key, *, last: bool) -> Key:
        """Put in the number of the table for each array of tables on the way; `last` opens a new one."""
        way: Key = ()
        for depth, part in enumerate(key, 1):
            way += (part,)
            if last and depth == len(key):
                self.tables[way] = self.tables.get(way, -1) + 1
            if way in self.tables:
                way += (self.tables[way],)
        return way

    def _key(self) -> Key:
        """Read a key: `a`, `"a b"`, `a.b`."""
        parts: list[str] = [_unquoted(self._take())]
        while self._peek(newlines=False) == ".":
            self._take()
            parts.append(_unquoted(self._take()))
        return tuple(parts)

    def _pair(self, here: Key) -> None:
        self._peek(newlines=False)
        row = self.row
        key = here + self._key()
        self._point(key, row)
        self._take()  # =
        self._value(key)

    def _value(self, key: Key) -> None:
        token = self._take()
        if token == "[":
            self._array(key)
        elif token == "{":
            self._inline_table(key)
        else:  # a number or date may hold dots, and a blank between date and time
            while (self._peek(newlines=True) or "\n") not in (",", "]", "}", "\n"):
                self._take()

    def _array(self, key: Key) -> None:
        number = 0
        while self._peek(newlines=False) != "]":
            self.lines[(*key, number)] = self.row
            self._value((*key, number))
            number += 1
            if self._peek(newlines=False) == ",":
                self._take()
        self._take()

    def _inline_table(self, key: Key) -> None:
        while self._peek(newlines=False) != "}":
            self._pair(key)
            if self._peek(newlines=False) == ",":
                self._take()
        self._take()


def _unquoted(token: str) -> str:
    """Return the key that a token spells."""
    if token[:1] in ("'", '"'):
        (key,) = tomllib.loads(f"{token} = 1")
        return key
    return token
