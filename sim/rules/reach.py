"""Reach: who hears of an act that is on offer, and who is free for it (S5, stage 1).

Channels are independent: a resident misses an offer only by missing it in every channel. With
each channel's chance r written as a hazard -ln(1-r), the hazards add up, and the chance to be
reached is 1-exp(-sum). Mechanisms add to the same sum through `Residents.call`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.engine import numerics
from sim.engine.compiled import rule
from sim.engine.declare import number


class Reach(NamedTuple):
    """Chances of being reached, per offer and week."""

    digital: float = number(
        0.15, "chance per offer", 0, 0.6, "assumption", "S5", sweep=(0.075, 0.3)
    ).means(
        "that an online resident notices an offer in digital channels",
        "在线居民在数字渠道注意到一次邀请的概率",
    )
    neighbour: float = number(
        0.10, "chance per tie", 0, 0.4, "assumption", "S5, E8", sweep=(0.05, 0.2)
    ).means(
        "that a full-strength tie who did the same within four weeks passes the ask on",
        "四周内有过同样行动的最强联系邻里转告的概率",
    )
    open_call: float = number(0.01, "share", 0, 1, "assumption", "E11").means(
        "of the volunteers' digital task list that also reaches residents not on the register",
        "志愿者线上任务清单也能到达名册外居民的比例",
    )


@rule
def hazard(chance: Any) -> Any:
    """Turn a chance to be reached into a hazard, -ln(1-chance)."""
    return -numerics.log(1.0 - chance)


@rule
def neighbour_hazard(p: Reach, mean_tie: Any, leadership: Any) -> Any:
    """Hazard of being asked by one active tie; a trained leader multiplies it."""
    return hazard(p.neighbour * mean_tie) * leadership


@rule
def total_hazard(digital: Any, offers: Any, ties_active: Any, by_tie: Any, call: Any) -> Any:
    """Sum of the hazards of being reached: digital channels, ties, and what mechanisms add."""
    return digital * offers + by_tie * ties_active + numerics.from_millionths(call)


@rule
def chance_reached(total: Any) -> Any:
    """Chance to be reached by at least one channel.

    > P(reached) = 1 − exp(−a · [(ρ̂_digital · online + ρ̂_paper) · O_k + ρ̂(ρ_nb · w̄) · ℓ · m_k + C_k]).
    """
    return 1.0 - numerics.exp(-total)
