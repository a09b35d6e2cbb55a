"""Designs, run side by side: the same worlds and seeds for each, and what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, NamedTuple

import numpy as np

from sim.compare import compared, pairs, told
from sim.errors import InputError, shown
from sim.face.outcomes import WEEKS_OF_A_YEAR, Outcomes
from sim.results import Progress, Task, run_many, run_with_places, seeds_from
from sim.scenario import Difference, Scenario, entries
from sim.statistics import Measured, Paired, quotient
from sim.study.design import worlds
from sim.study.factors import Factor, factor

MOST = 8
"""Designs of one report, the baseline included."""

SIZE = ("population.scale", "population.residents", "population.communities", "population.burn_in")
"""Numbers in which designs must not differ: another community is no other design."""

WORLD_SEED = 7


class Design(NamedTuple):
    """One design: its letter, and the scenario that it is."""

    letter: str
    scenario: Scenario


def lettered(scenarios: Sequence[Scenario]) -> list[Design]:
    """Return designs A, B, C … of scenarios, the first the baseline.

    Raises:
        InputError: fewer than two, more than `MOST`, or some that are of communities unlike in size.
    """
    if not 2 <= len(scenarios) <= MOST:
        raise InputError(
            f"compare takes from 2 to {MOST} designs, the baseline first; {len(scenarios)} are given."
        )
    base, *others = designs = [
        Design(letter, scenario)
        for letter, scenario in zip(ascii_uppercase, scenarios, strict=False)
    ]
    for other in others:
        for path in SIZE:
            ours, theirs = base.scenario.value(path), other.scenario.value(path)
            if ours != theirs:
                raise InputError(
                    f"A has {path} = {ours:g} and {other.letter} has {theirs:g}: designs are compared "
                    "in one community; give both the same, as with "
                    f"--with {other.letter}:{path}={ours:g}."
                )
    return designs


def changes_for(given: Sequence[str], count: int) -> dict[str, list[str]]:
    """Return the changes of each design's letter, from texts like `B:points.rate=2`.

    Raises:
        InputError: a text has no letter, or one of no design.
    """
    letters = ascii_uppercase[:count]
    found: dict[str, list[str]] = {letter: [] for letter in letters}
    for text in given:
        letter, colon, change = text.partition(":")
        letter = letter.strip().upper()
        if not colon or letter not in found:
            raise InputError(
                f"--with {shown(text)} must begin with a design's letter, {letters[0]} to "
                f"{letters[-1]}, such as --with B:incentives.points.rate=2."
            )
        found[letter].append(change)
    return found


def unknowns(designs: Sequence[Design]) -> list[Factor]:
    """Return the numbers that worlds differ in: those with a swept range that no design sets.

    Shares that must add up to one with others are left alone.
    """
    set_ = {path for design in designs for path in _set(design.scenario)}
    found = []
    for path, entry in entries().items():
        declared = entry.declared
        apart = path.startswith("population.") or declared.lever or declared.names
        if declared.sweep and not apart and path not in set_:
            found.append(factor(path))
    return found


def _set(scenario: Scenario) -> set[str]:
    """Return the paths that a scenario gives, its base's own excepted."""
    from sim.scenario import load

    return {difference.path for difference in scenario.differences(load())}


def different(base: Design, other: Design) -> list[Difference]:
    """Return the numbers in which a design differs from the baseline."""
    return other.scenario.differences(base.scenario)


@dataclass(frozen=True)
class Sides:
    """What came of every design.

    Attributes:
        designs: the baseline first.
        years: that every run lasts.
        outcomes: by letter, the outcomes of each world, means over its seeds.
        worlds: how many draws of what nobody knows; 0 where numbers are as declared, and then every
            seed counts as a world.
        seeds: of each world.
        drawn: the values of the unknowns, a mapping a world; empty where there are none.
        digests: by letter, of every run in order.
        places: x and y of each micro-grid, float64[2, micro-grid].
        here: by letter, float64[world, micro-grid], share of residents at an event within 13 weeks.
    """

    designs: list[Design]
    years: float
    outcomes: dict[str, list[dict[str, float]]]
    worlds: int
    seeds: list[int]
    drawn: list[dict[str, Any]]
    digests: dict[str, list[str]]
    places: Any
    here: dict[str, Any]

    def values(self, letter: str, measure: Callable[[Outcomes, float], float]) -> Any:
        """Return a measure of every world of a design, float64[world]."""
        return np.array([measure(outcomes, self.years) for outcomes in self.outcomes[letter]])

    def contrast(self, letter: str, measure: Callable[[Outcomes, float], float]) -> Paired:
        """Return a design less the baseline, world by world."""
        base = self.designs[0].letter
        return pairs(self.values(base, measure).tolist(), self.values(letter, measure).tolist())

    def contrasts_here(self, letter: str) -> list[Paired]:
        """Return a design less the baseline in each micro-grid, in people out of a hundred."""
        base, own = self.here[self.designs[0].letter], self.here[letter]
        return [
            pairs((100 * before).tolist(), (100 * after).tolist())
            for before, after in zip(base.T, own.T, strict=True)
        ]

    def price(
        self, letter: str, what: Callable[[Outcomes, float], float], sign: int = 1
    ) -> Measured:
        """Return what one more unit costs: additional yuan over additional units, means over worlds."""
        base = self.designs[0].letter
        spent = self.values(letter, _spending) - self.values(base, _spending)
        more = sign * (self.values(letter, what) - self.values(base, what))
        return quotient(spent, more)


def _spending(run: Mapping[str, float], years: float) -> float:
    return run["fund_spending"] / years


def side_by_side(
    designs: Sequence[Design],
    weeks: int,
    seed: int,
    replications: int,
    drawn: int = 0,
    progress: Progress = None,
    workers: int | None = None,
) -> Sides:
    """Run every design in the same worlds under the same seeds.

    Args:
        designs: the baseline first.
        weeks: of the practice.
        seed: the first seed.
        replications: seeds, of each world where worlds are drawn.
        drawn: worlds to draw from the declared ranges; 0 leaves numbers as they are.
        progress: told how much is done.
        workers: processes.

    Raises:
        InputError: worlds are wanted and there is nothing to draw.
    """
    points: list[dict[str, Any]] = [{}]
    if drawn:
        points = worlds(unknowns(designs), drawn, WORLD_SEED)
    seeds = seeds_from(seed, replications)
    tasks = [
        Task(_in_world(design.scenario, world), weeks, number)
        for world in points
        for number in seeds
        for design in designs
    ]
    made = run_many(tasks, run_with_places, progress, workers)
    runs = [run for run, _ in made]
    here: dict[str, Any] = {}
    outcomes: dict[str, list[dict[str, float]]] = {}
    digests: dict[str, list[str]] = {}
    for place, design in enumerate(designs):
        mine = runs[place :: len(designs)]
        digests[design.letter] = [run.digest for run in mine]
        parts = np.array([places.taking_part for _, places in made[place :: len(designs)]])
        per_world = replications if drawn else 1
        here[design.letter] = parts.reshape(-1, per_world, parts.shape[1]).mean(axis=1)
        if not drawn:
            outcomes[design.letter] = [run.outcomes for run in mine]
            continue
        chunks = [mine[first : first + replications] for first in range(0, len(mine), replications)]
        outcomes[design.letter] = [_mean([run.outcomes for run in chunk]) for chunk in chunks]
    years = weeks / WEEKS_OF_A_YEAR
    worlds_of = points if drawn else []
    places = np.array([made[0][1].x, made[0][1].y])
    return Sides(list(designs), years, outcomes, drawn, seeds, worlds_of, digests, places, here)


def _in_world(scenario: Scenario, world: Mapping[str, Any]) -> Scenario:
    return scenario.with_overrides(world, where="world") if world else scenario


def _mean(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of every outcome over the seeds of a world in which it is a number."""
    return {name: _mean_of([run[name] for run in runs]) for name in runs[0]}


def _mean_of(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def told_differences(base: Design, other: Design) -> str:
    """Return in one line in which numbers a design differs from the baseline."""
    found = different(base, other)
    names = f"{other.letter} ({other.scenario.name}) and {base.letter} ({base.scenario.name})"
    if not found:
        return f"{names} differ in nothing."
    shown_ = [f"{one.path} {_plain(one.base)} -> {_plain(one.own)}" for one in found[:TOLD]]
    rest = f", and {len(found) - TOLD} more" if len(found) > TOLD else ""
    count = f"{len(found)} number{'s' * (len(found) != 1)}"
    return f"{names} differ in {count}: {', '.join(shown_)}{rest}."


TOLD = 6
"""Differences that are told in one line."""


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def comparisons(sides: Sides, weeks: int) -> list[dict[str, Any]]:
    """Return each design compared with the baseline, as `sim.compare.compare` gives it."""
    base = sides.designs[0]
    return [
        told(
            base.scenario,
            other.scenario,
            weeks,
            sides.seeds,
            compared(sides.outcomes[base.letter], sides.outcomes[other.letter], weeks),
            {"a": sides.digests[base.letter], "b": sides.digests[other.letter]},
            sides.worlds,
        )
        for other in sides.designs[1:]
    ]
