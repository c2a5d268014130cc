"""A batch: the same records out as in, in their order, cleaned by what they show together."""

from collections.abc import Callable
from typing import Any

import pytest

from flows.batch import ALL_FIELDS, FULL_FIELDS, Options, checked_fields, clean_records, schema_of
from flows.batch.batch import cut_at
from flows.errors import QueryError
from flows.settings import Settings
from tests.conftest import FOOTER, NAVIGATION, STORIES, page

Clean = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def clean(settings: Callable[..., Settings]) -> Clean:
    """Clean records in memory."""

    def run(records: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
        return list(clean_records(records, settings=settings(), options=Options(**options)))

    return run


def pages(site: str = "courier.example") -> list[dict[str, Any]]:
    return [
        {"id": number, "url": f"https://{site}/{story}", "text": page(story)} for number, story in enumerate(STORIES)
    ]


def test_text_is_the_body_without_the_title_and_without_what_the_pages_share(clean: Clean) -> None:
    for record, lines in zip(clean(pages()), STORIES.values(), strict=True):
        assert record["title"] == lines[0]
        assert record["text"] == "\n\n".join(lines[1:])
        assert record["language"] == "en"
        assert record["rejected"] is None


def test_pages_of_two_months_are_one_window(clean: Clean) -> None:
    records = pages()
    for month, record in enumerate(records, 1):
        record["fetched_at"] = f"202{month}-0{month}-01"
    assert [record["text"] for record in clean(records)] == [record["text"] for record in clean(pages())]


@pytest.mark.parametrize("identity", ["a", "", 7, 1.5, True, "ø/1"])
def test_an_id_comes_back_as_it_was_given(clean: Clean, identity: Any) -> None:
    (record,) = clean([{"id": identity, "text": page("ferry")}])
    assert record["id"] == identity
    assert type(record["id"]) is type(identity)


@pytest.mark.parametrize("given", [{}, {"id": None}, {"id": ["a"]}])
def test_a_record_without_an_id_goes_by_its_number(clean: Clean, given: dict[str, Any]) -> None:
    records = clean([{"id": "first", "text": page("ferry")}, {**given, "text": page("bakery")}])
    assert [record["id"] for record in records] == ["first", "records#1"]


def test_every_record_comes_out_in_its_place_also_what_is_rejected(clean: Clean) -> None:
    records = [{"id": "b", "text": page("ferry")}, {"id": "a"}, {"id": "c", "text": " "}, *pages()]
    found = clean(records)
    assert [record["id"] for record in found] == ["b", "a", "c", 0, 1, 2, 3]
    assert [record["rejected"] for record in found[:3]] == [None, "missing_text", "missing_text"]
    assert found[1] == {"id": "a", "title": None, "text": "", "language": None, "rejected": "missing_text"}


def test_a_page_that_is_all_furniture_is_told_by_its_reason(clean: Clean) -> None:
    found = clean([*pages(), {"id": "empty", "url": "https://courier.example/x", "text": "\n".join(NAVIGATION)}])
    assert (found[-1]["text"], found[-1]["rejected"]) == ("", "no_article_text")


def test_repetition_is_carried_from_chunk_to_chunk(clean: Clean) -> None:
    found = clean(pages(), documents=2)
    assert [record["text"] for record in found][2:] == [record["text"] for record in clean(pages())][2:]


def test_several_processes_give_what_one_gives(clean: Clean) -> None:
    records = [record for site in range(5) for record in pages(f"site{site}.example")]
    assert clean(records, documents=4, workers=2) == clean(records, documents=4)


@pytest.mark.parametrize(
    ("sites", "stop"),
    [
        (["a", "a", "a", "b"], 3),
        (["a", "b", "b", "b"], 4),
        (["a", "a", "b", "c"], 3),
        (["a", "b", "c", "a"], 4),
        (["a", "a", "a", "a"], 4),
        (["a"], 1),
    ],
)
def test_a_chunk_ends_before_a_site_that_goes_on_in_the_next(sites: list[str], stop: int) -> None:
    assert cut_at(sites) == stop


def test_the_text_may_stand_in_a_field_of_any_name(clean: Clean) -> None:
    (record,) = clean([{"dump": page("ferry"), "text": "something else", "html": "<p>x"}], text_field="dump")
    assert STORIES["ferry"][1] in record["text"]
    (without,) = clean([{"text": "something else"}], text_field="dump")
    assert without["rejected"] == "missing_text"


@pytest.mark.parametrize("field", ["html", "raw_html", "text"])
def test_a_record_may_hold_the_page_itself(clean: Clean, field: str) -> None:
    html = "<html><body>" + "".join(f"<p>{line}</p>" for line in page("ferry").split("\n")) + "</body></html>"
    (record,) = clean([{"id": "x", field: html}])
    assert record["rejected"] is None
    assert STORIES["ferry"][1] in record["text"]


def test_full_records_have_every_field_and_the_types_of_the_table(clean: Clean) -> None:
    found = clean([*pages(), {"id": "x"}], fields=ALL_FIELDS)
    for record in found:
        assert tuple(record) == ALL_FIELDS
    rejected = found[-1]
    assert rejected["authors"] == rejected["related"] == rejected["lines"] == []
    assert found[0]["site"] == "courier.example"
    assert found[0]["lead"] == STORIES["ferry"][1]
    assert schema_of(ALL_FIELDS).names == list(ALL_FIELDS)


def test_the_few_default_fields_say_what_they_say_among_all(clean: Clean) -> None:
    records = [*pages(), {"id": "given", "title": "A title of its own", "language": "nn", "text": page("ferry")}]
    records += [{"id": "empty", "title": "Nothing", "url": "https://courier.example/x", "text": "\n".join(NAVIGATION)}]
    few, all_fields = clean(records), clean(records, fields=ALL_FIELDS)
    assert few == [{name: record[name] for name in few[0]} for record in all_fields]


def test_lines_tell_of_every_line_what_became_of_it(clean: Clean) -> None:
    found = clean(pages(), fields=("id", "lines"))
    lines = found[0]["lines"]
    assert [line["text"] for line in lines] == [line for line in page("ferry").split("\n") if line]
    kept = [line["text"] for line in lines if line["kept"]]
    assert kept == STORIES["ferry"]
    assert [line["role"] for line in lines if line["kept"]] == ["title", "lead", "paragraph", "paragraph"]
    removed = [line for line in lines if not line["kept"]]
    assert [line["text"] for line in removed] == [*NAVIGATION, *FOOTER]
    assert all(line["reason"] == "template" for line in removed)


def test_a_cut_inside_a_line_is_told_with_the_line(clean: Clean) -> None:
    text = page("ferry").replace("harbour board said", "harbour boardOpens elsewhere said")
    (record,) = clean([{"text": text, "site": "fjordpost.example"}], fields=("text", "lines"))
    assert "harbour board said" in record["text"]
    (line,) = [line for line in record["lines"] if line["cuts"]]
    (cut,) = line["cuts"]
    assert line["kept"]
    assert line["text"][cut["start"] : cut["end"]] == "Opens elsewhere"


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(QueryError, match="no field 'bdoy'; there are id, site"):
        checked_fields(["id", "bdoy"])
    assert checked_fields([*FULL_FIELDS, "id"]) == FULL_FIELDS
