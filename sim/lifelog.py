"""What happened to one resident, week by week, that no table of cases holds.

Of whom one heard of a service, when one was asked in person, what one named in a round of asking and
whether it was dealt with, when one came to harm or was honoured. Kept while the weeks run, from what
the columns say at the end of each; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.columns import DOMAINS, EVENT, HEARD_OF, NEED_CLOSED, SERVICES

if TYPE_CHECKING:
    from sim.model import Community

KNOWN = np.float32(0.5)
"""Awareness from which on a resident counts as knowing a service."""


@dataclass
class Lifelog:
    """One resident's weeks.

    Attributes:
        row: the resident.
        entries: week since the population was drawn, and what happened.
    """

    row: int
    entries: list[tuple[int, str]] = field(default_factory=list)
    _aware: Any = None
    _voiced: int = 0

    def begin(self, community: Community) -> None:
        """Remember how things are before the first week that is told."""
        r = community.residents
        self._aware, self._voiced = r.aware[:, self.row].copy(), int(r.voiced[self.row])

    def note(self, community: Community) -> None:
        """Write down what the last week brought."""
        week = community.week - 1
        self.entries += [(week, text) for text in self._week(community, week)]
        self.begin(community)

    def _week(self, community: Community, week: int) -> Iterator[str]:
        r, row = community.residents, self.row
        yield from self._heard(community, week)
        if r.contacted[row]:
            yield "is called on in person"
        yield from self._voice(int(r.voiced[row]))
        if row in community.accidents.owners.tolist():
            yield "comes to harm by a hazard"
        if r.honour[row] >= 1:
            yield "is honoured"

    def _heard(self, community: Community, week: int) -> Iterator[str]:
        """Say from whom one heard how a service was, and by what one came to know of it."""
        r, row = community.residents, self.row
        needs = community.needs.used()
        closed = (needs.stage == NEED_CLOSED) & (needs.closed == week)
        told: set[int] = set()
        for number in np.flatnonzero(closed & np.isin(needs.owner, self._ties(community))):
            domain = int(needs.domain[number])
            told.add(domain)
            yield f"hears of {DOMAINS[domain]} from resident {int(needs.owner[number])}, who was served"
        for service in range(len(HEARD_OF)):
            now, before = r.aware[service, row], self._aware[service]
            if now >= KNOWN > before and service not in told:
                event = r.acted[row] >> EVENT & 1
                yield f"comes to know of {SERVICES[service]}, {'at an event' if event else 'by notices'}"
            if before >= KNOWN > now:
                moved = service < len(DOMAINS) and before - now > 0.25
                yield f"{'no longer knows where to go for' if moved else 'forgets'} {SERVICES[service]}"

    def _ties(self, community: Community) -> Any:
        r = community.residents
        return r.neighbour[self.row, : int(r.degree[self.row])]

    def _voice(self, voiced: int) -> Iterator[str]:
        """Say what one names, and that one has seen what became of it."""
        if voiced and voiced != self._voiced:
            yield f"names {SERVICES[voiced - 1]} in a round of asking"
        elif self._voiced and not voiced:
            yield f"sees what became of {SERVICES[self._voiced - 1]}, named in the last round"
