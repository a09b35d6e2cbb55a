"""Fairness: residents compare what they get for an hour with what their ties get (equation S9 of docs/odd.md).

Who gives hours looks at those ties who give hours too. To get less for an hour than they do
discourages, to get more may please or embarrass; either weight may be zero. Where every hour is
rewarded alike nobody compares to any effect; honours that always reach the same persons are a
reward that others do not get, and so are points that only those online can spend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.columns import REPORT, Residents
from sim.engine import numerics
from sim.engine.compiled import rule
from sim.engine.declare import number
from sim.engine.steps import each
from sim.engine.tables import All
from sim.incentives.points import Points, in_points, received
from sim.records import outcome
from sim.rules.participation import has_acted

if TYPE_CHECKING:
    from sim.model import Community


class Fairness(NamedTuple):
    """What is compared, and what coming off worse or better does."""

    disadvantage: float = number(
        0.002, "motivation per reference reward and hour", 0, 0.02, "assumption", "E16, E21"
    ).means(
        "lost each week by whoever gets one reference reward less for an hour than ties do",
        "每小时所得比邻里少一个参照奖励时，每周失去的内在动机",
    )
    advantage: float = number(
        0.0, "motivation per reference reward and hour", -0.02, 0.02, "assumption", "E16, E40"
    ).means(
        "won each week by whoever gets one reference reward more for an hour than ties do; negative is embarrassment",
        "每小时所得比邻里多一个参照奖励时，每周增加的内在动机；负值为不安",
    )
    honour_worth: float = number(5.0, "reference rewards", 0, 50, "assumption", "E39").means(
        "that an honour counts for when residents compare", "比较时一次荣誉相当于多少个参照奖励"
    )
    report_hours: float = number(0.25, "hours", 0, 2, "assumption", "S9").means(
        "that reporting a hazard counts for when residents compare",
        "比较时一次隐患上报相当于的工时",
    )
    kept: float = number(0.95, "share per week", 0.5, 0.99, "assumption", "S9").means(
        "of hours given and rewards got that is still remembered a week later",
        "付出的工时与所得奖励一周后仍被记住的比例",
    )
    forgotten: float = number(0.1, "hours", 0.01, 2, "assumption", "S9").means(
        "of remembered giving below which nobody compares any more",
        "记得的付出低于此数时不再比较",
    )


@dataclass
class State:
    """How many of those who compare come off worse this week."""

    worse_off: int = 0


def begin(community: Community) -> State:
    """Start with nobody having compared."""
    return State()


@rule
def remembered(p: Fairness, before: Any, now: Any) -> Any:
    """What is remembered of hours or rewards after a week in which so much was added."""
    return p.kept * before + now


@rule
def counted_hours(p: Fairness, hours: Any, reported: Any) -> Any:
    """Hours of a week that count as given."""
    return hours + (p.report_hours if reported else 0.0)


@rule
def just_honoured(honour: Any) -> Any:
    """Whether an honour was given this week: it has lost nothing yet."""
    return honour >= 1.0


@rule
def per_hour(got: Any, given: Any) -> Any:
    """Reference rewards for an hour; none where none was given."""
    return numerics.ratio(got, given) if given > 0.0 else 0.0


@rule
def behind(theirs: Any, ties: Any, own: Any) -> Any:
    """How much less for an hour than the mean tie one gets; negative is more, 0 without such ties.

    > g = r̄_ties − r_i,  r = (rewards remembered)/(hours remembered), over ties who give hours,
    """
    return numerics.ratio(theirs, ties) - own if ties > 0.0 else 0.0


@rule
def compared(p: Fairness, motivation: Any, gap: Any) -> Any:
    """Motivation after a week's comparison.

    > M ← M − β_d · max(g, 0) + β_a · max(−g, 0),  held in [0, 1],
    """
    moved = motivation - p.disadvantage * max(gap, 0.0) + p.advantage * max(-gap, 0.0)
    return min(max(moved, 0.0), 1.0)


@each(Residents)
def reckon(r: Residents, p: Fairness, p_points: Points) -> None:
    """Remember hours given and rewards got, the latest ones too."""
    honoured = p.honour_worth if just_honoured(r.honour) else 0.0
    rewards = received(p_points, r.prospect, in_points(r.earned)) + honoured
    given = remembered(p, r.given, counted_hours(p, r.hours, has_acted(r, REPORT)))
    r.got = remembered(p, r.got, rewards) if given >= p.forgotten else 0.0
    r.given = given if given >= p.forgotten else 0.0


@each(Residents, where="given")
def compare(r: Residents, p: Fairness, everybody: All[Residents]) -> Any:
    """Compare one's rewards for an hour with those of ties who give hours; return whether they are less."""
    theirs = 0.0
    ties = 0.0
    for slot in range(r.degree):
        other = r.neighbour[slot]
        given = everybody.given[other]
        theirs += per_hour(everybody.got[other], given)
        ties += 1.0 if given > 0.0 else 0.0
    gap = behind(theirs, ties, per_hour(r.got, r.given))
    r.motivation = compared(p, r.motivation, gap)
    return gap > 0.0


def renew(community: Community) -> None:
    """Those who give hours compare what they get for them."""
    reckon(community)
    community.state.fairness.worse_off = int(compare(community))


RECORDS = {
    "worse_off": outcome("residents", "last", scaled=True).means(
        "who give hours and get less for one than their ties do",
        "付出工时而每小时所得少于邻里的居民",
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return how many came off worse this week."""
    return {"worse_off": float(community.state.fairness.worse_off)}
