"""What is to be had, who knows of it, and that satisfaction can go either way."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.columns import (
    CHILDCARE,
    CULTURE,
    DIGITAL,
    ELDERCARE,
    MEDICAL,
    NEED_CLOSED,
    NEED_FOUND,
    PAPER,
    REPAIR,
    SAFETY,
    SERVICES,
    NeedRows,
    Residents,
    allocate,
)
from sim.engine import numerics
from sim.headings import values_of
from sim.rules import provision, reach
from sim.rules.provision import Provision
from tests.one_row import one

F = np.float32
P = values_of(Provision)
REACH = values_of(reach.Reach)
share = st.floats(0, 1, width=32)


# --- Rules ---


@given(share, share, share)
def test_awareness_is_a_share_and_more_is_learned_from_more(aware, learned, more):
    after = provision.aware_after(P, F(aware), F(learned))
    assert 0 <= after <= 1
    assert provision.aware_after(P, F(aware), F(max(learned, more))) >= after - 1e-6


def test_what_nobody_hears_of_fades_to_half_in_a_year():
    aware = F(1)
    for _ in range(52):
        aware = provision.aware_after(P, aware, F(0))
    assert aware == pytest.approx(0.5, abs=0.01)


def test_notices_reach_those_who_look_where_they_look():
    def chance(digital, paper):
        reader = one(Residents, heeds={DIGITAL: F(digital), PAPER: F(paper)})
        return provision.noticed(reader, REACH, F(0.4), F(0.3))

    assert chance(0, 0) == 0
    assert chance(1, 0) == pytest.approx(0.4)
    assert chance(0, 1) == pytest.approx(0.3)
    assert chance(1, 0) < chance(1, 1) < 1 - 0.6 * 0.7


@given(share, share)
def test_either_of_two_chances_is_no_less_than_each(one, other):
    both = provision.either(F(one), F(other))
    assert max(one, other) - 1e-6 <= both <= 1 + 1e-6


# --- What services are ---


def noted(stage, found, first_service=None, quality=0.9, week=10, start=0.5, prompt_within=4):
    """Return promptness and quality of medical care after one case, from one half each."""
    needs, residents = allocate(NeedRows, 1), allocate(Residents, 1)
    needs.stage[0], needs.found[0], needs.quality[0] = stage, found, quality
    needs.closed[0] = week if stage == NEED_CLOSED else 0
    if first_service is not None:
        needs.started[0], needs.first_service[0] = True, first_service
    prompt = np.full((len(SERVICES), 1), start, np.float32)
    known = np.full(len(SERVICES), start, np.float32)
    case = F(0.5)
    provision.note_service(
        np.zeros(1, np.int64), 1, needs, residents, prompt_within, case, case, week, known, prompt
    )
    assert (prompt[1:] == F(start)).all()
    return float(prompt[MEDICAL, 0]), float(known[MEDICAL])


def test_a_request_that_is_begun_in_time_counts_for_and_one_that_is_not_against():
    assert noted(NEED_FOUND, found=8, first_service=10) == (0.75, 0.5)
    assert noted(NEED_FOUND, found=5) == (0.25, 0.5)
    assert noted(NEED_FOUND, found=5, first_service=10) == (0.25, 0.5)
    assert noted(NEED_FOUND, found=8) == (0.5, 0.5)  # it may still come in time
    assert noted(NEED_FOUND, found=2) == (0.5, 0.5)  # counted before
    assert noted(NEED_FOUND, found=5, first_service=7) == (0.5, 0.5)  # counted before
    assert noted(NEED_CLOSED, found=9, first_service=10)[1] == pytest.approx(0.7)


def test_a_service_that_moves_is_news():
    community = sim.load(
        overrides={"scale": 0.02, "population.burn_in": 0, "co_building.opening": 3}, seed=1
    )
    community.run_for(3)
    before = community.residents.aware.mean(axis=1)
    community.run_for(1)
    after = community.residents.aware.mean(axis=1)
    for service in (MEDICAL, ELDERCARE, CHILDCARE):
        assert after[service] < 0.6 * before[service]
    assert after[REPAIR] > 0.9 * before[REPAIR]


def test_who_was_served_knows_and_tells_by_the_strength_of_the_tie():
    needs, residents = allocate(NeedRows, 1), allocate(Residents, 3)
    needs.stage[0], needs.closed[0], needs.domain[0] = NEED_CLOSED, 5, ELDERCARE
    residents.degree[0] = 2
    residents.neighbour[0, :2] = (1, 2)
    residents.tie[0, :2] = (1.0, 0.1)
    provision.pass_on(np.zeros(1, np.int64), 1, needs, residents, P, 5)
    np.testing.assert_allclose(residents.aware[ELDERCARE], [1, 0.3, 0.03], rtol=1e-5)
    assert not residents.aware[MEDICAL].any()


def test_events_without_room_and_weeks_without_events_make_culture_hard_to_get():
    def after(events):
        count = len(events)
        rows = SimpleNamespace(
            capacity=np.array([10] * count),
            attended=np.array([10 if full else 3 for full in events]),
            quality=np.full(count, 0.8, np.float32),
        )
        community = SimpleNamespace(
            communities=1,
            micro_grids=SimpleNamespace(first=np.zeros(2)),
            events=SimpleNamespace(rows=rows),
            state=SimpleNamespace(
                events=SimpleNamespace(first=np.array([0]), count=np.array([count])),
                provision=provision.State(
                    np.full(7, 0.5, np.float32), np.full((7, 2), 0.5, np.float32), None
                ),
            ),
        )
        provision.note_culture(community, F(0.1))
        return community.state.provision.prompt[CULTURE, 0]

    assert after([False]) > 0.5
    assert after([True, False]) > 0.5
    assert after([True, True]) < 0.5
    assert after([]) < 0.5


# --- Satisfaction goes either way ---


def lived(weeks=120, seed=1, **overrides):
    given = {"scale": 0.05, "population.burn_in": 52, **overrides}
    community = sim.load(overrides=given, seed=seed)
    before = community.residents.satisfaction.mean(axis=1)
    community.run_for(weeks)
    return community, community.residents.satisfaction.mean(axis=1) - before


HOURS = {"eldercare": 160, "childcare": 160, "repair": 60, "administration": 0}
COMPLEX = {
    "opens well": ({"co_building.opening": 8}, 0.12, 1.0),
    "never opens": ({"co_building.opening": 500}, -1.0, 0.02),
    "opens crowded": (
        {"co_building.opening": 8, "co_building.hours": {"medical": 60, **HOURS}},
        -1.0,
        -0.1,
    ),
    "opens without better quality": (
        {"co_building.opening": 8, "service.facility_quality": 0.6},
        -0.05,
        0.1,
    ),
}


@pytest.mark.parametrize("case", COMPLEX)
def test_either_way_medical_satisfaction_follows_what_the_complex_is(case):
    overrides, low, high = COMPLEX[case]
    _, change = lived(**overrides)
    assert low < change[MEDICAL] < high


def test_those_who_use_or_know_a_better_service_are_more_satisfied_than_the_rest():
    community, _ = lived(**{"co_building.opening": 8, "provision.notices": 0.05})
    outcomes = community.records.outcomes()
    aware, rest = (outcomes[f"satisfaction_medical_{who}"] for who in ("aware", "rest"))
    assert aware > rest + 0.02
    worse, _ = lived(
        **{
            "co_building.opening": 8,
            "co_building.hours": {"medical": 60, **HOURS},
            "provision.notices": 0.05,
        }
    )
    outcomes = worse.records.outcomes()
    aware, rest = (outcomes[f"satisfaction_medical_{who}"] for who in ("aware", "rest"))
    assert aware < rest - 0.02


@given(share, share)
def test_in_a_sample_a_micro_grid_is_seen_much_like_the_community(own, everywhere):
    assert provision.seen_around(F(own), F(everywhere), F(1)) == F(own)
    tenth = float(provision.seen_around(F(own), F(everywhere), F(0.1)))
    assert tenth == pytest.approx(0.1 * own + 0.9 * everywhere, abs=1e-6)


def test_two_starts_meet_without_a_programme():
    alone = {
        "co_building.on": False,
        "co_culture.on": False,
        "regional_party_building.on": False,
        "population.burn_in": 208,
    }

    def level(start):
        community = sim.load(
            overrides={"scale": 0.15, "satisfaction.start": start, **alone}, seed=4
        )
        return community.residents.satisfaction.mean(axis=1)

    assert np.abs(level(0.2) - level(1.8)).max() < 0.025


def test_with_weights_of_zero_neither_hearsay_nor_what_is_there_changes_a_byte():
    """Knowing, or not, then only says where people go; with the complex closed it says nothing."""

    def bytes_of(**overrides):
        silent = {"satisfaction.availability": 0.0, "satisfaction.hearsay": 0.0}
        community = sim.load(
            overrides={
                "scale": 0.02,
                "population.burn_in": 4,
                "co_building.on": False,
                **silent,
                **overrides,
            },
            seed=2,
        )
        community.run_for(20)
        return [
            column.tobytes()
            for name, table in community.tables()
            for field, column in zip(table._fields, table, strict=True)
            if field != "aware"
        ]

    usual = bytes_of()
    assert bytes_of(**{"provision.word": 1.0, "provision.notices": 3.0}) == usual
    assert bytes_of(**{"provision.memory": 0.5, "provision.prompt": 1}) == usual


def test_hearsay_moves_those_with_ties_to_users_up_or_down():
    def change(quality):
        community, _ = lived(
            weeks=60,
            **{
                "satisfaction.availability": 0.0,
                "satisfaction.hearsay": 1.0,
                "ties.start": 3.0,
                "co_building.opening": 0,
                "service.facility_quality": quality,
            },
        )
        r = community.residents
        never = r.used & (1 << MEDICAL) == 0
        return float(r.satisfaction[MEDICAL][never].mean())

    assert change(1.0) > change(0.2) + 0.02


# --- Safety ---


@given(st.floats(0, 100, width=32), st.floats(0, 100, width=32))
def test_more_hazards_never_look_safer(hazards, more):
    few, many = (
        provision.safe(P, numerics.per_thousand(F(count), F(500)))
        for count in (hazards, hazards + more)
    )
    assert 0 <= many <= few <= 1
    assert provision.safe(P, numerics.per_thousand(F(0), F(0))) == 1
    assert provision.safe(P._replace(danger=F(0)), F(hazards)) == 1


def test_either_way_satisfaction_with_safety_follows_the_hazards():
    def change(**overrides):
        _, moved = lived(weeks=80, **overrides)
        return moved[SAFETY]

    assert change(**{"micro_grid.inspection": 0.05, "co_safety.noticing": 0.2}) > 0.04
    neglect = {"hazards.fix": 0.0, "hazards.arrival": 6.0}
    assert change(**neglect) < -0.04
