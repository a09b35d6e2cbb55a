"""What rules of validity, windows, prices, causes and remedies did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.probes.points import CLASSES
from sim.statistics import FEWEST, NO_INTERVAL, Measured, average, bootstrap_interval, quotient
from sim.study.estimates import measured, row
from sim.study.table import DONE

from .arms import RULES, TERMS
from .measure import KINDS, acts_a_week, by_world, effects, spending, wi
from .worlds import YEARS

if TYPE_CHECKING:
    import pandas as pd


# --- Rules of validity -------------------------------------------------------------------------

SHORT_RULES = ("window 13", "half-life 8", "quarterly")
"""Rules that count as short validity: points last a quarter or less on average."""


def rule_lines(rules_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what each rule did, at each stock and over all: lines of table `rules`.

    Changes are against the same mix and stock without balance decay, world by world.
    """
    seen = effects(rules_part)
    seen = seen[seen["rule"].notna()]
    found = []
    for mix, of_mix in seen.groupby("mix", sort=False):
        shelves = [("all", of_mix)]
        shelves += [(f"{size:g}", of_mix[of_mix["stock"] == size]) for size in stocks_of(of_mix)]
        for stock, rows in shelves:
            for rule in [*RULES, "short"]:
                own = rows[rows["rule"].isin(SHORT_RULES if rule == "short" else [rule])]
                lasting = rows[rows["rule"] == "none"]
                labels = {"mix": mix, "stock": stock, "rule": rule}
                found += _rule_lines(own, lasting, labels)
    return found


def stocks_of(rows: pd.DataFrame) -> list[float]:
    """Return the sizes of stock in a table, the smallest first."""
    return sorted(float(stock) for stock in rows["stock"].unique())


def _rule_lines(
    own: pd.DataFrame, lasting: pd.DataFrame, labels: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return what one rule did: WI, effect, points and spending; by class over all stocks only."""
    period = average(by_world(own, ["period_all"])["period_all"])
    apart = wi(own).minus(wi(lasting))
    found = [
        measured(wi(own), "WI", **labels, kind="all", measure="WI"),
        measured(apart, "difference of WI", **labels, kind="all", measure="WI change"),
        measured(period, "acts per week", **labels, kind="all", measure="effect"),
        *spending(own, **labels, kind="all"),
    ]
    for measure, column, unit, factor_of in (
        ("breakage", "points_breakage", "% of points issued", 100.0),
        ("liability", "points_liability", "yuan", 1.0),
    ):
        levels, before = (by_world(rows, [column])[column] * factor_of for rows in (own, lasting))
        for name, values in ((measure, levels), (f"{measure} change", levels - before)):
            found.append(measured(average(values), unit, **labels, kind="all", measure=name))
    return found + (_class_lines(own, lasting, labels) if labels["stock"] == "all" else [])


def _class_lines(
    own: pd.DataFrame, lasting: pd.DataFrame, labels: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return WI and the change of participation by class, and casual less core."""
    changes = {kind: participation_change(own, lasting, kind) for kind in KINDS}
    measure = "participation change"
    return [
        *(measured(wi(own, kind), "WI", **labels, kind=kind, measure="WI") for kind in CLASSES),
        *(
            measured(change, "% of acts", **labels, kind=kind, measure=measure)
            for kind, change in changes.items()
        ),
        measured(
            changes["casual"].minus(changes["core"]),
            "percentage points",
            **labels,
            kind="casual - core",
            measure=measure,
        ),
    ]


def participation_change(own: pd.DataFrame, lasting: pd.DataFrame, kind: str) -> Measured:
    """Return by how many per cent the acts of a class change where points lapse."""
    columns = [f"period_{kind}", f"base_period_{kind}"]
    acts, before = (by_world(rows, columns).sum(axis=1) for rows in (own, lasting))
    return quotient(acts, before, 100, -100)


# --- Windows and prices ------------------------------------------------------------------------

HOURS_PER_ACT = 2.0
"""Hours of an act of volunteering, as the base has it."""

POINTS_PER_ACT = 2.0
"""Points of an act of volunteering, as the base has it."""


class Cell(NamedTuple):
    """Points at one window and under some terms.

    Attributes:
        terms: price and endowment, a key of `TERMS`.
        window: weeks; 0 for no decay.
        hours: additional hours a year, with resamples of worlds.
        cost: yuan for goods per additional hour, with the same resamples.
        paid: yuan a year for goods.
        lapsed: part of the points issued that lapsed.
        needed: weeks that an ordinary volunteer needs for the cheapest good.
    """

    terms: str
    window: int
    hours: Measured
    cost: Measured
    paid: Measured
    lapsed: Measured
    needed: Measured


def price_cells(price_part: pd.DataFrame) -> list[Cell]:
    """Return all windows under all terms.

    An ordinary volunteer is a casual one, who came once or twice in the half-year before: what
    such people earn is taken from their acts in the first year, in the arm without incentive.
    """
    seen = effects(price_part)
    none = price_part[(price_part["mix"] == "none") & (price_part["status"] == DONE)]
    acts = acts_a_week(none, "casual", range(2, 6))
    ordinary = by_world(none.assign(acts=acts), ["acts", "residents_casual"])
    found = []
    grouped: Any = seen.groupby(["terms", "window"], sort=False)
    for (terms, window), rows in grouped:
        price, endowment = TERMS[str(terms)]
        means = by_world(rows, ["period_all", "fund_spending_goods", "points_breakage"])
        hours = means["period_all"] * HOURS_PER_ACT * 52
        paid = means["fund_spending_goods"] / YEARS
        found.append(
            Cell(
                str(terms),
                int(window),
                average(hours),
                quotient(paid, hours),
                average(paid),
                average(means["points_breakage"]),
                quotient(
                    ordinary["residents_casual"],
                    ordinary["acts"],
                    (price - endowment) / POINTS_PER_ACT,
                ),
            )
        )
    return found


def price_lines(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return hours, spending, cost of an additional hour and breakage: lines of table `price`."""
    found = []
    for cell in cells:
        labels = {"terms": cell.terms, "window": cell.window}
        found += [
            measured(cell.hours, "hours per year", **labels, measure="additional hours"),
            measured(cell.cost, "yuan per hour", **labels, measure="cost"),
            measured(cell.paid, "yuan per year", **labels, measure="paid for goods"),
            measured(cell.lapsed, "share of points", **labels, measure="breakage"),
        ]
    return found


def lasting_order(window: int) -> float:
    """Return a window as a length: no decay is longer than every window."""
    return np.inf if window == 0 else float(window)


def best_lines(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return, under all terms, which window costs least per additional hour: table `best`.

    `best window` is the estimate and the range of the resamples; `interior` is the share of the
    resamples in which neither the shortest window nor no decay costs least; `needed` are the weeks
    that an ordinary volunteer needs. No decay counts as 104 weeks in the range.
    """
    found = []
    for terms in dict.fromkeys(cell.terms for cell in cells):
        own = sorted(
            (cell for cell in cells if cell.terms == terms),
            key=lambda cell: lasting_order(cell.window),
        )
        lengths = np.array([min(lasting_order(cell.window), 104.0) for cell in own])
        costs = np.array([cell.cost.value for cell in own])
        again = np.array([cell.cost.again for cell in own])
        usable = np.isfinite(again).all(axis=0)
        size = own[0].cost.n
        places = np.where(usable, np.argmin(again, axis=0), -1)
        best = np.where(usable, lengths[places], np.nan)
        least = lengths[int(np.nanargmin(costs))] if np.isfinite(costs).any() else np.nan
        held = ((places > 0) & (places < len(own) - 1))[usable]
        inner = float(held.mean()) if size >= FEWEST and usable.any() else np.nan
        ends = bootstrap_interval(best, size)
        found += [
            row(least, ends, "weeks", size, terms=terms, measure="best window"),
            row(inner, NO_INTERVAL, "share of resamples", size, terms=terms, measure="interior"),
            measured(own[0].needed, "weeks", terms=terms, measure="needed"),
        ]
    return found


# --- Causes and remedies -----------------------------------------------------------------------


def cause_lines(causes_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the late effect under each cause and remedy: lines of table `causes`.

    `loss` is what the cause, left alone, takes of the effect of the third year, against the world
    without any cause; `gain` is what a remedy adds to that effect, less what it adds where there
    is no cause; `restored` is gain as a part of loss.
    """
    seen = effects(causes_part)
    late = {
        (cause, remedy): by_world(rows, ["last_all"])["last_all"]
        for (cause, remedy), rows in seen.groupby(["cause", "remedy"], sort=False)
    }
    found = []
    for (cause, remedy), rows in seen.groupby(["cause", "remedy"], sort=False):
        labels = {"cause": cause, "remedy": remedy}
        loss = late["none", "nothing"] - late[cause, "nothing"]
        gain = late[cause, remedy] - late[cause, "nothing"]
        gain -= late["none", remedy] - late["none", "nothing"]
        found += [
            measured(average(late[cause, remedy]), "acts per week", **labels, measure="last"),
            measured(wi(rows), "WI", **labels, measure="WI"),
            measured(average(loss), "acts per week", **labels, measure="loss"),
            measured(average(gain), "acts per week", **labels, measure="gain"),
            measured(quotient(gain, loss), "share of loss", **labels, measure="restored"),
            spending(rows, **labels)[0],
        ]
    return found
