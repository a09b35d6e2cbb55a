"""Figures are written as declared, or not at all; sums are right to the last bits."""

import math

import numpy as np
import pytest

import sim
from sim import records

SMALL = {"population.scale": 0.004, "population.burn_in": 3}
COLUMN = np.random.default_rng(3).random(1001).astype(np.float32)


def test_sums_are_exact_to_the_last_bits_of_64():
    assert records.total(COLUMN) == pytest.approx(math.fsum(COLUMN), rel=1e-15)
    assert records.mean(COLUMN) == records.total(COLUMN) / 1001
    assert records.mean(COLUMN[:0]) == 0.0


def test_a_mean_among_marked_rows_is_that_of_those_rows():
    marked = COLUMN > 0.5
    expected = math.fsum(COLUMN[marked]) / marked.sum()
    assert records.mean_among(COLUMN, marked) == pytest.approx(expected, rel=1e-15)
    assert records.mean_among(COLUMN, COLUMN > 1) == 0.0


@pytest.mark.parametrize(
    ("change", "error"),
    [(lambda seen: seen | {"another": 0.0}, ValueError), (lambda seen: {}, KeyError)],
    ids=["one too many", "one too few"],
)
def test_a_figure_that_is_not_declared_or_not_given_is_an_error(change, error):
    community = sim.load("fengshu", overrides=SMALL)
    observe, names = community.records._observers[0]
    community.records._observers[0] = (lambda town: change(observe(town)), names)
    with pytest.raises(error):
        community.run_for(1)


def test_figures_given_in_another_order_are_written_in_the_declared_one():
    first, second = (sim.load("fengshu", overrides=SMALL) for _ in range(2))
    second.records._observers = [
        (lambda town, given=observe: dict(reversed(given(town).items())), names)
        for observe, names in second.records._observers
    ]
    first.run_for(2)
    second.run_for(2)
    assert first.records.as_array().tobytes() == second.records.as_array().tobytes()
