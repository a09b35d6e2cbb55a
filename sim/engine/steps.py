"""A step is written once: `@each(Residents)` makes a walk over the table and an agent's method of it.

A step is what one actor does in a moment, as a function of the actor's row::

    @each(Residents)
    def change_mind(r: Residents, p: Motivation) -> None:
        r.motivation = next_motivation(p, r.motivation, r.baseline_motivation, r.nudge)

`change_mind(community)` lets every resident take it: by one compiled walk over the columns, or,
where the community is stepped agent by agent, by calling `resident.change_mind()` on each agent.
Both run this one text.

What a step reads it says in its annotations, and is handed: a heading's numbers, a file's `State`,
a table, the `Community` itself. Parameters annotated otherwise are its caller's to give, in order.
A step that returns something is counted: the call returns the sum.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache, cached_property, partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from sim.boards import BOARDS
from sim.columns import PLACES
from sim.engine.compiled import meanings, step, written_loop
from sim.engine.declare import Number
from sim.engine.rows import marked_rows
from sim.engine.tables import All, Local, Table

STEPS: dict[type[Table], dict[str, Each]] = {}
"""Every step of the model by table and name, noted as its file is imported."""


class Each:
    """A step, as every actor of a table takes it.

    Args:
        function: the step; its first parameter is the actor's row.
        table: the table whose rows take it.
        where: a column; only rows in which it is not zero take the step. All do if empty.

    Raises:
        TypeError: the table has another step of this name.
    """

    def __init__(self, function: Callable[..., Any], table: type[Table], where: str = "") -> None:
        self.function = step(function)
        self.table = table
        self.where = where
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self.__wrapped__ = function
        self.counts = function.__annotations__.get("return", None) not in (None, "None")
        other = STEPS.setdefault(table, {}).setdefault(self.__name__, self).__wrapped__.__module__
        if other != function.__module__:
            raise TypeError(
                f"{table.__name__} take the step `{self.__name__}` in {other} "
                f"and in {function.__module__}"
            )
        STEPS[table][self.__name__] = self

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the step's parameters, without the row."""
        code = self.__wrapped__.__code__
        return code.co_varnames[1 : code.co_argcount]

    @cached_property
    def local(self) -> frozenset[str]:
        """The parameters that are given one value for each micro-grid."""
        known = meanings(self.__wrapped__)
        return frozenset(n for n in self.names if getattr(known[n], "__origin__", None) is Local)

    @cached_property
    def supplied(self) -> dict[str, str]:
        """Where a community has what it hands to a parameter, by name; the others are given."""
        known = meanings(self.__wrapped__)
        file = Path(self.__wrapped__.__code__.co_filename)
        places = {name: _place(known[name], file) for name in self.names}
        return {name: place for name, place in places.items() if place is not None}

    def _caller(self, parameters: str, start: str, called: Any) -> Any:
        """Return a function of the community, `parameters` and what is given, that calls."""
        given = ", ".join(name for name in self.names if name not in self.supplied)
        handed = ", ".join(self.supplied.get(name, name) for name in self.names)
        text = f"lambda community, {parameters}{given}: called({start}, {handed})"
        return eval(text, {"called": called})

    def _walk(self, parameters: str, loops: list[str]) -> Any:
        """Return the loop whose last line's indented body takes the step for row `i` of `rows`."""
        others = "".join(f", {name}" for name in self.names)
        handed = "".join(f", {name}{'[place]' * (name in self.local)}" for name in self.names)
        taken = f"_{self.__name__}(rows[i]{handed})"
        text = [f"def {self.__name__}({parameters}{others}):", " total = _np.int64(0)", *loops]
        indent = " " * (len(loops) + 1)
        text.append(f"{indent}total += _np.int64({taken})" if self.counts else f"{indent}{taken}")
        self.__wrapped__.__globals__.update(
            {f"_{self.__name__}": self.function, "_marked_rows": marked_rows, "_np": np}
        )
        text.append(" return total")
        marked = any("_marked_rows" in line for line in loops)
        return written_loop("\n".join(text), self.__wrapped__, plain=not marked)

    @cached_property
    def walk(self) -> Any:
        """The loop over all rows that take the step."""
        first = self.table._fields[0]
        rows = f"range(_np.uint64(0), _np.uint64(len(rows.{first})))"
        marked = f"_marked_rows(rows.{self.where})"
        return self._walk("rows", [f" for i in {marked if self.where else rows}:"])

    @cached_property
    def walk_among(self) -> Any:
        """The loop over the residents of some micro-grids."""
        loops = [
            " for place in among:",
            "  for i in range(_np.uint64(first[place]), _np.uint64(last[place])):",
        ]
        if self.where:
            loops.append(f"   if rows.{self.where}[i]:")
        return self._walk("rows, first, last, among", loops)

    @cached_property
    def _all(self) -> Any:
        if self.local:
            return lambda community, *given: self._among(
                community, np.arange(len(community.micro_grids.first)), *given
            )
        return self._caller("", f"community.{PLACES[self.table]}", self.walk)

    @cached_property
    def _among(self) -> Any:
        grids = "community.micro_grids"
        start = f"community.{PLACES[self.table]}, {grids}.first, {grids}.last, among"
        return self._caller("among, ", start, self.walk_among)

    @cached_property
    def _one(self) -> Any:
        return self._caller("row, ", f"community.{PLACES[self.table]}[row]", self.function)

    def __call__(self, community: Any, *given: Any, among: Any = None) -> Any:
        """Let every actor take the step; return the sum of what it returns, 0 if that is nothing.

        Args:
            community: whose actors.
            given: what the step's caller is to give.
            among: int64[…], rows of micro-grids; only residents there take it. Everybody if None.
        """
        if getattr(community, "path", "compiled") == "objects":
            agents = community.agents_of(self.table)
            if agents is not None:
                return self._by_agents(community, agents, given, among)
        if among is not None:
            return self._among(community, among, *given)
        return self._all(community, *given)

    def _by_agents(self, community: Any, agents: Any, given: tuple[Any, ...], among: Any) -> int:
        if among is not None:
            first, last = community.micro_grids.first, community.micro_grids.last
            agents = [agents[row] for place in among for row in range(first[place], last[place])]
        results = [getattr(agent, self.__name__)(*given) for agent in agents]
        return sum(map(int, results)) if self.counts else 0

    def of(self, community: Any, row: int, *given: Any) -> Any:
        """Let the actor of one row take the step; return what it returns, 0 where it does not act."""
        table = attrgetter(PLACES[self.table])(community)
        if self.where and not getattr(table, self.where)[row]:
            return 0
        if self.local:
            place = table.micro_grid[row]
            names = [name for name in self.names if name not in self.supplied]
            given = tuple(
                value[place] if name in self.local else value
                for name, value in zip(names, given, strict=True)
            )
        return self._one(community, row, *given)


def each(table: type[Table], *, where: str = "") -> Callable[[Callable[..., Any]], Each]:
    """Make a step of a function of a row: see the module, and `Each` for the arguments."""
    return partial(Each, table=table, where=where)


def _place(meaning: Any, file: Path) -> str | None:
    """Return where a community has what a parameter of this meaning is handed; None if nowhere."""
    if meaning == "Community":
        return "community"
    if isinstance(meaning, str):
        name, _, inside = meaning.partition(".")
        module = _imported_for_checkers(file)[name]
        if inside:
            importlib.import_module(f"{module}.{name}")
        meaning = attrgetter(meaning)(importlib.import_module(module))
    if getattr(meaning, "__origin__", None) is All:
        (meaning,) = meaning.__args__
    if not isinstance(meaning, type):
        return None
    if issubclass(meaning, Table):
        return f"community.{PLACES[meaning]}"
    if meaning in BOARDS:
        return BOARDS[meaning]
    stem = meaning.__module__.rpartition(".")[2]
    if any(isinstance(d, Number) for d in getattr(meaning, "_field_defaults", {}).values()):
        return f"community.numbers.{stem}"
    return f"community.state.{stem}" if is_dataclass(meaning) else None


@cache
def _imported_for_checkers(file: Path) -> dict[str, str]:
    """Return the module of each name that a file imports for type checkers alone."""
    return {
        alias.name: str(node.module)
        for block in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
