"""Satisfaction and trust: what service and waiting do to them (S11).

Residents compare a service with what they expected of it (expectancy-disconfirmation), and their
expectation follows what they get. A good, prompt service raises trust in the committee; waiting
wears satisfaction and trust down. Equation S11 of docs/odd.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    CULTURE,
    EVENT,
    HEARD_OF,
    NEED_CLOSED,
    SERVICES,
    EventRows,
    NeedRows,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule, step
from sim.engine.declare import number
from sim.engine.numerics import from_millionths
from sim.engine.rows import marked_rows
from sim.engine.steps import each
from sim.engine.tables import All
from sim.records import outcome, share, total
from sim.rules import provision
from sim.rules.participation import has_acted
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.model import Community

SERVICE_COUNT = len(SERVICES)
SERVICES_IN_ALL = np.float32(SERVICE_COUNT)


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
    hearsay: float = number(0.5, "ratio", 0, 1, "assumption", "S11, E8").means(
        "weight of what a tie of full strength felt against an experience of one's own",
        "最强联系的体验相对于本人体验的分量",
    )
    availability: float = number(0.5, "experiences per week", 0, 2, "assumption", "S11").means(
        "how much seeing for a week what is to be had weighs, with those who know of the service, against an experience of one's own",
        "知情者一周内看到服务可得性相对于一次本人体验的分量",
    )
    start: float = number(1.0, "ratio", 0, 5, "assumption", "S11").means(
        "satisfaction before the first week, relative to what is to be had",
        "第一周之前的满意度与服务可得性之比",
    )
    expected: float = number(0.0, "0-1", -0.5, 0.5, "assumption", "E49").means(
        "what residents expect of a service before the first week, above what they are used to",
        "第一周之前居民的期望高出其习惯水平的程度",
    )
    standing: float = number(0.5, "experiences per week", 0, 2, "literature", "E43, E49").means(
        "how much a week of living with all services weighs for trust, against an experience of one's own",
        "一周内对各项服务的总体感受对信任的影响相对于一次本人体验的分量",
    )
    trust_start: float = number(0.0, "0-1", -0.5, 0.5, "assumption", "S11").means(
        "trust before the first week, above or below what services and disposition make it",
        "第一周之前的信任高于或低于由服务与信任倾向所决定的水平",
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

    > T ← T + g η_T (perf − T),  held in [0, 1].
    """
    return min(max(trust + weight * p.trust_learning * (perceived - trust), 0.0), 1.0)


@rule
def own_level(satisfaction: Any, trusting: Any) -> Any:
    """Trust that belongs to somebody this satisfied, of this disposition; held between 0 and 1.

    > T*_i = S̄_i + τ_i − .5,  S̄ the mean over services, τ the disposition to trust,
    """
    return min(max(numerics.ratio(satisfaction, SERVICES_IN_ALL) + trusting - 0.5, 0.0), 1.0)


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


@rule
def seen(p: Satisfaction, aware: Any) -> Any:
    """Weight of seeing for a week what is to be had of a service that is known this well.

    > g_av = η_av · aware_d,  and what is seen is J_d,
    """
    return p.availability * aware


@rule
def told(p: Satisfaction, tie: Any) -> Any:
    """Weight of what a tie of this strength felt, against an experience of one's own.

    > g_tie = η_tie · w_ij,  and what is felt is x_j, once for each experience of a tie,
    """
    return p.hearsay * tie


@rule
def usual(p: Satisfaction, there: Any) -> Any:
    """Satisfaction with a service before the first week."""
    return min(p.start * there, 1.0)


@rule
def expected_at_first(p: Satisfaction, satisfaction: Any) -> Any:
    """What is expected of a service before the first week: what one is used to, or more, or less."""
    return min(max(satisfaction + p.expected, 0.0), 1.0)


@each(Residents)
def be_used_to(r: Residents, p: Satisfaction, provided: provision.State) -> None:
    """Before the first week be as satisfied as what is to be had suggests, expect that, and trust (S11)."""
    satisfied = 0.0
    for service in range(SERVICE_COUNT):
        r.satisfaction[service] = usual(p, provided.there[service, r.micro_grid])
        r.expectation[service] = expected_at_first(p, r.satisfaction[service])
        satisfied += r.satisfaction[service]
    r.trust = nudged(own_level(satisfied, r.trusting) + p.trust_start, 0)


@each(Residents)
def see_what_is_there(r: Residents, p: Satisfaction, provided: provision.State) -> None:
    """Let what is to be had move satisfaction and expectation, as far as one knows of it (S11).

    Trust follows how satisfied one is with all services together.
    """
    satisfied = 0.0
    for service in range(SERVICE_COUNT):
        there = provided.there[service, r.micro_grid]
        experience_service(r, p, service, there, seen(p, r.aware[service]))
        satisfied += r.satisfaction[service]
    r.trust = trust_after(p, r.trust, own_level(satisfied, r.trusting), p.standing)


@each(Residents)
def settle_trust(r: Residents, p: Satisfaction) -> None:
    """Let what mechanisms added change trust, and the memory of help fade (S11)."""
    r.trust = nudged(r.trust, r.trust_nudge)
    r.help_recent = faded(p, r.help_recent)


@step
def review_need(r: Residents, need: NeedRows, p: Satisfaction, week: Any) -> None:
    """Experience what became of one's need this week (S11).

    A completed service is perceived by its quality and the wait; an open request as what is expected,
    discounted by the wait. The wait counts from the request: what nobody asked for no service answers.
    """
    wait = np.float32(week - int(need.found))
    domain = int(need.domain)
    weight: Any = p.waiting
    if need.stage == NEED_CLOSED:
        perceived = performance(p, need.quality, wait)
        weight = np.float32(1.0)
        r.help_recent = 1.0
        r.used |= np.uint8(1) << need.domain
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


@loop
def tell_of_service(
    rows: Any, count: Any, needs: NeedRows, residents: Residents, p: Satisfaction, week: Any
) -> None:
    """Let those who were served this week tell their ties how it was.

    What a tie is told counts as a part of an experience of one's own.
    """
    satisfaction, expectation = residents.satisfaction, residents.expectation
    trust = residents.trust
    for k in range(count):
        row = rows[k]
        if needs.stage[row] != NEED_CLOSED or needs.closed[row] != week:
            continue
        owner = int(needs.owner[row])
        wait = np.float32(week - int(needs.found[row]))
        perceived = performance(p, needs.quality[row], wait)
        domain = int(needs.domain[row])
        for slot in range(residents.degree[owner]):
            weight = told(p, residents.tie[owner, slot])
            j = int(residents.neighbour[owner, slot])
            before, expected = satisfaction[domain, j], expectation[domain, j]
            satisfaction[domain, j] = satisfaction_after(p, before, expected, perceived, weight)
            expectation[domain, j] = expectation_after(p, expected, perceived, weight)
            trust[j] = trust_after(p, trust[j], perceived, weight)


@each(Residents, where="acted")
def enjoy_event(r: Residents, held: All[EventRows], p: Satisfaction) -> None:
    """Be satisfied, or not, with the community's culture after an event (S11)."""
    if has_acted(r, EVENT):
        experience_service(r, p, CULTURE, held.quality[r.event], np.float32(1.0))
        r.used |= np.uint8(1) << np.uint8(CULTURE)


@loop
def tell_of_event(residents: Residents, held: EventRows, p: Satisfaction) -> None:
    """Let attendees tell their ties how the event was."""
    satisfaction, expectation = residents.satisfaction[CULTURE], residents.expectation[CULTURE]
    trust = residents.trust
    for i in marked_rows(residents.acted):
        if residents.acted[i] & (1 << EVENT) == 0:
            continue
        perceived = held.quality[residents.event[i]]
        for slot in range(residents.degree[i]):
            weight = told(p, residents.tie[i, slot])
            j = int(residents.neighbour[i, slot])
            before, expected = satisfaction[j], expectation[j]
            satisfaction[j] = satisfaction_after(p, before, expected, perceived, weight)
            expectation[j] = expectation_after(p, expected, perceived, weight)
            trust[j] = trust_after(p, trust[j], perceived, weight)


def begin(community: Community) -> None:
    """Let everybody be used to what is to be had before the first week."""
    be_used_to(community)


def learn(community: Community) -> None:
    """Users and attendees tell their ties how it was."""
    residents, p = community.residents, community.numbers.satisfaction
    served = community.state.service
    tell_of_service(
        served.queue, served.queue_count, community.needs.rows, residents, p, community.week
    )
    if community.state.events.held:
        tell_of_event(residents, community.events.rows, p)


def bond(community: Community) -> None:
    """Let service, events, waiting, what is there and what mechanisms added change satisfaction and trust."""
    settle_trust(community)
    see_what_is_there(community)
    residents, needs = community.residents, community.needs.rows
    p, week = community.numbers.satisfaction, community.week
    found = community.state.service
    review(found.queue, found.queue_count, needs, residents, p, week)
    if community.state.events.held:
        enjoy_event(community)


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
KNOWN_TO = {
    "users": "who used it since launch",
    "aware": "who know of it and never used it",
    "rest": "who neither used it nor know of it",
}
KNOWN_TO_ZH = {"users": "启动以来用过者", "aware": "知晓但未用过者", "rest": "既未用过也不知晓者"}
BY_KNOWLEDGE = tuple(
    f"satisfaction_{service}_{knowing}" for service in HEARD_OF for knowing in KNOWN_TO
)
HALF = np.float32(0.5)

RECORDS = {
    **{
        name: outcome("0-1", "last").means(
            f"mean satisfaction with {service}", f"对{zh(f'SERVICES.{service}')}的平均满意度"
        )
        for name, service in zip(SATISFACTION, SERVICES, strict=True)
    },
    **{
        f"satisfaction_{service}_{knowing}": outcome("0-1", "last").means(
            f"mean satisfaction with {service} of those {words}",
            f"{KNOWN_TO_ZH[knowing]}对{zh(f'SERVICES.{service}')}的平均满意度",
        )
        for service in HEARD_OF
        for knowing, words in KNOWN_TO.items()
    },
    "trust": outcome("0-1", "last").means(
        "mean trust of residents in the committee", "居民对社区党委和居委会的平均信任"
    ),
    "helped_recently": outcome("share of residents", "last").means(
        "share of residents helped within about two months", "近两个月内得到帮助的居民比例"
    ),
}


def by_knowledge(residents: Residents, sums: Any) -> list[float]:
    """Return mean satisfaction by service, of users, of those who know of it, and of the others.

    `sums` are those over all residents.
    """
    means, everybody = [], len(residents.used)
    for service in range(len(HEARD_OF)):
        used = (residents.used >> np.uint8(service) & 1).astype(np.bool_)
        aware = ~used & (residents.aware[service] >= HALF)
        users, knowing = (int(np.count_nonzero(who)) for who in (used, aware))
        felt = [float(total(residents.satisfaction[service] * who)) for who in (used, aware)]
        others = everybody - users - knowing
        means += [
            share(felt[0], users),
            share(felt[1], knowing),
            share(float(sums[service]) - felt[0] - felt[1], others),
        ]
    return means


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
        **dict(zip(BY_KNOWLEDGE, by_knowledge(residents, sums), strict=True)),
        "trust": trust / everybody,
        "helped_recently": helped / everybody,
    }
