"""Co-creation of public safety (M3): rewarded snap-reports of hazards, and volunteer patrols.

Path: passers-by notice hazards and report them for points, patrols look for them -> hazards are
found sooner -> less time at risk. Off: no snap-reports, no patrols. Equation S2 of docs/odd.md.

Order of events: residents are asked in `publish`; rules/participation.py decides who reports and
how many hours are patrolled; a report is handed in at the moment `reward` of the same week, and
patrol hours are walked at the moment `sense` of the next. Both lay claims on hazards, which
rules/hazards.py settles in the next `triage`: a hazard is found once, however many report it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    MILLION,
    REPORT,
    HazardRows,
    MicroGrids,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, start, switch
from sim.engine.randomness import decision, draw, lot
from sim.records import outcome
from sim.rules.hazards import PATROL_CLAIM, SNAP_CLAIM

if TYPE_CHECKING:
    from sim.model import Community

WHICH = decision("co_safety.which_hazard")
FIRST = decision("co_safety.first_reporter")
PATROL_FINDS = decision("co_safety.patrol_finds")

REPORTED = np.uint8(1 << REPORT)
CERTAIN = np.float32(20)
"""A hazard rate at which 32 bits cannot tell the chance 1 - exp(-rate) from 1."""


class CoSafety(NamedTuple):
    """How readily passers-by notice hazards, and how much is patrolled."""

    on: bool = switch(True, source="D3").means(
        "residents' hazard reports are rewarded; patrols", "居民上报隐患得奖励，并开展巡逻"
    )
    starts: int = start().means("when the co-creation of safety begins", "平安共创从项目第几周开始")
    noticing: float = number(
        0.0007, "chance per week and hazard", 0, 0.9, "calibrated", "S2, T14"
    ).means(
        "that a resident passes and notices a given hazard of the own micro-grid",
        "居民路过并注意到本微网格某处隐患的概率",
    )
    patrol_share: float = number(
        0.15, "share of volunteer hours", 0, 1, "assumption", "D3", lever=True
    ).means("that volunteers spend on patrol", "志愿者用于巡逻的工时比例")
    patrol_insight: float = number(0.01, "per hour", 0, 1, "assumption", "D3").means(
        "rate at which an hour of patrol in a micro-grid finds each of its hazards",
        "在微网格巡逻一小时发现其中每处隐患的速率",
    )


@dataclass
class State:
    """What residents' safety work came to this week.

    Attributes:
        reports: snap-reports handed in.
        valid: of these, reports of a hazard that nobody had found.
        patrol_hours: hours walked on patrol.
    """

    reports: int
    valid: int
    patrol_hours: float


def begin(community: Community) -> State:
    """Return the state before the first week."""
    return State(reports=0, valid=0, patrol_hours=0.0)


@rule
def notice_call(p: CoSafety, hazards: Any, scale: Any) -> Any:
    """Millionths of a hazard rate that a resident notices one of so many hazards (S2).

    Each counted hazard stands for `1 / scale` hazards, as each agent does for people.

    > hazard of a resident's noticing any = ρ̂_h · k / s,
    """
    return min(-numerics.log(1.0 - p.noticing) * hazards / scale, CERTAIN) * MILLION


@loop
def call_passers_by(
    residents: Residents, micro_grids: MicroGrids, p: CoSafety, scale: Any, open_hazards: Any
) -> Any:
    """Add to the report calls of residents whose micro-grid has hazards; return how many do."""
    with_hazards = 0
    for micro_grid in range(len(open_hazards)):
        if open_hazards[micro_grid] == 0:
            continue
        call = np.int32(notice_call(p, np.float32(open_hazards[micro_grid]), scale))
        for row in range(micro_grids.first[micro_grid], micro_grids.last[micro_grid]):
            residents.call[REPORT, row] += call
        with_hazards += 1
    return with_hazards


def publish(community: Community) -> None:
    """Residents may notice the hazards around them; patrols are asked for."""
    p = community.numbers.co_safety
    call_passers_by(
        community.residents,
        community.micro_grids,
        p,
        community.scale,
        community.state.hazards.around,
    )
    community.offers.patrols += p.patrol_share


@loop
def hand_in(
    residents: Residents,
    hazards: HazardRows,
    open_hazards: Any,
    week: Any,
    seed: Any,
    unfound: Any,
    unfound_count: Any,
    claims: Any,
    finders: Any,
) -> Any:
    """Let each reporter claim one hazard of the micro-grid; return reports and valid reports.

    A reporter comes upon one of the micro-grid's hazards, each equally likely. Where several
    report the same one, the lowest lot is the first.
    """
    reports = 0
    valid = 0
    for row in range(len(residents.acted)):
        if residents.acted[row] & REPORTED == 0:
            continue
        reports += 1
        micro_grid = residents.micro_grid[row]
        around = int(open_hazards[micro_grid])
        if around == 0:
            continue
        valid += 1
        remaining = numerics.pick(draw(seed, WHICH, week, row), around)
        for index in range(unfound_count):
            if hazards.micro_grid[unfound[index]] != micro_grid:
                continue
            if remaining > 0:
                remaining -= 1
                continue
            if claims[index] & SNAP_CLAIM == 0 or lot(seed, FIRST, week, row) < lot(
                seed, FIRST, week, finders[index]
            ):
                finders[index] = row
            claims[index] = claims[index] | SNAP_CLAIM
            break
    return reports, valid


def reward(community: Community) -> None:
    """This week's snap-reports are handed in; they are settled in next week's triage."""
    state: State = community.state.co_safety
    hazards = community.state.hazards
    reports, valid = hand_in(
        community.residents,
        community.hazards.rows,
        hazards.around,
        community.week,
        community.seed,
        hazards.unfound,
        hazards.unfound_count,
        hazards.claims,
        hazards.finders,
    )
    state.reports = int(reports)
    state.valid = int(valid)


@rule
def hours_each(hours: Any, micro_grids: Any, scale: Any) -> Any:
    """Hours of patrol in each micro-grid: shared out evenly, for all the people agents stand for."""
    return hours / (max(micro_grids, 1.0) * scale)


@rule
def patrol_chance(p: CoSafety, hours: Any) -> Any:
    """Chance that so many hours of patrol in a micro-grid find a given hazard of it.

    > P(patrols find a given hazard) = 1 − e^{−b h},
    """
    return 1.0 - numerics.exp(-p.patrol_insight * hours)


@loop
def patrol(
    p: CoSafety, hours: Any, week: Any, seed: Any, unfound: Any, unfound_count: Any, claims: Any
) -> Any:
    """Lay a claim on every hazard that patrols find; return how many."""
    found = 0
    for index in range(unfound_count):
        if draw(seed, PATROL_FINDS, week, unfound[index]) < patrol_chance(p, hours):
            claims[index] = claims[index] | PATROL_CLAIM
            found += 1
    return found


def sense(community: Community) -> None:
    """Patrols walk the hours that volunteers gave last week."""
    state: State = community.state.co_safety
    hazards = community.state.hazards
    walked = np.float32(community.state.participation.patrol_hours)
    state.patrol_hours = float(walked)
    grids = np.float32(len(community.micro_grids.first))
    patrol(
        community.numbers.co_safety,
        hours_each(walked, grids, community.scale),
        community.week,
        community.seed,
        hazards.unfound,
        hazards.unfound_count,
        hazards.claims,
    )


RECORDS = {
    "snap_reports": outcome("reports", "sum", recorded=True, scaled=True).means(
        "hazard reports handed in by residents", "居民随手报条数"
    ),
    "snap_reports_valid": outcome("reports", "sum", recorded=True, scaled=True).means(
        "of residents' reports, those of a hazard that nobody had found before this week",
        "随手报中此前无人发现的隐患",
    ),
    "patrol_hours": outcome("hours", "sum", scaled=True).means(
        "hours walked on patrol by volunteers", "志愿者巡逻工时"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return this week's figures; all 0 while the mechanism is off."""
    state: State = community.state.co_safety
    if not community.active("co_safety"):
        return dict.fromkeys(RECORDS, 0.0)
    return {
        "snap_reports": float(state.reports),
        "snap_reports_valid": float(state.valid),
        "patrol_hours": state.patrol_hours,
    }
