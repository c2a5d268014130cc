"""Site profiles: what ships, and what is said of a wrong one."""

from pathlib import Path

import pytest

from flows.cleaning.rules import rule_set
from flows.errors import ProfileError
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
    site = next((site for site, one in profiles.by_site.items() if one.name == name), "elsewhere.example")
    rules = rule_set(profiles.for_site(site))
    for line, role in CASES[name]:
        match = rules.match([line])[0]
        assert (match.role if match else None) == role, line


def test_a_site_is_recognised_by_its_marks() -> None:
    profiles = load_profiles()
    assert profiles.recognise("Write to desk@fjordpost.example.") == "fjordpost.example"
    assert profiles.recognise("Nobody's page.") is None


GENERIC = 'site = "generic"\n'


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("site = ", "x.toml: not TOML"),
        ('site = "x"\ncolour = 1', "x.toml: colour: value '1'"),
        (
            'site = "x"\n[[rules]]\nid = "a"\nrole = "nonsense"\nlines = ["b"]',
            r"x.toml: rules.0.role: value 'nonsense'",
        ),
        (
            'site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"\npatterns = ["(b"]',
            r"rules.0.patterns.0: value '\(b'.*not an RE2",
        ),
        ('site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"\npatterns = ["(?=b)"]', "not an RE2 pattern"),
        ('site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"\nlines = ["***"]', "rules.0.lines.0: .*a letter or digit"),
        ('site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"', "needs `lines` or `patterns`"),
        ('site = "x"\n[[spans]]\nid = "a"\nrole = "prompt"\npattern = "b"', r"needs a group \(\?P<cut>"),
        (
            'site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"\nlines = ["b"]\n' * 1
            + '[[rules]]\nid = "a"\nrole = "prompt"\nlines = ["c"]',
            "id 'a' is taken",
        ),
        (
            'site = "x"\n[[blocks]]\nid = "t"\nrole = "teaser"\nsteps = [{line = "ghost"}, {line = "text"}]',
            "line 'ghost': no such rule",
        ),
    ],
)
def test_a_wrong_profile_is_said_with_file_key_and_rule(tmp_path: Path, toml: str, message: str) -> None:
    (tmp_path / "generic.toml").write_text(GENERIC)
    (tmp_path / "x.toml").write_text(toml)
    with pytest.raises(ProfileError, match=message):
        load_profiles(tmp_path)


def test_a_profile_that_cant_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "generic.toml").mkdir()
    with pytest.raises(ProfileError, match=r"generic.toml: can't be read"):
        load_profiles(tmp_path)


def test_two_profiles_of_one_site_are_refused(tmp_path: Path) -> None:
    (tmp_path / "generic.toml").write_text(GENERIC)
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text('site = "one.example"')
    with pytest.raises(ProfileError, match=r"one.example has a profile in a.toml too"):
        load_profiles(tmp_path)


def test_the_fingerprint_changes_with_a_rule(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "generic.toml").write_text(GENERIC + f'agencies = ["{name}"]')
    assert load_profiles(tmp_path / "one").fingerprint != load_profiles(tmp_path / "two").fingerprint
