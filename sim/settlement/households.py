"""Households: their rows and micro-grids, and what their members share or have in common.

Households follow each other in rows, in the order of lots; micro-grids and compounds are cut from
that row. A household has one origin, one tenure and one income, and its members are alike in age.
Minors are no rows of their own: each counts with one adult of its household.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.columns import Residents
from sim.settlement.drawing import (
    HALF_STEP,
    addresses,
    apportion,
    classes,
    lowest,
    members,
    nearest,
    uniforms,
)
from sim.settlement.layout import Layout

MOST_CHILDREN = 3  # minors that one adult looks after, as `Residents.children` holds them


class Homes(NamedTuple):
    """The households of one community and who lives in them."""

    home: Any  # uint64[households], the address of each household's draws
    person: Any  # uint64[residents], the address of each resident's draws
    house: Any  # int64[residents], household, counted within the community
    starts: Any  # int64[households], first resident, counted within the community
    micro_grid: Any  # int64[households], micro-grid, counted within the community


def line_up(seed: Any, which: int, layout: Layout, r: Residents, micro: Any) -> Homes:
    """Lay one community's households out in rows and cut them into micro-grids.

    Args:
        seed: the community's seed.
        which: which community of the district this is.
        layout: counts.
        r: `Residents` of one community; `household`, `alone` and `micro_grid` are written.
        micro: `MicroGrids` of one community; all columns but the place are written.
    """
    first_row, first_household = which * layout.adults, which * layout.households
    person = addresses(layout.adults, first_row)
    home = addresses(layout.households, first_household)

    # Households in the order of lots, so that those of one lie among those of several.
    sizes = np.concatenate([np.ones(int(layout.single.sum()), np.int64), layout.shared])
    lot, _, _, _ = uniforms(seed, "home", home)
    sizes = sizes[np.argsort(lot, kind="stable")]
    starts = np.cumsum(sizes) - sizes
    house = np.repeat(np.arange(layout.households), sizes)
    r.household[:] = first_household + house
    r.alone[:] = sizes[house] == 1

    # A household lies in the micro-grid in which its first row falls.
    ends = np.cumsum(layout.weight) * layout.adults
    ends[-1] = layout.adults
    grid_of_house = np.searchsorted(ends, starts, side="right")
    micro_grid = grid_of_house[house]
    r.micro_grid[:] = which * layout.micro_grids + micro_grid
    last = np.searchsorted(micro_grid, np.arange(layout.micro_grids), side="right")
    micro.last[:] = first_row + last
    micro.first[:] = first_row + np.concatenate([[0], last[:-1]])
    micro.grid[:] = which * layout.grids + layout.grid_of
    micro.compound[:] = which * layout.compounds + layout.compound_of
    return Homes(home, person, house, starts, grid_of_house)


def give_ages(p: Any, seed: Any, layout: Layout, homes: Homes, r: Residents) -> None:
    """Fill households with the counts of each age class, members of a household being alike.

    Args:
        p: the numbers.
        seed: the community's seed.
        layout: counts.
        homes: the community's households.
        r: `Residents` of one community; `alone` is read, `age` is written.
    """
    _, of_age, _, _ = uniforms(seed, "home", homes.home)
    own_age, _, _, _ = uniforms(seed, "person", homes.person)
    likeness = float(p.age_likeness)
    rank = likeness * of_age[homes.house] + (1.0 - likeness) * own_age
    for rows, counts in (
        (np.flatnonzero(r.alone), layout.single),
        (np.flatnonzero(~r.alone), layout.ages - layout.single),
    ):
        r.age[rows] = classes(rank[rows], counts)


def give_standing(p: Any, seed: Any, layout: Layout, homes: Homes, r: Residents) -> Any:
    """Draw origin, ownership and income; return who is a newcomer, bool[residents].

    Newcomers are all migrants, and locals who have lived here for a short time.

    Args:
        p: the numbers.
        seed: the community's seed.
        layout: counts.
        homes: the community's households.
        r: `Residents` of one community; `migrant`, `owner` and `low_income` are written.
    """
    house = homes.house
    _, _, of_origin, of_owner = uniforms(seed, "home", homes.home)
    _, _, of_tenure, of_income = uniforms(seed, "home_place", homes.home)
    everyone = np.ones(layout.adults, np.bool_)
    r.migrant[:] = members(of_origin[house], everyone, p.migrant)
    r.owner[:] = owners(p, of_owner[house], r.migrant)
    commercial = layout.compounds - int(p.affordable_compounds)
    affordable = layout.compound_of[homes.micro_grid] >= commercial
    poor = members(of_income, affordable, p.low_income_in_affordable)
    poor |= members(of_income, ~affordable, p.low_income_elsewhere)
    r.low_income[:] = poor[house]
    return r.migrant | ((of_tenure * float(p.tenure))[house] < float(p.newcomer_tenure))


def owners(p: Any, keys: Any, migrant: Any) -> Any:
    """Return who owns the home, bool[residents]: the share of all exactly, of migrants if it can."""
    migrants = int(migrant.sum())
    locals_ = len(migrant) - migrants
    total = nearest(len(migrant) * float(p.owner))
    of_migrants = nearest(migrants * float(p.owner_if_migrant))
    of_migrants = min(max(of_migrants, total - locals_), total, migrants)
    result = np.zeros(len(migrant), np.bool_)
    for rows, count in (
        (np.flatnonzero(migrant), of_migrants),
        (np.flatnonzero(~migrant), total - of_migrants),
    ):
        result[rows[lowest(keys[rows], count)]] = True
    return result


def raise_children(p: Any, seed: Any, layout: Layout, homes: Homes, r: Residents) -> None:
    """Give each minor a household and one adult of it, of the youngest age class there.

    Minors for whom no household of several adults has room are left out; that happens only in
    communities of a few people.

    Args:
        p: the numbers.
        seed: the community's seed.
        layout: counts.
        homes: the community's households.
        r: `Residents` of one community; `age` and `alone` are read, `children` is written.
    """
    house, starts = homes.house, homes.starts
    of_family, of_size, _, _ = uniforms(seed, "family", homes.home)
    of_parent, _, _, _ = uniforms(seed, "parent", homes.person)
    by_age = r.age + of_parent.astype(np.float64)
    youngest = np.minimum.reduceat(by_age, starts)
    among_youngest = np.flatnonzero(by_age == youngest[house])
    parent = among_youngest[np.unique(house[among_youngest], return_index=True)[1]]

    several = ~r.alone[starts]
    chance = np.array(p.parents, np.float64)[r.age[parent]]
    keys = np.where(several, -np.log(of_family + HALF_STEP) / chance, np.inf)
    wanted = nearest(layout.minors / float(p.children_per_family))
    fewest = -(-layout.minors // MOST_CHILDREN)
    families = min(max(wanted, fewest), layout.minors, int(several.sum()))
    if families == 0:
        return
    family = np.flatnonzero(lowest(keys, families))
    family = family[np.argsort(of_size[family], kind="stable")]
    minors = min(layout.minors, MOST_CHILDREN * families)
    r.children[parent[family]] = apportion(minors, np.ones(families))
