"""Community events: a few by chance, more where culture is organised, and how they are liked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import EventRows
from sim.engine import randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, whole

if TYPE_CHECKING:
    from sim.model import Community

SPONTANEOUS = randomness.decision("events.spontaneous")
QUALITY = randomness.decision("events.quality")
SERIES, MOST_EVENTS = 10, 1000  # room in the addresses of events' draws


class Events(NamedTuple):
    """What an event is, whoever holds it."""

    spontaneous: float = number(
        0.5, "events per week", 0, 20, "assumption", "S10", volume=True
    ).means(
        "held by residents of their own accord, in the whole community", "全社区居民自发举办的活动"
    )
    capacity: int = whole(150, "adults", 1, 100000, "assumption", "F2").means(
        "that one event has room for", "一场活动可容纳的成年人数"
    )
    quality: float = number(0.65, "0-1", 0, 1, "assumption", "S10").means(
        "how well an event is experienced on average", "活动的平均体验"
    )
    quality_spread: float = number(0.3, "0-1", 0, 1, "assumption", "S10").means(
        "width of the range of event qualities", "活动质量的变动范围"
    )


@rule
def event_quality(p: Events, chance: Any) -> Any:
    """Quality of one event, in [0, 1], given the addressed draw `chance`."""
    return min(max(p.quality + p.quality_spread * (chance - 0.5), 0.0), 1.0)


@loop
def draw_counts(expected: Any, decision: Any, week: Any, seed: Any, counts: Any) -> None:
    """Write how many of something happen in each territory."""
    for place in range(len(counts)):
        counts[place] = randomness.poisson(expected, randomness.draw(seed, decision, week, place))


def how_many(community: Community, decision: Any, expected: Any) -> list[int]:
    """Return how many of something happen this week in each territory, Poisson by itself."""
    counts = np.empty(community.communities, np.int64)
    draw_counts(np.float32(expected), decision, community.week, community.seed, counts)
    return counts.tolist()


@dataclass
class State:
    """This week's events.

    Attributes:
        planned: series, count in each territory, and brand; a series tells organisers apart.
        first, count: int64[territory], rows of the events held there.
    """

    planned: list[tuple[int, list[int], int]]
    first: Any
    count: Any

    @property
    def row(self) -> int:
        """Row of this week's first event."""
        return int(self.first[0])

    @property
    def held(self) -> int:
        """How many events are held this week."""
        return int(self.count.sum())


def begin(community: Community) -> State:
    """Start with nothing planned."""
    places = community.communities
    return State(planned=[], first=np.zeros(places, np.int64), count=np.zeros(places, np.int64))


def open_week(community: Community) -> None:
    """Forget last week's plans and events."""
    state: State = community.state.events
    state.planned.clear()
    state.first[:] = community.events.count
    state.count[:] = 0


def plan(community: Community, series: int, counts: list[int], brand: int) -> None:
    """Plan events of a brand for this week, so many in each territory."""
    community.state.events.planned.append((series, counts, brand))


@loop
def append_events(
    events: EventRows,
    first: Any,
    count: Any,
    p: Events,
    brand: Any,
    capacity: Any,
    address: Any,
    week: Any,
    seed: Any,
) -> None:
    """Add a row for each of a series of events, for which there must be room."""
    for event in range(count):
        chance = randomness.draw(seed, QUALITY, week, address + event)
        events.week[first + event] = week
        events.brand[first + event] = brand
        events.capacity[first + event] = capacity
        events.quality[first + event] = event_quality(p, chance)


def hold(community: Community, place: int, series: int, count: int, brand: int) -> None:
    """Add a series of events in one territory to this week."""
    p = community.numbers.events
    append_events(
        community.events.reserve(count),
        community.events.count,
        count,
        p,
        brand,
        max(round(float(p.capacity) * float(community.scale)), 1),
        (place * SERIES + series) * MOST_EVENTS,
        community.week,
        community.seed,
    )
    community.events.count += count


def publish(community: Community) -> None:
    """Hold the events that come about by chance."""
    plan(community, 0, how_many(community, SPONTANEOUS, community.numbers.events.spontaneous), 0)


def value(community: Community) -> None:
    """Hold what was planned, territory by territory and series by series."""
    state = community.state.events
    for place in range(community.communities):
        state.first[place] = community.events.count
        for series, counts, brand in sorted(state.planned):
            if counts[place]:
                hold(community, place, series, counts[place], brand)
        state.count[place] = community.events.count - state.first[place]
