"""Loops and rules are handed what they name; single draws run compiled and give the same bits."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import compiled, randomness
from sim.engine.rows import marked_rows
from sim.headings import headings, values_of
from sim.rules import events, participation, satisfaction

ADDRESS = randomness.decision("test")

only_compiled = pytest.mark.skipif(not compiled.COMPILED, reason="loops run as plain Python")


@only_compiled
def test_a_loop_is_compiled_for_the_columns_that_it_and_the_loops_it_calls_name():
    walk = satisfaction.enjoy_event.walk.narrow
    assert walk.columns["rows"] == ["acted", "event", "expectation", "satisfaction", "used"]
    assert walk.columns["held"] == ["quality"]


@only_compiled
def test_a_loop_is_handed_the_numbers_that_its_rules_read():
    assert events.append_events.narrow.columns["p"] == ["quality", "quality_spread"]


@pytest.mark.parametrize("heading", sorted(headings()))
def test_a_record_holds_a_headings_numbers_to_the_bit(heading):
    numbers = values_of(headings()[heading])
    record = compiled.packed(numbers)[0]
    for name, value in zip(numbers._fields, numbers, strict=True):
        np.testing.assert_array_equal(record[name], value)
        assert record[name].dtype == np.asarray(value).dtype
    assert compiled.packed(numbers) is compiled.packed(numbers)


def test_numbers_that_lie_where_others_lay_are_not_taken_for_them():
    """Tuples come and go at the same addresses; each has its own record."""
    for rate in range(2 * compiled.PACKED_AT_MOST):
        numbers = values_of(headings()["incentives.points"], {"rate": rate})
        assert compiled.packed(numbers)["rate"] == rate
    assert len(compiled._packed) <= compiled.PACKED_AT_MOST


@only_compiled
@pytest.mark.parametrize("collecting", [True, False])
def test_compiling_leaves_the_garbage_collector_as_it_was(collecting):
    was_on = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        compiled.numba.njit(lambda x: x + collecting)(1)
        assert gc.isenabled() == collecting
    finally:
        (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize("week", [0, 7, 2**31])
def test_a_single_draw_from_python_is_the_same_bits_compiled(week):
    address = np.uint64(2**63 + 1), ADDRESS, week, 12
    draw, lot = randomness.draw_one(*address), randomness.lot_one(*address)
    assert isinstance(draw, np.float32)
    assert draw == randomness.draw(*address)
    assert lot == randomness.lot(*address)


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 255]), max_size=90), st.sampled_from("?Bu"))
def test_marked_rows_are_those_that_are_not_zero(marks, kind):
    column = np.array(marks, {"?": np.bool_, "B": np.uint8, "u": np.uint16}[kind])
    assert marked_rows(column).tolist() == np.flatnonzero(column).tolist()


def test_recent_participants_are_counted_by_mode_and_group():
    class Residents:
        history = np.random.default_rng(1).integers(0, 2**64, 3000, np.uint64)
        groups = np.random.default_rng(2).integers(0, 2**10, 3000, np.uint16)

    Residents.history[::3] &= np.uint64(0xE000E000E000E000)  # acts more than 13 weeks ago
    counted = np.zeros((4, 11), np.int64)
    participation.recent_participants(Residents, counted)
    for mode in range(4):
        recent = Residents.history >> np.uint64(16 * mode) & np.uint64(0x1FFF) > 0
        assert counted[mode, 10] == recent.sum()
        for group in range(10):
            assert counted[mode, group] == (recent & (Residents.groups >> group & 1 == 1)).sum()
