"""Channels add up as hazards: each takes effect where the others have not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.numerics import millionths
from sim.headings import values_of
from sim.rules import reach
from sim.rules.reach import Reach

F = np.float32
P = values_of(Reach, {"neighbour": 0.2})


@given(st.floats(0, 0.984375, width=32))
def test_a_chance_turned_into_a_hazard_and_back_is_the_chance(chance):
    assert reach.chance_reached(reach.hazard(F(chance))) == pytest.approx(chance, abs=1e-6)


def test_two_channels_miss_together_as_often_as_both_miss():
    """.3 and .2 by themselves: missed by both .7 x .8, so reached .44."""
    total = reach.total_hazard(reach.hazard(F(0.3)), F(1), F(0), F(0), 0) + reach.hazard(F(0.2))
    assert reach.chance_reached(total) == pytest.approx(0.44, abs=1e-6)


def test_three_offers_and_two_ties_and_a_call_add_up():
    total = reach.total_hazard(F(0.1), F(3), F(2), F(0.05), millionths(F(0.25)))
    assert total == pytest.approx(0.1 * 3 + 2 * 0.05 + 0.25, abs=2e-6)
    assert reach.total_hazard(F(0), F(3), F(0), F(0.05), 0) == 0


def test_a_tie_asks_by_its_strength_and_louder_with_a_leader():
    weak, strong = (reach.neighbour_hazard(P, F(tie), F(1)) for tie in (0.5, 1.0))
    assert weak == pytest.approx(-math.log(0.9), rel=1e-5)
    assert strong == pytest.approx(-math.log(0.8), rel=1e-5)
    assert reach.neighbour_hazard(P, F(1.0), F(1.5)) == pytest.approx(1.5 * strong, rel=1e-6)
    assert reach.neighbour_hazard(P, F(0.0), F(1.5)) == 0
