"""Disputes between households, and with the property company: they arise, are brought to mediation or fade, and are mediated (S11).

The committee mediates with a small capacity of its own; resident mediators (M6) add theirs as
session slots in the moment `escalate`. What the committee's books say of disputes is told by
`rules.files`. Equations S1 and S11 of docs/odd.md.

Disputes arise more seldom where neighbours are close. A dispute's draws are addressed by week,
micro-grid and which of them it is, so that one that arises in two scenarios meets the same fate as far
as they are alike, whatever others arise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    BOOKED_RESOLVED,
    DISPUTE_BROUGHT,
    DISPUTE_FADED,
    DISPUTE_RESOLVED,
    DISPUTE_UNRESOLVED,
    NOT_MEMBER,
    QUARTER_WEEKS,
    TIE_SLOTS,
    DisputeRows,
    MicroGrids,
    PropertyCompanies,
    Residents,
)
from sim.engine import numerics
from sim.engine.claims import by_lot
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.randomness import decision, draw, draw_one, draws, lot, poisson
from sim.records import outcome
from sim.rules import property_management
from sim.rules.needs import Needs, visit_chance, visits_of, with_room

if TYPE_CHECKING:
    from sim.model import Community

EARLIEST, MOST_AT_ONCE = 1024, 1024  # weeks before launch, disputes of a micro-grid in a week
ARISE = decision("disputes.arise")
GRIEVANCES = decision("disputes.grievances")
PARTIES = decision("disputes.parties")
BRING = decision("disputes.bring")
QUEUE = decision("disputes.order_of_mediation")
CAPACITY = decision("disputes.committee_sessions")
SUCCEED = decision("disputes.session_succeeds")
WITHDRAW = decision("disputes.withdraw")


class Disputes(NamedTuple):
    """How often disputes arise, how they reach mediation, and how mediation ends."""

    arrival: float = number(
        1e-4, "disputes per household and week", 0, 0.01, "assumption", "F3, B8, S1"
    ).means(
        "how often a dispute between households arises (no fewer than 1.37e-4 are mediated, with property companies included)",
        "住户之间矛盾纠纷发生的频率（含物业矛盾在内，调解的不少于 1.37e-4）",
    )
    cohesion: float = number(2.0, "log ratio per unit of tie", 0, 10, "assumption", "S1, E8").means(
        "how much more seldom disputes arise where ties are stronger than usual",
        "邻里联系强于平常之处纠纷减少的程度",
    )
    usual_cohesion: float = number(0.2, "strength", 0, 1, "assumption", "S1").means(
        "mean strength of ties at which disputes arise as often as stated",
        "纠纷按所列频率产生时邻里联系的平均强度",
    )
    bring: float = number(0.15, "chance per week", 0, 1, "assumption", "S2").means(
        "that a party of middling trust brings an open dispute to mediation",
        "信任居中的当事人每周把未决纠纷送交调解的概率",
    )
    trust_effect: float = number(
        0.5, "log ratio per unit of trust", 0, 2, "assumption", "S2"
    ).means(
        "how much more readily residents with more trust in the committee bring disputes",
        "信任更高的居民更愿送交调解的程度",
    )
    visit_insight: float = number(0.5, "chance", 0, 1, "assumption", "S2").means(
        "that a grid worker who visits the complaining resident brings the dispute to mediation",
        "网格员走访诉求人时把纠纷带去调解的概率",
    )
    fade_half_life: float = number(8.0, "weeks", 1, 104, "assumption").means(
        "until half of the disputes that nobody brings to mediation fade",
        "无人送交调解的纠纷半数自行平息所需的时间",
    )
    patience_half_life: float = number(12.0, "weeks", 1, 104, "assumption").means(
        "until half of the disputes in mediation would be withdrawn unresolved",
        "调解中的纠纷半数未解决即撤回所需的时间",
    )
    committee_sessions: float = number(
        4.0, "sessions per week in one community", 0, 50, "assumption", "S11", volume=True
    ).means("of mediation that the committee can hold by itself", "居委会自身每周能主持的调解场次")
    committee_mediators: float = number(
        4.0, "persons in one community", 0, 50, "assumption", "S11", volume=True
    ).means("of the committee who mediate", "居委会中从事调解的人数")
    mediation: float = number(-0.6, "log-odds", -5, 5, "calibrated", "S11, F4").means(
        "of one session's success, with no mediator to spare and no trust",
        "没有富余调解员、没有信任时，一场调解成功的基础",
    )
    mediator_effect: float = number(
        0.15, "log-odds per mediator and case", 0, 1, "assumption", "S11"
    ).means(
        "how far more mediators per open case help a session",
        "每起未决纠纷多一名调解员对调解成功的帮助",
    )
    most_mediators: float = number(5.0, "mediators per case", 1, 50, "assumption", "S11").means(
        "beyond which further mediators do not help a session", "每起纠纷的调解员超过此数不再有帮助"
    )
    trust_success: float = number(
        0.5, "log-odds per unit of trust", 0, 3, "assumption", "S11"
    ).means(
        "how far the two parties' mean trust in the committee helps a session",
        "双方平均信任对调解成功的帮助",
    )


@dataclass
class State:
    """Which disputes are open, who can mediate this week, and what happened.

    Attributes:
        households: float32[micro-grid], households that live there.
        cohesion: float32[micro-grid], mean strength of ties there, looked at once a quarter.
        looked: they were looked at since the first week.
        arrivals: int32[micro-grid], disputes between households that arose this week.
        grievances: int32[micro-grid], grievances with property companies that arose this week.
        latent: rows of disputes not brought to mediation; `latent_count` are in use.
        open: rows of disputes in mediation, at any level; `open_count` are in use.
        slots: resident rows of mediators, once per session that each can lead this week;
            `slot_count` are in use. Files add in `escalate`.
        slots_used: how many of them, from the first on, led a session.
        mediators: residents who mediate this week. Files add in `escalate`.
        arisen, brought, faded, sessions: of this week.
        closed: disputes closed this week, resolved or not, after at least one session.
        resolved, unresolved: disputes closed this week.
        by_party: of those closed after a session, with one led by a Party volunteer.
    """

    households: Any
    arrivals: Any
    grievances: Any
    latent: Any
    latent_count: int
    open: Any
    open_count: int
    slots: Any
    slot_count: int
    slots_used: int
    mediators: int
    arisen: int
    brought: int
    faded: int
    sessions: int
    closed: int
    resolved: int
    unresolved: int
    by_party: int
    cohesion: Any
    looked: bool = False


def begin(community: Community) -> State:
    """Return the state before the first week: no disputes."""
    grids = community.micro_grids
    ranges = list(zip(grids.first, grids.last, strict=True))
    households = [len(np.unique(community.residents.household[a:b])) for a, b in ranges]
    return State(
        households=np.array(households, np.float32),
        arrivals=np.zeros(len(grids.first), np.int32),
        grievances=np.zeros(len(grids.first), np.int32),
        latent=np.zeros(64, np.int64),
        latent_count=0,
        open=np.zeros(64, np.int64),
        open_count=0,
        slots=np.zeros(64, np.int64),
        slot_count=0,
        slots_used=0,
        mediators=0,
        arisen=0,
        brought=0,
        faded=0,
        sessions=0,
        closed=0,
        resolved=0,
        unresolved=0,
        by_party=0,
        cohesion=np.zeros(len(grids.first), np.float32),
    )


def open_week(community: Community) -> None:
    """Last week's session slots are void."""
    state: State = community.state.disputes
    state.slot_count = 0
    state.slots_used = 0
    state.mediators = 0


# --- S1: disputes arise --------------------------------------------------------------------------


@rule
def expected_disputes(p: Disputes, households: Any, cohesion: Any) -> Any:
    """Disputes that are expected to arise this week among so many households (S1).

    > E(disputes) = λ · households · e^{−β (w̄ − w̄_usual)},  w̄ the mean strength of the micro-grid's ties,
    """
    closeness = numerics.exp(-p.cohesion * (cohesion - p.usual_cohesion))
    return p.arrival * households * closeness


@rule
def mean_of(strength: Any, ties: Any, usual: Any) -> Any:
    """Mean strength of ties; as usual where there are none."""
    return numerics.ratio(strength, ties) if ties > 0.0 else usual


@loop
def look_at_ties(residents: Residents, micro_grids: MicroGrids, usual: Any, cohesion: Any) -> None:
    """Write the mean strength of the ties that residents of each micro-grid hold."""
    for grid in range(len(cohesion)):
        strength = np.float32(0)
        ties = np.float32(0)
        for i in range(micro_grids.first[grid], micro_grids.last[grid]):
            ties += np.float32(residents.degree[i])
            for slot in range(TIE_SLOTS):
                strength += residents.tie[i, slot]
        cohesion[grid] = mean_of(strength, ties, usual)


@loop
def draw_disputes(
    households: Any,
    cohesion: Any,
    expected: Any,
    p: Disputes,
    week: Any,
    seed: Any,
    arrivals: Any,
    grievances: Any,
) -> Any:
    """Write how many disputes and grievances arise in each micro-grid; return how many together.

    `expected` are grievances with property companies.
    """
    arisen = 0
    for micro_grid in range(len(arrivals)):
        mean = expected_disputes(p, households[micro_grid], cohesion[micro_grid])
        arrivals[micro_grid] = poisson(mean, draw(seed, ARISE, week, micro_grid))
        with_company = draw(seed, GRIEVANCES, week, micro_grid)
        grievances[micro_grid] = poisson(expected[micro_grid], with_company)
        arisen += int(arrivals[micro_grid]) + int(grievances[micro_grid])
    return arisen


@loop
def append_disputes(
    residents: Residents,
    micro_grids: MicroGrids,
    disputes: DisputeRows,
    count: Any,
    companies: PropertyCompanies,
    arrivals: Any,
    grievances: Any,
    week: Any,
    seed: Any,
) -> Any:
    """Add a row for every dispute that arises, for which there must be room; return the new count.

    The other party is a resident of another household in the same compound: the one drawn, or the
    next row that belongs to another household. Where a compound is one household, the dispute is
    within it.
    """
    for micro_grid in range(len(arrivals)):
        first = int(micro_grids.first[micro_grid])
        last = int(micro_grids.last[micro_grid])
        compound = micro_grids.compound[micro_grid]
        start = int(companies.first[compound])
        around = int(companies.last[compound]) - start
        for which in range(arrivals[micro_grid]):
            place = (np.int64(week) + EARLIEST) * len(arrivals) + micro_grid
            address = place * MOST_AT_ONCE + which
            u_owner, u_other, _, _ = draws(seed, PARTIES, week, address)
            owner = first + numerics.pick(u_owner, last - first)
            offset = numerics.pick(u_other, around)
            steps = 0
            while (
                steps < around and residents.household[start + offset] == residents.household[owner]
            ):
                offset = (offset + 1) % around
                steps += 1
            disputes.address[count] = address
            disputes.owner[count] = owner
            disputes.other[count] = start + offset
            disputes.born[count] = week
            count += 1
        for which in range(grievances[micro_grid]):
            place = (np.int64(week) + EARLIEST) * len(arrivals) + micro_grid
            address = place * MOST_AT_ONCE + MOST_AT_ONCE - 1 - which
            u_owner, _, _, _ = draws(seed, PARTIES, week, address)
            owner = first + numerics.pick(u_owner, last - first)
            disputes.address[count] = address
            disputes.owner[count] = owner
            disputes.other[count] = owner
            disputes.with_company[count] = True
            disputes.born[count] = week
            count += 1
    return count


def arise(community: Community) -> None:
    """Disputes arise between households of a compound."""
    state: State = community.state.disputes
    p, week, seed = community.numbers.disputes, community.week, community.seed
    if week % QUARTER_WEEKS == 0 or not state.looked:
        look_at_ties(community.residents, community.micro_grids, p.usual_cohesion, state.cohesion)
        state.looked = True
    state.arisen = int(
        draw_disputes(
            state.households,
            state.cohesion,
            community.state.property_management.expected,
            p,
            week,
            seed,
            state.arrivals,
            state.grievances,
        )
    )
    if not state.arisen:
        return
    first = community.disputes.count
    disputes = community.disputes.reserve(state.arisen)
    community.disputes.count = int(
        append_disputes(
            community.residents,
            community.micro_grids,
            disputes,
            first,
            community.companies,
            state.arrivals,
            state.grievances,
            week,
            seed,
        )
    )
    needed = state.latent_count + state.arisen
    state.latent = with_room(state.latent, needed)
    state.latent[state.latent_count : needed] = np.arange(first, community.disputes.count)
    state.latent_count = needed


# --- Disputes are brought to mediation, or fade --------------------------------------------------


@rule
def bring_chance(p: Disputes, trust: Any) -> Any:
    """Chance per week that the complaining resident brings the dispute to mediation."""
    return min(1.0, p.bring * numerics.exp(p.trust_effect * (trust - 0.5)))


@rule
def hears_chance(p: Disputes, visited: Any) -> Any:
    """Chance per week that a grid worker's visit brings the dispute to mediation."""
    return p.visit_insight * visited


@rule
def fade_chance(p: Disputes) -> Any:
    """Chance per week that a dispute which nobody brought fades, from its half-life."""
    return numerics.lost_per_step(p.fade_half_life)


@loop
def bring_disputes(
    residents: Residents,
    micro_grids: MicroGrids,
    disputes: DisputeRows,
    p: Disputes,
    p_needs: Needs,
    visits: Any,
    scale: Any,
    week: Any,
    seed: Any,
    latent: Any,
    latent_count: Any,
    open_rows: Any,
    open_count: Any,
) -> Any:
    """Bring disputes or let them fade; return how many stay, how many are open, and how many faded."""
    kept = 0
    faded = 0
    for index in range(latent_count):
        row = latent[index]
        owner = int(disputes.owner[row])
        micro_grid = residents.micro_grid[owner]
        agents = np.float32(micro_grids.last[micro_grid] - micro_grids.first[micro_grid])
        heard = hears_chance(
            p, visit_chance(p_needs, visits[micro_grid], agents, scale, residents.key_care[owner])
        )
        u_bring, u_visit, u_fade, _ = draws(seed, BRING, week, disputes.address[row])
        if u_bring < bring_chance(p, residents.trust[owner]) or u_visit < heard:
            disputes.stage[row] = DISPUTE_BROUGHT
            disputes.brought[row] = week
            disputes.level_since[row] = week
            open_rows[open_count] = row
            open_count += 1
        elif u_fade < fade_chance(p):
            disputes.stage[row] = DISPUTE_FADED
            disputes.closed[row] = week
            faded += 1
        else:
            latent[kept] = row
            kept += 1
    return kept, open_count, faded


def sense(community: Community) -> None:
    """Open disputes are brought to mediation by a party or a grid worker, or fade."""
    state: State = community.state.disputes
    state.brought = state.faded = 0
    if not state.latent_count:
        return
    state.open = with_room(state.open, state.open_count + state.latent_count)
    kept, open_count, faded = bring_disputes(
        community.residents,
        community.micro_grids,
        community.disputes.rows,
        community.numbers.disputes,
        community.numbers.needs,
        visits_of(community),
        community.scale,
        community.week,
        community.seed,
        state.latent,
        state.latent_count,
        state.open,
        state.open_count,
    )
    state.brought = int(open_count) - state.open_count
    state.latent_count = int(kept)
    state.open_count = int(open_count)
    state.faded = int(faded)


# --- S11: mediation ------------------------------------------------------------------------------


@rule
def whole_number(amount: Any, draw: Any) -> Any:
    """Return the amount as an integer whose mean is the amount: rounded up or down by the draw."""
    return int(np.floor(amount + draw))


@rule
def mediators_per_case(p: Disputes, mediators: Any, cases: Any) -> Any:
    """Mediators, of the committee and residents, per case in mediation, as far as they help."""
    return min(mediators / max(cases, 1.0), p.most_mediators)


@rule
def mean_trust(trust: Any, other_trust: Any) -> Any:
    """Mean trust of the two parties in the committee."""
    return 0.5 * (trust + other_trust)


@rule
def session_success(p: Disputes, per_case: Any, trust: Any, company: Any) -> Any:
    """Chance that one session resolves the dispute (S11).

    `company` is what a property company adds that is the other party.

    > σ(b_med + β · min(mediators per open case, most) + β_T T̄ + β_ρ (ρ − .5) · [with a company]),
    """
    return numerics.logistic(
        p.mediation + p.mediator_effect * per_case + p.trust_success * trust + company
    )


@rule
def withdraw_chance(p: Disputes) -> Any:
    """Chance per week that a dispute in mediation is withdrawn unresolved, from its half-life."""
    return numerics.lost_per_step(p.patience_half_life)


@loop
def queue_for_session(
    disputes: DisputeRows,
    open_rows: Any,
    open_count: Any,
    week: Any,
    seed: Any,
    rows: Any,
    lots: Any,
) -> Any:
    """Write the disputes that wait for a session at the community's level, with their lots."""
    waiting = 0
    for index in range(open_count):
        row = open_rows[index]
        if disputes.level[row] == 0 and disputes.stage[row] == DISPUTE_BROUGHT:
            rows[waiting] = row
            lots[waiting] = lot(seed, QUEUE, week, disputes.address[row])
            waiting += 1
    return waiting


@loop
def hold_sessions(
    residents: Residents,
    micro_grids: MicroGrids,
    companies: PropertyCompanies,
    disputes: DisputeRows,
    rows: Any,
    sessions: Any,
    slots: Any,
    slot_count: Any,
    p: Disputes,
    p_property: property_management.PropertyManagement,
    per_case: Any,
    week: Any,
    seed: Any,
) -> Any:
    """Hold one session for each of the first `sessions` disputes; return how many were resolved.

    Resident mediators lead the first `slot_count` of them, the committee the others.
    """
    resolved = 0
    for index in range(sessions):
        row = rows[index]
        disputes.sessions[row] += 1
        if index < slot_count and residents.party[slots[index]] != NOT_MEMBER:
            disputes.by_party[row] = True
        trust = mean_trust(
            residents.trust[disputes.owner[row]], residents.trust[disputes.other[row]]
        )
        answers = np.float32(0)
        if disputes.with_company[row]:
            company = micro_grids.compound[residents.micro_grid[disputes.owner[row]]]
            answers = property_management.helps_mediation(
                p_property, companies.responsiveness[company]
            )
        chance = session_success(p, per_case, trust, answers)
        if draw(seed, SUCCEED, week, disputes.address[row]) < chance:
            disputes.stage[row] = DISPUTE_RESOLVED
            disputes.closed[row] = week
            resolved += 1
    return resolved


@loop
def close_disputes(
    disputes: DisputeRows,
    open_rows: Any,
    open_count: Any,
    p: Disputes,
    week: Any,
    seed: Any,
    closed: Any,
) -> Any:
    """Withdraw disputes, enter the resolved ones as such; return how many stay open.

    `closed` receives four counts: closed after a session, resolved, unresolved, and of those closed
    after a session, with one led by a Party volunteer. What is written of the unresolved ones is
    `rules.files`' to say.
    """
    kept = 0
    for index in range(open_count):
        row = open_rows[index]
        if disputes.stage[row] == DISPUTE_BROUGHT and draw(
            seed, WITHDRAW, week, disputes.address[row]
        ) < withdraw_chance(p):
            disputes.stage[row] = DISPUTE_UNRESOLVED
            disputes.closed[row] = week
        if disputes.stage[row] == DISPUTE_BROUGHT:
            open_rows[kept] = row
            kept += 1
            continue
        resolved = disputes.stage[row] == DISPUTE_RESOLVED
        mediated = disputes.sessions[row] > 0
        if resolved:
            disputes.entry[row] = BOOKED_RESOLVED
        closed[0] += int(mediated)
        closed[1] += int(resolved)
        closed[2] += int(not resolved)
        closed[3] += int(mediated and disputes.by_party[row])
    return kept


def serve(community: Community) -> None:
    """Sessions are held in the order of lots; what is over leaves the list."""
    state: State = community.state.disputes
    state.sessions = state.slots_used = 0
    state.closed = state.resolved = state.unresolved = 0
    state.by_party = 0
    if not state.open_count:
        return
    p, week, seed = community.numbers.disputes, community.week, community.seed
    disputes = community.disputes.rows
    rows = np.empty(state.open_count, np.int64)
    lots = np.empty(state.open_count, np.uint64)
    waiting = int(queue_for_session(disputes, state.open, state.open_count, week, seed, rows, lots))
    lot_of_week = draw_one(seed, CAPACITY, week, 0)
    committee = whole_number(p.committee_sessions * community.extent, lot_of_week)
    state.sessions = min(waiting, state.slot_count + committee)
    state.slots_used = min(state.sessions, state.slot_count)
    if state.sessions:
        mediators = np.float32(state.mediators) + p.committee_mediators * community.extent
        hold_sessions(
            community.residents,
            community.micro_grids,
            community.companies,
            disputes,
            rows[by_lot(lots[:waiting])],
            state.sessions,
            state.slots,
            state.slot_count,
            p,
            community.numbers.property_management,
            mediators_per_case(p, mediators, np.float32(waiting)),
            week,
            seed,
        )
    closed = np.zeros(4, np.int64)
    state.open_count = int(
        close_disputes(disputes, state.open, state.open_count, p, week, seed, closed)
    )
    state.closed, state.resolved, state.unresolved, state.by_party = closed.tolist()


RECORDS = {
    "disputes_arisen": outcome("disputes", "sum", scaled=True).means(
        "disputes that arose", "发生的矛盾纠纷"
    ),
    "grievances_arisen": outcome("disputes", "sum", scaled=True).means(
        "of the disputes that arose, those with property companies", "发生的纠纷中与物业公司的矛盾"
    ),
    "disputes_brought": outcome("disputes", "sum", scaled=True).means(
        "disputes brought to mediation", "送交调解的纠纷"
    ),
    "disputes_faded": outcome("disputes", "sum", scaled=True).means(
        "disputes that faded without ever coming to mediation", "未经调解自行平息的纠纷"
    ),
    "disputes_mediated": outcome("disputes", "sum", scaled=True).means(
        "disputes closed after at least one session of mediation", "经过调解后结案的纠纷"
    ),
    "disputes_resolved": outcome("disputes", "sum", scaled=True).means(
        "disputes resolved at any level", "各层级解决的纠纷"
    ),
    "disputes_unresolved": outcome("disputes", "sum", scaled=True).means(
        "disputes brought to mediation and closed without resolution",
        "送交调解而未解决即结案的纠纷",
    ),
    "disputes_open": outcome("disputes", "last", scaled=True).means(
        "disputes in mediation, at any level", "各层级调解中的纠纷"
    ),
    "mediation_sessions": outcome("sessions", "sum", scaled=True).means(
        "sessions of mediation held", "举行的调解场次"
    ),
    "party_disputes": outcome("disputes", "sum", scaled=True).means(
        "of the disputes mediated, those with a session led by a Party member",
        "经调解的纠纷中由党员主持过调解的",
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return this week's figures."""
    state: State = community.state.disputes
    return {
        "disputes_arisen": float(state.arisen),
        "grievances_arisen": float(state.grievances.sum()),
        "disputes_brought": float(state.brought),
        "disputes_faded": float(state.faded),
        "disputes_mediated": float(state.closed),
        "disputes_resolved": float(state.resolved),
        "disputes_unresolved": float(state.unresolved),
        "disputes_open": float(state.open_count),
        "mediation_sessions": float(state.sessions),
        "party_disputes": float(state.by_party),
    }
