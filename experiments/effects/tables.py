"""What came out: every arm's difference from the base, outcome by outcome, and whether it matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.statistics import FEWEST, Paired, paired

from .arms import BASE
from .outcomes import HEADLINES

if TYPE_CHECKING:
    import pandas as pd

MATTERS, DOES_NOT, OPEN, NOTHING = "matters", "does not", "open", "nothing"


def achieved(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return how many comparisons were decided."""
    found = tables(frames)["effects"]["finding"].value_counts()
    decided = {name: int(found.get(name, 0)) for name in (MATTERS, DOES_NOT, OPEN, NOTHING)}
    return (
        f"{sum(decided.values()):,} differences: {decided[MATTERS]:,} matter, {decided[DOES_NOT]:,} "
        f"surely do not, {decided[OPEN]:,} are open, {decided[NOTHING]:,} are exactly nothing."
    )


def tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the differences, and for each arm how many matter."""
    import pandas as pd

    (frame,) = frames.values()
    figures = {
        label: {name: part[name].to_numpy(float) for name in part.columns if name != "arm"}
        for label, part in _numbers(frame).groupby("arm", sort=False)
    }
    tags = frame.drop_duplicates("arm").set_index("arm")[["kind", "path"]]
    rows = [
        {"arm": label, "kind": tags.loc[label, "kind"], "path": tags.loc[label, "path"], **row}
        for label, values in figures.items()
        if label != BASE
        for row in _differences(figures[BASE], values)
    ]
    effects = pd.DataFrame(rows)
    return {"effects": effects, "arms": _summed(effects)}


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return arms and figures, the replications of each arm in the order of their seeds."""
    ordered = frame.sort_values(["replication"], kind="stable")
    figures = [name for one in HEADLINES.values() for name in (one.of, one.over) if name]
    return ordered[["arm", *dict.fromkeys(figures)]]


def _differences(
    base: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]
) -> list[dict[str, Any]]:
    rows = []
    for name, headline in HEADLINES.items():
        before, after = headline.measure(base), headline.measure(other)
        known = np.isfinite(before) & np.isfinite(after)
        if known.sum() < FEWEST:
            continue
        contrast = paired(before[known], after[known])
        threshold = headline.threshold(contrast.mean_a)
        rows.append(
            {
                "outcome": name,
                "base": contrast.mean_a,
                "difference": contrast.difference,
                "low": contrast.low,
                "high": contrast.high,
                "threshold": threshold,
                "finding": finding(contrast, threshold),
            }
        )
    return rows


def finding(contrast: Paired, threshold: float) -> str:
    """Say whether a difference matters, surely does not, is open, or is exactly nothing."""
    if contrast.share_equal == 1:
        return NOTHING
    low, high = contrast.low, contrast.high
    if not np.isfinite(low):
        low = high = contrast.difference
    if low >= threshold or high <= -threshold:
        return MATTERS
    return DOES_NOT if -threshold < low and high < threshold else OPEN


def _summed(effects: pd.DataFrame) -> pd.DataFrame:
    """Return for each arm how many outcomes matter, are open, and are moved at all."""
    counts = (
        effects.groupby(["kind", "arm", "path", "finding"], sort=False)
        .size()
        .unstack("finding", fill_value=0)
        .reindex(columns=[MATTERS, OPEN, DOES_NOT, NOTHING], fill_value=0)
        .reset_index()
    )
    size = (effects["difference"] / effects["threshold"]).abs()
    largest = effects.assign(size=size).sort_values("size", ascending=False, kind="stable")
    most = largest.drop_duplicates("arm").set_index("arm")
    counts["most"] = counts["arm"].map(most["outcome"])
    counts["times_threshold"] = counts["arm"].map(most["difference"] / most["threshold"])
    return counts.sort_values(["kind", MATTERS, OPEN, "arm"], ascending=[True, False, False, True])
