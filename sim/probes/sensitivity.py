"""What the sensitivity analysis looks at: windows of years, where the weekly figures are too noisy.

Volunteering at the beginning and at the end, from which the effect of points is the difference to
the twin without points; and representation and unmet need over the last year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.records import Outcome, outcome, share
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.model import Community

EARLY_WEEKS = 26
"""First weeks, over which the early effect is taken (WI)."""

LATE_WEEKS = 52
"""Last weeks, over which the late effect and the state of the community are taken."""

GROUPS = ("elderly", "migrant")
MODES = ("event", "volunteer")

MEASURES: dict[str, Outcome] = {
    "volunteering_early": outcome("acts per week", "mean").means(
        "volunteer acts of adults, mean of the first 26 weeks",
        "成年人的志愿服务次数，前 26 周平均",
    ),
    "volunteering_late": outcome("acts per week", "mean").means(
        "volunteer acts of adults, mean of the last 52 weeks",
        "成年人的志愿服务次数，末 52 周平均",
    ),
    **{
        f"representation_{mode}_{group}": outcome("ratio", "mean").means(
            f"share of {group} residents among those with {mode} acts over their share "
            "of adults, last 52 weeks",
            f"近 52 周{zh(f'MODES.{mode}')}参与者中{zh(f'GROUPS.{group}')}的份额与其人口份额之比",
        )
        for mode in MODES
        for group in GROUPS
    },
    "unmet_need": outcome("share of needs", "mean").means(
        "share of needs not met 12 weeks after they arose, last 52 weeks",
        "产生 12 周后仍未满足的需求比例，末 52 周",
    ),
}

FIGURES = (
    "acts_volunteer",
    "cohort_arisen_all",
    "cohort_met_all",
    *(f"rate_{mode}" for mode in MODES),
    *(f"rate_{mode}_{group}" for mode in MODES for group in GROUPS),
)
"""Weekly figures that are read."""


class Probe:
    """Follows a few weekly figures of one run."""

    def __init__(self, community: Community) -> None:
        """Start with nothing seen."""
        self.seen: dict[str, list[float]] = {name: [] for name in FIGURES}

    def week(self, community: Community) -> None:
        """Note this week's figures, for the whole community."""
        for name, values in self.seen.items():
            values.append(community.records.latest(name))

    def outcomes(self) -> dict[str, float]:
        """Return the measures; a ratio over nothing is not a number."""
        acts = self.seen["acts_volunteer"]
        late = {name: sum(values[-LATE_WEEKS:]) for name, values in self.seen.items()}
        early, end = acts[:EARLY_WEEKS], acts[-LATE_WEEKS:]
        return {
            "volunteering_early": sum(early) / len(early),
            "volunteering_late": sum(end) / len(end),
            **{
                f"representation_{mode}_{group}": share(
                    late[f"rate_{mode}_{group}"], late[f"rate_{mode}"]
                )
                for mode in MODES
                for group in GROUPS
            },
            "unmet_need": 1 - share(late["cohort_met_all"], late["cohort_arisen_all"]),
        }
