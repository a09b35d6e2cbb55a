"""Disputes arise between households, are brought or fade, and are mediated as capacity allows."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import (
    BOOKED_RESOLVED,
    DISPUTE_ARISEN,
    DISPUTE_BROUGHT,
    DISPUTE_FADED,
    DISPUTE_RESOLVED,
    DISPUTE_UNRESOLVED,
    REGISTERED_MEMBER,
    Cases,
    DisputeRows,
    MicroGrids,
    Residents,
    allocate,
    columns_of,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.rules import disputes
from sim.rules.needs import Needs
from sim.rules.property_management import PropertyManagement
from sim.settlement.organisations import name_companies

P = values_of(disputes.Disputes)
F = np.float32
SHARES = st.floats(0, 1, width=32)


def hand_built(agents: int = 400, grids: int = 4, grievances: float = 0.0, **numbers: Any) -> Any:
    """Return couples in micro-grids of equal size, two micro-grids a compound, no disputes yet."""
    residents = allocate(Residents, agents)
    micro_grids = allocate(MicroGrids, grids)
    size = agents // grids
    micro_grids.first[:] = np.arange(grids) * size
    micro_grids.last[:] = micro_grids.first + size
    micro_grids.compound[:] = np.arange(grids) // 2
    residents.micro_grid[:] = np.repeat(np.arange(grids), size)
    residents.household[:] = np.arange(agents) // 2
    community = SimpleNamespace(
        seed=np.uint64(3),
        week=0,
        scale=F(1),
        extent=F(1),
        residents=residents,
        micro_grids=micro_grids,
        disputes=Cases(DisputeRows, room=2),
        numbers=SimpleNamespace(
            disputes=P._replace(**({"arrival": F(0.01)} | numbers)),
            needs=values_of(Needs),
            property_management=values_of(PropertyManagement),
        ),
        companies=name_companies(micro_grids, residents),
        active=lambda stem: False,
        state=SimpleNamespace(
            property_management=SimpleNamespace(expected=np.full(grids, grievances, np.float32))
        ),
    )
    community.state.disputes = disputes.begin(community)
    return community


def live(community: Any, weeks: int = 1, slots: tuple[int, ...] = ()) -> dict[str, float]:
    """Live some weeks, with these residents' session slots each week; return summed figures."""
    state = community.state.disputes
    totals = dict.fromkeys(disputes.RECORDS, 0.0)
    for _ in range(weeks):
        disputes.open_week(community)
        disputes.arise(community)
        disputes.sense(community)
        state.slots[: len(slots)] = slots
        state.slot_count = len(slots)
        state.mediators = len(set(slots))
        disputes.serve(community)
        community.week += 1
        for name, value in disputes.observe(community).items():
            totals[name] += value
    return totals


# --- Rules ---------------------------------------------------------------------------------------


@given(low=SHARES, high=SHARES)
def test_more_trust_never_lowers_the_chance_to_bring_a_dispute(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0 <= disputes.bring_chance(P, F(low)) <= disputes.bring_chance(P, F(high)) <= 1


@given(low=st.floats(0, 50, width=32), high=st.floats(0, 50, width=32), trust=SHARES)
def test_more_mediators_per_case_never_lower_success(low: float, high: float, trust: float) -> None:
    low, high = sorted((low, high))
    fewer = disputes.session_success(P, F(low), F(trust), F(0))
    assert 0 <= fewer <= disputes.session_success(P, F(high), F(trust), F(0)) <= 1


def test_success_follows_the_equation() -> None:
    log_odds = float(P.mediation) + 2 * float(P.mediator_effect) + 0.5 * 0.8
    assert disputes.session_success(P, F(2), F(0.8), F(0)) == pytest.approx(
        1 / (1 + math.exp(-log_odds)), abs=1e-6
    )


def test_half_lives_halve() -> None:
    assert (1 - float(disputes.fade_chance(P))) ** 8 == pytest.approx(0.5, rel=1e-5)
    assert (1 - float(disputes.withdraw_chance(P))) ** 12 == pytest.approx(0.5, rel=1e-5)


def test_an_amount_is_rounded_so_that_its_mean_stays() -> None:
    draws = [F((k + 0.5) / 1000) for k in range(1000)]
    rounded = [disputes.whole_number(F(2.3), draw) for draw in draws]
    assert set(rounded) == {2, 3}
    assert sum(rounded) / 1000 == pytest.approx(2.3, abs=1e-3)


def test_mediators_per_case_are_bounded_and_need_no_case() -> None:
    assert disputes.mediators_per_case(P, F(3), F(0)) == 3
    assert disputes.mediators_per_case(P, F(26), F(1)) == P.most_mediators


@loop
def rules_in_a_loop(p: Any, out: Any) -> Any:
    out[0] = disputes.bring_chance(p, np.float32(0.7))
    out[1] = disputes.fade_chance(p)
    out[2] = disputes.session_success(p, np.float32(2), np.float32(0.3), np.float32(0))
    out[3] = disputes.mediators_per_case(p, np.float32(7), np.float32(3))
    out[4] = disputes.mean_trust(np.float32(0.1), np.float32(0.4))
    return disputes.whole_number(np.float32(1.7), np.float32(0.4))


def test_rules_give_the_same_32_bits_compiled_and_plain() -> None:
    out = np.zeros(5, np.float32)
    assert rules_in_a_loop(P, out) == disputes.whole_number(F(1.7), F(0.4)) == 2
    plain = [
        disputes.bring_chance(P, F(0.7)),
        disputes.fade_chance(P),
        disputes.session_success(P, F(2), F(0.3), F(0)),
        disputes.mediators_per_case(P, F(7), F(3)),
        disputes.mean_trust(F(0.1), F(0.4)),
    ]
    assert all(value.dtype == np.float32 for value in plain)
    assert out.tolist() == [float(value) for value in plain]


# --- The weekly walk -----------------------------------------------------------------------------


def test_nothing_arises_at_rate_zero() -> None:
    community = hand_built(arrival=F(0))
    live(community, 30)
    assert community.disputes.count == 0


def test_arrivals_match_the_poisson_expectation() -> None:
    """200 households at 0.01 for 300 weeks: mean 600, 4 standard deviations, once in 16,000."""
    community = hand_built()
    live(community, 300)
    assert abs(community.disputes.count - 600) < 4 * math.sqrt(600)


def test_the_parties_live_in_one_compound_and_in_two_households() -> None:
    community = hand_built()
    live(community, 100)
    used, residents = community.disputes.used(), community.residents
    compound = community.micro_grids.compound[residents.micro_grid]
    assert (compound[used.owner] == compound[used.other]).all()
    assert (residents.household[used.owner] != residents.household[used.other]).all()


def test_a_compound_of_one_household_quarrels_with_itself_and_the_search_ends() -> None:
    community = hand_built()
    community.residents.household[:] = 0
    live(community, 20)
    assert community.disputes.count > 0


def test_what_nobody_brings_only_fades() -> None:
    community = hand_built(bring=F(0))
    live(community, 60)
    assert set(community.disputes.used().stage.tolist()) == {DISPUTE_ARISEN, DISPUTE_FADED}
    assert not community.disputes.used().entry.any()


def test_visits_bring_disputes_only_while_grid_workers_visit() -> None:
    community = hand_built(bring=F(0), visit_insight=F(1))
    community.micro_grids.visits[:] = 1000
    assert live(community, 20)["disputes_brought"] == 0
    community.active = lambda stem: stem == "micro_grid"
    assert live(community, 20)["disputes_brought"] > 0


def test_without_capacity_nothing_is_resolved() -> None:
    community = hand_built(committee_sessions=F(0))
    totals = live(community, 60)
    assert totals["mediation_sessions"] == totals["disputes_resolved"] == 0
    assert totals["disputes_unresolved"] > 0


def test_sessions_never_exceed_capacity_and_are_one_a_week_per_dispute() -> None:
    community = hand_built(arrival=F(0.1), committee_sessions=F(3), patience_half_life=F(104))
    totals = live(community, 20, slots=(1, 1, 7))
    assert totals["mediation_sessions"] <= 20 * 6
    used = community.disputes.used()
    served = used.stage != DISPUTE_ARISEN
    weeks = np.where(used.stage == DISPUTE_BROUGHT, community.week - 1, used.closed) - used.brought
    assert (used.sessions[served] <= weeks[served] + 1).all()


def test_a_party_member_who_leads_the_session_is_written_down() -> None:
    community = hand_built(committee_sessions=F(0), mediation=F(5))
    community.residents.party[9] = REGISTERED_MEMBER
    others = live(community, 20, slots=(8,))
    assert others["disputes_mediated"] > 0
    assert others["party_disputes"] == 0
    members = live(community, 20, slots=(9,))
    assert members["party_disputes"] > 0


def test_what_is_resolved_is_entered_as_resolved_and_nothing_else_is_yet() -> None:
    community = hand_built()
    totals = live(community, 60)
    used = community.disputes.used()
    assert totals["disputes_unresolved"] > 0
    assert ((used.entry == BOOKED_RESOLVED) == (used.stage == DISPUTE_RESOLVED)).all()


def test_without_the_co_solving_mechanism_no_level_ever_rises() -> None:
    community = hand_built()
    live(community, 80)
    assert community.disputes.used().level.max() == 0


def test_the_lists_hold_exactly_the_disputes_of_their_stage() -> None:
    community = hand_built()
    live(community, 50)
    state, used = community.state.disputes, community.disputes.used()
    latent = np.flatnonzero(used.stage == DISPUTE_ARISEN).tolist()
    assert state.latent[: state.latent_count].tolist() == latent
    open_rows = np.flatnonzero(used.stage == DISPUTE_BROUGHT).tolist()
    assert sorted(state.open[: state.open_count].tolist()) == open_rows


def test_disputes_arise_the_same_whatever_mediation_there_is() -> None:
    few, many = hand_built(committee_sessions=F(0)), hand_built(committee_sessions=F(50))
    live(few, 40)
    live(many, 40)
    for name in ("owner", "other", "born", "brought"):
        ours, theirs = getattr(few.disputes.used(), name), getattr(many.disputes.used(), name)
        assert ours.tolist() == theirs.tolist()


@given(seed=st.integers(0, 2**32), arrival=st.floats(0, 0.0078125, width=32))
def test_every_column_stays_within_its_bounds(seed: int, arrival: float) -> None:
    community = hand_built(arrival=F(arrival))
    community.seed = np.uint64(seed)
    live(community, 10, slots=(5, 5, 6))
    used = community.disputes.used()
    for name, declared in columns_of(DisputeRows).items():
        array = getattr(used, name)
        assert ((array >= declared.low) & (array <= declared.high)).all(), name
    closed = np.isin(used.stage, (DISPUTE_RESOLVED, DISPUTE_UNRESOLVED))
    assert (used.brought[closed] <= used.closed[closed]).all()


def test_observe_gives_exactly_the_declared_figures() -> None:
    community = hand_built()
    live(community, 3)
    assert disputes.observe(community).keys() == disputes.RECORDS.keys()


def test_grievances_arise_as_expected_and_have_no_second_resident():
    community = hand_built(grievances=2.0, arrival=F(0))
    totals = live(community, weeks=100)
    expected = 100 * 4 * 2.0
    assert abs(totals["grievances_arisen"] - expected) < 4 * math.sqrt(expected)
    assert totals["disputes_arisen"] == totals["grievances_arisen"]
    used = community.disputes.used()
    assert used.with_company.all()
    assert (used.owner == used.other).all()
    assert len(np.unique(used.address)) == len(used.address)


def test_disputes_between_households_are_the_same_whatever_grievances_there_are():
    alone, beside = (hand_built(grievances=n, committee_sessions=F(0)) for n in (0.0, 3.0))
    for community in (alone, beside):
        live(community, weeks=20)
    quiet, loud = alone.disputes.used(), beside.disputes.used()
    neighbours = ~loud.with_company
    for name in ("address", "owner", "other", "born", "stage", "brought", "closed"):
        assert (getattr(loud, name)[neighbours] == getattr(quiet, name)).all(), name
