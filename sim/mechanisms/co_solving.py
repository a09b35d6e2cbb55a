"""Co-solving of hard problems (M6): resident mediators, and cases that climb level by level (S3, S11).

Path: trusted volunteers and Party members are invited to mediate -> more sessions, of which more
succeed; what stays unresolved climbs from the community to a partner, the street and a
department, each with its own delay and chance. Off: the committee mediates alone and no case's
level ever rises. Equations S3 and S11 of docs/odd.md.

Only so many cases a week are taken up from the community's level; they are chosen by lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    BY_COMMITTEE,
    BY_DEPARTMENT,
    BY_PARTNER,
    BY_STREET,
    DISPUTE_BROUGHT,
    DISPUTE_RESOLVED,
    DISPUTE_UNRESOLVED,
    LEVELS,
    NEED_CLOSED,
    NEED_FOUND,
    NOT_MEMBER,
    POINT,
    QUARTER_WEEKS,
    DisputeRows,
    NeedRows,
    Residents,
)
from sim.engine.claims import by_lot
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, start, switch, vector, whole
from sim.engine.randomness import decision, draw, draw_one, lot
from sim.records import outcome
from sim.rules.disputes import whole_number
from sim.rules.needs import ADDRESSES, with_room
from sim.rules.partners import present

if TYPE_CHECKING:
    from sim.model import Community

INVITE = decision("co_solving.order_of_invitation")
ACCEPT = decision("co_solving.accept_to_mediate")
PLACES = decision("co_solving.places")
SESSIONS = decision("co_solving.mediator_sessions")
LEAD = decision("co_solving.order_of_mediators")
CLIMB_NEED = decision("co_solving.order_of_needs")
CLIMB_DISPUTE = decision("co_solving.order_of_disputes")
TAKE_UP = decision("co_solving.whole_cases")
SOLVE_NEED = decision("co_solving.need_solved")
SOLVE_DISPUTE = decision("co_solving.dispute_solved")

SERVER_OF_LEVEL = (BY_COMMITTEE, BY_PARTNER, BY_STREET, BY_DEPARTMENT)
HELPER_OF_LEVEL = tuple(np.uint8(1 << server) for server in SERVER_OF_LEVEL)
TOP = len(LEVELS) - 1


class CoSolving(NamedTuple):
    """Mediators, and how cases climb."""

    on: bool = switch(True, source="D6").means(
        "residents mediate; unresolved cases climb a level", "居民参与调解；未解决的事项逐级上报"
    )
    starts: int = start().means(
        "when the co-solving of hard problems begins", "难题共克从项目第几周开始"
    )
    mediators: float = number(
        22.0, "persons in one community", 0, 500, "fact", "D6", lever=True, volume=True
    ).means("places for resident mediators (the source says over 20)", "居民调解员名额")
    trust_needed: float = number(0.6, "0-1", 0, 1, "assumption", "S6").means(
        "trust in the committee above which a volunteer or Party member is invited to mediate",
        "邀请志愿者或党员担任调解员所需的信任",
    )
    trust_kept: float = number(0.4, "0-1", 0, 1, "assumption").means(
        "trust in the committee below which a mediator gives the office up",
        "低于此信任，调解员卸任",
    )
    accept: float = number(0.5, "chance per invitation", 0, 1, "assumption", "S6").means(
        "that an invited resident agrees to mediate", "受邀居民同意担任调解员的概率"
    )
    sessions: float = number(0.2, "sessions per week", 0, 5, "assumption", "S11").means(
        "that a mediator can lead; together they about double the committee's own",
        "一名调解员每周能主持的调解场次",
    )
    patience: int = whole(4, "weeks", 1, 52, "assumption", "S3", lever=True).means(
        "at the community's level before an unresolved case may climb",
        "未解决事项上报前在社区层级停留的时间",
    )
    delay: Any = vector(
        {"partner": 2.0, "street": 4.0, "department": 8.0}, "weeks", 1, 52, "assumption", "S3"
    ).means("that a case takes at each level", "事项在每一层级所需的时间")
    success: Any = vector(
        {"partner": 0.6, "street": 0.7, "department": 0.8}, "chance", 0, 1, "assumption", "S3"
    ).means("that a case is resolved at each level", "事项在各层级得到解决的概率")
    needs_taken_up: float = number(
        20.0, "needs per week in one community", 0, 1000, "assumption", lever=True, volume=True
    ).means(
        "most needs that can climb from the community's level", "每周可从社区层级上报的需求上限"
    )
    disputes_taken_up: float = number(
        4.0, "disputes per week in one community", 0, 200, "assumption", lever=True, volume=True
    ).means(
        "most disputes that can climb from the community's level", "每周可从社区层级上报的纠纷上限"
    )
    quality: float = number(0.7, "0-1", 0, 1, "assumption").means(
        "of a service arranged at a higher level", "上级安排的服务的质量"
    )


@dataclass
class State:
    """What the mechanism did this week.

    Attributes:
        invited: residents who were invited to mediate.
        needs_raised, disputes_raised: cases that left the community's level.
        needs_solved, disputes_solved: cases resolved at a higher level.
    """

    invited: int
    needs_raised: int
    disputes_raised: int
    needs_solved: int
    disputes_solved: int


def begin(community: Community) -> State:
    """Return the state before the first week."""
    return State(invited=0, needs_raised=0, disputes_raised=0, needs_solved=0, disputes_solved=0)


# --- Mediators -----------------------------------------------------------------------------------


@rule
def is_eligible(p: CoSolving, registered: Any, is_party: Any, trust: Any, mediator: Any) -> Any:
    """Whether a resident is invited to mediate: a trusting volunteer or Party member."""
    return (registered or is_party) and trust > p.trust_needed and not mediator


@rule
def stays(p: CoSolving, registered: Any, is_party: Any, trust: Any) -> Any:
    """Whether a mediator keeps the office at the quarterly review."""
    return (registered or is_party) and trust >= p.trust_kept


@loop
def review_mediators(residents: Residents, p: CoSolving) -> Any:
    """Let mediators give the office up; return how many remain."""
    remaining = 0
    for row in range(len(residents.mediator)):
        if not residents.mediator[row]:
            continue
        is_party = residents.party[row] != NOT_MEMBER
        if stays(p, residents.registered[row], is_party, residents.trust[row]):
            remaining += 1
        else:
            residents.mediator[row] = False
    return remaining


@loop
def list_eligible(
    residents: Residents, p: CoSolving, week: Any, seed: Any, rows: Any, lots: Any
) -> Any:
    """Write who can be invited, each with a lot; return how many."""
    eligible = 0
    for row in range(len(residents.mediator)):
        is_party = residents.party[row] != NOT_MEMBER
        if is_eligible(
            p, residents.registered[row], is_party, residents.trust[row], residents.mediator[row]
        ):
            rows[eligible] = row
            lots[eligible] = lot(seed, INVITE, week, row)
            eligible += 1
    return eligible


@loop
def invite(
    residents: Residents, p: CoSolving, week: Any, seed: Any, rows: Any, vacancies: Any
) -> Any:
    """Invite residents in this order until the vacancies are filled; return how many were invited."""
    invited = 0
    for index in range(len(rows)):
        if vacancies == 0:
            break
        invited += 1
        if draw(seed, ACCEPT, week, rows[index]) < p.accept:
            residents.mediator[rows[index]] = True
            vacancies -= 1
    return invited


def open_week(community: Community) -> None:
    """Once a quarter, mediators are reviewed and vacant places offered by lot."""
    state: State = community.state.co_solving
    state.invited = 0
    p, week, seed = community.numbers.co_solving, community.week, community.seed
    if (community.programme_week - max(int(p.starts), 0)) % QUARTER_WEEKS != 0:
        return
    residents = community.residents
    remaining = int(review_mediators(residents, p))
    rows = np.zeros(len(residents.mediator), np.int64)
    lots = np.zeros(len(residents.mediator), np.uint64)
    eligible = int(list_eligible(residents, p, week, seed, rows, lots))
    rows = rows[by_lot(lots[:eligible])]
    places = whole_number(p.mediators * community.extent, draw(seed, PLACES, 0, 0))
    state.invited = int(invite(residents, p, week, seed, rows, max(places - remaining, 0)))


@loop
def draw_lots(rows: Any, week: Any, seed: Any, lots: Any) -> None:
    """Write the lot of each of these mediators."""
    for index in range(len(rows)):
        lots[index] = lot(seed, LEAD, week, rows[index])


@loop
def offer_slots(p: CoSolving, week: Any, seed: Any, rows: Any, slots: Any, slot_count: Any) -> Any:
    """Add each mediator's sessions of this week to the slots while there is room; return the count."""
    for index in range(len(rows)):
        for _ in range(whole_number(p.sessions, draw(seed, SESSIONS, week, rows[index]))):
            if slot_count < len(slots):
                slots[slot_count] = rows[index]
                slot_count += 1
    return slot_count


def _offer_sessions(community: Community) -> None:
    """Resident mediators offer their sessions to rules/disputes.py, in the order of lots."""
    disputes = community.state.disputes
    p, week, seed = community.numbers.co_solving, community.week, community.seed
    rows = np.flatnonzero(community.residents.mediator)
    if not len(rows):
        return
    mediators, lots = len(rows), np.empty(len(rows), np.uint64)
    draw_lots(rows, week, seed, lots)
    rows = rows[by_lot(lots)]
    most = int(np.ceil(p.sessions))
    disputes.slots = with_room(disputes.slots, disputes.slot_count + mediators * most)
    disputes.slot_count = offer_slots(p, week, seed, rows, disputes.slots, disputes.slot_count)
    disputes.mediators += mediators


# --- Levels --------------------------------------------------------------------------------------


@rule
def may_climb(p: CoSolving, weeks: Any) -> Any:
    """Whether a case has been at the community's level long enough to climb."""
    return weeks >= p.patience


@rule
def is_due(p: CoSolving, level: Any, weeks: Any) -> Any:
    """Whether a case has spent its delay at a higher level (1 to 3)."""
    return np.float32(weeks) >= p.delay[level - 1]


@rule
def is_solved(p: CoSolving, level: Any, draw: Any) -> Any:
    """Whether a case that is due is resolved at this higher level (1 to 3)."""
    return draw < p.success[level - 1]


@loop
def list_stuck_needs(
    needs: NeedRows,
    queue: Any,
    count: Any,
    p: CoSolving,
    week: Any,
    seed: Any,
    rows: Any,
    lots: Any,
) -> Any:
    """Write the needs that may climb from the community's level, with their lots; return how many."""
    stuck = 0
    for index in range(count):
        row = queue[index]
        if needs.stage[row] != NEED_FOUND or needs.level[row] != 0:
            continue
        if may_climb(p, week - needs.level_since[row]):
            rows[stuck] = row
            address = int(needs.owner[row]) * ADDRESSES + int(needs.domain[row])
            lots[stuck] = lot(seed, CLIMB_NEED, week, address)
            stuck += 1
    return stuck


@loop
def advance_needs(
    needs: NeedRows, queue: Any, count: Any, p: CoSolving, week: Any, seed: Any
) -> Any:
    """Resolve or raise the needs that are due at a higher level; return how many were resolved.

    A need that even the department could not serve is taken up there again.
    """
    solved = 0
    for index in range(count):
        row = queue[index]
        level = int(needs.level[row])
        if needs.stage[row] != NEED_FOUND or level == 0:
            continue
        if not is_due(p, level, week - needs.level_since[row]):
            continue
        address = int(needs.owner[row]) * ADDRESSES + int(needs.domain[row])
        if is_solved(p, level, draw(seed, SOLVE_NEED, week, address)):
            if not needs.started[row]:
                needs.started[row] = True
                needs.first_service[row] = week
            needs.stage[row] = NEED_CLOSED
            needs.closed[row] = week
            needs.server[row] = SERVER_OF_LEVEL[level]
            needs.helpers[row] = needs.helpers[row] | HELPER_OF_LEVEL[level]
            needs.providers[row] = min(int(needs.providers[row]) + 1, 255)
            needs.hours_left[row] = 0.0
            needs.quality[row] = p.quality
            solved += 1
        else:
            needs.level[row] = min(level + 1, TOP)
            needs.level_since[row] = week
    return solved


@loop
def raise_needs(needs: NeedRows, rows: Any, week: Any) -> Any:
    """Raise these needs to the level of a partner; return how many."""
    for index in range(len(rows)):
        needs.level[rows[index]] = 1
        needs.level_since[rows[index]] = week
        needs.assigned[rows[index]] = week
    return len(rows)


@loop
def list_stuck_disputes(
    disputes: DisputeRows,
    open_rows: Any,
    count: Any,
    p: CoSolving,
    week: Any,
    seed: Any,
    rows: Any,
    lots: Any,
) -> Any:
    """Write the disputes that may climb from the community's level, with lots; return how many."""
    stuck = 0
    for index in range(count):
        row = open_rows[index]
        if disputes.stage[row] != DISPUTE_BROUGHT or disputes.level[row] != 0:
            continue
        if may_climb(p, week - disputes.level_since[row]):
            rows[stuck] = row
            lots[stuck] = lot(seed, CLIMB_DISPUTE, week, disputes.address[row])
            stuck += 1
    return stuck


@loop
def advance_disputes(
    disputes: DisputeRows, open_rows: Any, count: Any, p: CoSolving, week: Any, seed: Any
) -> Any:
    """Resolve, raise or end the disputes that are due at a higher level; return how many resolved.

    A dispute that even the department could not resolve ends unresolved.
    """
    solved = 0
    for index in range(count):
        row = open_rows[index]
        level = int(disputes.level[row])
        if disputes.stage[row] != DISPUTE_BROUGHT or level == 0:
            continue
        if not is_due(p, level, week - disputes.level_since[row]):
            continue
        if is_solved(p, level, draw(seed, SOLVE_DISPUTE, week, disputes.address[row])):
            disputes.stage[row] = DISPUTE_RESOLVED
            disputes.closed[row] = week
            solved += 1
        elif level == TOP:
            disputes.stage[row] = DISPUTE_UNRESOLVED
            disputes.closed[row] = week
        else:
            disputes.level[row] = level + 1
            disputes.level_since[row] = week
    return solved


@loop
def raise_disputes(disputes: DisputeRows, rows: Any, week: Any) -> Any:
    """Raise these disputes to the level of a partner; return how many."""
    for index in range(len(rows)):
        disputes.level[rows[index]] = 1
        disputes.level_since[rows[index]] = week
    return len(rows)


@loop
def climb_needs(
    needs: NeedRows,
    queue: Any,
    count: Any,
    p: CoSolving,
    week: Any,
    seed: Any,
    rows: Any,
    lots: Any,
) -> Any:
    """Bring needs at higher levels on and write those that may climb; return solved and stuck."""
    solved = advance_needs(needs, queue, count, p, week, seed)
    return solved, list_stuck_needs(needs, queue, count, p, week, seed, rows, lots)


@loop
def climb_disputes(
    disputes: DisputeRows,
    open_rows: Any,
    count: Any,
    p: CoSolving,
    week: Any,
    seed: Any,
    rows: Any,
    lots: Any,
) -> Any:
    """Bring disputes at higher levels on and write those that may climb; return solved and stuck."""
    solved = advance_disputes(disputes, open_rows, count, p, week, seed)
    return solved, list_stuck_disputes(disputes, open_rows, count, p, week, seed, rows, lots)


def _numbers_of_the_day(community: Community) -> Any:
    """Return the numbers, with nothing solved at the partners' level where there is no partner."""
    p = community.numbers.co_solving
    if present(community):
        return p
    return p._replace(success=(np.float32(0), *p.success[1:]))


def _climb_needs(community: Community, p: CoSolving) -> None:
    """Needs climb, those at the community's level in the order of lots."""
    state: State = community.state.co_solving
    week, seed = community.week, community.seed
    needs, service = community.needs.rows, community.state.service
    queue, count = service.queue, service.queue_count
    state.needs_solved = state.needs_raised = 0
    if not count:
        return
    rows, lots = np.empty(count, np.int64), np.empty(count, np.uint64)
    state.needs_solved, stuck = climb_needs(needs, queue, count, p, week, seed, rows, lots)
    chance = draw_one(seed, TAKE_UP, week, 0)
    most = whole_number(p.needs_taken_up * community.extent, chance) if stuck else 0
    if most:
        taken = rows[by_lot(lots[:stuck], most)]
        state.needs_raised = raise_needs(needs, taken, week)


def _climb_disputes(community: Community, p: CoSolving) -> None:
    """Disputes climb, those at the community's level in the order of lots."""
    state: State = community.state.co_solving
    week, seed = community.week, community.seed
    disputes, mediation = community.disputes.rows, community.state.disputes
    open_rows, count = mediation.open, mediation.open_count
    state.disputes_solved = state.disputes_raised = 0
    if not count:
        return
    rows, lots = np.empty(count, np.int64), np.empty(count, np.uint64)
    state.disputes_solved, stuck = climb_disputes(
        disputes, open_rows, count, p, week, seed, rows, lots
    )
    chance = draw_one(seed, TAKE_UP, week, 1)
    most = whole_number(p.disputes_taken_up * community.extent, chance) if stuck else 0
    if most:
        taken = rows[by_lot(lots[:stuck], most)]
        state.disputes_raised = raise_disputes(disputes, taken, week)


def escalate(community: Community) -> None:
    """Unresolved cases climb a level; mediators offer their sessions of this week."""
    p = _numbers_of_the_day(community)
    _climb_needs(community, p)
    _climb_disputes(community, p)
    _offer_sessions(community)


@loop
def credit_mediators(residents: Residents, slots: Any, used: Any, hundredths: Any) -> Any:
    """Credit each session led to its mediator, in hundredths of a point; return how many sessions."""
    for index in range(used):
        residents.earned[slots[index]] += hundredths
    return used


def act(community: Community) -> None:
    """Mediators earn points for the sessions they led."""
    disputes = community.state.disputes
    if not disputes.slots_used:
        return
    hundredths = np.int32(round(float(community.numbers.points.mediation_points) * POINT))
    credit_mediators(community.residents, disputes.slots, disputes.slots_used, hundredths)


RECORDS = {
    "mediators": outcome("persons", "last", scaled=True).means(
        "residents who mediate disputes", "居民调解员"
    ),
    "mediators_invited": outcome("persons", "sum", scaled=True).means(
        "residents invited to mediate", "受邀担任调解员的居民"
    ),
    "needs_raised": outcome("needs", "sum", scaled=True).means(
        "needs that left the community's level", "上报到社区以上的需求"
    ),
    "needs_solved_above": outcome("needs", "sum", scaled=True).means(
        "needs served at a higher level", "在上级得到服务的需求"
    ),
    "disputes_raised": outcome("disputes", "sum", scaled=True).means(
        "disputes that left the community's level", "上报到社区以上的纠纷"
    ),
    "disputes_solved_above": outcome("disputes", "sum", scaled=True).means(
        "disputes resolved at a higher level", "在上级得到解决的纠纷"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return this week's figures; all 0 while the mechanism is off."""
    state: State = community.state.co_solving
    if not community.active("co_solving"):
        return dict.fromkeys(RECORDS, 0.0)
    return {
        "mediators": float(np.count_nonzero(community.residents.mediator)),
        "mediators_invited": float(state.invited),
        "needs_raised": float(state.needs_raised),
        "needs_solved_above": float(state.needs_solved),
        "disputes_raised": float(state.disputes_raised),
        "disputes_solved_above": float(state.disputes_solved),
    }
