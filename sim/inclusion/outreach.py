"""Outreach: personal contacts, a given number a week, at random or to chosen residents.

A contact is chosen by an addressed draw of each resident's own, so that one more contact a week
changes nobody else's luck. `active` is the placebo: it calls on those who already take part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import DELIBERATE, ELDERLY, EVENT, VOLUNTEER, YUAN, Residents
from sim.engine import numerics, randomness
from sim.engine.compiled import rule
from sim.engine.declare import choice, number, start, switch
from sim.engine.steps import each
from sim.records import outcome
from sim.rules import reach

if TYPE_CHECKING:
    from sim.model import Community

CONTACT = randomness.decision("outreach.contact")
RANDOM, INACTIVE, OFFLINE, ACTIVE, TO_ELDERLY, TO_MIGRANT = 0, 1, 2, 3, 4, 5


class Outreach(NamedTuple):
    """Levers of outreach."""

    on: bool = switch(False, source="H1").means(
        "residents are contacted personally", "上门联系居民"
    )
    starts: int = start("H1").means("from when residents are contacted", "上门动员从项目第几周开始")
    contacts: float = number(
        100.0, "contacts per week", 0, 5000, "assumption", "E54", lever=True, volume=True
    ).means("personal contacts in the whole community", "全社区上门联系的人次")
    target: int = choice(
        "inactive",
        ("random", "inactive", "offline", "active", "elderly", "migrant"),
        source="H1, H3.2",
    ).means(
        "whom contacts go to: anybody, those without an act in 16 weeks, those offline, (placebo) those already active, those aged 60 and over, or migrants",
        "联系对象：任何人、16 周未参与者、不上网者、（安慰剂）已活跃者、60 岁及以上者、或流动人口",
    )
    chance: float = number(0.6, "chance per contact", 0, 1, "literature", "E54").means(
        "that a contacted resident hears of an offer", "被联系的居民得知一次邀请的概率"
    )
    persuasion: float = number(0.7, "log-odds", 0, 3, "literature", "E54").means(
        "by which an ask in person is more convincing than any other, in the week of the contact",
        "上门当周，当面邀请比其他邀请更有说服力的程度",
    )
    contact_cost: float = number(
        20.0, "yuan per contact", 0, 200, "literature", "E54", sweep=(20, 80)
    ).means("of one personal contact", "上门联系一次的费用")


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
        persuaded = numerics.millionths(p.persuasion)
        r.pull[EVENT] += persuaded
        r.pull[VOLUNTEER] += persuaded
        r.pull[DELIBERATE] += persuaded
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
    "contacts": outcome("contacts", "sum", scaled=True).means(
        "personal contacts made", "上门联系的人次"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the contacts made; none while outreach is off."""
    return {"contacts": float(community.state.outreach.contacts * community.active("outreach"))}
