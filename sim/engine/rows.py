"""Rows of a table that are marked, listed so that only they are walked."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.compiled import loop


@loop
def marked_rows(marks: Any) -> Any:
    """Return the rows in which a column is not zero, in order: uint32[rows].

    Every row is written down, and one that is not marked is written over: a branch that cannot be
    foreseen takes longer.
    """
    rows = np.empty(len(marks), np.uint32)
    count = 0
    for row in range(len(marks)):
        rows[count] = row
        count += int(marks[row] != 0)
    return rows[:count]
