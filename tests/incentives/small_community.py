"""A hand-built community for tests of the incentives: a few residents, micro-grids and partners."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.columns import (
    PARTNER,
    VOLUNTEER,
    MicroGrids,
    PartnerRows,
    Residents,
    allocate,
)
from sim.headings import values_of
from sim.incentives import exchange, fund, honours, points

FILES = (exchange, fund, honours, points)
EVERYTHING = ("points", "honours", "party_vanguard", "co_safety", "co_culture")


def community(
    residents: int = 40,
    grids: int = 4,
    seed: int = 1,
    active: tuple[str, ...] = EVERYTHING,
    **numbers: dict[str, Any],
) -> Any:
    """Return a community in week 0 in which five partners stock the shop.

    Args:
        residents, grids: how many; residents are spread evenly over micro-grids.
        seed: of every draw.
        active: stems of the files that are switched on.
        numbers: by stem, the numbers that differ from their defaults.
    """
    town = SimpleNamespace(
        seed=np.uint64(seed),
        week=0,
        programme_week=0,
        extent=np.float32(1),
        scale=np.float32(1),
        accounts=None,
        state=SimpleNamespace(),
        numbers=SimpleNamespace(
            points=values_of(points.Points, numbers.get("points")),
            exchange=values_of(exchange.Exchange, numbers.get("exchange")),
            honours=values_of(honours.Honours, numbers.get("honours")),
            fund=values_of(fund.Fund, numbers.get("fund")),
        ),
        residents=allocate(Residents, residents),
        micro_grids=allocate(MicroGrids, grids),
        partners=allocate(PartnerRows, 5),
        active=lambda stem: stem in active,
    )
    town.residents.reward_sensitivity[:] = 1
    town.residents.micro_grid[:] = np.arange(residents) * grids // residents
    for grid in range(grids):
        rows = np.flatnonzero(town.residents.micro_grid == grid)
        town.micro_grids.first[grid], town.micro_grids.last[grid] = rows[0], rows[-1] + 1
    town.partners.stage[:] = PARTNER
    town.partners.commitment[:] = 1
    town.partners.stock_per_week[:] = 2
    for file in FILES:
        setattr(town.state, file.__name__.rpartition(".")[2], file.begin(town))
    return town


def change(town: Any, stem: str, **values: Any) -> None:
    """Replace numbers of one heading, as the committee may do between weeks."""
    setattr(town.numbers, stem, getattr(town.numbers, stem)._replace(**values))


def open_week(town: Any) -> None:
    """Clear the week's accumulators and open it in every file."""
    residents = town.residents
    for column in (residents.pull, residents.nudge, residents.earned, residents.acted):
        column[:] = 0
    residents.asked[:] = 0
    residents.hours[:] = 0
    for file in (exchange, honours, points):
        file.open_week(town)


def volunteer(town: Any, rows: Any, hours: Any = 2.0) -> None:
    """Let residents volunteer this week."""
    town.residents.acted[rows] = 1 << VOLUNTEER
    town.residents.asked[rows] = 1 << VOLUNTEER
    town.residents.hours[rows] = hours


def close_week(town: Any) -> None:
    """Run the moments from `reward` on, and turn to the next week."""
    points.reward(town)
    honours.commend(town)
    points.learn(town)
    fund.settle(town)
    fund.reflect(town)
    town.week += 1
    town.programme_week += 1


def plain(loop: Any) -> Any:
    """Return a loop as plain Python, whether or not loops are compiled."""
    return getattr(loop, "py_func", loop)


def copy_of(table: Any) -> Any:
    """Return a copy of a table, column by column."""
    return type(table)(*(column.copy() for column in table))


def same(left: Any, right: Any) -> bool:
    """Return whether two tables agree in every bit."""
    return all(a.tobytes() == b.tobytes() for a, b in zip(left, right, strict=True))
