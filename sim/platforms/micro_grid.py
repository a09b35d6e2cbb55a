"""Micro-grid platform (P2): grid workers visit households, inspect common space, and file reports.

Path: visits -> needs and disputes of people who would not come forward are found, hazards are
found -> earlier help, less risk. Off: nobody visits; only self-reports, counters and asking rounds
find needs. Equation S2 of docs/odd.md; what a visit finds in a home is weighed in rules/needs.py.

Everything that a grid worker finds is recorded, as an information item of a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    VISIT,
    GridWorkers,
    HazardRows,
    MicroGrids,
    NeedRows,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, start, switch
from sim.engine.randomness import decision, draw, draw_one, poisson
from sim.engine.steps import each
from sim.engine.tables import All
from sim.records import outcome, total
from sim.rules.hazards import VISIT_CLAIM

if TYPE_CHECKING:
    from sim.model import Community

CAMPAIGN = decision("micro_grid.campaign")
INSPECT = decision("micro_grid.inspect")
ROUTINE = decision("micro_grid.routine_items")


class MicroGrid(NamedTuple):
    """How much grid workers visit, inspect and report."""

    on: bool = switch(True, source="C3-C5").means(
        "grid workers visit, inspect and report in their micro-grids",
        "网格员在微网格走访、巡查并上报",
    )
    starts: int = start().means(
        "when the micro-grid platform begins", "微网实格平台从项目第几周开始"
    )
    effort: float = number(1.0, "ratio", 0, 3, "assumption", "E15", lever=True).means(
        "how many of the visits they can make grid workers are asked to make",
        "要求网格员完成的走访占其能力的比例",
    )
    inspection: float = number(0.0018, "per visit", 0, 1, "calibrated", "C5").means(
        "rate at which the way of one visit leads a grid worker to each hazard of the micro-grid",
        "一次走访途中发现微网格内每处隐患的速率",
    )
    campaigns: float = number(0.24, "chance per week", 0, 1, "calibrated", "C3", lever=True).means(
        "that a special campaign is held (25 in two years)", "每周开展专项行动的概率（两年 25 次）"
    )
    campaign_effort: float = number(4.0, "ratio", 1, 50, "assumption", "C3").means(
        "how many times more closely common space is inspected in the week of a campaign",
        "专项行动周公共空间巡查加密的倍数",
    )
    routine_items: float = number(0.004, "items per visit", 0, 1, "calibrated", "C4").means(
        "information items reported about neither a need nor a hazard",
        "每次走访上报的、与需求和隐患无关的信息条数",
    )


@dataclass
class State:
    """What grid workers did this week.

    Attributes:
        campaign: whether this is the week of a special campaign.
        items: int64[micro-grid], information items reported this week.
        visits: visits made this week, in all micro-grids.
        hazards: hazards found by grid workers this week.
    """

    campaign: bool
    items: Any
    visits: float
    hazards: int


def begin(community: Community) -> State:
    """Return the state before the first week."""
    return State(
        campaign=False,
        items=np.zeros(len(community.micro_grids.first), np.int64),
        visits=0.0,
        hazards=0,
    )


@rule
def visits_each(p: MicroGrid, capacity: Any, micro_grids: Any) -> Any:
    """Visits per week that a grid worker makes in each of `micro_grids` (at least 1) micro-grids."""
    return p.effort * capacity / micro_grids


@each(GridWorkers)
def plan_visits(r: GridWorkers, p: MicroGrid, grids: All[MicroGrids]) -> None:
    """Share out the week's visits over the micro-grids looked after (P2)."""
    looked_after = int(r.micro_grids)
    visits = visits_each(p, r.visits, max(np.float32(looked_after), 1.0))
    first = int(r.micro_grid)
    for place in range(first, first + looked_after):
        grids.visits[place] += visits


@rule
def campaign_held(p: MicroGrid, draw: Any) -> Any:
    """Whether this is the week of a special campaign."""
    return draw < p.campaigns


def open_week(community: Community) -> None:
    """Grid workers plan their visits; a special campaign may be called."""
    community.micro_grids.visits[:] = 0
    plan_visits(community)
    call_campaign(community)


def call_campaign(community: Community) -> None:
    """Note the week's visits, and call a special campaign or not."""
    state: State = community.state.micro_grid
    p = community.numbers.micro_grid
    state.visits = float(total(community.micro_grids.visits))
    state.campaign = bool(campaign_held(p, draw_one(community.seed, CAMPAIGN, community.week, 0)))


@rule
def inspection_chance(p: MicroGrid, visits: Any, campaign: Any) -> Any:
    """Chance per week that grid workers find a given hazard of the micro-grid.

    > P(grid workers find a given hazard) = 1 − e^{−a v},
    """
    closeness = p.campaign_effort if campaign else 1.0
    return 1.0 - numerics.exp(-p.inspection * closeness * visits)


@loop
def inspect(
    hazards: HazardRows,
    micro_grids: MicroGrids,
    p: MicroGrid,
    campaign: Any,
    week: Any,
    seed: Any,
    unfound: Any,
    unfound_count: Any,
    claims: Any,
) -> Any:
    """Lay a claim on every hazard that grid workers find; return how many."""
    found = 0
    for index in range(unfound_count):
        row = unfound[index]
        visits = micro_grids.visits[hazards.micro_grid[row]]
        if draw(seed, INSPECT, week, row) < inspection_chance(p, visits, campaign):
            claims[index] = claims[index] | VISIT_CLAIM
            found += 1
    return found


def sense(community: Community) -> None:
    """Grid workers inspect common space for hazards."""
    hazards = community.state.hazards
    inspect(
        community.hazards.rows,
        community.micro_grids,
        community.numbers.micro_grid,
        community.state.micro_grid.campaign,
        community.week,
        community.seed,
        hazards.unfound,
        hazards.unfound_count,
        hazards.claims,
    )


@rule
def expected_items(p: MicroGrid, visits: Any, scale: Any) -> Any:
    """Routine information items expected from a micro-grid this week."""
    return p.routine_items * visits * scale


@loop
def count_items(
    residents: Residents,
    micro_grids: MicroGrids,
    needs: NeedRows,
    hazards: HazardRows,
    p: MicroGrid,
    scale: Any,
    week: Any,
    seed: Any,
    found_needs: Any,
    need_count: Any,
    found_hazards: Any,
    hazard_count: Any,
    items: Any,
) -> Any:
    """Write each micro-grid's information items of this week; return how many of them are hazards."""
    for micro_grid in range(len(items)):
        mean = expected_items(p, micro_grids.visits[micro_grid], scale)
        items[micro_grid] = poisson(mean, draw(seed, ROUTINE, week, micro_grid))
    for index in range(need_count):
        row = found_needs[index]
        if needs.channel[row] == VISIT:
            items[residents.micro_grid[needs.owner[row]]] += 1
    found = 0
    for index in range(hazard_count):
        row = found_hazards[index]
        if hazards.channel[row] == VISIT:
            items[hazards.micro_grid[row]] += 1
            found += 1
    return found


@loop
def credit_workers(grid_workers: GridWorkers, items: Any) -> None:
    """Credit each micro-grid's items to the first grid worker who looks after it.

    Micro-grid workers come before the general grid workers in the table.
    """
    credited = np.zeros(len(items), np.bool_)
    for worker in range(len(grid_workers.found)):
        first = int(grid_workers.micro_grid[worker])
        for micro_grid in range(first, first + int(grid_workers.micro_grids[worker])):
            if not credited[micro_grid]:
                credited[micro_grid] = True
                grid_workers.found[worker] += items[micro_grid]


@loop
def file_reports(
    residents: Residents,
    micro_grids: MicroGrids,
    grid_workers: GridWorkers,
    needs: NeedRows,
    hazards: HazardRows,
    p: MicroGrid,
    scale: Any,
    week: Any,
    seed: Any,
    found_needs: Any,
    need_count: Any,
    found_hazards: Any,
    hazard_count: Any,
    items: Any,
) -> Any:
    """Count the week's information items and credit who found them; return how many are hazards."""
    found = count_items(
        residents,
        micro_grids,
        needs,
        hazards,
        p,
        scale,
        week,
        seed,
        found_needs,
        need_count,
        found_hazards,
        hazard_count,
        items,
    )
    credit_workers(grid_workers, items)
    return found


def publish(community: Community) -> None:
    """Grid workers file what they found as information items."""
    state: State = community.state.micro_grid
    needs, hazards = community.state.needs, community.state.hazards
    state.hazards = file_reports(
        community.residents,
        community.micro_grids,
        community.grid_workers,
        community.needs.rows,
        community.hazards.rows,
        community.numbers.micro_grid,
        community.scale,
        community.week,
        community.seed,
        needs.newly_found,
        needs.newly_found_count,
        hazards.found,
        hazards.found_count,
        state.items,
    )


RECORDS = {
    "grid_visits": outcome("visits", "sum").means(
        "visits made by grid workers, whatever the scale", "网格员走访次数（不随比例缩放）"
    ),
    "campaigns_held": outcome("campaigns", "sum", recorded=True).means(
        "special campaigns held", "开展的专项行动"
    ),
    "reports_filed": outcome("items", "sum", recorded=True, scaled=True).means(
        "information items reported by grid workers", "网格员上报的信息条数"
    ),
    "hazards_reported": outcome("hazards", "sum", recorded=True, scaled=True).means(
        "of the information items, safety hazards", "上报信息中的安全隐患"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return this week's figures; all 0 while the platform is off."""
    state: State = community.state.micro_grid
    if not community.active("micro_grid"):
        return dict.fromkeys(RECORDS, 0.0)
    return {
        "grid_visits": state.visits,
        "campaigns_held": float(state.campaign),
        "reports_filed": float(state.items.sum()),
        "hazards_reported": float(state.hazards),
    }
