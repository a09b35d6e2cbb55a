"""Co-consultation on community affairs (M1): asking before, during and after.

Path: rounds of asking find needs and give residents a voice; whoever speaks and hears nothing
afterwards trusts the committee less. Off: nobody is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.columns import DELIBERATE, Residents
from sim.engine import numerics, randomness
from sim.engine.compiled import rule
from sim.engine.declare import number, start, switch, whole
from sim.engine.steps import each
from sim.records import outcome
from sim.rules import reach
from sim.rules.participation import has_acted

if TYPE_CHECKING:
    from sim.model import Community

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
    disappointment: float = number(0.02, "0-1", 0, 0.2, "assumption", "S11").means(
        "trust lost by whoever spoke and heard nothing", "发言而无回音者失去的信任"
    )


def asking(community: Community) -> bool:
    """Return whether a round is being held this week.

    A round opens in the last weeks of every interval, so that the first falls into the first one.
    """
    p = community.numbers.co_consultation
    return bool(community.programme_week % int(p.interval) >= int(p.interval) - int(p.length))


@rule
def loss(p: CoConsultation, heard_back: Any) -> Any:
    """Trust that a speaker loses: nothing if there was an answer."""
    return 0.0 if heard_back else p.disappointment


@each(Residents)
def hear_ask(r: Residents, mode: Any, hazard: Any) -> None:
    """Be within reach of an ask: at the door, on a poster, at the counter (S5)."""
    r.call[mode] += hazard


@each(Residents, where="acted")
def hear_back(r: Residents, p: CoConsultation, now: Community) -> None:
    """Hear, or not, what came of having spoken in a round of asking (S11)."""
    if has_acted(r, DELIBERATE):
        heard_back = randomness.draw(now.seed, FOLLOW_UP, now.week, r.row) < p.follow_up
        r.trust_nudge -= numerics.millionths(loss(p, heard_back))


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
    """Tell those who spoke what came of it, or not."""
    if asking(community):
        hear_back(community)


RECORDS = {
    "asking_rounds": outcome("rounds", "sum").means("rounds of asking closed", "完成的征询轮次"),
}


def observe(community: Community) -> dict[str, float]:
    """Return 1 in the last week of a round."""
    p = community.numbers.co_consultation
    last = community.programme_week % int(p.interval) == int(p.interval) - 1
    on = community.active("co_consultation")
    return {"asking_rounds": float(on and last)}
