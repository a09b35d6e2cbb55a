"""The model held against every figure published for the case that can be a target.

Period-free ratios come first: they need no guess. Then figures with a stated period. Most counts
are published without dates; those are compared under each assumed period of 1, 2, 3 and 5 years,
never silently. Signs come last. Where the published figure is the committee's own, the model's
*recorded* figure is compared and what truly happened is shown beside it. A target that is met is
no proof, and the model is not calibrated unless it says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.results import NOTICE, Progress, Task, plain, run_many, seeds_from

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import Community
    from sim.scenario import Scenario

YEAR = 52
PERIODS = (1, 2, 3, 5)
"""Years that an undated count may stand for (T7)."""

TWO_YEARS = 2
"""Years after launch over which ratios and yearly figures are taken (A21)."""

INFINITE = math.inf

TIERS = {
    1: "Ratios that need no period (first two years)",
    2: "Figures with a stated period (per year, first two years)",
    3: "Counts without dates, under an assumed period",
    4: "Signs",
    5: "What was fed in: a number that somebody set, read back; it says nothing about the model",
}
FED = 5


class Window:
    """The first weeks of one run: totals, means, first and last values of its figures."""

    def __init__(self, weekly: pd.DataFrame, years: int, roles: dict[str, float]) -> None:
        """Cut a run's weekly table to its first years."""
        self.weekly = weekly.iloc[: years * YEAR]
        self.years = len(self.weekly) / YEAR
        self.roles = roles

    def total(self, name: str) -> float:
        """Return the sum of a figure."""
        return float(self.weekly[name].sum())

    def yearly(self, name: str) -> float:
        """Return the sum of a figure per year."""
        return self.total(name) / self.years

    def first(self, name: str) -> float:
        """Return a figure's value in week 0."""
        return float(self.weekly[name].iloc[0])

    def last(self, name: str) -> float:
        """Return a figure's value in the last week."""
        return float(self.weekly[name].iloc[-1])

    def mean(self, name: str) -> float:
        """Return the mean of a figure over the weeks."""
        return float(self.weekly[name].mean())

    def ratio(self, above: str, below: str) -> float:
        """Return one figure's sum over another's; not a number over nothing."""
        whole = self.total(below)
        return self.total(above) / whole if whole else math.nan


type Measure = Callable[[Window], float]


@dataclass(frozen=True)
class Target:
    """One published figure and how the model's counterpart is computed.

    Attributes:
        id: name, and the fact it stands for.
        meaning: what it is.
        value: as published; for a sign, the value that divides right from wrong.
        low, high: between these the model counts as in range.
        unit: unit of measurement.
        tier: 1 ratios, 2 dated, 3 undated, 4 signs, 5 fed in.
        measure: the model's figure; `truth` what truly happened, where `measure` is recorded.
        years: the period, counted from launch.
        recorded: True where the committee's own books are compared.
        fed: the number of the scenario that it reads back, where it is no target at all (tier 5).
    """

    id: str
    meaning: str
    value: float
    low: float
    high: float
    unit: str
    tier: int
    measure: Measure
    truth: Measure | None = None
    years: int = TWO_YEARS
    recorded: bool = False
    fed: str = ""


def _resolution(window: Window) -> float:
    closed = window.total("disputes_resolved") + window.total("disputes_unresolved")
    return 100 * window.total("disputes_resolved") / closed if closed else math.nan


RATIOS = (
    Target(
        "attendance_per_event (F2/F1)",
        "adults and children per event",
        75.9,
        60.7,
        91.1,
        "persons",
        1,
        lambda w: w.ratio("attendance", "events_held"),
    ),
    Target(
        "hazards_per_report (C5/C4)",
        "hazards handled per hundred items that grid workers reported",
        9.57,
        6.7,
        12.4,
        "%",
        1,
        lambda w: 100 * w.ratio("hazards_recorded", "reports_filed"),
        truth=lambda w: 100 * w.ratio("hazards_found_visit", "reports_filed"),
        recorded=True,
    ),
    Target(
        "served_per_session (C9)",
        "residents served in a session of Party volunteers",
        66.7,
        46.7,
        86.7,
        "persons",
        1,
        lambda w: w.ratio("party_served", "party_sessions"),
    ),
    Target(
        "projects_per_active_partner (D2)",
        "projects per partner that has any",
        5.87,
        4.1,
        7.6,
        "projects",
        1,
        lambda w: w.last("projects_per_active_partner"),
    ),
)

DATED = (
    Target(
        "disputes_mediated (F3)",
        "disputes in the books",
        100.0,
        100.0,
        160.0,
        "per year",
        2,
        lambda w: w.yearly("disputes_recorded"),
        truth=lambda w: w.yearly("disputes_mediated"),
        recorded=True,
    ),
    Target(
        "resolution (F4)",
        "of the disputes in the books, those resolved",
        98.0,
        96.0,
        99.0,
        "%",
        2,
        lambda w: 100 * w.ratio("disputes_recorded_resolved", "disputes_recorded"),
        truth=_resolution,
        recorded=True,
    ),
    Target(
        "party_served (C9)",
        "residents served in these sessions",
        2000.0,
        2000.0,
        3000.0,
        "per year",
        2,
        lambda w: w.yearly("party_served"),
    ),
    Target(
        "party_disputes (C9)",
        "disputes mediated with a Party volunteer",
        45.0,
        31.5,
        58.5,
        "per year",
        2,
        lambda w: w.yearly("party_disputes"),
    ),
    Target(
        "party_volunteers (C8)",
        "Party members on the volunteer register",
        130.0,
        110.0,
        150.0,
        "persons",
        2,
        lambda w: w.last("party_volunteers"),
    ),
)


class Count(NamedTuple):
    """A count published without dates: name, meaning, value, unit, and its measure."""

    id: str
    meaning: str
    value: float
    unit: str
    measure: Measure
    truth: Measure | None = None
    recorded: bool = False


COUNTS = (
    Count(
        "attendance (F2)",
        "adults and children at events",
        41_000.0,
        "person-times",
        lambda w: w.total("attendance"),
    ),
    Count(
        "reports (C4)",
        "items that grid workers reported",
        2352.0,
        "items",
        lambda w: w.total("reports_filed"),
        recorded=True,
    ),
    Count(
        "hazards (C5)",
        "hazards handled",
        225.0,
        "hazards",
        lambda w: w.total("hazards_recorded"),
        truth=lambda w: w.total("hazards_fixed"),
        recorded=True,
    ),
    Count(
        "partners (E1)",
        "partners, from 11",
        41.0,
        "partners",
        lambda w: w.last("partners"),
        recorded=True,
    ),
    Count(
        "projects (D2)",
        "projects carried out or running",
        88.0,
        "projects",
        lambda w: w.total("projects_done") + w.last("projects_running"),
        recorded=True,
    ),
    Count(
        "deliberation (D1)",
        "taking part in asking rounds and meetings",
        11_000.0,
        "person-times",
        lambda w: w.total("acts_deliberate"),
    ),
)


def _undated(years: int) -> tuple[Target, ...]:
    """Return the undated counts under one assumed period; in range within 30 % of the figure."""
    return tuple(
        Target(
            count.id,
            count.meaning,
            count.value,
            0.7 * count.value,
            1.3 * count.value,
            count.unit,
            3,
            count.measure,
            count.truth,
            years,
            count.recorded,
        )
        for count in COUNTS
    )


def _gain(service: str) -> Measure:
    name = f"satisfaction_{service}"
    return lambda w: w.last(name) - w.first(name)


SIGNS = (
    *(
        Target(
            f"satisfaction_{service} (F9)",
            f"rise of satisfaction with {words}",
            0.0,
            0.0,
            INFINITE,
            "0-1",
            4,
            _gain(service),
        )
        for service, words in (
            ("medical", "medical service"),
            ("childcare", "childcare"),
            ("eldercare", "eldercare"),
            ("culture", "culture"),
        )
    ),
    Target(
        "young_below_elderly (B7, B9)",
        "event rate of the elderly less that of the young",
        0.0,
        0.0,
        INFINITE,
        "% points",
        4,
        lambda w: 100 * (w.mean("rate_event_elderly") - w.mean("rate_event_young")),
    ),
    Target(
        "elderly_in_roles (H1)",
        "elderly among mediators over elderly among adults, at the end; scarce where below 1",
        1.0,
        0.0,
        1.0,
        "ratio",
        4,
        lambda w: w.roles["mediators_elderly"],
    ),
)


INPUTS = tuple(
    Target(id, meaning, value, value, value, unit, FED, measure, fed=number)
    for id, meaning, value, unit, measure, number in (
        (
            "party_sessions (C9)",
            "sessions of Party volunteers",
            30.0,
            "per year",
            lambda w: w.yearly("party_sessions"),
            "platforms.party_vanguard.sessions_per_year",
        ),
        (
            "mediators (D6)",
            "residents who mediate",
            20.0,
            "persons",
            lambda w: w.last("mediators"),
            "mechanisms.co_solving.mediators",
        ),
        (
            "events (F1)",
            "events held, period unknown",
            540.0,
            "events",
            lambda w: w.total("events_held"),
            "mechanisms.co_culture.events_per_week",
        ),
        (
            "campaigns (C3)",
            "special campaigns, period unknown",
            25.0,
            "campaigns",
            lambda w: w.total("campaigns_held"),
            "platforms.micro_grid.campaigns",
        ),
        (
            "asking_rounds (D1)",
            "rounds of asking, period unknown",
            4.0,
            "rounds",
            lambda w: w.total("asking_rounds"),
            "mechanisms.co_consultation.interval",
        ),
        (
            "joint_meetings (D1)",
            "joint meetings, period unknown",
            45.0,
            "meetings",
            lambda w: w.total("joint_meetings"),
            "platforms.regional_party_building.meetings",
        ),
    )
)
"""Figures of the case that the model reads back from a number: shown apart, and never held against it."""


def declared(periods: Sequence[int] = PERIODS) -> tuple[Target, ...]:
    """Return every target, in the order of the tiers."""
    undated = [target for years in periods for target in _undated(years)]
    return (*RATIOS, *DATED, *undated, *SIGNS, *INPUTS)


# --- The model's side ----------------------------------------------------------------------------


class TargetRun(NamedTuple):
    """What the targets need of one run: weekly table and who holds roles at the end."""

    weekly: Any
    roles: dict[str, float]


def run_for_targets(task: Task, progress: Callable[[int], None] | None = None) -> TargetRun:
    """Make one run; `progress` is told the weeks done."""
    from sim.model import Community

    community = Community(task.scenario, rng=task.seed, collect=False)
    for week in range(task.weeks):
        community.run_for(1)
        if progress is not None:
            progress(week + 1)
    return TargetRun(community.records.to_frame(), roles(community))


def roles(community: Community) -> dict[str, float]:
    """Return how the elderly are represented among mediators: 1 is in proportion."""
    from sim.columns import ELDERLY

    elderly = community.residents.age == ELDERLY
    mediators = community.residents.mediator
    share = float(elderly.mean())
    if not mediators.any() or not share:
        return {"mediators_elderly": math.nan}
    return {"mediators_elderly": float(elderly[mediators].mean()) / share}


class Row(NamedTuple):
    """A target beside the model: mean over the runs, lowest and highest of them.

    Attributes:
        target: the declaration.
        model: the model's figure; `least` and `most` over the runs.
        true: what truly happened, where the books are compared; else not a number.
        factor: model over target; not a number for signs.
        within_two: within a factor of two; for a sign, the right one.
        in_range: between `low` and `high`.
    """

    target: Target
    model: float
    least: float
    most: float
    true: float
    factor: float
    within_two: bool
    in_range: bool


def row_of(target: Target, runs: Sequence[TargetRun]) -> Row:
    """Compute the model's side of one target."""
    windows = [Window(run.weekly, target.years, run.roles) for run in runs]
    values = np.array([target.measure(window) for window in windows])
    model = float(values.mean())
    true = math.nan
    if target.truth is not None:
        true = float(np.mean([target.truth(window) for window in windows]))
    in_range = target.low <= model <= target.high
    if target.tier == 4:
        strict = in_range and model != target.value
        return Row(target, model, values.min(), values.max(), true, math.nan, strict, strict)
    if target.tier == FED:
        return Row(target, model, values.min(), values.max(), true, math.nan, False, False)
    factor = model / target.value
    within = 0.5 <= factor <= 2.0
    return Row(target, model, values.min(), values.max(), true, factor, within, in_range)


@dataclass(frozen=True)
class Table:
    """Every target beside the model.

    Attributes:
        scenario: name; `seeds`: of the runs; `rows`: one per target.
    """

    scenario: str
    seeds: list[int]
    rows: list[Row]

    def outside(self) -> list[Row]:
        """Return the targets that the model misses by more than a factor of two, or in sign."""
        held = [row for row in self.rows if row.target.tier != FED]
        return [row for row in held if not row.within_two]

    def records(self) -> list[dict[str, Any]]:
        """Return a plain dictionary per target."""
        return [
            {
                "id": row.target.id,
                "meaning": row.target.meaning,
                "tier": row.target.tier,
                "years": row.target.years,
                "unit": row.target.unit,
                "recorded": row.target.recorded,
                "fed": row.target.fed,
                "target": row.target.value,
                "low": row.target.low,
                "high": row.target.high,
                "model": row.model,
                "least": row.least,
                "most": row.most,
                "true": row.true,
                "factor": row.factor,
                "within_two": row.within_two,
                "in_range": row.in_range,
            }
            for row in self.rows
        ]

    def to_dict(self, orient: str = "records") -> dict[str, Any]:
        """Return what JSON output shows; the argument is there for likeness with a data frame."""
        content = {
            "scenario": self.scenario,
            "seeds": self.seeds,
            "calibrated": False,
            "notice": NOTICE,
            "targets": self.records(),
            "outside": [f"{row.target.id}, {row.target.years} y" for row in self.outside()],
        }
        return plain(content)  # type: ignore[no-any-return]

    def __str__(self) -> str:
        """Return a table of text and the list of those outside."""
        lines = [
            f"{self.scenario}, {len(self.seeds)} runs, seeds {self.seeds[0]}-{self.seeds[-1]}",
            NOTICE,
        ]
        tier = 0
        for row in self.rows:
            if row.target.tier != tier:
                tier = row.target.tier
                lines += ["", TIERS[tier], _HEAD]
            lines.append(_row_text(row))
        lines += [f"  {r.target.id} is {r.target.fed}" for r in self.rows if r.target.fed]
        outside = self.outside()
        held = sum(row.target.tier != FED for row in self.rows)
        lines += [
            "",
            "R  the committee's books are compared; `true` is what happened.",
            "+  in the target's range   o  within a factor of two   -  outside",
            f"Outside a factor of two, or of the wrong sign: {len(outside)} of {held}",
        ]
        lines += [_outside_text(row) for row in outside]
        return "\n".join(lines)


_HEAD = f"{'':<34}{'years':>6}{'target':>10}{'model':>11}{'true':>10}{'factor':>8}     unit"


def _row_text(row: Row) -> str:
    target = row.target
    mark = "+" if row.in_range else "o" if row.within_two else "-"
    book = "R" if target.recorded else " "
    if target.tier == FED:
        mark = " "
    factor = "" if math.isnan(row.factor) else f"{row.factor:.2f}"
    true = "" if target.truth is None else _number(row.true)
    return (
        f"{target.id:<34}{target.years:>6}{_number(target.value):>10}{_number(row.model):>11}"
        f"{true:>10}{factor:>8} {book} {mark} {target.unit}"
    )


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "none"
    size = abs(value)
    digits = 0 if size >= 1000 or value == int(value) else 1 if size >= 100 else 2
    return f"{value:,.{digits}f}"


def _outside_text(row: Row) -> str:
    target = row.target
    what = "wrong sign" if target.tier == 4 else f"factor {row.factor:.2f}"
    if math.isnan(row.model):
        return f"  {target.id}, {target.years} y: no value in some run"
    return f"  {target.id}, {target.years} y: {_number(row.model)} {target.unit}, {what}"


def targets(
    scenario: Scenario,
    seed: int = 1,
    replications: int = 5,
    progress: Progress = None,
    periods: Sequence[int] = PERIODS,
    workers: int | None = None,
) -> Table:
    """Run a scenario for the longest period and hold it against every target.

    Args:
        scenario: a checked scenario.
        seed: the first seed; `replications`: how many follow each other.
        progress: told how much is done, of how much.
        periods: years assumed for counts without dates.
        workers: processes; the result does not depend on them.
    """
    seeds = seeds_from(seed, replications)
    weeks = YEAR * max(TWO_YEARS, *periods)
    tasks = [Task(scenario, weeks, number) for number in seeds]
    runs = run_many(tasks, run_for_targets, progress, workers)
    return Table(scenario.name, seeds, [row_of(target, runs) for target in declared(periods)])
