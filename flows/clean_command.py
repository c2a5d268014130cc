"""`copydesk clean`: a batch cleaned without tables."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import orjson
import typer

from flows.errors import QueryError
from flows.settings import load_settings

EXIT_NOTHING_READ = 1


def clean(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE...]",
            help="Files, folders of them, or - for standard input. (default: -)",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to FILE. (default: standard output)")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--format", help="jsonl, json, text or parquet. (default: by FILE's suffix, else jsonl)"),
    ] = None,
    input_format: Annotated[
        str | None,
        typer.Option(help="What standard input holds: jsonl, json, html, text ... (default: as it begins)"),
    ] = None,
    text_field: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The field that holds the text, if it has an unusual name: story, payload.story."
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="All that is known of each article, but its lines.")] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help="Add every line with its role, and why it went if it did.")
    ] = False,
    fields: Annotated[str | None, typer.Option(metavar="A,B,...", help="These fields, in this order.")] = None,
    batch: Annotated[
        int | None,
        typer.Option(min=1, help="Documents cleaned at a time; repetition is learned within. (default: 10000)"),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that clean.")] = 1,
    rejections: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what was rejected, and why, to FILE as JSON lines.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing on standard error but what was rejected.")
    ] = False,
) -> None:
    """Clean files without tables: a record out for every record in, in order.

    What repeats is learned from the batch itself, so give it a site's pages
    together. Each record has id (its own, else its path), title, text (the body,
    without the title), language, and rejected (why text is empty).
    """
    from flows.cleaning.language_model import load_ahead

    load_ahead()  # beside the imports that follow
    from flows.batch import Batch, Options, read_sources
    from flows.batch.output import writer
    from flows.readers import FORMATS

    options = Options(
        fields=_fields(fields, full=full, roles=roles),
        workers=workers,
        text_field=text_field,
        **_given(documents=batch),
    )
    form = _output_format(kind, output)
    known = [one.name for one in FORMATS]
    if input_format not in (None, *known):
        raise QueryError(f"--input-format {input_format!r}: there is none such; there are {', '.join(known)}")
    began = time.perf_counter()
    with ExitStack() as stack:
        file = stack.enter_context(_opened(output))
        refuse = stack.enter_context(_refusing(rejections))
        emit = stack.enter_context(writer(file, form, options.fields))
        work = Batch(load_settings(), options, emit=emit, refuse=refuse)
        read_sources(files or [], work, input_format=input_format)
        totals = work.close()
    if not quiet:
        _summarise(totals, time.perf_counter() - began)
    if not totals.documents:
        raise typer.Exit(EXIT_NOTHING_READ)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _fields(named: str | None, *, full: bool, roles: bool) -> tuple[str, ...]:
    from flows.batch import DEFAULT_FIELDS, FULL_FIELDS, checked_fields

    chosen = [name.strip() for name in named.split(",")] if named else FULL_FIELDS if full else DEFAULT_FIELDS
    return checked_fields([*chosen, "lines"] if roles else list(chosen))


def _output_format(kind: str | None, output: Path | None) -> Any:
    from flows.batch.output import FORMATS, SUFFIXES

    kind = kind or (SUFFIXES.get(output.suffix.lower(), "jsonl") if output else "jsonl")
    if kind not in FORMATS:
        raise QueryError(f"--format {kind!r}: there is no such format; there are {', '.join(FORMATS)}")
    if kind == "parquet" and output is None:
        raise QueryError("Parquet is no text: name a file with -o FILE")
    return kind


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Yield where records go; a file gets its name once it is whole."""
    from flows.tables.files import written

    if output is None:
        yield sys.stdout.buffer
        return
    with written(output) as file:
        yield file


@contextmanager
def _refusing(rejections: Path | None) -> Iterator[Any]:
    """Yield what takes rejections: a line each on standard error, or JSON lines in a file."""
    from flows.terminal import shown

    if rejections is None:
        yield lambda told: print(f"copydesk: {shown(told['message'])} ({told['reason']})", file=sys.stderr)
        return
    with rejections.open("wb") as file:
        yield lambda told: file.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))


def _summarise(totals: Any, seconds: float) -> None:
    from flows.readers import say_passed_over

    read = totals.documents + totals.rejected
    share = totals.removed / max(1, totals.lines)
    records = "record" if read == 1 else "records"
    print(
        f"{read:,} {records}: {totals.documents:,} cleaned, {totals.rejected:,} rejected; {totals.removed:,} of "
        f"{totals.lines:,} lines removed ({share:.0%}); {seconds:.1f} s, {read / max(seconds, 1e-9):,.0f} records/s",
        file=sys.stderr,
    )
    passed_over = say_passed_over(totals.passed_over)
    if passed_over:
        print(passed_over, file=sys.stderr)
