"""Fees, feedback and purchases: whole fen, never more fed back than taken."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import CANDIDATE, PARTNER, PUBLIC_BENEFIT, PartnerRows, allocate
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.mechanisms import co_operation

F = np.float32
P = values_of(co_operation.CoOperation)


@given(st.integers(0, 10_000_000), st.floats(0, 0.5, width=32))
def test_what_flows_back_is_a_whole_part_of_the_fees(fees: int, share: float) -> None:
    back = co_operation.fed_back(P._replace(feedback=F(share)), np.int64(fees))
    assert isinstance(back, np.int64)
    assert 0 <= back <= fees
    assert back == pytest.approx(fees * share, abs=1 + 1e-6 * fees)


def test_only_market_operators_take_fees() -> None:
    assert co_operation.fees_of(P, True, np.int64(2000), np.int32(7)) == 14_000
    assert co_operation.fees_of(P, False, np.int64(2000), np.int32(7)) == 0


def test_only_active_public_benefit_partners_are_bought_from() -> None:
    assert co_operation.purchase_from(P, True, PUBLIC_BENEFIT, True, F(0.5)) == P.purchase / 2
    for is_partner, kind, active in ((False, 3, True), (True, 0, True), (True, 3, False)):
        assert co_operation.purchase_from(P, is_partner, kind, active, F(1)) == 0


@loop
def _compiled(p: Any, out: Any) -> None:
    out[0] = co_operation.purchase_from(p, True, 3, True, np.float32(0.7))
    out[1] = co_operation.hours_bought(p, np.float32(70.0))


def test_rules_are_32_bits_and_the_same_compiled_as_in_python() -> None:
    out = np.zeros(2, F)
    _compiled(P, out)
    plain = [
        co_operation.purchase_from(P, True, 3, True, F(0.7)),
        co_operation.hours_bought(P, F(70)),
    ]
    assert all(isinstance(number, np.float32) for number in plain)
    assert out.tolist() == [float(number) for number in plain]


def test_fees_and_feedback_add_up_over_partners() -> None:
    table = allocate(PartnerRows, 3)
    table.market[:2] = True
    table.fee[:] = 1000
    table.customers[:] = [3, 5, 9]
    fees, feedback = co_operation.collect(table, P)
    assert (fees, feedback) == (8000, 400)


def test_purchases_cost_what_they_say_and_buy_hours() -> None:
    table = allocate(PartnerRows, 3)
    table.kind[:] = PUBLIC_BENEFIT
    table.stage[:] = [PARTNER, PARTNER, CANDIDATE]
    purchase, bought = np.zeros(3, F), np.zeros(3, F)
    total = co_operation.buy(table, np.array([True, True, True]), P, F(1), F(0.1), purchase, bought)
    assert total == 2 * 1000
    assert purchase.tolist() == [100, 100, 0]
    assert bought.tolist() == [2.5, 2.5, 0]
