"""What is run: every arm under the same seeds."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario import load
from sim.study.plan import Plan
from sim.study.precision import Plans
from sim.study.subject import CommunitySubject

from .arms import arms
from .outcomes import FIGURES
from .question import NAME

OUTCOMES = FIGURES
SEED = 5_000_000_000
"""First seed; the seeds of other experiments lie elsewhere."""


class Size(NamedTuple):
    """How much a scale of the experiment runs.

    Attributes:
        community: agents per resident.
        weeks: of the practice.
        seeds: of every arm.
    """

    community: float
    weeks: int
    seeds: int


SIZES = {"quick": Size(0.05, 52, 5), "full": Size(0.25, 104, 16)}


def plans(scale: str) -> Plans:
    """Yield the one plan: all arms in one block.

    Args:
        scale: `quick` or `full`.
    """
    size = SIZES[scale]
    base = load("fengshu", {"population.scale": size.community})
    subject = CommunitySubject(base, size.weeks)
    yield Plan(f"{NAME}-only-{scale}", subject, tuple(arms(base)), size.seeds, SEED)
