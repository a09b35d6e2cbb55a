"""Grid workers as Mesa agents; every step of `GridWorkers` is a method of theirs."""

from __future__ import annotations

from sim.agents.stepping import stepping
from sim.agents.windows import Window
from sim.columns import GridWorkers


@stepping
class GridWorker(Window):
    """A micro-grid, general or dedicated grid worker."""

    table = "grid_workers"
    columns = GridWorkers
