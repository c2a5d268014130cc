"""Train a network of the line model: inputs of lines with their labels in, weights in whole numbers out."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")  # the same sums on any number of cores

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from flows.cleaning.network import INPUT_STEPS, REACH, WEIGHT_STEPS, Intervals, Layer, Network

Floats = npt.NDArray[np.float32]
Steps = npt.NDArray[np.uint8]
"""How far lines are through intervals, from 0 to INPUT_STEPS."""
Ints = npt.NDArray[np.int64]
Weights = dict[str, jax.Array]
Page = tuple[int, int]
"""The lines from the first up to the last, which isn't one of them."""

UNITS, ROUNDS, RATE, DECAY = 16, 30, 0.003, 0.03
"""Tried by folds: half as many units more, or twice the rounds, do little better (docs/decisions/0009)."""
DROPPED_INPUTS, DROPPED_VALUES = 0.1, 0.1
"""While learning, of each page some inputs are left out, with all their intervals, and of each line some values: what
one page tells by an input is mostly told by others too."""
GAP = max(REACH)
"""Empty places between two pages: no convolution sees from one into the other."""
SLOTS, MOST_PAGES = 4_096, 256
"""Lines learned from at once, with GAP empty places behind each page, and the pages they may be of."""
INTERVALS, MOST_VALUES = 6, 16
"""Of an input, holding as many training lines each; between any two values beside each other where there are few."""
LEAST_KNOTS = INTERVALS // 2 + 2


@dataclass(frozen=True)
class Shown:
    """Pages that are learned from at once; arrays hold an entry per slot."""

    inputs: Floats
    filled: Floats
    page: npt.NDArray[np.int32]
    label: Floats
    weight: Floats


def find_intervals(inputs: Floats) -> Intervals:
    """Return the intervals that networks are told `inputs` in, shape (inputs, lines)."""
    knots = [_knots(values) for values in inputs]
    return Intervals(
        input=np.repeat(np.arange(len(knots)), [len(some) - 1 for some in knots]).astype(np.int16),
        low=np.concatenate([some[:-1] for some in knots]),
        high=np.concatenate([some[1:] for some in knots]),
    )


def _knots(values: Floats) -> Floats:
    """Return where an input's intervals meet, ascending; one that is always the same has a single knot, and none."""
    known = np.unique(values)
    if len(known) <= MOST_VALUES:
        return known
    shares = np.linspace(0, 1, INTERVALS + 1)
    knots = np.unique(np.quantile(values, shares))
    if len(knots) < LEAST_KNOTS:  # most lines have one value: the others' are parted by themselves
        knots = np.unique(np.concatenate([knots, np.quantile(known, shares)]))
    return np.unique(knots.astype(np.float32))


def learn(
    given: Steps,
    of_input: npt.NDArray[np.int16],
    label: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    page: Ints,
    *,
    seed: int,
    rounds: int | None = None,
) -> Weights:
    """Return the weights of a network that tells `label` of lines from what is `given`, shape (intervals, lines).

    `of_input` tells whose each interval is, `page` is ascending.
    """
    random = np.random.RandomState(seed)
    weights, weight = _first_weights(len(given), random), weight / weight.mean()
    pages = _pages(page)
    plan = [some for _ in range(rounds or ROUNDS) for some in _dealt(pages, random)]
    rate = optax.cosine_onecycle_schedule(len(plan) + 1, RATE, pct_start=0.1, final_div_factor=1e4)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=DECAY))
    state = optimiser.init(weights)

    @jax.jit
    def step(weights: Weights, state: optax.OptState, shown: Shown, key: jax.Array) -> tuple[Weights, optax.OptState]:
        change, state = optimiser.update(jax.grad(_loss)(weights, shown, of_input, key), state, weights)
        return optax.apply_updates(weights, change), state

    key = jax.random.key(random.randint(1 << 30))
    for number, some in enumerate(plan):
        weights, state = step(weights, state, _shown(some, given, label, weight), jax.random.fold_in(key, number))
    return weights


def _pages(page: Ints) -> list[Page]:
    starts = np.flatnonzero(np.diff(page, prepend=-1))
    return list(zip(starts.tolist(), np.append(starts[1:], len(page)).tolist(), strict=True))


def _first_weights(inputs: int, random: np.random.RandomState) -> Weights:
    shapes = {"first": (UNITS, inputs), "whole": (UNITS, 2 * UNITS), "last": (1, UNITS), "direct": (1, inputs)}
    shapes |= {f"around{reach}": (UNITS, 3 * UNITS) for reach in REACH}
    weights = {}
    for name, (outputs, of) in shapes.items():
        weights[name] = jnp.asarray(random.uniform(-1, 1, (outputs, of)) / np.sqrt(of), jnp.float32)
        weights[f"{name}_bias"] = jnp.asarray(random.uniform(-1, 1, outputs) / np.sqrt(of), jnp.float32)
    return weights


def _dealt(pages: list[Page], random: np.random.RandomState) -> Iterator[list[Page]]:
    """Deal the pages to groups that fill the slots; what is too long is cut short."""
    some: list[Page] = []
    used = 0
    for number in random.permutation(len(pages)).tolist():
        first, last = pages[number]
        last = min(last, first + SLOTS - GAP)
        if used + last - first + GAP > SLOTS or len(some) == MOST_PAGES:
            yield some
            some, used = [], 0
        some.append((first, last))
        used += last - first + GAP
    yield some


def _shown(pages: list[Page], given: Steps, label: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]) -> Shown:
    shown = Shown(
        np.zeros((len(given), SLOTS), dtype=np.float32),
        np.zeros(SLOTS, dtype=np.float32),
        np.full(SLOTS, MOST_PAGES, dtype=np.int32),
        np.zeros(SLOTS, dtype=np.float32),
        np.zeros(SLOTS, dtype=np.float32),
    )
    at = 0
    for number, (first, last) in enumerate(pages):
        slots = slice(at, at + last - first)
        shown.inputs[:, slots] = given[:, first:last] / np.float32(INPUT_STEPS)
        shown.filled[slots], shown.page[slots] = 1, number
        shown.label[slots], shown.weight[slots] = label[first:last], weight[first:last]
        at += last - first + GAP
    return shown


jax.tree_util.register_dataclass(Shown, data_fields=["inputs", "filled", "page", "label", "weight"], meta_fields=[])


def _loss(weights: Weights, shown: Shown, of_input: npt.NDArray[np.int16], key: jax.Array) -> jax.Array:
    of_inputs, of_values = jax.random.split(key)
    odds = _log_odds(weights, _without_inputs(shown, of_input, of_inputs), of_values)
    each = optax.sigmoid_binary_cross_entropy(odds, shown.label)
    return (each * shown.weight * shown.filled).sum() / shown.filled.sum()


def _log_odds(weights: Weights, shown: Shown, key: jax.Array | None = None) -> jax.Array:
    """Return the log odds of each slot, as `flows.cleaning.network` does in whole numbers.

    With a key, as learning goes: some values, drawn by it, are left out.
    """
    keys = iter([None] * (len(REACH) + 1) if key is None else jax.random.split(key, len(REACH) + 1))
    values = _units(weights, "first", shown.inputs) * shown.filled
    for reach in REACH:
        own = _without_some(values, next(keys))
        beside = jnp.concatenate([jnp.roll(own, reach, axis=1), own, jnp.roll(own, -reach, axis=1)])
        values = (values + _units(weights, f"around{reach}", beside)) * shown.filled
    lines = jax.ops.segment_sum(shown.filled, shown.page, MOST_PAGES + 1)
    greatest = jnp.maximum(jax.ops.segment_max(values.T, shown.page, MOST_PAGES + 1), 0)  # of none it is less
    mean = jax.ops.segment_sum(values.T, shown.page, MOST_PAGES + 1) / jnp.maximum(lines, 1)[:, None]
    values += _units(weights, "whole", jnp.concatenate([greatest, mean], axis=1).T)[:, shown.page]
    last = weights["last"] @ _without_some(values, next(keys)) + weights["last_bias"][:, None]
    return (last + weights["direct"] @ shown.inputs + weights["direct_bias"][:, None])[0]


def _units(weights: Weights, name: str, values: jax.Array | Floats) -> jax.Array:
    return jax.nn.relu(weights[name] @ values + weights[f"{name}_bias"][:, None])


def _without_some(values: jax.Array, key: jax.Array | None) -> jax.Array:
    if key is None:
        return values
    left = jax.random.bernoulli(key, 1 - DROPPED_VALUES, values.shape)
    return jnp.where(left, values / (1 - DROPPED_VALUES), 0)


def _without_inputs(shown: Shown, of_input: npt.NDArray[np.int16], key: jax.Array) -> Shown:
    """Leave out some inputs of each page, drawn by the key."""
    left = jax.random.bernoulli(key, 1 - DROPPED_INPUTS, (int(of_input.max()) + 1, MOST_PAGES + 1))
    return replace(shown, inputs=shown.inputs * (left / (1 - DROPPED_INPUTS))[:, shown.page][of_input])


def by_library(weights: Weights, given: Steps, page: Ints) -> Callable[[], Floats]:
    """Return what tells the log odds of lines as the library does, compiled; `page` is ascending, none longer than SLOTS."""
    nothing, pages = np.zeros(given.shape[1]), _pages(page)
    groups = [
        (_shown(some, given, nothing > 0, nothing), np.concatenate([np.arange(*lines) for lines in some]))
        for some in _dealt(pages, np.random.RandomState(0))
    ]
    compiled = jax.jit(_log_odds)

    def tell() -> Floats:
        odds = np.empty(given.shape[1], dtype=np.float32)
        for shown, lines in groups:
            odds[lines] = np.asarray(compiled(weights, shown))[shown.filled > 0]
        return odds

    return tell


def in_whole_numbers(weights: Weights) -> Network:
    """Return the network that copydesk uses."""

    def layer(name: str) -> Layer:
        weight = np.asarray(weights[name])
        scale = np.float32(np.abs(weight).max() / WEIGHT_STEPS)
        return Layer(np.rint(weight / scale), scale, np.asarray(weights[f"{name}_bias"]))

    around = [layer(f"around{reach}") for reach in REACH]
    first, whole, last, direct = map(layer, ("first", "whole", "last", "direct"))
    return Network(first, around, whole, last, direct)
