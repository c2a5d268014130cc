"""Fields that the settings name: where they are found, what is left, and what is said when there is no text."""

import json
import tomllib
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.readers.mapping import FieldMapping, lookup, mapping_for, matches
from flows.readers.no_text import no_text
from flows.settings import load_settings
from flows.settings.fields import MAX_PARTS
from tests.flows.readers.conftest import Read

LEAD = "The harbour board voted on Monday to buy a second tug for the winter storms, which come early."
BODY = "The older boat has towed alone since 1988 and was laid up for eleven weeks last year, it said."
STORY = f"{LEAD}\n{BODY}"


def one(read: Read, record: dict[str, Any], name: str = "a.jsonl", **fields: Any) -> dict[str, Any]:
    (document,), rejections = read(json.dumps(record).encode() + b"\n", name, fields=fields)
    assert rejections == []
    return document


def rejected(read: Read, record: dict[str, Any], **fields: Any) -> str:
    documents, ((_, reason, message),) = read(json.dumps(record).encode() + b"\n", "a.jsonl", fields=fields)
    assert (documents, reason) == ([], "missing_text")
    return message


@pytest.mark.parametrize(
    ("record", "names"),
    [
        ({"story": STORY}, "story"),
        ({"payload": {"story": STORY}}, "payload.story"),
        ({"payload.story": STORY}, "payload.story"),
        ({"payload": {"v1.story": STORY}}, "payload.v1.story"),
        ({"parts": [{"n": 1}, {"story": STORY}]}, "parts.1.story"),
        ({"parts": [{"p": LEAD}, 3, {"q": ""}, {"p": BODY}]}, "parts.p"),
        ({"parts": [{"ps": [LEAD]}, {"ps": [BODY]}]}, "parts.ps"),
        ({"teaser": LEAD, "rump": BODY}, {"join": ["teaser", "nothing", "rump"]}),
        ({"teaser": LEAD, "story": STORY}, ["best", "story", {"join": ["teaser"]}]),
        ({"story": STORY, "text": "Read more"}, "story"),
        ({"Story": "no", "text": STORY}, "story"),
        ({"story": "  ", "text": STORY}, "story"),
    ],
)
def test_a_text_is_found_under_the_names_that_the_settings_give_it(read: Read, record: Any, names: Any) -> None:
    assert one(read, record, text=names)["text"] == STORY


def test_every_field_can_stand_anywhere_and_the_rest_is_kept_as_it_was(read: Read) -> None:
    record = {
        "payload": {"story": STORY, "head": ["Second tug", "Tug"], "kw": [{"n": "harbour", "id": 1}, {"n": "tugs"}]},
        "who": {"first": "Ada Stern", "second": "Finn Borg"},
        "at": {"out": "2025-03-03T08:00:00Z"},
        "url": "https://courier.example/tracker",
        "links": [{"href": "https://courier.example/tug", "rel": "self"}],
    }
    document = one(
        read,
        record,
        text="payload.story",
        title="payload.head",
        tags="payload.kw.n",
        authors={"join": ["who.first", "who.second"]},
        published_at="at.out",
        url="links.0.href",
    )
    known = document["metadata"]
    assert (document["url"], document["text"]) == ("https://courier.example/tug", STORY)
    assert (known["title"], known["tags"], known["authors"]) == (
        "Second tug",
        ["harbour", "tugs"],
        ["Ada Stern", "Finn Borg"],
    )
    assert known["published_at"].startswith("2025-03-03T08:00")
    assert known["extra"] == {
        "payload": {"kw": [{"id": 1}, {}]},
        "url": "https://courier.example/tracker",
        "links": [{"rel": "self"}],
    }


@pytest.mark.parametrize("names", ["page.body", {"join": ["page.lead", "page.body"]}, ["nothing", "page.body"]])
def test_html_that_the_settings_name_is_read_as_a_page_and_goes_before_a_text_that_they_do_not(
    read: Read, names: Any
) -> None:
    page = {"lead": "", "body": f"<p>{LEAD}</p><p>{BODY}</p>"}
    document = one(read, {"page": page, "text": "Log in to read"}, html=names)
    assert document["text"] == STORY
    assert document["markup"] is not None
    assert document["metadata"]["extra"]["text"] == "Log in to read"


def test_a_text_that_the_settings_name_goes_before_html_that_is_kept(read: Read) -> None:
    document = one(read, {"story": STORY, "page": "<p>Else</p>"}, text="story", html="page")
    assert (document["text"], document["metadata"]["extra"]) == (STORY, {"page": "<p>Else</p>"})


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("feeds", "feeds/a.jsonl", True),
        ("feeds", "feeds2/a.jsonl", False),
        ("feeds/a.jsonl", "feeds/a.jsonl", True),
        ("feeds/*.jsonl", "feeds/2025/a.jsonl", True),
        ("feeds/*.jsonl", "feeds/a.jsonl.gz", False),
        ("feeds/**/*.jsonl", "feeds/a.jsonl", True),
        ("feeds/**/*.jsonl", "feeds/b/c/a.jsonl", True),
        ("**/a.jsonl", "feeds/ba.jsonl", False),
        ("*/202?-*", "feeds/2025-03/a", True),
        ("a[1].csv", "a[1].csv", True),
        ("a(+).*", "a(+).csv", True),
        ("*ü?.csv", "zuüñ.csv", True),
        ("*a" * 60, "a" * 100_000 + "b", False),
        ("*.jsonl", "a\ud800\n.jsonl", True),
    ],
)  # fmt: skip
def test_a_pattern_means_a_file_a_folder_or_what_fits_it(pattern: str, path: str, fits: bool) -> None:
    assert matches(pattern, path) == fits


def test_names_of_some_files_go_before_those_of_all_in_the_order_of_the_file() -> None:
    some = {"feeds": {"text": "b"}, "*.jsonl": {"text": "c", "title": "d"}, "other": {"text": "e"}}
    fields = load_settings(fields={"text": "a", "of": some}).fields
    found = mapping_for(fields, "feeds/a.jsonl", None)
    assert found is not None
    assert found.choices == {"text": (("b",), ("c",), ("a",)), "title": (("d",),)}


def test_a_member_of_an_archive_goes_by_the_archive_and_by_its_own_path() -> None:
    fields = load_settings(fields={"of": {"a.zip": {"text": "b"}, "*.zip/feeds": {"title": "c"}}}).fields
    found = mapping_for(fields, "a.zip", "feeds/x.jsonl")
    assert found is not None
    assert set(found.choices) == {"text", "title"}
    assert mapping_for(fields, "b.zip", "x.jsonl") is None


def test_a_table_whose_columns_only_the_settings_know_is_read(read: Read) -> None:
    table = f'kop;verhaal\nSleper;"{STORY}"\n'.encode()
    _, rejections = read(table, "a.csv")
    assert [reason for _, reason, _ in rejections] == ["missing_header"]
    assert "name one below [fields] in copydesk.toml" in rejections[0][2]
    (document,), rejections = read(table, "a.csv", fields={"text": "verhaal", "title": "kop"})
    assert (document["text"], document["metadata"]["title"], rejections) == (STORY, "Sleper", [])


def parquet(record: dict[str, Any]) -> bytes:
    target = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([record]), target)
    return target.getvalue().to_pybytes()  # type: ignore[no-any-return]


def arrow(record: dict[str, Any]) -> bytes:
    target, table = pa.BufferOutputStream(), pa.Table.from_pylist([record])
    with pa.ipc.new_file(target, table.schema) as file:
        file.write_table(table)
    return target.getvalue().to_pybytes()  # type: ignore[no-any-return]


PAGE = f"<p>{LEAD}</p><p>{BODY}</p>"
NESTED = {"kop": "Sleper", "inhoud": {"tekst": STORY, "pagina": PAGE}, "html": "<p>Log in to read</p>"}
FLAT = {"kop": "Sleper", "inhoud.tekst": STORY, "inhoud.pagina": PAGE, "html": "<p>Log in to read</p>"}


@pytest.mark.parametrize("names", [{"text": "inhoud.tekst"}, {"html": "inhoud.pagina"}], ids=["text", "html"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", json.dumps(NESTED).encode()),
        ("a.json", json.dumps([NESTED]).encode()),
        ("a.csv", "\n".join(",".join(f'"{cell}"' for cell in row) for row in (FLAT, FLAT.values())).encode()),
        ("a.tsv", "\n".join("\t".join(f'"{cell}"' for cell in row) for row in (FLAT, FLAT.values())).encode()),
        ("a.parquet", parquet(NESTED)),
        ("a.arrow", arrow({**NESTED, "html": b"<p>Log in to read</p>"})),
        ("a.xml", f"<items><item><kop>Sleper</kop><inhoud.tekst>{STORY}</inhoud.tekst><inhoud.pagina>{escape(PAGE)}"
                  "</inhoud.pagina></item></items>".encode()),
    ],
)  # fmt: skip
def test_records_of_all_formats_go_by_the_same_names(read: Read, name: str, data: bytes, names: dict[str, str]) -> None:
    (document,), rejections = read(data, name, fields={"title": "kop", **names})
    assert (document["text"], document["metadata"]["title"], rejections) == (STORY, "Sleper", [])


@pytest.mark.parametrize(
    ("record", "line"),
    [
        ({"payload": {"id": "x" * 500, "abstract": LEAD, "story": STORY}}, 'text = "payload.story"'),
        ({"parts": [{"p": LEAD}, {"p": BODY}], "seo": LEAD}, 'text = "parts.p"'),
        ({"page": {"main": f"<p>{LEAD}</p><p>{BODY}</p>"}}, 'html = "page.main"'),
        ({'a"\u202e\n\\': {"ü\U000e0001": STORY}}, 'text = "a\\"\\u202e\\u000a\\\\.ü\\U000e0001"'),
        ({"verhaal": "港湾局は月曜日に二隻目の曳船を購入することを決めた。" * 5}, 'text = "verhaal"'),
    ],
    ids=["nested", "list", "html", "escaped", "without spaces"],
)
def test_a_record_without_text_is_told_with_the_line_that_the_settings_need(
    read: Read, record: dict[str, Any], line: str
) -> None:
    message = rejected(read, record)
    assert f"`{line}` below [fields] in copydesk.toml" in message
    assert message.isprintable()
    assert one(read, record, **tomllib.loads(line))["text"]


def test_a_text_whose_name_no_path_can_tell_is_not_offered() -> None:
    message = no_text({"kop.a": {"tekst.nl": STORY}, "a" * 500: STORY, "\ud800": STORY, "": STORY}, None)
    assert message.endswith("; mend the scraper, or name the field below [fields] in copydesk.toml")


@pytest.mark.parametrize("record", [{}, {"title": "Tug", "\x1b[2J": 1}, {"tags": ["harbour"] * 500}])
def test_a_record_without_anything_like_a_text_is_told_by_its_names(read: Read, record: dict[str, Any]) -> None:
    message = rejected(read, record, text="payload.story")
    assert 'nor does "payload.story", which the settings name; the record has ' in message
    assert message.isprintable()


def test_what_is_said_of_an_endless_record_is_short() -> None:
    deep: Any = {"a": STORY}
    for _ in range(900):
        deep = {"n" * 30: [deep, *("x " * 30 for _ in range(20))]}
    assert len(no_text({"deep": deep, **{f"{n}" * 90: n for n in range(5000)}}, None)) < 1000


NAMES = st.sampled_from(["a", "b", "0", "a.b", "", ".", "..", "x\ud800"]) | st.text(max_size=3)
RECORDS = st.dictionaries(
    NAMES,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=2) | st.just(STORY),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)  # fmt: skip
PATHS = st.lists(NAMES, min_size=1, max_size=MAX_PARTS).map(".".join)


@given(record=RECORDS, paths=st.lists(PATHS, min_size=1, max_size=3))
def test_no_record_and_no_path_raises_and_what_is_not_taken_stays(record: dict[str, Any], paths: list[str]) -> None:
    before = repr(record)
    mapping = FieldMapping({"text": (tuple(paths),), "title": tuple((path,) for path in paths)})
    found, rest = mapping.take(record)
    assert repr(record) == before
    assert no_text(record, mapping)
    assert set(found) <= {"text", "title"}
    if not found:
        assert rest == record or repr(rest) == before
    for path in paths:
        lookup(rest, path)


FRONT = "https://www.courier.example/"


def test_the_address_of_a_front_page_tells_the_site_and_is_no_articles(read: Read) -> None:
    document = one(read, {"url": FRONT, "site": "The Courier", "text": STORY})
    assert (document["url"], document["site"]) == (None, "courier.example")
    assert document["metadata"]["extra"] == {"url": FRONT, "site": "The Courier"}


@pytest.mark.parametrize("front", [FRONT, "https://www.courier.example", FRONT + "#top", FRONT + "?utm_source=feed"])
def test_any_other_address_goes_before_a_front_page(read: Read, front: str) -> None:
    document = one(read, {"canonical_url": front, "link": FRONT + "tug", "text": STORY})
    assert document["url"] == FRONT + "tug"
    assert document["metadata"]["extra"] == {"canonical_url": front}
    assert one(read, {"source": front, "text": STORY})["url"] is None
