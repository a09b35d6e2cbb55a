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
    "open_week": (
        "last week's plans, calls and claims are cleared; deliveries, prices and visits are set; "
        "the complex opens in its week; once a quarter mediators are reviewed"
    ),
    "arise": "needs, hazards and disputes arise; a round of asking opens",
    "sense": (
        "needs are reported, brought to the counter, found on visits or in an asking round, or given "
        "up; disputes are brought to mediation or fade; grid workers and patrols come upon hazards"
    ),
    "triage": (
        "each hazard that was come upon is found once, last week's snap-reports included; found needs "
        "enter the queue and are matched; a joint meeting turns unmatched needs into projects"
    ),
    "escalate": (
        "projects go on by a week; what stayed unresolved climbs a level; mediators offer sessions"
    ),
    "serve": (
        "facility, partner, volunteer and committee hours are spent on the queue; mediation is held; "
        "found hazards are put right"
    ),
    "publish": (
        "tasks, events and asks are published and spread, the optional ones as far as the fund pays; "
        "residents may notice hazards"
    ),
    "value": "events get a place and a series; rewards and honours add to each resident's pull",
    "decide": "residents are reached or not, are free or not, accept or not",
    "act": "places are granted by lot, and who acts is noted; mediators are credited",
    "reward": (
        "points are issued, redeemed, and lapse; Party members' sessions serve residents; snap-reports "
        "are handed in"
    ),
    "commend": "once a quarter, honours are given",
    "learn": (
        "motivation, habits, fatigue and what rewards mean change; some leave the register; those who "
        "spoke hear what came of it, or not"
    ),
    "bond": "events, service and waiting change satisfaction and trust; ties fade, and attendees meet",
    "renew": "partners weigh the week, train, leave and join; closed needs leave the queue",
    "settle": (
        "the fund receives grant, donations and what flows back, and pays staff, training, recruiting "
        "and purchases"
    ),
    "reflect": (
        "the fund's books are closed and next week's optional spending is set; once a quarter the "
        "committee looks at its records and may change levers"
    ),
}
"""The moments of a week in order, each with what happens in it.

`docs/reference/week.md` says file by file what happens, and what was seen to change.
"""


def tick(community: Community) -> None:
    """Advance a community by one week."""
    acting = community.acting()
    for moment in MOMENTS:
        for part in acting[moment]:
            part(community)
    community.record()
    community.week += 1
