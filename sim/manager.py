"""The adaptive committee: plan, act, observe, reflect, once a quarter (S14).

It sees its own books only: person-times, recorded resolutions, a survey of residents whom digital
channels reach, group figures with noise, and all of it some weeks late. It looks for the largest
gap to its goals, picks the levers that have moved that figure most per yuan before, and changes at
most a few by one step. `random` is the placebo: as many changes, as costly, chosen by lot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import headings
from sim.columns import GROUPS, QUARTER_WEEKS
from sim.engine import randomness
from sim.engine.declare import choice, number, numbers_of, vector, whole
from sim.records import outcome

if TYPE_CHECKING:
    from sim.model import Community

OFF, ADAPTIVE, RANDOM = 0, 1, 2
KPIS = ("participation", "equity", "resolution", "satisfaction", "thrift")
SURVEY = randomness.decision("manager.survey")
NOISE = randomness.decision("manager.noise")
EXPLORE = randomness.decision("manager.explore")
PICK = randomness.decision("manager.pick")


class Lever(NamedTuple):
    """One lever: file, number, and the size of a step; a switch has step 1."""

    stem: str
    name: str
    step: float


LEVERS = (
    Lever("points", "rate", 0.25),
    Lever("exchange", "stock", 0.5),
    Lever("honours", "share", 0.05),
    Lever("offline_channel", "on", 1.0),
    Lever("flexible_tasks", "on", 1.0),
    Lever("outreach", "on", 1.0),
    Lever("leaders", "on", 1.0),
    Lever("partners", "recruit", 0.25),
    Lever("projects", "coord_staff", 0.5),
    Lever("co_culture", "events_per_week", 0.5),
    Lever("party_vanguard", "listed_tasks", 40.0),
)


class Manager(NamedTuple):
    """How the committee steers, if it does."""

    plan: int = choice("off", ("off", "adaptive", "random"), source="S14").means(
        "who turns levers during the run: nobody, the committee on its records, or a lot",
        "运行中由谁调整各项手段：无人、居委会依据记录、或随机",
    )
    goals: tuple[float, ...] = vector(
        {
            "participation": 0.35,
            "equity": 0.9,
            "resolution": 0.98,
            "satisfaction": 0.7,
            "thrift": 10.0,
        },
        "as each figure",
        0,
        1000,
        "assumption",
        "S14",
        lever=True,
    ).means(
        "what the committee aims at: recorded person-times per adult and quarter, share of acts over share of residents for the group furthest behind, recorded resolution rate, mean satisfaction in the survey, volunteer hours per thousand yuan",
        "居委会的目标：每位成年人每季度记录的人次、参与最少群体的参与份额与人口份额之比、记录的化解率、问卷平均满意度、每千元的志愿工时",
    )
    step_costs: tuple[float, ...] = vector(
        {
            "points_rate": 100.0,
            "exchange_stock": 150.0,
            "honours_share": 50.0,
            "offline_channel_on": 600.0,
            "flexible_tasks_on": 600.0,
            "outreach_on": 2000.0,
            "leaders_on": 1000.0,
            "partners_recruit": 300.0,
            "projects_coord_staff": 900.0,
            "co_culture_events_per_week": 200.0,
            "party_vanguard_listed_tasks": 100.0,
        },
        "yuan per week",
        1,
        20000,
        "assumption",
        "S14",
    ).means(
        "what the committee reckons one step of each lever costs",
        "居委会估计每项手段调整一档的费用",
    )
    lag: int = whole(2, "weeks", 0, 13, "assumption", "S14").means(
        "by which the committee's figures are late", "居委会所见数字的滞后"
    )
    changes: int = whole(2, "levers", 1, len(LEVERS), "assumption", "S14", lever=True).means(
        "changed at most in one quarter", "一个季度内最多调整的手段数"
    )
    budget: float = number(
        2000.0, "yuan per week", 0, 100000, "assumption", "S14", lever=True
    ).means(
        "that all steps above the scenario's levels may cost together",
        "超出情景原有水平的全部调整合计可花的费用",
    )
    learning: float = number(0.3, "share", 0, 1, "assumption", "S14").means(
        "weight of the latest quarter in what a lever is believed to do",
        "最近一个季度在判断手段效果时的权重",
    )
    exploration: float = number(0.1, "chance", 0, 1, "assumption", "S14").means(
        "that a lever is picked by lot instead of by belief", "不凭判断而随机挑选手段的概率"
    )
    first_belief: float = number(0.01, "as each figure", 0, 1, "assumption", "S14").means(
        "what one step of any lever is believed to add, as a share of the goal, before there is experience",
        "没有经验之前，认为任一手段调整一档能带来的改善（占目标的比例）",
    )
    survey_share: float = number(0.02, "share", 0.001, 1, "assumption", "S14, T18").means(
        "of online residents who answer a quarter's survey", "在线居民回答季度问卷的比例"
    )
    group_noise: float = number(0.15, "share", 0, 0.5, "assumption", "S14").means(
        "by which recorded group figures may be off either way", "记录的分群体数字上下偏差的幅度"
    )


@dataclass
class Cycle:
    """One quarter's turn, kept for reports.

    Attributes:
        week: week of the practice.
        seen: each figure as the committee saw it.
        gap: share of each goal that was missing.
        changed: path, old value and new value of each lever that was moved.
    """

    week: int
    seen: dict[str, float]
    gap: dict[str, float]
    changed: list[tuple[str, float, float]]


@dataclass
class State:
    """What the committee believes and has done.

    Attributes:
        belief: float64[lever, figure], what a step is believed to add, as a share of the goal.
        steps: int64[lever], steps above the scenario's own level.
        moved: int64[lever], the steps made in the last turn.
        seen: float64[figure], last turn's figures; empty before the first.
        log: the turns so far.
    """

    belief: Any
    steps: Any
    moved: Any
    seen: Any
    log: list[Cycle] = field(default_factory=list)


def begin(community: Community) -> State:
    """Start without experience."""
    believed = float(community.numbers.manager.first_belief)
    return State(
        belief=np.full((len(LEVERS), len(KPIS)), believed),
        steps=np.zeros(len(LEVERS), np.int64),
        moved=np.zeros(len(LEVERS), np.int64),
        seen=np.empty(0),
    )


def observed(community: Community) -> Any:
    """Return the figures of the quarter that ended `lag` weeks ago, as the books show them."""
    p = community.numbers.manager
    last = len(community.records) - int(p.lag)
    books = community.records.outcomes(max(last - QUARTER_WEEKS, 0), max(last, 0))
    if not books:
        return np.full(len(KPIS), np.nan)
    adults = len(community.residents.age) / float(community.scale)
    acts = books["attendance"] + books["acts_volunteer"]
    closed = books["disputes_recorded"]
    return np.array(
        [
            acts / adults,
            _equity(community, books),
            books["disputes_recorded_resolved"] / closed if closed else np.nan,
            _survey(community),
            1000 * books["volunteer_hours"] / max(books["fund_spending"], 1.0),
        ]
    )


def _equity(community: Community, books: dict[str, float]) -> float:
    """Return share of acts over share of residents, noisy, for the group furthest behind."""
    state, p = community.state.participation, community.numbers.manager
    total = books["acts_event"] + books["acts_volunteer"]
    indices = []
    for label in ("elderly", "migrant", "low_income"):
        group = GROUPS.index(label)
        share = state.eligible[group] / state.eligible[-1]
        acts = books[f"acts_event_{label}"] + books[f"acts_volunteer_{label}"]
        if share > 0 and total > 0:
            lot = float(randomness.draw(community.seed, NOISE, community.week, group))
            indices.append(acts / total / share * (1 + float(p.group_noise) * (2 * lot - 1)))
    return min(indices, default=np.nan)


def _survey(community: Community) -> float:
    """Return mean satisfaction of the online residents whose turn it is to answer."""
    residents, p = community.residents, community.numbers.manager
    stride = max(round(1 / float(p.survey_share)), 1)
    lot = int(randomness.lot(community.seed, SURVEY, community.week, 0)) % stride
    answering = np.arange(lot, len(residents.age), stride)
    answering = answering[residents.online[answering]]
    if not len(answering):
        return np.nan
    return float(residents.satisfaction[:, answering].mean(dtype=np.float64))


def moved_value(lever: Lever, value: float, direction: int) -> float:
    """Return a lever's value one step up or down, held inside its declared bounds."""
    declared = numbers_of(_class(lever.stem))[lever.name]
    return min(max(value + direction * lever.step, declared.low), declared.high)


def _class(stem: str) -> type:
    return next(cls for name, cls in headings.headings().items() if name.rpartition(".")[2] == stem)


def _turn(community: Community, lever: Lever, direction: int) -> tuple[float, float]:
    """Move a lever by one step; return its old and new value."""
    numbers = getattr(community.numbers, lever.stem)
    old = getattr(numbers, lever.name)
    new = moved_value(lever, float(old), direction)
    typed = bool(new) if isinstance(old, bool) else np.float32(new)
    setattr(community.numbers, lever.stem, numbers._replace(**{lever.name: typed}))
    return float(old), new


def reflect(community: Community) -> None:
    """Once a quarter: learn what the last changes did, and change at most a few levers."""
    p, state = community.numbers.manager, community.state.manager
    week = community.programme_week
    if p.plan == OFF or week < 0 or week % QUARTER_WEEKS != QUARTER_WEEKS - 1:
        return
    goals = np.array(p.goals, np.float64)
    seen = observed(community)
    if np.any(state.moved) and len(state.seen):
        change = np.nan_to_num((seen - state.seen) / np.maximum(goals, 1e-9))
        for moved in np.flatnonzero(state.moved):
            learned = change * np.sign(state.moved[moved])
            state.belief[moved] += float(p.learning) * (learned - state.belief[moved])
    gap = np.nan_to_num((goals - seen) / np.maximum(goals, 1e-9))
    state.seen = seen
    state.moved[:] = 0
    changed = []
    for turn in range(int(p.changes)):
        picked = _picked(community, gap, turn)
        if picked is None:
            break
        lever, direction = picked
        old, new = _turn(community, LEVERS[lever], direction)
        state.steps[lever] += direction
        state.moved[lever] += direction
        name = f"{LEVERS[lever].stem}.{LEVERS[lever].name}"
        changed.append((name, round(old, 6), round(new, 6)))
    state.log.append(
        Cycle(
            week,
            dict(zip(KPIS, seen.tolist(), strict=True)),
            dict(zip(KPIS, gap.tolist(), strict=True)),
            changed,
        )
    )


def _can_move(community: Community, lever: Lever, direction: int) -> bool:
    value = float(getattr(getattr(community.numbers, lever.stem), lever.name))
    return moved_value(lever, value, direction) != value


def _picked(community: Community, gap: Any, turn: int) -> tuple[int, int] | None:
    """Return the lever to move and its direction, or None where nothing can be afforded."""
    p, state = community.numbers.manager, community.state.manager
    costs = np.array(p.step_costs, np.float64)
    target = int(np.argmax(gap))
    gain = state.belief[:, target]
    direction = np.where(gain >= 0, 1, -1)
    lots = np.array(
        [
            int(randomness.lot(community.seed, PICK, community.week, turn * 100 + k))
            for k in range(len(LEVERS))
        ]
    )
    by_lot = p.plan == RANDOM or (
        randomness.draw(community.seed, EXPLORE, community.week, turn) < p.exploration
    )
    if by_lot:
        direction = np.where(lots % 2 == 0, 1, -1)
    spent = float(np.sum(np.maximum(state.steps, 0) * costs))
    possible = [
        k
        for k, lever in enumerate(LEVERS)
        if state.moved[k] == 0
        and _can_move(community, lever, int(direction[k]))
        and (direction[k] < 0 or spent + costs[k] <= float(p.budget))
    ]
    if not possible or (not by_lot and gap[target] <= 0):
        return None
    worth = lots if by_lot else np.abs(gain) / costs
    best = max(possible, key=lambda k: (worth[k], lots[k]))
    return best, int(direction[best])


RECORDS = {
    "levers_moved": outcome("levers", "sum", recorded=True).means(
        "levers that the committee moved", "居委会调整的手段数"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return how many levers were moved at the end of last week."""
    log = community.state.manager.log
    now = bool(log) and log[-1].week == community.programme_week
    return {"levers_moved": float(len(log[-1].changed) if now else 0)}
