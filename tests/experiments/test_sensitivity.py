"""The sensitivity analysis takes its stages from its tables, and its verdicts from its numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sim import scenario
from sim.model import Community
from sim.probes import sensitivity as probe
from sim.study.address import address
from sim.study.factors import DUMMY
from sim.study.subject import CommunitySubject
from sim.study.table import DONE, FAILED, Row, tidy
from tests.experiments.whole import everything

experiment = everything("sensitivity")
RANGES = {one.path: one for one in experiment.unknowns()}


class Formula:
    """Stands in for the community: takes any change."""

    def __init__(self, *_given, **_named):
        pass

    def check(self, changes):
        pass

    def address(self, changes):
        return address(sorted(changes.items()))

    def code(self):
        return ""


def place(changes, path):
    """Return where on its range a number is, 0.5 where it is not changed."""
    one = RANGES[path]
    return (changes.get(path, (one.low + one.high) / 2) - one.low) / (one.high - one.low)


def outcomes(changes, seed):
    """Return outcomes that can be worked out by hand, with a little luck.

    Early, points add 40 times the strength. Of that, taking for granted takes 0.6 chi, and equal
    propensities 0.6 more, until late. The fund is its initial sum, whatever points are.
    """
    luck = np.random.default_rng([seed, len(changes)]).standard_normal(2) / 10
    on = changes.get("incentives.points.on", True)
    early = on * 40 * place(changes, experiment.STRENGTH)
    chi = changes.get("incentives.points.reference_weight", 0.5)
    lost = 0.6 * chi + 0.6 * (1 - place(changes, experiment.SPREAD))
    return {
        "volunteering_early": 100 + early + luck[0],
        "volunteering_late": 100 + early * (1 - lost) + luck[1],
        "representation_event_elderly": place(changes, experiment.ONLINE) + luck[0] / 10,
        "representation_event_migrant": place(changes, experiment.FREE) + luck[1] / 10,
        "representation_volunteer_elderly": place(changes, experiment.ONLINE) + luck[1] / 10,
        "representation_volunteer_migrant": place(changes, experiment.FREE) + luck[0] / 10,
        "unmet_need": place(changes, "rules.needs.level") + luck[0] / 10,
        "fund_balance": 1e5 * place(changes, experiment.FUND) + 1e3 * luck[1],
        "fund_spending": 6e5 + luck[0],
    }


def made(plan):
    rows = {
        run.id: Row(run.id, run.seed, DONE, "", "", outcomes(dict(run.arm.changes), run.seed), {})
        for run in plan.runs
    }
    return tidy(plan, rows)


def driven(scale, precision=None):
    """Return the plans and tables of all stages, in order."""
    steps = experiment.plans(scale, precision)
    found, plan = [], next(steps)
    while True:
        frame = made(plan)
        found.append((plan, frame))
        try:
            plan = steps.send(frame)
        except StopIteration:
            return found


@pytest.fixture(scope="module")
def stages():
    """Return all stages of a middling size, with the formula in place of the model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment.files["design"], "CommunitySubject", Formula)
        size = experiment.Size(0.1, 8, 6, 256, 512, 2, 3, 5, 16, 8)
        patch.setitem(experiment.SIZES, "middling", size)
        yield driven("middling")


@pytest.fixture(scope="module")
def tables(stages):
    return experiment.tables({plan.name: frame for plan, frame in stages})


# --- Plans -------------------------------------------------------------------------------------


def test_stages_follow_each_other_and_are_named(stages):
    assert [plan.name for plan, _ in stages] == [
        f"sensitivity-{part}-middling"
        for part in ("screening", "indices", "curves", "structure", "size")
    ]


def test_the_second_stage_looks_at_what_the_first_found_and_at_the_dummy(stages):
    chosen = experiment.chosen_of(stages[1][1])
    assert chosen[-1] == DUMMY
    assert {
        experiment.STRENGTH, experiment.ONLINE, experiment.FREE, experiment.FUND,
        "rules.needs.level",
    } <= set(chosen)  # fmt: skip
    assert len(chosen) == 7


def test_every_point_has_a_twin_and_twins_that_agree_are_one_run(stages):
    plan = stages[0][0]
    sides = pd.DataFrame([dict(one.tags) | {"block": one.block} for one in plan.arms])
    pairs = sides.groupby(["block", "twin"])["points"].agg(["sum", "size"]).astype(int)
    assert (pairs == [1, 2]).all(axis=None)
    off = [run for run in plan.runs if not dict(run.arm.tags)["points"]]
    points = len(RANGES) + 1
    assert len(off) == 8 * points * 2
    assert len({run.id for run in off}) == 8 * (points - len(experiment.POINTS_ONLY)) * 2


def test_every_cause_is_run_in_every_world(stages):
    frame = stages[3][1]
    assert (frame.groupby("world").size() == 2 * len(experiment.CAUSES)).all()
    assert frame.groupby("world")["seed"].nunique().eq(1).all(), "one world, one luck"


def test_a_precision_that_is_asked_for_makes_the_design_grow_up_to_its_limit(monkeypatch):
    monkeypatch.setattr(experiment.files["design"], "CommunitySubject", Formula)
    size = experiment.Size(0.1, 2, 2, 8, 32, 1, 2, 2, 2, 1)
    monkeypatch.setitem(experiment.SIZES, "tiny", size)
    rows = [
        frame["row"].nunique() for plan, frame in driven("tiny", 1e-6) if "indices" in plan.name
    ]
    assert rows == [8, 16, 32]
    coarse = [plan.name for plan, _ in driven("tiny", None) if "indices" in plan.name]
    assert len(coarse) == 1


def test_causes_that_need_points_are_taken_out_of_the_run_with_points_only(stages):
    plan = stages[3][0]
    off = {run.arm.label: run.id for run in plan.runs if run.arm.block == 0}
    whole = off[f"{experiment.WHOLE} without points"]
    same = {cause for cause in experiment.CAUSES if off[f"{cause} without points"] == whole} - {
        experiment.WHOLE
    }
    assert same <= experiment.ONLY_WITH_POINTS
    assert off["habit without points"] != whole


def test_what_only_points_need_is_read_by_nothing_without_them():
    """Held against the model: every figure of every week stays as it was."""
    base = scenario.load("fengshu", {"population.scale": 0.02, "incentives.points.on": False})
    ends = {path: RANGES[path].high for path in experiment.POINTS_ONLY}
    for cause in experiment.ONLY_WITH_POINTS:
        ends |= experiment.CAUSES[cause]
    weeks = []
    for changes in ({}, ends):
        community = Community(base.with_overrides(changes, where="test"), rng=1, collect=False)
        for _ in range(40):
            community.step()
        weeks.append(community.records.to_frame())
    pd.testing.assert_frame_equal(*weeks)


def test_every_number_and_cause_can_be_set_and_is_named():
    base = scenario.load("fengshu")
    for changes in experiment.CAUSES.values():
        base.with_overrides(changes, where="test")
    for path, one in RANGES.items():
        assert path in experiment.NUMBER_NAMES
        if path != DUMMY:
            base.with_overrides({path: one.low}, where="test")
            base.with_overrides({path: one.high}, where="test")
    assert set(experiment.CAUSES) == set(experiment.CAUSE_NAMES)
    assert f"of {len(RANGES) - 1} numbers" in experiment.SENTENCES["en"]["screening"][1]


# --- The probe ---------------------------------------------------------------------------------


def test_the_probe_sees_what_the_records_hold():
    base = scenario.load("fengshu", {"population.scale": 0.03})
    subject = CommunitySubject(base, 60, probe="sensitivity", weekly=tuple(probe.FIGURES))
    made_run = subject.make({}, 5)
    seen, weekly = made_run.outcomes, {k: np.array(v) for k, v in made_run.weekly.items()}
    assert seen["volunteering_early"] == pytest.approx(weekly["acts_volunteer"][:26].mean())
    assert seen["volunteering_late"] == pytest.approx(weekly["acts_volunteer"][-52:].mean())
    assert seen["volunteering_early"] > 10, "for the whole community, not for the sample"
    assert seen["representation_event_elderly"] == pytest.approx(
        weekly["rate_event_elderly"][-52:].mean() / weekly["rate_event"][-52:].mean()
    )
    met, arisen = (weekly[f"cohort_{name}_all"][-52:].sum() for name in ("met", "arisen"))
    assert seen["unmet_need"] == pytest.approx(1 - met / arisen)
    assert set(probe.MEASURES) <= set(seen)
    assert set(experiment.OUTCOMES) <= set(seen)


def test_a_ratio_over_nothing_is_not_a_number():
    empty = probe.Probe(None)
    for name in probe.FIGURES:
        empty.seen[name] = [0.0, 0.0]
    found = empty.outcomes()
    assert np.isnan(found["representation_event_migrant"])
    assert np.isnan(found["unmet_need"])
    assert found["volunteering_late"] == 0


# --- Tables ------------------------------------------------------------------------------------


def test_effects_are_differences_of_twins_and_missing_where_a_twin_failed(stages):
    frame = stages[2][1].copy()
    first = frame["twin"].eq(frame["twin"].iloc[0]) & frame["replication"].eq(0)
    frame.loc[first & ~frame["points"], ["status", "volunteering_early", "volunteering_late"]] = [
        FAILED, np.nan, np.nan,
    ]  # fmt: skip
    effects = experiment.with_effects(frame)
    assert len(effects) == len(frame) / 2
    assert effects["effect_late"].isna().sum() == 1
    strength = stages[1][1]
    with_points = experiment.with_effects(strength)
    place_of = with_points[experiment.STRENGTH] / 0.8
    assert with_points["effect_early"].to_numpy() == pytest.approx(40 * place_of, abs=1)


def test_wi_is_that_of_the_formula_and_falls_without_its_cause(tables):
    """WI: .6 chi + .6 (1 - place of the spread), weighted by strength, over the draws."""
    structure = tables["structure"].set_index(["cause", "measure"])["estimate"]
    whole = structure[experiment.WHOLE, "wi"]
    assert whole == pytest.approx(0.6, abs=0.12), "half of .6 and half of .6, by the draws"
    without = structure[experiment.ADAPTATION, "wi"]
    assert whole - without == pytest.approx(0.3, abs=0.1)
    assert structure[experiment.ADAPTATION, "wi_fall"] == pytest.approx(whole - without)
    assert structure["habit", "wi_fall"] == pytest.approx(0, abs=0.02)
    late = structure[experiment.ADAPTATION, "effect_late"]
    change = structure[experiment.ADAPTATION, "effect_late_change"]
    assert late - change == pytest.approx(structure[experiment.WHOLE, "effect_late"])


def test_every_table_says_how_sure_it_is_and_what_the_fund_paid(tables):
    for name, table in tables.items():
        assert "n" in table.columns, name
        if name != "leaders":
            assert {"estimate", "low", "high"} <= set(table.columns), name
    for name in ("effects", "indices", "curves", "size", "shares"):
        assert "fund_spending" in set(tables[name]["outcome"]), name
    assert "fund_spending" in set(tables["structure"]["measure"])


def test_full_size_is_compared_with_the_size_that_is_run(tables):
    size = tables["size"].set_index("outcome")
    assert size.loc["fund_balance", "correlation"] > 0.999
    assert size.loc["effect_early", "estimate"] == pytest.approx(0, abs=0.5)
    assert size["n"].eq(8).all()


# --- Verdicts ----------------------------------------------------------------------------------


def test_verdicts_are_those_of_the_formula(tables):
    found = {one.id: one for one in experiment.verdicts(tables)}
    assert [one.id for one in experiment.PREDICTIONS] == list(found)
    assert found["S4.1"].finding == "supported", "alpha is not in the formula at all"
    assert found["S4.2"].finding == "supported"
    assert found["S4.4"].finding == "supported"
    assert "online elderly is among the two" in found["S4.3"].numbers


def with_comparison(tables, **changed):
    comparisons = tables["comparisons"].copy()
    first = comparisons.index[comparisons["prediction"] == "S4.2"][0]
    for column, value in changed.items():
        comparisons.loc[first, column] = value
    return {one.id: one for one in experiment.verdicts(tables | {"comparisons": comparisons})}


def test_one_rival_that_is_surely_larger_refutes(tables):
    found = with_comparison(tables, estimate=-0.3, low=-0.5, high=-0.1)
    assert found["S4.2"].finding == "refuted"
    assert "-0.30 (-0.50 to -0.10)" in found["S4.2"].numbers


@pytest.mark.parametrize(("low", "high"), [(-0.1, 0.2), (np.nan, np.nan)])
def test_an_interval_that_allows_both_or_that_is_none_leaves_it_open(tables, low, high):
    assert with_comparison(tables, low=low, high=high)["S4.2"].finding == "undecided"


@pytest.mark.parametrize(
    ("share", "finding"),
    [(0.02, "refuted"), (0.5, "undecided"), (0.97, "supported"), (np.nan, "undecided")],
)
def test_the_leaders_decide_who_representation_hangs_on(tables, share, finding):
    leaders = tables["leaders"].copy()
    for group, path in (("elderly", experiment.ONLINE), ("migrant", experiment.FREE)):
        mine = (leaders["outcome"] == f"representation_event_{group}") & (leaders["factor"] == path)
        leaders.loc[mine, "top_share"] = 1.0 if group == "elderly" else share
    found = {one.id: one for one in experiment.verdicts(tables | {"leaders": leaders})}
    assert found["S4.3"].finding == finding


def test_a_second_stage_of_few_numbers_does_not_say_which_of_all_matter_most(tables):
    """Two numbers are always among the two most important of two."""
    few = [experiment.ONLINE, experiment.FREE, DUMMY]
    leaders = tables["leaders"][tables["leaders"]["factor"].isin(few)].assign(top_share=1.0)
    found = {one.id: one for one in experiment.verdicts(tables | {"leaders": leaders})}
    assert "squared effect" in found["S4.3"].numbers
    assert "total index" not in found["S4.3"].numbers


# --- Figures -----------------------------------------------------------------------------------


def test_figures_are_drawn_from_the_tables(tables):
    figures = experiment.figures(tables, "en")
    assert set(figures) == set(experiment.SENTENCES["en"]) == set(experiment.SENTENCES["zh"])
    for figure in figures.values():
        assert figure.axes
    assert not plt.get_fignums()
