"""Offline channel: posters, paper ledgers and counter service for those whom no screen reaches.

It asks everybody, online or not, and lets points be earned and spent without a telephone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim import numerics
from sim.columns import DELIBERATE, EVENT, VOLUNTEER, YUAN
from sim.declare import number, switch, whole
from sim.mechanisms.co_consultation import call_on
from sim.rules import reach

if TYPE_CHECKING:
    from sim.model import Community


MODES_ANNOUNCED = (EVENT, VOLUNTEER, DELIBERATE)


class OfflineChannel(NamedTuple):
    """Levers of the offline channel."""

    on: bool = switch(False, source="H1", meaning="offers are also made on paper and at a counter")
    starts: int = whole(
        0,
        unit="week of the programme",
        low=0,
        high=520,
        evidence="assumption",
        source="H1",
        meaning="from when the channel works",
        lever=True,
    )
    chance: float = number(
        0.15,
        unit="chance per offer",
        low=0,
        high=0.6,
        evidence="assumption",
        source="S5",
        meaning="that a resident notices an offer on paper or at the counter",
    )
    weekly_cost: float = number(
        600.0,
        unit="yuan per week",
        low=0,
        high=20000,
        evidence="assumption",
        source="S13",
        meaning="for printing and for the counter, in the whole community",
    )


def publish(community: Community) -> None:
    """Put up posters for whatever is on offer, as far as the fund pays."""
    for mode in MODES_ANNOUNCED:
        call_on(community.residents, mode, notice(community))
    pay(community)


def notice(community: Community) -> Any:
    """Return the hazard, in millionths, of noticing an offer on paper or at the counter."""
    p = community.numbers.offline_channel
    return numerics.millionths(reach.hazard(p.chance) * community.accounts.funding)


def pay(community: Community) -> None:
    """Pay for printing and for the counter."""
    p = community.numbers.offline_channel
    cost = float(p.weekly_cost * community.accounts.funding * community.extent)
    community.accounts.transfer("fund", "suppliers", round(cost * YUAN), "offline_channel")
