"""Cultural co-integration (M5): partners and residents hold brand events together.

Path: events -> attendance -> ties, norms and reach; its cultural products vary the exchange
shop's catalogue. Off: only the events that come about by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim import randomness
from sim.columns import YUAN
from sim.declare import number, switch, whole
from sim.records import outcome
from sim.rules import events

if TYPE_CHECKING:
    from sim.model import Community

BRANDS = 4  # four brand series are named in the case (D5)
SCHEDULE = randomness.decision("co_culture.schedule")
BRAND = randomness.decision("co_culture.brand")


class CoCulture(NamedTuple):
    """Levers of organised culture."""

    on: bool = switch(True, source="D5", meaning="events are organised and cultural goods made")
    starts: int = whole(
        0,
        unit="week of the programme",
        low=0,
        high=520,
        evidence="assumption",
        source="A22",
        meaning="from when events are organised",
        lever=True,
    )
    events_per_week: float = number(
        4.7,
        unit="events per week",
        low=0,
        high=40,
        evidence="assumption",
        source="F1, T7",
        meaning="organised in the whole community; with those by chance 540 in two years",
        lever=True,
        volume=True,
    )
    event_cost: float = number(
        300.0,
        unit="yuan per event",
        low=0,
        high=20000,
        evidence="assumption",
        source="S13",
        meaning="that the fund pays for an organised event",
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
    "companions": outcome(
        unit="person-times", meaning="children at events", over_time="sum", scaled=True
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the children who came along."""
    return {"companions": float(community.state.participation.companions_now)}
