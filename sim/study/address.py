"""The address of a run: what it depends on, as one hexadecimal number.

A run depends on the resolved scenario, the seed, the weeks, what is measured - and on the code.
The code of a model is the files that it imports, not the whole package: a change to a rule makes
every stored run a stranger, a change to a figure makes none.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.system.sources import sources_of

BEARING = ("numpy", "numba", "mesa", "scipy")
"""Packages whose version may bear on the bytes of a run."""

DIGITS = 16
"""Hexadecimal digits of a run's identifier: 64 bits, so that a million runs never collide."""


def address(content: Any) -> str:
    """Return the address of any content that JSON can hold; mappings are sorted."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_digest(modules: tuple[str, ...]) -> str:
    """Return the digest of modules, of all that they import, and of the packages they rest on."""
    files: set[Path] = set()
    for name in modules:
        file = importlib.import_module(name).__file__
        assert file is not None
        files |= sources_of(Path(file))
    return address([_digests(files), {package: metadata.version(package) for package in BEARING}])


@cache
def model_digest(probe: str = "") -> str:
    """Return the digest of the model's code, and of a probe's where one is named."""
    from sim.headings import parts

    modules = ["sim.model", "sim.records", *(part.__name__ for part in parts().values())]
    if probe:
        modules.append(f"sim.probes.{probe}")
    return code_digest(tuple(sorted(modules)))


def _digests(files: Iterable[Path]) -> dict[str, str]:
    home = Path(__file__).parents[1]
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }
