"""One page on one scenario: what happened week by week, and what the committee's books say.

Solid lines are what happened; dashed lines are the committee's books, where they say something
else. With several replications a line is their mean and its band holds nine tenths of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import seaborn as sns
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from sim.analysis import theme
from sim.analysis.theme import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION
from sim.words.glossary import zh

if TYPE_CHECKING:
    import pandas as pd

SMOOTH = 4
"""Weeks that flows are averaged over."""

YEAR = 52
"""Weeks that the representation index is taken over."""

BAND = 90
"""Percent of the replications inside a band."""

MODES = {"event": BLUE, "volunteer": VERMILION, "report": GREEN, "deliberate": PURPLE}
MARKERS = {"event": "o", "volunteer": "s", "report": "^", "deliberate": "D"}
GROUPS = {
    "young": SKY,
    "middle": BLUE,
    "elderly": VERMILION,
    "migrant": GREEN,
    "low_income": PURPLE,
    "party_member": ORANGE,
}
SERVICES = {
    "medical": BLUE,
    "eldercare": VERMILION,
    "childcare": GREEN,
    "culture": PURPLE,
}

TEXT: dict[str, dict[str, str]] = {
    "en": {
        "week": "week of the programme",
        "opening": "complex opens",
        "modes": "Participation by mode",
        "modes_unit": "% of adults with an act in the last 13 weeks",
        "groups": "Event participation by group",
        "groups_unit": "% of the group at an event in the last 13 weeks",
        "representation": "Representation by group and mode",
        "representation_unit": "share of participants ÷ share of adults, last 52 weeks; hollow: 0",
        "needs": "Needs",
        "needs_unit": f"needs per week ({SMOOTH}-week mean)",
        "cases": "Hazards and disputes, true and recorded",
        "cases_unit": "since launch (number)",
        "partners": "Partners and projects",
        "partners_unit": "number",
        "points": "Points ledger",
        "points_unit": "1,000 points",
        "fund": "Community fund",
        "fund_unit": "1,000 yuan",
        "attitudes": "Trust and satisfaction",
        "attitudes_unit": "mean, 0–1",
        "event": "events",
        "volunteer": "volunteering",
        "report": "reporting",
        "deliberate": "deliberation",
        "young": "18–40",
        "middle": "41–59",
        "elderly": "60+",
        "migrant": "migrants",
        "low_income": "low income",
        "party_member": "Party",
        "needs_arisen": "arisen",
        "needs_found": "found",
        "needs_closed": "met",
        "hazards_fixed": "hazards fixed",
        "hazards_recorded": "hazards recorded",
        "disputes_arisen": "disputes arisen",
        "disputes_resolved": "disputes resolved",
        "disputes_recorded_resolved": "resolved, recorded",
        "partners_now": "partners",
        "partners_at_work": "of them active",
        "projects_done": "projects done",
        "points_issued": "issued",
        "points_redeemed": "redeemed",
        "points_expired": "expired",
        "points_outstanding": "outstanding",
        "fund_balance": "balance",
        "fund_free": "not set aside",
        "trust": "trust",
        "medical": "medical",
        "eldercare": "eldercare",
        "childcare": "childcare",
        "culture": "culture",
        "reading": "Solid: what happened. Dashed: what the committee's books say of it, where that can differ.",
        "band": "Line: mean of {runs} runs; band: nine tenths of them.",
        "uncalibrated": "UNCALIBRATED – explores, does not forecast",
        "footnote": "scenario {name} ({digest}) · seeds {seeds} · {weeks} weeks · redmaple {version}",
    },
    "zh": {
        "week": "项目周次",
        "opening": "综合体启用",
        "modes": "各类参与",
        "modes_unit": "13周内至少参与一次的成年人占比（%）",
        "groups": "各群体活动参与",
        "groups_unit": "13周内至少参加一次活动者占该群体（%）",
        "representation": "各群体各类参与的代表性",
        "representation_unit": "参与者占比 ÷ 成年人占比，最近52周；空心：0",
        "needs": "居民需求",
        "needs_unit": f"件/周（{SMOOTH}周平均）",
        "cases": "隐患与纠纷：真实与记录",
        "cases_unit": "启动以来累计（件）",
        "partners": "合伙人与项目",
        "partners_unit": "个",
        "points": "积分账本",
        "points_unit": "千分",
        "fund": "社区基金",
        "fund_unit": "千元",
        "attitudes": "信任与满意度",
        "attitudes_unit": "平均值，0–1",
        **{mode: zh(f"MODES.{mode}") for mode in MODES},
        **{service: zh(f"SERVICES.{service}") for service in SERVICES},
        **{group: zh(f"GROUPS.{group}") for group in ("migrant", "party_member")},
        "young": "18–40岁",
        "middle": "41–59岁",
        "elderly": "60岁以上",
        "low_income": "低收入",
        "needs_arisen": "产生",
        "needs_found": "发现",
        "needs_closed": "满足",
        "hazards_fixed": "隐患消除",
        "hazards_recorded": "隐患记录",
        "disputes_arisen": "纠纷产生",
        "disputes_resolved": "纠纷化解",
        "disputes_recorded_resolved": "纠纷化解（记录）",
        "partners_now": "合伙人",
        "partners_at_work": "其中活跃",
        "projects_done": "完成项目",
        "points_issued": "发放",
        "points_redeemed": "兑换",
        "points_expired": "过期",
        "points_outstanding": "结存",
        "fund_balance": "余额",
        "fund_free": "未预留",
        "trust": "信任",
        "reading": "实线：真实发生；虚线：社区台账的记录（可能与真实不同）。",
        "band": "线：{runs}次运行的均值；带：其中九成。",
        "uncalibrated": "未校准——用于探索，不作预测",
        "footnote": "场景 {name}（{digest}） · 种子 {seeds} · {weeks}周 · redmaple {version}",
    },
}
"""Every word of the figure, by language."""


class Series(NamedTuple):
    """One line of a panel: values by row of the weekly table, label, colour, dashed or not."""

    values: Any
    label: str
    colour: str
    dashed: bool = False


class Panel(NamedTuple):
    """A panel of lines over the weeks."""

    title: str
    unit: str
    series: Sequence[Series]
    low: float | None = 0.0


def per_week(weekly: pd.DataFrame, name: str) -> Any:
    """Return a flow averaged over the last weeks, run by run."""
    flows = weekly.groupby("replication")[name]
    return flows.transform(lambda flow: flow.rolling(SMOOTH, min_periods=1).mean())


def so_far(weekly: pd.DataFrame, name: str) -> Any:
    """Return a flow added up since launch, run by run."""
    return weekly.groupby("replication")[name].cumsum()


def representation(weekly: pd.DataFrame, mode: str, group: str) -> float:
    """Return a group's share among participants over its share among all adults, last year.

    It equals the group's mean rate over everyone's; not a number where nobody takes part.
    """
    last = weekly[weekly["week"] > weekly["week"].max() - YEAR]
    everyone = float(last[f"rate_{mode}"].mean())
    return float(last[f"rate_{mode}_{group}"].mean()) / everyone if everyone > 0 else np.nan


def panels(weekly: pd.DataFrame, words: Mapping[str, str]) -> list[Panel | None]:
    """Return the panels in reading order; None stands for the one that is not of lines."""
    percent = 100.0
    thousand = 1000.0
    return [
        Panel(
            words["modes"],
            words["modes_unit"],
            [
                Series(percent * weekly[f"rate_{mode}"], words[mode], colour)
                for mode, colour in MODES.items()
            ],
        ),
        Panel(
            words["groups"],
            words["groups_unit"],
            [
                Series(percent * weekly[f"rate_event_{group}"], words[group], colour)
                for group, colour in GROUPS.items()
            ],
        ),
        None,
        Panel(
            words["needs"],
            words["needs_unit"],
            [
                Series(per_week(weekly, "needs_arisen"), words["needs_arisen"], GREY),
                Series(per_week(weekly, "needs_found"), words["needs_found"], BLUE),
                Series(per_week(weekly, "needs_closed"), words["needs_closed"], GREEN),
            ],
        ),
        Panel(
            words["cases"],
            words["cases_unit"],
            [
                Series(so_far(weekly, "disputes_arisen"), words["disputes_arisen"], ORANGE),
                Series(so_far(weekly, "disputes_resolved"), words["disputes_resolved"], VERMILION),
                Series(
                    so_far(weekly, "disputes_recorded_resolved"),
                    words["disputes_recorded_resolved"],
                    VERMILION,
                    dashed=True,
                ),
                Series(so_far(weekly, "hazards_fixed"), words["hazards_fixed"], BLUE),
                Series(
                    so_far(weekly, "hazards_recorded"), words["hazards_recorded"], BLUE, dashed=True
                ),
            ],
        ),
        Panel(
            words["partners"],
            words["partners_unit"],
            [
                Series(weekly["partners"], words["partners_now"], BLUE),
                Series(
                    (weekly["partners"] * weekly["partners_active"]).fillna(0.0),
                    words["partners_at_work"],
                    SKY,
                ),
                Series(so_far(weekly, "projects_done"), words["projects_done"], VERMILION),
            ],
        ),
        Panel(
            words["points"],
            words["points_unit"],
            [
                Series(so_far(weekly, "points_issued") / thousand, words["points_issued"], BLUE),
                Series(
                    so_far(weekly, "points_redeemed") / thousand,
                    words["points_redeemed"],
                    GREEN,
                ),
                Series(
                    so_far(weekly, "points_expired") / thousand,
                    words["points_expired"],
                    VERMILION,
                ),
                Series(
                    weekly["points_outstanding"] / thousand,
                    words["points_outstanding"],
                    BLACK,
                ),
            ],
        ),
        Panel(
            words["fund"],
            words["fund_unit"],
            [
                Series(weekly["fund_balance"] / thousand, words["fund_balance"], BLACK),
                Series(weekly["fund_free"] / thousand, words["fund_free"], ORANGE),
            ],
            low=None,
        ),
        Panel(
            words["attitudes"],
            words["attitudes_unit"],
            [
                Series(weekly["trust"], words["trust"], BLACK),
                *(
                    Series(weekly[f"satisfaction_{service}"], words[service], colour)
                    for service, colour in SERVICES.items()
                ),
            ],
        ),
    ]


# --- Drawing -------------------------------------------------------------------------------------


@theme.drawn
def draw(weekly: pd.DataFrame, about: Mapping[str, Any], language: str = "en") -> Figure:
    """Draw the overview of a result.

    Args:
        weekly: all weeks of all replications, as `results.long_table` gives them.
        about: the result's manifest.
        language: `en` or `zh`.

    Raises:
        InputError: an unknown language, or no font for it.
    """
    words = TEXT[language]
    figure = Figure((11.4, 8.2))
    FigureCanvasAgg(figure)
    axes = figure.subplots(3, 3)
    figure.subplots_adjust(left=0.045, right=0.9, top=0.865, bottom=0.1, wspace=0.6, hspace=0.46)
    opening = opening_week(weekly)
    for number, (axis, panel) in enumerate(zip(axes.flat, panels(weekly, words), strict=True)):
        if panel is None:
            draw_representation(axis, weekly, words)
        else:
            draw_lines(axis, weekly, panel)
            if opening is not None:
                axis.axvline(opening, color=GREY, linewidth=0.7, linestyle=(0, (1, 2)), zorder=0)
            axis.set_xlabel(words["week"] if number >= 6 else "")
    if opening is not None:
        axes[0, 0].annotate(
            words["opening"],
            (opening, 1.0),
            xycoords=axes[0, 0].get_xaxis_transform(),
            xytext=(2, -2),
            textcoords="offset points",
            fontsize=6.5,
            color="#666666",
            va="top",
        )
    _frame(figure, about, words, language)
    return figure


def opening_week(weekly: pd.DataFrame) -> int | None:
    """Return the week in which the complex opened; None where it was open from week 0 or never."""
    first = weekly[weekly["replication"] == weekly["replication"].min()]
    weeks = first.loc[first["complex_open"] > 0, "week"]
    return int(weeks.iloc[0]) if len(weeks) and weeks.iloc[0] > first["week"].iloc[0] else None


def draw_lines(axis: Any, weekly: pd.DataFrame, panel: Panel) -> None:
    """Draw the lines of a panel, each with its name at its end; name those of nobody by the unit."""
    several = weekly["replication"].nunique() > 1
    ends, nobody = [], []
    for series in panel.series:
        known = ~np.isnan(np.asarray(series.values, np.float64))
        if not known.any():
            nobody.append(series.label)
            continue
        sns.lineplot(
            x=weekly["week"],
            y=np.asarray(series.values, np.float64),
            ax=axis,
            color=series.colour,
            linestyle=(0, (4, 1.6)) if series.dashed else "-",
            estimator="mean" if several else None,
            errorbar=("pi", BAND) if several else None,
            err_kws={"alpha": 0.15, "linewidth": 0},
            legend=False,
        )
        at_end = np.asarray(series.values)[known & (weekly["week"] == weekly["week"][known].max())]
        ends.append((float(np.mean(at_end)), series.label, series.colour))
    first, last = int(weekly["week"].min()), int(weekly["week"].max())
    _head(axis, panel.title, "; –: ".join((panel.unit, *nobody)))
    axis.set_xlim(first, last + 1)
    axis.set_ylim(bottom=panel.low)
    if axis.get_ylim()[0] < 0:
        axis.axhline(0.0, color=GREY, linewidth=0.6, zorder=0)
    axis.xaxis.set_major_locator(MultipleLocator(_step(last + 1 - first)))
    axis.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.yaxis.set_major_formatter(FuncFormatter(_number))
    label_ends(axis, ends)


def _head(axis: Any, title: str, unit: str) -> None:
    """Write title and, below it, what is measured in which unit."""
    axis.set_title(title)
    axis.set(xlabel="", ylabel="")
    axis.annotate(
        unit,
        (0.0, 1.0),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        fontsize=7,
        color="#666666",
    )


def _step(weeks: int) -> int:
    """Return how many weeks lie between ticks: quarters, half-years or years where it can be."""
    return next((step for step in (1, 2, 4, 13, 26, 52, 104) if weeks <= 6 * step), 260)


def _number(value: float, _position: int) -> str:
    return f"{value:,.10g}"


def label_ends(axis: Any, ends: Sequence[tuple[float, str, str]], apart: float = 0.082) -> None:
    """Write names to the right of line ends, moved apart where they would touch.

    Args:
        axis: the axes, their limits already set.
        ends: last value, name and colour of each line.
        apart: least distance of two names, as a share of the axes' height.
    """
    low, high = axis.get_ylim()
    share = [(value - low) / (high - low) for value, _, _ in ends]
    places = spread(share, apart)
    for (_, label, colour), place, end in zip(ends, places, share, strict=True):
        axis.annotate(
            label,
            (1.0, end),
            xycoords="axes fraction",
            xytext=(1.06, place),
            textcoords="axes fraction",
            color=colour,
            fontsize=7,
            va="center",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.5,
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )


def spread(places: Sequence[float], apart: float) -> list[float]:
    """Return places in [0, 1] moved as little as it takes to be apart, order kept.

    Neighbours that are too near are pooled and laid out around their common middle.
    """
    order = sorted(range(len(places)), key=lambda item: places[item])
    pools: list[list[float]] = []  # sum of wished bottoms, number of names
    for item in order:
        pools.append([min(max(places[item], 0.0), 1.0), 1.0])
        while len(pools) > 1 and _bottom(pools[-2], apart) + pools[-2][1] * apart > _bottom(
            pools[-1], apart
        ):
            above = pools.pop()
            pools[-1] = [pools[-1][0] + above[0], pools[-1][1] + above[1]]
    moved = [0.0] * len(places)
    position = 0
    for pool in pools:
        for step in range(int(pool[1])):
            moved[order[position]] = _bottom(pool, apart) + step * apart
            position += 1
    return moved


def _bottom(pool: Sequence[float], apart: float) -> float:
    total, count = pool
    height = (count - 1) * apart
    return min(max(total / count - height / 2, 0.0), max(1.0 - height, 0.0))


def draw_representation(axis: Any, weekly: pd.DataFrame, words: Mapping[str, str]) -> None:
    """Draw each group's representation index on a scale of doublings, a mark a mode."""
    groups = list(GROUPS)
    offsets = np.linspace(-0.27, 0.27, len(MODES))
    index = {mode: [representation(weekly, mode, group) for group in groups] for mode in MODES}
    furthest = max(
        (abs(np.log2(value)) for values in index.values() for value in values if value > 0),
        default=0.0,
    )
    reach = float(np.clip(np.ceil(furthest), 2, 5))
    for (mode, colour), offset in zip(MODES.items(), offsets, strict=True):
        for place, value in enumerate(index[mode]):
            if np.isnan(value):
                continue
            axis.plot(
                max(value, 2.0**-reach),
                place + offset,
                linestyle="none",
                marker=MARKERS[mode],
                markersize=4,
                color=colour,
                markerfacecolor=colour if value > 0 else "white",
                markeredgewidth=0 if value > 0 else 0.8,
                clip_on=False,
            )
    for place in range(len(groups)):
        if all(np.isnan(values[place]) for values in index.values()):
            axis.text(1.0, place, "–", ha="center", va="center", color=BLACK)
    axis.axvline(1.0, color=BLACK, linewidth=0.8, zorder=0)
    _head(axis, words["representation"], words["representation_unit"])
    axis.set_yticks(range(len(groups)), [words[group] for group in groups])
    axis.set_ylim(len(groups) - 0.5, -0.5)
    axis.set_xscale("log", base=2)
    axis.set_xlim(2.0**-reach, 2.0**reach)
    axis.xaxis.set_major_formatter(FuncFormatter(_ratio))
    axis.grid(True, axis="x")
    axis.grid(False, axis="y")
    for boundary in range(1, len(groups)):
        axis.axhline(boundary - 0.5, color="#EEEEEE", linewidth=0.6, zorder=0)
    marks = [
        Line2D([], [], linestyle="none", marker=MARKERS[mode], markersize=4, color=colour)
        for mode, colour in MODES.items()
    ]
    axis.legend(
        marks,
        [words[mode] for mode in MODES],
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        fontsize=7,
        handletextpad=0.1,
        borderaxespad=0.2,
        labelcolor="linecolor",
    )


def _ratio(value: float, _position: int) -> str:
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


def _frame(
    figure: Figure, about: Mapping[str, Any], words: Mapping[str, str], language: str
) -> None:
    """Write heading and footnote."""
    scenario, seeds = about["scenario"], about["seeds"]
    title = scenario["title_zh"] if language == "zh" else scenario["title"]
    figure.text(0.03, 0.965, title or scenario["name"], fontsize=12, va="top", color=BLACK)
    reading = words["reading"]
    if len(seeds) > 1:
        reading += " " + words["band"].format(runs=len(seeds))
    figure.text(0.03, 0.932, reading, fontsize=7.5, va="top", color="#555555")
    footnote = words["footnote"].format(
        name=scenario["name"],
        digest=scenario["digest"][:8],
        seeds=str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]}–{seeds[-1]}",
        weeks=about["weeks"],
        version=about["versions"]["redmaple"],
    )
    weight = "bold" if language == "en" else "normal"  # the Chinese font has one weight
    figure.text(
        0.03,
        0.022,
        words["uncalibrated"],
        fontsize=7.5,
        color=VERMILION,
        weight=weight,
        va="bottom",
    )
    figure.text(0.97, 0.022, footnote, fontsize=7, color="#555555", ha="right", va="bottom")


def save(figure: Figure, *places: Path) -> None:
    """Write a figure to files, the same bytes each time."""
    without_date: dict[str, Callable[[], dict[str, Any]]] = {
        ".png": lambda: {"Software": None},
        ".svg": lambda: {"Date": None, "Creator": "redmaple"},
    }
    with theme.look():
        for place in places:
            figure.savefig(place, metadata=without_date.get(place.suffix, dict)())
