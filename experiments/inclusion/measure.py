"""Outcomes by arm and world, and what an arm changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame


def by_arm(frame: DataFrame, outcome: str) -> DataFrame:
    """Return an outcome by arm (rows, in the order of the design) and world (columns)."""
    table = frame.pivot(index="arm", columns="world", values=outcome)
    return table.loc[list(dict.fromkeys(frame["arm"]))]


def effects(frame: DataFrame, outcome: str, reference: str = "none") -> DataFrame:
    """Return by arm (rows) and world (columns) an outcome less that of the reference arm."""
    table = by_arm(frame, outcome)
    return table - table.loc[reference]
