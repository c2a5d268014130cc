"""Settings: defaults, `copydesk.toml`, environment variables `COPYDESK_*`, arguments; the latter win."""

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from flows.errors import SettingsError

MIB = 1 << 20


def _own_profiles() -> Path | None:
    folder = Path("sites")
    return folder if folder.is_dir() else None


class Settings(BaseSettings):
    """What a run can be told. Sizes are bytes."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="COPYDESK_", toml_file="copydesk.toml", extra="forbid", frozen=True
    )

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
            description="where work is done; auto takes processes once a run reads inline_bytes, helpers for many pages"
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

    slice_bytes: Annotated[int, Field(ge=1024, description="a longer JSON lines file is read in slices")] = 32 * MIB
    max_record_bytes: Annotated[
        int, Field(ge=1024, description="a longer record is rejected: no article is this long")
    ] = 16 * MIB
    max_record_lines: Annotated[
        int, Field(ge=1, description="a record of more lines is rejected: the longest live tickers have a few thousand")
    ] = 50_000
    max_array_bytes: Annotated[
        int, Field(ge=1024, description="a longer JSON array is rejected: it is parsed as a whole")
    ] = 256 * MIB
    max_unpacked_bytes: Annotated[
        int,
        Field(ge=1024, description="bytes that a compressed file or archive may unpack to, all its layers together"),
    ] = 256 << 30
    max_unpack_ratio: Annotated[
        int,
        Field(
            ge=2,
            description="times its size that a file may unpack to, beyond 64 MiB: pages of one site unpack to 40 "
            "times, a bomb to 1,000",
        ),
    ] = 250
    max_nesting: Annotated[
        int,
        Field(ge=1, le=16, description="compressions around a file, and archives in archives, that are opened"),
    ] = 4
    max_members: Annotated[
        int, Field(ge=1, description="files in an archive that are read; what is beyond is one rejection")
    ] = 2_000_000
    max_rejected_per_file: Annotated[
        int,
        Field(
            ge=1,
            description="bad records after which the rest of a file (or slice) is given up, as one rejection: it isn't "
            "what its name says, and a row for each of ten million lines helps nobody",
        ),
    ] = 10_000
    max_record_seconds: Annotated[
        float,
        Field(gt=0, description="a record that takes longer to read is rejected: the largest pages take two"),
    ] = 60.0
    payload_bytes: Annotated[int, Field(ge=0, description="bytes of a rejected record that are kept")] = 64 * 1024

    max_rejected_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="a run of whose new records a larger share is rejected publishes nothing: scrapers that work "
            "lose a few in a hundred, and where more is lost than kept something is broken; 1 never stops",
        ),
    ] = 0.5
    max_rejected_share_of_source: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="the same of one source (first folder below the raw folder, or a file beside the folders): one "
            "broken scraper among many is a small part of a run; 1 never stops",
        ),
    ] = 0.5
    min_records_of_share: Annotated[
        int,
        Field(
            ge=1,
            description="new records that a run or a source must have for its share to count: of a handful, half are "
            "soon bad by chance, and a folder of broken oddments is nobody's scraper",
        ),
    ] = 100

    accept_rejections: Annotated[bool, Field(description="publish, however large a share is rejected")] = False

    keep_pages: Annotated[
        bool,
        Field(
            description="whether the HTML that documents are read from is kept in `pages`, so that `copydesk rebuild` "
            "can read it by a better reader when the raw file is gone; packed, they take 9% to 15% of their bytes"
        ),
    ] = True
    ask_extractor: Annotated[
        bool,
        Field(
            description="whether trafilatura is asked what it keeps of an HTML page, one more thing to know of its "
            "lines; it takes three quarters of the time of reading it"
        ),
    ] = True

    template_min_stories: Annotated[
        int,
        Field(
            ge=2,
            description="a line in this many stories of a site and weeks is a template line: seen on "
            "one other page it is furniture 99 times in 100",
        ),
    ] = 2
    template_min_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="and in this share of them, so that on a large site a sentence that "
            "two stories happen to share stays",
        ),
    ] = 0.0005
    story_overlap: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="documents whose prose lines overlap by this share of the shorter are "
            "one story: updates, not furniture",
        ),
    ] = 0.4

    strict: Annotated[bool, Field(description="stop before publishing when a site would lose far more than usual")] = (
        False
    )
    line_model: Annotated[
        Path | None,
        Field(description="weights of a line model of your own; none: the one that ships, see flows/cleaning/weights"),
    ] = None
    max_removed_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="an article of whose document a larger share of characters went is flagged: 3 of 233 "
            "pages of 140 publishers hold an article this small",
        ),
    ] = 0.95
    min_kept_of_site: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="an article that keeps less than this part of what is usual on its site (median share "
            "of characters kept, of five documents and more) is flagged: short notices keep more",
        ),
    ] = 0.1
    min_kept_of_before: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="a site's articles are all flagged when its documents keep less than this part of what "
            "they kept the month before (medians): what grows around articles in a new layout takes less",
        ),
    ] = 0.5
    max_flagged_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="a site is named when more than this share of its documents of a month is flagged or "
            "lost all text: sections and indexes among the pages are fewer",
        ),
    ] = 0.1

    near_similarity: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="two articles this similar (Jaccard) are near duplicates: ten words changed in 300 leave 0.82, "
            "another story on the same event stays under 0.3",
        ),
    ] = 0.8
    shingle_words: Annotated[
        int,
        Field(
            ge=1,
            le=16,
            description="words in a shingle: an edited word costs as many shingles, fewer words match by chance",
        ),
    ] = 3
    signature_hashes: Annotated[
        int, Field(ge=8, le=1024, description="MinHash values a signature holds; fixed once tables are there")
    ] = 80
    match_memory_bytes: Annotated[
        int,
        Field(
            ge=1 << 20,
            description="memory for the band keys that are held while pairs are looked for: 512 MB hold those of "
            "400,000 new documents; for more, the kept keys are read several times",
        ),
    ] = 512 * MIB
    bands: Annotated[
        int,
        Field(
            ge=1,
            description="bands of a signature; fixed once tables are there; 16 of 5 hashes find 998 in 1,000 pairs at "
            "similarity 0.8 (16 of 8: 947) and take one pair in 200,000 at 0.05 to be verified",
        ),
    ] = 16

    @model_validator(mode="after")
    def _bands_divide_the_signature(self) -> "Settings":
        if self.signature_hashes % self.bands:
            raise ValueError(f"signature_hashes ({self.signature_hashes}) must be a multiple of bands ({self.bands})")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put arguments over the environment over the settings file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**given: Any) -> Settings:
    """Return the settings, `given` (None means not given) over the environment over `copydesk.toml`.

    Raises SettingsError, one line that names every wrong setting, its value and its rule.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(_describe(detail) for detail in error.errors())
        raise SettingsError(f"bad setting: {wrong}") from None
    except ValueError as error:  # a settings file that isn't TOML
        raise SettingsError(f"copydesk.toml can't be read: {error}") from None


def _describe(detail: Any) -> str:
    name = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"{name}: there is no such setting; there are {', '.join(Settings.model_fields)}"
    return f"{name} = {detail['input']!r}: {detail['msg']}" if name else detail["msg"]
