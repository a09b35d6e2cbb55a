"""Residents and Party members as Mesa agents; every step of `Residents` is a method of theirs."""

from __future__ import annotations

from sim.agents.stepping import stepping
from sim.agents.windows import Window
from sim.columns import Residents


@stepping
class Resident(Window):
    """An adult resident."""

    table = "residents"
    columns = Residents

    def was_asked(self, mode: int) -> bool:
        """Return whether an offer of this mode has reached the resident this week."""
        return bool(int(self.asked) >> mode & 1)

    def has_acted(self, mode: int) -> bool:
        """Return whether the resident has acted in this mode this week."""
        return bool(int(self.acted) >> mode & 1)


class PartyMember(Resident):
    """An organised Party member: a resident whom the branch can call."""

    table = "residents"
    columns = Residents
