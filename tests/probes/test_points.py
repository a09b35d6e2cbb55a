"""The probe on points: classes by what was done before, and acts by quarter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.columns import VOLUNTEER
from sim.model import Community
from sim.probes import points
from sim.probes.points import CLASSES, MEASURES, Probe, by_class, kind_of

SCALE = 0.05
BEGINS = 20
WEEKS = 30


def watched(points_on: bool, weeks: int = WEEKS) -> tuple[dict[str, float], Any, Community]:
    """Run a small community under the probe; return outcomes, acts[week, resident] and community."""
    community = Community(
        "fengshu",
        rng=3,
        collect=False,
        **{
            "population.scale": SCALE,
            "population.burn_in": 4,
            "incentives.points.on": points_on,
            "incentives.points.starts": BEGINS,
            "incentives.points.strength": 0.8,
        },
    )
    probe, acts = Probe(community), []
    for _ in range(weeks):
        community.step()
        probe.week(community)
        acts.append((community.residents.acted >> VOLUNTEER) & 1)
    return probe.outcomes(), np.array(acts, np.int64), community


@pytest.fixture(scope="module")
def with_points() -> tuple[dict[str, float], Any, Community]:
    return watched(True)


@pytest.fixture(scope="module")
def without_points() -> tuple[dict[str, float], Any, Community]:
    return watched(False)


def test_three_acts_make_core_one_or_two_casual_none_latent() -> None:
    assert kind_of(np.array([0, 1, 2, 3, 9])).tolist() == [2, 1, 1, 0, 0]


def test_sums_go_to_the_class_of_each_resident() -> None:
    assert by_class(np.array([5, 7, 11]), np.array([1, 1, 2])).tolist() == [0, 12, 11]


def test_acts_of_a_quarter_are_the_acts_of_its_weeks_by_class(with_points: Any) -> None:
    found, acts, _ = with_points
    before = acts[:BEGINS].sum(axis=0)
    groups = {"core": before >= 3, "casual": (before > 0) & (before < 3), "latent": before == 0}
    assert groups["core"].any()
    assert groups["casual"].any()
    for kind, held in groups.items():
        assert found[f"residents_{kind}"] == pytest.approx(held.sum() / SCALE)
        for quarter in (0, 1):
            expected = acts[13 * quarter : 13 * quarter + 13, held].sum() / SCALE
            assert found[f"acts_{kind}_q{quarter:02d}"] == pytest.approx(expected)


def test_all_classes_together_did_what_the_records_say(with_points: Any) -> None:
    found, _, community = with_points
    recorded = community.records.outcomes(0, 13)["acts_volunteer"]
    assert recorded > 0
    assert sum(found[f"acts_{kind}_q00"] for kind in CLASSES) == pytest.approx(recorded)


def test_a_quarter_that_is_not_over_is_left_out(with_points: Any) -> None:
    found = with_points[0]
    assert "acts_core_q01" in found
    assert "acts_core_q02" not in found


def test_exits_since_points_began_are_those_recorded(with_points: Any) -> None:
    found, _, community = with_points
    recorded = community.records.outcomes(BEGINS)
    assert recorded["register_exits"] > 0
    assert sum(found[f"exits_{kind}"] for kind in CLASSES) == pytest.approx(
        recorded["register_exits"]
    )
    weekly = community.records.to_frame()["volunteers_registered"]
    assert sum(found[f"register_weeks_{kind}"] for kind in CLASSES) == pytest.approx(
        float(weekly.iloc[BEGINS:].sum())
    )


def test_points_do_not_change_who_belongs_to_which_class(
    with_points: Any, without_points: Any
) -> None:
    on, off = with_points[0], without_points[0]
    for kind in CLASSES:
        assert on[f"residents_{kind}"] == off[f"residents_{kind}"]
        assert on[f"acts_{kind}_q00"] == off[f"acts_{kind}_q00"]
    assert (with_points[1] != without_points[1]).any()


def test_watching_changes_nothing(with_points: Any) -> None:
    community = with_points[2]
    again = Community(community.setting, rng=3, collect=False)
    for _ in range(WEEKS):
        again.step()
    assert again.digest() == community.digest()


def test_every_outcome_is_declared(with_points: Any) -> None:
    assert set(with_points[0]) <= set(MEASURES)
    assert len(MEASURES) == len(CLASSES) * (points.QUARTERS + 3)


def test_points_that_begin_at_once_leave_nobody_to_tell_apart() -> None:
    community = Community(
        "fengshu",
        rng=1,
        collect=False,
        **{"population.scale": 0.005, "population.burn_in": 1, "incentives.points.starts": 0},
    )
    with pytest.raises(ValueError, match="a week or more before points begin"):
        Probe(community)
