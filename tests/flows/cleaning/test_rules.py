"""Rules: what a line is by what it says, and above all what it isn't."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from flows.cleaning.phrases import Phrases, numbered_key, phrase_key
from flows.cleaning.rules import LONG_CHARS, Cut, LineMatch, rule_set
from flows.sites import load_profiles

PROFILES = load_profiles()
RULES = rule_set(PROFILES.for_site("elsewhere.example"))


FURNITURE = {
    "reading_time": ["3 min read", "2 minutes", "Lesezeit: 3 Minuten", "4 Min. Lesezeit", "Temps de lecture : 3 min",
                     "Tempo di lettura: 5 minuti", "3 min de lectura", "Tempo de leitura: 2 minutos",
        "Leestijd: 4 minuten", "Lästid: 3 min", "Lukuaika noin 5 min",
        "Czas czytania: 4 minuty", "Время чтения: 3 минуты", "Okuma süresi: 4 dk", "読了時間：約5分",
        "Olvasási idő: 4 perc", "مدة القراءة: 3 دقائق", "Temps de lectura: 4 minuts"],
    "date": ["Published 11 February 2025, 08:15", "Publié le 3 mars 2025 à 07h30", "11.02.2025 - 08:15", "Updated: March 3, 2025",
             "Aktualisiert am 12.03.2025, 14:02 Uhr", "2 hours ago", "vor 3 Stunden", "il y a 2 heures", "14 marzo 2025", "Published on 28/04/2024 - 12:25 • 3 minute read",
             "Published: 15:56 BST, 27 April 2024 | Updated: 15:57 BST, 27 April 2024", "Stand: 20:03 Uhr | Lesedauer: 4 Minuten",
             "Publicado el martes, 4 de marzo de 2025 a las 10:15", "Aggiornato il 4 marzo 2025 alle 10:15", "Atualizado em 4 de março de 2025 às 10h15",
        "Gepubliceerd op 4 maart 2025 om 10:15", "Laatst bijgewerkt: 14:02", "Publicerad 4 mars 2025 kl. 10.15", "3 tuntia sitten", "Opdateret d. 4. marts 2025 kl. 10.15", "Sist oppdatert 04.03.2025 kl. 10.15", "Julkaistu 4.3.2025 klo 10.15", "2025-03-04T10:15:00Z", "4. mars 2025",
        "Aktualizacja: 4 marca 2025, 10:15", "před 3 hodinami", "Опубликовано 4 марта 2025 в 10:15", "4 березня 2025, 10:15", "Güncelleme: 4 Mart 2025 Salı 10:15", "Δημοσιεύθηκε: 4 Μαρτίου 2025, 10:15", "2025年3月4日 10時15分", "更新时间：2025-03-04 10:15", "입력 2025.03.04 10:15", "3시간 전", "5分鐘前", "发布于 2025年3月4日",
        "Frissítve: 2025. március 4., 10:15", "Publicat la 4 martie 2025, ora 10:15", "преди 3 часа", "Objavljeno 4. ožujka 2025. u 10:15", "Birt 4. mars 2025 kl. 10:15", "آخر تحديث: 4 مارس 2025، 10:15", "تاریخ انتشار: ۱۴ اسفند ۱۴۰۳ - ۱۰:۱۵", "פורסם: 4 במרץ 2025, 10:15", "अपडेटेड 4 मार्च 2025, 10:15 बजे", "৪ মার্চ ২০২৫, ১০:১৫", "4 มีนาคม 2568 เวลา 10:15 น.", "Cập nhật lúc 10:15, 04/03/2025", "Selasa, 4 Maret 2025 10:15 WIB", "Uuendatud 4. märts 2025 kell 10:15", "اپ ڈیٹ 4 مارچ 2025"],
    "byline": ["By Nora Whitlock", "Von Jana Reber und Tobias Imhof", "Par Luc Morel", "BY ADA STERN", "Por Inês de Sousa", "Text: Mira Holt",
               "Words by Mira Holt", "By Reuters",
        "Door Femke Dijk", "Av Astrid Lund", "Af Mette Krogh og Bo Lind",
        "Autor: Jan Nowak", "Автор: Анна Лескова", "Kirjoittaja: Aino Salo",
        "Oleh Siti Rahma", "מאת דנה לוי", "بقلم سمير حداد"],
    "credit": ["Keystone-SDA/AP/sb", "sda/dpa/mk", "(ATS/AFP)", "Reuters", "AFP, dpa", "AP", "(PA)", "AP and AFP"],
    "caption": ["Photo: Rob Tully / AP", "Bild: Keystone-SDA", "Crédit photo : archives",
        "Foto: Ilse Kamp", "Kuva: Aino Salo / Lehtikuva", "(Foto: Bo Lind)",
        "Foto: Jana Malá", "Фото: Анна Лескова", "Φωτογραφία: Νίκος Ράλλης", "写真：海野太郎", "图片来源：海边日报", "사진: 바다일보",
        "Fotó: Kiss Anna", "Sursa foto: Ana Pop", "Снимка: Ана Петрова", "صورة: دنيا حداد", "צילום: דנה לוי", "फोटो: अनिल वर्मा", "ภาพ: สมชาย", "Ảnh: Lan Anh"],
    "comments": ["Read 12 comments", "Kommentare (14)", "12 commentaires", "Leave a comment", "Ver comentarios",
        "12 reacties", "Kommentarer (3)", "Visa alla kommentarer", "Kommentit (8)",
        "Komentarze (12)", "12 комментариев", "Yorum yap", "コメント 12件", "12 条评论", "댓글 12",
        "Hozzászólások (3)", "3 comentarii", "التعليقات (12)", "תגובות", "टिप्पणियाँ", "แสดงความคิดเห็น", "Bình luận (5)", "Tinggalkan komentar"],
    "share": ["Share on Facebook", "Teilen", "Auf WhatsApp teilen", "Partager par e-mail", "Copy link", "Condividi su Facebook",
              "Share this article via email", "Share on X (opens in new window)", "Enviar por WhatsApp",
        "Deel dit artikel", "Del på Facebook", "Kopiera länk", "Jaa Facebookissa",
        "Udostępnij na Facebooku", "Sdílet článek", "Поделиться в Телеграме", "Facebook'ta paylaş", "Κοινοποίηση στο Facebook", "Xでシェア", "分享到微博", "카카오톡으로 공유하기", "Поширити у Facebook",
        "Distribuie pe Facebook", "شارك على فيسبوك", "שתפו בפייסבוק", "शेयर करें", "แชร์", "Chia sẻ lên Facebook", "Bagikan ke WhatsApp", "Sviđa mi se",
        "FacebookTwitterWhatsApp", "Facebook | X | E-Mail"],
    "prompt": ["Sign up for our morning briefing: five stories before breakfast", "Newsletter abonnieren", "Advertisement",
               "Réservé aux abonnés", "Most read", "Mehr zum Thema", "We use cookies to remember your settings.", "Lo más leído",
               "Wir verwenden Cookies, um die Seite zu verbessern.", "Ce site utilise des cookies pour mesurer son audience.",
               "👉 Read more", "📰 Newsletter", "More from Carrow Bay", "Download our free app today", "Follow us on Facebook and Instagram",
               "Found a mistake? Write to us at desk@paper.example.",
               "Seguir leyendo", "Iscriviti alla newsletter", "Leia também",
        "Lees ook", "Mest läst just nu", "Læs videre", "Annonse", "Hyväksy kaikki evästeet", "Alleen voor abonnees", "Tilaa uutiskirjeemme", "Meld deg på vårt nyhetsbrev og få nyheter hver morgen", "An dieser Stelle finden Sie einen von unserer Redaktion ausgewählten externen Inhalt von X.", "Ich bin damit einverstanden, dass mir externe Inhalte angezeigt werden.", "This content is hosted by a third party. By showing it you accept the terms of that party.", "To view this content you need to enable cookies.", "Pour afficher ce contenu, vous devez accepter les cookies.", "Deze website gebruikt cookies om beter te werken.", "Vi bruker informasjonskapsler på denne siden.", "För att visa innehållet behöver du godkänna kakor.", "Inscrivez-vous à notre newsletter du matin", "Il vous reste 70% de cet article à lire.",
        "Czytaj dalej", "Nejčtenější", "Odporúčané články", "Подпишитесь на нашу рассылку, чтобы ничего не пропустить", "Реклама", "En çok okunanlar", "Διαφήμιση", "関連記事", "有料会員限定", "广告", "閱讀全文", "많이 본 뉴스", "Підписатися на розсилку", "Používáme soubory cookies, aby web fungoval.", "Мы используем файлы cookie.",
        "Kapcsolódó cikkek", "Cele mai citite", "Най-четени", "Najčitanije", "Preberite še", "Mest lesið", "Skaitomiausi", "Lasītākie raksti", "Loetumad", "الأكثر قراءة", "پربازدیدترین‌ها", "פרסומת", "यह भी पढ़ें", "আরও পড়ুন", "مزید پڑھیں", "மேலும் படிக்க", "ข่าวที่เกี่ยวข้อง", "Tin liên quan", "Baca selengkapnya", "El més llegit", "Soma zaidi", "Lees verder", "Izindaba ezihlobene", "يستخدم هذا الموقع ملفات تعريف الارتباط.", "Koristimo kolačiće kako bismo poboljšali stranicu.",
        "Subscribe now to continue reading this and other stories", "Already a subscriber? Log in", "Téléchargez notre application pour suivre le direct", "Sostieni il giornalismo indipendente con un piccolo contributo", "Únete a nuestro canal de WhatsApp", "Siga o nosso canal no WhatsApp"],
    "teaser": ["Lire aussi : Le pont ferme", "Read more: Bridge shut for a month", "Lesen Sie auch: Das Eis geht zurück",
        "Lees ook: De brug blijft dicht", "Läs också: Isen bryter upp", "Lue myös: Silta suljetaan",
        "Czytaj także: Most zamknięty na miesiąc", "Čtěte také: Most se zavírá", "Читайте также: Мост закрыт", "Διαβάστε επίσης: Η γέφυρα έκλεισε", "関連記事：橋が閉鎖", "延伸閱讀：大橋封閉", "관련기사: 다리 폐쇄",
        "Citește și: Podul se închide", "اقرأ أيضاً: الجسر يغلق شهرا", "קראו גם: הגשר נסגר", "यह भी पढ़ें: पुल बंद", "Baca juga: Jembatan ditutup", "ข่าวที่เกี่ยวข้อง: สะพานปิด"],
    "footer": ["© 2025 Harbour Gazette Ltd. All rights reserved.", "Impressum", "Mentions légales", "Terms of use", "Aviso legal",
               "Copyright 2025 Pilot Courier", "Copyright (c) 2025 Pilot Courier", "Copyright Pilot Courier Ltd 2025",
        "Alle rechten voorbehouden", "Tilgængelighedserklæring", "Colofon",
        "Wszelkie prawa zastrzeżone", "Künye", "Όροι χρήσης", "利用規約", "关于我们", "© 2025 바다일보. 무단전재 및 재배포 금지",
        "Minden jog fenntartva", "Termeni și condiții", "Общи условия", "من نحن", "کلیه حقوق محفوظ است", "תנאי שימוש", "सर्वाधिकार सुरक्षित", "সর্বস্বত্ব সংরক্ষিত", "สงวนลิขสิทธิ์", "Điều khoản sử dụng", "Avís legal", "Política de privacidad", "Zásady ochrany osobných údajov"],
    "navigation": ["Home", "Zum Inhalt springen", "Accueil", "» Menu «", "Ir al contenido",
        "Ga naar de inhoud", "Hoppa till innehåll", "Tilbage til forsiden", "Etusivu",
        "Strona główna", "Přejít k obsahu", "На главную", "Ana sayfa", "ΑΡΧΙΚΗ", "トップページへ", "返回顶部", "본문 바로가기",
        "Ugrás a tartalomra", "Acasă", "Начало", "Почетна", "Forsíða", "Į viršų", "Sākums", "Avaleht", "الصفحة الرئيسية", "صفحه اصلی", "דף הבית", "मुख्य पृष्ठ", "হোম", "صفحۂ اول", "முகப்பு", "หน้าแรก", "Trang chủ", "Beranda", "Vés al contingut", "Mwanzo", "Tuisblad", "Ikhaya"],
}  # fmt: skip

PROSE = [
    "By the time the ferry left, the storm was over.", "By Tuesday noon", "Share prices fell.", "Von Bern nach Genf",
    "More than 100 dead", "More trains run at night", "Newsletter wars", "Die Werbung wirkt", "Home rule for the islands",
    "Printing presses stop", "Comments by the mayor anger fishermen", "Five comments that changed a trial",
    "Published authors meet in the old library", "Updated rules for herring", "Accueil glacial pour le ministre",
    "Par amour du théâtre", "Partager le pain ne suffit plus", "Lire aussi longtemps que possible",
    "Kommentar schreiben will gelernt sein", "Teilen macht Freude, sagt die Pfarrerin.", "Suche nach Vermisstem geht weiter",
    "Kontakt zum Schiff abgebrochen", "Datenschutz wird zum Streitpunkt", "Cookies for the homeless",
    "Bakers say cookies sell best in March.", "Copyright reform stalls again", "Privacy bill passes by one vote",
    "Search for survivors ends", "Menu prices rise", "Terms of use for the new pier remain unclear", "Help arrives too late",
    "About us they know nothing, say the islanders.", "Contact with the satellite was lost at noon.", "The AP won the prize.",
    "AP and Reuters journalists were freed", "PA", "TT", "Swiss partnership", "A second cable", "Politics", "Sport", "Wirtschaft",
    "3 minutes of silence for the crew", "2 minutes and 10 seconds decided the race.", "12 comments too many", "2025",
    "1 May is a holiday", "Foto: un ritratto della città che cambia e non si riconosce più nelle sue strade, nei suoi mercati e nelle sue chiese, dice il sindaco durante la lunga presentazione.",
    "Le plus lu des romanciers suisses", "Abonnés au retard : les trains du matin", "Imprimer le passé", "“More”, she said.",
    "The list of the most read books is out.", "Mehr Lohn für Pflegende", "Mehr zum Leben bleibt kaum", "Follow the money",
    "Register of ships to go online", "Sign up or be called up, army says", "Subscribe to hope", "Cierre del puerto por temporal",
    "Entrar no porto é proibido", "Anuncio del alcalde sorprende a todos", "I più letti tra i poeti", "Watch out for black ice",
    "Published in 1984, the novel sold a million copies.", "Updated rules for 2025 take effect in March.",
    "Posted workers earn 12 francs an hour, union says", "Created in 1890, the bridge has outlived four mayors.",
    "Publié en 1862, le roman n'a pas vieilli.", "Erschienen 2019, ist das Buch bis heute umstritten.",
    "Pubblicato nel 1958, il romanzo divise la critica.", "Publicado en 1967, el libro cambió la novela.",
    "The bakery uses butter in its cookies.", "We baked cookies for the homeless.", "Wir backen Cookies, bis der Ofen glüht.",
    "Nous vendons des cookies le samedi au marché.", "Get the app banned, say senators", "Get the stories straight every day",
    "Have you heard the story of the man who did not send his letter?", "Send to prison", "Post to close in March",
    "Share with care", "Teilen mit Herz", "Partager par amour", "More from less", "Follow Mayor Stern on X and you learn nothing",
    "Sign up for the city's podcast class, pupils are told", "Subscribe to the theory that newsletters die",
    "Hintergrund: Der Streit um das Wasser dauert seit Jahren an.", "Copyright law from 1976 is outdated, judges say.",
    "(c) The council may in 2025 decide otherwise.", "ETA and peace", "By All Means", "By New Year", "By Lake Geneva",
    "Von Der Schweiz", "Words Fail Us", "Por San Juan", "Recherche", "Empfehlungen", "Reuters and others",
    "Dpa and peace talks", "AP or not, the story ran",
    "Deel van de dijk ingestort", "Lees ook de kleine letters, zegt de notaris", "Wij gebruiken minder water dan vorig jaar", "Door storm Floris ligt het treinverkeer stil", "Reacties blijven uit na de brand", "Annonsen som delade staden", "Del av taket rasade", "Läs mer än en bok i månaden, säger läraren", "Vi använder mindre el i år", "Av skog blev åker", "Læs mere for dine børn", "Reklame for rygning forbydes", "Del regningen med naboen", "Les mer for barna, ber læreren", "Godta tapet, sier treneren", "Søk etter savnet mann avsluttet", "Jaa rahasi viisaasti", "Tilaa junalippu ajoissa", "Haku jatkuu huomenna", "Foto's van de brand gezocht", "An dieser Stelle finden Sie heute nur noch Schutt.", "Ich bin damit nicht einverstanden, sagt der Bürgermeister.", "Pour afficher sa bonne humeur, il chante.", "To view this comet you need to wait until dawn.", "We use less salt, and our cookies taste better.", "Il vous reste trois jours pour voter.", "4 March 2025 was a cold day", "Published March 1999 edition sells out", "20 comments that moved us", "Stand: Der Berg ruft", "In 4 Minuten durch die Stadt",
    "Reklama papierosów zakazana", "Czytaj dzieciom codziennie, radzi nauczycielka", "Komentarze po meczu były ostre", "Používáme méně vody než loni", "Sdílet radost se vyplatí", "Čtěte dětem, radí učitelka", "Реклама табака запрещена", "Читайте детям каждый вечер", "Мы используем меньше воды", "Подпишитесь под каждым словом, просят учителя", "Reklam yasağı bugün başlıyor", "Paylaş ki çoğalsın", "Διαφήμιση του καπνού απαγορεύεται", "Σχόλια προκάλεσε η δήλωση του δημάρχου", "広告の規制が始まる", "関連記事の書き方を学ぶ高校生", "コメント力を磨く", "广告法今日起施行", "分享快乐的老人", "更多游客涌入海边小镇", "광고 규제가 시작된다", "댓글 문화를 바꾸자", "사진으로 보는 바다", "4 марта 2025 года мост закрыли", "2025年3月4日，大桥正式关闭", "2025年の夏は暑かった", "Last 24 hours", "文：他在海边度过了漫长的一生", "First 100 days", "12 годин тиші", "Новости из деревни на краю леса", "Реклама двигает торговлю",
    "Hirdetés nélkül él a falu", "Reklama i moral", "Реклама без край", "Oglas koji je promijenio grad", "Deila um vegi", "الإعلان عن هدنة", "إعلان حالة الطوارئ في الميناء", "תגובות קשות בכנסת", "विज्ञापन पर रोक", "বিজ্ঞাপন নিয়ে বিতর্ক", "ข่าวที่ไม่มีใครอยากฟัง", "โฆษณาชวนเชื่อ", "Tin vui cho ngư dân", "Bagikan rezekimu, kata kakek", "Iklan rokok dilarang", "Publicitat enganyosa al port", "Deel van die dam breek", "Soma ukiwa njiani", "4 مارس 2025 كان يوما باردا", "२०२५ में पुल बंद हुआ", "Podijeli kruh sa susjedom", "Kuulutused surnuks: kaks meest naasid", "Accept scuzele, spune primarul", "Olvass a gyereknek, kéri a tanár",
    "Subscribe now or lose the train, riders are told", "Already a legend at twenty", "Download speeds fall in the valley", "Support our journalism students, dean asks", "Téléchargez moins, dit le ministre", "Soutenez vos voisins, demande le maire", "Sostieni chi resta, dice il parroco", "Únete a la fiesta, pide el alcalde", "Siga o rio até à foz", "Folgen Sie dem Bach bis zur Mühle", "Unterstützen Sie die Feuerwehr, bittet der Wirt", "Laden Sie Ihre Nachbarn ein", "Facebook and Twitter in court", "Signal am Berg", "Volg het pad langs de dijk", "Stöd för fiskare dröjer", "Følg elva til fossen",
]  # fmt: skip


@pytest.mark.parametrize(("role", "line"), [(role, line) for role, lines in FURNITURE.items() for line in lines])
def test_furniture_is_known_for_what_it_is(role: str, line: str) -> None:
    match = RULES.match([line])[0]
    assert match is not None
    assert match.role == role


@pytest.mark.parametrize("line", PROSE)
def test_a_headline_or_sentence_is_left_alone(line: str) -> None:
    match = RULES.match([line])[0]
    assert match is None or match.block_only, match


@pytest.mark.parametrize(
    ("line", "minutes", "authors", "agencies"),
    [
        ("12 min read", 12, (), ()),
        ("By Nora Whitlock and Sam Oakes", None, ("Nora Whitlock", "Sam Oakes"), ()),
        ("By Paul Stein, Political Editor", None, ("Paul Stein",), ()),
        ("Von Jana Reber | sda", None, ("Jana Reber",), ()),
        ("Von Jana Reber (sda)", None, ("Jana Reber",), ("sda",)),
        ("Von Jana Reber und Tobias Imhof, dpa", None, ("Jana Reber", "Tobias Imhof"), ("dpa",)),
        ("Par Luc Morel avec AFP", None, ("Luc Morel",), ("AFP",)),
        ("By Nora Whitlock, Reuters", None, ("Nora Whitlock",), ("Reuters",)),
        ("By Associated Press", None, (), ("Associated Press",)),
        ("作者：王小明", None, ("王小明",), ()),
        ("sda/dpa/mk", None, (), ("sda", "dpa")),
        ("Keystone-SDA/AP/sb", None, (), ("Keystone-SDA", "AP")),
        ("(ATS/AFP)", None, (), ("ATS", "AFP")),
    ],
)
def test_what_a_rule_finds_out_becomes_a_column(
    line: str, minutes: int | None, authors: tuple[str, ...], agencies: tuple[str, ...]
) -> None:
    match = RULES.match([line])[0]
    assert match is not None
    assert (match.minutes, match.authors, match.agencies) == (minutes, authors, agencies)


def test_a_sites_own_rule_comes_before_the_generic_one() -> None:
    swissinfo = rule_set(PROFILES.for_site("swissinfo.ch"))
    assert swissinfo.match(["More"]) == [LineMatch("swissinfo.more", "more", "prompt")]
    found = RULES.match(["More"])[0]
    assert found is not None
    assert found.rule == "generic.more_label"


def test_a_language_label_counts_in_blocks_alone() -> None:
    found = RULES.match(["Español", "es"])
    assert [match and (match.id, match.block_only) for match in found] == [
        ("language_label", True),
        ("language_code", True),
    ]


def test_spans_are_cut_in_characters() -> None:
    rules = rule_set(PROFILES.for_site("fjordpost.example"))
    line = "Größe: the Havnen TidendeOpens elsewhere, and TidendeOpens elsewhere"
    cuts = rules.spans(line)
    assert cuts[0] == Cut(25, 40, "link_marker", "fjordpost.opens_elsewhere")
    assert [line[cut.start : cut.end] for cut in cuts] == ["Opens elsewhere"] * 2
    assert rules.span_candidates(["no span", line]) == [1]
    assert rules.spans("Opens elsewhere") == []


@given(st.text())
def test_any_text_is_matched_or_not(line: str) -> None:
    (found,) = RULES.match([line])
    assert found is None or found.role


@given(
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from([line for some in FURNITURE.values() for line in some])))
)
def test_a_line_means_the_same_among_few_and_among_many(lines: list[str]) -> None:
    many = RULES.match([*lines, *["."] * 40])
    assert many[: len(lines)] == RULES.match(lines)


def test_a_hostile_line_takes_no_time() -> None:
    lines = [
        "By " + "A" * 100_000,
        "© " * 50_000,
        "more from " * 10_000,
        "/".join(["AP"] * 30_000),
        " " * 100_000,
    ]
    lines += [line[:200] for line in lines]
    began = time.perf_counter()
    RULES.match(lines)
    assert time.perf_counter() - began < 1


def test_every_shipped_pattern_is_linear_time() -> None:
    patterns = [
        pattern
        for one in (*PROFILES.generic, *(own for (own,) in PROFILES.by_site.values()))
        for rule in one.profile.rules
        for pattern in rule.patterns
    ]
    assert len(patterns) > 30
    assert all(re2.compile(pattern) for pattern in patterns)


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("« शेयर करें »", "शेयर करें"),
        ("แชร์!", "แชร์"),
        ("► مُشاركة", "مشاركة"),
        ("ادامه‌ی مطلب", "ادامهی مطلب"),
        ("שִׁתּוּף", "שתוף"),
        ("İLGİLİ", "ilgili"),
        ("ΑΡΧΙΚΗ", "αρχική"),
        ("Ещё", "еще"),
        ("\u200fالمزيد\u200f", "المزيد"),
    ],
)
def test_vowel_signs_are_no_punctuation_and_marks_tell_no_phrases_apart(line: str, phrase: str) -> None:
    assert phrase_key(line) == phrase_key(phrase)
    assert phrase_key("करें") != phrase_key("कर")


def test_a_start_knows_lines_that_go_on_up_to_a_length() -> None:
    start = "Um diesen Inhalt anzuzeigen"
    short, article = RULES.match([f"» {start}, brauchen wir Ihr Ja.", f"{start} {'und noch ein Wort ' * 40}"])
    assert short is not None
    assert short.id == "embed"
    assert article is None


@pytest.mark.parametrize("chars", [LONG_CHARS - 60, LONG_CHARS + 60])
def test_a_long_line_is_known_by_the_same_rules_as_a_shorter_one(chars: int) -> None:
    of_pattern = "The cookies are set by those who show pictures here, "
    of_start = "By continuing to browse this site you agree to it, "
    prose = "By noon the harbour was closed and nobody spoke of the ferry, "
    *known, unknown = RULES.match(
        [(start + "and by all others " * 30)[:chars] for start in (of_pattern, of_start, prose)]
    )
    assert [match and match.id for match in known] == ["consent", "consent"]
    assert unknown is None


def test_a_line_longer_than_any_rule_allows_is_left_alone() -> None:
    assert RULES.match(["The cookies are set by those who show pictures here, " + "and by all others " * 30]) == [None]


def test_a_hashtag_is_a_phrase_without_a_number() -> None:
    known: Phrases[str] = Phrases()
    known.add("#harbour", "tag")
    assert known.whole(phrase_key("#Harbour")) == ("tag", None)


def test_a_number_in_a_phrase_is_any_number() -> None:
    assert numbered_key(phrase_key("Comments (1.204)")) == numbered_key("comments 0")
    assert numbered_key(phrase_key("12 comments too many")) != numbered_key("0 comments")


def test_generic_rules_hold_250_phrases_and_more_in_six_languages() -> None:
    phrases = {line for rule in PROFILES.generic[0].profile.rules for line in rule.lines}
    assert len(phrases) > 250
    assert {"Share", "Teilen", "Partager", "Condividi", "Compartir", "Compartilhar"} <= phrases


def test_the_patterns_fit_the_memory_of_their_engine() -> None:
    """RE2 gives up on a set of patterns that outgrows it, says so on standard error, and finds nothing."""
    code = """
from pathlib import Path
from benchmarks.marked_pages import read_marked_pages
from flows.cleaning.rules import rule_set
from flows.sites import load_profiles
folders = ("tests/gold/pages", "benchmarks/written_pages")
lines = sorted({line.text for folder in folders for page in read_marked_pages(Path(folder)) for line in page.lines})
for site in ("elsewhere.example", "swissinfo.ch"):
    print(sum(match is not None for match in rule_set(load_profiles().for_site(site)).match(lines)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert all(int(count) > 1000 for count in done.stdout.split())
