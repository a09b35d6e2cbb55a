"""Outreach: personal contacts, a given number a week, at random or to chosen residents.

A contact is chosen by an addressed draw of each resident's own, so that one more contact a week
changes nobody else's luck. `active` is the placebo: it calls on those who already take part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import numerics, randomness
from sim.columns import DELIBERATE, ELDERLY, EVENT, VOLUNTEER, YUAN, Residents
from sim.compiled import rule
from sim.declare import choice, number, switch, whole
from sim.records import outcome
from sim.rules import reach
from sim.steps import each

if TYPE_CHECKING:
    from sim.model import Community

CONTACT = randomness.decision("outreach.contact")
RANDOM, INACTIVE, OFFLINE, ACTIVE, TO_ELDERLY, TO_MIGRANT = 0, 1, 2, 3, 4, 5


class Outreach(NamedTuple):
    """Levers of outreach."""

    on: bool = switch(False, source="H1", meaning="residents are contacted personally")
    starts: int = whole(
        0,
        unit="week of the programme",
        low=0,
        high=520,
        evidence="assumption",
        source="H1",
        meaning="from when residents are contacted",
        lever=True,
    )
    contacts: float = number(
        100.0,
        unit="contacts per week",
        low=0,
        high=5000,
        evidence="assumption",
        source="E54",
        meaning="personal contacts in the whole community",
        lever=True,
        volume=True,
    )
    target: int = choice(
        "inactive",
        ("random", "inactive", "offline", "active", "elderly", "migrant"),
        source="H1, H3.2",
        meaning="whom contacts go to: anybody, those without an act in 16 weeks, those offline, (placebo) those already active, those aged 60 and over, or migrants",
    )
    chance: float = number(
        0.6,
        unit="chance per contact",
        low=0,
        high=1,
        evidence="literature",
        source="E54",
        meaning="that a contacted resident hears of an offer",
    )
    contact_cost: float = number(
        20.0,
        unit="yuan per contact",
        low=0,
        high=200,
        evidence="literature",
        source="E54",
        meaning="of one personal contact",
        sweep=(20, 80),
    )


@rule
def eligible(r: Residents, p: Outreach) -> Any:
    """Whether outreach of this target may call on a resident."""
    active = r.history != np.uint64(0)
    by_acts = (p.target == INACTIVE and not active) or (p.target == ACTIVE and active)
    elderly = p.target == TO_ELDERLY and r.age == ELDERLY
    migrant = p.target == TO_MIGRANT and r.migrant
    offline = p.target == OFFLINE and not r.online
    return p.target == RANDOM or by_acts or elderly or migrant or offline


@rule
def share(contacts: Any, eligible_count: Any) -> Any:
    """Chance of each eligible resident to be contacted this week."""
    return min(contacts / np.float32(max(eligible_count, 1)), 1.0)


@each(Residents)
def is_wanted(r: Residents, p: Outreach) -> Any:
    """Return whether outreach, as it is aimed, may call on the resident."""
    return eligible(r, p)


@each(Residents)
def be_contacted(r: Residents, p: Outreach, now: Community, chance: Any, hazard: Any) -> Any:
    """Be contacted personally, or not; return whether it happens.

    `chance` is that of each resident who is wanted; `hazard`, in millionths, what a contact adds
    to that of hearing of an offer.
    """
    drawn = randomness.draw(now.seed, CONTACT, now.week, r.row) < chance
    contacted = eligible(r, p) and drawn
    if contacted:
        r.contacted = True
        r.call[EVENT] += hazard
        r.call[VOLUNTEER] += hazard
        r.call[DELIBERATE] += hazard
    return contacted


@dataclass
class State:
    """Contacts made this week."""

    contacts: int = 0


def begin(community: Community) -> State:
    """Start with no contact."""
    return State()


def publish(community: Community) -> None:
    """Contact residents, as many as the fund pays for."""
    pay(community, be_contacted(community, *chances(community, is_wanted(community))))


def chances(community: Community, eligible_count: int) -> tuple[Any, Any]:
    """Return each eligible resident's chance of a contact, and a contact's hazard in millionths."""
    p = community.numbers.outreach
    capacity = p.contacts * community.accounts.funding * community.extent
    chance = np.float32(share(capacity, eligible_count))
    return chance, numerics.millionths(reach.hazard(p.chance))


def pay(community: Community, made: int) -> None:
    """Note and pay the contacts made."""
    community.state.outreach.contacts = made
    cost = made * float(community.numbers.outreach.contact_cost) * YUAN
    community.accounts.transfer("fund", "staff", round(cost), "outreach")


RECORDS = {
    "contacts": outcome(
        unit="contacts", meaning="personal contacts made", over_time="sum", scaled=True
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the contacts made; none while outreach is off."""
    return {"contacts": float(community.state.outreach.contacts * community.active("outreach"))}
