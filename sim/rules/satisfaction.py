"""Satisfaction and trust: what service and waiting do to them (S11).

Residents compare a service with what they expected of it (expectancy-disconfirmation), and their
expectation follows what they get. A good, prompt service raises trust in the committee; waiting
wears satisfaction and trust down. Equation S11 of docs/odd.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    NEED_CLOSED,
    SERVICES,
    NeedRows,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule, step
from sim.engine.declare import number
from sim.engine.numerics import from_millionths
from sim.engine.steps import each
from sim.records import outcome, total
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.model import Community


class Satisfaction(NamedTuple):
    """How strongly service and waiting act on satisfaction, expectation and trust."""

    patience: float = number(6.0, "weeks", 0.5, 26, "literature", "E50", sweep=(1, 8)).means(
        "tau_w: wait over which the perceived quality of a service falls to 37 %",
        "服务感知质量降至 37% 的等待时间 τ_w",
    )
    disconfirmation: float = number(
        0.5, "weight", 0, 1, "literature", "E49", sweep=(0.2, 0.8)
    ).means(
        "w1: weight of expectation, against that of the service itself",
        "期望相对于服务本身的权重 w1",
    )
    learning: float = number(0.1, "weight per experience", 0, 1, "assumption", "E49").means(
        "eta_S: how far one experience moves satisfaction", "一次体验使满意度变动的程度 η_S"
    )
    expectation_learning: float = number(
        0.1, "weight per experience", 0, 1, "assumption", "S11"
    ).means("how far one experience moves expectation", "一次体验使期望变动的程度")
    trust_learning: float = number(
        0.02, "weight per experience", 0, 1, "literature", "E43", sweep=(0.005, 0.05)
    ).means("eta_T: how far one experience moves trust", "一次体验使信任变动的程度 η_T")
    waiting: float = number(0.05, "experiences per week", 0, 1, "assumption", "S11").means(
        "how much a week of waiting weighs against a completed service",
        "等待一周相对于一次完成的服务的分量",
    )
    help_fading: float = number(0.9, "share kept per week", 0, 1, "assumption", "S6").means(
        "of the memory of having been helped", "得到帮助的记忆每周保留的比例"
    )


@rule
def performance(p: Satisfaction, quality: Any, wait: Any) -> Any:
    """A service as perceived, 0 to 1: its quality, discounted by the weeks waited for it.

    > perf = Q · e^{−wait/τ_w},
    """
    return quality * numerics.exp(-numerics.ratio(wait, p.patience))


@rule
def satisfaction_after(
    p: Satisfaction, satisfaction: Any, expectation: Any, perceived: Any, weight: Any
) -> Any:
    """Satisfaction after an experience of this weight; held between 0 and 1.

    > S_d ← S_d + g η_S [ω_1 (perf − E_d) + (1 − ω_1)(perf − S_d)],  held in [0, 1],
    """
    surprise = p.disconfirmation * (perceived - expectation)
    level = (1.0 - p.disconfirmation) * (perceived - satisfaction)
    return min(max(satisfaction + weight * p.learning * (surprise + level), 0.0), 1.0)


@rule
def expectation_after(p: Satisfaction, expectation: Any, perceived: Any, weight: Any) -> Any:
    """Expectation after an experience of this weight.

    > E_d ← E_d + g η_E (perf − E_d),
    """
    return expectation + weight * p.expectation_learning * (perceived - expectation)


@rule
def trust_after(p: Satisfaction, trust: Any, perceived: Any, weight: Any) -> Any:
    """Trust after an experience of this weight.

    > T ← T + g η_T (perf − T).
    """
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
def review_need(r: Residents, need: NeedRows, p: Satisfaction, week: Any) -> None:
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
    rows: Any, count: Any, needs: NeedRows, residents: Residents, p: Satisfaction, week: Any
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
        name: outcome("0-1", "last").means(
            f"mean satisfaction with {service}", f"对{zh(f'SERVICES.{service}')}的平均满意度"
        )
        for name, service in zip(SATISFACTION, SERVICES, strict=True)
    },
    "trust": outcome("0-1", "last").means(
        "mean trust of residents in the committee", "居民对社区党委和居委会的平均信任"
    ),
    "helped_recently": outcome("share of residents", "last").means(
        "share of residents helped within about two months", "近两个月内得到帮助的居民比例"
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
