"""Paired differences: intervals with known answers, equal scenarios, any number of processes."""

import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim import compare, records, results, scenario
from sim.cli.studies import _as_read
from sim.errors import InputError
from sim.study.plan import Plan, arm
from sim.study.study import Study
from sim.study.subject import CommunitySubject
from sim.study.summary import means

SMALL = {"scale": 0.004, "population.burn_in": 4}


def test_every_compared_outcome_can_be_computed_from_declared_figures():
    outcomes = dict.fromkeys(records.declared(), 2.0)
    for name, (label, unit, measure) in compare.headline().items():
        assert label, name
        assert unit, name
        assert np.isfinite(measure(outcomes))
    nothing = dict.fromkeys(records.declared(), 0.0)
    assert np.isnan(compare.headline()["cost_per_volunteer_hour"][2](nothing))
    paid = nothing | {"fund_spending": 90.0, "fund_spending_goods": 8.0, "volunteer_hours": 10.0}
    assert compare.headline()["cost_per_volunteer_hour"][2](paid) == 9.0
    assert compare.headline()["rewards_per_volunteer_hour"][2](paid) == 0.8


def test_seeds_in_which_there_is_nobody_are_left_out_of_a_pair():
    found = compare.pairs([1.0, np.nan, 3.0, 5.0], [2.0, 2.0, 5.0, np.nan])
    assert found.pairs == 2
    assert found.difference == pytest.approx(1.5)
    alone = compare.pairs([1.0, np.nan], [2.0, 3.0])
    assert alone.pairs == 1
    assert np.isnan(alone.difference)


def test_what_cannot_be_compared_does_not_count_among_many():
    assert compare.corrected([0.01, np.nan, 0.04]) == pytest.approx(
        [0.02, np.nan, 0.04], nan_ok=True
    )


def test_an_empty_group_is_compared_as_a_dash_and_spoils_nothing_else(points_or_not):
    base, _ = points_or_not
    nobody = base.with_overrides({"population.affordable_compounds": 0})
    result = compare.compare(base, nobody, 5, 4, seed=5)
    assert result["outcomes"]["rate_event_low_income"]["difference"] is None
    assert result["outcomes"]["rate_event"]["holm"] is not None
    row = next(
        line for line in compare.summary_text(result).splitlines() if "events, low income" in line
    )
    assert row.split()[-4:] == ["–", "–", "no", "interval"]
    had = result["outcomes"]["rate_event_low_income"]["mean_a"]
    assert float(row.split()[-5]) == pytest.approx(had, abs=0.01)


def test_run_comparison_and_study_show_one_figure_for_one_outcome(points_or_not, tmp_path):
    """Over more than a year, so that the last week is not the mean of the last 52."""
    base, _ = points_or_not
    weeks, names = 54, ("rate_deliberate", "rate_event", "needs_met_share", "trust")
    tasks = [results.Task(base, weeks, seed) for seed in (3, 4)]
    runs = results.run_many(tasks, results.run_one, workers=1)
    on_the_page = results.mean_outcomes(runs)
    in_the_table = results.outcome_table(runs).mean()
    compared = compare.plain(compare.contrasts(runs, runs))
    made = Study(Plan("same", CommunitySubject(base, weeks), (arm("base"),), 2, 3), tmp_path)
    made.make()
    shown = _as_read(means(made.frame(), names), made).set_index("outcome")
    figures = records.declared()
    for name in names:
        factor, _ = figures[name].shown
        assert in_the_table[name] == pytest.approx(on_the_page[name]), name
        assert compared[name]["mean_a"] == pytest.approx(factor * on_the_page[name]), name
        assert shown.loc[name, "mean"] == pytest.approx(compared[name]["mean_a"]), name
        assert shown.loc[name, "period"] == compared[name]["period"], name
    assert shown.loc["rate_event", "unit"] == "%"
    assert shown.loc["rate_event", "period"] == "mean of the last 52 of 54 weeks"
    assert on_the_page["rate_deliberate"] > 0


@pytest.fixture(scope="module")
def points_or_not():
    base = scenario.load("fengshu").with_overrides(SMALL)
    without = base.with_overrides({"points.on": False})
    return base, without


def test_equal_scenarios_do_not_differ_at_all(points_or_not):
    base, _ = points_or_not
    result = compare.compare(base, base, 2, 4, seed=5)
    for name, contrast in result["outcomes"].items():
        nothing = "_per_volunteer_hour" in name or name == "needs_met_share"
        nothing = nothing and contrast["pairs"] < 2  # no hours given, no need 12 weeks old
        assert contrast["difference"] == (None if nothing else 0.0), name
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
    result = compare.compare(*points_or_not, 5, 16, seed=5)
    issued = result["outcomes"]["points_issued"]
    assert issued["low"] < issued["difference"] < issued["high"]
    text = compare.summary_text(result)
    assert "no pair differs" in text
    assert "over 5 pairs" in text


def killed_at_first(mark: Path, task: results.Task) -> results.Run:
    """Make a run; for seed 2 kill the process, unless that was done already."""
    if task.seed == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return results.run_one(task)


def killed_always(task: results.Task) -> results.Run:
    """Make a run, but kill the process for seed 2."""
    if task.seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return results.run_one(task)


@pytest.mark.skipif(os.name == "nt", reason="processes are killed otherwise there")
def test_where_a_process_dies_its_runs_are_made_again(points_or_not, tmp_path):
    base, _ = points_or_not
    tasks = [results.Task(base, 2, seed) for seed in (1, 2, 3)]
    runs = results.run_many(tasks, partial(killed_at_first, tmp_path / "died"), workers=2)
    assert (tmp_path / "died").exists()
    assert [run.seed for run in runs] == [1, 2, 3]
    alike = results.run_many(tasks, results.run_one, workers=1)
    assert [run.digest for run in runs] == [run.digest for run in alike]
    with pytest.raises(InputError, match="seed 2: the process that made this run died"):
        results.run_many(tasks, killed_always, workers=2)
