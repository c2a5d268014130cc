"""All settings in one model, and where they come from."""

from typing import ClassVar

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from flows.settings.cleaning import CleaningSettings
from flows.settings.matching import MatchingSettings
from flows.settings.reading import ReadingSettings
from flows.settings.running import RunningSettings

FILE = "copydesk.toml"
"""The settings file, in the working folder."""
PREFIX = "COPYDESK_"
"""What the names of environment variables begin with."""


class Settings(MatchingSettings, CleaningSettings, ReadingSettings, RunningSettings):
    """What a run can be told. Sizes are bytes."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, extra="forbid", frozen=True
    )

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
