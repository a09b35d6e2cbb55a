"""The glossary: one term for one thing, in Chinese and English, with its name in the code.

`glossary.toml` beside this file is the only place where terms are written; `docs/glossary.md` is
made from it, and pages and reports take their words from it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("glossary.toml")
UNITS = Path(__file__).with_name("units.toml")

HEAD = """# Glossary

One term for one thing. *Code* names the file, table column, stored word or declared number that
stands for it: `mechanisms.co_safety` is the file `sim/mechanisms/co_safety.py` and the heading
`[mechanisms.co_safety]` of a scenario; `Residents.habit` is a column; `MODES.event` is a stored word.

This page is made from `sim/words/glossary.toml`; change it there.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One term.

    Attributes:
        zh, en: the term in Chinese and in English.
        area: the heading of the glossary page under which it stands.
        code: names in the code that stand for it; empty where there is none.
        note: what it means here, where the words alone could mislead.
    """

    zh: str
    en: str
    area: str
    code: tuple[str, ...] = ()
    note: str = ""


@cache
def entries() -> tuple[Entry, ...]:
    """Return every term, in the order of the page.

    Raises:
        KeyError: a term lacks `zh` or `en`.
    """
    with SOURCE.open("rb") as file:
        areas = tomllib.load(file)
    return tuple(
        Entry(term["zh"], term["en"], area, tuple(term.get("code", ())), term.get("note", ""))
        for area, terms in areas.items()
        for term in terms
    )


def entry_of(code: str) -> Entry:
    """Return the term that a name in the code stands for, as in `entry_of("incentives.points")`.

    Raises:
        KeyError: no term names it.
    """
    for entry in entries():
        if code in entry.code:
            return entry
    raise KeyError(f"no term of the glossary stands for {code!r}")


def zh(code: str) -> str:
    """Return the Chinese word for what a name in the code stands for: the first of several.

    Raises:
        KeyError: no term names it.
    """
    return entry_of(code).zh.partition(" / ")[0]


@cache
def units() -> dict[str, str]:
    """Return the Chinese of every unit of measurement."""
    with UNITS.open("rb") as file:
        return tomllib.load(file)


def unit_zh(unit: str) -> str:
    """Return a unit of measurement in Chinese.

    Raises:
        KeyError: `units.toml` does not have it.
    """
    return units()[unit]


def markdown() -> str:
    """Return the glossary page."""
    lines = [HEAD]
    area = None
    for entry in entries():
        if entry.area != area:
            area = entry.area
            lines += [
                f"\n## {area}\n",
                "| 中文 | English | Code | Meaning here |",
                "|---|---|---|---|",
            ]
        code = ", ".join(f"`{name}`" for name in entry.code)
        lines.append(f"| {entry.zh} | {entry.en} | {code} | {entry.note} |")
    return "\n".join(lines) + "\n"
