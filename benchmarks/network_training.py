"""Train the line model's network: inputs of lines with their labels in, weights in whole numbers out."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")  # the same sums on any number of cores

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from flows.cleaning.network import GAP, INPUT_STEPS, MOST_DEVIATIONS, REACH, WEIGHT_STEPS, Layer, Network

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Weights = dict[str, jax.Array]
Page = tuple[int, int]
"""The lines from the first up to the last, which isn't one of them."""

UNITS, ROUNDS, RATE, DECAY = 16, 30, 0.003, 0.03
"""Tried by folds: twice the units, or twice the rounds, do no better beside the trees."""
DROPPED_INPUTS, DROPPED_VALUES = 0.05, 0.1
SLOTS, MOST_PAGES = 4_096, 256
"""Lines learned from at once, with GAP empty places behind each page, and the pages they may be of."""
LEAST_DEVIATION = 1e-3


@dataclass(frozen=True)
class Shown:
    """Pages that are learned from at once; arrays hold an entry per slot."""

    inputs: Floats
    filled: Floats
    page: npt.NDArray[np.int32]
    label: Floats
    weight: Floats


@dataclass(frozen=True)
class Learned:
    """A network as the library has it."""

    weights: Weights
    mean: Floats
    deviation: Floats
    """Of each input."""

    def told(self, inputs: Floats) -> Floats:
        """Return inputs as the network gets them: in deviations, to a fiftieth."""
        steps = np.rint((inputs - self.mean[:, None]) * (INPUT_STEPS / self.deviation)[:, None])
        most = INPUT_STEPS * MOST_DEVIATIONS
        return (steps.clip(-most, most) / INPUT_STEPS).astype(np.float32)


def learn(
    inputs: Floats,
    label: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    page: Ints,
    *,
    as_they_are: int,
    seed: int,
    rounds: int | None = None,
) -> Learned:
    """Return a network that tells `label` of lines from their `inputs`, shape (inputs, lines).

    `page` is ascending. Inputs are told in their standard deviations but for the last `as_they_are` of them.
    """
    mean = inputs.mean(axis=1, dtype=np.float64).astype(np.float32)
    deviation = (inputs.std(axis=1, dtype=np.float64) + LEAST_DEVIATION).astype(np.float32)
    mean[len(mean) - as_they_are :], deviation[len(mean) - as_they_are :] = 0, 1
    random = np.random.RandomState(seed)
    learned = Learned(_first_weights(len(inputs), random), mean, deviation)
    given, weight = learned.told(inputs), weight / weight.mean()
    pages = _pages(page)
    plan = [some for _ in range(rounds or ROUNDS) for some in _dealt(pages, random)]
    rate = optax.cosine_onecycle_schedule(len(plan) + 1, RATE, pct_start=0.1, final_div_factor=1e4)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=DECAY))
    weights, state = learned.weights, optimiser.init(learned.weights)

    @jax.jit
    def step(weights: Weights, state: optax.OptState, shown: Shown, key: jax.Array) -> tuple[Weights, optax.OptState]:
        change, state = optimiser.update(jax.grad(_loss)(weights, shown, key), state, weights)
        return optax.apply_updates(weights, change), state

    key = jax.random.key(random.randint(1 << 30))
    for number, some in enumerate(plan):
        weights, state = step(weights, state, _shown(some, given, label, weight), jax.random.fold_in(key, number))
    return replace(learned, weights=weights)


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


def _shown(pages: list[Page], inputs: Floats, label: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]) -> Shown:
    shown = Shown(
        np.zeros((len(inputs), SLOTS), dtype=np.float32),
        np.zeros(SLOTS, dtype=np.float32),
        np.full(SLOTS, MOST_PAGES, dtype=np.int32),
        np.zeros(SLOTS, dtype=np.float32),
        np.zeros(SLOTS, dtype=np.float32),
    )
    at = 0
    for number, (first, last) in enumerate(pages):
        slots = slice(at, at + last - first)
        shown.inputs[:, slots] = inputs[:, first:last]
        shown.filled[slots], shown.page[slots] = 1, number
        shown.label[slots], shown.weight[slots] = label[first:last], weight[first:last]
        at += last - first + GAP
    return shown


jax.tree_util.register_dataclass(Shown, data_fields=["inputs", "filled", "page", "label", "weight"], meta_fields=[])


def _loss(weights: Weights, shown: Shown, key: jax.Array) -> jax.Array:
    odds = _log_odds(weights, shown, key)
    each = optax.sigmoid_binary_cross_entropy(odds, shown.label)
    return (each * shown.weight * shown.filled).sum() / shown.filled.sum()


def _log_odds(weights: Weights, shown: Shown, key: jax.Array | None = None) -> jax.Array:
    """Return the log odds of each slot, as `flows.cleaning.network` does in whole numbers.

    With a key, as learning goes: some inputs and values, drawn by it, are left out.
    """
    keys = iter([None] * (len(REACH) + 2) if key is None else jax.random.split(key, len(REACH) + 2))
    values = _units(weights, "first", _without_some(shown.inputs, DROPPED_INPUTS, next(keys))) * shown.filled
    for reach in REACH:
        own = _without_some(values, DROPPED_VALUES, next(keys))
        beside = jnp.concatenate([jnp.roll(own, reach, axis=1), own, jnp.roll(own, -reach, axis=1)])
        values = (values + _units(weights, f"around{reach}", beside)) * shown.filled
    lines = jax.ops.segment_sum(shown.filled, shown.page, MOST_PAGES + 1)
    greatest = jnp.maximum(jax.ops.segment_max(values.T, shown.page, MOST_PAGES + 1), 0)  # of none it is less
    mean = jax.ops.segment_sum(values.T, shown.page, MOST_PAGES + 1) / jnp.maximum(lines, 1)[:, None]
    values += _units(weights, "whole", jnp.concatenate([greatest, mean], axis=1).T)[:, shown.page]
    last = weights["last"] @ _without_some(values, DROPPED_VALUES, next(keys)) + weights["last_bias"][:, None]
    return (last + weights["direct"] @ shown.inputs + weights["direct_bias"][:, None])[0]


def _units(weights: Weights, name: str, values: jax.Array | Floats) -> jax.Array:
    return jax.nn.relu(weights[name] @ values + weights[f"{name}_bias"][:, None])


def _without_some(values: jax.Array | Floats, share: float, key: jax.Array | None) -> jax.Array | Floats:
    if key is None:
        return values
    left = jax.random.bernoulli(key, 1 - share, values.shape)
    return jnp.where(left, values / (1 - share), 0)


def by_library(learned: Learned, inputs: Floats, page: Ints) -> Callable[[], Floats]:
    """Return what tells the log odds of lines as the library does, compiled; `page` is ascending, none longer than SLOTS."""
    given, nothing, pages = learned.told(inputs), np.zeros(inputs.shape[1]), _pages(page)
    groups = [
        (_shown(some, given, nothing > 0, nothing), np.concatenate([np.arange(*lines) for lines in some]))
        for some in _dealt(pages, np.random.RandomState(0))
    ]
    compiled = jax.jit(_log_odds)

    def tell() -> Floats:
        odds = np.empty(inputs.shape[1], dtype=np.float32)
        for shown, lines in groups:
            odds[lines] = np.asarray(compiled(learned.weights, shown))[shown.filled > 0]
        return odds

    return tell


def in_whole_numbers(learned: Learned) -> Network:
    """Return the network that copydesk uses."""

    def layer(name: str) -> Layer:
        weight = np.asarray(learned.weights[name])
        scale = np.float32(np.abs(weight).max() / WEIGHT_STEPS)
        return Layer(np.rint(weight / scale), scale, np.asarray(learned.weights[f"{name}_bias"]))

    around = [layer(f"around{reach}") for reach in REACH]
    first, whole, last, direct = map(layer, ("first", "whole", "last", "direct"))
    return Network(learned.mean, learned.deviation, first=first, around=around, whole=whole, last=last, direct=direct)
