"""What a study says at a glance: means per arm, and differences that are paired by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis import sensitivity
from sim.errors import InputError, did_you_mean
from sim.records import NOTHING, bounds_of
from sim.statistics import holm, mean_interval, paired
from sim.study.design import worded
from sim.study.plan import Plan
from sim.study.table import DONE

if TYPE_CHECKING:
    import pandas as pd

PAIR = ["block", "replication"]
"""What two runs of different arms have in common where they share their seed."""


def check_outcomes(frame: pd.DataFrame, outcomes: Sequence[str]) -> None:
    """Check that a table has these columns, as numbers.

    Raises:
        InputError: one is missing.
    """
    for name in outcomes:
        if name not in frame.columns:
            hint = did_you_mean(name, list(frame.columns)) or "."
            raise InputError(f'the study has no outcome "{name}"{hint}')


def means(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return mean and 95 % interval of each outcome for each arm: a row each.

    Columns: `arm`, `outcome`, `runs` (of those done, in which the outcome is a number), `mean`,
    `low`, `high`.
    """
    import pandas as pd

    check_outcomes(frame, outcomes)
    done = frame[frame["status"] == DONE]
    bounds = bounds_of(outcomes)
    rows = []
    for arm, own in done.groupby("arm", sort=False):
        for name in outcomes:
            values = own[name].dropna().to_numpy(np.float64)
            low, high = mean_interval(values, bounds=bounds[name])
            middle = float(values.mean()) if len(values) else NOTHING
            rows.append((arm, name, len(values), middle, low, high))
    return pd.DataFrame(rows, columns=["arm", "outcome", "runs", "mean", "low", "high"])


def gaps(frame: pd.DataFrame, arm: str, reference: str, outcome: str) -> Any:
    """Return the differences arm - reference of one outcome, seed by seed, as float64[pairs].

    Only runs whose partner was done too are counted, and where the outcome is a number in both.
    """
    done = frame[(frame["status"] == DONE) & frame[outcome].notna()]
    a = done[done["arm"] == reference].set_index(PAIR)[outcome]
    b = done[done["arm"] == arm].set_index(PAIR)[outcome]
    both = a.index.intersection(b.index)
    return (b.loc[both] - a.loc[both]).to_numpy(np.float64)


def contrasts(
    frame: pd.DataFrame, outcomes: Sequence[str], reference: str | None = None
) -> pd.DataFrame:
    """Return every arm's paired difference against a reference arm: a row an arm and outcome.

    Args:
        frame: a study's table.
        outcomes: what is compared.
        reference: label of the arm that others are compared with; the first where None.

    Returns:
        Columns `arm`, `outcome`, `pairs`, `difference`, `low`, `high` (95 % interval), `share_above`,
        `p`, `holm` (p corrected for the number of rows). Interval and p are not a number below five
        pairs. Arms without a pair are left out.

    Raises:
        InputError: an outcome or the reference is not there.
    """
    import pandas as pd

    check_outcomes(frame, outcomes)
    arms = list(dict.fromkeys(frame["arm"]))
    reference = arms[0] if reference is None else reference
    if reference not in arms:
        hint = did_you_mean(reference, arms) or "."
        raise InputError(f'the study has no arm "{reference}"{hint}')
    rows = []
    for arm in arms:
        for name in outcomes:
            values = gaps(frame, arm, reference, name)
            if arm == reference or not len(values):
                continue
            found = paired(np.zeros(len(values)), values)
            rows.append(
                {
                    "arm": arm,
                    "outcome": name,
                    "pairs": found.pairs,
                    "difference": found.difference,
                    "low": found.low,
                    "high": found.high,
                    "share_above": found.share_above,
                    "p": found.p,
                }
            )
    table = pd.DataFrame(rows)
    if len(table):
        table["holm"] = holm(table["p"].tolist())
    return table


def widest_gaps(frame: pd.DataFrame, outcome: str, reference: str | None = None) -> Any:
    """Return the differences of the arm whose contrast with the reference varies most."""
    check_outcomes(frame, [outcome])
    arms = list(dict.fromkeys(frame["arm"]))
    reference = arms[0] if reference is None else reference
    found = [gaps(frame, arm, reference, outcome) for arm in arms if arm != reference]
    return max(found, key=lambda values: float(np.var(values)) if len(values) else -1.0)


def influences(plan: Plan, frame: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return what a design for sensitivity analysis says of each factor: a row a factor and measure.

    The design says which method: Sobol indices and elementary effects freed from luck, curves one at
    a time, SALib's FAST and PAWN. Rows of a design in which a run failed are left out whole.

    Returns:
        `factor`, `measure`, `estimate`, `low`, `high`, `n`, and `why`: in words why an estimate or
        its interval is not a number, or says nothing; empty where all is known.

    Raises:
        InputError: the study has no such outcome, its design is not for sensitivity analysis, or its
            runs do not suffice.
    """
    check_outcomes(frame, [outcome])
    tags = dict(plan.arms[0].tags)
    values = frame.loc[frame["status"] == DONE, outcome].to_numpy(np.float64)
    if len(values) and np.isnan(values).all():
        raise InputError(
            f"study {plan.name}: {outcome} is not a number in any run: there was nobody or nothing "
            "to take it of."
        )
    try:
        table = _influences(plan, frame, outcome, tags)
    except ValueError as error:
        raise InputError(f"study {plan.name}: {error}.") from None
    table = table.rename(columns={"index": "measure"}).reset_index(drop=True)
    bare = "searched" in tags or "point" in tags
    table["why"] = [
        sensitivity.why_unknown(values, float(estimate), float(low), int(rows), bare=bare)
        for estimate, low, rows in table[["estimate", "low", "n"]].to_numpy(np.float64)
    ]
    return table[["factor", "measure", "estimate", "low", "high", "n", "why"]]


def _influences(
    plan: Plan, frame: pd.DataFrame, outcome: str, tags: dict[str, Any]
) -> pd.DataFrame:
    places = ("row", "matrix", "step", "moved", "point", "searched", "value", "world")
    paths = [name for name in tags if name not in places]
    if "matrix" in tags:
        return sensitivity.sobol(frame, paths, outcome, unfinished="drop")
    if "step" in tags:
        return sensitivity.morris(frame, paths, outcome, unfinished="drop")
    if "moved" in tags:
        table = sensitivity.curves(frame, outcome)
        return table.assign(measure=[f"at {worded(value)}" for value in table["value"]])
    if "searched" in tags:
        wide = sensitivity.salib_fast(plan, frame, paths, outcome)
    elif "point" in tags:
        wide = sensitivity.salib_pawn(plan, frame, paths, outcome)
    else:
        raise ValueError("its design is none of sobol, morris, oat, fast, free and lhs")
    long = wide.melt("factor", var_name="measure", value_name="estimate")
    return long.assign(low=np.nan, high=np.nan, n=len(plan.arms))
