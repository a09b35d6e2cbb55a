"""Needs: what residents need help with, and how the community comes to know of it (S1, S2).

A need arises with a resident. Somebody has to find it before anybody can serve it: the owner says
so online, at the counter or at an event, a grid worker hears of it on a visit, an asking round brings
it up, or a neighbour who takes part passes it on.
A need that nobody finds is given up in the end. Equations S1 and S2 of docs/odd.md.

All channels are weighed in this one file, so that the order in which the mechanisms' files take
part cannot matter. Where several channels find a need in the same week, the first in the order of
`CHANNELS` has found it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    ADMINISTRATION,
    ASKING_ROUND,
    CHANNELS,
    CHILDCARE,
    DOMAINS,
    ELDERCARE,
    ELDERLY,
    EVENT,
    GATHERING,
    MEDICAL,
    NEED_EXPIRED,
    NEED_FOUND,
    NOT_MEMBER,
    PEER,
    REPAIR,
    SELF_REPORT,
    VISIT,
    WALK_IN,
    MicroGrids,
    NeedRows,
    Residents,
)
from sim.engine import numerics
from sim.engine.claims import by_lot
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, vector
from sim.engine.randomness import decision, draw, draws, lot
from sim.engine.steps import each
from sim.records import outcome
from sim.rules import place

if TYPE_CHECKING:
    from sim.model import Community

ARISE = decision("needs.arise")
ARISE_ADMINISTRATION = decision("needs.arise_administration")
KIND = decision("needs.kind")
FIND = decision("needs.find")
HEAR = decision("needs.hear")
GIVE_UP = decision("needs.give_up")
ORDER = decision("needs.order_of_finding")

FOUND_BY = (SELF_REPORT, WALK_IN, VISIT, ASKING_ROUND, PEER, GATHERING)
"""Channels in the order in which they are asked whether they found a need."""

GIVEN_UP = len(FOUND_BY)
FOUR_WEEKS = np.uint64(0x001E001E001E001E)  # of each mode's history, the four before this week
AT_EVENT = np.uint64(2 << (16 * EVENT))  # an event last week

DOMAIN_COUNT = len(DOMAINS)
ADDRESSES = 8
"""Addresses per resident: a need's draws are addressed by `owner * ADDRESSES + domain`."""


class Needs(NamedTuple):
    """How often needs arise, how they are found, and how soon they are given up."""

    arrival: Any = vector(
        {
            "medical": 0.010,
            "eldercare": 0.001,
            "childcare": 0.004,
            "repair": 0.004,
            "administration": 0.001,
        },
        "needs per adult and week",
        0,
        0.1,
        "assumption",
        "S1",
    ).means(
        "how often a need of each domain arises; swept from half to twice these values",
        "各领域需求产生的频率",
    )
    level: float = number(1.0, "ratio", 0, 5, "assumption", "S1", sweep=(0.5, 2)).means(
        "how many times more often needs of every domain arise than stated",
        "各领域需求频率相对于所列值的倍数",
    )
    elderly_medical: float = number(3.0, "ratio", 1, 10, "assumption", "S1", sweep=(1.5, 6)).means(
        "how many times more often a medical need arises at 60 and over",
        "60 岁及以上居民医疗需求频率的倍数",
    )
    alone_eldercare: float = number(10.0, "ratio", 1, 30, "assumption", "S1", sweep=(5, 20)).means(
        "how many times more often a need of care or meals arises at 60 and over, living alone",
        "60 岁及以上独居者照护或助餐需求频率的倍数",
    )
    elderly_administration: float = number(
        3.0, "ratio", 1, 10, "assumption", "S1", sweep=(1.5, 6)
    ).means(
        "how many times more often a need of administration or transport arises at 60 and over",
        "60 岁及以上居民办事或出行需求频率的倍数",
    )
    urgent: Any = vector(
        {
            "medical": 0.05,
            "eldercare": 0.10,
            "childcare": 0.02,
            "repair": 0.05,
            "administration": 0.0,
        },
        "chance",
        0,
        1,
        "assumption",
        "G, case 1",
    ).means("that a new need of each domain is urgent", "各领域新需求为紧急的概率")
    service_hours: Any = vector(
        {
            "medical": 2.0,
            "eldercare": 4.0,
            "childcare": 4.0,
            "repair": 2.0,
            "administration": 1.0,
        },
        "hours",
        0.25,
        24,
        "assumption",
        "S4",
    ).means(
        "of service that a need of each domain takes on average", "各领域一项需求平均所需的服务工时"
    )
    hours_spread: float = number(0.5, "share of the mean", 0, 0.9, "assumption").means(
        "how far a need's hours lie at most above or below the mean of its domain",
        "一项需求的工时偏离本领域均值的最大比例",
    )
    self_report: float = number(0.15, "chance per week", 0, 1, "assumption", "S2").means(
        "that a resident reached by digital channels, of middling trust, reports an open need online",
        "数字渠道可触达、信任居中的居民每周线上提出未决需求的概率",
    )
    trust_effect: float = number(
        0.5, "log ratio per unit of trust", 0, 2, "assumption", "S2"
    ).means(
        "how much more readily residents with more trust in the committee report their needs",
        "信任更高的居民更愿提出需求的程度",
    )
    urgent_report: float = number(5.0, "ratio", 1, 20, "assumption", "G, case 1").means(
        "how many times more readily an urgent need is reported online",
        "紧急需求线上提出概率的倍数",
    )
    walk_in: float = number(0.10, "chance per week", 0, 1, "assumption", "S2").means(
        "that a resident brings an open need to the counter of its service, were there no distance",
        "若没有距离，居民每周到服务窗口提出需求的概率",
    )
    visit_insight: float = number(0.28, "chance", 0, 1, "calibrated", "C4").means(
        "that a grid worker's visit to the owner brings an unfound need to light",
        "网格员走访时发现未知需求的概率",
    )
    key_care_priority: float = number(5.0, "ratio", 1, 50, "assumption", "S2", lever=True).means(
        "how many times more often a resident on the key-care list is visited than others",
        "重点关怀对象被走访频率相对于他人的倍数",
    )
    peer: float = number(0.1, "per unit of tie and week", 0, 1, "assumption", "S2, E8").means(
        "rho: how readily ties who take part pass on a need that they hear of",
        "ρ：参与社区事务的邻里转告其听说的需求的程度",
    )
    peer_role: float = number(1.0, "ratio", 0, 10, "assumption", "S2").means(
        "by how much more a tie hears who mediates or is a Party volunteer",
        "调解员或党员志愿者比其他邻里多听说的程度",
    )
    at_event: float = number(0.03, "chance per event", 0, 1, "assumption", "S2").means(
        "that a resident of middling trust names an open need at an event",
        "信任居中的居民在活动中提出未决需求的概率",
    )
    half_life: float = number(12.0, "weeks", 1, 104, "assumption", "S2").means(
        "until half of the needs that nobody finds are given up",
        "无人发现的需求半数被放弃所需的时间",
    )


@dataclass
class State:
    """Which needs nobody has found yet, and what became of them this week.

    Attributes:
        hits: per resident, one bit per domain in which a need arises this week.
        unfound: rows of needs that nobody has found, oldest first; `unfound_count` are in use.
        newly_found: rows of needs found this week, in the order of their lots;
            `newly_found_count` are in use.
        arisen: needs that arose this week.
        found: needs found this week, by channel.
        expired: needs given up this week.
    """

    hits: Any
    unfound: Any
    unfound_count: int
    newly_found: Any
    newly_found_count: int
    arisen: int
    found: Any
    expired: int


def begin(community: Community) -> State:
    """Return the state before the first week: no needs."""
    return State(
        hits=np.zeros(len(community.residents.age), np.uint8),
        unfound=np.zeros(64, np.int64),
        unfound_count=0,
        newly_found=np.zeros(64, np.int64),
        newly_found_count=0,
        arisen=0,
        found=np.zeros(len(CHANNELS), np.int64),
        expired=0,
    )


def with_room(rows: Any, needed: int) -> Any:
    """Return the array, or a copy of at least twice its length, with room for `needed` entries."""
    if needed <= len(rows):
        return rows
    larger = np.zeros(max(needed, 2 * len(rows)), rows.dtype)
    larger[: len(rows)] = rows
    return larger


def visits_of(community: Community) -> Any:
    """Return the visits per week in each micro-grid: none while the micro-grid platform is off."""
    visits = community.micro_grids.visits
    return visits if community.active("micro_grid") else np.zeros_like(visits)


# --- S1: needs arise ---------------------------------------------------------------------------


@rule
def arrival_rates(r: Residents, p: Needs) -> Any:
    """Needs per week of one adult, one rate per domain (S1).

    > ν · λ_d · g_d,
    """
    elderly = r.age == ELDERLY
    medical = p.arrival[MEDICAL] * (p.elderly_medical if elderly else 1.0)
    eldercare = p.arrival[ELDERCARE] * (p.alone_eldercare if elderly & r.alone else 1.0)
    childcare = p.arrival[CHILDCARE] if r.children > 0 else 0.0
    repair = p.arrival[REPAIR]
    administration = p.arrival[ADMINISTRATION] * (p.elderly_administration if elderly else 1.0)
    return (
        p.level * medical,
        p.level * eldercare,
        p.level * childcare,
        p.level * repair,
        p.level * administration,
    )


@rule
def chance_of_any(rate: Any) -> Any:
    """Chance that at least one need of a Poisson stream of this weekly rate arises in a week."""
    return 1.0 - numerics.exp(-rate)


@rule
def arises(rate: Any, draw: Any) -> Any:
    """Whether at least one need of a Poisson stream of this weekly rate arises this week."""
    return draw < chance_of_any(rate)


@rule
def hours_needed(p: Needs, domain: Any, draw: Any) -> Any:
    """Hours of service that a new need takes: even between the mean's spread below and above."""
    return p.service_hours[domain] * (1.0 + p.hours_spread * (2.0 * draw - 1.0))


@each(Residents)
def have_needs(r: Residents, p: Needs, week: State, now: Community) -> Any:
    """Have needs arise, or not: note one bit per domain; return how many arise (S1)."""
    rates = arrival_rates(r, p)
    u_0, u_1, u_2, u_3 = draws(now.seed, ARISE, now.week, r.row)
    u_4 = draw(now.seed, ARISE_ADMINISTRATION, now.week, r.row)
    medical = np.uint8(arises(rates[MEDICAL], u_0))
    eldercare = np.uint8(arises(rates[ELDERCARE], u_1))
    childcare = np.uint8(arises(rates[CHILDCARE], u_2))
    repair = np.uint8(arises(rates[REPAIR], u_3))
    administration = np.uint8(arises(rates[ADMINISTRATION], u_4))
    week.hits[r.row] = (
        medical << MEDICAL
        | eldercare << ELDERCARE
        | childcare << CHILDCARE
        | repair << REPAIR
        | administration << ADMINISTRATION
    )
    return medical + eldercare + childcare + repair + administration


@loop
def append_needs(needs: NeedRows, count: Any, hits: Any, p: Needs, week: Any, seed: Any) -> Any:
    """Add a row for every bit in `hits`, for which there must be room; return the new count."""
    for owner in range(len(hits)):
        if hits[owner] == 0:
            continue
        for domain in range(DOMAIN_COUNT):
            if (int(hits[owner]) >> domain) & 1 == 0:
                continue
            u_urgent, u_hours, _, _ = draws(seed, KIND, week, owner * ADDRESSES + domain)
            hours = hours_needed(p, domain, u_hours)
            needs.owner[count] = owner
            needs.domain[count] = domain
            needs.urgent[count] = u_urgent < p.urgent[domain]
            needs.born[count] = week
            needs.hours[count] = hours
            needs.hours_left[count] = hours
            count += 1
    return count


def arise(community: Community) -> None:
    """Needs arise with residents, with those who came to harm last week, and as a scenario's story tells."""
    write_down(community, have_needs(community))


def write_down(community: Community, drawn: int) -> None:
    """Add a case for each of the `drawn` needs that the hits tell of, of accidents and of the story."""
    state: State = community.state.needs
    p = community.numbers.needs
    first = community.needs.count
    told = [story for story in community.story if story.week == community.programme_week]
    harmed = community.accidents.take_up()
    needs = community.needs.reserve(drawn + len(harmed) + len(told))
    count = append_needs(needs, first, state.hits, p, community.week, community.seed)
    for owner in harmed.tolist():
        needs.owner[count] = owner
        needs.domain[count] = MEDICAL
        needs.urgent[count] = True
        needs.born[count] = community.week
        needs.hours[count] = needs.hours_left[count] = community.accidents.hours
        count += 1
    for story in told:
        needs.owner[count] = story.owner
        needs.domain[count] = story.domain
        needs.urgent[count] = story.urgent
        needs.born[count] = community.week
        needs.hours[count] = story.hours
        needs.hours_left[count] = story.hours
        count += 1
    community.needs.count = int(count)
    state.arisen = community.needs.count - first
    state.unfound = with_room(state.unfound, state.unfound_count + state.arisen)
    state.unfound[state.unfound_count : state.unfound_count + state.arisen] = np.arange(
        first, community.needs.count
    )
    state.unfound_count += state.arisen


# --- S2: needs are found, or given up ----------------------------------------------------------


@rule
def self_report_chance(p: Needs, online: Any, trust: Any, urgent: Any) -> Any:
    """Chance per week that the owner reports the need online; 0 for a resident not online.

    > r_self = min(1, ρ_d · m_u · e^{β (T − .5)}) for those online, else 0,
    """
    readiness = p.self_report * (p.urgent_report if urgent else 1.0)
    reported = min(1.0, readiness * numerics.exp(p.trust_effect * (trust - 0.5)))
    return reported if online else 0.0


@rule
def walk_in_chance(p: Needs, access: Any) -> Any:
    """Chance per week that the owner brings the need to the counter; `access` is S4's, 0 to 1.

    > r_walk = ρ_w · access,
    """
    return p.walk_in * access


@rule
def visit_chance(p: Needs, visits: Any, agents: Any, scale: Any, key_care: Any) -> Any:
    """Chance per week that a grid worker calls on a given resident.

    `visits` is the grid worker's number of visits; the `agents` of the micro-grid stand for
    `agents / scale` people. A micro-grid without residents has nobody to visit.

    > visited = min(1, visits · priority · s / residents of the micro-grid),
    """
    priority = p.key_care_priority if key_care else 1.0
    return min(1.0, visits * priority * scale / max(agents, 1.0))


@rule
def hears_chance(p: Needs, visited: Any) -> Any:
    """Chance per week that a visit brings the need to light, from the chance to be visited.

    > r_visit = ι · visited,
    """
    return p.visit_insight * visited


@rule
def openness(p: Needs, trust: Any) -> Any:
    """How much more, or less, a resident of this trust tells others than one of middling trust."""
    return numerics.exp(p.trust_effect * (trust - 0.5))


@rule
def takes_part(history: Any) -> Any:
    """Whether somebody took part in anything within the last four weeks."""
    return (history & FOUR_WEEKS) != np.uint64(0)


@rule
def ear(p: Needs, strength: Any, has_role: Any) -> Any:
    """How much a tie who takes part hears: by the tie's strength, and more with a role."""
    return strength * (1.0 + (p.peer_role if has_role else 0.0))


@rule
def peer_chance(p: Needs, ears: Any, trust: Any) -> Any:
    """Chance per week that one of the ties who take part passes the need on.

    > r_peer = 1 − exp(−ρ · Σ_j w_j · (1 + role_j) · e^{β (T − .5)}),  over ties j who took part in four weeks,
    """
    return 1.0 - numerics.exp(-p.peer * ears * openness(p, trust))


@rule
def event_chance(p: Needs, was_there: Any, trust: Any) -> Any:
    """Chance that somebody who was at an event last week named the need there.

    > r_event = min(1, ρ_event · e^{β (T − .5)}) for those who were there, else 0,
    """
    return min(1.0, p.at_event * openness(p, trust)) if was_there else 0.0


@rule
def give_up_chance(p: Needs) -> Any:
    """Chance per week that an unfound need is given up, from its half-life."""
    return numerics.lost_per_step(p.half_life)


@loop
def listen(
    residents: Residents, needs: NeedRows, p: Needs, unfound: Any, count: Any, ears: Any
) -> None:
    """Write for each unfound need how much the owner's ties who take part hear of the owner."""
    for index in range(count):
        owner = int(needs.owner[unfound[index]])
        heard = np.float32(0)
        for slot in range(residents.degree[owner]):
            j = int(residents.neighbour[owner, slot])
            if takes_part(residents.history[j]):
                member = residents.registered[j] and residents.party[j] != NOT_MEMBER
                heard += ear(p, residents.tie[owner, slot], residents.mediator[j] or member)
        ears[index] = heard


@loop
def find_needs(
    residents: Residents,
    micro_grids: MicroGrids,
    needs: NeedRows,
    p: Needs,
    p_place: place.Place,
    visits: Any,
    facility_open: Any,
    asking_cover: Any,
    scale: Any,
    week: Any,
    seed: Any,
    unfound: Any,
    unfound_count: Any,
    newly_found: Any,
    lots: Any,
    found: Any,
) -> Any:
    """Find unfound needs or give them up; return how many stay, were found, and were given up.

    Each need that is found has a lot, written beside it.

    All chances are weighed and all draws made before anything is decided: without a decision in
    between, the processor looks many needs up at once.

    > P(found) = 1 − (1 − r_self)(1 − r_walk)(1 − r_visit)(1 − r_round)(1 − r_peer)(1 − r_event),
    """
    address = np.empty(unfound_count, np.int64)
    chance = np.empty((GIVEN_UP + 1, unfound_count), np.float32)
    fate = np.empty((GIVEN_UP + 1, unfound_count), np.float32)
    given_up = give_up_chance(p)
    ears = np.empty(unfound_count, np.float32)
    listen(residents, needs, p, unfound, unfound_count, ears)
    for index in range(unfound_count):
        row = unfound[index]
        owner = int(needs.owner[row])
        domain = int(needs.domain[row])
        address[index] = owner * ADDRESSES + domain
        micro_grid = residents.micro_grid[owner]
        agents = np.float32(micro_grids.last[micro_grid] - micro_grids.first[micro_grid])
        access = place.access_to(
            p_place,
            domain,
            residents.distance[owner],
            residents.frail[owner],
            facility_open,
            residents.aware[domain, owner],
        )
        chance[0, index] = self_report_chance(
            p, residents.online[owner], residents.trust[owner], needs.urgent[row]
        )
        chance[1, index] = walk_in_chance(p, access)
        chance[2, index] = hears_chance(
            p, visit_chance(p, visits[micro_grid], agents, scale, residents.key_care[owner])
        )
        chance[3, index] = asking_cover
        trust = residents.trust[owner]
        chance[4, index] = peer_chance(p, ears[index], trust)
        was_there = residents.history[owner] & AT_EVENT != np.uint64(0)
        chance[5, index] = event_chance(p, was_there, trust)
        chance[GIVEN_UP, index] = given_up
    for index in range(unfound_count):
        fate[0, index], fate[1, index], fate[2, index], fate[3, index] = draws(
            seed, FIND, week, address[index]
        )
        fate[4, index], fate[5, index], _, _ = draws(seed, HEAR, week, address[index])
        fate[GIVEN_UP, index] = draw(seed, GIVE_UP, week, address[index])
    kept = 0
    newly = 0
    expired = 0
    for index in range(unfound_count):
        row = unfound[index]
        end = 0
        while end <= GIVEN_UP and not fate[end, index] < chance[end, index]:
            end += 1
        if end > GIVEN_UP:
            unfound[kept] = row
            kept += 1
        elif end == GIVEN_UP:
            needs.stage[row] = NEED_EXPIRED
            needs.closed[row] = week
            expired += 1
        else:
            channel = FOUND_BY[end]
            needs.stage[row] = NEED_FOUND
            needs.found[row] = week
            needs.level_since[row] = week
            needs.channel[row] = channel
            found[channel] += 1
            newly_found[newly] = row
            lots[newly] = lot(seed, ORDER, week, address[index])
            newly += 1
    return kept, newly, expired


def sense(community: Community) -> None:
    """Unfound needs are reported, brought to the counter, heard of, answered - or given up."""
    state: State = community.state.needs
    state.newly_found = with_room(state.newly_found, state.unfound_count)
    lots = np.empty(state.unfound_count, np.uint64)
    state.found[:] = 0
    kept, newly, expired = find_needs(
        community.residents,
        community.micro_grids,
        community.needs.rows,
        community.numbers.needs,
        community.numbers.place,
        visits_of(community),
        bool(community.facility_open),
        np.float32(community.offers.asking),
        community.scale,
        community.week,
        community.seed,
        state.unfound,
        state.unfound_count,
        state.newly_found,
        lots,
        state.found,
    )
    state.unfound_count = int(kept)
    state.newly_found_count = int(newly)
    state.expired = int(expired)
    state.newly_found[:newly] = state.newly_found[by_lot(lots[:newly])]


RECORDS = {
    "needs_arisen": outcome("needs", "sum", scaled=True).means(
        "needs that arose with residents", "居民产生的需求"
    ),
    "needs_found": outcome("needs", "sum", scaled=True).means(
        "needs that came to be known", "被知晓的需求"
    ),
    "needs_found_self_report": outcome("needs", "sum", scaled=True).means(
        "needs reported online by their owner", "本人线上提出的需求"
    ),
    "needs_found_walk_in": outcome("needs", "sum", scaled=True).means(
        "needs brought to the counter", "到窗口提出的需求"
    ),
    "needs_found_visit": outcome("needs", "sum", scaled=True).means(
        "needs found on a grid worker's visit", "网格员走访发现的需求"
    ),
    "needs_found_asking_round": outcome("needs", "sum", scaled=True).means(
        "needs found by an asking round", "民意征询发现的需求"
    ),
    "needs_found_peer": outcome("needs", "sum", scaled=True).means(
        "needs passed on by neighbours who take part", "参与的邻里转告的需求"
    ),
    "needs_found_gathering": outcome("needs", "sum", scaled=True).means(
        "needs named by their owner at an event", "本人在活动中提出的需求"
    ),
    "need_weeks_unknown": outcome("need-weeks", "sum", scaled=True).means(
        "weeks that needs were there and nobody had asked for anything", "需求存在而尚未提出的周数"
    ),
    "needs_expired": outcome("needs", "sum", scaled=True).means(
        "needs given up before anybody found them", "无人知晓即被放弃的需求"
    ),
    "needs_unfound": outcome("needs", "last", scaled=True).means(
        "open needs that nobody has found", "尚未被发现的未决需求"
    ),
    "needs_recorded": outcome("needs", "sum", recorded=True, scaled=True).means(
        "needs entered in the committee's needs list: only those found",
        "记入需求清单的需求（仅限已发现者）",
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return this week's figures."""
    state: State = community.state.needs
    return {
        "needs_arisen": float(state.arisen),
        "needs_found": float(state.newly_found_count),
        "needs_found_self_report": float(state.found[SELF_REPORT]),
        "needs_found_walk_in": float(state.found[WALK_IN]),
        "needs_found_visit": float(state.found[VISIT]),
        "needs_found_asking_round": float(state.found[ASKING_ROUND]),
        "needs_found_peer": float(state.found[PEER]),
        "needs_found_gathering": float(state.found[GATHERING]),
        "need_weeks_unknown": float(state.unfound_count),
        "needs_expired": float(state.expired),
        "needs_unfound": float(state.unfound_count),
        "needs_recorded": float(state.newly_found_count),
    }
