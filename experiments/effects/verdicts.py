"""What became of the predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.study.verdict import Finding, Verdict

from .arms import LEVER, SWITCH
from .tables import MATTERS, OPEN

if TYPE_CHECKING:
    import pandas as pd

TEN_TIMES = ("ten times the hazards", "ten times the disputes", "ten times the grievances")


def verdicts(tables: Mapping[str, pd.DataFrame]) -> list[Verdict]:
    """Return what became of each prediction."""
    effects, arms = tables["effects"], tables["arms"]
    return [_parts(arms), _levers(arms), _ten_times(effects), _both_ways(effects)]


def _parts(arms: pd.DataFrame) -> Verdict:
    """Judge whether every platform and mechanism matters."""
    parts = arms[
        (arms["kind"] == SWITCH) & arms["path"].str.match(r"(platforms|mechanisms)\..*\.on")
    ]
    idle = parts[parts[MATTERS] == 0]
    undecided = idle[idle[OPEN] > 0]
    found: Finding = "supported" if idle.empty else "refuted"
    if len(idle) and len(undecided) == len(idle):
        found = "undecided"
    told = ", ".join(f"{row.path.split('.')[1]} {row.matters}" for row in parts.itertuples())
    return Verdict("L1.1", found, f"Outcomes (of 21) that change by enough to matter: {told}.")


def _levers(arms: pd.DataFrame) -> Verdict:
    levers = arms[arms["kind"] == LEVER]
    matter, open_ = (
        int((levers[MATTERS] > 0).sum()),
        int(((levers[MATTERS] == 0) & (levers[OPEN] > 0)).sum()),
    )
    half = len(levers) / 2
    found: Finding = "supported" if matter > half else "refuted"
    if matter <= half < matter + open_:
        found = "undecided"
    idle = ", ".join(sorted(levers.loc[levers[MATTERS] + levers[OPEN] == 0, "path"]))
    return Verdict(
        "L1.2",
        found,
        f"Of {len(levers)} levers {matter} matter, {open_} are open. Surely nothing that matters: "
        f"{idle or 'none'}.",
    )


def _ten_times(effects: pd.DataFrame) -> Verdict:
    trust = effects[(effects["outcome"] == "trust") & effects["arm"].isin(TEN_TIMES)]
    lowered = trust[trust["high"] <= -trust["threshold"]]
    sure = trust[trust["low"] > -trust["threshold"]]
    found: Finding = "supported" if len(lowered) == len(TEN_TIMES) else "undecided"
    if len(sure):
        found = "refuted"
    told = "; ".join(
        f"{row.arm} {row.difference:+.4f} ({row.low:+.4f} to {row.high:+.4f})"
        for row in trust.itertuples()
    )
    return Verdict("L1.3", found, f"Trust: {told}; it matters from .01.")


def _both_ways(effects: pd.DataFrame) -> Verdict:
    trust = effects[effects["outcome"] == "trust"].sort_values("difference", kind="stable")
    up, down = (
        trust[(trust["finding"] == MATTERS) & (sign * trust["difference"] > 0)] for sign in (1, -1)
    )
    found: Finding = "supported" if len(up) and len(down) else "refuted"
    ends = "; ".join(
        f"{row.arm} {row.difference:+.3f} ({row.low:+.3f} to {row.high:+.3f})"
        for row in (trust.iloc[-1], trust.iloc[0])
    )
    return Verdict(
        "L1.4", found, f"{len(up)} arms raise trust and {len(down)} lower it; the ends: {ends}."
    )
