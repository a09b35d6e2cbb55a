"""From a plan through workers and the store to the estimators: known answers come out.

Designs are drawn from fixed seeds. How often intervals hold the truth is counted by
`redmaple verify`; here one design is made of each function, and asked to lie within twice its
half-widths: a right estimator fails that once in some two hundred seeds (72 values at four standard
errors), and the textbook estimator fails it at the dummy by far.
"""

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.sensitivity import morris, salib_fast, salib_sobol, sobol, variance
from sim.study import design
from sim.study.factors import dummy
from sim.study.known import OUTCOME, Known, known_factors
from sim.study.plan import Plan
from sim.study.study import Study
from sim.system.crew import in_process, processes


def made(subject: Known, arms: tuple, root: Path, replications: int = 2) -> Study:
    plan = Plan(f"{subject.function}-{len(arms)}", subject, arms, replications)
    study = Study(plan, root)
    study.make(processes(2))
    return study


@pytest.mark.parametrize("function", ["ishigami", "g"])
def test_sobol_indices_match_the_analytic_values_through_runner_and_store(
    function: str, tmp_path: Path
) -> None:
    subject = Known(function, idle=1)  # type: ignore[arg-type]
    factors = known_factors(subject)
    study = made(subject, design.saltelli(factors, 1024, 1), tmp_path, replications=1)
    found = salib_sobol(study.plan, study.frame(), subject.names, OUTCOME)
    assert np.allclose(found["first"], subject.truth.first, atol=0.05)
    assert np.allclose(found["total"], subject.truth.total, atol=0.05)


@pytest.mark.parametrize("function", ["ishigami", "g"])
@pytest.mark.parametrize("noise", [0.3, 0.6])
def test_with_luck_the_corrected_indices_are_near_the_truth(
    function: str, noise: float, tmp_path: Path
) -> None:
    subject = Known(function, idle=2, noise=noise, shared=0.3)  # type: ignore[arg-type]
    factors = (*known_factors(subject), dummy())
    study = made(subject, design.saltelli(factors, 512, 3), tmp_path)
    frame = study.frame()
    names = [one.path for one in factors]
    table = sobol(frame, names, OUTCOME)
    truth = subject.truth
    known = np.concatenate([[*truth.first, 0.0], [*truth.total, 0.0]])
    near = table["high"] - table["low"]
    assert ((table["estimate"] - known).abs() <= near).all()
    textbook = salib_sobol(study.plan, study.frame(), names, OUTCOME)
    assert textbook["total"].iloc[-1] > 3 * table["high"].iloc[-1]
    parts = variance(frame, names, OUTCOME).set_index("measure")
    assert parts.loc["noise", "low"] < noise < parts.loc["noise", "high"]


@pytest.mark.parametrize("function", ["ishigami", "g"])
def test_morris_ranks_what_matters_above_what_does_not(function: str, tmp_path: Path) -> None:
    subject = Known(function, idle=2, noise=0.3)  # type: ignore[arg-type]
    arms = design.morris(known_factors(subject), 30, 1)
    frame = made(subject, arms, tmp_path, replications=4).frame()
    table = morris(frame, subject.names, OUTCOME)
    sizes = table[table["measure"] == "rms"].set_index("factor")["estimate"]
    matter = sizes[
        [name for name, t in zip(subject.names, subject.truth.total, strict=True) if t > 0.05]
    ]
    idle = sizes[["idle1", "idle2"]]
    assert matter.min() > idle.max()
    if function == "g":
        assert list(matter.sort_values(ascending=False).index) == ["x1", "x2"]


def test_fast_finds_the_analytic_values_of_ishigami(tmp_path: Path) -> None:
    subject = Known("ishigami")
    arms = design.fast(known_factors(subject), 513, 1)
    study = made(subject, arms, tmp_path, replications=1)
    found = salib_fast(study.plan, study.frame(), subject.names, OUTCOME)
    assert np.allclose(found["first"], subject.truth.first, atol=0.05)
    assert np.allclose(found["total"], subject.truth.total, atol=0.1)
    with pytest.raises(ValueError, match="does not consist of a curve"):
        salib_fast(study.plan, study.frame(), subject.names[::-1], OUTCOME)


def test_a_design_is_extended_without_making_a_run_again(tmp_path: Path) -> None:
    subject = Known("g", noise=0.3)
    factors = (*known_factors(subject), dummy())
    small, large = (Plan("g", subject, design.saltelli(factors, size, 1), 2) for size in (64, 128))
    first = Study(small, tmp_path).make(in_process())
    second = Study(large, tmp_path).make(in_process())
    assert first.made == 64 * 9 * 2
    assert second.runs - second.made == first.made
    frame = Study(large, tmp_path).frame()
    assert len(frame) == 128 * 9 * 2
    at_first = frame[frame["row"] < 64]
    whole = Study(small, tmp_path).frame()
    assert at_first["digest"].tolist() == whole["digest"].tolist()
