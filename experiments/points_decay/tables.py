"""What came out, as published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.probes.points import CLASSES, QUARTERS
from sim.statistics import FEWEST, average, holm, quotient
from sim.study.estimates import estimated, measured, part_of, row, share_of_worlds
from sim.study.precision import bought
from sim.study.table import DONE

from .measure import (
    CLEAR,
    KINDS,
    QUARTER,
    acts_a_week,
    by_world,
    effects,
    judged,
    spending,
    weakening_of_points,
    wi,
)
from .validity import best_lines, cause_lines, price_cells, price_lines, rule_lines
from .worlds import BEGIN, CHI, EXPECTED, HORIZON, REFERENCE_WEIGHT, SYNERGY, UNKNOWNS

if TYPE_CHECKING:
    import pandas as pd


def achieved(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return what precision the prior part bought."""
    return bought(
        weakening_of_points(part_of(frames, "prior")),
        "acts a week",
        "How much the effect of points falls from its first half-year to its third year",
    )


def tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return all published tables.

    - `mixes`: effect at first and at last, WI, rate of leaving and spending of each mix, by class.
    - `curves`: the effect by quarter.
    - `worlds`: first and last effect of points in each world, WI, and whether it is clear.
    - `signs`: shares of worlds in which points weakened.
    - `where`: WI of points by what worlds have in common.
    - `unknowns`: rank correlation of WI with each unknown.
    - `rules`: WI, participation, breakage, liability and spending under each rule.
    - `price`: cost of an additional hour by window; `best`: the window that costs least.
    - `causes`: the effect in worlds of one cause, and what remedies restore.
    """
    import pandas as pd

    prior_part = part_of(frames, "prior")
    seen = effects(prior_part)
    points = judged(seen[seen["mix"] == "points"])
    prices = price_cells(part_of(frames, "price"))
    found: dict[str, list[dict[str, Any]]] = {
        "mixes": mix_lines(prior_part),
        "curves": curve_lines(prior_part),
        "signs": sign_lines(points),
        "where": where_lines(seen[seen["mix"] == "points"]),
        "unknowns": unknown_lines(seen[seen["mix"] == "points"], points),
        "rules": rule_lines(part_of(frames, "rules")),
        "price": price_lines(prices),
        "best": best_lines(prices),
        "causes": cause_lines(part_of(frames, "causes")),
    }
    return {"worlds": points, **{name: pd.DataFrame(lines) for name, lines in found.items()}}


def mix_lines(prior_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what each mix did in the prior: lines of table `mixes`.

    Mix `none` shows the acts themselves, against which the effects of the others are to be read.
    `points beside honours` is what points add where honours are given anyway, at half the sum.
    """
    against_none = effects(prior_part)
    beside = effects(prior_part, against="honours")
    beside = beside[beside["mix"] == "both"].assign(mix="points beside honours")
    found = []
    for rows in (*(own for _, own in against_none.groupby("mix", sort=False)), beside):
        mix = str(rows["mix"].iloc[0])
        for kind in KINDS:
            means = by_world(rows, [f"{when}_{kind}" for when in ("first", "last", "period")])
            labels = {"mix": mix, "kind": kind}
            found += [
                measured(
                    average(means[f"{when}_{kind}"]),
                    "acts per week",
                    **labels,
                    measure=when,
                )
                for when in ("first", "last", "period")
            ]
            found.append(measured(wi(rows, kind), "WI", **labels, measure="WI"))
            found += leaving(rows, **labels)
        found += spending(rows, mix=mix, kind="all")
    none = prior_part[(prior_part["mix"] == "none") & (prior_part["status"] == DONE)]
    points = against_none[against_none["mix"] == "points"]
    for kind in KINDS:
        found += leaving(none, mix="none", kind=kind)
        found += [
            measured(
                average(by_world(points, [f"base_{when}_{kind}"]).iloc[:, 0]),
                "acts per week",
                mix="none",
                kind=kind,
                measure=f"acts {when}",
            )
            for when in ("first", "last", "period")
        ]
    return found + contrast_lines(against_none, beside)


def leaving(rows: pd.DataFrame, **labels: Any) -> list[dict[str, Any]]:
    """Return how many of a hundred registered volunteers left the register in a year."""
    kinds = CLASSES if labels["kind"] == "all" else (labels["kind"],)
    names = [f"{name}_{kind}" for name in ("exits", "register_weeks") for kind in kinds]
    means = by_world(rows, names)
    exits = means[[f"exits_{kind}" for kind in kinds]].sum(axis=1)
    weeks = means[[f"register_weeks_{kind}" for kind in kinds]].sum(axis=1)
    rate = quotient(exits, weeks, 5200)
    return [measured(rate, "% of register per year", **labels, measure="leaving")]


def contrast_lines(seen: pd.DataFrame, beside: pd.DataFrame) -> list[dict[str, Any]]:
    """Return differences in WI: between mixes, world by world, and between core and casual."""
    points, both = (seen[seen["mix"] == mix] for mix in ("points", "both"))
    alike = spent_alike(points, both)
    pairs = {
        "both - points": wi(both).minus(wi(points)),
        "both - points, core": wi(both, "core").minus(wi(points, "core")),
        "points beside honours - points": wi(beside).minus(wi(points)),
        "both - points, spent alike": wi(both[both["block"].isin(alike)]).minus(
            wi(points[points["block"].isin(alike)])
        ),
        "core - casual": wi(points, "core").minus(wi(points, "casual")),
    }
    return [
        measured(found, "difference of WI", mix=name, kind="contrast", measure="WI")
        for name, found in pairs.items()
    ]


def spent_alike(points: pd.DataFrame, both: pd.DataFrame) -> list[int]:
    """Return the worlds in which both mixes really paid about as much: within a quarter."""
    paid = [
        by_world(rows, ["fund_spending_goods", "fund_spending_honours"]).sum(axis=1)
        for rows in (points, both)
    ]
    ratios = paid[1] / paid[0].where(paid[0] > 0)
    return [int(world) for world in ratios.index[ratios.between(0.8, 1.25)]]


def curve_lines(prior_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the effect of each mix quarter by quarter, with intervals over worlds."""
    seen = effects(prior_part)
    done = prior_part[prior_part["status"] == DONE].set_index(["block", "replication"])
    twins = done[done["mix"] == "none"]
    found = []
    for mix, rows in seen.groupby("mix", sort=False):
        twin = twins.loc[list(zip(rows["block"], rows["replication"], strict=True))]
        for kind in KINDS:
            for quarter in range(QUARTERS):
                one = range(quarter, quarter + 1)
                gap = acts_a_week(rows, kind, one) - acts_a_week(twin, kind, one)
                gaps = by_world(rows.assign(gap=gap), ["gap"])["gap"]
                labels = {"mix": mix, "kind": kind, "week": QUARTER * quarter + 6.5 - BEGIN}
                found.append(estimated(gaps, "acts per week", **labels))
    return found


def sign_lines(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return shares of worlds: by finding, and with WI above zero where it has a value."""
    defined = points[points["finding"] != "undefined"]
    shares = {
        "undefined": points["finding"] == "undefined",
        "WI above 0": defined["wi"] > 0,
        "clearly weakened": defined["finding"] == "weakened",
        "clearly grew": defined["finding"] == "grew",
        "unclear": defined["finding"] == "unclear",
    }
    return [share_of_worlds(held, share=name) for name, held in shares.items()]


# --- Where points weaken -----------------------------------------------------------------------

SHORT = 0.05
"""Share of requests that are not met from which shelves count as empty."""


def conditions(points: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return which rows are of which kind of world: by chi, reach at launch, and shelves."""
    reach = points[EXPECTED] * points[HORIZON] / points["price"]
    missed = points["stockouts"] / points["goods_requested"].clip(lower=1)
    empty = missed.groupby(points["block"]).transform("mean") > SHORT
    return {
        "chi": {f"chi {chi:g}": points[REFERENCE_WEIGHT] == chi for chi in CHI},
        "reach": {"out of reach": reach < 1, "within reach": reach >= 1},
        "shelves": {"empty": empty, "stocked": ~empty},
    }


def where_lines(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return WI of points by class of volunteers and by kind of world: lines of table `where`.

    `difference` is WI of the first kind of world less that of the last.
    """
    found = [measured(wi(points, kind), "WI", condition="volunteers", level=kind) for kind in KINDS]
    for condition, levels in conditions(points).items():
        apart = [wi(points[held], stream=place) for place, held in enumerate(levels.values())]
        found += [
            measured(one, "WI", condition=condition, level=level)
            for level, one in zip(levels, apart, strict=True)
        ]
        difference = apart[-1].minus(apart[0]) if condition == "chi" else apart[0].minus(apart[-1])
        found.append(
            measured(difference, "difference of WI", condition=condition, level="difference")
        )
    return found


def unknown_lines(points: pd.DataFrame, worlds_seen: pd.DataFrame) -> list[dict[str, Any]]:
    """Return Spearman's correlation of WI with each unknown, over worlds in which WI has a value.

    `holm` is the p-value corrected for the number of unknowns.
    """
    from scipy import stats

    names = [*UNKNOWNS, REFERENCE_WEIGHT, "population.propensity_sd", "price", "envelope"]
    names = [name for name in names if name not in (SYNERGY,) and "honours" not in name]
    values = by_world(points, names)
    held = worlds_seen.set_index("world")["wi"].dropna()
    found = []
    for name in names:
        known = values.loc[held.index, name]
        rho, p = np.nan, 1.0
        if len(held) >= FEWEST and held.nunique() > 1 and known.nunique() > 1:
            rho, p = map(float, stats.spearmanr(held, known))
        half = CLEAR / np.sqrt(max(len(held) - 3, 1))
        middle = np.arctanh(np.clip(rho, -0.999, 0.999))
        ends = np.tanh([middle - half, middle + half])
        found.append({**row(rho, ends, "rank correlation", len(held), unknown=name), "p": p})
    corrected = holm([one["p"] for one in found])
    return [
        {**one, "holm": p}
        for one, p in sorted(zip(found, corrected, strict=True), key=lambda pair: pair[0]["p"])
    ]
