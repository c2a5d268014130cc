"""A run that rejects too much of what is new publishes nothing, and says what, of which source, and what to do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import BudgetError
from tests.conftest import STORIES, Run, Write, page
from tests.flows.test_laws import fingerprint

Rows = Callable[..., list[dict[str, Any]]]
LEAST = {"min_records_of_share": 10}


def good(number: int, start: int = 0) -> str:
    told = ("\n".join(STORIES["ferry"][1:]).replace("forty", str(place)) for place in range(start, start + number))
    return "".join(json.dumps({"text": f"Story {place}\n{text}"}) + "\n" for place, text in enumerate(told, start))


def bad(number: int, start: int = 0) -> str:
    return "".join(json.dumps({"title": f"{place}"}) + "\n" for place in range(start, start + number))


def test_a_source_that_is_mostly_rejected_stops_a_run_that_is_mostly_good(
    write: Write, run: Run, processed: Path
) -> None:
    write("courier.example/a.jsonl", good(30))
    write("broken.example/2025-03-01/a.jsonl", good(5) + bad(6))
    with pytest.raises(BudgetError) as caught:
        run(**LEAST)
    assert str(caught.value) == (
        "too much was rejected: of 'broken.example', 6 of 11 new records (55%): missing_text 6; the first says "
        '\'broken.example/2025-03-01/a.jsonl, record 5: field `text`: no field holds the text; the record has "title"; '
        "mend the scraper, or name the field below [fields] in copydesk.toml'; max_rejected_share_of_source is 0.5; nothing is published, the tables are as they were; mend the "
        "scraper or the files, raise max_rejected_share_of_source, or run once with --accept-rejections to publish "
        "all the same"
    )
    assert fingerprint(processed) == {}


def test_a_run_that_is_mostly_rejected_stops_though_no_source_has_many_records(write: Write, run: Run) -> None:
    for number in range(6):
        write(f"site-{number}.example/a.jsonl", good(1, number) + bad(2))
    with pytest.raises(BudgetError, match=r"of this run, 12 of 18 new records \(67%\).*max_rejected_share is 0.5"):
        run(**LEAST)
    assert run(**LEAST, max_rejected_share=0.7).counts.rejections == 12


def test_what_is_half_good_or_has_few_records_passes(write: Write, run: Run) -> None:
    write("courier.example/a.jsonl", good(10) + bad(10))
    write("few.example/a.jsonl", bad(9))
    write("courier.example/more.jsonl", good(20, 10))
    assert run(**LEAST).counts.rejections == 19


def test_by_default_fifty_broken_oddments_are_nobodys_scraper(write: Write, run: Run) -> None:
    for number in range(50):
        write(f"oddments/{number}.json", "{")
    write("courier.example/a.txt", page("ferry"))
    assert run().counts.rejections == 50


def test_a_broken_scraper_that_brings_too_little_to_stop_a_run_takes_nothing_out_of_the_tables(
    write: Write, run: Run, rows: Rows
) -> None:
    path = write("courier.example/latest.jsonl", good(3))
    run()
    before = rows("documents"), rows("articles")
    path.write_text(bad(50))
    assert run().counts.rejections == 50
    assert (rows("documents"), rows("articles")) == before


def test_what_cleaning_leaves_nothing_of_counts_too(write: Write, run: Run, processed: Path) -> None:
    for number in range(12):
        write(f"wall.example/2025-03-01/{number}.txt", "Log in\nSubscribe now\nAccept all cookies")
    with pytest.raises(BudgetError, match=r"of 'wall.example', 12 of 12 new records \(100%\): no_article_text 12"):
        run(**LEAST)
    assert fingerprint(processed) == {}


def test_a_run_that_accepts_rejections_publishes_them_and_later_runs_do_not_ask_again(write: Write, run: Run) -> None:
    path = write("courier.example/a.jsonl", bad(20))
    write("wall.example/2025-03-01/a.jsonl", '{"text": "Log in"}\n{"text": "Subscribe now"}\n' * 6)
    assert run(**LEAST, accept_rejections=True).counts.rejections == 32
    path.write_text(bad(1, 99) + bad(20) + good(3))  # all are read again, at other places
    report = run(**LEAST)
    assert (report.counts.rejections, report.counts.records) == (33, 24)


def test_a_changed_file_whose_new_records_are_all_rejected_stops_the_run(
    write: Write, run: Run, rows: Rows, processed: Path
) -> None:
    path = write("courier.example/a.jsonl", good(40))
    run(**LEAST)
    before = fingerprint(processed)
    path.write_text(good(40) + bad(10))
    with pytest.raises(BudgetError, match=r"10 of 10 new records"):
        run(**LEAST)
    assert fingerprint(processed) == before


def test_the_command_ends_with_3_and_passes_once_when_told_so(write: Write, copydesk: Callable[..., Any]) -> None:
    write("courier.example/a.jsonl", bad(20))
    done = copydesk("ingest", "-q", COPYDESK_MIN_RECORDS_OF_SHARE="10")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("copydesk: too much was rejected: of 'courier.example', 20 of 20 new records")
    done = copydesk("ingest", "-q", "--accept-rejections", COPYDESK_MIN_RECORDS_OF_SHARE="10")
    assert done.returncode == 0
