"""How time and memory grow with the number of communities, from one to a city.

Each size is measured in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from sim.bench.clock import BILLION, community_of, peak_megabytes, seconds, warm_up
from sim.bench.speed import shown

COMMUNITIES = (1, 10, 100)


def sizes(
    communities: Sequence[int] = COMMUNITIES,
    scenario: str = "district",
    weeks: int = 52,
    seed: int = 1,
    told: Callable[[Mapping[str, Any]], None] | None = None,
) -> list[dict[str, Any]]:
    """Measure districts of several sizes, one after another.

    Args:
        communities: how many communities each has.
        scenario: of which the number of communities is changed.
        weeks: of the programme; the burn-in comes first and counts as well.
        seed: of all.
        told: called with each row as soon as it is measured.

    Returns:
        A row a size: residents (adults), seconds for the population and for the weeks lived,
        nanoseconds per resident-week lived without and with the population, the ratio of the former
        to the first row's, peak memory, and bytes per resident above an empty process.
    """
    rows: list[dict[str, Any]] = []
    for count in communities:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            row = alone.submit(_one_size, count, scenario, weeks, seed).result()
        row["ratio"] = row["week_ns"] / (rows[0] if rows else row)["week_ns"]
        rows.append(row)
        if told is not None:
            told(row)
    return rows


def _one_size(communities: int, scenario: str, weeks: int, seed: int) -> dict[str, Any]:
    """Measure one size in this process."""
    warm_up(scenario, seed)
    gc.collect()
    empty = peak_megabytes()
    changes = {"communities": communities, "burn_in": 0}
    made: list[Any] = []
    population = seconds(lambda: made.append(community_of(scenario, seed, **changes)))
    community = made[0]
    residents = len(community.residents.age)
    lived = seconds(lambda: community.run_for(weeks))
    each = BILLION / (residents * weeks)
    return {
        "communities": communities,
        "residents": residents,
        "weeks": weeks,
        "population_seconds": population,
        "lived_seconds": lived,
        "week_ns": each * lived,
        "all_in_ns": each * (population + lived),
        "peak_megabytes": peak_megabytes(),
        "bytes_per_resident": (peak_megabytes() - empty) * 1e6 / residents,
    }


def as_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the sizes as a table."""
    names = list(rows[0])
    cells = [names, *([shown(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(names))]
    return "\n".join("  ".join(map(str.rjust, line, widths)) for line in cells)
