"""Property companies as Mesa agents; every step of `PropertyCompanies` is a method of theirs."""

from __future__ import annotations

from sim.agents.stepping import stepping
from sim.agents.windows import Window
from sim.columns import PropertyCompanies


@stepping
class PropertyCompany(Window):
    """The company that keeps a compound."""

    table = "companies"
    columns = PropertyCompanies
