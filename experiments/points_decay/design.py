"""What is run: four parts, each crossed with worlds."""

from __future__ import annotations

from typing import NamedTuple

from sim.probes.points import MEASURES
from sim.scenario import load
from sim.study.design import worlds
from sim.study.plan import Arm, Plan
from sim.study.precision import Plans, until_precise
from sim.study.subject import CommunitySubject

from .arms import TERMS, WINDOWS, cause_arms, in_worlds, price_arms, prior_arms, rule_arms
from .measure import weakening_of_points
from .question import NAME
from .worlds import BEGIN, BYSTANDERS, ENVELOPE, PRICE, WEEKS, World, at_base, drawn

OUTCOMES = (
    *(name for name in MEASURES if not name.startswith("residents_latent")),
    "points_issued",
    "points_redeemed",
    "points_expired",
    "points_breakage",
    "points_liability",
    "goods_requested",
    "stockouts",
    "fund_spending",
    "fund_spending_goods",
    "fund_spending_honours",
    "funding",
)
"""Columns of a run that the tables are made of."""


class Size(NamedTuple):
    """How much is run at one scale: worlds of each part, and levels of its arms."""

    scenario: str
    prior: int
    most: int
    rules: int
    stocks: tuple[float, ...]
    price: int
    terms: tuple[str, ...]
    windows: tuple[int, ...]
    causes: int


SIZES = {
    "quick": Size(
        "fengshu-workshop", 12, 48, 3, (1.0,), 3,
        ("price 2", "price 5", "price 5, endowment 3"), (0, 52, 13), 2,
    ),
    "full": Size("fengshu", 60, 420, 10, (0.25, 1.0, 4.0), 9, tuple(TERMS), (0, *WINDOWS), 9),
}  # fmt: skip


def subject(scenario: str) -> CommunitySubject:
    """Return the community in which points and honours begin after a half-year."""
    base = load(scenario).with_overrides(
        {"incentives.points.starts": BEGIN, "incentives.honours.starts": BEGIN}
    )
    return CommunitySubject(base, WEEKS, probe="points")


def plans(scale: str, precision: float | None = None) -> Plans:
    """Run the four parts.

    Args:
        scale: `quick` (one agent in ten) or `full`.
        precision: half-width, in acts a week, that is enough for how much the effect of points
            changes from its first half-year to its third year; more worlds are drawn until then.
    """
    size = SIZES[scale]
    community = subject(size.scenario)

    def plan(part: str, arms: tuple[Arm, ...], replications: int, seed: int) -> Plan:
        return Plan(f"{NAME}-{part}-{scale}", community, arms, replications, seed)

    def prior_plan(count: int) -> Plan:
        return plan("prior", in_worlds(drawn(count, seed=1), prior_arms), 2, 1_100)

    yield from until_precise(prior_plan, weakening_of_points, size.prior, size.most, precision)
    yield plan(
        "rules",
        in_worlds(
            [at_base(world) for world in drawn(size.rules, seed=2)],
            lambda world: rule_arms(world, size.stocks),
        ),
        1,
        1_200,
    )
    yield plan(
        "price",
        in_worlds(
            [at_base(world) for world in drawn(size.price, seed=3)],
            lambda world: price_arms(world, size.terms, size.windows),
        ),
        1,
        1_300,
    )
    bystanders = [
        World(changes, PRICE, ENVELOPE) for changes in worlds(BYSTANDERS, size.causes, seed=4)
    ]
    yield plan("causes", in_worlds(bystanders, cause_arms), 1, 1_400)
