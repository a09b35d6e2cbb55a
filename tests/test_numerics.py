"""exp, log and the logistic function: error bounds, order, the same bits compiled and plain."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import numerics
from sim.engine.compiled import loop


@loop
def _walk(x, out_exp, out_log, out_logistic):
    for i in range(len(x)):
        out_exp[i] = numerics.exp(x[i])
        out_log[i] = numerics.log(x[i])
        out_logistic[i] = numerics.logistic(x[i])


def _compiled(x):
    out = [np.empty_like(x) for _ in range(3)]
    _walk(x, *out)
    return out


def test_exp_is_within_its_stated_relative_error():
    x = np.linspace(-87, 88, 400_001).astype(np.float32)
    exact = np.exp(x.astype(np.float64))
    assert np.max(np.abs(_compiled(x)[0] / exact - 1)) < 2e-7


def test_log_is_within_two_units_in_the_last_place():
    x = np.geomspace(1e-37, 1e37, 400_001).astype(np.float32)
    exact = np.log(x.astype(np.float64))
    error = np.abs(_compiled(x)[1] - exact)
    assert np.max(error / np.spacing(np.maximum(np.abs(exact), 1e-2).astype(np.float32))) <= 2


def test_logistic_is_within_its_stated_absolute_error_and_never_falls():
    x = np.linspace(-30, 30, 400_001).astype(np.float32)
    values = _compiled(x)[2]
    exact = 1 / (1 + np.exp(-x.astype(np.float64)))
    assert np.max(np.abs(values - exact)) < 1.5e-7
    assert np.all(np.diff(values) >= -6e-8)


def test_exp_holds_its_argument_where_32_bits_would_overflow():
    x = np.array([-1e30, -200, 200, 1e30], np.float32)
    assert np.all(np.isfinite(_compiled(x)[0]))


def test_compiled_and_plain_results_are_the_same_bits():
    x = np.linspace(-20, 20, 300).astype(np.float32)
    for compiled, function in zip(
        _compiled(x), (numerics.exp, numerics.log, numerics.logistic), strict=True
    ):
        plain = np.array([function(value) for value in x])
        assert plain.dtype == np.float32
        assert plain.tobytes() == compiled.tobytes()


@given(st.floats(-1000, 1000, width=32))
def test_millionths_come_back_within_half_a_millionth_and_rounding(value):
    back = numerics.from_millionths(numerics.millionths(np.float32(value)))
    assert abs(float(back) - value) <= 1e-6 + abs(value) * 2e-7


@given(st.floats(0.5, 500, width=32))
def test_half_is_lost_in_a_half_life(half_life):
    kept = 1 - float(numerics.lost_per_step(np.float32(half_life)))
    assert abs(kept**half_life - 0.5) < 1e-4


@given(
    chance=st.integers(0, 2**24 - 1).map(lambda word: word * 2.0**-24), count=st.integers(1, 10**6)
)
def test_a_pick_is_one_of_those_there_are(chance, count):
    assert 0 <= numerics.pick(np.float32(chance), count) < count


def test_a_value_moves_by_a_share_of_the_way():
    assert numerics.toward(np.float32(1), np.float32(3), np.float32(0.25)) == np.float32(1.5)
