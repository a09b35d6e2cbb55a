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
        0.25, "chance per posting", 0, 0.95, "assumption", "S5", sweep=(0.125, 0.5)
    ).means(
        "that a resident who looks at paper or the counter in a week notices a posting there",
        "当周查看纸质材料或窗口的居民注意到一条信息的概率",
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
