"""Leaders: one trained resident a micro-grid, around whom neighbours pass asks on more readily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import randomness
from sim.claims import by_lot
from sim.columns import QUARTER_WEEKS, YUAN
from sim.compiled import loop
from sim.declare import number, switch, whole
from sim.records import outcome

if TYPE_CHECKING:
    from sim.model import Community

TRAINING = randomness.decision("leaders.training")


class Leaders(NamedTuple):
    """Levers of training leaders."""

    on: bool = switch(False, source="H1", meaning="residents are trained as leaders")
    starts: int = whole(
        0,
        unit="week of the programme",
        low=0,
        high=520,
        evidence="assumption",
        source="H1",
        meaning="from when leaders are trained",
        lever=True,
    )
    trained_per_quarter: int = whole(
        13,
        unit="leaders",
        low=0,
        high=1000,
        evidence="assumption",
        source="H1",
        meaning="trained each quarter, until every micro-grid has one",
        lever=True,
    )
    boost: float = number(
        1.5,
        unit="ratio",
        low=1,
        high=3,
        evidence="assumption",
        source="E25",
        meaning="by which asks among neighbours grow where there is a leader",
    )
    training_cost: float = number(
        1000.0,
        unit="yuan per leader",
        low=0,
        high=20000,
        evidence="assumption",
        source="S13",
        meaning="of training one leader",
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
    community.state.participation.leadership[leader] *= p.boost


RECORDS = {
    "leaders_trained": outcome(unit="leaders", meaning="leaders trained", over_time="sum"),
}


def observe(community: Community) -> dict[str, float]:
    """Return leaders trained this week; none while the lever is off."""
    return {"leaders_trained": float(community.state.leaders.trained * community.active("leaders"))}
