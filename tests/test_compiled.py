"""Loops and rules are handed what they name; single draws run compiled and give the same bits."""

import numpy as np
import pytest

from sim import compiled, randomness
from sim.rules import events, participation

ADDRESS = randomness.decision("test")

only_compiled = pytest.mark.skipif(not compiled.COMPILED, reason="loops run as plain Python")


@only_compiled
def test_a_loop_is_compiled_for_the_columns_that_it_and_the_loops_it_calls_name():
    assert events.enjoy.narrow.columns["residents"] == [
        "acted",
        "event",
        "expectation",
        "satisfaction",
    ]
    assert events.enjoy.narrow.columns["events"] == ["quality"]


@only_compiled
def test_a_loop_is_handed_the_numbers_that_its_rules_read():
    assert events.append_events.narrow.columns["p"] == ["quality", "quality_spread"]


@pytest.mark.parametrize("week", [0, 7, 2**31])
def test_a_single_draw_from_python_is_the_same_bits_compiled(week):
    address = np.uint64(2**63 + 1), ADDRESS, week, 12
    draw, lot = randomness.draw_one(*address), randomness.lot_one(*address)
    assert isinstance(draw, np.float32)
    assert draw == randomness.draw(*address)
    assert lot == randomness.lot(*address)


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
