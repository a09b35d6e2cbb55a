"""The experiment on partners compares what it says, and its verdicts follow its tables."""

import numpy as np
import pandas as pd
import pytest

from sim.study.table import DONE, Row, tidy
from tests.experiments.whole import everything

experiment = everything("partner_count")


def made_up(plan):
    """Return the table of a plan whose runs follow formulas that can be worked out by hand.

    Needs met rise by a tenth of a percentage point with each partner; a project waits a week for
    every partner and a domain 4 weeks and 900 weeks shared among the partners on top; each partner
    carries out two projects and costs the fund a thousand yuan. So little luck that six digits do
    not show it makes worlds differ.
    """
    rows = {}
    for run in plan.runs:
        number = dict(run.arm.changes)["population.initial_partners"]
        luck = 1e-7 * (run.seed % 11) * (1 + number)
        outcomes = dict.fromkeys(experiment.OUTCOMES, 1.0) | {
            "cohort_arisen_all": 1000.0,
            "cohort_met_all": 300.0 + number + luck,
            "projects_proposed": 3.0 * number,
            "projects_done": 2.0 * number + luck,
            "project_wait_median": 1.0 + number + luck,
            "domain_wait_median": 4.0 + number + 900 / number if number else 104.0,
            "fund_balance": 400_000.0 - 1000 * number,
            "fund_spending": 1000.0 * number,
            "market_users": float(run.seed % 7),
            "market_operators": run.seed % 5 / 10,
            "partners": float(number),
            "partner_domains": 1.0 + luck,
        }
        rows[run.id] = Row(run.id, run.seed, DONE, "", "", outcomes, {})
    return tidy(plan, rows)


def collected(scale):
    """Return the plans of a scale and their made-up tables, by name."""
    plans, frames = {}, {}
    generator = experiment.plans(scale)
    plan = next(generator)
    while True:
        plans[plan.name], frames[plan.name] = plan, made_up(plan)
        try:
            plan = generator.send(frames[plan.name])
        except StopIteration:
            return plans, frames


@pytest.fixture(scope="module")
def quick():
    return collected("quick")


@pytest.fixture(scope="module")
def tables(quick):
    return experiment.tables(quick[1])


def row(table, **where):
    chosen = table
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen) == 1
    return chosen.iloc[0]


# --- Design --------------------------------------------------------------------------------------


def test_the_quick_experiment_takes_about_three_hundred_runs(quick):
    plans, _ = quick
    assert 250 <= sum(plan.size for plan in plans.values()) <= 360


def test_plans_are_the_same_each_time(quick):
    plans, _ = quick
    again = next(experiment.plans("quick"))
    assert [run.id for run in again.runs] == [run.id for run in plans[again.name].runs]


def test_arms_along_the_number_share_world_and_seed(quick):
    for name, frame in quick[1].items():
        if "endogenous" in name:
            continue
        held = ["world", "active_share", "staff", "platform", "mix"]
        assert (frame.groupby("world")["seed"].nunique() == 1).all()
        if "twins" not in name:
            numbers = frame.groupby(held)["number"].nunique()
            assert numbers.nunique() == 1


def test_the_twins_differ_in_number_and_share_active_alone(quick):
    plan = quick[0]["partner_count-twins-quick"]
    by_world = {}
    for arm in plan.arms:
        by_world.setdefault(arm.block, []).append(dict(arm.changes))
    for first, second in by_world.values():
        differing = {path for path in first if first[path] != second[path]}
        assert differing == {"population.initial_partners", "rules.partners.active_share"}
        assert first.keys() == second.keys()


def test_the_check_without_cost_has_no_cost_and_the_worlds_of_the_waits(quick):
    free, waits = (quick[1][f"partner_count-{part}-quick"] for part in ("free", "waits"))
    assert (free[experiment.COST] == 0).all()
    assert (waits[experiment.COST] > 0).all()
    unknown = "rules.projects.staff_effect"
    shared = free.groupby("world")[unknown].first()
    assert shared.equals(waits.groupby("world")[unknown].first()[shared.index])


def test_every_combination_of_the_factorial_has_a_world_of_its_own():
    arms = experiment.factorial(experiment.NUMBERS, 1)
    assert len(arms) == 8 * 3 * 3 * 2 * 3
    levers = ("active_share", "staff", "platform", "mix")
    blocks = {}
    for arm in arms:
        blocks.setdefault(arm.block, set()).add(tuple(dict(arm.tags)[lever] for lever in levers))
    assert all(len(combinations) == 1 for combinations in blocks.values())
    assert len(set.union(*blocks.values())) == 54


def test_the_step_through_the_factorial_meets_every_level(quick):
    frame = quick[1]["partner_count-factorial-quick"]
    assert {lever: frame[lever].nunique() for lever in ("active_share", "staff", "mix")} == {
        "active_share": 3,
        "staff": 3,
        "mix": 3,
    }
    assert frame["platform"].nunique() == 2


def test_all_arms_have_the_same_grant(quick):
    for plan in quick[0].values():
        for arm in plan.arms:
            assert not any(path.startswith("incentives.fund") for path, _ in arm.changes)


# --- Tables --------------------------------------------------------------------------------------


def test_gains_per_ten_partners_are_those_of_the_line(tables):
    for share in (0.37, 1.0):
        for part in ("0-41", "41-80", "0-80"):
            gain = row(tables["gain"], active_share=share, part=part)
            assert gain["estimate"] == pytest.approx(0.01)
        assert row(tables["gain"], active_share=share, part="bend")["estimate"] == pytest.approx(0)


def test_numbers_are_compared_with_no_partner_in_the_same_world(tables):
    gap = row(tables["number"], outcome="needs_met", against="none", active_share=0.37, number=20)
    assert gap["estimate"] == pytest.approx(0.02)
    spent = row(tables["number"], outcome="fund_spending", against="", active_share=0.37, number=20)
    assert spent["estimate"] == 20_000


def test_a_wait_without_any_project_is_undefined(tables):
    wait = row(
        tables["number"], outcome="project_wait_median", against="", active_share=0.37, number=0
    )
    assert np.isnan(wait["estimate"])
    assert wait["n"] == 0


def test_means_of_waits_over_worlds_are_geometric():
    # 4 and 16 weeks: a product of 64, whose root is 8
    assert experiment.geometric([4.0, 16.0], "weeks")["estimate"] == pytest.approx(8)


def test_the_minimum_is_where_finding_and_agreeing_balance(tables):
    # 4 + 900/n + n is lowest at the root of 900
    place = row(tables["shortest"], outcome="domain_wait_median", cost="upper half", staff="0")
    assert place["estimate"] == pytest.approx(30)
    # of the numbers run, 20 gives 69 weeks and 41 gives 66.95
    assert place["within_11_41"] == 1
    # from 189 weeks with 5 partners to 95.25 with 80
    assert place["rise"] == pytest.approx(-93.75)


def test_a_wait_that_grows_with_every_partner_is_shortest_with_the_fewest(tables):
    place = row(tables["shortest"], outcome="project_wait_median", cost="upper half", staff="0")
    assert place["estimate"] == 5
    assert place["below_11"] == 1
    assert place["rise"] == pytest.approx(75, rel=1e-5)


def test_the_fitted_minimum_is_found_or_at_an_end_or_undefined():
    numbers = np.array([5.0, 11, 20, 41, 80])
    curves = np.array(
        [
            2 + 400 / numbers + numbers,
            100 / numbers,
            numbers,
            # falls towards both ends, and further with many
            300 - 100 / numbers - numbers,
            np.full(5, 6.0),
        ]
    )
    places = experiment.fitted_minima(numbers, curves)
    assert places[:4] == pytest.approx([20, 80, 5, 80])
    assert np.isnan(places[4])


def test_twins_are_compared_as_a_share_of_the_fifteen(tables):
    # 82 projects against 30
    relative = row(tables["twins"], cost="all", outcome="projects_done", which="relative")
    assert relative["estimate"] == pytest.approx(52 / 30)
    assert relative["n"] == 24


def test_explained_variance_is_adjusted_for_the_number_of_terms():
    # Means 1 and 2 of two classes around 1.5: 1 of a sum of squares of 5; with one term and four
    # values the share .2 is adjusted to 1 - .8 · 3/2.
    terms = np.array([[0.0], [0.0], [1.0], [1.0]])
    share, _ = experiment.explained(terms, pd.Series([0.0, 2.0, 1.0, 3.0]), pd.Series([0, 1, 0, 1]))
    assert share == pytest.approx(-0.2)


def test_a_fund_that_follows_the_number_is_explained_by_it(tables):
    number = row(tables["variance"], outcome="fund_balance", source="number")
    assert number["estimate"] == pytest.approx(1)
    assert number["low"] == pytest.approx(1)
    constant = row(tables["variance"], outcome="fund_revenue", source="number")
    assert constant["estimate"] == 0


def test_every_published_row_has_interval_unit_and_number(tables):
    for table in tables.values():
        assert {"estimate", "low", "high", "unit", "n"} <= set(table.columns)
        assert table["unit"].notna().all()
        known = table.dropna(subset=["estimate", "low", "high"])
        assert len(known) > 0
        assert (known["low"] <= known["estimate"] + 1e-9).all()
        assert (known["estimate"] <= known["high"] + 1e-9).all()


# --- Verdicts ------------------------------------------------------------------------------------


def test_the_made_up_world_refutes_what_it_was_made_to_refute(tables):
    # needs met on a straight line; a project waits longest with most; 41 do far more than 15; and
    # only the number moves the fund
    found = {verdict.id: verdict.finding for verdict in experiment.verdicts(tables)}
    assert found == dict.fromkeys(("H2.1", "H2.2", "H2.3", "H2.4"), "refuted")


def test_there_is_a_verdict_for_every_prediction(tables):
    assert [one.id for one in experiment.verdicts(tables)] == [
        one.id for one in experiment.PREDICTIONS
    ]


def between(low, high, **where):
    return {**where, "estimate": (low + high) / 2, "low": low, "high": high, "unit": "", "n": 9}


@pytest.mark.parametrize(
    ("bend", "extra", "finding"),
    [
        # a straight line is one that bends by less than a tenth of .025
        ((0.003, 0.02), (0.0, 0.1), "supported"),
        ((0.001, 0.02), (0.0, 0.1), "undecided"),
        ((0.001, 0.002), (0.0, 0.1), "refuted"),
        ((-0.02, -0.001), (0.0, 0.1), "refuted"),
        ((0.003, 0.02), (0.3, 0.9), "refuted"),
        ((0.003, 0.02), (0.1, 0.9), "undecided"),
    ],
)
def test_h21_asks_for_a_bend_and_for_saturated_domains(bend, extra, finding):
    parts = {"0-41": (0.02, 0.03), "41-80": (0.01, 0.02), "0-80": (0.01, 0.03), "bend": bend}
    gain = pd.DataFrame([between(*at, active_share=0.37, part=part) for part, at in parts.items()])
    domains = pd.DataFrame(
        [between(*extra, active_share=0.37, overlap="upper half", number="80-41")]
    )
    assert experiment.less_and_less(gain, domains).finding == finding


def places(outcome, cost, staff, below, within, above, moved=(1.0, 2.0)):
    return between(
        *moved,
        outcome=outcome,
        cost=cost,
        staff=staff,
        below_11=below,
        within_11_41=within,
        above_41=above,
        above_60=above,
        rise=1.0,
        rise_low=0.5,
        rise_high=1.5,
    )


@pytest.mark.parametrize(
    ("shares", "moved", "finding"),
    [
        ((0.0, 0.97, 0.03), (3.0, 9.0), "supported"),
        ((0.0, 0.97, 0.03), (-3.0, 9.0), "undecided"),
        ((0.0, 0.8, 0.2), (3.0, 9.0), "undecided"),
        ((0.0, 0.02, 0.98), (3.0, 9.0), "refuted"),
        ((0.99, 0.01, 0.0), (3.0, 9.0), "refuted"),
        ((0.0, 0.97, 0.03), (-9.0, -3.0), "refuted"),
    ],
)
def test_h22_asks_for_a_minimum_inside_that_staff_move_up(shares, moved, finding):
    shortest = pd.DataFrame(
        [
            places(outcome, cost, staff, *shares, moved=moved)
            if cost == "upper half"
            else places(outcome, cost, staff, 0.0, 0.5, 0.5)
            for outcome in experiment.WAITS
            for cost, staff in (("upper half", "0"), ("upper half", "more"), ("none", "0"))
        ]
    )
    assert experiment.shortest_inside(shortest).finding == finding


@pytest.mark.parametrize(
    ("projects", "longer", "finding"),
    [
        ((-0.08, 0.05), (1.0, 3.0), "supported"),
        ((-0.15, 0.05), (1.0, 3.0), "undecided"),
        ((-0.08, 0.05), (-1.0, 3.0), "undecided"),
        ((-0.3, -0.12), (1.0, 3.0), "refuted"),
        ((-0.08, 0.05), (-3.0, -1.0), "refuted"),
    ],
)
def test_h23_asks_for_equal_projects_and_longer_waits(projects, longer, finding):
    rows = [
        between(*projects, cost=cost, outcome="projects_done", which="relative")
        for cost in ("all", *experiment.COSTS)
    ]
    rows += [
        between(*longer, cost="all", outcome=outcome, which="difference")
        for outcome in (*experiment.WAITS, "fund_spending")
    ]
    assert experiment.as_good_as_fifteen(pd.DataFrame(rows)).finding == finding


@pytest.mark.parametrize(
    ("number", "gap", "finding"),
    [
        ((0.05, 0.2), (0.1, 0.3), "supported"),
        ((0.05, 0.2), (-0.1, 0.3), "undecided"),
        ((0.3, 0.6), (0.1, 0.3), "undecided"),
        ((0.55, 0.7), (0.1, 0.3), "refuted"),
        ((0.2, 0.4), (-0.3, -0.1), "refuted"),
    ],
)
def test_h24_asks_that_the_market_explains_more_than_the_number(number, gap, finding):
    sources = {
        "number": number,
        "market operators and users": (0.1, 0.3),
        "more than number": gap,
    }
    variance = pd.DataFrame(
        [
            between(*span, outcome=outcome, source=source)
            for outcome in ("fund_balance", "fund_revenue")
            for source, span in sources.items()
        ]
    )
    assert experiment.paid_by_the_market(variance).finding == finding


# --- Figures -------------------------------------------------------------------------------------


def test_both_languages_say_the_same_things():
    for texts in (experiment.NAMES, experiment.WORDS):
        assert texts["en"].keys() == texts["zh"].keys()


def test_every_figure_is_drawn(tables):
    figures = experiment.figures(tables, "en")
    assert list(figures) == ["number", "wait", "shortest", "twins", "variance", "endogenous"]
    assert all(figure.axes for figure in figures.values())
