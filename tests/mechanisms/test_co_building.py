"""The complex: when it opens, what it has for residents, and who gets its rooms."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import CRAFTSMAN, DOMAINS, ENTERPRISE, MEDICAL, PARTNER, PartnerRows, allocate
from sim.headings import values_of
from sim.mechanisms import co_building

F = np.float32
P = values_of(co_building.CoBuilding)


def community(week: int, partners: int = 0, p: Any = P) -> Any:
    """Return what the mechanism sees of a community in a week of the programme."""
    table = allocate(PartnerRows, partners)
    table.stage[:] = PARTNER
    table.kind[:] = CRAFTSMAN
    world = SimpleNamespace(
        partners=table,
        numbers=SimpleNamespace(co_building=p),
        programme_week=week,
        week=week + 52,
        seed=np.uint64(1),
        extent=F(0.5),
        facility_open=False,
    )
    world.state = SimpleNamespace(co_building=co_building.begin(world))
    return world


def test_the_complex_opens_in_its_week_and_not_before() -> None:
    for week, is_open in ((0, False), (38, False), (39, True), (100, True)):
        world = community(week)
        co_building.open_week(world)
        assert world.facility_open is is_open
        assert co_building.observe(world)["complex_open"] == is_open


def test_residents_have_what_the_catchment_leaves() -> None:
    assert co_building.hours_for_residents(P, MEDICAL, F(1)) == pytest.approx(1000 * 0.67, rel=1e-5)


@given(st.floats(0, 0.625, width=32), st.floats(0, 10, width=32))
def test_hours_for_residents_are_never_negative(catchment: float, scale: float) -> None:
    p = P._replace(catchment=F(catchment))
    for domain in range(len(DOMAINS)):
        hours = co_building.hours_for_residents(p, domain, F(scale))
        assert hours >= 0
        assert isinstance(hours, np.float32)


def test_no_more_rooms_are_given_than_there_are() -> None:
    world = community(50, partners=20)
    for week in range(50, 60):
        world.week = week
        co_building.open_week(world)
    assert world.partners.space.sum() == P.rooms == world.state.co_building.rooms_given


def test_enterprises_get_no_rooms_and_nobody_does_before_the_opening() -> None:
    world = community(50, partners=5)
    world.partners.kind[:2] = ENTERPRISE
    co_building.open_week(world)
    assert world.partners.space.tolist() == [False, False, True, True, True]
    world = community(10, partners=5)
    co_building.open_week(world)
    assert not world.partners.space.any()
