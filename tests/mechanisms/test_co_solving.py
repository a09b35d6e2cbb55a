"""Trusted volunteers mediate, and unresolved cases climb: only while the mechanism is on."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import (
    BY_DEPARTMENT,
    BY_PARTNER,
    BY_STREET,
    DISPUTE_BROUGHT,
    DISPUTE_RESOLVED,
    DISPUTE_UNRESOLVED,
    DUAL_REGISTERED,
    NEED_CLOSED,
    NEED_FOUND,
    Cases,
    DisputeRows,
    NeedRows,
    Residents,
    allocate,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.mechanisms import co_solving

P = values_of(co_solving.CoSolving)
F = np.float32
SHARES = st.floats(0, 1, width=32)


def hand_built(agents: int = 300, cases: int = 200, **numbers: Any) -> Any:
    """Return registered volunteers of full trust, and needs and disputes at the lowest level."""
    residents = allocate(Residents, agents)
    residents.registered[:] = True
    residents.trust[:] = 1
    needs, disputes = Cases(NeedRows), Cases(DisputeRows)
    needs.reserve(cases)
    disputes.reserve(cases)
    needs.count = disputes.count = cases
    needs.rows.stage[:cases] = NEED_FOUND
    needs.rows.owner[:cases] = np.arange(cases)
    needs.rows.hours_left[:cases] = 2
    disputes.rows.stage[:cases] = DISPUTE_BROUGHT
    many = {"needs_taken_up": F(1000), "disputes_taken_up": F(200)}
    community = SimpleNamespace(
        seed=np.uint64(4),
        week=0,
        programme_week=0,
        extent=F(1),
        residents=residents,
        partners=SimpleNamespace(stage=np.array([1], np.uint8)),
        needs=needs,
        disputes=disputes,
        numbers=SimpleNamespace(
            co_solving=P._replace(**(many | numbers)), points=SimpleNamespace(mediation_points=F(3))
        ),
        active=lambda stem: True,
        state=SimpleNamespace(
            service=SimpleNamespace(queue=np.arange(cases), queue_count=cases),
            disputes=SimpleNamespace(
                open=np.arange(cases),
                open_count=cases,
                slots=np.zeros(2, np.int64),
                slot_count=0,
                slots_used=0,
                mediators=0,
            ),
        ),
    )
    community.state.co_solving = co_solving.begin(community)
    return community


def live(community: Any, weeks: int = 1) -> None:
    for _ in range(weeks):
        community.state.disputes.slot_count = 0
        community.state.disputes.mediators = 0
        co_solving.open_week(community)
        co_solving.escalate(community)
        community.week += 1
        community.programme_week += 1


@given(trust=SHARES)
def test_only_volunteers_and_party_members_above_the_threshold_are_invited(trust: float) -> None:
    above = trust > 0.6000000238418579
    assert bool(co_solving.is_eligible(P, True, False, F(trust), False)) is above
    assert bool(co_solving.is_eligible(P, False, True, F(trust), False)) is above
    assert not co_solving.is_eligible(P, False, False, F(trust), False)
    assert not co_solving.is_eligible(P, True, True, F(trust), True)


@loop
def rules_in_a_loop(p: Any) -> Any:
    return (
        co_solving.is_due(p, 2, 4),
        co_solving.is_due(p, 3, 7),
        co_solving.is_solved(p, 1, np.float32(0.59)),
        co_solving.is_solved(p, 1, np.float32(0.61)),
        co_solving.may_climb(p, 3),
        co_solving.may_climb(p, 4),
    )


def test_rules_give_the_same_compiled_and_plain() -> None:
    plain = (
        co_solving.is_due(P, 2, 4),
        co_solving.is_due(P, 3, 7),
        co_solving.is_solved(P, 1, F(0.59)),
        co_solving.is_solved(P, 1, F(0.61)),
        co_solving.may_climb(P, 3),
        co_solving.may_climb(P, 4),
    )
    assert [bool(x) for x in plain] == [True, False, True, False, False, True]
    assert rules_in_a_loop(P) == plain


# --- Mediators -----------------------------------------------------------------------------------


def test_places_are_filled_and_not_overfilled() -> None:
    community = hand_built()
    live(community, 30)
    assert community.residents.mediator.sum() == 22


def test_nobody_is_invited_between_quarters() -> None:
    community = hand_built()
    community.programme_week = 1
    live(community, 12)
    assert not community.residents.mediator.any()
    live(community)
    assert community.residents.mediator.any()


def test_without_trust_nobody_mediates() -> None:
    community = hand_built()
    community.residents.trust[:] = 0.6
    live(community, 30)
    assert not community.residents.mediator.any()


def test_party_members_off_the_register_are_invited_too() -> None:
    community = hand_built()
    community.residents.registered[:] = False
    community.residents.party[::2] = DUAL_REGISTERED
    live(community, 30)
    assert set((np.flatnonzero(community.residents.mediator) % 2).tolist()) == {0}


def test_a_mediator_who_lost_trust_gives_the_office_up() -> None:
    community = hand_built()
    live(community)
    community.residents.trust[:] = 0.3
    live(community, 14)
    assert not community.residents.mediator.any()


def test_an_invitation_is_accepted_at_its_chance() -> None:
    """Binomial of 300 invitations at .5, 4 standard deviations: once in 16,000."""
    community = hand_built(mediators=F(500))
    live(community)
    accepted = community.residents.mediator.sum()
    assert community.state.co_solving.invited == 300
    assert abs(accepted - 150) < 4 * math.sqrt(300 * 0.5 * 0.5)


def test_slots_are_each_mediators_sessions() -> None:
    community = hand_built(sessions=F(2))
    live(community)
    state = community.state.disputes
    slots = state.slots[: state.slot_count]
    assert state.mediators == 22
    assert sorted(set(slots.tolist())) == np.flatnonzero(community.residents.mediator).tolist()
    assert np.bincount(slots).max() == 2
    assert len(slots) == 44


def test_mediators_earn_points_for_the_sessions_they_led() -> None:
    community = hand_built()
    community.state.disputes.slots = np.array([5, 5, 9, 11])
    community.state.disputes.slots_used = 3
    co_solving.act(community)
    earned = community.residents.earned
    assert (earned[5], earned[9], earned[11], earned.sum()) == (600, 300, 0, 900)


# --- Levels --------------------------------------------------------------------------------------


def test_nothing_climbs_before_its_patience_ends() -> None:
    community = hand_built()
    live(community, 4)
    assert community.needs.used().level.max() == 0
    assert community.disputes.used().level.max() == 0
    live(community)
    assert community.needs.used().level.min() == 1
    assert community.disputes.used().level.min() == 1
    assert (community.needs.used().assigned == 4).all()


def test_no_more_climb_a_week_than_are_taken_up() -> None:
    community = hand_built(needs_taken_up=F(7), disputes_taken_up=F(3))
    live(community, 5)
    assert community.needs.used().level.sum() == 7
    assert community.disputes.used().level.sum() == 3


def test_certain_failure_takes_a_dispute_through_every_delay_to_no_resolution() -> None:
    community = hand_built(success=(F(0), F(0), F(0)))
    live(community, 4 + 2 + 4 + 1)
    assert set(community.disputes.used().level.tolist()) == {3}
    live(community, 8)
    used = community.disputes.used()
    assert set(used.stage.tolist()) == {DISPUTE_UNRESOLVED}
    assert set(used.closed.tolist()) == {4 + 2 + 4 + 8}
    assert set(community.needs.used().stage.tolist()) == {NEED_FOUND}


def test_shares_solved_at_each_level_match_the_stated_chances() -> None:
    """4 standard deviations of each binomial: four checks, a false alarm once in 4,000."""
    community = hand_built(cases=200)
    live(community, 4 + 2 + 4 + 8 + 1)
    used = community.needs.used()
    assert (used.stage == NEED_CLOSED).sum() > 180
    by_partner = (used.server[used.stage == NEED_CLOSED] == BY_PARTNER).sum()
    assert abs(by_partner - 120) < 4 * math.sqrt(200 * 0.6 * 0.4)
    by_street = (used.server[used.stage == NEED_CLOSED] == BY_STREET).sum()
    rest = 200 - by_partner
    assert abs(by_street - 0.7 * rest) < 4 * math.sqrt(rest * 0.7 * 0.3)
    by_department = (used.server[used.stage == NEED_CLOSED] == BY_DEPARTMENT).sum()
    rest -= by_street
    assert abs(by_department - 0.8 * rest) < 4 * math.sqrt(rest * 0.8 * 0.2) + 1
    resolved = (community.disputes.used().stage == DISPUTE_RESOLVED).sum()
    expected = 1 - 0.4 * 0.3 * 0.2
    assert abs(resolved - 200 * expected) < 4 * math.sqrt(200 * expected * (1 - expected))


def test_a_need_solved_above_is_closed_with_all_that_belongs_to_it() -> None:
    community = hand_built(success=(F(1), F(1), F(1)))
    community.needs.rows.providers[:] = 255
    live(community, 7)
    used = community.needs.used()
    assert (used.stage == NEED_CLOSED).all()
    assert (used.closed == 6).all()
    assert used.started.all()
    assert (used.first_service == 6).all()
    assert (used.hours_left == 0).all()
    assert (used.helpers == 1 << BY_PARTNER).all()
    assert (used.providers == 255).all()
    assert used.quality == pytest.approx(float(P.quality))


def test_closed_needs_in_the_queue_are_left_alone() -> None:
    community = hand_built()
    community.needs.rows.stage[:100] = NEED_CLOSED
    live(community, 10)
    assert community.needs.used().level[:100].max() == 0
    assert (community.needs.used().server[:100] == 0).all()


def test_figures_are_zero_while_the_mechanism_is_off() -> None:
    community = hand_built()
    live(community, 8)
    community.active = lambda stem: False
    assert set(co_solving.observe(community).values()) == {0.0}
    assert co_solving.observe(community).keys() == co_solving.RECORDS.keys()


def test_without_partners_nothing_is_solved_at_their_level():
    nobody = SimpleNamespace(
        numbers=SimpleNamespace(co_solving=P),
        partners=SimpleNamespace(stage=np.array([0, 2], np.uint8)),
    )
    assert co_solving._numbers_of_the_day(nobody).success == (0, *P.success[1:])
