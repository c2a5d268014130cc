"""A page as a whole: its bytes, its lines beside its metadata, and pages that nobody meant to be read."""

import codecs
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.html import PageError, proposal, read_page
from flows.text import Repairs, normalise

STORY = (
    "The island ferry will leave at seven as well as at nine from the first of April, the harbour board said.",
    "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn.",
    "A crew of four has been hired, and the old mate returns from his retirement for the first summer.",
)
PAGE = (
    "<!doctype html><html lang=en><head><title>Ferry</title>"
    '<meta name="description" content="The ferry leaves earlier.">'
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry", "articleBody": "'
    + " ".join(STORY[:2])
    + '"}</script></head><body><nav><ul><li><a href=/>Front page</a></li><li><a href=/s>Sport</a></li></ul></nav>'
    "<main><article><h1>Island ferry gains a second crossing</h1><p class=lead>The ferry leaves earlier!</p>"
    + "".join(f"<p>{line}</p>" for line in STORY)
    + "</article></main><footer><p>Our printers</p></footer></body></html>"
)


@pytest.mark.parametrize(
    ("data", "hint", "encoding"),
    [
        ("<p>Gebühr für Żółć</p>".encode(), None, None),
        (codecs.BOM_UTF8 + "<p>Gebühr für Żółć</p>".encode(), "latin-1", None),
        (codecs.BOM_UTF16_LE + "<p>Gebühr für Żółć</p>".encode("utf-16-le"), None, "utf-16"),
        ("<p>Gebühr für Żółć</p>".encode("utf-16-be"), "utf-16-be", "utf-16-be"),
        ("<meta charset=iso-8859-2><p>Gebühr für Żółć</p>".encode("iso-8859-2"), None, "iso8859-2"),
        ('<?xml version="1.0" encoding="ISO-8859-2"?><p>Gebühr für Żółć'.encode("iso-8859-2"), None, "iso8859-2"),
        (
            '<meta http-equiv=Content-Type content="text/html; charset=windows-1250"><p>Gebühr für Żółć'.encode(
                "cp1250"
            ),
            None,
            "cp1250",
        ),
        ("<meta charset=utf-8><p>Gebühr für Żółć".encode("cp1250"), "windows-1250", "cp1250"),
        ("<meta charset=latin-1><p>Gebühr für Żółć".encode(), "latin-1", None),
    ],
)
def test_bytes_are_read_in_the_charset_they_are_in(data: bytes, hint: str | None, encoding: str | None) -> None:
    repairs = Repairs()
    page = read_page(data, encoding_hint=hint, ask_extractor=False, repairs=repairs)
    assert page.text == "Gebühr für Żółć"
    assert repairs.encoding == encoding


@pytest.mark.parametrize("charset", ["latin-1", "us-ascii"])
def test_latin_1_is_read_as_browsers_read_it(charset: str) -> None:
    data = f"<meta charset={charset}><p>Der „Lotse“ – für 5 €".encode("cp1252")
    assert read_page(data, ask_extractor=False).text == "Der „Lotse“ – für 5 €"


@pytest.mark.parametrize("hint", ["no-such-charset", "hex", "utf-16", "", "\0", "base64"])
def test_a_wrong_hint_is_borne(hint: str) -> None:
    assert (
        read_page("<p>Żółć".encode(), encoding_hint=hint, ask_extractor=False).text.endswith("ółć") or hint == "utf-16"
    )


def test_lines_know_the_pages_body_and_description() -> None:
    page = read_page(PAGE, ask_extractor=False)
    known = dict(zip(page.text.split("\n"), page.markup, strict=True))
    assert [line for line, markup in known.items() if markup.in_article_body] == list(STORY[:2])
    assert [line for line, markup in known.items() if markup.in_description] == ["The ferry leaves earlier!"]
    assert {markup.proposed for markup in known.values()} == {None}


def test_a_page_without_json_ld_says_nothing_of_its_body() -> None:
    (markup,) = read_page("<p>x", ask_extractor=False).markup
    assert markup.in_article_body is None


def test_an_extractor_proposes() -> None:
    page = read_page(PAGE)
    known = dict(zip(page.text.split("\n"), page.markup, strict=True))
    assert all(known[line].proposed for line in STORY)
    assert known["Sport"].proposed is False
    assert known["Our printers"].proposed is False


def test_a_line_without_words_is_part_of_nothing() -> None:
    page = read_page(
        PAGE.replace("<footer>", '<p>&mdash; *</p><meta name="twitter:description" content="***"><footer>')
    )
    (markup,) = (m for line, m in zip(page.text.split("\n"), page.markup, strict=True) if line == "— *")
    assert (markup.proposed, markup.in_article_body, markup.in_description) == (False, False, False)


def test_an_extractor_that_fails_proposes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    def fail(*_: Any, **__: Any) -> str:
        raise RecursionError

    monkeypatch.setattr(trafilatura, "extract", fail)
    assert {markup.proposed for markup in read_page(PAGE).markup} == {None}


@pytest.mark.parametrize("limit", ["MAX_ELEMENTS", "MAX_DEPTH", "MAX_ATTRIBUTES", "MAX_CHARS"])
def test_an_extractor_is_not_asked_of_pages_beyond_its_measure(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(proposal, limit, 1)
    assert {markup.proposed for markup in read_page(PAGE).markup} == {None}


def test_a_page_gives_the_same_each_time() -> None:
    assert read_page(PAGE) == read_page(PAGE)


def test_every_line_has_its_markup_when_repairs_break_and_drop_lines() -> None:
    page = read_page("<h1>\u200b</h1><p>one</p><h2>cafÃ© two</h2><p>a&#133;b&#x2028;c", ask_extractor=False)
    shown = [line for line in page.text.split("\n") if line]
    assert [markup.tag for markup in page.markup] == ["p", "h2", "p"]
    assert shown[:2] == ["one", "café two"]


@pytest.mark.parametrize("html", [b"", b" \n", b"<!-- x -->", b"<script>x()</script>", b"<p hidden>x", b"\0\0\0"])
def test_a_page_without_text_has_no_lines(html: bytes) -> None:
    page = read_page(html)
    assert (page.text, page.markup) == ("", ())


_TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div",
        "class=teaser>",
        "</div>",
        "<a",
        "href=x>",
        "</a>",
        "<br>",
        "<table>",
        "<td>",
        "</table>",
        "<script>",
        "</script>",
        "<svg>",
        "</svg>",
        "<pre>",
        "</pre>",
        "<li>",
        "<h1>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<b",
        "hidden>",
        "</b>",
        "&amp;",
        "&#0;",
        "&#xD800;",
        "&nbsp;",
        "<",
        ">",
        '"',
        "'",
        "Ã©",
        "â€™",
        "\x85",
        "\u2028",
        "\r",
        "\n",
        "\u200b",
        "�",
        "é",
        "<html>",
        "</body>",
        "<title>",
        "<meta",
        "charset=utf-16>",
        "<?x",
        "<!doctype",
    ]
)


@given(st.one_of(st.binary(), st.text(), st.lists(st.one_of(_TAGS, st.text(max_size=5))).map("".join)))
def test_whatever_comes_each_line_has_its_markup_and_the_text_is_in_its_form(html: bytes | str) -> None:
    try:
        page = read_page(html, ask_extractor=False)
    except PageError:
        return
    assert len(page.markup) == sum(1 for line in page.text.split("\n") if line)
    assert normalise(page.text, Repairs()) == page.text
    assert page == read_page(html, ask_extractor=False)
