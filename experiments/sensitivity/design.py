"""What is run: four stages, each decided by the tables of those before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from sim import scenario
from sim.study.design import morris, one_at_a_time, saltelli, worlds
from sim.study.factors import DUMMY
from sim.study.plan import Arm, Plan, arm, crossed
from sim.study.precision import Plans
from sim.study.subject import CommunitySubject

from .measure import HEADLINES, leading, ranked, widest, with_effects
from .question import NAME
from .unknowns import CAUSES, POINTS, POINTS_ONLY, unknowns

OUTCOMES = (
    "volunteering_early",
    "volunteering_late",
    *(name for name in HEADLINES if not name.startswith("effect")),
    "fund_spending",
)


class Size(NamedTuple):
    """How much a scale of the experiment runs.

    Attributes:
        community: agents per resident in every stage but the check of size.
        trajectories: of stage 1.
        chosen: numbers that stage 2 looks at, besides the dummy.
        rows, most_rows: of stage 2, and up to which it grows if a precision is asked for.
        curves: numbers that stage 3 looks at.
        levels: values along each of them.
        seeds: replications of stage 3.
        worlds: draws of stage 4.
        large_worlds: of these, draws run at full size too.
    """

    community: float
    trajectories: int
    chosen: int
    rows: int
    most_rows: int
    curves: int
    levels: int
    seeds: int
    worlds: int
    large_worlds: int


SIZES = {
    "quick": Size(0.1, 2, 2, 8, 16, 1, 3, 3, 2, 1),
    "full": Size(0.25, 10, 8, 128, 1024, 5, 7, 6, 24, 12),
}

WEEKS = 156
REPLICATIONS = 2
SEED = 4_000_000_000
"""First seed; the seeds of other experiments lie elsewhere."""

DESIGN_SEED = 4


def twins(arms: Iterable[Arm]) -> tuple[Arm, ...]:
    """Return each arm with points and its twin without, in one block.

    The twin leaves out the changes that nothing reads where there are no points, so that arms that
    differ in these alone have one twin, run once. The tag `twin` names the pair, `points` its side.
    """
    pairs = []
    for one in arms:
        shared = tuple((path, value) for path, value in one.changes if path not in POINTS_ONLY)
        pairs += [
            replace(one, tags=(("points", True), ("twin", one.label), *one.tags)),
            replace(
                one,
                label=f"{one.label} without points",
                changes=(*shared, (f"{POINTS}.on", False)),
                tags=(("points", False), ("twin", one.label), *one.tags),
            ),
        ]
    return tuple(pairs)


def plans(scale: str, precision: float | None = None) -> Plans:
    """Yield the plans of the stages; each is sent the table of its runs.

    Args:
        scale: `quick` or `full`.
        precision: half-width of the intervals of total indices that is enough; the design of stage 2
            is doubled until it is reached or its largest size is. None keeps the first size.
    """
    size = SIZES[scale]
    base = scenario.load("fengshu", {"population.scale": size.community})
    subject = CommunitySubject(base, WEEKS, probe="sensitivity")
    varied = unknowns()

    def plan(part: str, arms: Iterable[Arm], replications: int = REPLICATIONS) -> Plan:
        return Plan(f"{NAME}-{part}-{scale}", subject, twins(arms), replications, SEED)

    screened = yield plan("screening", morris(varied, size.trajectories, DESIGN_SEED))
    ranks = ranked(with_effects(screened))
    by_path = {one.path: one for one in varied}
    chosen = [by_path[path] for path in ranks["factor"] if path != DUMMY][: size.chosen]

    rows = size.rows
    while True:
        indexed = yield plan("indices", saltelli([*chosen, by_path[DUMMY]], rows, DESIGN_SEED))
        if precision is None or rows >= size.most_rows or widest(indexed) <= precision:
            break
        rows *= 2

    along = [by_path[path] for path in leading(indexed)][: size.curves]
    yield plan("curves", one_at_a_time(along, size.levels), size.seeds)

    draws = worlds(varied[:-1], size.worlds, DESIGN_SEED)
    without = [arm(cause, changes, cause=cause) for cause, changes in CAUSES.items()]
    yield plan("structure", crossed(without, draws), 1)
    large = arm("full size", {"population.scale": 1.0}, community=1.0)
    small = arm("small", {}, community=size.community)
    yield plan("size", crossed((small, large), draws[: size.large_worlds]), 1)
