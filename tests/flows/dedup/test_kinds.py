"""Kinds: what a duplicate is to its keeper."""

import numpy as np
import pytest

from flows.dedup.kinds import kinds_of


@pytest.mark.parametrize(
    ("same_site", "exact", "credited", "kind"),
    [
        (False, False, True, "wire"),
        (False, True, True, "wire"),
        (True, False, False, "update"),
        (True, False, True, "update"),
        (True, True, True, "reprint"),
        (False, False, False, "reprint"),
        (False, True, False, "reprint"),
    ],
)
def test_an_agencys_text_on_another_site_is_wire_copy_and_a_changed_one_on_its_own_an_update(
    same_site: bool, exact: bool, credited: bool, kind: str
) -> None:
    given = {"same_site": same_site, "exact": exact, "credited": credited}
    assert kinds_of(**{name: np.array([value]) for name, value in given.items()}).to_pylist() == [kind]
