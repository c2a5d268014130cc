"""The words of dates: month names and "3 hours ago" from the Unicode locale data, and what these don't have."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta, get_month_names

from flows.cleaning.month_names import NAMES

Label = Literal["published", "modified"]

LANGUAGES = (
    "en", "de", "fr", "it", "es", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "hr", "sl", "sr",
    "bg", "tr", "el", "ru", "uk", "ar", "he", "fa", "hi", "id", "vi", "ca", "ja", "zh", "ko",
)  # fmt: skip
"""Languages whose names of months are tried when the article's own has no such word."""

LABELS: dict[Label, list[str]] = {
    "published": [
        "published", "posted", "created", "veröffentlicht", "publiziert", "erschienen", "erstellt", "publiée?",
        "publication", "parution", "mis en ligne", "pubblicat[oa]", "publicad[oa]", "gepubliceerd",
        "geplaatst", "publicerad", "publicerat", "publiceret", "udgivet", "offentliggjort", "publisert",
        "julkaistu", "opublikowano", "opublikowany", "data publikacji", "publikováno", "vydáno", "zverejnené",
        "publikované", "megjelent", "közzétéve", "publicat", "objavljeno", "yayınlan\\w*", "yayın tarihi",
        "giriş", "δημοσιε\\w*", "опубликован\\w*", "опубліковано", "публикувано", "објављено", "نشر\\w*",
        "تاريخ النشر", "פורסם", "منتشر شده", "प्रकाशित", "diterbitkan", "dipublikasikan", "đăng lúc", "公開",
        "掲載", "配信", "发布", "發布", "发表", "發表", "입력", "등록", "게시",
    ],
    "modified": [
        "updated?", "modified", "edited", "aktualisiert", "aktualisierung", "geändert", "stand",
        "mise? à jour", "modifiée?", "modification", "actualisée?", "aggiornat[oa]", "aggiornamento",
        "modificat[oa]", "actuali[sz]ad[oa]", "actualización", "atualizad[oa]", "atualização", "modificad[oa]",
        "modificación", "modificação", "bijgewerkt", "wijziging", "uppdatera[td]", "ändrad", "opdateret",
        "redigeret", "oppdatert", "päivitetty", "muokattu", "aktualizacj[ai]", "zaktualizowano",
        "aktualizováno", "upraveno", "aktualizované", "frissítve", "módosítva", "actualizat", "ažurirano",
        "izmijenjeno", "posodobljeno", "güncelle\\w*", "ενημερώ\\w*", "ενημέρωση", "обновлен\\w*", "оновлено",
        "обновено", "ажурирано", "آخر تحديث", "تحديث", "حُدّث", "עודכן", "به ?روز\\s?رسانی", "अपडेट\\w*",
        "अद्यतन", "diperbarui", "cập nhật", "更新", "수정", "업데이트",
    ],
}  # fmt: skip
"""What stands before (seldom behind) a date and says what it is the date of, as patterns of
lower case. Each begins with a letter of its own: patterns that do are found four times as fast."""

DAYS_AGO = {
    word: days
    for days, words in (
        (0, "today heute aujourd'hui oggi hoy hoje vandaag idag dag tänään dziś dzisiaj dnes ma azi astăzi danas "
            "danes bugün σήμερα сегодня сьогодні днес اليوم היום امروز आज 今日 今天 오늘"),
        (1, "yesterday gestern hier ieri ayer ontem gisteren igår eilen wczoraj včera tegnap jučer včeraj dün χθες "
            "вчера вчора أمس אתמול دیروز 昨日 昨天 어제 kemarin"),
    )
    for word in words.split()
}  # fmt: skip
ONE = frozenset(
    [
        "a", "an", "one", "ein", "eine", "einer", "einem", "einen", "un", "une", "un'", "una", "uno", "um", "uma",
        "een", "één", "en", "ett", "et", "yksi", "jeden", "jedna", "ena", "egy", "o", "μία", "ένα",
    ]
)  # fmt: skip
"""Words for 1 in "an hour ago"."""

PM = frozenset(["pm", "下午", "晚上", "午後", "오후", "م", "مساء", "μμ"])
AM = frozenset(["am", "上午", "凌晨", "午前", "오전", "ص", "صباحا", "πμ"])

_OFFSETS = (
    ("Z UTC GMT WET", 0), ("BST WEST CET MEZ WAT", 60), ("CEST MESZ EET SAST CAT", 120), ("EEST MSK TRT EAT", 180),
    ("GST", 240), ("PKT", 300), ("IST", 330), ("NPT", 345), ("ICT WIB", 420),
    ("SGT MYT HKT PHT AWST WITA", 480), ("JST KST", 540), ("ACST", 570), ("ACDT", 630), ("AEST", 600), ("AEDT", 660),
    ("NZST", 720), ("NZDT", 780), ("BRT ART ADT", -180), ("EDT CLT", -240), ("EST CDT COT PET", -300),
    ("CST MDT", -360), ("MST PDT", -420), ("PST AKDT", -480), ("AKST", -540), ("HST", -600),
)  # fmt: skip
ZONES: dict[str, int | str] = {name: minutes for names, minutes in _OFFSETS for name in names.split()}
"""Abbreviations as news pages use them, in minutes east of UTC; those without summer or winter by place.

Those that several places use stand for the place whose pages have them most: IST is India's, CST America's; AST, on
Arab and on Canadian pages alike, is left out.
"""
ZONES |= {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}

Unit = Literal["minute", "hour", "day", "week"]
_UNITS: tuple[tuple[Unit, timedelta], ...] = (
    ("minute", timedelta(minutes=1)),
    ("hour", timedelta(hours=1)),
    ("day", timedelta(days=1)),
    ("week", timedelta(weeks=1)),
)
_WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
_CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
_COUNTS = (1, 2, 3, 5, 11, 21, 22)
"""One count for each plural that a language of ours tells apart."""


_SAME = {"منذ": "قبل"}
"""Words that pages have where the locale data has another of the same sense."""
_NUMBER = re.compile(r"\s?\d{1,3}\s?")


@lru_cache(maxsize=16384)
def fold(word: str) -> str:
    """Return a word without case, accents and dots, as words are compared here."""
    text = word.casefold()
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
        text = text.replace("ı", "i").replace("\u200f", "")
    return text.replace(".", "").strip("'’\"()[]")


def month_number(word: str, language: str) -> int | None:
    """Return the month that a word names in a language, else in English, else in any where all agree."""
    name = fold(word).removeprefix("ב")  # Hebrew's "in"; no month begins with it
    return _months(language).get(name) or _months("en").get(name) or _any_months().get(name)


@lru_cache(maxsize=128)
def _months(language: str) -> dict[str, int]:
    if language not in NAMES:
        return locale_months(language)
    months = enumerate(NAMES[language].split(";"), 1)
    return {name: number for number, names in months for name in names.split("|")}


def locale_months(language: str) -> dict[str, int]:
    """Return the names of months as the installed locale data has them."""
    if not _is_known(language):
        return {}
    locales = {"de": ("de_AT", "de"), "en": ("en_GB", "en")}.get(language, (language,))
    return {
        fold(name): number
        for locale in locales
        for width in _WIDTHS
        for context in _CONTEXTS
        for number, name in get_month_names(width, context, locale).items()
    }


@lru_cache(maxsize=1)
def _any_months() -> dict[str, int]:
    """Every language's names but those that mean two months: listopad is October in Zagreb, November in Prague."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for name, number in _months(language).items():
            found.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def ago(text: str, language: str) -> tuple[Unit, int] | None:
    """Return unit and count of "3 hours ago", "vor einem Tag"; None for any other text."""
    words = [_SAME.get(word, word) for word in map(fold, text.split())]
    key, counts = _counted(" ".join(words))
    if len(counts) > 1:
        return None
    keys = [key] if counts else [key, *_with_one(words)]
    for table in (_ago_forms(language), _ago_forms("en")):
        for one in keys:
            if one in table:
                unit, count = table[one]
                return unit, count or int(counts[0] if counts else 1)
    return None


def _counted(text: str) -> tuple[str, list[str]]:
    """Return a text with `#` in place of numbers, and the numbers; scripts differ in whether a space parts them."""
    return _NUMBER.sub("#", text), [found.strip() for found in _NUMBER.findall(text)]


def _with_one(words: list[str]) -> list[str]:
    places = [place for place, word in enumerate(words) if word in ONE]
    return [_counted(" ".join([*words[:place], "1", *words[place + 1 :]]))[0] for place in places]


@lru_cache(maxsize=128)
def _ago_forms(language: str) -> dict[str, tuple[Unit, int]]:
    """How a language says that something was so long ago: `#` stands for the count, else the form has its own."""
    forms: dict[str, tuple[Unit, int]] = {}
    if not _is_known(language):
        return forms
    for unit, count, text in _said(language):
        key, counts = _counted(" ".join(fold(word) for word in text.split()))
        if not key.startswith(("-", "−")):
            forms[key] = (unit, 0 if counts else count)
    return forms


def _said(language: str) -> Iterator[tuple[Unit, int, str]]:
    for unit, size in _UNITS:
        for width in ("long", "short"):
            with suppress(KeyError):  # the library has no short form of a few units
                for count in _COUNTS:
                    yield (
                        unit,
                        count,
                        format_timedelta(
                            -size * count,
                            granularity=unit,
                            threshold=99,
                            add_direction=True,
                            format=width,
                            locale=language,
                        ),
                    )


@lru_cache(maxsize=256)
def _is_known(language: str) -> bool:
    try:
        Locale(language)
    except (UnknownLocaleError, ValueError):
        return False
    return True
