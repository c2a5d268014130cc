"""Pages whose every line says what it is: read as written, and refused where a mark is missing."""

from pathlib import Path

import pytest

from benchmarks.marked_pages import MarkedPage, read_marked_pages

HEAD = "url: https://one.example/a\nfetched: 2026-03-01\nlanguage: en\nkind: news\ncase: refrain, follow_up\n\n"
SITE = "[top]\n=nav News | Sport\n\n[bottom]\n@top\n-footer One Ltd.\n"


def read(folder: Path, body: str, head: str = HEAD) -> MarkedPage:
    site = folder / "one.example"
    site.mkdir()
    (site / "site.txt").write_text(SITE, encoding="utf-8")
    (site / "a.txt").write_text(head + body, encoding="utf-8")
    (page,) = read_marked_pages(folder)
    return page


def test_a_page_reads_as_its_lines_without_their_marks(tmp_path: Path) -> None:
    page = read(tmp_path, "@top\nT Bridge\nP It opened.\nH Why\nL Two bolts\n-caption The bolts\n@bottom\n")
    assert page.text == "News\nSport\nBridge\nIt opened.\nWhy\nTwo bolts\nThe bolts\nNews\nSport\nOne Ltd."
    assert page.gold_text == "It opened.\nWhy\nTwo bolts"
    assert (page.title, page.name, page.cases) == ("Bridge", "one.example/a", {"refrain", "follow_up"})
    assert [line.role for line in page.lines if line.is_furniture] == ["nav"] * 2 + ["caption"] + ["nav"] * 2 + [
        "footer"
    ]


@pytest.mark.parametrize("line", ["No mark", "Q What?", "P", "@middle", "- News", "-caption"])
def test_a_line_without_a_known_mark_is_refused_by_file_and_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"a\.txt:8: .*begins with no known mark"):
        read(tmp_path, f"T Bridge\n{line}\n")


@pytest.mark.parametrize("head", [HEAD.replace("kind: news\n", ""), HEAD.replace("case:", "cases:")])
def test_a_header_that_lacks_a_field_or_has_another_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(ValueError, match="the header lacks or doesn't know"):
        read(tmp_path, "T Bridge\n", head)
