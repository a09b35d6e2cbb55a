"""Mesa's agent sets over the rows of tables.

`ColumnAgentSet` is an ordered set of agents of one class: it holds row numbers, not objects.
`CompositeAgentSet` mixes classes, as `model.agents` does. Both answer every method of Mesa's
`AgentSet` as an ordinary set of equivalent agents would (a contract test compares the two), with
these differences:

- Rows are neither made nor removed, so the sets of a model refuse a change of members
  (`NotImplementedError`); their order may change, and what `select`, `copy`, `shuffle`, … return
  is the caller's own and may change freely.
- Of a column with several values per row, an agent's attribute is a sequence that can be written.
- `set` refuses an attribute that is not a column, and a value that the column cannot hold.
- `column` gives a whole column as an array of wide numbers.
- `select` also takes `mask`, one boolean per agent in the set's order: no object is built.
- The sets hold row numbers, so nothing vanishes when nobody else holds the agents.

A class installed on a table that an earlier class shows already is a *role* of those agents.
Party members are residents: `agents_by_type[Resident]` holds all adults,
`agents_by_type[PartyMember]` the members among them, and `model.agents` counts a person once,
as a resident. So the sizes in `agents_by_type` add up to more than `len(model.agents)`, and
`model.agents.select(agent_type=PartyMember)` is empty.
"""

from __future__ import annotations

import math
import operator
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Any, Literal, Self, cast

import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy

from sim.agents.windows import Cells, Window, checked, wide, window_on

ID_BLOCK = 1_000_000_000
"""Numbers set aside for each installed class: an agent's `unique_id` is block + row."""

type Keys = np.ndarray[Any, np.dtype[np.int64]]
type Missing = Literal["error", "default"]


class ColumnGroupBy(GroupBy):  # type: ignore[misc]
    """Mesa's groups, aggregated by column."""

    def agg(self, attr_name: str, func: Callable[[Any], Any]) -> dict[Any, Any]:
        """Return the aggregate of an attribute for each group; builds no object for a column."""
        return {
            name: group.agg(attr_name, func)
            if isinstance(group, AbstractAgentSet)
            else func([getattr(agent, attr_name) for agent in group])
            for name, group in self.groups.items()
        }


class RowAgentSet[A: Window](AbstractAgentSet[A]):  # type: ignore[misc]
    """An ordered set of agents that is stored as an array of keys, one whole number each.

    Subclasses say which agent a key stands for. Everything else follows from taking keys by
    their positions in the set.

    Attributes:
        model: the model the agents belong to.
        random: the generator that shuffles; the model's own unless another was given.
        fixed: True for the model's own sets, whose members cannot change.
    """

    model: Any
    random: Random
    fixed: bool = False
    _keys: Keys
    _ordered: Keys | None = None

    @abstractmethod
    def _agent(self, key: int) -> A:
        """Return the agent that a key stands for."""

    @abstractmethod
    def _key(self, agent: object) -> int | None:
        """Return an agent's key; None for what cannot be in such a set."""

    @abstractmethod
    def _with(self, keys: Keys) -> Self:
        """Return a new set of the same kind with other members."""

    @abstractmethod
    def _attribute(self, name: str, missing: Missing, default: Any) -> list[Any]:
        """Return an attribute of every agent."""

    @abstractmethod
    def _are(self, agent_type: type) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return for every agent whether it is an instance of a type."""

    # Members.

    def __len__(self) -> int:
        """Return the number of agents."""
        return len(self._keys)

    def __iter__(self) -> Iterator[A]:
        """Walk the agents in the set's order; a change of the set meanwhile is not seen."""
        return map(self._agent, self._keys.tolist())

    def __contains__(self, agent: object) -> bool:
        """Return whether an agent is in the set."""
        key = self._key(agent)
        return key is not None and self._holds(key)

    def __getitem__(self, item: Any) -> Any:
        """Return the agent at a position, or a list of agents for a slice."""
        if isinstance(item, slice):
            return [self._agent(key) for key in self._keys[item].tolist()]
        return self._agent(int(self._keys[operator.index(item)]))

    def to_list(self) -> list[A]:
        """Return the agents as a list."""
        return list(self)

    def _sorted_keys(self) -> Keys:
        if self._ordered is None:
            self._ordered = np.sort(self._keys)
        return self._ordered

    def _holds(self, key: int) -> bool:
        ordered = self._sorted_keys()
        place = int(np.searchsorted(ordered, key))
        return place < len(ordered) and int(ordered[place]) == key

    def _become(self, keys: Keys) -> Self:
        """Take other members or another order, unless the set is fixed and members differ."""
        if self.fixed and not np.array_equal(np.sort(keys), self._sorted_keys()):
            raise NotImplementedError(
                f"{self!r} is the model's own set of agents: its members are the rows of a "
                "table, which are neither added nor removed; change a copy() instead"
            )
        self._keys = keys
        self._ordered = None
        return self

    def _keys_of(self, agents: Iterable[object]) -> Keys | None:
        """Return the agents' keys without repeats; None if one cannot be in such a set."""
        keys = [self._key(agent) for agent in agents]
        if None in keys:
            return None
        return np.array(list(dict.fromkeys(keys)), dtype=np.int64)

    def _update(self, agents: Iterable[A]) -> Self:
        """Replace the members.

        Raises:
            NotImplementedError: for an agent that cannot be in such a set, and if the set is
                one of the model's own and its members would change.
        """
        agents = list(agents)
        keys = self._keys_of(agents)
        if keys is None:
            raise self._stranger(next(agent for agent in agents if self._key(agent) is None))
        return self._become(keys)

    def _from_iterable(self, agents: Iterable[Any]) -> RowAgentSet[Any]:
        """Make the result of `|`, `&`, `-` and `^`."""
        agents = list(agents)
        keys = self._keys_of(agents)
        if keys is not None:
            return self._with(keys)
        return cast(RowAgentSet[Any], self.model.agents.copy()._update(agents))

    def _stranger(self, agent: object) -> NotImplementedError:
        return NotImplementedError(
            f"{agent!r} cannot be in {self!r}: the agents of a table are windows on its rows; "
            "other agents cannot be added"
        )

    def add(self, agent: A) -> None:
        """Add an agent, unless it is in the set already.

        Raises:
            NotImplementedError: for what is not a window on a row of the set's table, and if the
                set is one of the model's own.
        """
        key = self._key(agent)
        if key is None:
            raise self._stranger(agent)
        if not self._holds(key):
            self._become(np.append(self._keys, np.int64(key)))

    def discard(self, agent: A) -> None:
        """Take an agent out of the set if it is in it.

        Raises:
            NotImplementedError: if the set is one of the model's own.
        """
        key = self._key(agent)
        if key is not None and self._holds(key):
            self._become(self._keys[self._keys != key])

    def remove(self, agent: A) -> None:
        """Take an agent out of the set.

        Raises:
            KeyError: if the agent is not in it.
            NotImplementedError: if the set is one of the model's own.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    # Subsets and orders.

    def _take(self, positions: Any, inplace: bool = False) -> Self:
        """Return the set of the agents at these positions, in this order."""
        keys = self._keys[np.asarray(positions, dtype=np.int64)]
        return self._become(keys) if inplace else self._with(keys)

    def copy(self) -> Self:
        """Return a set of the same agents that can be changed."""
        return self._with(self._keys.copy())

    def __copy__(self) -> Self:
        """Support `copy.copy`."""
        return self.copy()

    def select(
        self,
        filter_func: Callable[[A], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[A] | None = None,
        *,
        mask: Any = None,
    ) -> Self:
        """Select the first agents that meet all conditions.

        Args:
            filter_func: takes an agent and returns whether it is selected.
            at_most: select no more than this many; a float up to 1.0 is a share of the set.
            inplace: reduce this set instead of returning another.
            agent_type: select instances of this class.
            mask: one boolean per agent, in the set's order; builds no object.

        Raises:
            ValueError: if `mask` is not one boolean per agent.
            NotImplementedError: with `inplace`, if the set is one of the model's own and an
                agent would be left out.
        """
        chosen = np.ones(len(self), np.bool_) if mask is None else np.asarray(mask)
        if chosen.dtype != np.bool_ or chosen.shape != (len(self),):
            raise ValueError(
                f"mask must be {len(self)} booleans, one per agent in the set's order; "
                f"got {chosen.dtype} of shape {chosen.shape}"
            )
        if agent_type is not None:
            chosen = chosen & self._are(agent_type)
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        room = len(self) if at_most == math.inf else max(math.ceil(at_most), 0)
        positions = np.flatnonzero(chosen)
        if filter_func is not None:
            positions = self._filtered(positions, filter_func, room)
        return self._take(positions[:room], inplace)

    def _filtered(self, positions: Any, filter_func: Callable[[A], bool], room: int) -> Any:
        """Return the first `room` positions whose agents pass; asks no further agent."""
        passed: list[int] = []
        for position in positions.tolist():
            if len(passed) >= room:
                break
            if filter_func(self._agent(int(self._keys[position]))):
                passed.append(position)
        return np.array(passed, dtype=np.int64)

    def shuffle(self, inplace: bool = False) -> Self:
        """Return the agents in random order: the order that Mesa's own set would draw."""
        return self._take(self._lots(), inplace)

    def _lots(self) -> list[int]:
        positions = list(range(len(self)))
        self.random.shuffle(positions)
        return positions

    def sort(
        self,
        key: Callable[[A], Any] | str,
        ascending: bool = False,
        inplace: bool = False,
    ) -> Self:
        """Sort by an attribute or by a function of the agent; equals keep their order."""
        values = self._ranked(key)
        if isinstance(values, list):
            order = sorted(range(len(self)), key=values.__getitem__, reverse=not ascending)
        elif ascending:
            order = np.argsort(values, kind="stable").tolist()
        else:
            order = (len(self) - 1 - np.argsort(values[::-1], kind="stable")[::-1]).tolist()
        return self._take(order, inplace)

    def _ranked(self, key: Callable[[A], Any] | str) -> Any:
        """Return what to sort by: a column with one value per row, or else a list."""
        if isinstance(key, str):
            values = self._flat(key)
            return self._attribute(key, "error", None) if values is None else values
        return [key(agent) for agent in self]

    def _flat(self, name: str) -> Any:
        """Return a column with one value per row in the set's order; None for all else."""
        return None

    def groupby(
        self,
        by: Callable[[A], Any] | str,
        result_type: Literal["agentset", "list"] = "agentset",
    ) -> ColumnGroupBy:
        """Group by an attribute or by a function of the agent, in order of first appearance."""
        values = self._flat(by) if isinstance(by, str) else None
        groups: dict[Any, Any] = {}
        if values is not None:
            groups = _positions_by_value(values)
        else:
            listed = self.get(by) if isinstance(by, str) else [by(agent) for agent in self]
            for position, value in enumerate(listed):
                groups.setdefault(value, []).append(position)
        sets = {value: self._take(positions) for value, positions in groups.items()}
        if result_type == "agentset":
            return ColumnGroupBy(sets)
        return ColumnGroupBy({value: group.to_list() for value, group in sets.items()})

    # Attributes.

    def get(
        self,
        attr_names: str | Iterable[str],
        handle_missing: Missing = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Return an attribute of every agent, or a list of attributes of every agent.

        Args:
            attr_names: one name, or several.
            handle_missing: "error", or "default" to give `default_value` where it is missing.
            default_value: what to give where an attribute is missing.

        Raises:
            AttributeError: if an attribute is missing and `handle_missing` is "error".
            ValueError: if `handle_missing` is another word.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(
                f"Unknown handle_missing option: {handle_missing}, "
                "should be one of 'error' or 'default'"
            )
        if isinstance(attr_names, str):
            return self._attribute(attr_names, handle_missing, default_value)
        listed = [self._attribute(name, handle_missing, default_value) for name in attr_names]
        return [[values[i] for values in listed] for i in range(len(self))]

    # Calls, agent by agent.

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function of the agent, for every agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function of the agent, for every agent in random order."""
        self._take(self._lots()).map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, or a function of the agent, for every agent and return the results."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]


class ColumnAgentSet[A: Window](RowAgentSet[A]):
    """An ordered set of agents of one class: rows of one table.

    Attributes:
        agent_class: the `Window` subclass.
        first_id: the number of row 0 once installed.
    """

    def __init__(
        self, model: Any, agent_class: type[A], rows: Any = None, random: Random | None = None
    ) -> None:
        """Make a set.

        Args:
            model: the model that has the table.
            agent_class: the class of the agents.
            rows: row numbers in order, or one boolean per row of the table; all if None.
            random: the generator that shuffles; the model's own if None.

        Raises:
            ValueError: if `rows` is neither, or repeats a row.
            IndexError: if `rows` names a row that the table does not have.
        """
        self.model = model
        self.agent_class = agent_class
        self.random = model.random if random is None else random
        self.first_id: int | None = None
        self._keys = _checked_rows(rows, agent_class.rows_of(model), agent_class.__name__)

    def __repr__(self) -> str:
        """Return the class and how many rows of the table are in the set."""
        rows = self.agent_class.rows_of(self.model)
        return f"ColumnAgentSet({self.agent_class.__name__}: {len(self)} of {rows} rows)"

    @property
    def rows(self) -> Keys:
        """The agents' rows in the set's order, not to be written."""
        return cast(Keys, _read_only(self._keys))

    def _agent(self, key: int) -> A:
        return window_on(self.agent_class, self.model, key)

    def _key(self, agent: object) -> int | None:
        if isinstance(agent, Window) and type(agent) is self.agent_class:
            return agent.row if agent.model is self.model else None
        return None

    def _with(self, keys: Keys) -> Self:
        other = object.__new__(type(self))
        other.model = self.model
        other.agent_class = self.agent_class
        other.random = self.random
        other.first_id = self.first_id
        other._keys = keys
        return other

    def _are(self, agent_type: type) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.full(len(self), issubclass(self.agent_class, agent_type))

    def _table(self, name: str) -> Any:
        """Return a whole column with the rows as the first dimension; None if not a column."""
        declared = self.agent_class.declared().get(name)
        if declared is None:
            return None
        table = operator.attrgetter(self.agent_class.table)(self.model)
        return np.moveaxis(getattr(table, name), declared.shape.index("row"), 0)

    def _is_whole(self, length: int) -> bool:
        """Return whether the set is all rows in the table's order."""
        return len(self) == length and bool(np.all(self._keys[1:] > self._keys[:-1]))

    def column(self, name: str) -> Any:
        """Return a column as an array of wide numbers, agents first, in the set's order: a copy.

        Raises:
            AttributeError: if the table has no such column.
        """
        table = self._table(name)
        if table is None:
            raise AttributeError(f"{self.agent_class.__name__} has no column `{name}`")
        values = table if self._is_whole(len(table)) else table[self._keys]
        return wide(np.ascontiguousarray(values))

    def _flat(self, name: str) -> Any:
        table = self._table(name)
        return self.column(name) if table is not None and table.ndim == 1 else None

    def _attribute(self, name: str, missing: Missing, default: Any) -> list[Any]:
        table = self._table(name)
        if table is not None:
            if table.ndim == 1:
                return list(self.column(name).tolist())
            owner, declared = self.agent_class.__name__, self.agent_class.declared()[name]
            return [
                Cells(owner, self.model, name, declared, table[row]) for row in self._keys.tolist()
            ]
        if name == "row":
            return list(self._keys.tolist())
        if name == "unique_id" and self.first_id is not None:
            return list((self._keys + self.first_id).tolist())
        if missing == "default":
            return [getattr(agent, name, default) for agent in self]
        return [getattr(agent, name) for agent in self]

    def agg(
        self,
        attribute: str,
        func: Callable[[Any], Any] | Iterable[Callable[[Any], Any]],
    ) -> Any:
        """Apply a function, or each of several, to the list of an attribute's values."""
        values = self.get(attribute)
        if callable(func):
            return func(values)
        return [each(values) for each in func]

    def set(self, attr_name: str, value: Any) -> Self:
        """Write one value to an attribute of every agent.

        Raises:
            TypeError: if the value is of another kind than the column.
            ValueError: if it is out of bounds, or does not fit into one row of the column. To
                write a value per agent, write the table.
            AttributeError: if the attribute is neither a column nor a settable property.
        """
        table = self._table(attr_name)
        if table is None:
            return super().set(attr_name, value)  # type: ignore[no-any-return]
        room = table.shape[1:]
        if np.broadcast_shapes(np.shape(value), room) != room:
            raise ValueError(
                f"`{attr_name}` takes values of shape {room} in each row; got {np.shape(value)}"
            )
        declared, owner = self.agent_class.declared()[attr_name], self.agent_class.__name__
        for cell in np.ravel(np.asarray(value, dtype=object)):
            checked(owner, attr_name, declared, cell, self.model)
        table[self._keys] = value
        return self


class CompositeAgentSet(RowAgentSet[Window]):
    """An ordered set of agents of several classes: `model.agents` and its subsets.

    Its agents are told apart by their `unique_id`. Of an attribute that only some classes have,
    `get` asks for a default, as Mesa's set does.
    """

    def __init__(
        self, parts: Iterable[ColumnAgentSet[Any]], members: Iterable[ColumnAgentSet[Any]]
    ) -> None:
        """Make a set.

        Args:
            parts: the sets of all classes, in the order of their blocks of numbers.
            members: those of them whose agents are in the set, in this order.
        """
        self._parts = tuple(parts)
        self.model = self._parts[0].model
        self.random = self._parts[0].random
        self._keys = np.concatenate(
            [np.zeros(0, np.int64), *(part._keys + cast(int, part.first_id) for part in members)]
        )

    def __repr__(self) -> str:
        """Return how many agents of which class are in the set."""
        counts = np.bincount(self._keys // ID_BLOCK, minlength=len(self._parts)).tolist()
        named = (
            f"{part.agent_class.__name__}: {count}"
            for part, count in zip(self._parts, counts, strict=True)
            if count
        )
        return f"CompositeAgentSet({', '.join(named)})"

    def _agent(self, key: int) -> Window:
        block, row = divmod(key, ID_BLOCK)
        return cast(Window, self._parts[block]._agent(row))

    def _key(self, agent: object) -> int | None:
        for part in self._parts:
            row = part._key(agent)
            if row is not None:
                return cast(int, part.first_id) + row
        return None

    def _with(self, keys: Keys) -> Self:
        other = object.__new__(type(self))
        other._parts = self._parts
        other.model = self.model
        other.random = self.random
        other._keys = keys
        return other

    def _by_part(self) -> Iterator[tuple[Any, ColumnAgentSet[Any]]]:
        """Walk the classes in the set: the positions of each one's agents, and their set."""
        blocks = self._keys // ID_BLOCK
        for block, part in enumerate(self._parts):
            positions = np.flatnonzero(blocks == block)
            if len(positions):
                yield positions, part._with(self._keys[positions] % ID_BLOCK)

    def _are(self, agent_type: type) -> np.ndarray[Any, np.dtype[np.bool_]]:
        matches = [issubclass(part.agent_class, agent_type) for part in self._parts]
        return np.array(matches, np.bool_)[self._keys // ID_BLOCK]

    def _attribute(self, name: str, missing: Missing, default: Any) -> list[Any]:
        values: list[Any] = [None] * len(self)
        for positions, part in self._by_part():
            listed = part._attribute(name, missing, default)
            for position, value in zip(positions.tolist(), listed, strict=True):
                values[position] = value
        return values

    def set(self, attr_name: str, value: Any) -> Self:
        """Write one value to an attribute of every agent, as `ColumnAgentSet.set` does.

        Raises:
            ValueError: if the value does not fit into one row of the column.
            AttributeError: if a class in the set lacks the attribute; nothing is written then.
        """
        parts = [part for _, part in self._by_part()]
        for part in parts:
            if not isinstance(getattr(part.agent_class, attr_name, None), property):
                raise AttributeError(
                    f"{part.agent_class.__name__} has no column `{attr_name}` to write"
                )
        for part in parts:
            part.set(attr_name, value)
        return self


def install(model: Any, sets: Mapping[type[Window], ColumnAgentSet[Any]]) -> None:
    """Make sets of rows a model's agents; call it once, after `mesa.Model.__init__`.

    Args:
        model: a Mesa model without agents.
        sets: for each class its set, in the order of `model.agents` and of the blocks of
            `unique_id`. A class on a table that an earlier class shows is a role of the same
            agents: it is in `agents_by_type`, and not again in `agents`.

    Raises:
        RuntimeError: if the model has agents already, or Mesa keeps its agents elsewhere.
        ValueError: if a set belongs to another class or model, or a role has a row that the
            first set on its table lacks.
    """
    if not (hasattr(model, "_agents_by_type") and hasattr(model, "_all_agents")):
        raise RuntimeError("call install after Model.__init__, with mesa>=3.5,<4")
    if len(model._all_agents):
        raise RuntimeError(f"the model has {len(model._all_agents)} agents already")
    first: dict[str, ColumnAgentSet[Any]] = {}
    for block, (agent_class, agents) in enumerate(sets.items()):
        if agents.agent_class is not agent_class or agents.model is not model:
            raise ValueError(f"{agents!r} is not a set of {agent_class.__name__} of this model")
        whole = first.setdefault(agent_class.table or agent_class.__name__, agents)
        if not np.isin(agents._keys, whole._keys).all():
            raise ValueError(f"{agents!r} has rows that {whole!r} lacks")
        agents.first_id = block * ID_BLOCK
        agents.fixed = True
    everyone = CompositeAgentSet(sets.values(), first.values())
    everyone.fixed = True
    model._agents_by_type = dict(sets)
    model._all_agents = everyone


def _checked_rows(rows: Any, length: int, name: str) -> Keys:
    """Return row numbers, from row numbers or from one boolean per row; None is all."""
    if rows is None:
        return np.arange(length, dtype=np.int64)
    given = np.asarray(rows)
    if given.dtype == np.bool_ and given.shape == (length,):
        return np.flatnonzero(given).astype(np.int64)
    if given.ndim != 1 or (given.size and not np.issubdtype(given.dtype, np.integer)):
        raise ValueError(
            f"rows of {name} must be whole numbers or {length} booleans; "
            f"got {given.dtype} of shape {given.shape}"
        )
    keys = given.astype(np.int64)
    outside = keys[(keys < 0) | (keys >= length)]
    if len(outside):
        raise IndexError(f"{name} row {outside[0]}: the rows are 0 to {length - 1}")
    if len(np.unique(keys)) != len(keys):
        raise ValueError(f"rows of {name} repeat a row")
    return keys


def _positions_by_value(values: Any) -> dict[Any, Any]:
    """Return the positions of each value, in order of first appearance."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    by_value = np.split(
        np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse, minlength=1))[:-1]
    )
    return {values[first[group]].item(): by_value[group] for group in np.argsort(first).tolist()}


def _read_only(array: Any) -> Any:
    view = array.view()
    view.flags.writeable = False
    return view
