"""Grid workers visit as far as they can, find hazards on their way, and report what they found."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import (
    SELF_REPORT,
    VISIT,
    Cases,
    GridWorkers,
    HazardRows,
    MicroGrids,
    NeedRows,
    Residents,
    allocate,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.platforms import micro_grid
from sim.rules import hazards

P = values_of(micro_grid.MicroGrid)
F = np.float32


def hand_built(agents: int = 400, grids: int = 4, **numbers: Any) -> Any:
    """Return four micro-grids, a worker in each, one for all four and one who is idle."""
    residents = allocate(Residents, agents)
    micro_grids = allocate(MicroGrids, grids)
    micro_grids.first[:] = np.arange(grids) * (agents // grids)
    micro_grids.last[:] = micro_grids.first + agents // grids
    residents.micro_grid[:] = np.repeat(np.arange(grids), agents // grids)
    workers = allocate(GridWorkers, grids + 2)
    workers.kind[grids:] = (1, 2)
    workers.micro_grid[:grids] = np.arange(grids)
    workers.micro_grids[:] = [1] * grids + [grids, 0]
    workers.visits[:] = [10] * grids + [8, 30]
    community = SimpleNamespace(
        seed=np.uint64(21),
        week=0,
        scale=F(1),
        extent=F(1),
        residents=residents,
        micro_grids=micro_grids,
        grid_workers=workers,
        needs=Cases(NeedRows),
        hazards=Cases(HazardRows),
        numbers=SimpleNamespace(
            micro_grid=P._replace(**numbers), hazards=values_of(hazards.Hazards)
        ),
        active=lambda stem: True,
        state=SimpleNamespace(
            participation=SimpleNamespace(open_hazards=np.zeros(grids, np.int32)),
            needs=SimpleNamespace(newly_found=np.zeros(8, np.int64), newly_found_count=0),
        ),
    )
    community.state.hazards = hazards.begin(community)
    community.state.micro_grid = micro_grid.begin(community)
    return community


def live(community: Any, weeks: int = 1) -> dict[str, float]:
    totals = dict.fromkeys(micro_grid.RECORDS, 0.0)
    for _ in range(weeks):
        micro_grid.open_week(community)
        hazards.arise(community)
        micro_grid.sense(community)
        hazards.triage(community)
        hazards.serve(community)
        micro_grid.publish(community)
        community.week += 1
        for name, value in micro_grid.observe(community).items():
            totals[name] += value
    return totals


@given(visits=st.floats(0, 100, width=32), more=st.floats(0, 100, width=32), campaign=st.booleans())
def test_more_visits_never_find_fewer_hazards(visits: float, more: float, campaign: bool) -> None:
    few = micro_grid.inspection_chance(P, F(visits), campaign)
    many = micro_grid.inspection_chance(P, F(visits) + F(more), campaign)
    assert 0 <= few <= many <= 1


def test_without_visits_no_hazard_is_found() -> None:
    assert micro_grid.inspection_chance(P, F(0), True) == 0


def test_a_campaign_multiplies_the_inspection_rate() -> None:
    plain = float(micro_grid.inspection_chance(P, F(10), False))
    campaign = float(micro_grid.inspection_chance(P, F(10), True))
    assert math.log1p(-campaign) / math.log1p(-plain) == pytest.approx(
        float(P.campaign_effort), rel=1e-3
    )


@loop
def rules_in_a_loop(p: Any, out: Any) -> Any:
    out[0] = micro_grid.visits_each(p, np.float32(10), np.float32(3))
    out[1] = micro_grid.inspection_chance(p, np.float32(11), True)
    out[2] = micro_grid.expected_items(p, np.float32(11), np.float32(0.3))
    return micro_grid.campaign_held(p, np.float32(0.1))


def test_rules_give_the_same_32_bits_compiled_and_plain() -> None:
    out = np.zeros(3, np.float32)
    assert rules_in_a_loop(P, out) == micro_grid.campaign_held(P, F(0.1))
    plain = [
        micro_grid.visits_each(P, F(10), F(3)),
        micro_grid.inspection_chance(P, F(11), True),
        micro_grid.expected_items(P, F(11), F(0.3)),
    ]
    assert all(value.dtype == np.float32 for value in plain)
    assert out.tolist() == [float(value) for value in plain]


def test_visits_of_all_grid_workers_add_up_and_the_idle_make_none() -> None:
    community = hand_built()
    micro_grid.open_week(community)
    micro_grid.open_week(community)
    assert community.micro_grids.visits.tolist() == [12, 12, 12, 12]
    assert community.state.micro_grid.visits == 48


def test_effort_zero_means_no_visits_no_hazards_and_no_reports() -> None:
    totals = live(hand_built(effort=F(0)), 40)
    assert totals["grid_visits"] == totals["hazards_reported"] == totals["reports_filed"] == 0


def test_campaigns_are_held_at_their_rate() -> None:
    """Binomial of 400 weeks at .24, 4 standard deviations: a false alarm once in 16,000."""
    held = live(hand_built(), 400)["campaigns_held"]
    assert abs(held - 96) < 4 * math.sqrt(400 * 0.24 * 0.76)


def test_every_hazard_found_by_grid_workers_is_reported() -> None:
    community = hand_built(routine_items=F(0), inspection=F(0.05))
    totals = live(community, 60)
    used = community.hazards.used()
    found = np.count_nonzero(used.stage != 0)
    assert found > 0
    assert set(used.channel[used.stage != 0].tolist()) == {VISIT}
    assert totals["hazards_reported"] == totals["reports_filed"] == found


def test_routine_items_match_the_poisson_expectation() -> None:
    """48 visits at .1 for 100 weeks: mean 480, 4 standard deviations, once in 16,000."""
    totals = live(hand_built(routine_items=F(0.1), inspection=F(0)), 100)
    assert abs(totals["reports_filed"] - 480) < 4 * math.sqrt(480)


def test_items_are_needs_found_by_visit_and_are_credited_to_the_micro_grid_worker() -> None:
    community = hand_built(routine_items=F(0), inspection=F(0))
    needs = community.needs.reserve(3)
    community.needs.count = 3
    needs.owner[:3] = (0, 399, 398)
    needs.channel[:3] = (VISIT, VISIT, SELF_REPORT)
    community.state.needs.newly_found[:3] = (0, 1, 2)
    community.state.needs.newly_found_count = 3
    totals = live(community)
    assert totals["reports_filed"] == 2
    assert community.grid_workers.found.tolist() == [1, 0, 0, 1, 0, 0]


def test_figures_are_zero_while_the_platform_is_off() -> None:
    community = hand_built()
    live(community, 3)
    community.active = lambda stem: False
    assert set(micro_grid.observe(community).values()) == {0.0}
    assert micro_grid.observe(community).keys() == micro_grid.RECORDS.keys()
