"""A study as a whole: opened by name, replayed run by run, read as tables."""

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.scenario import load
from sim.statistics import FEWEST
from sim.study.design import grid
from sim.study.plan import Plan, arm
from sim.study.precision import half_width, needed, until_precise
from sim.study.study import Study, names
from sim.study.subject import CommunitySubject
from sim.study.summary import contrasts, gaps, means, widest_gaps
from sim.system.crew import processes
from tests.study.toys import Toy, plan_of


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A small study of the model itself, made by two processes."""
    small = load("fengshu").with_overrides({"scale": 0.01, "burn_in": 4})
    arms = grid({"incentives.points.on": [True, False]})
    plan = Plan("small", CommunitySubject(small, 8, weekly=("attendance",)), arms, 3)
    made = Study(plan, tmp_path_factory.mktemp("studies"))
    made.make(processes(2))
    return made


def test_a_study_is_opened_by_its_name(study: Study) -> None:
    root = study.store.folder.parent
    assert names(root) == ["small"]
    again = Study.open("small", root)
    assert again.plan.arms == study.plan.arms
    assert [run.id for run in again.plan.runs] == [run.id for run in study.plan.runs]
    assert again.frame().equals(study.frame())
    assert again.make().made == 0


def test_any_row_replays_alone_to_the_same_digest(study: Study) -> None:
    again = Study.open("small", study.store.folder.parent)
    for run in study.plan.runs:
        _, kept, made = again.replay(run.id)
        assert repr(kept) == repr(made)  # what is not a number is not equal to itself


def test_a_run_is_found_by_the_beginning_of_its_identifier(study: Study) -> None:
    run = study.plan.runs[2]
    assert study.find(run.id[:8]).id == run.id
    with pytest.raises(InputError, match="has no run"):
        study.find("zz")
    with pytest.raises(InputError, match="has no run"):
        study.find("")


def test_a_stored_run_of_another_version_is_named_as_such(tmp_path: Path) -> None:
    old = Study(Plan("p", Toy("old"), (arm("a"),)), tmp_path)
    old.make()
    new = Study(Plan("p", Toy("new"), (arm("a"),)), tmp_path)
    with pytest.raises(InputError, match="made by another version"):
        new.find(old.plan.runs[0].id)


def test_tables_are_tidy(study: Study) -> None:
    frame = study.frame()
    assert len(frame) == 6
    assert set(frame["incentives.points.on"]) == {True, False}
    weekly = study.weekly()
    assert len(weekly) == 6 * 8
    total = weekly.groupby("run_id")["attendance"].sum()
    assert np.allclose(total[frame["run_id"]], frame["attendance"])


def test_a_study_that_does_not_exist_names_the_nearest(study: Study) -> None:
    with pytest.raises(InputError, match='did you mean "small"'):
        Study.open("smal", study.store.folder.parent)


@pytest.mark.parametrize("name", ["", ".hidden", "-j", "a/b", "a" * 101, "a b"])
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="a study cannot be called"):
        Study(plan_of(1, name=name), tmp_path)


def test_an_estimate_counts_what_is_stored(tmp_path: Path) -> None:
    study = Study(plan_of(4, 2, sleep=0.01), tmp_path)
    fresh = study.estimate(workers=2)
    assert (fresh.runs, fresh.stored) == (8, 0)
    assert 0.01 <= fresh.seconds_per_run < 5
    assert fresh.seconds == pytest.approx(fresh.seconds_per_run * 4)
    assert not study.store.folder.exists()
    study.make()
    assert study.estimate().stored == 8


# --- Tables of contrasts -----------------------------------------------------------------------


@pytest.fixture
def toys(tmp_path: Path) -> Study:
    made = Study(plan_of(3, 4), tmp_path)
    made.make()
    return made


def test_differences_are_taken_seed_by_seed(toys: Study) -> None:
    frame = toys.frame()
    assert gaps(frame, "x=2", "x=0", "value") == pytest.approx([2.0] * 4)
    squares = [(2 + s / 1000) ** 2 - (s / 1000) ** 2 for s in (1, 2, 3, 4)]
    assert gaps(frame, "x=2", "x=0", "square") == pytest.approx(squares)
    table = contrasts(frame, ["value"]).set_index("arm")
    assert table["difference"].to_dict() == pytest.approx({"x=1": 1.0, "x=2": 2.0})
    assert (table["pairs"] == 4).all()
    assert means(frame, ["value"])["mean"].tolist() == pytest.approx([0.0025, 1.0025, 2.0025])


def test_a_pair_with_a_failed_half_is_left_out(toys: Study) -> None:
    frame = toys.frame()
    frame.loc[(frame["arm"] == "x=1") & (frame["seed"] == 2), "status"] = "failed"
    assert len(gaps(frame, "x=1", "x=0", "value")) == 3
    assert len(gaps(frame, "x=2", "x=0", "value")) == 4


def test_the_widest_contrast_decides(toys: Study) -> None:
    frame = toys.frame()
    assert widest_gaps(frame, "square") == pytest.approx(gaps(frame, "x=2", "x=0", "square"))


@pytest.mark.parametrize(
    ("outcomes", "reference", "part"),
    [(["vlaue"], None, 'did you mean "value"'), (["value"], "x=9", 'has no arm "x=9"')],
)
def test_what_is_not_in_the_table_is_refused(
    toys: Study, outcomes: list, reference: str | None, part: str
) -> None:
    with pytest.raises(InputError, match=part):
        contrasts(toys.frame(), outcomes, reference)


# --- Replications by precision -----------------------------------------------------------------


def grown(precision: float | None, spread: float, cap: int = 1000) -> tuple[list[int], object]:
    """Return the sizes that are looked at, for differences of a given spread, and the outcome."""
    rng = np.random.default_rng(3)
    values = rng.normal(0, spread, 5000)
    growing = until_precise(
        plan_of(1).with_replications, lambda count: values[:count], 8, cap, precision
    )
    sizes, plan = [], next(growing)
    while True:
        sizes.append(plan.replications)
        try:
            plan = growing.send(plan.replications)  # type: ignore[arg-type]
        except StopIteration as end:
            return sizes, end.value[1]


def test_replications_grow_until_the_contrast_is_narrow() -> None:
    sizes, precise = grown(0.1, 1.0)
    assert sizes == sorted(set(sizes))
    assert precise.half_width <= 0.1  # type: ignore[attr-defined]
    # A normal mean with spread 1 has half-width .1 at about (1.96 / .1)^2 = 384 values.
    assert 300 < sizes[-1] < 500
    assert len(sizes) <= 5


def test_a_contrast_without_spread_is_precise_at_once() -> None:
    sizes, precise = grown(0.001, 0.0)
    assert sizes == [8]
    assert precise.half_width == 0  # type: ignore[attr-defined]


def test_a_cap_ends_the_search_and_says_what_would_have_sufficed() -> None:
    sizes, precise = grown(0.01, 1.0, cap=50)
    assert sizes[-1] == 50
    assert precise.half_width > 0.01  # type: ignore[attr-defined]
    assert 20_000 < precise.enough < 60_000  # type: ignore[attr-defined]


def test_without_a_wanted_precision_one_size_is_run() -> None:
    sizes, precise = grown(None, 1.0)
    assert sizes == [8]
    assert precise.wanted is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("precision", [0.05, 0.2, 1.0])
def test_the_number_needed_is_the_least_that_suffices(precision: float) -> None:
    half = np.random.default_rng(1).normal(0, 1, 15)
    values = np.concatenate([half, -half])
    count = needed(values, precision)
    spread = values.std(ddof=1)

    def width(n: int) -> float:
        sample = np.linspace(-1, 1, n)
        return half_width(sample / sample.std(ddof=1) * spread)

    assert width(count) <= precision * (1 + 1e-9)
    assert count == FEWEST or width(count - 1) > precision
