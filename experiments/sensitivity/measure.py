"""The effect of points in every run, and how unknowns rank by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis import sensitivity
from sim.study.factors import DUMMY

from .unknowns import unknowns

if TYPE_CHECKING:
    import pandas as pd

EFFECTS = ("effect_early", "effect_late", "effect_weakening")
HEADLINES = (
    "effect_late",
    "effect_weakening",
    "representation_event_elderly",
    "representation_event_migrant",
    "representation_volunteer_elderly",
    "representation_volunteer_migrant",
    "unmet_need",
    "fund_balance",
)
"""Outcomes by which numbers are chosen for stage 2."""

SHOWN = ("effect_early", *HEADLINES, "fund_spending")

UNITS = {
    "effect_early": "acts per week",
    "effect_late": "acts per week",
    "effect_weakening": "acts per week",
    "representation_event_elderly": "ratio",
    "representation_event_migrant": "ratio",
    "representation_volunteer_elderly": "ratio",
    "representation_volunteer_migrant": "ratio",
    "unmet_need": "share of needs",
    "fund_balance": "yuan",
    "fund_spending": "yuan",
}


def with_effects(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with points, each with the effect of points against its twin without.

    A run whose twin failed or is missing has no effect.
    """
    keys = ["block", "twin", "replication"]
    columns = ["volunteering_early", "volunteering_late"]
    with_points = frame[frame["points"].astype(bool)]
    without = frame[~frame["points"].astype(bool)].set_index(keys)[columns]
    twins = without.reindex(with_points.set_index(keys).index)
    early, late = (
        with_points[column].to_numpy(np.float64) - twins[column].to_numpy(np.float64)
        for column in columns
    )
    return with_points.assign(
        effect_early=early, effect_late=late, effect_weakening=early - late
    ).reset_index(drop=True)


def ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers by their share of the squared effects over all headline outcomes."""
    paths = [one.path for one in unknowns()]
    top = min(8, len(paths))
    return sensitivity.screening(frame, paths, HEADLINES, top, unfinished="drop")


def chosen_of(frame: pd.DataFrame) -> list[str]:
    """Return the factors of a table of stage 2, the dummy included, in the order of the design."""
    return [str(one) for one in frame["matrix"].unique() if one not in ("A", "B")]


def sobol_of(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return the Sobol indices of outcomes, from the table of stage 2."""
    import pandas as pd

    complete, paths = with_effects(frame), chosen_of(frame)
    return pd.concat(
        [sensitivity.sobol(complete, paths, one, unfinished="drop") for one in outcomes],
        ignore_index=True,
    )


def widest(frame: pd.DataFrame) -> float:
    """Return the widest half-width of a total index; infinite where one has no interval."""
    found = sobol_of(frame, HEADLINES)
    found = found[found["index"] == "total"]
    half = (found["high"] - found["low"]) / 2
    return float("inf") if half.isna().any() else float(half.max())


def leading(frame: pd.DataFrame) -> list[str]:
    """Return the factors by the mean of their total indices, cut to 0…1, the dummy left out."""
    found = sobol_of(frame, HEADLINES)
    found = found[(found["index"] == "total") & (found["factor"] != DUMMY)]
    score = found["estimate"].clip(0, 1).fillna(0).groupby(found["factor"]).mean()
    return [str(path) for path in score.sort_values(ascending=False, kind="stable").index]
