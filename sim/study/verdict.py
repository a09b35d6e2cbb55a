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
        finding: `refuted` where the criterion is met or an interval contradicts a part of the
            claim, `supported` where intervals agree with every part of it, else `undecided`
            (`docs/decisions/0017-refuted-means-the-criterion-or-a-contradiction.md`).
        numbers: the figures that decide it, with intervals, in one sentence.
    """

    id: str
    finding: Finding
    numbers: str
