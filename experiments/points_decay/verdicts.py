"""What became of the predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.probes.points import CLASSES
from sim.study.estimates import above, below, row_of, span
from sim.study.verdict import Finding, Verdict

from .arms import CAUSES, TERMS
from .validity import SHORT_RULES

if TYPE_CHECKING:
    import pandas as pd


def verdicts(tables: Mapping[str, pd.DataFrame]) -> list[Verdict]:
    """Return what became of the predictions."""
    return [
        either_sign(tables["signs"], tables["mixes"], tables["where"]),
        short_validity(tables["rules"]),
        best_window(tables["best"], tables["price"]),
        remedies(tables["causes"]),
        honours_last(tables["mixes"]),
    ]


MOST = 0.95
"""Share of the prior with WI above zero beyond which H1.1 is refuted."""


def either_sign(signs: pd.DataFrame, mixes: pd.DataFrame, where: pd.DataFrame) -> Verdict:
    """Judge H1.1: both signs occur, and points weaken more in each of the three cases named.

    These are the core against casual volunteers, prices out of reach against those within, and empty
    shelves against stocked ones. Refuted if the share of WI > 0 lies above 95 %, or if points weaken
    clearly *less* in one of the cases.
    """
    share = row_of(signs, share="WI above 0")
    weakened, grew = (row_of(signs, share=f"clearly {name}") for name in ("weakened", "grew"))
    core = row_of(mixes, mix="core - casual", kind="contrast")
    signs_differ = below(share, MOST) and weakened["estimate"] > 0 and grew["estimate"] > 0
    cases = [
        core,
        *(row_of(where, condition=one, level="difference") for one in ("reach", "shelves")),
    ]
    finding: Finding = "undecided"
    if above(share, MOST) or any(below(case) for case in cases):
        finding = "refuted"
    elif signs_differ and all(above(case) for case in cases):
        finding = "supported"
    out, within = (
        row_of(where, condition="reach", level=f"{level} reach") for level in ("out of", "within")
    )
    empty, stocked = (
        row_of(where, condition="shelves", level=level) for level in ("empty", "stocked")
    )
    return Verdict(
        "H1.1",
        finding,
        f"WI > 0 in {span(share)} of {share['n']} worlds in which it has a value (no value in "
        f"{span(row_of(signs, share='undefined'))} of all); clearly weakened in {span(weakened)}, "
        f"clearly grew in {span(grew)}. WI of core less WI of casual volunteers {span(core)}. "
        f"WI {span(out)} where the cheapest good is out of reach at launch, {span(within)} within "
        f"reach, difference {span(cases[1])}; {span(empty)} with empty shelves, {span(stocked)} with "
        f"stocked ones, difference {span(cases[2])}.",
    )


ALIKE = 2.0
"""Percentage points within which two losses of participation count as alike."""


def short_validity(rules: pd.DataFrame) -> Verdict:
    """Judge H1.2 by points under short validity against no decay, over all stocks."""
    own = rules[(rules["mix"] == "points") & (rules["stock"] == "all") & (rules["rule"] == "short")]
    lapse, owed = (row_of(own, measure=f"{name} change") for name in ("breakage", "liability"))
    change = {
        kind: row_of(own, measure="participation change", kind=kind)
        for kind in ("core", "casual", "latent", "casual - core")
    }
    apart = change["casual - core"]
    alike = apart["low"] > -ALIKE and apart["high"] < ALIKE
    rises = all(above(change[kind]) for kind in CLASSES)
    finding: Finding = "undecided"
    if alike or rises or above(apart) or above(owed) or below(lapse):
        finding = "refuted"
    elif below(owed) and above(lapse) and below(apart):
        finding = "supported"
    return Verdict(
        "H1.2",
        finding,
        f"Short validity ({', '.join(SHORT_RULES)}) against no decay: liability {span(owed, 0)} "
        f"yuan, breakage {span(lapse, 1)} points in a hundred; acts of core volunteers "
        f"{span(change['core'], 1)} %, of casual ones {span(change['casual'], 1)} %, of those who "
        f"did not volunteer before {span(change['latent'], 1)} %; casual less core "
        f"{span(apart, 1)} percentage points.",
    )


SURE = 0.975
"""Share of resamples from which a best window counts as interior, or as not."""


def best_window(best: pd.DataFrame, price: pd.DataFrame) -> Verdict:
    """Judge H1.3: is the window that costs least per additional hour an interior one, and where?

    Refuted if at every price the best window is an end of the range. Supported if somewhere it is
    interior and one to two times what an ordinary volunteer needs, and if the best window of the
    lowest price lies below that of the highest.
    """
    told_of, interior, at_end, fits = [], [], [], []
    windows = {}
    for terms in dict.fromkeys(best["terms"]):
        windows[terms] = row_of(best, terms=terms, measure="best window")
        inner = row_of(best, terms=terms, measure="interior")
        needed = row_of(best, terms=terms, measure="needed")
        interior.append(inner["estimate"] >= SURE)
        at_end.append(inner["estimate"] <= 1 - SURE)
        fits.append(interior[-1] and 1 <= ratio_of(windows[terms], needed) <= 2)
        told_of.append(
            f"{terms}: {span(windows[terms], 0)} weeks, interior in {span(inner)} of the "
            f"resamples, an ordinary volunteer needs {span(needed, 0)}"
        )
    priced = sorted((TERMS[terms][0], terms) for terms in windows if TERMS[terms][1] == 0)
    moves = below_of(windows[priced[0][1]], windows[priced[-1][1]])
    finding: Finding = "undecided"
    if all(at_end):
        finding = "refuted"
    elif any(fits) and moves:
        finding = "supported"
    cheapest = price[price["measure"] == "cost"]
    return Verdict(
        "H1.3",
        finding,
        f"Window with the least cost per additional hour, by terms - {'; '.join(told_of)} (104 "
        f"stands for no decay). Costs lie between {cheapest['estimate'].min():,.1f} and "
        f"{cheapest['estimate'].max():,.1f} yuan an hour.",
    )


def ratio_of(one: Any, other: Any) -> float:
    """Return a ratio of two estimates; no number where the second is not above zero."""
    return one["estimate"] / other["estimate"] if other["estimate"] > 0 else np.nan


def below_of(one: Any, other: Any) -> bool:
    """Return whether the range of one estimate lies below that of another."""
    return one["high"] < other["low"]


ENOUGH = 0.5
"""Part of a loss that a remedy must give back to count as restoring it."""


def remedies(causes: pd.DataFrame) -> Verdict:
    """Judge H1.4: more stock and variety help where satiation or empty shelves weaken points only.

    A cause counts where its loss is clear. The remedy works where its gain is clearly above zero
    and gives back half of the loss or more; it fails where it clearly gives back less than half.
    """
    works, fails, told_of = {}, {}, []
    for cause in CAUSES:
        loss = row_of(causes, cause=cause, remedy="nothing", measure="loss")
        if cause == "none" or not above(loss):
            continue
        gain = row_of(causes, cause=cause, remedy="both", measure="gain")
        back = row_of(causes, cause=cause, remedy="both", measure="restored")
        works[cause] = above(gain) and back["estimate"] >= ENOUGH
        fails[cause] = below(back, ENOUGH)
        told_of.append(
            f"{cause} takes {span(loss, 1)} acts a week, of which {span(back)} is restored"
        )
    cured = [works[cause] for cause in ("satiation", "shelves") if cause in works]
    uncured = [fails[cause] for cause in ("adaptation", "crowding") if cause in fails]
    judged_all = len(cured) + len(uncured) == 4
    finding: Finding = "undecided"
    if judged_all and (
        all(works[cause] for cause in works) or all(fails[cause] for cause in fails)
    ):
        finding = "refuted"
    elif judged_all and all(cured) and all(uncured):
        finding = "supported"
    return Verdict(
        "H1.4",
        finding,
        "With more stock and variety, by cause - "
        + "; ".join(told_of or ["no cause has a clear loss"])
        + ". Where adaptation or crowding is the only cause, the rules leave stock and variety "
        "nothing to act on, so that they fail there by construction; how much they restore "
        "elsewhere is the finding.",
    )


def honours_last(mixes: pd.DataFrame) -> Verdict:
    """Judge H1.5: WI of both against WI of points at zero synergy, world by world."""
    apart = row_of(mixes, mix="both - points", kind="contrast")
    alike = row_of(mixes, mix="both - points, spent alike", kind="contrast")
    beside = row_of(mixes, mix="points beside honours - points", kind="contrast")
    both, points = (row_of(mixes, mix=mix, kind="all", measure="WI") for mix in ("both", "points"))
    left = {
        mix: row_of(mixes, mix=mix, kind="all", measure="leaving") for mix in ("points", "both")
    }
    paid = {
        mix: sum(
            row_of(mixes, mix=mix, kind="all", measure=f"paid for {purpose}")["estimate"]
            for purpose in ("goods", "honours")
        )
        for mix in ("points", "both")
    }
    finding: Finding = "undecided"
    if apart["low"] >= 0:
        finding = "refuted"
    elif below(apart):
        finding = "supported"
    return Verdict(
        "H1.5",
        finding,
        f"At zero synergy WI of both is {span(both)}, of points {span(points)}; both less points "
        f"{span(apart)}, and {span(alike)} in the {alike['n']} worlds in which both really paid about "
        f"as much. What points add where honours are given anyway, against what they add alone: "
        f"{span(beside)}. Leaving the register, % a year: "
        f"{span(left['both'], 1)} with both, {span(left['points'], 1)} with points. Paid a year: "
        f"{paid['both']:,.0f} yuan for both, {paid['points']:,.0f} for points.",
    )
