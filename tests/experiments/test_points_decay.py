"""The experiment on points: equal sums, effects by hand, and what its verdicts follow from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.study.estimates import below
from sim.study.plan import Plan
from sim.study.table import Row, tidy
from tests.experiments.whole import everything

points_decay = everything("points_decay")
CAUSES = points_decay.CAUSES
CLASSES = points_decay.CLASSES
KINDS = points_decay.KINDS
RULES = points_decay.RULES
catalogue = points_decay.catalogue
drawn = points_decay.drawn
effects = points_decay.effects
incentives = points_decay.incentives
judged = points_decay.judged
noise = points_decay.noise
plans = points_decay.plans
tables = points_decay.tables
verdicts = points_decay.verdicts
wi = points_decay.wi

BASE = {"core": 20.0, "casual": 10.0, "latent": 30.0}
"""Acts a week without any incentive, in the made-up runs."""


def acts_added(tags: Mapping[str, Any], kind: str, quarter: int) -> float:
    """Return what an arm adds to a class's acts a week, in the made-up runs.

    Points add 4 at first and 2 in the third year to the core (WI .5), 4 and 3 to casual volunteers
    (WI .25); both add 4 and 4 to each (WI 0). Under a rule of validity casual volunteers lose 1 all
    the time and the core nothing.
    """
    mix = tags["mix"]
    if quarter < 2 or mix in ("none", "honours") or kind == "latent":
        return 0.0
    late = {"core": 2.0, "casual": 3.0}[kind] if mix == "points" else 4.0
    added = late if quarter >= 10 else 4.0
    if tags.get("rule", "none") != "none":
        added -= kind == "casual"
    if tags.get("cause") is not None:
        added += cause_added(str(tags["cause"]), str(tags["remedy"]))
    return added


def cause_added(cause: str, remedy: str) -> float:
    """Return what a cause takes: 1 act a week of each class, all of it given back by a cure."""
    cured = cause in ("satiation", "shelves") and remedy != "nothing"
    return 0.0 if cause == "none" or cured else -1.0


def made_up(plan: Plan) -> pd.DataFrame:
    """Return the table of a plan as if it had been run, from `acts_added`."""
    rows = {}
    for run in plan.runs:
        tags = dict(run.arm.tags)
        lapses = tags.get("rule", "none") != "none"
        outcomes = {
            f"acts_{kind}_q{quarter:02d}": 13 * (BASE[kind] + acts_added(tags, kind, quarter))
            for kind in CLASSES
            for quarter in range(14)
        }
        for kind in CLASSES:
            outcomes |= {f"residents_{kind}": 100.0, f"exits_{kind}": 26.0}
            outcomes[f"register_weeks_{kind}"] = 5200.0
        outcomes |= {
            "points_breakage": 0.4 if lapses else 0.0,
            "points_liability": 100.0 if lapses else 400.0,
            "goods_requested": 50.0,
            "stockouts": 0.0,
            "fund_spending_goods": 3000.0 if tags["mix"] in ("points", "both") else 0.0,
            "fund_spending_honours": 600.0 if tags["mix"] in ("honours", "both") else 0.0,
        }
        rows[run.id] = Row(run.id, run.seed, "done", "", "", outcomes, {})
    return tidy(plan, rows)


@pytest.fixture(scope="module")
def ran() -> tuple[list[Plan], dict[str, pd.DataFrame]]:
    """All plans at workshop size, and their made-up tables."""
    made: list[Plan] = []
    frames: dict[str, pd.DataFrame] = {}
    asked = plans("quick")
    plan = next(asked)
    while True:
        made.append(plan)
        frames[plan.name] = made_up(plan)
        try:
            plan = asked.send(frames[plan.name])
        except StopIteration:
            return made, frames


@pytest.fixture(scope="module")
def found(ran: tuple[list[Plan], dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    return tables(ran[1])


def row(table: pd.DataFrame, **labels: Any) -> pd.Series:
    held = np.all([table[name] == value for name, value in labels.items()], axis=0)
    assert held.sum() == 1
    return table[held].iloc[0]


# --- Design ------------------------------------------------------------------------------------


def test_a_workshop_takes_some_250_runs(ran: tuple[list[Plan], dict[str, pd.DataFrame]]) -> None:
    assert {plan.name: plan.size for plan in ran[0]} == {
        "points_decay-prior-quick": 12 * (4 * 2 + 1),
        "points_decay-rules-quick": 3 * (2 + 2 * 9),
        "points_decay-price-quick": 3 * (1 + 3 * 3),
        "points_decay-causes-quick": 2 * (1 + 6 * 4),
    }


def test_the_whole_community_is_studied_in_105_worlds() -> None:
    plan = next(plans("full"))
    assert (plan.name, plan.size) == ("points_decay-prior-full", 60 * (4 * 2 + 1))


def test_every_mix_is_given_the_same_sum_a_year() -> None:
    for mix in ("points", "honours", "both"):
        given = incentives(mix, 20_000.0)
        shop = given["incentives.fund.shop_budget"] * 182 / 156
        honours = given.get("incentives.honours.share", 0.0) * 850 * 4 * 50
        assert shop + honours == pytest.approx(20_000.0)
    assert incentives("none", 20_000.0)["incentives.fund.shop_budget"] == 0.0


def test_a_lower_price_is_a_smaller_good_not_a_gift() -> None:
    for price in (2.0, 10.0):
        goods = catalogue(price)
        for good in ("daily_goods", "service_voucher", "cultural_product"):
            cost = goods[f"incentives.exchange.cost.{good}"]
            assert cost == pytest.approx(1.5 * goods[f"incentives.exchange.price.{good}"])
    assert catalogue(5.0)["incentives.exchange.price.service_voucher"] == 15.0


def test_there_are_nine_rules_and_one_of_them_is_no_decay() -> None:
    assert len(RULES) == 9
    assert len({tuple(rule.items()) for rule in RULES.values()}) == 9
    assert RULES["none"] == {"incentives.points.policy": "none"}


def test_chi_takes_its_three_values_in_turn() -> None:
    worlds = drawn(6, seed=1)
    chi = [world.changes["incentives.points.reference_weight"] for world in worlds]
    assert chi == [0.0, 0.5, 1.0, 0.0, 0.5, 1.0]


def test_more_worlds_keep_the_first_ones() -> None:
    assert drawn(9, seed=1)[:5] == drawn(5, seed=1)


def test_all_arms_of_a_world_share_their_seeds_and_their_unknowns(ran: Any) -> None:
    for frame in ran[1].values():
        groups = frame.groupby(["block", "replication"])
        assert (groups["seed"].nunique() == 1).all()
        assert (groups["world"].nunique() == 1).all()
        assert frame.groupby("block")["seed"].min().is_unique


def test_no_arm_with_zero_synergy_carries_the_synergy_of_its_world(ran: Any) -> None:
    frame = ran[1]["points_decay-prior-quick"]
    assert (frame.loc[frame["mix"] == "both", "incentives.honours.mix"] == 0).all()
    assert frame.loc[frame["mix"] == "synergy", "incentives.honours.mix"].abs().min() > 0


# --- Estimates ---------------------------------------------------------------------------------


def test_the_effect_is_the_difference_from_the_twin_of_the_same_seed(ran: Any) -> None:
    seen = effects(ran[1]["points_decay-prior-quick"])
    points = seen[seen["mix"] == "points"]
    assert len(points) == 24
    assert points["first_core"].to_numpy() == pytest.approx(4.0)
    assert points["last_core"].to_numpy() == pytest.approx(2.0)
    assert points["first_all"].to_numpy() == pytest.approx(8.0)
    assert points["last_all"].to_numpy() == pytest.approx(5.0)
    # Two quarters of the first half-year, six between, four of the third year.
    assert points["period_core"].to_numpy() == pytest.approx((8 * 4 + 4 * 2) / 12)
    assert points["base_first_all"].to_numpy() == pytest.approx(60.0)


def test_weakening_is_a_half_where_half_of_the_effect_is_left(ran: Any) -> None:
    seen = effects(ran[1]["points_decay-prior-quick"])
    points = seen[seen["mix"] == "points"]
    assert wi(points, "core").value == pytest.approx(0.5)
    assert wi(points, "casual").value == pytest.approx(0.25)
    assert wi(points).value == pytest.approx(0.375)
    assert wi(points).n == 12
    assert np.isnan(wi(points).interval).all(), "the same in every world"


def test_a_run_that_failed_takes_its_pair_with_it(ran: Any) -> None:
    frame = ran[1]["points_decay-prior-quick"].copy()
    twin = frame.index[(frame["mix"] == "none") & (frame["block"] == 3)][0]
    frame.loc[twin, "status"] = "failed"
    seen = effects(frame)
    lost = (seen["block"] == 3) & (seen["replication"] == frame.loc[twin, "replication"])
    assert not lost.any()
    assert (seen["block"] == 3).any()


def test_weakening_has_no_value_without_a_first_effect() -> None:
    def rows(first: float, last: float) -> pd.DataFrame:
        return pd.DataFrame({"block": range(6), "first_all": first, "last_all": last})

    assert wi(rows(2.0, 3.0)).value == pytest.approx(-0.5)
    assert np.isnan([wi(rows(0.0, 1.0)).value, wi(rows(-1.0, 1.0)).value]).all()


def test_weakening_is_a_ratio_of_means_and_not_a_mean_of_ratios() -> None:
    first, last = [1.0, 3.0, 1.0, 3.0, 2.0], [1.0, 9.0, 1.0, 9.0, 5.0]
    found = wi(pd.DataFrame({"block": range(5), "first_all": first, "last_all": last}))
    assert found.value == pytest.approx(1 - 2.5)
    assert found.interval.low < 1 - 2.5 < found.interval.high <= 1.0


def test_noise_is_pooled_per_act_over_worlds() -> None:
    rows = pd.DataFrame(
        {
            "block": [0, 0, 1, 1],
            "fall": [1.0, 3.0, 5.0, 9.0],
            "base_period_all": [9.0, 9.0, 36.0, 36.0],
            "period_all": [2.0, 2.0, 8.0, 8.0],
        }
    )
    # Variances 2 and 8 over 10 and 40 acts are .2 per act in both; means of two have half of that.
    assert noise(rows, "fall").to_numpy() == pytest.approx([1.0, 2.0])


def test_a_world_is_undefined_unclear_weakened_or_grew() -> None:
    first = {0: (1.0, -1.0), 1: (10.0, 12.0), 2: (20.0, 22.0), 3: (20.0, 22.0)}
    last = {0: (0.0, 0.0), 1: (11.0, 10.0), 2: (0.0, 1.0), 3: (50.0, 51.0)}
    rows = pd.DataFrame(
        [
            {
                "block": block,
                "first_all": first[block][replication],
                "last_all": last[block][replication],
                "base_period_all": 10.0,
                "period_all": 0.0,
            }
            for block in first
            for replication in (0, 1)
        ]
    )
    found = judged(rows)
    assert found["finding"].tolist() == ["undefined", "unclear", "weakened", "grew"]
    assert np.isnan(found["wi"][0])
    assert found["wi"][2] == pytest.approx(1 - 0.5 / 21)


# --- Tables ------------------------------------------------------------------------------------


def test_the_table_of_mixes_shows_what_was_really_paid(found: dict[str, pd.DataFrame]) -> None:
    goods = row(found["mixes"], mix="both", kind="all", measure="paid for goods")
    honours = row(found["mixes"], mix="both", kind="all", measure="paid for honours")
    assert (goods["estimate"], honours["estimate"]) == pytest.approx((1000.0, 200.0))
    before = row(found["mixes"], mix="none", kind="all", measure="acts first")
    assert before["estimate"] == pytest.approx(60.0)
    leaving = row(found["mixes"], mix="points", kind="core", measure="leaving")
    assert leaving["estimate"] == pytest.approx(26.0)  # 26 exits in 100 years on the register


def test_participation_changes_are_shares_of_what_is_done_without_decay(
    found: dict[str, pd.DataFrame],
) -> None:
    labels = {"mix": "points", "stock": "all", "rule": "window 13"}
    change = {"measure": "participation change"}
    casual = row(found["rules"], **labels, **change, kind="casual")
    lasting = BASE["casual"] + (8 * 4 + 4 * 3) / 12
    assert casual["estimate"] == pytest.approx(-100 / lasting)
    assert row(found["rules"], **labels, **change, kind="core")["estimate"] == pytest.approx(0.0)
    breakage = row(found["rules"], **labels, measure="breakage change")
    assert breakage["estimate"] == pytest.approx(40.0)


def test_an_additional_hour_costs_what_was_paid_over_what_was_added(
    found: dict[str, pd.DataFrame],
) -> None:
    hours = ((8 * 4 + 4 * 2) / 12 + (8 * 4 + 4 * 3) / 12) * 2 * 52
    cost = row(found["price"], terms="price 2", window=13, measure="cost")
    assert cost["estimate"] == pytest.approx(1000 / hours)
    needed = row(found["best"], terms="price 5", measure="needed")
    # A hundred casual volunteers act 10 times a week: an act in ten weeks, 2 points; 5 take 25.
    assert needed["estimate"] == pytest.approx(25.0)
    endowed = row(found["best"], terms="price 5, endowment 3", measure="needed")
    assert endowed["estimate"] == pytest.approx(10.0)


def test_a_remedy_is_counted_as_part_of_what_its_cause_took(
    found: dict[str, pd.DataFrame],
) -> None:
    for cause, restored in (("satiation", 1.0), ("adaptation", 0.0)):
        left = row(found["causes"], cause=cause, remedy="nothing", measure="loss")
        back = row(found["causes"], cause=cause, remedy="both", measure="restored")
        assert left["estimate"] == pytest.approx(2.0)
        assert back["estimate"] == pytest.approx(restored)


def test_every_table_says_how_much_it_rests_on(found: dict[str, pd.DataFrame]) -> None:
    for table in found.values():
        assert {"unit", "n"} <= set(table.columns)
        assert (table["n"] >= 0).all()


# --- Verdicts ----------------------------------------------------------------------------------


def finding_of(found: Mapping[str, pd.DataFrame], prediction: str) -> str:
    return next(verdict.finding for verdict in verdicts(found) if verdict.id == prediction)


def changed(
    found: Mapping[str, pd.DataFrame], name: str, ends: tuple[float, float], **labels: Any
) -> dict[str, pd.DataFrame]:
    """Return the tables with the interval of one row set, its estimate in the middle."""
    table = found[name].copy()
    held = np.all([table[key] == value for key, value in labels.items()], axis=0)
    assert held.any()
    table.loc[held, ["estimate", "low", "high"]] = [sum(ends) / 2, *ends]
    return {**found, name: table}


def test_each_prediction_has_one_verdict(found: dict[str, pd.DataFrame]) -> None:
    assert [one.id for one in verdicts(found)] == [one.id for one in points_decay.PREDICTIONS]


def test_always_weakening_refutes_either_sign(found: dict[str, pd.DataFrame]) -> None:
    assert finding_of(found, "H1.1") == "undecided"  # 12 worlds cannot tell 95 % from all
    always = changed(found, "signs", (0.96, 1.0), share="WI above 0")
    assert finding_of(always, "H1.1") == "refuted"


def test_both_signs_and_more_weakening_in_every_case_support_it(
    found: dict[str, pd.DataFrame],
) -> None:
    seen = changed(found, "signs", (0.4, 0.6), share="WI above 0")
    for name in ("clearly weakened", "clearly grew"):
        seen = changed(seen, "signs", (0.1, 0.3), share=name)
    core = {"mix": "core - casual", "kind": "contrast"}
    for condition in ("reach", "shelves"):
        seen = changed(seen, "where", (0.1, 0.5), condition=condition, level="difference")
    assert finding_of(changed(seen, "mixes", (0.1, 0.4), **core), "H1.1") == "supported"
    strong = changed(seen, "mixes", (0.1, 0.4), **core)
    for ends, finding in (((-0.5, 0.5), "undecided"), ((-0.5, -0.1), "refuted")):
        one = changed(strong, "where", ends, condition="reach", level="difference")
        assert finding_of(one, "H1.1") == finding
    assert finding_of(changed(seen, "mixes", (-0.1, 0.4), **core), "H1.1") == "undecided"
    assert finding_of(changed(seen, "mixes", (-0.4, -0.1), **core), "H1.1") == "refuted"


def test_short_validity_is_judged_by_who_loses_more(found: dict[str, pd.DataFrame]) -> None:
    short = {"mix": "points", "stock": "all", "rule": "short"}
    seen = changed(found, "rules", (-400.0, -200.0), **short, measure="liability change")
    seen = changed(seen, "rules", (30.0, 50.0), **short, measure="breakage change")
    apart = {**short, "kind": "casual - core"}
    assert finding_of(changed(seen, "rules", (-9.0, -3.0), **apart), "H1.2") == "supported"
    assert finding_of(changed(seen, "rules", (-9.0, 3.0), **apart), "H1.2") == "undecided"
    assert finding_of(changed(seen, "rules", (-1.0, 1.0), **apart), "H1.2") == "refuted"
    assert finding_of(changed(seen, "rules", (3.0, 9.0), **apart), "H1.2") == "refuted"


def test_costs_that_are_least_at_an_end_everywhere_refute_a_best_window(
    found: dict[str, pd.DataFrame],
) -> None:
    at_end = changed(found, "best", (0.0, 0.0), measure="interior")
    assert finding_of(at_end, "H1.3") == "refuted"
    inside = changed(found, "best", (1.0, 1.0), measure="interior")
    for terms, ends in (("price 2", (12.0, 14.0)), ("price 5", (25.0, 53.0))):
        inside = changed(inside, "best", ends, terms=terms, measure="best window")
    assert finding_of(inside, "H1.3") == "supported"


def test_remedies_must_tell_causes_apart(found: dict[str, pd.DataFrame]) -> None:
    assert finding_of(found, "H1.4") == "undecided"  # two worlds give no interval
    seen = dict(found)
    for cause in CAUSES:
        back = 1.0 if cause in ("satiation", "shelves") else 0.0
        of = {"cause": cause}
        seen = changed(seen, "causes", (1.0, 3.0), **of, remedy="nothing", measure="loss")
        seen = changed(
            seen, "causes", (back - 0.1, back + 0.1), **of, remedy="both", measure="gain"
        )
        seen = changed(
            seen, "causes", (back - 0.1, back + 0.1), **of, remedy="both", measure="restored"
        )
    assert finding_of(seen, "H1.4") == "supported"
    nowhere = changed(seen, "causes", (-0.1, 0.1), remedy="both", measure="restored")
    assert finding_of(nowhere, "H1.4") == "refuted"


def test_honours_that_let_points_last_longer_support_the_mix(
    found: dict[str, pd.DataFrame],
) -> None:
    contrast = row(found["mixes"], mix="both - points", kind="contrast")
    assert contrast["estimate"] == pytest.approx(0.0 - 0.375)
    assert finding_of(found, "H1.5") == "supported"
    worse = changed(found, "mixes", (0.1, 0.4), mix="both - points", kind="contrast")
    assert finding_of(worse, "H1.5") == "refuted"


def test_no_interval_decides_nothing() -> None:
    assert not below({"high": np.nan})


# --- Figures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_has_all_its_words_in_both_languages(language: str) -> None:
    words = points_decay.NAMES[language]
    assert set(words) == set(points_decay.NAMES["en"])
    assert set(points_decay.SENTENCES[language]) == set(points_decay.SENTENCES["en"])
    assert {*KINDS, *RULES, *points_decay.TERMS} <= {*words}


def test_figures_are_drawn_from_the_tables(found: dict[str, pd.DataFrame]) -> None:
    drawn_figures = points_decay.figures(found, "en")
    assert set(drawn_figures) == set(points_decay.SENTENCES["en"])
    for figure in drawn_figures.values():
        assert figure.axes
