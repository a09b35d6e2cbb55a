"""Flexible tasks move offers, cut some tasks short, cost staff, and help some and hurt others."""

import numpy as np
import pytest

import sim
from sim.columns import EVENT, GIG, OFFICE_HOURS, REPORT, SHIFTS, VOLUNTEER
from sim.inclusion import flexible_tasks
from sim.rules import availability

SMALL = {"scale": 0.01, "population.burn_in": 0, "flexible_tasks.on": True}


def published(funding=1.0, **numbers):
    changes = {f"flexible_tasks.{name}": value for name, value in numbers.items()}
    community = sim.load(overrides={**SMALL, **changes})
    community.accounts.funding = np.float32(funding)
    community.offers.withdraw()
    before = community.accounts.balance("fund")
    flexible_tasks.publish(community)
    return community, before - community.accounts.balance("fund")


@pytest.mark.parametrize("funding", [0.0, 0.5, 1.0])
def test_both_gain_and_cost_follow_what_the_fund_can_pay(funding):
    community, paid = published(
        funding, to_evening=0.2, to_weekend=0.4, short=0.5, recovered=0.4, weekly_cost=600.0
    )
    offers = community.offers
    assert offers.to_evening == pytest.approx(0.2 * funding)
    assert offers.to_weekend == pytest.approx(0.4 * funding)
    assert offers.recovered == pytest.approx(0.5 * 0.4 * funding)
    assert offers.shortened == pytest.approx(0.5 * 0.75 * funding)
    assert paid == round(600 * 100 * 0.01 * funding)


def test_a_short_task_that_takes_as_long_saves_nothing():
    p = sim.load(overrides=SMALL).numbers.flexible_tasks._replace(short_hours=np.float32(2))
    assert flexible_tasks.saved(p, np.float32(2)) == 0
    assert flexible_tasks.saved(p, np.float32(0.5)) == 0


def test_offers_leave_the_daytime_of_weekdays_and_hazards_stay_where_they_are():
    community, _ = published(to_evening=0.2, to_weekend=0.3)
    p, offers = community.numbers.availability, community.offers
    mix = availability.mix_of(p, offers, EVENT)
    assert mix == pytest.approx((0.5 * 0.35, 0.25 + 0.2 * 0.35, 0.4 + 0.3 * 0.35))
    assert availability.mix_of(p, offers, REPORT) == p.reports


def free_for_events(community):
    mix = availability.mix_of(community.numbers.availability, community.offers, EVENT)
    return np.array(mix) @ community.residents.free


def test_either_way_moving_offers_helps_those_in_offices_and_hurts_those_in_shifts():
    with_them, _ = published(to_evening=0.4, to_weekend=0.0)
    without, _ = published(to_evening=0.0, to_weekend=0.0)
    gain = free_for_events(with_them) - free_for_events(without)
    occupation = with_them.residents.occupation
    assert gain[occupation == OFFICE_HOURS].mean() > 0.03
    assert gain[occupation == SHIFTS].mean() < -0.005
    assert gain[occupation == GIG].mean() < 0


def lived(**numbers):
    given = {
        "scale": 0.05,
        "population.burn_in": 0,
        "flexible_tasks.on": True,
        "flexible_tasks.weekly_cost": 0.0,
        "flexible_tasks.to_evening": 0.0,
        "flexible_tasks.to_weekend": 0.0,
    }
    community = sim.load(
        overrides=given | {f"flexible_tasks.{name}": value for name, value in numbers.items()},
        seed=2,
    )
    community.run_for(26)
    outcomes = community.records.outcomes()
    return int(community.residents.acts[VOLUNTEER].sum()), outcomes["volunteer_hours"]


def test_either_way_short_tasks_bring_more_acts_and_fewer_hours_or_more_of_both():
    acts, hours = lived(short=0.0)
    many_acts, few_hours = lived(short=1.0, recovered=0.1)
    assert many_acts > acts
    assert few_hours < hours
    _, more_hours = lived(short=1.0, recovered=1.0, short_hours=1.5)
    assert more_hours > hours


def test_nothing_moved_and_nothing_cut_short_changes_nothing():
    assert lived(short=0.0) == lived(short=0.0, on=False)
