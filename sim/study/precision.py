"""How many replications are enough: until the interval of the contrast is narrow, or a cap.

The rule looks at the *paired difference*, in absolute terms: a rule relative to a mean fails where
the mean is near zero, which is where the interesting differences are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import special

from sim.statistics import CONFIDENCE, FEWEST, mean_interval
from sim.study.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

type Plans = Generator[Plan, "pd.DataFrame", None]
"""What an experiment runs: it yields plans, and is sent the table of each."""

FASTEST_GROWTH = 4
"""The largest factor by which one look lets a sample grow."""


class Precise(NamedTuple):
    """What precision a sample bought.

    Attributes:
        size: of the sample: pairs of runs, or worlds.
        half_width: of the 95 % interval of the mean contrast.
        wanted: half-width that was asked for, or None.
        enough: size that would have sufficed by the spread seen; None where nothing was asked for.
    """

    size: int
    half_width: float
    wanted: float | None
    enough: int | None


def half_width(gaps: Sequence[float] | Any) -> float:
    """Return half the width of the interval of a mean.

    Infinite below five values; zero where none differs from another.
    """
    values = np.asarray(gaps, np.float64)
    low, high = mean_interval(values)
    if not math.isnan(low):
        return (high - low) / 2
    return 0.0 if len(values) >= FEWEST else math.inf


def needed(gaps: Sequence[float] | Any, precision: float) -> int:
    """Return how many values give a half-width of at most `precision`, by the spread seen.

    The spread is that which the interval of the values at hand shows, lopsidedness included.
    """
    values = np.asarray(gaps, np.float64)
    unit = half_width(values) / _reach(len(values)) if len(values) >= FEWEST else values.std(ddof=1)

    def width(count: int) -> float:
        return float(unit) * _reach(count)

    too_few, enough = FEWEST - 1, FEWEST
    if width(enough) <= precision:
        return enough
    while width(enough) > precision:
        too_few, enough = enough, 2 * enough
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (middle, enough) if width(middle) > precision else (too_few, middle)
    return enough


def _reach(count: int) -> float:
    """Return half the width of an interval in units of the spread."""
    return float(special.stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) / math.sqrt(count)


def until_precise(
    plan_of: Callable[[int], Plan],
    contrast: Callable[[pd.DataFrame], Any],
    start: int,
    cap: int,
    precision: float | None = None,
) -> Generator[Plan, pd.DataFrame, tuple[pd.DataFrame, Precise]]:
    """Run a growing plan until the interval of a contrast is narrow enough, or the cap is reached.

    Args:
        plan_of: makes the plan of a size; the runs of a smaller one must be runs of a larger one.
        contrast: takes the table and returns one difference per independent pair (or world).
        start: first size, two or more.
        cap: largest size.
        precision: half-width that is enough; None keeps the first size.

    Returns:
        The last table, and the precision it bought. Which sizes are looked at depends on results
        alone, so that a resumed study takes the same steps.
    """
    count = min(start, cap)
    while True:
        frame = yield plan_of(count)
        gaps = np.asarray(contrast(frame), np.float64)
        gaps = gaps[np.isfinite(gaps)]
        if precision is None:
            return frame, Precise(len(gaps), half_width(gaps), None, None)
        enough = cap if len(gaps) < 2 else needed(gaps, precision)
        width = half_width(gaps)
        if width <= precision or count >= cap:
            return frame, Precise(len(gaps), width, precision, enough)
        count = min(cap, max(count + 1, min(enough, FASTEST_GROWTH * count)))


def bought(gaps: Sequence[float] | Any, unit: str, what: str) -> str:
    """Return in a sentence what precision a sample bought, and what half of the width would take.

    Args:
        gaps: one difference per independent world.
        unit: of the differences.
        what: what is known, as the sentence begins.
    """
    known = np.asarray(gaps, np.float64)
    known = known[np.isfinite(known)]
    width = half_width(known)
    if not 0 < width < math.inf:
        return f"{what}: no interval from {len(known)} worlds."
    return (
        f"{what}: known to ± {width:.3g} {unit} (95 %) over {len(known)} worlds; half of that width "
        f"takes about {needed(known, width / 2):,}."
    )
