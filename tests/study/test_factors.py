"""Factors read the one declaration; designs lay them out, and SALib's traps are met."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from SALib.sample import morris as salib_morris
from SALib.sample import sobol as salib_sobol

from sim.errors import InputError
from sim.scenario import entries
from sim.study import design
from sim.study.factors import DUMMY, Factor, factor, factors, problem
from sim.study.plan import SEEDS_PER_BLOCK, Plan
from tests.study.toys import Toy

STRENGTH = "incentives.points.strength"
TWO = factors(["strength", "crowd_out"])
THREE = (*TWO, factor(DUMMY))
TOYS = (Factor("x", 0, 1), Factor("sleep", 0, 1), factor(DUMMY))


def test_a_factor_takes_bounds_unit_and_meaning_from_the_declaration() -> None:
    one = factor("reach.digital")
    declared = entries()["rules.reach.digital"].declared
    assert (one.low, one.high) == declared.sweep == (0.125, 0.5)
    assert (one.unit, one.meaning, one.lever) == (declared.unit, declared.meaning, declared.lever)


def test_words_and_switches_are_factors_too() -> None:
    policy, on = factor("points.policy"), factor("points.on")
    assert [policy.value(i / 5) for i in range(5)] == list(policy.options)
    assert policy.value(1.0) == policy.options[-1]
    assert [on.value(0.49), on.value(0.5), on.value(1.0)] == [False, True, True]


@given(st.floats(0, 1))
def test_every_place_gives_a_value_between_the_bounds(place: float) -> None:
    for name in ("crowd_out", "points.window", "norm", "rules.reach.neighbour"):
        one = factor(name)
        value = one.value(place)
        assert one.low <= value <= one.high
        assert isinstance(value, int if one.kind == "whole" else float)


def test_the_ends_of_the_unit_interval_are_the_bounds() -> None:
    for name in ("crowd_out", "points.window"):
        one = factor(name)
        assert (one.value(0.0), one.value(1.0)) == (one.low, one.high)
        assert one.levels(3)[0] == one.low
        assert one.levels(3)[-1] == one.high


@pytest.mark.parametrize(
    ("name", "low", "high", "part"),
    [
        ("strenght", None, None, "did you mean"),
        ("rules.needs.arrival", None, None, "is a table; vary one of its elements"),
        ("reach.digital", 0.01, 0.3, "--extrapolate"),
        ("reach.digital", 0.1, 0.9, r"between 0 and 0\.6"),
        ("reach.digital", 0.2, 0.1, "is no range"),
        ("points.policy", 0, 1, "has no bounds"),
        ("points.window", 4.5, 20, "is not a whole number"),
    ],
)
def test_a_range_that_is_not_backed_is_refused(
    name: str, low: float | None, high: float | None, part: str
) -> None:
    with pytest.raises(InputError, match=part):
        factor(name, low, high)


def test_extrapolation_is_allowed_when_asked_for_but_not_beyond_hard_bounds() -> None:
    assert factor("reach.digital", 0.01, 0.5, extrapolate=True).low == 0.01
    with pytest.raises(InputError, match="out of bounds"):
        factor("reach.digital", 0.01, 0.7, extrapolate=True)


# --- Designs -----------------------------------------------------------------------------------


def test_a_grid_has_every_combination_once() -> None:
    arms = design.grid({"points.on": [True, False], "strength": [0.1, 0.2, 0.3]})
    assert len({arm.changes for arm in arms}) == len({arm.label for arm in arms}) == 6
    assert {arm.block for arm in arms} == {0}
    with pytest.raises(InputError, match="needs different levels"):
        design.grid({"points.on": [True, True]})


def test_doses_change_one_number_and_nothing_else() -> None:
    arms = design.doses("population.asks_elderly", [0.5, 1.0, 2.0])
    assert [dict(arm.changes) for arm in arms] == [
        {"population.asks_elderly": dose} for dose in (0.5, 1.0, 2.0)
    ]


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    assert design.worlds(TWO, 5, 1) == design.worlds(TWO, 11, 1)[:5]
    assert design.saltelli(THREE, 8, 1) == design.saltelli(THREE, 16, 1)[: 8 * 5]
    assert design.morris(THREE, 4, 1) == design.morris(THREE, 9, 1)[: 4 * 4]
    assert design.free(TWO, 8, 1) == design.free(TWO, 20, 1)[:8]


def test_the_seed_makes_the_sample_and_zero_is_a_seed() -> None:
    """SALib reads a seed of 0 as none, so that two samples would differ."""
    for sample in (design.latin_hypercube, design.saltelli, design.morris):
        assert sample(TWO, 8, 0) == sample(TWO, 8, 0)
        assert sample(TWO, 8, 0) != sample(TWO, 8, 1)


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    arms = design.latin_hypercube(TWO, 10, 3)
    for one in TWO:
        places = [(dict(arm.changes)[one.path] - one.low) / (one.high - one.low) for arm in arms]
        assert sorted(int(place * 10) for place in places) == list(range(10))


def test_saltelli_rows_are_those_of_salib_and_take_one_factor_from_b() -> None:
    arms = design.saltelli(THREE, 4, 1)
    expected = salib_sobol.sample(problem(THREE), 4, calc_second_order=False, seed=2)
    for arm, point in zip(arms, expected, strict=True):
        assert dict(arm.tags)[DUMMY] == point[2]
        assert dict(arm.changes)[STRENGTH] == THREE[0].value(point[0])
    rows = [dict(arm.tags) for arm in arms[:5]]
    a, ab, b = rows[0], rows[1], rows[-1]
    assert (a["matrix"], ab["matrix"], b["matrix"]) == ("A", STRENGTH, "B")
    assert ab[STRENGTH] == b[STRENGTH] != a[STRENGTH]
    assert all(ab[one.path] == a[one.path] for one in THREE[1:])


def test_points_of_a_row_share_their_luck_except_the_dummy_s() -> None:
    plan = Plan("p", Toy(), design.saltelli(TOYS, 4, 1), 2)
    for row in range(4):
        runs = [run for run in plan.runs if dict(run.arm.tags)["row"] == row]
        seeds = {run.seed for run in runs if dict(run.arm.tags)["matrix"] != DUMMY}
        new = {run.seed for run in runs if dict(run.arm.tags)["matrix"] == DUMMY}
        assert seeds == {1 + 2 * row * SEEDS_PER_BLOCK, 2 + 2 * row * SEEDS_PER_BLOCK}
        assert len(new) == 2
        assert not new & seeds


def test_morris_moves_one_factor_at_a_time_as_salib_does() -> None:
    arms = design.morris(THREE, 3, 5)
    points = salib_morris.sample(problem(THREE), 3, num_levels=design.LEVELS, seed=6)
    assert [dict(arm.tags)[DUMMY] for arm in arms] == [point[2] for point in points]
    for before, after in pairwise(arms):
        tags = dict(after.tags)
        if tags["step"] == 0:
            continue
        moved = [p.path for p in THREE if dict(before.tags)[p.path] != tags[p.path]]
        assert moved == [tags["moved"]]
        assert (after.block != before.block) == (tags["moved"] == DUMMY)


def test_one_at_a_time_visits_the_bounds_of_each_factor() -> None:
    arms = design.one_at_a_time(factors(["strength", "points.window"]), 3)
    assert [dict(arm.tags)["value"] for arm in arms] == [0.0, 0.4, 0.8, 4, 28, 52]


@pytest.mark.parametrize(
    ("sample", "size", "part"),
    [
        (design.saltelli, 6, "must be a power of 2, such as 4"),
        (design.saltelli, 1, "at least 2"),
        (design.morris, 1, "at least 2"),
        (design.fast, 64, "at least 65"),
        (design.latin_hypercube, 1, "at least 2"),
        (design.free, 1, "at least 2"),
        (design.worlds, 0, "at least 1"),
        (design.one_at_a_time, 1, "at least 2"),
    ],
)
def test_a_size_that_makes_no_design_is_refused(sample, size: int, part: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=part):
        sample(TWO, size) if sample is design.one_at_a_time else sample(TWO, size, 1)


def test_one_factor_alone_has_no_sobol_indices() -> None:
    with pytest.raises(InputError, match="2 factors or more"):
        design.saltelli(TWO[:1], 4, 1)


def test_worlds_fill_the_range_of_each_unknown_evenly() -> None:
    drawn = design.worlds(TWO, 64, 1)
    for one in TWO:
        places = np.array([(world[one.path] - one.low) / (one.high - one.low) for world in drawn])
        assert np.histogram(places, 8, (0, 1))[0].tolist() == [8] * 8


WHOLE = "population.grids"


@pytest.mark.parametrize(
    "make",
    [
        lambda f, g: design.latin_hypercube([f, g], 600, 1),
        lambda f, g: design.free([f, g], 512, 1),
        lambda f, g: design.saltelli([f, g], 128, 1),
        lambda f, g: design.fast([f, g], 300, 1),
    ],
    ids=["lhs", "free", "sobol", "fast"],
)
def test_a_whole_number_is_drawn_whole_with_both_ends_and_fair_shares(make):
    """Six values; each comes as often as any other, within a third of its share."""
    grids = factor(WHOLE, 8.0, 13.0, extrapolate=True)
    values = [dict(one.changes)[grids.path] for one in make(grids, factor("strength"))]
    assert all(type(value) is int for value in values)
    counts = Counter(values)
    assert sorted(counts) == [8, 9, 10, 11, 12, 13]
    share = len(values) / 6
    assert all(abs(count - share) < share / 3 for count in counts.values())


def test_trajectories_move_a_whole_number_within_its_ends():
    grids = factor(WHOLE, 8.0, 13.0, extrapolate=True)
    arms = design.morris([grids, factor("strength")], 12, 1)
    values = {dict(one.changes)[grids.path] for one in arms}
    assert {8, 13} <= values <= set(range(8, 14))


def test_a_whole_number_s_range_must_end_at_whole_numbers():
    with pytest.raises(InputError, match="not a whole number"):
        factor(WHOLE, 8.5, 13.0, extrapolate=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda chosen: design.latin_hypercube(chosen, 8, 1),
        lambda chosen: design.free(chosen, 8, 1),
        lambda chosen: design.saltelli(chosen, 8, 1),
        lambda chosen: design.morris(chosen, 4, 1),
        lambda chosen: design.fast(chosen, 100, 1),
        lambda chosen: design.one_at_a_time(chosen, 2),
        lambda chosen: design.worlds(chosen, 4, 1),
    ],
    ids=["lhs", "free", "sobol", "morris", "fast", "oat", "worlds"],
)
def test_one_number_under_two_spellings_is_refused_by_every_design(make):
    with pytest.raises(InputError, match=r"incentives\.points\.rate varies twice"):
        make([factor("points.rate"), factor("incentives.points.rate")])
