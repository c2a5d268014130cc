"""What lines are about, beside the rest of their document."""

import numpy as np
import pyarrow as pa

from flows.cleaning.characters import read_characters
from flows.cleaning.topics import Topics

LINES = ["The ferry leaves harbour", "The harbour board moved the ferry", "Bread, butter and marmalade", "one two"]
TOPICS = Topics(read_characters(pa.array(LINES, pa.large_string())).words)


def shared(code: list[int], document: list[int], core: list[bool]) -> list[float]:
    share, _ = TOPICS.shared(np.array(code), np.array(document), core=np.array(core))
    return [round(float(value), 3) for value in share]


def test_a_line_shares_its_long_words_with_the_prose_of_its_document() -> None:
    assert shared([0, 1, 2], [0, 0, 0], [False, True, False]) == [0.667, 0.0, 0.0]


def test_prose_is_compared_with_other_prose_than_itself() -> None:
    assert shared([0, 1], [0, 0], [True, True]) == [0.667, 0.5]


def test_other_documents_say_nothing() -> None:
    assert shared([0, 1], [0, 1], [False, True]) == [0.0, 0.0]


def test_a_line_without_long_words_shares_none() -> None:
    share, words = TOPICS.shared(np.array([3]), np.array([0]), core=np.array([True]))
    assert share.tolist() == words.tolist() == [0.0]
