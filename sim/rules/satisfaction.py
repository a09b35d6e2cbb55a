"""Satisfaction and trust: what service and waiting do to them (S11).

Residents compare a service with what they expected of it (expectancy-disconfirmation), and their
expectation follows what they get. A good, prompt service raises trust in the committee; waiting
wears satisfaction and trust down. Equation S11 of docs/odd.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import numerics
from sim.columns import (
    NEED_CLOSED,
    SERVICES,
    Needs,
    Residents,
)
from sim.compiled import loop, rule, step
from sim.declare import number
from sim.numerics import from_millionths
from sim.records import outcome, total
from sim.steps import each

if TYPE_CHECKING:
    from sim.model import Community


class Satisfaction(NamedTuple):
    """How strongly service and waiting act on satisfaction, expectation and trust."""

    patience: float = number(
        6.0,
        unit="weeks",
        low=0.5,
        high=26,
        evidence="literature",
        source="E50",
        meaning="tau_w: wait over which the perceived quality of a service falls to 37 %",
        sweep=(1, 8),
    )
    disconfirmation: float = number(
        0.5,
        unit="weight",
        low=0,
        high=1,
        evidence="literature",
        source="E49",
        meaning="w1: weight of expectation, against that of the service itself",
        sweep=(0.2, 0.8),
    )
    learning: float = number(
        0.1,
        unit="weight per experience",
        low=0,
        high=1,
        evidence="assumption",
        source="E49",
        meaning="eta_S: how far one experience moves satisfaction",
    )
    expectation_learning: float = number(
        0.1,
        unit="weight per experience",
        low=0,
        high=1,
        evidence="assumption",
        source="S11",
        meaning="how far one experience moves expectation",
    )
    trust_learning: float = number(
        0.02,
        unit="weight per experience",
        low=0,
        high=1,
        evidence="literature",
        source="E43",
        meaning="eta_T: how far one experience moves trust",
        sweep=(0.005, 0.05),
    )
    waiting: float = number(
        0.05,
        unit="experiences per week",
        low=0,
        high=1,
        evidence="assumption",
        source="S11",
        meaning="how much a week of waiting weighs against a completed service",
    )
    help_fading: float = number(
        0.9,
        unit="share kept per week",
        low=0,
        high=1,
        evidence="assumption",
        source="S6",
        meaning="of the memory of having been helped",
    )


@rule
def performance(p: Satisfaction, quality: Any, wait: Any) -> Any:
    """A service as perceived, 0 to 1: its quality, discounted by the weeks waited for it."""
    return quality * numerics.exp(-numerics.ratio(wait, p.patience))


@rule
def satisfaction_after(
    p: Satisfaction, satisfaction: Any, expectation: Any, perceived: Any, weight: Any
) -> Any:
    """Satisfaction after an experience of this weight; held between 0 and 1."""
    surprise = p.disconfirmation * (perceived - expectation)
    level = (1.0 - p.disconfirmation) * (perceived - satisfaction)
    return min(max(satisfaction + weight * p.learning * (surprise + level), 0.0), 1.0)


@rule
def expectation_after(p: Satisfaction, expectation: Any, perceived: Any, weight: Any) -> Any:
    """Expectation after an experience of this weight."""
    return expectation + weight * p.expectation_learning * (perceived - expectation)


@rule
def trust_after(p: Satisfaction, trust: Any, perceived: Any, weight: Any) -> Any:
    """Trust after an experience of this weight."""
    return trust + weight * p.trust_learning * (perceived - trust)


@rule
def nudged(trust: Any, nudge: Any) -> Any:
    """Trust after what mechanisms added, in millionths; held between 0 and 1."""
    return min(max(trust + from_millionths(nudge), 0.0), 1.0)


@rule
def faded(p: Satisfaction, memory: Any) -> Any:
    """Memory of having been helped, one week on."""
    return memory * p.help_fading


@step
def experience_service(
    r: Residents, p: Satisfaction, service: Any, perceived: Any, weight: Any
) -> None:
    """Let an experience of this weight move satisfaction and expectation (S11)."""
    expected = r.expectation[service]
    r.satisfaction[service] = satisfaction_after(
        p, r.satisfaction[service], expected, perceived, weight
    )
    r.expectation[service] = expectation_after(p, expected, perceived, weight)


@each(Residents)
def settle_trust(r: Residents, p: Satisfaction) -> None:
    """Let what mechanisms added change trust, and the memory of help fade (S11)."""
    r.trust = nudged(r.trust, r.trust_nudge)
    r.help_recent = faded(p, r.help_recent)


@step
def review_need(r: Residents, need: Needs, p: Satisfaction, week: Any) -> None:
    """Experience what became of one's need this week (S11).

    A completed service is perceived by its quality and the wait; an open need as what is expected,
    discounted by the wait.
    """
    wait = np.float32(week - int(need.born))
    domain = int(need.domain)
    weight: Any = p.waiting
    if need.stage == NEED_CLOSED:
        perceived = performance(p, need.quality, wait)
        weight = np.float32(1.0)
        r.help_recent = 1.0
    else:
        perceived = performance(p, r.expectation[domain], wait)
    experience_service(r, p, domain, perceived, weight)
    r.trust = trust_after(p, r.trust, perceived, weight)


@loop
def review(
    rows: Any, count: Any, needs: Needs, residents: Residents, p: Satisfaction, week: Any
) -> None:
    """Let owners review their needs, case by case: one may have several."""
    for k in range(count):
        review_need(residents[int(needs.owner[rows[k]])], needs[rows[k]], p, week)


def bond(community: Community) -> None:
    """Let service, waiting and what mechanisms added change satisfaction and trust."""
    settle_trust(community)
    residents, needs = community.residents, community.needs.rows
    p, week = community.numbers.satisfaction, community.week
    found, unfound = community.state.service, community.state.needs
    review(found.queue, found.queue_count, needs, residents, p, week)
    review(unfound.unfound, unfound.unfound_count, needs, residents, p, week)


@loop
def add_up(residents: Residents, recent: Any, satisfaction: Any) -> Any:
    """Write the sum of satisfaction with each service; return that of trust, and how many were helped.

    Of being helped, more than `recent` is remembered.
    """
    for service in range(len(satisfaction)):
        satisfaction[service] = total(residents.satisfaction[service])
    helped = 0
    for row in range(len(residents.help_recent)):
        helped += int(residents.help_recent[row] > recent)
    return total(residents.trust), helped


SATISFACTION = tuple(f"satisfaction_{service}" for service in SERVICES)

RECORDS = {
    **{
        name: outcome(unit="0-1", meaning=f"mean satisfaction with {service}", over_time="last")
        for name, service in zip(SATISFACTION, SERVICES, strict=True)
    },
    "trust": outcome(
        unit="0-1", meaning="mean trust of residents in the committee", over_time="last"
    ),
    "helped_recently": outcome(
        unit="share of residents", meaning="helped within about two months", over_time="last"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the week's means over all residents."""
    residents, sums = community.residents, np.empty(len(SERVICES), np.float64)
    recent = community.numbers.satisfaction.help_fading**8
    trust, helped = add_up(residents, recent, sums)
    everybody = len(residents.trust)
    return {
        **{
            name: whole / everybody for name, whole in zip(SATISFACTION, sums.tolist(), strict=True)
        },
        "trust": trust / everybody,
        "helped_recently": helped / everybody,
    }
