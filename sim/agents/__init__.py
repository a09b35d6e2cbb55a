"""Residents, Party members, partners, grid workers, companies and the committee as Mesa agents.

Agents are windows: they store nothing and read and write one row of the model's tables, so that
`model.agents_by_type[Resident]` costs nothing until somebody looks.
"""

from typing import Any

from sim.agents.committee import Committee
from sim.agents.grid_worker import GridWorker
from sim.agents.partner import Partner
from sim.agents.property_company import PropertyCompany
from sim.agents.resident import PartyMember, Resident
from sim.agents.sets import ColumnAgentSet, CompositeAgentSet, install
from sim.agents.windows import Window

__all__ = [
    "ColumnAgentSet",
    "Committee",
    "CompositeAgentSet",
    "GridWorker",
    "Partner",
    "PartyMember",
    "PropertyCompany",
    "Resident",
    "Window",
    "install",
    "people",
]


def people(community: Any) -> None:
    """Give a community its agents: windows on the rows of its tables."""
    members = community.residents.party > 0
    install(
        community,
        {
            Resident: ColumnAgentSet(community, Resident),
            PartyMember: ColumnAgentSet(community, PartyMember, members),
            Partner: ColumnAgentSet(community, Partner),
            GridWorker: ColumnAgentSet(community, GridWorker),
            PropertyCompany: ColumnAgentSet(community, PropertyCompany),
            Committee: ColumnAgentSet(community, Committee),
        },
    )
