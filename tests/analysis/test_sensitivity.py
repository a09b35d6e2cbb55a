"""Estimators of sensitivity: luck drops out, nothing is dropped in silence, SALib agrees."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis import sensitivity
from sim.study.design import free, morris, one_at_a_time, saltelli
from sim.study.factors import DUMMY, dummy
from sim.study.known import OUTCOME, Known, known_factors
from sim.study.plan import Plan
from sim.study.table import DONE, FAILED, Row, tidy


def made(plan, function=None):
    """Return the table of a plan; a function of (changes, seed) may stand in for the subject."""
    rows = {}
    for run in plan.runs:
        if function is None:
            outcomes = plan.subject.make(dict(run.arm.changes), run.seed).outcomes
        else:
            outcomes = {OUTCOME: function(dict(run.arm.changes), run.seed)}
        rows[run.id] = Row(run.id, run.seed, DONE, "", "", outcomes, {})
    return tidy(plan, rows)


def design(subject, size, replications=2, of=saltelli):
    """Return the plan over a known function's factors and a dummy, and the names."""
    factors = (*known_factors(subject), dummy())
    plan = Plan("known", subject, of(factors, size, 1), replications, 7)
    return plan, [one.path for one in factors]


@pytest.fixture(scope="module")
def lucky():
    """Return Ishigami's function of which 60 % is luck, half of it common to a row."""
    plan, names = design(Known("ishigami", noise=0.6, shared=0.5), 1024)
    return plan, names, made(plan)


@pytest.fixture(scope="module")
def small():
    """Return a design of 32 rows with a third of luck, to be damaged by tests."""
    plan, names = design(Known("ishigami", noise=0.3), 32)
    return plan, names, made(plan)


def estimates(table, index):
    return table[table["index"] == index].set_index("factor")["estimate"]


# --- Products of replications ------------------------------------------------------------------


def test_only_products_of_different_replications_are_taken():
    assert sensitivity.cross(np.array([1.0, 3.0]), np.array([2.0, 5.0])) == (1 * 5 + 3 * 2) / 2
    three = sensitivity.cross(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 4.0]))
    assert three == pytest.approx((1 * 2 + 1 * 4 + 2 * 1 + 2 * 4 + 4 * 1 + 4 * 2) / 6)


def test_the_indices_are_what_the_formulas_say_pair_by_pair(small):
    """Loops over rows and pairs of replications, written from the page's formulas."""
    _, names, frame = small
    y = sensitivity.stacked(frame, OUTCOME, "matrix", ("A", *names, "B")).values[..., :2]
    rows = len(y)

    def product(one, other):
        return np.array([(a[0] * b[1] + a[1] * b[0]) / 2 for a, b in zip(one, other, strict=True)])

    a, b, c = y[:, 0] - 0.0, y[:, -1], y[:, 2]
    centre = y[:, [0, -1]].mean()
    a, b, c = a - centre, b - centre, c - centre
    aa, bb, cc, ab, ac, bc = (
        product(*pair) for pair in ((a, a), (b, b), (c, c), (a, b), (a, c), (b, c))
    )
    variance = (aa.mean() - a.mean() ** 2 + bb.mean() - b.mean() ** 2) / 2
    weight = np.cov(bc, ab, bias=True)[0, 1] / ab.var()
    first = (
        bc.mean() - b.mean() * c.mean() - weight * (ab.mean() - a.mean() * b.mean())
    ) / variance
    total = np.mean([(aa[j] + cc[j] - 2 * ac[j]) / 2 for j in range(rows)]) / variance
    table = sensitivity.sobol(frame, names, OUTCOME, resamples=10)
    assert estimates(table, "first")[names[1]] == pytest.approx(first)
    assert estimates(table, "total")[names[1]] == pytest.approx(total)


# --- Known answers -----------------------------------------------------------------------------


def test_luck_drops_out_of_the_indices_and_of_the_dummy(lucky):
    plan, names, frame = lucky
    table = sensitivity.sobol(frame, names, OUTCOME, resamples=400)
    truth = plan.subject.truth
    for index, known in (("first", truth.first), ("total", truth.total)):
        assert estimates(table, index).to_numpy() == pytest.approx([*known, 0.0], abs=0.15)
    idle = table[(table["factor"] == DUMMY) & (table["index"] == "total")].iloc[0]
    assert idle["low"] < 0 < idle["high"]
    textbook = sensitivity.salib_sobol(plan, frame, names, OUTCOME).set_index("factor")
    assert textbook.loc[DUMMY, "total"] > 0.3, "means of two replications still hold half the luck"


def test_the_share_of_luck_is_told(lucky):
    _, names, frame = lucky
    table = sensitivity.variance(frame, names, OUTCOME, resamples=400).set_index("measure")
    assert table.loc["noise", "estimate"] == pytest.approx(0.6, abs=0.05)
    assert table.loc["noise", "low"] < 0.6 < table.loc["noise", "high"]
    assert table.loc["variance", "estimate"] == pytest.approx(13.84, rel=0.1)
    assert table.loc["sum", "estimate"] == pytest.approx(0.756, abs=0.35), "3 standard errors"


def test_luck_that_a_seed_gives_to_all_points_alike_costs_nothing():
    """Then no difference between points of a row holds any luck, and the total index is exact."""
    certain, names = design(Known("g"), 256)
    common, _ = design(Known("g", noise=0.9, shared=1.0), 256)
    y, z = (
        sensitivity.stacked(made(plan), OUTCOME, "matrix", ("A", *names[:-1], "B", DUMMY)).values
        for plan in (certain, common)
    )
    assert np.diff(y[:, :-1], axis=1) == pytest.approx(np.diff(z[:, :-1], axis=1), abs=1e-9)
    assert np.abs(np.diff(z - y, axis=1)[:, -1]).min() > 1e-6, "the dummy brings new luck"


def test_without_variance_there_are_no_indices():
    plan, names = design(Known("ishigami"), 8)
    table = sensitivity.sobol(made(plan, lambda _changes, _seed: 5.0), names, OUTCOME)
    assert table[["estimate", "low", "high"]].isna().all(axis=None)
    found = sensitivity.leaders(made(plan, lambda _c, _s: 5.0), names, OUTCOME, 1)
    assert found["top_share"].isna().all()


def test_one_factor_exceeds_another_by_the_difference_of_their_indices(lucky):
    _, names, frame = lucky
    table = estimates(sensitivity.sobol(frame, names, OUTCOME, resamples=10), "total")
    gap, low, high = sensitivity.exceeds(frame, names, OUTCOME, "x2", DUMMY)
    assert gap == pytest.approx(table["x2"] - table[DUMMY])
    assert 0 < low < gap < high
    back = sensitivity.exceeds(frame, names, OUTCOME, DUMMY, "x2")
    assert back == pytest.approx((-gap, -high, -low))


def test_the_leaders_are_those_with_the_largest_total_index(lucky):
    _, names, frame = lucky
    found = sensitivity.leaders(frame, names, OUTCOME, 2).set_index("factor")["top_share"]
    assert found.sum() == pytest.approx(2)
    assert found["x1"] > 0.9
    assert found[DUMMY] == 0


# --- Convergence -------------------------------------------------------------------------------


def test_convergence_shows_what_smaller_designs_would_have_shown(lucky):
    plan, names, frame = lucky
    table = sensitivity.convergence(frame, names, OUTCOME, resamples=50)
    assert table["n"].unique().tolist() == [16, 32, 64, 128, 256, 512, 1024]
    smaller, _ = design(plan.subject, 64)
    alone = sensitivity.sobol(made(smaller), names, OUTCOME, resamples=50)
    pd.testing.assert_frame_equal(table[table["n"] == 64].reset_index(drop=True), alone)


# --- What tables must hold ---------------------------------------------------------------------


def test_the_order_of_the_table_does_not_matter(small):
    _, names, frame = small
    shuffled = frame.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        sensitivity.sobol(shuffled, names, OUTCOME, resamples=20),
        sensitivity.sobol(frame, names, OUTCOME, resamples=20),
    )


def test_one_replication_is_refused(small):
    _, names, frame = small
    with pytest.raises(ValueError, match="one replication cannot tell luck"):
        sensitivity.sobol(frame[frame["replication"] == 0], names, OUTCOME)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda frame: pd.concat([frame, frame.iloc[:1]]), "in the table twice"),
        (lambda frame: frame.iloc[1:], "1 of 32 rows have runs that failed or are missing"),
        (lambda frame: frame.drop(columns=OUTCOME), "no column 'y'"),
        (lambda frame: frame.drop(columns="matrix"), "no column 'matrix'"),
        (
            lambda frame: frame.assign(matrix=frame["matrix"].replace("x1", "x9")),
            "points that the design does not have",
        ),
    ],
)
def test_a_table_that_is_not_the_design_is_refused(small, damage, message):
    _, names, frame = small
    with pytest.raises(ValueError, match=message):
        sensitivity.sobol(damage(frame), names, OUTCOME)


def test_a_failed_run_is_refused_or_takes_its_row_with_it(small):
    _, names, frame = small
    damaged = frame.copy()
    damaged.loc[damaged["row"].eq(5) & damaged["matrix"].eq("B"), [OUTCOME]] = np.nan
    with pytest.raises(ValueError, match="the first is row 5"):
        sensitivity.sobol(damaged, names, OUTCOME)
    kept = sensitivity.sobol(damaged, names, OUTCOME, unfinished="drop", resamples=20)
    assert set(kept["n"]) == {31}
    assert set(kept["dropped"]) == {1}
    without = sensitivity.sobol(frame[frame["row"] != 5], names, OUTCOME, resamples=20)
    assert kept["estimate"].tolist() == without["estimate"].tolist()


# --- Elementary effects ------------------------------------------------------------------------


def line(changes, _seed):
    return 3 * changes["x1"] - 2 * changes["x2"]


@pytest.fixture(scope="module")
def linear():
    plan, names = design(Known("ishigami"), 8, of=morris)
    return plan, names, made(plan, line)


def test_effects_of_a_straight_line_are_its_slopes(linear):
    _, names, frame = linear
    table = sensitivity.morris(frame, names, OUTCOME)
    wide = table.pivot(index="factor", columns="measure", values="estimate").loc[names]
    assert wide["mu"].tolist() == pytest.approx([3, -2, 0, 0])
    assert wide["mu_star"].tolist() == pytest.approx([3, 2, 0, 0])
    assert wide["rms"].tolist() == pytest.approx([3, 2, 0, 0])
    assert wide["sigma"].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert (table["low"] - table["estimate"]).abs().max() < 1e-6, "all trajectories agree"


def test_mean_squares_are_free_of_luck_and_sizes_are_not():
    plan, names = design(Known("g", noise=0.6), 60, of=morris)
    table = sensitivity.morris(made(plan), names, OUTCOME)
    wide = table.pivot(index="factor", columns="measure", values=["estimate", "low", "high"])
    idle = wide.loc["x5"]
    assert idle["estimate", "mu_star"] > 0.5, "luck alone"
    assert idle["low", "rms"] < 0.05 < idle["high", "rms"]
    assert wide.loc["x1", ("low", "rms")] > 1


def test_a_handful_of_rows_gives_no_interval(linear, small):
    _, names, frame = linear
    few = sensitivity.morris(frame[frame["row"] < 7], names, OUTCOME)
    assert few["estimate"].notna().all()
    assert few[["low", "high"]].isna().all(axis=None)
    ranks = sensitivity.screening(frame[frame["row"] < 7], names, [OUTCOME], 1)
    assert ranks["factor"].iloc[0] == "x1"
    assert ranks[["low", "high", "top_share"]].isna().all(axis=None)
    _, names, frame = small
    indices = sensitivity.sobol(frame[frame["row"] < 7], names, OUTCOME)
    assert indices[["low", "high"]].isna().all(axis=None)


def test_screening_ranks_by_shares_of_the_squares(linear):
    _, names, frame = linear
    table = sensitivity.screening(frame, names, [OUTCOME], 1)
    assert table["factor"].tolist()[:2] == ["x1", "x2"]
    assert table["estimate"].tolist() == pytest.approx([9 / 13, 4 / 13, 0, 0])
    assert table["top_share"].tolist() == [1, 0, 0, 0]
    assert table["rank"].tolist() == [1, 2, 3, 4]


def test_factors_outweigh_others_by_the_difference_of_their_shares(linear):
    _, names, frame = linear
    assert sensitivity.outweighs(frame, names, OUTCOME, ["x1"], ["x2", "x3"]) == pytest.approx(
        (5 / 13, 5 / 13, 5 / 13)
    )


def test_a_trajectory_that_leaves_a_factor_out_is_refused(linear):
    _, names, frame = linear
    damaged = frame.assign(moved=frame["moved"].replace("x3", "x1"))
    with pytest.raises(ValueError, match="trajectory 0 does not move each factor once"):
        sensitivity.effects(damaged, names, OUTCOME)


def test_a_falling_number_and_a_rising_word_turn_the_sign():
    frame = pd.DataFrame(
        {
            "row": 0, "step": [0, 1, 2], "moved": ["", "rate", "policy"], "replication": 0,
            "rate": [2.0, 1.0, 1.0], "policy": ["none", "none", "window"], "y": [5.0, 7.0, 8.0],
        }
    )  # fmt: skip
    found = sensitivity.effects(frame, ["rate", "policy"], "y").values[0, :, 0]
    assert found.tolist() == pytest.approx([-2 * 1.5, 1 * 1.5])


# --- One at a time -----------------------------------------------------------------------------


def test_curves_show_levels_and_changes_seed_by_seed():
    subject = Known("ishigami")
    arms = one_at_a_time(known_factors(subject)[:1], 3)
    plan = Plan("curves", subject, arms, 5, 1)
    table = sensitivity.curves(made(plan, lambda c, seed: 4 * c["x1"] + 10 * seed), OUTCOME)
    assert table["value"].tolist() == [0, 0.5, 1]
    assert table["estimate"].tolist() == pytest.approx([30, 32, 34]), "seeds 1 to 5"
    assert table["change"].tolist() == pytest.approx([0, 2, 4])
    assert table["change_low"].isna().all(), "seeds share their luck, so that no change differs"
    assert (table["high"] - table["low"]).min() > 39, "t interval of 10, 20, 30, 40, 50"


def test_curves_refuse_a_missing_run():
    subject = Known("ishigami")
    plan = Plan("curves", subject, one_at_a_time(known_factors(subject)[:1], 3), 2, 1)
    with pytest.raises(ValueError, match="runs of x1 failed or are missing"):
        sensitivity.curves(made(plan).iloc[1:], OUTCOME)


# --- SALib -------------------------------------------------------------------------------------


def test_salib_finds_the_same_where_there_is_no_luck():
    plan, names = design(Known("g"), 512)
    frame = made(plan)
    mine = sensitivity.sobol(frame, names, OUTCOME, resamples=20)
    theirs = sensitivity.salib_sobol(plan, frame.sample(frac=1, random_state=1), names, OUTCOME)
    assert estimates(mine, "total").to_numpy() == pytest.approx(theirs["total"], abs=0.02)
    assert estimates(mine, "first").to_numpy() == pytest.approx(theirs["first"], abs=0.05)


def test_salib_finds_the_same_elementary_effects():
    plan, names = design(Known("ishigami", noise=0.2), 8, of=morris)
    frame = made(plan)
    mine = sensitivity.morris(frame, names, OUTCOME).pivot(
        index="factor", columns="measure", values="estimate"
    )
    theirs = sensitivity.salib_morris(plan, frame, names, OUTCOME).set_index("factor")
    for measure in ("mu", "mu_star", "sigma"):
        assert mine.loc[names, measure].tolist() == pytest.approx(theirs.loc[names, measure])


def test_pawn_puts_what_matters_above_the_dummy():
    plan, names = design(Known("g"), 512, 1, of=free)
    table = sensitivity.salib_pawn(plan, made(plan), names, OUTCOME).set_index("factor")
    assert table.loc["x1", "median"] > table.loc["x2", "median"] > table.loc[DUMMY, "median"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda frame: pd.concat([frame, frame.iloc[:1]]), "in the table twice"),
        (lambda frame: frame.iloc[1:], "1 runs of the plan are not in the table"),
        (
            lambda frame: pd.concat([frame, frame.iloc[:1].assign(replication=9)]),
            "1 runs of the table are not in the plan",
        ),
        (lambda frame: frame.assign(run_id=frame["run_id"].to_numpy()[::-1]), "identifiers differ"),
        (lambda frame: frame.assign(matrix=frame["matrix"].to_numpy()[::-1]), "are shuffled"),
        (lambda frame: frame.assign(status=FAILED), "384 runs failed"),
        (lambda frame: frame.assign(y=np.nan), "y is not a number in 384 runs"),
    ],
)
def test_salib_is_given_nothing_but_the_design(small, damage, message):
    plan, names, frame = small
    with pytest.raises(ValueError, match=message):
        sensitivity.salib_sobol(plan, damage(frame), names, OUTCOME)


def test_salib_is_not_given_another_design(small):
    plan, names, frame = small
    with pytest.raises(ValueError, match="rows of 5 points"):
        sensitivity.salib_sobol(plan, frame, names[:3], OUTCOME)
    with pytest.raises(ValueError, match="trajectories of 5 points"):
        sensitivity.salib_morris(plan, frame, names, OUTCOME)
    with pytest.raises(ValueError, match="does not vary x7"):
        sensitivity.salib_pawn(plan, frame, [*names, "x7"], OUTCOME)


def test_a_design_for_second_order_indices_is_refused(small):
    """Such a row has 2 k + 2 points: A, k of A with one from B, k of B with one from A, and B."""
    plan, names, _ = small
    matrices = ["A", *names, *(f"{name} from A" for name in names), "B"]
    arms = tuple(
        type(plan.arms[0])(
            f"{row} {matrix}", plan.arms[at].changes, (("row", row), ("matrix", matrix)), row
        )
        for row in range(2)
        for at, matrix in enumerate(matrices)
    )
    second = Plan("second", plan.subject, arms, 1, 1)
    with pytest.raises(ValueError, match="second-order"):
        sensitivity.salib_sobol(second, made(second), names, OUTCOME)


@pytest.mark.parametrize(
    ("values", "estimate", "low", "rows", "said"),
    [
        ([2.0, 2.0], np.nan, np.nan, 16, "the outcome never changed: it was 2 in every run"),
        ([2.0, 2.0], 0.0, 0.0, 16, "the outcome never changed: it was 2 in every run"),
        ([1.0, 2.0], np.nan, np.nan, 16, "luck cannot be told apart"),
        ([1.0, 2.0], 0.5, np.nan, 4, "no interval: 4 rows or seeds are too few"),
        ([1.0, 2.0], 0.5, np.nan, 16, "no interval: luck cannot be told apart in one resample"),
    ],
)
def test_where_there_is_no_number_words_say_why(values, estimate, low, rows, said):
    why = sensitivity.why_unknown(np.array(values), estimate, low, rows)
    assert why.startswith(said)


def test_where_all_is_known_there_is_nothing_to_say():
    values = np.array([1.0, 2.0])
    assert sensitivity.why_unknown(values, 0.5, 0.1, 16) == ""
    bare = sensitivity.why_unknown(values, 0.5, np.nan, 16, bare=True)
    assert bare == "no interval: this method gives none"
