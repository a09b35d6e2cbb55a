"""Partners and candidates as Mesa agents."""

from __future__ import annotations

from sim.agents.windows import Window
from sim.columns import Partners


class Partner(Window):
    """A partner, a candidate or a former partner: an organisation or a professional."""

    table = "partners"
    columns = Partners
