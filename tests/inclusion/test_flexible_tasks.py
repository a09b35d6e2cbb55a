"""Flexible tasks give back a share of the time that is taken, and cost staff."""

import numpy as np
import pytest

import sim
from sim.inclusion import flexible_tasks
from sim.rules import reach

SMALL = {"scale": 0.01, "population.burn_in": 0, "flexible_tasks.on": True}


def published(funding=1.0, **numbers):
    changes = {f"flexible_tasks.{name}": value for name, value in numbers.items()}
    community = sim.load(overrides={**SMALL, **changes})
    community.accounts.funding = np.float32(funding)
    community.offers.withdraw()
    before = community.accounts.balance("fund")
    flexible_tasks.publish(community)
    return community, before - community.accounts.balance("fund")


def test_a_share_of_taken_time_is_recovered():
    """Of the 75 % of the time that is taken, a third comes back: .25 + .75 / 3 = .5."""
    assert reach.chance_free(np.float32(0.25), np.float32(1 / 3)) == pytest.approx(0.5)
    assert reach.chance_free(np.float32(0.25), np.float32(0)) == np.float32(0.25)
    assert reach.chance_free(np.float32(0.25), np.float32(1)) == 1


@pytest.mark.parametrize("funding", [0.0, 0.5, 1.0])
def test_both_gain_and_cost_follow_what_the_fund_can_pay(funding):
    community, paid = published(funding, recovered=0.4, weekly_cost=600.0)
    assert community.offers.flexibility == pytest.approx(0.4 * funding)
    assert paid == round(600 * 100 * 0.01 * funding)


def test_they_help_those_without_time_most():
    gain = [
        float(reach.chance_free(np.float32(free), np.float32(0.3))) - free
        for free in (0.05, 0.35, 0.95)
    ]
    assert gain == sorted(gain, reverse=True)
    assert gain[0] > 10 * gain[2]


def test_more_is_done_with_them_where_places_are_plenty_and_nothing_changes_where_none_is_recovered():
    def acts(recovered, on=True):
        community = sim.load(
            overrides={
                "scale": 0.03,
                "population.burn_in": 0,
                "flexible_tasks.on": on,
                "flexible_tasks.recovered": recovered,
                "flexible_tasks.weekly_cost": 0.0,
            },
            seed=2,
        )
        community.run_for(12)
        return community.residents.acts.copy()

    without = acts(0.3, on=False)
    assert np.array_equal(acts(0.0), without)
    assert acts(1.0).sum() > without.sum()
