"""Outreach: personal contacts, a given number a week, at random or to chosen residents.

A contact is chosen by an addressed draw of each resident's own, so that one more contact a week
changes nobody else's luck. `active` is the placebo: it calls on those who already take part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import numerics, randomness
from sim.columns import DELIBERATE, ELDERLY, EVENT, VOLUNTEER, YUAN
from sim.compiled import loop, rule
from sim.declare import choice, number, switch, whole
from sim.records import outcome
from sim.rules import reach

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
def eligible(target: Any, online: Any, active: Any, elderly: Any, migrant: Any) -> Any:
    """Whether outreach of this target may call on a resident."""
    by_acts = (target == INACTIVE and not active) or (target == ACTIVE and active)
    by_group = (target == TO_ELDERLY and elderly) or (target == TO_MIGRANT and migrant)
    return target == RANDOM or by_acts or by_group or (target == OFFLINE and not online)


@rule
def share(contacts: Any, eligible_count: Any) -> Any:
    """Chance of each eligible resident to be contacted this week."""
    return min(contacts / np.float32(max(eligible_count, 1)), 1.0)


@loop
def count_eligible(residents: Any, target: Any) -> int:
    """Count whom this outreach may call on."""
    count = 0
    for i in range(len(residents.age)):
        if eligible(
            target,
            residents.online[i],
            residents.history[i] != np.uint64(0),
            residents.age[i] == ELDERLY,
            residents.migrant[i],
        ):
            count += 1
    return count


@loop
def contact(residents: Any, target: Any, chance: Any, hazard: Any, seed: Any, week: Any) -> int:
    """Contact each eligible resident with the given chance; return how many were."""
    contacted = 0
    for i in range(len(residents.age)):
        wanted = eligible(
            target,
            residents.online[i],
            residents.history[i] != np.uint64(0),
            residents.age[i] == ELDERLY,
            residents.migrant[i],
        )
        if wanted and randomness.draw(seed, CONTACT, week, i) < chance:
            residents.contacted[i] = True
            residents.call[EVENT, i] += hazard
            residents.call[VOLUNTEER, i] += hazard
            residents.call[DELIBERATE, i] += hazard
            contacted += 1
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
    p, residents = community.numbers.outreach, community.residents
    chance, hazard = chances(community, count_eligible(residents, p.target))
    pay(community, contact(residents, p.target, chance, hazard, community.seed, community.week))


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
