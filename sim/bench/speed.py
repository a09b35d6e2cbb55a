"""One run: how long it takes, and how much longer agent by agent."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.bench.clock import (
    BILLION,
    SMALL,
    busy,
    community_of,
    fastest,
    peak_megabytes,
    seconds,
    warm_up,
)
from sim.results import versions

YEAR = 52


def speed(
    scenario: str = "fengshu",
    scale: float = 1.0,
    seed: int = 1,
    years: int = 5,
    object_weeks: int = 8,
    small: float = SMALL,
    times: int = 5,
) -> dict[str, Any]:
    """Measure one run of a scenario, compiled, and a small one stepped agent by agent.

    Seconds are of processor time, and the least of several repeats counts.

    Args:
        scenario: name or path.
        scale: of the compiled community; 1 is the whole one.
        seed: of both.
        years: of 52 weeks that the long run takes.
        object_weeks: weeks of the small community that are timed; 0 leaves it out.
        small: its scale.
        times: how often each compiled measurement is made; the fastest counts.

    Returns:
        - `population_seconds`: to draw residents, households, ties and organisations;
        - `burn_in_seconds`, `burn_in_weeks`: what comes before week 0;
        - `year_seconds`, `long_seconds`: the population drawn and 52 weeks, or `years` of them, lived
          without burn-in; `..._with_burn_in_seconds`: with it;
        - `all_in_ns`: the long run with burn-in, in nanoseconds per resident and week lived;
        - `week_ns`: the same without the population;
        - `object_ns`, `ratio`: a resident-week agent by agent, at the small scale, and that over
          `all_in_ns`; `ratio_at_equal_size` is over the compiled path at the small scale, where what
          a week costs whatever its size weighs more;
        - `busy_before`: processes that wanted a processor in the minute before, for each there is;
        - `peak_megabytes`, `processor`, `compiled`, `versions`.
    """
    busy_before = busy()
    warm_up(scenario, seed, small)
    drawn = fastest(lambda: community_of(scenario, seed, scale=scale, burn_in=0), times)
    runs = [_lived(scenario, seed, scale, years * YEAR) for _ in range(times)]
    best = min(runs, key=lambda run: run.made + run.first_year + run.later)
    burn_in = max(best.made - drawn, 0.0)
    lived = burn_in + best.first_year + best.later
    resident_weeks = best.residents * (best.burn_in_weeks + years * YEAR)
    result: dict[str, Any] = {
        "scenario": scenario,
        "scale": scale,
        "residents": best.residents,
        "burn_in_weeks": best.burn_in_weeks,
        "population_seconds": drawn,
        "burn_in_seconds": burn_in,
        "year_seconds": drawn + best.first_year,
        "year_with_burn_in_seconds": drawn + burn_in + best.first_year,
        "long_weeks": years * YEAR,
        "long_seconds": drawn + best.first_year + best.later,
        "long_with_burn_in_seconds": drawn + lived,
        "week_ns": BILLION * lived / resident_weeks,
        "all_in_ns": BILLION * (drawn + lived) / resident_weeks,
    }
    if object_weeks:
        result |= _agent_by_agent(scenario, seed, small, object_weeks)
        result["ratio"] = result["object_ns"] / result["all_in_ns"]
        result["ratio_at_equal_size"] = result["object_ns"] / result["small_compiled_ns"]
    result["busy_before"] = busy_before
    result["peak_megabytes"] = peak_megabytes()
    result["compiled"] = _compiled()
    result["processor"] = platform.processor() or platform.machine()
    result["versions"] = versions()
    return result


class _Life(NamedTuple):
    """Seconds for population and burn-in, the first year, and all later weeks of one run."""

    residents: int
    burn_in_weeks: int
    made: float
    first_year: float
    later: float


def _lived(scenario: str, seed: int, scale: float, weeks: int) -> _Life:
    """Live through some weeks, one year at least."""
    begun = time.process_time()
    community = community_of(scenario, seed, scale=scale)
    made = time.process_time() - begun
    before = community.week - community.programme_week
    first = seconds(lambda: community.run_for(YEAR))
    later = seconds(lambda: community.run_for(weeks - YEAR)) if weeks > YEAR else 0.0
    return _Life(len(community.residents.age), before, made, first, later)


def _agent_by_agent(scenario: str, seed: int, small: float, weeks: int) -> dict[str, Any]:
    """Time a small community agent by agent, and the same one compiled."""
    found: dict[str, Any] = {"object_scale": small, "object_weeks": weeks}
    for path, name in (("objects", "object_ns"), ("compiled", "small_compiled_ns")):
        community = community_of(scenario, seed, path, scale=small, burn_in=0)
        spent = seconds(lambda community=community: community.run_for(weeks))  # type: ignore[misc]
        found[name] = BILLION * spent / (len(community.residents.age) * weeks)
    return found


def _compiled() -> bool:
    from sim.engine.compiled import COMPILED

    return COMPILED


def as_text(result: Mapping[str, Any]) -> str:
    """Return measurements as text, one a line."""
    flat = {name: value for name, value in result.items() if not isinstance(value, dict)}
    width = max(map(len, flat))
    lines = [f"{name:<{width}}  {shown(value)}" for name, value in flat.items()]
    if "versions" in result:
        lines.append(
            f"{'versions':<{width}}  {' '.join(map(' '.join, result['versions'].items()))}"
        )
    return "\n".join(lines)


def shown(value: Any) -> str:
    """Return a value as text: four digits that count, thousands apart."""
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
