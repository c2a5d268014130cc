"""The language of an article."""

from collections.abc import Callable
from typing import Any

import py3langid
import pytest

from flows.cleaning.language import detect_languages, given_language
from flows.cleaning.language_model import classify_all

PARAGRAPHS = {
    "en": "The harbour board will let the island ferry leave at seven from April, it said on Monday.",
    "de": "Die Hafenbehörde lässt die Inselfähre ab April schon um sieben Uhr ablegen, teilte sie am Montag mit.",
    "fr": "Dès le mois d’avril, le bac partira aussi à sept heures, a annoncé lundi la direction du port.",
    "it": "Da aprile il traghetto partirà anche alle sette, ha comunicato lunedì la direzione del porto.",
    "es": "El transbordador saldrá también a las siete desde abril, anunció el lunes la autoridad del puerto.",
    "pt": "A balsa partirá também às sete horas a partir de abril, informou na segunda-feira a direção do porto.",
    "nl": "De veerboot naar het eiland vertrekt vanaf april ook om zeven uur, zei de havendienst maandag.",
    "sv": "Färjan till ön kommer att avgå även klockan sju från april, meddelade hamnstyrelsen på måndagen.",
    "fi": "Saaren lautta lähtee huhtikuusta alkaen myös kello seitsemän, satamalautakunta kertoi maanantaina.",
    "pl": "Od kwietnia prom na wyspę będzie odpływał także o siódmej, poinformował w poniedziałek zarząd portu.",
    "cs": "Trajekt na ostrov bude od dubna vyplouvat také v sedm hodin, oznámila v pondělí správa přístavu.",
    "hu": "Áprilistól a szigeti komp reggel hétkor is indul, közölte hétfőn a kikötő igazgatósága.",
    "tr": "Liman idaresi pazartesi günü, ada vapurunun nisandan itibaren saat yedide de kalkacağını açıkladı.",
    "ru": "С апреля паром на остров будет отходить также в семь утра, сообщило в понедельник управление порта.",
    "uk": "Із квітня пором на острів відходитиме також о сьомій ранку, повідомило в понеділок управління порту.",
    "el": "Από τον Απρίλιο το φέρι θα αναχωρεί και στις επτά, ανακοίνωσε τη Δευτέρα η διοίκηση του λιμανιού.",
    "ar": "ستغادر عبّارة الجزيرة في السابعة صباحا أيضا اعتبارا من أبريل، بحسب ما أعلنت إدارة الميناء يوم الاثنين.",
    "ja": "島へ渡る船は四月から朝七時にも出航すると、港湾局が月曜日に発表した。",
    "zh": "港务局星期一宣布，从四月起，开往岛上的渡轮早上七点也会开航。",
    "ko": "항만 당국은 월요일, 섬으로 가는 배가 4월부터 아침 일곱 시에도 출항한다고 밝혔다.",
}  # fmt: skip


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_one_sentence_tells_the_language(language: str) -> None:
    assert detect_languages([PARAGRAPHS[language]]) == [language]


@pytest.mark.parametrize(
    ("given", "code"), [("en-GB", "en"), ("de_CH", "de"), (" FR ", "fr"), ("english", None), ("", None), (None, None)]
)
def test_a_given_language_is_brought_to_its_code(given: str | None, code: str | None) -> None:
    assert given_language(given) == code


def test_a_text_without_letters_has_no_language() -> None:
    assert detect_languages(["12:30 – 14:00 ***", ""]) == [None, None]


def test_a_first_line_in_another_language_does_not_tell(write: Any, run: Any, rows: Callable[..., Any]) -> None:
    first = "“Enough is enough for all of us on this island, and nobody listens!”"
    lines = [
        first,
        PARAGRAPHS["de"],
        "Vierzig Pendler hatten das frühere Schiff verlangt, seit die Brücke gesperrt ist.",
    ]
    write("courier.example/2025-04-05/a.txt", "\n".join(lines))
    run()
    (article,) = rows("articles")
    assert article["language"] == "de"


def test_all_samples_at_once_are_named_as_the_library_names_each() -> None:
    texts = [text[start : start + size] for text in PARAGRAPHS.values() for start in (0, 7) for size in (20, 64, 200)]
    texts += ["ALL IN CAPITALS ON THE QUAY", "l'e\u0301te\u0301 dernier", "lone \ud800 surrogates of the sea"]
    assert classify_all(texts) == [py3langid.classify(text)[0] for text in texts]


@pytest.mark.parametrize("sample", ["", "e", "…"])
def test_a_sample_without_features_has_no_language(sample: str) -> None:
    assert classify_all([sample, PARAGRAPHS["en"]]) == ["", "en"]


def test_no_samples_are_no_trouble() -> None:
    assert classify_all([]) == []
    assert detect_languages([]) == []
