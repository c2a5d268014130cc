"""Loading the settings, and saying what is wrong with them."""

import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import pydantic_settings
from pydantic import ValidationError

from flows.errors import SettingsError
from flows.settings.fields import FIELD_NAMES
from flows.settings.model import FILE, PREFIX, Settings

MAX_SHOWN = 200
"""Characters of a wrong value that the error shows."""
_BARE = re.compile(r"[\w-]+", re.ASCII)
_VALUE_ERROR = "Value error, "


def load_settings(**given: Any) -> Settings:
    """Return the settings, `given` (None means not given) over the environment over `copydesk.toml`.

    Raises SettingsError, one line that names every wrong setting, its value and its rule.
    """
    given = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = "; ".join(_describe(detail, given) for detail in error.errors())
        raise SettingsError(f"bad setting: {wrong}") from None
    except pydantic_settings.SettingsError as error:  # an environment variable that must be JSON and isn't
        told = f"{PREFIX}* in the environment can't be read: {error}"
        raise SettingsError(
            f"""bad setting: {told}; write it as JSON: {PREFIX}FIELDS='{{"text": "story"}}'"""
        ) from None
    except ValueError as error:  # a settings file that isn't TOML
        raise SettingsError(f"{FILE} can't be read: {error}") from None


def _describe(detail: Any, given: Mapping[str, Any]) -> str:
    place = detail["loc"]
    if not place:
        return str(detail["msg"]).removeprefix(_VALUE_ERROR)
    name, origin = _dotted(place), _origin(str(place[0]), given)
    if detail["type"] == "extra_forbidden":
        return f"{name}{origin}: {_no_such(place)}"
    rule = f"a table is wanted, [{name}]" if detail["type"] == "model_type" else detail["msg"]
    return f"{name} = {repr(detail['input'])[:MAX_SHOWN]}{origin}: {rule.removeprefix(_VALUE_ERROR)}"


def _dotted(place: Sequence[Any]) -> str:
    """Write a setting's place as TOML does."""
    parts = [str(part) for part in place if part != "[key]"]
    return ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in parts)


def _origin(name: str, given: Mapping[str, Any]) -> str:
    """Say where a setting stands; what is given needs no word."""
    variable = f"{PREFIX}{name}".upper()
    if name in given:
        return ""
    return f" ({variable})" if variable in map(str.upper, os.environ) else f" ({FILE})"


def _no_such(place: Sequence[Any]) -> str:
    kind, there = ("setting", list(Settings.model_fields)) if len(place) == 1 else ("field", [*FIELD_NAMES])
    name = str(place[-1])
    if kind == "field" and not _BARE.fullmatch(name):
        return f'no field is called so; the fields of some raw files go below [fields.of."{name}"]'
    close = get_close_matches(name, there, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"there is no such {kind}; {hint}there are {', '.join(there)}"
