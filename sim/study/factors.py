"""What may vary in a study: numbers of the model by their path, within their declared ranges.

Samplers work on the unit cube; a factor turns a place in [0, 1] into a value of its number: a real
between its bounds, a whole number, a word of a choice, on or off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.engine.declare import Number
from sim.errors import InputError, shown
from sim.scenario import checked, entries, full_path, vectors

DUMMY = "dummy"
"""Name of the factor that changes nothing: what it seems to do is the error of the method."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One number that varies.

    Attributes:
        path: of the number, or `DUMMY`.
        low, high: bounds within which it varies; positions in `options` for a choice or a switch.
        unit: unit of measurement.
        meaning: one sentence.
        lever: True where a policymaker can set it; False where the world does.
        kind: as declared: real, whole, switch or choice.
        options: the values of a switch or a choice.
    """

    path: str
    low: float
    high: float
    unit: str = ""
    meaning: str = ""
    lever: bool = False
    kind: str = "real"
    options: tuple[Any, ...] = ()

    def value(self, place: float) -> Any:
        """Return the value at a place in [0, 1], from the lowest to the highest."""
        if self.options:
            return self.options[min(int(place * len(self.options)), len(self.options) - 1)]
        if self.kind == "whole":
            steps = int(self.high) - int(self.low) + 1
            return int(self.low) + min(int(place * steps), steps - 1)
        return min(max(self.low + place * (self.high - self.low), self.low), self.high)

    def levels(self, count: int) -> list[Any]:
        """Return evenly spaced values, both bounds included; all of them for words."""
        if self.options:
            return list(self.options)
        if self.kind == "whole":
            count = min(count, int(self.high) - int(self.low) + 1)
            steps = [
                self.low + (self.high - self.low) * i / max(count - 1, 1) for i in range(count)
            ]
            return [round(step) for step in steps]
        return [self.value(i / max(count - 1, 1)) for i in range(count)]


def factor(
    name: str,
    low: float | None = None,
    high: float | None = None,
    *,
    extrapolate: bool = False,
    where: str = "factor",
) -> Factor:
    """Return the factor of a number, with bounds, unit and meaning from its declaration.

    Args:
        name: path of the number, or an ending of it that is unique.
        low, high: narrower bounds; those that are declared for a sweep where None.
        extrapolate: allow bounds outside the declared sweep, but never outside the hard bounds.
        where: what an error message calls the place.

    Raises:
        InputError: unknown name, or bounds that are not allowed.
    """
    if name == DUMMY:
        return dummy()
    try:
        path = full_path(name)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if path in vectors():
        elements = ", ".join(f"{path}.{element}" for element in vectors()[path].names)
        raise InputError(f"{where}: {path} is a table; vary one of its elements: {elements}.")
    entry = entries()[path]
    declared = entry.declared
    if declared.kind in ("switch", "choice"):
        if low is not None or high is not None:
            raise InputError(f"{where}: {path} is {_words(declared)} and has no bounds.")
        options = (False, True) if declared.kind == "switch" else declared.options
        return Factor(
            path, 0, len(options) - 1, declared.unit, declared.meaning, declared.lever,
            declared.kind, tuple(options),
        )  # fmt: skip
    swept = declared.sweep or (declared.low, declared.high)
    lowest = swept[0] if low is None else checked(entry, _plain(declared, low), where)
    highest = swept[1] if high is None else checked(entry, _plain(declared, high), where)
    if lowest >= highest:
        raise InputError(
            f"{where}: {path} from {shown(lowest)} to {shown(highest)} {declared.unit} is no range."
        )
    if not extrapolate and not swept[0] <= lowest <= highest <= swept[1]:
        raise InputError(
            f"{where}: {path} from {shown(lowest)} to {shown(highest)} leaves the range that is "
            f"backed by evidence, {swept[0]:g} to {swept[1]:g} {declared.unit}; --extrapolate "
            "allows it."
        )
    return Factor(
        path, lowest, highest, declared.unit, declared.meaning, declared.lever, declared.kind
    )


def _plain(declared: Number, bound: float) -> float:
    """Return a bound of a whole number as one, where it is one: ranges are written as reals."""
    whole = declared.kind == "whole" and isinstance(bound, float) and bound.is_integer()
    return int(bound) if whole else bound


def _words(declared: Number) -> str:
    return "on or off" if declared.kind == "switch" else "one of " + ", ".join(declared.options)


def dummy() -> Factor:
    """Return the factor that changes nothing."""
    return Factor(DUMMY, 0.0, 1.0, "none", "changes nothing: shows the error of the method")


def factors(names: Iterable[str], **options: Any) -> tuple[Factor, ...]:
    """Return several factors; see `factor`."""
    return tuple(factor(name, **options) for name in names)


def distinct(chosen: Sequence[Factor]) -> None:
    """Check that each number is one factor at most.

    Raises:
        InputError: one is two.
    """
    seen: set[str] = set()
    for one in chosen:
        if one.path in seen:
            raise InputError(f"{one.path} varies twice; give it one range.")
        seen.add(one.path)


def problem(chosen: Sequence[Factor]) -> dict[str, Any]:
    """Return factors as SALib knows a problem, on the unit cube.

    Raises:
        InputError: one number is two of them.
    """
    distinct(chosen)
    return {
        "num_vars": len(chosen),
        "names": [one.path for one in chosen],
        "bounds": [[0.0, 1.0]] * len(chosen),
    }


def changes_at(chosen: Sequence[Factor], place: Sequence[float]) -> dict[str, Any]:
    """Return the value of each factor at a point of the unit cube; the dummy is left out."""
    return {
        one.path: one.value(float(position))
        for one, position in zip(chosen, place, strict=True)
        if one.path != DUMMY
    }
