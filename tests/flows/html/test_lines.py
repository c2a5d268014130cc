"""Which lines a page has, and what its markup says of each."""

import pytest

from flows.html import Page, PageError, read_page
from schemas import LineMarkup


def read(html: str | bytes) -> Page:
    return read_page(html, ask_extractor=False)


def lines(html: str) -> list[str]:
    return read(html).text.split("\n")


def only(html: str) -> LineMarkup:
    (markup,) = read(html).markup
    return markup


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <b>and</b> <a href=x>two</a>.</p><p>Three.</p>", ["One and two.", "Three."]),
        ("<div>before<p>within</p>after</div>", ["before", "within", "after"]),
        ("<p>first<br>second<br/>third</p>", ["first", "second", "third"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", ["a", "b", "c"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<p>soft\n  wrapped\ttext&nbsp;here</p>", ["soft wrapped text here"]),
        ("<pre>kept\nas written</pre>", ["kept", "as written"]),
        ("<p>un<wbr>break<span>able</span></p>", ["unbreakable"]),
        ("<a href=1>Home</a><a href=2>Sport</a>", ["Home Sport"]),
        ("<news-card>one</news-card><news-card>two</news-card>", ["one", "two"]),
        ("plain text", ["plain text"]),
    ],
)
def test_a_block_is_a_line(html: str, expected: list[str]) -> None:
    assert lines(html) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>no()</script>",
        "<style>p {}</style>",
        "<noscript><p>no</p></noscript>",
        "<template><p>no</p></template>",
        "<svg><title>no</title><text>no</text></svg>",
        "<p hidden>no <b>no</b></p>",
        '<div style="color:red; display : none"><p>no</p></div>',
        "<!-- no -->",
        "<iframe>no</iframe>",
    ],
)
def test_what_is_not_shown_is_left_out_and_costs_nothing_after_it(hidden: str) -> None:
    assert lines(f"<p>before {hidden}</p>{hidden}<p>after</p>") == ["before", "after"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<title>T</title><meta charset=utf-8><main>one<p>two</main>", ["one", "two"]),
        ("<head><meta charset=utf-8><header>one</header><style>p{}</style><p>two", ["one", "two"]),
        ("<script>x</script><time>one</time><article>two</article><title>T</title>", ["one", "two"]),
        ("<head><noscript><main>no</main></noscript><template><nav>no</nav></template></head><p>one", ["one"]),
    ],
)
def test_a_body_begins_where_browsers_begin_it_without_its_tag(html: str, expected: list[str]) -> None:
    assert lines(html) == expected


def test_what_is_hidden_from_screen_readers_alone_is_shown() -> None:
    assert lines('<p aria-hidden="true">shown</p>') == ["shown"]


def test_a_part_that_a_script_shows_once_it_has_come_is_shown() -> None:
    assert lines('<div hidden id="S:0"><p>shown</p></div>') == ["shown"]


@pytest.mark.parametrize(
    ("html", "tag"),
    [
        ("<p>x", "p"),
        ("<h2><span>x</span></h2>", "h2"),
        ("<ul><li>x</ul>", "li"),
        ("<section>x</section>", "div"),
        ("<div><a href=1>x</a></div>", "a"),
        ("<div><time>x</time> y</div>", "div"),
        ("<p><a href=1>x</a></p>", "p"),
        ("<figure><figcaption>x</figcaption></figure>", "figcaption"),
        ("<button>x</button>", "button"),
    ],
)
def test_a_lines_tag_is_the_nearest_blocks(html: str, tag: str) -> None:
    assert only(html).tag == tag


@pytest.mark.parametrize(
    ("html", "share"), [("<p>abc", 0.0), ("<a href=1>abc</a>", 1.0), ("<p>abcd <a href=1>ef <b>gh</b></a></p>", 0.5)]
)
def test_the_share_of_links_is_counted_in_characters(html: str, share: float) -> None:
    assert only(html).link_share == share


@pytest.mark.parametrize(
    ("html", "region"),
    [
        ("<p>x", None),
        ("<main><article><p>x</article></main>", "article"),
        ("<article><aside><p>x</aside></article>", "aside"),
        ("<div role=navigation><p>x</div>", "nav"),
        ("<footer><div role=presentation>x</div></footer>", "footer"),
    ],
)
def test_the_region_is_the_innermost_that_tells(html: str, region: str | None) -> None:
    assert only(html).region == region


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ('class="story__articleBody-text"', "body"),
        ('class="post tag-politics" itemprop="articleBody"', "body"),
        ('class="entry-content share-enabled"', "body"),
        ('class="article-body__related-links"', "teaser"),
        ('id="CommentList"', "comment"),
        ('data-testid="social-share-bar"', "share"),
        ('class="img-caption"', "caption"),
        ('class="c-byline"', "byline"),
        ('class="newsletter-signup"', "newsletter"),
        ('id="cookie-notice"', "consent"),
        ('class="breadcrumbs"', "nav"),
        ('class="ad-slot"', "ad"),
        ('class="post-tags"', "tag"),
        ('class="article__teaser"', "lead"),
        ('id="read-more-of-the-story-of-the-quay-and-its-boats"', None),
        ('data-testid="ad6ed79d-88fd-4c8e-a27a-ff8349c9446f"', None),
        ('class="has-sidebar no-comments"', None),
        ('class="heading shadow"', None),
    ],
)
def test_names_hint_at_what_an_element_is(names: str, hint: str | None) -> None:
    assert only(f"<div {names}><p>x</p></div>").hint == hint


def test_a_hint_reaches_six_levels_and_the_body_all() -> None:
    far = only('<div class="teaser">' + "<div>" * 7 + "x")
    body = only('<div class="article-body">' + "<div>" * 7 + "<p class=byline>x")
    assert (far.hint, far.in_body) == (None, False)
    assert (body.hint, body.in_body) == ("byline", True)


def test_lines_of_one_container_have_one_parent() -> None:
    page = read("<div><p>a</p><p>b <i>c</i></p></div><div><p>d</p></div>")
    assert [line.parent for line in page.markup] == [0, 0, 1]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("<p class='text wide'>x", "<p class='wide text'>x", True),
        ("<p class='text post-17'>x", "<p class='post-4711 text'>x", True),
        ("<p class=text>x", "<p class=text><b>x</b> and <a class=link href=1>y</a>", True),
        ("<p class=text>x", "<p class=text id=p2 style='color: red'>x", True),
        ("<body class=home><p>x", "<body class=sport><p>x", True),
        ("<p class=text>x", "<p class=caption>x", False),
        ("<p class=text>x", "<div class=text>x", False),
        ("<ul><li>x", "<nav><ul><li>x", False),
        ("<div class=a><div><div><p>x", "<div class=b><div><div><p>x", True),
    ],
)
def test_lines_are_styled_alike_by_tags_and_classes_of_three_levels(one: str, other: str, alike: bool) -> None:
    assert (only(one).style == only(other).style) is alike


def test_a_style_is_the_same_on_every_machine() -> None:
    assert [line.style for line in read("<ul class='facts list-2'><li>x</ul><p>y</p>").markup] == [381212039, 777350322]


def test_lists_are_told() -> None:
    assert [line.in_list for line in read("<ul><li><p>a</p></li></ul><p>b</p>").markup] == [True, False]


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(PageError, match="nested"):
        read("<div>" * 50_000 + "x" + "</div>" * 50_000)


@pytest.mark.parametrize("hidden", ["<svg>", "<div hidden>"])
def test_nesting_counts_where_nothing_is_shown(hidden: str) -> None:
    with pytest.raises(PageError, match="nested"):
        read(hidden + "<div>" * 50_000 + "x")


@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x",
        "".join(f"<p><b id={n}>" for n in range(20_000)) + "x",
        "<!--" * 100_000 + "--><p>x",
        "<p>" + "&amp;" * 200_000,
        "<p>" + "word " * 400_000,
        "</p>" * 300_000 + "x",
        "<a " * 300_000,
    ],
    ids=["attributes", "formatting", "comments", "entities", "long line", "ends", "unfinished"],
)
def test_hostile_pages_are_read_in_linear_time(html: str) -> None:
    page = read(html)
    assert len(page.markup) == sum(1 for line in page.text.split("\n") if line)
