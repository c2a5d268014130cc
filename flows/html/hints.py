"""What the names that pages give their elements say: body, teaser, comments, advertisement, ..."""

import re
from collections.abc import Mapping
from functools import lru_cache

from schemas.documents import Hint, Region

MAX_NAME_CHARS = 300
MAX_WORDS = 7
"""A name of more is a heading's anchor or a random number, and says nothing of its element."""
NAMED_BY = frozenset(
    ("class", "id", "itemprop", "data-testid", "data-component", "data-qa", "data-module", "data-type")
)

REGION_OF_TAG: dict[str, Region] = {
    "article": "article",
    "main": "main",
    "aside": "aside",
    "nav": "nav",
    "footer": "footer",
    "header": "header",
    "figure": "figure",
    "form": "form",
    "dialog": "dialog",
}
REGION_OF_ROLE: dict[str, Region] = {
    "article": "article",
    "main": "main",
    "complementary": "aside",
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "contentinfo": "footer",
    "banner": "header",
    "figure": "figure",
    "form": "form",
    "search": "form",
    "dialog": "dialog",
    "alertdialog": "dialog",
}

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_STATES = re.compile(r"-(?:has|no|not|with|without|is|js|hide|show|can|use)-")
"""Beginnings of names that say what a page has somewhere (`has-sidebar`), not what the element is."""


def _pattern(words: str) -> re.Pattern[str]:
    """Compile words of a name; `-` parts words, a word at its beginning and end is whole."""
    return re.compile(rf"-(?:{'|'.join(words.split())})(?=-)")


_FURNITURE: tuple[tuple[Hint, re.Pattern[str]], ...] = (
    ("consent", _pattern("cookies? consent gdpr cmp onetrust didomi usercentrics privacy")),
    (
        "newsletter",
        _pattern("""
        newsletters? subscribe subscription signup sign-up mailing optin opt-in register regwall"""),
    ),
    (
        "comment",
        _pattern("""
        comments? comentarios? commentaires? kommentare? disqus discussion replies coral respond"""),
    ),
    (
        "ad",
        _pattern("""
        ads? advert adverts advertisements? advertising advertorial adslot sponsor sponsored anzeigen?
        werbung publicidad publicite pub dfp gpt outbrain taboola affiliate partners?"""),
    ),
    (
        "caption",
        _pattern("""
        captions? figcaption photo-credit image-credit credits? copyright bildunterschrift legende"""),
    ),
    (
        "share",
        _pattern("""
        share sharing shares social socials sharedaddy addthis facebook twitter whatsapp follow"""),
    ),
    (
        "lead",
        _pattern("""
        standfirst lead leads lede article-leads? article-intro article-teaser header-teaser headers-teaser
        intro introduction dek deck chapo chapeau vorspann sapo sub-?title sub-?headline sub-?heading
        entradilla ingress kicker-text article-summary article-excerpt article-description"""),
    ),
    (
        "teaser",
        _pattern("""
        teasers? tease teasered related relacionad[ao]s? recommend recommended recommendations? recirc
        promos? promotion cards? more-from more-on more-stories more-news more-articles more-in readmore
        read-more read-also also-read see-also lire-aussi leer-mas most-read most-popular most-viewed
        trending popular latest headlines newsfeed carousel slider swiper similar up-next next-article
        story-list weitere mehr listing widget"""),
    ),
    (
        "byline",
        _pattern("""
        bylines? authors? autor autore[ns]? auteur dateline datelines timestamp pubdate pub-date
        publish-date published posted-on entry-meta article-meta post-meta meta-info"""),
    ),
    (
        "tag",
        _pattern("""
        tags tag-list tag-cloud taglist topics topic-list keywords schlagworte schlagwort themen"""),
    ),
    (
        "nav",
        _pattern("""
        nav navigation navbar menus? submenu breadcrumbs? pagination pager sidebar toolbar masthead topbar
        skip-link toc tabs"""),
    ),
    ("footer", _pattern("footer foot colophon imprint impressum legal")),
)
_BODY = _pattern("""
        article-body articlebody article-text articletext article-content articlecontent article-copy
        article-main article-paragraph article-detail article-inner article-section story-body storybody
        story-text story-content storycontent entry-content entry-body entrytext post-content postcontent
        post-body post-text postbody post-entry content-body content-text contentbody body-content body-text
        body-copy bodytext bodycopy text-body news-text news-body news-content newstext single-content
        page-content td-post-content paywall richtext rich-text copytext copy-text textblock text-block
        text-module textmodule textabsatz text-formatted name-body article-contents article-block
        story-elements ql-editor fck-detail rte wysiwyg prose paragraphs? artikel-text artikeltext
        artikel-body artikelbody artikel-content beitrag-text cuerpo cuerpo-noticia texto corps corpo
        detail-body detail-content field-body""")


@lru_cache(maxsize=32768)
def hint_of_names(names: str) -> Hint | None:
    """Return what an element's names (parted by spaces) say of it: the body goes before all else."""
    found: Hint | None = None
    for name in names.split():
        hint = _hint_of(name)
        if hint == "body":
            return hint
        found = found or hint
    return found


@lru_cache(maxsize=32768)
def _hint_of(name: str) -> Hint | None:
    parts = _WORDS.findall(name)
    words = f"-{'-'.join(parts).lower()}-"
    if len(parts) > MAX_WORDS or _STATES.match(words):
        return None
    for hint, pattern in _FURNITURE:
        if pattern.search(words):
            return hint
    return "body" if _BODY.search(words) else None


def names_of(attributes: Mapping[str, str]) -> str:
    """Return the names an element has, of `class`, `id` and their like."""
    names = [attributes[key] for key in attributes if key in NAMED_BY]
    return " ".join(names)[:MAX_NAME_CHARS] if names else ""
