"""The line model: its weights, its trees, and what it makes of any text."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.cleaning.choice import choose_rules
from flows.cleaning.decide import Decisions, decide
from flows.cleaning.ground import Pages
from flows.cleaning.line_model import CHUNK_LINES, SHIPPED, LineModel, load_line_model, near
from flows.errors import SettingsError
from flows.settings import load_settings
from flows.sites import load_profiles
from flows.sites.overrides import Overrides
from schemas import DOCUMENTS

STORY = [
    "The island ferry will leave at seven as well as at nine from April, the harbour board said on Monday.",
    "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn.",
    "A crew of four has been hired, and the old mate returns from his retirement for the first summer.",
]


def decided(*texts: str, markup: list[Any] | None = None, model: LineModel | None = None) -> Decisions:
    count = len(texts)
    pages = Pages(
        texts=pa.array(texts, pa.string()),
        titles=pa.nulls(count, pa.string()),
        sites=[f"{n}.example" for n in range(count)],
        site=np.arange(count),
        url=np.full(count, -1),
        fetched=np.zeros(count, dtype=np.int64),
        markup=pa.array(markup, DOCUMENTS.schema.field("markup").type) if markup else None,
    )
    rules = choose_rules(load_profiles(), pages.sites, site=pages.site, fetched=pages.fetched)
    return decide(pages, rules, load_settings(), Overrides({}), model=model or load_line_model())


def test_the_weights_that_ship_are_small_and_their_card_names_them() -> None:
    model = load_line_model()
    card = (SHIPPED.parent / "CARD.md").read_text(encoding="utf-8")
    assert f"version `{model.version}`" in card
    assert SHIPPED.stat().st_size < 1_000_000
    assert "benchmarks/train_line_model.py" in card


@pytest.mark.parametrize("content", [b"", b"no weights", None])
def test_weights_that_cant_be_used_are_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"line model .*own\.npz can't be used"):
        load_line_model(path)


def test_weights_for_other_features_are_refused_by_name(tmp_path: Path) -> None:
    with np.load(SHIPPED) as held:
        parts = dict(held)
    parts["features"] = np.array(["length", *parts["features"][1:]])
    np.savez(tmp_path / "other.npz", **parts)
    with pytest.raises(SettingsError, match=r"made for other features \(length, width\); train again"):
        load_line_model(tmp_path / "other.npz")


def test_furniture_is_looked_at_near_to_what_may_be_the_article() -> None:
    marked = np.array([False, True, False, False, False, False, False, False, True])
    document = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1])
    assert near(marked, document).tolist() == [True, True, True, True, False, False, False, True, True]
    assert near(marked[:0], document[:0]).tolist() == []


def test_a_score_depends_on_its_own_document_alone() -> None:
    text = "\n".join(["Menu bar", "Ferry gains a second crossing", *STORY, "Our printers"])
    alone = decided(text)
    many = decided(*(["Another page\nwith lines of its own"] * 5), text)
    last = many.lines.document == 5
    assert many.scores[last].tolist() == alone.scores.tolist()


def test_documents_are_scored_in_parts_as_all_at_once() -> None:
    text = "\n".join(f"{n}th: {sentence}" for n in range(200) for sentence in STORY)
    many = decided(*[text] * (CHUNK_LINES // 600 + 3))
    by_document = many.scores.reshape(-1, 600)
    assert (by_document == by_document[0]).all()


def test_markup_that_doesnt_fit_its_lines_is_left_out_of_account() -> None:
    text = "\n".join(STORY)
    line = {
        "tag": "p", "link_share": 1.0, "region": "nav", "hint": "nav", "in_body": False, "in_list": True, "parent": 0, "depth": 3,
        "in_article_body": False, "in_description": False, "proposed": False,
    }  # fmt: skip
    fits, wrong = decided(text, markup=[[line] * 3]), decided(text, markup=[[line] * 2])
    plain = decided(text)
    assert wrong.scores.tolist() == plain.scores.tolist()
    assert fits.scores.tolist() != plain.scores.tolist()


LINES = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [*STORY, "Share", "港湾局は来月、内港の浚渫を始めると発表した。", "© 2025", "https://x.example/a?b=c", "- item"]
    ),
)


@settings(max_examples=60)
@given(st.lists(st.lists(LINES, min_size=1, max_size=15), min_size=1, max_size=4))
def test_any_text_is_scored_and_what_may_be_an_article_is_never_blank(documents: list[list[str]]) -> None:
    texts = [
        "\n".join(line.encode("utf-8", "replace").decode().replace("\n", " ") for line in own) for own in documents
    ]
    found = decided(*texts)
    lines = found.lines
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    for document in range(len(texts)):
        own = lines.document == document
        maybe = own & ~found.known & ~found.template
        label = maybe.sum() == 1 and not found.shapes.sentence[found.lines.code[maybe]].any()
        assert found.kept[own].any() or not maybe.any() or label
