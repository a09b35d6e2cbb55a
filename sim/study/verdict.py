"""Predictions that are written down before the runs, and what became of them."""

from __future__ import annotations

from typing import Literal, NamedTuple

type Finding = Literal["supported", "refuted", "undecided"]


class Prediction(NamedTuple):
    """What was expected, and what would refute it, written before the results.

    Attributes:
        id: such as `H1.1`.
        claim: one sentence.
        refuted_if: the criterion.
    """

    id: str
    claim: str
    refuted_if: str


class Verdict(NamedTuple):
    """What became of a prediction.

    Attributes:
        id: of the prediction.
        finding: `supported`, `refuted`, or `undecided` where the intervals allow both.
        numbers: the figures that decide it, with intervals, in one sentence.
    """

    id: str
    finding: Finding
    numbers: str
