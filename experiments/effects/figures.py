"""What is shown, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim import __version__
from sim.analysis import charts
from sim.scenario import entries, load
from sim.study.wording import by_language
from sim.words.glossary import zh

from .arms import CAUSE, LEVER, SWITCH, ZH
from .design import SIZES
from .outcomes import HEADLINES
from .tables import MATTERS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

STRONGEST = 6.0
"""Thresholds from which on colours are at their ends: a few causes would wash out all others."""

LONGEST = {"en": 40, "zh": 20}
"""Characters of the name of a row."""

NAMES = by_language({name: (one.en, one.zh) for name, one in HEADLINES.items()})

SWITCHED = {
    True: {"en": "without ", "zh": "去除："},
    False: {"en": "with ", "zh": "加入："},
}
"""What is done to a switch that is on in the base, and to one that is off."""

TITLES = {
    SWITCH: ("Switches, turned the other way", "开关：各自反转"),
    LEVER: ("Levers, doubled", "手段：各自加倍"),
    CAUSE: ("Causes, taken out or made stronger", "成因：去除或增强"),
}
READING = (
    "difference from the base, in thresholds of relevance; blank: not surely beyond the threshold",
    "与基准之差，以“有意义的最小差异”为单位；空白：不能确定超过该值",
)


def figures(
    tables: Mapping[str, pd.DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return a matrix for switches, one for levers, one for causes: what matters, and how much."""
    effects, size = tables["effects"], SIZES[scale]
    matters = effects[effects["finding"] == MATTERS]
    place = 0 if language == "en" else 1
    note = (
        f"{effects['arm'].nunique()} arms, {size.seeds} seeds, {size.weeks} weeks, redmaple {__version__}",
        f"{effects['arm'].nunique()} 个方案，{size.seeds} 个种子，{size.weeks} 周，redmaple {__version__}",
    )[place]
    made = {}
    for kind, title in TITLES.items():
        part = matters[matters["kind"] == kind]
        if part.empty:
            continue
        shown = part.assign(estimate=part["difference"] / part["threshold"])
        names = {path: name_of(path, language) for path in shown["arm"].unique()}
        words = charts.Words(
            title[place],
            y=READING[place],
            names={**names, **NAMES[language]},
            footnote=note,
        )
        order = {name: number for number, name in enumerate(HEADLINES)}
        rank = shown.groupby("arm")["estimate"].transform(lambda cells: cells.abs().sum())
        shown = shown.assign(rank=-rank, at=shown["outcome"].map(order))
        made[kind] = charts.heat(
            shown.sort_values(["at", "rank"], kind="stable"),
            words,
            language,
            row="arm",
            column="outcome",
            low=None,
            high=None,
            reach=STRONGEST,
            digits=1,
        )
    return made


def name_of(label: str, language: str) -> str:
    """Return a row's name: a cause as it is called, a number by its heading or its meaning."""
    if label in ZH:
        return ZH[label] if language == "zh" else label
    heading, _, key = label.rpartition(".")
    declared = entries()[label].declared
    if key == "on":
        word = _term(heading) if language == "zh" else heading.rpartition(".")[2].replace("_", " ")
        return SWITCHED[bool(load("fengshu").value(label))][language] + (word or heading)
    if language == "zh":
        return _cut(declared.meaning_zh, "，（；", LONGEST["zh"])
    return _cut(f"{heading.rpartition('.')[2]}.{key}".replace("_", " "), "", LONGEST["en"])


def _term(heading: str) -> str:
    try:
        return zh(heading)
    except KeyError:
        return ""


def _cut(text: str, stops: str, most: int) -> str:
    """Return the beginning of a text, up to a stop or so many characters."""
    ends = [text.index(stop) for stop in stops if stop in text]
    short = text[: min(ends)] if ends else text
    return short if len(short) <= most else f"{short[: most - 1]}…"
