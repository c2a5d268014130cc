"""Loading the settings, and saying what is wrong with them."""

from typing import Any

from pydantic import ValidationError

from flows.errors import SettingsError
from flows.settings.model import FILE, Settings


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
        raise SettingsError(f"{FILE} can't be read: {error}") from None


def _describe(detail: Any) -> str:
    name = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"{name}: there is no such setting; there are {', '.join(Settings.model_fields)}"
    return f"{name} = {detail['input']!r}: {detail['msg']}" if name else detail["msg"]
