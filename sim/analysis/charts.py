"""The charts that experiments publish: small tables in, figures out, each with its intervals.

Every chart takes a tidy table with `estimate`, `low` and `high` (names can be given), the words to
write (`Words`, in the language of the figure) and the language. Rows, groups and panels come in
the order in which the table first names them. Groups differ in colour *and* in marker or dashes,
so that they can be told apart in grey print and by colour-blind readers. Figures are as wide as
one (`COLUMN`) or two (`PAGE`) columns of a journal and are as high as their content needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from sim.analysis import overview, sheet, theme
from sim.analysis.sheet import COLUMN, LABEL, PAGE, TEXT_GREY, Words, key, small_print
from sim.analysis.theme import BLACK, BLUE, GREY, PALETTE

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMN",
    "PAGE",
    "Mark",
    "Words",
    "curves",
    "heat",
    "indices",
    "intervals",
    "key",
    "save",
    "scatter_morris",
    "small_print",
]

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
WHITE_BOX = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}
OUTLINE = [withStroke(linewidth=1.6, foreground="white")]
"""Of texts that lines may run under."""

DOTTED: dict[str, Any] = {"color": GREY, "linewidth": 0.8, "linestyle": (0, (1, 2)), "zorder": 1}

DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.6)),
    (0, (1.2, 1.2)),
    (0, (5, 1.4, 1.2, 1.4)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (2, 2)),
    "-",
)
"""One per group, in the order of `theme.PALETTE`."""

MARKED = 16
"""Points of a line up to which each has a marker."""

STRIPE, AREA, FLOOR = "#F7F7F7", "#E8E8E8", "#D9D9D9"
"""Greys of every other row, of reference areas, and of the noise floor."""

ROW, GROUP = 0.2, 0.115
"""Least height of a row, and distance of two groups in it (inches)."""

PANEL, NAMED_PANEL = 1.45, 2.1
"""Least width of a panel, and of one with names inside (inches)."""

TEXT: dict[str, dict[str, str]] = {
    "en": {
        "undefined": "undefined",
        "included": "○\u00a0the interval includes {value}",
        "span": "{low} to {high}",
        "hollow": "hollow: no interval (too few cases, or all alike)",
        "bare": "no interval below: too few cases",
        "floor": "noise floor (dummy factors)",
        "as_large": "σ = μ*: effects vary as much as they are large",
    },
    "zh": {
        "undefined": "无定义",
        "included": "○\u00a0区间含{value}",
        "span": "{low}至{high}",
        "hollow": "空心：无区间（例数太少或全部相同）",
        "bare": "下方无区间：例数太少",
        "floor": "噪声水平（虚设因子）",
        "as_large": "σ = μ*：效应的离散与大小相当",
    },
}
"""Words that charts write by themselves, by language."""


class Mark(NamedTuple):
    """A reference line, or a shaded area from `at` to `to`.

    Attributes:
        at: where the line is, or where the area begins.
        to: where the area ends; None for a line.
        label: what it is; written once, at the first panel.
        along: the axis on which `at` is measured.
    """

    at: float
    to: float | None = None
    label: str = ""
    along: str = "x"


# --- Charts --------------------------------------------------------------------------------------


@theme.drawn
def intervals(
    table: pd.DataFrame,
    words: Words,
    language: str = "en",
    *,
    row: str,
    hue: str | None = None,
    panel: str | None = None,
    estimate: str = "estimate",
    low: str = "low",
    high: str = "high",
    marks: Sequence[Mark] = (),
    limits: tuple[float, float] | None = None,
    log: bool = False,
    share: bool = True,
    columns: int | None = None,
    width: float = PAGE,
) -> Figure:
    """Draw estimates as dots with their intervals, a row a category.

    An estimate that is not a number is written as undefined. An interval that leaves the limits
    ends in an arrow.

    Args:
        table: one row for each category, group and panel.
        words: what to write; `x` says what is estimated, with its unit.
        language: `en` or `zh`.
        row: column of the categories.
        hue: column of the groups that share a row.
        panel: column of the small multiples.
        estimate: column of the estimates.
        low: column of the lower ends.
        high: column of the upper ends.
        marks: reference lines and areas along x.
        limits: range of x; None to hold all intervals.
        log: whether x is on a scale of doublings.
        share: whether panels share the scale of x.
        columns: panels side by side; None for as many as fit.
        width: of the figure, in inches.

    Raises:
        ValueError: a column is missing, or a row appears twice.
        InputError: an unknown language, or no font for it.
    """
    _check(table, [row, hue, panel], [estimate, low, high])
    rows, groups, panels = _order(table, row), _order(table, hue), _order(table, panel)
    words, marks = _typeset(words, marks, language)
    figure = sheet.blank(width)
    names, tall, room = _rows(figure, words, rows, len(groups))
    across = columns or sheet.side_by_side(len(panels), room, PANEL)
    marked = any(mark.label and mark.along == "x" for mark in marks)
    axes = sheet.lay_out(
        figure,
        words,
        language,
        len(panels),
        across,
        len(rows) * tall,
        legend=_keys(words, groups, hue, line=False),
        reading=_hollow(table, estimate, (low, high), language),
        names=_panel_names(words, panels),
        beside=width - room,
        marked=marked,
        sharex=share,
        sharey=True,
    )
    offsets = _dodged(len(groups), tall)
    for number, (axis, part) in enumerate(_parts(axes, table, panel, panels)):
        _stripes(axis, len(rows))
        for style, group in enumerate(groups):
            mine = _of(part, hue, group)
            place = np.array([rows.index(value) for value in mine[row]]) + offsets[style]
            _dots(axis, mine[[estimate, low, high]].to_numpy(float), place, style, limits, language)
        sheet.name_rows(axis, names)
        if limits:
            axis.set_xlim(limits)
        _scale(axis.xaxis, log)
        _marks(axis, marks, named=number == 0)
    return figure


@theme.drawn
def curves(
    table: pd.DataFrame,
    words: Words,
    language: str = "en",
    *,
    x: str,
    hue: str | None = None,
    panel: str | None = None,
    estimate: str = "estimate",
    low: str = "low",
    high: str = "high",
    marks: Sequence[Mark] = (),
    steps: bool = False,
    bars: bool = False,
    log_x: bool = False,
    log_y: bool = False,
    limits: tuple[float, float] | None = None,
    share: bool = True,
    columns: int | None = None,
    width: float = PAGE,
    height: float = 1.75,
) -> Figure:
    """Draw estimates against a number, as lines in bands that hold their intervals.

    Args:
        table: one row for each x, group and panel.
        words: what to write; `x` and `y` with their units.
        language: `en` or `zh`.
        x: column of what lies along.
        hue: column of the groups, a line each.
        panel: column of the small multiples.
        estimate: column of the estimates.
        low: column of the lower ends.
        high: column of the upper ends.
        marks: reference lines and areas along x or y.
        steps: whether x are named steps, equally apart, rather than numbers.
        bars: whether intervals are bars, moved apart, rather than bands (for few x).
        log_x: whether x is on a logarithmic scale.
        log_y: whether y is on a scale of doublings.
        limits: range of y; None to hold all intervals.
        share: whether panels share the scale of y.
        columns: panels side by side; None for as many as fit.
        width: of the figure, in inches.
        height: of a panel, in inches.

    Raises:
        ValueError: a column is missing, or a point appears twice.
        InputError: an unknown language, or no font for it.
    """
    _check(table, [x, hue, panel], [estimate, low, high])
    if log_x and not steps and table[x].min() <= 0:
        raise ValueError(
            f"{x} has values that are not above 0: it cannot be on a logarithmic scale"
        )
    groups, panels = _order(table, hue), _order(table, panel)
    points = _order(table, x) if steps else sorted(_order(table, x))
    words, marks = _typeset(words, marks, language)
    figure = sheet.blank(width)
    across = columns or sheet.side_by_side(len(panels), width - 0.4, PANEL)
    named = steps or len(points) <= 8
    room = (width - 0.45) / across / len(points) if steps else width
    names, slant, below_axes = sheet.across([words.name(point) for point in points], room)
    marked = any(mark.label and mark.along == "x" for mark in marks)
    axes = sheet.lay_out(
        figure,
        words,
        language,
        len(panels),
        across,
        height,
        legend=_keys(words, groups, hue, line=True),
        reading=_hollow(table, estimate, (low, high), language),
        names=_panel_names(words, panels),
        y=words.y,
        marked=marked,
        below_axes=below_axes if named else 0.0,
        sharex=True,
        sharey=share,
    )
    for number, (axis, part) in enumerate(_parts(axes, table, panel, panels)):
        for style, group in enumerate(groups):
            mine = _of(part, hue, group)
            along = mine[x].map(points.index) if steps else mine[x]
            order = np.argsort(along.to_numpy(float), kind="stable")
            values = mine[[estimate, low, high]].to_numpy(float)[order]
            away = _aside(style, len(groups), points, steps=steps, log=log_x) if bars else None
            _line(axis, along.to_numpy(float)[order], values, style, away, log_x and not steps)
        if part[estimate].isna().all():
            _say_undefined(axis, language)
        if log_x and not steps:
            axis.set_xscale("log", base=2)
            axis.xaxis.set_minor_locator(NullLocator())
        if named:
            ticks = range(len(points)) if steps else [float(point) for point in points]
            axis.set_xticks(ticks, names)
            if slant:
                axis.tick_params(axis="x", labelrotation=slant)
                for label in axis.get_xticklabels():
                    label.set(ha="right", rotation_mode="anchor")
        else:
            axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
            axis.xaxis.set_major_formatter(FuncFormatter(_number))
        if limits:
            axis.set_ylim(limits)
        _scale(axis.yaxis, log_y)
        _marks(axis, marks, named=number == 0)
    return figure


@theme.drawn
def heat(
    table: pd.DataFrame,
    words: Words,
    language: str = "en",
    *,
    row: str,
    column: str,
    panel: str | None = None,
    estimate: str = "estimate",
    low: str | None = "low",
    high: str | None = "high",
    centre: float | None = 0.0,
    reach: float | None = None,
    digits: int = 2,
    columns: int | None = None,
    width: float = PAGE,
) -> Figure:
    """Draw a matrix of estimates: colour, number, and interval in small print.

    Colours part at `centre`; a ring marks cells whose interval includes it. Cells without an
    estimate stay blank, those that are not a number are crossed out.

    Args:
        table: one row for each cell and panel.
        words: what to write; `y` says what a cell holds, with its unit.
        language: `en` or `zh`.
        row: column of the rows.
        column: column of the columns.
        panel: column of the small multiples.
        estimate: column of the estimates.
        low: column of the lower ends; None to write no interval.
        high: column of the upper ends; None to write no interval.
        centre: value where nothing differs; None for a scale without one.
        reach: distance from the centre from which on colours are at their ends; None for the largest.
        digits: decimal places written.
        columns: panels side by side; None for as many as fit.
        width: of the figure, in inches.

    Raises:
        ValueError: a column is missing, or a cell appears twice.
        InputError: an unknown language, or no font for it.
    """
    ends = [low, high] if low is not None and high is not None else []
    _check(table, [row, column, panel], [estimate, *ends])
    rows, along, panels = _order(table, row), _order(table, column), _order(table, panel)
    words, _ = _typeset(words, (), language)
    figure = sheet.blank(width)
    names, _, room = _rows(figure, words, rows, 1)
    side = columns or sheet.side_by_side(len(panels), room, 0.62 * len(along))
    steps, slant, below_axes = sheet.across(
        [words.name(value) for value in along], room / side / len(along)
    )
    notes = [words.y]
    if ends and centre is not None:
        notes.append(TEXT[language]["included"].format(value=key(float(centre))))
    if ends and _bare(table, estimate, ends):
        notes.append(TEXT[language]["bare"])
    axes = sheet.lay_out(
        figure,
        words,
        language,
        len(panels),
        side,
        len(rows) * (0.33 if ends else 0.24),
        reading=[theme.punctuated(note, language) for note in notes],
        names=_panel_names(words, panels),
        beside=width - room,
        below_axes=below_axes,
        sharex=True,
        sharey=True,
    )
    values = table[estimate].to_numpy(float)
    if centre is not None and reach is not None:
        values = np.clip(values, centre - reach, centre + reach)
    colour_of = _colours(values, centre)
    cells = []
    for axis, part in _parts(axes, table, panel, panels):
        for cell in part.to_dict("records"):
            place = along.index(cell[column]), rows.index(cell[row])
            value = float(cell[estimate])
            cells.append((axis, place, value, tuple(float(cell[end]) for end in ends)))
            axis.add_patch(_tile(place, colour_of(value)))
        sheet.name_rows(axis, names)
        axis.set_xlim(-0.5, len(along) - 0.5)
        axis.set_xticks(range(len(along)), steps)
        if slant:
            axis.tick_params(axis="x", labelrotation=slant)
            for label in axis.get_xticklabels():
                label.set(ha="right", rotation_mode="anchor")
        axis.tick_params(length=0)
        axis.grid(False)
        axis.spines[:].set_visible(False)
    sheet.settle(figure)
    for axis, place, value, between in cells:
        _cell(figure, axis, place, value, between, digits, centre, language)
    return figure


@theme.drawn
def indices(
    table: pd.DataFrame,
    words: Words,
    language: str = "en",
    *,
    factor: str = "factor",
    kind: str = "index",
    outcome: str | None = "outcome",
    estimate: str = "estimate",
    low: str = "low",
    high: str = "high",
    dummies: Iterable[str] = ("dummy",),
    top: int | None = None,
    limits: tuple[float, float] | None = None,
    columns: int | None = None,
    width: float = PAGE,
) -> Figure:
    """Draw sensitivity indices with their intervals, the most influential factor first.

    Factors are ordered by their largest estimate in any panel; dummies come last. The grey area
    reaches to the upper end of the dummies' intervals in the panel: what lies within it cannot be
    told from noise.

    Args:
        table: one row for each factor, kind of index and outcome.
        words: what to write; `x` says what the indices are of.
        language: `en` or `zh`.
        factor: column of the factors.
        kind: column that says first order or total.
        outcome: column of the small multiples.
        estimate: column of the estimates.
        low: column of the lower ends.
        high: column of the upper ends.
        dummies: factors that the model does not know.
        top: how many factors are drawn, dummies aside; None for all.
        limits: range of the index; None to hold all intervals.
        columns: panels side by side; None for as many as fit.
        width: of the figure, in inches.

    Raises:
        ValueError: a column is missing, or an index appears twice.
        InputError: an unknown language, or no font for it.
    """
    _check(table, [factor, kind, outcome], [estimate, low, high])
    idle = set(dummies)
    largest = table.groupby(factor, sort=False)[estimate].max()
    ranked = largest.sort_values(ascending=False, kind="stable", na_position="last").index
    rows = [name for name in ranked if name not in idle][:top]
    rows += [name for name in ranked if name in idle]
    kinds, panels = _order(table, kind), _order(table, outcome)
    words, _ = _typeset(words, (), language)
    figure = sheet.blank(width)
    names, tall, room = _rows(figure, words, rows, len(kinds))
    keys = _keys(words, kinds, kind, line=False)
    if idle & set(rows):
        keys = [*keys, _floor_key(language)]
    axes = sheet.lay_out(
        figure,
        words,
        language,
        len(panels),
        columns or sheet.side_by_side(len(panels), room, PANEL),
        len(rows) * tall,
        legend=keys,
        reading=_hollow(table, estimate, (low, high), language),
        names=_panel_names(words, panels),
        beside=width - room,
        sharex=True,
        sharey=True,
    )
    offsets = _dodged(len(kinds), tall)
    for axis, part in _parts(axes, table, outcome, panels):
        _stripes(axis, len(rows))
        _floor(axis, part.loc[part[factor].isin(idle), high])
        for style, one in enumerate(kinds):
            mine = _of(part, kind, one)
            mine = mine[mine[factor].isin(rows)]
            place = np.array([rows.index(name) for name in mine[factor]]) + offsets[style]
            _dots(axis, mine[[estimate, low, high]].to_numpy(float), place, style, limits, language)
        axis.axvline(0.0, color=BLACK, linewidth=0.6, zorder=1)
        sheet.name_rows(axis, names, [at for at, name in enumerate(rows) if name in idle])
        if limits:
            axis.set_xlim(limits)
        _scale(axis.xaxis, log=False)
    return figure


@theme.drawn
def scatter_morris(
    table: pd.DataFrame,
    words: Words,
    language: str = "en",
    *,
    factor: str = "factor",
    outcome: str | None = "outcome",
    x: str = "mu_star",
    y: str = "sigma",
    low: str | None = None,
    high: str | None = None,
    dummies: Iterable[str] = ("dummy",),
    top: int = 10,
    columns: int | None = None,
    width: float = PAGE,
    height: float = 2.3,
) -> Figure:
    """Draw how much (mean size of its effects) and how unevenly (their spread) a factor works.

    The factors with the largest effects are named, as far as names find room. The grey area
    reaches to the largest effect of a dummy (to the upper end of its interval, if given). Above
    the dotted line effects vary, or interact, more than they are large.

    Args:
        table: one row for each factor and outcome.
        words: what to write; `x` and `y` with their units.
        language: `en` or `zh`.
        factor: column of the factors.
        outcome: column of the small multiples.
        x: column of the mean absolute effect.
        y: column of the standard deviation of effects.
        low: column of the lower end of the mean absolute effect; None to draw no interval.
        high: column of its upper end; None to draw no interval.
        dummies: factors that the model does not know.
        top: factors named in each panel.
        columns: panels side by side; None for as many as fit.
        width: of the figure, in inches.
        height: of a panel, in inches.

    Raises:
        ValueError: a column is missing, or a factor appears twice.
        InputError: an unknown language, or no font for it.
    """
    ends = [low, high] if low is not None and high is not None else []
    _check(table, [factor, outcome], [x, y, *ends])
    idle, panels = set(dummies), _order(table, outcome)
    words, _ = _typeset(words, (), language)
    figure = sheet.blank(width)
    keys = [(_dotted(), theme.punctuated(TEXT[language]["as_large"], language))]
    if table[factor].isin(idle).any():
        keys = [_floor_key(language), *keys]
    axes = sheet.lay_out(
        figure,
        words,
        language,
        len(panels),
        columns or sheet.side_by_side(len(panels), width, NAMED_PANEL),
        height,
        legend=keys,
        names=_panel_names(words, panels),
        y=words.y,
    )
    parts = []
    for axis, part in _parts(axes, table, outcome, panels):
        part = part.sort_values(x, ascending=False, kind="stable")
        far = part[ends[1] if ends else x]
        dummy = part[factor].isin(idle)
        axis.set_xlim(0.0, 1.12 * float(far.max()) or 1.0)
        axis.set_ylim(0.0, 1.18 * float(part[y].max()) or 1.0)
        _floor(axis, far[dummy])
        end = min(axis.get_xlim()[1], axis.get_ylim()[1])
        axis.plot([0.0, end], [0.0, end], **DOTTED)
        if ends:
            axis.hlines(part[y], part[ends[0]], far, color="#BBBBBB", linewidth=0.7, zorder=2)
        for one, marker, colour in ((part[~dummy], "o", BLUE), (part[dummy], "s", GREY)):
            axis.plot(one[x], one[y], marker, markersize=3.6, color=colour, zorder=3)
        _scale(axis.xaxis, log=False)
        _scale(axis.yaxis, log=False)
        parts.append((axis, part.assign(grey=dummy)))
    sheet.settle(figure)
    for axis, part in parts:
        spans = part[ends].to_numpy(float) if ends else part[[x, x]].to_numpy(float)
        names = [words.name(name) for name in part[factor]]
        names[top:] = [""] * len(names[top:])
        _label_points(axis, part[[x, y]].to_numpy(float), spans, names, list(part["grey"]))
    return figure


def save(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write a figure as `<name>.png` (200 dots an inch) and `<name>.svg`, the same bytes each time.

    Returns:
        The two files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / f"{name}.png", folder / f"{name}.svg"
    overview.save(figure, *files)
    return files


# --- Tables --------------------------------------------------------------------------------------


def _check(table: pd.DataFrame, keys: Sequence[str | None], values: Sequence[str]) -> None:
    """Refuse a table that cannot be drawn, and say why."""
    named = [name for name in keys if name is not None]
    missing = [name for name in (*named, *values) if name not in table.columns]
    if missing:
        raise ValueError(f"the table has no column {missing}; it has {list(table.columns)}")
    if table.empty:
        raise ValueError("the table has no rows: there is nothing to draw")
    twice = table[table.duplicated(named)]
    if len(twice):
        raise ValueError(
            f"{named} do not tell the rows of the table apart: {twice[named].iloc[0].to_dict()} "
            "appears twice"
        )


def _order(table: pd.DataFrame, column: str | None) -> list[Any]:
    """Return a column's values in the order of their first appearance; one None without it."""
    return [None] if column is None else list(dict.fromkeys(table[column]))


def _of(table: pd.DataFrame, column: str | None, value: Any) -> pd.DataFrame:
    return table if column is None else table[table[column] == value]


def _parts(
    axes: Any, table: pd.DataFrame, panel: str | None, panels: Sequence[Any]
) -> Iterable[tuple[Any, pd.DataFrame]]:
    """Yield the axes and the rows of each panel."""
    for axis, value in zip(axes.flat, panels, strict=False):
        yield axis, _of(table, panel, value)


# --- Words ---------------------------------------------------------------------------------------


def _bare(table: pd.DataFrame, estimate: str, ends: Sequence[str]) -> bool:
    """Return whether an estimate has no interval though the table has a column for it."""
    return bool((table[estimate].notna() & table[list(ends)].isna().any(axis=1)).any())


def _hollow(table: pd.DataFrame, estimate: str, ends: Sequence[str], language: str) -> list[str]:
    """Return the note on hollow markers, where there are any."""
    note = theme.punctuated(TEXT[language]["hollow"], language)
    return [note] if _bare(table, estimate, ends) else []


def _typeset(words: Words, marks: Sequence[Mark], language: str) -> tuple[Words, tuple[Mark, ...]]:
    """Return what is written with the punctuation of its language."""
    labelled = (mark._replace(label=theme.punctuated(mark.label, language)) for mark in marks)
    return words.typeset(language), tuple(labelled)


def _rows(
    figure: Figure, words: Words, rows: Sequence[Any], groups: int
) -> tuple[list[str], float, float]:
    """Return the names of rows, a row's height, and the width that is left beside the names."""
    width = float(figure.get_size_inches()[0])
    names = sheet.folded([words.name(row) for row in rows], LABEL, 0.36 * width)
    lines = sheet.most_lines(names)
    tall = max(ROW, GROUP * groups + 0.07, sheet.height_of(lines, LABEL) + 0.05)
    return names, tall, width - sheet.widest(names, LABEL) - 0.15


def _panel_names(words: Words, panels: Sequence[Any]) -> list[str]:
    """Return the names of panels; none for a chart that is not divided."""
    return [] if panels == [None] else [words.name(value) for value in panels]


def _keys(
    words: Words, groups: Sequence[Any], hue: str | None, *, line: bool
) -> list[tuple[Any, str]]:
    """Return the keys of the legend: a mark and a name for each group."""
    if hue is None:
        return []
    return [(_key_mark(style, line=line), words.name(group)) for style, group in enumerate(groups)]


def _key_mark(style: int, *, line: bool) -> Line2D:
    return Line2D(
        [],
        [],
        color=PALETTE[style % len(PALETTE)],
        marker=MARKERS[style % len(MARKERS)],
        markersize=4,
        linestyle=DASHES[style % len(DASHES)] if line else "-",
        linewidth=1.2,
    )


def _dotted() -> Line2D:
    return Line2D([], [], **DOTTED)


def _floor_key(language: str) -> tuple[Any, str]:
    """Return the key of the noise floor."""
    mark = Line2D([], [], color=FLOOR, linewidth=6, solid_capstyle="butt")
    return mark, theme.punctuated(TEXT[language]["floor"], language)


# --- Marks -----------------------------------------------------------------------------------------


def _dodged(groups: int, tall: float) -> Any:
    """Return how far groups lie off the middle of a row (in rows)."""
    step = min(0.8 / groups, 0.115 / tall)
    return (np.arange(groups) - (groups - 1) / 2) * step


def _dots(
    axis: Any,
    values: Any,
    place: Any,
    style: int,
    limits: tuple[float, float] | None,
    language: str,
) -> None:
    """Draw dots with horizontal intervals; values are rows of estimate, low, high."""
    colour = PALETTE[style % len(PALETTE)]
    least, most = limits or (-np.inf, np.inf)
    for (middle, low, high), at in zip(values, place, strict=True):
        if np.isnan(middle):
            axis.annotate(
                TEXT[language]["undefined"],
                (0.0, at),
                xycoords=axis.get_yaxis_transform(),
                xytext=(3, 0),
                textcoords="offset points",
                fontsize=5.5,
                color=colour,
                va="center",
                path_effects=OUTLINE,
            )
            continue
        left, right = np.fmin(low, middle), np.fmax(high, middle)
        inside = [max(left, least), min(right, most)]
        if inside[0] <= inside[1]:
            axis.plot(inside, [at, at], color=colour, linewidth=1.1, zorder=3)
        for leaves, edge, arrow in ((left < least, least, "<"), (right > most, most, ">")):
            if leaves:
                axis.plot(edge, at, arrow, color=colour, markersize=3.5, clip_on=False, zorder=4)
        if least <= middle <= most:
            hollow = bool(np.isnan(low) or np.isnan(high))
            _dot(axis, middle, at, style, hollow=hollow, clip_on=False)


def _dot(axis: Any, x: float, y: float, style: int, *, hollow: bool, clip_on: bool = True) -> None:
    """Draw a group's marker; hollow where its estimate has no interval."""
    colour = PALETTE[style % len(PALETTE)]
    axis.plot(
        x,
        y,
        MARKERS[style % len(MARKERS)],
        color=colour,
        markersize=4,
        markerfacecolor="white" if hollow else colour,
        markeredgecolor=colour if hollow else "white",
        markeredgewidth=0.8 if hollow else 0.4,
        clip_on=clip_on,
        zorder=4,
    )


def _line(axis: Any, along: Any, values: Any, style: int, away: float | None, log_x: bool) -> None:
    """Draw a line with its band; with bars, moved aside by `away`, if that is given."""
    colour = PALETTE[style % len(PALETTE)]
    middle, low, high = values.T
    aside = away or 0.0
    moved = along * 2.0**aside if log_x else along + aside
    dashes = DASHES[style % len(DASHES)]
    axis.plot(moved, middle, color=colour, linestyle=dashes, linewidth=1.2, zorder=3)
    if len(along) <= MARKED:
        for x, y, bare in zip(moved, middle, np.isnan(low) | np.isnan(high), strict=True):
            _dot(axis, x, y, style, hollow=bool(bare))
    if away is None:
        axis.fill_between(moved, low, high, color=colour, alpha=0.15, linewidth=0, zorder=2)
    else:
        axis.vlines(moved, low, high, color=colour, linewidth=0.9, zorder=2.5)


def _say_undefined(axis: Any, language: str) -> None:
    """Write into a panel that none of its estimates is defined."""
    axis.text(
        0.5,
        0.5,
        TEXT[language]["undefined"],
        transform=axis.transAxes,
        fontsize=LABEL,
        color=GREY,
        ha="center",
        va="center",
    )


def _aside(style: int, groups: int, points: Sequence[Any], *, steps: bool, log: bool) -> float:
    """Return how far a group's bars are moved: a share of the least distance of two x."""
    numbers = [float(step) for step in (range(len(points)) if steps else points)]
    if log and not steps:
        numbers = list(np.log2(numbers))
    least = min((after - before for before, after in pairwise(numbers)), default=1.0)
    step = min(least * 0.12, least * 0.6 / groups, (numbers[-1] - numbers[0]) * 0.015 or least)
    return (style - (groups - 1) / 2) * step


def _marks(axis: Any, marks: Sequence[Mark], *, named: bool) -> None:
    """Draw reference lines and areas, and write what they are in one panel."""
    for mark in marks:
        upright = mark.along == "x"
        if mark.to is None:
            line = axis.axvline if upright else axis.axhline
            line(mark.at, color=BLACK, linewidth=0.7, zorder=1.5)
        else:
            area = axis.axvspan if upright else axis.axhspan
            area(mark.at, mark.to, color=AREA, linewidth=0, zorder=0.6)
        if named and mark.label:
            middle = mark.at if mark.to is None else (mark.at + mark.to) / 2
            place = axis.get_xaxis_transform() if upright else axis.get_yaxis_transform()
            axis.annotate(
                mark.label,
                (middle, 1.0) if upright else (0.99, mark.at),
                xycoords=place,
                xytext=(0, 2) if upright else (0, 1.5),
                textcoords="offset points",
                fontsize=sheet.SMALL,
                color=TEXT_GREY,
                ha="center" if upright else "right",
                va="bottom",
                zorder=5,
                annotation_clip=False,
                bbox=None if upright else WHITE_BOX,
            )


def _stripes(axis: Any, rows: int) -> None:
    """Shade every other row lightly, so that the eye keeps to it, and draw no lines along rows."""
    for row in range(1, rows, 2):
        axis.axhspan(row - 0.5, row + 0.5, color=STRIPE, linewidth=0, zorder=0)
    axis.grid(True, axis="x")
    axis.grid(False, axis="y")


def _floor(axis: Any, ends: pd.Series) -> None:
    """Shade what cannot be told from the effect of dummies, which reaches to the given ends."""
    reach = float(ends.max()) if len(ends) else 0.0
    if reach > 0.0:
        axis.axvspan(0.0, reach, color=FLOOR, linewidth=0, zorder=0.5)


def _scale(axis: Any, log: bool) -> None:
    """Give an axis readable numbers, on doublings if asked."""
    if log:
        getattr(axis.axes, f"set_{axis.axis_name}scale")("log", base=2)
        axis.set_major_locator(LogLocator(base=2, numticks=9))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(_ratio))
    else:
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(_number))


def _number(value: float, _position: int = 0) -> str:
    return f"{value:,.10g}".replace("-", "−")


def _ratio(value: float, _position: int) -> str:
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


# --- Cells of a heat map ----------------------------------------------------------------------------


def _colours(values: Any, centre: float | None) -> Callable[[float], Any]:
    """Return the colour of a value: blue below and red above the centre, or white to blue."""
    finite = values[np.isfinite(values)]
    least, most = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    norm: Normalize
    if centre is None:
        ramp = LinearSegmentedColormap.from_list("white to blue", ["#FFFFFF", "#7FB2D6"])
        norm = Normalize(least, most if most > least else least + 1.0)
    else:
        ramp = LinearSegmentedColormap.from_list("blue to red", ["#5FA3D0", "#FFFFFF", "#E8935A"])
        reach = max(abs(most - centre), abs(least - centre)) or 1.0
        norm = TwoSlopeNorm(centre, centre - reach, centre + reach)
    return lambda value: ramp(norm(value)) if np.isfinite(value) else "#FFFFFF"


def _tile(place: tuple[int, int], colour: Any) -> Rectangle:
    return Rectangle(
        (place[0] - 0.5, place[1] - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.2
    )


def _cell(
    figure: Figure,
    axis: Any,
    place: tuple[int, int],
    value: float,
    between: tuple[float, ...],
    digits: int,
    centre: float | None,
    language: str,
) -> None:
    """Write a cell: its value, its interval below, a ring if the interval includes the centre."""
    if not np.isfinite(value):
        axis.text(*place, "×", ha="center", va="center", fontsize=7, color=GREY)
        return
    left, right = (axis.transData.transform((end, 0.0))[0] for end in (0.0, 1.0))
    room = (right - left) / figure.dpi
    known = len(between) == 2 and bool(np.all(np.isfinite(between)))
    lines = [(_written(value, digits), 7.5, 4.0 if known else 0.0, BLACK)]
    if known:
        low, high = (_written(end, digits) for end in between)
        lines.append((TEXT[language]["span"].format(low=low, high=high), 5.5, -5.5, "#444444"))
    for text, size, rise, colour in lines:
        axis.annotate(
            text,
            place,
            xytext=(0, rise),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=_fitting(text, size, room - 0.06),
            color=colour,
        )
    if known and centre is not None and between[0] <= centre <= between[1]:
        axis.plot(
            place[0] + 0.5 - 0.06 / room,
            place[1] - 0.33,
            "o",
            markersize=3,
            markerfacecolor="white",
            markeredgecolor=BLACK,
            markeredgewidth=0.6,
        )


def _written(value: float, digits: int) -> str:
    """Return a number with a true minus sign, and no minus before zero."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")


def _fitting(text: str, size: float, room: float) -> float:
    """Return the size at which a text fits, at most `size`, at least 4."""
    wide = sheet.width_of(text, size)
    return size if wide <= room else max(4.0, size * room / wide)


# --- Names of points -----------------------------------------------------------------------------


SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Where a name may stand: right, left, above, below, and between them."""


def _label_points(
    axis: Any, points: Any, spans: Any, names: Sequence[str], grey: Sequence[bool]
) -> None:
    """Write names beside points where they touch neither other names nor points.

    Places are tried around a point, the nearest first; points choose in the order given. A name
    that finds no place within the panel is left out.

    Args:
        axis: the axes, laid out.
        points: x and y of each point, shape (points, 2).
        spans: lower and upper end of each point's interval along x, shape (points, 2).
        names: a name for each point; nothing for a point without.
        grey: whether a point's name is written in grey.
    """
    figure = axis.figure
    renderer = sheet.renderer_of(figure)
    dot = figure.dpi / 72
    frame = axis.get_window_extent(renderer)
    centres = axis.transData.transform(points)
    bars = [
        axis.transData.transform([(end, y) for end in span])[:, 0]
        for span, (_, y) in zip(spans, points, strict=True)
    ]
    taken = [
        Bbox.from_extents(left - 2.6 * dot, y - 2.6 * dot, right + 2.6 * dot, y + 2.6 * dot)
        for (_, y), (left, right) in zip(centres, bars, strict=True)
    ]
    for (x, y), (left, right), name, dull in zip(centres, bars, names, grey, strict=True):
        if not name:
            continue
        wide = sheet.width_of(name, sheet.SMALL) * figure.dpi
        tall = sheet.SMALL * 1.2 * dot
        for away, (side, rise) in product((4, 8, 13, 19, 27), SIDES):
            begin = (
                right + away * dot
                if side > 0 and not rise
                else left - away * dot - wide
                if side < 0 and not rise
                else x + side * away * dot - wide * (1 - side) / 2
            )
            middle = y + rise * (away * dot + tall / 4)
            box = Bbox.from_bounds(begin, middle - tall / 2, wide, tall)
            within = frame.x0 <= box.x0 and box.x1 <= frame.x1
            within = within and frame.y0 <= box.y0 and box.y1 <= frame.y1
            if within and not any(other.overlaps(box) for other in taken):
                _write_name(axis, (x, y), box, name, dull, led=away > 4 and rise != 0)
                taken.append(box)
                break


def _write_name(axis: Any, point: Any, box: Bbox, name: str, grey: bool, led: bool) -> None:
    """Write a name into a box (pixels), with a line from its edge to its point if it is led.

    The name is anchored at the side that is nearest to the point.
    """
    inches = 72 / axis.figure.dpi
    share = float(np.clip((point[0] - box.x0) / box.width, 0.0, 1.0))
    side = "left" if share == 0.0 else "right" if share == 1.0 else "center"
    anchor = {"left": box.x0, "center": (box.x0 + box.x1) / 2, "right": box.x1}[side]
    line = {
        "arrowstyle": "-",
        "linewidth": 0.4,
        "color": GREY,
        "shrinkA": 0,
        "shrinkB": 2,
        "relpos": (share, 0.0 if box.y0 > point[1] else 1.0),
    }
    drawn = axis.annotate(
        name,
        axis.transData.inverted().transform(point),
        xytext=((anchor - point[0]) * inches, ((box.y0 + box.y1) / 2 - point[1]) * inches),
        textcoords="offset points",
        va="center",
        ha=side,
        fontsize=sheet.SMALL,
        color=GREY if grey else BLACK,
        arrowprops=line if led else None,
        path_effects=OUTLINE,
    )
    drawn.set_in_layout(False)
