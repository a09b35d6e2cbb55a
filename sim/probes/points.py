"""Who volunteers before and after points begin: acts by quarter, and leaving, by how often.

Residents are told apart by what they did *before* points begin, which is the same in every arm
that shares the seed: `core` volunteered often, `casual` once or twice, `latent` not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.columns import QUARTER_WEEKS, VOLUNTEER
from sim.records import Outcome, outcome

if TYPE_CHECKING:
    from sim.model import Community

CLASSES = ("core", "casual", "latent")
"""Residents by their volunteer acts before points begin: three or more, one or two, none."""

CLASSES_ZH = {"core": "骨干居民", "casual": "偶尔参与的居民", "latent": "尚未参与的居民"}

CORE_ACTS = 3
"""Volunteer acts before points begin from which a resident counts as core.

Of 27,500 adults, some 130 are core and some 350 casual after 26 weeks of the base scenario.
"""

QUARTERS = 14
"""Quarters that are told apart; what comes later is not counted."""

MEASURES: dict[str, Outcome] = {
    **{
        f"residents_{kind}": outcome("residents", "last", scaled=True).means(
            f"residents who are {kind} by their volunteer acts before points begin",
            f"{CLASSES_ZH[kind]}人数（按积分开始前的志愿服务）",
        )
        for kind in CLASSES
    },
    **{
        f"acts_{kind}_q{quarter:02d}": outcome("acts", "sum", scaled=True).means(
            f"volunteer acts of residents who are {kind}, in quarter {quarter} from 0",
            f"{CLASSES_ZH[kind]}在第 {quarter} 季度（从 0 起）的志愿服务次数",
        )
        for kind in CLASSES
        for quarter in range(QUARTERS)
    },
    **{
        f"exits_{kind}": outcome("residents", "sum", scaled=True).means(
            f"residents who are {kind} and left the volunteer register since points began",
            f"积分开始后退出名册的{CLASSES_ZH[kind]}",
        )
        for kind in CLASSES
    },
    **{
        f"register_weeks_{kind}": outcome("resident-weeks", "sum", scaled=True).means(
            f"weeks on the volunteer register since points began, of residents who are {kind}",
            f"积分开始后{CLASSES_ZH[kind]}在册的人周数",
        )
        for kind in CLASSES
    },
}


def kind_of(acts: Any) -> Any:
    """Return int64[resident], the position in `CLASSES` that so many acts give."""
    return np.where(acts >= CORE_ACTS, 0, np.where(acts > 0, 1, 2))


def by_class(values: Any, kinds: Any) -> Any:
    """Return float64[class], the sum of values over the residents of each class."""
    return np.bincount(kinds, weights=values, minlength=len(CLASSES))


class Probe:
    """Watches volunteer acts and the register of one run.

    Before points begin means: before the week that `incentives.points.starts` names, whether or
    not points are switched on, so that arms with and without points tell the same residents apart.
    """

    def __init__(self, community: Community) -> None:
        """Note the acts of the burn-in, which count for no class."""
        self.scale = float(community.setting.value("population.scale"))
        self.begins = int(community.setting.value("incentives.points.starts"))
        if self.begins < 1:
            raise ValueError("the points probe needs a week or more before points begin")
        at_start = community.residents.acts[VOLUNTEER].astype(np.int64)
        self.cumulated = [at_start]
        self.at_launch = at_start
        self.registered = community.residents.registered.copy()
        self.exits = np.zeros(len(at_start), np.int64)
        self.register_weeks = np.zeros(len(at_start), np.int64)

    def week(self, community: Community) -> None:
        """Note the week's exits, and at the end of a quarter everybody's acts."""
        residents, lived = community.residents, community.programme_week
        registered = residents.registered
        if lived == self.begins:
            self.at_launch = residents.acts[VOLUNTEER].astype(np.int64)
        if lived > self.begins:
            self.exits += self.registered & ~registered
            self.register_weeks += registered
        self.registered = registered.copy()
        if lived % QUARTER_WEEKS == 0 and len(self.cumulated) <= QUARTERS:
            self.cumulated.append(residents.acts[VOLUNTEER].astype(np.int64))

    def outcomes(self) -> dict[str, float]:
        """Return sizes, acts, exits and weeks by class, for the whole community.

        Quarters that the run did not complete are left out.
        """
        kinds = kind_of(self.at_launch - self.cumulated[0])
        found = {
            "residents": by_class(np.ones(len(kinds)), kinds),
            "exits": by_class(self.exits, kinds),
            "register_weeks": by_class(self.register_weeks, kinds),
        }
        sums = {
            f"{name}_{kind}": values[position]
            for name, values in found.items()
            for position, kind in enumerate(CLASSES)
        }
        for quarter in range(len(self.cumulated) - 1):
            acts = by_class(self.cumulated[quarter + 1] - self.cumulated[quarter], kinds)
            sums |= {
                f"acts_{kind}_q{quarter:02d}": acts[position]
                for position, kind in enumerate(CLASSES)
            }
        return {name: float(value) / self.scale for name, value in sums.items()}
