"""Honours: once a quarter the most active volunteers of each micro-grid are commended (equation S8 of docs/odd.md).

An honour encourages its recipient to go on, the more so the rarer it is, and holds volunteers on
the register; what it does to those who see it and get none is open in sign. It costs money and no
points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    DELIBERATE,
    QUARTER_WEEKS,
    REPORT,
    VOLUNTEER,
    YUAN,
    MicroGrids,
    Residents,
)
from sim.engine import numerics, randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, start, switch
from sim.engine.steps import each
from sim.engine.tables import Local
from sim.incentives import exchange
from sim.records import outcome, share

if TYPE_CHECKING:
    from sim.model import Community

HOW_MANY = randomness.decision("honours.how_many")
TIE = randomness.decision("honours.tie")

QUARTER = np.uint64((1 << QUARTER_WEEKS) - 1)  # the last 13 weeks within a mode's 16 bits


class Honours(NamedTuple):
    """How many are honoured, at what cost, and what that does."""

    on: bool = switch(True, source="H4").means(
        "volunteers are honoured once a quarter", "每季度对志愿者进行荣誉表彰"
    )
    starts: int = start().means(
        "first week from which quarters are honoured", "从项目第几周开始表彰"
    )
    share: float = number(
        0.1, "share of volunteers", 0.02, 0.5, "assumption", "S8", lever=True
    ).means(
        "h_s, part of a micro-grid's registered volunteers honoured each quarter",
        "微网格登记志愿者每季度受表彰的比例 h_s",
    )
    cost: float = number(50.0, "yuan per honour", 0, 2000, "assumption", "S13").means(
        "of a certificate, its frame and the ceremony", "证书、镜框与仪式的费用"
    )
    effect: float = number(0.2, "log-odds", 0, 0.5, "literature", "E39, E40").means(
        "B_H, pull of a fresh honour where the reference share is honoured",
        "表彰比例为参照值时，新获荣誉的吸引力 B_H",
    )
    scarcity: float = number(0.5, "power", 0, 2, "literature", "E40").means(
        "zeta, how much stronger a rarer honour is", "荣誉越稀少越有力的程度 ζ"
    )
    reference_share: float = number(
        0.1, "share of volunteers", 0.02, 0.5, "assumption", "S8"
    ).means(
        "at which the pull of an honour is its declared effect",
        "荣誉吸引力等于所列效果时的表彰比例",
    )
    spill_over: float = number(0.0, "log-odds", -0.1, 0.2, "literature", "E40").means(
        "B_sp, pull of honours fresh in the micro-grid on those without one",
        "微网格内他人新获荣誉对未获者的带动 B_sp",
    )
    half_life: float = number(26.0, "weeks", 13, 52, "literature", "E39").means(
        "in which an honour loses half of its freshness", "荣誉新鲜感减半所需的时间"
    )
    encouragement: float = number(0.03, "motivation", 0, 0.1, "literature", "E16").means(
        "intrinsic motivation that a recipient gains", "获得者增加的内在动机"
    )
    exit_effect: float = number(-0.37, "log-hazard", -0.5, -0.1, "literature", "E39").means(
        "of a fresh honour on leaving the volunteer register", "新获荣誉对退出志愿者名册的影响"
    )
    mix: float = number(0.0, "log-odds", -0.3, 0.3, "literature", "E22, E23").means(
        "xi, added to the pull of volunteering where points and honours are both in force",
        "积分与荣誉同时实行时志愿服务吸引力的增减 ξ",
    )


@dataclass
class State:
    """Honours given this week."""

    given: int = 0


# --- Rules -----------------------------------------------------------------------------------


@rule
def fading(p: Honours) -> Any:
    """Part of an honour's freshness that stays from week to week."""
    return numerics.exp(-numerics.ratio(numerics.log(2.0), p.half_life))


@rule
def faded(freshness: Any, kept: Any) -> Any:
    """Freshness of an honour, or of acclaim, a week later."""
    return freshness * kept


@rule
def honour_pull(p: Honours, honour: Any, acclaim: Any, both: Any) -> Any:
    """U_H in log-odds: one's own honour, honours seen nearby, and the mix with points.

    > U_H = B_H · (h_ref/h)^ζ · n + B_sp · n̄ · (1 − n) + ξ · 1[points in force],
    """
    rarity = numerics.exp(p.scarcity * numerics.log(numerics.ratio(p.reference_share, p.share)))
    own = p.effect * rarity * honour
    seen = p.spill_over * acclaim * (1.0 - honour)
    mixed = p.mix if both else 0.0
    return own + seen + mixed


@rule
def honours_due(volunteers: Any, share: Any, funding: Any, draw: Any) -> Any:
    """How many are honoured among so many volunteers.

    The share of them as far as the fund allows, its fraction rounded up with just that chance, so that small micro-grids
    are neither favoured nor left out.
    """
    exact = np.float32(volunteers) * share * funding
    return np.int64(np.floor(exact + draw))


@rule
def weeks_in(bits: Any) -> Any:
    """How many bits of one mode's 16 are set: weeks with an act."""
    count = 0
    for position in range(16):
        if (bits >> np.uint64(position)) & np.uint64(1) != np.uint64(0):
            count += 1
    return count


@rule
def acts_of_quarter(history: Any) -> Any:
    """Weeks with an act of volunteering, reporting or deliberation among the last 13, added up."""
    volunteered = weeks_in((history >> np.uint64(16 * VOLUNTEER)) & QUARTER)
    reported = weeks_in((history >> np.uint64(16 * REPORT)) & QUARTER)
    deliberated = weeks_in((history >> np.uint64(16 * DELIBERATE)) & QUARTER)
    return volunteered + reported + deliberated


@rule
def is_fresh(honour: Any) -> Any:
    """Whether an honour is at least half fresh."""
    return honour >= 0.5


# --- Walks over rows -------------------------------------------------------------------------


@each(Residents)
def let_honour_fade(r: Residents, p: Honours) -> None:
    """Let the last honour lose freshness (S8)."""
    r.honour = faded(r.honour, fading(p))


@each(MicroGrids)
def let_acclaim_fade(grid: MicroGrids, p: Honours) -> None:
    """Let honours seen nearby lose freshness (S8)."""
    grid.acclaim = faded(grid.acclaim, fading(p))


@each(Residents)
def feel_honours(r: Residents, p: Honours, both: Any, acclaim: Local[Any]) -> None:
    """Feel the pull of one's own honour and of those seen nearby (S8).

    `both` says whether points are in force as well, `acclaim` how fresh honours given here are.
    """
    log_odds = honour_pull(p, r.honour, acclaim, both)
    r.pull[VOLUNTEER] += numerics.millionths(log_odds)


@loop
def count_honoured(residents: Residents) -> Any:
    """Count registered volunteers, and those of them with a fresh honour."""
    registered, fresh = 0, 0
    for i in range(len(residents.registered)):
        registered += int(residents.registered[i])
        fresh += int(residents.registered[i] & is_fresh(residents.honour[i]))
    return registered, fresh


@loop
def count_acts(residents: Residents, acts: Any) -> None:
    """Write each registered volunteer's acts of the quarter; 0 for everybody else."""
    for i in range(len(acts)):
        acts[i] = acts_of_quarter(residents.history[i]) if residents.registered[i] else 0


@loop
def bestow(
    residents: Residents,
    micro_grids: MicroGrids,
    p: Honours,
    funding: Any,
    acts: Any,
    seed: Any,
    week: Any,
) -> int:
    """Honour the most active volunteers of every micro-grid; return how many.

    Nobody is honoured without an act; equals are separated by lot.
    """
    given = 0
    for grid in range(len(micro_grids.first)):
        volunteers = 0
        for i in range(micro_grids.first[grid], micro_grids.last[grid]):
            if residents.registered[i]:
                volunteers += 1
        draw = randomness.draw(seed, HOW_MANY, week, grid)
        for _ in range(honours_due(volunteers, p.share, funding, draw)):
            best, best_acts, best_lot = 0, 0, np.uint64(0)
            for i in range(micro_grids.first[grid], micro_grids.last[grid]):
                if acts[i] > 0 and acts[i] >= best_acts:
                    lot = randomness.lot(seed, TIE, week, i)
                    if acts[i] > best_acts or lot > best_lot:
                        best, best_acts, best_lot = i, acts[i], lot
            if best_acts > 0:
                acts[best] = 0
                residents.honour[best] = 1
                residents.nudge[best] += numerics.millionths(p.encouragement)
                micro_grids.acclaim[grid] = 1
                given += 1
    return given


# --- Moments ---------------------------------------------------------------------------------


def begin(community: Community) -> State:
    """Start with nobody honoured."""
    return State()


def open_week(community: Community) -> None:
    """Let past honours fade."""
    let_honour_fade(community)
    let_acclaim_fade(community)
    community.state.honours.given = 0


def value(community: Community) -> None:
    """Add to every resident's pull what honours do."""
    feel_honours(community, exchange.in_force(community), community.micro_grids.acclaim)


def commend(community: Community) -> None:
    """Once a quarter, honour volunteers and pay for it, as far as the fund allows."""
    if community.programme_week % QUARTER_WEEKS or not community.programme_week:
        return
    p, state, accounts = community.numbers.honours, community.state.honours, community.accounts
    acts = np.zeros(len(community.residents.honour), np.int64)
    count_acts(community.residents, acts)
    state.given = int(
        bestow(
            community.residents,
            community.micro_grids,
            p,
            accounts.funding,
            acts,
            community.seed,
            community.week,
        )
    )
    cost = round(state.given * float(p.cost) * YUAN)
    accounts.transfer("fund", "suppliers", cost, "honours")


RECORDS = {
    "honours_given": outcome("honours", "sum", recorded=True, scaled=True).means(
        "honours given to volunteers", "授予志愿者的荣誉"
    ),
    "honoured_share": outcome("share", "last").means(
        "share of registered volunteers whose honour is at least half fresh",
        "荣誉仍有一半以上新鲜感的登记志愿者比例",
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the honours of the week and how many volunteers live with a fresh one."""
    registered, fresh = count_honoured(community.residents)
    given = community.state.honours.given if community.active("honours") else 0
    return {
        "honours_given": float(given),
        "honoured_share": share(fresh, registered),
    }
