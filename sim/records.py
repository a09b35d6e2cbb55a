"""What is recorded each week: what happened, and what the committee's reports say happened.

Each file of the model declares the weekly figures it gives in `RECORDS` and returns them from its
function `observe`. A figure is *true* (what happened) or *recorded* (what the committee's books
show); the adaptive manager and reported indicators see only the latter.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim import headings
from sim.engine.compiled import loop
from sim.statistics import NOT_NEGATIVE, SHARE, UNBOUNDED

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import Community

LANES = 256  # sums that `total` keeps side by side

YEAR = 52
"""Weeks that the mean of the last year is taken over."""

NOTHING = float("nan")
"""A figure of nobody or nothing: a share of an empty group, a mean of no cases."""

type OverTime = Literal["sum", "mean", "year", "last"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The declaration of one weekly figure.

    Attributes:
        unit: unit of measurement, spelled out; its Chinese stands in the glossary.
        over_time: how weeks combine into one figure for a period: their sum, their mean, the mean
            of its last `YEAR` weeks (of all where there are fewer), or the last value.
        recorded: True for the committee's books, False for what really happened.
        scaled: True for counts and amounts that are divided by the scenario's scale when shown.
        meaning, meaning_zh: a phrase in the words of the glossary, in English and in Chinese.
    """

    unit: str
    over_time: OverTime
    recorded: bool = False
    scaled: bool = False
    meaning: str = ""
    meaning_zh: str = ""

    def means(self, meaning: str, meaning_zh: str) -> Outcome:
        """Return this declaration with what it means, in English and in Chinese."""
        return replace(self, meaning=meaning, meaning_zh=meaning_zh)

    @property
    def shown(self) -> tuple[float, str]:
        """Factor and unit in which people read the figure: shares as %, all else as it is."""
        if self.unit.partition(" ")[0] == "share":
            return 100.0, f"%{self.unit.removeprefix('share')}"
        return 1.0, self.unit

    def period(self, weeks: int) -> str:
        """Return in words which weeks of a run of so many its figure for the period is of."""
        if self.over_time == "last":
            return "last week"
        if weeks == 1:
            return "the only week"
        kind = "sum" if self.over_time == "sum" else "mean"
        if self.over_time == "year" and weeks > YEAR:
            return f"{kind} of the last {YEAR} of {weeks} weeks"
        return f"{kind} of all {weeks} weeks"

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which numbers its mean lies."""
        return bounds_in(self.unit)


def outcome(
    unit: str, over_time: OverTime, *, recorded: bool = False, scaled: bool = False
) -> Outcome:
    """Declare a weekly figure."""
    return Outcome(unit, over_time, recorded, scaled)


@loop
def total(column: Any) -> Any:
    """Return the 64-bit sum of a column, the same to the last bit on every machine.

    Every 256th row goes to the same of 256 sums, which are then added in order: so rows can be
    added side by side.
    """
    lanes = np.zeros(LANES, np.float64)
    for first in range(0, len(column), LANES):
        rows = column[first : first + LANES]
        for lane in range(len(rows)):
            lanes[lane] += rows[lane]
    whole = np.float64(0)
    for lane in range(LANES):
        whole += lanes[lane]
    return whole


@loop
def total_among(column: Any, among: Any) -> Any:
    """Return the 64-bit sum of the rows of a column that `among` marks, added as in `total`."""
    lanes = np.zeros(LANES, np.float64)
    for first in range(0, len(column), LANES):
        rows, marks = column[first : first + LANES], among[first : first + LANES]
        for lane in range(len(rows)):
            lanes[lane] += rows[lane] if marks[lane] else 0.0
    return total(lanes)


def mean(column: Any) -> float:
    """Return the mean of a column, `NOTHING` of an empty one."""
    return float(total(column)) / len(column) if len(column) else NOTHING


def mean_among(column: Any, among: Any) -> float:
    """Return the mean of the rows of a column that `among` marks, `NOTHING` of no rows."""
    count = int(np.count_nonzero(among))
    return float(total_among(column, among)) / count if count else NOTHING


def share(part: float, whole: float) -> float:
    """Return part over whole; `NOTHING` where there is no whole."""
    return part / whole if whole else NOTHING


def mean_known(weeks: Any) -> Any:
    """Return float64[figure], means of float64[weeks, figure] over the weeks that have one."""
    known = ~np.isnan(weeks)
    count = known.sum(axis=0)
    whole = np.where(known, weeks, 0.0).sum(axis=0)
    return np.where(count > 0, whole / np.maximum(count, 1), NOTHING)


def declared() -> dict[str, Outcome]:
    """Return every weekly figure by its name, in the order of the files that give them.

    Raises:
        ValueError: two files give a figure of the same name.
    """
    figures: dict[str, Outcome] = {}
    for heading, part in headings.parts().items():
        for name, figure in getattr(part, "RECORDS", {}).items():
            if name in figures:
                raise ValueError(f"{heading} gives {name!r}, which another file gives already")
            figures[name] = figure
    return figures


def bounds_in(unit: str) -> tuple[float, float]:
    """Return between which numbers a level in this unit lies; sums of money may be owed."""
    if unit == "0-1" or unit.partition(" ")[0] == "share":
        return SHARE
    return UNBOUNDED if unit == "yuan" else NOT_NEGATIVE


def bounds_of(names: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the bounds of the means of weekly figures; none for what is no such figure."""
    figures = declared()
    return {name: figures[name].bounds if name in figures else UNBOUNDED for name in names}


class Records:
    """The weekly figures of one run: a row a week from week 0 of the practice."""

    def __init__(self, community: Community) -> None:
        """Start an empty book for a community."""
        self.figures = declared()
        self.names = tuple(self.figures)
        self.scale = float(community.setting.value("population.scale"))
        self.launch = community.setting.launch
        self._observers = [
            (part.observe, tuple(part.RECORDS))
            for part in headings.parts().values()
            if hasattr(part, "RECORDS")
        ]
        self._cells = array("d")

    def __len__(self) -> int:
        """Return how many weeks are recorded."""
        return len(self._cells) // len(self.names)

    def write(self, community: Community) -> None:
        """Write down this week's figures, as the files give them.

        Raises:
            KeyError: a file does not give a figure that it declares.
            ValueError: a file gives a figure that it does not declare.
        """
        row: list[float] = []
        for observe, names in self._observers:
            seen = observe(community)
            if tuple(seen) != names:
                if len(seen) > len(names):
                    raise ValueError(f"not declared in RECORDS: {sorted(set(seen) - set(names))}")
                seen = {name: seen[name] for name in names}
            row.extend(seen.values())
        self._cells.extend(array("d", row))

    def as_array(self) -> Any:
        """Return float64[weeks, figures], as observed: not divided by the scale."""
        return np.array(self._cells).reshape(len(self), len(self.names))

    def latest(self, name: str) -> float:
        """Return this week's value of one figure, counts and amounts for the whole community."""
        divisor = self.scale if self.figures[name].scaled else 1.0
        return self._cells[self.names.index(name) - len(self.names)] / divisor

    def to_frame(self) -> pd.DataFrame:
        """Return a row a week: `week` (index), its Monday as `date`, and every figure.

        Weeks of a scenario that gives no `launch` have no date.

        Counts and amounts are for the whole community, whatever the scale.
        """
        import pandas as pd

        divisors = [self.scale if self.figures[name].scaled else 1.0 for name in self.names]
        weeks = pd.RangeIndex(len(self), name="week")
        frame = pd.DataFrame(self.as_array() / divisors, columns=list(self.names), index=weeks)
        if self.launch is not None:
            dates = np.datetime64(self.launch) + np.arange(len(self)) * np.timedelta64(7, "D")
            frame.insert(0, "date", dates.astype("datetime64[s]"))
        return frame

    def outcomes(self, first: int = 0, last: int | None = None) -> dict[str, float]:
        """Return one value per figure for the weeks `first` up to, not including, `last`.

        Sums, means or last values, as each figure declares; empty where no week is recorded. Means
        are over the weeks in which there was something to take a figure of.
        """
        rows = self.as_array()[first:last]
        if not len(rows):
            return {}
        combined = {
            "sum": rows.sum(axis=0),
            "mean": mean_known(rows),
            "year": mean_known(rows[-YEAR:]),
            "last": rows[-1],
        }
        return {
            name: float(combined[figure.over_time][column]) / (self.scale if figure.scaled else 1.0)
            for column, (name, figure) in enumerate(self.figures.items())
        }
