"""Memory: what a resident takes is stated, and a run leaves nothing behind."""

import gc
import itertools
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.columns import CACHE_LINE, NeedRows, PartnerRows, Residents, allocate
from sim.engine.declare import columns_of
from sim.model import load
from sim.scenario import BYTES_PER_ADULT

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "speed.md"


def buffers(thing, found=None):
    """Return the memory of every array in reach, by the address at which it lies."""
    found = {} if found is None else found
    if isinstance(thing, np.ndarray):
        owner = thing
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        found[owner.__array_interface__["data"][0]] = owner.nbytes
    elif isinstance(thing, dict):
        for value in thing.values():
            buffers(value, found)
    elif isinstance(thing, list | tuple):
        for value in thing:
            buffers(value, found)
    elif hasattr(thing, "__dict__"):
        buffers(vars(thing), found)
    return found


def by_adult(state_of):
    """Return bytes that one more adult adds, from two communities of different size."""
    small, large = (load(seed=3, overrides={"population.scale": scale}) for scale in (0.1, 0.2))
    extra = len(large.residents.age) - len(small.residents.age)
    return (state_of(large) - state_of(small)) / extra


def test_a_resident_takes_as_much_memory_as_is_stated():
    def taken(community):
        return sum(buffers([community.residents, community.state]).values())

    assert 0.85 * BYTES_PER_ADULT < by_adult(taken) <= BYTES_PER_ADULT


@pytest.mark.parametrize("table", [Residents, PartnerRows, NeedRows])
@pytest.mark.parametrize("rows", [0, 1, 65, 1000])
def test_columns_lie_side_by_side_at_their_initial_values(table, rows):
    columns = allocate(table, rows)
    spans = []
    for column, declared in zip(columns, columns_of(table).values(), strict=True):
        first = column.__array_interface__["data"][0]
        spans.append((first, first + column.nbytes))
        assert first % CACHE_LINE == 0 or not rows
        assert column.dtype == declared.dtype
        assert column.flags["F_CONTIGUOUS" if declared.order == "F" else "C_CONTIGUOUS"]
        assert (column == declared.initial).all()
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_a_need_takes_as_much_memory_as_the_page_on_speed_says():
    need = sum(np.dtype(column.dtype).itemsize for column in columns_of(NeedRows).values())
    assert f"{need} bytes a need" in PAGE.read_text(encoding="utf-8")
    assert f"{BYTES_PER_ADULT} bytes a resident" in PAGE.read_text(encoding="utf-8")


def resident_set():
    """Return the memory of this process in bytes; 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


def test_a_thousand_runs_in_one_process_leave_nothing_behind():
    """After eight hundred runs, as many more add not one Python object, and no page, apiece.

    A community of this size takes some 200 kilobytes in thousands of objects: one in twenty that
    stayed would show. Compiled loops allocate outside Python; only the pages show that.
    """

    def live(runs):
        for seed in range(runs):
            tiny = {"population.scale": 0.002, "population.burn_in": 0}
            load(seed=seed, overrides=tiny).run_for(2)
        gc.collect()
        return sys.getallocatedblocks(), resident_set()

    blocks, pages = live(800)  # as far as garbage piles up between two collections, it has
    more_blocks, more_pages = live(800)
    assert more_blocks - blocks < 800
    assert more_pages - pages < 8_000_000
