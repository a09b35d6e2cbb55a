"""Safety hazards: they arise in a micro-grid's common space, are found by somebody, and are fixed.

A hazard that nobody finds stays. Finders (grid workers, residents who snap-report, patrols, and the
ordinary upkeep that goes on without any programme) lay a claim on a hazard in the moment `sense`; the moment `triage` settles the claims, so that a hazard
is found once and the finders' files may come in any order. Equations S1 and S2 of docs/odd.md.

A hazard's row is the same in all scenarios that share the seed, the micro-grids and the arrival
rate, because nothing else decides whether one arises; hazards' draws are addressed by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    CHANNELS,
    HAZARD_FIXED,
    HAZARD_FOUND,
    PATROL,
    SNAP_REPORT,
    UPKEEP,
    VISIT,
    HazardRows,
    MicroGrids,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.randomness import decision, draw, poisson
from sim.records import outcome
from sim.rules.needs import with_room

if TYPE_CHECKING:
    from sim.model import Community

ARISE = decision("hazards.arise")
FIX = decision("hazards.fix")
COME_UPON = decision("hazards.come_upon")

VISIT_CLAIM = np.uint8(1 << VISIT)
SNAP_CLAIM = np.uint8(1 << SNAP_REPORT)
PATROL_CLAIM = np.uint8(1 << PATROL)
UPKEEP_CLAIM = np.uint8(1 << UPKEEP)


class Hazards(NamedTuple):
    """How often hazards arise and how soon a found hazard is fixed."""

    arrival: float = number(
        2.7, "hazards per week in one community", 0, 50, "calibrated", "C5", volume=True
    ).means("how often a safety hazard arises", "安全隐患出现的频率")
    upkeep: float = number(0.06, "chance per week", 0, 1, "assumption", "C5").means(
        "that property staff, passers-by or somebody at the counter come upon a given hazard, whatever the committee does",
        "无论居委会做什么，物业人员、路人或窗口每周发现某处隐患的概率",
    )
    fix: float = number(0.6, "chance per week", 0, 1, "assumption").means(
        "that the committee has a found hazard put right", "居委会每周使已发现隐患得到整改的概率"
    )


@dataclass
class State:
    """Which hazards are open, who claims to have found them, and what happened this week.

    Attributes:
        unfound: rows of hazards that nobody has found, oldest first; `unfound_count` are in use.
        claims: per entry of `unfound`, the bits of the `CHANNELS` that found it this week.
        finders: per entry of `unfound`, the resident of its snap-report, where `claims` says so.
        found: rows of hazards found this week, `found_count` in use.
        pending: rows of hazards found and not yet fixed, `pending_count` in use.
        arrivals: per micro-grid, hazards that arose this week.
        arisen, fixed: hazards that arose and that were fixed this week.
        booked: of the fixed, those in the committee's books.
        found_by: hazards found this week, by channel.
        around: int32[micro-grid], hazards that nobody has found yet.
        begun: the first week has been.
    """

    unfound: Any
    unfound_count: int
    claims: Any
    finders: Any
    found: Any
    found_count: int
    pending: Any
    pending_count: int
    arrivals: Any
    arisen: int
    fixed: int
    found_by: Any
    around: Any
    begun: bool = False
    booked: int = 0


def begin(community: Community) -> State:
    """Return the state before the first week: no hazards."""
    return State(
        unfound=np.zeros(64, np.int64),
        unfound_count=0,
        claims=np.zeros(64, np.uint8),
        finders=np.zeros(64, np.int64),
        found=np.zeros(64, np.int64),
        found_count=0,
        pending=np.zeros(64, np.int64),
        pending_count=0,
        arrivals=np.zeros(len(community.micro_grids.first), np.int32),
        arisen=0,
        fixed=0,
        found_by=np.zeros(len(CHANNELS), np.int64),
        around=np.zeros(len(community.micro_grids.first), np.int32),
    )


@rule
def there_at_first(p: Hazards, expected: Any) -> Any:
    """Hazards expected to be there before the first week: as many as arise while one lasts.

    Without upkeep nothing would ever have been put right, and none are taken to be there.

    > E(hazards there at the start) = arrivals a week / P(upkeep finds a given one),
    """
    return numerics.ratio(expected, p.upkeep) if p.upkeep > 0.0 else 0.0


@rule
def expected_hazards(p: Hazards, agents: Any, all_agents: Any, extent: Any) -> Any:
    """Hazards that are expected to arise in a micro-grid this week: its share by residents.

    `extent` is the number of communities times the scale.
    """
    return p.arrival * extent * agents / max(all_agents, 1.0)


@loop
def draw_hazards(
    micro_grids: MicroGrids,
    p: Hazards,
    all_agents: Any,
    extent: Any,
    first: Any,
    week: Any,
    seed: Any,
    arrivals: Any,
) -> Any:
    """Write how many hazards arise in each micro-grid; return how many arise together.

    In the `first` week those that are there before it come on top.
    """
    arisen = 0
    for micro_grid in range(len(arrivals)):
        agents = np.float32(micro_grids.last[micro_grid] - micro_grids.first[micro_grid])
        mean = expected_hazards(p, agents, all_agents, extent)
        if first:
            mean += there_at_first(p, mean)
        arrivals[micro_grid] = poisson(mean, draw(seed, ARISE, week, micro_grid))
        arisen += int(arrivals[micro_grid])
    return arisen


@loop
def append_hazards(hazards: HazardRows, count: Any, arrivals: Any, week: Any) -> Any:
    """Add a row for every hazard that arises, for which there must be room; return the new count."""
    for micro_grid in range(len(arrivals)):
        for _ in range(arrivals[micro_grid]):
            hazards.micro_grid[count] = micro_grid
            hazards.born[count] = week
            count += 1
    return count


@loop
def count_unfound(hazards: HazardRows, unfound: Any, unfound_count: Any, open_hazards: Any) -> Any:
    """Write how many unfound hazards lie in each micro-grid, and return how many micro-grids."""
    for micro_grid in range(len(open_hazards)):
        open_hazards[micro_grid] = 0
    for index in range(unfound_count):
        open_hazards[hazards.micro_grid[unfound[index]]] += 1
    return len(open_hazards)


def _look_around(community: Community) -> None:
    """See how many unfound hazards lie in each micro-grid."""
    state: State = community.state.hazards
    count_unfound(
        community.hazards.rows,
        state.unfound,
        state.unfound_count,
        state.around,
    )


def arise(community: Community) -> None:
    """Hazards arise in the micro-grids' common space."""
    state: State = community.state.hazards
    state.arisen = int(
        draw_hazards(
            community.micro_grids,
            community.numbers.hazards,
            np.float32(len(community.residents.age)),
            community.extent,
            not state.begun,
            community.week,
            community.seed,
            state.arrivals,
        )
    )
    state.begun = True
    first = community.hazards.count
    hazards = community.hazards.reserve(state.arisen)
    community.hazards.count = int(append_hazards(hazards, first, state.arrivals, community.week))
    needed = state.unfound_count + state.arisen
    state.unfound = with_room(state.unfound, needed)
    state.claims = with_room(state.claims, needed)
    state.finders = with_room(state.finders, needed)
    state.unfound[state.unfound_count : needed] = np.arange(first, community.hazards.count)
    state.unfound_count = needed
    _look_around(community)


@rule
def channel_of(claims: Any) -> Any:
    """Who has found a claimed hazard: grid worker, snap-reporter, patrol, ordinary upkeep, in turn."""
    noticed = PATROL if claims & PATROL_CLAIM != 0 else UPKEEP
    on_foot = SNAP_REPORT if claims & SNAP_CLAIM != 0 else noticed
    return VISIT if claims & VISIT_CLAIM != 0 else on_foot


@loop
def settle_claims(
    hazards: HazardRows,
    unfound: Any,
    unfound_count: Any,
    claims: Any,
    finders: Any,
    found: Any,
    found_by: Any,
    week: Any,
) -> Any:
    """Turn claims into findings and clear them; return how many hazards stay and were found."""
    kept = 0
    newly = 0
    for index in range(unfound_count):
        row = unfound[index]
        if claims[index] == 0:
            unfound[kept] = row
            kept += 1
            continue
        channel = channel_of(claims[index])
        hazards.stage[row] = HAZARD_FOUND
        hazards.found[row] = week
        hazards.channel[row] = channel
        if channel == SNAP_REPORT:
            hazards.finder[row] = finders[index]
        claims[index] = 0
        found_by[channel] += 1
        found[newly] = row
        newly += 1
    return kept, newly


@loop
def come_upon(
    p: Hazards, week: Any, seed: Any, unfound: Any, unfound_count: Any, claims: Any
) -> Any:
    """Lay a claim on every hazard that ordinary upkeep finds; return how many."""
    found = 0
    for index in range(unfound_count):
        if draw(seed, COME_UPON, week, unfound[index]) < p.upkeep:
            claims[index] = claims[index] | UPKEEP_CLAIM
            found += 1
    return found


def sense(community: Community) -> None:
    """Property staff, passers-by and the counter come upon hazards, whatever the committee does."""
    state: State = community.state.hazards
    come_upon(
        community.numbers.hazards,
        community.week,
        community.seed,
        state.unfound,
        state.unfound_count,
        state.claims,
    )


def triage(community: Community) -> None:
    """Claims to have found a hazard are settled: each hazard is found once."""
    state: State = community.state.hazards
    state.found = with_room(state.found, state.unfound_count)
    state.found_by[:] = 0
    kept, newly = settle_claims(
        community.hazards.rows,
        state.unfound,
        state.unfound_count,
        state.claims,
        state.finders,
        state.found,
        state.found_by,
        community.week,
    )
    state.unfound_count = int(kept)
    state.found_count = int(newly)
    state.pending = with_room(state.pending, state.pending_count + state.found_count)
    state.pending[state.pending_count : state.pending_count + state.found_count] = state.found[
        : state.found_count
    ]
    state.pending_count += state.found_count
    _look_around(community)


@loop
def fix_hazards(
    hazards: HazardRows, pending: Any, pending_count: Any, p: Hazards, week: Any, seed: Any
) -> Any:
    """Put found hazards right by their weekly chance; return how many stay, and how many are booked.

    The committee's books hold what it was told of, and not what upkeep came upon by itself.
    """
    kept = 0
    booked = 0
    for index in range(pending_count):
        row = pending[index]
        if draw(seed, FIX, week, row) < p.fix:
            hazards.stage[row] = HAZARD_FIXED
            hazards.fixed[row] = week
            booked += int(hazards.channel[row] != UPKEEP)
        else:
            pending[kept] = row
            kept += 1
    return kept, booked


def serve(community: Community) -> None:
    """The committee has found hazards put right."""
    state: State = community.state.hazards
    kept, state.booked = fix_hazards(
        community.hazards.rows,
        state.pending,
        state.pending_count,
        community.numbers.hazards,
        community.week,
        community.seed,
    )
    state.fixed = state.pending_count - kept
    state.pending_count = kept


RECORDS = {
    "hazards_arisen": outcome("hazards", "sum", scaled=True).means(
        "safety hazards that arose", "出现的安全隐患"
    ),
    "hazards_found": outcome("hazards", "sum", scaled=True).means(
        "hazards that somebody found", "被发现的隐患"
    ),
    "hazards_found_visit": outcome("hazards", "sum", scaled=True).means(
        "hazards found by grid workers", "网格员发现的隐患"
    ),
    "hazards_found_snap_report": outcome("hazards", "sum", scaled=True).means(
        "hazards found by residents' snap-reports", "居民随手报发现的隐患"
    ),
    "hazards_found_patrol": outcome("hazards", "sum", scaled=True).means(
        "hazards found by patrols", "巡逻发现的隐患"
    ),
    "hazards_found_upkeep": outcome("hazards", "sum", scaled=True).means(
        "hazards found by property staff, passers-by or at the counter",
        "物业人员、路人或窗口发现的隐患",
    ),
    "hazards_fixed": outcome("hazards", "sum", scaled=True).means(
        "hazards put right", "已整改的隐患"
    ),
    "hazards_unfound": outcome("hazards", "last", scaled=True).means(
        "hazards that nobody has found", "无人发现的隐患"
    ),
    "hazard_weeks_at_risk": outcome("hazard-weeks", "sum", scaled=True).means(
        "weeks that hazards were there, found or not, before being put right",
        "隐患整改前存在的周数（不论是否被发现）",
    ),
    "hazards_recorded": outcome("hazards", "sum", recorded=True, scaled=True).means(
        "hazards that the committee's books show as handled: put right, but for those that upkeep came upon",
        "台账显示已处理的隐患（已整改，日常养护自行发现的除外）",
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return this week's figures."""
    state: State = community.state.hazards
    return {
        "hazards_arisen": float(state.arisen),
        "hazards_found": float(state.found_count),
        "hazards_found_visit": float(state.found_by[VISIT]),
        "hazards_found_snap_report": float(state.found_by[SNAP_REPORT]),
        "hazards_found_patrol": float(state.found_by[PATROL]),
        "hazards_found_upkeep": float(state.found_by[UPKEEP]),
        "hazards_fixed": float(state.fixed),
        "hazards_unfound": float(state.unfound_count),
        "hazard_weeks_at_risk": float(state.unfound_count + state.pending_count),
        "hazards_recorded": float(state.booked),
    }
