"""Paired differences: intervals with known answers, equal scenarios, any number of processes."""

import numpy as np
import pytest

from sim import compare, records, results, scenario

SMALL = {"scale": 0.004, "population.burn_in": 4}


def test_every_compared_outcome_can_be_computed_from_declared_figures():
    outcomes = dict.fromkeys(records.declared(), 2.0)
    for name, (label, unit, measure) in compare.headline().items():
        assert label, name
        assert unit, name
        assert np.isfinite(measure(outcomes))
    nothing = dict.fromkeys(records.declared(), 0.0)
    assert compare.headline()["cost_per_volunteer_hour"][2](nothing) == 0.0


@pytest.fixture(scope="module")
def points_or_not():
    base = scenario.load("fengshu").with_overrides(SMALL)
    without = base.with_overrides({"points.on": False})
    return base, without


def test_equal_scenarios_do_not_differ_at_all(points_or_not):
    base, _ = points_or_not
    result = compare.compare(base, base, 2, 4, seed=5)
    for name, contrast in result["outcomes"].items():
        assert contrast["difference"] == 0.0, name
        assert contrast["holm"] is None, name
    assert result["digests"]["a"] == result["digests"]["b"]
    assert result["differences"] == 0


def test_processes_change_nothing_and_the_table_names_both_scenarios(points_or_not):
    base, without = points_or_not
    alone = compare.compare(base, without, 2, 4, seed=5, workers=1)
    told = []
    together = compare.compare(
        base,
        without,
        2,
        4,
        seed=5,
        workers=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert alone == together
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert alone["outcomes"]["points_issued"]["mean_b"] == 0.0
    text = compare.summary_text(alone)
    assert "seeds (5-6)" in text
    assert "points issued" in text
    assert max(map(len, text.splitlines())) <= 100


def test_fewer_than_five_pairs_have_no_interval_and_no_star(points_or_not):
    result = compare.compare(*points_or_not, 4, 4, seed=5)
    assert all(one["low"] is None and one["p"] is None for one in result["outcomes"].values())
    text = compare.summary_text(result)
    assert text.count("*") == 1, "the note alone"
    assert "no interval" in text
    assert "Fewer than 5 pairs" in text


def test_five_pairs_have_intervals_where_pairs_differ(points_or_not):
    result = compare.compare(*points_or_not, 5, 4, seed=5)
    issued = result["outcomes"]["points_issued"]
    assert issued["low"] < issued["difference"] < issued["high"]
    text = compare.summary_text(result)
    assert "no pair differs" in text
    assert "over 5 pairs" in text


def test_where_a_process_dies_the_runs_are_made_here(points_or_not, monkeypatch):
    def broken(tasks, workers, make):
        yield 1, make(tasks[1])
        raise results.BrokenProcessPool("a worker was killed")

    base, _ = points_or_not
    tasks = [results.Task(base, 2, seed) for seed in (1, 2, 3)]
    monkeypatch.setattr(results, "_in_a_pool", broken)
    runs = results.run_many(tasks, results.run_one, workers=2)
    assert [run.seed for run in runs] == [1, 2, 3]
