"""Leaders: one trained resident a micro-grid, around whom neighbours pass asks on more readily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import QUARTER_WEEKS, YUAN
from sim.engine import randomness
from sim.engine.claims import by_lot
from sim.engine.compiled import loop
from sim.engine.declare import number, start, switch, whole
from sim.records import outcome

if TYPE_CHECKING:
    from sim.model import Community

TRAINING = randomness.decision("leaders.training")


class Leaders(NamedTuple):
    """Levers of training leaders."""

    on: bool = switch(False, source="H1").means(
        "residents are trained as leaders", "培训居民成为群体带头人"
    )
    starts: int = start("H1").means(
        "from when leaders are trained", "从项目第几周开始培训群体带头人"
    )
    trained_per_quarter: int = whole(13, "leaders", 0, 1000, "assumption", "H1", lever=True).means(
        "trained each quarter, until every micro-grid has one",
        "每季度培训的带头人数，直至每个微网格有一名",
    )
    boost: float = number(1.5, "ratio", 1, 3, "assumption", "E25").means(
        "by which asks among neighbours grow where there is a leader",
        "有带头人之处邻里间邀请增加的程度",
    )
    training_cost: float = number(1000.0, "yuan per leader", 0, 20000, "assumption", "S13").means(
        "of training one leader", "培训一名带头人的费用"
    )


@loop
def draw_lots(rows: Any, seed: Any, week: Any, lots: Any) -> None:
    """Write the lot of each of these micro-grids."""
    for index in range(len(rows)):
        lots[index] = randomness.lot(seed, TRAINING, week, rows[index])


def train(leader: Any, places: int, seed: Any, week: Any) -> int:
    """Train leaders in micro-grids that have none, in the order of their lots; return how many."""
    waiting = np.flatnonzero(~leader)
    lots = np.empty(len(waiting), np.uint64)
    draw_lots(waiting, seed, week, lots)
    chosen = waiting[by_lot(lots, places)]
    leader[chosen] = True
    return len(chosen)


@dataclass
class State:
    """Leaders trained this week."""

    trained: int = 0


def begin(community: Community) -> State:
    """Start with no leader."""
    return State()


def publish(community: Community) -> None:
    """Train leaders once a quarter; let all leaders spread asks."""
    p, leader = community.numbers.leaders, community.micro_grids.leader
    trained = 0
    if community.programme_week % QUARTER_WEEKS == 0:
        funded = float(p.trained_per_quarter) * float(community.accounts.funding)
        places = round(funded * community.communities)
        trained = train(leader, places, community.seed, community.week)
    community.state.leaders.trained = trained
    cost = trained * float(p.training_cost) * float(community.scale) * YUAN
    community.accounts.transfer("fund", "suppliers", round(cost), "training")
    community.offers.spread[leader] *= p.boost


RECORDS = {
    "leaders_trained": outcome("leaders", "sum").means("leaders trained", "培训的群体带头人"),
}


def observe(community: Community) -> dict[str, float]:
    """Return leaders trained this week; none while the lever is off."""
    return {"leaders_trained": float(community.state.leaders.trained * community.active("leaders"))}
