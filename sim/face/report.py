"""Designs side by side as one page: self-contained, in one language, printable."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim import __version__
from sim.editions import EDITION
from sim.face import marks
from sim.face.designs import Design, Sides, different, unknowns
from sim.face.font import embedded
from sim.face.outcomes import BY_GROUP, GROUPS, IN_A_GROUP, RECORDED, SHOWN
from sim.face.words import Words
from sim.results import mean_over_runs
from sim.scenario import entries
from sim.statistics import Paired
from sim.words.glossary import zh

TEMPLATE = Path(__file__).with_name("report.html.jinja")
LEAST = 16
"""Draws from which on something is said of single unknowns."""

MARKS = {
    "better": "▲",
    "worse": "▼",
    "more": "△",
    "fewer": "▽",
    "unclear": "◇",
    "small": "≈",
    "same": "=",
    "unknown": "–",
}
"""A shape for each verdict, so that nothing hangs on colour."""

GROUP_WORDS = {
    "young": "aged 18 to 40",
    "middle": "aged 41 to 59",
    "elderly": "aged 60 and over",
    "migrant": "registered elsewhere",
    "local": "registered here",
    "low_income": "of low income",
    "offline": "offline",
}


def page(sides: Sides, language: str, weeks: int, command: str = "") -> str:
    """Return the page as HTML.

    Args:
        sides: what came of every design.
        language: `en` or `zh`.
        weeks: that every run lasts.
        command: that made it, to be told at its end.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    words, names = Words(language), titles(sides, language)
    told: dict[str, Any] = {
        "lang": {"en": "en", "zh": "zh-CN"}[language],
        "w": words,
        "designs": [_design(design, names) for design in sides.designs],
        "base": _design(sides.designs[0], names),
        "answers": list(_answers(sides, words, names)),
        "hundred": [_hundred(sides, design, words) for design in sides.designs],
        "caveats": _caveats(sides, words),
        "contrasts": [_contrasts(sides, design, words, names) for design in sides.designs[1:]],
        "prices": _prices(sides, words),
        "groups": _groups(sides, words),
        "maps": _maps(sides, words, names),
        "recorded": _recorded(sides, words),
        "changes": list(_changes(sides, words, names)),
        "changing": _changing(sides, words, names),
        "differs": _differs(sides, language),
        "method": words(
            "page.method_text",
            designs=len(sides.designs),
            weeks=weeks,
            runs=sum(len(digests) for digests in sides.digests.values()),
            seed=sides.seeds[0],
        ),
        "command": command,
        "csv": base64.b64encode(table(sides).encode("utf-8-sig")).decode("ascii"),
        "version": __version__,
        "edition": EDITION,
        "font": "",
    }
    template = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(TEMPLATE.read_text(encoding="utf-8"))
    bare = template.render(told)
    if language == "zh":
        told["font"] = Markup(embedded(bare))
        return template.render(told)
    return bare


# --- Parts of the page -----------------------------------------------------------------------


def titles(sides: Sides, language: str) -> dict[str, str]:
    """Return what each design is called, by letter; of those called alike, also what is changed."""
    names = {design.letter: _title(design, language) for design in sides.designs}
    base = sides.designs[0]
    for design in sides.designs[1:]:
        if list(names.values()).count(names[design.letter]) > 1:
            changes = [
                f"{one.path.partition('.')[2]} = {_value(one.own)}"
                for one in different(base, design)
            ]
            rest = f" +{len(changes) - TOLD}" if len(changes) > TOLD else ""
            names[design.letter] += f" [{', '.join(changes[:TOLD])}{rest}]"
    return names


TOLD = 2
"""Changes that are told in a design's name."""


def _title(design: Design, language: str) -> str:
    scenario = design.scenario
    known = scenario.title_zh if language == "zh" else scenario.title
    return known or scenario.title or scenario.name


def _design(design: Design, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "letter": design.letter,
        "title": names[design.letter],
        "digest": design.scenario.digest()[:16],
    }


def _answers(sides: Sides, words: Words, names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield one plain sentence a design, and how sure it is."""
    for design in sides.designs[1:]:
        events, money = (
            sides.contrast(design.letter, SHOWN[name].measure) for name in ("events", "money")
        )
        yield {
            "text": words(
                "page.sentence",
                design=f"{design.letter} {names[design.letter]}",
                own=number(events.mean_b, 1),
                base=number(events.mean_a, 1),
                money=number(abs(money.difference), 0),
                more=words("page.more" if money.difference >= 0 else "page.less"),
            ),
            "sure": words(
                "page.sure",
                verdict=words(f"verdict.{verdict_of(events, 'events')}"),
                low=signed(events.low, 1),
                high=signed(events.high, 1),
            ),
        }


def _hundred(sides: Sides, design: Design, words: Words) -> dict[str, Any]:
    from markupsafe import Markup

    measure = SHOWN["events"].measure
    own = mean_over_runs(sides.values(design.letter, measure).tolist())
    base = mean_over_runs(sides.values(sides.designs[0].letter, measure).tolist())
    title = f"{number(own, 1)} / 100: {words('outcome.events')}"
    svg = Markup(marks.people(own, base, title))
    return {"letter": design.letter, "value": number(own, 1), "svg": svg}


def _caveats(sides: Sides, words: Words) -> list[str]:
    seeds = len(sides.seeds)
    count = len(unknowns(sides.designs)) if sides.worlds else 0
    basis = (
        words("page.drawn", count=count, worlds=sides.worlds, seeds=seeds)
        if sides.worlds
        else words("page.fixed", seeds=seeds)
    )
    return [words("page.uncalibrated"), basis, words("page.assumed")]


def verdict(contrast: Paired, good: int, threshold: float = 0.0) -> str:
    """Return the verdict on a difference, by the rule that the page states.

    Args:
        contrast: a design less the baseline.
        good: +1 where more is better, -1 where less is, 0 where it is neither.
        threshold: difference from which on it matters.
    """
    low, high = contrast.low, contrast.high
    if contrast.share_equal == 1:
        return "same"
    if not (math.isfinite(low) and math.isfinite(high)):
        return "unknown"
    if -threshold < low and high < threshold:
        return "small"
    if low <= 0 <= high:
        return "unclear"
    if not good:
        return "more" if low > 0 else "fewer"
    return "better" if (low > 0) == (good > 0) else "worse"


def verdict_of(contrast: Paired, name: str) -> str:
    """Return the verdict on an outcome of the page."""
    outcome = SHOWN[name]
    return verdict(contrast, outcome.good, outcome.threshold(contrast.mean_a))


def _row(contrast: Paired, name: str, words: Words, drawn: bool) -> dict[str, Any]:
    from markupsafe import Markup

    outcome, found = SHOWN[name], verdict_of(contrast, name)
    share = contrast.share_above if outcome.good >= 0 else _share_below(contrast)
    reach = max(
        (
            abs(end)
            for end in (contrast.difference, contrast.low, contrast.high)
            if math.isfinite(end)
        ),
        default=0.0,
    )
    told = difference(contrast, outcome.digits, words.language)
    drawing = marks.interval(contrast.difference, contrast.low, contrast.high, reach, told)
    chance = "page.of_worlds" if drawn else "page.of_seeds"
    shown = "–" if not math.isfinite(share) else words(chance, percent=number(100 * share, 0))
    return {
        "label": words(f"outcome.{name}"),
        "base": number(contrast.mean_a, outcome.digits),
        "own": number(contrast.mean_b, outcome.digits),
        "difference": told,
        "svg": Markup(drawing),
        "mark": MARKS[found],
        "verdict": words(f"verdict.{found}"),
        "chance": shown,
    }


def _share_below(contrast: Paired) -> float:
    return 1.0 - contrast.share_above - contrast.share_equal


def _contrasts(
    sides: Sides, design: Design, words: Words, names: Mapping[str, str]
) -> dict[str, Any]:
    rows = [
        _row(sides.contrast(design.letter, outcome.measure), name, words, bool(sides.worlds))
        for name, outcome in SHOWN.items()
    ]
    return {**_design(design, names), "rows": rows}


def _prices(sides: Sides, words: Words) -> list[dict[str, Any]]:
    measures = {
        "per_hour": SHOWN["hours"].measure,
        "per_need": lambda run, years: run["needs_closed"] / years,
    }
    rows = []
    for name, measure in measures.items():
        cells = []
        for design in sides.designs[1:]:
            surely = verdict(sides.contrast(design.letter, measure), 1) == "better"
            price = sides.price(design.letter, measure)
            cells.append(
                f"{number(price.value, 0)} ({number(price.interval.low, 0)} – "
                f"{number(price.interval.high, 0)})"
                if surely and math.isfinite(price.value)
                else words("page.no_price")
            )
        rows.append({"label": words(f"page.{name}"), "cells": cells})
    return rows


def group_of(name: str, language: str) -> str:
    """Return what a group is called."""
    return zh(f"GROUPS.{name}") if language == "zh" else GROUP_WORDS[name]


def _groups(sides: Sides, words: Words) -> list[dict[str, Any]]:
    parts = []
    for name, figure in BY_GROUP.items():
        rows = []
        for group in GROUPS:
            contrasts = [
                sides.contrast(design.letter, _of_group(f"{figure}_{group}"))
                for design in sides.designs[1:]
            ]
            cells = [
                {
                    "own": number(contrast.mean_b, 1),
                    "difference": difference(contrast, 1, words.language),
                    "mark": MARKS[verdict(contrast, 1, IN_A_GROUP)],
                    "verdict": words(f"verdict.{verdict(contrast, 1, IN_A_GROUP)}"),
                }
                for contrast in contrasts
            ]
            rows.append(
                {
                    "label": group_of(group, words.language),
                    "base": number(contrasts[0].mean_a, 1),
                    "cells": cells,
                }
            )
        parts.append({"label": words(f"outcome.{name}"), "rows": rows})
    return parts


def _maps(sides: Sides, words: Words, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a map for each design; none where there are too many micro-grids to be told apart."""
    from markupsafe import Markup

    if sides.places.shape[1] > MOST_PLACES:
        return []
    maps = []
    for design in sides.designs[1:]:
        contrasts = sides.contrasts_here(design.letter)
        found = [HERE.get(verdict(one, 1, 0.0), "") for one in contrasts]
        told = [
            f"{place}: {difference(one, 1, words.language)}" for place, one in enumerate(contrasts)
        ]
        text = words(
            "page.map",
            design=f"{design.letter} {names[design.letter]}",
            up=found.count("up"),
            down=found.count("down"),
            all=len(found),
        )
        svg = Markup(marks.town(sides.places, found, told, text))
        maps.append({"text": text, "svg": svg})
    return maps


MOST_PLACES = 200
"""Micro-grids of a map."""

HERE = {"better": "up", "worse": "down"}


def _of_group(figure: str) -> Any:
    return lambda run, _: 100.0 * run[figure]


def _recorded(sides: Sides, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "label": words(f"recorded.{name}"),
            "cells": [
                number(mean_over_runs(sides.values(design.letter, measure).tolist()), 0)
                for design in sides.designs
                for measure in both
            ],
        }
        for name, both in RECORDED.items()
    ]


def _changes(sides: Sides, words: Words, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what draws say of the answer as a whole."""
    if not sides.worlds:
        yield words("page.change_none")
        return
    for design in sides.designs[1:]:
        contrast = sides.contrast(design.letter, SHOWN["events"].measure)
        yield words(
            "page.change_flip",
            design=f"{design.letter} {names[design.letter]}",
            percent=number(100 * contrast.share_above, 0),
        )
    if sides.worlds < LEAST:
        yield words("page.change_few", least=LEAST)
    elif not _changing(sides, words, names):
        yield words("page.change_no")


def _changing(sides: Sides, words: Words, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the unknowns that surely move the difference in events, the strongest first."""
    if sides.worlds < LEAST:
        return []
    found = []
    for design in sides.designs[1:]:
        base = sides.values(sides.designs[0].letter, SHOWN["events"].measure)
        gap = sides.values(design.letter, SHOWN["events"].measure) - base
        for path in sides.drawn[0]:
            values = np.array([world[path] for world in sides.drawn], np.float64)
            strength, low, high = rank_correlation(values, gap, len(sides.drawn[0]))
            if low > 0 or high < 0:
                direction = "page.change_up" if strength > 0 else "page.change_down"
                found.append(
                    {
                        "label": meaning_of(path, words.language),
                        "value": f"{signed(strength, 2)} ({signed(low, 2)} – {signed(high, 2)})",
                        "direction": words(
                            direction, design=f"{design.letter} {names[design.letter]}"
                        ),
                        "strength": abs(strength),
                    }
                )
    return sorted(found, key=lambda row: -row["strength"])


def rank_correlation(one: Any, other: Any, among: int) -> tuple[float, float, float]:
    """Return Spearman's correlation and its 95 % interval (Fisher's z), corrected for `among` of them.

    The standard error of z is that of Bonett and Wright (2000, 10.1007/BF02294183).
    """
    from scipy import stats

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return math.nan, math.nan, math.nan
    found = float(stats.spearmanr(one, other).statistic)
    if not math.isfinite(found) or abs(found) >= 1 or len(one) < 5:
        return found, math.nan, math.nan
    wide = stats.norm.ppf(1 - 0.025 / among) * math.sqrt((1 + found**2 / 2) / (len(one) - 3))
    middle = math.atanh(found)
    return found, math.tanh(middle - wide), math.tanh(middle + wide)


def meaning_of(path: str, language: str) -> str:
    """Return what a number means."""
    declared = entries()[path].declared
    return str(declared.meaning_zh if language == "zh" else declared.meaning)


def _differs(sides: Sides, language: str) -> list[dict[str, Any]]:
    base = sides.designs[0]
    paths = dict.fromkeys(
        difference.path for other in sides.designs[1:] for difference in different(base, other)
    )
    return [
        {
            "path": path,
            "meaning": meaning_of(path, language),
            "cells": [_value(design.scenario.value(path)) for design in sides.designs],
        }
        for path in paths
    ]


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


# --- Numbers -----------------------------------------------------------------------------------


def number(value: float, digits: int) -> str:
    """Return a number as the page writes it."""
    if not math.isfinite(value):
        return "–"
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")


def signed(value: float, digits: int) -> str:
    """Return a number with its sign."""
    shown = number(value, digits)
    return f"+{shown}" if math.isfinite(value) and round(value, digits) > 0 else shown


def difference(contrast: Paired, digits: int, language: str) -> str:
    """Return a difference with its interval."""
    between = {"en": " to ", "zh": " 至 "}[language]
    middle = signed(contrast.difference, digits)
    if not (math.isfinite(contrast.low) and math.isfinite(contrast.high)):
        return middle
    return f"{middle} ({signed(contrast.low, digits)}{between}{signed(contrast.high, digits)})"


def table(sides: Sides) -> str:
    """Return every outcome of every design, and its difference, as CSV."""
    import csv
    from io import StringIO

    held = StringIO()
    writer = csv.writer(held, lineterminator="\n")
    columns = ("mean", "difference", "low", "high", "share_above", "share_equal", "n")
    writer.writerow(("design", "outcome", *columns))
    measures: Mapping[str, Any] = {name: shown.measure for name, shown in SHOWN.items()} | {
        f"{name}_{group}": _of_group(f"{figure}_{group}")
        for name, figure in BY_GROUP.items()
        for group in GROUPS
    }
    for design in sides.designs:
        for name, measure in measures.items():
            if design is sides.designs[0]:
                values = sides.values(design.letter, measure)
                writer.writerow(
                    (design.letter, name, mean_over_runs(values.tolist()), *[""] * 5, len(values))
                )
                continue
            found = sides.contrast(design.letter, measure)
            writer.writerow(
                (
                    *(design.letter, name, found.mean_b, found.difference, found.low),
                    *(found.high, found.share_above, found.share_equal, found.pairs),
                )
            )
    return held.getvalue()
