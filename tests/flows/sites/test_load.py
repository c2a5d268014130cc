"""Loading profiles: what is wrong is said with file, line and key; the user's go before those that ship."""

from datetime import date
from pathlib import Path

import pytest

from flows.cleaning.rules import rule_set
from flows.errors import ProfileError
from flows.sites import Profiles, load_profiles

GENERIC = 'site = "generic"\n[[rules]]\nid = "more"\nrole = "prompt"\nlines = ["Read on"]\n'
RULE = '[[rules]]\nid = "{id}"\nrole = "prompt"\nlines = ["{line}"]\n'
SITE = 'site = "one.example"\n'


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of shipped profiles with generic rules alone."""
    return _folder(tmp_path / "shipped", generic=GENERIC)


def _folder(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, toml in files.items():
        (folder / f"{name}.toml").write_text(toml, encoding="utf-8")
    return folder


def _role(profiles: Profiles, site: str, line: str, day: date = date.max) -> str | None:
    match = rule_set(profiles.for_site(site, day)).match([line])[0]
    return match.rule if match else None


WRONG = [
    ("site = ", "x.toml:1: not TOML: Invalid value"),
    ('site = "x"\ncolour = = 1', "x.toml:2: not TOML: Invalid value"),
    ('site = "x"\nmarks = ["a",\n', r"x.toml:3: not TOML"),
    ("\n\nmarks = []", r"x.toml:1: site: Field required"),
    ('site = "x"\n\ncolour = 1', r"x.toml:3: colour: value '1': Extra inputs are not permitted"),
    ('site = ""', "x.toml:1: site: value ''"),
    ('site = "x"\ntimezone = "Europe/Bern"', "x.toml:2: timezone: value 'Europe/Bern': no such time zone"),
    ('site = "x"\ntimezone = "Europe"', "x.toml:2: timezone: value 'Europe': no such time zone"),
    ('site = "x"\ntimezone = "../../etc"', r"x.toml:2: timezone: value '../../etc': no such time zone"),
    ('site = "x"\nlanguage = "deu"', "x.toml:2: language: value 'deu': no such language"),
    (
        'site = "x"\n[[rules]]\nid = "a"\nrole = "nonsense"\nlines = ["b"]',
        r"x.toml:4: rules.0.role: value 'nonsense'",
    ),
    ('site = "x"\n[[rules]]\nid = "A b"\nrole = "prompt"\nlines = ["b"]', r"x.toml:3: rules.0.id: value 'A b'"),
    (
        'site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"\npatterns = [\n  "fine",  # "not this"\n  "(b",\n]',
        r"x.toml:7: rules.0.patterns.1: value '\(b': not an RE2 pattern",
    ),
    (
        'site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"\npatterns = ["(?=b)"]',
        "x.toml:5: rules.0.patterns.0: .*not an RE2 pattern",
    ),
    (
        'site = "x"\n[[rules]]\nid = "a"\nrole = "prompt"\nlines = ["***"]',
        "x.toml:5: rules.0.lines.0: .*a letter or digit",
    ),
    (
        'site = "x"\n\n[[rules]]\nid = "a"\nrole = "prompt"',
        "x.toml:3: rules.0: .*needs `lines`, `starts` or `patterns`",
    ),
    (
        'site = "x"\n[[spans]]\nid = "a"\nrole = "prompt"\npattern = "b"',
        r"x.toml:2: spans.0: .*needs a group \(\?P<cut>",
    ),
    (
        'site = "x"\n' + RULE.format(id="a", line="b") + RULE.format(id="a", line="c"),
        "x.toml:7: rules.1.id: value 'a' is taken",
    ),
    ('site = "x"\n' + RULE.format(id="headline", line="b"), "x.toml:3: rules.0.id: value 'headline': the name is copy"),
    (
        'site = "x"\n[[blocks]]\nid = "t"\nrole = "teaser"\nsteps = [\n{ line = "text" },\n{ line = "ghost" }\n]',
        "x.toml:7: blocks.0.steps.1.line: value 'ghost': there is no such rule; there are headline,",
    ),
    (
        'site = "x"\n[[versions]]\nfrom = 2024-01-01\n[[versions.rules]]\nid = "a"\nrole = "p"\nlines = ["b"]',
        "x.toml:6: versions.0.rules.0.role: value 'p'",
    ),
    ('site = "x"\n[[versions]]\nfrom = "soon"', "x.toml:3: versions.0.from: value 'soon'"),
    ('site = "x"\n\n[[versions]]\nmarks = ["a"]', "x.toml:3: versions.0.from: Field required"),
    (
        'site = "x"\n[[versions]]\nfrom = 2024-01-01\nuntil = 2023-01-01',
        "x.toml:2: versions.0: .*holds from 2024-01-01, but only until 2023-01-01",
    ),
    (
        'site = "x"\n[[versions]]\nfrom = 2024-01-01\nuntil = 2025-01-01\n[[versions]]\nfrom = 2024-06-01',
        "x.toml:6: versions.1.from: value 2024-06-01: the version from 2024-01-01 holds on that day too",
    ),
    (
        'site = "x"\n[[versions]]\nfrom = 2024-01-01\n[[versions]]\nfrom = 2024-01-01',
        "x.toml:5: versions.1.from: value 2024-01-01: the version from 2024-01-01 holds",
    ),
    (
        'site = "x"\n' + RULE.format(id="a", line="b") + "[[versions]]\nfrom = 2024-01-01\n[[versions.rules]]\n"
        'id = "a"\nrole = "prompt"\nlines = ["c"]',
        "x.toml:9: versions.0.rules.0.id: value 'a' is taken",
    ),
    ('site = "generic"', "x.toml:1: site: value 'generic': generic.toml, and no other, is of site 'generic'"),
]


@pytest.mark.parametrize(("toml", "message"), WRONG)
def test_a_wrong_profile_is_said_with_file_line_key_and_rule(shipped: Path, toml: str, message: str) -> None:
    _folder(shipped, x=toml)
    with pytest.raises(ProfileError, match=message):
        load_profiles(shipped=shipped)


def test_every_wrong_value_of_a_profile_is_said_at_once(shipped: Path) -> None:
    _folder(shipped, x='site = "x"\ncolour = 1\nsize = 2')
    with pytest.raises(ProfileError, match=r"x.toml:2: colour: .*; \S+x.toml:3: size: "):
        load_profiles(shipped=shipped)


def test_a_profile_that_is_no_text_is_said_with_its_line(shipped: Path) -> None:
    (shipped / "x.toml").write_bytes(b'site = "x"\nmarks = ["Z\xfcri"]')
    with pytest.raises(ProfileError, match=r"x.toml:2: not UTF-8"):
        load_profiles(shipped=shipped)


def test_a_profile_that_cant_be_read_is_said(shipped: Path) -> None:
    (shipped / "x.toml").mkdir()
    with pytest.raises(ProfileError, match=r"x.toml: can't be read: Is a directory"):
        load_profiles(shipped=shipped)


def test_two_profiles_of_one_site_are_refused(shipped: Path) -> None:
    _folder(shipped, a=SITE, b="\n" + SITE)
    with pytest.raises(ProfileError, match=r"b.toml:2: site: one.example has a profile in a.toml too"):
        load_profiles(shipped=shipped)


def test_versions_in_the_generic_rules_are_refused(shipped: Path) -> None:
    _folder(shipped, generic=GENERIC + "[[versions]]\nfrom = 2024-01-01")
    with pytest.raises(ProfileError, match=r"generic.toml:6: versions: rules for every site hold at all times"):
        load_profiles(shipped=shipped)


def test_a_folder_of_profiles_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nowhere is no folder; make it, or set `profiles`"):
        load_profiles(tmp_path / "nowhere")


def test_a_users_profile_takes_the_shipped_ones_place(shipped: Path, tmp_path: Path) -> None:
    _folder(shipped, one=SITE + RULE.format(id="old", line="Old line"))
    own = _folder(tmp_path / "own", mine=SITE + RULE.format(id="new", line="New line"))
    profiles = load_profiles(own, shipped=shipped)
    assert _role(profiles, "one.example", "New line") == "mine.new"
    assert _role(profiles, "one.example", "Old line") is None
    assert _role(profiles, "one.example", "Read on") == "generic.more"


def test_a_users_profile_that_extends_keeps_the_shipped_rules_but_those_it_names_anew(
    shipped: Path, tmp_path: Path
) -> None:
    rules = RULE.format(id="old", line="Old line") + RULE.format(id="both", line="Shipped line")
    _folder(shipped, one=SITE + rules)
    own = _folder(tmp_path / "own", mine=SITE + "extends = true\n" + RULE.format(id="both", line="My line"))
    profiles = load_profiles(own, shipped=shipped)
    assert _role(profiles, "one.example", "Old line") == "one.old"
    assert _role(profiles, "one.example", "My line") == "mine.both"
    assert _role(profiles, "one.example", "Shipped line") is None


def test_a_block_of_a_users_profile_may_name_a_rule_of_the_one_it_extends(shipped: Path, tmp_path: Path) -> None:
    _folder(shipped, one=SITE + RULE.format(id="stamp", line="Published on"))
    block = '[[blocks]]\nid = "t"\nrole = "teaser"\nsteps = [{ line = "headline" }, { line = "stamp" }]'
    own = _folder(tmp_path / "own", mine=SITE + "extends = true\n" + block)
    assert load_profiles(own, shipped=shipped).by_site["one.example"]
    _folder(own, mine=SITE + block)
    with pytest.raises(ProfileError, match=r"mine.toml:5: blocks.0.steps.1.line: value 'stamp'"):
        load_profiles(own, shipped=shipped)


def test_extending_a_profile_that_does_not_ship_is_an_error(shipped: Path, tmp_path: Path) -> None:
    own = _folder(tmp_path / "own", mine=SITE + "extends = true")
    with pytest.raises(ProfileError, match=r"mine.toml:2: extends: no profile of one.example ships"):
        load_profiles(own, shipped=shipped)


def test_a_users_generic_rules_hold_for_every_site_beside_the_shipped_ones(shipped: Path, tmp_path: Path) -> None:
    own = _folder(tmp_path / "own", generic='site = "generic"\n' + RULE.format(id="mine", line="My line"))
    profiles = load_profiles(own, shipped=shipped)
    assert _role(profiles, "any.example", "My line") == "generic.mine"
    assert _role(profiles, "any.example", "Read on") == "generic.more"


def test_a_users_agency_is_one_on_every_site(shipped: Path, tmp_path: Path) -> None:
    own = _folder(tmp_path / "own", mine=SITE + 'agencies = ["Valley Wire"]')
    assert _role(load_profiles(own, shipped=shipped), "other.example", "Valley Wire") == "generic.agency_credit"


VERSIONS = (
    SITE
    + RULE.format(id="always", line="Always")
    + "[[versions]]\nfrom = 2024-01-01\nuntil = 2024-07-01\nmarks = ['Early mark']\n"
    + RULE.format(id="new", line="Early").replace("[[rules", "[[versions.rules")
    + "[[versions]]\nfrom = 2025-01-01\n"
    + RULE.format(id="new", line="Late").replace("[[rules", "[[versions.rules")
)


@pytest.mark.parametrize(
    ("day", "early", "late"),
    [
        (date(2019, 5, 1), True, False),
        (date(2024, 1, 1), True, False),
        (date(2024, 6, 30), True, False),
        (date(2024, 7, 1), False, False),
        (date(2024, 12, 31), False, False),
        (date(2025, 1, 1), False, True),
        (date(2031, 1, 1), False, True),
    ],
)
def test_the_version_of_its_day_holds_and_the_first_before_all(
    shipped: Path, day: date, early: bool, late: bool
) -> None:
    _folder(shipped, one=VERSIONS)
    profiles = load_profiles(shipped=shipped)
    assert _role(profiles, "one.example", "Always", day) == "one.always"
    assert (_role(profiles, "one.example", "Early", day) is not None) == early
    assert (_role(profiles, "one.example", "Late", day) is not None) == late


def test_a_mark_of_any_version_names_the_site(shipped: Path) -> None:
    _folder(shipped, one=VERSIONS)
    assert load_profiles(shipped=shipped).recognise("a page with the Early mark") == "one.example"


def test_a_profile_tells_time_zone_and_language(shipped: Path) -> None:
    _folder(shipped, one=SITE + 'timezone = "Europe/Zurich"\nlanguage = "de"')
    profiles = load_profiles(shipped=shipped)
    assert (profiles.timezone("one.example"), profiles.language("one.example")) == ("Europe/Zurich", "de")
    assert (profiles.timezone("two.example"), profiles.language("two.example")) == (None, None)


def test_the_fingerprint_changes_with_a_rule_shipped_or_the_users(shipped: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    prints = [load_profiles(shipped=shipped).fingerprint, load_profiles(own, shipped=shipped).fingerprint]
    _folder(own, mine=SITE)
    prints.append(load_profiles(own, shipped=shipped).fingerprint)
    _folder(shipped, generic=GENERIC + "# changed")
    prints.append(load_profiles(own, shipped=shipped).fingerprint)
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_a_profile_that_is_mended_counts_at_once(shipped: Path) -> None:
    _folder(shipped, one="colour = 1")
    with pytest.raises(ProfileError):
        load_profiles(shipped=shipped)
    _folder(shipped, one=SITE)
    assert "one.example" in load_profiles(shipped=shipped).by_site


def test_the_folder_sites_beside_the_settings_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.settings import load_settings

    monkeypatch.chdir(tmp_path)
    assert load_settings().profiles is None
    (tmp_path / "sites").mkdir()
    assert load_settings().profiles == Path("sites")
    monkeypatch.setenv("COPYDESK_PROFILES", "")
    assert load_settings().profiles is None
    monkeypatch.setenv("COPYDESK_PROFILES", "elsewhere")
    assert load_settings().profiles == Path("elsewhere")
