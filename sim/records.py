"""What is recorded each week: what happened, and what the committee's reports say happened.

Each file of the model declares the weekly figures it gives in `RECORDS` and returns them from its
function `observe`. A figure is `true` (what happened) or `recorded` (what the committee's books
show); the adaptive manager and reported indicators see only the latter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """The declaration of one weekly figure.

    Attributes:
        unit: unit of measurement, spelled out.
        meaning: one sentence in the words of the glossary.
        over_time: how weeks combine into one figure for a period: their sum, mean or last value.
        recorded: True for the committee's books, False for what really happened.
        scaled: True for counts and amounts that are divided by the scenario's scale when shown.
    """

    unit: str
    meaning: str
    over_time: Literal["sum", "mean", "last"]
    recorded: bool = False
    scaled: bool = False


def outcome(
    *,
    unit: str,
    meaning: str,
    over_time: Literal["sum", "mean", "last"],
    recorded: bool = False,
    scaled: bool = False,
) -> Outcome:
    """Declare a weekly figure."""
    return Outcome(unit, meaning, over_time, recorded, scaled)
