"""XML of strangers is parsed within limits."""

import contextlib
import io
import time
from pathlib import Path

import pytest
from lxml import etree

from flows.errors import RecordError
from flows.readers.hardened_xml import MAX_ELEMENTS, iterate, parse

LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
BOMB = f"<!DOCTYPE a [<!ENTITY l0 'tug'>{LAUGHS}]>"


def items(data: bytes, *, limit: int = 1 << 20, recover: bool = False) -> list[tuple[str, bool]]:
    found = iterate(io.BytesIO(data), lambda element: element.tag == "item", limit=limit, recover=recover)
    return [("".join(element.itertext()), complete) for element, complete in found]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "malformed_xml"),
        (b"no markup", "malformed_xml"),
        (b"<a><b>tug</b>", "malformed_xml"),
        (b"<a>" * 300, "nested_too_deep"),
        (b"<a>" * 100_000, "nested_too_deep"),
        (f"{BOMB}<a>&l9;</a>".encode(), "malformed_xml"),
        (f"{BOMB}<a b='&l9;'/>".encode(), "malformed_xml"),
        (b"<a>" + b"t" * 11_000_000 + b"</a>", "malformed_xml"),
        (b"<a>" + b"<b/>" * (2 * MAX_ELEMENTS + 1) + b"</a>", "too_large"),
    ],
    ids=str,
)
@pytest.mark.parametrize("recover", [False, True])
def test_what_cant_be_read_is_refused_with_its_reason(document: bytes, reason: str, recover: bool) -> None:
    with pytest.raises(RecordError) as refused:
        parse(document, recover=recover)
    assert refused.value.reason == reason


def test_nothing_outside_the_document_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ent"
    secret.write_text("<!ENTITY told 'secret'>secret")
    for declared in (
        f"<!DOCTYPE a SYSTEM '{secret.as_uri()}'>",
        f"<!DOCTYPE a [<!ENTITY % more SYSTEM '{secret.as_uri()}'> %more;]>",
    ):
        assert parse(f"{declared}<a>The tug&told; left</a>".encode()).text == "The tug&told; left"
    for declared in (f"SYSTEM '{secret.as_uri()}'", "'secret'"):
        with pytest.raises(RecordError, match="&told; is an entity of the document's own"):
            parse(f"<!DOCTYPE a [<!ENTITY told {declared}>]><a>The tug&told; left</a>".encode())


def test_names_of_html_for_characters_are_read() -> None:
    root = parse(b"<!DOCTYPE a SYSTEM 'html.dtd'><a>The&nbsp;tug <b/>caf&eacute;&hellip; left<c>&lt;&#33;</c></a>")
    assert "".join(root.itertext()) == "The\xa0tug café… left<!"


def test_elements_come_one_by_one_and_all_before_a_damage() -> None:
    whole = b"".join(b"<item><p>%d</p></item>" % number for number in range(20_000))
    found = iterate(
        io.BytesIO(b"\n <items>" + whole + b"<item><p>no end"), lambda one: one.tag == "item", limit=1 << 20
    )
    texts = []
    with pytest.raises(RecordError, match="Premature end"):
        texts.extend("".join(element.itertext()) for element, _ in found)
    assert texts == [str(number) for number in range(20_000)]


def test_a_document_cut_anywhere_is_told_from_a_whole_one() -> None:
    whole = b"<?xml version='1.0'?>\n<items a='1'><item b=\"2\">x &amp; y<!-- no --><c/></item>\n<item><![CDATA[z]]></item></items>"
    assert items(whole, recover=True) == [("x & y", True), ("z", True)]
    for end in range(len(whole) - 1):
        for recover in (False, True):
            with pytest.raises(RecordError) as refused:
                items(whole[:end], recover=recover)
            assert refused.value.reason == "malformed_xml"


def test_what_isnt_well_formed_costs_what_stands_before_it_nothing() -> None:
    assert items(b"<items><item>a & b</item><item>c</item></items>", recover=True) == [("a  b", True), ("c", True)]
    unclosed = b"<items><item>a<c></item><item>d</item></items>"
    assert sorted(items(unclosed, recover=True)) == [("a", True), ("d", True)]
    with pytest.raises(RecordError, match="line 1"):
        items(b"<items><item>a & b</item><item>c</item></items>")


@pytest.mark.parametrize("filling", [b"<p>tug</p>" * 40_000, b"<p/>" * (MAX_ELEMENTS + 20_000)])
def test_an_element_beyond_the_limits_costs_no_other(filling: bytes) -> None:
    document = b"<items><item>one</item><item>" + filling + b"</item><item>two</item></items>"
    assert [(text[:3], complete) for text, complete in items(document, limit=200_000)] == [
        ("one", True),
        ("", False),
        ("two", True),
    ]


def test_memory_doesnt_grow_with_the_document() -> None:
    class Endless(io.RawIOBase):
        """A root with 400,000 elements, of which none is wanted."""

        left = 400

        def read(self, _size: int = -1) -> bytes:
            self.left -= 1
            return b"<items>" if self.left == 399 else b"<x>y</x>z" * 1000 if self.left > 0 else b""

    before = _peak_mib()
    with pytest.raises(RecordError):
        list(iterate(Endless(), lambda element: element.tag == "item", limit=1 << 20))  # type: ignore[arg-type]
    assert _peak_mib() - before < 50


def _peak_mib() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize(
    "repeated", [b"<a ", b'<a "<a ">', b"<a " * 100 + b">", b"&nbsp;", b"<b>&eacute;</b>"], ids=repr
)
def test_damage_repeated_without_end_is_read_in_linear_time(repeated: bytes) -> None:
    document = b"<!DOCTYPE x SYSTEM 'x'><x><item>" + repeated * ((1 << 20) // len(repeated)) + b"</item></x>"
    began = time.process_time()
    with contextlib.suppress(RecordError):
        list(iterate(io.BytesIO(document), lambda element: element.tag == "item", limit=1 << 24, recover=True))
    assert time.process_time() - began < 10  # of quadratic time a minute and more


def test_names_of_characters_side_by_side_keep_their_place() -> None:
    root = parse(
        b"<!DOCTYPE x SYSTEM 'x'><x>a&nbsp;b&eacute;<i>c&auml;&ouml;</i>&uuml;d&copy;<b/>&yen;</x>", recover=True
    )
    assert etree.tostring(root, encoding="unicode") == "<x>a\u00a0bé<i>cäö</i>üd©<b/>¥</x>"
