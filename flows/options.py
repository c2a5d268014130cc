"""Options that several commands have, said once."""

from pathlib import Path
from typing import Annotated

import typer

Raw = Annotated[Path | None, typer.Option(help="Folder of raw files. (default: data/raw)", show_default=False)]
Processed = Annotated[
    Path | None, typer.Option(help="Folder of the tables. (default: data/processed)", show_default=False)
]
Engine = Annotated[str | None, typer.Option(help="Where work is done: auto, inline or processes. (default: auto)")]
Workers = Annotated[int | None, typer.Option(help="Processes. (default: one per core)")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Stop before publishing when a site would lose far more than usual.")
]
AcceptRejections = Annotated[
    bool, typer.Option("--accept-rejections", help="Publish it, however much of it is rejected.")
]
WithPrefect = Annotated[
    bool, typer.Option("--prefect", help="Run as a Prefect flow, also when no Prefect API is configured.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
