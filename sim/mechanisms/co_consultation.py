"""Co-consultation on community affairs (M1): asking before, during and after.

Path: rounds of asking find needs and give residents a voice; whoever speaks and hears nothing
afterwards trusts the committee less. Off: nobody is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import numerics, randomness
from sim.columns import DELIBERATE, Residents
from sim.compiled import rule
from sim.declare import number, switch, whole
from sim.records import outcome
from sim.rules import reach
from sim.rules.participation import has_acted
from sim.steps import each

if TYPE_CHECKING:
    from sim.model import Community

FOLLOW_UP = randomness.decision("co_consultation.follow_up")


class CoConsultation(NamedTuple):
    """Levers of asking."""

    on: bool = switch(True, source="D1", meaning="rounds of asking are held")
    starts: int = whole(
        0,
        unit="week of the programme",
        low=0,
        high=520,
        evidence="assumption",
        source="A22",
        meaning="from when rounds are held",
        lever=True,
    )
    interval: int = whole(
        26,
        unit="weeks",
        low=4,
        high=208,
        evidence="assumption",
        source="D1, T7",
        meaning="from the start of one round to the next; 26 gives the four known rounds in two years",
        lever=True,
    )
    length: int = whole(
        4,
        unit="weeks",
        low=1,
        high=13,
        evidence="assumption",
        source="D1",
        meaning="that one round lasts",
        lever=True,
    )
    doorstep: float = number(
        0.08,
        unit="chance per week",
        low=0,
        high=0.5,
        evidence="assumption",
        source="D1",
        meaning="that a round's household visits and courtyard meetings reach a resident",
        lever=True,
    )
    cover: float = number(
        0.02,
        unit="chance per week",
        low=0,
        high=0.3,
        evidence="assumption",
        source="S2",
        meaning="that a resident with an unknown need names it in a round",
        lever=True,
    )
    follow_up: float = number(
        0.8,
        unit="share",
        low=0,
        high=1,
        evidence="assumption",
        source="D1",
        meaning="of those who spoke who hear afterwards what came of it",
        lever=True,
    )
    disappointment: float = number(
        0.02,
        unit="0-1",
        low=0,
        high=0.2,
        evidence="assumption",
        source="S11",
        meaning="trust lost by whoever spoke and heard nothing",
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
        state = community.state.participation
        state.asking_cover = np.float32(
            state.asking_cover + community.numbers.co_consultation.cover
        )


def publish(community: Community) -> None:
    """Ask residents to speak."""
    if asking(community):
        p = community.numbers.co_consultation
        community.state.participation.offers[DELIBERATE] += 1
        hear_ask(community, DELIBERATE, numerics.millionths(reach.hazard(p.doorstep)))


def learn(community: Community) -> None:
    """Tell those who spoke what came of it, or not."""
    if asking(community):
        hear_back(community)


RECORDS = {
    "asking_rounds": outcome(unit="rounds", meaning="rounds of asking closed", over_time="sum"),
}


def observe(community: Community) -> dict[str, float]:
    """Return 1 in the last week of a round."""
    p = community.numbers.co_consultation
    last = community.programme_week % int(p.interval) == int(p.interval) - 1
    on = community.active("co_consultation")
    return {"asking_rounds": float(on and last)}
