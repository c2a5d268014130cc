"""The dates that lines give, in the languages of news pages."""

import time
from datetime import time as clock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cleaning.date_words import LANGUAGES, locale_months
from flows.cleaning.dates import Written, label_alone, read_dates
from flows.cleaning.month_names import NAMES

APRIL_27 = ((2024, 4, 27),)


def only(line: str, language: str = "en") -> Written:
    (written,) = read_dates(line, language)
    return written


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("27 April 2024", "en"),
        ("April 27th, 2024", "en"),
        ("Apr 27, 2024", "en"),
        ("2024-04-27", "en"),
        ("27. April 2024", "de"),
        ("27.04.24", "de"),
        ("le 27 avril 2024", "fr"),
        ("27 aprile 2024", "it"),
        ("27 de abril de 2024", "es"),
        ("27 abr 2024", "es"),
        ("27 de abril de 2024", "pt"),
        ("27 april 2024", "nl"),
        ("den 27 april 2024", "sv"),
        ("27. april 2024", "da"),
        ("27. april 2024", "no"),
        ("27. huhtikuuta 2024", "fi"),
        ("27 kwietnia 2024", "pl"),
        ("27. dubna 2024", "cs"),
        ("27. apríla 2024", "sk"),
        ("2024. április 27.", "hu"),
        ("27 aprilie 2024", "ro"),
        ("27. travnja 2024.", "hr"),
        ("27. april 2024", "sl"),
        ("27 Nisan 2024", "tr"),
        ("27 NİSAN 2024", "tr"),
        ("27 Απριλίου 2024", "el"),
        ("27 апреля 2024", "ru"),
        ("27 квітня 2024", "uk"),
        ("27 أبريل 2024", "ar"),
        ("27 באפריל 2024", "he"),
        ("27 अप्रैल 2024", "hi"),
        ("२७ अप्रैल २०२४", "hi"),
        ("27 April 2024", "id"),
        ("27 tháng 4, 2024", "vi"),
        ("2024年4月27日", "ja"),
        ("2024年4月27日", "zh"),
        ("2024년 4월 27일", "ko"),
    ],
)
def test_a_day_is_read_in_the_words_of_a_language(line: str, language: str) -> None:
    assert only(line, language).days == APRIL_27


def test_a_month_that_two_languages_name_alike_is_the_articles() -> None:
    assert only("27 listopada 2024", "pl").days == ((2024, 11, 27),)
    assert only("27. listopada 2024.", "hr").days == ((2024, 10, 27),)
    assert read_dates("27 listopad 2024", "en") == ()


def test_an_english_date_is_read_on_any_page() -> None:
    assert only("27 April 2024", "ja").days == APRIL_27


@pytest.mark.parametrize(
    ("line", "at", "zone"),
    [
        ("27 April 2024, 15:47", clock(15, 47), None),
        ("27 April 2024 at 3.47pm", clock(15, 47), None),
        ("April 27, 2024 12:05 a.m. ET", clock(0, 5), "ET"),
        ("27 April 2024 5 pm", clock(17), None),
        ("15:47 BST, 27 April 2024", clock(15, 47), "BST"),
        ("27. April 2024, 15:47 Uhr (MESZ)", clock(15, 47), "MESZ"),
        ("27 avril 2024 à 15h47", clock(15, 47), None),
        ("2024-04-27T15:47:09+02:00", clock(15, 47, 9), "+02:00"),
        ("2024-04-27 15:47:09 -0530", clock(15, 47, 9), "-05:30"),
        ("27 Nisan 2024 15:47 (GMT+3)", clock(15, 47), "+03:00"),
        ("2024年4月27日 下午3:47", clock(15, 47), None),
        ("27.4.2024 klo 15.47", clock(15, 47), None),
        ("27 April 2024 - 16:38 local time", clock(16, 38), None),
    ],
)
def test_a_time_of_day_comes_with_its_zone(line: str, at: clock, zone: str | None) -> None:
    written = only(line, "fr" if "avril" in line else "tr" if "Nisan" in line else "de")
    assert (written.days, written.clock, written.zone) == (APRIL_27, at, zone)


@pytest.mark.parametrize(
    ("line", "language", "labels"),
    [
        ("Published: 15:56 BST, 27 April 2024 | Updated: 15:57 BST, 27 April 2024", "en", ["published", "modified"]),
        ("Updated20:49, 27 APR 2024", "en", ["modified"]),
        ("27 April 2024 (last updated 28 April 2024)", "en", [None, "modified"]),
        ("Aktualisiert am 27.04.2024 - 18:50 UhrLesedauer: 4 Min.", "de", ["modified"]),
        ("Stand: 27.04.2024 22:58 Uhr", "de", ["modified"]),
        ("Publié le 27 avril 2024 à 14h52, modifié le 28 avril 2024", "fr", ["published", "modified"]),
        ("Mis à jour le 27 avril 2024", "fr", ["modified"]),
        ("Pubblicato il 27 aprile 2024 - Aggiornato alle 10:00 del 28 aprile 2024", "it", ["published", "modified"]),
        ("Actualizado a 27 de abril de 2024", "es", ["modified"]),
        ("Atualizado em 27 de abril de 2024", "pt", ["modified"]),
        ("Bijgewerkt: 27 april 2024", "nl", ["modified"]),
        ("Uppdaterad 27 april 2024", "sv", ["modified"]),
        ("Päivitetty 27.4.2024", "fi", ["modified"]),
        ("Aktualizacja: 27 kwietnia 2024", "pl", ["modified"]),
        ("Güncelleme: 27 Nisan 2024", "tr", ["modified"]),
        ("Обновлено 27 апреля 2024", "ru", ["modified"]),
        ("2024年4月27日 更新", "zh", ["modified"]),
        ("27 April 2024", "en", [None]),
    ],
)
def test_a_label_says_what_a_date_is_the_date_of(line: str, language: str, labels: list[str | None]) -> None:
    assert [written.label for written in read_dates(line, language)] == labels


@pytest.mark.parametrize(
    ("line", "language", "told"),
    [
        ("2 hours ago", "en", ("hour", 2)),
        ("an hour ago", "en", ("hour", 1)),
        ("Last updated 6 mins ago", "en", None),
        ("Updated 6 minutes ago", "en", ("minute", 6)),
        ("yesterday", "en", ("day", 1)),
        ("vor 3 Stunden", "de", ("hour", 3)),
        ("vor einem Tag", "de", ("day", 1)),
        ("il y a 5 minutes", "fr", ("minute", 5)),
        ("3 ore fa", "it", ("hour", 3)),
        ("hace 2 días", "es", ("day", 2)),
        ("há 2 horas", "pt", ("hour", 2)),
        ("2 godziny temu", "pl", ("hour", 2)),
        ("5 часов назад", "ru", ("hour", 5)),
        ("منذ 3 ساعات", "ar", ("hour", 3)),
        ("3 小时前", "zh", ("hour", 3)),
        ("3時間前", "ja", ("hour", 3)),
        ("3 saat önce", "tr", ("hour", 3)),
    ],
)
def test_how_long_ago_is_read(line: str, language: str, told: tuple[str, int] | None) -> None:
    assert [written.ago for written in read_dates(line, language)] == ([told] if told else [])


def test_today_may_have_a_time() -> None:
    written = only("Publiziert heute um 12:19 Uhr", "de")
    assert (written.ago, written.clock, written.label) == (("day", 0), clock(12, 19), "published")


def test_a_date_with_slashes_has_two_readings_unless_one_is_none() -> None:
    assert only("03/04/2025").days == ((2025, 4, 3), (2025, 3, 4))
    assert (only("25/04/2025").days, only("25/04/2025").slashes) == (((2025, 4, 25),), "day")
    assert (only("04/25/2025").days, only("04/25/2025").slashes) == (((2025, 4, 25),), "month")
    assert only("03.04.2025").days == ((2025, 4, 3),)


@pytest.mark.parametrize(
    "line", ["31 February 2024", "99.99.2024", "2024-13-01", "Stand: 20:03 Uhr", "Room 12 of 2024", ""]
)
def test_what_is_no_date_gives_none(line: str) -> None:
    assert read_dates(line, "en") == ()


def test_a_label_alone_is_told_from_a_sentence() -> None:
    assert label_alone("Last updated:") == "modified"
    assert label_alone("Published on") == "published"
    assert label_alone("Updated rules for cows") is None
    assert label_alone("The ferry") is None


@given(st.text(max_size=300), st.sampled_from(["en", "de", "zh", "xx", ""]))
def test_no_line_is_an_error(line: str, language: str) -> None:
    for written in read_dates(line, language):
        assert written.days or written.ago


def test_a_hostile_line_is_done_in_no_time() -> None:
    began = time.perf_counter()
    for line in ("1 a" * 66, "9" * 200, "2024. " * 33, "updated " * 25, "1:1" * 66, "a 1 " * 50):
        read_dates(line, "en")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_names_of_months_are_those_of_the_locale_data(language: str) -> None:
    held = [names.split("|") for names in NAMES[language].split(";")]
    assert len(held) == 12
    said = locale_months(language)
    agreed = sum(any(said.get(name) == number for name in names) for number, names in enumerate(held, 1))
    assert agreed >= 10, "a release of the locale data may respell a month or two, no more"
    assert sum(map(len, held)) == len({name for names in held for name in names}), "no name means two months"
