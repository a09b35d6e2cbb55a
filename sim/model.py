"""The community as a Mesa model: columns, cases, numbers, and one week after another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import mesa
import numpy as np

from sim import agents, headings, records, scenario
from sim.boards import Accidents, Agenda, Offers
from sim.columns import (
    DOMAINS,
    MODES,
    Cases,
    DisputeRows,
    EventRows,
    HazardRows,
    NeedRows,
    ProjectRows,
)
from sim.engine import randomness
from sim.errors import InputError
from sim.tick import MOMENTS, tick

STORY_OWNER = randomness.decision("story.owner")

NEEDS_PER_RESIDENT = 5
"""Room for needs at the start, enough for some three years; it takes memory as it is used."""

type SteppingPath = Literal["compiled", "objects"]
type Part = Callable[[Community], None]


class Community(mesa.Model):  # type: ignore[misc]
    """A community of residents, Party members, partners, grid workers and a committee.

    Args:
        scenario: a `Scenario`, the name of one that comes with the package, or a path.
        rng: the seed, a whole number from 0; every draw of the run follows from it.
        path: `compiled` walks columns; `objects` steps the same community agent by agent through
            its Mesa agents and ends in the same bytes, some hundred times slower.
        collect: also keep a Mesa `DataCollector` of the weekly figures.
        overrides: numbers to change, by path (`**{"incentives.points.rate": 2}`).

    Raises:
        sim.errors.InputError: the scenario, a number or the seed is not right.
    """

    def __init__(
        self,
        scenario: Any = "fengshu",
        *,
        rng: Any = 1,
        path: SteppingPath = "compiled",
        collect: bool = True,
        **overrides: Any,
    ) -> None:
        seed = _seed(rng)
        super().__init__(rng=seed)
        self.setting = _scenario(scenario, overrides)
        self.path = path
        self.seed = np.uint64(seed)
        self.week = 0
        self.facility_open = False
        self.numbers = SimpleNamespace(
            **{_stem(name): numbers for name, numbers in self.setting.numbers().items()}
        )
        self.burn_in = int(self.numbers.population.burn_in)
        self._began: dict[str, tuple[Any, float]] = {}
        self.communities = int(self.numbers.population.communities)
        self.scale = np.float32(self.numbers.population.scale)
        self.extent = np.float32(self.scale * np.float32(self.communities))
        self.accounts: Any = None
        self.residents: Any
        self.micro_grids: Any
        self.grid_workers: Any
        self.partners: Any
        self.companies: Any
        self.needs = Cases(NeedRows)
        self.hazards = Cases(HazardRows)
        self.disputes = Cases(DisputeRows)
        self.projects = Cases(ProjectRows)
        self.events = Cases(EventRows)
        headings.parts()["population"].populate(self)
        self.needs.reserve(NEEDS_PER_RESIDENT * len(self.residents.age))
        self.story = _story(self)
        agents.people(self)
        self._agents_of: dict[Any, Any] = {
            kind.columns: self.agents_by_type[kind]
            for kind in (agents.Resident, agents.Partner, agents.GridWorker, agents.PropertyCompany)
        }
        self.offers = Offers.none(len(MODES), len(self.micro_grids.first))
        self.accidents = Accidents()
        self.agenda = Agenda()
        self.state = SimpleNamespace()
        for heading, part in headings.parts().items():
            if hasattr(part, "begin"):
                setattr(self.state, _stem(heading), part.begin(self))
        self._may_rest = tuple(
            stem for stem, numbers in vars(self.numbers).items() if _may_rest(numbers)
        )
        self._hooks = {moment: list(self._taking_part(moment)) for moment in MOMENTS}
        self.records = records.Records(self)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(latest, name) for name in self.records.names}
            if collect
            else {}
        )
        while self.programme_week < 0:
            tick(self)

    def __repr__(self) -> str:
        """Say which community this is, how large, and how far it has come."""
        residents = len(self.residents.age)
        return (
            f"<Community {self.setting.name}: {residents:,} residents, seed {int(self.seed)}, "
            f"programme week {self.programme_week}>"
        )

    def _taking_part(self, moment: str) -> Iterator[tuple[str, Callable[[Community], None]]]:
        """Yield file and function of everything that happens in a moment, in fixed order."""
        for heading, part in headings.parts().items():
            if hasattr(part, moment):
                stem = _stem(heading)
                yield stem, getattr(part, moment)

    @property
    def programme_week(self) -> int:
        """Weeks since the practice began; negative during the burn-in."""
        return self.week - self.burn_in

    def active(self, stem: str) -> bool:
        """Return whether the file named `stem` is switched on and has started."""
        numbers = getattr(self.numbers, stem)
        known = self._began.get(stem)
        if known is None or known[0] is not numbers:
            known = self._began[stem] = (numbers, _begins(numbers))
        return self.week - self.burn_in >= known[1]

    def agents_of(self, table: type) -> Any:
        """Return the agents that are the rows of a table; None where nobody is."""
        return self._agents_of.get(table)

    def acting(self) -> dict[str, list[Callable[[Community], None]]]:
        """Return the functions of the files that are active as the week opens, by moment."""
        resting = {stem for stem in self._may_rest if not self.active(stem)}
        return {
            moment: [hook for stem, hook in hooks if stem not in resting]
            for moment, hooks in self._hooks.items()
        }

    def watch(self, watched: Callable[[str, Part], Part]) -> None:
        """Put another function in the place of every part of the week, and of the records.

        `watched` receives a part's name (`moment.file`, or `record`) and what it does, and returns
        what is to be done instead: a profiler's clock around it, say.
        """
        for moment, parts in self._hooks.items():
            self._hooks[moment] = [
                (stem, watched(f"{moment}.{stem}", part)) for stem, part in parts
            ]
        write = type(self).record
        record = watched("record", write)
        self.record = lambda: record(self)  # type: ignore[method-assign]

    def record(self) -> None:
        """Write this week's figures down; the burn-in is not recorded."""
        if self.programme_week >= 0:
            self.records.write(self)

    def step(self) -> None:
        """Advance by one week."""
        tick(self)
        if self.datacollector.model_reporters:
            self.datacollector.collect(self)

    def run_for(self, duration: Any) -> None:
        """Live through so many weeks.

        Raises:
            InputError: that is no whole number from 0 on.
        """
        whole = isinstance(duration, int | np.integer) and not isinstance(duration, bool)
        if not whole or duration < 0:
            raise InputError(
                f"run_for({duration!r}): a community lives whole weeks, so many as a whole number "
                "from 0 on."
            )
        if duration:
            super().run_for(int(duration))

    def tables(self) -> Iterator[tuple[str, Any]]:
        """Yield name and columns of every table, cases cut to the rows in use."""
        for name in ("residents", "micro_grids", "grid_workers", "partners", "companies"):
            yield name, getattr(self, name)
        for name in ("needs", "hazards", "disputes", "projects", "events"):
            yield name, getattr(self, name).used()

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of every column, every account and every record.

        A figure of nobody counts as zero: the bits of what is not a number differ by machine.
        """
        digest = hashlib.sha256()
        for name, table in self.tables():
            for field, column in zip(table._fields, table, strict=True):
                digest.update(f"{name}.{field}:{column.dtype}:{column.shape}".encode())
                digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(self.accounts.balances.tobytes())
        digest.update(np.nan_to_num(self.records.as_array()).tobytes())
        return digest.hexdigest()


def _stem(heading: str) -> str:
    return heading.rpartition(".")[2]


def _may_rest(numbers: Any) -> bool:
    """Return whether what has these numbers can be switched off or start late."""
    return hasattr(numbers, "on") or hasattr(numbers, "starts")


def _begins(numbers: Any) -> float:
    """Return the week of the practice in which what has these numbers begins; never if it is off."""
    if not getattr(numbers, "on", True):
        return inf
    starts = getattr(numbers, "starts", None)
    return -inf if starts is None else max(int(starts), 0)


def latest(name: str, community: Community) -> float:
    """Return a weekly figure's value of the latest week."""
    return community.records.latest(name)


def _seed(rng: Any) -> int:
    """Return the seed as a whole number; None draws one from the operating system."""
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer) or not 0 <= rng < 2**63:
        raise InputError(f"The seed must be a whole number from 0 to 2^63 - 1, not {rng!r}.")
    return int(rng)


def _scenario(given: Any, overrides: Mapping[str, Any]) -> scenario.Scenario:
    """Return the checked scenario, read where a name or a path is given."""
    if isinstance(given, str | Path):
        given = scenario.load(given)
    if overrides:
        given = given.with_overrides(overrides)
    scenario.check_size(given)
    return given  # type: ignore[no-any-return]


def _story(community: Community) -> tuple[Any, ...]:
    """Return the scenario's injected needs, each with an owner of its own, chosen by lot.

    Their number follows the scale, and is at least one. In a sample of the community in which too
    few are just like the story's, those who share most of its attributes have it, and `alike` is
    False.
    """
    needs: list[SimpleNamespace] = []
    seed, residents = community.seed, community.residents
    sample = community.scale < 1
    taken = np.zeros(len(residents.age), np.bool_)
    for chapter, told in enumerate(community.setting.story):
        wanted = max(round(told.count * float(community.scale)), 1)
        traits = [replace(told, who=(trait,)).matches(residents) for trait in told.who]
        shared = np.sum(traits, axis=0) if traits else np.zeros(len(taken), np.int64)
        alike = told.matches(residents)
        fitting = np.flatnonzero(~taken if sample else alike & ~taken)
        if len(fitting) < wanted:
            raise InputError(
                f"{community.setting.name}: [[story]] number {chapter + 1} wants {wanted} "
                f"residents like {dict(told.who)}, and there are {len(fitting)}."
            )
        likest = np.flatnonzero(shared >= np.partition(shared[fitting], -wanted)[-wanted])
        fitting = np.intersect1d(fitting, likest)
        lots = [int(randomness.lot(seed, STORY_OWNER, chapter, int(row))) for row in fitting]
        order = np.lexsort((np.array(lots, np.uint64), -shared[fitting]))
        for owner in fitting[order[:wanted]]:
            taken[owner] = True
            needs.append(
                SimpleNamespace(
                    week=told.week,
                    domain=DOMAINS.index(told.domain),
                    urgent=told.urgent,
                    owner=int(owner),
                    hours=_story_hours(community, told),
                    label=told.label,
                    alike=bool(alike[owner]),
                )
            )
    return tuple(needs)


def _story_hours(community: Community, told: scenario.StoryNeed) -> float:
    """Return the hours a told need takes: those given, or what its domain usually takes."""
    if told.hours is not None:
        return told.hours
    return float(community.numbers.needs.service_hours[DOMAINS.index(told.domain)])


def load(
    scenario: Any = "fengshu",
    *,
    seed: int = 1,
    overrides: Mapping[str, Any] | None = None,
    path: SteppingPath = "compiled",
    collect: bool = False,
) -> Community:
    """Return a community, drawn and burnt in, ready for week 0 of the practice.

    Args:
        scenario: a `Scenario`, the name of one that comes with the package, or a path.
        seed: a whole number from 0.
        overrides: numbers to change, by path: `{"scale": 0.02, "incentives.points.rate": 2}`.
        path: `compiled`, or `objects` to step it agent by agent.
        collect: also keep a Mesa `DataCollector`.

    Raises:
        sim.errors.InputError: the scenario, a number or the seed is not right.
    """
    return Community(scenario, rng=seed, path=path, collect=collect, **dict(overrides or {}))
