"""Hazards arise at the stated rate, stay until somebody finds them, and are found once."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import (
    HAZARD_ARISEN,
    HAZARD_FIXED,
    HAZARD_FOUND,
    PATROL,
    SNAP_REPORT,
    UPKEEP,
    VISIT,
    Cases,
    HazardRows,
    MicroGrids,
    Residents,
    allocate,
    columns_of,
)
from sim.engine import randomness
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.rules import hazards

P = values_of(hazards.Hazards)
F = np.float32


def hand_built(agents: int = 400, grids: int = 4, extent: float = 1, **numbers: Any) -> Any:
    """Return a community of micro-grids of equal size, with no hazards yet."""
    micro_grids = allocate(MicroGrids, grids)
    micro_grids.first[:] = np.arange(grids) * (agents // grids)
    micro_grids.last[:] = micro_grids.first + agents // grids
    community = SimpleNamespace(
        seed=np.uint64(5),
        week=0,
        extent=F(extent),
        residents=allocate(Residents, agents),
        micro_grids=micro_grids,
        hazards=Cases(HazardRows, room=2),
        numbers=SimpleNamespace(hazards=P._replace(**({"upkeep": F(0)} | numbers))),
        state=SimpleNamespace(),
    )
    community.state.hazards = hazards.begin(community)
    return community


def live(community: Any, weeks: int = 1, claims: int = 0) -> None:
    for _ in range(weeks):
        hazards.arise(community)
        community.state.hazards.claims[: community.state.hazards.unfound_count] = claims
        hazards.triage(community)
        hazards.serve(community)
        community.week += 1


# --- Rules ---------------------------------------------------------------------------------------


@given(
    mean=st.floats(0, 8, width=32),
    draw=st.integers(0, 2**24 - 1).map(lambda word: word * 2.0**-24),
)
def test_the_count_is_the_quantile_of_the_poisson_distribution(mean: float, draw: float) -> None:
    count = randomness.poisson(F(mean), F(draw))
    term, below, above = math.exp(-mean), 0.0, math.exp(-mean)
    for k in range(1, count + 1):
        term *= mean / k
        below, above = above, above + term
    assert below - 1e-5 <= draw <= above + 1e-5


def test_the_count_of_mean_zero_is_zero() -> None:
    assert randomness.poisson(F(0), F(1 - 2**-24)) == 0


def test_the_most_extreme_draw_ends() -> None:
    for mean in (0.001, 0.1, 1.0, 10.0, 80.0):
        assert randomness.poisson(F(mean), F(1 - 2**-24)) < 200


def test_a_micro_grid_expects_its_share_of_the_hazards() -> None:
    assert hazards.expected_hazards(P, F(100), F(400), F(0.5)) == pytest.approx(
        float(P.arrival) / 8
    )


def test_a_grid_worker_comes_before_a_reporter_before_a_patrol() -> None:
    visit, snap, patrol = (np.uint8(1 << c) for c in (VISIT, SNAP_REPORT, PATROL))
    assert hazards.channel_of(visit | snap | patrol) == VISIT
    assert hazards.channel_of(snap | patrol) == SNAP_REPORT
    assert hazards.channel_of(patrol) == PATROL


@loop
def rules_in_a_loop(p: Any, out: Any) -> Any:
    out[0] = hazards.expected_hazards(p, np.float32(90), np.float32(400), np.float32(0.3))
    return randomness.poisson(np.float32(3), np.float32(0.9))


def test_rules_give_the_same_compiled_and_plain() -> None:
    out = np.zeros(1, np.float32)
    assert rules_in_a_loop(P, out) == randomness.poisson(F(3), F(0.9))
    plain = hazards.expected_hazards(P, F(90), F(400), F(0.3))
    assert plain.dtype == np.float32
    assert out[0] == plain


# --- The weekly walk -----------------------------------------------------------------------------


def test_nothing_arises_at_rate_zero() -> None:
    community = hand_built(arrival=F(0))
    live(community, 30)
    assert community.hazards.count == 0


def test_arrivals_match_the_poisson_expectation() -> None:
    """Mean 600 hazards, 4 standard deviations: a false alarm once in 16,000."""
    community = hand_built(arrival=F(6), extent=0.5)
    live(community, 200)
    assert abs(community.hazards.count - 600) < 4 * math.sqrt(600)


def with_upkeep(upkeep: float, weeks: int, seed: int = 5, **numbers: Any) -> tuple[Any, list[int]]:
    """Live with ordinary upkeep alone; return the community and how many are unfound each week."""
    community = hand_built(upkeep=F(upkeep), arrival=F(6), **numbers)
    community.seed = np.uint64(seed)
    there = []
    for _ in range(weeks):
        hazards.arise(community)
        hazards.sense(community)
        hazards.triage(community)
        hazards.serve(community)
        community.week += 1
        there.append(community.state.hazards.unfound_count)
    return community, there


def test_hazards_that_were_there_before_the_first_week_are_as_many_as_stay() -> None:
    """Mean 6 / .06 = 100 from the first week to the last: nothing piles up, nothing drains.

    Means of 40 towns, four standard errors: false alarm 1 in 16,000 for each of the two weeks.
    """
    lives = [with_upkeep(0.06, 60, seed)[1] for seed in range(40)]
    first, last = ([life[week] for life in lives] for week in (0, -1))
    expected = (100 + 6) * 0.94
    for seen in (first, last):
        assert abs(np.mean(seen) - expected) < 4 * math.sqrt(expected / 40)


def test_either_way_more_upkeep_leaves_fewer_and_none_leaves_all() -> None:
    careless, _ = with_upkeep(0.02, 60)
    careful, _ = with_upkeep(0.3, 60)
    assert careful.state.hazards.unfound_count < careless.state.hazards.unfound_count / 3
    nobody, there = with_upkeep(0.0, 30)
    assert there[0] < 20
    assert nobody.state.hazards.unfound_count == nobody.hazards.count


def test_what_upkeep_finds_is_put_right_and_in_no_book() -> None:
    community, _ = with_upkeep(1.0, 5, fix=F(1))
    used = community.hazards.used()
    assert set(used.stage.tolist()) == {HAZARD_FIXED}
    assert set(used.channel.tolist()) == {UPKEEP}
    assert community.state.hazards.booked == 0
    assert hazards.observe(community)["hazards_fixed"] > 0
    assert hazards.observe(community)["hazards_recorded"] == 0


def test_a_patrol_is_credited_before_upkeep() -> None:
    patrol, upkeep = np.uint8(1 << PATROL), np.uint8(1 << UPKEEP)
    assert hazards.channel_of(patrol | upkeep) == PATROL
    assert hazards.channel_of(upkeep) == UPKEEP


def test_without_a_finder_hazards_persist() -> None:
    community = hand_built()
    live(community, 60)
    used = community.hazards.used()
    assert set(used.stage.tolist()) == {HAZARD_ARISEN}
    assert community.state.hazards.unfound_count == community.hazards.count > 100


def test_a_claimed_hazard_is_found_and_certainly_fixed_in_the_same_week() -> None:
    community = hand_built(fix=F(1))
    live(community, 10, claims=1 << PATROL)
    used = community.hazards.used()
    assert set(used.stage.tolist()) == {HAZARD_FIXED}
    assert (used.fixed == used.born).all()
    assert set(used.channel.tolist()) == {PATROL}


def test_a_found_hazard_that_nobody_fixes_stays_at_risk() -> None:
    community = hand_built(fix=F(0))
    live(community, 10, claims=1 << VISIT)
    assert set(community.hazards.used().stage.tolist()) == {HAZARD_FOUND}
    figures = hazards.observe(community)
    assert figures["hazard_weeks_at_risk"] == community.hazards.count
    assert figures["hazards_recorded"] == 0


def test_the_finder_is_written_down_for_snap_reports_only() -> None:
    community = hand_built()
    hazards.arise(community)
    state = community.state.hazards
    state.unfound_count = min(state.unfound_count, 2)
    state.claims[:2] = (1 << SNAP_REPORT, (1 << SNAP_REPORT) | (1 << VISIT))
    state.finders[:2] = 17
    hazards.triage(community)
    assert community.hazards.used().finder[:2].tolist() == [17, 0]


def test_open_hazards_counts_the_unfound_in_each_micro_grid() -> None:
    community = hand_built()
    live(community, 20)
    live(community, 1, claims=1 << VISIT)
    live(community, 20)
    used = community.hazards.used()
    expected = np.bincount(used.micro_grid[used.stage == HAZARD_ARISEN], minlength=4)
    assert community.state.hazards.around.tolist() == expected.tolist()


def test_hazards_arise_the_same_whether_or_not_anybody_finds_them() -> None:
    left, found = hand_built(), hand_built()
    live(left, 40)
    live(found, 40, claims=1 << VISIT)
    for name in ("micro_grid", "born"):
        ours, theirs = getattr(left.hazards.used(), name), getattr(found.hazards.used(), name)
        assert ours.tolist() == theirs.tolist()


@given(seed=st.integers(0, 2**32), claims=st.sampled_from([0, 4, 16, 32, 52]))
def test_every_column_stays_within_its_bounds(seed: int, claims: int) -> None:
    community = hand_built(arrival=F(20))
    community.seed = np.uint64(seed)
    live(community, 4)
    live(community, 3, claims=claims)
    used = community.hazards.used()
    for name, declared in columns_of(HazardRows).items():
        array = getattr(used, name)
        assert ((array >= declared.low) & (array <= declared.high)).all(), name


def test_observe_gives_exactly_the_declared_figures() -> None:
    community = hand_built()
    live(community, 3)
    assert hazards.observe(community).keys() == hazards.RECORDS.keys()
