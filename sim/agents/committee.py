"""The committee as a Mesa agent: one actor, whose work is the queue, the books and the levers."""

from __future__ import annotations

from typing import Any

from sim.agents.windows import Window
from sim.rules import participation, service


class Committee(Window):
    """The residents' committee: one window without a table of its own."""

    @property
    def balance(self) -> float:
        """Yuan in the community fund."""
        model: Any = self.model
        return float(model.accounts.balance("fund")) / 100

    @property
    def waiting(self) -> int:
        """Needs that are found and open."""
        model: Any = self.model
        return int(model.state.service.queue_count)

    @property
    def mechanisms(self) -> list[str]:
        """Platforms, mechanisms, incentives and levers that are active this week."""
        model: Any = self.model
        return [
            stem
            for stem, numbers in vars(model.numbers).items()
            if hasattr(numbers, "on") and model.active(stem)
        ]

    # --- triage ---

    def take_into_queue(self) -> None:
        """Take found needs into the queue, and match them with partners (S3)."""
        service.triage(self.model)

    # --- serve ---

    def spend_hours(self) -> None:
        """Spend the hours that partners, volunteers, the complex and staff have on the queue (S4)."""
        service.spend_hours(self.model)

    # --- act ---

    def grant_places(self) -> None:
        """Grant tasks and places at events by lot among those willing, and note who acted (S5)."""
        participation.act(self.model)
