"""Frameworks that people already use drive a community, in one process and in several, alike."""

import importlib.util
from typing import Any

import mesa
import numpy as np
import pytest

import sim

WEEKS = 4
SMALL = {"scale": 0.004, "population.burn_in": 2}


def last_rows(processes: int) -> list[dict[str, Any]]:
    """What Mesa's own batch runner records of four runs, in an order of its own."""
    rows: list[dict[str, Any]] = mesa.batch_run(
        sim.Community,
        parameters={"scenario": "fengshu", **SMALL, "points.rate": [0.5, 2.0]},
        rng=[1, 2],
        max_steps=WEEKS,
        number_processes=processes,
        data_collection_period=-1,
        display_progress=False,
    )
    for row in rows:
        row.pop("RunId")
    return sorted(rows, key=lambda row: (row["points.rate"], str(row["rng"])))


def test_mesa_s_batch_runner_gives_equal_rows_in_one_process_and_in_two() -> None:
    one, two = last_rows(1), last_rows(2)
    assert len(one) == 4
    assert [list(row) for row in one] == [list(row) for row in two]
    for alone, together in zip(one, two, strict=True):
        np.testing.assert_equal(alone, together)
    figures = [[row[name] for name in sim.records.declared()] for row in one]
    assert figures[0] != figures[1], "the seed bears on what happens"


def lived(half_life: float = 26.0, volunteers: float = 0.02, seed: int = 1) -> dict[str, float]:
    """A model as the EMA workbench wants it: a function from numbers to outcomes."""
    changes = {
        **SMALL,
        "points.policy": "exponential",
        "points.half_life": half_life,
        "population.register": volunteers,
    }
    community = sim.Community(sim.scenario.load("fengshu", changes), rng=int(seed), collect=False)
    community.run_for(WEEKS)
    outcomes = community.records.outcomes()
    return {name: outcomes[name] for name in ("acts_volunteer", "points_issued")}


@pytest.mark.skipif(
    importlib.util.find_spec("ema_workbench") is None,
    reason="the EMA workbench is not installed (uv run --with ema_workbench pytest)",
)
@pytest.mark.filterwarnings("ignore")
def test_the_ema_workbench_gives_equal_outcomes_in_one_process_and_in_two() -> None:
    import ema_workbench as ema

    model = ema.Model("redmaple", function=lived)
    model.uncertainties = [
        ema.RealParameter("half_life", 4, 104),
        ema.RealParameter("volunteers", 0.0, 0.3),
    ]
    model.outcomes = [ema.ScalarOutcome("acts_volunteer"), ema.ScalarOutcome("points_issued")]
    designs = [
        ema.Sample(f"design {number}", half_life=half_life, volunteers=volunteers)
        for number, (half_life, volunteers) in enumerate(
            [(4, 0.0), (26, 0.02), (60, 0.1), (104, 0.3)]
        )
    ]
    with ema.SequentialEvaluator(model) as evaluator:
        tried, one = evaluator.perform_experiments(designs)
    with ema.MultiprocessingEvaluator(model, n_processes=2) as evaluator:
        again, two = evaluator.perform_experiments(designs)
    tried, again = (frame.sort_values("half_life") for frame in (tried, again))
    assert len(tried) == 4
    np.testing.assert_array_equal(tried["half_life"], again["half_life"])
    for name, values in one.items():
        order_one, order_two = tried.index.to_numpy(), again.index.to_numpy()
        np.testing.assert_array_equal(values[order_one], two[name][order_two])
        assert len(set(values)) > 1
