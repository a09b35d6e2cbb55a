"""Tables of columns, and rows of them: what a loop walks, and what a step reads and writes.

A table is a class whose attributes declare columns; an instance holds one array for each. `table[i]`
is one of its rows: `residents[3].trust` reads, and writes, what `residents.trust[3]` does, and
`residents[3].habit` is this row's own values along the other dimension. Numbers keep the type of
their column, so that a rule gives the same bits for a row as in a compiled loop.

In annotations a table's name stands for either: a loop is handed tables; a rule and a step, which
are about one actor, are handed rows, and `All[Residents]` where they look at the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self, cast

from sim.engine.declare import Column

type All[T] = T
"""A whole table, as a parameter of a rule or of a step."""

type Local[T] = T
"""A value of the resident's own micro-grid, as a parameter of a step that is given one for each."""


class Row:
    """One row of a table; columns are its attributes, in their own narrow types.

    Attributes:
        row: which row it is.
    """

    __slots__ = ("_table", "row")

    def __init__(self, table: Any, row: int) -> None:
        self._table = table
        self.row = row


def _cell(name: str, declared: Column) -> property:
    """Return the attribute of a row that reads and writes its part of one column."""
    before = (slice(None),) * declared.shape.index("row")

    def read(row: Row) -> Any:
        return getattr(row._table, name)[(*before, row.row)]

    def write(row: Row, value: Any) -> None:
        getattr(row._table, name)[(*before, row.row)] = value

    return property(read, write, doc=declared.meaning)


class Table:
    """Columns of one length, one array each, in the order of their declarations.

    Attributes:
        row: within a step, which row it is about (a table has none).

    Raises:
        ValueError: on construction, if there are not as many arrays as columns.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _field_defaults: ClassVar[dict[str, Column]] = {}
    _row: ClassVar[type[Row]] = Row
    row: Any

    def __init_subclass__(cls) -> None:
        """Note the columns that the class declares, and make the class of its rows."""
        declared = {name: at for name, at in vars(cls).items() if isinstance(at, Column)}
        cls._fields, cls._field_defaults = tuple(declared), declared
        cells = {name: _cell(name, column) for name, column in declared.items()}
        cls._row = type(f"{cls.__name__}Row", (Row,), {"__slots__": (), **cells})

    def __init__(self, *columns: Any) -> None:
        for name, array in zip(self._fields, columns, strict=True):
            setattr(self, name, array)

    def __iter__(self) -> Iterator[Any]:
        """Yield the arrays, in the order of the columns."""
        return (getattr(self, name) for name in self._fields)

    def __getitem__(self, row: Any) -> Self:
        """Return one row."""
        return cast(Self, self._row(self, row))
