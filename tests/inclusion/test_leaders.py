"""Leaders are trained in turn, cost what they cost, and spread asks where they live."""

import numpy as np
import pytest

import sim
from sim.inclusion import leaders
from sim.rules.participation import weigh_ties

SMALL = {"scale": 0.01, "population.burn_in": 0, "leaders.on": True}


def trained(**numbers):
    changes = {f"leaders.{name}": value for name, value in numbers.items()}
    community = sim.load(overrides={**SMALL, **changes})
    community.offers.withdraw()
    before = community.accounts.balance("fund")
    leaders.publish(community)
    return community, before - community.accounts.balance("fund")


def test_so_many_are_trained_as_declared_and_each_is_paid_for():
    community, paid = trained(trained_per_quarter=7, training_cost=1000.0)
    assert np.count_nonzero(community.micro_grids.leader) == 7
    assert paid == 7 * 1000 * 100 * 0.01


def test_no_micro_grid_has_two_and_training_ends_when_all_have_one():
    community, _ = trained(trained_per_quarter=50)
    leaders.publish(community)
    leaders.publish(community)
    assert community.micro_grids.leader.all()
    assert community.state.leaders.trained == 0


def test_asks_spread_where_there_is_a_leader_and_nowhere_else():
    community, _ = trained(trained_per_quarter=5, boost=2.0)
    spread, leader = community.offers.spread, community.micro_grids.leader
    assert (spread[leader] == 2).all()
    assert (spread[~leader] == 1).all()


@pytest.mark.parametrize("week", [1, 12, 14])
def test_nobody_is_trained_between_quarters(week):
    community = sim.load(overrides=SMALL)
    community.week = week
    leaders.publish(community)
    assert not community.micro_grids.leader.any()


def test_a_leader_without_a_boost_changes_no_act():
    def run(**changes):
        community = sim.load(overrides={**SMALL, **changes}, seed=4)
        community.run_for(8)
        return community.residents.acts.copy()

    assert np.array_equal(run(**{"leaders.boost": 1.0}), run(**{"leaders.on": False}))


def test_where_there_is_a_leader_an_active_tie_asks_twice_as_loud():
    community, _ = trained(trained_per_quarter=5, boost=2.0)
    heard, residents = community.state.participation.by_tie, community.residents
    weigh_ties(community, np.ones(len(community.micro_grids.first), np.float32))
    before = heard.copy()
    weigh_ties(community, community.offers.spread)
    led = community.micro_grids.leader[residents.micro_grid]
    np.testing.assert_allclose(heard[led], 2 * before[led], rtol=1e-6)
    assert np.array_equal(heard[~led], before[~led])
    assert before[led].any()
