"""What became of the predictions."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from sim.study.estimates import agreeing, joint, row_of, span
from sim.study.verdict import Finding, Verdict

from .design import KINDS, OFFSETS
from .tables import CROSSING, ENOUGH

if TYPE_CHECKING:
    from pandas import DataFrame

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
