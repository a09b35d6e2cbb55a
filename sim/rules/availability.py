"""When residents are free: occupation, commute and duties of care, in three windows of the week (S5).

Nobody is free because of who they are. Each adult who works has an *occupation pattern*, drawn by
origin, tenure and education; the pattern takes hours from weekdays in the daytime, evenings and
weekends, and so do the way to work, minors and frail people in the household, and what every
household has to do. What is left of a window is the chance to be free in it. Offers lie in windows
too: whoever is free when others are at work is free for what is held then.

With the three ratios of `irregular` at 1, everybody who works draws from the same patterns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.boards import Offers
from sim.columns import (
    DAYTIME,
    DELIBERATE,
    EVENING,
    EVENT,
    GIG,
    NOT_WORKING,
    OFFICE_HOURS,
    OWN_BUSINESS,
    REPORT,
    SHIFTS,
    VOLUNTEER,
    WEEKEND,
    WINDOWS,
    Residents,
)
from sim.engine import numerics, randomness
from sim.engine.compiled import rule
from sim.engine.declare import number, vector
from sim.engine.steps import each

if TYPE_CHECKING:
    from sim.model import Community

WORK = randomness.decision("availability.work")
LEAST, MOST = (
    np.float32(0.02),
    np.float32(0.95),
)  # of a window; nobody is always free, and nobody never


def _windows(daytime: float, evening: float, weekend: float) -> dict[str, float]:
    return dict(zip(WINDOWS, (daytime, evening, weekend), strict=True))


class Availability(NamedTuple):
    """What takes people's time, and when offers take place."""

    hours: tuple[float, ...] = vector(
        _windows(50, 20, 28), "hours per week", 5, 80, "assumption", "S5"
    ).means(
        "of a window in which people are awake: weekdays in the daytime, their evenings, weekends",
        "各时段中人们清醒的小时数：工作日白天、工作日晚间、周末",
    )
    office_work: tuple[float, ...] = vector(
        _windows(42, 4, 3), "hours per week", 0, 80, "assumption", "E5"
    ).means("of work in office hours", "日班工作在各时段的工时")
    shift_work: tuple[float, ...] = vector(
        _windows(24, 12, 13), "hours per week", 0, 80, "assumption", "E5"
    ).means("of work in rotating or evening shifts", "轮班或晚班工作在各时段的工时")
    own_business: tuple[float, ...] = vector(
        _windows(38, 12, 16), "hours per week", 0, 80, "assumption", "E5"
    ).means("of work in a business of one's own", "个体经营在各时段的工时")
    gig_work: tuple[float, ...] = vector(
        _windows(34, 16, 20), "hours per week", 0, 80, "assumption", "E5"
    ).means("of gig work, such as deliveries", "零工（如配送）在各时段的工时")
    pace: float = number(0.2, "ratio", 0, 0.5, "assumption", "S5").means(
        "a person's hours of work lie within this share of the pattern's",
        "个人工时偏离其工作类型工时的最大比例",
    )
    commute: float = number(6.0, "hours per week", 0, 25, "assumption", "S5").means(
        "of the way to work, spread as the hours of work are", "通勤时间，按工时分布于各时段"
    )
    chores: float = number(16.0, "hours per week", 0, 60, "assumption", "S5").means(
        "that every household's work takes of each adult, spread over the windows",
        "每位成年人的家务时间，均摊于各时段",
    )
    child_care: float = number(14.0, "hours per week", 0, 60, "assumption", "S5").means(
        "that minors of the household take of an adult who looks after them",
        "照看家中未成年人占用成年人的时间",
    )
    frail_care: float = number(10.0, "hours per week", 0, 60, "assumption", "S5").means(
        "that a frail person of the household takes of another adult there",
        "照护家中行动不便者占用其他成年人的时间",
    )
    irregular: float = number(0.2, "share of workers", 0, 0.9, "assumption", "E5").means(
        "who work otherwise than in office hours, among local owners without college education",
        "没有大专学历的本地业主中非日班就业者的比例",
    )
    irregular_migrant: float = number(2.5, "ratio of odds", 0.1, 10, "assumption", "E5").means(
        "of working otherwise than in office hours, of those registered elsewhere against locals; 1 is alike",
        "户籍不在本地者与本地人相比非日班就业的几率比；1 为相同",
    )
    irregular_renter: float = number(1.3, "ratio of odds", 0.1, 10, "assumption", "E6").means(
        "of working otherwise than in office hours, of renters against owners; 1 is alike",
        "租户与业主相比非日班就业的几率比；1 为相同",
    )
    irregular_tertiary: float = number(0.5, "ratio of odds", 0.1, 10, "assumption", "S5").means(
        "of working otherwise than in office hours, with college education against without; 1 is alike",
        "有大专及以上学历者与其他人相比非日班就业的几率比；1 为相同",
    )
    irregular_kinds: tuple[float, ...] = vector(
        {"shift": 0.45, "own_business": 0.35, "gig": 0.2},
        "share of irregular workers",
        0,
        1,
        "assumption",
        "S5",
        total=1.0,
    ).means("by what they do", "非日班就业者的构成")
    events: tuple[float, ...] = vector(
        _windows(0.35, 0.25, 0.4), "share of events", 0, 1, "assumption", "S5", total=1.0
    ).means("that take place in a window", "活动在各时段的比例")
    tasks: tuple[float, ...] = vector(
        _windows(0.6, 0.2, 0.2), "share of tasks", 0, 1, "assumption", "S5", total=1.0
    ).means("of volunteers that lie in a window", "志愿任务在各时段的比例")
    reports: tuple[float, ...] = vector(
        _windows(0.5, 0.2, 0.3), "share of hazards", 0, 1, "assumption", "S5", total=1.0
    ).means("that are come upon in a window", "隐患在各时段被遇到的比例")
    rounds: tuple[float, ...] = vector(
        _windows(0.5, 0.2, 0.3), "share of meetings", 0, 1, "assumption", "S5", total=1.0
    ).means("of an asking round that take place in a window", "议事协商在各时段的比例")


# --- Rules -----------------------------------------------------------------------------------


@rule
def irregular_chance(r: Residents, p: Availability) -> Any:
    """Chance that somebody who works does so otherwise than in office hours.

    > P(irregular) = o/(1 + o),  o = ρ/(1 − ρ) · ω_migrant^[migrant] · ω_renter^[renter] · ω_tertiary^[college],
    """
    odds = numerics.ratio(p.irregular, 1.0 - p.irregular)
    odds = odds * (p.irregular_migrant if r.migrant else 1.0)
    odds = odds * (1.0 if r.owner else p.irregular_renter)
    odds = odds * (p.irregular_tertiary if r.tertiary else 1.0)
    return numerics.ratio(odds, 1.0 + odds)


@rule
def kind_of(p: Availability, chance: Any) -> Any:
    """Which irregular work somebody has, given the addressed draw `chance`."""
    otherwise = GIG if chance >= p.irregular_kinds[0] + p.irregular_kinds[1] else OWN_BUSINESS
    return otherwise if chance >= p.irregular_kinds[0] else SHIFTS


@rule
def hours_at_work(p: Availability, occupation: Any, window: Any) -> Any:
    """Hours a week that an occupation takes of a window."""
    irregular = p.own_business[window] if occupation == OWN_BUSINESS else p.gig_work[window]
    by_shift = p.shift_work[window] if occupation == SHIFTS else irregular
    worked = p.office_work[window] if occupation == OFFICE_HOURS else by_shift
    return 0.0 if occupation == NOT_WORKING else worked


@rule
def own_pace(p: Availability, chance: Any) -> Any:
    """By what somebody's hours of work differ from the pattern's, given the addressed draw."""
    return 1.0 + p.pace * (2.0 * chance - 1.0)


@rule
def with_commute(p: Availability, worked: Any, all_week: Any) -> Any:
    """Hours of work and of the way there, which is spread as the hours of work are."""
    return worked + (numerics.ratio(worked, all_week) * p.commute if all_week > 0.0 else 0.0)


@rule
def at_home(p: Availability, children: Any, caring: Any, window: Any) -> Any:
    """Hours that the household takes of a window: chores and care, spread over all windows."""
    all_week = p.hours[0] + p.hours[1] + p.hours[2]
    care = (p.child_care if children > 0 else 0.0) + (p.frail_care if caring else 0.0)
    return (p.chores + care) * numerics.ratio(p.hours[window], all_week)


@rule
def free_part(hours: Any, taken: Any) -> Any:
    """Part of a window that is left, and so the chance to be free in it.

    > a_w = min(max(1 − (work_w + commute_w + care_w)/hours_w, .02), .95),
    """
    return min(max(1.0 - numerics.ratio(taken, hours), LEAST), MOST)


@rule
def chance_free(r: Residents, daytime: Any, evening: Any, weekend: Any) -> Any:
    """Chance to be free for an offer of which these shares lie in each window.

    > P(free) = Σ_w mix_w · a_w,
    """
    return daytime * r.free[DAYTIME] + evening * r.free[EVENING] + weekend * r.free[WEEKEND]


@rule
def with_short_tasks(free: Any, recovered: Any) -> Any:
    """Chance to be free where some tasks are so short that they fit into time otherwise taken.

    > P(free for a task) = P(free) + φ · (1 − P(free)),
    """
    return free + recovered * (1.0 - free)


# --- Steps -----------------------------------------------------------------------------------


@each(Residents)
def take_up_work(r: Residents, p: Availability, now: Community, caring: Any) -> None:
    """Draw what a working resident does, and see what is left of each window (S5).

    `caring` says who shares a household with somebody frail.
    """
    irregular, kind, pace, _ = randomness.draws(now.seed, WORK, np.uint64(0), r.row)
    if r.occupation != NOT_WORKING:
        r.occupation = kind_of(p, kind) if irregular < irregular_chance(r, p) else OFFICE_HOURS
    own = own_pace(p, pace)
    all_week = 0.0
    for window in range(3):
        all_week += hours_at_work(p, r.occupation, window) * own
    for window in range(3):
        worked = hours_at_work(p, r.occupation, window) * own
        taken = with_commute(p, worked, all_week) + at_home(p, r.children, caring[r.row], window)
        r.free[window] = free_part(p.hours[window], taken)


# --- Moments ---------------------------------------------------------------------------------


def carers(residents: Residents) -> Any:
    """Return who shares a household with somebody else who is frail: bool[resident]."""
    frail = np.bincount(residents.household, weights=residents.frail).astype(np.int64)
    return frail[residents.household] > residents.frail


def begin(community: Community) -> None:
    """Let everybody take up work before the first week."""
    take_up_work(community, carers(community.residents))


def mix_of(p: Availability, offers: Offers, mode: int) -> tuple[Any, Any, Any]:
    """Return which shares of a mode's offers lie in each window this week.

    What flexible tasks move out of office hours is taken from weekdays in the daytime. Hazards are
    come upon when they are, and are not moved.
    """
    mixes = {EVENT: p.events, VOLUNTEER: p.tasks, REPORT: p.reports, DELIBERATE: p.rounds}
    daytime, evening, weekend = mixes[mode]
    if mode == REPORT:
        return daytime, evening, weekend
    to_evening, to_weekend = daytime * offers.to_evening, daytime * offers.to_weekend
    return daytime - to_evening - to_weekend, evening + to_evening, weekend + to_weekend
