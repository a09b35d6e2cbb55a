"""Addressed randomness: a draw is a function of seed, decision, week and actor, and of nothing else.

Philox4x32-10 (Salmon et al. 2011, 10.1145/2063384.2063405) turns the address into four 32-bit
words. Two scenarios that share a seed share every draw they have in common, adding a mechanism
shifts nobody's luck, the order of evaluation and the number of workers change nothing, and any
single decision can be replayed.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from sim.engine import numerics
from sim.engine.compiled import COMPILED, called, loop, rule

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_TO_24_BITS = np.uint64(8)
_ULP_24 = np.float32(2.0**-24)


def decision(name: str) -> np.uint64:
    """Return the address of a named decision: 32 bits of a hash of its name."""
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little"))


@rule
def philox(seed: Any, decision: Any, week: Any, actor: Any, block: Any) -> Any:
    """Return the four 32-bit words (each as uint64) at one address.

    All arguments are uint64; `seed` uses 64 bits, the others their low 32.
    """
    key_0 = seed & _LOW
    key_1 = seed >> _HALF
    c0 = actor & _LOW
    c1 = week & _LOW
    c2 = decision & _LOW
    c3 = block & _LOW
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = (product_1 >> _HALF) ^ c1 ^ key_0
        c1 = product_1 & _LOW
        c2 = (product_0 >> _HALF) ^ c3 ^ key_1
        c3 = product_0 & _LOW
        key_0 = (key_0 + _WEYL_0) & _LOW
        key_1 = (key_1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@rule
def unit(word: Any) -> Any:
    """Turn a 32-bit word into a 32-bit float in [0, 1): its 24 high bits, exactly."""
    return np.float32(word >> _TO_24_BITS) * _ULP_24


@rule
def draws(seed: Any, decision: Any, week: Any, actor: Any) -> Any:
    """Return four independent uniforms in [0, 1) at one address; week and actor may be any integer."""
    w0, w1, w2, w3 = philox(seed, decision, np.uint64(week), np.uint64(actor), np.uint64(0))
    return unit(w0), unit(w1), unit(w2), unit(w3)


@rule
def draw(seed: Any, decision: Any, week: Any, actor: Any) -> Any:
    """Return one uniform in [0, 1) at one address: the first of `draws`."""
    w0, _, _, _ = philox(seed, decision, np.uint64(week), np.uint64(actor), np.uint64(0))
    return unit(w0)


@rule
def lot(seed: Any, decision: Any, week: Any, actor: Any) -> Any:
    """Return one 32-bit word (as uint64) at one address: a lot that orders claimants."""
    w0, _, _, _ = philox(seed, decision, np.uint64(week), np.uint64(actor), np.uint64(0))
    return w0


@loop
def _draw_each(
    seed: Any, decision: Any, week: Any, actors: Any, first: Any, second: Any, third: Any, last: Any
) -> None:
    """Write the four uniforms of each actor."""
    for k in range(len(actors)):
        first[k], second[k], third[k], last[k] = draws(seed, decision, week, actors[k])


def draws_of_each(seed: Any, decision: Any, week: int, actors: Any) -> tuple[Any, ...]:
    """Return four independent uniforms in [0, 1) for each actor: float32[actors] each.

    Without the compiler the rule takes all actors at once, as NumPy does.

    Args:
        seed: the community's seed.
        decision: the decision's address.
        week: any integer.
        actors: uint64[actors].
    """
    if not COMPILED:
        return draws(seed, decision, week, actors)  # type: ignore[no-any-return]
    columns = np.empty((4, len(actors)), np.float32)
    _draw_each(seed, decision, week, actors, *columns)
    return tuple(columns)


draw_one, lot_one = called(draw), called(lot)
"""`draw` and `lot` for callers outside loops."""


@rule
def poisson(mean: Any, draw: Any) -> Any:
    """Return a Poisson count of a mean up to 80, as an integer, by inversion of one draw.

    A higher mean never gives a lower count at the same draw. The sum of the chances stops where
    32 bits can add no more to it.
    """
    count = 0
    chance = numerics.exp(-mean)
    below = chance
    while draw >= below:
        count += 1
        chance = chance * mean / np.float32(count)
        if below > 0.5 and below + chance <= below:
            break
        below = below + chance
    return count
