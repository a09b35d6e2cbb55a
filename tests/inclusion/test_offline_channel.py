"""Paper and a counter reach whoever is there to see them, as far as the fund pays."""

import math

import numpy as np
import pytest

import sim
from sim.inclusion import offline_channel
from sim.rules.reach import saturated

SMALL = {"scale": 0.01, "population.burn_in": 0, "offline_channel.on": True}


def published(funding=1.0, **numbers):
    changes = {f"offline_channel.{name}": value for name, value in numbers.items()}
    community = sim.load(overrides={**SMALL, **changes})
    community.accounts.funding = np.float32(funding)
    community.offers.withdraw()
    before = community.accounts.balance("fund")
    offline_channel.publish(community)
    return community, before - community.accounts.balance("fund")


def test_the_hazard_on_paper_is_that_of_the_declared_chance():
    community, _ = published(chance=0.2)
    assert community.offers.paper == pytest.approx(-math.log(0.8), rel=1e-6)
    assert saturated(community.offers.paper, 1) == pytest.approx(0.2, rel=1e-6)


@pytest.mark.parametrize("funding", [0.0, 0.25, 1.0])
def test_posters_and_their_cost_follow_what_the_fund_can_pay(funding):
    community, paid = published(funding, chance=0.2, weekly_cost=800.0)
    assert community.offers.paper == pytest.approx(-math.log(0.8) * funding, abs=1e-7)
    assert paid == round(800 * 100 * 0.01 * funding)


def offline_acts(seed, **changes):
    community = sim.load(
        overrides={
            "scale": 0.03,
            "population.burn_in": 0,
            "population.online_elderly": 0.0,
            "rules.reach.neighbour": 0.0,
            **changes,
        },
        seed=seed,
    )
    community.run_for(12)
    online = community.residents.online
    return int(community.residents.acts[0][~online].sum())


def test_it_reaches_people_offline_where_they_look_and_not_where_nobody_sees_it():
    without = offline_acts(1)
    assert offline_acts(1, **{"offline_channel.on": True, "offline_channel.chance": 0.0}) == without
    assert offline_acts(1, **{"offline_channel.on": True, "offline_channel.chance": 0.4}) > without
