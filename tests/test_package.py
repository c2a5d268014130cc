"""What is installed: every package, and the files that packages hold beside their code."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_package_is_installed() -> None:
    there = {path.parent for top in ("flows", "schemas") for path in (ROOT / top).rglob("__init__.py")}
    assert set(SETUP["packages"]) == {".".join(path.relative_to(ROOT).parts) for path in there}
