"""exp, log and the logistic function in 32 bits: plain arithmetic, so that loops vectorise.

A call into the C library would stop the vectoriser, and its last bit differs between machines.
These use IEEE addition, multiplication, division and bit casts only, and give the same bits
everywhere. Coefficients after Cephes `expf` and `logf` (S. Moshier); error bounds are tested:
relative error of `exp` below 2e-7 on [-87, 88], absolute error of `logistic` below 1.5e-7.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.compiled import numeric, rule

_MANTISSA_BITS = np.int32(23)
_EXPONENT_BIAS = np.int32(127)
_MANTISSA = np.int32(0x007FFFFF)
_HALF_BITS = np.int32(0x3F000000)
_BIAS_OF_HALF = np.int32(126)


@numeric
def exp(x: Any) -> Any:
    """e to the power x; x is held within [-87, 88], where 32 bits neither overflow nor vanish."""
    x = min(max(x, -87.0), 88.0)
    n = np.floor(x * 1.44269504088896341 + 0.5)
    r = x - n * 0.693359375 - n * -2.12194440e-4
    p = 1.9875691500e-4 * r + 1.3981999507e-3
    p = p * r + 8.3334519073e-3
    p = p * r + 4.1665795894e-2
    p = p * r + 1.6666665459e-1
    p = p * r + 5.0000001201e-1
    power = np.int32((np.int32(n) + _EXPONENT_BIAS) << _MANTISSA_BITS)
    return (p * r * r + r + 1.0) * power.view(np.float32)


@numeric
def log(x: Any) -> Any:
    """Natural logarithm of x; x is held at or above the smallest normal number, 1.18e-38."""
    x = max(x, 1.1754943508e-38)
    bits = np.float32(x).view(np.int32)
    e = np.float32((bits >> _MANTISSA_BITS) - _BIAS_OF_HALF)
    m = np.int32((bits & _MANTISSA) | _HALF_BITS).view(np.float32)
    low = m < 0.707106781186547524
    e = e - 1.0 if low else e
    m = m + m - 1.0 if low else m - 1.0
    z = m * m
    p = 7.0376836292e-2 * m - 1.1514610310e-1
    p = p * m + 1.1676998740e-1
    p = p * m - 1.2420140846e-1
    p = p * m + 1.4249322787e-1
    p = p * m - 1.6668057665e-1
    p = p * m + 2.0000714765e-1
    p = p * m - 2.4999993993e-1
    p = p * m + 3.3333331174e-1
    p = p * m * z
    p = p + e * -2.12194440e-4 - 0.5 * z
    return m + p + e * 0.693359375


@numeric
def logistic(x: Any) -> Any:
    """1 / (1 + exp(-x)); strictly increasing wherever 32 bits can tell two values apart."""
    return 1.0 / (1.0 + exp(-x))


@numeric
def ratio(part: Any, whole: Any) -> Any:
    """Part over whole, where declared bounds or a test beside the call keep the whole above zero."""
    return part / whole


@rule
def lost_per_step(half_life: Any) -> Any:
    """Share that is lost, or chance to be lost, in one step; half is lost in `half_life` steps."""
    return 1.0 - exp(ratio(log(0.5), half_life))


@rule
def per_thousand(count: Any, among: Any) -> Any:
    """How many there are for each thousand; as for one where there is nobody."""
    return ratio(1000.0 * count, max(among, 1.0))


@rule
def toward(before: Any, now: Any, share: Any) -> Any:
    """A value moved by a share of the way towards what is now: an exponentially weighted mean."""
    return before + share * (now - before)


@rule
def pick(chance: Any, count: Any) -> Any:
    """Which one of `count`, at least 1, a draw picks, from 0: each is as likely."""
    return min(np.int64(chance * np.float32(count)), count - 1)


@rule
def millionths(x: Any) -> Any:
    """Turn a pull, a hazard or a nudge into whole millionths, so that its sums keep no order.

    Held within two thousand either way; a larger value never gives a smaller one.
    """
    return np.int32(np.floor(min(max(x * 1000000.0, -2000000000.0), 2000000000.0) + 0.5))


@rule
def from_millionths(whole: Any) -> Any:
    """Turn whole millionths back into a 32-bit float."""
    return np.float32(whole) * 0.000001
