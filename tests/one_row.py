"""One row of a table, for tests of rules and steps."""

from typing import Any

from sim.columns import allocate


def one(table: type, **values: Any) -> Any:
    """Return a row of a new table with these values: `habit={2: 0.5}` sets one along a dimension."""
    row = allocate(table, 1)[0]
    for name, value in values.items():
        if isinstance(value, dict):
            for place, part in value.items():
                getattr(row, name)[place] = part
        else:
            setattr(row, name, value)
    return row
