"""Site profiles that ship: each knows the lines of its case."""

import pytest

from flows.cleaning.rules import rule_set
from flows.sites import load_profiles
from flows.sites.load import SHIPPED

CASES: dict[str, list[tuple[str, str | None]]] = {
    "generic": [
        ("3 min read", "reading_time"),
        ("© 2025 Pilot Courier", "footer"),
        ("The ferry was late.", None),
    ],
    "swissinfo": [
        ("This content was published on", "date"),
        ("This content was published on June 3, 2021 - 10:00", "date"),
        ("Dieser Inhalt wurde am 3. Juni 2021 - 10:00 veröffentlicht", "date"),
        ("This content was published on a whim by somebody else.", None),
        ("More", "prompt"),
        ("You can find an overview of ongoing debates with our journalists here . Please join us!", "prompt"),
        ("More trains run at night", None),
    ],
    "fjordpost": [
        ("First carried in our pages on", "date"),
        ("See also", "prompt"),
        ("Write to us about the ferry.", None),
    ],
}


def test_every_shipped_profile_has_a_case() -> None:
    assert {path.stem for path in SHIPPED.glob("*.toml")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_shipped_profile_knows_its_lines(name: str) -> None:
    profiles = load_profiles()
    site = next((site for site, own in profiles.by_site.items() if own[0].name == name), "elsewhere.example")
    rules = rule_set(profiles.for_site(site))
    for line, role in CASES[name]:
        match = rules.match([line])[0]
        assert (match.role if match else None) == role, line


def test_a_site_is_recognised_by_its_marks() -> None:
    profiles = load_profiles()
    assert profiles.recognise("Write to desk@fjordpost.example.") == "fjordpost.example"
    assert profiles.recognise("Nobody's page.") is None
