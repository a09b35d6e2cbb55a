"""How a settlement is drawn: uniforms by address, and shares that are hit exactly.

Who belongs to a share is drawn, how many do is not: everybody has a key, and the lowest keys of
the wanted number belong. Raising a share therefore only adds people to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.engine import randomness

HALF_STEP = 2.0**-25  # half the step of a uniform draw: keeps it off 0


def addresses(count: int, first: int = 0) -> Any:
    """Return the addresses of draws of `count` rows from row `first` on: uint64[count]."""
    return np.uint64(first) + np.arange(count, dtype=np.uint64)


def uniforms(seed: Any, purpose: str, actors: Any) -> Any:
    """Return four independent uniforms in [0, 1) for each actor: float32[actors] each.

    Args:
        seed: the community's seed.
        purpose: what the draws are for; its name is their address.
        actors: uint64[actors].
    """
    address = randomness.decision(f"population.{purpose}")
    return randomness.draws_of_each(seed, address, 0, actors)


def normal(uniform: Any) -> Any:
    """Return standard normal draws, float64, from uniforms in [0, 1) of 24 bits."""
    return ndtri(uniform.astype(np.float64) + HALF_STEP)


def bounded(values: Any) -> Any:
    """Return values held within 0 and 1, as float32."""
    return np.clip(values, 0.0, 1.0).astype(np.float32)


def nearest(value: Any) -> int:
    """Return the nearest whole number, halves upward."""
    return int(np.floor(float(value) + 0.5))


def apportion(total: int, shares: Any) -> Any:
    """Return whole numbers that add up to `total` in proportion to shares, by largest remainder."""
    weights = np.asarray(shares, np.float64)
    quota = total * weights / weights.sum()
    whole_part = np.floor(quota)
    order = np.argsort(whole_part - quota, kind="stable")
    counts = whole_part.astype(np.int64)
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def lowest(keys: Any, count: int) -> Any:
    """Return, as booleans, the `count` lowest keys; among equal keys the earlier come first."""
    count = min(max(count, 0), len(keys))
    if count == 0:
        return np.zeros(len(keys), np.bool_)
    border = np.partition(keys, count - 1)[count - 1]
    chosen = keys < border
    at_border = np.flatnonzero(keys == border)
    chosen[at_border[: count - int(chosen.sum())]] = True
    return chosen


def members(keys: Any, within: Any, share: Any) -> Any:
    """Return, as booleans, who of those `within` belong to a share of them: the lowest keys."""
    rows = np.flatnonzero(within)
    chosen = np.zeros(len(keys), np.bool_)
    chosen[rows[lowest(keys[rows], nearest(len(rows) * float(share)))]] = True
    return chosen


def classes(keys: Any, counts: Any) -> Any:
    """Return the class of each key: the lowest `counts[0]` keys are class 0, and so on."""
    result = np.zeros(len(keys), np.uint8)
    for passed in np.cumsum(counts)[:-1]:
        result += ~lowest(keys, int(passed))
    return result
