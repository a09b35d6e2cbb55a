"""Reference pages made from the declarations, so that no fact is written twice by hand.

`redmaple docs` writes them; a test compares what is committed with what this makes.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim import columns, glossary, headings, probes, records
from sim.declare import Number, columns_of, numbers_of
from sim.errors import InputError
from sim.glossary import unit_zh
from sim.tick import MOMENTS

DOCS = Path(__file__).parent.parent / "docs"


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


def column_tables() -> str:
    """Return one table of columns for every kind of actor and case."""
    kinds: list[Any] = [
        columns.Residents,
        columns.MicroGrids,
        columns.GridWorkers,
        columns.Partners,
        columns.Needs,
        columns.Hazards,
        columns.Disputes,
        columns.Projects,
        columns.Events,
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
        folder / "columns.md": f"{NOTICE}# Columns\n\n{column_tables()}",
        folder / "outcomes.md": f"{NOTICE}# Weekly figures\n\n{OVER_WEEKS}{outcomes()}",
        folder / "probes.md": f"{NOTICE}# What experiments look at besides\n\n{probe_tables()}",
        odd: filled(odd.read_text(encoding="utf-8")),
        DOCS / "glossary.md": glossary.markdown(),
    }


def filled(text: str) -> str:
    """Return a page with its generated parts made anew."""
    for name, content in (("tick", tick_order()), ("parameters", parameters())):
        start, end = f"<!-- generated: {name} -->\n", "<!-- end -->"
        before, mark, rest = text.partition(start)
        if mark:
            text = before + mark + content + end + rest.partition(end)[2]
    return text


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
