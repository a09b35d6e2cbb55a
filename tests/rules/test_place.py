"""Where a need is served, and how a way keeps people from going."""

import math

import numpy as np
import pytest

from sim.columns import ADMINISTRATION, CHILDCARE, DOMAINS, MEDICAL, REPAIR
from sim.headings import values_of
from sim.rules import place
from sim.rules.place import Place

P = values_of(Place, {"outside_distance": 2.2, "distance_decay": 0.5, "frail_mobility": 3.0})
F = np.float32


@pytest.mark.parametrize(
    ("domain", "before", "after"),
    [(MEDICAL, 2.2, 0.4), (CHILDCARE, 2.2, 0.4), (ADMINISTRATION, 0.4, 0.4), (REPAIR, 0.0, 0.0)],
)
def test_the_complex_shortens_ways_and_repairs_need_none(domain, before, after):
    ways = [place.service_distance(P, domain, F(0.4), opened) for opened in (False, True)]
    assert ways == pytest.approx([before, after])


def test_a_complex_further_than_the_services_outside_makes_ways_longer():
    far = F(3.0)
    assert place.service_distance(P, MEDICAL, far, True) > place.service_distance(
        P, MEDICAL, far, False
    )


def test_two_kilometres_leave_a_share_of_e_to_the_minus_one():
    assert place.access(P, F(2.0), False) == pytest.approx(math.exp(-1.0), rel=1e-6)
    assert place.access(P, F(0.0), True) == 1


def test_a_kilometre_is_three_to_the_frail():
    assert place.access(P, F(1.0), True) == pytest.approx(place.access(P, F(3.0), False), rel=1e-6)


def test_without_decay_no_way_is_too_far():
    free = values_of(Place, {"distance_decay": 0.0})
    assert all(
        place.access(free, place.service_distance(free, domain, F(20), True), True) == 1
        for domain in range(len(DOMAINS))
    )
