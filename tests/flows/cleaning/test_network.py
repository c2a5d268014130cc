"""The network: what it says of lines, in whole numbers, whatever else it is asked with them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from flows.cleaning.line_model import load_line_model
from flows.cleaning.network import (
    INPUT_STEPS,
    MOST_PRODUCTS,
    MOST_VALUE,
    REACH,
    VALUE_STEPS,
    WEIGHT_STEPS,
    Floats,
    Intervals,
    Layer,
    Network,
    Networks,
    parts_of,
    read_networks,
)

INPUTS, UNITS = 5, 4
INTERVALS = Intervals(
    input=np.array([0, 0, 0, 1, 1, 2, 3, 4, 4], dtype=np.int16),
    low=np.array([-2, -0.5, 0.25, -1, 1, 0, -3, 0, 0.5], dtype=np.float32),
    high=np.array([-0.5, 0.25, 3, 1, 1.5, 1, 3, 0.5, 4], dtype=np.float32),
)
DOCUMENT = np.repeat(np.arange(6), [1, 30, 3, 12, 2, 52])
Numbers = npt.NDArray[np.float64]


def layer(random: np.random.RandomState, outputs: int, inputs: int) -> Layer:
    weight = random.randint(-WEIGHT_STEPS, WEIGHT_STEPS + 1, (outputs, inputs)).astype(np.float32)
    return Layer(
        weight, np.float32(1.2 / WEIGHT_STEPS / np.sqrt(inputs)), random.normal(size=outputs).astype(np.float32)
    )


def made(seed: int) -> Network:
    random = np.random.RandomState(seed)
    return Network(
        first=layer(random, UNITS, len(INTERVALS.low)),
        around=[layer(random, UNITS, 3 * UNITS) for _ in REACH],
        whole=layer(random, UNITS, 2 * UNITS),
        last=layer(random, 1, UNITS),
        direct=layer(random, 1, len(INTERVALS.low)),
    )


@pytest.fixture
def networks() -> Networks:
    return Networks(INTERVALS, [made(5), made(8)])


@pytest.fixture
def inputs() -> Floats:
    return np.random.RandomState(6).normal(scale=2, size=(INPUTS, len(DOCUMENT))).astype(np.float32)


def in_steps(values: Numbers) -> Numbers:
    step = MOST_VALUE / VALUE_STEPS
    return np.clip(np.rint(values / step), 0, VALUE_STEPS) * step


def of(layer: Layer, values: Numbers) -> Numbers:
    return np.asarray((layer.weight.astype(np.float64) * layer.scale) @ values + layer.bias)


def line_by_line(network: Network, inputs: Floats) -> list[float]:
    """What a network says of the lines of one document, one after the other and in plain numbers."""
    low, high = INTERVALS.low[:, None].astype(np.float64), INTERVALS.high[:, None].astype(np.float64)
    told = np.rint((inputs[INTERVALS.input] - low) / (high - low) * INPUT_STEPS) / INPUT_STEPS
    given = np.clip(told, 0, 1).T
    values = [in_steps(of(network.first, own)) for own in given]
    nothing = np.zeros(UNITS)
    for reach, around in zip(REACH, network.around, strict=True):
        above = [values[n - reach] if n >= reach else nothing for n in range(len(values))]
        below = [values[n + reach] if n + reach < len(values) else nothing for n in range(len(values))]
        seen = [np.concatenate(three) for three in zip(above, values, below, strict=True)]
        values = [
            np.minimum(own + in_steps(of(around, beside)), MOST_VALUE) for own, beside in zip(values, seen, strict=True)
        ]
    whole = in_steps(of(network.whole, np.concatenate([np.max(values, axis=0), np.mean(values, axis=0)])))
    return [
        float((of(network.last, own + whole) + of(network.direct, line))[0])
        for own, line in zip(values, given, strict=True)
    ]


def test_they_say_what_their_layers_say_line_by_line(networks: Networks, inputs: Floats) -> None:
    found = networks.log_odds(inputs, DOCUMENT)
    expected = [
        np.mean(each)
        for number in range(6)
        for each in zip(*(line_by_line(one, inputs[:, number == DOCUMENT]) for one in networks.members), strict=True)
    ]
    assert np.std(expected) > 0.3
    assert found == pytest.approx(expected, abs=0.05)  # a value may be rounded to the step beside


def test_a_value_is_told_by_how_far_it_is_through_each_of_its_intervals() -> None:
    told = INTERVALS.steps(np.array([[-9, -2, -1.25, 0.25, 9]] * INPUTS, dtype=np.float32))
    assert told[:3].tolist() == [[0, 0, 25, 50, 50], [0, 0, 0, 50, 50], [0, 0, 0, 0, 50]]


def test_a_documents_odds_are_the_same_to_the_last_bit_whatever_it_is_asked_with(
    networks: Networks, inputs: Floats
) -> None:
    together = networks.log_odds(inputs, DOCUMENT)
    for number in range(6):
        own = number == DOCUMENT
        assert networks.log_odds(inputs[:, own], DOCUMENT[own]).tolist() == together[own].tolist()
    turned = np.argsort(-DOCUMENT, kind="stable")
    backwards = networks.log_odds(inputs[:, turned], 5 - DOCUMENT[turned])
    assert backwards.tolist() == together[turned].tolist()


@pytest.mark.parametrize("same", [[0], [1, 2], range(INPUTS)])
def test_what_is_the_same_of_all_lines_counts_as_where_it_differs(
    networks: Networks, inputs: Floats, same: Sequence[int]
) -> None:
    """Inputs that are alike in a document, as HTML's are of plain text, beside one in which they aren't."""
    own = DOCUMENT == 3
    inputs[np.ix_(same, own)] = 0.6
    alone, together = networks.log_odds(inputs[:, own], DOCUMENT[own]), networks.log_odds(inputs, DOCUMENT)
    assert alone.tolist() == together[own].tolist()
    inputs[np.ix_(same, own)] = 0.1
    assert (networks.log_odds(inputs[:, own], DOCUMENT[own]) != alone).any()


def test_sums_are_exact_in_any_order(networks: Networks, inputs: Floats) -> None:
    """The same intervals and weights in another order are summed up in another order."""
    order = np.random.RandomState(7).permutation(len(INTERVALS.low))
    intervals = Intervals(INTERVALS.input[order], INTERVALS.low[order], INTERVALS.high[order])
    members = [
        replace(one, first=_in_order(one.first, order), direct=_in_order(one.direct, order)) for one in networks.members
    ]
    other = Networks(intervals, members)
    assert other.log_odds(inputs, DOCUMENT).tolist() == networks.log_odds(inputs, DOCUMENT).tolist()


def _in_order(layer: Layer, order: npt.NDArray[np.int64]) -> Layer:
    return replace(layer, weight=layer.weight[:, order])


def test_what_stands_beyond_the_reach_of_all_convolutions_counts_by_the_page_alone(
    networks: Networks, inputs: Floats
) -> None:
    (network, _) = networks.members
    deaf = replace(network, whole=replace(network.whole, weight=np.zeros_like(network.whole.weight)))
    alone = Networks(INTERVALS, [deaf])
    before = alone.log_odds(inputs, DOCUMENT)
    changed = inputs.copy()
    line = len(DOCUMENT) - 1
    changed[:, line] += 3
    after = alone.log_odds(changed, DOCUMENT)
    far = np.arange(len(DOCUMENT)) < line - sum(REACH)
    assert (before[far] == after[far]).all()
    assert (before[~far] != after[~far]).any()


def test_no_product_is_so_large_that_a_library_would_start_threads(inputs: Floats, monkeypatch: Any) -> None:
    sizes = []
    matmul = np.matmul

    def counted(weight: Floats, values: Floats, **into: Any) -> Any:
        sizes.append(weight.size * values.shape[-1])
        return matmul(weight, values, **into)

    monkeypatch.setattr("flows.cleaning.network.np.matmul", counted)
    many = 3_000
    Networks(INTERVALS, [made(5)]).log_odds(np.resize(inputs, (INPUTS, many)), np.repeat(np.arange(30), 100))
    assert 0 < max(sizes) <= MOST_PRODUCTS
    assert sum(sizes) > MOST_PRODUCTS
    monkeypatch.undo()
    shipped = load_line_model().networks
    assert all(network.first.weight.size <= MOST_PRODUCTS for network in shipped.members)


def test_no_lines_have_no_odds(networks: Networks) -> None:
    assert networks.log_odds(np.zeros((INPUTS, 0), dtype=np.float32), DOCUMENT[:0]).tolist() == []


@pytest.mark.parametrize("weight", [0.5, 10_000.0])
def test_weights_whose_sums_arent_exact_are_refused(weight: float) -> None:
    network = made(5)
    wrong = replace(network.whole, weight=np.full_like(network.whole.weight, weight))
    with pytest.raises(ValueError, match="small whole numbers; train again"):
        replace(network, whole=wrong)


def test_intervals_without_width_and_models_without_networks_are_refused() -> None:
    with pytest.raises(ValueError, match="no width; train again"):
        replace(INTERVALS, high=INTERVALS.low)
    with pytest.raises(ValueError, match="no network; train again"):
        Networks(INTERVALS, [])


def test_networks_are_made_again_of_their_parts(networks: Networks, inputs: Floats) -> None:
    parts = parts_of(networks)
    assert read_networks(parts).log_odds(inputs, DOCUMENT).tolist() == networks.log_odds(inputs, DOCUMENT).tolist()
    with pytest.raises(KeyError, match="1_whole_scale"):
        read_networks({name: part for name, part in parts.items() if name != "1_whole_scale"})
