"""The copydesk command: parse, call one flow or query, print its report."""

import atexit
import gc
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from flows import __version__
from flows.clean_command import clean
from flows.errors import CopydeskError, LockedError, QueryError, StopRun
from flows.forget_command import forget
from flows.options import AcceptRejections, Engine, Processed, Quiet, Raw, Strict, WithPrefect, Workers
from flows.rebuild_command import diff, rebuild
from flows.rejected_command import rejected, retry
from flows.settings import Settings, load_settings
from flows.sites_command import app as sites
from flows.waiting import Wait, WaitingCommand

EXIT_NOTHING, EXIT_STOPPED, EXIT_LOCKED, EXIT_INTERRUPTED = 1, 3, 4, 130

app = typer.Typer(
    name="copydesk",
    help="Turn a folder of scraped news articles into clean, deduplicated Parquet tables.",
    epilog='First: copydesk ingest. Then: copydesk query "SELECT site, title FROM articles"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"copydesk {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    del version


@app.command(cls=WaitingCommand)
def ingest(
    raw: Raw = None,
    processed: Processed = None,
    engine: Engine = None,
    workers: Workers = None,
    strict: Strict = False,
    accept_rejections: AcceptRejections = False,
    wait: Wait = None,
    prefect: WithPrefect = False,
    quiet: Quiet = False,
) -> None:
    """Read what is new in the raw folder and bring the tables up to date.

    A second run on unchanged input writes nothing. A run that is killed is
    repaired by the next. With PREFECT_API_URL set, it runs as a Prefect flow.
    """
    settings = load_settings(
        raw=raw,
        processed=processed,
        engine=engine,
        workers=workers,
        strict=strict or None,
        lock_wait_seconds=wait,
        accept_rejections=accept_rejections or None,
    )
    _begin_processes(settings)
    if prefect or os.environ.get("PREFECT_API_URL"):
        _ingest_with_prefect(settings)
        return
    from flows.stages import ingest as run_stages
    from flows.terminal import print_report, progress_shown

    with progress_shown(Console(stderr=True), quiet=quiet) as progress:
        report = run_stages(settings, progress=progress)
    print_report(Console(), report, settings.processed)


def _begin_processes(settings: Settings) -> None:
    """Have processes come up beside this one's own imports: most runs clean pages of months that are there."""
    from flows.forking import start_ahead

    if settings.engine != "inline" and settings.workers > 1:
        start_ahead()


def _ingest_with_prefect(settings: Settings) -> None:
    from flows.ingest import ingest_flow
    from flows.terminal import print_report

    report = ingest_flow(
        raw=str(settings.raw),
        processed=str(settings.processed),
        engine=settings.engine,
        workers=settings.workers,
        strict=settings.strict,
        accept_rejections=settings.accept_rejections,
        lock_wait_seconds=settings.lock_wait_seconds,
    )
    print_report(Console(), report, settings.processed)


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="One SELECT over the tables; - reads it from standard input.")
    ],
    processed: Processed = None,
    kind: Annotated[
        str | None,
        typer.Option("--format", help="table, csv, json or parquet. (default: by FILE's suffix, else table)"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the answer to FILE.")
    ] = None,
) -> None:
    """Ask the tables a question in DuckDB's SQL, with a view per table.

    Tables: articles, documents, related, removed_lines, duplicates, rejections, site_lines, runs.
    """
    from flows.tables.files import written
    from flows.terminal import print_answer
    from flows.warehouse.query import FORMATS, SUFFIXES, ask, write_answer

    kind = kind or (SUFFIXES.get(output.suffix.lower(), "table") if output else "table")
    if kind not in FORMATS:
        raise QueryError(f"--format {kind!r}: there is no such format; there are {', '.join(FORMATS)}")
    if kind == "parquet" and output is None:
        raise QueryError("Parquet is no text: name a file with -o FILE")
    folder = _with_tables(load_settings(processed=processed).processed)
    answer = ask(folder, sys.stdin.read() if sql == "-" else sql)
    if output is None and kind == "table":
        print_answer(Console(), answer)
    elif output is None:
        write_answer(answer, sys.stdout.buffer, kind)
    elif kind == "table":
        with output.open("w", encoding="utf-8") as text:
            print_answer(Console(file=text, width=160), answer)
    else:
        with written(output) as file:
            rows = write_answer(answer, file, kind)
        print(f"{rows:,} rows to {output}", file=sys.stderr)


def _with_tables(processed: Path) -> Path:
    """Say so when there is nothing to ask yet; the views are there all the same."""
    if not any(processed.glob("documents/month=*")):
        print(f"copydesk: no tables in {processed} yet; run `copydesk ingest` first", file=sys.stderr)
    return processed


@app.command()
def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="DOCUMENT|ARTICLE|PATH|URL",
            help="A document's or article's id (8 characters do), a raw file (PATH or PATH#RECORD), or a URL.",
        ),
    ],
    processed: Processed = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Show a document's lines in order: what was kept, what was removed, and why.

    Removed lines are red and marked with -, each with its role, reason and
    evidence.
    """
    from flows.terminal import print_explanation
    from flows.terminal_rejected import print_rejected
    from flows.warehouse.lookup import RejectedRecord
    from flows.warehouse.lookup import explain as look_up

    folder = _with_tables(load_settings(processed=processed).processed)
    found = look_up(folder, what)
    console = Console(no_color=plain, highlight=False)
    if isinstance(found, RejectedRecord):
        print_rejected(console, found)
    else:
        print_explanation(console, found)


app.command(cls=WaitingCommand)(rebuild)
app.command(cls=WaitingCommand)(diff)
app.command()(rejected)
app.command(cls=WaitingCommand)(retry)
app.command()(clean)
app.command(cls=WaitingCommand)(forget)
app.add_typer(sites, name="sites")


def main() -> None:
    """Run the command; errors go to standard error as one line, with an exit code."""
    atexit.register(gc.freeze)  # an ending process needn't look through all it has
    try:
        command = typer.main.get_command(app)
        with command.make_context("copydesk", sys.argv[1:]) as context:  # what it has for main drops interrupts' words
            code: Any = command.invoke(context)
    except CopydeskError as error:
        _end(f"copydesk: {error}", _exit_code(error))
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except (KeyboardInterrupt, typer.Abort) as stop:
        told = str(stop) or "the tables are as they were"
        _end(f"copydesk: interrupted; {told}", EXIT_INTERRUPTED)
    except BrokenPipeError:  # whoever read the output had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        _end(f"copydesk: {error.format_message()}; see copydesk --help", 2)
    sys.exit(code if isinstance(code, int) else 0)


def _exit_code(error: CopydeskError) -> int:
    if isinstance(error, LockedError):
        return EXIT_LOCKED
    return EXIT_STOPPED if isinstance(error, StopRun) else EXIT_NOTHING


def _end(message: str, code: int) -> None:
    print(" ".join(message.split("\n")) if code == EXIT_STOPPED else message, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
