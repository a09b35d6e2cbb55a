"""Satisfaction follows service against expectation; waiting wears it and trust down."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import CULTURE, MEDICAL, NEED_CLOSED, NEED_FOUND, NeedRows, Residents, allocate
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.rules import satisfaction

F = np.float32
P = values_of(satisfaction.Satisfaction)
SHARE = st.floats(0, 1, width=32)
WEEKS = st.integers(0, 200)


def test_a_prompt_service_is_perceived_at_its_quality_and_a_late_one_at_37_percent() -> None:
    assert satisfaction.performance(P, F(0.8), F(0)) == F(0.8)
    four_weeks = P._replace(patience=F(4))
    assert satisfaction.performance(four_weeks, F(0.8), F(4)) == pytest.approx(0.8 / np.e, rel=1e-5)


@given(SHARE, WEEKS, WEEKS)
def test_a_longer_wait_never_improves_a_service(quality: float, wait: int, more: int) -> None:
    late = satisfaction.performance(P, F(quality), F(wait + more))
    assert late <= satisfaction.performance(P, F(quality), F(wait))


def test_what_was_expected_and_usual_changes_nothing() -> None:
    same = F(0.6)
    assert satisfaction.satisfaction_after(P, same, same, same, F(1)) == same
    assert satisfaction.expectation_after(P, same, same, F(1)) == same
    assert satisfaction.trust_after(P, same, same, F(1)) == same


def test_satisfaction_moves_as_in_the_equation() -> None:
    after = satisfaction.satisfaction_after(P, F(0.5), F(0.7), F(0.9), F(1))
    assert after == pytest.approx(0.5 + 0.1 * (0.5 * 0.2 + 0.5 * 0.4), abs=1e-6)


@given(SHARE, SHARE, SHARE, SHARE)
def test_everything_stays_between_nought_and_one(
    a: float, b: float, c: float, weight: float
) -> None:
    assert 0 <= satisfaction.satisfaction_after(P, F(a), F(b), F(c), F(weight)) <= 1
    assert 0 <= satisfaction.expectation_after(P, F(a), F(c), F(weight)) <= 1
    assert 0 <= satisfaction.trust_after(P, F(a), F(c), F(weight)) <= 1


@given(SHARE, SHARE, SHARE, SHARE)
def test_a_better_service_never_satisfies_less(s: float, e: float, low: float, more: float) -> None:
    high = min(low + more, 1.0)
    worse = satisfaction.satisfaction_after(P, F(s), F(e), F(low), F(1))
    assert satisfaction.satisfaction_after(P, F(s), F(e), F(high), F(1)) >= worse


@given(SHARE, SHARE, SHARE, SHARE)
def test_who_expected_more_is_never_more_satisfied(
    s: float, low: float, more: float, perceived: float
) -> None:
    high = min(low + more, 1.0)
    modest = satisfaction.satisfaction_after(P, F(s), F(low), F(perceived), F(1))
    assert satisfaction.satisfaction_after(P, F(s), F(high), F(perceived), F(1)) <= modest


@given(SHARE, st.integers(-2_000_000, 2_000_000))
def test_nudged_trust_stays_between_nought_and_one(trust: float, nudge: int) -> None:
    assert 0 <= satisfaction.nudged(F(trust), np.int32(nudge)) <= 1


@loop
def _compiled(p: Any, out: Any) -> None:
    x = np.float32(0.4)
    one = np.float32(1.0)
    out[0] = satisfaction.performance(p, x, np.float32(3.0))
    out[1] = satisfaction.satisfaction_after(p, x, np.float32(0.6), one, p.waiting)
    out[2] = satisfaction.trust_after(p, x, one, one)
    out[3] = satisfaction.nudged(x, np.int32(-20000))
    out[4] = satisfaction.faded(p, x)


def test_rules_are_32_bits_and_the_same_compiled_as_in_python() -> None:
    out = np.zeros(5, F)
    _compiled(P, out)
    x, one = F(0.4), F(1)
    plain = [
        satisfaction.performance(P, x, F(3)),
        satisfaction.satisfaction_after(P, x, F(0.6), one, P.waiting),
        satisfaction.trust_after(P, x, one, one),
        satisfaction.nudged(x, np.int32(-20000)),
        satisfaction.faded(P, x),
    ]
    assert all(isinstance(number, np.float32) for number in plain)
    assert out.tolist() == [float(number) for number in plain]


def world(stage: int, quality: float = 0.9) -> tuple[Any, Any]:
    """Return one resident and one medical need of theirs, born in week 0."""
    needs, residents = allocate(NeedRows, 1), allocate(Residents, 1)
    needs.stage[0] = stage
    needs.quality[0] = quality
    residents.satisfaction[:] = 0.5
    residents.expectation[:] = 0.5
    return needs, residents


def review(needs: Any, residents: Any, week: int) -> None:
    satisfaction.review(np.zeros(1, np.int64), 1, needs, residents, P, week)


def test_a_prompt_good_service_raises_satisfaction_and_trust_and_is_remembered() -> None:
    needs, residents = world(NEED_CLOSED)
    review(needs, residents, 0)
    assert residents.satisfaction[MEDICAL, 0] > 0.5
    assert residents.trust[0] == pytest.approx(0.5 + 0.02 * 0.4, abs=1e-6)
    assert residents.help_recent[0] == 1
    assert (residents.satisfaction[1:, 0] == 0.5).all()


def test_an_open_need_does_no_harm_at_first_and_more_the_longer_it_waits() -> None:
    losses = []
    for week in (0, 2, 8):
        needs, residents = world(NEED_FOUND)
        residents.trust[0] = 0.5
        review(needs, residents, week)
        losses.append(0.5 - float(residents.satisfaction[MEDICAL, 0]))
        assert residents.help_recent[0] == 0
    assert losses[0] == 0
    assert losses[0] < losses[1] < losses[2]


def test_meeting_a_service_moves_that_service_only() -> None:
    _, residents = world(NEED_FOUND)
    satisfaction.experience_service(residents[0], P, CULTURE, F(1), F(1))
    assert residents.satisfaction[CULTURE, 0] == pytest.approx(0.55, abs=1e-6)
    assert residents.expectation[CULTURE, 0] == pytest.approx(0.55, abs=1e-6)
    assert (residents.satisfaction[:CULTURE] == 0.5).all()


def test_nudges_reach_trust_and_the_memory_of_help_fades() -> None:
    residents = allocate(Residents, 2)
    residents.trust[:] = 0.5
    residents.help_recent[:] = 1
    residents.trust_nudge[:] = [-20_000, 30_000]
    satisfaction.settle_trust.walk(residents, P)
    assert residents.trust.tolist() == pytest.approx([0.48, 0.53], abs=1e-6)
    assert residents.help_recent.tolist() == pytest.approx([0.9, 0.9], abs=1e-6)


def test_the_wait_counts_from_the_request_and_not_from_the_need() -> None:
    losses = []
    for found in (0, 6):
        needs, residents = world(NEED_FOUND)
        needs.found[0] = found
        review(needs, residents, 8)
        losses.append(0.5 - float(residents.satisfaction[MEDICAL, 0]))
    assert losses[0] > losses[1] > 0


def test_what_a_tie_felt_counts_by_the_tie_and_moves_trust_too() -> None:
    def told(tie: float, quality: float) -> tuple[float, float]:
        needs, _ = world(NEED_CLOSED, quality)
        residents = allocate(Residents, 2)
        residents.satisfaction[:] = residents.expectation[:] = residents.trust[:] = 0.5
        residents.degree[0], residents.neighbour[0, 0], residents.tie[0, 0] = 1, 1, tie
        satisfaction.tell_of_service(np.zeros(1, np.int64), 1, needs, residents, P, 0)
        return float(residents.satisfaction[MEDICAL, 1]), float(residents.trust[1])

    assert told(0.0, 0.9) == (0.5, 0.5)
    weak, strong = told(0.2, 0.9), told(1.0, 0.9)
    assert strong > weak > (0.5, 0.5)
    assert told(1.0, 0.1) < (0.5, 0.5)


@given(SHARE, SHARE)
def test_who_is_used_to_something_expects_it_and_is_in_bounds(there: float, gap: float) -> None:
    p = P._replace(expected=F(gap - 0.5))
    usual = satisfaction.usual(p, F(there))
    assert usual == pytest.approx(there)
    assert 0 <= satisfaction.expected_at_first(p, usual) <= 1
    assert satisfaction.expected_at_first(P, usual) == usual
