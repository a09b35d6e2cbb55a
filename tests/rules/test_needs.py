"""Needs arise at the stated rates, and are found only by somebody who can find them."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.boards import Accidents, Offers
from sim.columns import (
    ADMINISTRATION,
    ASKING_ROUND,
    CHILDCARE,
    ELDERCARE,
    ELDERLY,
    GATHERING,
    MEDICAL,
    MODES,
    NEED_ARISEN,
    NEED_EXPIRED,
    NEED_FOUND,
    PEER,
    REPAIR,
    VISIT,
    WALK_IN,
    Cases,
    MicroGrids,
    NeedRows,
    Residents,
    allocate,
    columns_of,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.rules import needs
from sim.rules.place import Place
from tests.one_row import one

P = values_of(needs.Needs)
F = np.float32
SHARES = st.floats(0, 1, width=32)


def hand_built(agents: int = 400, grids: int = 4, **numbers: Any) -> Any:
    """Return a community of young adults in micro-grids of equal size, with no needs yet."""
    residents = allocate(Residents, agents)
    micro_grids = allocate(MicroGrids, grids)
    size = agents // grids
    micro_grids.first[:] = np.arange(grids) * size
    micro_grids.last[:] = micro_grids.first + size
    residents.micro_grid[:] = np.repeat(np.arange(grids), size)
    residents.distance[:] = 0.3
    community = SimpleNamespace(
        seed=np.uint64(11),
        week=0,
        programme_week=0,
        scale=F(1),
        extent=F(1),
        facility_open=True,
        story=(),
        residents=residents,
        micro_grids=micro_grids,
        needs=Cases(NeedRows, room=4),
        numbers=SimpleNamespace(
            needs=values_of(needs.Needs)._replace(**numbers), place=values_of(Place)
        ),
        active=lambda stem: False,
        offers=Offers.none(len(MODES), grids),
        accidents=Accidents(),
        state=SimpleNamespace(),
    )
    community.state.needs = needs.begin(community)
    return community


def live(community: Any, weeks: int = 1) -> None:
    for _ in range(weeks):
        needs.arise(community)
        needs.sense(community)
        community.week += 1
        community.programme_week += 1


def give_everyone_a_need(community: Any, domain: int = REPAIR, urgent: bool = False) -> None:
    community.numbers.needs = community.numbers.needs._replace(level=F(0))
    community.story = tuple(
        SimpleNamespace(
            week=community.programme_week, domain=domain, urgent=urgent, owner=owner, hours=2.0
        )
        for owner in range(len(community.residents.age))
    )


def found_by(community: Any) -> set[int]:
    used = community.needs.used()
    return set(used.channel[used.stage == NEED_FOUND].tolist())


# --- Rules ---------------------------------------------------------------------------------------


def test_a_young_adult_without_children_has_the_plain_rates() -> None:
    rates = needs.arrival_rates(one(Residents, alone=True), P)
    assert rates == pytest.approx((0.010, 0.001, 0.0, 0.004, 0.001))


def test_an_elderly_adult_living_alone_has_the_multiplied_rates() -> None:
    rates = needs.arrival_rates(one(Residents, age=ELDERLY, alone=True, children=1), P)
    assert rates == pytest.approx((0.030, 0.010, 0.004, 0.004, 0.003))


def test_an_elderly_adult_in_company_has_no_more_need_of_care_than_others() -> None:
    assert needs.arrival_rates(one(Residents, age=ELDERLY), P)[ELDERCARE] == pytest.approx(0.001)


@given(rate=st.floats(0, 0.875, width=32), draw=st.floats(0, 0.984375, width=32))
def test_a_need_arises_with_the_poisson_chance_of_at_least_one(rate: float, draw: float) -> None:
    chance = 1 - math.exp(-rate)
    if abs(draw - chance) > 1e-5:
        assert bool(needs.arises(F(rate), F(draw))) is (draw < chance)


@given(draw=SHARES, domain=st.integers(0, 4))
def test_hours_stay_within_the_spread_around_the_mean(draw: float, domain: int) -> None:
    hours = needs.hours_needed(P, domain, F(draw))
    mean = float(P.service_hours[domain])
    assert 0.5 * mean - 1e-5 <= hours <= 1.5 * mean + 1e-5


@given(trust=SHARES, urgent=st.booleans())
def test_nobody_offline_reports_online(trust: float, urgent: bool) -> None:
    assert needs.self_report_chance(P, False, F(trust), urgent) == 0


@given(low=SHARES, high=SHARES, urgent=st.booleans())
def test_more_trust_never_lowers_the_chance_of_a_report(
    low: float, high: float, urgent: bool
) -> None:
    low, high = sorted((low, high))
    less = needs.self_report_chance(P, True, F(low), urgent)
    more = needs.self_report_chance(P, True, F(high), urgent)
    assert 0 <= less <= more <= 1


def test_self_report_at_full_trust_follows_the_equation() -> None:
    assert needs.self_report_chance(P, True, F(1), False) == pytest.approx(
        0.15 * math.exp(0.25), rel=1e-6
    )


def test_an_urgent_need_is_reported_five_times_as_readily() -> None:
    assert needs.self_report_chance(P, True, F(0.5), True) == pytest.approx(0.75)


@given(
    visits=st.floats(0, 1000, width=32),
    agents=st.integers(0, 2000),
    scale=st.floats(0.0078125, 1, width=32),
    key_care=st.booleans(),
)
def test_the_chance_of_a_visit_is_a_chance(
    visits: float, agents: int, scale: float, key_care: bool
) -> None:
    assert 0 <= needs.visit_chance(P, F(visits), F(agents), F(scale), key_care) <= 1


def test_key_care_residents_are_visited_five_times_as_often() -> None:
    plain = needs.visit_chance(P, F(10), F(500), F(1), False)
    assert plain == pytest.approx(0.02)
    assert needs.visit_chance(P, F(10), F(500), F(1), True) == pytest.approx(0.10)


def test_a_scaled_down_community_is_visited_as_often_per_resident() -> None:
    whole = needs.visit_chance(P, F(10), F(500), F(1), False)
    assert needs.visit_chance(P, F(10), F(50), F(0.1), False) == pytest.approx(float(whole))


def test_half_of_the_unfound_needs_are_given_up_in_a_half_life() -> None:
    assert (1 - float(needs.give_up_chance(P))) ** 12 == pytest.approx(0.5, rel=1e-5)


@loop
def rules_in_a_loop(residents: Any, p: Any, out: Any) -> Any:
    out[0] = needs.arrival_rates(residents[0], p)[0]
    out[1] = needs.hours_needed(p, 1, np.float32(0.3))
    out[2] = needs.self_report_chance(p, True, np.float32(0.7), False)
    out[3] = needs.visit_chance(p, np.float32(10), np.float32(530), np.float32(1), True)
    out[4] = needs.give_up_chance(p)
    return out[0] + out[1]


def test_rules_give_the_same_32_bits_compiled_and_plain() -> None:
    out = np.zeros(5, np.float32)
    residents = allocate(Residents, 1)
    residents.age[0] = ELDERLY
    compiled = rules_in_a_loop(residents, P, out)
    plain = [
        needs.arrival_rates(residents[0], P)[0],
        needs.hours_needed(P, 1, F(0.3)),
        needs.self_report_chance(P, True, F(0.7), False),
        needs.visit_chance(P, F(10), F(530), F(1), True),
        needs.give_up_chance(P),
    ]
    assert all(value.dtype == np.float32 for value in plain)
    assert out.tolist() == [float(value) for value in plain]
    assert np.float32(compiled) == compiled


# --- The weekly walk -----------------------------------------------------------------------------


def test_nothing_arises_at_level_zero() -> None:
    community = hand_built(level=F(0))
    live(community, 20)
    assert community.needs.count == 0


def test_arrivals_match_the_poisson_expectation_in_every_domain() -> None:
    """Two-sided bounds of 4.5 standard deviations: 5 tests raise a false alarm once in 29,000."""
    agents, weeks = 2000, 30
    community = hand_built(agents)
    community.residents.age[1000:] = ELDERLY
    community.residents.alone[:] = True
    community.residents.children[:1000] = 2
    live(community, weeks)
    counts = np.bincount(community.needs.used().domain, minlength=5)
    rates = {
        MEDICAL: (0.010, 0.030),
        ELDERCARE: (0.001, 0.010),
        CHILDCARE: (0.004, 0.0),
        REPAIR: (0.004, 0.004),
        ADMINISTRATION: (0.001, 0.003),
    }
    for domain, (young, elderly) in rates.items():
        young_chance, elderly_chance = 1 - math.exp(-young), 1 - math.exp(-elderly)
        trials = 1000 * weeks
        mean = trials * (young_chance + elderly_chance)
        variance = trials * (
            young_chance * (1 - young_chance) + elderly_chance * (1 - elderly_chance)
        )
        assert abs(counts[domain] - mean) < 4.5 * math.sqrt(variance), domain


def test_a_need_of_childcare_arises_only_with_children() -> None:
    community = hand_built(level=F(5))
    community.residents.children[200:] = 1
    live(community, 20)
    used = community.needs.used()
    assert used.owner[used.domain == CHILDCARE].min() >= 200


def test_nobody_online_no_visits_no_counter_and_nothing_is_found() -> None:
    community = hand_built(walk_in=F(0))
    live(community, 20)
    assert community.needs.count > 0
    assert NEED_FOUND not in community.needs.used().stage


def test_a_distance_beyond_all_bounds_closes_the_counter_except_for_repairs() -> None:
    community = hand_built(level=F(3))
    community.facility_open = False
    community.numbers.place = community.numbers.place._replace(
        outside_distance=F(1e3), distance_decay=F(2)
    )
    community.residents.distance[:] = 1e3
    live(community, 20)
    used = community.needs.used()
    assert set(used.domain[used.stage == NEED_FOUND].tolist()) == {REPAIR}


def test_without_the_micro_grid_platform_visits_find_nothing() -> None:
    community = hand_built(walk_in=F(0))
    community.micro_grids.visits[:] = 1000
    give_everyone_a_need(community)
    live(community)
    assert found_by(community) == set()


def test_certain_visits_find_every_need() -> None:
    community = hand_built(walk_in=F(0), visit_insight=F(1))
    community.active = lambda stem: stem == "micro_grid"
    community.micro_grids.visits[:] = 1000
    give_everyone_a_need(community)
    live(community)
    assert community.state.needs.newly_found_count == 400
    assert found_by(community) == {VISIT}


def test_an_asking_round_of_everybody_finds_every_need() -> None:
    community = hand_built(walk_in=F(0))
    community.offers.asking = F(1)
    give_everyone_a_need(community)
    live(community)
    assert community.state.needs.newly_found_count == 400
    assert found_by(community) == {ASKING_ROUND}


def test_walk_ins_match_their_chance_at_the_counter() -> None:
    """Binomial, 4 standard deviations: a false alarm once in 16,000."""
    community = hand_built(2000)
    give_everyone_a_need(community)
    live(community)
    assert found_by(community) == {WALK_IN}
    found = community.state.needs.newly_found_count
    assert abs(found - 200) < 4 * math.sqrt(2000 * 0.1 * 0.9)


def test_found_needs_come_once_each_in_an_order_that_is_not_the_rows() -> None:
    community = hand_built()
    community.offers.asking = F(1)
    give_everyone_a_need(community)
    live(community)
    state = community.state.needs
    rows = state.newly_found[: state.newly_found_count]
    assert sorted(rows.tolist()) == list(range(400))
    assert rows.tolist() != sorted(rows.tolist())


def test_unfound_needs_expire_by_their_half_life() -> None:
    """400 needs, half expected after 12 weeks; 4 standard deviations: once in 16,000."""
    community = hand_built(walk_in=F(0))
    give_everyone_a_need(community)
    live(community, 12)
    expired = np.count_nonzero(community.needs.used().stage == NEED_EXPIRED)
    assert abs(expired - 200) < 4 * math.sqrt(400 * 0.25)
    assert community.state.needs.unfound_count == 400 - expired


def test_the_list_of_unfound_needs_is_the_needs_still_arisen() -> None:
    community = hand_built(level=F(4))
    community.residents.online[::2] = True
    live(community, 25)
    state = community.state.needs
    listed = state.unfound[: state.unfound_count].tolist()
    assert listed == np.flatnonzero(community.needs.used().stage == NEED_ARISEN).tolist()


def test_two_scenarios_with_one_seed_have_the_same_needs_in_the_same_weeks() -> None:
    silent, loud = hand_built(), hand_built(self_report=F(1), walk_in=F(1))
    loud.residents.online[:] = True
    live(silent, 15)
    live(loud, 15)
    for name in ("owner", "domain", "born", "urgent", "hours"):
        ours, theirs = getattr(silent.needs.used(), name), getattr(loud.needs.used(), name)
        assert ours.tolist() == theirs.tolist()


def test_a_higher_level_keeps_every_need_of_the_lower_one() -> None:
    few, many = hand_built(), hand_built(level=F(2))
    live(few, 15)
    live(many, 15)

    def born(community: Any) -> set[tuple[int, int, int]]:
        used = community.needs.used()
        return set(zip(used.owner.tolist(), used.domain.tolist(), used.born.tolist(), strict=True))

    assert born(few) < born(many)


@given(seed=st.integers(0, 2**32), level=st.floats(0, 5, width=32), online=st.booleans())
def test_every_column_stays_within_its_bounds(seed: int, level: float, online: bool) -> None:
    community = hand_built(40, level=F(level))
    community.seed = np.uint64(seed)
    community.residents.online[:] = online
    live(community, 6)
    used = community.needs.used()
    for name, declared in columns_of(NeedRows).items():
        array = getattr(used, name)
        assert ((array >= declared.low) & (array <= declared.high)).all(), name


def test_observe_gives_exactly_the_declared_figures() -> None:
    community = hand_built()
    live(community, 3)
    assert needs.observe(community).keys() == needs.RECORDS.keys()


# --- Peers and events find needs ------------------------------------------------------------------

SILENT = {"self_report": F(0), "walk_in": F(0), "at_event": F(0)}
EVENT_LAST_WEEK = np.uint64(2)


def neighbours(active: int, strength: float = 0.5, weeks: int = 6, **numbers: Any) -> Any:
    """Everybody in the first half has a need and a tie to one in the other half, some of whom act."""
    community = hand_built(**{**SILENT, **numbers})
    r = community.residents
    half = len(r.age) // 2
    r.trust[:] = 0.5
    r.degree[:] = 1
    r.neighbour[:half, 0] = np.arange(half) + half
    r.neighbour[half:, 0] = np.arange(half)
    r.tie[:, 0] = strength
    r.history[half : half + active] = EVENT_LAST_WEEK
    give_everyone_a_need(community)
    community.story = community.story[:half]
    live(community, weeks)
    return community


def passed_on(community: Any) -> int:
    used = community.needs.used()
    return int((used.channel[used.stage == NEED_FOUND] == PEER).sum())


def test_a_need_is_passed_on_by_ties_who_take_part_and_by_no_others() -> None:
    community = neighbours(active=80, peer=F(1))
    used = community.needs.used()
    found = used.owner[used.stage == NEED_FOUND]
    assert len(found) > 60
    assert found.max() < 80
    assert found_by(community) == {PEER}


def test_either_way_without_ears_nothing_is_passed_on_and_strong_ties_hear_more() -> None:
    assert passed_on(neighbours(active=200, peer=F(0))) == 0
    assert passed_on(neighbours(active=0, peer=F(1))) == 0
    assert passed_on(neighbours(active=200, strength=0.0, peer=F(1))) == 0
    weak, strong = (passed_on(neighbours(200, tie, peer=F(0.2))) for tie in (0.1, 0.9))
    assert strong > 2 * weak


def test_a_tie_who_mediates_hears_more_and_who_trusts_more_tells_more() -> None:
    def chance(**changes: Any) -> float:
        has_role = changes.pop("role", False)
        trust = changes.pop("trust", 0.5)
        return float(needs.peer_chance(P, needs.ear(P, F(0.5), has_role), F(trust)))

    assert chance() == pytest.approx(1 - np.exp(-0.05), rel=1e-4)
    assert chance(role=True) == pytest.approx(1 - np.exp(-0.1), rel=1e-4)
    assert chance(trust=0.9) > chance() > chance(trust=0.1)


def test_who_was_at_an_event_last_week_may_name_a_need_there() -> None:
    community = hand_built(**{**SILENT, "at_event": F(1)})
    community.residents.trust[:] = 1
    community.residents.history[:100] = EVENT_LAST_WEEK
    community.residents.history[100:200] = EVENT_LAST_WEEK << np.uint64(1)  # the week before
    give_everyone_a_need(community)
    live(community)
    used = community.needs.used()
    assert found_by(community) == {GATHERING}
    assert used.owner[used.stage == NEED_FOUND].max() < 100
    assert needs.event_chance(P, False, F(1)) == 0


def test_with_weights_of_zero_no_need_changes_to_the_last_bit() -> None:
    """Peers and events that hear nothing leave each need as it is without them, whoever takes part."""

    def lived(history: int) -> list[bytes]:
        community = hand_built(peer=F(0), at_event=F(0))
        community.residents.history[:] = history
        live(community, 30)
        return [column.tobytes() for column in community.needs.used()]

    assert lived(0) == lived(2)


def test_where_only_insiders_take_part_the_gap_widens() -> None:
    """Needs of those with ties to the active become known, those of the others do not."""

    def gap(peer: float) -> float:
        used = neighbours(active=100, weeks=4, peer=F(peer)).needs.used()
        known = np.zeros(200)
        known[used.owner[used.stage == NEED_FOUND].astype(int)] = 1
        return float(known[:100].mean() - known[100:].mean())

    assert gap(0.0) == 0
    assert gap(0.15) > 0.1
    assert gap(0.6) > gap(0.15) + 0.2


def test_the_dose_of_asks_to_the_elderly_finds_their_needs_only_where_peers_hear() -> None:
    """The way by which taking part finds needs: unknown need of a year, six seeds, paired."""

    def unknown(peer: float, dose: float) -> list[float]:
        weeks = []
        for seed in range(6):
            community = sim.load(
                overrides={
                    "scale": 0.05,
                    "population.burn_in": 8,
                    "population.asks_elderly": dose,
                    "needs.peer": peer,
                    "needs.at_event": peer / 2,
                    "needs.self_report": 0.02,
                    "needs.walk_in": 0.02,
                },
                seed=seed,
            )
            community.run_for(52)
            weeks.append(float(community.records.to_frame()["needs_unfound"].iloc[13:].mean()))
        return weeks

    def fall(peer: float) -> np.ndarray:
        few, many = unknown(peer, 0.3), unknown(peer, 4.0)
        return np.array(few) - np.array(many)

    without, with_peers = fall(0.0), fall(0.8)
    assert with_peers.mean() > without.mean() + 3 * with_peers.std() / np.sqrt(6)
    assert abs(without.mean()) < 0.5 * with_peers.mean()
