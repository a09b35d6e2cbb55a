"""How fast the model is on this machine, and where the time goes.

Compilation is left out: a small community is stepped first. Numbers drift with the machine's load;
ratios hold.
"""

from __future__ import annotations

import math
import platform
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sim.results import versions

BILLION = 1e9
SMALL = 0.01
"""Scale of the community that is stepped agent by agent."""


def bench(
    weeks: int = 52,
    scenario: str = "fengshu",
    scale: float = 1.0,
    seed: int = 1,
    object_weeks: int = 8,
    small: float = SMALL,
) -> dict[str, Any]:
    """Measure one run of a scenario, compiled, and a small one stepped agent by agent.

    Args:
        weeks: weeks of the programme that are timed.
        scenario: name or path.
        scale: of the compiled community; 1 is the whole one.
        seed: of both.
        object_weeks: weeks of the small community that are timed; 0 leaves it out.
        small: its scale.

    Returns:
        Times in seconds, nanoseconds per resident-week (one resident living one week), memory in
        megabytes, versions, and `profile`: seconds by `moment.file` within the timed weeks.
        `all_in_ns` spreads population and burn-in over the timed weeks too. `ratio` is the path
        agent by agent over the compiled one at full size; `ratio_at_equal_size` over the compiled
        one at the same small scale, where what a week costs whatever its size weighs more.
    """
    _warm_up(scenario, seed, small)
    timed = _Timer()
    community, population, burn_in = timed.community(scenario, seed, scale, "compiled")
    residents = len(community.residents.age)
    profile = _watched(community)
    begun = time.perf_counter()
    community.run_for(weeks)
    running = time.perf_counter() - begun
    all_weeks = weeks + community.week - community.programme_week
    result: dict[str, Any] = {
        "scenario": scenario,
        "scale": scale,
        "residents": residents,
        "weeks": weeks,
        "ns_per_resident_week": BILLION * running / (residents * weeks),
        "population_seconds": population,
        "burn_in_seconds": burn_in,
        "year_seconds": running * 52 / weeks,
        "all_in_ns": BILLION * (population + burn_in + running) / (residents * weeks),
        "all_in_seconds": population + burn_in + running,
        "all_weeks": all_weeks,
        "peak_megabytes": _peak(),
    }
    if object_weeks:
        result |= _object_path(scenario, seed, small, object_weeks)
        spent = result["object_ns_per_resident_week"]
        result["ratio"] = spent / result["ns_per_resident_week"]
        result["ratio_at_equal_size"] = spent / result["small_compiled_ns_per_resident_week"]
    result["compiled"] = _compiled()
    result["processor"] = platform.processor() or platform.machine()
    result["versions"] = versions()
    result["profile"] = dict(sorted(profile.items(), key=lambda item: -item[1]))
    return result


def _compiled() -> bool:
    from sim.compiled import COMPILED

    return COMPILED


class _Timer:
    """Makes a community and tells population and burn-in apart."""

    def community(
        self, scenario: str, seed: int, scale: float, path: Any
    ) -> tuple[Any, float, float]:
        """Return a community, seconds to draw it, and seconds to burn it in."""
        from sim.model import load

        whole = time.perf_counter()
        community = load(scenario, seed=seed, overrides={"population.scale": scale}, path=path)
        whole = time.perf_counter() - whole
        without = time.perf_counter()
        load(
            scenario,
            seed=seed,
            overrides={"population.scale": scale, "population.burn_in": 0},
            path=path,
        )
        without = time.perf_counter() - without
        return community, without, max(whole - without, 0.0)


def _warm_up(scenario: str, seed: int, small: float) -> None:
    """Compile: step a small community through a quarter."""
    from sim.model import load

    load(scenario, seed=seed, overrides={"population.scale": small}).run_for(14)


def _object_path(scenario: str, seed: int, small: float, weeks: int) -> dict[str, Any]:
    """Time a small community agent by agent, and the same one compiled."""
    from sim.model import load

    found: dict[str, Any] = {"object_scale": small, "object_weeks": weeks}
    for path, name in (("objects", "object"), ("compiled", "small_compiled")):
        changes = {"population.scale": small, "population.burn_in": 0}
        community = load(scenario, seed=seed, overrides=changes, path=path)  # type: ignore[arg-type]
        begun = time.perf_counter()
        community.run_for(weeks)
        spent = time.perf_counter() - begun
        residents = len(community.residents.age)
        found[f"{name}_ns_per_resident_week"] = BILLION * spent / (residents * weeks)
    return found


def _watched(community: Any) -> dict[str, float]:
    """Have every part of the week add its seconds to a table, which is returned."""
    spent: defaultdict[str, float] = defaultdict(float)

    def timed(name: str, part: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(community: Any) -> None:
            begun = time.perf_counter()
            part(community)
            spent[name] += time.perf_counter() - begun

        return run

    for moment, parts in community._hooks.items():
        community._hooks[moment] = [(stem, timed(f"{moment}.{stem}", part)) for stem, part in parts]
    record = community.record
    community.record = lambda: timed("record", lambda _: record())(community)
    return spent


def _peak() -> float:
    """Return the peak memory of this process in megabytes; not a number where it is not known."""
    try:
        import resource
    except ImportError:
        return math.nan
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def summary_text(result: Mapping[str, Any], longest: int = 12) -> str:
    """Return the measurements as text: one a line, then the parts of the week that take longest."""
    flat = {name: value for name, value in result.items() if not isinstance(value, dict)}
    width = max(map(len, flat))
    lines = [f"{name:<{width}}  {_shown(value)}" for name, value in flat.items()]
    lines.append(f"{'versions':<{width}}  {' '.join(map(' '.join, result['versions'].items()))}")
    lines += ["", "Where the timed weeks went (seconds, longest first):"]
    slowest = list(result["profile"].items())[:longest]
    lines += [f"  {name:<32}{seconds:8.3f}" for name, seconds in slowest]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
