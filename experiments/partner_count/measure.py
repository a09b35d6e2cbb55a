"""Units, waits and where they are shortest, and what explains the variance of the fund."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.statistics import bootstrap_interval, mean_interval, resample_weights
from sim.study.estimates import by_world, estimated, row

from .design import COST, HALF_OF_COST, LEVERS, SPENDING, STAFF

if TYPE_CHECKING:
    from pandas import DataFrame, Series

UNITS = {
    "needs_met": "share of needs",
    "partner_domains": "domains",
    "projects_done": "projects",
    "projects_proposed": "projects",
    "project_wait_median": "weeks",
    "domain_wait_median": "weeks",
    "project_cover": "share of domain-weeks",
    "needs_closed_by_partner": "needs",
    "need_wait_median": "weeks",
    "partner_commitment": "0-1",
    "partners_taking_part": "partners",
    "partners": "partners",
    "partners_joined": "partners",
    "partners_left": "partners",
    "fund_balance": "yuan",
    "fund_income": "yuan",
    "fund_revenue": "yuan",
    "fund_spending": "yuan",
    **dict.fromkeys(SPENDING, "yuan"),
    "funding": "0-1",
}
"""Outcomes that the tables report, with their units."""

WAITS = ("project_wait_median", "domain_wait_median")
COSTS = ("none", "lower half", "upper half")
FLAT = 0.5
"""Difference in weeks below which waits, which are counted in whole weeks, are the same."""
SATURATED = 0.25
"""Difference in domains below which coverage counts as the same: a twentieth of the five domains."""
ABOUT = 0.1
"""Relative difference up to which two results are about the same (H2.3: in projects)."""


def geometric(values: Any, unit: str, **where: Any) -> dict[str, Any]:
    """Return a row with the geometric mean of independent positive values, as `estimated` does."""
    row = estimated(np.log(np.asarray(values, np.float64)), unit, **where)
    return row | {name: float(np.exp(row[name])) for name in ("estimate", "low", "high")}


def table(rows: Iterable[dict[str, Any]]) -> DataFrame:
    """Return rows as a table."""
    import pandas as pd

    return pd.DataFrame(list(rows))


def half_of_cost(frame: DataFrame) -> Any:
    """Return for each run in which half of its range the cost of coordination lies; `none` at 0."""
    cost = frame[COST]
    return np.where(cost == 0, COSTS[0], np.where(cost < HALF_OF_COST, COSTS[1], COSTS[2]))


def shortest_waits(waits: DataFrame, free: DataFrame) -> DataFrame:
    """Return at which number of partners the wait is shortest, by cost and staff.

    The estimate is where the curve of the mean wait is lowest, `a + b/n + c·n` fitted to it: what
    finding somebody costs falls with the number n, what agreeing costs rises. It is undefined where
    the curve is flat. Its interval comes from resampling worlds. The shares say how often the
    lowest of the means, as they are, lies below 11, within 11-41, above 41, or above 60;
    `worlds_within` is the share of single worlds whose own fitted curve is lowest within 11-41.
    `staff` is `more` for how much further up the minimum lies with staff than without. `rise` is
    by how much the most partners wait longer than the fewest, in the same world. Means over
    worlds are geometric.
    """
    import pandas as pd

    rows = []
    frame = pd.concat([free, waits])
    for (outcome, cost), part in (
        ((outcome, cost), part)
        for outcome in WAITS
        for cost, part in frame.groupby(half_of_cost(frame))
    ):
        places = {}
        for staff, own in part.groupby("staff"):
            seen = by_world(own, outcome, "number").dropna()
            numbers, values = seen.columns.to_numpy(float), seen.to_numpy(float)
            means = np.exp(resample_weights(len(values)) @ np.log(values))
            at = numbers[means.argmin(axis=1)]
            places[staff] = (
                float(fitted_minima(numbers, np.exp(np.log(values).mean(axis=0))[None])[0]),
                fitted_minima(numbers, means),
            )
            single = fitted_minima(numbers, values)
            rise = values[:, -1] - values[:, 0]
            rows.append(
                _placed(places[staff], len(values), outcome=outcome, cost=cost, staff=f"{staff:g}")
                | {
                    "below_11": float((at < 11).mean()),
                    "within_11_41": float(((at >= 11) & (at <= 41)).mean()),
                    "above_41": float((at > 41).mean()),
                    "above_60": float((at > 60).mean()),
                    "worlds_within": float(((single >= 11) & (single <= 41)).mean()),
                    "rise": float(rise.mean()),
                    "rise_low": mean_interval(rise).low,
                    "rise_high": mean_interval(rise).high,
                }
            )
        if len(places) > 1:
            (one, ones), (two, twos) = places[STAFF[0]], places[STAFF[-1]]
            apart = two - one, twos - ones
            rows.append(_placed(apart, rows[-1]["n"], outcome=outcome, cost=cost, staff="more"))
    return table(rows)


def _placed(found: tuple[float, Any], size: int, **where: Any) -> dict[str, Any]:
    """Return a row with a number of partners and the interval of its resamples."""
    return row(found[0], bootstrap_interval(found[1], size), "partners", size, **where)


def fitted_minima(numbers: Any, waits: Any) -> Any:
    """Return where `a + b/n + c·n`, fitted by least squares, is lowest within the numbers given.

    Not a number where the waits differ by less than half a week: they are flat.

    Args:
        numbers: float[number], of partners, upward.
        waits: float[curve, number], in weeks.

    Returns:
        float[curve], in partners.
    """
    terms = np.column_stack([np.ones_like(numbers), 1 / numbers, numbers])
    _, search, agreement = np.linalg.lstsq(terms, waits.T)[0]
    fewest, most = numbers[0], numbers[-1]
    first_is_lower = search / fewest + agreement * fewest <= search / most + agreement * most
    at_an_end = np.where(first_is_lower, fewest, most)
    inside = (search > 0) & (agreement > 0)
    balanced = np.sqrt(np.where(inside, search, 0) / np.where(inside, agreement, 1))
    lowest = np.where(inside, np.clip(balanced, fewest, most), at_an_end)
    return np.where(np.ptp(waits, axis=1) < FLAT, np.nan, lowest)


def variance_of_fund(factorial: DataFrame) -> DataFrame:
    """Return what share of the fund's variance over all runs each source explains by itself.

    Least squares; adjusted for the number of terms. Levers enter as classes, users and the share
    of market operators as they are. `more than number` is what market operators and users together
    explain beyond what the number does. Intervals come from resampling worlds.
    """
    columns_of = {
        "number": ["number"],
        "market operators": ["market_operators"],
        "users": ["market_users"],
        "market operators and users": ["market_operators", "market_users"],
        **{lever: [lever] for lever in LEVERS[1:]},
        "all of these": ["market_operators", "market_users", *LEVERS],
    }
    rows, size = [], factorial["world"].nunique()
    for outcome in ("fund_balance", "fund_revenue", "fund_spending"):
        shares = {}
        for source, columns in columns_of.items():
            terms = np.column_stack([_terms(factorial[column]) for column in columns])
            shares[source] = explained(terms, factorial[outcome], factorial["world"])
        gap = tuple(
            ours - its
            for ours, its in zip(
                shares["market operators and users"], shares["number"], strict=True
            )
        )
        rows += [
            row(
                share, bootstrap_interval(again, size), "share of variance", size,
                outcome=outcome, source=source,
            )
            for source, (share, again) in {**shares, "more than number": gap}.items()
        ]  # fmt: skip
    return table(rows)


def _terms(column: Series) -> Any:
    """Return a column as terms of a regression: a lever as classes, another figure as it is."""
    if column.name not in LEVERS:
        return column.fillna(0.0).to_numpy(float)[:, None]  # without partners none is on the market
    classes = sorted(column.unique())[1:]
    return np.column_stack([column == value for value in classes]).astype(float)


def explained(terms: Any, outcome: Series, world: Series) -> tuple[float, Any]:
    """Return the adjusted share of variance that terms explain, and the same in resampled worlds.

    Args:
        terms: float[run, term], without the constant.
        outcome: of each run.
        world: of each run; worlds are resampled as wholes.
    """
    values = outcome.to_numpy(float)
    columns = np.column_stack([terms, values])
    spread = columns.std(axis=0)
    columns = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1)
    columns = np.column_stack([np.ones(len(values)), columns])
    members = [np.flatnonzero(world == one) for one in world.unique()]
    squares = np.stack([columns[rows].T @ columns[rows] for rows in members])
    chosen = resample_weights(len(members)) * len(members)
    resampled = np.einsum("rw,wij->rij", chosen, squares)
    return float(_adjusted(squares.sum(axis=0)[None])[0]), _adjusted(resampled)


def _adjusted(squares: Any) -> Any:
    """Return adjusted R² from sums of squares and products of constant, terms and outcome."""
    among, with_outcome = squares[:, :-1, :-1], squares[:, :-1, -1]
    runs, products = squares[:, 0, 0], squares[:, -1, -1]
    total = products - with_outcome[:, 0] ** 2 / runs
    weights = np.einsum("rij,rj->ri", np.linalg.pinv(among, hermitian=True), with_outcome)
    left = products - np.einsum("ri,ri->r", weights, with_outcome)
    freedom = among.shape[-1] - 1
    share = 1 - left / np.where(total > 0, total, 1) * (runs - 1) / (runs - 1 - freedom)
    return np.where(total > 0, share, 0.0)
