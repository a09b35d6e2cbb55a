"""What a report shows of a design: outcomes in the units in which people speak of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sim.columns import HEARD_OF
from sim.records import share

WEEKS_OF_A_YEAR = 52

type Outcomes = Mapping[str, float]
type Measure = Callable[[Outcomes, float], float]
"""Turns a run's outcomes, and how many years they are of, into one number."""


class Shown(NamedTuple):
    """One outcome of a report; its words are `outcome.<name>` of the report's words.

    Attributes:
        good: +1 where more is better, -1 where less is, 0 where it is neither.
        digits: decimal places.
        measure: how it is computed.
        matters: a difference below it nobody would act on, in the outcome's own unit.
        relative: `matters` is a share of the baseline's mean instead.
    """

    good: int
    digits: int
    measure: Measure
    matters: float
    relative: bool = False

    def threshold(self, base: float) -> float:
        """Return from where on a difference matters, given the baseline's mean."""
        return self.matters * abs(base) if self.relative else self.matters


def _percent(name: str) -> Measure:
    return lambda run, _: 100.0 * run[name]


def _yearly(name: str) -> Measure:
    return lambda run, years: run[name] / years


def _level(name: str) -> Measure:
    return lambda run, _: run[name]


def _ratio(above: str, below: str, factor: float = 1.0) -> Measure:
    return lambda run, _: factor * share(run[above], run[below])


def _satisfied(run: Outcomes, _: float) -> float:
    return sum(run[f"satisfaction_{service}"] for service in HEARD_OF) / len(HEARD_OF)


SHOWN: dict[str, Shown] = {
    "events": Shown(1, 1, _percent("rate_event"), 1.0),
    "volunteers": Shown(1, 2, _percent("rate_volunteer"), 0.5),
    "deliberation": Shown(1, 1, _percent("rate_deliberate"), 1.0),
    "hours": Shown(1, 0, _yearly("volunteer_hours"), 0.05, relative=True),
    "elderly": Shown(1, 2, _ratio("rate_event_elderly", "rate_event"), 0.05),
    "migrants": Shown(1, 2, _ratio("rate_event_migrant", "rate_event"), 0.05),
    "needs": Shown(1, 1, _percent("needs_met_share"), 1.0),
    "wait": Shown(-1, 1, _level("need_wait_median"), 0.5),
    "unknown": Shown(-1, 1, _ratio("need_weeks_unknown", "needs_arisen"), 0.05, relative=True),
    "satisfied": Shown(1, 2, _satisfied, 0.02),
    "trust": Shown(1, 3, _level("trust"), 0.01),
    "ties": Shown(1, 3, _level("cohesion"), 0.005),
    "accidents": Shown(-1, 0, _yearly("accidents"), 0.1, relative=True),
    "unresolved": Shown(-1, 0, _yearly("disputes_unresolved"), 0.1, relative=True),
    "money": Shown(0, 0, _yearly("fund_spending"), 0.05, relative=True),
}
"""Outcomes in the order of the page."""

IN_A_GROUP = 1.0
"""People out of a hundred of a group from which on a difference matters."""

GROUPS = ("young", "middle", "elderly", "migrant", "local", "low_income", "offline")
BY_GROUP = {"events": "rate_event", "volunteers": "rate_volunteer"}

RECORDED: dict[str, tuple[Measure, Measure]] = {
    "disputes": (
        _ratio("disputes_recorded_resolved", "disputes_recorded", 100.0),
        lambda run, _: (
            100.0
            * share(run["disputes_resolved"], run["disputes_resolved"] + run["disputes_unresolved"])
        ),
    ),
    "hazards": (_yearly("hazards_recorded"), _yearly("hazards_arisen")),
    "needs": (_yearly("needs_recorded"), _yearly("needs_arisen")),
}
"""What the committee's books say, and what is so."""
