"""How often the intervals of `sim.statistics` hold a known truth.

Each case draws samples of so many worlds from a known distribution and counts how often the 95 %
interval holds the truth. Met is 93 to 97 %. `HARD` lists the cases in which no interval from so few
values can do that, each with the reason; there the count is told and not judged.

A share of worlds is counted over many true shares, since for a single one the count of successes
makes any interval hold now more and now less often than it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import special

from sim.statistics import (
    CONFIDENCE,
    NO_INTERVAL,
    Interval,
    mean_interval,
    quotient,
    ratio_interval,
    share_interval,
)

if TYPE_CHECKING:
    import pandas as pd

WORLDS = (8, 16, 32, 64)
TARGET = (0.93, 0.97)
TRIALS = 2000
FALSE_ALARM = 0.001
"""Chance that a case whose interval holds exactly at an end of the target is said to miss it."""


class Case(NamedTuple):
    """Samples with a known truth.

    Attributes:
        estimate: what is estimated: `mean`, `difference`, `ratio`, `difference of ratios`, `share`.
        data: in words.
        truth: the true value; not a number where each sample has its own.
        interval: draws a sample of so many worlds and returns its interval and its truth.
    """

    estimate: str
    data: str
    interval: Callable[[Any, int], tuple[Interval, float]]


def _means(estimate: str, data: str, truth: float, draw: Callable[[Any, int], Any]) -> Case:
    return Case(estimate, data, lambda rng, count: (mean_interval(draw(rng, count)), truth))


def _differences(rng: Any, count: int, spread: float, shift: float) -> Any:
    """Return differences of log-normal numbers that share half of their variance."""
    common, a, b = rng.normal(0, spread / np.sqrt(2), (3, count))
    return np.exp(common + b) * np.exp(shift) - np.exp(common + a)


def _ratio(data: str, truth: float, draw: Callable[[Any, int], tuple[Any, Any]]) -> Case:
    return Case("ratio", data, lambda rng, count: (ratio_interval(*draw(rng, count)), truth))


def _log_normal_pair(spread: float, correlation: float) -> Callable[[Any, int], tuple[Any, Any]]:
    def draw(rng: Any, count: int) -> tuple[Any, Any]:
        first, other = rng.normal(size=(2, count))
        second = correlation * first + np.sqrt(1 - correlation**2) * other
        return np.exp(spread * first), np.exp(spread * second)

    return draw


def _noisy_pair(left: float, noise: float) -> Callable[[Any, int], tuple[Any, Any]]:
    """Return a late and an early effect of which `left` is left, both with luck of their own."""

    def draw(rng: Any, count: int) -> tuple[Any, Any]:
        effect = rng.gamma(2.0, 1.0, count)
        late, early = rng.normal(0, noise, (2, count))
        return left * effect + late, effect + early

    return draw


def _needs_met(rng: Any, count: int) -> tuple[Any, Any]:
    arisen = rng.poisson(60, count) + 1.0
    return rng.binomial(arisen.astype(int), 0.05).astype(float), arisen


def _two_ratios(rng: Any, count: int) -> tuple[Interval, float]:
    effect = rng.gamma(2.0, 1.0, count)
    luck = rng.normal(0, 0.5, (4, count))
    one = quotient(0.7 * effect + luck[0], effect + luck[1], factor=-1, base=1)
    other = quotient(0.6 * effect + luck[2], 1.3 * effect + luck[3], factor=-1, base=1)
    return other.minus(one).interval, 0.7 - 0.6 / 1.3


def _share(low: float, high: float) -> Callable[[Any, int], tuple[Interval, float]]:
    def draw(rng: Any, count: int) -> tuple[Interval, float]:
        truth = rng.uniform(low, high)
        return share_interval(int(rng.binomial(count, truth)), count), truth

    return draw


CASES: tuple[Case, ...] = (
    _means("mean", "normal", 0.0, lambda rng, n: rng.normal(size=n)),
    _means("mean", "heavy tails (t, 3 degrees)", 0.0, lambda rng, n: rng.standard_t(3, n)),
    _means("mean", "exponential", 1.0, lambda rng, n: rng.exponential(1, n)),
    _means("mean", "log-normal, .5", np.exp(0.125), lambda rng, n: rng.lognormal(0, 0.5, n)),
    _means("mean", "log-normal, 1", np.exp(0.5), lambda rng, n: rng.lognormal(0, 1, n)),
    _means("mean", "share near 0", 0.5 / 10.5, lambda rng, n: rng.beta(0.5, 10, n)),
    _means("mean", "share near 1", 20 / 22, lambda rng, n: rng.beta(20, 2, n)),
    _means("mean", "small counts", 3.0, lambda rng, n: rng.poisson(3, n).astype(float)),
    _means("mean", "rare counts", 0.3, lambda rng, n: rng.poisson(0.3, n).astype(float)),
    _means("difference", "alike, log-normal", 0.0, lambda rng, n: _differences(rng, n, 0.5, 0.0)),
    _means(
        "difference", "apart, log-normal", np.exp(0.125) * (np.exp(0.5) - 1),
        lambda rng, n: _differences(rng, n, 0.5, 0.5),
    ),
    _ratio("log-normal, .5", 1.0, _log_normal_pair(0.5, 0.5)),
    _ratio("log-normal, 1", 1.0, _log_normal_pair(1.0, 0.7)),
    _ratio("effects with luck", 0.7, _noisy_pair(0.7, 0.7)),
    _ratio("weak effects with luck", 0.3, _noisy_pair(0.3, 1.5)),
    _ratio("share of needs near 0", 0.05, _needs_met),
    Case("difference of ratios", "effects with luck", _two_ratios),
    Case("share", "0 to 1", _share(0.0, 1.0)),
    Case("share", "0 to .1", _share(0.0, 0.1)),
    Case("share", ".9 to 1", _share(0.9, 1.0)),
)  # fmt: skip

HARD: dict[tuple[str, str], tuple[int, str]] = {
    ("mean", "log-normal, 1"): (
        16, "too seldom: few values do not show how far out the rare large ones lie",
    ),
    ("mean", "rare counts"): (
        64, "too often: mostly 0, so that the spread is taken to be that of values one step apart",
    ),
    ("share", "0 to 1"): (8, "too often: nine counts are possible, and few ends fit 95 %"),
    ("share", "0 to .1"): (32, "too often: hardly more than 0, 1 or 2 successes are possible"),
    ("share", ".9 to 1"): (32, "too often: hardly more than 0, 1 or 2 failures are possible"),
}  # fmt: skip
"""By case: up to how many worlds intervals cannot hold as they say, how they err, and why."""


def coverage(
    trials: int = TRIALS,
    worlds: Sequence[int] = WORLDS,
    cases: Iterable[Case] = CASES,
    seed: int = 1,
    told: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Return how often intervals hold the truth: a row for each case and number of worlds.

    Columns: `estimate`, `data`, `worlds`, `trials`, `given` (share of samples that have an
    interval), `held` (share of these whose interval holds the truth) with its exact binomial
    interval `low`, `high`, `missed_below` and `missed_above` (share of intervals that lie wholly
    below, or above, the truth), `finding` (`met`, `missed`, or `hard`).
    """
    import pandas as pd

    rows = []
    for place, case in enumerate(cases):
        if told is not None:
            told(f"{case.estimate}: {case.data}")
        for count in worlds:
            rng = np.random.default_rng([seed, place, count])
            found = [case.interval(rng, count) for _ in range(trials)]
            low, high, truth = np.array([(*ends, true) for ends, true in found]).T
            known = np.isfinite(low)
            below, above = (high < truth)[known], (low > truth)[known]
            held, given = int((~below & ~above).sum()), int(known.sum())
            rows.append(
                {
                    "estimate": case.estimate,
                    "data": case.data,
                    "worlds": count,
                    "trials": trials,
                    "given": given / trials,
                    "held": held / given if given else np.nan,
                    **dict(zip(("low", "high"), exact(held, given), strict=True)),
                    "missed_below": below.mean() if given else np.nan,
                    "missed_above": above.mean() if given else np.nan,
                    "finding": _finding(case, count, held, given),
                }
            )
    return pd.DataFrame(rows)


def exact(successes: int, count: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the exact (Clopper-Pearson) interval of a share."""
    if not count:
        return NO_INTERVAL
    tail = (1 - confidence) / 2
    low = special.betaincinv(successes, count - successes + 1, tail) if successes else 0.0
    high = (
        special.betaincinv(successes + 1, count - successes, 1 - tail) if successes < count else 1.0
    )
    return Interval(float(low), float(high))


def _finding(case: Case, count: int, held: int, given: int) -> str:
    """Return whether a case meets the target, as far as so many trials can tell."""
    most, _ = HARD.get((case.estimate, case.data), (0, ""))
    if count <= most:
        return "hard"
    low, high = exact(held, given, 1 - 2 * FALSE_ALARM)
    return "met" if low <= TARGET[1] and high >= TARGET[0] else "missed"


def met(found: pd.DataFrame) -> bool:
    """Return whether every case that can be met is met."""
    return not (found["finding"] == "missed").any()


def summary_text(found: pd.DataFrame) -> str:
    """Return the count as a table of text, with what cannot be had in words."""
    worlds = list(dict.fromkeys(found["worlds"]))
    lines = [
        f"{found['trials'].iloc[0]:,} samples of each case: how often 95 % intervals hold the truth, "
        "by number of worlds",
        "",
        f"{'':49}" + "".join(f"{count:>9}" for count in worlds),
    ]
    some_without = False
    for (estimate, data), part in found.groupby(["estimate", "data"], sort=False):
        cells = ""
        for row in part.to_dict("records"):
            mark = {"met": " ", "missed": "!", "hard": "*"}[row["finding"]]
            some_without |= row["given"] < 1
            cells += f"{row['held']:>8.1%}" + mark
        lines.append(f"{estimate:22}{data:27}{cells}".rstrip())
    lines += ["", "* cannot be had:"]
    lines += [
        f"  {estimate}, {data}, up to {most} worlds: {why}"
        for (estimate, data), (most, why) in HARD.items()
    ]
    if some_without:
        fewest = found.sort_values("given", kind="stable").iloc[0]
        lines.append(
            f"Counted are samples that have an interval; fewest have one for {fewest['estimate']}, "
            f"{fewest['data']}, {fewest['worlds']} worlds: {fewest['given']:.0%}."
        )
    verdict = "met" if met(found) else "missed where marked !"
    low, high = TARGET
    lines.append(
        f"Target {low:.0%} to {high:.0%}, as far as so many samples can tell (a case at its edge is "
        f"called missed once in {round(1 / FALSE_ALARM):,}): {verdict}"
    )
    return "\n".join(lines)
