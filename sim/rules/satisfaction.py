"""Satisfaction and trust: what service and waiting do to them (S11).

Residents compare a service with what they expected of it (expectancy-disconfirmation), and their
expectation follows what they get. A good, prompt service raises trust in the committee; waiting
wears satisfaction and trust down. Equation S11 of docs/odd.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import numerics
from sim.columns import NEED_CLOSED, SERVICES
from sim.compiled import loop, rule
from sim.declare import number
from sim.numerics import from_millionths
from sim.records import outcome, total

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
def performance(p: Any, quality: Any, wait: Any) -> Any:
    """A service as perceived, 0 to 1: its quality, discounted by the weeks waited for it."""
    return quality * numerics.exp(-numerics.ratio(wait, p.patience))


@rule
def satisfaction_after(
    p: Any, satisfaction: Any, expectation: Any, perceived: Any, weight: Any
) -> Any:
    """Satisfaction after an experience of this weight; held between 0 and 1."""
    surprise = p.disconfirmation * (perceived - expectation)
    level = (1.0 - p.disconfirmation) * (perceived - satisfaction)
    return min(max(satisfaction + weight * p.learning * (surprise + level), 0.0), 1.0)


@rule
def expectation_after(p: Any, expectation: Any, perceived: Any, weight: Any) -> Any:
    """Expectation after an experience of this weight."""
    return expectation + weight * p.expectation_learning * (perceived - expectation)


@rule
def trust_after(p: Any, trust: Any, perceived: Any, weight: Any) -> Any:
    """Trust after an experience of this weight."""
    return trust + weight * p.trust_learning * (perceived - trust)


@rule
def nudged(trust: Any, nudge: Any) -> Any:
    """Trust after what mechanisms added, in millionths; held between 0 and 1."""
    return min(max(trust + from_millionths(nudge), 0.0), 1.0)


@rule
def faded(p: Any, memory: Any) -> Any:
    """Memory of having been helped, one week on."""
    return memory * p.help_fading


@loop
def experience(residents: Any, row: Any, service: Any, p: Any, perceived: Any, weight: Any) -> None:
    """Let an experience of this weight move a resident's satisfaction and expectation."""
    expectation = residents.expectation[service, row]
    residents.satisfaction[service, row] = satisfaction_after(
        p, residents.satisfaction[service, row], expectation, perceived, weight
    )
    residents.expectation[service, row] = expectation_after(p, expectation, perceived, weight)


@loop
def meet(residents: Any, row: Any, service: Any, p: Any, perceived: Any) -> None:
    """Let a resident meet a service: satisfaction and expectation move."""
    experience(residents, row, service, p, perceived, np.float32(1.0))


@loop
def settle_nudges(residents: Any, p: Any) -> None:
    """Apply what mechanisms added to trust; let the memory of help fade."""
    for row in range(len(residents.trust)):
        residents.trust[row] = nudged(residents.trust[row], residents.trust_nudge[row])
        residents.help_recent[row] = faded(p, residents.help_recent[row])


@loop
def review(rows: Any, count: Any, needs: Any, residents: Any, p: Any, week: Any) -> None:
    """Let owners of needs experience what became of them this week.

    A completed service is perceived by its quality and the wait; an open need as what is expected,
    discounted by the wait.
    """
    for k in range(count):
        row = rows[k]
        owner = int(needs.owner[row])
        domain = int(needs.domain[row])
        wait = np.float32(week - int(needs.born[row]))
        if needs.stage[row] == NEED_CLOSED:
            perceived = performance(p, needs.quality[row], wait)
            weight = np.float32(1.0)
            residents.help_recent[owner] = 1.0
        else:
            perceived = performance(p, residents.expectation[domain, owner], wait)
            weight = p.waiting
        experience(residents, owner, domain, p, perceived, weight)
        residents.trust[owner] = trust_after(p, residents.trust[owner], perceived, weight)


@loop
def look_back(
    residents: Any,
    needs: Any,
    queue: Any,
    queue_count: Any,
    unfound: Any,
    unfound_count: Any,
    p: Any,
    week: Any,
) -> None:
    """Apply what mechanisms added to trust; then let owners review found needs, and unfound ones."""
    settle_nudges(residents, p)
    review(queue, queue_count, needs, residents, p, week)
    review(unfound, unfound_count, needs, residents, p, week)


def bond(community: Community) -> None:
    """Let service, waiting and what mechanisms added change satisfaction and trust."""
    found, unfound = community.state.service, community.state.needs
    look_back(
        community.residents,
        community.needs.rows,
        found.queue,
        found.queue_count,
        unfound.unfound,
        unfound.unfound_count,
        community.numbers.satisfaction,
        community.week,
    )


@loop
def add_up(residents: Any, recent: Any, satisfaction: Any) -> Any:
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
