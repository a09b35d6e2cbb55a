"""Rows of published tables: an estimate with its interval, unit and size, and words made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.records import bounds_in
from sim.statistics import UNBOUNDED, Measured, between, mean_interval, share_interval
from sim.study.verdict import Finding

if TYPE_CHECKING:
    import pandas as pd


# --- From worlds to rows -----------------------------------------------------------------------


def part_of(frames: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Return the table of one part of an experiment, `name` in `experiment-name-scale`."""
    return next(frame for key, frame in frames.items() if key.split("-")[1] == name)


def by_world(frame: pd.DataFrame, outcome: str, by: str) -> pd.DataFrame:
    """Return the mean of an outcome over replications: a row a world, a column a value of `by`."""
    return frame.pivot_table(outcome, "world", by, dropna=False, sort=False).sort_index()


def estimated(
    values: Any, unit: str, *, bounds: tuple[float, float] = UNBOUNDED, **where: Any
) -> dict[str, Any]:
    """Return a row: the mean of independent values, its interval, its unit and their number.

    Values that are not finite are left out.

    Args:
        values: one per independent pair, world or block.
        unit: unit of measurement.
        bounds: between which the mean lies in any case.
        where: further columns, which say what the row is about.

    Returns:
        `where`, then `estimate`, `low`, `high`, `unit`, `n`.
    """
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    estimate = float(known.mean()) if len(known) else np.nan
    return row(estimate, mean_interval(known, bounds=bounds), unit, len(known), **where)


def level(values: Any, unit: str, **where: Any) -> dict[str, Any]:
    """Return a row as `estimated` does, for levels: the interval keeps to the bounds of the unit."""
    return estimated(values, unit, bounds=bounds_in(unit), **where)


def measured(found: Measured, unit: str, **where: Any) -> dict[str, Any]:
    """Return a row with a statistic of means over worlds, as `estimated` does."""
    return row(found.value, found.interval, unit, found.n, **where)


def share_of_worlds(holds: Any, **where: Any) -> dict[str, Any]:
    """Return a row: the share of independent worlds in which something holds, as `estimated` does."""
    count, size = int(np.sum(holds)), len(holds)
    share = count / size if size else np.nan
    return row(share, share_interval(count, size), "share of worlds", size, **where)


def row(
    estimate: float, ends: tuple[Any, Any], unit: str, size: int, **where: Any
) -> dict[str, Any]:
    """Return a row of a table from its parts; no ends without an estimate."""
    low, high = map(float, ends) if np.isfinite(estimate) else (np.nan, np.nan)
    return {
        **where, "estimate": float(estimate), "low": low, "high": high, "unit": unit, "n": size,
    }  # fmt: skip


# --- From rows to findings ---------------------------------------------------------------------


def row_of(table: pd.DataFrame, **where: Any) -> Any:
    """Return the one row of a table in which the columns have these values.

    Raises:
        ValueError: there is no such row, or more than one.
    """
    chosen = table
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    if len(chosen) != 1:
        raise ValueError(f"{where} is in {len(chosen)} rows, not in one")
    return chosen.iloc[0]


def span(row: Any, digits: int = 2, factor: float = 1.0) -> str:
    """Return a row's estimate with its interval, as a sentence shows it."""
    if not np.isfinite(row["estimate"]):
        return "no value"
    middle = f"{row['estimate'] * factor:,.{digits}f}"
    return f"{middle} ({between(row['low'], row['high'], digits, factor)})"


def above(row: Any, level: float = 0.0) -> bool:
    """Return whether the whole interval of a row lies above a level; not so without an interval."""
    return bool(row["low"] > level)


def below(row: Any, level: float = 0.0) -> bool:
    """Return whether the whole interval of a row lies below a level; not so without an interval."""
    return bool(row["high"] < level)


def ordered(table: pd.DataFrame, column: str, values: Sequence[str]) -> pd.DataFrame:
    """Return the rows with one of the values in a column, in the order of the values."""
    import pandas as pd

    return pd.concat([table[table[column] == value] for value in values])


def joint(parts: Sequence[Finding]) -> Finding:
    """Return the finding of a claim all of whose parts must hold."""
    if "refuted" in parts:
        return "refuted"
    return "supported" if set(parts) == {"supported"} else "undecided"


def agreeing(parts: Sequence[Finding]) -> Finding:
    """Return the finding that several ways to look share; undecided where they differ."""
    return parts[0] if len(set(parts)) == 1 else "undecided"
