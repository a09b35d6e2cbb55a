"""How a number is declared: once, with unit, bounds, meaning and evidence.

A heading of a scenario is a file of this package, and the numbers under it are the fields
of the one `NamedTuple` in that file::

    class Reach(NamedTuple):
        digital: float = number(0.15, unit="chance per week", low=0, high=1,
                                evidence="assumption", meaning="…")

The field's default is a `Number`: the declaration itself. The scenario turns declarations into
plain values (32-bit floats, integers, booleans, tuples), so that rules, compiled loops and
readers see nothing but values. Everything else - bounds checks, messages, parameter tables,
sliders, sampling for sensitivity analysis - reads the declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

type Evidence = Literal["fact", "literature", "assumption", "calibrated"]
"""Where a default comes from.

`fact`: stated by the published account of the case. `literature`: a range read in a cited study.
`assumption`: ours, editable, to be swept. `calibrated`: free, and for now set by hand inside its
range so that the model comes near its targets; no formal calibration has been made yet.
"""

type Kind = Literal["real", "whole", "switch", "choice"]


@dataclass(frozen=True, slots=True)
class Number:
    """The declaration of one number (or of one named vector of numbers) of the model.

    Attributes:
        default: the value where a scenario is silent; a tuple for a named vector.
        kind: real (32-bit float), whole (integer), switch (boolean) or choice (one of `options`).
        unit: unit of measurement, spelled out; its Chinese stands in the glossary.
        low, high: inclusive bounds, of every element.
        evidence: see `Evidence`.
        source: fact or evidence identifier, DOI or citation; empty for a bare assumption.
        lever: True where a policymaker can set it; False where the world does.
        names: the element names of a vector; empty for a scalar.
        options: the words of a choice, in the order of their codes.
        total: what the elements of a vector must sum to, or None.
        volume: True for a volume of the whole community, which a larger one has more of.
        sweep: narrower range within which a sensitivity analysis varies it; the bounds if None.
        acts_if: choice of the same heading without which it changes nothing: `policy=window`.
        meaning, meaning_zh: a phrase in the words of the glossary, in English and in Chinese.
    """

    default: Any
    kind: Kind
    unit: str
    low: float
    high: float
    evidence: Evidence
    source: str = ""
    lever: bool = False
    names: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    total: float | None = None
    volume: bool = False
    sweep: tuple[float, float] | None = None
    acts_if: str = ""
    meaning: str = ""
    meaning_zh: str = ""

    def means(self, meaning: str, meaning_zh: str) -> Any:
        """Return this declaration with what it means, in English and in Chinese."""
        return replace(self, meaning=meaning, meaning_zh=meaning_zh)


def number(
    default: float,
    unit: str,
    low: float,
    high: float,
    evidence: Evidence,
    source: str = "",
    *,
    lever: bool = False,
    volume: bool = False,
    sweep: tuple[float, float] | None = None,
    acts_if: str = "",
) -> Number:
    """Declare a real number; rules receive it as a 32-bit float."""
    return Number(
        *(float(default), "real", unit, low, high, evidence, source, lever),
        volume=volume,
        sweep=sweep,
        acts_if=acts_if,
    )


def whole(
    default: int,
    unit: str,
    low: int,
    high: int,
    evidence: Evidence,
    source: str = "",
    *,
    lever: bool = False,
    volume: bool = False,
    acts_if: str = "",
) -> Number:
    """Declare a whole number; rules receive it as a 64-bit integer."""
    return Number(
        *(int(default), "whole", unit, low, high, evidence, source, lever),
        volume=volume,
        acts_if=acts_if,
    )


def switch(
    default: bool, *, evidence: Evidence = "assumption", source: str = "", lever: bool = True
) -> Number:
    """Declare an on/off switch; hooks of a file whose `on` is False are not called."""
    return Number(bool(default), "switch", "on/off", 0, 1, evidence, source, lever)


def start(source: str = "", *, lever: bool = True) -> Number:
    """Declare the first week of the programme in which a file's hooks are called."""
    return whole(0, "week of the programme", 0, 520, "assumption", source, lever=lever)


def choice(
    default: str,
    options: tuple[str, ...],
    *,
    evidence: Evidence = "assumption",
    source: str = "",
    lever: bool = True,
) -> Number:
    """Declare a choice among words; rules receive its position in `options`."""
    last = len(options) - 1
    return Number(default, "choice", "word", 0, last, evidence, source, lever, options=options)


def vector(
    defaults: Mapping[str, float],
    unit: str,
    low: float,
    high: float,
    evidence: Evidence,
    source: str = "",
    *,
    lever: bool = False,
    volume: bool = False,
    total: float | None = None,
) -> Number:
    """Declare a named vector of reals; rules receive a tuple of 32-bit floats, in this order.

    In a scenario it is a sub-table (`[rules.needs.arrival]` with `medical = 0.01`), and one
    element has the path `rules.needs.arrival.medical`.
    """
    values, names = tuple(float(value) for value in defaults.values()), tuple(defaults)
    return Number(
        values, "real", unit, low, high, evidence, source, lever, names, total=total, volume=volume
    )


@dataclass(frozen=True, slots=True)
class Column:
    """The declaration of one column of a table: type, extra dimensions, unit, range, meaning.

    Attributes:
        dtype: NumPy type of an element.
        unit: unit of measurement, spelled out.
        low, high: inclusive range that every element keeps for the whole run.
        meaning: one sentence in the words of the glossary.
        shape: names of extra dimensions, as in `("mode", "row")`; `row` is the table's own.
        initial: the value that a new row starts with.
        order: `C` keeps the last dimension together in memory, `F` the first.
        of: where the model keeps the table that the values are rows of; empty if they are no rows.
    """

    dtype: Any
    unit: str
    low: float
    high: float
    meaning: str
    shape: tuple[str, ...] = ("row",)
    initial: float = 0
    order: Literal["C", "F"] = "C"
    of: str = ""


def column(
    dtype: Any,
    *,
    unit: str,
    meaning: str,
    low: float = 0,
    high: float = float("inf"),
    shape: tuple[str, ...] = ("row",),
    initial: float = 0,
    order: Literal["C", "F"] = "C",
    of: str = "",
) -> Any:
    """Declare a column; the field's value in a live table is a NumPy array."""
    return Column(dtype, unit, low, high, meaning, shape, initial, order, of)


def numbers_of(heading: type) -> dict[str, Number]:
    """Return the declarations of a heading's `NamedTuple`, field by field."""
    defaults: dict[str, Number] = heading._field_defaults  # type: ignore[attr-defined]
    return defaults


def columns_of(table: type) -> dict[str, Column]:
    """Return the declarations of a table's `NamedTuple`, field by field."""
    defaults: dict[str, Column] = table._field_defaults  # type: ignore[attr-defined]
    return defaults
