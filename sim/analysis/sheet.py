"""The sheet that a chart is drawn on: heading, legend, panels, names and small print.

All sizes are inches on paper, so that text stays readable in a column of a journal. Every text is
measured and folded to its room before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.analysis import theme
from sim.analysis.theme import BLACK, VERMILION

MILLIMETRES = 25.4
"""Millimetres in an inch."""

COLUMN = 90 / MILLIMETRES
"""Width of one column in print (inches)."""

PAGE = 180 / MILLIMETRES
"""Width of two columns in print (inches)."""

TITLE, READING, TITLE_OF_PANEL, LABEL, SMALL = 9.0, 7.0, 7.5, 7.0, 6.0
"""Sizes of text (points)."""

TEXT_GREY = "#555555"

WIDE = 0x2E80
"""From here on characters are Chinese, and lines may break between them."""

TEXT: dict[str, dict[str, str]] = {
    "en": {
        "uncalibrated": "UNCALIBRATED – explores, does not forecast",
        "worlds": "{worlds} draws of the unknowns",
        "runs": "{runs} runs",
        "weeks": "{weeks} weeks",
        "seed": "seed {seed}",
        "quick": "workshop size (a tenth of the community)",
        "full": "the whole community",
    },
    "zh": {
        "uncalibrated": "未校准——用于探索，不作预测",
        "worlds": "未知量的{worlds}组抽样",
        "runs": "{runs}次运行",
        "weeks": "{weeks}周",
        "seed": "种子{seed}",
        "quick": "试验规模（社区的十分之一）",
        "full": "整个社区",
    },
}
"""Words of the small print, by language."""


@dataclass(frozen=True)
class Words:
    """What a figure says, in its language.

    Attributes:
        title: what the figure is about, or its message.
        reading: how to read it: what a mark and its interval are.
        x: what lies along, with its unit.
        y: what lies upward, with its unit (for a heat map: what a cell holds).
        footnote: number of runs, seeds, version: see `small_print`.
        names: label of each row, group, panel and step, by its value as text (`26`, not `26.0`).
    """

    title: str
    reading: str = ""
    x: str = ""
    y: str = ""
    footnote: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, value: Hashable) -> str:
        """Return the label of a value; the value itself, with a true minus, where it has none."""
        known = self.names.get(key(value))
        if known is not None:
            return known
        return key(value) if isinstance(value, str) else key(value).replace("-", "−")

    def typeset(self, language: str) -> Words:
        """Return the same words with the punctuation of their language."""
        return Words(
            title=theme.punctuated(self.title, language),
            reading=theme.punctuated(self.reading, language),
            x=theme.punctuated(self.x, language),
            y=theme.punctuated(self.y, language),
            footnote=theme.punctuated(self.footnote, language),
            names={value: theme.punctuated(name, language) for value, name in self.names.items()},
        )


def key(value: Hashable) -> str:
    """Return a value as the text by which `Words.names` knows it: `26`, `0.37`, `both`."""
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def small_print(
    language: str,
    *,
    runs: int | None = None,
    worlds: int | None = None,
    weeks: int | None = None,
    seed: int | None = None,
    scale: str = "",
    version: str = "",
) -> str:
    """Return the usual footnote from what is given: worlds, runs, weeks, seed, scale, version.

    Args:
        language: `en` or `zh`.
        runs: simulated runs behind the figure.
        worlds: draws of the unknowns that they are spread over.
        weeks: simulated weeks of each run.
        seed: seed that the plan's seeds are derived from.
        scale: `quick` or `full`.
        version: version of redmaple that ran.
    """
    words = TEXT[language]
    counts = {"worlds": worlds, "runs": runs, "weeks": weeks}
    parts = [
        words[name].format(**{name: f"{count:,}"})
        for name, count in counts.items()
        if count is not None
    ]
    if seed is not None:
        parts.append(words["seed"].format(seed=seed))
    if scale:
        parts.append(words[scale])
    if version:
        parts.append(f"redmaple {version}")
    return " · ".join(parts)


# --- Text: measured and folded -------------------------------------------------------------------


def blank(width: float) -> Figure:
    """Return an empty figure in the look that is in use; `lay_out` sets its height."""
    figure = Figure((width, 1.0), dpi=mpl.rcParams["savefig.dpi"], layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Return how wide a text is in the look that is in use (inches); of several lines the widest."""
    return _width(text, size, weight, tuple(mpl.rcParams["font.family"]))


@cache
def _width(text: str, size: float, weight: str, families: tuple[str, ...]) -> float:
    figure = Figure(dpi=mpl.rcParams["savefig.dpi"])
    FigureCanvasAgg(figure)
    drawn = figure.text(0, 0, text, fontsize=size, weight=weight, family=list(families))
    return float(drawn.get_window_extent(renderer_of(figure)).width) / figure.dpi


def renderer_of(figure: Figure) -> Any:
    """Return what measures a figure's texts."""
    return figure.canvas.get_renderer()  # type: ignore[attr-defined]


def fold(text: str, size: float, room: float, weight: str = "normal") -> list[str]:
    """Return the lines of a text, each of which fits into `room` inches.

    Latin text breaks at spaces, Chinese between characters but not before punctuation. A single
    word that is too long stays whole.
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for piece in pieces(paragraph):
            longer = line + piece
            if line and width_of(longer.rstrip(), size, weight) > room:
                lines.append(line.rstrip())
                line = piece
            else:
                line = longer
        lines.append(line.rstrip())
    return [line for line in lines if line]


CLOSING = " ,.;:!?)]}%·—…" + theme.WIDE_CLOSING
"""No line begins with one of these."""

OPENING = "(" + theme.WIDE_OPENING
"""No line ends with one of these."""


@cache
def pieces(text: str) -> tuple[str, ...]:
    """Return the pieces of a text that a line may break between."""
    found: list[str] = []
    for letter in text:
        before = found[-1][-1] if found else " "
        latin = ord(letter) < WIDE and ord(before) < WIDE and before != " "
        if found and (latin or letter in CLOSING or before in OPENING):
            found[-1] += letter
        else:
            found.append(letter)
    return tuple(found)


def height_of(lines: int, size: float) -> float:
    """Return how high lines of text are (inches)."""
    return lines * size * 1.35 / 72


def folded(names: Sequence[str], size: float, room: float) -> list[str]:
    """Return names broken into lines that fit into `room` inches, one text each.

    The lines of a name are about as wide as each other: none holds a single character if it need
    not.
    """
    return ["\n".join(_balanced(name, size, room)) for name in names]


def _balanced(name: str, size: float, room: float) -> list[str]:
    lines = fold(name, size, room)
    for share in (0.6, 0.7, 0.8, 0.9):
        narrower = fold(name, size, share * room)
        if 1 < len(lines) == len(narrower):
            return narrower
    return lines


def widest(names: Sequence[str], size: float) -> float:
    """Return how wide the widest of some names is (inches)."""
    return max((width_of(name, size) for name in names), default=0.0)


def most_lines(names: Sequence[str]) -> int:
    """Return how many lines the highest of some names has."""
    return max((name.count("\n") + 1 for name in names), default=1)


# --- Sheet ---------------------------------------------------------------------------------------


def side_by_side(panels: int, room: float, least: float) -> int:
    """Return how many panels lie side by side: as many as fit, in rows as even as can be."""
    fit = max(1, int(room / least))
    return ceil(panels / ceil(panels / fit))


def lay_out(
    figure: Figure,
    words: Words,
    language: str,
    panels: int,
    columns: int,
    height: float,
    *,
    legend: Sequence[tuple[Any, str]] = (),
    reading: Sequence[str] = (),
    names: Sequence[str] = (),
    y: str = "",
    beside: float = 0.4,
    marked: bool = False,
    below_axes: float = 0.0,
    sharex: Any = False,
    sharey: Any = False,
) -> Any:
    """Write heading, legend and small print on a figure, set its height, and return its axes.

    Args:
        figure: an empty figure.
        words: what to write.
        language: `en` or `zh`.
        panels: number of panels; axes that are left over are hidden.
        columns: panels side by side.
        height: of a panel (inches).
        legend: a mark and a name for each group.
        reading: what is written below the title after `words.reading`.
        names: what is written above each panel.
        y: what is written along the height of the first panels.
        beside: room that the names of rows, or of y, take at the left (inches).
        marked: whether names of reference lines are written above panels.
        below_axes: room below the lowest panels beyond one line of numbers (inches).
        sharex: as for `Figure.subplots`.
        sharey: as for `Figure.subplots`.

    Returns:
        The axes, rows by columns.
    """
    width = float(figure.get_size_inches()[0])
    rows, room = ceil(panels / columns), width - 0.14
    weight = "bold" if language == "en" else "normal"  # the Chinese font has one weight
    parts = [part for part in (words.reading, *reading) if part]
    says = " · ".join([part.rstrip(".\u3002") for part in parts[:-1]] + parts[-1:])
    head = [(line, TITLE, BLACK, weight) for line in fold(words.title, TITLE, room, weight)]
    head += [(line, READING, TEXT_GREY, "normal") for line in fold(says, READING, room)]
    says_first = theme.punctuated(TEXT[language]["uncalibrated"], language)
    notice = fold(says_first, SMALL, room)
    foot = [(line, VERMILION) for line in notice]
    foot += [(line, TEXT_GREY) for line in fold(words.footnote, SMALL, room)]
    keys = _legend(figure, legend, room) if legend else None
    keys_tall = keys.get_window_extent(renderer_of(figure)).height / figure.dpi if keys else 0.0

    panel_room = (width - beside) / columns - (0.1 if sharey else 0.4)
    titles = folded(names, TITLE_OF_PANEL, panel_room)
    along, upward = folded([words.x], LABEL, panel_room)[0], folded([y], LABEL, height)[0]

    above = 0.08 + sum(height_of(1, size) for _, size, _, _ in head) + keys_tall
    below = 0.08 + height_of(len(foot), SMALL)
    over_panel = 0.07 + (0.12 if marked else 0.0)
    over_panel += height_of(most_lines(titles), TITLE_OF_PANEL) if names else 0.0
    under = 0.22 + below_axes
    under += height_of(along.count("\n") + 1, LABEL) + 0.04 if along else 0.0
    full = above + rows * (height + over_panel + 0.06) + (rows - 1) * 0.14 + under + below
    figure.set_size_inches(width, full)

    place = full - 0.05
    for line, size, colour, bold in head:
        figure.text(
            0.07 / width, place / full, line, fontsize=size, color=colour, weight=bold, va="top"
        )
        place -= height_of(1, size)
    if keys:
        keys.set_bbox_to_anchor((0.05 / width, place / full), transform=figure.transFigure)
    place = 0.05 + height_of(len(foot) - 1, SMALL)
    for line, colour in foot:
        figure.text(0.07 / width, place / full, line, fontsize=SMALL, color=colour, va="bottom")
        place -= height_of(1, SMALL)
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.0, below / full, 1.0, (full - above - below) / full))
    axes = figure.subplots(rows, columns, squeeze=False, sharex=sharex, sharey=sharey)
    for axis in axes.flat[panels:]:
        axis.set_visible(False)
    for axis, title in zip(axes.flat, titles, strict=False):
        pad = 12 if marked else 4
        axis.set_title(title, fontsize=TITLE_OF_PANEL, pad=pad, fontweight="normal")
    for number, axis in enumerate(axes.flat[:panels]):
        if number + columns >= panels:
            axis.set_xlabel(along, fontsize=LABEL)
            axis.tick_params(labelbottom=True)
        if number % columns == 0:
            axis.set_ylabel(upward, fontsize=LABEL)
    return axes


def settle(figure: Figure) -> None:
    """Lay a figure out once and for all, so that texts can be placed by what lies around them."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")


def _legend(figure: Figure, keys: Sequence[tuple[Any, str]], room: float) -> Any:
    """Return a legend in as many columns as there is room for."""
    for columns in range(len(keys), 0, -1):
        legend = figure.legend(
            [mark for mark, _ in keys],
            [name for _, name in keys],
            loc="upper left",
            ncols=columns,
            fontsize=LABEL,
            handlelength=2.4,
            columnspacing=1.2,
            handletextpad=0.5,
            borderaxespad=0.0,
            borderpad=0.2,
        )
        if legend.get_window_extent(renderer_of(figure)).width / figure.dpi <= room:
            break
        if columns > 1:
            legend.remove()
    return legend


def name_rows(axis: Any, names: Sequence[str], grey: Iterable[int] = ()) -> None:
    """Write names of rows, from the top down, some of them in grey."""
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    dull = set(grey)
    for number, tick in enumerate(axis.yaxis.get_major_ticks()):
        tick.label1.set_fontsize(LABEL)
        if number in dull:
            tick.label1.set_color(theme.GREY)


def across(names: Sequence[str], room: float) -> tuple[list[str], float, float]:
    """Return names of steps fit to be written along an axis.

    Args:
        names: one for each step.
        room: distance between two steps (inches).

    Returns:
        The names, folded or to be turned; the angle; and the height that they need beyond a line.
    """
    straight = folded(names, LABEL, room - 0.05)
    if widest(straight, LABEL) <= room - 0.02:
        return straight, 0.0, height_of(most_lines(straight) - 1, LABEL)
    slant = 40.0
    rise = float(np.sin(np.radians(slant)))
    return list(names), slant, widest(names, LABEL) * rise
