"""What removed lines are that no rule knows: guessed from their shape, their place and their neighbours."""

import numpy as np
import pyarrow as pa

from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.patterns import compiled
from flows.cleaning.signs import Signs

GUESSES = (
    "navigation", "teaser", "prompt", "footer", "comments", "caption", "author_bio", "byline", "tags", "unknown",
)  # fmt: skip
NAVIGATION, TEASER, PROMPT, FOOTER, COMMENTS, CAPTION, AUTHOR_BIO, BYLINE, TAGS, UNKNOWN = range(len(GUESSES))

TEASER_WORDS = 4
"""A removed line of this many words that isn't prose is most likely the headline of another story."""
TAIL = 4
"""Short lines this near the end of the text belong to the footer, whatever stands above them."""
_LEGAL = (
    r"(?i)©|\(c\)|copyright|rights reserved|rechte vorbehalten|droits réservés|diritti riservati|derechos reservados"
)
_BIO = (
    r"(?i)^[\pL.'’ -]{4,40}\b(?:"
    r"is|are|was|has|have|covers|writes|reports|joined|works|ist|sind|war|schreibt|arbeitet|berichtet|est|"
    r"couvre|écrit|è|scrive|es|escribe|é|escreve"
    r")\b.{0,80}\b(?:"
    r"reporter|correspondent|editor|columnist|journalist|writer|contributor|freelance|redakteur|redakteurin|"
    r"korrespondent|korrespondentin|journalistin|autorin|autor|journaliste|correspondante?|rédacteur|"
    r"rédactrice|chroniqueu(?:r|se)|giornalista|corrispondente|redattore|redattrice|periodista|corresponsal|"
    r"redactora?|jornalista|correspondente|repórter"
    r")\b"
)
"""Who wrote it, in a sentence. It names lines that are removed anyway: in a story the same words are news."""


def guess_roles(decisions: Decisions, entries: Ints, signs: Signs) -> Ints:
    """Return what the removed lines `entries` are, as indices into GUESSES; what `signs` tells goes before looks."""
    lines, code = decisions.lines, decisions.lines.code[entries]
    document = lines.document[entries]
    first, last, title = decisions.first[document], decisions.last[document], decisions.title[document]
    head = np.where((title >= 0) & (title < first), title, first)
    prose = decisions.shapes.prose[code]
    headline = _like_headlines(decisions)
    guess = np.where(entries < head, NAVIGATION, FOOTER)
    guess[(entries >= head) & (entries < last)] = UNKNOWN
    guess[headline[entries]] = TEASER
    _between(decisions, entries, guess, headline)
    _prose(decisions, entries, guess, headline)
    _beside_captions(decisions, entries, guess)
    below = entries >= head
    guess[_says(decisions, entries, _LEGAL, below)] = FOOTER
    guess[_says(decisions, entries, _BIO, below & (prose | headline[entries]))] = AUTHOR_BIO
    for role, signed in ((BYLINE, list(signs.authors)), (TAGS, signs.tags), (TEASER, signs.listed)):
        guess[np.isin(entries, signed)] = role
    return guess


def _like_headlines(decisions: Decisions) -> Bools:
    shapes, code = decisions.shapes, decisions.lines.code
    result: Bools = ((shapes.words >= TEASER_WORDS) & ~shapes.prose)[code]
    return result


def _between(decisions: Decisions, entries: Ints, guess: Ints, headline: Bools) -> None:
    """Short lines: beside another story's headline they are its kicker; on most pages of the site, its menu."""
    lines = decisions.lines
    short = ~headline[entries] & ~decisions.shapes.prose[lines.code[entries]]
    outside = guess != UNKNOWN
    teaser = headline & ~decisions.kept & (decisions.match < 0)
    beside = (_above(lines, teaser) | _below(lines, teaser))[entries]
    near_end = entries >= lines.starts[lines.document[entries] + 1] - TAIL
    kicker = short & outside & beside & ~decisions.template[entries] & ~near_end
    guess[kicker] = TEASER
    guess[short & ~outside] = PROMPT
    guess[short & _after(decisions, "comments")[entries] & ~decisions.template[entries]] = COMMENTS


def _prose(decisions: Decisions, entries: Ints, guess: Ints, headline: Bools) -> None:
    """Sentences: below another story's headline its summary, below "Comments" one of these, if repeated a prompt."""
    lines = decisions.lines
    prose = decisions.shapes.prose[lines.code[entries]]
    template = (decisions.template | decisions.overruled.pinned)[entries]
    teaser = headline & ~decisions.kept & (decisions.match < 0)
    guess[prose] = np.where(template, PROMPT, UNKNOWN)[prose]
    guess[prose & _above(lines, teaser)[entries]] = TEASER
    guess[prose & ~template & _after(decisions, "comments")[entries]] = COMMENTS


def _beside_captions(decisions: Decisions, entries: Ints, guess: Ints) -> None:
    """Within the article, a line that repeats nowhere and stands beside a picture credit is the picture's caption."""
    lines = decisions.lines
    caption = np.array([*(match.role == "caption" for match in decisions.matches), False])[decisions.match]
    document = lines.document[entries]
    inside = (entries >= decisions.first[document]) & (entries < decisions.last[document])
    beside = (_above(lines, caption) | _below(lines, caption))[entries]
    guess[inside & beside & ~decisions.template[entries]] = CAPTION


def _above(lines: Lines, marks: Bools) -> Bools:
    """Mark the lines whose line above is marked."""
    result = np.zeros(len(marks), dtype=bool)
    result[1:] = marks[:-1] & (lines.document[1:] == lines.document[:-1])
    return result


def _below(lines: Lines, marks: Bools) -> Bools:
    """Mark the lines whose line below is marked."""
    result = np.zeros(len(marks), dtype=bool)
    result[:-1] = marks[1:] & (lines.document[1:] == lines.document[:-1])
    return result


def _after(decisions: Decisions, role: str) -> Bools:
    """Mark the lines below the article that follow a line of a role, with no other label between."""
    lines = decisions.lines
    roles = [match.role for match in decisions.matches]
    labels = np.array([*(one in ("comments", "prompt", "footer", "teaser", "navigation") for one in roles), False])
    wanted = np.array([*(one == role for one in roles), False])
    is_label = labels[decisions.match] & (decisions.block < 0)
    latest = lines.last_marked(is_label)
    below = (latest >= decisions.last[lines.document]) & (np.arange(len(lines)) > latest)
    result: Bools = below & (latest >= 0) & wanted[decisions.match[np.maximum(latest, 0)]]
    return result


def load_patterns() -> None:
    """Compile what tells some roles by."""
    compiled(_LEGAL)
    compiled(_BIO)


def _says(decisions: Decisions, entries: Ints, pattern: str, where: Bools) -> Bools:
    """Mark the entries at `where` that match a pattern; each distinct line is looked at once."""
    codes, inverse = np.unique(decisions.lines.code[entries[where]], return_inverse=True)
    texts = decisions.lines.distinct.take(pa.array(codes)).to_pylist()
    program = compiled(pattern)
    result = np.zeros(len(entries), dtype=bool)
    result[where] = np.array([bool(program.search(text)) for text in texts], dtype=bool)[inverse]
    return result
