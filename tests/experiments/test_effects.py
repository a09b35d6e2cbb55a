"""Effects: every switch and lever is looked at, and what is said of a difference is what it is."""

import numpy as np
import pandas as pd
import pytest

from sim.scenario import entries, load
from sim.statistics import Paired
from tests.experiments.whole import everything

effects = everything("effects")
BASE = load("fengshu")


def made_arms():
    return {one.label: one for one in effects.arms(BASE)}


def test_every_switch_is_turned_the_other_way_and_nothing_else():
    arms = made_arms()
    for path, entry in entries().items():
        if entry.declared.kind == "switch":
            assert dict(arms[path].changes) == {path: not BASE.value(path)}


def test_every_lever_of_a_heading_that_is_on_is_made_stronger_or_is_at_its_bound():
    arms = made_arms()
    for path, entry in entries().items():
        declared = entry.declared
        if not declared.lever or declared.kind not in ("real", "whole"):
            continue
        if path.endswith(".starts") or not effects.is_on(BASE, path):
            assert path not in arms
        elif path in arms:
            value = dict(arms[path].changes)[path]
            assert declared.low <= value <= declared.high
            assert value != BASE.value(path)
        else:
            assert BASE.value(path) == declared.high


def test_a_lever_of_a_heading_that_rests_is_left_alone():
    assert not effects.is_on(BASE, "inclusion.outreach.contacts")
    assert effects.is_on(BASE, "mechanisms.co_culture.events_per_week")
    assert effects.is_on(BASE, "rules.service.staff")
    assert not effects.is_on(BASE, "manager.budget")


def test_causes_are_taken_out_or_multiplied_and_have_their_chinese():
    assert set(effects.CAUSES) == set(effects.ZH)
    arms = made_arms()
    ten = dict(arms["ten times the hazards"].changes)
    assert ten == {"rules.hazards.arrival": 10 * BASE.value("rules.hazards.arrival")}
    quick = next(effects.plans("quick"))
    for one in quick.arms:
        quick.subject.check(dict(one.changes))


def contrast(difference, low, high, equal=0.0):
    return Paired(1.0, 1.0 + difference, difference, low, high, 0.5, equal, 0.5, 16)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (contrast(0.05, 0.03, 0.07), "matters"),
        (contrast(-0.05, -0.07, -0.03), "matters"),
        (contrast(0.01, 0.005, 0.015), "does not"),
        (contrast(0.02, 0.005, 0.035), "open"),
        (contrast(0.0, np.nan, np.nan, equal=1.0), "nothing"),
        (contrast(0.03, np.nan, np.nan), "matters"),
    ],
)
def test_a_difference_matters_beyond_its_threshold_and_is_open_across_it(found, says):
    assert effects.finding(found, 0.02) == says


def frame(shift):
    """A study in which every figure is a seed's number, and one arm has trust shifted."""
    rows = []
    for label, kind, moved in (
        ("base", "base", 0.0),
        ("mechanisms.co_culture.on", "switch", shift),
    ):
        for seed in range(6):
            figures = dict.fromkeys(effects.FIGURES, 1.0 + seed / 100)
            figures["trust"] += moved
            rows.append({"arm": label, "kind": kind, "path": label, "replication": seed, **figures})
    return {"effects-only-quick": pd.DataFrame(rows)}


@pytest.mark.parametrize(
    ("shift", "says"), [(0.05, "matters"), (0.001, "does not"), (0.0, "nothing")]
)
def test_tables_compare_each_arm_with_the_base_under_the_same_seeds(shift, says):
    table = effects.tables(frame(shift))["effects"]
    trust = table[table["outcome"] == "trust"].iloc[0]
    assert trust["finding"] == says
    assert trust["difference"] == pytest.approx(shift)
    others = table[table["outcome"] != "trust"]
    assert (others["finding"] == "nothing").all()
    assert len(table) == len(effects.HEADLINES)


def verdict_of(name, rows):
    table = pd.DataFrame(rows)
    arms = effects.files["tables"]._summed(table)
    made = effects.verdicts({"effects": table, "arms": arms})
    return next(one.finding for one in made if one.id == name)


def rows_of(trust):
    """Rows of trust by arm: difference and half-width, threshold .01, with what else verdicts need."""
    rows = []
    for arm, (difference, half) in trust.items():
        low, high = difference - half, difference + half
        rows.append(
            {
                "arm": arm, "kind": "cause", "path": arm, "outcome": "trust", "base": 0.5,
                "difference": difference, "low": low, "high": high, "threshold": 0.01,
                "finding": effects.finding(contrast(difference, low, high), 0.01),
            }
        )  # fmt: skip
    for kind, path in (("switch", "mechanisms.co_culture.on"), ("lever", "rules.service.staff")):
        rows.append({**rows[0], "kind": kind, "arm": path, "path": path})
    return rows


TEN = effects.files["verdicts"].TEN_TIMES


def test_either_way_trust_is_lowered_by_ten_times_or_is_not():
    assert verdict_of("L1.3", rows_of(dict.fromkeys(TEN, (-0.05, 0.01)))) == "supported"
    assert verdict_of("L1.3", rows_of(dict.fromkeys(TEN, (-0.001, 0.002)))) == "refuted"
    assert verdict_of("L1.3", rows_of(dict.fromkeys(TEN, (-0.015, 0.01)))) == "undecided"


def test_either_way_trust_moves_both_ways_or_one():
    both = {**dict.fromkeys(TEN, (-0.05, 0.01)), "companies answer everything": (0.05, 0.01)}
    assert verdict_of("L1.4", rows_of(both)) == "supported"
    assert verdict_of("L1.4", rows_of(dict.fromkeys(TEN, (-0.05, 0.01)))) == "refuted"


def test_either_way_most_levers_matter_or_few_do():
    assert verdict_of("L1.2", rows_of(dict.fromkeys(TEN, (-0.05, 0.01)))) == "supported"
    assert verdict_of("L1.2", rows_of(dict.fromkeys(TEN, (-0.001, 0.002)))) == "refuted"


def test_names_of_rows_are_short_and_in_their_language():
    figures = effects.files["figures"]
    for label in made_arms():
        if label != "base":
            assert 0 < len(figures.name_of(label, "en")) <= 40
            assert 0 < len(figures.name_of(label, "zh")) <= 20
