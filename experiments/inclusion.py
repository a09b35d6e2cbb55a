"""Which levers bring in the elderly and migrants, at what price, and what comes of it for needs?

Question. The account of the case says that the elderly, migrants and people with a low income are
under-represented, and recommends an offline channel, flexible tasks, outreach and leaders. Whom
does each of these levers bring in for the same money? Does it matter whom outreach is aimed at, and
what does asking along the ties that are there do? If more of a group took part, would more of its
needs be known and met? And which gaps can no lever close?

Design. Three years of the practice (156 weeks); the last 52 weeks are looked at. Five parts, each
with the arm `none` (no lever). Every arm is run in *worlds*, draws of 24 unknowns; all arms of a
world share every draw of luck. All arms have the same income, so large that the fund cuts nothing,
and every table shows what the fund paid.

- `levers`: offline channel, flexible tasks and outreach (to the inactive), each on and off. Every
  arm but `none` spends the same 1,200 yuan a week: levers that are on share it equally, and a
  lever's strength (hazard of noticing, time recovered, contacts) goes with its money as it does in
  the model when the fund is short; `events` spends it on more events instead. So there are two
  references: `none`, which keeps the money, and `events`, which spends as much as the levers.
- `outreach`: 400 contacts a week to anybody, the inactive, those offline, the elderly, migrants,
  or (placebo) those already active. So many, because the effect of few drowns in luck.
- `ties`: asks along the ties that are there, at no cost: branches call their members twice as often,
  neighbours pass an ask on twice as readily, or both.
- `doses`: .5, 1, 1.5 and 2 times as many asks reach the elderly, migrants, or both, by fiat.
- `offsets`: residual offsets of 0, -.25, -.5 and -.7 for both groups, without levers and with all
  three levers at their declared strength (3,200 yuan a week).

Measure. Taking part: an act of event, volunteering or deliberation within 13 weeks, mean of the
last 52 weeks; also by mode, and as standing roles (register, mediator; partners are organisations,
so a mediator is the nearest to a partner's role). Representation: share of those who take part over
share of adults. Gap, fixed before the runs: the mean of two parity gaps, 1 - lowest/highest share
that takes part, one over ages (young, middle, elderly) and one over origins (migrant, local). Needs
are those born in the 52 weeks before the last 12, followed for 12 weeks; unknown need is the number
of open needs that nobody has found.

Predictions (written before the runs; sense and criteria of
`docs/explanation/what-the-model-is-for.md`).
H3.1 The offline channel raises the elderly's representation and hardly moves migrants'; flexible
tasks do the reverse. Refuted if cross-effects are as large as own effects. Judged for each lever
alone, any form, against both references, which must agree.
H3.2 Targeted outreach closes more of the gap per yuan than random outreach; asking along Party and
active ties raises totals and widens the gap. Refuted if the gap falls under asking along ties.
H3.3 When more of the elderly and migrants take part, need that nobody knows of falls in their group
by more than volunteer hours rise. Refuted if needs met stay flat. Judged between doses .5 and 2 of
both groups, in shares of the value at dose 1; flat is within one percentage point of needs met.
H3.4 If residual group offsets are zero, the levers can bring representation to .9 or more; if
matching an observed gap takes an offset below -.5, they cannot, and motives rather than access are
the problem. Refuted if levers fail with zero offsets, or succeed below -.5. Judged for each group
and for the one that is further behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from pandas import DataFrame
from scipy.stats import binomtest

from sim import __version__
from sim.probes.groups import FORMS, NEEDY, PARTITIONS, SEEN, SHARED
from sim.scenario import load
from sim.statistics import CONFIDENCE, holm, paired
from sim.study.design import worlds
from sim.study.factors import factor
from sim.study.plan import Arm, Plan, arm, crossed
from sim.study.precision import Plans, bought, until_precise
from sim.study.subject import CommunitySubject
from sim.study.estimates import agreeing, estimated, joint, ordered, row_of, span
from sim.study.verdict import Finding, Prediction, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "inclusion"
TITLE = {
    "en": "Who takes part, and which levers change it?",
    "zh": "谁在参与?哪些举措能改变?",
}

PREDICTIONS = (
    Prediction(
        "H3.1",
        "The offline channel raises the elderly's representation and hardly moves migrants'; flexible tasks do the reverse",
        "cross-effects are as large as own effects",
    ),
    Prediction(
        "H3.2",
        "Targeted outreach closes more of the gap per yuan than random outreach; asking along Party and active ties raises totals and widens the gap",
        "the gap falls under asking along ties",
    ),
    Prediction(
        "H3.3",
        "When more of the elderly and migrants take part, need that nobody knows of falls in their group by more than volunteer hours rise",
        "needs met stay flat",
    ),
    Prediction(
        "H3.4",
        "If residual group offsets are zero, the levers can bring representation to .9 or more; if matching an observed gap takes an offset below -.5, they cannot, and motives rather than access are the problem",
        "levers fail with zero offsets, or succeed below -.5",
    ),
)

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

# --- Design ------------------------------------------------------------------------------------

WEEKS = 156
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
NEIGHBOUR = "rules.reach.neighbour"
CALLS = ("platforms.party_vanguard.branch_call", "platforms.party_vanguard.event_call")

UNKNOWNS: tuple[tuple[Any, ...], ...] = (
    ("population.online_elderly",),
    ("population.elderly",),
    ("population.migrant",),
    ("population.free_retired",),
    ("population.free_working",),
    ("population.free_migrant",),
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

    A lever's hazard, its time recovered and its contacts go with its money.
    """
    money = envelope / max(len(levers), 1)
    strength = money / DECLARED_COST
    changes: dict[str, Any] = {f"inclusion.{LEVERS[lever]}.on": True for lever in levers}
    if "offline" in levers:
        changes[CHANCE] = 1 - (1 - world[CHANCE]) ** strength
        changes["inclusion.offline_channel.weekly_cost"] = money
    if "flexible" in levers:
        changes[RECOVERED] = world[RECOVERED] * strength
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


def achieved(frames: Mapping[str, DataFrame]) -> str:
    """Return what precision the levers' part bought."""
    levers = next(frame for name, frame in frames.items() if name.split("-")[1] == "levers")
    return bought(
        effects(levers, "representation_any_elderly").loc["offline"],
        "of the index",
        "The offline channel's effect on the elderly's representation",
    )


# --- Tables ------------------------------------------------------------------------------------

BROUGHT_IN = ("elderly", "migrant", "low_income", "offline")
"""Groups whose representation is told."""

GAPS = ("gap", "gap_age", "gap_origin")
TARGETED = ("inactive", "offline", "elderly", "migrant")
YEARS = WEEKS / 52
TEN_THOUSAND = 10_000.0


def tables(frames: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """Return what is published: means over worlds with their intervals.

    `paid` is what the fund paid in all, in yuan a year, on average over worlds.
    """
    seen = {name.split("-")[1]: made(frame) for name, frame in frames.items()}
    return {
        "levels": levels(seen["levers"]),
        "levers": lever_effects(seen["levers"]),
        "crossing": own_and_cross(seen["levers"]),
        "outreach": per_money(seen["outreach"]),
        "ties": tie_effects(seen["ties"]),
        "doses": dose_effects(seen["doses"]),
        "offsets": offset_levels(seen["offsets"]),
        "spending": spending(seen),
    }


def made(frame: DataFrame) -> DataFrame:
    """Return the runs that were made, with gaps and yearly spending as their measures have them."""
    done = frame[frame["status"] == "done"].copy()
    done["gap_age"] = done["gap_age_any"]
    done["gap_origin"] = done["gap_origin_any"]
    done["gap"] = (done["gap_age"] + done["gap_origin"]) / 2
    done["paid"] = done["fund_spending"] / YEARS
    done["paid_levers"] = (done["fund_spending_outreach"] + done["fund_spending_events"]) / YEARS
    done["paid_rewards"] = (done["fund_spending_goods"] + done["fund_spending_honours"]) / YEARS
    return done


def by_arm(frame: DataFrame, outcome: str) -> DataFrame:
    """Return an outcome by arm (rows, in the order of the design) and world (columns)."""
    table = frame.pivot(index="arm", columns="world", values=outcome)
    return table.loc[list(dict.fromkeys(frame["arm"]))]


def effects(frame: DataFrame, outcome: str, reference: str = "none") -> DataFrame:
    """Return by arm (rows) and world (columns) an outcome less that of the reference arm."""
    table = by_arm(frame, outcome)
    return table - table.loc[reference]


def share_of_worlds(holds: Any, **where: Any) -> dict[str, Any]:
    """Return a row: the share of worlds in which something holds, with its Wilson interval."""
    count, total = int(np.sum(holds)), len(holds)
    low, high = binomtest(count, total).proportion_ci(CONFIDENCE, "wilson")
    return {
        **where, "estimate": count / total, "low": float(low), "high": float(high),
        "unit": "share of worlds", "n": total,
    }  # fmt: skip


def paid_by_arm(frame: DataFrame) -> dict[str, float]:
    """Return what the fund paid in each arm, in yuan a year."""
    return {str(arm): float(row.mean()) for arm, row in by_arm(frame, "paid").iterrows()}


def levels(frame: DataFrame) -> DataFrame:
    """Return the representation of each group in each form, for each arm of `levers`."""
    paid = paid_by_arm(frame)
    return DataFrame(
        estimated(row, "ratio", arm=arm, form=form, group=group, paid=paid[str(arm)])
        for form in FORMS
        for group in BROUGHT_IN
        for arm, row in by_arm(frame, f"representation_{form}_{group}").iterrows()
    )


def lever_effects(frame: DataFrame) -> DataFrame:
    """Return what each arm of `levers` changes, against `none` and against `events`."""
    paid = paid_by_arm(frame)
    measures = {
        **{
            (f"representation_{form}_{group}", "representation", form, group): "ratio"
            for form in FORMS
            for group in BROUGHT_IN
        },
        **{(gap, gap, "any", "everyone"): "0-1" for gap in GAPS},
        **{
            (f"taking_part_any_{group}", "taking_part", "any", group): "share"
            for group in ("everyone", *BROUGHT_IN)
        },
        ("acts_taken_everyone", "acts", "any", "everyone"): "acts per year",
    }
    return DataFrame(
        estimated(
            row, unit, arm=arm, against=against, measure=measure, form=form, group=group,
            paid=paid[str(arm)],
        )
        for (outcome, measure, form, group), unit in measures.items()
        for against in ("none", "events")
        for arm, row in effects(frame, outcome, against).iterrows()
        if arm not in ("none", against)
    )  # fmt: skip


CROSSING = {"offline": ("elderly", "migrant"), "flexible": ("migrant", "elderly")}
"""Whose representation a lever is to raise, and whose it is to leave alone."""


def own_and_cross(frame: DataFrame) -> DataFrame:
    """Return own and cross effect of two levers alone, and by how much own exceeds cross.

    The cross effect may have either sign. It is smaller than the own one where both `own - cross`
    and `own + cross` are above 0.
    """
    rows = []
    for form in SHARED:
        by_group = {
            against: {
                group: effects(frame, f"representation_{form}_{group}", against)
                for group in ("elderly", "migrant")
            }
            for against in ("none", "events")
        }
        for (lever, (mine, other)), against in product(CROSSING.items(), by_group):
            own = by_group[against][mine].loc[lever]
            cross = by_group[against][other].loc[lever]
            both = np.array([own, cross], np.float64).T
            both = both[np.isfinite(both).all(axis=1)]
            where = {"lever": lever, "against": against, "form": form}
            rows += [
                estimated(own, "ratio", **where, effect="own"),
                estimated(cross, "ratio", **where, effect="cross"),
                estimated(own - cross, "ratio", **where, effect="own - cross"),
                estimated(own + cross, "ratio", **where, effect="own + cross"),
                share_of_worlds(both[:, 0] > abs(both[:, 1]), **where, effect="own larger"),
            ]
    return DataFrame(rows)


def per_money(frame: DataFrame) -> DataFrame:
    """Return what 10,000 yuan of contacts a year change, by kind of outreach.

    Measures of gaps are *closed* gaps, above 0 where the gap falls. `against` is `none`, or
    `random` for the difference from random outreach, with p-values corrected for the five kinds
    (`targeted` is the mean of the four kinds that aim at those who take part less).
    """
    bought = effects(frame, "fund_spending_outreach").drop("none") / YEARS / TEN_THOUSAND
    paid = paid_by_arm(frame)
    measures = {
        **{gap: ("points of gap", -1.0, gap) for gap in GAPS},
        **{
            f"representation_{group}": ("ratio", 1.0, f"representation_any_{group}")
            for group in BROUGHT_IN
        },
        "taking_part": ("share", 1.0, "taking_part_any_everyone"),
        "acts": ("acts per year", 1.0, "acts_taken_everyone"),
    }
    rows = []
    for measure, (unit, sign, outcome) in measures.items():
        scale = 100.0 if measure in GAPS else 1.0
        gained = sign * scale * effects(frame, outcome).drop("none") / bought
        where = {"measure": measure, "against": "none"}
        rows += [
            estimated(row, unit, arm=arm, **where, p_holm=np.nan, paid=paid[str(arm)])
            for arm, row in gained.iterrows()
        ]
        beyond = (gained - gained.loc["random"]).drop("random")
        corrected = holm([paired(0 * row, row).p for row in beyond.to_numpy()])
        where = {"measure": measure, "against": "random"}
        rows += [
            estimated(row, unit, arm=arm, **where, p_holm=p, paid=paid[str(arm)])
            for (arm, row), p in zip(beyond.iterrows(), corrected, strict=True)
        ]
        targeted = beyond.loc[list(TARGETED)].mean()
        mean_paid = float(np.mean([paid[kind] for kind in TARGETED]))
        rows.append(
            estimated(targeted, unit, arm="targeted", **where, p_holm=np.nan, paid=mean_paid)
        )
    return DataFrame(rows)


def tie_effects(frame: DataFrame) -> DataFrame:
    """Return what asks along ties change: gaps in points, acts in percent, representation."""
    paid = paid_by_arm(frame)
    acts = by_arm(frame, "acts_taken_everyone")
    measures = {
        **{gap: (100 * effects(frame, gap), "points of gap") for gap in GAPS},
        "acts": (100 * (acts / acts.loc["none"] - 1), "% of acts"),
        **{
            f"representation_{group}": (effects(frame, f"representation_any_{group}"), "ratio")
            for group in BROUGHT_IN
        },
    }
    return DataFrame(
        estimated(row, unit, arm=arm, measure=measure, paid=paid[str(arm)])
        for measure, (change, unit) in measures.items()
        for arm, row in change.drop("none").iterrows()
    )


RATIOS = {
    "taking_part": "taking_part_any_{group}",
    "unknown": "needs_unknown_{group}",
    "hours": "hours_given_{group}",
    "hours_all": "hours_given_everyone",
}
"""Outcomes that are told as a ratio to their value at dose 1."""

POINTS = {"met": "needs_served_share_{group}", "known": "needs_known_share_{group}"}
"""Outcomes that are told as percentage points above their value at dose 1."""


def dose_effects(frame: DataFrame) -> DataFrame:
    """Return what doses of asks come to: taking part, hours, needs unknown, known and met, by group.

    `span` rows are the difference between doses 2 and .5; `exceeds` is by how much unknown need
    falls more than the community's volunteer hours rise, in shares of their values at dose 1.
    """
    paid = paid_by_arm(frame)
    rows = []
    for group in ("elderly", "migrant", "everyone"):
        seen = dosed(frame, group)
        for asked, dose in product(ASKED, DOSES):
            label = f"{asked} x {dose:g}" if dose != 1 else "none"
            where = {"asked": asked, "dose": f"{dose:g}", "group": group}
            rows += [
                estimated(table.loc[label], unit, **where, measure=measure, paid=paid[label])
                for measure, (unit, table) in seen.items()
            ]
        for asked in ASKED:
            where = {"asked": asked, "dose": "span", "group": group}
            spans = {
                measure: table.loc[f"{asked} x 2"] - table.loc[f"{asked} x 0.5"]
                for measure, (_, table) in seen.items()
            }
            rows += [
                estimated(span, seen[measure][0], **where, measure=measure, paid=np.nan)
                for measure, span in spans.items()
            ]
            exceeds = -spans["unknown"] - spans["hours_all"]
            rows.append(estimated(exceeds, "ratio", **where, measure="exceeds", paid=np.nan))
    return DataFrame(rows)


def dosed(frame: DataFrame, group: str) -> dict[str, tuple[str, DataFrame]]:
    """Return by measure its unit and, by arm and world, its value relative to dose 1."""
    found: dict[str, tuple[str, DataFrame]] = {}
    for measure, pattern in RATIOS.items():
        table = by_arm(frame, pattern.format(group=group))
        found[measure] = ("ratio", table / table.loc["none"])
    for measure, pattern in POINTS.items():
        found[measure] = ("points of needs", 100 * effects(frame, pattern.format(group=group)))
    return found


ENOUGH = 0.9
"""Representation that H3.4 asks for."""


def offset_levels(frame: DataFrame) -> DataFrame:
    """Return representation by offset, without levers and with all, and where it is .9 or more.

    `behind` is the group of the two that is represented less, world by world.
    """
    paid = paid_by_arm(frame)
    elderly = by_arm(frame, "representation_any_elderly")
    migrant = by_arm(frame, "representation_any_migrant")
    groups = {
        "elderly": elderly,
        "migrant": migrant,
        "behind": elderly.where(elderly < migrant, migrant),
    }
    rows = []
    for (group, table), levers, offset in product(groups.items(), ("none", "all"), OFFSETS):
        label = "none" if (levers, offset) == ("none", 0.0) else f"{levers} at {offset:g}"
        where = {"levers": levers, "offset": offset, "group": group, "paid": paid[label]}
        seen = table.loc[label].dropna()
        rows += [
            estimated(seen, "ratio", **where, measure="representation"),
            share_of_worlds(seen >= ENOUGH, **where, measure="enough"),
        ]
    return DataFrame(rows)


def spending(seen: Mapping[str, DataFrame]) -> DataFrame:
    """Return what the fund paid a year in each arm: in all, for levers and events, for rewards."""
    kinds = {"all": "paid", "levers and events": "paid_levers", "goods and honours": "paid_rewards"}
    return DataFrame(
        estimated(row, "yuan per year", part=part, arm=arm, paid_for=kind)
        for part, frame in seen.items()
        for kind, outcome in kinds.items()
        for arm, row in by_arm(frame, outcome).iterrows()
    )


# --- Verdicts ----------------------------------------------------------------------------------

FLAT = 1.0
"""Percentage points of needs met within which they are flat."""


def verdicts(tables: Mapping[str, DataFrame]) -> list[Verdict]:
    """Return what became of each prediction.

    A prediction is supported where the intervals of all its parts say so, refuted where its
    criterion is met or the interval of a part says the contrary, and undecided otherwise.
    """
    return [
        each_lever_its_group(tables["crossing"]),
        targets_and_ties(tables["outreach"], tables["ties"]),
        known_through_taking_part(tables["doses"]),
        access_or_motives(tables["offsets"]),
    ]


def each_lever_its_group(crossing: DataFrame) -> Verdict:
    """Judge H3.1: each lever's own effect is above 0 and above its cross effect of either sign."""
    findings, said = [], []
    for lever, (mine, other) in CROSSING.items():
        views: list[Finding] = []
        for against in ("none", "events"):
            where = {"lever": lever, "against": against, "form": "any"}
            own = row_of(crossing, **where, effect="own")
            margins = [row_of(crossing, **where, effect=f"own {sign} cross") for sign in "-+"]
            finding: Finding = "undecided"
            if all(row["low"] > 0 for row in (own, *margins)):
                finding = "supported"
            elif any(row["high"] <= 0 for row in (own, *margins)):
                finding = "refuted"
            views.append(finding)
            cross = row_of(crossing, **where, effect="cross")
            larger = row_of(crossing, **where, effect="own larger")
            said.append(
                f"{lever} against {against}: {mine} {span(own)}, {other} {span(cross)}, own larger "
                f"in {larger['estimate']:.0%} of worlds ({finding})"
            )
        findings.append(agreeing(views))
    return Verdict("H3.1", joint(findings), f"Change of representation. {'; '.join(said)}.")


def targets_and_ties(outreach: DataFrame, ties: DataFrame) -> Verdict:
    """Judge H3.2: targeted outreach closes more than random; ties raise acts and widen the gap."""
    beyond = row_of(outreach, arm="targeted", measure="gap", against="random")
    acts = row_of(ties, arm="both", measure="acts")
    gap = row_of(ties, arm="both", measure="gap")
    parts: list[Finding] = [
        "supported" if row["low"] > 0 else "refuted" if row["high"] < 0 else "undecided"
        for row in (beyond, acts, gap)
    ]
    kinds = ", ".join(
        f"{kind} {span(row_of(outreach, arm=kind, measure='gap', against='none'), 3)}"
        for kind in KINDS
    )
    aimed = ", ".join(
        f"{kind} {_hundredths(outreach, kind, kind)} (random {_hundredths(outreach, 'random', kind)})"
        for kind in ("offline", "elderly", "migrant")
    )
    criterion = "met" if gap["high"] < 0 else "not met" if gap["low"] >= 0 else "open"
    return Verdict(
        "H3.2",
        joint(parts),
        f"Points of gap closed per 10,000 yuan: {kinds}; targeted less random "
        f"{span(beyond, 3)} ({parts[0]}); representation that it adds to those aimed at, in "
        f"hundredths: {aimed}. Asks along ties, doubled: acts {span(acts, 1)} % "
        f"({parts[1]}), gap {span(gap)} points ({parts[2]}); the criterion, a falling gap, is "
        f"{criterion}.",
    )


def _hundredths(outreach: DataFrame, kind: str, group: str) -> str:
    row = row_of(outreach, arm=kind, measure=f"representation_{group}", against="none")
    return f"{100 * row['estimate']:.2f}"


def known_through_taking_part(doses: DataFrame) -> Verdict:
    """Judge H3.3: from dose .5 to 2 unknown need falls by more than hours rise; met is not flat."""
    parts: list[Finding] = []
    said = []
    for group in ("elderly", "migrant"):
        where = {"asked": "both", "dose": "span", "group": group}
        exceeds = row_of(doses, **where, measure="exceeds")
        met = row_of(doses, **where, measure="met")
        unknown, hours, part = (
            row_of(doses, **where, measure=name) for name in ("unknown", "hours_all", "taking_part")
        )
        if exceeds["high"] < 0 or met["high"] < 0 or _flatness(met) == "flat":
            parts.append("refuted")
        elif exceeds["low"] > 0 and unknown["high"] < 0 and met["low"] > 0:
            parts.append("supported")
        else:
            parts.append("undecided")
        said.append(
            f"{group}: taking part {span(part)}, unknown need {span(unknown, 4)}, hours of all "
            f"{span(hours)} of the value at dose 1; needs met {span(met)} points, "
            f"{_flatness(met)}"
        )
    return Verdict(
        "H3.3",
        joint(parts),
        f"Change from dose .5 to 2. {'; '.join(said)}, by the criterion of one point.",
    )


def _flatness(met: Any) -> str:
    """Return whether the interval lies within the criterion, outside it, or across its edge."""
    if met["low"] > -FLAT and met["high"] < FLAT:
        return "flat"
    return "not flat" if met["low"] >= FLAT or met["high"] <= -FLAT else "flat or not"


def access_or_motives(offsets: DataFrame) -> Verdict:
    """Judge H3.4: with all levers the group behind is at .9 at offset 0, and not at -.7."""
    lowest = min(OFFSETS)
    where = {"levers": "all", "group": "behind", "measure": "representation"}
    at_zero, at_lowest = (row_of(offsets, **where, offset=at) for at in (0.0, lowest))
    parts: list[Finding] = [
        "supported" if at_zero["low"] >= ENOUGH
        else "refuted" if at_zero["high"] < ENOUGH
        else "undecided",
        "supported" if at_lowest["high"] < ENOUGH
        else "refuted" if at_lowest["low"] >= ENOUGH
        else "undecided",
    ]  # fmt: skip
    said = []
    for offset, levers in product((0.0, -0.5, lowest), ("none", "all")):
        seen = {
            group: row_of(
                offsets, levers=levers, offset=offset, group=group, measure="representation"
            )
            for group in ("elderly", "migrant", "behind")
        }
        share = row_of(offsets, levers=levers, offset=offset, group="behind", measure="enough")
        said.append(
            f"at {offset:g} with {'all levers' if levers == 'all' else 'no lever'}: elderly "
            f"{span(seen['elderly'])}, migrants {span(seen['migrant'])}, the one behind "
            f"{span(seen['behind'])}, .9 or more in {share['estimate']:.0%} of worlds"
        )
    return Verdict("H3.4", joint(parts), f"Representation {'; '.join(said)}.")


# --- Figures -----------------------------------------------------------------------------------

NAMES: dict[str, dict[str, str]] = {
    "en": {
        "offline": "Offline channel", "flexible": "Flexible tasks", "outreach": "Outreach",
        "events": "More events", "elderly": "Elderly", "migrant": "Migrants",
        "behind": "The one further behind", "any": "Any form", "event": "Events",
        "volunteer": "Volunteering", "deliberate": "Deliberation", "register": "On the register",
        "mediator": "Mediators", "gap": "Gap, mean of both", "gap_age": "Gap between ages",
        "gap_origin": "Gap between origins", "taking_part": "Who take part",
        "acts": "Acts", "none": "No lever", "all": "All three levers", "party": "Party ties",
        "neighbours": "Neighbours' ties", "both": "Both", "unknown": "Unknown need",
        "hours_all": "Volunteer hours of all", "hours": "Volunteer hours of the group",
        "known": "Needs known in 12 weeks", "met": "Needs met in 12 weeks",
    },
    "zh": {
        "offline": "线下渠道", "flexible": "灵活参与方式", "outreach": "上门动员",
        "events": "增加活动", "elderly": "老年人", "migrant": "流动人口",
        "behind": "两者中较低者", "any": "任一形式", "event": "活动",
        "volunteer": "志愿服务", "deliberate": "议事协商", "register": "登记志愿者",
        "mediator": "调解员", "gap": "差距(两者平均)", "gap_age": "年龄间差距",
        "gap_origin": "户籍间差距", "taking_part": "参与", "acts": "行动",
        "none": "无举措", "all": "三项举措", "party": "党员联系", "neighbours": "邻里联系",
        "both": "两者", "unknown": "未被知晓的需求", "hours_all": "全体志愿时长",
        "hours": "该群体志愿时长", "known": "12周内被知晓的需求", "met": "12周内满足的需求",
    },
}  # fmt: skip

AIMS: dict[str, dict[str, str]] = {
    "en": {
        "random": "Anybody", "inactive": "The inactive", "offline": "Those offline",
        "elderly": "The elderly", "migrant": "Migrants", "active": "The active (placebo)",
        "acts": "Acts a year",
    },
    "zh": {
        "random": "任何人", "inactive": "未参与者", "offline": "不上网者",
        "elderly": "老年人", "migrant": "流动人口", "active": "已参与者(安慰剂)",
        "acts": "每年行动",
    },
}  # fmt: skip
"""Whom outreach is aimed at."""

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "levers": (
            "Whom the levers bring in, at equal money",
            "Change of representation (1 is parity) against no lever: mean over worlds, 95% interval",
            "change of representation",
            "no lever",
        ),
        "outreach": (
            "What 10,000 yuan of outreach a year closes",
            "Points of gap closed, and acts added; right of 0 is better. Mean over worlds, 95% interval",
            "per 10,000 yuan a year",
            "nothing",
        ),
        "ties": (
            "Asking twice as often along the ties that are there",
            "Change of the gap (points; right of 0 is wider) and of acts (%): mean, 95% interval",
            "change against no lever",
            "no change",
        ),
        "doses": (
            "If more of both groups took part",
            "Ratio to the value at dose 1: mean over worlds, 95% interval",
            "dose: asks that reach both groups, relative to those that would",
            "ratio to dose 1",
        ),
        "offsets": (
            "Access or motives: what levers can do where a group is less willing",
            "Representation in any form: mean over worlds, 95% interval",
            "offset of both groups (log-odds)",
            "representation",
        ),
    },
    "zh": {
        "levers": (
            "同等经费下,各举措让谁参与进来",
            "与无举措相比代表性的变化(1为均等):各情形均值及其95%区间",
            "代表性的变化",
            "无举措",
        ),
        "outreach": (
            "每年一万元上门动员能缩小多少差距",
            "缩小的差距(百分点)与增加的行动,0右侧为改善;各情形均值及其95%区间",
            "每年每一万元",
            "无变化",
        ),
        "ties": (
            "沿既有联系的动员加倍",
            "差距的变化(百分点,0右侧为扩大)与行动的变化(%):均值及其95%区间",
            "与无举措相比的变化",
            "无变化",
        ),
        "doses": (
            "若两类群体有更多人参与",
            "与剂量1之比:各情形均值及其95%区间",
            "剂量:触达两类群体的邀约,相对于原有水平",
            "与剂量1之比",
        ),
        "offsets": (
            "渠道还是意愿:群体意愿较低时举措能做什么",
            "任一形式参与的代表性:各情形均值及其95%区间",
            "两类群体的偏移(对数几率)",
            "代表性",
        ),
    },
}


def figures(
    tables: Mapping[str, DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return the figures of the experiment, by name, in a language (`en` or `zh`)."""
    from sim.analysis import charts
    from sim.analysis.charts import Mark, Words

    names = {**NAMES[language], **_combinations(language)}

    def text(name: str, **other: str) -> Words:
        title, reading, x, y = WORDS[language][name]
        worlds_run = int(tables[name]["n"].max())
        footnote = charts.small_print(
            language, worlds=worlds_run, weeks=WEEKS, scale=scale, version=__version__
        )
        return Words(title, reading, x, y, footnote, {**names, **other})

    def line(name: str) -> Mark:
        return Mark(0, label=WORDS[language][name][3])

    levers = tables["levers"].query(
        "measure == 'representation' and against == 'none' and group in ('elderly', 'migrant')"
    )
    aims = tables["outreach"].query("against == 'none'")
    return {
        "levers": charts.intervals(
            levers, text("levers"), language,
            row="arm", hue="group", panel="form", share=False, columns=3, marks=[line("levers")],
        ),
        "outreach": charts.intervals(
            ordered(aims, "measure", (*GAPS, "acts")), text("outreach", **AIMS[language]), language,
            row="arm", panel="measure", share=False, columns=2, marks=[line("outreach")],
        ),
        "ties": charts.intervals(
            ordered(tables["ties"], "measure", (*GAPS, "acts")), text("ties"), language,
            row="arm", panel="measure", share=False, columns=2, marks=[line("ties")],
        ),
        "doses": charts.curves(
            by_dose(tables["doses"]), text("doses"), language,
            x="dose", hue="measure", panel="group", columns=2,
            marks=[Mark(1, along="y")],
        ),
        "offsets": charts.curves(
            tables["offsets"].query("measure == 'representation'"), text("offsets"), language,
            x="offset", hue="levers", panel="group", columns=3,
            marks=[Mark(ENOUGH, label="0.9", along="y")],
        ),
    }  # fmt: skip


def by_dose(doses: DataFrame) -> DataFrame:
    """Return what doses of asks to both groups make of taking part, unknown need and hours."""
    own = doses[(doses["asked"] == "both") & (doses["dose"] != "span")]
    own = own[own["group"].isin(["elderly", "migrant"])]
    shown = ordered(own, "measure", ("taking_part", "unknown", "hours", "hours_all"))
    return shown.assign(dose=shown["dose"].astype(float))


def _combinations(language: str) -> dict[str, str]:
    """Return the names of arms that combine levers."""
    names = NAMES[language]
    return {
        " + ".join(levers): " + ".join(names[lever] for lever in levers)
        for levers in (
            [lever for lever, on in zip(LEVERS, chosen, strict=True) if on]
            for chosen in product((False, True), repeat=len(LEVERS))
        )
        if len(levers) > 1
    }
