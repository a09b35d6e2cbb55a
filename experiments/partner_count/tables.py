"""What came out, as published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.study.estimates import by_world, estimated, level, part_of
from sim.study.precision import bought
from sim.study.table import DONE

from .design import BASE_ACTIVE, LEVERS, OVERLAP, RECRUIT, twin_gaps
from .measure import UNITS, WAITS, geometric, half_of_cost, shortest_waits, table, variance_of_fund

if TYPE_CHECKING:
    from pandas import DataFrame


def achieved(frames: Mapping[str, DataFrame]) -> str:
    """Return what precision the twins bought."""
    twins = part_of(frames, "twins")
    return bought(
        100 * twin_gaps(twins),
        "% of the projects of 15 active partners",
        "Projects of 41 partners against those of 15 active ones",
    )


def tables(frames: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """Return the tables of the experiment from the runs of its plans, by the plans' names."""
    parts = {name.split("-")[1]: _ready(frame) for name, frame in frames.items()}
    return {
        "number": by_number(parts["curve"]),
        "gain": gain_per_partner(parts["curve"]),
        "domains": domains_covered(parts["curve"]),
        "wait": waits_by_number(parts["curve"], parts["waits"], parts["free"]),
        "shortest": shortest_waits(parts["waits"], parts["free"]),
        "twins": twins_compared(parts["twins"]),
        "variance": variance_of_fund(parts["factorial"]),
        "levers": marginal_means(parts["factorial"]),
        "endogenous": coming_and_going(parts["endogenous"]),
    }


def _ready(frame: DataFrame) -> DataFrame:
    """Return the runs that were made, with needs met; a wait without any project is undefined."""
    made = frame[frame["status"] == DONE].copy()
    made["needs_met"] = made["cohort_met_all"] / made["cohort_arisen_all"]
    made.loc[made["projects_proposed"] == 0, "project_wait_median"] = np.nan
    return made


def by_number(curve: DataFrame) -> DataFrame:
    """Return each outcome by share active and number of partners, and how far it is above none.

    Columns: `outcome`, `against` (empty, or `none`: minus no partner in the same world),
    `active_share`, `number`, and the estimate over worlds.
    """
    rows = []
    for share, part in curve.groupby("active_share"):
        for outcome, unit in UNITS.items():
            seen = by_world(part, outcome, "number")
            for number in seen:
                where = {"outcome": outcome, "active_share": share, "number": number}
                rows.append(level(seen[number], unit, **where, against=""))
                if outcome not in WAITS:
                    gap = seen[number] - seen[0]
                    rows.append(estimated(gap, unit, **where, against="none"))
    return table(rows)


def gain_per_partner(curve: DataFrame) -> DataFrame:
    """Return the needs met that ten more partners add, by share active, along the number.

    `part`: `0-41`, `41-80`, `bend` (the first minus the second: above 0 it is less and less) and
    `0-80`.
    """
    rows = []
    for share, part in curve.groupby("active_share"):
        met = by_world(part, "needs_met", "number")
        gains = {
            f"{first}-{last}": (met[last] - met[first]) / (last - first) * 10
            for first, last in ((0, 41), (41, 80), (0, 80))
        }
        gains["bend"] = gains["0-41"] - gains["41-80"]
        rows += [
            estimated(gain, "share of needs per 10 partners", active_share=share, part=name)
            for name, gain in gains.items()
        ]
    return table(rows)


def domains_covered(curve: DataFrame) -> DataFrame:
    """Return the domains covered by 41 partners, by 80, and how many more 80 cover.

    By share active, and by whether abilities overlap less or more than in half of the worlds.
    """
    rows = []
    middle = curve.groupby("world")[OVERLAP].first().median()
    halves = np.where(curve[OVERLAP] > middle, "upper half", "lower half")
    for (share, half), part in curve.groupby(["active_share", halves]):
        seen = by_world(part, "partner_domains", "number")
        where = {"active_share": share, "overlap": half}
        for number in (41, 80):
            covered = estimated(seen[number], "domains", bounds=(0, 5), **where, number=f"{number}")
            rows.append(covered)
        rows.append(estimated(seen[80] - seen[41], "domains", **where, number="80-41"))
    return table(rows)


def waits_by_number(curve: DataFrame, waits: DataFrame, free: DataFrame) -> DataFrame:
    """Return both waits, and the cover by projects, by cost, staff and number of partners.

    Waits spread in proportion, and end with the run: their means over worlds are geometric.
    """
    import pandas as pd

    base = curve[(curve["active_share"] == BASE_ACTIVE) & (curve["number"] > 0)]
    frame = pd.concat([free, waits, base])
    return table(
        (geometric if outcome in WAITS else level)(
            part.groupby("world")[outcome].mean(),
            UNITS[outcome],
            outcome=outcome,
            cost=cost,
            staff=staff,
            number=number,
        )
        for (cost, staff, number), part in frame.groupby([half_of_cost(frame), "staff", "number"])
        for outcome in (*WAITS, "project_cover", "projects_done", "fund_spending")
    )


def twins_compared(twins: DataFrame) -> DataFrame:
    """Return the outcomes of 41 partners with 37 % active and of 15 active ones, and the difference.

    `which`: `41`, `15`, `difference` (41 minus 15 in the same world) and `relative` (the same, as a
    share of the mean of the 15); over all worlds and by half of the cost of coordination.
    """
    rows = []
    halves = [("all", twins), *((cost, part) for cost, part in twins.groupby(half_of_cost(twins)))]
    for cost, part in halves:
        for outcome, unit in UNITS.items():
            seen = by_world(part, outcome, "number").dropna()
            gap, usual = seen[41] - seen[15], float(seen[15].mean())
            where = {"outcome": outcome, "cost": cost}
            rows.append(level(seen[41], unit, **where, which="41"))
            rows.append(level(seen[15], unit, **where, which="15"))
            rows.append(estimated(gap, unit, **where, which="difference"))
            if usual:
                rows.append(estimated(gap / usual, "share", **where, which="relative"))
    return table(rows)


def marginal_means(factorial: DataFrame) -> DataFrame:
    """Return each outcome at each level of each lever, over all levels of the others.

    Along the number the worlds are the same; the levels of the other levers were run in worlds of
    their own, so that their intervals hold the differences between worlds. Waits only where the
    platform meets: there are no projects without it.
    """
    return table(
        level(
            part.groupby("world")[outcome].mean(),
            unit,
            lever=lever,
            level=str(value),
            outcome=outcome,
        )
        for lever in LEVERS
        for outcome, unit in UNITS.items()
        for value, part in factorial[
            factorial["platform"].astype(bool) | (outcome not in WAITS)
        ].groupby(lever)
    )


def coming_and_going(endogenous: DataFrame) -> DataFrame:
    """Return the outcomes where 11 partners are held, and where partners come and go.

    `against`: empty, or `held`: minus 11 partners that are held, in the same world.
    """
    rows = []
    for outcome, unit in UNITS.items():
        seen = by_world(endogenous, outcome, "recruiting")
        for recruiting in ("held", *(f"{recruit:g}" for recruit in RECRUIT)):
            where = {"outcome": outcome, "recruiting": recruiting}
            rows.append(level(seen[recruiting], unit, **where, against=""))
            if recruiting != "held":
                rows.append(
                    estimated(seen[recruiting] - seen["held"], unit, **where, against="held")
                )
    return table(rows)
