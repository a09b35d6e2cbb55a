"""The object path: the same week, agent by agent.

A function named `<file>_<moment>` here takes the place of that file's function in that moment
when a community is stepped through its Mesa agents. It calls one method on every agent; the
method calls the same rules on the agent's attributes. Whatever has no twin here - granting what
is scarce, closing books - is done once for everybody on either path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import agents
from sim.agents.committee import Committee
from sim.agents.grid_worker import GridWorker
from sim.agents.partner import Partner
from sim.agents.resident import PartyMember, Resident
from sim.columns import MODES
from sim.platforms import micro_grid
from sim.rules import participation, ties

if TYPE_CHECKING:
    from sim.model import Community


def install(community: Community) -> None:
    """Give the model its agents: windows on the rows of its tables."""
    agents.install(
        community,
        {
            Resident: agents.ColumnAgentSet(community, Resident),
            PartyMember: agents.ColumnAgentSet(
                community, PartyMember, community.residents.party > 0
            ),
            Partner: agents.ColumnAgentSet(community, Partner),
            GridWorker: agents.ColumnAgentSet(community, GridWorker),
            Committee: agents.ColumnAgentSet(community, Committee),
        },
    )


def _residents(community: Community) -> Any:
    return community.agents_by_type[Resident]


def micro_grid_open_week(community: Community) -> None:
    """Each grid worker plans the week's visits; then a special campaign may be called."""
    community.micro_grids.visits[:] = 0
    community.agents_by_type[GridWorker].do("plan_visits")
    micro_grid.call_campaign(community)


def participation_decide(community: Community) -> None:
    """Each resident looks at what the ties did, then meets each offer."""
    residents = _residents(community)
    participation.count_offers(community)
    residents.do("light_beacon").do("look_around")
    for mode in range(len(MODES)):
        for first, last in participation.stretches(community, mode):
            for row in range(first, last):
                Resident(community, row).meet_offer(mode)


def motivation_learn(community: Community) -> None:
    """Each resident experiences the week and changes; some leave the register."""
    residents = _residents(community)
    residents.do("feel_acts").do("change_mind")
    community.state.motivation.left = sum(residents.map("leave_register"))


def ties_bond(community: Community) -> None:
    """Each resident's ties fade; then this week's attendees meet."""
    _residents(community).do("let_ties_fade")
    ties.meet(community)
