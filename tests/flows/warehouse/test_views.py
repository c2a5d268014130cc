"""Views and queries over the tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.errors import QueryError
from flows.tables.files import written
from flows.warehouse.lookup import Explanation, RejectedRecord, explain
from flows.warehouse.query import ask, write_answer
from flows.warehouse.views import connect, views_sql
from schemas import TABLES

Run = Callable[..., Any]


@pytest.mark.parametrize("ingested", [True, False])
def test_a_view_has_its_tables_columns_and_types_with_files_and_without(
    courier: Run, run: Run, processed: Path, ingested: bool
) -> None:
    if ingested:
        courier()
        run()
    connection = connect(processed)
    for table in TABLES.values():
        found = connection.sql(f"FROM {table.name}").to_arrow_table()
        assert found.schema.names == table.full_schema.names
        if not ingested:
            assert found.num_rows == 0
        kinds = [str(field.type).replace("l: ", "element: ") for field in found.schema]
        for name, kind, field in zip(found.schema.names, kinds, table.full_schema, strict=True):
            if "struct" not in kind and "list" not in kind:
                assert kind == str(field.type), f"{table.name}.{name}"


def test_a_month_is_asked_for_by_opening_its_files_alone(run: Run, write: Any, processed: Path) -> None:
    for month in ("2025-01", "2025-02", "2025-03"):
        write(
            f"courier.example/{month}-01/a.txt",
            f"The quay will be closed in the month of {month}, the board said.",
        )
    run()
    plan = connect(processed).sql("EXPLAIN ANALYZE SELECT title FROM articles WHERE month = '2025-02'").fetchall()[0][1]
    assert "Scanning Files: 1/3" in plan or "Total Files Read: 1" in plan


def test_the_sql_file_makes_the_views_in_a_fresh_database(courier: Run, run: Run, processed: Path) -> None:
    courier()
    run()
    script = (processed / "copydesk.sql").read_text()
    assert script == views_sql(processed)
    connection = duckdb.connect()
    connection.execute(script)
    assert connection.sql("SELECT count(*) FROM articles").fetchall() == [(4,)]
    assert connection.sql("SELECT count(*) FROM runs").fetchall() == [(1,)]


def test_a_folder_with_quotes_and_wildcards_in_its_name_is_read(courier: Run, run: Run, tmp_path: Path) -> None:
    courier()
    odd = tmp_path / "it's [odd] *"
    run(processed=odd)
    assert connect(odd).sql("SELECT count(*) FROM articles").fetchall() == [(4,)]


def test_an_answer_is_written_as_csv_json_and_parquet(courier: Run, run: Run, processed: Path, tmp_path: Path) -> None:
    courier()
    run()
    sql = "SELECT site, count(*) AS n, list(title ORDER BY title) AS titles FROM articles GROUP BY site"
    for kind in ("csv", "json", "parquet"):
        with written(tmp_path / f"out.{kind}") as file:
            assert write_answer(ask(processed, sql), file, kind) == 1
    assert (tmp_path / "out.csv").read_text().startswith("site,n,titles\ncourier.example,4,")
    assert '"site":"courier.example","n":4,"titles":["Bakery' in (tmp_path / "out.json").read_text()
    assert pq.read_table(tmp_path / "out.parquet")["n"].to_pylist() == [4]


def test_an_answer_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    with pytest.raises(ZeroDivisionError), written(target) as file:
        file.write(bytes(1 // (file.write(b"half") - 4)))
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nothing FROM articles", "SELECT 1/('x'::INT)"])
def test_wrong_sql_is_said_in_duckdbs_words(processed: Path, tmp_path: Path, sql: str) -> None:
    with pytest.raises(QueryError, match="SQL: "), written(tmp_path / "x") as file:
        write_answer(ask(processed, sql), file, "csv")


def test_a_document_is_explained_by_id_article_path_or_url(run: Run, write: Any, processed: Path) -> None:
    text = "Home\nThe quay will be closed to lorries from Monday, the harbour board said.\n© 2025 Courier"
    write("courier.example/2025-03-01/quay.txt", text, url="https://courier.example/quay")
    run()
    document = connect(processed).sql("SELECT document_id, article_id FROM documents").fetchall()[0]
    ways = [*document, document[0][:8], document[1][:10], "courier.example/2025-03-01/quay.txt", "quay.txt",
            "data/raw/courier.example/2025-03-01/quay.txt#0", "https://courier.example/quay"]  # fmt: skip
    for way in ways:
        found = explain(processed, way)
        assert isinstance(found, Explanation), way
        assert [(line.line_no, line.kept_as) for line in found.lines] == [(1, None), (2, "lead"), (3, None)]
        assert found.lines[0].removals[0].reason == "generic.navigation"


def test_a_rejected_record_is_explained_too(run: Run, write: Any, processed: Path) -> None:
    write("courier.example/2025-03-01/empty.txt", "")
    run()
    found = explain(processed, "empty.txt")
    assert isinstance(found, RejectedRecord)
    assert found.rows[0]["reason"] == "empty_file"


def test_what_fits_nothing_says_what_can_be_given(processed: Path) -> None:
    with pytest.raises(QueryError, match="give a document_id or article_id"):
        explain(processed, "nothing")
