"""Settings of a run: its folders, its processes, its partitions."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings

MIB = 1 << 20


def _own_profiles() -> Path | None:
    folder = Path("sites")
    return folder if folder.is_dir() else None


class RunningSettings(BaseSettings):
    """Where a run reads and writes, and on how many processes."""

    raw: Annotated[Path, Field(description="folder of raw files")] = Path("data/raw")
    processed: Annotated[Path, Field(description="folder of the tables")] = Path("data/processed")
    profiles: Annotated[
        Path | None,
        BeforeValidator(lambda value: value or None),
        Field(
            default_factory=_own_profiles,
            description="folder of your own site profiles, over those that ship; `sites` beside copydesk.toml where "
            "there is one, so that a project's profiles lie with its settings; empty for none",
        ),
    ]

    engine: Annotated[
        Literal["auto", "inline", "processes"],
        Field(
            description="where work is done; auto takes processes once a run reads inline_bytes, or cleans many pages"
        ),
    ] = "auto"
    workers: Annotated[int, Field(ge=1, le=1024, description="processes")] = os.cpu_count() or 1
    inline_bytes: Annotated[
        int, Field(ge=0, description="below this much new input, starting processes costs more than it saves")
    ] = 16 * MIB

    lock_wait_seconds: Annotated[
        float,
        Field(
            ge=0,
            description="how long to wait for another run on the same tables; 0 says so at once: schedules come again",
        ),
    ] = 0.0
    reader_grace_seconds: Annotated[
        float,
        Field(
            ge=0,
            description="where an article moves to another file, it is gone from the old one for this long before it "
            "arrives, so that no scan sees it twice; large tables get as long as reading them takes; 0 doesn't wait",
        ),
    ] = 1.0

    buckets: Annotated[
        int,
        Field(
            ge=1,
            le=4096,
            description="partitions of a month; fixed once tables are there; a process holds two months of one",
        ),
    ] = 16
