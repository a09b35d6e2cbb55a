"""What is run: numbers of partners under four levers, in worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario import load
from sim.study.design import worlds
from sim.study.estimates import by_world
from sim.study.factors import Factor, factor
from sim.study.plan import Arm, Plan, arm, crossed
from sim.study.precision import Plans, until_precise
from sim.study.subject import CommunitySubject

from .question import NAME

if TYPE_CHECKING:
    from pandas import DataFrame

SPENDING = tuple(
    f"fund_spending_{group}"
    for group in ("goods", "honours", "events", "outreach", "staff", "services", "training")
)

OUTCOMES: tuple[str, ...] = (
    "cohort_met_all",
    "cohort_arisen_all",
    "needs_closed",
    "needs_closed_by_partner",
    "need_wait_median",
    "need_wait_p90",
    "project_wait_median",
    "domain_wait_median",
    "domain_waits",
    "project_cover",
    "projects_proposed",
    "projects_done",
    "projects_abandoned",
    "project_wait",
    "decision_delay",
    "partner_domains",
    "partner_commitment",
    "partner_load",
    "partners",
    "partners_active",
    "partners_joined",
    "partners_left",
    "partners_taking_part",
    "market_operators",
    "market_users",
    "fund_balance",
    "fund_income",
    "fund_revenue",
    "fund_spending",
    *SPENDING,
    "funding",
)

WEEKS = 104
NUMBERS = (0, 5, 11, 20, 30, 41, 60, 80)
ACTIVE = (0.37, 0.7, 1.0)
STAFF = (0.0, 1.0, 2.0)
MIXES = {
    "even": (0.25, 0.25, 0.25, 0.25),
    "firms": (0.7, 0.1, 0.1, 0.1),
    "social": (0.1, 0.1, 0.1, 0.7),
}
"""Shares of enterprises, professionals, craftsmen and public-benefit partners."""

LEVERS = ("number", "active_share", "staff", "platform", "mix")
"""Columns that say at which levels of the factorial a run was made."""

KINDS = ("enterprise", "professional", "craftsman", "public_benefit")
BASE_ACTIVE, BASE_STAFF = 0.37, 1.0
TWINS = {"41, of whom 37 % active": (41, 0.37), "15, all active": (15, 1.0)}
RECRUIT = (0.0, 1.0, 2.0, 4.0)
COST = "rules.projects.coordination_cost"
OVERLAP = "population.ability_overlap"
HALF_OF_COST = 0.5
"""Middle of the range of the cost of coordination, 0 to 1."""

WHOLE_RANGE = (
    COST,
    "rules.projects.staff_effect",
    "rules.projects.delay_spread",
    OVERLAP,
    "population.market_share",
)
SWEPT = (
    "platforms.regional_party_building.list_quality",
    "rules.needs.level",
    "mechanisms.co_operation.feedback",
)
HALF_TO_DOUBLE = {
    "rules.projects.step_delay": 1.0,
    "rules.projects.hours": 4.0,
    "rules.partners.delay": 0.05,
    "rules.service.single_ask": 0.15,
    "population.fee": 2000,
    "mechanisms.co_operation.fee_barrier": 0.3,
}
SWEPT_WITH_COMING_AND_GOING = ("rules.partners.exit", "rules.partners.join")
"""Unknowns that bear only where partners may join and leave."""


def unknowns(coming_and_going: bool = False) -> list[Factor]:
    """Return what is drawn for a world.

    Numbers on which a prediction turns vary over all that is possible, others over the range that
    is declared for a sweep or, where there is none, from half to double their default. A partner
    that is fully able and committed takes a project on in half of the meetings or more.
    """
    swept = SWEPT + SWEPT_WITH_COMING_AND_GOING * coming_and_going
    return [
        *(factor(path) for path in (*WHOLE_RANGE, *swept)),
        *(factor(path, type(base)(base / 2), base * 2) for path, base in HALF_TO_DOUBLE.items()),
        factor("platforms.regional_party_building.propensity", 0.5, 1.0),
    ]


def with_partners(
    number: int,
    active: float = BASE_ACTIVE,
    staff: float = BASE_STAFF,
    platform: bool = True,
    mix: str = "even",
) -> Arm:
    """Return the arm of a number of partners that is held, under four levers."""
    return arm(
        f"{number} partners, {active:g} active, {staff:g} staff, {_platform(platform)}, {mix}",
        {
            "population.initial_partners": number,
            "rules.partners.locked": True,
            "rules.partners.active_share": active,
            "rules.projects.coord_staff": staff,
            "platforms.regional_party_building.on": platform,
            **{
                f"population.partner_kinds.{kind}": share
                for kind, share in zip(KINDS, MIXES[mix], strict=True)
            },
        },
        number=number,
        active_share=active,
        staff=staff,
        platform=platform,
        mix=mix,
    )


def _platform(on: bool) -> str:
    return "platform" if on else "no platform"


def curve(numbers: Sequence[int], active: Sequence[float]) -> tuple[Arm, ...]:
    """Return the arms along the number of partners, by share active."""
    return tuple(with_partners(number, active=share) for share in active for number in numbers)


def waits(numbers: Sequence[int]) -> tuple[Arm, ...]:
    """Return the arms along the number, where there is a partner, without and with much staff."""
    return tuple(
        with_partners(number, staff=staff)
        for staff in (STAFF[0], STAFF[-1])
        for number in numbers
        if number
    )


def factorial(numbers: Sequence[int], step: int) -> tuple[Arm, ...]:
    """Return every combination of the four levers, or every `step`-th, each in its own world.

    A step that has no divisor in common with the number of combinations, 54, meets every level.
    """
    combinations = list(product(ACTIVE, STAFF, (True, False), MIXES))[::step]
    draws = worlds(unknowns(), len(combinations), seed=2)
    return tuple(
        one
        for block, (combination, world) in enumerate(zip(combinations, draws, strict=True))
        for one in _in_block(
            [with_partners(number, *combination) for number in numbers], world, block
        )
    )


def _in_block(arms: Sequence[Arm], world: dict[str, Any], block: int) -> tuple[Arm, ...]:
    """Return arms in one world and block of their own."""
    return tuple(
        replace(one, block=block, tags=tuple({**dict(one.tags), "world": block}.items()))
        for one in crossed(arms, [world])
    )


def endogenous() -> tuple[Arm, ...]:
    """Return the arms that begin with 11 partners: held, or free to come and go."""
    held = with_partners(11)
    free = tuple(
        arm(
            f"recruiting {recruit:g}",
            {
                "population.initial_partners": 11,
                "rules.partners.locked": False,
                "rules.partners.recruit": recruit,
            },
            recruiting=f"{recruit:g}",
        )
        for recruit in RECRUIT
    )
    return (arm("held", dict(held.changes), recruiting="held"), *free)


def plans(scale: str, precision: float | None = None) -> Plans:
    """Yield the plans of the experiment.

    Args:
        scale: `quick` or `full`.
        precision: wanted half-width of the mean difference in projects between the twins, as a
            share of the projects of 15 active partners; None keeps the first number of worlds.
    """
    full = scale == "full"
    subject = CommunitySubject(load("fengshu" if full else "fengshu-workshop"), WEEKS, "partners")
    numbers = NUMBERS if full else (0, 5, 11, 20, 41, 80)
    along = worlds(unknowns(), 40 if full else 10, seed=1)

    def plan(part: str, arms: tuple[Arm, ...], seed: int) -> Plan:
        return Plan(f"{NAME}-{part}-{scale}", subject, arms, seed=seed)

    def twins(count: int) -> Plan:
        arms = [with_partners(*pair) for pair in TWINS.values()]
        return plan("twins", crossed(arms, worlds(unknowns(), count, seed=3)), seed=301)

    more_active = ACTIVE[1:] if full else ACTIVE[-1:]
    yield plan(
        "curve",
        (
            *crossed(curve(numbers, (BASE_ACTIVE,)), along),
            *crossed(curve(numbers, more_active), along[: 16 if full else 10]),
        ),
        seed=101,
    )
    yield plan("waits", crossed(waits(numbers), along), seed=101)
    yield plan(
        "free",
        crossed(
            [with_partners(number, staff=0.0) for number in numbers if number],
            [{**world, COST: 0.0} for world in along[: 8 if full else 3]],
        ),
        seed=101,
    )
    yield from until_precise(
        twins, twin_gaps, start=128 if full else 24, cap=512 if full else 96, precision=precision
    )
    yield plan("factorial", factorial(numbers if full else (0, 11, 41, 80), 1 if full else 5), 201)
    yield plan(
        "endogenous",
        crossed(endogenous(), worlds(unknowns(coming_and_going=True), 20 if full else 5, seed=4)),
        seed=401,
    )


def twin_gaps(frame: DataFrame) -> Any:
    """Return, for each world, how many more projects the 41 carry out, as a share of the 15's mean."""
    done = by_world(frame, "projects_done", "number")
    return np.asarray((done[41] - done[15]) / done[15].mean())
