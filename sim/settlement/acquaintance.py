"""Acquaintance: who has ties with whom at the start, within the micro-grid and the compound.

Each resident wants a number of ties, most of them within the micro-grid. In rounds, each who
wants one more meets four residents at random who may want one too, and picks one, those alike in
age, origin and education more often. Every tie is held by both ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.columns import TIE_SLOTS, Residents
from sim.engine import numerics, randomness
from sim.engine.compiled import loop, rule
from sim.settlement.drawing import addresses, uniforms

CANDIDATES = randomness.decision("population.tie_candidates")
CHOICE = randomness.decision("population.tie_choice")
TIE_ROUNDS = 24  # rounds of making ties before the few who found nobody are left alone


@rule
def position(first: Any, last: Any, draw: Any) -> Any:
    """Return the row, from `first` up to but not including `last`, at which a draw falls."""
    return min(first + np.int64(np.float32(last - first) * draw), last - np.int64(1))


@rule
def appeal(p: Any, same_age: Any, same_origin: Any, same_education: Any) -> Any:
    """How much a resident is drawn to another: e to the power homophily x likeness, from 1 up."""
    age, origin, education = p.likeness
    by_age = age if same_age else 0.0
    by_origin = origin if same_origin else 0.0
    by_education = education if same_education else 0.0
    return numerics.exp(p.homophily * (by_age + by_origin + by_education))


@rule
def chosen(appeal_0: Any, appeal_1: Any, appeal_2: Any, appeal_3: Any, draw: Any) -> Any:
    """Return which of four, 0 to 3, a draw chooses with chances in proportion to appeal.

    Where none has any appeal the answer is 3; the caller checks that the chosen one has some.
    """
    up_to_0 = appeal_0
    up_to_1 = up_to_0 + appeal_1
    up_to_2 = up_to_1 + appeal_2
    mark = draw * (up_to_2 + appeal_3)
    return 0 if mark < up_to_0 else 1 if mark < up_to_1 else 2 if mark < up_to_2 else 3


@loop
def tied(neighbour: Any, degree: Any, one: Any, other: Any) -> Any:
    """Return whether two residents hold a tie."""
    held = False
    for slot in range(degree[one]):
        held = held or neighbour[one, slot] == other
    return held


@loop
def befriend(
    p: Any,
    seed: Any,
    first_round: Any,
    age: Any,
    migrant: Any,
    tertiary: Any,
    micro_grid: Any,
    degree: Any,
    neighbour: Any,
    wanted: Any,
    first_row: Any,
    pool_first: Any,
    pool_last: Any,
    elsewhere: Any,
) -> None:
    """Make ties: in each round, each resident who wants one more picks among four at random.

    Only those who want one more themselves, are not yet tied to the resident and (where
    `elsewhere`) live in another micro-grid have any appeal.

    Args:
        p: the numbers.
        seed: the community's seed.
        first_round: number of the first round, for the draws.
        age, migrant, tertiary, micro_grid: columns of `Residents` of one community.
        degree, neighbour: columns of `Residents`, written.
        wanted: int64[residents], ties each still wants; reduced by those made.
        first_row: the community's first row in `Residents`; ties hold rows of the whole table.
        pool_first, pool_last: int64[residents], the community's rows among which each looks.
        elsewhere: whether only residents of another micro-grid will do.
    """
    appeals = np.zeros(4, np.float32)
    others = np.zeros(4, np.int64)
    for turn in range(first_round, first_round + TIE_ROUNDS):
        for i in range(len(wanted)):
            if wanted[i] == 0:
                continue
            at = randomness.draws(seed, CANDIDATES, turn, first_row + i)
            for k in range(4):
                j = position(pool_first[i], pool_last[i], at[k])
                others[k] = j
                appeals[k] = np.float32(0)
                if wanted[j] == 0 or j == i or (elsewhere and micro_grid[i] == micro_grid[j]):
                    continue
                if not tied(neighbour, degree, i, first_row + j):
                    appeals[k] = appeal(
                        p, age[i] == age[j], migrant[i] == migrant[j], tertiary[i] == tertiary[j]
                    )
            luck = randomness.draw(seed, CHOICE, turn, first_row + i)
            k = chosen(appeals[0], appeals[1], appeals[2], appeals[3], luck)
            if appeals[k] > 0:
                j = others[k]
                neighbour[i, degree[i]] = first_row + j
                neighbour[j, degree[j]] = first_row + i
                degree[i] += 1
                degree[j] += 1
                wanted[i] -= 1
                wanted[j] -= 1


def wanted_ties(p: Any, draws: Any, newcomer: Any, others: Any) -> tuple[Any, Any]:
    """Return how many ties each resident wants within the micro-grid, and in all: int64[residents].

    Args:
        p: the numbers.
        draws: uniforms that round the number of ties, and of those inside [residents each].
        newcomer: bool[residents].
        others: int64[residents], how many others live in the micro-grid.
    """
    of_number, of_inside = draws
    mean = float(p.mean_degree) * np.where(newcomer, float(p.newcomer_ties), 1.0)
    wanted = np.minimum(np.floor(mean + of_number).astype(np.int64), TIE_SLOTS)
    inside = np.floor(float(p.ties_inside) * wanted + of_inside).astype(np.int64)
    return np.minimum(np.minimum(inside, wanted), others), wanted


def tie_up(p: Any, seed: Any, r: Residents, micro: Any, newcomer: Any) -> None:
    """Make one community's ties: first within micro-grids, then the rest within compounds.

    Every tie is held by both ends. What finds no partner within the micro-grid is looked for
    elsewhere in the compound.

    Args:
        p: the numbers.
        seed: the community's seed.
        r: `Residents` of one community; `degree` and `neighbour` are written.
        micro: `MicroGrids` of one community.
        newcomer: bool[residents].
    """
    first_row = int(micro.first[0])
    columns = (r.age, r.migrant, r.tertiary, r.micro_grid, r.degree, r.neighbour)
    first, last = micro.first - first_row, micro.last - first_row
    home = np.searchsorted(last, np.arange(len(newcomer)), side="right")
    of_number, of_inside, _, _ = uniforms(seed, "ties", addresses(len(newcomer), first_row))
    inside, wanted = wanted_ties(p, (of_number, of_inside), newcomer, (last - first)[home] - 1)
    befriend(p, seed, 0, *columns, inside, first_row, first[home], last[home], False)
    _, begin, sizes = np.unique(micro.compound, return_index=True, return_counts=True)
    first = np.repeat(first[begin], sizes)
    last = np.repeat(last[begin + sizes - 1], sizes)
    elsewhere = wanted - r.degree
    befriend(p, seed, TIE_ROUNDS, *columns, elsewhere, first_row, first[home], last[home], True)
