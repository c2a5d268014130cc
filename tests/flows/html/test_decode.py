import pytest

from flows.html import decode_html
from flows.text import Repairs

WORDS = "Zürich kauft für den Hafen einen größeren Schlepper, der übermorgen fährt".encode("cp1252")


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "raw-unicode-escape", "utf-7", "rot13", "zip"])
def test_what_no_browser_takes_for_a_charset_is_none(name: str) -> None:
    untold = decode_html(WORDS, Repairs())
    assert decode_html(WORDS, Repairs(), encoding_hint=name) == untold
