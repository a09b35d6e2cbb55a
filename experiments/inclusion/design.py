"""What is run: five parts, every arm in every world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from sim.probes.groups import FORMS, NEEDY, PARTITIONS, SEEN, SHARED
from sim.scenario import load
from sim.study.design import worlds
from sim.study.factors import factor
from sim.study.plan import Arm, Plan, arm, crossed
from sim.study.precision import Plans, until_precise
from sim.study.subject import CommunitySubject

from .measure import YEARS, effects
from .question import NAME

OUTCOMES: tuple[str, ...] = (
    *(f"taking_part_{form}_{group}" for form in FORMS for group in SEEN),
    *(f"representation_{form}_{group}" for form in FORMS for group in SEEN[1:]),
    *(f"gap_{partition}_{form}" for partition in PARTITIONS for form in SHARED),
    *(f"acts_taken_{group}" for group in SEEN),
    *(f"hours_given_{group}" for group in SEEN),
    *(
        f"needs_{what}_{group}"
        for what in ("born", "known_share", "served_share", "unknown", "unknown_share")
        for group in NEEDY
    ),
    "contacts",
    "fund_spending",
    *(
        f"fund_spending_{group}"
        for group in ("goods", "honours", "events", "outreach", "staff", "services", "training")
    ),
    "funding",
)

WEEKS = 52 * YEARS
GRANT = 700_000.0
"""Yuan per year for every arm: no real fund has so much; with it no arm is cut."""

ENVELOPE = 1200.0
"""Yuan a week that the levers of an arm share."""

DECLARED_COST = 600.0
"""Yuan a week that the offline channel and flexible tasks cost at their declared strength."""

CONTACT_COST, EVENT_COST = 20.0, 300.0
EVENTS = "mechanisms.co_culture.events_per_week"
CONTACTS = 400.0
"""Contacts a week of the part `outreach`."""

KINDS = ("random", "inactive", "offline", "elderly", "migrant", "active")
DOSES = (0.5, 1.0, 1.5, 2.0)
ASKED = {
    "elderly": ("population.asks_elderly",),
    "migrant": ("population.asks_migrant",),
    "both": ("population.asks_elderly", "population.asks_migrant"),
}
"""Numbers that dose the asks to each group, and to both."""

OFFSETS = (0.0, -0.25, -0.5, -0.7)

CHANCE = "inclusion.offline_channel.chance"
RECOVERED = "inclusion.flexible_tasks.recovered"
FLEXIBLE = tuple(
    f"inclusion.flexible_tasks.{name}" for name in ("to_evening", "to_weekend", "short")
)
NEIGHBOUR = "rules.reach.neighbour"
CALLS = ("platforms.party_vanguard.branch_call", "platforms.party_vanguard.event_call")

UNKNOWNS: tuple[tuple[Any, ...], ...] = (
    ("population.online_elderly",),
    ("population.elderly",),
    ("population.migrant",),
    ("rules.availability.chores", 8.0, 30.0),
    ("rules.availability.irregular", 0.05, 0.5),
    ("rules.availability.irregular_migrant", 0.5, 5.0),
    ("population.mean_degree", 6.0, 12.0),
    ("population.homophily",),
    ("population.newcomer_ties",),
    ("population.propensity_sd", 1.0, 2.2),
    ("rules.reach.digital",),
    (NEIGHBOUR,),
    ("rules.reach.open_call", 0.0, 0.05),
    (CALLS[0],),
    (CALLS[1],),
    ("rules.participation.distance",),
    ("rules.participation.norm",),
    ("rules.participation.trust",),
    ("rules.motivation.habit_gain",),
    ("rules.needs.level",),
    ("rules.needs.trust_effect",),
    (CHANCE,),
    (RECOVERED, 0.15, 0.45),
    ("inclusion.outreach.chance", 0.3, 0.9),
)
"""What worlds differ in. Ranges are those declared, where none is given; the given ones are the
ranges that the declaration's text calls swept, or half to one and a half of the default."""

WORLDS = {"quick": 8, "full": 32}
MOST_WORLDS = 256
WORLD_SEED = 3

type World = Mapping[str, Any]


def lever_changes(world: World, levers: Sequence[str], envelope: float) -> dict[str, Any]:
    """Return the changes that switch levers on which share an envelope (yuan a week) equally.

    A lever's hazard, the offers it moves or cuts short, and its contacts go with its money.
    """
    usual = load("fengshu")
    money = envelope / max(len(levers), 1)
    strength = money / DECLARED_COST
    changes: dict[str, Any] = {f"inclusion.{LEVERS[lever]}.on": True for lever in levers}
    if "offline" in levers:
        changes[CHANCE] = 1 - (1 - world[CHANCE]) ** strength
        changes["inclusion.offline_channel.weekly_cost"] = money
    if "flexible" in levers:
        changes |= {path: usual.value(path) * strength for path in FLEXIBLE}
        changes["inclusion.flexible_tasks.weekly_cost"] = money
    if "outreach" in levers:
        changes["inclusion.outreach.contacts"] = money / CONTACT_COST
    return changes


LEVERS = {"offline": "offline_channel", "flexible": "flexible_tasks", "outreach": "outreach"}
NONE = arm("none", lever="none")


def lever_arms(world: World) -> list[Arm]:
    """Return the eight combinations of the levers, and the events that the money also buys."""
    usual = load("fengshu").value(EVENTS)
    more = {EVENTS: usual + ENVELOPE / EVENT_COST}
    arms = [NONE, arm("events", more, lever="events")]
    for chosen in product((False, True), repeat=len(LEVERS)):
        levers = [lever for lever, on in zip(LEVERS, chosen, strict=True) if on]
        if levers:
            label = " + ".join(levers)
            arms.append(arm(label, lever_changes(world, levers, ENVELOPE), lever=label))
    return arms


def outreach_arms(world: World) -> list[Arm]:
    """Return outreach of equal size aimed at each kind of resident."""
    return [
        NONE,
        *(
            arm(
                kind,
                {
                    "inclusion.outreach.on": True,
                    "inclusion.outreach.contacts": CONTACTS,
                    "inclusion.outreach.target": kind,
                },
                lever=kind,
            )
            for kind in KINDS
        ),
    ]


def tie_arms(world: World) -> list[Arm]:
    """Return asks along Party ties, along neighbours' ties, and along both, doubled."""
    party = {path: 2 * world[path] for path in CALLS}
    neighbours = {NEIGHBOUR: 2 * world[NEIGHBOUR]}
    return [
        NONE,
        arm("party", party, lever="party"),
        arm("neighbours", neighbours, lever="neighbours"),
        arm("both", party | neighbours, lever="both"),
    ]


def dose_arms(world: World) -> list[Arm]:
    """Return the doses of asks to the elderly, to migrants and to both."""
    return [
        replace(NONE, tags=(*NONE.tags, ("asked", "nobody"), ("dose", 1.0))),
        *(
            arm(
                f"{asked} x {dose:g}",
                dict.fromkeys(ASKED[asked], dose),
                lever="dose",
                asked=asked,
                dose=dose,
            )
            for asked in ASKED
            for dose in DOSES
            if dose != 1
        ),
    ]


def offset_arms(world: World) -> list[Arm]:
    """Return offsets of both groups, without levers and with all three as they are declared."""
    everything: dict[str, Any] = {f"inclusion.{lever}.on": True for lever in LEVERS.values()}
    arms = []
    for offset, levers in product(OFFSETS, (False, True)):
        changes: dict[str, Any] = {}
        if offset:
            changes |= {f"population.offset_{group}": offset for group in ("elderly", "migrant")}
        if levers:
            changes |= everything
        label = f"{'all' if levers else 'none'} at {offset:g}" if changes else "none"
        arms.append(arm(label, changes, lever="all" if levers else "none", offset=offset))
    return arms


PARTS: dict[str, Callable[[World], list[Arm]]] = {
    "levers": lever_arms,
    "outreach": outreach_arms,
    "ties": tie_arms,
    "doses": dose_arms,
    "offsets": offset_arms,
}


def in_worlds(arms_of: Callable[[World], list[Arm]], drawn: Sequence[World]) -> tuple[Arm, ...]:
    """Cross arms with worlds, where an arm's changes may depend on the world."""
    return tuple(
        replace(one, block=number, tags=tuple({**dict(one.tags), "world": number}.items()))
        for number, world in enumerate(drawn)
        for one in crossed(arms_of(world), [world])
    )


def subject(scale: str) -> CommunitySubject:
    """Return the community that an experiment of this scale runs."""
    base = load("fengshu").with_overrides(
        {
            "incentives.fund.grant": GRANT,
            "inclusion.outreach.contact_cost": CONTACT_COST,
            "mechanisms.co_culture.event_cost": EVENT_COST,
            **({"population.scale": 0.1} if scale == "quick" else {}),
        }
    )
    return CommunitySubject(base, WEEKS, probe="groups")


def plan(part: str, scale: str, count: int) -> Plan:
    """Return the plan of one part in so many worlds."""
    drawn = worlds([factor(*unknown) for unknown in UNKNOWNS], count, WORLD_SEED)
    return Plan(f"{NAME}-{part}-{scale}", subject(scale), in_worlds(PARTS[part], drawn))


def plans(scale: str, precision: float | None = None) -> Plans:
    """Yield a plan for each part, all in the same worlds.

    Args:
        scale: `quick` or `full`.
        precision: half-width of the interval of the offline channel's effect on the elderly's
            representation that is enough; None for the usual number of worlds.
    """
    frame, _ = yield from until_precise(
        lambda count: plan("levers", scale, count),
        lambda frame: effects(frame, "representation_any_elderly").loc["offline"],
        WORLDS[scale],
        MOST_WORLDS,
        precision,
    )
    count = int(frame["world"].max()) + 1
    for part in list(PARTS)[1:]:
        yield plan(part, scale, count)
