"""What partners weigh, when they leave, and when others join."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import CANDIDATE, FORMER_PARTNER, PARTNER, PUBLIC_BENEFIT, PartnerRows, allocate
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.rules import partners
from tests.one_row import one

F = np.float32
SEED = np.uint64(11)
P = values_of(partners.Partners)
SHARE = st.floats(0, 1, width=32)
KIND = st.integers(0, 3)


def value(p: Any = P, kind: int = 0, **given_terms: Any) -> Any:
    """Return the utility of a partner to whom nothing happens but the terms given."""
    terms = {
        "customers": F(0),
        "visibility": F(0),
        "purchase": F(0),
        "load": F(0),
        "delay": F(0),
        "stock_cost": F(0),
    }
    traits = {"trust": F(0)} | {k: v for k, v in given_terms.items() if k not in terms}
    given = {k: v for k, v in given_terms.items() if k in terms}
    r = one(PartnerRows, kind=kind, **traits)
    return partners.utility(r, p, *(terms | given).values())


def test_a_partner_to_whom_nothing_happens_has_utility_nought() -> None:
    assert value() == 0


def test_each_term_counts_with_the_weight_of_the_partners_kind() -> None:
    everything = value(
        kind=PUBLIC_BENEFIT,
        customers=F(0.5),
        visibility=F(0.4),
        projects=3,
        space=True,
        purchase=F(0.2),
        trust=F(0.1),
        load=F(1),
        delay=F(4),
        stock_cost=F(50),
    )
    recognition = 3 / (3 + float(P.projects_half))
    expected = 0.2 * 0.5 + 0.5 * 0.4 + 0.6 * recognition + 0.5 + 1.0 * 0.2 + 1.4 * 0.1
    expected -= 0.8 * 1 + 0.05 * 4 + 0.002 * 50
    assert everything == pytest.approx(expected, abs=1e-5)


@given(KIND, SHARE, SHARE)
def test_benefits_never_lower_and_costs_never_raise_utility(
    kind: int, low: float, more: float
) -> None:
    high = min(low + more, 1.0)
    for benefit in ("customers", "visibility", "purchase", "trust"):
        assert value(kind=kind, **{benefit: F(high)}) >= value(kind=kind, **{benefit: F(low)})
    for cost in ("load", "delay", "stock_cost"):
        assert value(kind=kind, **{cost: F(high)}) <= value(kind=kind, **{cost: F(low)})


@given(st.floats(0, 1e5, width=32), SHARE)
def test_goods_cost_a_partner_exactly_nothing_where_the_community_pays_all(
    worth: float, commitment: float
) -> None:
    assert partners.own_stock_cost(F(worth), F(commitment), F(1)) == 0


@given(SHARE, st.floats(-20, 20, width=32))
def test_commitment_stays_between_nought_and_one(commitment: float, utility: float) -> None:
    assert 0 <= partners.commitment_after(P, F(commitment), F(utility)) <= 1


def test_commitment_moves_a_twentieth_of_the_way_to_its_goal() -> None:
    assert partners.commitment_after(P, F(0.2), F(0)) == pytest.approx(0.215, abs=1e-6)


def test_a_partner_of_middling_commitment_leaves_at_the_base_hazard() -> None:
    assert partners.exit_hazard(P, F(0.5)) == pytest.approx(0.002, rel=1e-6)
    assert partners.exit_hazard(P, F(1)) == pytest.approx(0.002 * np.exp(-1), rel=1e-5)


@given(SHARE, SHARE)
def test_the_more_committed_leave_less(low: float, more: float) -> None:
    assert partners.exit_hazard(P, F(min(low + more, 1))) <= partners.exit_hazard(P, F(low))


def test_nobody_joins_without_recruiting_or_out_of_reach() -> None:
    assert partners.join_hazard(P._replace(recruit=F(0)), F(1), F(1), F(1), F(0)) == 0
    assert partners.join_hazard(P, F(0), F(1), F(1), F(0)) == 0


def test_the_chance_to_join_has_the_form_of_the_equation() -> None:
    hazard = partners.join_hazard(P, F(0.5), F(0.3), F(0.2), F(4))
    assert hazard == pytest.approx(P.join * 0.5 * np.exp(0.3 + 0.2 - 0.05 * 4), rel=1e-5)


@given(SHARE, SHARE)
def test_training_never_makes_worse_nor_better_than_perfect(before: float, gain: float) -> None:
    assert before <= partners.improved(F(before), F(gain)) <= 1


@given(st.floats(0, 1e4, width=32), SHARE, SHARE)
def test_offered_hours_grow_with_commitment_and_are_never_negative(
    weekly: float, low: float, more: float
) -> None:
    def offer(commitment: float) -> Any:
        return partners.hours_offered(F(weekly), F(commitment), F(0.7), F(0), F(0), F(1), F(0.5))

    assert offer(min(low + more, 1)) >= offer(low) >= 0


def test_a_partner_without_hours_bears_no_load() -> None:
    assert partners.load_of(F(0), F(0)) == 0
    assert partners.load_of(F(3), F(6)) == 0.5


@loop
def _compiled(table: Any, p: Any, out: Any) -> None:
    x = np.float32(0.3)
    out[0] = partners.commitment_after(p, x, np.float32(1.2))
    out[1] = partners.exit_hazard(p, x)
    out[2] = partners.join_hazard(p, x, x, x, np.float32(4.0))
    out[3] = partners.saturating(np.float32(7.0), p.customers_half)
    out[4] = partners.own_stock_cost(np.float32(90.0), x, x)
    out[5] = partners.utility(table[0], p, x, x, x, x, np.float32(4.0), np.float32(10.0))


def test_rules_are_32_bits_and_the_same_compiled_as_in_python() -> None:
    out = np.zeros(6, F)
    table = allocate(PartnerRows, 1)
    table.kind[0], table.space[0], table.projects[0] = 2, True, 5
    _compiled(table, P, out)
    x = F(0.3)
    plain = [
        partners.commitment_after(P, x, F(1.2)),
        partners.exit_hazard(P, x),
        partners.join_hazard(P, x, x, x, F(4)),
        partners.saturating(F(7), P.customers_half),
        partners.own_stock_cost(F(90), x, x),
        partners.utility(table[0], P, x, x, x, x, F(4), F(10)),
    ]
    assert all(isinstance(number, np.float32) for number in plain)
    assert out.tolist() == [float(number) for number in plain]


def rows(partner_count: int, candidates: int) -> Any:
    """Return a table of partners followed by candidates."""
    table = allocate(PartnerRows, partner_count + candidates)
    table.stage[:partner_count] = PARTNER
    table.stage[partner_count:] = CANDIDATE
    table.local[:] = True
    return table


def community(table: Any, p: Any = P, **state: Any) -> Any:
    """Return a community of these partners, which takes what a step reads."""
    count = len(table.stage)
    remembered = {
        "participates": np.ones(count, bool),
        "offered": np.zeros(count, F),
        "idle_weeks": np.zeros(count, np.int32),
        "training": np.zeros(count, bool),
        "trained_at": np.zeros(count, np.int32),
        "visibility": F(0),
    }
    return SimpleNamespace(
        partners=table,
        numbers=SimpleNamespace(partners=p),
        state=SimpleNamespace(
            partners=SimpleNamespace(**(remembered | state)),
            projects=SimpleNamespace(delay=F(4), hours=np.zeros(count, F)),
            co_operation=SimpleNamespace(bought=np.zeros(count, F)),
        ),
        week=1,
        seed=SEED,
        extent=F(1),
    )


def come_and_go(table: Any, p: Any, week: int = 1, remote: float = 0.0) -> tuple[int, int]:
    town = community(table, p)
    town.week = week
    left = partners.leave(town)
    return partners.join(town, F(0.2), F(remote)), left


def test_joining_and_leaving_happen_at_the_rates_of_the_equations() -> None:
    table = rows(4000, 4000)
    p = P._replace(exit=F(0.05), join=F(0.1))
    joined, left = come_and_go(table, p)
    assert left / 4000 == pytest.approx(1 - np.exp(-0.05), abs=0.01)
    hazard = 0.1 * np.exp(0.2 - 0.05 * 4)
    assert joined / 4000 == pytest.approx(1 - np.exp(-hazard), abs=0.015)
    assert np.count_nonzero(table.stage == PARTNER) == 4000 + joined - left


def test_who_left_does_not_come_back() -> None:
    table = rows(200, 0)
    everybody = P._replace(exit=F(0.05), join=F(0.1))
    for week in range(1, 200):
        come_and_go(table, everybody, week)
    gone = table.stage == FORMER_PARTNER
    assert gone.all()
    assert (table.left[gone] > 0).all()


def test_without_the_regional_platform_only_local_units_join() -> None:
    table = rows(0, 2000)
    table.local[:1000] = False
    come_and_go(table, P._replace(join=F(0.1)))
    joined = table.stage == PARTNER
    assert joined[1000:].any()
    assert not joined[:1000].any()


def test_only_partners_that_take_part_offer_hours() -> None:
    table = rows(3, 1)
    table.weekly_hours[:] = 10
    table.quality[:] = 1
    table.market[1] = True
    town = community(table, participates=np.array([True, True, False, True]))
    partners.offer_hours(town, F(0.3))
    offered = town.state.partners.offered
    assert offered.tolist() == pytest.approx([5.0, 1.5, 0.0, 0.0])
    assert table.hours_left.tolist() == offered.tolist()


def test_training_shows_only_after_its_lag() -> None:
    table = rows(1, 0)
    table.quality[:] = 0.5
    table.ability[0, 2] = 0.5
    town = community(table)
    assert partners.train(town, F(1)) == 1
    for town.week in range(2, 9):
        partners.train(town, F(0))
    assert table.quality[0] == F(0.5)
    town.week = 9
    partners.train(town, F(0))
    assert table.quality[0] == pytest.approx(0.55, abs=1e-6)
    assert table.ability[0].tolist() == pytest.approx([0, 0, 0.55, 0, 0], abs=1e-6)
