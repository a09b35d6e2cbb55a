"""Reach and participation: known values, order, and limiting cases, rule by rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import (
    CONDITIONAL,
    DIGITAL,
    EVENT,
    FREE_RIDER,
    HUMP,
    PAPER,
    REPORT,
    VOLUNTEER,
    Residents,
)
from sim.engine import claims
from sim.headings import values_of
from sim.rules import participation, place, reach
from tests.one_row import one

P = values_of(participation.Participation)
REACH = values_of(reach.Reach)
PLACE = values_of(place.Place)

unit = st.floats(0, 1, width=32)
small = st.floats(-3, 3, width=32)
f32 = np.float32

NEUTRAL = {"motivation": 0.5, "trust": 0.5}
BASE = f32(-2)


def appeal(felt=0.0, **changes):
    r = one(Residents, **{**NEUTRAL, **changes})
    return participation.appeal(r, P, PLACE, VOLUNTEER, BASE, f32(felt))


def test_with_nothing_for_or_against_an_offer_its_appeal_is_the_mode_s_base():
    assert appeal() == f32(-2)


def test_each_term_adds_what_the_equation_says():
    assert appeal(motivation=1) == pytest.approx(-2 + 0.5 * float(P.motivation))
    assert appeal(habit={VOLUNTEER: 1}) == pytest.approx(-2 + float(P.habit))
    assert appeal(felt=0.25) == pytest.approx(-2 + 0.25 * float(P.norm))
    assert appeal(trust=f32(0)) == pytest.approx(-2 - 0.5 * float(P.trust))
    assert appeal(party=1) == pytest.approx(-2 + float(P.membership))
    assert appeal(fatigue=f32(1)) == pytest.approx(-2 - float(P.fatigue))
    assert appeal(tired=f32(3)) == pytest.approx(-2 - 3 * float(P.tiredness))
    assert appeal(distance=0.5) == pytest.approx(-2 - 0.5 * float(P.distance))
    assert appeal(pull={VOLUNTEER: 1_500_000}) == pytest.approx(-0.5)


def test_the_appeal_is_a_32_bit_float():
    assert appeal().dtype == np.float32


@given(small, unit, st.integers(-3_000_000, 3_000_000), st.integers(0, 3_000_000))
def test_more_pull_never_turns_a_yes_into_a_no(propensity, chance, pull, more):
    before = appeal(propensity=f32(propensity), pull={VOLUNTEER: pull})
    after = appeal(propensity=f32(propensity), pull={VOLUNTEER: pull + more})
    assert after >= before
    # Two neighbouring 32-bit probabilities may tie; none may fall by more than rounding.
    if participation.accepts(before - f32(1e-6), f32(chance)):
        assert participation.accepts(after, f32(chance))


@given(unit, unit)
def test_a_longer_way_never_makes_an_offer_more_appealing(way, more):
    assert appeal(distance=way + more) <= appeal(distance=way)


def test_a_free_rider_feels_no_norm():
    assert participation.norm(FREE_RIDER, f32(0.8)) == 0


@given(unit)
def test_a_conditional_cooperator_follows_the_share_of_ties(share):
    assert participation.norm(CONDITIONAL, f32(share)) == f32(share)


@given(unit)
def test_a_hump_shaped_cooperator_peaks_at_one_half(share):
    expected = share if share <= 0.5 else 1 - share
    assert participation.norm(HUMP, f32(share)) == pytest.approx(expected, abs=1e-6)


@given(unit, unit)
def test_in_deliberation_the_norm_counts_only_past_the_threshold(share, threshold):
    felt = participation.norm_past_threshold(f32(share), f32(share), f32(threshold))
    assert felt == (f32(share) if share >= threshold else 0)


def test_no_ties_mean_no_active_share():
    assert participation.share_active(0, np.uint8(0)) == 0


# --- Reach ---


@given(unit, unit, unit)
def test_reach_equals_one_minus_the_product_of_missing_every_way(a, b, c):
    chances = [0.9 * x for x in (a, b, c)]
    told = sum(float(reach.hazard(f32(x))) for x in chances[1:])
    missing = np.prod([1 - x for x in chances])
    assert float(reach.chance_reached(f32(chances[0]), f32(told))) == pytest.approx(
        1 - missing, abs=2e-6
    )


def test_nobody_is_reached_without_a_channel():
    told = reach.told_hazard(f32(0), f32(0.1), np.int32(0))
    assert reach.chance_reached(f32(0), told) == 0


def noticed(mode, paper=0.0, postings=1.0, digital=1.0, **traits):
    r = one(Residents, heeds={DIGITAL: f32(digital), PAPER: f32(1)}, **traits)
    posted = participation.posted_to(r, REACH, f32(postings), mode)
    return participation.noticed(r, REACH, f32(paper), posted)


def test_who_never_looks_notices_nothing_however_often_it_is_posted():
    for mode in range(4):
        assert noticed(mode, digital=0.0, postings=100.0, registered=True) == 0


@given(st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_a_dose_of_asks_is_so_many_more_postings(dose):
    assert noticed(EVENT, asks=f32(dose)) == pytest.approx(noticed(EVENT, postings=dose))


def test_a_hazard_is_seen_and_not_announced():
    assert noticed(REPORT, registered=True) == 0
    assert participation.by_word(REPORT, 7) == 0


def test_the_task_list_reaches_the_register_more_than_others():
    on = noticed(VOLUNTEER, registered=True)
    off = noticed(VOLUNTEER, registered=False)
    share = float(REACH.open_call)
    assert off == pytest.approx(1 - (1 - float(on)) ** share, rel=1e-4)


# --- Granting ---


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**32 - 1)), max_size=40), st.data())
def test_grants_fill_every_place_and_never_exceed_it(asked, data):
    room = data.draw(st.lists(st.integers(0, 6), min_size=4, max_size=4))
    places = np.array([a for a, _ in asked], np.int64)
    lots = np.array([b for _, b in asked], np.uint64)
    granted = claims.grant(places, lots, np.array(room, np.int64))
    for place_, space in enumerate(room):
        here = places == place_
        assert granted[here].sum() == min(here.sum(), space)


@given(st.permutations(list(range(12))))
def test_who_is_granted_does_not_depend_on_row_order(order):
    lots = np.arange(100, 112, dtype=np.uint64)[::-1].copy()
    places = np.zeros(12, np.int64)
    straight = claims.grant(places, lots, np.array([5], np.int64))
    shuffled = claims.grant(places, lots[order], np.array([5], np.int64))
    assert np.array_equal(straight[order], shuffled)


# --- Distance ---


@given(st.floats(0, 5, width=32), st.booleans())
def test_without_distance_decay_distance_is_irrelevant(distance, frail):
    flat = PLACE._replace(distance_decay=f32(0))
    assert place.access(flat, f32(distance), frail) == 1


def test_a_frail_resident_reaches_a_service_less_often():
    assert place.access(PLACE, f32(1), True) < place.access(PLACE, f32(1), False)


def test_paper_reaches_who_looks_at_it_as_digital_media_reach_others():
    hazard = reach.hazard(REACH.digital)
    assert noticed(VOLUNTEER, paper=hazard, digital=0.0) == noticed(VOLUNTEER)
