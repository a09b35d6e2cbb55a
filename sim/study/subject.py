"""What a study runs: something that turns changes and a seed into outcomes.

`CommunitySubject` is a scenario of the model. `sim.study.known` has functions with known answers, so
that runner, store and estimators can be held against the truth.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sim.errors import InputError, did_you_mean
from sim.scenario import Scenario, check_size, parse
from sim.study.address import address, model_digest


class Made(NamedTuple):
    """What came of one run.

    Attributes:
        outcomes: one value per figure.
        weekly: one list of values, a week each, for every figure that was asked for.
        digest: hexadecimal SHA-256 of all that the run ended in.
    """

    outcomes: dict[str, float]
    weekly: dict[str, list[float]]
    digest: str


class Subject(Protocol):
    """What a study runs. It is sent to other processes, so it must be small and picklable."""

    def check(self, changes: Mapping[str, Any]) -> None:
        """Check changes before anything runs; raises `InputError`."""

    def address(self, changes: Mapping[str, Any]) -> str:
        """Return the address of everything that a run depends on, but the seed."""

    def code(self) -> str:
        """Return the digest of the code, as this process has it."""

    def make(self, changes: Mapping[str, Any], seed: int) -> Made:
        """Make one run."""

    def manifest(self) -> dict[str, Any]:
        """Return what it takes to make this subject again, as JSON knows it."""


@dataclass(frozen=True)
class CommunitySubject:
    """A scenario that is run for some weeks.

    Attributes:
        scenario: the base that arms change.
        weeks: weeks of the programme, after the burn-in.
        probe: name of a file of `sim.probes`, or empty.
        weekly: weekly figures to be kept week by week, by the names of `sim.records`.
    """

    scenario: Scenario
    weeks: int
    probe: str = ""
    weekly: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check weeks, probe and weekly figures.

        Raises:
            InputError: there is no such probe or figure, or no week.
        """
        from sim.records import declared

        if self.weeks < 1:
            raise InputError(f"weeks = {self.weeks} is out of bounds: a run takes 1 week or more.")
        for name in self.weekly:
            if name not in declared():
                hint = did_you_mean(name, declared()) or "."
                raise InputError(f'there is no weekly figure "{name}"{hint}')
        if self.probe and self.probe not in probes():
            hint = did_you_mean(self.probe, probes()) or "."
            raise InputError(f'there is no probe "{self.probe}"{hint}')

    def resolve(self, changes: Mapping[str, Any]) -> Scenario:
        """Return the scenario with changes, checked."""
        return self.scenario.with_overrides(changes, where=self.scenario.name)

    def check(self, changes: Mapping[str, Any]) -> None:
        """Check that the changed scenario is right and fits this machine; raises `InputError`."""
        check_size(self.resolve(changes))

    def address(self, changes: Mapping[str, Any]) -> str:
        """Return the address of resolved scenario, weeks, what is measured, and code."""
        content = [self.weeks, self.probe, sorted(self.weekly), self.code()]
        return address([self.resolve(changes).digest(), *content])

    def code(self) -> str:
        """Return the digest of the model's code and of the probe's."""
        return model_digest(self.probe)

    def make(self, changes: Mapping[str, Any], seed: int) -> Made:
        """Run the changed scenario."""
        from sim.model import Community

        community = Community(self.resolve(changes), rng=seed, collect=False)
        probe = _probe(self.probe).Probe(community) if self.probe else None
        for _ in range(self.weeks):
            community.step()
            if probe is not None:
                probe.week(community)
        outcomes = community.records.outcomes()
        if probe is not None:
            seen = probe.outcomes()
            twice = sorted(outcomes.keys() & seen.keys())
            if twice:
                raise ValueError(f"the probe gives {twice}, which the records give already")
            outcomes |= {name: float(value) for name, value in seen.items()}
        weekly: dict[str, list[float]] = {}
        if self.weekly:
            frame = community.records.to_frame()
            weekly = {name: [float(value) for value in frame[name]] for name in self.weekly}
        return Made(outcomes, weekly, community.digest())

    def manifest(self) -> dict[str, Any]:
        """Return scenario (complete, as TOML), weeks and what is measured."""
        return {
            "kind": "community",
            "scenario": self.scenario.name,
            "toml": self.scenario.to_toml(),
            "weeks": self.weeks,
            "probe": self.probe,
            "weekly": list(self.weekly),
        }

    @classmethod
    def from_manifest(cls, content: Mapping[str, Any]) -> CommunitySubject:
        """Return the subject that a manifest describes."""
        scenario = parse(content["toml"], content["scenario"])
        return cls(scenario, content["weeks"], content["probe"], tuple(content["weekly"]))

    @property
    def measures(self) -> dict[str, Any]:
        """Unit and meaning of every outcome."""
        from sim.records import declared

        found: dict[str, Any] = dict(declared())
        if self.probe:
            found |= _probe(self.probe).MEASURES
        return found


def probes() -> list[str]:
    """Return the names of the probes."""
    folder = Path(__file__).parents[1] / "probes"
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def _probe(name: str) -> Any:
    return importlib.import_module(f"sim.probes.{name}")
