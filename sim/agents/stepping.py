"""Agents take the model's steps: each step on a table is a method of the agents that it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim import headings
from sim.agents.windows import Window
from sim.engine.steps import STEPS, Each


def stepping[W: type[Window]](kind: W) -> W:
    """Give a class of agents a method for each step on its table.

    `resident.change_mind()` is the step `change_mind`, taken by this resident alone: what the model
    has is handed to it, and what its caller gives in the model is given here too.
    """
    headings.parts()  # the files that hold the steps
    for name, step in STEPS[kind.columns].items():  # type: ignore[index]
        setattr(kind, name, _method(step))
    return kind


def _method(step: Each) -> Callable[..., Any]:
    def method(agent: Window, *given: Any) -> Any:
        return step.of(agent.model, agent.row, *given)

    method.__name__ = method.__qualname__ = step.__name__
    method.__doc__ = step.__doc__
    return method
