"""Boards: what files of the model leave for each other within a week.

A board has a type, files that add to it in one moment and one file that settles it in a later one. What
a file keeps for itself is its own `State`; what others may write lies on a board, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Offers:
    """What is on offer this week, and how it spreads.

    Platforms, mechanisms and levers of inclusion add to it in `publish` (co-consultation in `arise`);
    `rules.participation` settles it in `decide` and `act`, and withdraws it when the next week opens.

    Attributes:
        published: float32[mode], offers of each mode; a mode without any is skipped.
        tasks: volunteer tasks.
        paper: hazard of noticing an offer on paper or at a counter.
        to_evening, to_weekend: share of what lies in weekdays' daytime that is moved there.
        recovered: share of otherwise taken time in which some task of volunteers still fits.
        shortened: share of a volunteer act's hours that short tasks save, on average.
        patrols: share of volunteer hours that goes on patrol.
        asking: chance that a resident with an unknown need names it in a round of asking.
        spread: float32[micro-grid], by what a trained leader multiplies asks among ties.
    """

    published: Any
    tasks: int
    paper: Any
    to_evening: Any
    to_weekend: Any
    recovered: Any
    shortened: Any
    patrols: Any
    asking: Any
    spread: Any

    @classmethod
    def none(cls, modes: int, micro_grids: int) -> Offers:
        """Return a board with nothing on it."""
        zero = np.float32(0)
        spread = np.ones(micro_grids, np.float32)
        return cls(
            published=np.zeros(modes, np.float32),
            tasks=0,
            paper=zero,
            to_evening=zero,
            to_weekend=zero,
            recovered=zero,
            shortened=zero,
            patrols=zero,
            asking=zero,
            spread=spread,
        )

    def withdraw(self) -> None:
        """Take everything off the board."""
        self.published[:] = 0
        self.tasks = 0
        self.paper = self.patrols = self.asking = np.float32(0)
        self.to_evening = self.to_weekend = self.recovered = self.shortened = np.float32(0)
        self.spread[:] = 1


@dataclass
class Accidents:
    """Residents who came to harm this week and need a doctor from the next one on.

    `rules.harm` reports them in `learn`; `rules.needs` takes them up in the next week's `arise`.

    Attributes:
        owners: int64[…], rows of residents, one for each harm.
        hours: of medical service that each needs.
    """

    owners: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    hours: float = 0.0

    def report(self, owners: Any, hours: float) -> None:
        """Write down who came to harm."""
        self.owners, self.hours = owners, hours

    def take_up(self) -> Any:
        """Return who came to harm, and take them off the board."""
        owners, self.owners = self.owners, np.zeros(0, np.int64)
        return owners


@dataclass
class Agenda:
    """What residents named in the last round of asking, and what a joint meeting puts before companies.

    `mechanisms.co_consultation` settles it in `learn`; `rules.service` spends the staff's hours by it.
    The regional platform conveys grievances in `triage`; `rules.property_management` hears them in `renew`.

    Attributes:
        shares: float32[domain], of the voices of the last round; empty before the first.
        sway: share of the staff's hours that follows the voices.
        conveyed: weight of each grievance that nobody brought, as put before the companies this week.
    """

    shares: Any = field(default_factory=lambda: np.zeros(0, np.float32))
    sway: Any = field(default_factory=lambda: np.float32(0))
    conveyed: Any = field(default_factory=lambda: np.float32(0))

    def settle(self, voices: Any, sway: Any) -> None:
        """Write down how many named each domain; a round in which nobody spoke leaves it as it is."""
        if voices.sum():
            self.shares = (voices / voices.sum()).astype(np.float32)
            self.sway = sway

    def convey(self, weight: Any) -> None:
        """Put grievances before the companies, with this weight each."""
        self.conveyed = np.float32(self.conveyed + weight)

    def hear(self) -> Any:
        """Return the weight of what was conveyed, and take it off the board."""
        conveyed, self.conveyed = self.conveyed, np.float32(0)
        return conveyed


BOARDS: dict[type, str] = {
    Offers: "community.offers",
    Accidents: "community.accidents",
    Agenda: "community.agenda",
}
"""Where a community has each board."""
