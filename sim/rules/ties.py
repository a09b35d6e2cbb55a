"""Ties between residents: they fade, and running into each other or meeting at events keeps them (S10).

Two who live in one court run into each other as often as both are about: at home in the daytime, in
the evening or at weekends, outdoors and not before a screen, with children or without, in a court of
few or of many. Such encounters keep a tie at a level of its own, with no programme at all; long
hours of work and long commutes erode it; a meeting at an event adds to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    EVENT,
    TIE_SLOTS,
    MicroGrids,
    Residents,
)
from sim.engine import numerics, randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.rows import marked_rows
from sim.engine.steps import each
from sim.engine.tables import All
from sim.records import mean, outcome
from sim.rules import availability

if TYPE_CHECKING:
    from sim.model import Community

MEET = randomness.decision("ties.meet")
SCREENS = randomness.decision("ties.screens")
CHAT = randomness.decision("ties.chat")
CHATS = randomness.decision("ties.chats")
MOST_CHATS = 1024  # addresses of chats per micro-grid and week
MOST_CROWDED, LEAST_CROWDED = (
    np.float32(0.25),
    np.float32(4),
)  # bounds of what the size of a court does


class Ties(NamedTuple):
    """How ties change."""

    fading: float = number(
        0.0132, "share per week", 0, 0.1, "assumption", "S10, E43", sweep=(0.005, 0.05)
    ).means(
        "of a tie's strength that a week takes; .0132 halves it in 52 weeks",
        "邻里联系每周减弱的比例；0.0132 使其 52 周减半",
    )
    meeting_gain: float = number(0.05, "strength", 0, 0.3, "assumption", "S10").means(
        "that meeting at an event adds to an existing tie", "在活动中相遇使已有联系增强的程度"
    )
    new_tie_chance: float = number(0.01, "chance per pair", 0, 0.1, "assumption", "S10").means(
        "that two strangers at one event become acquainted", "同一活动中两位陌生人结识的概率"
    )
    new_tie_strength: float = number(0.1, "strength", 0, 1, "assumption", "S10").means(
        "of a new acquaintance", "新结识联系的强度"
    )
    start: float = number(1.0, "ratio", 0, 10, "assumption", "S10").means(
        "strength of a tie at the start, relative to what everyday encounters keep up",
        "开始时邻里联系的强度与日常相遇所能维持的强度之比",
    )
    encounters: float = number(0.06, "share per week", 0, 1, "assumption", "S10, E8").means(
        "of what a tie lacks that running into each other restores, between two who are always about, in a court of usual size",
        "两位总在户外的居民在普通规模的院落中相遇，每周使联系恢复其不足部分的比例",
    )
    public_space: float = number(1.0, "ratio", 0, 3, "assumption", "S10").means(
        "courts, squares and paths to meet in, relative to today's",
        "可供相遇的院落、广场与步道，相对于现状",
    )
    screens: float = number(0.4, "share", 0, 1, "assumption", "S10").means(
        "of the time at home that those online spend before a screen and not about, on average",
        "上网居民在家时间中用于屏幕而不出门的平均比例",
    )
    screens_spread: float = number(0.3, "share", 0, 0.5, "assumption", "S10").means(
        "by which a resident's own time before a screen may lie above or below that",
        "个人屏幕时间与平均值的最大偏差",
    )
    with_children: float = number(1.5, "ratio", 1, 3, "assumption", "S10").means(
        "by what those with minors are about more: the way to school, the playground",
        "有未成年人的居民在外时间增加的倍数（接送、游乐场）",
    )
    frail_about: float = number(0.6, "ratio", 0, 1, "assumption", "S10").means(
        "how much a frail resident is about, relative to others",
        "行动不便者在外时间相对于他人的比例",
    )
    elsewhere: float = number(0.3, "ratio", 0, 1, "assumption", "S10").means(
        "how often two of different micro-grids run into each other, relative to two of one",
        "不同微网格的两人相遇相对于同一微网格的比例",
    )
    court: float = number(530.0, "adults", 10, 5000, "assumption", "S10, E15").means(
        "of a micro-grid of usual size; in a larger one two given residents meet more seldom",
        "普通规模微网格的成年人数；微网格越大，特定两人相遇越少",
    )
    chat: float = number(0.003, "chance per week", 0, 0.1, "assumption", "S10").means(
        "that a resident of the micro-grid becomes acquainted with another, were both always about",
        "若双方总在户外，居民每周与同微网格另一人结识的概率",
    )


@rule
def faded(p: Ties, strength: Any) -> Any:
    """Strength of a tie a week later."""
    return strength - p.fading * strength


@rule
def lived(p: Ties, strength: Any, meets: Any) -> Any:
    """Strength of a tie after a week of running into each other, before it fades.

    > w ← w + κ · m · (1 − w) − f · w,  m = o_i · o_j · [1 in one micro-grid, else elsewhere],
    """
    restored = min(p.encounters * p.public_space * meets, 1.0)
    return faded(p, strength) + restored * (1.0 - strength)


@rule
def own_level(p: Ties, meets: Any) -> Any:
    """Strength that everyday encounters keep up; none where nothing fades and nothing restores.

    > w* = κ · m / (κ · m + f),
    """
    restored = min(p.encounters * p.public_space * meets, 1.0)
    both = restored + p.fading
    return numerics.ratio(restored, both) if both > 0.0 else 0.0


@rule
def at_start(p: Ties, meets: Any) -> Any:
    """Strength of a tie before the first week."""
    return min(p.start * own_level(p, meets), 1.0)


@rule
def outdoors(p: Ties, online: Any, chance: Any) -> Any:
    """Share of the time at home that is not spent before a screen, given an addressed draw."""
    own = p.screens + p.screens_spread * (2.0 * chance - 1.0)
    return 1.0 - (min(max(own, 0.0), 1.0) if online else 0.0)


@rule
def crowd(p: Ties, agents: Any, scale: Any) -> Any:
    """What the size of the own micro-grid does to meeting a given other there.

    Its `agents` stand for `agents / scale` people.
    """
    roomy = numerics.ratio(p.court * scale, max(agents, 1.0))
    return np.sqrt(min(max(roomy, MOST_CROWDED), LEAST_CROWDED))


@rule
def how_much_about(
    r: Residents, p: Ties, p_time: availability.Availability, screens: Any, roomy: Any
) -> Any:
    """How much a resident is about, o: 1 for somebody always at home and never before a screen.

    `roomy` is what the size of the own court does (`crowd`).

    > o = (share of the waking week that is free) · (1 − screens) · [children] · [frail] · √(court/people),
    """
    hours = p_time.hours
    home = numerics.ratio(
        hours[0] * r.free[0] + hours[1] * r.free[1] + hours[2] * r.free[2],
        hours[0] + hours[1] + hours[2],
    )
    children = p.with_children if r.children > 0 else 1.0
    frail = p.frail_about if r.frail else 1.0
    return home * outdoors(p, r.online, screens) * children * frail * roomy


@rule
def readiness(p: Ties, about: Any, other: Any, near: Any) -> Any:
    """m, how readily two run into each other, from how much each is about."""
    return about * other * (1.0 if near else p.elsewhere)


@rule
def expected_chats(p: Ties, agents: Any) -> Any:
    """Chats with a stranger that would come about in a micro-grid if everybody were always about."""
    return p.chat * p.public_space * agents


@rule
def strengthened(p: Ties, strength: Any) -> Any:
    """Strength of a tie after a meeting, at most one."""
    return min(strength + p.meeting_gain, 1.0)


@rule
def acquaintance_chance(p: Ties, others: Any) -> Any:
    """Chance that an attendee makes one new acquaintance of his or her own accord.

    A pair becomes acquainted with a small chance; either side may start it, so each attendee
    starts half of his or her expected number, and at most one an event.
    """
    return min(0.5 * p.new_tie_chance * np.float32(others), 1.0)


@each(Residents)
def live_next_door(r: Residents, p: Ties) -> None:
    """Let every tie fade by one week, and running into each other keep it (S10)."""
    for slot in range(TIE_SLOTS):
        r.tie[slot] = lived(p, r.tie[slot], r.meets[slot])


@each(Residents)
def go_about(
    r: Residents,
    p: Ties,
    p_time: availability.Availability,
    grids: All[MicroGrids],
    now: Community,
) -> None:
    """Know how much one is about, from one's time at home, screens, children and court."""
    agents = np.float32(grids.last[r.micro_grid] - grids.first[r.micro_grid])
    screens = randomness.draw(now.seed, SCREENS, np.uint64(0), r.row)
    r.about = how_much_about(r, p, p_time, screens, crowd(p, agents, now.scale))


@each(Residents)
def know_neighbours(r: Residents, p: Ties, everybody: All[Residents]) -> None:
    """Know how readily one runs into each tie; at the start a tie is as strong as that keeps it."""
    for slot in range(r.degree):
        other = np.int64(r.neighbour[slot])
        near = everybody.micro_grid[other] == r.micro_grid
        r.meets[slot] = readiness(p, r.about, everybody.about[other], near)
        r.tie[slot] = at_start(p, r.meets[slot])


@loop
def attendees(residents: Residents, first: Any, count: Any, rows: Any, starts: Any) -> int:
    """Write this week's attendees event by event; `starts[e]` is where event e begins."""
    actors = marked_rows(residents.acted)
    bit = 1 << EVENT
    total = 0
    starts[:] = 0
    for i in actors:
        if residents.acted[i] & bit:
            starts[residents.event[i] - first + 1] += 1
            total += 1
    for event in range(count):
        starts[event + 1] += starts[event]
    place = starts[:count].copy()
    for i in actors:
        if residents.acted[i] & bit:
            event = residents.event[i] - first
            rows[place[event]] = i
            place[event] += 1
    return total


@loop
def strengthen(residents: Residents, p: Ties, rows: Any) -> None:
    """Strengthen ties between residents who were at the same event."""
    bit = 1 << EVENT
    for i in rows:
        for slot in range(residents.degree[i]):
            j = residents.neighbour[i, slot]
            if residents.acted[j] & bit and residents.event[j] == residents.event[i]:
                residents.tie[i, slot] = strengthened(p, residents.tie[i, slot])


@loop
def knows(residents: Residents, i: Any, j: Any) -> bool:
    """Return whether i has a tie to j."""
    for slot in range(residents.degree[i]):
        if residents.neighbour[i, slot] == j:
            return True
    return False


@loop
def drop(residents: Residents, i: Any, j: Any) -> None:
    """Let i lose the tie to j; the last slot in use takes its place."""
    last = np.int64(residents.degree[i]) - 1
    for slot in range(last + 1):
        if residents.neighbour[i, slot] == j:
            residents.neighbour[i, slot] = residents.neighbour[i, last]
            residents.tie[i, slot] = residents.tie[i, last]
            residents.meets[i, slot] = residents.meets[i, last]
            residents.tie[i, last] = 0
            residents.meets[i, last] = 0
            residents.degree[i] -= 1
            return


@loop
def hold(residents: Residents, i: Any, j: Any, strength: Any, meets: Any) -> None:
    """Let i hold a tie to j: in a free slot, or in place of the weakest.

    A displaced tie ends on both sides, so that ties stay mutual.
    """
    slot = residents.degree[i]
    if slot < TIE_SLOTS:
        residents.degree[i] += 1
    else:
        slot = 0
        for other in range(1, TIE_SLOTS):
            if residents.tie[i, other] < residents.tie[i, slot]:
                slot = other
        drop(residents, np.int64(residents.neighbour[i, slot]), i)
    residents.neighbour[i, slot] = j
    residents.tie[i, slot] = strength
    residents.meets[i, slot] = meets


@loop
def tie_up(residents: Residents, p: Ties, i: Any, j: Any) -> None:
    """Make a tie between two, held by both."""
    near = residents.micro_grid[i] == residents.micro_grid[j]
    meets = readiness(p, residents.about[i], residents.about[j], near)
    hold(residents, i, j, p.new_tie_strength, meets)
    hold(residents, j, i, p.new_tie_strength, meets)


@rule
def other_attendee(place: Any, first: Any, others: Any, chance: Any) -> Any:
    """Which of the other attendees one meets: each is as likely, never oneself."""
    met = first + min(np.int64(chance * np.float32(others)), others - 1)
    return met + 1 if met >= place else met


@loop
def acquaint(residents: Residents, p: Ties, rows: Any, starts: Any, seed: Any, week: Any) -> int:
    """Let attendees make acquaintances, in row order; return how many ties were made."""
    made = 0
    for event in range(len(starts) - 1):
        first, last = starts[event], starts[event + 1]
        others = last - first - 1
        for place in range(first, last):
            i = rows[place]
            chance, which, _, _ = randomness.draws(seed, MEET, week, i)
            if others > 0 and chance < acquaintance_chance(p, others):
                j = rows[other_attendee(place, first, others, which)]
                if not knows(residents, i, j):
                    tie_up(residents, p, i, j)
                    made += 1
    return made


@loop
def chat_outdoors(
    residents: Residents, micro_grids: MicroGrids, p: Ties, seed: Any, week: Any
) -> int:
    """Let residents of a micro-grid who are both about become acquainted; return how many do."""
    made = 0
    for grid in range(len(micro_grids.first)):
        first, last = np.int64(micro_grids.first[grid]), np.int64(micro_grids.last[grid])
        expected = expected_chats(p, np.float32(last - first))
        chats = randomness.poisson(expected, randomness.draw(seed, CHATS, week, grid))
        for chat in range(chats):
            address = grid * MOST_CHATS + chat
            one, other, is_out, too = randomness.draws(seed, CHAT, week, address)
            i = first + numerics.pick(one, last - first)
            j = first + numerics.pick(other, last - first)
            out = is_out < residents.about[i] and too < residents.about[j]
            if out and i != j and not knows(residents, i, j):
                tie_up(residents, p, i, j)
                made += 1
    return made


@loop
def meet_at_events(
    residents: Residents,
    p: Ties,
    first: Any,
    count: Any,
    rows: Any,
    seed: Any,
    week: Any,
) -> int:
    """Let those who were at an event meet there; return how many ties were made.

    `rows` is room for the attendees.
    """
    starts = np.zeros(count + 1, np.int64)
    total = attendees(residents, first, count, rows, starts)
    strengthen(residents, p, rows[:total])
    return acquaint(residents, p, rows, starts, seed, week)


@dataclass
class State:
    """Ties made this week, and room for its attendees."""

    made: int
    rows: Any


def begin(community: Community) -> State:
    """Let everybody go about and know the neighbours; make room for as many attendees as residents."""
    go_about(community)
    know_neighbours(community)
    return State(made=0, rows=np.zeros(len(community.residents.age), np.int64))


def bond(community: Community) -> None:
    """Let ties fade and everyday encounters keep them, then let this week's attendees meet."""
    live_next_door(community)
    meet(community)
    chat(community)


def chat(community: Community) -> None:
    """Let some who are about in one micro-grid become acquainted."""
    community.state.ties.made += chat_outdoors(
        community.residents,
        community.micro_grids,
        community.numbers.ties,
        community.seed,
        community.week,
    )


def meet(community: Community) -> None:
    """Strengthen the ties of those who met at an event, and let some become acquainted."""
    residents, state = community.residents, community.state.ties
    events = community.state.events
    state.made = 0
    if not events.held:
        return
    state.made = meet_at_events(
        residents,
        community.numbers.ties,
        events.row,
        events.held,
        state.rows,
        community.seed,
        community.week,
    )


RECORDS = {
    "ties_made": outcome("ties", "sum", scaled=True).means("new acquaintances", "新结识的邻里联系"),
    "cohesion": outcome("0-1", "last").means(
        "mean tie strength over all slots", "全部联系位的平均强度"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return new ties and cohesion."""
    return {
        "ties_made": float(community.state.ties.made),
        "cohesion": mean(community.residents.tie.T.reshape(-1)),
    }
