"""How fast the model is on this machine, where its time goes, and how both grow with size.

Each file measures one thing and returns plain numbers: `speed` a run, `profile` the moments of a
week, `sizes` one community against a hundred, `studies` many runs through the study engine, `start`
the command itself. Compilation is left out, but in `start`. Numbers drift with the machine's load:
compare ratios of one session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sim.bench import profile as _profile
from sim.bench import sizes as _sizes
from sim.bench import speed as _speed
from sim.bench import start as _start
from sim.bench import studies as _studies

type Measurement = tuple[Callable[[], Any], Callable[[Any], str]]


def measurements(
    profile: bool = False,
    communities: Sequence[int] | None = None,
    runs: int | None = None,
    start: bool = False,
) -> dict[str, Measurement]:
    """Return what is to be measured, by name: how, and how a result is put into words.

    Args:
        profile: the moments of a week.
        communities: numbers of communities of districts.
        runs: of three years, through the study engine.
        start: the command itself.

    Without any of these, one run.
    """
    chosen: dict[str, Measurement] = {}
    if profile:
        chosen["profile"] = (_profile.profile, _profile.as_text)
    if communities:
        chosen["sizes"] = (lambda: _sizes.sizes(communities), _sizes.as_text)
    if runs:
        chosen["studies"] = (lambda: _studies.studies(runs), _speed.as_text)
    if start:
        chosen["start"] = (_start.start, _speed.as_text)
    return chosen or {"speed": (_speed.speed, _speed.as_text)}
