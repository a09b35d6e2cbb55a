"""The verification counts right, and what it finds of few designs is as it should be."""

import numpy as np
import pandas as pd
import pytest

from sim.study import verify
from sim.study.known import Known


@pytest.fixture(scope="module")
def found():
    told = []
    result = verify.coverage(
        12, rows=256, resamples=200, subjects=[Known("g", verify.IDLE, 0.3, 0.5)], told=told.append
    )
    assert told == ["g, luck 30%, of it shared 50%"]
    return result


def test_intervals_hold_the_truth_most_of_the_time(found):
    """Twelve designs of ten factors: far off 95 % would show."""
    assert found.pooled["index"].tolist() == ["first", "total"]
    assert found.pooled["share"].between(0.86, 1.0).all()
    assert (found.by_factor["error"].abs() < 3 * found.by_factor["rmse"]).all()


def test_each_factor_has_an_exact_binomial_interval(found):
    table = found.by_factor
    assert len(table) == 2 * (6 + verify.IDLE)
    all_held = table[table["share"] == 1.0]
    assert all_held["low"].to_numpy() == pytest.approx(0.025 ** (1 / 12)), "Clopper and Pearson"
    assert (all_held["high"] == 1).all()


def test_the_textbook_takes_luck_for_influence(found):
    plain = found.plain.iloc[0]
    assert 0.15 < plain["idle_total"] < 0.35, "30 % of luck, half of it common, new for two of four"
    assert plain["share"] < 0.5


def test_the_effects_that_morris_should_rank_by_are_worked_out_on_the_grid():
    """A move of x2 by 2/3 takes sin² from 0 to 3/4 or back: (7 * .75 / (2/3))² = 62.02."""
    squares = verify._squares(Known("ishigami", verify.IDLE))
    assert squares[1] == pytest.approx((7 * 0.75 / (2 / 3)) ** 2)
    assert squares[0] == pytest.approx(
        np.mean([((2 * 0.75**0.5 / 2) * (1 + 0.1 * x**4) / (2 / 3)) ** 2 for x in
                 (np.pi, np.pi / 3, -np.pi / 3, -np.pi)])
    )  # fmt: skip


def test_effects_are_laid_out_by_factor():
    subject = Known("ishigami", verify.IDLE)
    change = verify._effects(subject, 2, 3)
    assert change.shape == (verify.TRAJECTORIES, 7, 2)
    assert (np.abs(change[:, 3:]) < 1e-12).all(), "idle factors, no luck"
    assert np.abs(change[:, 1]) == pytest.approx(7 * 0.75 / (2 / 3))


def pooled(**shares):
    rows = [{"index": index, "share": share} for index, both in shares.items() for share in both]
    empty = pd.DataFrame()
    return verify.Verification(empty, pd.DataFrame(rows), empty, empty, 1, 2, 2)


def test_the_target_is_met_over_all_cases_and_missed_by_one_case_below():
    assert verify.met(pooled(first=[0.94, 0.98], total=[0.95, 0.95]))
    assert not verify.met(pooled(first=[0.92, 0.98], total=[0.95, 0.95]))
    assert not verify.met(pooled(first=[0.98, 0.99], total=[0.95, 0.95]))


def test_it_is_told_in_words(found):
    text = verify.summary_text(found)
    assert text.startswith("12 designs of 256 rows with 2 replications")
    assert "over all cases: first order" in text
    assert "instead of 0" in text
    assert max(map(len, text.splitlines())) <= 120


def test_all_cases_are_tried_unless_some_are_named():
    names = {(one.function, one.noise, one.shared) for one in verify.cases()}
    assert len(names) == 8
    assert {one.idle for one in verify.cases()} == {verify.IDLE}
