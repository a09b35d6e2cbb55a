"""What is settled before anything is drawn: counts of people, households, grids, compounds.

They are computed from the declared numbers, the same for every community of a scenario.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.columns import AGES, YOUNG
from sim.settlement.drawing import apportion, nearest


class Layout(NamedTuple):
    """What every community of a scenario has in common: counts, before anything is drawn."""

    people: int  # minors included
    minors: int
    ages: Any  # int64[3], adults by age class
    single: Any  # int64[3], of these, who live alone
    shared: Any  # int64[households], adults of each household of several
    grid_of: Any  # int64[micro-grids], general grid
    compound_of: Any  # int64[micro-grids], compound; affordable ones come last
    weight: Any  # float64[micro-grids], share of adults

    @property
    def adults(self) -> int:
        """Adults of one community."""
        return int(self.ages.sum())

    @property
    def households(self) -> int:
        """Households of one community."""
        return int(self.single.sum()) + len(self.shared)

    @property
    def micro_grids(self) -> int:
        """Micro-grids of one community."""
        return len(self.weight)

    @property
    def grids(self) -> int:
        """General grids of one community."""
        return int(self.grid_of[-1]) + 1

    @property
    def compounds(self) -> int:
        """Compounds of one community."""
        return int(self.compound_of[-1]) + 1


def lay_out(p: Any) -> Layout:
    """Return the counts of one community.

    There are as many households as declared, unless there are too few adults for that: every
    household of several has at least two. That the numbers fit each other (shares of ages,
    compounds in grids, grids in micro-grids) is for `sim.scenario` to check.
    """
    adult_shares = [float(p.young), float(p.middle), float(p.elderly)]
    minor_share = max(0.0, 1.0 - sum(adult_shares))
    affordable = int(p.affordable_compounds)
    commercial = int(p.compounds) - affordable

    people = max(1, nearest(float(p.residents) * float(p.scale)))
    ages = apportion(people, [*adult_shares, minor_share])[: len(AGES)]
    if ages.sum() == 0:
        ages[YOUNG] = 1
    single = np.array([nearest(n * float(a)) for n, a in zip(ages, p.alone, strict=True)])
    together = int(ages.sum() - single.sum())
    if together < 2:
        single, together = ages.copy(), 0
    wanted = nearest(float(p.households) * float(p.scale)) - int(single.sum())
    groups = min(max(wanted, 1), together // 2)
    shared = apportion(together, np.ones(groups)) if groups else np.zeros(0, np.int64)

    share = 0.0 if affordable == 0 else 1.0 if commercial == 0 else float(p.affordable_share)
    affordable_grids = min(
        max(nearest(share * float(p.grids)), affordable), int(p.grids) - commercial
    )
    grids_of_compound = [
        *(apportion(int(p.grids) - affordable_grids, np.ones(commercial)) if commercial else []),
        *(apportion(affordable_grids, np.ones(affordable)) if affordable else []),
    ]
    compound_of_grid = np.repeat(np.arange(int(p.compounds)), grids_of_compound)
    grid_of = np.arange(int(p.micro_grids)) * int(p.grids) // int(p.micro_grids)
    compound_of = compound_of_grid[grid_of]
    in_affordable = compound_of >= commercial
    weight = np.where(
        in_affordable,
        share / max(1, int(in_affordable.sum())),
        (1.0 - share) / max(1, int((~in_affordable).sum())),
    )
    return Layout(
        people, people - int(ages.sum()), ages, single, shared, grid_of, compound_of, weight
    )
