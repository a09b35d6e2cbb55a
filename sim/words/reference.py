"""Reference pages made from the declarations, so that no fact is written twice by hand.

`redmaple docs` writes them; a test compares what is committed with what this makes.
"""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import columns, headings, probes, records
from sim.engine.declare import Number, columns_of, numbers_of
from sim.errors import InputError
from sim.tick import MOMENTS
from sim.words import glossary
from sim.words.glossary import unit_zh

if TYPE_CHECKING:
    from sim.model import Community, Part

DOCS = Path(__file__).parents[2] / "docs"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), ["---" for _ in head], *(list(row) for row in rows)]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells) + "\n"


def _plain(value: float) -> str:
    return f"{value:.6g}"


def _default(declared: Number) -> str:
    if declared.names:
        pairs = zip(declared.names, declared.default, strict=True)
        return ", ".join(f"{name} {_plain(value)}" for name, value in pairs)
    if declared.kind == "switch":
        return "on" if declared.default else "off"
    return declared.default if declared.kind == "choice" else _plain(declared.default)


def _range(declared: Number) -> str:
    if declared.kind == "switch":
        return "on, off"
    if declared.kind == "choice":
        return ", ".join(declared.options)
    bounds = f"{_plain(declared.low)} to {_plain(declared.high)}"
    if declared.sweep is None:
        return bounds
    return f"{bounds}; swept {_plain(declared.sweep[0])} to {_plain(declared.sweep[1])}"


def parameters() -> str:
    """Return one table of numbers for every heading of a scenario."""
    parts = []
    for heading, cls in headings.headings().items():
        rows = [
            (
                f"`{name}`",
                _default(declared),
                declared.unit,
                _range(declared),
                "lever" if declared.lever else "world",
                declared.evidence + (f" ({declared.source})" if declared.source else ""),
                declared.meaning + "; a volume of the whole community" * declared.volume,
                f"{declared.meaning_zh} [{unit_zh(declared.unit)}]",
            )
            for name, declared in numbers_of(cls).items()
        ]
        head = ("number", "default", "unit", "range", "set by", "evidence", "meaning", "含义")
        if rows:
            parts.append(f"### `[{heading}]`\n\n{cls.__doc__}\n\n{_table(head, rows)}")
    return "\n".join(parts)


def tick_order() -> str:
    """Return the moments of a week in order, each with the files that take part."""
    rows = []
    for number, (moment, happens) in enumerate(MOMENTS.items()):
        files = [f"`{h}`" for h, part in headings.parts().items() if hasattr(part, moment)]
        rows.append((str(number), moment, happens, ", ".join(files)))
    return _table(("", "moment", "what happens", "files that take part"), rows)


WATCHED = {"fengshu": {}, "inclusive": {}, "points-and-honours": {"manager.plan": "adaptive"}}
"""Scenarios that are lived to see what changes, each with its own changes."""

EVENTFUL = {
    "population.scale": 0.005,
    "population.burn_in": 0,
    "mechanisms.co_building.opening": 8,
    "mechanisms.co_consultation.interval": 8,
    "incentives.points.policy": "window",
    "incentives.points.window": 4,
    "rules.partners.join": 0.05,
    "rules.partners.exit": 0.05,
    "rules.partners.train": 0.2,
    "rules.partners.training_lag": 2,
    "rules.projects.training_longest": 2,
    "rules.projects.running": 4,
    "rules.projects.flaw": 0.9,
    "rules.projects.fixing": 1,
    "mechanisms.co_solving.patience": 1,
    "mechanisms.co_solving.delay": [1, 1, 1],
    "rules.needs.half_life": 4,
    "rules.service.half_life": 4,
    "rules.hazards.arrival": 50.0,
    "rules.disputes.arrival": 0.01,
    "rules.property_management.grievance": 0.01,
    "mechanisms.co_safety.noticing": 0.3,
    "mechanisms.co_solving.trust_needed": 0.0,
    "mechanisms.co_solving.accept": 1.0,
    "mechanisms.co_solving.mediators": 500.0,
    "incentives.fund.grant": 1_000_000.0,
    "rules.disputes.fade_half_life": 4,
    "rules.disputes.patience_half_life": 4,
}
"""What lets as much as possible happen in little time; all that can be switched is on besides."""

WATCHED_WEEKS = 40


def seen_to_change() -> dict[str, set[str]]:
    """Return what each part of the week (`moment.file`) was seen to change.

    What is named was changed in an eventful run; what is not never was.
    """
    from sim.model import Community
    from sim.scenario import entries, load

    seen: dict[str, set[str]] = {}

    def watched(name: str, part: Part) -> Part:
        def watching(community: Community) -> None:
            before = _content(community)
            part(community)
            after = _content(community)
            seen.setdefault(name, set()).update(
                column for column, now in after.items() if before[column] != now
            )

        return watching

    everything = {path: True for path, entry in entries().items() if entry.name == "on"}
    for scenario, changes in WATCHED.items():
        setting = load(scenario, {**everything, **EVENTFUL, **changes})
        lived = Community(setting, rng=1, collect=False)
        lived.watch(watched)
        lived.run_for(WATCHED_WEEKS)
    return seen


def _content(community: Community) -> dict[str, bytes]:
    """Return the content of all that a part of the week may change.

    Columns (of the rows in use) under `table.column`, what a file remembers under `state.file`,
    the board of offers under `offers`, money and goods under `accounts`, numbers that levers moved under `numbers`.
    """
    columns = {
        f"{name}.{column}": values.tobytes()
        for name, table in community.tables()
        for column, values in zip(table._fields, table, strict=True)
    }
    states = {f"state.{stem}": pickle.dumps(kept) for stem, kept in vars(community.state).items()}
    others = {
        "accounts": pickle.dumps(community.accounts),
        "offers": pickle.dumps(community.offers),
        "numbers": repr(community.numbers).encode(),
    }
    return {**columns, **states, **others}


@cache
def week() -> str:
    """Return the week file by file: what happens, and what was seen to change."""
    seen = seen_to_change()
    parts = []
    for number, (moment, happens) in enumerate(MOMENTS.items()):
        rows = [
            (
                f"`{heading}`",
                inspect.getdoc(hook).partition("\n")[0],  # type: ignore[union-attr]
                ", ".join(
                    f"`{name}`"
                    for name in sorted(seen.get(f"{moment}.{heading.rpartition('.')[2]}", ()))
                )
                or "–",
            )
            for heading, part in headings.parts().items()
            if (hook := getattr(part, moment, None)) is not None
        ]
        table = _table(("file", "what it does", "seen to change"), rows)
        parts.append(f"## {number}. {moment}\n\n{happens[0].upper()}{happens[1:]}.\n\n{table}")
    return "\n".join(parts)


WEEK = f"""What happens in a week, file by file, in the words of the functions that do it; and what
each was seen to change in {WATCHED_WEEKS} eventful weeks of {len(WATCHED)} scenarios: columns of tables; what a file
remembers between its moments, as `state.<file>`; the board of `offers`; money and goods, as `accounts`; and, where the
committee moves a lever, `numbers`.

"""


def column_tables() -> str:
    """Return one table of columns for every kind of actor and case."""
    kinds: list[Any] = [
        columns.Residents,
        columns.MicroGrids,
        columns.GridWorkers,
        columns.PropertyCompanies,
        columns.PartnerRows,
        columns.NeedRows,
        columns.HazardRows,
        columns.DisputeRows,
        columns.ProjectRows,
        columns.EventRows,
    ]
    parts = []
    for kind in kinds:
        rows = [
            (
                f"`{name}`",
                declared.dtype.__name__,
                " × ".join(declared.shape),
                declared.unit,
                f"{_plain(declared.low)} to {_plain(declared.high)}",
                declared.meaning,
            )
            for name, declared in columns_of(kind).items()
        ]
        head = ("column", "type", "shape", "unit", "range", "meaning")
        parts.append(f"## {kind.__name__}\n\n{kind.__doc__}\n\n{_table(head, rows)}")
    return "\n".join(parts)


def outcomes() -> str:
    """Return the table of weekly figures."""
    return _figures(records.declared())


def _figures(figures: Mapping[str, records.Outcome]) -> str:
    rows = [
        (
            f"`{name}`",
            figure.unit,
            "recorded" if figure.recorded else "true",
            figure.over_time,
            figure.meaning,
            f"{figure.meaning_zh} [{unit_zh(figure.unit)}]",
        )
        for name, figure in figures.items()
    ]
    return _table(("figure", "unit", "true or recorded", "over weeks", "meaning", "含义"), rows)


def probe_tables() -> str:
    """Return one table of what each probe adds to the outcomes of a run."""
    parts = []
    for module in sorted(pkgutil.iter_modules(probes.__path__), key=lambda found: found.name):
        probe = importlib.import_module(f"sim.probes.{module.name}")
        parts.append(f"## {module.name}\n\n{probe.__doc__}\n{_figures(probe.MEASURES)}")
    return "\n".join(parts)


OVER_WEEKS = f"""*Over weeks* says how the weeks of a run become its outcome in `run`, `compare`, `study` and
`outcomes.csv`: their sum, their mean, the mean of the last {records.YEAR} (`year`; of all where there are
fewer), or the last. What is said of nobody is not a number, and means leave such weeks out.

"""

NOTICE = "<!-- Made by `redmaple docs`; do not edit by hand. -->\n\n"


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    folder = DOCS / "reference"
    odd = DOCS / "odd.md"
    return {
        folder / "parameters.md": f"{NOTICE}# Numbers of a scenario\n\n{parameters()}",
        folder / "week.md": f"{NOTICE}# The week\n\n{WEEK}{week()}",
        folder / "columns.md": f"{NOTICE}# Columns\n\n{column_tables()}",
        folder / "outcomes.md": f"{NOTICE}# Weekly figures\n\n{OVER_WEEKS}{outcomes()}",
        folder / "probes.md": f"{NOTICE}# What experiments look at besides\n\n{probe_tables()}",
        odd: filled(odd.read_text(encoding="utf-8")),
        DOCS / "glossary.md": glossary.markdown(),
    }


EQUATION = "> "
"""How a line of a docstring begins that is an equation."""


def equations() -> dict[str, str]:
    """Return the equations of the model's functions, as their docstrings give them.

    Returns:
        Text for each function that gives one, by `part.function`, e.g. `rules.reach.chance_free`.
    """
    found = {}
    for stem, part in headings.parts().items():
        for name, function in inspect.getmembers(part, callable):
            if name.startswith("_") or getattr(function, "__module__", None) != part.__name__:
                continue
            lines = [
                line
                for line in inspect.cleandoc(function.__doc__ or "").splitlines()
                if line.startswith(EQUATION)
            ]
            if lines:
                found[f"{stem}.{name}"] = "\n".join(lines)
    return found


def filled(text: str) -> str:
    """Return a page with its generated parts made anew.

    Raises:
        ValueError: the page asks for an equation that no function gives.
    """
    made = {"generated: tick": tick_order(), "generated: parameters": parameters()}
    made |= {f"equation: {name}": f"{lines}\n" for name, lines in equations().items()}

    def fill(block: re.Match[str]) -> str:
        if block[1] not in made:
            raise ValueError(f"no function of the model gives the {block[1]}")
        return f"<!-- {block[1]} -->\n{made[block[1]]}<!-- end -->"

    return re.sub(
        r"<!-- ((?:generated|equation): [\w.]+) -->\n.*?<!-- end -->", fill, text, flags=re.S
    )


def write() -> list[Path]:
    """Write every generated page; return those that were not as they are now.

    Raises:
        InputError: this is no checkout of the project.
    """
    if not (DOCS / "odd.md").is_file():
        raise InputError(f"{DOCS} holds no pages: they are written in a checkout of the project.")
    changed = []
    for path, text in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
