"""One week, in order, and nothing else: the process overview of the ODD description as code.

Every file of `rules`, `incentives`, `platforms`, `mechanisms` and `inclusion` may take part in a
moment by defining a function of that name. Within a moment files only add - to a resident's
pull, to a queue, to a claim - so their order cannot matter; what is scarce is claimed in one
moment and granted by one function in the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model import Community

MOMENTS = {
    "open_week": "asks and claims of last week are cleared; facilities open; the quarter turns",
    "arise": "needs, hazards and disputes arise",
    "sense": "self-reports, walk-ins, grid visits, snap-reports, asking rounds, patrols find them",
    "triage": "found cases enter the queue; meetings match needs with partners; projects start",
    "escalate": "what stayed unresolved climbs a level",
    "serve": "facility, partner, volunteer and committee hours are spent on the queue; mediation",
    "publish": "tasks, events and asks are published",
    "value": "rewards and honours add to each resident's pull",
    "decide": "residents are reached or not, are free or not, accept or not",
    "act": "slots are granted; patrols, events, deliberation and volunteering happen",
    "reward": "points are issued, redeemed, and lapse",
    "commend": "once a quarter, honours are given",
    "learn": "motivation, habit, fatigue, expectations change; some leave the register",
    "bond": "ties, satisfaction and trust change",
    "renew": "partners weigh their commitment, stock the shop, join and leave",
    "settle": "the fund receives and pays; next week's optional spending is set",
    "reflect": "once a quarter the committee looks at its records and may change levers",
}
"""The moments of a week in order, each with what happens in it."""


def tick(community: Community) -> None:
    """Advance a community by one week."""
    acting = community.acting()
    for moment in MOMENTS:
        for part in acting[moment]:
            part(community)
    community.record()
    community.week += 1
