"""A small network of convolutions over the lines of a document, in whole numbers and plain numpy.

Trees look at a line and at what stands a few lines around it; the network passes on from line to line what it makes of
each, so that a section is seen as one. What it adds up are whole numbers small enough for floats to hold exactly: a
line's score doesn't depend on the order of sums, on what else is scored with its document, nor on the machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Ints

Floats = npt.NDArray[np.float32]

REACH = (1, 2, 4, 8)
"""How far away the lines are that each convolution looks at, above and below."""
GAP = max(REACH)
"""Empty places between two documents: no convolution sees from one into the other."""
WEIGHT_STEPS = 127
INPUT_STEPS, MOST_DEVIATIONS = 50, 5
"""An input is told in fiftieths of its standard deviation, up to five of them."""
VALUE_STEPS, MOST_VALUE = 2047, 30.0
"""What a unit says is told in so many steps from 0 to MOST_VALUE."""
AT_ONCE = 224
"""Lines multiplied at once. For larger products libraries start threads: with a process on each core these wait for
each other (fifteen times as long was seen), and they don't outlive a fork. A quarter slower than one at rest."""
EXACT = 1 << 24
"""Whole numbers below this are exact in single precision, and so are sums that stay below it."""
_STEP, _INPUT_STEP = np.float32(MOST_VALUE / VALUE_STEPS), np.float32(1 / INPUT_STEPS)


@dataclass(frozen=True, eq=False)
class Layer:
    """Weights in whole numbers, of inputs in whole numbers."""

    weight: Floats
    """Shape (outputs, inputs): from -WEIGHT_STEPS to WEIGHT_STEPS."""
    scale: np.float32
    """What a weight of 1 stands for."""
    bias: Floats
    """Shape (outputs,)."""

    def values(self, inputs: Floats, step: np.float32) -> Floats:
        """Return what comes of inputs told in steps, shape (outputs, lines)."""
        result = np.empty((len(self.weight), inputs.shape[1]), dtype=np.float32)
        for first in range(0, inputs.shape[1], AT_ONCE):
            some = slice(first, first + AT_ONCE)
            np.matmul(self.weight, inputs[:, some], out=result[:, some])
        result *= self.scale * step
        result += self.bias[:, None]
        return result

    def steps(self, inputs: Floats, step: np.float32) -> Floats:
        """Return the same in steps, 0 for what is below 0."""
        result = self.values(inputs, step)
        result *= 1 / _STEP
        np.rint(result, out=result)
        return result.clip(0, VALUE_STEPS, out=result)

    def check(self, most_input: int) -> None:
        """Raise ValueError if sums of inputs up to `most_input` may not be exact."""
        if np.abs(self.weight).sum(axis=1).max() * most_input >= EXACT or (self.weight != np.rint(self.weight)).any():
            raise ValueError("the network's weights aren't small whole numbers; train again")


@dataclass(frozen=True, eq=False)
class Network:
    """Layers over the inputs of lines; how each comes after the other is told in `log_odds`."""

    mean: Floats
    deviation: Floats
    """Of each input, shape (inputs,)."""
    first: Layer
    around: Sequence[Layer]
    """A convolution for each of REACH: of the line above, the line itself, the line below."""
    whole: Layer
    """Of the greatest and the mean value of each unit over the document."""
    last: Layer
    direct: Layer
    """Of the inputs, added to what the last layer says."""

    def __post_init__(self) -> None:
        for layer in (self.first, self.direct):
            layer.check(INPUT_STEPS * MOST_DEVIATIONS)
        for layer in (*self.around, self.whole):
            layer.check(VALUE_STEPS)
        self.last.check(2 * VALUE_STEPS)

    def log_odds(self, inputs: Floats, document: Ints) -> Floats:
        """Return the log odds of each line being the article.

        `inputs` has a row per input and is overwritten, `document` is ascending, one entry per line.
        """
        begins = np.diff(document, prepend=-1) != 0
        starts, number = np.flatnonzero(begins), np.cumsum(begins) - 1
        if not len(starts):
            return np.zeros(0, dtype=np.float32)
        given = self._in_steps(inputs)
        place = np.arange(len(document)) + GAP * (number + 1)
        values = self._seen_around(self.first.steps(given, _INPUT_STEP), place).take(place, axis=1)
        values += self.whole.steps(_of_documents(values, starts), _STEP).take(number, axis=1)
        result: Floats = (self.last.values(values, _STEP) + self.direct.values(given, _INPUT_STEP))[0]
        return result

    def _in_steps(self, inputs: Floats) -> Floats:
        inputs -= self.mean[:, None]
        inputs *= (np.float32(INPUT_STEPS) / self.deviation)[:, None]
        np.rint(inputs, out=inputs)
        most = INPUT_STEPS * MOST_DEVIATIONS
        return inputs.clip(-most, most, out=inputs)

    def _seen_around(self, own: Floats, place: Ints) -> Floats:
        """Return what the convolutions make of the values of lines, at their places among empty ones."""
        units, size = len(own), int(place[-1]) + 1 + GAP
        values = np.zeros((units, size), dtype=np.float32)
        values[:, place] = own
        filled = np.zeros(size, dtype=np.float32)
        filled[place] = 1
        inner = slice(GAP, size - GAP)
        beside = np.empty((3 * units, size - 2 * GAP), dtype=np.float32)
        for reach, layer in zip(REACH, self.around, strict=True):
            beside[:units] = values[:, GAP - reach : size - GAP - reach]
            beside[units : 2 * units] = values[:, inner]
            beside[2 * units :] = values[:, GAP + reach : size - GAP + reach]
            added = layer.steps(beside, _STEP)
            added += values[:, inner]
            np.minimum(added, VALUE_STEPS, out=added)
            np.multiply(added, filled[inner], out=values[:, inner])
        return values


LAYERS = ("first", *(f"around{reach}" for reach in REACH), "whole", "last", "direct")


def parts_of(networks: Sequence[Network]) -> dict[str, npt.NDArray[np.generic]]:
    """Return what networks consist of, each part by its name; `read_networks` makes them again."""
    parts: dict[str, npt.NDArray[np.generic]] = {}
    for number, network in enumerate(networks):
        layers = (network.first, *network.around, network.whole, network.last, network.direct)
        parts |= {f"{number}_mean": network.mean, f"{number}_deviation": network.deviation}
        for name, layer in zip(LAYERS, layers, strict=True):
            parts[f"{number}_{name}_weight"] = layer.weight.astype(np.int8)
            parts[f"{number}_{name}_scale"] = np.array(layer.scale)
            parts[f"{number}_{name}_bias"] = layer.bias
    return parts


def read_networks(parts: Mapping[str, npt.NDArray[Any]]) -> tuple[Network, ...]:
    """Return the networks that consist of `parts`.

    Raises KeyError where a part is missing, ValueError where the sums of a network wouldn't be exact.
    """
    count = sum(name.endswith("_mean") for name in parts)
    return tuple(_read_network(parts, f"{number}_") for number in range(count))


def _read_network(parts: Mapping[str, npt.NDArray[Any]], name: str) -> Network:
    layers = {
        layer: Layer(
            parts[f"{name}{layer}_weight"].astype(np.float32),
            np.float32(parts[f"{name}{layer}_scale"]),
            parts[f"{name}{layer}_bias"],
        )
        for layer in LAYERS
    }
    around = [layers.pop(f"around{reach}") for reach in REACH]
    return Network(parts[f"{name}mean"], parts[f"{name}deviation"], around=around, **layers)


def _of_documents(values: Floats, starts: Ints) -> Floats:
    """Return the greatest and the mean value of each unit in each document, shape (2 units, documents)."""
    sizes = np.diff(starts, append=values.shape[1])
    greatest = np.maximum.reduceat(values, starts, axis=1)
    mean = np.rint(np.add.reduceat(values, starts, axis=1, dtype=np.float64) / sizes)
    return np.concatenate([greatest, mean.astype(np.float32)])
