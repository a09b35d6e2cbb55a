"""Figures are written as declared, or not at all; sums are right to the last bits."""

import math

import numpy as np
import pytest

import sim
from sim import records

SMALL = {"population.scale": 0.004, "population.burn_in": 3}
COLUMN = np.random.default_rng(3).random(1001).astype(np.float32)


def test_sums_are_exact_to_the_last_bits_of_64():
    assert records.total(COLUMN) == pytest.approx(math.fsum(COLUMN), rel=1e-15)
    assert records.mean(COLUMN) == records.total(COLUMN) / 1001
    assert math.isnan(records.mean(COLUMN[:0]))


def test_a_mean_among_marked_rows_is_that_of_those_rows():
    marked = COLUMN > 0.5
    expected = math.fsum(COLUMN[marked]) / marked.sum()
    assert records.mean_among(COLUMN, marked) == pytest.approx(expected, rel=1e-15)
    assert math.isnan(records.mean_among(COLUMN, COLUMN > 1))


def test_a_share_of_nothing_is_no_number_and_a_share_of_none_is_zero():
    assert math.isnan(records.share(0, 0))
    assert records.share(0, 3) == 0
    assert records.share(1, 4) == 0.25


def test_means_leave_out_weeks_of_nobody_and_are_otherwise_the_mean():
    weeks = np.array([[1.0, np.nan, np.nan], [2.0, 4.0, np.nan], [6.0, 8.0, np.nan]])
    np.testing.assert_array_equal(records.mean_known(weeks), [3.0, 6.0, np.nan])
    full = np.random.default_rng(1).random((9, 4))
    np.testing.assert_array_equal(records.mean_known(full), full.mean(axis=0))


@pytest.mark.parametrize(
    ("over_time", "weeks", "said"),
    [
        ("sum", 30, "sum of all 30 weeks"),
        ("mean", 60, "mean of all 60 weeks"),
        ("year", 26, "mean of all 26 weeks"),
        ("year", 52, "mean of all 52 weeks"),
        ("year", 53, "mean of the last 52 of 53 weeks"),
        ("last", 30, "last week"),
        ("mean", 1, "the only week"),
    ],
)
def test_an_outcome_says_which_weeks_it_is_of(over_time, weeks, said):
    assert records.outcome("share", over_time).period(weeks) == said


def test_shares_are_read_in_percent_and_all_else_as_it_is():
    def shown(unit):
        return records.outcome(unit, "mean").shown

    assert shown("share") == (100.0, "%")
    assert shown("share of needs") == (100.0, "% of needs")
    assert shown("0-1") == (1.0, "0-1")


def test_a_rate_of_a_run_is_the_mean_of_its_last_52_weeks():
    community = sim.load("fengshu", overrides=SMALL)
    community.run_for(54)
    weekly = community.records.to_frame()
    found = community.records.outcomes()
    for name in ("rate_event", "rate_deliberate", "rate_event_elderly"):
        assert found[name] == pytest.approx(weekly[name].iloc[-52:].mean())
        assert found[name] != weekly[name].iloc[-1]


def test_a_group_of_nobody_has_no_rate_and_a_group_of_somebody_has_one():
    for compounds, empty in ((0, True), (1, False)):
        community = sim.load(
            "fengshu", overrides=SMALL | {"population.affordable_compounds": compounds}
        )
        community.run_for(2)
        found = community.records.outcomes()
        names = [name for name in found if name.startswith("rate_") and "low_income" in name]
        assert len(names) == 4
        assert all(math.isnan(found[name]) == empty for name in names)
        assert community.records.to_frame()[names].isna().to_numpy().all() == empty


def test_where_there_are_no_partners_they_have_no_commitment_and_no_load():
    none = {"population.initial_partners": 0, "population.local_units": 0, "partners.join": 0}
    community = sim.load("fengshu", overrides=SMALL | none)
    community.run_for(3)
    found = community.records.outcomes()
    assert found["partners"] == 0
    for name in ("partners_active", "partner_commitment", "partner_load", "project_wait"):
        assert math.isnan(found[name]), name


@pytest.mark.parametrize(
    ("change", "error"),
    [(lambda seen: seen | {"another": 0.0}, ValueError), (lambda seen: {}, KeyError)],
    ids=["one too many", "one too few"],
)
def test_a_figure_that_is_not_declared_or_not_given_is_an_error(change, error):
    community = sim.load("fengshu", overrides=SMALL)
    observe, names = community.records._observers[0]
    community.records._observers[0] = (lambda town: change(observe(town)), names)
    with pytest.raises(error):
        community.run_for(1)


def test_figures_given_in_another_order_are_written_in_the_declared_one():
    first, second = (sim.load("fengshu", overrides=SMALL) for _ in range(2))
    second.records._observers = [
        (lambda town, given=observe: dict(reversed(given(town).items())), names)
        for observe, names in second.records._observers
    ]
    first.run_for(2)
    second.run_for(2)
    assert first.records.as_array().tobytes() == second.records.as_array().tobytes()
