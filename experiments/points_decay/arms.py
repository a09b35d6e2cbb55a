"""What is compared in every world: mixes of incentives, rules, prices, causes and remedies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sim.columns import PARTNER_KINDS
from sim.study.plan import Arm, arm

from .worlds import (
    BEGIN,
    CATALOGUE,
    HONOUR_COST,
    PLANNED_REGISTER,
    PRICE,
    REFERENCE_WEIGHT,
    SHOP_BUDGET,
    STOCK,
    SYNERGY,
    WEEKS,
    YUAN_PER_POINT,
    World,
)


def catalogue(price: float) -> dict[str, float]:
    """Return prices and costs of all goods, given the price of the cheapest in points."""
    return {
        **{f"incentives.exchange.price.{good}": price * ratio for good, ratio in CATALOGUE.items()},
        **{
            f"incentives.exchange.cost.{good}": price * ratio * YUAN_PER_POINT
            for good, ratio in CATALOGUE.items()
        },
    }


def honoured(yearly: float) -> float:
    """Return the share of volunteers to be honoured each quarter for so many yuan a year."""
    return yearly / (4 * HONOUR_COST * PLANNED_REGISTER)


def set_aside(yearly: float) -> float:
    """Return yuan a year for the shop over the whole run, given what the years of points may cost.

    The shop is given money from week 0, before points begin.
    """
    return yearly * (WEEKS - BEGIN) / WEEKS


def incentives(mix: str, yearly: float) -> dict[str, Any]:
    """Return the switches and sums of one mix of incentives, at the same yearly sum for all."""
    shares = {"none": (0.0, 0.0), "points": (1.0, 0.0), "honours": (0.0, 1.0), "both": (0.5, 0.5)}
    for_points, for_honours = shares[mix]
    return {
        "incentives.points.on": for_points > 0,
        "incentives.honours.on": for_honours > 0,
        SHOP_BUDGET: set_aside(yearly * for_points),
        **({"incentives.honours.share": honoured(yearly * for_honours)} if for_honours else {}),
        SYNERGY: 0.0,
    }


RULES: dict[str, dict[str, Any]] = {
    "none": {"incentives.points.policy": "none"},
    **{
        f"window {weeks}": {
            "incentives.points.policy": "window",
            "incentives.points.window": weeks,
        }
        for weeks in (52, 26, 13)
    },
    **{
        f"half-life {weeks:g}": {
            "incentives.points.policy": "exponential",
            "incentives.points.half_life": weeks,
        }
        for weeks in (52.0, 26.0, 8.0)
    },
    "yearly": {"incentives.points.policy": "yearly"},
    "quarterly": {"incentives.points.policy": "quarterly"},
}
"""Nine rules of validity."""

WINDOWS = (4, 8, 13, 26, 39, 52)
"""Windows of the `price` part, in weeks; 0 stands for no decay."""


def validity(window: int) -> dict[str, Any]:
    """Return the rule that points stay valid for so many weeks, or for ever."""
    if window == 0:
        return RULES["none"]
    return {"incentives.points.policy": "window", "incentives.points.window": window}


TERMS = {
    "price 2": (2.0, 0.0),
    "price 5": (5.0, 0.0),
    "price 10": (10.0, 0.0),
    "price 5, endowment 3": (5.0, 3.0),
}
"""Price of the cheapest good and endowment, in points; an act of volunteering earns two."""

DAILY_GOODS_ONLY = {
    f"population.{kind}_stock.{good}": 0.0
    for kind in PARTNER_KINDS
    for good in ("service_voucher", "cultural_product")
}
"""A poor catalogue: what partners give to the shop is daily goods alone."""

NO_CAUSE: dict[str, Any] = {
    REFERENCE_WEIGHT: 0.0,
    "incentives.points.satiation_step": 0.0,
    "incentives.points.crowd_out": 0.0,
    "incentives.points.horizon": 260.0,
    "incentives.points.expectation_learning": 0.005,
    "incentives.points.expected_points_initial": 0.5,
    **catalogue(PRICE),
}
"""Nothing that the model holds can weaken points: neither habituation, nor surfeit, nor distance."""

CAUSES: dict[str, dict[str, Any]] = {
    "none": {},
    "satiation": {"incentives.points.satiation_step": 2.0},
    "shelves": {STOCK: 0.05},
    "adaptation": {
        REFERENCE_WEIGHT: 1.0,
        "incentives.points.adaptation": 0.3,
        "incentives.points.adaptation_offered": 0.05,
    },
    "crowding": {"incentives.points.crowd_out": 0.03},
    "reach": {
        "incentives.points.horizon": 52.0,
        "incentives.points.expectation_learning": 0.03,
        "incentives.points.expected_points_initial": 0.3,
        **catalogue(10.0),
    },
}
"""One cause each, as strong as its declared range allows; shelves are stocked far below it."""

REMEDIES = ("nothing", "stock", "variety", "both")
STOCK_REMEDY = 20.0
"""By what the remedy multiplies the stock of a world: empty shelves are filled as in the base."""


def prior_arms(world: World) -> list[Arm]:
    """Return the mixes without balance decay, and both with the synergy of the world."""
    mixes = [
        arm(mix, {**catalogue(world.price), **incentives(mix, world.envelope)}, mix=mix)
        for mix in ("none", "points", "honours", "both")
    ]
    synergy = {
        **catalogue(world.price),
        **incentives("both", world.envelope),
        SYNERGY: world.changes[SYNERGY],
    }
    return [*mixes, replace(arm("synergy", synergy, mix="synergy"), replications=1)]


def rule_arms(world: World, stocks: Sequence[float]) -> list[Arm]:
    """Return nine rules for points and for both at every stock, and what knows no rule once."""
    shop = catalogue(world.price)
    without = [
        arm(mix, {**shop, **incentives(mix, world.envelope)}, mix=mix)
        for mix in ("none", "honours")
    ]
    return without + [
        arm(
            f"{mix}, {rule}, stock {stock:g}",
            {**shop, **incentives(mix, world.envelope), **policy, STOCK: stock},
            mix=mix,
            rule=rule,
            stock=stock,
        )
        for mix in ("points", "both")
        for stock in stocks
        for rule, policy in RULES.items()
    ]


def price_arms(world: World, terms: Sequence[str], windows: Sequence[int]) -> list[Arm]:
    """Return points at every window and under all terms, and no incentive once."""
    without = [arm("none", incentives("none", world.envelope), mix="none")]
    return without + [
        arm(
            f"{term}, window {window}",
            {
                **catalogue(TERMS[term][0]),
                **incentives("points", world.envelope),
                **validity(window),
                "incentives.points.endowment": TERMS[term][1],
            },
            mix="points",
            terms=term,
            window=window,
        )
        for term in terms
        for window in windows
    ]


def cause_arms(world: World) -> list[Arm]:
    """Return every cause by itself under every remedy, and no incentive once."""
    return [
        arm("none", {**NO_CAUSE, **incentives("none", world.envelope)}, mix="none"),
        *(_treated(cause, remedy, world.envelope) for cause in CAUSES for remedy in REMEDIES),
    ]


def _treated(cause: str, remedy: str, envelope: float) -> Arm:
    """Return points in a world of one cause, with a remedy at the shop."""
    changes = {STOCK: 1.0, **NO_CAUSE, **CAUSES[cause], **incentives("points", envelope)}
    if remedy in ("stock", "both"):
        changes[STOCK] *= STOCK_REMEDY
    if remedy in ("nothing", "stock"):
        changes |= DAILY_GOODS_ONLY
    return arm(f"{cause}, {remedy}", changes, mix="points", cause=cause, remedy=remedy)


def in_worlds(
    drawn_worlds: Sequence[World], arms_of: Callable[[World], list[Arm]]
) -> tuple[Arm, ...]:
    """Return the arms of every world, a block each, tagged with what the world is."""
    return tuple(
        replace(
            one,
            changes=tuple({**world.changes, **dict(one.changes)}.items()),
            tags=(
                *one.tags,
                ("world", number),
                ("price", world.price),
                ("envelope", world.envelope),
                *(
                    (path, dict(one.changes).get(path, value))
                    for path, value in world.changes.items()
                ),
            ),
            block=number,
        )
        for number, world in enumerate(drawn_worlds)
        for one in arms_of(world)
    )
