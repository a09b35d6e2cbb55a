"""What is held, and what varies between worlds."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.study.design import worlds
from sim.study.factors import Factor, factor, factors

BEGIN = 26
"""Week in which points and honours begin."""

WEEKS = 182
"""Weeks of a run: a half-year before points, and three years with them."""

YEARS = (WEEKS - BEGIN) / 52

ENVELOPE = 30_000.0
"""Yuan a year for incentives where no world says otherwise: the base scenario's for the shop."""

PLANNED_REGISTER = 850
"""Registered volunteers for whom a year's honours are planned: what the base has in mid-run."""

HONOUR_COST = 50.0
"""Yuan per honour, as the base has it."""

YUAN_PER_POINT = 1.5
"""Cost of goods for each point of their price, as the base has it."""

CATALOGUE = {"daily_goods": 1.0, "service_voucher": 3.0, "cultural_product": 2.0}
"""Prices relative to the cheapest good's, as the base has them."""

PRICE = 5.0
"""Points for the cheapest good, as the base has it."""

CHI = (0.0, 0.5, 1.0)
REFERENCE_WEIGHT = "incentives.points.reference_weight"
DAILY_PRICE = "incentives.exchange.price.daily_goods"
SHOP_BUDGET = "incentives.fund.shop_budget"
STOCK = "incentives.exchange.stock"
SYNERGY = "incentives.honours.mix"
STRENGTH = "incentives.points.strength"
HORIZON = "incentives.points.horizon"
EXPECTED = "incentives.points.expected_points_initial"

UNKNOWNS = (
    "incentives.points.strength",
    "incentives.points.adaptation",
    "incentives.points.adaptation_offered",
    "incentives.points.loss_aversion",
    "incentives.points.crowd_out",
    "incentives.points.satiation_step",
    "incentives.points.variety_relief",
    "incentives.points.expected_points_initial",
    "incentives.points.expectation_learning",
    "incentives.points.trust_learning",
    "incentives.points.horizon",
    "incentives.points.present_bias",
    "incentives.points.goal_gradient",
    "incentives.points.point_value",
    "incentives.honours.effect",
    "incentives.honours.exit_effect",
    "incentives.honours.spill_over",
    "rules.motivation.habit_gain",
    "rules.participation.norm",
    "population.reward_sensitivity_sd",
    STOCK,
    SYNERGY,
)
"""Unknowns that may bear on how the effect of points moves over years, over their whole range."""

NARROWED = (
    factor("population.propensity_sd", 1.0, 2.2),
    factor(DAILY_PRICE, 3.0, 20.0),
    factor(SHOP_BUDGET, 7_000.0, 60_000.0),
)
"""Unknowns whose declared sense names a narrower range than their bounds.

sigma_u is swept over 1.0-2.2; local schemes ask for 3 to 20 hours, at a point an hour; below 7,000
yuan half of the sum would not pay the least share of volunteers that can be honoured.
"""

BYSTANDERS = (
    factor("incentives.points.strength", 0.3, 0.8),
    factor("population.propensity_sd", 1.0, 2.2),
    *factors(
        (
            "incentives.points.variety_relief",
            "incentives.points.goal_gradient",
            "population.reward_sensitivity_sd",
            "rules.motivation.habit_gain",
            "rules.participation.norm",
        )
    ),
)
"""What varies between the worlds of `causes`; points there have an effect that can weaken."""


class World(NamedTuple):
    """One draw of the unknowns.

    Attributes:
        changes: value of each number that is not set by an arm.
        price: points for the cheapest good.
        envelope: yuan a year for incentives.
    """

    changes: dict[str, Any]
    price: float
    envelope: float


def prior() -> tuple[Factor, ...]:
    """Return everything that varies between worlds."""
    return (*factors(UNKNOWNS), *NARROWED)


def drawn(count: int, seed: int) -> list[World]:
    """Return worlds drawn from the prior, chi being 0, .5 and 1 in turn."""
    found = []
    for number, changes in enumerate(worlds(prior(), count, seed)):
        price, envelope = changes.pop(DAILY_PRICE), changes.pop(SHOP_BUDGET)
        changes[REFERENCE_WEIGHT] = CHI[number % len(CHI)]
        found.append(World(changes, price, envelope))
    return found


def at_base(world: World) -> World:
    """Return a world with the base scenario's price and yearly sum."""
    return world._replace(price=PRICE, envelope=ENVELOPE)
