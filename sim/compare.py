"""Two scenarios under the same seeds: what changes from A to B, and how sure that is.

Both run with equal seeds, so that they share every draw they have in common; what is compared is
the difference per seed. Looking at many outcomes at once finds some difference by chance: `holm`
holds p-values corrected for their number.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sim.records import NOTHING, declared, share
from sim.results import (
    NO_NUMBER,
    NOTICE,
    Progress,
    Run,
    Task,
    mean_over_runs,
    plain,
    run_many,
    run_one,
    seeds_from,
    versions,
)
from sim.scenario import Scenario
from sim.statistics import FEWEST, NONE_GIVEN, Paired, between, holm, paired

LOPSIDED = 16
"""Pairs below which the interval of a very lopsided difference holds the truth too seldom."""

MODES = {
    "event": "events",
    "volunteer": "volunteering",
    "report": "reporting",
    "deliberate": "deliberation",
}
GROUPS = {
    "": "everyone",
    "_young": "18-40",
    "_elderly": "60+",
    "_migrant": "migrant",
    "_low_income": "low income",
    "_party_member": "Party",
}

RATE = "% in 13 weeks"
"""Unit of the rates: who took part within 13 weeks."""

type Measure = Callable[[Mapping[str, float]], float]


def _figure(name: str, factor: float = 1.0) -> Measure:
    return lambda outcomes: factor * outcomes[name]


def _ratio(above: tuple[str, ...], below: str) -> Measure:
    """Return the sum of some figures over another; not a number over nothing."""
    return lambda outcomes: share(sum(outcomes[name] for name in above), outcomes[below])


def headline() -> dict[str, tuple[str, str, Measure]]:
    """Return the outcomes that are compared: label, unit and measure, by name."""
    found: dict[str, tuple[str, str, Measure]] = {}
    for mode, label in MODES.items():
        for group, words in GROUPS.items():
            name = f"rate_{mode}{group}"
            found[name] = (f"{label}, {words}", RATE, _figure(name, 100.0))
    for mode, label in MODES.items():
        found[f"acts_{mode}"] = (f"acts, {label}", "acts", _figure(f"acts_{mode}"))
    return found | {
        "volunteer_hours": ("volunteer hours", "hours", _figure("volunteer_hours")),
        "attendance": ("attendance at events", "person-times", _figure("attendance")),
        "needs_closed": ("needs met", "needs", _figure("needs_closed")),
        "needs_met_share": (
            "needs met within 12 weeks",
            "%",
            _figure("needs_met_share", 100.0),
        ),
        "need_wait_median": ("median age of a need met", "weeks", _figure("need_wait_median")),
        "hazards_fixed": ("hazards put right", "hazards", _figure("hazards_fixed")),
        "disputes_resolved": ("disputes resolved", "disputes", _figure("disputes_resolved")),
        "partners": ("partners", "partners", _figure("partners")),
        "trust": ("trust", "0-1", _figure("trust")),
        "points_issued": ("points issued", "points", _figure("points_issued")),
        "points_redeemed": ("points redeemed", "points", _figure("points_redeemed")),
        "points_outstanding": ("points outstanding", "points", _figure("points_outstanding")),
        "fund_balance": ("fund balance", "yuan", _figure("fund_balance")),
        "fund_spending": ("paid by the fund", "yuan", _figure("fund_spending")),
        "cost_per_volunteer_hour": (
            "all paid / volunteer hours",
            "yuan per hour",
            _ratio(("fund_spending",), "volunteer_hours"),
        ),
        "rewards_per_volunteer_hour": (
            "goods, honours / vol. hours",
            "yuan per hour",
            _ratio(("fund_spending_goods", "fund_spending_honours"), "volunteer_hours"),
        ),
    }


def pairs(a: Sequence[float], b: Sequence[float]) -> Paired:
    """Compare values seed by seed, over the seeds in which both are numbers.

    Where these are fewer than two, nothing is known but their number and each scenario's own mean.
    """
    both = [
        (one, other)
        for one, other in zip(a, b, strict=True)
        if math.isfinite(one) and math.isfinite(other)
    ]
    if len(both) < 2:
        nothing = Paired(**dict.fromkeys(Paired._fields[:-1], NOTHING), pairs=len(both))
        return nothing._replace(mean_a=mean_over_runs(a), mean_b=mean_over_runs(b))
    return paired(*zip(*both, strict=True))


def corrected(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for the number of those there are; the others stay `NOTHING`."""
    known = iter(holm([p for p in p_values if math.isfinite(p)]))
    return [next(known) if math.isfinite(p) else NOTHING for p in p_values]


def contrasts(a: Sequence[Run], b: Sequence[Run]) -> dict[str, dict[str, Any]]:
    """Return every headline outcome of two scenarios' runs compared, as `compared` does."""
    weeks = len(a[0].weekly)
    return compared([run.outcomes for run in a], [run.outcomes for run in b], weeks)


def compared(
    a: Sequence[Mapping[str, float]], b: Sequence[Mapping[str, float]], weeks: int
) -> dict[str, dict[str, Any]]:
    """Return every headline outcome compared: label, unit, period, `Paired`, corrected p-value."""
    measures = headline()
    found: dict[str, Paired] = {
        name: pairs([measure(outcomes) for outcomes in a], [measure(outcomes) for outcomes in b])
        for name, (_, _, measure) in measures.items()
    }
    figures = declared()
    holms = corrected([contrast.p for contrast in found.values()])
    return {
        name: {
            "label": measures[name][0],
            "unit": measures[name][1],
            "period": figures[name].period(weeks) if name in figures else "ratio of sums",
            **contrast._asdict(),
            "holm": p,
        }
        for (name, contrast), p in zip(found.items(), holms, strict=True)
    }


def compare(
    a: Scenario,
    b: Scenario,
    replications: int,
    weeks: int,
    seed: int = 1,
    progress: Progress = None,
    workers: int | None = None,
) -> dict[str, Any]:
    """Run two scenarios under the same seeds and return B minus A.

    Args:
        a, b: checked scenarios.
        replications: seeds; from five on there are intervals.
        weeks: weeks of the programme.
        seed: the first seed; the others follow it.
        progress: told how much is done, of how much.
        workers: processes; the result does not depend on them.
    """
    seeds = seeds_from(seed, replications)
    tasks = [Task(scenario, weeks, number) for number in seeds for scenario in (a, b)]
    runs = run_many(tasks, run_one, progress, workers)
    first, second = runs[0::2], runs[1::2]
    return told(
        a,
        b,
        weeks,
        seeds,
        contrasts(first, second),
        {"a": [run.digest for run in first], "b": [run.digest for run in second]},
    )


def told(
    a: Scenario,
    b: Scenario,
    weeks: int,
    seeds: Sequence[int],
    outcomes: Mapping[str, Any],
    digests: Mapping[str, Sequence[str]],
    worlds: int = 0,
) -> dict[str, Any]:
    """Return a comparison with all that it takes to read it and to make it again.

    Args:
        a, b: the scenarios.
        weeks: of the practice.
        seeds: of each world, or all there are.
        outcomes: as `compared` gives them.
        digests: of every run, by side.
        worlds: draws of what nobody knows, each of which counts as a pair; 0 if seeds do.
    """
    result = {
        "a": {"scenario": a.name, "title": a.title or a.name, "digest": a.digest()},
        "b": {"scenario": b.name, "title": b.title or b.name, "digest": b.digest()},
        "weeks": weeks,
        "seeds": seeds,
        "worlds": worlds,
        "calibrated": False,
        "notice": NOTICE,
        "versions": versions(),
        "differences": len(b.differences(a)),
        "outcomes": outcomes,
        "digests": digests,
    }
    return plain(result)  # type: ignore[no-any-return]


# --- Text ----------------------------------------------------------------------------------------


def summary_text(result: Mapping[str, Any]) -> str:
    """Return a comparison as a table of text, at most 100 columns wide."""
    seeds, worlds = result["seeds"], result["worlds"]
    count = worlds or len(seeds)
    which = f"{len(seeds)} pairs with equal seeds ({seeds[0]}-{seeds[-1]})"
    if worlds:
        which = f"{worlds} draws of what nobody knows, {len(seeds)} seeds each"
    lines = [
        f"A  {result['a']['title']} ({result['a']['scenario']})",
        f"B  {result['b']['title']} ({result['b']['scenario']})",
        f"{result['weeks']} weeks, {which}, {result['differences']} numbers differ",
        result["notice"],
        "",
        f"{'outcome':<28}{'unit':<14}{'A':>11}{'B':>11}{'B - A':>11}{'95 % interval':>22}{'':3}",
    ]
    lines += [_row(contrast) for contrast in result["outcomes"].values()]
    looked = len(result["outcomes"])
    lines += [
        "",
        f"95 % intervals of the mean difference over {count} pairs, each by itself (Student's t,",
        "corrected for lopsided differences); the share of pairs with B above A is in the JSON output.",
        f"*  differs even when all {looked} outcomes are looked at together (Holm, 5 %).",
        *_periods(result["outcomes"].values()),
    ]
    if count < FEWEST:
        lines.append(f"Fewer than {FEWEST} pairs: no interval and no star can be given.")
    elif count < LOPSIDED:
        lines += [
            f"With fewer than {LOPSIDED} pairs, intervals of very lopsided differences hold the truth in 90 %",
            "of cases, others in 95 % (`redmaple verify intervals`).",
        ]
    return "\n".join(lines)


def _periods(contrasts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say which weeks each outcome is of: most are sums, so that the others are named."""
    named: dict[str, dict[str, None]] = {}
    for contrast in contrasts:
        rate = contrast["unit"] == RATE
        named.setdefault(contrast["period"], {})[RATE if rate else contrast["label"]] = None
    most = max(named, key=lambda period: len(named[period]))
    lines = [
        f"{period[0].upper()}{period[1:]}: {', '.join(labels)}."
        for period, labels in named.items()
        if period != most
    ]
    return [line for text in lines for line in textwrap.wrap(text, 100)] + [f"All else: {most}."]


def _row(contrast: Mapping[str, Any]) -> str:
    digits = _digits(contrast)
    a, b, gap = (
        NO_NUMBER if contrast[key] is None else f"{round(contrast[key], digits) + 0.0:,.{digits}f}"
        for key in ("mean_a", "mean_b", "difference")
    )
    known = contrast["difference"] is not None
    sign = "+" if known and contrast["difference"] > 0 and float(gap.replace(",", "")) else ""
    p = contrast["holm"]
    star = " *" if p is not None and p < 0.05 else "  "
    return (
        f"{contrast['label']:<28}{contrast['unit']:<14}{a:>11}{b:>11}{sign + gap:>11}"
        f"{_interval(contrast, digits):>22}{star}"
    )


def _interval(contrast: Mapping[str, Any], digits: int) -> str:
    """Return the interval of a difference, or in words why there is none."""
    if contrast["low"] is not None:
        return between(contrast["low"], contrast["high"], digits)
    if contrast["pairs"] < FEWEST:
        return NONE_GIVEN
    return "no pair differs" if contrast["share_equal"] == 1 else "every pair alike"


def _digits(contrast: Mapping[str, Any]) -> int:
    """Return how many decimals show the larger mean to about three digits."""
    size = max(abs(contrast[mean] or 0.0) for mean in ("mean_a", "mean_b"))
    return 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3
