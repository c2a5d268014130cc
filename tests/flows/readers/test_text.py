"""Bytes to text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import text as text_module
from flows.text import Repairs, decode, normalise

GERMAN = "Die Gemeinde prüft „drei Wege“ – für Züge, Bäche und Fußgänger. Der Größte führt über Österreich."


@given(st.text())
def test_normalising_twice_is_as_normalising_once(text: str) -> None:
    once = normalise(text, Repairs())
    assert normalise(once, Repairs()) == once


@given(st.text())
def test_a_normalised_text_has_plain_lines(text: str) -> None:
    lines = normalise(text, Repairs()).split("\n")
    assert all(line == line.strip() for line in lines)
    assert lines == [""] or lines[-1]
    assert not any(ord(char) < 32 for line in lines for char in line)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_decoded_whatever_its_encoding(encoding: str) -> None:
    repairs = Repairs()
    assert decode(GERMAN.encode(encoding), repairs) == GERMAN
    assert (repairs.encoding is None) == encoding.startswith("utf-8")


def test_mojibake_is_repaired_and_said() -> None:
    repairs = Repairs()
    broken = "Les députés ont voté à l’unanimité".encode().decode("cp1252")
    assert normalise(broken, repairs) == "Les députés ont voté à l’unanimité"
    assert repairs.as_dict() == {"mojibake_repaired": True}


def test_text_that_only_looks_like_mojibake_stays() -> None:
    repairs = Repairs()
    assert normalise("São Paulo e Ângela", repairs) == "São Paulo e Ângela"
    assert repairs.as_dict() == {}


@pytest.mark.parametrize(
    ("text", "expected", "told"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", {}),
        ("a\x00b\u200bc\u202ed", "abcd", {"control_characters_dropped": 3}),
        ("a\tb\u00a0c", "a b c", {}),
        ("e\u0301", "é", {}),
        ("a\ud800b", "a\ufffdb", {"surrogates_replaced": 1}),
        ("\n a \n\n", "\na", {}),
        ("é \nb", "é\nb", {}),
        ("é\u3000\n\u2003b", "é\nb", {}),
        ("é\nb\n", "é\nb", {}),
    ],
)
def test_a_text_is_brought_into_one_form(text: str, expected: str, told: dict[str, int]) -> None:
    repairs = Repairs()
    assert normalise(text, repairs) == expected
    assert repairs.as_dict() == told


def test_a_space_that_is_printable_is_ascii() -> None:
    assert [c for c in map(chr, range(0x110000)) if c.isprintable() and c.isspace()] == [" "]


def test_nothing_that_wants_repair_is_printable() -> None:
    characters = map(chr, range(0x110000))
    assert [c for c in characters if c.isprintable() and text_module._SUSPECT.search(c)] == []


def test_what_is_not_asked_about_never_composes() -> None:
    plain = [char for char in map(chr, range(0x110000)) if not text_module._MAY_COMPOSE.match(char)]
    assert not any(unicodedata.combining(char) for char in plain)
    assert all(
        unicodedata.is_normalized("NFC", base + char) for char in plain for base in "e\u1100" if char.isprintable()
    )
