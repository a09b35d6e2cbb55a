"""What became of the predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.statistics import CONFIDENCE
from sim.study.estimates import row_of, span
from sim.study.verdict import Finding, Verdict

from .measure import ABOUT, COSTS, SATURATED, WAITS

if TYPE_CHECKING:
    from pandas import DataFrame


def verdicts(tables: Mapping[str, DataFrame]) -> list[Verdict]:
    """Return what became of each prediction.

    A prediction is supported where the intervals of all its parts say so, refuted where its
    criterion is met or the interval of a part says the contrary, and undecided otherwise.
    """
    return [
        less_and_less(tables["gain"], tables["domains"]),
        shortest_inside(tables["shortest"]),
        as_good_as_fifteen(tables["twins"]),
        paid_by_the_market(tables["variance"]),
    ]


def less_and_less(gain: DataFrame, domains: DataFrame) -> Verdict:
    """Judge H2.1: needs met rise and bend at every share active, and domains saturate before 41.

    A curve is straight where ten partners beyond 41 add as much, within a tenth, as up to 41.
    """
    shares = sorted(gain["active_share"].unique())
    rises = [row_of(gain, active_share=share, part="0-80") for share in shares]
    bends = [row_of(gain, active_share=share, part="bend") for share in shares]
    more = [row_of(domains, active_share=s, overlap="upper half", number="80-41") for s in shares]
    straight = [ABOUT * row_of(gain, active_share=s, part="0-41")["estimate"] for s in shares]
    finding: Finding = "undecided"
    if (
        all(rise["low"] > 0 for rise in rises)
        and all(bend["low"] > most for bend, most in zip(bends, straight, strict=True))
        and all(row["high"] < SATURATED for row in more)
    ):
        finding = "supported"
    elif (
        any(rise["high"] < 0 for rise in rises)
        or any(bend["high"] < most for bend, most in zip(bends, straight, strict=True))
        or any(row["low"] > SATURATED for row in more)
    ):
        finding = "refuted"
    said = "; ".join(
        f"{share:.0%} active: {span(row_of(gain, active_share=share, part='0-41'), 2, 100)} up to 41, "
        f"{span(row_of(gain, active_share=share, part='41-80'), 2, 100)} beyond, "
        f"bend {span(bend, 2, 100)}, domains that 80 cover and 41 do not {span(extra, 2)}"
        for share, bend, extra in zip(shares, bends, more, strict=True)
    )
    return Verdict(
        "H2.1",
        finding,
        f"Percentage points of needs met that ten more partners add. {said} (abilities overlap much).",
    )


def shortest_inside(shortest: DataFrame) -> Verdict:
    """Judge H2.2 by the wait from proposal to running, without staff, in the upper half of the cost."""
    alone, moved, unpaid = (
        row_of(shortest, outcome=WAITS[0], cost=cost, staff=staff)
        for cost, staff in ((COSTS[2], "0"), (COSTS[2], "more"), (COSTS[0], "0"))
    )
    finding: Finding = "undecided"
    sure = CONFIDENCE
    if alone["within_11_41"] >= sure and moved["low"] > 0 and unpaid["within_11_41"] < sure:
        finding = "supported"
    elif max(alone["below_11"], alone["above_41"]) >= sure or moved["high"] < 0:
        finding = "refuted"
    met = "met" if alone["above_60"] >= sure else "not met"
    return Verdict(
        "H2.2",
        finding,
        f"From proposal to running, cost in its upper half, no staff: {_places(alone)}; the most "
        f"partners wait {_rise(alone)} weeks longer than the fewest. Staff move the place by "
        f"{span(moved, 0)} partners. The criterion (above 60) is {met}. Check without the cost: "
        f"{_rise(unpaid)} weeks from the fewest to the most. The other reading, how long a domain "
        f"waits until a project runs: {_places(row_of(shortest, outcome=WAITS[1], cost=COSTS[2], staff='0'))}; "
        f"staff move the place by "
        f"{span(row_of(shortest, outcome=WAITS[1], cost=COSTS[2], staff='more'), 0)}; without the cost "
        f"{_places(row_of(shortest, outcome=WAITS[1], cost=COSTS[0], staff='0'))}.",
    )


def _places(row: Any) -> str:
    return (
        f"shortest at {span(row, 0)} partners; of resampled worlds {row['below_11']:.0%} have the "
        f"lowest mean below 11, {row['within_11_41']:.0%} within 11-41, {row['above_41']:.0%} above "
        f"41, {row['above_60']:.0%} above 60"
    )


def _rise(row: Any) -> str:
    return f"{row['rise']:.1f} ({row['rise_low']:.1f} to {row['rise_high']:.1f})"


def as_good_as_fifteen(twins: DataFrame) -> Verdict:
    """Judge H2.3: projects within a tenth of each other, waits longer."""
    projects = row_of(twins, cost="all", outcome="projects_done", which="relative")
    waits = [row_of(twins, cost="all", outcome=outcome, which="difference") for outcome in WAITS]
    longer = waits[0]
    finding: Finding = "undecided"
    if projects["low"] >= -ABOUT and projects["high"] <= ABOUT and longer["low"] > 0:
        finding = "supported"
    elif projects["low"] > ABOUT or projects["high"] < -ABOUT or longer["high"] < 0:
        finding = "refuted"
    paid = row_of(twins, cost="all", outcome="fund_spending", which="difference")
    by_cost = ", ".join(
        f"{span(row_of(twins, cost=cost, outcome='projects_done', which='relative'), 0, 100)} % in the "
        f"{cost} of the cost of coordination"
        for cost in COSTS[1:]
    )
    return Verdict(
        "H2.3",
        finding,
        "Projects that 41 partners of whom 37 % are active carry out, against 15 active ones: "
        f"{span(projects, 1, 100)} % ({by_cost}). A project waits {span(longer, 1)} weeks longer, a domain "
        f"{span(waits[1], 1)}. The fund paid {span(paid, 0, 0.001)} thousand yuan more in two years.",
    )


def paid_by_the_market(variance: DataFrame) -> Verdict:
    """Judge H2.4 by what explains the fund at the end over the whole factorial."""
    number, market, gap = (
        row_of(variance, outcome="fund_balance", source=source)
        for source in ("number", "market operators and users", "more than number")
    )
    finding: Finding = "undecided"
    if number["high"] < 0.5 and gap["low"] > 0:
        finding = "supported"
    elif number["low"] > 0.5 or gap["high"] < 0:
        finding = "refuted"
    revenue = [
        row_of(variance, outcome="fund_revenue", source=source)
        for source in ("number", "market operators and users")
    ]
    met = "met" if number["low"] > 0.5 else "not met" if number["high"] < 0.5 else "open"
    return Verdict(
        "H2.4",
        finding,
        f"Share of the variance of what the fund holds after two years: the number of partners "
        f"{span(number, 2)}, share of market operators and users {span(market, 2)}. The criterion "
        f"(the number alone above one half) is {met}. Of what operators pay in: the number "
        f"{span(revenue[0], 2)}, operators and users {span(revenue[1], 2)}.",
    )
