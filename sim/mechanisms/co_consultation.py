"""Co-consultation on community affairs (M1): asking before, during and after.

Path: rounds of asking find needs and give residents a voice. Whoever speaks names the service that one
is least satisfied with, the property company included, which hears of it; what else is named sways
where the staff's hours go until the next round; and as that opens, whoever spoke sees whether the own
issue was dealt with, and trusts the committee more, or less. Who speaks decides: a voice that is one-sided makes an agenda that is. Off: nobody is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import DELIBERATE, DOMAINS, PROPERTY, Residents
from sim.engine import numerics, randomness
from sim.engine.compiled import rule
from sim.engine.declare import number, start, switch, whole
from sim.engine.steps import each
from sim.records import outcome
from sim.rules import reach
from sim.rules.participation import has_acted

if TYPE_CHECKING:
    from sim.model import Community

DOMAIN_COUNT = len(DOMAINS)
FOLLOW_UP = randomness.decision("co_consultation.follow_up")


class CoConsultation(NamedTuple):
    """Levers of asking."""

    on: bool = switch(True, source="D1").means("rounds of asking are held", "开展民意征询轮次")
    starts: int = start("A22").means("from when rounds are held", "事务共商从项目第几周开始")
    interval: int = whole(26, "weeks", 4, 208, "assumption", "D1, T7", lever=True).means(
        "from the start of one round to the next; 26 gives the four known rounds in two years",
        "两轮征询开始之间的间隔（26 周即两年四轮）",
    )
    length: int = whole(4, "weeks", 1, 13, "assumption", "D1", lever=True).means(
        "that one round lasts", "一轮征询持续的时间"
    )
    doorstep: float = number(0.08, "chance per week", 0, 0.5, "assumption", "D1", lever=True).means(
        "that a round's household visits and courtyard meetings reach a resident",
        "一轮中入户与坝坝会每周触达一位居民的概率",
    )
    cover: float = number(0.02, "chance per week", 0, 0.3, "assumption", "S2", lever=True).means(
        "that a resident with an unknown need names it in a round",
        "有未知需求的居民每周在征询中说出的概率",
    )
    follow_up: float = number(0.8, "share", 0, 1, "assumption", "D1", lever=True).means(
        "of those who spoke who hear afterwards what came of it", "发言者中事后得到反馈的比例"
    )
    sway: float = number(0.5, "share", 0, 1, "assumption", "D1", lever=True).means(
        "of the hours of the committee's staff that goes to what was named in the last round, as it was named",
        "居委会工时中按上一轮所提事项分配的比例",
    )
    answered: float = number(0.03, "trust", 0, 0.3, "assumption", "E45, E50").means(
        "won with whoever hears that the issue named was dealt with by the next round",
        "发言者得知所提事项在下一轮前得到处理后增加的信任",
    )
    unanswered: float = number(0.03, "trust", 0, 0.3, "assumption", "E41, S11").means(
        "lost with whoever sees the issue named not dealt with, or hears nothing",
        "所提事项未得到处理或无回音时发言者失去的信任",
    )
    margin: float = number(0.02, "0-1", 0, 0.5, "assumption", "E49").means(
        "by which satisfaction must have risen for an issue to count as dealt with",
        "满意度须提高多少才算事项得到处理",
    )


@dataclass
class State:
    """What residents who took stock this week found of the issue that they had named.

    Attributes:
        answered, unanswered: how many found it dealt with, and how many not.
    """

    answered: int = 0
    unanswered: int = 0


def begin(community: Community) -> State:
    """Return the state before the first round: nobody has named anything."""
    return State()


def asking(community: Community) -> bool:
    """Return whether a round is being held this week.

    A round opens in the last weeks of every interval, so that the first falls into the first one.
    """
    p = community.numbers.co_consultation
    return bool(community.programme_week % int(p.interval) >= int(p.interval) - int(p.length))


def first_week(community: Community) -> bool:
    """Return whether a round opens this week."""
    p = community.numbers.co_consultation
    return bool(community.programme_week % int(p.interval) == int(p.interval) - int(p.length))


@rule
def worse(satisfaction: Any, so_far: Any) -> Any:
    """Whether one is less satisfied with a service than with the worst so far; the first of equals."""
    return satisfaction < so_far


@rule
def dealt_with(p: CoConsultation, before: Any, now: Any) -> Any:
    """Whether the issue that a resident named was dealt with, as the resident feels it."""
    return now >= before + p.margin


@rule
def answer(p: CoConsultation, heard_back: Any, dealt: Any) -> Any:
    """What trust gains, or loses, with somebody who named an issue.

    > T ← T + (answered if the issue was dealt with and one hears of it, else −unanswered),
    """
    return p.answered if heard_back & dealt else -p.unanswered


@each(Residents)
def hear_ask(r: Residents, mode: Any, hazard: Any) -> None:
    """Be within reach of an ask: at the door, on a poster, at the counter (S5)."""
    r.call[mode] += hazard


@each(Residents, where="acted")
def speak(r: Residents) -> None:
    """Name the service that one is least satisfied with, or the company, in a round of asking (S11)."""
    if has_acted(r, DELIBERATE):
        worst = 0
        for domain in range(DOMAIN_COUNT):
            if worse(r.satisfaction[domain], r.satisfaction[worst]):
                worst = domain
        if worse(r.satisfaction[PROPERTY], r.satisfaction[worst]):
            worst = PROPERTY
        r.voiced = worst + 1
        r.voiced_level = r.satisfaction[worst]


@each(Residents, where="voiced")
def take_stock(r: Residents, p: CoConsultation, now: Community) -> Any:
    """See what became of the issue that one named in the last round; return 1 where it was dealt with."""
    domain = r.voiced - 1
    heard_back = randomness.draw(now.seed, FOLLOW_UP, now.week, r.row) < p.follow_up
    dealt = dealt_with(p, r.voiced_level, r.satisfaction[domain])
    r.trust_nudge += numerics.millionths(answer(p, heard_back, dealt))
    r.voiced = 0
    return heard_back & dealt


def arise(community: Community) -> None:
    """Open the round, before needs are sensed."""
    if asking(community):
        community.offers.asking += community.numbers.co_consultation.cover


def publish(community: Community) -> None:
    """Ask residents to speak."""
    if asking(community):
        p = community.numbers.co_consultation
        community.offers.published[DELIBERATE] += 1
        hear_ask(community, DELIBERATE, numerics.millionths(reach.hazard(p.doorstep)))


def learn(community: Community) -> None:
    """Who spoke in the last round sees what came of it; who speaks in this one is written down."""
    state, voiced = community.state.co_consultation, community.residents.voiced
    state.answered = state.unanswered = 0
    if not asking(community):
        return
    if first_week(community):
        named = int(np.count_nonzero(voiced))
        state.answered = int(take_stock(community))
        state.unanswered = named - state.answered
    speak(community)
    voices = np.bincount(voiced[voiced > 0] - 1, minlength=PROPERTY + 1)
    community.agenda.settle(voices[:DOMAIN_COUNT], community.numbers.co_consultation.sway)


RECORDS = {
    "issues_answered": outcome("residents", "sum", scaled=True).means(
        "who see, as a round opens, that what they named in the last one was dealt with",
        "新一轮开始时认为上一轮所提事项得到处理的居民",
    ),
    "issues_unanswered": outcome("residents", "sum", scaled=True).means(
        "who see, as a round opens, that what they named in the last one was not dealt with, or hear nothing",
        "新一轮开始时认为上一轮所提事项未得到处理或无回音的居民",
    ),
    "asking_rounds": outcome("rounds", "sum").means("rounds of asking closed", "完成的征询轮次"),
}


def observe(community: Community) -> dict[str, float]:
    """Return 1 in the last week of a round."""
    p = community.numbers.co_consultation
    last = community.programme_week % int(p.interval) == int(p.interval) - 1
    on = community.active("co_consultation")
    state: State = community.state.co_consultation
    return {
        "issues_answered": float(state.answered),
        "issues_unanswered": float(state.unanswered),
        "asking_rounds": float(on and last),
    }
