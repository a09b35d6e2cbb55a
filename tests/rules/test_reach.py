"""Postings saturate at a lasting habit of looking, attention is one budget, and word of mouth adds up."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.columns import DIGITAL, EVENT, PAPER
from sim.engine.numerics import millionths
from sim.headings import values_of
from sim.rules import reach
from sim.rules.reach import Reach

F = np.float32
P = values_of(Reach, {"neighbour": 0.2})
chance = st.floats(0, 0.984375, width=32)


@given(chance)
def test_a_chance_turned_into_a_hazard_and_back_is_the_chance(one):
    assert reach.saturated(reach.hazard(F(one)), F(1)) == pytest.approx(one, abs=1e-6)
    assert reach.chance_reached(F(0), reach.hazard(F(one))) == pytest.approx(one, abs=1e-6)


def test_two_ways_miss_together_as_often_as_both_miss():
    """.3 noticed and .2 told by themselves: missed by both .7 x .8, so reached .44."""
    told = reach.told_hazard(F(0), F(0), 0) + reach.hazard(F(0.2))
    assert reach.chance_reached(F(0.3), told) == pytest.approx(0.44, abs=1e-6)


def test_two_ties_and_a_call_add_up():
    told = reach.told_hazard(F(2), F(0.05), millionths(F(0.25)))
    assert told == pytest.approx(2 * 0.05 + 0.25, abs=2e-6)


def test_a_tie_asks_by_its_strength_and_louder_with_a_leader():
    weak, strong = (reach.neighbour_hazard(P, F(tie), F(1)) for tie in (0.5, 1.0))
    assert weak == pytest.approx(-math.log(0.9), rel=1e-5)
    assert strong == pytest.approx(-math.log(0.8), rel=1e-5)
    assert reach.neighbour_hazard(P, F(1.0), F(1.5)) == pytest.approx(1.5 * strong, rel=1e-6)
    assert reach.neighbour_hazard(P, F(0.0), F(1.5)) == 0


@given(chance, chance)
def test_two_media_are_worth_no_less_than_the_better_and_no_more_than_both(one, other):
    together = float(reach.noticed_in_either(P, F(one), F(other)))
    assert max(one, other) - 1e-6 <= together <= 1 - (1 - one) * (1 - other) + 1e-6


def test_with_undivided_attention_two_media_are_independent_and_with_none_the_weaker_is_lost():
    undivided, none = (P._replace(both=F(both)) for both in (1, 0))
    assert reach.noticed_in_either(undivided, F(0.3), F(0.2)) == pytest.approx(0.44, abs=1e-6)
    assert reach.noticed_in_either(none, F(0.3), F(0.2)) == pytest.approx(0.3)


@given(chance, chance)
def test_a_habit_of_looking_is_a_share_and_some_never_look(ever, often):
    habit = reach.habit_of_looking(P, DIGITAL, F(ever), F(often))
    assert 0 <= habit <= 1
    assert (habit == 0) == (F(ever) < P.never[DIGITAL])


def test_habits_follow_the_numbers_and_only_those_online_look_at_digital_media():
    r = sim.load(overrides={"scale": 0.1, "population.burn_in": 0}).residents
    assert (r.heeds[DIGITAL, ~r.online] == 0).all()
    for medium, could in ((DIGITAL, r.online), (PAPER, r.online | True)):
        habits = r.heeds[medium, could]
        # within 4.5 deviations of a share, and of the mean of a uniform number
        never = float((habits == 0).mean())
        assert abs(never - 0.2) < 4.5 * math.sqrt(0.2 * 0.8 / len(habits))
        looks = habits[habits > 0].mean()
        assert abs(looks - float(P.looks[medium])) < 4.5 * 0.25 / math.sqrt(3 * len(habits))


def acts_at_events(online, **overrides):
    community = sim.load(
        overrides={
            "scale": 0.1,
            "population.burn_in": 0,
            "rules.reach.neighbour": 0.0,
            "participation.tiredness": 0.0,
            **overrides,
        },
        seed=1,
    )
    community.run_for(26)
    there = community.residents.online == online
    return int(community.residents.acts[EVENT][there].sum())


def test_either_way_paper_adds_acts_offline_and_next_to_none_online():
    """Of those online, paper adds less than a tenth; where attention is undivided, more."""
    on = {"offline_channel.on": True}
    alone = acts_at_events(True, **{"reach.both": 0.0, "offline_channel.on": False})
    assert acts_at_events(True, **on, **{"reach.both": 0.0}) < 1.25 * alone
    assert acts_at_events(True, **on, **{"reach.both": 1.0}) > 1.25 * alone
    assert acts_at_events(False, **on) > 3 * acts_at_events(False)
