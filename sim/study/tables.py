"""Rows of published tables: an estimate with its interval, unit and size, and words made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.statistics import mean_interval
from sim.study.verdict import Finding

if TYPE_CHECKING:
    import pandas as pd


def estimated(values: Any, unit: str, **where: Any) -> dict[str, Any]:
    """Return a row: the mean of independent values, its t interval, its unit and their number.

    Values that are not finite are left out.

    Args:
        values: one per independent pair, world or block.
        unit: unit of measurement.
        where: further columns, which say what the row is about.

    Returns:
        `where`, then `estimate`, `low`, `high`, `unit`, `n`.
    """
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    low, high = mean_interval(known)
    estimate = float(known.mean()) if len(known) else np.nan
    return {**where, "estimate": estimate, "low": low, "high": high, "unit": unit, "n": len(known)}


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
    low, middle, high = (f"{row[name] * factor:.{digits}f}" for name in ("low", "estimate", "high"))
    return f"{middle} ({low} to {high})"


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
