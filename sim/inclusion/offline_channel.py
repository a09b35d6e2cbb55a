"""Offline channel: posters, paper ledgers and counter service for those whom no screen reaches.

It asks everybody, online or not, and lets points be earned and spent without a telephone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.columns import YUAN
from sim.engine.declare import number, start, switch
from sim.rules import reach

if TYPE_CHECKING:
    from sim.model import Community


class OfflineChannel(NamedTuple):
    """Levers of the offline channel."""

    on: bool = switch(False, source="H1").means(
        "offers are also made on paper and at a counter", "邀请也通过纸质材料和服务窗口发出"
    )
    starts: int = start("H1").means("from when the channel works", "线下渠道从项目第几周开始")
    chance: float = number(
        0.15, "chance per offer", 0, 0.6, "assumption", "S5", sweep=(0.075, 0.3)
    ).means(
        "that a resident notices an offer on paper or at the counter",
        "居民在纸质材料或窗口注意到一次邀请的概率",
    )
    weekly_cost: float = number(600.0, "yuan per week", 0, 20000, "assumption", "S13").means(
        "for printing and for the counter, in the whole community", "全社区印制与窗口值守的费用"
    )


def publish(community: Community) -> None:
    """Put up posters for whatever is on offer, as far as the fund pays."""
    p, offers = community.numbers.offline_channel, community.offers
    funding = community.accounts.funding
    offers.paper = np.float32(offers.paper + reach.hazard(p.chance) * funding)
    cost = float(p.weekly_cost * funding * community.extent)
    community.accounts.transfer("fund", "suppliers", round(cost * YUAN), "offline_channel")
