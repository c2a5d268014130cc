"""What a page says of its article, and which of its voices goes before which."""

import json

import pytest

from flows.html import PageMetadata, read_page

URL = "https://courier.example/2025/quay?utm_source=x"


def told(html: str, url: str | None = URL) -> PageMetadata:
    return read_page(html, url=url, ask_extractor=False).metadata


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


ARTICLE = {
    "@context": "https://schema.org",
    "@type": ["NewsArticle"],
    "headline": "Quay closed &amp; reopened",
    "author": [{"@type": "Person", "name": "Ada Stern"}, {"@type": "Person", "name": "Finn Borg"}],
    "datePublished": "2025-03-03T08:00:00+01:00",
    "dateModified": "2025-03-04T08:00:00+01:00",
    "keywords": ["harbour", "roads"],
    "articleSection": "Town",
    "publisher": {"@type": "Organization", "name": "Pilot Courier"},
    "description": "The quay is closed.",
    "articleBody": "The <b>quay</b> will be closed.",
    "inLanguage": "de",
}
GRAPH = {"@graph": [{"@type": "WebSite", "name": "no"}, {"@type": "WebPage", "mainEntity": ARTICLE}]}
LIST = {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Another story"}]}


@pytest.mark.parametrize(
    "value", [ARTICLE, [ARTICLE], GRAPH, [LIST, ARTICLE]], ids=["plain", "list", "graph", "others"]
)
def test_json_ld_is_read_wherever_the_article_stands_in_it(value: object) -> None:
    known = told("<html lang=en>" + json_ld(value) + "<p>x")
    assert known == PageMetadata(
        title="Quay closed & reopened",
        authors=("Ada Stern", "Finn Borg"),
        published_at="2025-03-03T08:00:00+01:00",
        modified_at="2025-03-04T08:00:00+01:00",
        language="en",
        tags=("harbour", "roads"),
        section="Town",
        url=None,
        site_name="Pilot Courier",
        descriptions=("The quay is closed.",),
        article_body="The  quay  will be closed.",
    )


META = """<html lang="de-CH"><head>
<title>Kai gesperrt - Lotse</title>
<meta property="og:title" content="Kai gesperrt | Lotse"><meta property="og:site_name" content="Lotse">
<meta property="article:published_time" content="2025-03-03T08:00:00Z">
<meta property="article:modified_time" content="2025-03-04"><meta name="author" content="Ada Stern">
<meta property="article:tag" content="Hafen"><meta property="article:tag" content="Stadt">
<meta property="article:section" content="Stadt"><meta name="description" content="Der Kai ist zu.">
<meta property="og:description" content="Zu."><link rel="canonical" href="/2025/kai">
</head><body><h1>Kai  gesperrt</h1><p>x"""


def test_metas_are_read() -> None:
    assert told(META) == PageMetadata(
        title="Kai gesperrt",
        authors=("Ada Stern",),
        published_at="2025-03-03T08:00:00Z",
        modified_at="2025-03-04",
        language="de-CH",
        tags=("Hafen", "Stadt"),
        section="Stadt",
        url="https://courier.example/2025/kai",
        site_name="Lotse",
        descriptions=("Zu.", "Der Kai ist zu."),
    )


def test_json_ld_goes_before_metas() -> None:
    known = told(META + json_ld(ARTICLE))
    assert (known.title, known.authors[0], known.published_at) == (
        "Quay closed & reopened",
        "Ada Stern",
        "2025-03-03T08:00:00+01:00",
    )


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ('<meta property="og:title" content="A - B"><h1>C</h1>', "A - B"),
        ('<meta property="og:site_name" content="The Site"><title>A - B | the site</title>', "A - B"),
        ('<meta property="og:site_name" content="The Site"><title>A – The Site</title>', "A"),
        ("<title>Harbour: the quay closes | Town | Courier</title><h1>Harbour: the quay closes</h1>", "Harbour: the quay closes"),
        ('<meta property="og:site_name" content="The Site"><title>The Site: A - B</title>', "The Site: A - B"),
        ('<meta property="og:site_name" content="The Site"><title>The Site | A - B</title>', "A - B"),
        ("<title>T</title><h1>The heading</h1><h1>Another</h1>", "The heading"),
        ("<title>Only  this</title><p>x", "Only this"),
        ("<title>Ferry gains a second crossing_Courier</title><h2>Ferry gains a second crossing</h2>", "Ferry gains a second crossing"),
        ("<title>A name_with_marks | Courier</title><h1>A name_with_marks</h1>", "A name_with_marks"),
        ('<meta property="og:title" content="The "Gull" is raised"><h1>The "Gull" is raised</h1>', 'The "Gull" is raised'),
        ('<meta property="og:title" content="The Gull"><h1>The Gull is raised</h1>', "The Gull"),
        ("<svg><title>no</title></svg><p>x", None),
        ("<p>x", None),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_without_the_sites_name(html: str, title: str | None) -> None:
    assert told(html).title == title


@pytest.mark.parametrize(
    ("html", "published"),
    [
        ('<article><time datetime="2025-03-03T08:00+01:00">x</time></article>', "2025-03-03T08:00+01:00"),
        ('<aside><time datetime="2025-03-03">x</time></aside>', None),
        ('<article><time itemprop="datePublished" datetime="2025-03-02">x</time></article>', "2025-03-02"),
        ('<meta itemprop="datePublished" content="2025-03-03">', "2025-03-03"),
        ('<meta name="parsely-pub-date" content="2025-03-03">', "2025-03-03"),
    ],
)
def test_the_date_is_looked_for_in_the_page(html: str, published: str | None) -> None:
    assert told(html).published_at == published


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ada Stern", ("Ada Stern",)),
        ({"name": ["Ada Stern", "Finn Borg"]}, ("Ada Stern", "Finn Borg")),
        ([{"name": "Ada Stern"}, {"name": "Ada Stern"}], ("Ada Stern",)),
        ("https://courier.example/people/ada", ()),
        ({"@type": "Organization", "name": "Pilot Courier"}, ()),
        ("ada@courier.example", ()),
        ([None, 3, {}, []], ()),
    ],
)
def test_authors_are_people_by_name(author: object, names: tuple[str, ...]) -> None:
    assert told(json_ld({**ARTICLE, "author": author})).authors == names


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "A\nB",}',
        "[" * 100_000,
        "",
        "null",
        "{'a': 1}",
        '{"@type": {"a": 1}}',
        "3",
    ],
)
def test_a_script_that_cannot_be_read_costs_no_other(script: str) -> None:
    html = f'<script type="application/ld+json">{script}</script>' + json_ld(ARTICLE)
    assert told(html).title == "Quay closed & reopened"


def test_line_ends_in_a_scripts_strings_are_borne() -> None:
    html = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A\nB"}</script>'
    assert told(html).title == "A B"


@pytest.mark.parametrize(
    ("href", "base", "url"),
    [
        ("https://courier.example/a", None, "https://courier.example/a"),
        ("/a", URL, "https://courier.example/a"),
        ("/a", None, None),
        ("https://courier.example/", URL, None),
        ("http://[", URL, None),
        ("javascript:x", URL, None),
    ],
)
def test_the_canonical_address_is_whole_and_not_the_front_page(href: str, base: str | None, url: str | None) -> None:
    assert told(f'<link rel="canonical" href="{href}"><p>x', base).url == url
