"""Offline channel: posters, paper ledgers and counter service for those whom no screen reaches.

It asks everybody, online or not, and lets points be earned and spent without a telephone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.columns import YUAN
from sim.declare import number, switch, whole
from sim.rules import reach

if TYPE_CHECKING:
    from sim.model import Community


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
        sweep=(0.075, 0.3),
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
    p, week = community.numbers.offline_channel, community.state.participation
    funding = community.accounts.funding
    week.paper = np.float32(week.paper + reach.hazard(p.chance) * funding)
    cost = float(p.weekly_cost * funding * community.extent)
    community.accounts.transfer("fund", "suppliers", round(cost * YUAN), "offline_channel")
