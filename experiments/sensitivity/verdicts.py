"""What became of the predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.statistics import CONFIDENCE
from sim.study.estimates import span
from sim.study.factors import DUMMY
from sim.study.verdict import Finding, Verdict

from .tables import ADAPTATION, FEWEST_RIVALS, WHOLE
from .unknowns import FREE, ONLINE

if TYPE_CHECKING:
    import pandas as pd


def verdicts(tables: Mapping[str, pd.DataFrame]) -> list[Verdict]:
    """Return what became of each prediction."""
    found = tables["comparisons"]
    by_id = {name: found[found["prediction"] == name] for name in found["prediction"].unique()}
    return [
        _compared("S4.1", by_id["S4.1"]),
        _compared("S4.2", by_id["S4.2"]),
        _leading_two(tables),
        _compared("S4.4", by_id["S4.4"]),
        _compared("S4.5", by_id["S4.5"], _weakest(tables["structure"])),
    ]


def _compared(name: str, rows: pd.DataFrame, before: str = "") -> Verdict:
    """Return the verdict on "the first is more than each of the others"."""
    if (rows["high"] < 0).any():
        finding: Finding = "refuted"
    else:
        finding = "supported" if (rows["low"] > 0).all() else "undecided"
    nearest = rows.sort_values("high", kind="stable", na_position="first").head(3)
    numbers = "; ".join(
        f"{_short(one['first'])} less {_short(one['second'])}: {span(one)}"
        for one in nearest.to_dict("records")
    )
    first, rest = rows.iloc[0], len(rows) - len(nearest)
    more = f"; {rest} further comparisons in the table" if rest else ""
    return Verdict(
        name,
        finding,
        f"{before}{first['source']}, {first['outcome']}, n = {first['n']}: {numbers}{more}.",
    )


def _weakest(structure: pd.DataFrame) -> str:
    """Return WI with all causes and without adaptation, as the opening of a sentence."""
    wi = structure[structure["measure"] == "wi"].set_index("cause")
    shown = [
        f"WI {span(wi.loc[cause])} with {words}"
        for cause, words in ((WHOLE, "all causes"), (ADAPTATION, "rewards not taken for granted"))
    ]
    return ", ".join(shown) + "; by how much it falls more than without another cause, "


def _leading_two(tables: Mapping[str, pd.DataFrame]) -> Verdict:
    """Return the verdict on who leads the representation at events (S4.3)."""
    shares: list[float] = []
    words: list[str] = []
    numbers = set(tables["leaders"]["factor"]) - {DUMMY}
    for group, path in (("elderly", ONLINE), ("migrant", FREE)):
        outcome = f"representation_event_{group}"
        enough = path in numbers and len(numbers) >= FEWEST_RIVALS
        source = "total index" if enough else "squared effect"
        table = tables["leaders" if source == "total index" else "shares"]
        mine = table[(table["outcome"] == outcome) & (table["factor"] == path)]
        shares.append(float(mine["top_share"].iloc[0]))
        often = "an unknown share" if np.isnan(shares[-1]) else f"{shares[-1]:.0%}"
        words.append(
            f"{_short(path)} is among the two most important for {outcome} in {often} of the "
            f"resamples ({source}, n = {mine['n'].iloc[0]})"
        )
    finding: Finding = "undecided"
    if any(share < 1 - CONFIDENCE for share in shares):
        finding = "refuted"
    elif all(share >= CONFIDENCE for share in shares):
        finding = "supported"
    return Verdict("S4.3", finding, "; ".join(words) + ".")


def _short(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ")
