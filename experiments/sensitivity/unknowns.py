"""What varies, and the causes that are taken out."""

from __future__ import annotations

from typing import Any

from sim.study.factors import Factor, dummy, factor, factors

POINTS = "incentives.points"
PSYCHOLOGY = (
    f"{POINTS}.strength",
    f"{POINTS}.point_value",
    f"{POINTS}.adaptation",
    f"{POINTS}.adaptation_offered",
    f"{POINTS}.reference_weight",
    f"{POINTS}.loss_aversion",
    f"{POINTS}.crowd_out",
    f"{POINTS}.expected_points_initial",
    f"{POINTS}.satiation_step",
)
"""What makes points weak or strong in people's eyes."""

POINTS_ONLY = (*PSYCHOLOGY, "incentives.exchange.stock", "incentives.honours.mix")
"""Numbers that nothing reads where there are no points; a test holds this against the model."""

STRENGTH, ALPHA = f"{POINTS}.strength", f"{POINTS}.adaptation"
SPREAD = "population.propensity_sd"
ONLINE, FREE = "population.online_elderly", "rules.availability.irregular_migrant"
FUND = "incentives.fund.initial"

OTHERS = (
    "incentives.honours.effect",
    "incentives.honours.spill_over",
    "rules.motivation.habit_gain",
    "rules.motivation.habit_fading",
    "rules.motivation.exit_hazard",
    "rules.participation.norm",
    "rules.participation.fatigue",
    "rules.participation.membership",
    "population.elderly",
    "population.migrant",
    ONLINE,
    FREE,
    "rules.reach.digital",
    "rules.reach.neighbour",
    "platforms.party_vanguard.branch_call",
    "rules.ties.fading",
    "rules.needs.level",
    "rules.place.distance_decay",
    "rules.satisfaction.patience",
    "rules.partners.exit",
    "rules.partners.join",
    "rules.partners.active_share",
    "rules.projects.coordination_cost",
    FUND,
    "mechanisms.co_building.catchment",
)


def unknowns() -> tuple[Factor, ...]:
    """Return what varies: every number within its declared range, sigma_u within that of E12."""
    return (
        *factors(POINTS_ONLY),
        factor(SPREAD, 1.0, 2.2),
        *factors(OTHERS),
        dummy(),
    )


CAUSES: dict[str, dict[str, Any]] = {
    "all causes": {},
    "rewards taken for granted": {f"{POINTS}.reference_weight": 0.0},
    "loss aversion": {f"{POINTS}.loss_aversion": 1.0},
    "satiation": {f"{POINTS}.satiation_step": 0.0},
    "rewards out of reach": {f"{POINTS}.horizon": 260.0, f"{POINTS}.expectation_learning": 0.005},
    "crowding": {f"{POINTS}.crowd_out": 0.0},
    "goal gradient": {f"{POINTS}.goal_gradient": 0.0},
    "mixing with honours": {"incentives.honours.mix": 0.0},
    "habit": {"rules.participation.habit": 0.0},
    "norms": {"rules.participation.norm": 0.0},
    "asks among neighbours": {"rules.reach.neighbour": 0.0},
    "fatigue": {"rules.participation.fatigue": 0.0, "rules.motivation.exit_fatigue": 0.0},
    "trust": {"rules.participation.trust": 0.0},
    "unequal propensities": {SPREAD: 0.0, "population.reward_sensitivity_sd": 0.0},
}
"""Causes, and what takes each of them out (out of reach: as far out as bounds allow)."""

ONLY_WITH_POINTS = frozenset(
    (
        "rewards taken for granted",
        "loss aversion",
        "satiation",
        "rewards out of reach",
        "crowding",
        "goal gradient",
        "mixing with honours",
    )
)
"""Causes that do nothing where there are no points."""
