"""Overrides on disk: a file of state that survives runs, published with the tables it changes."""

from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from flows.errors import StorageError
from flows.sites.overrides import Overrides, Status

_MODEL = TypeAdapter(dict[str, dict[str, Status]])


def load_overrides(path: Path) -> Overrides:
    """Return what the user said of lines. Raises StorageError when the file is damaged."""
    if not path.exists():
        return Overrides()
    try:
        return Overrides(_MODEL.validate_json(path.read_bytes()))
    except ValidationError as error:
        raise StorageError(f"{path} can't be read: {error.errors()[0]['msg']}; mend it or take it away") from None


def write_overrides(path: Path, overrides: Overrides) -> None:
    """Write what the user said of lines, sorted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(overrides.by_site, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n")
