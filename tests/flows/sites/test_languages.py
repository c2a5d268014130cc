"""Languages: one file each, merged into the generic profile."""

from pathlib import Path

import pytest

from flows.errors import ProfileError
from flows.sites import load_profiles

GENERIC = """
site = "generic"
[[rules]]
id = "share"
role = "share"
lines = ["Facebook"]
[[rules]]
id = "picture"
role = "caption"
patterns = ["(?:<<picture>>): .+"]
"""


def write(folder: Path, **languages: str) -> None:
    (folder / "generic.toml").write_text(GENERIC)
    (folder / "generic").mkdir()
    for code, toml in languages.items():
        (folder / "generic" / f"{code}.toml").write_text(toml)


def test_a_languages_lines_and_words_join_the_generic_rules(tmp_path: Path) -> None:
    write(
        tmp_path,
        nl='labels = ["Nederlands"]\nagencies = ["ANP"]\n[lines]\nshare = ["Delen"]\n[words]\npicture = ["Beeld"]',
        sv='[starts]\nshare = ["Dela med"]\n[words]\npicture = ["Bild", "Foto (arkiv)"]\n[patterns]\nshare = ["dela på .+"]',
    )
    generic = load_profiles(shipped=tmp_path).generic[-1].profile
    share, picture = generic.rules
    assert (share.lines, share.starts, share.patterns) == (["Facebook", "Delen"], ["Dela med"], ["dela på .+"])
    assert picture.patterns == [r"(?:Beeld|Bild|Foto\ \(arkiv\)): .+"]
    assert generic.agencies == ["ANP"]
    assert generic.languages == {"nl": ["Nederlands"]}


def test_a_pattern_whose_slot_no_language_fills_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, nl='[lines]\nshare = ["Delen"]')
    assert load_profiles(shipped=tmp_path).generic[-1].profile.rules[1].patterns == []


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            '[lines]\nshaer = ["Delen"]',
            "generic/nl.toml:2: lines.shaer: generic.toml has no such rule; there are picture, sh",
        ),
        (
            '[words]\nphoto = ["Beeld"]',
            "generic/nl.toml:2: words.photo: generic.toml has no such slot; there are picture",
        ),
        ('[patterns]\nshare = ["(b"]', r"nl.toml:2: patterns.share.0: value '\(b': not an RE2 pattern"),
        ('label = ["Nederlands"]', "nl.toml:1: label: value"),
    ],
)
def test_what_a_language_cant_say_is_refused_with_file_and_key(tmp_path: Path, toml: str, message: str) -> None:
    write(tmp_path, nl=toml)
    with pytest.raises(ProfileError, match=message):
        load_profiles(shipped=tmp_path)


def test_the_fingerprint_changes_with_a_language(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    write(tmp_path / "one", nl='[lines]\nshare = ["Delen"]')
    before = load_profiles(shipped=tmp_path / "one").fingerprint
    (tmp_path / "one" / "generic" / "sv.toml").write_text('[lines]\nshare = ["Dela"]')
    assert load_profiles(shipped=tmp_path / "one").fingerprint != before
