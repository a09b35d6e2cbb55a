"""Intervals for means and for paired differences, and a correction for looking many times.

Replications are independent, and two scenarios that share a seed share every draw they have in
common; so a *difference per seed* has far less spread than the difference of two means. Two
intervals are given side by side, because few replications and lopsided differences are common:
Student's t (exact for normal differences) and the percentile bootstrap (Efron & Tibshirani 1993,
10.1201/9780429246593).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import special  # scipy.stats takes a second to import

CONFIDENCE = 0.95
"""Coverage that every interval aims at."""

RESAMPLES = 2000
"""Resamples of a bootstrap."""

BOOTSTRAP_SEED = 20230703
"""Seed of the resampling, so that an interval is the same each time."""


class Interval(NamedTuple):
    """An interval, both ends included; not a number where there is none."""

    low: float
    high: float


class Paired(NamedTuple):
    """Two scenarios under equal seeds: B minus A.

    Attributes:
        mean_a, mean_b: means over the seeds.
        difference: mean of the differences per seed.
        low, high: 95 % Student's t interval of the mean difference.
        bootstrap_low, bootstrap_high: 95 % percentile bootstrap interval of it.
        share_above: share of seeds with B above A.
        share_equal: share of seeds with B equal to A.
        p: two-sided p-value of the paired t test against no difference.
        pairs: number of seeds.
    """

    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    bootstrap_low: float
    bootstrap_high: float
    share_above: float
    share_equal: float
    p: float
    pairs: int


def mean_interval(values: Sequence[float] | Any, confidence: float = CONFIDENCE) -> Interval:
    """Return Student's t interval of a mean; not a number below two values."""
    sample = np.asarray(values, np.float64)
    if len(sample) < 2:
        return Interval(np.nan, np.nan)
    middle, error = float(sample.mean()), _standard_error(sample)
    half = float(special.stdtrit(len(sample) - 1, 0.5 + confidence / 2)) * error
    return Interval(middle - half, middle + half)


def _standard_error(sample: Any) -> float:
    """Return the standard error of a mean, exactly zero where all values are equal."""
    if (sample == sample[0]).all():
        return 0.0
    return float(sample.std(ddof=1) / np.sqrt(len(sample)))


def bootstrap_interval(
    values: Sequence[float] | Any,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = BOOTSTRAP_SEED,
) -> Interval:
    """Return the percentile bootstrap interval of a mean; not a number below two values."""
    sample = np.asarray(values, np.float64)
    if len(sample) < 2:
        return Interval(np.nan, np.nan)
    rows = np.random.default_rng(seed).integers(0, len(sample), (resamples, len(sample)))
    if (sample == sample[0]).all():
        return Interval(float(sample[0]), float(sample[0]))
    low, high = np.quantile(sample[rows].mean(axis=1), [0.5 - confidence / 2, 0.5 + confidence / 2])
    return Interval(float(low), float(high))


def paired(a: Sequence[float] | Any, b: Sequence[float] | Any) -> Paired:
    """Compare two scenarios run under the same seeds, value by value.

    Raises:
        ValueError: the two have different lengths, or fewer than two values.
    """
    first, second = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"pairs need equal lengths, not {first.shape} and {second.shape}")
    if len(first) < 2:
        raise ValueError("an interval takes two pairs or more")
    gaps = second - first
    t, resampled = mean_interval(gaps), bootstrap_interval(gaps)
    return Paired(
        mean_a=float(first.mean()),
        mean_b=float(second.mean()),
        difference=float(gaps.mean()),
        low=t.low,
        high=t.high,
        bootstrap_low=resampled.low,
        bootstrap_high=resampled.high,
        share_above=float((gaps > 0).mean()),
        share_equal=float((gaps == 0).mean()),
        p=_p_value(gaps),
        pairs=len(gaps),
    )


def _p_value(gaps: Any) -> float:
    """Return the two-sided p-value of a mean of zero; without spread it is certain either way."""
    error = _standard_error(gaps)
    if error == 0:
        return 1.0 if gaps[0] == 0 else 0.0
    return float(2 * special.stdtr(len(gaps) - 1, -abs(float(gaps.mean())) / error))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm 1979, 10.2307/4615733), in their order.

    The chance that any true "no difference" among them falls below a level is at most that level.
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    stepped = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return [float(value) for value in corrected]
