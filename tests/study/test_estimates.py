"""Rows of published tables, and findings put together."""

import numpy as np
import pandas as pd
import pytest

from sim.statistics import SHARE
from sim.study.estimates import agreeing, estimated, joint, ordered, row_of, span

TABLE = pd.DataFrame(
    {"arm": ["a", "b", "b"], "n": [1, 2, 3], "estimate": 0.5, "low": 0.25, "high": 0.75}
)


def test_an_estimate_leaves_out_what_is_not_finite() -> None:
    row = estimated([0.0, 1.0, 2.0, 3.0, np.nan, 4.0, np.inf], "acts", arm="a")
    assert (row["arm"], row["estimate"], row["unit"], row["n"]) == ("a", 2.0, "acts", 5)
    # Five even values: standard error (2.5 / 5)^.5, t of four degrees of freedom 2.776.
    assert row["high"] == pytest.approx(2 + 2.776 * 0.5**0.5, abs=1e-3)


def test_an_estimate_of_few_values_has_no_interval() -> None:
    row = estimated([1.0, 3.0], "acts")
    assert (row["estimate"], row["n"]) == (2.0, 2)
    assert np.isnan([row["low"], row["high"]]).all()
    assert span(row) == "2.00 (no interval)"


def test_the_interval_of_a_level_keeps_within_its_bounds() -> None:
    assert estimated([0.0, 0.0, 0.0, 0.0, 0.5], "share", bounds=SHARE)["low"] == 0


def test_an_estimate_of_nothing_is_not_a_number() -> None:
    row = estimated([], "acts")
    assert np.isnan([row["estimate"], row["low"], row["high"]]).all()
    assert row["n"] == 0


def test_one_row_is_found_and_none_or_two_are_refused() -> None:
    assert row_of(TABLE, arm="b", n=3)["n"] == 3
    for where in ({"arm": "c"}, {"arm": "b"}):
        with pytest.raises(ValueError, match="not in one"):
            row_of(TABLE, **where)


def test_a_span_shows_the_interval_in_the_unit_wanted() -> None:
    assert span(TABLE.iloc[0], 0, 100) == "50 (25 to 75)"
    assert span(TABLE.iloc[0]) == "0.50 (0.25 to 0.75)"


def test_rows_come_in_the_order_of_the_values() -> None:
    assert ordered(TABLE, "arm", ["b", "a"])["n"].tolist() == [2, 3, 1]


def test_a_claim_falls_with_one_part_and_stands_with_all() -> None:
    assert joint(["supported", "refuted", "undecided"]) == "refuted"
    assert joint(["supported", "undecided"]) == "undecided"
    assert joint(["supported", "supported"]) == "supported"
    assert agreeing(["refuted", "refuted"]) == "refuted"
    assert agreeing(["refuted", "supported"]) == "undecided"
