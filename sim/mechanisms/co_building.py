"""Co-building of supporting facilities (M2): the complex, its hours, rooms and projects.

On: the complex opens in its week, services move from outside into the community, rooms are given
to craftsmen and public-benefit partners, and joint meetings turn needs into projects. Part of the
complex's capacity goes to the people around the community, for whom it is built as well. Off: no
complex, no rooms, no projects. Facts D2, F5, F6, A14; equation S4 of docs/odd.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import CRAFTSMAN, DOMAINS, PARTNER, PUBLIC_BENEFIT, PartnerRows
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, start, switch, vector, whole
from sim.engine.randomness import decision, lot
from sim.records import outcome

if TYPE_CHECKING:
    from sim.model import Community

ROOM = decision("co_building.room")


class CoBuilding(NamedTuple):
    """The complex: when it opens, what it offers, and who else uses it."""

    on: bool = switch(True, source="D2").means(
        "facilities are built and run together", "设施共同建设、共同运营"
    )
    starts: int = start("T4", lever=False).means(
        "when co-building begins", "配套共建从项目第几周开始"
    )
    opening: int = whole(
        39, "week of the programme", 0, 520, "assumption", "T17", lever=True
    ).means("when the complex opens (swept 26 to 78)", "综合体在项目第几周开放")
    hours: tuple[float, ...] = vector(
        {
            "medical": 1000.0,
            "eldercare": 160.0,
            "childcare": 160.0,
            "repair": 60.0,
            "administration": 0.0,
        },
        "hours per week",
        0,
        20000,
        "assumption",
        "F5, F6",
        volume=True,
    ).means(
        "of service that the complex can give, before others take their share",
        "综合体可提供的服务工时，扣除他人使用之前",
    )
    catchment: float = number(0.33, "share of capacity", 0, 0.67, "assumption", "A14").means(
        "that the people around the community take", "周边居民占用的容量比例"
    )
    rooms: int = whole(12, "rooms", 0, 200, "assumption", "E4, E5", lever=True, volume=True).means(
        "in the complex for craftsmen and public-benefit partners, at low or no rent",
        "综合体内低租或免租给匠人与公益合伙人的房间数",
    )


@dataclass
class State:
    """float32[domain], hours per week that the complex has for residents; rooms given so far."""

    hours: Any
    rooms_given: int


def begin(community: Community) -> State:
    """No complex yet."""
    return State(hours=np.zeros(len(DOMAINS), np.float32), rooms_given=0)


@rule
def hours_for_residents(p: CoBuilding, domain: Any, scale: Any) -> Any:
    """Hours per week that the complex has for the community's own residents."""
    return p.hours[domain] * (1.0 - p.catchment) * scale


@loop
def furnish(p: CoBuilding, scale: Any, hours: Any) -> None:
    """Write the hours that the complex has for residents, domain by domain."""
    for domain in range(len(hours)):
        hours[domain] = hours_for_residents(p, domain, scale)


@loop
def list_waiting(partners: PartnerRows, rows: Any) -> int:
    """Write the partners who live on space and have none; return how many."""
    waiting = 0
    for row in range(len(partners.stage)):
        lives_on_space = partners.kind[row] == CRAFTSMAN or partners.kind[row] == PUBLIC_BENEFIT
        if partners.stage[row] == PARTNER and lives_on_space and not partners.space[row]:
            rows[waiting] = row
            waiting += 1
    return waiting


def open_week(community: Community) -> None:
    """Open the complex when its week has come; give free rooms in the order of lots."""
    state, p = community.state.co_building, community.numbers.co_building
    community.facility_open = community.programme_week >= int(p.opening)
    if not community.facility_open:
        return
    furnish(p, community.extent, state.hours)
    give_rooms(community)


def give_rooms(community: Community) -> None:
    """Give rooms that are left to partners who live on space and have none."""
    state, partners = community.state.co_building, community.partners
    left = int(community.numbers.co_building.rooms) - state.rooms_given
    if left <= 0:
        return
    rows = np.empty(len(partners.stage), np.int64)
    waiting = rows[: list_waiting(partners, rows)]
    if not len(waiting):
        return
    lots = [int(lot(community.seed, ROOM, community.week, int(row))) for row in waiting]
    chosen = waiting[np.argsort(lots, kind="stable")[:left]]
    partners.space[chosen] = True
    state.rooms_given += len(chosen)


RECORDS = {
    "complex_open": outcome("0-1", "last").means("whether the complex is open", "综合体是否开放"),
    "rooms_given": outcome("rooms", "last").means(
        "rooms given to partners in the complex so far", "至今提供给合伙人的综合体房间"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return whether the complex is open and how many rooms it gave."""
    return {
        "complex_open": float(community.facility_open),
        "rooms_given": float(community.state.co_building.rooms_given),
    }
