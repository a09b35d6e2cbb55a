"""Cultural co-integration (M5): partners and residents hold brand events together.

Path: events -> attendance -> ties, norms and reach; its cultural products vary the exchange
shop's catalogue. Off: only the events that come about by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.columns import YUAN
from sim.engine import randomness
from sim.engine.declare import number, start, switch
from sim.records import outcome
from sim.rules import events

if TYPE_CHECKING:
    from sim.model import Community

BRANDS = 4  # four brand series are named in the case (D5)
SCHEDULE = randomness.decision("co_culture.schedule")
BRAND = randomness.decision("co_culture.brand")


class CoCulture(NamedTuple):
    """Levers of organised culture."""

    on: bool = switch(True, source="D5").means(
        "events are organised and cultural goods made", "组织活动并制作文创产品"
    )
    starts: int = start("A22").means("from when events are organised", "文化共融从项目第几周开始")
    events_per_week: float = number(
        4.7, "events per week", 0, 40, "assumption", "F1, T7", lever=True, volume=True
    ).means(
        "organised in the whole community; with those by chance 540 in two years",
        "全社区组织的活动（与自发活动合计两年 540 场）",
    )
    event_cost: float = number(300.0, "yuan per event", 0, 20000, "assumption", "S13").means(
        "that the fund pays for an organised event", "基金为一场活动支付的费用"
    )


def publish(community: Community) -> None:
    """Hold this week's organised events, as many as the fund can pay for."""
    p = community.numbers.co_culture
    expected = p.events_per_week * community.accounts.funding
    counts = events.how_many(community, SCHEDULE, expected)
    brand = int(randomness.lot_one(community.seed, BRAND, community.week, 0)) % BRANDS
    events.plan(community, 1, counts, brand)
    cost = round(sum(counts) * float(p.event_cost) * YUAN * float(community.scale))
    community.accounts.transfer("fund", "suppliers", cost, "events")


RECORDS = {
    "companions": outcome("person-times", "sum", scaled=True).means(
        "children at events", "参加活动的儿童人次"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the children who came along."""
    return {"companions": float(community.state.participation.companions_now)}
