"""The Party-vanguard platform (P3): a task list, the branch's call, and volunteer sessions.

Path: branches ask their members -> acts rise, mostly of those already active; the points exchange
hangs on this platform. Off: no branch calls, no listed tasks, no points (unless they stand alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.columns import (
    EVENT,
    VOLUNTEER,
    Residents,
)
from sim.engine import numerics, randomness
from sim.engine.compiled import loop
from sim.engine.declare import number, start, switch
from sim.engine.steps import each
from sim.records import outcome
from sim.rules import events, reach

if TYPE_CHECKING:
    from sim.model import Community

SESSIONS = randomness.decision("party_vanguard.sessions")


class PartyVanguard(NamedTuple):
    """Levers of the platform."""

    on: bool = switch(True, source="C6").means(
        "branches call their members and list tasks", "党支部动员党员并列出任务清单"
    )
    starts: int = start("A22").means("from when the platform works", "党员先锋平台从项目第几周开始")
    branch_call: float = number(
        0.10, "chance per week", 0.05, 0.8, "calibrated", "C8", lever=True, sweep=(0.05, 0.4)
    ).means(
        "that an organised Party member is asked by the branch to volunteer",
        "组织内党员每周被支部邀请参加志愿服务的概率",
    )
    event_call: float = number(
        0.10, "chance per event week", 0, 0.8, "assumption", "C6", lever=True, sweep=(0.05, 0.2)
    ).means(
        "that an organised Party member is asked by the branch to come to an event",
        "组织内党员被支部邀请参加活动的概率",
    )
    listed_tasks: float = number(
        240.0, "tasks per week", 0, 5000, "assumption", "C6", lever=True, volume=True
    ).means(
        "volunteer tasks that the platform lists, in the whole community",
        "平台在全社区列出的志愿任务",
    )
    sessions_per_year: float = number(
        30.0, "sessions per year", 0, 520, "fact", "C9", lever=True
    ).means("volunteer sessions of Party members", "党员志愿服务场次")
    served_per_member: float = number(6.0, "persons per act", 0, 50, "calibrated", "C9").means(
        "residents served by one member's act in a session week",
        "服务周内一名党员一次行动服务的居民数",
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
    p, offers = community.numbers.party_vanguard, community.offers
    offers.tasks += round(float(p.listed_tasks * community.extent))


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
    "party_sessions": outcome("sessions", "sum").means(
        "volunteer sessions of Party members", "党员志愿服务场次"
    ),
    "party_served": outcome("person-times", "sum", scaled=True).means(
        "residents served in Party members' sessions", "党员服务场次中服务的居民人次"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return sessions and persons served; none while the platform is off."""
    state, on = community.state.party_vanguard, community.active("party_vanguard")
    return {
        "party_sessions": float(state.sessions * on),
        "party_served": float(state.served * on),
    }
