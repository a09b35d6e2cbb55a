"""Plausibility: claims of the account are held or contradicted by what the runs say."""

import numpy as np
import pandas as pd
import pytest

from sim.study import experiment as experiments

plausibility = experiments.load("plausibility")


def frames(**after):
    """Six seeds in which everything is .4 before and after, but for what is given."""
    rng = np.random.default_rng(1)
    parts = {}
    for part, changed in (("before", {}), ("after", after)):
        table = {
            name: changed.get(name, 0.4) + 0.001 * rng.standard_normal(6)
            for name in plausibility.OUTCOMES
        }
        parts[f"plausibility-{part}-quick"] = pd.DataFrame({"seed": range(6), **table})
    return parts


def finding(name, **after):
    tables = plausibility.tables(frames(**after))
    return next(one.finding for one in plausibility.verdicts(tables) if one.id == name)


UP = {f"satisfaction_{service}": 0.6 for service in plausibility.ROSE}


@pytest.mark.parametrize(
    ("name", "holds", "contradicts"),
    [
        ("A1", UP, {**UP, "satisfaction_culture": 0.2}),
        (
            "A2",
            {"satisfaction_medical_users": 0.6, "satisfaction_medical_aware": 0.5},
            {"satisfaction_medical_aware": 0.6},
        ),
        ("A3", {"grievances_arisen": 0.3}, {"grievances_arisen": 0.1}),
        ("A4", {"disputes_recorded_resolved": 0.39}, {"disputes_recorded_resolved": 0.1}),
        ("A5", {"rate_event_young": 0.1}, {"rate_event_young": 0.6}),
    ],
)
def test_either_way_a_claim_of_the_account_is_held_or_contradicted(name, holds, contradicts):
    assert finding(name, **holds) == "supported"
    assert finding(name, **contradicts) == "refuted"


def test_the_page_has_before_and_after_and_what_the_account_says():
    page = plausibility.tables(frames(**UP))["page"]
    medical = page[(page["what"] == "satisfaction_medical") & (page["who"] == "everybody")]
    assert medical["when"].tolist() == ["before", "after"]
    assert medical["account"].str.contains("F9").all()
    assert (page["low"] <= page["high"]).all()
    assert (page.loc[page["unit"] != "0-1", "low"] >= 0).all()
