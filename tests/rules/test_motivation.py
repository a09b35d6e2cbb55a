"""Motivation, habit, fatigue, and ties: bounds, known values, order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.headings import values_of
from sim.rules import motivation, ties

P = values_of(motivation.Motivation)
TIES = values_of(ties.Ties)
unit = st.floats(0, 1, width=32)
f32 = np.float32


@given(unit, unit, st.integers(-2_000_000, 2_000_000))
def test_motivation_stays_between_zero_and_one(before, baseline, nudge):
    after = motivation.next_motivation(P, f32(before), f32(baseline), np.int32(nudge))
    assert 0 <= after <= 1
    assert after.dtype == np.float32


def test_motivation_rests_at_its_baseline():
    assert motivation.next_motivation(P, f32(0.4), f32(0.4), np.int32(0)) == f32(0.4)


@given(unit)
def test_habit_grows_with_an_act_fades_without_and_stays_in_bounds(before):
    grown = motivation.next_habit(P, f32(before), True)
    faded = motivation.next_habit(P, f32(before), False)
    assert 0 <= faded <= f32(before) <= grown <= 1


def test_weekly_acts_form_95_percent_of_a_habit_after_fifty_weeks():
    habit = f32(0)
    for _ in range(50):
        habit = motivation.next_habit(P, habit, True)
    assert habit == pytest.approx(1 - (1 - 0.06) ** 50, abs=1e-4)


def test_fatigue_of_two_weekly_hours_settles_at_their_known_level():
    fatigue = f32(0)
    for _ in range(200):
        fatigue = motivation.next_fatigue(P, fatigue, f32(2))
    assert fatigue == pytest.approx(0.03 * 2 / (1 - 0.9), rel=1e-4)


@given(unit, st.floats(0, 168, width=32))
def test_fatigue_keeps_its_declared_bound(before, hours):
    assert 0 <= motivation.next_fatigue(P, f32(before), f32(hours)) <= 3


@given(unit)
def test_an_average_experience_leaves_motivation_alone(chance):
    felt = motivation.experience(P, f32(chance))
    assert 0 <= felt <= 1
    assert np.sign(motivation.lift(P, felt)) == np.sign(felt - f32(0.5))


@given(unit, unit, unit)
def test_a_fresh_honour_and_motivation_keep_volunteers_and_fatigue_drives_them_off(f, m, h):
    effect = f32(-0.37)
    chance = motivation.exit_chance(P, effect, f32(f), f32(m), f32(h))
    assert 0 < chance < 1
    assert motivation.exit_chance(P, effect, f32(f), f32(m), f32(1)) <= chance
    assert motivation.exit_chance(P, effect, f32(f), f32(1), f32(h)) <= chance
    assert motivation.exit_chance(P, effect, f32(1), f32(m), f32(h)) >= chance


def test_an_average_volunteer_leaves_at_the_declared_hazard():
    chance = motivation.exit_chance(P, f32(-0.37), f32(0), f32(0.5), f32(0))
    assert chance == pytest.approx(0.0084, rel=1e-5)


# --- Ties ---


def test_a_tie_halves_in_a_year():
    strength = f32(0.8)
    for _ in range(52):
        strength = ties.faded(TIES, strength)
    assert strength == pytest.approx(0.4, rel=0.01)


@given(unit)
def test_meeting_never_weakens_a_tie_nor_takes_it_past_one(before):
    assert f32(before) <= ties.strengthened(TIES, f32(before)) <= 1


@given(st.integers(0, 50), st.integers(1, 50), unit)
def test_one_meets_another_attendee_and_never_oneself(place, others, chance):
    chance = min(chance, float(np.nextafter(f32(1), f32(0))))
    first = 100
    place = first + place % (others + 1)
    met = ties.other_attendee(place, first, others, f32(chance))
    assert first <= met <= first + others
    assert met != place


@given(st.integers(0, 10_000))
def test_acquaintances_are_a_probability_and_grow_with_company(others):
    chance = ties.acquaintance_chance(TIES, others)
    assert 0 <= chance <= 1
    assert ties.acquaintance_chance(TIES, others + 1) >= chance
