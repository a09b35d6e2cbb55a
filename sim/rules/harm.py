"""What hazards do to people: some pass by and come to harm, others see that things are put right (S11).

A hazard that is there, found or not, harms a passer-by of its micro-grid now and then: an urgent
medical need, and trust lost in those who should have seen to it. A hazard that is put right is seen
to be by the neighbours, who trust a little more. What comes of it in the end is open: it depends on
how many hazards there are, how soon they are found, and how soon they are put right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import HAZARD_FIXED, HazardRows, MicroGrids, Residents
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.randomness import decision, draws
from sim.records import outcome

if TYPE_CHECKING:
    from sim.model import Community

PASS_BY = decision("harm.pass_by")


class Harm(NamedTuple):
    """How often hazards harm somebody, and what that, or a repair, does to trust."""

    rate: float = number(0.01, "chance per hazard and week", 0, 0.5, "assumption", "C5").means(
        "that a hazard which is there harms somebody of its micro-grid",
        "一处存在的隐患每周伤及本微网格居民的概率",
    )
    trust_lost: float = number(0.1, "trust", 0, 0.5, "assumption", "E43").means(
        "by whoever comes to harm", "受伤害者失去的信任"
    )
    repair_seen: float = number(0.002, "trust", 0, 0.05, "assumption", "E43").means(
        "gained by everybody of a micro-grid in which a hazard is seen to be put right",
        "隐患整改后本微网格每位居民增加的信任",
    )
    hours: float = number(4.0, "hours", 0.25, 24, "assumption", "S4").means(
        "of medical service that somebody needs who came to harm", "受伤害者所需的医疗服务工时"
    )


@dataclass
class State:
    """Residents who came to harm this week, and hazards that were seen to be put right."""

    harmed: int = 0


def begin(community: Community) -> State:
    """Return the state before the first week."""
    return State()


@rule
def harms(p: Harm, chance: Any) -> Any:
    """Whether a hazard harms somebody this week, given an addressed draw."""
    return chance < p.rate


@loop
def pass_by(
    residents: Residents,
    micro_grids: MicroGrids,
    hazards: HazardRows,
    rows: Any,
    count: Any,
    p: Harm,
    week: Any,
    seed: Any,
    harmed: Any,
    so_far: Any,
) -> Any:
    """Let some pass by a hazard and come to harm; write who, and return how many by now."""
    for index in range(count):
        row = rows[index]
        chance, who, _, _ = draws(seed, PASS_BY, week, row)
        grid = hazards.micro_grid[row]
        first, last = np.int64(micro_grids.first[grid]), np.int64(micro_grids.last[grid])
        if harms(p, chance) and last > first:
            resident = first + numerics.pick(who, last - first)
            residents.trust_nudge[resident] -= numerics.millionths(p.trust_lost)
            harmed[so_far] = resident
            so_far += 1
    return so_far


@rule
def trust_from_repair(p: Harm, scale: Any) -> Any:
    """Trust that a repair earns with everybody of its micro-grid; in a sample it stands for several."""
    return numerics.ratio(p.repair_seen, scale)


@loop
def see_repairs(
    residents: Residents,
    micro_grids: MicroGrids,
    hazards: HazardRows,
    rows: Any,
    p: Harm,
    scale: Any,
) -> None:
    """Let everybody of a micro-grid see that a hazard of it was put right."""
    for row in rows:
        grid = hazards.micro_grid[row]
        for i in range(micro_grids.first[grid], micro_grids.last[grid]):
            residents.trust_nudge[i] += numerics.millionths(trust_from_repair(p, scale))


def learn(community: Community) -> None:
    """Hazards harm passers-by; what was put right is seen."""
    state, around = community.state.harm, community.state.hazards
    p, week, seed = community.numbers.harm, community.week, community.seed
    residents, grids = community.residents, community.micro_grids
    rows = community.hazards.rows
    harmed = np.zeros(around.unfound_count + around.pending_count, np.int64)
    count = 0
    for there, how_many in (
        (around.unfound, around.unfound_count),
        (around.pending, around.pending_count),
    ):
        count = pass_by(residents, grids, rows, there, how_many, p, week, seed, harmed, count)
    used = community.hazards.used()
    fixed = np.flatnonzero((used.stage == HAZARD_FIXED) & (used.fixed == week))
    see_repairs(residents, grids, rows, fixed, p, community.scale)
    state.harmed = int(count)
    community.accidents.report(harmed[:count], float(p.hours))


RECORDS = {
    "accidents": outcome("residents", "sum", scaled=True).means(
        "who came to harm by a safety hazard", "因安全隐患受到伤害的居民"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return how many came to harm this week."""
    return {"accidents": float(community.state.harm.harmed)}
