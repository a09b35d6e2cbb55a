"""Functions with known answers: their indices, their luck, and what they refuse."""

import subprocess
import sys

import numpy as np
import pytest

from sim.errors import InputError
from sim.study.design import saltelli
from sim.study.factors import dummy
from sim.study.known import (
    BREADTHS,
    OUTCOME,
    Known,
    g_function,
    g_truth,
    ishigami,
    ishigami_truth,
    known_factors,
    with_luck,
)
from sim.study.plan import Plan


def test_values_are_as_worked_out_by_hand():
    middle = np.full(3, 0.5)
    assert ishigami(middle) == 0.0, "all x are 0"
    quarter = np.array([0.75, 0.75, 0.5])  # x1 = x2 = pi/2, x3 = 0
    assert ishigami(quarter) == pytest.approx(1 + 7)
    end = np.array([0.75, 0.5, 1.0])  # x3 = pi
    assert ishigami(end) == pytest.approx(1 + 0.1 * np.pi**4)
    assert g_function(np.full(6, 0.5)) == 0.0, "the first factor's term is 0 in the middle"
    corner = np.prod([(2 + a) / (1 + a) for a in BREADTHS])
    assert g_function(np.zeros(6)) == pytest.approx(corner)


def test_published_indices_are_met():
    """Saltelli et al. 2008, 10.1002/9780470725184: Ishigami with a = 7, b = .1."""
    truth = ishigami_truth()
    assert truth.first == pytest.approx([0.3139, 0.4424, 0], abs=1e-4)
    assert truth.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=1e-4)
    assert truth.variance == pytest.approx(13.8446, abs=1e-4)


def test_indices_follow_from_averages_over_a_grid():
    """The g-function's first-order index is the variance of conditional means: midpoints of a grid."""
    places = (np.arange(4000) + 0.5) / 4000
    truth = g_truth()
    for factor, a in enumerate(BREADTHS):
        conditional = (np.abs(4 * places - 2) + a) / (1 + a)  # every other factor's mean is 1
        assert conditional.var() / truth.variance == pytest.approx(truth.first[factor], rel=1e-3)
    draws = np.random.default_rng(1).random((400_000, 6))
    assert g_function(draws).var() == pytest.approx(truth.variance, rel=0.01)
    other = draws.copy()
    other[:, 1] = np.random.default_rng(2).random(400_000)
    total = ((g_function(draws) - g_function(other)) ** 2).mean() / 2 / truth.variance
    assert total == pytest.approx(truth.total[1], rel=0.02)


def test_luck_makes_up_the_share_that_is_said():
    subject = Known("ishigami", noise=0.6)
    at = {"x1": 0.3, "x2": 0.9, "x3": 0.2}
    values = [subject.make(at, seed).outcomes[OUTCOME] for seed in range(20_000)]
    assert np.mean(values) == pytest.approx(ishigami(np.array([0.3, 0.9, 0.2])), abs=0.15)
    assert np.var(values) == pytest.approx(13.8446 * 0.6 / 0.4, rel=0.05)


def test_a_run_can_be_made_again_and_points_and_seeds_have_luck_of_their_own():
    subject = Known("ishigami", noise=0.5)
    certain = Known("ishigami")

    def luck(place, seed):
        at = {"x1": place}
        return subject.make(at, seed).outcomes[OUTCOME] - certain.make(at, seed).outcomes[OUTCOME]

    assert luck(0.1, 3) == luck(0.1, 3)
    assert subject.make({"x1": 0.1}, 3).digest == subject.make({"x1": 0.1}, 3).digest
    grid = [[luck(place, seed) for place in (0.1, 0.2)] for seed in range(4000)]
    assert abs(np.corrcoef(np.transpose(grid))[0, 1]) < 0.06, "between points"
    assert abs(np.corrcoef(np.transpose(grid)[0, :-1], np.transpose(grid)[0, 1:])[0, 1]) < 0.06


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_points_of_a_seed_share_the_part_of_luck_that_is_said(shared):
    subject = Known("g", idle=1, noise=0.5, shared=shared)
    grid = [
        [subject.make({"idle1": place}, seed).outcomes[OUTCOME] for place in (0.1, 0.2)]
        for seed in range(4000)
    ]
    assert np.corrcoef(np.transpose(grid))[0, 1] == pytest.approx(shared, abs=0.06)


def test_many_rows_at_once_are_like_many_runs():
    subject = Known("g", noise=0.4, shared=0.5)
    places = np.full((20_000, 3, 6), 0.2)
    values = with_luck(subject, places, 2, [2], np.random.default_rng(4))
    luck = (values - g_function(np.full(6, 0.2))) / subject.luck
    assert luck.mean() == pytest.approx(0, abs=0.03)
    assert luck.var() == pytest.approx(1, rel=0.03)
    between = np.corrcoef(luck.reshape(len(luck), -1), rowvar=False)  # by point and replication
    assert between[0, 2] == pytest.approx(0.5, abs=0.03), "points share a seed"
    assert between[0, 1] == pytest.approx(0, abs=0.03), "seeds are independent"
    assert between[0, 4] == pytest.approx(0, abs=0.03), "new luck"


def test_idle_factors_do_nothing_and_have_no_index():
    subject = Known("ishigami", idle=2)
    assert subject.names == ("x1", "x2", "x3", "idle1", "idle2")
    assert subject.truth.total[3:].tolist() == [0, 0]
    values = {subject.make({"x1": 0.3, "idle2": place}, 1).outcomes[OUTCOME] for place in (0, 1)}
    assert len(values) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x9": 0.5}, 'function ishigami has no factor "x9"'),
        ({"X1": 0.5}, 'no factor "X1"; did you mean "x1"'),
        ({"x1": 1.5}, "x1 = 1.5 is out of bounds"),
        ({"x1": "much"}, 'x1 = "much" is out of bounds'),
        ({"x1": True}, "x1 = true is out of bounds"),
    ],
)
def test_wrong_changes_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        Known("ishigami").check(changes)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"function": "ishigam"}, 'did you mean "ishigami"'),
        ({"function": "g", "noise": 1.0}, "noise = 1 is out of bounds"),
        ({"function": "g", "shared": -0.1}, "shared = -0.1 is out of bounds"),
        ({"function": "g", "idle": -1}, "idle = -1 is out of bounds"),
    ],
)
def test_wrong_subjects_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        Known(**wrong)


def test_the_subject_survives_its_manifest():
    subject = Known("g", idle=2, noise=0.25, shared=0.5)
    assert subject.manifest()["kind"] == "known"
    assert Known.from_manifest(subject.manifest()) == subject


def test_the_address_depends_on_all_but_the_seed_and_on_nothing_else():
    subject = Known("ishigami", noise=0.3)
    assert subject.address({"x1": 0.5}) == subject.address({}), "the middle is the default"
    assert subject.address({"x1": 0.4}) != subject.address({})
    assert subject.address({}) != Known("ishigami", noise=0.4).address({})


def test_it_is_a_subject_of_a_plan_with_a_dummy():
    subject = Known("g")
    plan = Plan("known", subject, saltelli((*known_factors(subject), dummy()), 4, 1), 2, 1)
    assert plan.size == 4 * 9 * 2
    assert len({run.id for run in plan.runs}) == plan.size


def test_it_is_imported_without_the_model():
    code = (
        "import sys, sim.study.known; "
        "print([name for name in ('numba', 'mesa', 'sim.model', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
