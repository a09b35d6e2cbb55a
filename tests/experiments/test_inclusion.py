"""The inclusion experiment spends equally, tells tables by hand, and can find for or against."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.probes import groups
from sim.records import declared
from sim.scenario import entries, full_path
from sim.study.plan import tags_of
from tests.experiments.whole import everything

inclusion = everything("inclusion")

WORLD = {
    inclusion.CHANCE: 0.2,
    inclusion.RECOVERED: 0.4,
    inclusion.NEIGHBOUR: 0.15,
    inclusion.CALLS[0]: 0.3,
    inclusion.CALLS[1]: 0.1,
}
WORLDS = 5
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-the-model-is-for.md"


# --- Design ---


def test_predictions_are_those_published():
    published = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        found = re.match(
            r"\| (H3\.\d) \| (.*) \| (.*) \|$", line.replace("*", "").replace("−", "-")
        )
        if found:
            published[found[1]] = (found[2], found[3])
    assert {p.id: (p.claim, p.refuted_if) for p in inclusion.PREDICTIONS} == published


def test_every_outcome_is_a_figure_of_the_records_or_of_the_probe():
    assert set(inclusion.OUTCOMES) <= declared().keys() | groups.MEASURES.keys()
    assert len(set(inclusion.OUTCOMES)) == len(inclusion.OUTCOMES)


def money(changes):
    """Return what the levers and events of an arm are to cost, in yuan a week."""
    cost = 0.0
    if changes.get("inclusion.offline_channel.on"):
        cost += changes["inclusion.offline_channel.weekly_cost"]
    if changes.get("inclusion.flexible_tasks.on"):
        cost += changes["inclusion.flexible_tasks.weekly_cost"]
    if changes.get("inclusion.outreach.on"):
        cost += 20 * changes["inclusion.outreach.contacts"]
    events = changes.get("mechanisms.co_culture.events_per_week", 4.7)
    return cost + 300 * (events - 4.7)


def test_every_arm_with_a_lever_is_given_the_same_money():
    arms = {one.label: dict(one.changes) for one in inclusion.lever_arms(WORLD)}
    assert len(arms) == 9
    assert money(arms.pop("none")) == 0
    assert {label: money(changes) for label, changes in arms.items()} == pytest.approx(
        dict.fromkeys(arms, 1200.0)
    )


def test_a_lever_that_shares_its_money_with_one_other_has_its_declared_strength():
    arms = {one.label: dict(one.changes) for one in inclusion.lever_arms(WORLD)}
    pair = arms["offline + flexible"]
    assert pair[inclusion.CHANCE] == pytest.approx(0.2)
    for path, usual in zip(inclusion.FLEXIBLE, (0.25, 0.25, 0.3), strict=True):
        assert pair[path] == pytest.approx(usual)
        assert arms["flexible"][path] == pytest.approx(2 * usual)
    assert inclusion.RECOVERED not in pair
    assert "inclusion.outreach.on" not in pair
    assert arms["offline"][inclusion.CHANCE] == pytest.approx(1 - 0.8**2)
    assert arms["outreach"]["inclusion.outreach.contacts"] == pytest.approx(60)


def test_outreach_differs_by_whom_it_is_aimed_at_and_by_nothing_else():
    _, *arms = inclusion.outreach_arms(WORLD)
    aims = [dict(one.changes).pop("inclusion.outreach.target") for one in arms]
    rest = [{k: v for k, v in one.changes if k != "inclusion.outreach.target"} for one in arms]
    assert aims == ["random", "inactive", "offline", "elderly", "migrant", "active"]
    assert all(other == rest[0] for other in rest)


def test_asks_along_ties_are_doubled():
    arms = {one.label: dict(one.changes) for one in inclusion.tie_arms(WORLD)}
    assert arms["neighbours"] == {inclusion.NEIGHBOUR: 0.3}
    assert arms["party"] == {inclusion.CALLS[0]: 0.6, inclusion.CALLS[1]: 0.2}
    assert arms["both"] == arms["party"] | arms["neighbours"]


@pytest.fixture(scope="module")
def plans():
    """Each part's plan, at workshop size, in two worlds."""
    return {part: inclusion.plan(part, "quick", 2) for part in inclusion.PARTS}


def test_parts_share_the_run_without_a_lever_and_no_other(plans):
    sizes = {part: len(plan.runs) for part, plan in plans.items()}
    assert sizes == {"levers": 18, "outreach": 14, "ties": 8, "doses": 20, "offsets": 16}
    ids = [run.id for plan in plans.values() for run in plan.runs]
    without = {run.id for plan in plans.values() for run in plan.runs if run.arm.label == "none"}
    assert len(without) == 2
    assert len(set(ids)) == 2 * 34


def test_arms_of_a_world_share_their_seed_and_its_unknowns(plans):
    for plan in plans.values():
        for world in (0, 1):
            runs = [run for run in plan.runs if dict(run.arm.tags)["world"] == world]
            assert {run.arm.block for run in runs} == {world}
            assert len({run.seed for run in runs}) == 1
            assert len({dict(run.arm.changes)["rules.reach.digital"] for run in runs}) == 1


def test_unknowns_stay_in_their_declared_ranges_and_tags_are_no_outcomes(plans):
    for name, *bounds in inclusion.UNKNOWNS:
        number = entries()[full_path(name)].declared
        low, high = bounds or number.sweep or (number.low, number.high)
        assert number.low <= low < high <= number.high
    for plan in plans.values():
        assert not set(tags_of(plan.arms)) & set(inclusion.OUTCOMES)


def test_a_larger_number_of_worlds_contains_the_smaller():
    few = inclusion.plan("ties", "quick", 1)
    more = inclusion.plan("ties", "quick", 2)
    assert {run.id for run in few.runs} <= {run.id for run in more.runs}


# --- Tables ---

BASE = {
    "representation": 1.0,
    "taking_part": 0.2,
    "gap": 0.3,
    "acts_taken": 1000.0,
    "hours_given": 500.0,
    "needs_unknown": 100.0,
    "needs_unknown_share": 0.9,
    "needs_served_share": 0.7,
    "needs_known_share": 0.8,
    "needs_born": 400.0,
    "contacts": 0.0,
    "fund_spending": 300_000.0,
    "funding": 1.0,
}


def base(outcome):
    known = [stem for stem in BASE if outcome.startswith(stem)]
    return BASE[max(known, key=len)]


def made_up(changed=lambda part, arm, outcome, world: 0.0):
    """Return frames in which every outcome has its base, a part by world, and a change by arm."""
    frames = {}
    for part, arms_of in inclusion.PARTS.items():
        rows = [
            {"arm": one.label, "world": world, "status": "done"}
            | {
                outcome: base(outcome) + 0.01 * world + changed(part, one.label, outcome, world)
                for outcome in inclusion.OUTCOMES
            }
            for world in range(WORLDS)
            for one in arms_of(WORLD)
        ]
        frames[f"inclusion-{part}-quick"] = pd.DataFrame(rows)
    return frames


def wobbling(effect, world):
    """Return an effect that is a little different from world to world, with the same mean."""
    return effect * (1 + 0.1 * (world - (WORLDS - 1) / 2))


def only(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def as_expected(part, arm, outcome, world):
    """A community in which every prediction of the experiment comes true."""
    group = outcome.rpartition("_")[2]
    if outcome.startswith("representation"):
        if part == "levers":
            moved = {"elderly": 0.2 * ("offline" in arm), "migrant": 0.3 * ("flexible" in arm)}
            return wobbling(moved.get(group, 0.0), world)
        if part == "offsets":
            low = 0.5 if arm.endswith("-0.7") else 0.05
            return wobbling(-low, world) if group in ("elderly", "migrant") else 0.0
    if outcome.startswith("gap"):
        if part == "outreach" and arm in inclusion.TARGETED:
            return wobbling(-0.0416, world)
        if part == "ties" and arm != "none":
            return wobbling(0.02, world)
    if part == "ties" and outcome.startswith("acts") and arm != "none":
        return wobbling(100.0, world)
    if part == "outreach" and outcome == "fund_spending_outreach" and arm != "none":
        return 3 * 416_000.0
    if part == "doses" and arm.startswith("both"):
        dose = float(arm.rpartition(" ")[2])
        if outcome.startswith("needs_unknown") and "share" not in outcome:
            return wobbling(-50 * (dose - 1), world)
        if outcome.startswith("hours"):
            return wobbling(50 * (dose - 1), world)
        if outcome.startswith("needs_served_share"):
            return wobbling(0.04 * (dose - 1), world)
    return 0.0


@pytest.fixture(scope="module")
def expected():
    """Tables of the community in which everything comes true."""
    return inclusion.tables(made_up(as_expected))


def test_effects_are_differences_from_the_same_world(expected):
    row = only(
        expected["levers"],
        arm="offline", against="none", measure="representation", form="any", group="elderly",
    )  # fmt: skip
    effects = 0.2 * np.array([0.8, 0.9, 1.0, 1.1, 1.2])
    half = 2.7764 * effects.std(ddof=1) / np.sqrt(5)
    assert row["estimate"] == pytest.approx(0.2)
    assert row["low"] == pytest.approx(0.2 - half, rel=1e-4)
    assert row["high"] == pytest.approx(0.2 + half, rel=1e-4)
    assert row["n"] == WORLDS
    assert row["paid"] == pytest.approx((300_000.02) / 3)


def test_own_and_cross_effects_are_told_apart(expected):
    where = {"against": "events", "form": "event", "lever": "flexible"}
    table = expected["crossing"]
    assert only(table, **where, effect="own")["estimate"] == pytest.approx(0.3)
    assert only(table, **where, effect="cross")["estimate"] == pytest.approx(0, abs=1e-12)
    assert only(table, **where, effect="own - cross")["estimate"] == pytest.approx(0.3)
    larger = only(table, **where, effect="own larger")
    assert larger["estimate"] == 1
    assert larger["low"] == pytest.approx(0.05 ** (1 / 5))  # mid-p, 5 of 5


def test_gaps_are_closed_per_10_000_yuan_that_contacts_cost(expected):
    table = expected["outreach"]
    closed = only(table, arm="elderly", measure="gap", against="none")
    assert closed["estimate"] == pytest.approx(4.16 / 41.6)  # points over ten thousands of yuan
    assert only(table, arm="random", measure="gap", against="none")["estimate"] == pytest.approx(0)
    beyond = only(table, arm="targeted", measure="gap", against="random")
    assert beyond["estimate"] == pytest.approx(0.1)
    assert not (table["arm"] == "none").any()


def test_p_values_are_corrected_for_the_kinds_compared(expected):
    table = expected["outreach"].query("measure == 'gap' and against == 'random'")
    corrected = table.set_index("arm")["p_holm"]
    assert set(corrected.index) == {*inclusion.TARGETED, "active", "targeted"}
    assert corrected["active"] == 1
    effects = 0.1 * np.array([0.8, 0.9, 1.0, 1.1, 1.2])
    t = effects.mean() / (effects.std(ddof=1) / np.sqrt(5))
    assert t == pytest.approx(14.1421, rel=1e-4)
    assert corrected["elderly"] < 5 * 0.00015


def test_doses_are_told_relative_to_dose_1(expected):
    table = expected["doses"]
    where = {"asked": "both", "group": "elderly"}
    assert only(table, **where, dose="1", measure="unknown")["estimate"] == 1
    assert only(table, **where, dose="2", measure="unknown")["estimate"] == pytest.approx(
        0.5, abs=1e-3
    )
    span = only(table, **where, dose="span", measure="unknown")["estimate"]
    assert span == pytest.approx(-0.75, abs=1e-3)
    assert only(table, **where, dose="span", measure="hours")["estimate"] == pytest.approx(
        0.15, abs=1e-3
    )
    assert only(table, **where, dose="span", measure="met")["estimate"] == pytest.approx(6.0)
    assert only(table, **where, dose="span", measure="exceeds")["estimate"] == pytest.approx(
        0.6, abs=2e-3
    )


def test_the_group_behind_is_chosen_world_by_world():
    def apart(part, arm, outcome, world):
        ahead = "elderly" if world % 2 else "migrant"
        return 0.5 * (part == "offsets" and outcome == f"representation_any_{ahead}")

    table = inclusion.offset_levels(inclusion.made(made_up(apart)["inclusion-offsets-quick"]))
    where = {"levers": "none", "offset": 0.0, "measure": "representation"}
    assert only(table, **where, group="behind")["estimate"] == pytest.approx(1.02)
    assert only(table, **where, group="elderly")["estimate"] == pytest.approx(1.02 + 0.5 * 2 / 5)


def test_a_failed_run_is_left_out_of_its_world():
    levers = made_up(as_expected)["inclusion-levers-quick"]
    levers.loc[(levers["arm"] == "offline") & (levers["world"] == 0), "status"] = "failed"
    table = inclusion.lever_effects(inclusion.made(levers))
    where = {"against": "none", "measure": "representation", "form": "any", "group": "elderly"}
    assert only(table, **where, arm="offline")["n"] == WORLDS - 1
    assert only(table, **where, arm="flexible")["n"] == WORLDS
    assert only(table, **where, arm="offline")["estimate"] == pytest.approx(
        0.2 * np.mean([0.9, 1.0, 1.1, 1.2])
    )


# --- Verdicts ---


def findings(changed):
    """Return the findings, from the tables that verdicts read and no others."""
    seen = {name.split("-")[1]: inclusion.made(frame) for name, frame in made_up(changed).items()}
    tables = {
        "crossing": inclusion.own_and_cross(seen["levers"]),
        "outreach": inclusion.per_money(seen["outreach"]),
        "ties": inclusion.tie_effects(seen["ties"]),
        "doses": inclusion.dose_effects(seen["doses"]),
        "offsets": inclusion.offset_levels(seen["offsets"]),
    }
    return {v.id: v.finding for v in inclusion.verdicts(tables)}


def test_predictions_can_be_supported(expected):
    verdicts = inclusion.verdicts(expected)
    assert [v.id for v in verdicts] == [p.id for p in inclusion.PREDICTIONS]
    assert {v.finding for v in verdicts} == {"supported"}
    assert all(re.search(r"\d", v.numbers) for v in verdicts)


def test_predictions_can_be_refuted_by_their_criteria():
    def contrary(part, arm, outcome, world):
        if part == "levers" and outcome.startswith("representation_any_elderly"):
            return wobbling(0.2 * ("offline" in arm) - 0.5 * ("flexible" in arm), world)
        if part == "ties" and outcome.startswith("gap") and arm != "none":
            return wobbling(-0.02, world)
        if part == "outreach" and outcome == "fund_spending_outreach" and arm != "none":
            return 1e6
        if part == "offsets" and outcome.startswith("representation"):
            return wobbling(-0.3, world)
        if part == "doses" and outcome.startswith("needs_served"):
            return wobbling(1e-4, world) * ("x 2" in arm)
        return 0.0

    assert set(findings(contrary).values()) == {"refuted"}


def test_levers_that_succeed_at_the_lowest_offset_refute_that_motives_are_the_problem():
    assert findings(lambda *_: 0.0)["H3.4"] == "refuted"


def test_what_intervals_leave_open_is_undecided():
    def noisy(part, arm, outcome, world):
        if part == "outreach" and outcome == "fund_spending_outreach" and arm != "none":
            return 1e6
        size = 0.5 * np.cos(np.pi * world)  # either sign, mean near 0
        if arm != "none" and outcome.startswith(("representation", "gap")):
            half = 0.5 if outcome.endswith("migrant") else 1.0
            return half * size - 0.2 * (part == "offsets")
        if part == "doses" and outcome.startswith("needs_unknown") and arm.endswith("x 2"):
            return 100 * size
        if part == "doses" and outcome.startswith("needs_served") and arm.endswith("x 2"):
            return size * 0.1
        return 0.0

    assert set(findings(noisy).values()) == {"undecided"}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.5, 0.9, "flat"),
        (0.5, 1.5, "flat or not"),
        (1.2, 3.0, "not flat"),
        (-3.0, -1.2, "not flat"),
    ],
)
def test_needs_met_are_flat_where_their_interval_is_within_a_point(low, high, said):
    assert inclusion._flatness({"low": low, "high": high}) == said


def test_references_that_disagree_leave_a_lever_undecided():
    def by_reference(part, arm, outcome, world):
        if part == "levers" and outcome == "representation_any_elderly":
            return wobbling(0.3 * (arm == "events") + 0.2 * (arm == "offline"), world)
        if part == "levers" and outcome == "representation_any_migrant":
            return wobbling(0.4 * (arm == "flexible"), world)
        return as_expected(part, arm, outcome, world) if part != "levers" else 0.0

    assert findings(by_reference)["H3.1"] == "undecided"


# --- Figures ---


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_say_everything_in_their_language(expected, language):
    figures = inclusion.figures(expected, language)
    assert list(figures) == ["levers", "outreach", "ties", "doses", "offsets"]
    written = " ".join(
        text.get_text() for figure in figures.values() for text in figure.findobj(match=is_text)
    )
    assert all(isinstance(figure, Figure) for figure in figures.values())
    for code in ("gap_age", "hours_all", "offline +", "taking_part"):
        assert code not in written
    assert ("Elderly" in written) == (language == "en")


def is_text(artist):
    return hasattr(artist, "get_text")
