"""Participation: reached, free, willing, and there is a place (S5, S6).

Each week every resident meets up to four kinds of offer: an event, a volunteer task, a hazard to
report, a round of deliberation. The decision has two stages: whether the offer reaches a resident
who is free, and whether it appeals. Both look at last week only, so that all residents decide at
once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.boards import Offers
from sim.columns import (
    CONDITIONAL,
    DELIBERATE,
    DIGITAL,
    EVENT,
    GROUPS,
    HUMP,
    MODE_COUNT,
    MODES,
    PAPER,
    RECENT,
    REPORT,
    TIE_SLOTS,
    VOLUNTEER,
    EventRows,
    MicroGrids,
    Residents,
)
from sim.engine import claims, numerics, randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, vector
from sim.engine.rows import marked_rows
from sim.engine.steps import each
from sim.engine.tables import Local
from sim.records import outcome
from sim.rules import availability, place, reach
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.model import Community

DECISIONS = np.array(
    [randomness.decision(f"participation.{mode}") for mode in MODES], dtype=np.uint64
)
WHICH_EVENT = randomness.decision("participation.which_event")
COMPANION = randomness.decision("participation.companion")
EMPTY_WEEK = np.uint64(0xFFFEFFFEFFFEFFFE)  # every bit of a history but each mode's latest
QUARTERS = np.uint64(0x1FFF1FFF1FFF1FFF)  # the last 13 weeks of each mode
FIRST_BITS = np.uint64(0x0001000100010001)  # each mode's latest
MOST_IN_16_BITS = 0xFFFF


class Participation(NamedTuple):
    """What makes an offer appeal, in log-odds."""

    base: tuple[float, ...] = vector(
        {"event": -3.4, "volunteer": -3.4, "report": -2.0, "deliberate": -1.3},
        "log-odds",
        -12,
        4,
        "calibrated",
        "F2, D1, C8",
    ).means(
        "appeal of an offer, by mode, when nothing speaks for or against it",
        "没有任何正反因素时邀请的吸引力，按参与方式",
    )
    motivation: float = number(1.5, "log-odds", 0, 4, "assumption", "S6").means(
        "weight of intrinsic motivation above or below one half", "高于或低于一半的内在动机的权重"
    )
    habit: float = number(2.0, "log-odds", 0, 4, "literature", "E31, E32").means(
        "weight of habit in the same mode", "同一参与方式的习惯的权重"
    )
    norm: float = number(1.0, "log-odds", 0, 3, "literature", "E36").means(
        "weight of the share of ties who did the same within four weeks",
        "四周内有过同样行动的邻里比例的权重",
    )
    trust: float = number(0.5, "log-odds", 0, 2, "assumption", "E43").means(
        "weight of trust in the committee above or below one half", "高于或低于一半的信任的权重"
    )
    reciprocity: float = number(0.25, "log-odds", 0, 0.5, "literature", "E20").means(
        "weight of having been helped of late", "近期得到过帮助的权重"
    )
    membership: float = number(0.6, "log-odds", 0.3, 1.5, "literature", "E9").means(
        "weight of being an organised Party member", "组织内党员身份的权重"
    )
    fatigue: float = number(1.0, "log-odds per unit", 0, 3, "literature", "E41").means(
        "weight of fatigue", "疲劳的权重"
    )
    tiredness: float = number(
        0.02, "log-odds per ask", 0, 0.5, "assumption", "E41", sweep=(0.005, 0.05)
    ).means("weight of asks declined of late", "近期谢绝过的邀请的权重")
    distance: float = number(0.5, "log-odds per km", 0, 2, "assumption", "S6").means(
        "weight of the way to the community's centre", "到社区中心路程的权重"
    )
    volunteer_hours: float = number(2.0, "hours", 0.5, 6, "assumption", "E34").means(
        "that one volunteer act takes", "一次志愿服务所需的时间"
    )
    deliberation_hours: float = number(0.5, "hours", 0, 4, "assumption", "D1").means(
        "that taking part in one asking round takes", "参加一轮议事协商所需的时间"
    )
    standing_tasks: float = number(
        120.0, "tasks per week", 0, 5000, "assumption", "S5", volume=True
    ).means(
        "volunteer tasks that the committee always has, before any platform lists more",
        "没有平台列出任务时居委会常设的志愿任务",
    )
    postings: float = number(6.0, "times per week", 0, 14, "assumption", "C6").means(
        "that the task list is posted", "任务清单每周发布的次数"
    )
    companions: float = number(
        0.3, "persons per adult with children", 0, 0.5, "assumption", "T21"
    ).means("children who come along to an event", "随有孩子的成年人一同参加活动的儿童数")


@dataclass
class State:
    """What passes between the moments of a week.

    Attributes:
        volunteer_hours, patrol_hours: given last week, to be spent on needs and on hazards.
        beacon: uint16[resident], one bit in four for each mode done within four weeks.
        met: float32[mode, micro-grid], offers that residents of a micro-grid meet.
        company: uint16[resident], ties who did each mode within four weeks, four bits each.
        by_tie: float32[resident], hazard of being asked by one active tie.
        claims: uint32[mode, resident], rows of those willing to act this week.
        claim_count: int64[mode], how many they are.
        granted: bool[mode, resident], which of these claims are granted.
        acts_now: int64[mode, group + 1], who acts this week; the last column is everybody.
        ever_13: int64[mode, group + 1], who acted within 13 weeks.
        eligible: int64[group + 1], residents by group.
        companions_now: children at this week's events.
        refused: int64[mode], accepted offers for which no place was left.
    """

    volunteer_hours: Any
    patrol_hours: Any
    met: Any
    beacon: Any
    company: Any
    by_tie: Any
    claims: Any
    claim_count: Any
    granted: Any
    acts_now: Any
    ever_13: Any
    eligible: Any
    companions_now: int
    refused: Any


def begin(community: Community) -> State:
    """Return an empty week."""
    residents = len(community.residents.age)
    grids = len(community.micro_grids.first)
    everyone = len(GROUPS) + 1
    eligible = np.zeros(everyone, np.int64)
    count_members(community.residents.groups, eligible)
    return State(
        volunteer_hours=np.float32(0),
        patrol_hours=np.float32(0),
        met=np.zeros((len(MODES), grids), np.float32),
        beacon=np.zeros(residents, np.uint16),
        company=np.zeros(residents, np.uint16),
        by_tie=np.zeros(residents, np.float32),
        claims=np.zeros((len(MODES), residents), np.uint32),
        claim_count=np.zeros(len(MODES), np.int64),
        granted=np.zeros((len(MODES), residents), np.bool_),
        acts_now=np.zeros((len(MODES), everyone), np.int64),
        ever_13=np.zeros((len(MODES), everyone), np.int64),
        eligible=eligible,
        companions_now=0,
        refused=np.zeros(len(MODES), np.int64),
    )


# --- Rules -----------------------------------------------------------------------------------


@rule
def week_later(history: Any) -> Any:
    """Acts of 16 weeks in each mode, a week later: the oldest is forgotten, the latest is empty."""
    return (history << np.uint64(1)) & EMPTY_WEEK


@rule
def acted_lately(history: Any) -> Any:
    """One in each mode's 16 bits in which there is an act within 13 weeks, zero in the others."""
    return ((history & QUARTERS) + QUARTERS) >> np.uint64(13) & FIRST_BITS


@rule
def was_asked(r: Residents, mode: Any) -> Any:
    """Whether an offer of this mode has reached the resident this week."""
    return r.asked & (1 << mode) != 0


@rule
def has_acted(r: Residents, mode: Any) -> Any:
    """Whether the resident has acted in this mode this week."""
    return r.acted & (1 << mode) != 0


@rule
def share_active(ties_active: Any, degree: Any) -> Any:
    """Share of a resident's ties who did the same within four weeks; none where there are no ties."""
    return numerics.ratio(np.float32(ties_active), max(np.float32(degree), 1.0))


@rule
def mean_tie(total: Any, degree: Any) -> Any:
    """Mean strength of the ties in use; zero without ties."""
    return numerics.ratio(total, max(np.float32(degree), 1.0))


@rule
def norm(disposition: Any, share: Any) -> Any:
    """How much others' acts count: with them, not at all, or with them up to one half (E36)."""
    rising = min(share, 0.5)
    falling = max(share - 0.5, 0.0)
    hump = rising - falling if disposition == HUMP else 0.0
    return share if disposition == CONDITIONAL else hump


@rule
def norm_past_threshold(felt: Any, share: Any, threshold: Any) -> Any:
    """In deliberation others' acts count only once enough of one's ties take part (E38)."""
    return felt if share >= threshold else 0.0


@rule
def way(r: Residents, p_place: place.Place) -> Any:
    """Kilometres to the centre as this resident feels them."""
    return r.distance * place.mobility(p_place, r.frail)


@rule
def appeal(
    r: Residents, p: Participation, p_place: place.Place, mode: Any, base: Any, felt: Any
) -> Any:
    """Log-odds that a resident who is reached and free accepts (equation S6).

    `base` is that of the mode, `felt` how much others' acts count.

    > z = b_k + u + β_M (M − .5) + β_H H_k + β_N · norm + β_T (T − .5) + β_ρ · help + β_P · member − β_Φ Φ − β_ψ ψ − β_c · distance · mobility + γ + pull_k.
    """
    return (
        base
        + r.propensity
        + p.motivation * (r.motivation - 0.5)
        + p.habit * r.habit[mode]
        + p.norm * felt
        + p.trust * (r.trust - 0.5)
        + p.reciprocity * r.help_recent
        + (p.membership if r.party > 0 else 0.0)
        - p.fatigue * r.fatigue
        - p.tiredness * r.tired
        - p.distance * way(r, p_place)
        + r.offset
        + numerics.from_millionths(r.pull[mode])
    )


@rule
def accepts(log_odds: Any, chance: Any) -> Any:
    """Whether a resident accepts, given the addressed draw `chance` in [0, 1)."""
    return chance < numerics.logistic(log_odds)


@rule
def hours_of_act(p: Participation, mode: Any, shortened: Any) -> Any:
    """Hours that one act of a mode takes; events and reports count as none.

    `shortened` is the share of a volunteer act's hours that short tasks save, on average.
    """
    deliberating = p.deliberation_hours if mode == DELIBERATE else 0.0
    return p.volunteer_hours * (1.0 - shortened) if mode == VOLUNTEER else deliberating


@rule
def share_of_group(part: Any, group: Any) -> Any:
    """Share of a group of residents; not a number where the group is empty."""
    return numerics.ratio(part, group) if group > 0 else np.nan


# --- Walks over rows -------------------------------------------------------------------------


@loop
def count_members(groups: Any, eligible: Any) -> None:
    """Count residents by group; the last cell counts everybody."""
    everybody = len(eligible) - 1
    for i in range(len(groups)):
        eligible[everybody] += 1
        for group in range(everybody):
            if groups[i] >> group & 1:
                eligible[group] += 1


@each(Residents)
def start_week(r: Residents) -> None:
    """Forget last week's asks and acts; their history moves on by one week."""
    r.history = week_later(r.history)
    r.nudge = 0
    r.trust_nudge = 0
    r.earned = 0
    r.asked = 0
    r.willing = 0
    r.acted = 0
    r.hours = 0
    r.contacted = False
    for mode in range(MODE_COUNT):
        r.call[mode] = 0
        r.pull[mode] = 0


@each(Residents)
def light_beacon(r: Residents, week: State) -> None:
    """Show by one bit in four, mode by mode, who acted within four weeks."""
    lit = 0
    for mode in range(MODE_COUNT):
        if (r.history >> np.uint64(16 * mode)) & RECENT:
            lit |= 1 << (4 * mode)
    week.beacon[r.row] = lit


@loop
def look_around(residents: Residents, beacon: Any, company: Any) -> None:
    """Let each resident see which ties were active.

    Ties are mutual and few residents shine, so each of these shows itself to its ties.
    """
    company[:] = 0
    for i in marked_rows(beacon):
        for slot in range(residents.degree[i]):
            company[residents.neighbour[i, slot]] += beacon[i]


@each(Residents)
def weigh_ties(r: Residents, p_reach: reach.Reach, week: State, leadership: Local[Any]) -> None:
    """Know how strong one's ties are on average, and so how likely one of them is to ask (S5)."""
    strength = 0.0
    for slot in range(TIE_SLOTS):
        strength += r.tie[slot]
    week.by_tie[r.row] = reach.neighbour_hazard(p_reach, mean_tie(strength, r.degree), leadership)


@loop
def anyone_called(calls: Any, first: Any, last: Any) -> Any:
    """Return whether a mechanism asks any resident of these rows."""
    called = np.int32(0)
    for i in range(np.uint64(first), np.uint64(last)):
        called |= calls[i]
    return called != 0


@loop
def spread_offers(
    residents: Residents,
    micro_grids: MicroGrids,
    offers: Any,
    held: Any,
    open_hazards: Any,
    met: Any,
) -> None:
    """Write how many offers of each mode residents meet in each micro-grid: `met`[mode, micro-grid].

    Events are offered in their own territory, hazards in their own micro-grid, and only where
    someone is asked to report them: they are neither announced nor passed on.
    """
    grids = len(open_hazards) // len(held)
    for grid in range(len(open_hazards)):
        for mode in range(len(offers)):
            met[mode, grid] = offers[mode]
        met[EVENT, grid] = held[grid // grids]
        first, last = micro_grids.first[grid], micro_grids.last[grid]
        if open_hazards[grid] == 0 or not anyone_called(residents.call[REPORT], first, last):
            met[REPORT, grid] = 0.0


@rule
def posted_to(r: Residents, p_reach: reach.Reach, postings: Any, mode: Any) -> Any:
    """Postings that a resident who looks could notice this week.

    The volunteers' task list goes to the register; a share of it is posted openly. A hazard is
    seen in the street, not announced. `asks` is the dose of an experiment.
    """
    listed = postings if r.registered else postings * p_reach.open_call
    by_mode = listed if mode == VOLUNTEER else postings
    return 0.0 if mode == REPORT else by_mode * r.asks


@rule
def noticed(r: Residents, p_reach: reach.Reach, paper: Any, postings: Any) -> Any:
    """Chance of noticing one of so many postings in digital media, on paper or at a counter."""
    return reach.noticed_in_either(
        p_reach,
        r.heeds[DIGITAL] * reach.saturated(reach.hazard(p_reach.digital), postings),
        r.heeds[PAPER] * reach.saturated(paper, postings),
    )


@rule
def by_word(mode: Any, ties_active: Any) -> Any:
    """Ties who may pass an ask on: none for a hazard, which is seen and not announced."""
    return 0.0 if mode == REPORT else np.float32(ties_active)


@each(Residents)
def meet_offer(
    r: Residents,
    p: Participation,
    p_reach: reach.Reach,
    p_place: place.Place,
    offers: Offers,
    week: State,
    now: Community,
    mode: Any,
    base: Any,
    daytime: Any,
    evening: Any,
    weekend: Any,
    offered: Local[Any],
) -> None:
    """Be reached or not, be free or not, accept or not (S5, S6).

    `base` is the appeal of an offer of this mode; `daytime`, `evening` and `weekend` say which
    shares of these offers lie there; `offered` is how many residents meet here.

    Every stage is gone through by everybody, and who is not reached or not free is left out at the
    end: a walk without branches takes many residents at a time.
    """
    heard, free, chance, _ = randomness.draws(now.seed, DECISIONS[mode], now.week, r.row)
    ties_active = (week.company[r.row] >> (4 * mode)) & 15
    seen = noticed(r, p_reach, offers.paper, posted_to(r, p_reach, offered, mode))
    told = reach.told_hazard(by_word(mode, ties_active), week.by_tie[r.row], r.call[mode])
    share = share_active(ties_active, r.degree)
    felt = norm(r.disposition, share)
    if mode == DELIBERATE:
        felt = norm_past_threshold(felt, share, r.threshold)
    reached = heard < reach.chance_reached(seen, told * r.asks)
    time = availability.chance_free(r, daytime, evening, weekend)
    if mode == VOLUNTEER:
        time = availability.with_short_tasks(time, offers.recovered)
    is_free = free < time
    agreed = reached & is_free & accepts(appeal(r, p, p_place, mode, base, felt), chance)
    r.asked |= np.uint8(reached) << np.uint8(mode)
    r.willing |= np.uint8(agreed) << np.uint8(mode)


@loop
def claimants(willing: Any, rows: Any, granted: Any, counts: Any) -> None:
    """Write which residents are willing to act, mode by mode, and count them.

    Until somebody is refused, all are granted.
    """
    counts[:] = 0
    for i in marked_rows(willing):
        for mode in range(len(counts)):
            if willing[i] >> mode & 1:
                rows[mode, counts[mode]] = i
                granted[mode, counts[mode]] = True
                counts[mode] += 1


@loop
def claim_lots(rows: Any, mode: Any, seed: Any, week: Any, lots: Any) -> None:
    """Write each claimant's lot: the fourth word of the decision's own address."""
    for claim in range(len(rows)):
        _, _, _, word = randomness.philox(
            seed, DECISIONS[mode], np.uint64(week), np.uint64(rows[claim]), np.uint64(0)
        )
        lots[claim] = word


@loop
def choose_events(
    residents: Residents,
    rows: Any,
    first: Any,
    count: Any,
    grids: Any,
    seed: Any,
    week: Any,
    chosen: Any,
) -> None:
    """Let each claimant choose one of this week's events in the own territory.

    `chosen` receives which of all events of the week each one chose.
    """
    for claim in range(len(rows)):
        i = rows[claim]
        place = residents.micro_grid[i] // grids
        chance = randomness.draw(seed, WHICH_EVENT, week, i)
        event = first[place] + numerics.pick(chance, count[place])
        residents.event[i] = event
        chosen[claim] = event - first[0]


@loop
def note_acts(
    residents: Residents,
    p: Participation,
    rows: Any,
    granted: Any,
    mode: Any,
    shortened: Any,
    acts_now: Any,
    refused: Any,
) -> None:
    """Write down who acted: bits of the week and of the history, counts, hours, the register."""
    hours = hours_of_act(p, mode, shortened)
    bit = 1 << mode
    mark = np.uint64(1) << np.uint64(16 * mode)
    everybody = acts_now.shape[1] - 1
    for claim in range(len(rows)):
        if not granted[claim]:
            refused[mode] += 1
            continue
        i = rows[claim]
        residents.acted[i] |= bit
        residents.history[i] |= mark
        residents.acts[mode, i] += 1
        residents.hours[i] += hours
        if mode == VOLUNTEER:
            residents.registered[i] = True
        acts_now[mode, everybody] += 1
        for group in range(everybody):
            if residents.groups[i] >> group & 1:
                acts_now[mode, group] += 1


@loop
def seat(
    residents: Residents,
    events: EventRows,
    rows: Any,
    granted: Any,
    companions: Any,
    seed: Any,
    week: Any,
) -> int:
    """Count adults and children at each event; return the children."""
    children = 0
    for claim in range(len(rows)):
        if granted[claim]:
            i = rows[claim]
            event = residents.event[i]
            events.attended[event] += 1
            if residents.children[i] > 0 and randomness.draw(seed, COMPANION, week, i) < companions:
                events.companions[event] += 1
                children += 1
    return children


@loop
def note_week(
    residents: Residents,
    events: EventRows,
    p: Participation,
    rows: Any,
    granted: Any,
    counts: Any,
    shortened: Any,
    acts_now: Any,
    refused: Any,
    seed: Any,
    week: Any,
) -> int:
    """Write down who acted in each mode, and seat those at events; return the children there."""
    for mode in range(len(counts)):
        last = counts[mode]
        here, given = rows[mode, :last], granted[mode, :last]
        note_acts(residents, p, here, given, mode, shortened, acts_now, refused)
    last = counts[EVENT]
    return seat(
        residents, events, rows[EVENT, :last], granted[EVENT, :last], p.companions, seed, week
    )


@loop
def recent_participants(residents: Residents, ever: Any) -> None:
    """Count who acted within 13 weeks, by mode and group; the last column is everybody.

    Those who are of the same groups are counted together, all modes in one sum of 16 bits each.
    """
    everybody = ever.shape[1] - 1
    ever[:] = 0
    for first in range(0, len(residents.history), MOST_IN_16_BITS):
        alike = np.zeros(1 << everybody, np.uint64)
        for i in range(first, min(first + MOST_IN_16_BITS, len(residents.history))):
            alike[residents.groups[i]] += acted_lately(residents.history[i])
        for groups in range(len(alike)):
            if alike[groups] == np.uint64(0):
                continue
            for mode in range(4):
                count = np.int64((alike[groups] >> np.uint64(16 * mode)) & np.uint64(0xFFFF))
                ever[mode, everybody] += count
                for group in range(everybody):
                    ever[mode, group] += count * (groups >> group & 1)


@loop
def tabulate(acts_now: Any, ever: Any, eligible: Any, table: Any) -> None:
    """Write acts in the first line and rates in the second: of everybody by mode, then by group."""
    modes, everybody = len(acts_now), len(eligible) - 1
    for mode in range(modes):
        for group in range(everybody + 1):
            place = mode if group == everybody else modes + mode * everybody + group
            table[0, place] = acts_now[mode, group]
            table[1, place] = share_of_group(ever[mode, group], eligible[group])


@loop
def look_over(residents: Residents, acts_now: Any, eligible: Any, ever: Any, table: Any) -> Any:
    """Write acts and rates; return how many are on the register, and how many Party members of them."""
    recent_participants(residents, ever)
    tabulate(acts_now, ever, eligible, table)
    registered, of_party = 0, 0
    for i in range(len(residents.registered)):
        registered += int(residents.registered[i])
        of_party += int(residents.registered[i] & (residents.party[i] > 0))
    return registered, of_party


# --- Moments ---------------------------------------------------------------------------------


def open_week(community: Community) -> None:
    """Clear what last week asked and claimed."""
    start_week(community)
    clear_offers(community)


def clear_offers(community: Community) -> None:
    """Withdraw last week's offers, and begin this week's counts."""
    state = community.state.participation
    community.offers.withdraw()
    state.acts_now[:] = 0
    state.refused[:] = 0
    state.companions_now = 0


def publish(community: Community) -> None:
    """Offer the tasks that the committee always has."""
    offers, p = community.offers, community.numbers.participation
    offers.tasks += round(float(p.standing_tasks * community.extent))
    offers.published[VOLUNTEER] += p.postings
    offers.published[REPORT] += 1


def count_offers(community: Community) -> None:
    """Count this week's events: each is an offer of its own."""
    community.offers.published[EVENT] = community.state.events.held


def grids_of_a_territory(community: Community) -> int:
    """Return how many micro-grids each territory has."""
    return len(community.micro_grids.first) // community.communities


def decide(community: Community) -> None:
    """Let every resident see what the ties did, then meet this week's offers."""
    state, residents = community.state.participation, community.residents
    offers, held = community.offers, community.state.events.count
    count_offers(community)
    light_beacon(community)
    look_around(residents, state.beacon, state.company)
    weigh_ties(community, offers.spread)
    around = community.state.hazards.around
    spread_offers(residents, community.micro_grids, offers.published, held, around, state.met)
    for mode, met in enumerate(state.met):
        somewhere = np.flatnonzero(met)
        if len(somewhere):
            base = community.numbers.participation.base[mode]
            windows = availability.mix_of(community.numbers.availability, offers, mode)
            meet_offer(community, mode, base, *windows, met, among=somewhere)


def places_asked_for(community: Community, mode: int, rows: Any) -> tuple[Any, Any] | None:
    """Return which place each claimant asks for, and what each holds; None where all find one.

    Who goes to an event chooses it here.
    """
    residents, tasks = community.residents, community.offers.tasks
    if mode == EVENT and len(rows):
        held, grids = community.state.events, grids_of_a_territory(community)
        first, last = held.row, held.row + held.held
        chosen, seed, week = np.empty(len(rows), np.int64), community.seed, community.week
        choose_events(residents, rows, held.first, held.count, grids, seed, week, chosen)
        return chosen, community.events.rows.capacity[first:last].astype(np.int64)
    if mode == VOLUNTEER and len(rows) > tasks:
        return np.zeros(len(rows), np.int64), np.array([tasks])
    return None


def each_takes(community: Community) -> Any:
    """Return how many hours an act of volunteering takes this week, on average."""
    shortened = community.offers.shortened
    return hours_of_act(community.numbers.participation, VOLUNTEER, shortened)


def act(community: Community) -> None:
    """Grant places by lot, and note who acted."""
    state, residents = community.state.participation, community.residents
    p, seed, week = community.numbers.participation, community.seed, community.week
    claimants(residents.willing, state.claims, state.granted, state.claim_count)
    for mode, count in enumerate(state.claim_count.tolist()):
        rows = state.claims[mode, :count]
        asked_for = places_asked_for(community, mode, rows)
        if asked_for is not None and not claims.fit(*asked_for):
            lots = np.empty(count, np.uint64)
            claim_lots(rows, mode, seed, week, lots)
            places, room = asked_for
            state.granted[mode, :count] = claims.grant(places, lots, room)
    state.companions_now = note_week(
        residents,
        community.events.rows,
        p,
        state.claims,
        state.granted,
        state.claim_count,
        community.offers.shortened,
        state.acts_now,
        state.refused,
        seed,
        week,
    )
    given = np.float32(state.acts_now.item(VOLUNTEER, -1)) * each_takes(community)
    state.patrol_hours = given * community.offers.patrols
    state.volunteer_hours = given - state.patrol_hours


RECORDS = (
    {
        f"acts_{mode}": outcome("acts", "sum", scaled=True).means(
            f"{mode} acts of adults", f"成年人的{zh(f'MODES.{mode}')}次数"
        )
        for mode in MODES
    }
    | {
        f"acts_{mode}_{group}": outcome("acts", "sum", scaled=True).means(
            f"{mode} acts of residents who are {group}",
            f"{zh(f'GROUPS.{group}')}的{zh(f'MODES.{mode}')}次数",
        )
        for mode in MODES
        for group in GROUPS
    }
    | {
        f"rate_{mode}": outcome("share", "year").means(
            f"adults with at least one {mode} act within 13 weeks",
            f"近 13 周至少一次{zh(f'MODES.{mode}')}的成年人比例",
        )
        for mode in MODES
    }
    | {
        f"rate_{mode}_{group}": outcome("share", "year").means(
            f"residents who are {group} with at least one {mode} act within 13 weeks",
            f"近 13 周至少一次{zh(f'MODES.{mode}')}的{zh(f'GROUPS.{group}')}比例",
        )
        for mode in MODES
        for group in GROUPS
    }
    | {
        "attendance": outcome("person-times", "sum", scaled=True).means(
            "adults and children at events", "参加活动的人次（含儿童）"
        ),
        "events_held": outcome("events", "sum").means("events held", "举办的活动"),
        "volunteer_hours": outcome("hours", "sum", scaled=True).means(
            "hours given by volunteers", "志愿服务工时"
        ),
        "volunteers_registered": outcome("residents", "last", scaled=True).means(
            "residents on the volunteer register", "登记志愿者"
        ),
        "party_volunteers": outcome("residents", "last", scaled=True).means(
            "organised Party members on the volunteer register", "登记志愿者中的组织内党员"
        ),
        "tasks_refused": outcome("acts", "sum", scaled=True).means(
            "volunteers willing but without a task", "愿意服务而没有任务的志愿者"
        ),
    }
)


ACTS_AND_RATES = [name for name in RECORDS if name.startswith(("acts_", "rate_"))]


def observe(community: Community) -> dict[str, float]:
    """Return this week's acts and the rates of the last 13 weeks, by mode and group."""
    state = community.state.participation
    table = np.empty((2, state.acts_now.size), np.float64)
    registered, of_party = look_over(
        community.residents, state.acts_now, state.eligible, state.ever_13, table
    )
    hours = state.acts_now[VOLUNTEER, -1] * each_takes(community)
    return {
        **dict(zip(ACTS_AND_RATES, table.ravel().tolist(), strict=True)),
        "attendance": float(state.acts_now[EVENT, -1] + state.companions_now),
        "events_held": float(community.state.events.held),
        "volunteer_hours": float(hours),
        "volunteers_registered": float(registered),
        "party_volunteers": float(of_party),
        "tasks_refused": float(state.refused[VOLUNTEER]),
    }
