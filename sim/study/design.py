"""Designs: how arms are laid out over factors. SALib draws the samples; nothing here runs anything.

Explicit arms, full grids and doses along one number share one block of seeds. Samples for
sensitivity analysis are rows that stand by themselves: the points of one row share their seeds, and
rows do not, so that luck cancels within a row and a bootstrap over rows is valid
(`docs/decisions/0014-seeds-are-shared-within-a-row.md`). All samples can be extended: the first rows
of a larger one are the smaller one, and their runs are not repeated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from sim.errors import InputError, shown
from sim.study.factors import DUMMY, Factor, changes_at, distinct, problem
from sim.study.plan import Arm, arm

LEVELS = 4
"""Levels of a Morris design (Morris 1991, 10.1080/00401706.1991.10484804)."""


def short(path: str) -> str:
    """Return the last word of a path, as labels show it."""
    return path.rpartition(".")[2]


def grid(levels: Mapping[str, Sequence[Any]]) -> tuple[Arm, ...]:
    """Return one arm for every combination of the levels given for each path."""
    for path, values in levels.items():
        if len(set(map(repr, values))) < len(values) or not values:
            raise InputError(f"grid: {path} = {shown(list(values))} needs different levels.")
    return tuple(
        replace(
            arm(_label(dict(zip(levels, combination, strict=True)))),
            changes=tuple(zip(levels, combination, strict=True)),
            tags=tuple(zip(levels, combination, strict=True)),
        )
        for combination in product(*levels.values())
    )


def doses(path: str, values: Sequence[Any]) -> tuple[Arm, ...]:
    """Return one arm for each value of one number, everything else equal."""
    return grid({path: values})


def _label(changes: Mapping[str, Any]) -> str:
    return " ".join(f"{short(path)}={worded(value)}" for path, value in changes.items())


def worded(value: Any) -> str:
    """Return a value as labels show it."""
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


# --- Samples -----------------------------------------------------------------------------------


def worlds(factors: Sequence[Factor], count: int, seed: int) -> list[dict[str, Any]]:
    """Return draws from the prior, uniform and independent: the first points of a Sobol sequence.

    The first draws of a larger number are those of a smaller one.
    """
    from scipy.stats import qmc

    _check("worlds", count, 1)
    distinct(factors)
    exponent = max(math.ceil(math.log2(count)), 0)
    sequence = qmc.Sobol(len(factors), scramble=True, rng=_seed(seed))
    points = sequence.random_base2(exponent)[:count]
    return [changes_at(factors, point) for point in points]


def latin_hypercube(factors: Sequence[Factor], size: int, seed: int) -> tuple[Arm, ...]:
    """Return a Latin hypercube (McKay et al. 1979, 10.2307/1268522); all points share their seeds.

    It cannot be extended: another size is another sample.
    """
    from SALib.sample import latin

    _check("latin hypercube", size, 2)
    return _points(factors, latin.sample(problem(factors), size, seed=_seed(seed)))


def free(factors: Sequence[Factor], size: int, seed: int) -> tuple[Arm, ...]:
    """Return points of a Sobol sequence, each with seeds of its own.

    For estimators that take any sample, such as PAWN (Pianosi & Wagener 2018,
    10.1016/j.envsoft.2018.07.019), and for emulators.
    """
    from scipy.stats import qmc

    _check("free sample", size, 2)
    distinct(factors)
    sequence = qmc.Sobol(len(factors), scramble=True, rng=_seed(seed))
    points = sequence.random_base2(math.ceil(math.log2(size)))[:size]
    return _points(factors, points, apart=True)


def fast(factors: Sequence[Factor], size: int, seed: int) -> tuple[Arm, ...]:
    """Return the sample of the extended Fourier test (Saltelli et al. 1999, 10.1080/00401706.1999.10485594).

    All points share their seeds. Tags: `point`, and `searched`, the factor whose curve a point is on.

    Args:
        factors: two or more.
        size: points per factor, above 64.
        seed: of the random phases.
    """
    from SALib.sample import fast_sampler

    _check("FAST", size, 65)
    places = fast_sampler.sample(problem(factors), size, seed=_seed(seed))
    return tuple(
        _point(factors, place, f"point {row}", 0, point=row, searched=factors[row // size].path)
        for row, place in enumerate(places)
    )


def _points(factors: Sequence[Factor], points: Any, apart: bool = False) -> tuple[Arm, ...]:
    return tuple(
        _point(factors, point, f"point {row}", row * apart, point=row)
        for row, point in enumerate(points)
    )


def _point(
    factors: Sequence[Factor], place: Sequence[float], label: str, block: int, **tags: Any
) -> Arm:
    """Return the arm of one point; its tags show the point, the dummy's place included."""
    changes = changes_at(factors, place)
    shown_at = {
        one.path: changes.get(one.path, float(position))
        for one, position in zip(factors, place, strict=True)
    }
    return Arm(label, tuple(changes.items()), (*tags.items(), *shown_at.items()), block)


def saltelli(factors: Sequence[Factor], size: int, seed: int) -> tuple[Arm, ...]:
    """Return the design of Sobol indices: rows of points A, B, and A with one factor from B.

    Tags: `row`, and `matrix`, which is `A`, `B` or the path of the factor that comes from B.
    The points of a row share their seeds, except the dummy's: it brings new luck and nothing else,
    so that what it seems to do shows whether the correction for noise is right.
    Source: Saltelli et al. 2010, 10.1016/j.cpc.2009.09.018.

    Args:
        factors: two or more.
        size: rows, a power of 2.
        seed: of the scrambling.

    Raises:
        InputError: `size` is no power of 2, or there are fewer than two factors.
    """
    from SALib.sample import sobol

    _check("Sobol", size, 2)
    if size & (size - 1):
        raise InputError(
            f"Sobol: {size} rows must be a power of 2, such as {1 << (size.bit_length() - 1)}."
        )
    if len(factors) < 2:
        raise InputError("Sobol: vary 2 factors or more.")
    points = sobol.sample(
        problem(factors), size, calc_second_order=False, scramble=True, seed=_seed(seed)
    ).reshape(size, len(factors) + 2, len(factors))
    matrices = ("A", *(one.path for one in factors), "B")
    return tuple(
        _point(
            factors,
            points[row, position],
            f"row {row} {matrix}",
            2 * row + (matrix == DUMMY),
            row=row,
            matrix=matrix,
        )
        for row in range(size)
        for position, matrix in enumerate(matrices)
    )


def morris(factors: Sequence[Factor], trajectories: int, seed: int) -> tuple[Arm, ...]:
    """Return trajectories that move one factor at a time (Morris 1991).

    Tags: `row` (the trajectory), `step` from 0, and `moved`, the path of the factor that moved in
    this step, empty for the first point. A trajectory shares its seeds up to the dummy's step,
    which brings new luck and nothing else.
    """
    from SALib.sample import morris as elementary

    _check("Morris", trajectories, 2)
    width = len(factors) + 1
    points = elementary.sample(
        problem(factors), trajectories, num_levels=LEVELS, seed=_seed(seed)
    ).reshape(trajectories, width, len(factors))
    arms = []
    for row in range(trajectories):
        luck = 2 * row
        for step in range(width):
            moved = ""
            if step:
                column = np.flatnonzero(points[row, step] != points[row, step - 1])
                moved = factors[int(column[0])].path
            luck += moved == DUMMY
            arms.append(
                _point(
                    factors, points[row, step], f"trajectory {row} step {step}", luck,
                    row=row, step=step, moved=moved,
                )
            )  # fmt: skip
    return tuple(arms)


def one_at_a_time(factors: Sequence[Factor], levels: int) -> tuple[Arm, ...]:
    """Return, for each factor, evenly spaced values with all others at the base; one block.

    Tags: `moved`, the path of the factor, and `value`.
    """
    _check("one at a time", levels, 2)
    distinct(factors)
    return tuple(
        replace(
            arm(f"{one.path}={worded(value)}", {one.path: value}),
            tags=(("moved", one.path), ("value", value)),
        )
        for one in factors
        for value in one.levels(levels)
    )


def _seed(seed: int) -> int:
    """Return a seed that SALib takes: it reads 0 as "no seed"."""
    return seed + 1


def _check(what: str, size: int, least: int) -> None:
    if size < least:
        raise InputError(f"{what}: {size} is out of bounds: at least {least} are needed.")
