"""Hazards harm passers-by, repairs are seen, and what comes of trust is open."""

import numpy as np

import sim
from sim.boards import Accidents
from sim.columns import MEDICAL, NEED_ARISEN

BASE = {"scale": 0.1, "population.burn_in": 13}


def lived(weeks=60, seed=1, **overrides):
    community = sim.load(overrides={**BASE, **overrides}, seed=seed)
    community.run_for(weeks)
    return community, community.records.outcomes()


def test_who_came_to_harm_has_an_urgent_medical_need_in_the_next_week():
    community = sim.load(overrides={**BASE, "harm.rate": 0.5, "harm.hours": 7.0}, seed=2)
    community.run_for(1)
    harmed = community.accidents.owners.tolist()
    assert harmed
    community.run_for(1)
    needs = community.needs.used()
    new = np.flatnonzero((needs.born == community.week - 1) & (needs.hours == 7))
    assert sorted(needs.owner[new].tolist()) == sorted(harmed)
    assert needs.urgent[new].all()
    assert (needs.domain[new] == MEDICAL).all()
    assert (needs.stage[new] >= NEED_ARISEN).all()


def test_accidents_follow_the_rate_and_the_hazards():
    """About rate times hazard-weeks; within four deviations of a Poisson number."""
    _, outcomes = lived(**{"harm.rate": 0.1})
    expected = 0.1 * outcomes["hazard_weeks_at_risk"] * 0.1  # of the tenth that is simulated
    assert abs(outcomes["accidents"] * 0.1 - expected) < 4 * np.sqrt(expected)
    assert lived(**{"harm.rate": 0.0})[1]["accidents"] == 0


def trust(**overrides):
    return lived(**{"hazards.arrival": 20.0, **overrides})[1]["trust"]


NOTHING = {"harm.rate": 0.0, "harm.repair_seen": 0.0}


def test_either_way_hazards_cost_trust_where_nobody_sees_to_them_and_earn_it_where_somebody_does():
    careless = {"hazards.fix": 0.0, "harm.rate": 0.05}
    assert trust(**careless) < trust(**{**careless, **NOTHING}) - 0.003
    careful = {"hazards.fix": 1.0, "hazards.upkeep": 0.9, "harm.rate": 0.005}
    assert trust(**careful) > trust(**{**careful, **NOTHING}) + 0.003


def test_with_a_rate_of_zero_hazards_that_nobody_repairs_change_no_resident():
    def residents(arrival):
        community, _ = lived(
            weeks=20,
            **{
                **NOTHING,
                "hazards.arrival": arrival,
                "provision.danger": 0.0,
                "co_safety.on": False,
                "micro_grid.on": False,
            },
        )
        return [column.tobytes() for column in community.residents]

    assert residents(1.0) == residents(30.0)


def test_the_board_is_emptied_when_it_is_taken_up():
    board = Accidents()
    board.report(np.array([4, 2]), 3.0)
    assert board.take_up().tolist() == [4, 2]
    assert board.take_up().tolist() == []
