"""Matching and serving needs: known answers, order, conservation, and what more hours do."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.columns import (
    BY_COMMITTEE,
    BY_FACILITY,
    CHILDCARE,
    DOMAINS,
    ELDERCARE,
    MEDICAL,
    NEED_CLOSED,
    NEED_EXPIRED,
    NEED_FOUND,
    PARTNER,
    REPAIR,
    NeedRows,
    PartnerRows,
    ProjectRows,
    Residents,
    allocate,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.rules import place, service

F = np.float32
SEED = np.uint64(7)
NUMBERS = values_of(service.Service)
PLACE = values_of(place.Place)
NEAR = PLACE._replace(distance_decay=F(0))


def make(
    domains: Any,
    urgent: Any = None,
    hours: float = 2.0,
    partners: int = 2,
    partner_hours: float = 0.0,
    facility: float = 0.0,
    volunteers: float = 0.0,
    staff: float = 0.0,
) -> SimpleNamespace:
    """Return a small queue: one resident per need, each need found in week 1."""
    count = len(domains)
    world = SimpleNamespace(
        needs=allocate(NeedRows, max(count, 1)),
        residents=allocate(Residents, max(count, 1)),
        partners=allocate(PartnerRows, partners),
        hours=np.zeros(service.PARTNERS_AT + partners, F),
        queue=np.arange(count, dtype=np.int64),
        count=count,
    )
    world.needs.owner[:count] = np.arange(count)
    world.needs.domain[:count] = domains
    world.needs.urgent[:count] = False if urgent is None else urgent
    world.needs.stage[:] = NEED_FOUND
    world.needs.born[:] = 0
    world.needs.found[:] = 1
    world.needs.hours[:] = hours
    world.needs.hours_left[:] = hours
    world.partners.stage[:] = PARTNER
    world.partners.ability[:] = 0.6
    world.partners.quality[:] = 0.7
    world.hours[: service.VOLUNTEERS_AT] = facility
    world.hours[service.VOLUNTEERS_AT] = volunteers
    world.hours[service.STAFF_AT : service.PARTNERS_AT] = staff
    world.hours[service.PARTNERS_AT :] = partner_hours
    return world


def serve(
    world: SimpleNamespace,
    p: Any = NUMBERS,
    p_place: Any = NEAR,
    is_open: bool = True,
    barrier: float = 0.0,
    week: int = 2,
) -> None:
    service.serve_queue(
        world.queue,
        world.count,
        world.needs,
        world.residents,
        world.partners,
        world.hours,
        p,
        p_place,
        is_open,
        F(barrier),
        week,
        SEED,
    )


def match_all(world: SimpleNamespace, partner: int = 0) -> None:
    world.needs.matched[:] = True
    world.needs.partner[:] = partner


# --- Rules ---------------------------------------------------------------------------------------


def test_two_partners_of_known_ability_match_with_the_chance_of_the_formula() -> None:
    unmatched = F(1)
    for ability, commitment in ((0.6, 0.5), (0.4, 1.0)):
        unmatched = service.still_open(unmatched, F(ability), F(commitment), F(0.5))
    assert service.match_chance(unmatched) == pytest.approx(1 - 0.85 * 0.8, abs=1e-6)


def test_a_partner_asked_alone_agrees_below_the_product_of_ability_commitment_and_list() -> None:
    assert service.agrees(F(0.5), F(0.5), F(0.4), F(0.099))
    assert not service.agrees(F(0.5), F(0.5), F(0.4), F(0.101))


@given(st.floats(0, 50, width=32), st.floats(0, 50, width=32), st.floats(0, 50, width=32))
def test_nobody_gives_more_hours_than_wanted_needed_or_available(
    wanted: float, needed: float, available: float
) -> None:
    given_hours = service.granted(F(wanted), F(needed), F(available))
    assert given_hours == min(wanted, needed, available)


def test_only_care_for_body_and_child_is_bound_to_a_place() -> None:
    assert [bool(service.place_bound(domain)) for domain in range(5)] == [True] * 3 + [False] * 2


def test_only_low_income_residents_do_without_a_paid_service() -> None:
    assert service.does_without(F(0.3), True, F(0.2))
    assert not service.does_without(F(0.3), False, F(0.2))
    assert not service.does_without(F(0.0), True, F(0.0))


def test_half_of_the_found_needs_are_given_up_within_the_half_life() -> None:
    weekly = float(service.give_up_chance(NUMBERS))
    assert (1 - weekly) ** 26 == pytest.approx(0.5, abs=1e-4)


def test_quality_counts_each_provider_by_its_hours() -> None:
    half = service.blended(F(0), F(0.8), F(1), F(2))
    assert service.blended(half, F(0.6), F(1), F(2)) == pytest.approx(0.7, abs=1e-6)


@loop
def _compiled(p: Any, out: Any) -> None:
    out[0] = service.staff_hours(p, 4, np.float32(0.5))
    out[1] = service.give_up_chance(p)
    out[2] = service.slice_of(p, np.float32(6.0))
    out[3] = service.blended(np.float32(0.2), np.float32(0.8), np.float32(1.0), np.float32(4.0))


def test_rules_are_32_bits_and_the_same_compiled_as_in_python() -> None:
    out = np.zeros(4, F)
    _compiled(NUMBERS, out)
    plain = [
        service.staff_hours(NUMBERS, 4, F(0.5)),
        service.give_up_chance(NUMBERS),
        service.slice_of(NUMBERS, F(6)),
        service.blended(F(0.2), F(0.8), F(1), F(4)),
    ]
    assert all(isinstance(value, np.float32) for value in plain)
    assert out.tolist() == [float(value) for value in plain]


def test_staff_hours_add_up_to_posts_times_case_hours() -> None:
    total = sum(service.staff_hours(NUMBERS, d, F(0.1)) for d in range(len(DOMAINS)))
    assert total == pytest.approx(0.1 * NUMBERS.staff * NUMBERS.case_hours, rel=1e-5)


# --- Serving -------------------------------------------------------------------------------------


def test_with_nobody_else_only_the_committee_serves() -> None:
    world = make([MEDICAL, ELDERCARE, REPAIR], partners=0, staff=2.0)
    serve(world)
    assert (world.needs.stage == NEED_CLOSED).all()
    assert (world.needs.server == BY_COMMITTEE).all()
    assert (world.needs.helpers == 1 << BY_COMMITTEE).all()


def test_with_nobody_at_all_nothing_is_served() -> None:
    world = make([MEDICAL, ELDERCARE, REPAIR])
    serve(world)
    assert (world.needs.stage == NEED_FOUND).all()
    assert (world.needs.hours_left == 2).all()
    assert not world.needs.started.any()


def test_urgent_needs_go_before_older_ordinary_ones() -> None:
    world = make([REPAIR, REPAIR], urgent=[False, True], staff=2.0)
    serve(world)
    assert world.needs.stage.tolist() == [NEED_FOUND, NEED_CLOSED]


def test_ordinary_needs_are_served_in_the_order_of_the_queue() -> None:
    world = make([REPAIR, REPAIR, REPAIR], staff=5.0)
    world.queue[:] = [2, 0, 1]
    serve(world)
    assert world.needs.stage.tolist() == [NEED_CLOSED, NEED_FOUND, NEED_CLOSED]
    assert world.needs.hours_left.tolist() == [0, 1, 0]


def test_an_urgent_need_is_served_by_three_providers_in_its_first_week() -> None:
    world = make([ELDERCARE], urgent=True, hours=4, partner_hours=9, facility=9, volunteers=9)
    serve(world, p_place=PLACE)
    assert world.needs.stage[0] == NEED_CLOSED
    assert world.needs.providers[0] >= 3
    assert world.needs.first_service[0] - world.needs.found[0] <= 1


def test_an_urgent_need_is_served_at_home_however_far_the_service_is() -> None:
    far = PLACE._replace(outside_distance=F(20), distance_decay=F(2))
    world = make([MEDICAL], urgent=True, facility=9)
    serve(world, p_place=far, is_open=False)
    assert world.needs.server[0] == BY_FACILITY
    world = make([MEDICAL], urgent=True, facility=9)
    serve(world, p=NUMBERS._replace(home_service=False), p_place=far, is_open=False)
    assert world.needs.stage[0] == NEED_FOUND


def test_without_decay_distance_does_not_matter() -> None:
    near, far = make([CHILDCARE] * 20, facility=99), make([CHILDCARE] * 20, facility=99)
    far.residents.distance[:] = 50
    serve(near)
    serve(far)
    assert near.needs.stage.tolist() == far.needs.stage.tolist() == [NEED_CLOSED] * 20


def test_distance_keeps_some_from_a_facility_and_nobody_from_a_repair() -> None:
    world = make([MEDICAL] * 400, facility=1000)
    world.residents.distance[:] = 1
    world.residents.aware[:] = 1
    serve(world, p_place=PLACE)
    served = np.mean(world.needs.stage == NEED_CLOSED)
    assert served == pytest.approx(np.exp(-0.5), abs=0.08)
    world = make([REPAIR] * 50, facility=1000)
    world.residents.distance[:] = 20
    serve(world, p_place=PLACE)
    assert (world.needs.server == BY_FACILITY).all()


def test_low_income_residents_stay_unserved_only_where_the_fee_keeps_all_of_them_away() -> None:
    world = make([REPAIR, REPAIR], partner_hours=99)
    match_all(world)
    world.partners.market[0] = True
    world.residents.low_income[0] = True
    serve(world, barrier=1.0)
    assert world.needs.stage.tolist() == [NEED_FOUND, NEED_CLOSED]
    assert world.partners.customers[0] == 1


HOURS = st.floats(0, 30, width=32)
CASES = st.lists(
    st.tuples(st.integers(0, 4), st.booleans(), st.booleans(), st.floats(0.5, 6, width=32)),
    min_size=1,
    max_size=12,
)


def _from(cases: Any, facility: float, partner: float, volunteers: float, staff: float) -> Any:
    world = make(
        [case[0] for case in cases],
        urgent=[case[1] for case in cases],
        partner_hours=partner,
        facility=facility,
        volunteers=volunteers,
        staff=staff,
    )
    world.needs.matched[:] = [case[2] for case in cases]
    world.needs.hours[:] = [case[3] for case in cases]
    world.needs.hours_left[:] = world.needs.hours
    world.residents.distance[:] = 1.0
    return world


@settings(max_examples=40)
@given(CASES, HOURS, HOURS, HOURS, HOURS, st.integers(0, 3), st.floats(0, 20, width=32))
def test_more_hours_of_any_kind_never_serve_fewer(
    cases: Any,
    facility: float,
    partner: float,
    volunteers: float,
    staff: float,
    kind: int,
    more: float,
) -> None:
    hours = [facility, partner, volunteers, staff]
    world = _from(cases, *hours)
    hours[kind] += more
    richer = _from(cases, *hours)
    serve(world, p_place=PLACE)
    serve(richer, p_place=PLACE)
    closed, more_closed = world.needs.stage == NEED_CLOSED, richer.needs.stage == NEED_CLOSED
    assert not (closed & ~more_closed).any()


@settings(max_examples=40)
@given(CASES, HOURS, HOURS, HOURS, HOURS)
def test_hours_are_conserved_and_never_negative(
    cases: Any, facility: float, partner: float, volunteers: float, staff: float
) -> None:
    world = _from(cases, facility, partner, volunteers, staff)
    before = _all_hours(world)
    needed = float(world.needs.hours_left.sum())
    serve(world, p_place=PLACE)
    assert (world.hours >= 0).all()
    assert (world.needs.hours_left >= 0).all()
    assert before - _all_hours(world) == pytest.approx(
        needed - float(world.needs.hours_left.sum()), abs=1e-3
    )


def _all_hours(world: Any) -> float:
    return float(world.hours.sum(dtype=np.float64))


@settings(max_examples=40)
@given(CASES, HOURS, HOURS)
def test_a_closed_need_was_found_before_and_born_before_that(
    cases: Any, facility: float, staff: float
) -> None:
    world = _from(cases, facility, 5.0, 0.0, staff)
    serve(world, p_place=PLACE)
    done = world.needs.stage == NEED_CLOSED
    assert (world.needs.closed[done] >= world.needs.first_service[done]).all()
    assert (world.needs.first_service[done] >= world.needs.found[done]).all()
    assert (world.needs.found[done] >= world.needs.born[done]).all()
    assert (world.needs.hours_left[done] == 0).all()
    assert (world.needs.hours_left[~done] > 0).all()
    assert ((world.needs.quality >= 0) & (world.needs.quality <= 1)).all()


# --- Matching and the queue ----------------------------------------------------------------------


def _match(world: SimpleNamespace, quality: float = 1.0, urgent: bool = False) -> int:
    rows = len(world.partners.stage)
    chance, weight = np.zeros(len(DOMAINS), F), np.zeros((len(DOMAINS), rows), F)
    service.weigh_partners(
        world.partners, np.ones(rows, bool), np.full(len(DOMAINS), quality, F), chance, weight
    )
    return int(
        service.match_among_all(
            world.queue, world.count, world.needs, urgent, chance, weight, service.MEETING, 2, SEED
        )
    )


def test_a_meeting_without_partners_or_without_a_list_matches_nothing() -> None:
    assert _match(make([REPAIR] * 5, partners=0)) == 0
    assert _match(make([REPAIR] * 5), quality=0.0) == 0


def test_a_meeting_matches_about_as_many_as_the_formula_says_and_by_ability() -> None:
    world = make([REPAIR] * 2000)
    world.partners.ability[:, REPAIR] = [0.8, 0.2]
    world.partners.commitment[:] = 1.0
    matched = _match(world, quality=0.5)
    assert matched / 2000 == pytest.approx(1 - 0.6 * 0.9, abs=0.04)
    taken = world.needs.partner[world.needs.matched]
    assert np.mean(taken == 0) == pytest.approx(0.8, abs=0.04)
    assert (world.needs.assigned[world.needs.matched] == 2).all()


def test_asking_one_partner_matches_fewer_than_a_meeting() -> None:
    world = make([REPAIR] * 500)
    asked = service.ask_one_each(
        world.queue,
        world.count,
        world.needs,
        world.partners,
        np.ones(2, bool),
        np.arange(2),
        F(0.15),
        2,
        SEED,
    )
    assert asked / 500 == pytest.approx(0.6 * 0.5 * 0.15, abs=0.03)
    assert asked < _match(make([REPAIR] * 500), quality=0.5)


def test_needs_of_a_partner_that_left_are_given_back() -> None:
    world = make([REPAIR, REPAIR])
    match_all(world)
    world.needs.partner[1] = 1
    world.partners.stage[1] = PARTNER + 1
    service.release(world.queue, 2, world.needs, world.partners)
    assert world.needs.matched.tolist() == [True, False]


def _tally(world: SimpleNamespace, p: Any = NUMBERS) -> tuple[int, int, Any]:
    closed_by, waits = np.zeros(6, np.int64), np.zeros(service.WAIT_BINS, np.int64)
    rows = len(world.partners.stage)
    kept, given_up = service.tally(
        world.queue,
        world.count,
        world.needs,
        allocate(ProjectRows, 1),
        np.zeros((rows, len(DOMAINS)), bool),
        np.zeros((rows, len(DOMAINS)), np.int64),
        p,
        2,
        SEED,
        closed_by,
        waits,
        np.zeros(3, np.int64),
        np.zeros(len(DOMAINS), np.int64),
    )
    return int(kept), int(given_up), waits


def test_closed_needs_leave_the_queue_and_the_order_stays() -> None:
    world = make([REPAIR] * 4)
    world.queue[:] = [3, 1, 0, 2]
    world.needs.started[:] = True
    world.needs.stage[1] = NEED_CLOSED
    kept, given_up, waits = _tally(world)
    assert (kept, given_up) == (3, 0)
    assert world.queue[:kept].tolist() == [3, 0, 2]
    assert waits[2] == 1


def test_only_needs_that_nobody_began_to_serve_are_given_up() -> None:
    impatient = NUMBERS._replace(half_life=F(0.01))
    world = make([REPAIR] * 50)
    world.needs.started[:25] = True
    kept, given_up, _ = _tally(world, impatient)
    assert (kept, given_up) == (25, 25)
    assert (world.needs.stage[25:] == NEED_EXPIRED).all()


def test_waits_are_read_off_as_the_week_within_which_a_share_lies() -> None:
    counts = np.array([0, 5, 3, 0, 2])
    assert service.quantile_of(counts, 0.5) == 1
    assert service.quantile_of(counts, 0.9) == 4
    assert service.quantile_of(np.zeros(5), 0.5) == 0
