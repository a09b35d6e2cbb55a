"""Reach: who hears of an act that is on offer, and who is free for it (S5, stage 1).

What is posted is noticed by whoever looks. How often a resident looks at digital media, and at what
hangs in the stairwell, are lasting traits: a resident who never opens the group chat does not see the
sixth posting either, and postings saturate. Attention is one budget: what is noticed in the better
of two media is noticed, and the other adds a part of what it would by itself.

Ties and what mechanisms add are independent of that: with each chance r written as a hazard
-ln(1-r), hazards add up. Mechanisms add to the same sum through `Residents.call`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import DIGITAL, MEDIA, PAPER, Residents
from sim.engine import numerics, randomness
from sim.engine.compiled import rule
from sim.engine.declare import number, vector
from sim.engine.steps import each

if TYPE_CHECKING:
    from sim.model import Community

LOOKS = randomness.decision("reach.looks")


class Reach(NamedTuple):
    """Chances of being reached, per offer and week."""

    digital: float = number(
        0.25, "chance per posting", 0, 0.6, "assumption", "S5", sweep=(0.125, 0.5)
    ).means(
        "that an online resident who looks at digital media in a week notices a posting there",
        "当周查看数字渠道的在线居民注意到一条信息的概率",
    )
    never: tuple[float, ...] = vector(
        dict(zip(MEDIA, (0.2, 0.2), strict=True)), "share of residents", 0, 1, "assumption", "S5"
    ).means(
        "who never look at a medium that they could look at, by medium",
        "有条件而从不查看该类渠道的居民比例，按渠道",
    )
    looks: tuple[float, ...] = vector(
        dict(zip(MEDIA, (0.7, 0.6), strict=True)), "share of weeks", 0, 1, "assumption", "S5"
    ).means(
        "in which the others look at it, on average, by medium",
        "其余居民平均查看该类渠道的周数比例，按渠道",
    )
    looks_spread: float = number(0.25, "share of weeks", 0, 0.5, "assumption", "S5").means(
        "by which a resident's own habit of looking may lie above or below that",
        "个人查看习惯与平均值的最大偏差",
    )
    both: float = number(0.3, "share", 0, 1, "assumption", "S5, E54").means(
        "of what the weaker medium would add by itself that it adds beside the stronger: attention is one budget",
        "两类渠道并用时，较弱渠道单独所能增加的部分中实际增加的比例（注意力有限）",
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
def habit_of_looking(p: Reach, medium: Any, looks_ever: Any, how_often: Any) -> Any:
    """u, share of weeks in which a resident looks at a medium, given two addressed draws.

    > u = 0 for those who never look, else u ~ U(looks − spread, looks + spread), held in [0, 1],
    """
    own = p.looks[medium] + p.looks_spread * (2.0 * how_often - 1.0)
    return min(max(own, 0.0), 1.0) if looks_ever >= p.never[medium] else 0.0


@rule
def hazard(chance: Any) -> Any:
    """Turn a chance to be reached into a hazard, -ln(1-chance)."""
    return -numerics.log(1.0 - chance)


@rule
def saturated(hazard_each: Any, postings: Any) -> Any:
    """Chance to notice one of so many postings, for somebody who looks."""
    return 1.0 - numerics.exp(-hazard_each * postings)


@rule
def noticed_in_either(p: Reach, digital: Any, paper: Any) -> Any:
    """Chance to notice an offer in one medium or the other, from the chances by themselves.

    > a = a_1 + δ · (1 − a_1) · a_2,  a_1 ≥ a_2 of  u_m · (1 − e^{−ρ̂_m · O}),  m digital or paper,
    """
    better = max(digital, paper)
    return better + p.both * (1.0 - better) * min(digital, paper)


@rule
def neighbour_hazard(p: Reach, mean_tie: Any, leadership: Any) -> Any:
    """Hazard of being asked by one active tie; a trained leader multiplies it."""
    return hazard(p.neighbour * mean_tie) * leadership


@rule
def told_hazard(ties_active: Any, by_tie: Any, call: Any) -> Any:
    """Sum of the hazards of being told in person: by ties, and by what mechanisms add."""
    return by_tie * ties_active + numerics.from_millionths(call)


@rule
def chance_reached(noticed: Any, told: Any) -> Any:
    """Chance to be reached by noticing a posting or by being told.

    > P(reached) = 1 − (1 − a) · exp(−[ρ̂(ρ_nb · w̄) · ℓ · m_k + C_k]),
    """
    return 1.0 - (1.0 - noticed) * numerics.exp(-told)


@each(Residents)
def form_habits(r: Residents, p: Reach, now: Community) -> None:
    """Be somebody who looks at digital media and at paper seldom, often or never."""
    ever, often, ever_paper, often_paper = randomness.draws(now.seed, LOOKS, np.uint64(0), r.row)
    digital = habit_of_looking(p, DIGITAL, ever, often)
    r.heeds[DIGITAL] = digital if r.online else 0.0
    r.heeds[PAPER] = habit_of_looking(p, PAPER, ever_paper, often_paper)


def begin(community: Community) -> None:
    """Let everybody have a habit of looking."""
    form_habits(community)
