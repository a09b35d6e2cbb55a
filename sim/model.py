"""The community as a Mesa model: columns, cases, numbers, and one week after another."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from sim.columns import Cases, Disputes, Events, Hazards, Needs, Projects
from sim.headings import headings, parts, values_of
from sim.tick import MOMENTS, tick


class Community(mesa.Model):  # type: ignore[misc]
    """A community of residents, Party members, partners, grid workers and a committee."""

    def __init__(self, scenario: Any = None, *, rng: int = 1, **overrides: Any) -> None:
        super().__init__(rng=rng)
        self.seed = np.uint64(rng)
        self.week = 0
        self.numbers = SimpleNamespace(
            **{name.rpartition(".")[2]: values_of(cls) for name, cls in headings().items()}
        )
        self.needs = Cases(Needs)
        self.hazards = Cases(Hazards)
        self.disputes = Cases(Disputes)
        self.projects = Cases(Projects)
        self.events = Cases(Events)
        self.state = SimpleNamespace()
        population = parts()["population"]
        population.populate(self)
        for heading, part in parts().items():
            if hasattr(part, "begin"):
                setattr(self.state, heading.rpartition(".")[2], part.begin(self))
        self._hooks = {
            moment: [
                (heading, getattr(part, moment))
                for heading, part in parts().items()
                if hasattr(part, moment)
            ]
            for moment in MOMENTS
        }

    @property
    def programme_week(self) -> int:
        """Weeks since the practice began; negative during the burn-in."""
        return self.week - int(self.numbers.population.burn_in)

    def active(self, stem: str) -> bool:
        """Return whether the file named `stem` is switched on and has started."""
        numbers = getattr(self.numbers, stem)
        return bool(getattr(numbers, "on", True)) and self.programme_week >= int(
            getattr(numbers, "starts", -(10**6))
        )

    def acting(self, moment: str) -> list[Callable[[Community], None]]:
        """Return the functions of the active files that take part in a moment."""
        return [
            hook for heading, hook in self._hooks[moment] if self.active(heading.rpartition(".")[2])
        ]

    def record(self) -> None:
        """Append this week's figures to the records."""

    def step(self) -> None:
        """Advance by one week."""
        tick(self)
