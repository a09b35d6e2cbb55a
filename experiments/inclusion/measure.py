"""Outcomes by arm and world, and what an arm changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.study.table import DONE

if TYPE_CHECKING:
    from pandas import DataFrame


YEARS = 3
"""Years of a run."""


def made(frame: DataFrame) -> DataFrame:
    """Return the runs that were made, with gaps and yearly spending as their measures have them."""
    done = frame[frame["status"] == DONE].copy()
    done["gap_age"] = done["gap_age_any"]
    done["gap_origin"] = done["gap_origin_any"]
    done["gap"] = (done["gap_age"] + done["gap_origin"]) / 2
    done["paid"] = done["fund_spending"] / YEARS
    done["paid_levers"] = (done["fund_spending_outreach"] + done["fund_spending_events"]) / YEARS
    done["paid_rewards"] = (done["fund_spending_goods"] + done["fund_spending_honours"]) / YEARS
    return done


def by_arm(frame: DataFrame, outcome: str) -> DataFrame:
    """Return an outcome by arm (rows, in the order of the design) and world (columns)."""
    table = frame.pivot(index="arm", columns="world", values=outcome)
    return table.loc[list(dict.fromkeys(frame["arm"]))]


def effects(frame: DataFrame, outcome: str, reference: str = "none") -> DataFrame:
    """Return by arm (rows) and world (columns) an outcome less that of the reference arm."""
    table = by_arm(frame, outcome)
    return table - table.loc[reference]
