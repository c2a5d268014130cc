"""What `[fields]` of the settings may say, and what is said of what is wrong in it."""

from pathlib import Path
from typing import Any

import pytest

from flows.errors import SettingsError
from flows.readers.fields import ALIASES
from flows.settings import load_settings
from flows.settings.fields import FIELD_NAMES
from schemas.scraped import ScrapedRecord


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_field_of_a_record_can_be_mapped_and_the_page_too() -> None:
    assert set(FIELD_NAMES) == set(ALIASES) | {"html"} == set(ScrapedRecord.model_fields) | {"html"}


def test_a_field_has_a_name_or_several_in_order_or_is_joined() -> None:
    fields = load_settings(
        fields={"text": ["story", {"join": ["teaser", "body"]}], "of": {"feeds/": {"url": "link.href"}}}
    ).fields
    assert fields.text == (("story",), ("teaser", "body"))
    assert fields.of["feeds"].url == (("link.href",),)
    assert load_settings().fields.is_empty


def test_the_environment_is_laid_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "copydesk.toml").write_text('[fields]\ntext = "story"\ntitle = "head"\n')
    monkeypatch.setenv("COPYDESK_FIELDS", '{"title": "kop"}')
    fields = load_settings().fields
    assert (fields.text, fields.title) == ((("story",),), (("kop",),))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('txt = "a"', "fields.txt (copydesk.toml): there is no such field; did you mean text? there are text, html"),
        ('of.feeds.txet = "a"', "fields.of.feeds.txet (copydesk.toml): there is no such field; did you mean text?"),
        ('"a/*.jsonl" = {text = "a"}', 'the fields of some raw files go below [fields.of."a/*.jsonl"]'),
        ('text = ""', "fields.text = '' (copydesk.toml): '' has an empty part; write the names on the way with dots"),
        ('text = "a..b"', "fields.text = 'a..b' (copydesk.toml): 'a..b' has an empty part"),
        ('text = ["a", 3]', 'write the name as a string, several of them as ["best", "next"] or as {join'),
        ('text = {jion = ["a"]}', "write the name as a string"),
        ("text = {join = []}", "nothing to join"),
        ("text = {join = [1]}", "every name is a string"),
        ('title = {join = ["a", "b"]}', "only text, html, authors, tags can be joined; list names in order"),
        (f'text = "{".".join("abcdefghijklmnopq")}"', "17 names deep, 16 at most"),
        ('of."/feeds" = {}', "a path below the raw folder is wanted, as `copydesk rejected` shows it"),
        ('of."../feeds" = {}', "fields.of.\"../feeds\" = '../feeds' (copydesk.toml): a path below the raw folder"),
        ('of.feeds = "a"', "fields.of.feeds = 'a' (copydesk.toml): a table is wanted, [fields.of.feeds]"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_key_with_what_to_do(folder: Path, wrong: str, told: str) -> None:
    (folder / "copydesk.toml").write_text(f"[fields]\n{wrong}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith("bad setting: fields")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("text=a", "COPYDESK_* in the environment can't be read"),
        ('{"txt": "a"}', "fields.txt (COPYDESK_FIELDS): there is no such field; did you mean text?"),
    ],
)
def test_a_mistake_in_the_environment_is_told_as_one(folder: Path, monkeypatch: Any, value: str, told: str) -> None:
    monkeypatch.setenv("COPYDESK_FIELDS", value)
    with pytest.raises(SettingsError, match="bad setting: ") as caught:
        load_settings()
    assert told in str(caught.value)


def test_an_unknown_setting_is_told_with_the_nearest_that_there_is(folder: Path) -> None:
    (folder / "copydesk.toml").write_text("buckts = 4\n")
    with pytest.raises(
        SettingsError, match=r"buckts \(copydesk.toml\): there is no such setting; did you mean buckets"
    ):
        load_settings()
