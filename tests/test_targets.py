"""Targets: every published figure, each with a measure that known weeks answer as they should."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from sim import records, scenario, targets
from sim.targets import TargetRun, Window


def weeks(count=104, **figures):
    names = dict.fromkeys(records.declared(), 0.0) | figures
    return pd.DataFrame({name: np.full(count, value) for name, value in names.items()})


def run_of(**figures):
    return TargetRun(weeks(**figures), {"mediators_elderly": 0.5})


def row(identifier, years=2, **figures):
    target = next(
        target
        for target in targets.declared()
        if target.id.startswith(identifier) and target.years == years
    )
    return targets.row_of(target, [run_of(**figures)])


def test_every_measure_reads_declared_figures_only():
    window = Window(weeks(**dict.fromkeys(records.declared(), 1.0)), 2, {"mediators_elderly": 0.5})
    for target in targets.declared():
        assert math.isfinite(target.measure(window)), target.id
        if target.truth is not None:
            assert math.isfinite(target.truth(window)), target.id


def test_ranges_hold_their_target_and_names_are_unique():
    rows = targets.declared()
    assert len({(target.id, target.years) for target in rows}) == len(rows)
    for target in rows:
        assert target.low <= target.value <= target.high, target.id
        assert target.tier in targets.TIERS


def test_undated_counts_come_under_each_assumed_period():
    years = [target.years for target in targets.declared() if target.id.startswith("attendance ")]
    assert years == [1, 2, 3, 5]


def test_ratios_need_no_period():
    found = row("attendance_per_event", attendance=759.0, events_held=10.0)
    assert found.model == pytest.approx(75.9)
    assert found.factor == pytest.approx(1.0)
    assert found.within_two
    assert found.in_range
    assert row("hazards_per_report", hazards_recorded=1.0, reports_filed=10.0).model == (
        pytest.approx(10.0)
    )


def test_yearly_figures_are_per_year_and_truth_stands_beside_the_books():
    found = row("disputes_mediated", disputes_recorded=2.5, disputes_mediated=4.0)
    assert found.model == pytest.approx(130.0)
    assert found.true == pytest.approx(208.0)
    assert found.in_range
    found = row(
        "resolution",
        disputes_recorded=50.0,
        disputes_recorded_resolved=49.0,
        disputes_resolved=49.0,
        disputes_unresolved=21.0,
    )
    assert found.model == pytest.approx(98.0)
    assert found.true == pytest.approx(70.0)


def test_counts_are_summed_over_their_period():
    assert row("projects ", years=1, projects_done=1.0).model == pytest.approx(52.0)
    assert row("projects ", years=2, projects_done=1.0).model == pytest.approx(104.0)
    assert not row("projects ", years=2, projects_done=2.0).within_two


def test_what_was_fed_in_is_shown_apart_and_never_held_against_the_model():
    fed = [target for target in targets.declared() if target.fed]
    assert {target.tier for target in fed} == {targets.FED}
    assert len(fed) == 6
    base = scenario.load("fengshu")
    for target in fed:
        assert base.value(target.fed) is not None, target.fed
    read_back = row("events ", events_held=50.0)
    assert math.isnan(read_back.factor)
    table = targets.Table("x", [1], [read_back, row("projects ", years=2, projects_done=9.0)])
    assert [one.target.id for one in table.outside()] == ["projects (D2)"]
    assert "1 of 1" in str(table)
    assert "events (F1) is mechanisms.co_culture.events_per_week" in str(table)


def test_signs_are_right_or_wrong():
    assert row("young_below", rate_event_elderly=0.2, rate_event_young=0.1).within_two
    assert not row("young_below", rate_event_elderly=0.1, rate_event_young=0.2).within_two
    assert not row("satisfaction_medical", satisfaction_medical=0.5).within_two
    assert row("elderly_in_roles").within_two


def test_nothing_over_nothing_is_outside_and_shown():
    table = targets.Table("x", [1], [row("attendance_per_event")])
    assert len(table.outside()) == 1
    assert "none" in str(table)
    assert table.to_dict()["targets"][0]["model"] is None


def test_a_scenario_is_held_against_all_targets():
    small = scenario.load("fengshu").with_overrides({"scale": 0.004, "population.burn_in": 4})
    table = targets.targets(small, seed=2, replications=1, periods=(1, 2))
    content = json.loads(json.dumps(table.to_dict(), allow_nan=False))
    assert content["calibrated"] is False
    assert len(content["targets"]) == len(targets.declared((1, 2)))
    text = str(table)
    assert max(map(len, text.splitlines())) <= 100
    for row in table.outside():
        assert f"{row.target.id}, {row.target.years} y" in text
