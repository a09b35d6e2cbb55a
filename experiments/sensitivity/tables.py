"""What came out, as published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis import sensitivity
from sim.statistics import CONFIDENCE, Measured, bootstrap_interval, quotient
from sim.study.estimates import estimated, level, measured, part_of, row
from sim.study.factors import DUMMY

from .measure import EFFECTS, SHOWN, UNITS, chosen_of, ranked, widest, with_effects
from .unknowns import ALPHA, FUND, PSYCHOLOGY, SPREAD, STRENGTH, unknowns

if TYPE_CHECKING:
    import pandas as pd


def achieved(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return what precision the rows of stage 2 bought."""
    indexed = part_of(frames, "indices")
    width, rows = widest(indexed), indexed["row"].nunique()
    if not width < float("inf"):
        return f"Total indices: not all have an interval, from {rows} rows."
    return f"Total indices: the widest is known to ± {width:.2f} (95 %) from {rows} rows."


MANY = 10_000
"""Resamples where many comparisons are made at once and the tails are thin."""

FEWEST_RIVALS = 5
"""Numbers that stage 2 must look at, to say which of all of them matter most; below, stage 1 does."""

WHOLE = "all causes"
ADAPTATION = "rewards taken for granted"


def tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return what is published, from the tables of the stages, which are found by their names."""
    import pandas as pd

    stages = {name.split("-")[1]: with_effects(frame) for name, frame in frames.items()}
    screened, indexed, along = (stages[part] for part in ("screening", "indices", "curves"))
    paths, chosen = [one.path for one in unknowns()], chosen_of(indexed)

    def each(
        of: Callable[..., pd.DataFrame], frame: pd.DataFrame, names: Sequence[str]
    ) -> pd.DataFrame:
        parts = [of(frame, names, outcome, unfinished="drop") for outcome in SHOWN]
        return pd.concat(parts, ignore_index=True)

    return {
        "screening": ranked(screened),
        "shares": _shares(screened, paths),
        "effects": each(sensitivity.morris, screened, paths),
        "indices": each(sensitivity.sobol, indexed, chosen),
        "leaders": _leaders(indexed, chosen),
        "variance": each(sensitivity.variance, indexed, chosen),
        "convergence": each(sensitivity.convergence, indexed, chosen),
        "curves": _curves(along),
        "structure": _structure(stages["structure"]),
        "size": _size(stages["size"]),
        "comparisons": _comparisons(screened, indexed, stages["structure"]),
    }


def _shares(screened: pd.DataFrame, paths: Sequence[str]) -> pd.DataFrame:
    """Return each number's share of the mean squared effects, outcome by outcome."""
    import pandas as pd

    parts = [
        sensitivity.screening(screened, paths, [outcome], 2, unfinished="drop").assign(
            outcome=outcome
        )
        for outcome in SHOWN
    ]
    return pd.concat(parts, ignore_index=True)


def _leaders(indexed: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Return how surely each number is among the two with the largest total index."""
    import pandas as pd

    parts = [
        sensitivity.leaders(indexed, chosen, outcome, 2, unfinished="drop") for outcome in SHOWN
    ]
    return pd.concat(parts, ignore_index=True)


def _curves(along: pd.DataFrame) -> pd.DataFrame:
    """Return the outcomes along each number, with where on its range each value lies."""
    import pandas as pd

    found = pd.concat([sensitivity.curves(along, one) for one in SHOWN], ignore_index=True)
    by_path = {one.path: one for one in unknowns()}
    place = [
        (float(value) - by_path[path].low) / (by_path[path].high - by_path[path].low)
        for path, value in zip(found["factor"], found["value"], strict=True)
    ]
    unit = found["outcome"].map(UNITS)
    return found.assign(place=np.round(np.array(place) * 100), unit=unit)


def _wide(frame: pd.DataFrame, by: str, outcome: str) -> pd.DataFrame:
    """Return an outcome with a row for each draw of the unknowns that is complete."""
    wide = frame.pivot(index="world", columns=by, values=outcome)
    return wide[list(frame[by].unique())].dropna()


def _structure(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what is left of the effect of points, and what changes, without each cause.

    `wi` divides means over the draws. `wi_fall` is by how much it falls without the cause; other
    rows called `…_change` are mean paired differences from all causes.
    """
    import pandas as pd

    wi = _wi(frame)
    rows: list[dict[str, Any]] = []
    for cause, found in wi.items():
        fall = wi[WHOLE].minus(found)
        rows.append(measured(found, "ratio", cause=cause, measure="wi"))
        rows.append(measured(fall, "ratio", cause=cause, measure="wi_fall"))
        for outcome in SHOWN:
            wide = _wide(frame, "cause", outcome)
            change = wide[cause] - wide[WHOLE]
            unit = UNITS[outcome]
            as_seen = estimated if outcome in EFFECTS else level
            rows.append(as_seen(wide[cause], unit, cause=cause, measure=outcome))
            rows.append(estimated(change, unit, cause=cause, measure=f"{outcome}_change"))
    return pd.DataFrame(rows)


def _wi(frame: pd.DataFrame) -> dict[str, Measured]:
    """Return WI without each cause, over the draws that are complete."""
    early, late = (_wide(frame, "cause", name) for name in EFFECTS[:2])
    return {cause: quotient(late[cause], early[cause], -1, 1) for cause in early}


def _size(frame: pd.DataFrame) -> pd.DataFrame:
    """Return how the outcomes at full size differ from those at the size that is run."""
    import pandas as pd

    rows = []
    for outcome in SHOWN:
        wide = _wide(frame, "community", outcome)
        small, large = wide.iloc[:, 0], wide.iloc[:, 1]
        about = {"outcome": outcome, "small": small.mean(), "large": large.mean()}
        correlation = small.corr(large) if len(wide) > 2 else np.nan
        found = estimated(large - small, UNITS[outcome], **about)
        count = found.pop("n")
        rows.append({**found, "correlation": correlation, "n": count})
    return pd.DataFrame(rows)


def _comparisons(
    screened: pd.DataFrame, indexed: pd.DataFrame, structure: pd.DataFrame
) -> pd.DataFrame:
    """Return the differences that the predictions are about.

    Where a prediction is about one thing against many, the intervals hold all at once (each has a
    confidence of 1 - .05 / number), so that looking often does not refute by chance.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []

    def compare(
        prediction: str, outcome: str, one: str, other: str, among: int = 1, *,
        from_indices: bool = True,
    ) -> None:  # fmt: skip
        """Compare total indices, or squared effects where stage 2 does not have both."""
        confidence = 1 - (1 - CONFIDENCE) / among
        options: dict[str, Any] = {
            "unfinished": "drop", "confidence": confidence, "resamples": MANY
        }  # fmt: skip
        if {one, other} <= set(chosen_of(indexed)) and from_indices:
            source, count = "total index", indexed["row"].nunique()
            found = sensitivity.exceeds(indexed, chosen_of(indexed), outcome, one, other, **options)
        else:
            source, count = "squared effect", screened["row"].nunique()
            found = sensitivity.outweighs(screened, paths, outcome, [one], [other], **options)
        add(prediction, outcome, one, other, source, found, count)

    def add(
        prediction: str, outcome: str, one: str, other: str, source: str,
        found: tuple[float, Any, Any], count: int,
    ) -> None:  # fmt: skip
        about = {"prediction": prediction, "outcome": outcome, "first": one, "second": other}
        unit = "ratio" if source == "WI" else "share"
        rows.append(row(found[0], found[1:], unit, count, **about, source=source))

    paths = [one.path for one in unknowns()]
    compare("S4.1", "effect_weakening", SPREAD, ALPHA)
    numbers = [path for path in chosen_of(indexed) if path != DUMMY]
    field = numbers if STRENGTH in numbers and len(numbers) >= FEWEST_RIVALS else paths
    rivals = [path for path in field if path not in (STRENGTH, DUMMY)]
    for rival in rivals:
        compare("S4.2", "effect_late", STRENGTH, rival, len(rivals), from_indices=field is numbers)
    fund = sensitivity.outweighs(
        screened, paths, "fund_balance", [FUND], PSYCHOLOGY, unfinished="drop", resamples=MANY
    )
    add("S4.4", "fund_balance", FUND, "points", "squared effect", fund, screened["row"].nunique())

    wi = _wi(structure)
    others = [cause for cause in wi if cause not in (ADAPTATION, WHOLE)]
    for cause in others:
        gap = wi[cause].minus(wi[ADAPTATION])
        ends = bootstrap_interval(gap.again, gap.n, 1 - (1 - CONFIDENCE) / len(others))
        add("S4.5", "wi_fall", ADAPTATION, cause, "WI", (gap.value, *ends), gap.n)
    return pd.DataFrame(rows)
