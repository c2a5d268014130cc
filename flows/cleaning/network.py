"""A small network of convolutions over the lines of a document, in whole numbers and plain numpy.

It is told of each line how far its values are through set intervals, and passes on from line to line what it makes of
each, so that a section is seen as one. What it adds up are whole numbers small enough for floats to hold exactly: a
line's score doesn't depend on the order of sums, on what else is scored with its document, nor on the machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Bools, Ints

Floats = npt.NDArray[np.float32]

REACH = (1, 2, 4, 8)
"""How far away the lines are that each convolution looks at, above and below."""
WEIGHT_STEPS = 127
INPUT_STEPS = 50
"""How far a value is through an interval is told in fiftieths."""
VALUE_STEPS, MOST_VALUE = 2047, 30.0
"""What a unit says is told in so many steps from 0 to MOST_VALUE."""
AT_ONCE = 224
"""Lines whose intervals are told at once: they fit a core's cache."""
MOST_PRODUCTS = 1 << 18
"""Numbers multiplied at once. For more of them libraries start threads: with a process on each core these wait for each
other (fifteen times as long was seen), and they don't outlive a fork."""
ABREAST = 4
"""Columns that libraries multiply side by side: with two left over, a product of 22 took a third longer than of 20."""
EXACT = 1 << 24
"""Whole numbers below this are exact in single precision, and so are sums that stay below it."""
_STEP, _INPUT_STEP = np.float32(MOST_VALUE / VALUE_STEPS), np.float32(1 / INPUT_STEPS)


@dataclass(frozen=True, eq=False)
class Intervals:
    """The intervals of inputs, an entry each; each input has several, one after the other."""

    input: npt.NDArray[np.int16]
    """Whose each is."""
    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        if not (self.high > self.low).all():
            raise ValueError("the networks' intervals have no width; train again")

    def steps(self, inputs: Floats) -> Floats:
        """Return how far each line is through each interval, shape (intervals, lines), from 0 to INPUT_STEPS.

        `inputs` holds a row per input.
        """
        result = inputs.take(self.input, axis=0)
        result -= self.low[:, None]
        result *= (np.float32(INPUT_STEPS) / (self.high - self.low))[:, None]
        np.rint(result, out=result)
        return result.clip(0, INPUT_STEPS, out=result)

    def chosen(self, marked: Bools) -> "Intervals":
        """Return the intervals that are marked."""
        return Intervals(self.input[marked], self.low[marked], self.high[marked])


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
        _multiply(self.weight, inputs, out=result)
        return self.told(result, step)

    def told(self, sums: Floats, step: np.float32) -> Floats:
        """Return what comes of sums of inputs told in steps, in place."""
        sums *= self.scale * step
        sums += self.bias[:, None]
        return sums

    def check(self, most_input: int) -> None:
        """Raise ValueError if sums of inputs up to `most_input` may not be exact."""
        if np.abs(self.weight).sum(axis=1).max() * most_input >= EXACT or (self.weight != np.rint(self.weight)).any():
            raise ValueError("the network's weights aren't small whole numbers; train again")


class _Pages:
    """Which lines are of one document: those of each stand one after the other."""

    def __init__(self, document: Ints) -> None:
        begins = np.diff(document, prepend=-1) != 0
        self.starts = np.flatnonzero(begins)
        self.number = np.cumsum(begins) - 1
        """Each line's document, counted from 0."""
        self.together = {reach: (document[reach:] == document[:-reach]).astype(np.float32) for reach in REACH}
        """By distance: 1 where a line and the one so much further on are of one document, else 0."""

    def greatest_and_mean(self, values: Floats) -> Floats:
        """Return the greatest and the mean value of each unit in each document, shape (2 units, documents)."""
        sizes = np.diff(self.starts, append=values.shape[1])
        greatest = np.maximum.reduceat(values, self.starts, axis=1)
        mean = np.rint(np.add.reduceat(values, self.starts, axis=1, dtype=np.float64) / sizes)
        return np.concatenate([greatest, mean.astype(np.float32)])


@dataclass(frozen=True, eq=False)
class Network:
    """Layers over the intervals of lines; how each comes after the other is told in `log_odds`."""

    first: Layer
    around: Sequence[Layer]
    """A convolution for each of REACH: of the line above, the line itself, the line below."""
    whole: Layer
    """Of the greatest and the mean value of each unit over the document."""
    last: Layer
    direct: Layer
    """Of the intervals, added to what the last layer says."""

    def __post_init__(self) -> None:
        for layer in (self.first, self.direct):
            layer.check(INPUT_STEPS)
        for layer in (*self.around, self.whole):
            layer.check(VALUE_STEPS)
        self.last.check(2 * VALUE_STEPS)

    def log_odds(self, own: Floats, direct: Floats, pages: _Pages) -> Floats:
        """Return the log odds of each line being the article, by the sums of its first and its direct layer."""
        values = self._seen_around(_in_steps(self.first.told(own, _INPUT_STEP)), pages)
        values += _in_steps(self.whole.values(pages.greatest_and_mean(values), _STEP)).take(pages.number, axis=1)
        result: Floats = (self.last.values(values, _STEP) + self.direct.told(direct, _INPUT_STEP))[0]
        return result

    def _seen_around(self, values: Floats, pages: _Pages) -> Floats:
        """Return what the convolutions make of the values of lines; outside of its document a line sees nothing."""
        units, size = values.shape
        beside = np.empty((3 * units, size), dtype=np.float32)
        above, own, below = np.split(beside, 3)
        own[:] = values
        for reach, layer in zip(REACH, self.around, strict=True):
            together = pages.together[reach]
            above[:, :reach], below[:, max(0, size - reach) :] = 0, 0
            np.multiply(own[:, :-reach], together, out=above[:, reach:])
            np.multiply(own[:, reach:], together, out=below[:, :-reach])
            added = _in_steps(layer.values(beside, _STEP))
            added += own
            np.minimum(added, VALUE_STEPS, out=own)
        return own


@dataclass(frozen=True, eq=False)
class Networks:
    """Networks over the same intervals, alike but for the numbers they began with."""

    intervals: Intervals
    members: Sequence[Network]

    def __post_init__(self) -> None:
        if not self.members:
            raise ValueError("there is no network; train again")

    def log_odds(self, inputs: Floats, document: Ints) -> Floats:
        """Return the mean of their log odds of each line being the article.

        `inputs` has a row per input, `document` is ascending, one entry per line.
        """
        total = np.zeros(len(document), dtype=np.float32)
        if not len(document):
            return total
        pages = _Pages(document)
        for network, (own, direct) in zip(self.members, self._of_intervals(inputs), strict=True):
            total += network.log_odds(own, direct, pages)
        return total / np.float32(len(self.members))

    def _of_intervals(self, inputs: Floats) -> list[tuple[Floats, Floats]]:
        """Return the sums of each network's first and direct layer.

        What is the same of all lines, as all that HTML would tell is of plain text, is told once.
        """
        differs = (inputs.min(axis=1) < inputs.max(axis=1))[self.intervals.input]
        intervals, same = self.intervals.chosen(differs), self.intervals.chosen(~differs).steps(inputs[:, :1])
        layers = [layer.weight for network in self.members for layer in (network.first, network.direct)]
        weight = np.concatenate(layers)
        of_same = weight[:, ~differs] @ same
        weight = weight[:, differs]
        sums = np.empty((len(weight), inputs.shape[1]), dtype=np.float32)
        for first in range(0, inputs.shape[1], AT_ONCE):
            some = slice(first, first + AT_ONCE)
            _multiply(weight, intervals.steps(inputs[:, some]), out=sums[:, some])
            sums[:, some] += of_same
        parts = iter(np.split(sums, np.cumsum([len(layer) for layer in layers])[:-1]))
        return list(zip(parts, parts, strict=True))


def _multiply(weight: Floats, inputs: Floats, *, out: Floats) -> None:
    at_once = max(1, MOST_PRODUCTS // max(1, weight.size))
    if at_once > ABREAST:
        at_once -= at_once % ABREAST
    whole = inputs.shape[1] // at_once * at_once
    np.matmul(weight, _parts(inputs[:, :whole], at_once), out=_parts(out[:, :whole], at_once))
    np.matmul(weight, inputs[:, whole:], out=out[:, whole:])


def _parts(values: Floats, columns: int) -> Floats:
    """Return a view of values, shape (parts, rows, columns): numpy multiplies one after the other in a single call."""
    rows, size = values.shape
    return values.reshape(rows, size // columns, columns).swapaxes(0, 1)


def _in_steps(values: Floats) -> Floats:
    """Return what units say in steps, 0 for what is below 0; in place."""
    values *= 1 / _STEP
    np.rint(values, out=values)
    return values.clip(0, VALUE_STEPS, out=values)


LAYERS = ("first", *(f"around{reach}" for reach in REACH), "whole", "last", "direct")


def parts_of(networks: Networks) -> dict[str, npt.NDArray[np.generic]]:
    """Return what networks consist of, each part by its name; `read_networks` makes them again."""
    intervals = networks.intervals
    parts: dict[str, npt.NDArray[np.generic]] = {
        "interval_input": intervals.input,
        "interval_low": intervals.low,
        "interval_high": intervals.high,
    }
    for number, network in enumerate(networks.members):
        layers = (network.first, *network.around, network.whole, network.last, network.direct)
        for name, layer in zip(LAYERS, layers, strict=True):
            parts[f"{number}_{name}_weight"] = layer.weight.astype(np.int8)
            parts[f"{number}_{name}_scale"] = np.array(layer.scale)
            parts[f"{number}_{name}_bias"] = layer.bias
    return parts


def read_networks(parts: Mapping[str, npt.NDArray[Any]]) -> Networks:
    """Return the networks that consist of `parts`.

    Raises KeyError where a part is missing, ValueError where the sums of a network wouldn't be exact.
    """
    intervals = Intervals(*(parts[f"interval_{name}"] for name in ("input", "low", "high")))
    count = sum(name.endswith("_first_weight") for name in parts)
    return Networks(intervals, [_read_network(parts, f"{number}_") for number in range(count)])


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
    return Network(around=around, **layers)
