"""Organised events: how many, what they cost, and what happens when the money is short."""

import numpy as np
import pytest

import sim
from sim.mechanisms import co_culture

SMALL = {"scale": 0.02, "population.burn_in": 0}


def held(seed=1, weeks=26, **changes):
    community = sim.load(overrides={**SMALL, **changes}, seed=seed)
    community.run_for(weeks)
    return community.records.to_frame()["events_held"].mean()


def test_without_the_mechanism_only_events_by_chance_are_held():
    with_it = held(**{"co_culture.events_per_week": 6.0})
    without = held(**{"co_culture.on": False})
    none = held(**{"co_culture.on": False, "events.spontaneous": 0.0})
    assert with_it > without > none == 0


def test_the_number_of_events_is_the_declared_one_up_to_luck():
    """Poisson with mean 4.7 + .5 over 26 weeks: beyond 4 standard errors once in 16,000 seeds."""
    expected = 5.2
    assert abs(held() - expected) < 4 * np.sqrt(expected / 26)


def test_events_are_paid_for_in_proportion_to_the_scale():
    community = sim.load(overrides={**SMALL, "co_culture.event_cost": 500.0})
    before = community.accounts.balance("fund")
    community.state.events.planned.clear()
    co_culture.publish(community)
    ((series, counts, _),) = community.state.events.planned
    paid = before - community.accounts.balance("fund")
    assert series == 1
    assert paid == round(sum(counts) * 500 * 100 * 0.02)


@pytest.mark.parametrize(("funding", "some"), [(0.0, False), (1.0, True)])
def test_a_fund_without_money_holds_no_organised_event(funding, some):
    community = sim.load(overrides={**SMALL, "co_culture.events_per_week": 40.0})
    community.accounts.funding = np.float32(funding)
    community.state.events.planned.clear()
    co_culture.publish(community)
    ((_, counts, _),) = community.state.events.planned
    assert (sum(counts) > 0) is some


def test_children_come_along_only_where_they_are_declared_to():
    for companions, come in ((0.0, False), (0.5, True)):
        community = sim.load(overrides={**SMALL, "participation.companions": companions})
        community.run_for(8)
        assert bool(community.records.to_frame()["companions"].sum() > 0) is come
