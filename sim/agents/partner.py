"""Partners and candidates as Mesa agents; every step of `Partners` is a method of theirs."""

from __future__ import annotations

from sim.agents.stepping import stepping
from sim.agents.windows import Window
from sim.columns import PARTNER, PartnerRows


@stepping
class Partner(Window):
    """A partner, a candidate or a former partner: an organisation or a professional."""

    table = "partners"
    columns = PartnerRows

    @property
    def is_partner(self) -> bool:
        """Whether it is a partner now."""
        return bool(self.stage == PARTNER)
