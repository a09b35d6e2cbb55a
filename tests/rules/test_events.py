"""Events: their quality, their rows, and what attending one leaves."""

import numpy as np
import pytest

import sim
from sim.columns import CULTURE, EVENT
from sim.headings import values_of
from sim.rules import events, satisfaction
from sim.rules.events import Events

F = np.float32
SMALL = {"scale": 0.01, "population.burn_in": 0}


@pytest.mark.parametrize(
    ("quality", "spread", "chance", "expected"),
    [(0.6, 0.4, 0.5, 0.6), (0.6, 0.4, 0.0, 0.4), (0.9, 0.6, 0.99, 1.0), (0.1, 0.6, 0.0, 0.0)],
)
def test_quality_is_drawn_around_the_mean_and_held_in_bounds(quality, spread, chance, expected):
    p = values_of(Events, {"quality": quality, "quality_spread": spread})
    assert events.event_quality(p, F(chance)) == pytest.approx(expected, abs=1e-6)


def planned(*plans, communities=1):
    community = sim.load(overrides={**SMALL, "population.communities": communities})
    events.open_week(community)
    for plan in plans:
        events.plan(community, *plan)
    events.value(community)
    return community


def test_what_is_planned_is_held_whatever_the_order_of_the_plans():
    one, other = (
        planned(*plans) for plans in ([(1, [3], 2), (0, [1], 0)], [(0, [1], 0), (1, [3], 2)])
    )
    assert one.state.events.held == 4
    first, last = one.state.events.row, one.events.count
    for column in ("week", "brand", "capacity", "quality"):
        ours, theirs = (getattr(c.events.rows, column)[first:last] for c in (one, other))
        assert ours.tobytes() == theirs.tobytes()


def test_each_territory_holds_its_own():
    community = planned((1, [2, 0, 3], 1), communities=3)
    assert community.state.events.count.tolist() == [2, 0, 3]
    assert community.state.events.first.tolist() == [0, 2, 2]


def test_last_week_s_events_are_forgotten():
    community = planned((1, [2], 1))
    events.open_week(community)
    events.value(community)
    assert community.state.events.held == 0
    assert community.state.events.row == community.events.count == 2


@pytest.mark.parametrize(("quality", "better"), [(1.0, True), (0.0, False)])
def test_a_good_event_raises_satisfaction_with_culture_and_a_bad_one_lowers_it(quality, better):
    community = planned((1, [1], 1))
    community.events.rows.quality[:] = quality
    residents = community.residents
    residents.acted[:] = 0
    residents.acted[0] = 1 << EVENT
    residents.event[0] = community.state.events.row
    before = residents.satisfaction[CULTURE].copy()
    satisfaction.enjoy_event(community)
    assert (residents.satisfaction[CULTURE, 0] > before[0]) is np.bool_(better)
    assert np.array_equal(residents.satisfaction[CULTURE, 1:], before[1:])
