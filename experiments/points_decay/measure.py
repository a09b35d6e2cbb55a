"""What an incentive did: acts with it less acts without, and WI, how far that fell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.probes.points import CLASSES, QUARTERS
from sim.statistics import Measured, average, positive_ratio, quotient
from sim.study.estimates import measured
from sim.study.table import DONE

from .worlds import YEARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

FIRST = range(2, 4)
"""Quarters of the first half-year with points."""

LAST = range(10, QUARTERS)
"""Quarters of the third year with points."""

WITH_POINTS = range(2, QUARTERS)
QUARTER = 13
KINDS = ("all", *CLASSES)


def acts_a_week(frame: pd.DataFrame, kind: str, quarters: range) -> Any:
    """Return volunteer acts a week over some quarters, run by run."""
    kinds = CLASSES if kind == "all" else (kind,)
    columns = [f"acts_{one}_q{quarter:02d}" for one in kinds for quarter in quarters]
    return frame[columns].to_numpy().sum(axis=1) / (QUARTER * len(quarters))


def effects(frame: pd.DataFrame, against: str = "none") -> pd.DataFrame:
    """Return a row for each run with an incentive: what it did, against its twin without.

    Added for `all` and each class: `first`, `last` and `period`, the effect in acts a week over
    the first half-year, the third year and all three years; `base_` and the same for the twin.
    """
    import pandas as pd

    done = frame[frame["status"] == DONE]
    twins = done[done["mix"] == against].set_index(["block", "replication"])
    rows = done[done["mix"] != against].reset_index(drop=True)
    keys = list(zip(rows["block"], rows["replication"], strict=True))
    paired_up = [key in twins.index for key in keys]
    rows = rows[paired_up].reset_index(drop=True)
    twin = twins.loc[[key for key, there in zip(keys, paired_up, strict=True) if there]]
    added = {}
    for kind in KINDS:
        for name, quarters in (("first", FIRST), ("last", LAST), ("period", WITH_POINTS)):
            without = acts_a_week(twin, kind, quarters)
            added[f"{name}_{kind}"] = acts_a_week(rows, kind, quarters) - without
            added[f"base_{name}_{kind}"] = without
    return pd.concat([rows, pd.DataFrame(added, index=rows.index)], axis=1).copy()


def by_world(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the mean over the replications of each world, a row a world."""
    return rows.groupby("block")[list(columns)].mean()


def wi(rows: pd.DataFrame, kind: str = "all", stream: int = 0) -> Measured:
    """Return the weakening of the effects in some rows, as a ratio of means over worlds."""
    means = by_world(rows, [f"first_{kind}", f"last_{kind}"])
    return quotient(means[f"last_{kind}"], means[f"first_{kind}"], -1, 1, stream)


def spending(rows: pd.DataFrame, **labels: Any) -> list[dict[str, Any]]:
    """Return what the fund paid a year for goods and for honours."""
    return [
        measured(
            average(by_world(rows, [f"fund_spending_{purpose}"]).iloc[:, 0] / YEARS),
            "yuan per year",
            **labels,
            measure=f"paid for {purpose}",
        )
        for purpose in ("goods", "honours")
    ]


def weakening_of_points(frame: pd.DataFrame) -> Any:
    """Return, world by world, how much the effect of points fell, in acts a week."""
    seen = effects(frame)
    points = seen[seen["mix"] == "points"]
    fall = points["first_all"] - points["last_all"]
    return fall.groupby(points["block"]).mean().to_numpy()


# --- WI of single worlds ---

CLEAR = 1.96
"""Standard errors from zero at which a single world counts as clear."""


def noise(rows: pd.DataFrame, column: str) -> Any:
    """Return the standard error of a column's mean in each world, from the replications.

    Two replications say little about one world. The variance of a difference of counts grows with
    how much is done, so that variance per act is pooled over worlds.
    """
    grouped = rows.groupby("block")
    size = grouped[column].count()
    done = grouped["base_period_all"].mean() + grouped["period_all"].mean() / 2
    spread = (grouped[column].var() / done).dropna()
    return np.sqrt(float(spread.mean()) * done / size)


def judged(points: pd.DataFrame) -> pd.DataFrame:
    """Return each world's first and last effect of points, WI, and what is clear about it.

    `finding` is `undefined` where the first effect is not clearly above zero, `weakened` or `grew`
    where first and last differ clearly, and `unclear` elsewhere.
    """
    rows = points.assign(fall=points["first_all"] - points["last_all"])
    means = by_world(rows, ["first_all", "last_all", "fall"])
    first, fall = means["first_all"], means["fall"]
    defined = first > CLEAR * noise(rows, "first_all")
    score = fall / noise(rows, "fall")
    finding = np.where(score > CLEAR, "weakened", np.where(score < -CLEAR, "grew", "unclear"))
    return means.assign(
        wi=np.where(
            defined, 1 - positive_ratio(means["last_all"].to_numpy(), first.to_numpy()), np.nan
        ),
        finding=np.where(defined, finding, "undefined"),
        unit="acts per week; WI",
        n=rows.groupby("block")["fall"].count(),
    ).reset_index(names="world")
