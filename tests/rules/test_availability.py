"""When residents are free follows from what they do, and from nothing that they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.columns import (
    ELDERLY,
    GIG,
    MODES,
    NOT_WORKING,
    OCCUPATIONS,
    OFFICE_HOURS,
    OWN_BUSINESS,
    SHIFTS,
    Residents,
)
from sim.headings import values_of
from sim.rules import availability
from sim.rules.availability import Availability
from tests.one_row import one

F = np.float32
P = values_of(Availability)
EQUAL = {
    "availability.irregular_migrant": 1.0,
    "availability.irregular_renter": 1.0,
    "availability.irregular_tertiary": 1.0,
}


def irregular(p=P, **traits):
    return float(availability.irregular_chance(one(Residents, **traits), p))


def test_odds_of_irregular_work_multiply_and_alike_they_are_one_share():
    local_owner = {"migrant": False, "owner": True, "tertiary": False}
    assert irregular(**local_owner) == pytest.approx(0.2)
    assert irregular(**{**local_owner, "migrant": True}) == pytest.approx(2.5 / 6.5)
    assert irregular(**{**local_owner, "owner": False}) == pytest.approx(1.3 / 5.3)
    assert irregular(**{**local_owner, "tertiary": True}) == pytest.approx(0.5 / 4.5)
    alike = P._replace(irregular_migrant=F(1), irregular_renter=F(1), irregular_tertiary=F(1))
    assert irregular(alike, migrant=True, tertiary=True) == pytest.approx(0.2)
    # Either way: an association below one makes migrants the more regular workers.
    other = P._replace(irregular_migrant=F(0.4))
    assert irregular(other, **{**local_owner, "migrant": True}) < 0.2


def test_each_draw_picks_the_kind_of_work_that_its_share_says():
    kinds = [int(availability.kind_of(P, F(draw))) for draw in (0.0, 0.44, 0.46, 0.79, 0.81, 0.99)]
    assert kinds == [SHIFTS, SHIFTS, OWN_BUSINESS, OWN_BUSINESS, GIG, GIG]


def test_work_takes_the_hours_of_its_pattern_and_no_work_none():
    for occupation, hours in (
        (OFFICE_HOURS, P.office_work),
        (SHIFTS, P.shift_work),
        (OWN_BUSINESS, P.own_business),
        (GIG, P.gig_work),
    ):
        taken = [availability.hours_at_work(P, occupation, window) for window in range(3)]
        assert taken == list(hours)
    assert [availability.hours_at_work(P, NOT_WORKING, w) for w in range(3)] == [0, 0, 0]


def test_the_way_to_work_is_spread_as_work_is_and_nobody_without_work_commutes():
    assert availability.with_commute(P, F(42), F(49)) == pytest.approx(42 + 6 * 42 / 49)
    assert availability.with_commute(P, F(0), F(0)) == 0


def test_duties_of_care_are_spread_over_the_windows_and_add_up():
    def home(children, caring):
        return [float(availability.at_home(P, children, caring, window)) for window in range(3)]

    assert sum(home(0, False)) == pytest.approx(16)
    assert sum(home(2, False)) == pytest.approx(30)
    assert sum(home(1, True)) == pytest.approx(40)
    assert home(0, False)[0] == pytest.approx(16 * 50 / 98)


@given(st.floats(5, 80, width=32), st.floats(0, 200, width=32), st.floats(0, 50, width=32))
def test_more_taken_never_leaves_more_and_somebody_is_always_free_a_little(hours, taken, more):
    left, less = (availability.free_part(F(hours), F(t)) for t in (taken, taken + more))
    assert F(0.02) <= less <= left <= F(0.95)


def test_a_carer_shares_the_household_with_somebody_else_who_is_frail():
    community = sim.load(overrides={"scale": 0.05, "population.burn_in": 0})
    r = community.residents
    who = availability.carers(r)
    frail_of = {}
    for row, household in enumerate(r.household.tolist()):
        frail_of.setdefault(household, set()).update({row} if r.frail[row] else set())
    expected = [bool(frail_of[h] - {row}) for row, h in enumerate(r.household.tolist())]
    assert who.tolist() == expected
    assert 0 < who.sum() < len(who) / 4


def at_full(**overrides):
    return sim.load(
        overrides={"scale": 0.2, "population.burn_in": 0, **overrides}, seed=5
    ).residents


def test_each_occupation_has_its_hours_left_and_they_differ_within_it():
    r = at_full()
    assert set(np.unique(r.occupation)) == set(range(len(OCCUPATIONS)))
    left = {o: r.free[:, r.occupation == o].mean(axis=1) for o in range(len(OCCUPATIONS))}
    assert (left[NOT_WORKING] > 0.75).all()
    assert left[OFFICE_HOURS][0] < 0.1 < 0.5 < left[OFFICE_HOURS][1]
    assert left[SHIFTS][0] > left[OFFICE_HOURS][0] + 0.15
    assert left[SHIFTS][1] < left[OFFICE_HOURS][1] - 0.3
    assert left[GIG].max() < left[OWN_BUSINESS].max() < 0.3
    assert r.free[2, r.occupation == SHIFTS].std() > 0.02


def test_either_way_who_is_less_free_changes_with_the_patterns():
    def free_gap(**overrides):
        r = at_full(**overrides)
        evening = r.free[1]
        return float(evening[r.migrant].mean() - evening[~r.migrant].mean())

    assert free_gap() < -0.02
    assert free_gap(**{"availability.irregular_migrant": 0.1}) > 0.005


ALIKE = EQUAL | {
    "population.not_working": {"young": 0.3, "middle": 0.3, "elderly": 0.3},
    "population.parents": {"young": 0.5, "middle": 0.5, "elderly": 0.5},
    "population.frail": {"young": 0.03, "middle": 0.03, "elderly": 0.03},
    "population.alone": {"young": 0.1, "middle": 0.1, "elderly": 0.1},
    "population.member_by_age": {"young": 1.0, "middle": 1.0, "elderly": 1.0},
    "population.age_likeness": 0.0,
    "population.tertiary_by_youth": 0.0,
    "population.online_elderly": 0.9,
    "population.online_others": 0.9,
    "population.newcomer_ties": 1.0,
    "population.homophily": 0.0,
    "population.owner_if_migrant": 0.65,
    "population.floating_members": 0,
    "population.key_care": 0.0,
    "needs.elderly_medical": 1.0,
    "needs.alone_eldercare": 1.0,
    "needs.elderly_administration": 1.0,
}
"""Nobody's origin or age goes with anything that a rule reads."""

SEEDS = 40
FALSE_ALARM = 3.5
"""Standard errors; with eight ratios one of them is exceeded by chance in 4 of 1,000 such tests."""


def representations(seed, **overrides):
    given = {"scale": 0.02, "population.burn_in": 8, **overrides}
    community = sim.load(overrides=given, seed=seed)
    community.run_for(40)
    r = community.residents
    ratios = []
    for mode in range(len(MODES)):
        acts = r.acts[mode].astype(float)
        for group in (r.migrant, r.age == ELDERLY):
            ratios.append(acts[group].mean() / acts.mean() if acts.any() else np.nan)
    return ratios


def test_no_label_with_equal_circumstances_nobody_takes_part_more_for_what_they_are():
    ratios = np.array([representations(seed, **ALIKE) for seed in range(1, SEEDS + 1)])
    mean = np.nanmean(ratios, axis=0)
    error = np.nanstd(ratios, axis=0, ddof=1) / np.sqrt(SEEDS)
    assert (np.abs(mean - 1) < FALSE_ALARM * error).all(), (mean, error)


@pytest.mark.parametrize(("odds", "sign"), [(10.0, -1), (0.1, 1)])
def test_with_patterns_shifted_representation_leaves_one_either_way(odds, sign):
    """At events; by occupation alone: the groups are alike in everything else."""
    shifted = ALIKE | {"availability.irregular_migrant": odds, "availability.irregular": 0.6}
    ratios = np.array([representations(seed, **shifted)[0] for seed in range(1, 25)])
    error = ratios.std(ddof=1) / np.sqrt(len(ratios))
    assert sign * (ratios.mean() - 1) > 2 * error
