"""Residents report what they notice, patrols find what they pass; a hazard counts once."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.boards import Offers
from sim.columns import (
    HAZARD_ARISEN,
    MODES,
    PATROL,
    REPORT,
    SNAP_REPORT,
    VOLUNTEER,
    Cases,
    HazardRows,
    MicroGrids,
    Residents,
    allocate,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.mechanisms import co_safety
from sim.rules import hazards

P = values_of(co_safety.CoSafety)
F = np.float32


def hand_built(agents: int = 400, grids: int = 4, **numbers: Any) -> Any:
    """Return micro-grids of equal size, with many hazards arising and no patrol."""
    residents = allocate(Residents, agents)
    micro_grids = allocate(MicroGrids, grids)
    micro_grids.first[:] = np.arange(grids) * (agents // grids)
    micro_grids.last[:] = micro_grids.first + agents // grids
    residents.micro_grid[:] = np.repeat(np.arange(grids), agents // grids)
    community = SimpleNamespace(
        seed=np.uint64(8),
        week=0,
        scale=F(1),
        extent=F(1),
        residents=residents,
        micro_grids=micro_grids,
        hazards=Cases(HazardRows),
        numbers=SimpleNamespace(
            co_safety=P._replace(**numbers),
            hazards=values_of(hazards.Hazards, {"arrival": 8.0, "fix": 0.5}),
        ),
        active=lambda stem: True,
        offers=Offers.none(len(MODES), grids),
        state=SimpleNamespace(participation=SimpleNamespace(patrol_hours=F(0))),
    )
    community.state.hazards = hazards.begin(community)
    community.state.co_safety = co_safety.begin(community)
    return community


def live(community: Any, weeks: int = 1, reporters: tuple[int, ...] = ()) -> dict[str, float]:
    totals = dict.fromkeys(co_safety.RECORDS, 0.0)
    for _ in range(weeks):
        community.residents.call[:] = 0
        community.residents.acted[:] = 0
        hazards.arise(community)
        co_safety.sense(community)
        hazards.triage(community)
        hazards.serve(community)
        co_safety.publish(community)
        community.residents.acted[list(reporters)] = 1 << REPORT
        co_safety.reward(community)
        community.week += 1
        for name, value in co_safety.observe(community).items():
            totals[name] += value
    return totals


@given(hazards=st.integers(0, 1000), scale=st.floats(0.0078125, 1, width=32))
def test_the_call_fits_its_column(hazards: int, scale: float) -> None:
    p = P._replace(noticing=F(0.9))
    assert 0 <= int(co_safety.notice_call(p, F(hazards), F(scale))) < 2**26


def test_one_hazard_calls_with_the_chance_to_notice_it() -> None:
    call = float(co_safety.notice_call(P, F(1), F(1)))
    assert 1 - math.exp(-call * 1e-6) == pytest.approx(float(P.noticing), rel=1e-4)


def test_a_hazard_that_stands_for_ten_is_noticed_as_ten() -> None:
    ten = float(co_safety.notice_call(P, F(10), F(1)))
    assert co_safety.notice_call(P, F(1), F(0.1)) == pytest.approx(ten, rel=1e-6)


@given(low=st.floats(0, 500, width=32), high=st.floats(0, 500, width=32))
def test_more_patrol_never_finds_less(low: float, high: float) -> None:
    low, high = sorted((low, high))
    fewer = co_safety.patrol_chance(P, F(low))
    assert 0 <= fewer <= co_safety.patrol_chance(P, F(high)) <= 1


@loop
def rules_in_a_loop(p: Any, out: Any) -> Any:
    out[0] = co_safety.notice_call(p, np.float32(3), np.float32(0.5))
    out[1] = co_safety.hours_each(np.float32(60), np.float32(52), np.float32(0.3))
    out[2] = co_safety.patrol_chance(p, np.float32(2.5))
    return out[2]


def test_rules_give_the_same_32_bits_compiled_and_plain() -> None:
    out = np.zeros(3, np.float32)
    rules_in_a_loop(P, out)
    plain = [
        co_safety.notice_call(P, F(3), F(0.5)),
        co_safety.hours_each(F(60), F(52), F(0.3)),
        co_safety.patrol_chance(P, F(2.5)),
    ]
    assert all(value.dtype == np.float32 for value in plain)
    assert out.tolist() == [float(value) for value in plain]


def test_only_residents_around_a_hazard_are_called_and_only_to_report() -> None:
    community = hand_built()
    community.state.hazards.around[:] = (0, 2, 0, 0)
    co_safety.publish(community)
    call = community.residents.call
    expected = int(co_safety.notice_call(P, F(2), F(1)))
    assert set(call[REPORT, 100:200].tolist()) == {expected}
    assert call[REPORT, :100].max() == call[REPORT, 200:].max() == 0
    assert call[[mode for mode in range(4) if mode != REPORT]].max() == 0


def test_the_share_of_patrols_is_asked_for() -> None:
    community = hand_built(patrol_share=F(0.25))
    co_safety.publish(community)
    assert community.offers.patrols == F(0.25)


def test_with_neither_reporters_nor_patrols_nothing_is_found() -> None:
    community = hand_built()
    totals = live(community, 20)
    assert totals["snap_reports"] == totals["patrol_hours"] == 0
    assert set(community.hazards.used().stage.tolist()) == {HAZARD_ARISEN}


def test_one_reporter_finds_one_hazard_a_week_in_the_own_micro_grid() -> None:
    community = hand_built()
    live(community, 10)
    totals = live(community, 5, reporters=(150,))
    live(community)
    used = community.hazards.used()
    found = used.stage != HAZARD_ARISEN
    assert totals["snap_reports"] == totals["snap_reports_valid"] == found.sum() == 5
    assert set(used.micro_grid[found].tolist()) == {1}
    assert set(used.finder[found].tolist()) == {150}
    assert set(used.channel[found].tolist()) == {SNAP_REPORT}


def test_many_reports_of_the_only_hazard_count_once() -> None:
    community = hand_built()
    community.hazards.reserve(1)
    community.hazards.count = 1
    community.hazards.rows.micro_grid[0] = 2
    community.numbers.hazards = community.numbers.hazards._replace(arrival=F(0))
    community.state.hazards.unfound_count = 1
    totals = live(community, reporters=tuple(range(200, 260)))
    live(community)
    assert totals["snap_reports"] == 60
    assert community.state.hazards.found_count == 1
    assert community.hazards.used().finder[0] in range(200, 260)


def test_a_report_where_there_is_no_hazard_is_not_valid() -> None:
    community = hand_built()
    community.numbers.hazards = community.numbers.hazards._replace(arrival=F(0))
    totals = live(community, 3, reporters=(7,))
    assert (totals["snap_reports"], totals["snap_reports_valid"]) == (3, 0)


def test_other_acts_are_not_reports() -> None:
    community = hand_built()
    live(community, 10)
    community.residents.acted[:] = 1 << VOLUNTEER
    co_safety.reward(community)
    assert community.state.co_safety.reports == 0


def test_patrols_find_hazards_at_their_rate() -> None:
    """Binomial, 4 standard deviations: a false alarm once in 16,000."""
    community = hand_built(patrol_insight=F(0.02))
    live(community, 60)
    unfound = community.state.hazards.unfound_count
    community.numbers.hazards = community.numbers.hazards._replace(arrival=F(0))
    community.state.participation.patrol_hours = F(100)
    live(community)
    chance = 1 - math.exp(-0.02 * 100 / 4)
    found = community.state.hazards.found_by[PATROL]
    assert abs(found - unfound * chance) < 4 * math.sqrt(unfound * chance * (1 - chance))


def test_figures_are_zero_while_the_mechanism_is_off() -> None:
    community = hand_built()
    live(community, 3, reporters=(1,))
    community.active = lambda stem: False
    assert set(co_safety.observe(community).values()) == {0.0}
    assert co_safety.observe(community).keys() == co_safety.RECORDS.keys()
