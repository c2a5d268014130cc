"""CSV and TSV as they are found: delimiters, quotes, encodings, and rows that are broken."""

import time

import pytest

from tests.flows.readers.conftest import Read

HEADER = "url,title,text\n"
URL = "https://courier.example/tug"
LONG = "The harbour board voted on Monday.\n\nA second tug is to be bought, “soon”."


def row(text: str = LONG, delimiter: str = ",") -> str:
    return delimiter.join([URL, "A tug", '"' + text.replace('"', '""') + '"']) + "\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.tab", "a.unknown"])
def test_the_header_tells_the_delimiter_whatever_the_name(read: Read, delimiter: str, name: str) -> None:
    documents, rejections = read((HEADER.replace(",", delimiter) + row(delimiter=delimiter)).encode(), name)
    assert rejections == []
    (document,) = documents
    assert (document["url"], document["text"], document["metadata"]["title"]) == (URL, LONG, "A tug")
    assert document["format"] == ("tsv" if delimiter == "\t" else "csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "windows-1252", "latin-1"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_gives_the_same_text(read: Read, encoding: str, ends: str) -> None:
    text = "Die Fähre fährt für drei Wochen nicht.\n\nDie Straße zur Mühle bleibt gesperrt, so Jürgen Größl."
    table = (HEADER + row(text) * 20).replace("\n", ends)
    documents, rejections = read(table.encode(encoding), "a.csv")
    assert rejections == []
    assert [document["text"] for document in documents] == [text] * 20


def test_a_line_in_another_encoding_is_read_in_its_own(read: Read) -> None:
    documents, _ = read(
        (HEADER + row() * 3).encode() + row("Die Fähre fährt für drei Wochen nicht.").encode("latin-1"), "a.csv"
    )
    assert [document["text"] for document in documents] == [LONG] * 3 + ["Die Fähre fährt für drei Wochen nicht."]


def test_a_row_of_too_many_or_too_few_fields_is_a_rejection_of_its_own(read: Read) -> None:
    table = (
        HEADER + row() + f"{URL},A tug\n" + row() + f"{URL},A tug,The board, as ever, voted.\n" + row().strip() + ",,\n"
    )
    documents, rejections = read(table.encode(), "a.csv")
    assert [document["record_no"] for document in documents] == [0, 2, 4]
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "malformed_row"), (3, "malformed_row")]
    assert "2 fields where the header has 3 columns: none for `text`" in rejections[0][2]
    assert "5 fields where the header has 3 columns: after `text` comes ' as ever'" in rejections[1][2]


@pytest.mark.parametrize(
    "broken",
    [f'{URL},A tug,"The board voted.\n', f'{URL},A tug,"The "board" voted."\n', f'{URL},"A tug,The board voted.\n'],
)
@pytest.mark.parametrize("after", [0, 1, 50])
def test_a_quote_that_isnt_closed_costs_its_own_line(read: Read, broken: str, after: int) -> None:
    documents, rejections = read((HEADER + row() + broken + row() * after).encode(), "a.csv")
    assert [document["text"] for document in documents] == [LONG] * (1 + after)
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "malformed_row")]
    assert "quotes that don't pair" in rejections[0][2]


def test_a_quote_without_end_before_rows_without_quotes_costs_its_own_line(read: Read) -> None:
    plain = f"{URL},A tug,The board voted on Monday.\n"
    documents, rejections = read(
        (HEADER + f'{URL},A tug,"The\n' + plain * 2000).encode(), "a.csv", max_record_bytes=4096
    )
    assert len(documents) == 2000
    assert [reason for _, reason, _ in rejections] == ["malformed_row"]


def test_quotes_that_never_pair_take_no_time_beyond_measure(read: Read) -> None:
    hostile = '",x","z\n' * 200_000
    began = time.perf_counter()
    documents, rejections = read((HEADER + hostile).encode(), "a.csv", max_record_bytes=1 << 16)
    assert time.perf_counter() - began < 20
    assert documents == []
    assert "over and over" in rejections[-1][2]


def test_a_line_longer_than_a_record_may_be_costs_no_other(read: Read) -> None:
    documents, rejections = read((HEADER + row() + row("tug " * 9000) + row()).encode(), "a.csv", max_record_bytes=8192)
    assert [document["record_no"] for document in documents] == [0, 2]
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "too_large")]


def test_field_of_more_than_the_modules_own_limit_is_read(read: Read) -> None:
    documents, rejections = read((HEADER + row("The tug left. " * 20_000)).encode(), "a.csv")
    assert rejections == []
    assert len(documents[0]["text"]) > 1 << 17


@pytest.mark.parametrize(
    "content",
    ["", "\n\n", "url,title,text\n", "The harbour board voted.\nIt was Monday.\n", f"1,2\n{URL},x\n", '"unclosed\n'],
)
def test_a_table_without_header_or_rows_is_a_rejection_of_the_file(read: Read, content: str) -> None:
    documents, rejections = read(content.encode(), "a.csv")
    assert documents == []
    ((number, reason, _),) = rejections
    assert (number, reason) == (
        0,
        "missing_header" if len(content) > 16 or "1,2" in content or "un" in content else "empty_file",
    )


def test_of_two_columns_with_one_name_the_first_that_holds_something_counts(read: Read) -> None:
    documents, rejections = read(
        f"text,url,text,\n{'The tug left.'},{URL},Other,x\n,{URL},Second,y\n".encode(), "a.csv"
    )
    assert rejections == []
    assert [document["text"] for document in documents] == ["The tug left.", "Second"]
    assert documents[0]["metadata"]["extra"] == {"text (2)": "Other", "column 4": "x"}


def test_the_separator_that_excel_names_counts(read: Read) -> None:
    documents, rejections = read(f"sep=;\nurl;title;text\n{row(delimiter=';')}".encode("utf-16"), "a.csv")
    assert rejections == []
    assert documents[0]["text"] == LONG


@pytest.mark.parametrize("cell", ['["Ada Stern", "Finn Borg"]', "['Ada Stern', \"Finn Borg\"]", "Ada Stern, Finn Borg"])
def test_lists_are_read_as_they_are_written_into_cells(read: Read, cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    documents, _ = read(f"url,text,authors\n{URL},The tug left.,{quoted}\n".encode(), "a.csv")
    assert documents[0]["metadata"]["authors"] == ["Ada Stern", "Finn Borg"]


def test_nuls_and_formulas_are_text_like_any_other(read: Read) -> None:
    documents, rejections = read((HEADER + row("=HYPERLINK(1)\0 said the\0 tug.")).encode(), "a.csv")
    assert rejections == []
    assert documents[0]["text"] == "=HYPERLINK(1) said the tug."


def test_a_picture_named_csv_is_no_table(read: Read) -> None:
    assert [reason for _, reason, _ in read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.csv")[1]] == ["binary_file"]
