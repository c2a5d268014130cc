"""The network: what it says of lines, in whole numbers, whatever else it is asked with them."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from flows.cleaning.network import (
    INPUT_STEPS,
    MOST_DEVIATIONS,
    MOST_VALUE,
    REACH,
    VALUE_STEPS,
    WEIGHT_STEPS,
    Floats,
    Layer,
    Network,
    parts_of,
    read_networks,
)

INPUTS, UNITS = 9, 4
DOCUMENT = np.repeat(np.arange(6), [1, 30, 3, 12, 2, 52])
Numbers = npt.NDArray[np.float64]


def layer(random: np.random.RandomState, outputs: int, inputs: int) -> Layer:
    weight = random.randint(-WEIGHT_STEPS, WEIGHT_STEPS + 1, (outputs, inputs)).astype(np.float32)
    return Layer(
        weight, np.float32(0.4 / WEIGHT_STEPS / np.sqrt(inputs)), random.normal(size=outputs).astype(np.float32)
    )


@pytest.fixture
def network() -> Network:
    random = np.random.RandomState(5)
    return Network(
        mean=random.normal(size=INPUTS).astype(np.float32),
        deviation=random.uniform(0.5, 2, INPUTS).astype(np.float32),
        first=layer(random, UNITS, INPUTS),
        around=[layer(random, UNITS, 3 * UNITS) for _ in REACH],
        whole=layer(random, UNITS, 2 * UNITS),
        last=layer(random, 1, UNITS),
        direct=layer(random, 1, INPUTS),
    )


@pytest.fixture
def inputs() -> Floats:
    return np.random.RandomState(6).normal(scale=2, size=(INPUTS, len(DOCUMENT))).astype(np.float32)


def in_steps(values: Numbers) -> Numbers:
    step = MOST_VALUE / VALUE_STEPS
    return np.clip(np.rint(values / step), 0, VALUE_STEPS) * step


def of(layer: Layer, values: Numbers) -> Numbers:
    return np.asarray((layer.weight.astype(np.float64) * layer.scale) @ values + layer.bias)


def line_by_line(network: Network, inputs: Floats) -> list[float]:
    """What the network says of the lines of one document, one after the other and in plain numbers."""
    told = np.rint((inputs - network.mean[:, None]) / network.deviation[:, None] * INPUT_STEPS) / INPUT_STEPS
    given = np.clip(told, -MOST_DEVIATIONS, MOST_DEVIATIONS).T
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


def test_it_says_what_its_layers_say_line_by_line(network: Network, inputs: Floats) -> None:
    found = network.log_odds(inputs.copy(), DOCUMENT)
    expected = [odds for number in range(6) for odds in line_by_line(network, inputs[:, number == DOCUMENT])]
    assert np.std(expected) > 0.3
    assert found == pytest.approx(expected, abs=0.02)  # a value may be rounded to the step beside


def test_a_documents_odds_are_the_same_to_the_last_bit_whatever_it_is_asked_with(
    network: Network, inputs: Floats
) -> None:
    together = network.log_odds(inputs.copy(), DOCUMENT)
    for number in range(6):
        own = number == DOCUMENT
        assert network.log_odds(inputs[:, own].copy(), DOCUMENT[own]).tolist() == together[own].tolist()
    turned = np.argsort(-DOCUMENT, kind="stable")
    backwards = network.log_odds(inputs[:, turned].copy(), 5 - DOCUMENT[turned])
    assert backwards.tolist() == together[turned].tolist()


def test_sums_are_exact_in_any_order(network: Network, inputs: Floats) -> None:
    """The same inputs and weights in another order are summed up in another order."""
    order = np.random.RandomState(7).permutation(INPUTS)
    first, direct = (replace(each, weight=each.weight[:, order]) for each in (network.first, network.direct))
    other = replace(network, mean=network.mean[order], deviation=network.deviation[order], first=first, direct=direct)
    assert other.log_odds(inputs[order], DOCUMENT).tolist() == network.log_odds(inputs.copy(), DOCUMENT).tolist()


def test_what_stands_beyond_the_reach_of_all_convolutions_counts_by_the_page_alone(
    network: Network, inputs: Floats
) -> None:
    alone = replace(network, whole=replace(network.whole, weight=np.zeros_like(network.whole.weight)))
    before = alone.log_odds(inputs.copy(), DOCUMENT)
    changed = inputs.copy()
    line = len(DOCUMENT) - 1
    changed[:, line] += 3
    after = alone.log_odds(changed, DOCUMENT)
    far = np.arange(len(DOCUMENT)) < line - sum(REACH)
    assert (before[far] == after[far]).all()
    assert (before[~far] != after[~far]).any()


def test_no_lines_have_no_odds(network: Network) -> None:
    assert network.log_odds(np.zeros((INPUTS, 0), dtype=np.float32), DOCUMENT[:0]).tolist() == []


@pytest.mark.parametrize("weight", [0.5, 10_000.0])
def test_weights_whose_sums_arent_exact_are_refused(network: Network, weight: float) -> None:
    wrong = replace(network.whole, weight=np.full_like(network.whole.weight, weight))
    with pytest.raises(ValueError, match="small whole numbers; train again"):
        replace(network, whole=wrong)


def test_networks_are_made_again_of_their_parts(network: Network, inputs: Floats) -> None:
    other = replace(network, mean=network.mean + 1)
    again = read_networks(parts_of([network, other]))
    for one, same in zip([network, other], again, strict=True):
        assert same.log_odds(inputs.copy(), DOCUMENT).tolist() == one.log_odds(inputs.copy(), DOCUMENT).tolist()
    with pytest.raises(KeyError, match="1_whole_scale"):
        read_networks({name: part for name, part in parts_of([network, other]).items() if name != "1_whole_scale"})
