"""Grid workers as Mesa agents."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.windows import Window
from sim.columns import GridWorkers
from sim.platforms import micro_grid


class GridWorker(Window):
    """A micro-grid, general or dedicated grid worker."""

    table = "grid_workers"
    columns = GridWorkers

    # --- open_week ---

    def plan_visits(self) -> None:
        """Share out the week's visits over the micro-grids looked after (P2)."""
        model: Any = self.model
        if self.micro_grids == 0:
            return
        each = micro_grid.visits_each(
            model.numbers.micro_grid, self.visits, np.float32(self.micro_grids)
        )
        for place in range(int(self.micro_grid), int(self.micro_grid) + int(self.micro_grids)):
            model.micro_grids.visits[place] += each
