"""Places: where compounds, grids, micro-grids and homes lie on the map, in km.

A community is a square around its centre. It is cut into rectangles, compound by compound, grid
by grid and micro-grid by micro-grid, each as large as its share of residents; a household lives
anywhere in its micro-grid's rectangle.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.columns import Residents
from sim.settlement.drawing import addresses, uniforms
from sim.settlement.households import Homes
from sim.settlement.layout import Layout


def divide(box: tuple[float, float, float, float], weights: list[float]) -> list[Any]:
    """Return a rectangle cut into rectangles of areas in proportion to weights.

    Args:
        box: left, bottom, right, top.
        weights: positive, in the order in which neighbours shall lie.
    """
    if len(weights) == 1:
        return [box]
    running = np.cumsum(weights)
    cut = 1 + int(np.argmin(np.abs(running[:-1] / running[-1] - 0.5)))
    part = float(running[cut - 1] / running[-1])
    left, bottom, right, top = box
    if right - left >= top - bottom:
        middle = left + part * (right - left)
        halves = (left, bottom, middle, top), (middle, bottom, right, top)
    else:
        middle = bottom + part * (top - bottom)
        halves = (left, bottom, right, middle), (left, middle, right, top)
    return divide(halves[0], weights[:cut]) + divide(halves[1], weights[cut:])


def cells(seed: Any, which: int, layout: Layout, side: float) -> Any:
    """Return the rectangle of each micro-grid: float64[micro-grids, 4] of left, bottom, right, top.

    The square is cut into compounds (in an order given by lots), these into general grids and
    these into micro-grids, each as large as its share of residents.
    """
    compounds = layout.compounds
    lots = uniforms(seed, "compound_place", addresses(compounds, which * compounds))[0]
    order = np.argsort(lots, kind="stable")
    size = np.bincount(layout.compound_of, layout.weight)
    square = (-side / 2, -side / 2, side / 2, side / 2)
    result = np.zeros((layout.micro_grids, 4))
    for compound, box in zip(order, divide(square, list(size[order])), strict=True):
        grids = np.unique(layout.grid_of[layout.compound_of == compound])
        parts = [np.flatnonzero(layout.grid_of == grid) for grid in grids]
        portions = divide(box, [float(layout.weight[rows].sum()) for rows in parts])
        for rows, portion in zip(parts, portions, strict=True):
            result[rows] = divide(portion, list(layout.weight[rows]))
    return result


def centre(which: int, spacing: float) -> tuple[float, float]:
    """Return where a community's centre lies, in km: 0, 1, 2, … fill a growing square lattice."""
    shell = int(np.sqrt(which))
    step = which - shell * shell
    column, row = (shell, step) if step <= shell else (2 * shell - step, shell)
    return column * spacing, row * spacing


def locate(
    p: Any, seed: Any, which: int, layout: Layout, homes: Homes, r: Residents, micro: Any
) -> None:
    """Give one community's micro-grids and homes their place.

    Args:
        p: the numbers.
        seed: the community's seed.
        which: which community of the district this is.
        layout: counts.
        homes: the community's households.
        r: `Residents` of one community; `x`, `y` and `distance` are written.
        micro: `MicroGrids` of one community; `x` and `y` are written.
    """
    east, north = centre(which, float(p.community_spacing))
    left, bottom, right, top = cells(seed, which, layout, float(np.sqrt(p.area))).T
    micro.x[:] = east + (left + right) / 2
    micro.y[:] = north + (bottom + top) / 2
    across, along, _, _ = uniforms(seed, "home_place", homes.home)
    of_home = homes.micro_grid
    x = (left[of_home] + across * (right - left)[of_home])[homes.house]
    y = (bottom[of_home] + along * (top - bottom)[of_home])[homes.house]
    r.x[:], r.y[:] = east + x, north + y
    r.distance[:] = np.hypot(x, y)
