"""Estimates over worlds and seeds: one 95 % interval for each kind of number, used everywhere.

Values come from independent worlds or seeds; two scenarios that share a seed share every draw they
have in common, so a *difference per seed* has far less spread than the difference of two means.

- A **mean** (of levels or of differences) has Student's t interval, with the end on the side of the
  long tail moved out by Hall's transformation of the t statistic (Hall 1992,
  10.1111/j.2517-6161.1992.tb01876.x). Student's t alone holds the truth too seldom where values are
  lopsided; to move the other end inwards as well holds it too seldom where values lie far out on
  both sides. The library's bootstraps (percentile, BCa) hold it in 81 to 90 % of samples of eight.
- A **ratio of means** has Fieller's interval (1954, 10.1111/j.2517-6161.1954.tb00159.x): the
  ratios r for which the mean of `above - r * below` cannot be told from zero, by the interval of a
  mean. There is none where the divisor cannot be told from zero.
- A **share of worlds** has the binomial mid-p interval (Lancaster 1961,
  10.1080/01621459.1961.10482105).
- **Anything else** (a difference of ratios, an index, the place of a minimum) has the percentile
  interval of a bootstrap over worlds, widened for few of them (Hesterberg 2015,
  10.1080/00031305.2015.1089789).

How often they hold a known truth is counted by `redmaple verify intervals`, lopsided data included,
and published in `results/reference/verification`: 93 to 97 % from eight worlds on, except where no
interval from so few values can (named there). Below five values there is none. Where no value
differs from another there is none either: nothing is known of their spread. An interval that is not
there is not a number, and shown in words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import special  # scipy.stats takes a second to import

CONFIDENCE = 0.95
"""Coverage that every interval aims at."""

FEWEST = 5
"""Values below which there is no interval."""

RESAMPLES = 2000
"""Resamples of a bootstrap."""

BOOTSTRAP_SEED = 20230703
"""Seed of the resampling, so that an interval is the same each time."""

UNBOUNDED = (-math.inf, math.inf)
NOT_NEGATIVE = (0.0, math.inf)
SHARE = (0.0, 1.0)
"""Bounds of outcomes, which an interval of their mean does not leave."""

SAME = 1e-9
"""Values that differ by less than this part of the largest are the same."""

FINE = 1e-7
"""Part of a distance to which an end is found."""

LOST = (1 - CONFIDENCE) / 2
"""Share of resamples without a value from which there is no interval: what is left would look more
certain than it is."""


class Interval(NamedTuple):
    """An interval, both ends included; not a number where there is none."""

    low: float
    high: float


NO_INTERVAL = Interval(math.nan, math.nan)


# --- Means -------------------------------------------------------------------------------------


class _Pivot(NamedTuple):
    """What the interval of a mean rests on.

    Attributes:
        mean: of the values.
        error: standard error.
        lopsided: skewness over the root of their number.
        freedom: degrees of freedom.
    """

    mean: float
    error: float
    lopsided: float
    freedom: int

    def reach(self, confidence: float) -> float:
        """Return Student's t of a confidence."""
        return float(special.stdtrit(self.freedom, 0.5 + confidence / 2))

    def moved(self, t: float) -> float:
        """Return by how many standard errors the end on the side of the long tail lies away.

        Hall's transformation, inverted to the third order: the whole inverse is not bounded where
        few values are very lopsided.
        """
        g = abs(self.lopsided)
        t += g / 6
        return t + g * t**2 / 3 + 5 * g**2 * t**3 / 27 + 10 * g**3 * t**4 / 81

    def moved_back(self, distance: float) -> float:
        """Return the t, zero or above, for which `moved` gives this distance at most."""
        if self.moved(0.0) >= distance:
            return 0.0
        low, high = 0.0, distance
        while high - low > FINE * high:
            middle = (low + high) / 2
            low, high = (middle, high) if self.moved(middle) < distance else (low, middle)
        return high


def _pivot(sample: Any) -> _Pivot | None:
    """Return what an interval of the mean rests on; None for few values or without any spread.

    The spread is taken to be no less than that of values which lie one step apart, one agent or one
    act: the smallest distance between two values. Where that step is rare, the spread that is seen
    says little.
    """
    count = len(sample)
    if count < FEWEST:
        return None
    steps = np.diff(np.sort(sample))
    steps = steps[steps > SAME * float(np.abs(sample).max())]
    if not len(steps):
        return None
    middle = float(sample.mean())
    apart = sample - middle
    seen = math.sqrt(float(apart @ apart) / (count - 1))
    spread = max(seen, float(steps.min()) / 2)
    skewness = count / ((count - 1) * (count - 2)) * float((apart**3).sum()) / spread**3
    root = math.sqrt(count)
    return _Pivot(middle, spread / root, skewness / root, count - 1)


def mean_interval(
    values: Sequence[float] | Any,
    confidence: float = CONFIDENCE,
    bounds: tuple[float, float] = UNBOUNDED,
) -> Interval:
    """Return the interval of a mean.

    Args:
        values: float64[world or seed], independent of one another.
        confidence: coverage aimed at.
        bounds: between which the mean lies in any case.
    """
    pivot = _pivot(np.asarray(values, np.float64))
    if pivot is None:
        return NO_INTERVAL
    t = pivot.reach(confidence)
    below, above = (pivot.moved(t), t) if pivot.lopsided < 0 else (t, pivot.moved(t))
    low, high = pivot.mean - below * pivot.error, pivot.mean + above * pivot.error
    return Interval(max(low, bounds[0]), min(high, bounds[1]))


def p_value(values: Sequence[float] | Any) -> float:
    """Return the two-sided p-value of a mean of zero: below .05 where the interval leaves zero out.

    It is 1 where every value is zero, and not a number where there is no interval otherwise.
    """
    sample = np.asarray(values, np.float64)
    pivot = _pivot(sample)
    if pivot is None:
        return 1.0 if len(sample) >= FEWEST and not sample.any() else math.nan
    t = pivot.mean / pivot.error
    if t * pivot.lopsided < 0:
        t = pivot.moved_back(abs(t))
    return float(2 * special.stdtr(pivot.freedom, -abs(t)))


class Paired(NamedTuple):
    """Two scenarios under equal seeds: B minus A.

    Attributes:
        mean_a, mean_b: means over the seeds.
        difference: mean of the differences per seed.
        low, high: 95 % interval of the mean difference.
        share_above: share of seeds with B above A.
        share_equal: share of seeds with B equal to A.
        p: two-sided p-value against no difference, of the same method as the interval.
        pairs: number of seeds.
    """

    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    share_above: float
    share_equal: float
    p: float
    pairs: int


def paired(a: Sequence[float] | Any, b: Sequence[float] | Any) -> Paired:
    """Compare two scenarios run under the same seeds, value by value.

    Raises:
        ValueError: the two have different lengths, or none.
    """
    first, second = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"pairs need equal lengths, not {first.shape} and {second.shape}")
    if not len(first):
        raise ValueError("there are no pairs")
    gaps = second - first
    low, high = mean_interval(gaps)
    return Paired(
        mean_a=float(first.mean()),
        mean_b=float(second.mean()),
        difference=float(gaps.mean()),
        low=low,
        high=high,
        share_above=float((gaps > 0).mean()),
        share_equal=float((gaps == 0).mean()),
        p=p_value(gaps),
        pairs=len(gaps),
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm 1979, 10.2307/4615733), in their order.

    The chance that any true "no difference" among them falls below a level is at most that level.
    What is not a number stays so, and is not counted.
    """
    p = np.asarray(p_values, np.float64)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    stepped = p[order] * np.arange(len(order), 0, -1)
    corrected = np.full_like(p, np.nan)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return [float(value) for value in corrected]


# --- Ratios and shares -------------------------------------------------------------------------

FARTHEST = 2.0**20
"""Standard errors from its estimate beyond which a ratio has no interval."""


def ratio_interval(
    above: Sequence[float] | Any, below: Sequence[float] | Any, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval of a ratio of two means over the same worlds."""
    tops, bottoms = np.asarray(above, np.float64), np.asarray(below, np.float64)
    if len(tops) < FEWEST or not bottoms.mean():
        return NO_INTERVAL
    ratio = float(tops.mean() / bottoms.mean())
    pivot = _pivot(tops - ratio * bottoms)
    if pivot is None:
        return NO_INTERVAL
    unit = pivot.error / abs(float(bottoms.mean()))

    def end(side: float) -> float:
        inside, outside = 0.0, 1.0
        while _may_be_zero(tops - (ratio + side * outside * unit) * bottoms, confidence):
            inside, outside = outside, 2 * outside
            if outside > FARTHEST:
                return math.nan
        while outside - inside > FINE * outside:
            middle = (inside + outside) / 2
            if _may_be_zero(tops - (ratio + side * middle * unit) * bottoms, confidence):
                inside = middle
            else:
                outside = middle
        return ratio + side * outside * unit

    low, high = end(-1.0), end(1.0)
    return NO_INTERVAL if math.isnan(low + high) else Interval(low, high)


def _may_be_zero(values: Any, confidence: float) -> bool:
    """Return whether zero lies in the interval of a mean."""
    low, high = mean_interval(values, confidence)
    return not (low > 0 or high < 0)


def share_interval(successes: int, count: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval of the share of independent worlds in which something holds."""
    if count < FEWEST:
        return NO_INTERVAL
    tail = (1 - confidence) / 2

    def beyond(share: float) -> float:
        """Return the chance of more successes, and half that of as many."""
        more = special.bdtrc(successes, count, share) if successes < count else 0.0
        least = special.bdtrc(successes - 1, count, share) if successes else 1.0
        return float(more + least) / 2

    low = 0.0 if successes == 0 else _bisected(lambda share: beyond(share) < tail)
    high = 1.0 if successes == count else _bisected(lambda share: beyond(share) <= 1 - tail)
    return Interval(low, high)


def _bisected(below: Callable[[float], bool]) -> float:
    """Return the number between 0 and 1 up to which something is the case."""
    low, high = 0.0, 1.0
    while high - low > SAME * SAME + SAME * low:
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2


# --- Bootstrap over worlds ---------------------------------------------------------------------


@lru_cache(maxsize=4)
def resample_weights(
    count: int, resamples: int = RESAMPLES, seed: int = BOOTSTRAP_SEED, stream: int = 0
) -> Any:
    """Return float64[resamples, count]: the weight of each world in each bootstrap resample.

    Equal counts, seeds and streams give the same resamples, so that what is taken from the same
    worlds can be compared resample by resample. Not to be written to.
    """
    rng = np.random.default_rng([seed, stream] if stream else seed)
    weights = rng.multinomial(count, np.full(count, 1 / count), resamples) / count
    weights.setflags(write=False)
    return weights


def bootstrap_interval(again: Any, count: int, confidence: float = CONFIDENCE) -> tuple[Any, Any]:
    """Return the interval of a statistic from its bootstrap resamples.

    Args:
        again: float64[resamples, …], the statistic of each resample.
        count: independent worlds or rows that were resampled.
        confidence: coverage aimed at.

    Returns:
        Both ends, float64[…]; not a number where worlds are few, or where a resample in forty or
        more has no value.
    """
    values = np.asarray(again, np.float64)
    if count < FEWEST:
        nowhere = np.full(values.shape[1:], np.nan)
        return nowhere, nowhere
    lost = ~np.isfinite(values)
    known = lost.mean(axis=0) < LOST
    tail = _tail(count, confidence)
    whole = np.where(known, np.where(lost, np.nan, values), 0.0)
    quantile = np.nanquantile if np.isnan(whole).any() else np.quantile
    low, high = quantile(whole, [tail, 1 - tail], axis=0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _tail(count: int, confidence: float) -> float:
    """Return which part of the resamples lies beyond each end of an interval.

    Percentiles as they are are too narrow for few worlds, by the root of n / (n - 1) and by what
    Student's t is wider than the normal distribution.
    """
    far = float(special.stdtrit(count - 1, 0.5 + confidence / 2))
    return float(special.ndtr(-far * math.sqrt(count / (count - 1))))


class Measured(NamedTuple):
    """A statistic of means over worlds, its interval, and its value in each bootstrap resample.

    Attributes:
        value: of all worlds.
        interval: 95 %.
        again: float64[RESAMPLES].
        n: number of worlds.
    """

    value: float
    interval: Interval
    again: Any
    n: int

    def minus(self, other: Measured) -> Measured:
        """Return the difference; over the same worlds it is paired, resample by resample."""
        again, n = self.again - other.again, min(self.n, other.n)
        ends = Interval(*map(float, bootstrap_interval(again, n))) if again.any() else NO_INTERVAL
        return Measured(self.value - other.value, ends, again, n)


def average(values: Sequence[float] | Any, stream: int = 0) -> Measured:
    """Return the mean of values of independent worlds; those that are not finite are left out."""
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return Measured(math.nan, NO_INTERVAL, np.full(RESAMPLES, np.nan), 0)
    again = resample_weights(len(known), stream=stream) @ known
    return Measured(float(known.mean()), mean_interval(known), again, len(known))


def quotient(
    above: Sequence[float] | Any,
    below: Sequence[float] | Any,
    factor: float = 1.0,
    base: float = 0.0,
    stream: int = 0,
) -> Measured:
    """Return `base + factor * mean of above / mean of below`; no value where `below` is not above 0.

    Args:
        above, below: float64[world], of the same worlds.
        factor, base: what the ratio is multiplied by, and what is added.
        stream: worlds of equal number and stream are resampled alike.
    """
    tops, bottoms = np.asarray(above, np.float64), np.asarray(below, np.float64)
    count = len(tops)
    if not count:
        return Measured(math.nan, NO_INTERVAL, np.full(RESAMPLES, np.nan), 0)
    weights = resample_weights(count, stream=stream)
    again = base + factor * positive_ratio(weights @ tops, weights @ bottoms)
    value = base + factor * float(positive_ratio(tops.mean(), bottoms.mean()))
    ends = [base + factor * end for end in ratio_interval(tops, bottoms)]
    interval = NO_INTERVAL if math.isnan(value) else Interval(min(ends), max(ends))
    return Measured(value, interval, again, count)


def positive_ratio(above: Any, below: Any) -> Any:
    """Return a ratio where the number below is above zero, and no number elsewhere."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)


# --- In words ----------------------------------------------------------------------------------

NONE_GIVEN = "no interval"


def between(low: float, high: float, digits: int, factor: float = 1.0) -> str:
    """Return an interval as a sentence or a table shows it."""
    if math.isnan(low) or math.isnan(high):
        return NONE_GIVEN
    ends = (f"{round(end * factor, digits) + 0.0:,.{digits}f}" for end in (low, high))
    return " to ".join(ends)
