"""The Party-vanguard platform (P3): a task list, the branch's call, and volunteer sessions.

Path: branches ask their members -> acts rise, mostly of those already active; the points exchange
hangs on this platform. Off: no branch calls, no listed tasks, no points (unless they stand alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import numerics, randomness
from sim.columns import (
    EVENT,
    VOLUNTEER,
    Residents,
)
from sim.compiled import loop
from sim.declare import number, switch, whole
from sim.records import outcome
from sim.rules import events, reach
from sim.steps import each

if TYPE_CHECKING:
    from sim.model import Community

SESSIONS = randomness.decision("party_vanguard.sessions")


class PartyVanguard(NamedTuple):
    """Levers of the platform."""

    on: bool = switch(True, source="C6", meaning="branches call their members and list tasks")
    starts: int = whole(
        0,
        unit="week of the programme",
        low=0,
        high=520,
        evidence="assumption",
        source="A22",
        meaning="from when the platform works",
        lever=True,
    )
    branch_call: float = number(
        0.10,
        unit="chance per week",
        low=0.05,
        high=0.8,
        evidence="calibrated",
        source="C8",
        meaning="that an organised Party member is asked by the branch to volunteer",
        lever=True,
        sweep=(0.05, 0.4),
    )
    event_call: float = number(
        0.10,
        unit="chance per event week",
        low=0,
        high=0.8,
        evidence="assumption",
        source="C6",
        meaning="that an organised Party member is asked by the branch to come to an event",
        lever=True,
        sweep=(0.05, 0.2),
    )
    listed_tasks: float = number(
        240.0,
        unit="tasks per week",
        low=0,
        high=5000,
        evidence="assumption",
        source="C6",
        meaning="volunteer tasks that the platform lists, in the whole community",
        lever=True,
        volume=True,
    )
    sessions_per_year: float = number(
        30.0,
        unit="sessions per year",
        low=0,
        high=520,
        evidence="fact",
        source="C9",
        meaning="volunteer sessions of Party members",
        lever=True,
    )
    served_per_member: float = number(
        6.0,
        unit="persons per act",
        low=0,
        high=50,
        evidence="calibrated",
        source="C9",
        meaning="residents served by one member's act in a session week",
    )


@each(Residents, where="party")
def hear_call(r: Residents, p: PartyVanguard) -> None:
    """Be called by the branch to volunteer and to come to events, as an organised member (P3)."""
    r.call[VOLUNTEER] += numerics.millionths(reach.hazard(p.branch_call))
    r.call[EVENT] += numerics.millionths(reach.hazard(p.event_call))


@dataclass
class State:
    """Sessions held this week and the persons they served."""

    sessions: int = 0
    served: float = 0.0


def begin(community: Community) -> State:
    """Start with no session."""
    return State()


def publish(community: Community) -> None:
    """List tasks and let the branches call."""
    list_tasks(community)
    hear_call(community)


def list_tasks(community: Community) -> None:
    """List the platform's tasks."""
    p, week = community.numbers.party_vanguard, community.state.participation
    week.task_slots += round(float(p.listed_tasks * community.extent))


@loop
def members_acting(residents: Residents, bit: Any) -> int:
    """Count organised Party members who volunteered this week."""
    count = 0
    for i in range(len(residents.party)):
        if residents.party[i] > 0 and residents.acted[i] & bit:
            count += 1
    return count


def reward(community: Community) -> None:
    """Hold this week's sessions: members' volunteering then serves residents directly."""
    p, state = community.numbers.party_vanguard, community.state.party_vanguard
    state.sessions = sum(events.how_many(community, SESSIONS, float(p.sessions_per_year) / 52.0))
    acting = members_acting(community.residents, 1 << VOLUNTEER) if state.sessions else 0
    state.served = acting * float(p.served_per_member)


RECORDS = {
    "party_sessions": outcome(
        unit="sessions", meaning="volunteer sessions of Party members", over_time="sum"
    ),
    "party_served": outcome(
        unit="person-times",
        meaning="residents served in Party members' sessions",
        over_time="sum",
        scaled=True,
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return sessions and persons served; none while the platform is off."""
    state, on = community.state.party_vanguard, community.active("party_vanguard")
    return {
        "party_sessions": float(state.sessions * on),
        "party_served": float(state.served * on),
    }
