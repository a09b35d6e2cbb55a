"""Ties between residents: they fade, and meeting at an event strengthens or makes them (S10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    EVENT,
    TIE_SLOTS,
    Residents,
)
from sim.engine import randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.rows import marked_rows
from sim.engine.steps import each
from sim.records import mean, outcome

if TYPE_CHECKING:
    from sim.model import Community

MEET = randomness.decision("ties.meet")


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


@rule
def faded(p: Ties, strength: Any) -> Any:
    """Strength of a tie a week later."""
    return strength - p.fading * strength


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
def let_ties_fade(r: Residents, p: Ties) -> None:
    """Fade every tie by one week (S10)."""
    for slot in range(TIE_SLOTS):
        r.tie[slot] = faded(p, r.tie[slot])


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
            residents.tie[i, last] = 0
            residents.degree[i] -= 1
            return


@loop
def hold(residents: Residents, i: Any, j: Any, strength: Any) -> None:
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
                    hold(residents, i, j, p.new_tie_strength)
                    hold(residents, j, i, p.new_tie_strength)
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
    """Make room for as many attendees as there are residents."""
    return State(made=0, rows=np.zeros(len(community.residents.age), np.int64))


def bond(community: Community) -> None:
    """Fade all ties, then let this week's attendees meet."""
    let_ties_fade(community)
    meet(community)


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
