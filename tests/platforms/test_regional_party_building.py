"""Joint meetings: how many, how good the lists, and which projects come out of them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import CHILDCARE, PARTNER, REPAIR, PartnerRows, ProjectRows, allocate
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.platforms import regional_party_building as platform
from sim.rules import projects

F = np.float32
SEED = np.uint64(5)
P = values_of(platform.RegionalPartyBuilding)
SHARE = st.floats(0, 1, width=32)


def test_two_years_hold_45_meetings() -> None:
    due, held = F(0), 0
    for _ in range(104):
        due = platform.meetings_due(P, due)
        if due >= 1:
            due, held = F(due - 1), held + 1
    assert abs(held - 45) <= 1


@given(SHARE)
def test_a_chair_never_makes_the_lists_worse_nor_better_than_perfect(ability: float) -> None:
    assert P.list_quality <= platform.quality_under(P, F(ability)) <= 1


@given(SHARE, SHARE, SHARE)
def test_a_more_committed_partner_takes_on_whatever_a_less_committed_one_does(
    commitment: float, more: float, chance: float
) -> None:
    if platform.takes_on(P, F(0.6), F(commitment), F(chance)):
        assert platform.takes_on(P, F(0.6), F(min(commitment + more, 1)), F(chance))


@loop
def _compiled(p: Any, out: Any) -> None:
    out[0] = platform.meetings_due(p, np.float32(0.3))
    out[1] = platform.quality_under(p, np.float32(0.3))
    out[2] = platform.pressure(np.int64(12), np.float32(0.3))


def test_rules_are_32_bits_and_the_same_compiled_as_in_python() -> None:
    out = np.zeros(3, F)
    _compiled(P, out)
    plain = [
        platform.meetings_due(P, F(0.3)),
        platform.quality_under(P, F(0.3)),
        platform.pressure(np.int64(12), F(0.3)),
    ]
    assert all(isinstance(number, np.float32) for number in plain)
    assert out.tolist() == [float(number) for number in plain]


def choose(unmatched: Any, count: int = 3, p: Any = P, at_once: int = 0) -> Any:
    table = allocate(PartnerRows, count)
    table.stage[:] = PARTNER
    table.commitment[:] = 1
    table.ability[:, REPAIR] = 0.9
    table.ability[:, CHILDCARE] = 0.3
    chosen = np.zeros(count, np.int64)
    platform.choose_projects(
        table,
        np.ones(count, bool),
        p,
        np.array(unmatched),
        np.full(count, at_once, np.int32),
        1,
        SEED,
        chosen,
    )
    return chosen


EAGER = P._replace(propensity=F(10))


def test_a_partner_looks_where_most_unmatched_needs_call_for_what_it_can_do() -> None:
    assert choose([0, 0, 20, 10, 0], p=EAGER).tolist() == [REPAIR + 1] * 3
    assert choose([0, 0, 40, 10, 0], p=EAGER).tolist() == [CHILDCARE + 1] * 3


def test_without_unmatched_needs_or_capable_partners_there_are_no_projects() -> None:
    assert not choose([0] * 5, p=EAGER).any()
    assert not choose([50, 50, 0, 0, 50], p=EAGER).any()


def test_a_partner_that_carries_its_fill_takes_on_nothing_more() -> None:
    assert not choose([0, 0, 0, 10, 0], p=EAGER, at_once=int(P.projects_at_once)).any()


def test_projects_come_at_the_chance_of_the_formula() -> None:
    half = P._replace(propensity=F(0.5))
    taken = np.mean(choose([0, 0, 0, 10, 0], count=4000, p=half) > 0)
    assert taken == pytest.approx(0.5 * 0.9, abs=0.03)


def test_chosen_projects_stand_on_the_list_with_partner_and_domain() -> None:
    table = allocate(ProjectRows, 2)
    platform.list_projects(
        np.array([0, REPAIR + 1, CHILDCARE + 1]),
        table,
        0,
        values_of(projects.Projects),
        F(4),
        9,
        SEED,
    )
    assert table.partner.tolist() == [1, 2]
    assert table.domain.tolist() == [REPAIR, CHILDCARE]
    assert (table.proposed == 9).all()
    assert (table.due > 9).all()
