"""The committee as a Mesa agent: one actor, who has no row of a table."""

from __future__ import annotations

from typing import Any

from sim.agents.windows import Window


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
