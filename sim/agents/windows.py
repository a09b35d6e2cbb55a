"""Agents as windows: a `mesa.Agent` that stores nothing, and reads and writes one row of a table.

A subclass names its table, and every column of that table becomes an attribute::

    class Resident(Window):
        table = "residents"  # the model's attribute
        columns = Residents  # the table's `NamedTuple`

    resident = Resident(model, 3)
    resident.trust                 # a Python number
    resident.trust = 0.5           # writes the row, if the column can hold it
    resident.habit[VOLUNTEER]      # one of this row's values; writing it writes the row

What is read is a Python number, so that nobody meets a byte that turns over at 256 (rules and steps
see the narrow types, through `sim.engine.tables`). What is written must be of the column's kind and lie
within its declared range, and a row of another table must be there.

Windows are made when asked for and shared while someone holds one (`agents[3] is agents[3]`).
Nothing else holds them: what takes only a weak reference to an agent's method, as Mesa's
`schedule_event` does, needs the caller to keep the window.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, ClassVar, Never, cast
from weakref import WeakValueDictionary

import mesa
import numpy as np

from sim.engine.declare import Column, columns_of


class _Kept(WeakValueDictionary[int, "Window"]):
    """The windows of one class that someone holds, by row; a copy of a model starts empty."""

    def __reduce__(self) -> tuple[type[_Kept], tuple[()]]:
        return _Kept, ()

    def __deepcopy__(self, memo: dict[int, Any]) -> _Kept:
        return _Kept()


def _kept(model: Any, kind: type[Window]) -> _Kept:
    """Return the windows of one class that are in use on a model."""
    try:
        return model._windows[kind]  # type: ignore[no-any-return]
    except AttributeError:
        model._windows = {kind: _Kept()}
    except KeyError:
        model._windows[kind] = _Kept()
    return model._windows[kind]  # type: ignore[no-any-return]


def checked(owner: str, name: str, declared: Column, value: Any, model: Any) -> Any:
    """Return a value that a column can hold, of one cell.

    Args:
        owner: class of the agents, for the message.
        name: of the column.
        declared: the column.
        value: what is to be written.
        model: whose tables a row of another table is looked up in.

    Raises:
        TypeError: the value is of another kind.
        ValueError: it is out of bounds, or no row of the other table.
    """
    value = (
        value.item() if isinstance(value, np.generic | np.ndarray) and not value.shape else value
    )
    says = f"{owner}.{name} = {value!r}"
    kind = np.dtype(declared.dtype).kind
    if kind == "b":
        if not isinstance(value, bool):
            raise TypeError(f"{says} is not True or False ({declared.meaning})")
        return value
    if isinstance(value, bool) or not isinstance(value, int if kind in "iu" else int | float):
        wanted = "a whole number" if kind in "iu" else "a number"
        raise TypeError(f"{says} is not {wanted} ({declared.meaning})")
    low, high, unit = declared.low, declared.high, declared.unit
    if declared.of:
        low, high = 0, _rows(operator.attrgetter(declared.of)(model)) - 1
        unit = f"rows of {declared.of.partition('.')[0]}"
    elif kind in "iu":
        high = min(high, int(np.iinfo(declared.dtype).max))
    if not low <= value <= high:
        raise ValueError(
            f"{says} is out of bounds: it must lie between {low:g} and {high:g} ({unit})"
        )
    return value


def _rows(table: Any) -> int:
    return len(next(iter(table)))


class Cells(Sequence[Any]):
    """The values of one row along a column's other dimension, read as Python numbers."""

    def __init__(self, owner: str, model: Any, name: str, declared: Column, values: Any) -> None:
        self._owner, self._model, self._name = owner, model, name
        self._declared, self._values = declared, values

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._values)

    def __getitem__(self, place: Any) -> Any:
        """Return a value, or a list of values for a slice."""
        return self._values[place].tolist()

    def __setitem__(self, place: Any, value: Any) -> None:
        """Write a value, or the same or several to a slice."""
        several = isinstance(value, Iterable) and not isinstance(value, str)
        given = list(value) if several else [value]
        safe = [checked(self._owner, self._name, self._declared, v, self._model) for v in given]
        self._values[place] = safe if several else safe[0]

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Return the values as an array of wide numbers, a copy."""
        return wide(self._values).astype(dtype) if dtype is not None else wide(self._values)

    def __eq__(self, other: object) -> bool:
        """Return whether the other has the same values."""
        return list(self) == list(other) if isinstance(other, Iterable) else NotImplemented

    def __lt__(self, other: Any) -> bool:
        """Return whether the values come before the other's, as lists do."""
        return list(self) < list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the values."""
        return repr(list(self))


def wide(values: Any) -> Any:
    """Return a copy of an array in a type whose sums and differences do not turn over."""
    kind = values.dtype.kind
    return values.astype({"b": np.bool_, "f": np.float64}.get(kind, np.int64))


def _attribute(table: str, name: str, declared: Column) -> property:
    """Return the property that reads and writes a window's row of one column."""
    whole = operator.attrgetter(f"model.{table}.{name}")
    place = (slice(None),) * declared.shape.index("row")

    def read(window: Window) -> Any:
        return whole(window)[window.row].item()

    def write(window: Window, value: Any) -> None:
        owner = type(window).__name__
        whole(window)[window.row] = checked(owner, name, declared, value, window.model)

    def read_cells(window: Window) -> Any:
        values = whole(window)[(*place, window.row)]
        return Cells(type(window).__name__, window.model, name, declared, values)

    def write_cells(window: Window, value: Any) -> None:
        read_cells(window)[:] = value

    text = f"{declared.meaning} [{declared.unit}]"
    if len(declared.shape) > 1:
        return property(read_cells, write_cells, doc=text)
    return property(read, write, doc=text)


class Window(mesa.Agent):  # type: ignore[misc]
    """An agent that is a window on one row of one of its model's tables.

    Two windows are equal if they are of one class and show one row of one model: a Party member
    and the resident of the same row are two windows on one person.

    Attributes:
        table: name of the model's attribute that holds the table; empty for an actor of which
            there is one and which no table stores.
        columns: the table's `NamedTuple`, whose columns become attributes.
        model: the model.
        row: the row shown.
        pos: None, as for a Mesa agent that was never put on a space.

    Raises:
        IndexError: on construction, if the table has no such row.
        TypeError: on definition of a subclass that defines `__init__` (a window may be handed
            out many times) or an attribute with the name of a column.
        AttributeError: on assignment to anything but a column or a settable property, since a
            window that nobody holds is forgotten together with what was stored on it.
    """

    __slots__ = ("model", "row")

    table: ClassVar[str] = ""
    columns: ClassVar[type | None] = None
    pos: ClassVar[None] = None
    model: Any
    row: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give the subclass one attribute for each column of its table."""
        super().__init_subclass__(**kwargs)
        if "__init__" in cls.__dict__:
            raise TypeError(f"{cls.__name__} is a window on a row: it cannot define __init__")
        declared = cls.declared()
        for name in cls.__dict__:
            if name in declared:
                raise TypeError(f"{cls.__name__}.{name} would hide the column `{name}`")
        if "columns" not in cls.__dict__ and "table" not in cls.__dict__:
            return
        if bool(declared) != bool(cls.table):
            raise TypeError(f"{cls.__name__} must name both its `table` and its `columns`")
        for name, column in declared.items():
            if hasattr(Window, name):
                raise TypeError(f"column `{name}` would hide {cls.__name__}.{name}")
            setattr(cls, name, _attribute(cls.table, name, column))

    def __new__(cls, model: Any, row: int | None = None) -> Window:
        """Return the window on a row: the one that is already in use, or else a new one."""
        if row is None and cls.table:
            raise TypeError(
                f"{cls.__name__}(model) makes nobody: its agents are the rows of `{cls.table}`; "
                f"{cls.__name__}(model, 0) is the first"
            )
        row = operator.index(row or 0)
        rows = cls.rows_of(model)
        if not 0 <= row < rows:
            raise IndexError(f"{cls.__name__} row {row}: the rows are 0 to {rows - 1}")
        return window_on(cls, model, row)

    def __init__(self, model: Any, row: int | None = None) -> None:
        """Do nothing: an agent that is a row is not registered with the model one by one."""

    @classmethod
    def declared(cls) -> dict[str, Column]:
        """Return the declarations of the table's columns; none for an actor without a table."""
        return {} if cls.columns is None else columns_of(cls.columns)

    @classmethod
    def rows_of(cls, model: Any) -> int:
        """Return how many rows the table has on a model: 1 for an actor without a table."""
        for name, column in cls.declared().items():
            array = getattr(operator.attrgetter(cls.table)(model), name)
            return int(array.shape[column.shape.index("row")])
        return 1

    @property
    def unique_id(self) -> int:
        """Return a number that no other agent of the model has, the same in every run.

        It is the row plus a block of a milliard numbers for the class, in the order in which
        `sets.install` was given the classes: with residents installed first, a resident's
        number is the row.
        """
        try:
            return int(self.model.agents_by_type[type(self)].first_id) + self.row
        except (AttributeError, KeyError, TypeError):
            name = type(self).__name__
            raise LookupError(f"{name} has no numbers: it is not installed on the model") from None

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a column of the row, or a settable property of the subclass."""
        if isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
            return
        near = get_close_matches(name, self.declared(), n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        raise AttributeError(
            f"{type(self).__name__} cannot store `{name}`: a window keeps nothing but its "
            f"table's columns{hint}"
        )

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a window of this class on this row of this model."""
        if type(other) is not type(self):
            return NotImplemented
        return self.row == other.row and self.model is other.model

    def __hash__(self) -> int:
        """Hash by class and row."""
        return hash((type(self), self.row))

    def __repr__(self) -> str:
        """Return the class and the row."""
        return f"{type(self).__name__}(row={self.row})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle as class, model and row."""
        return _open, (type(self), self.model, self.row)

    def remove(self) -> Never:
        """Refuse: rows are never removed.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            f"{self!r} cannot be removed: rows are never removed from a table; "
            "a column says that an actor has left"
        )

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> Never:
        """Refuse: the table's rows are all the agents there are.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            f"{cls.__name__} agents are the rows of `{cls.table}`; none can be created"
        )

    @classmethod
    def from_dataframe(cls, model: Any, df: Any, **kwargs: Any) -> Never:
        """Refuse, as `create_agents` does.

        Raises:
            NotImplementedError: always.
        """
        cls.create_agents(model, len(df))


def window_on[W: Window](kind: type[W], model: Any, row: int) -> W:
    """Return the window on a row that is known to exist; sets walk their rows with it."""
    kept = _kept(model, kind)
    window = kept.get(row)
    if window is None:
        window = kept[row] = _open(kind, model, row)
    return cast(W, window)


def _open(kind: type[Window], model: Any, row: int) -> Window:
    """Return a new window, not looked up and not kept."""
    window: Window = object.__new__(kind)
    object.__setattr__(window, "model", model)
    object.__setattr__(window, "row", row)
    return window
