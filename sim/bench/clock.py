"""Time and memory of this process."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from typing import Any

BILLION = 1e9

SMALL = 0.01
"""Scale of a community in which what a week costs whatever its size outweighs its residents."""


def seconds(act: Callable[[], Any]) -> float:
    """Return the processor time that a call takes: what others do on the machine is not counted.

    They still disturb it, through shared caches and clock rates: see `busy`.
    """
    begun = time.process_time()
    act()
    return time.process_time() - begun


def busy() -> float:
    """Return how many processes wanted a processor in the last minute, for each there is; NaN if unknown."""
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except (AttributeError, OSError):
        return math.nan


def fastest(act: Callable[[], Any], times: int) -> float:
    """Return the least of how long several calls take: what the machine's other work disturbs least."""
    return min(seconds(act) for _ in range(times))


def peak_megabytes() -> float:
    """Return the peak memory of this process so far; not a number where it is not known."""
    try:
        import resource
    except ImportError:
        return math.nan
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def warm_up(scenario: Any, seed: int = 1, scale: float = SMALL) -> None:
    """Compile: live through a quarter of a small community."""
    from sim.model import load

    load(scenario, seed=seed, overrides={"population.scale": scale}).run_for(14)


def community_of(scenario: Any, seed: int = 1, path: Any = "compiled", **changes: Any) -> Any:
    """Return a community with numbers of its population changed, such as `scale` or `burn_in`."""
    from sim.model import load

    overrides = {f"population.{name}": value for name, value in changes.items()}
    return load(scenario, seed=seed, overrides=overrides, path=path)
