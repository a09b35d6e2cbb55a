"""What being asked leaves behind: rapport with whoever came in person, and tiredness of asks (S5, S6).

A personal contact leaves a weak tie to the one who came, which fades in half a year and carries later
asks. Every ask that one declines tires for a while, and whoever is tired of asks declines the next one
more readily: above some dose more asking brings fewer acts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.columns import DELIBERATE, EVENT, VOLUNTEER, Residents
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.steps import each
from sim.records import mean, outcome
from sim.rules import reach

if TYPE_CHECKING:
    from sim.model import Community


class Asking(NamedTuple):
    """How long rapport and tiredness last, and what rapport carries."""

    rapport: float = number(0.5, "0-1", 0, 1, "assumption", "E54").means(
        "with whoever came in person, after one contact", "一次上门联系后与联系人建立的熟识程度"
    )
    rapport_half_life: float = number(26.0, "weeks", 1, 104, "assumption", "E54").means(
        "in which rapport halves without another contact", "没有再次联系时熟识程度减半所需的时间"
    )
    passes_on: float = number(0.1, "chance per week", 0, 1, "assumption", "E54").means(
        "that whoever came passes an offer on, at full rapport",
        "熟识程度最高时，联系人每周转告一项邀请的概率",
    )
    kept: float = number(0.9, "share per week", 0, 0.99, "assumption", "S6, E41").means(
        "of tiredness of asks that is left a week later", "一周后仍保留的对邀请的厌烦比例"
    )


@rule
def rapport_after(p: Asking, before: Any, contacted: Any) -> Any:
    """Rapport a week later: it fades, and a contact makes it at least what one contact makes.

    > ϱ ← max(ϱ · 2^{−1/h}, ϱ_1 · 1[contacted]),
    """
    faded = before * (1.0 - numerics.lost_per_step(p.rapport_half_life))
    return max(faded, p.rapport) if contacted else faded


@rule
def passed_on(p: Asking, rapport: Any) -> Any:
    """Hazard of being told of an offer by whoever came."""
    return reach.hazard(min(p.passes_on * rapport, 0.99))


@rule
def declined(asked: Any, willing: Any) -> Any:
    """How many of the week's asks were declined; a hazard seen in the street is no ask."""
    refused = asked & ~willing
    return (refused >> EVENT & 1) + (refused >> VOLUNTEER & 1) + (refused >> DELIBERATE & 1)


@rule
def tired_after(p: Asking, before: Any, asks_declined: Any) -> Any:
    """Tiredness of asks after a week.

    > ψ ← .9 ψ + asks declined,
    """
    return p.kept * before + asks_declined


@rule
def is_known(rapport: Any) -> Any:
    """Whether there is rapport to speak of with somebody who came in person."""
    return rapport > 0.01


@each(Residents, where="rapport")
def be_told(r: Residents, p: Asking) -> None:
    """Be told of what is on offer by whoever came in person, some time or other (S5)."""
    told = numerics.millionths(passed_on(p, r.rapport))
    r.call[EVENT] += told
    r.call[VOLUNTEER] += told
    r.call[DELIBERATE] += told


@each(Residents)
def remember_asks(r: Residents, p: Asking) -> None:
    """Remember whoever came, for a while, and tire of what one declined (S6)."""
    after = rapport_after(p, r.rapport, r.contacted)
    r.rapport = after if is_known(after) else 0.0
    r.tired = tired_after(p, r.tired, declined(r.asked, r.willing))


def publish(community: Community) -> None:
    """Whoever came in person passes on what is on offer."""
    be_told(community)


def learn(community: Community) -> None:
    """Contacts leave rapport, and asks that were declined tire."""
    remember_asks(community)


@loop
def count_known(residents: Residents) -> Any:
    """Count those who have rapport with somebody who came in person."""
    known = 0
    for i in range(len(residents.rapport)):
        known += int(is_known(residents.rapport[i]))
    return known


RECORDS = {
    "in_touch": outcome("residents", "last", scaled=True).means(
        "who still know somebody who came in person", "仍与上门联系人保持熟识的居民"
    ),
    "tired_of_asks": outcome("asks", "last").means(
        "declined of late by a resident, on average", "居民近期谢绝邀请的平均次数（逐周淡忘）"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return who is in touch, and how tired of asks residents are on average."""
    residents = community.residents
    return {
        "in_touch": float(count_known(residents)),
        "tired_of_asks": mean(residents.tired),
    }
