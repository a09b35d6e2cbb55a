"""What came out, as published."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from pandas import DataFrame

from sim.probes.groups import FORMS, SHARED
from sim.statistics import holm, p_value
from sim.study.estimates import estimated, level, part_of, share_of_worlds
from sim.study.precision import bought

from .design import ASKED, DOSES, OFFSETS
from .measure import YEARS, by_arm, effects, made

BROUGHT_IN = ("elderly", "migrant", "low_income", "offline")
"""Groups whose representation is told."""

GAPS = ("gap", "gap_age", "gap_origin")
TARGETED = ("inactive", "offline", "elderly", "migrant")
TEN_THOUSAND = 10_000.0


def achieved(frames: Mapping[str, DataFrame]) -> str:
    """Return what precision the levers' part bought."""
    levers = part_of(frames, "levers")
    return bought(
        effects(levers, "representation_any_elderly").loc["offline"],
        "of the index",
        "The offline channel's effect on the elderly's representation",
    )


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


def paid_by_arm(frame: DataFrame) -> dict[str, float]:
    """Return what the fund paid in each arm, in yuan a year."""
    return {str(arm): float(row.mean()) for arm, row in by_arm(frame, "paid").iterrows()}


def levels(frame: DataFrame) -> DataFrame:
    """Return the representation of each group in each form, for each arm of `levers`."""
    paid = paid_by_arm(frame)
    return DataFrame(
        level(row, "ratio", arm=arm, form=form, group=group, paid=paid[str(arm)])
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
        corrected = holm([p_value(row) for row in beyond.to_numpy()])
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
            level(seen, "ratio", **where, measure="representation"),
            share_of_worlds(seen >= ENOUGH, **where, measure="enough"),
        ]
    return DataFrame(rows)


def spending(seen: Mapping[str, DataFrame]) -> DataFrame:
    """Return what the fund paid a year in each arm: in all, for levers and events, for rewards."""
    kinds = {"all": "paid", "levers and events": "paid_levers", "goods and honours": "paid_rewards"}
    return DataFrame(
        level(row, "yuan per year", part=part, arm=arm, paid_for=kind)
        for part, frame in seen.items()
        for kind, outcome in kinds.items()
        for arm, row in by_arm(frame, outcome).iterrows()
    )
