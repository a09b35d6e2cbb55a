"""A scenario's headings are file names: the folders are the list, there is no registry.

`[mechanisms.co_safety]` is `sim/mechanisms/co_safety.py`, and the numbers under it are the fields
of the class `CoSafety` in that file. A file takes part in the week through functions named after
the moments of `sim.tick`; it may keep state of its own, made by its function `begin`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from sim.engine.declare import Number, numbers_of

FOLDERS = ("rules", "incentives", "platforms", "mechanisms", "inclusion")
STANDALONE = ("population", "manager")


@cache
def parts() -> dict[str, ModuleType]:
    """Return every file of the five folders (and the standalone ones) by its heading, in fixed order."""
    found = {name: importlib.import_module(f"sim.{name}") for name in STANDALONE}
    for folder in FOLDERS:
        package = importlib.import_module(f"sim.{folder}")
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
            heading = f"{folder}.{module.name}"
            found[heading] = importlib.import_module(f"sim.{heading}")
    return found


def class_name(heading: str) -> str:
    """Return the name of a heading's class: `mechanisms.co_safety` gives `CoSafety`."""
    return heading.rpartition(".")[2].replace("_", " ").title().replace(" ", "")


@cache
def headings() -> dict[str, type]:
    """Return the class of declared numbers for every heading that has one."""
    classes = {
        heading: getattr(module, class_name(heading), None) for heading, module in parts().items()
    }
    return {heading: cls for heading, cls in classes.items() if cls is not None}


def value_of(declared: Number, value: Any) -> Any:
    """Turn a checked value into what rules receive: 32-bit floats, 64-bit integers, booleans."""
    if declared.names:
        return tuple(np.float32(value[i]) for i in range(len(declared.names)))
    match declared.kind:
        case "real":
            return np.float32(value)
        case "whole":
            return np.int64(value)
        case "switch":
            return bool(value)
        case "choice":
            return np.int64(declared.options.index(value))


def values_of(heading: type, values: Mapping[str, Any] | None = None) -> Any:
    """Return a heading's numbers, those not given at their declared default.

    Values are taken as already checked (`sim.scenario` does that).
    """
    given = values or {}
    return heading(
        **{
            name: value_of(declared, given.get(name, declared.default))
            for name, declared in numbers_of(heading).items()
        }
    )
