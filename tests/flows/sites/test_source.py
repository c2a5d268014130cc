"""Lines of TOML keys: every value is found, on the line it stands on."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from flows.sites.load import SHIPPED
from flows.sites.source import Key, key_lines

ODD = """
# a = 1
a = 1.5          # [not.a.table]
"quoted key" = 1979-05-27 07:32:00
b.c . "d" = [ [1,
  2], [
  "x]", 'y#', # "z"
  { e = "v", f = [ '3' ] } ] ]
text = '''
[[fake]]
a = 2'''''
more = \"\"\"one
two \\\"\"\" = 3
\"\"\"

[tables.inner]
k = true
[[many]]
k = {}
[many.sub]
k = []
[[many.parts]]
k = 1
[[many.parts]]
k = 2
[[many]]
k = nan
[[many.parts]]
k = +1e5
"""


def keys(value: Any, way: Key = ()) -> Iterator[Key]:
    """Every key of parsed TOML."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*way, key)
        if isinstance(inner, dict | list):
            yield from keys(inner, (*way, key))


@pytest.mark.parametrize(
    "text", [ODD, *(path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.toml")))], ids=len
)
def test_every_key_of_a_file_has_a_line(text: str) -> None:
    lines = key_lines(text)
    assert set(keys(tomllib.loads(text))) - set(lines) == set()
    rows = text.split("\n")
    for key, row in lines.items():
        if isinstance(key[-1], str) and " " not in key[-1]:
            assert key[-1] in rows[row - 1]


def test_lines_are_those_of_the_values() -> None:
    lines = key_lines(ODD)
    rows = ODD.split("\n")
    assert rows[lines["b", "c", "d", 0, 1] - 1] == "  2], ["
    assert rows[lines["b", "c", "d", 1, 1] - 1] == '  "x]", \'y#\', # "z"'
    assert rows[lines["b", "c", "d", 1, 2, "f", 0] - 1].endswith("'3' ] } ] ]")
    assert rows[lines["many", 0, "parts", 1, "k"] - 1] == "k = 2"
    assert rows[lines["many", 1, "parts", 0, "k"] - 1] == "k = +1e5"
    assert rows[lines["tables", "inner"] - 1] == "[tables.inner]"
