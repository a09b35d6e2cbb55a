"""The object path: the same week, agent by agent.

A function named `<file>_<moment>` here takes the place of that file's function in that moment
when a community is stepped through its Mesa agents. It calls one method on every agent; the
method calls the same rules on the agent's attributes. Whatever has no twin here - granting what
is scarce, cases that several agents find together, closing books - is done once for everybody on
either path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim import agents, numerics
from sim.agents.committee import Committee
from sim.agents.grid_worker import GridWorker
from sim.agents.partner import Partner
from sim.agents.resident import PartyMember, Resident
from sim.columns import DELIBERATE, MODES
from sim.incentives import exchange, honours, points
from sim.inclusion import outreach
from sim.mechanisms import co_consultation
from sim.platforms import micro_grid, party_vanguard
from sim.rules import needs, participation, partners, reach, service, ties

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


def _members(community: Community) -> Any:
    return community.agents_by_type[PartyMember]


def _partners(community: Community) -> Any:
    return community.agents_by_type[Partner]


def _grid_workers(community: Community) -> Any:
    return community.agents_by_type[GridWorker]


def _committee(community: Community) -> Any:
    return community.agents_by_type[Committee]


# --- open_week ---


def participation_open_week(community: Community) -> None:
    """Each resident starts the week afresh; then last week's offers are withdrawn."""
    _residents(community).do("start_week")
    participation.clear_offers(community)


def honours_open_week(community: Community) -> None:
    """Each resident's honour fades, and so does the acclaim in each micro-grid."""
    _residents(community).do("let_honour_fade")
    kept, acclaim = honours.fading(community.numbers.honours), community.micro_grids.acclaim
    for micro_grid_row in range(len(acclaim)):
        acclaim[micro_grid_row] = honours.faded(acclaim[micro_grid_row], kept)
    community.state.honours.given = 0


def micro_grid_open_week(community: Community) -> None:
    """Each grid worker plans the week's visits; then a special campaign may be called."""
    community.micro_grids.visits[:] = 0
    _grid_workers(community).do("plan_visits")
    micro_grid.call_campaign(community)


# --- arise ---


def needs_arise(community: Community) -> None:
    """Each resident may have needs; then they are written down, and the story's with them."""
    needs.write_down(community, sum(_residents(community).map("have_needs")))


# --- triage ---


def service_triage(community: Community) -> None:
    """The committee takes found needs into the queue, and matches them with partners."""
    _committee(community).do("take_into_queue")


# --- serve ---


def service_serve(community: Community) -> None:
    """Each partner offers hours; then the committee spends everybody's on the queue."""
    _partners(community).do("offer_hours", service.market_free(community))
    _committee(community).do("spend_hours")


# --- publish ---


def party_vanguard_publish(community: Community) -> None:
    """Tasks are listed; then each Party member is called by the branch."""
    party_vanguard.list_tasks(community)
    _members(community).do("hear_call")


def co_consultation_publish(community: Community) -> None:
    """During a round, each resident may be asked at the door to speak."""
    if co_consultation.asking(community):
        p = community.numbers.co_consultation
        community.state.participation.offers[DELIBERATE] += 1
        by_door = numerics.millionths(reach.hazard(p.doorstep))
        _residents(community).do("hear_ask", DELIBERATE, by_door)


def outreach_publish(community: Community) -> None:
    """Each resident whom outreach is aimed at may be contacted personally."""
    residents = _residents(community)
    chance, hazard = outreach.chances(community, sum(residents.map("is_wanted")))
    outreach.pay(community, sum(residents.map("be_contacted", chance, hazard)))


# --- value ---


def points_value(community: Community) -> None:
    """Each resident weighs what rewarded acts are worth, and feels the pull."""
    if exchange.in_force(community):
        _residents(community).do("weigh_rewards", *points.outlook(community))


def honours_value(community: Community) -> None:
    """Each resident feels the pull of honours."""
    _residents(community).do("feel_honours", exchange.in_force(community))


# --- decide ---


def participation_decide(community: Community) -> None:
    """Each resident looks at what the ties did, then meets each offer."""
    participation.count_offers(community)
    state = community.state.participation
    _residents(community).do("light_beacon").do("look_around")
    offers = np.empty((len(MODES), len(state.open_hazards)), np.float32)
    held = community.state.events.count
    participation.spread_offers(
        community.residents, community.micro_grids, state.offers, held, state.open_hazards, offers
    )
    for row, grid in enumerate(community.residents.micro_grid):
        for mode in range(len(MODES)):
            if offers[mode, grid]:
                Resident(community, row).meet_offer(mode, offers[mode, grid])


# --- act ---


def participation_act(community: Community) -> None:
    """The committee grants tasks and places by lot among those willing."""
    _committee(community).do("grant_places")


# --- reward ---


def points_reward(community: Community) -> None:
    """Each resident earns points and feels rewarded; then the ledger is kept."""
    if not exchange.in_force(community):
        return
    safety, residents = points.rewards_safety(community), _residents(community)
    community.state.points.issued_now = sum(residents.map("earn_points", safety))
    residents.do("feel_rewarded")
    points.keep_ledger(community)


# --- learn ---


def motivation_learn(community: Community) -> None:
    """Each resident experiences the week and changes; some leave the register."""
    residents = _residents(community)
    residents.do("feel_acts").do("change_mind")
    community.state.motivation.left = sum(residents.map("leave_register"))


def points_learn(community: Community) -> None:
    """Each resident gets used to rewards."""
    if exchange.in_force(community):
        variety = exchange.variety(community.state.exchange)
        safety = points.rewards_safety(community)
        _residents(community).do("get_used_to_rewards", variety, safety)


def co_consultation_learn(community: Community) -> None:
    """Each resident who spoke in a round hears, or not, what came of it."""
    if co_consultation.asking(community):
        _residents(community).do("hear_back")


# --- bond ---


def ties_bond(community: Community) -> None:
    """Each resident's ties fade; then this week's attendees meet."""
    _residents(community).do("let_ties_fade")
    ties.meet(community)


def events_bond(community: Community) -> None:
    """Each resident who was at an event is satisfied with the community's culture, or not."""
    _residents(community).do("enjoy_event")


def satisfaction_bond(community: Community) -> None:
    """Each resident's trust settles; then owners review their needs, case by case."""
    _residents(community).do("settle_trust")
    owner, found, unfound = (
        community.needs.rows.owner,
        community.state.service,
        community.state.needs,
    )
    for case in (
        *found.queue[: found.queue_count].tolist(),
        *unfound.unfound[: unfound.unfound_count].tolist(),
    ):
        Resident(community, owner[case]).review_need(case)


# --- renew ---


def partners_renew(community: Community) -> None:
    """Each partner weighs the week; some train or leave, and some candidates join."""
    everyone, state = _partners(community), community.state.partners
    p = community.numbers.partners
    partners.be_seen(community)
    everyone.do("weigh_partnership")
    state.joined = state.left = state.entered_training = 0
    if community.programme_week < 0:
        return
    state.entered_training = sum(everyone.map("train", p.train * community.accounts.funding))
    if p.locked:
        return
    around = (
        np.float32(partners.share_of_joined(community.partners.stage)),
        partners.reach_of_others(community),
    )
    state.left = sum(everyone.map("leave"))
    state.joined = sum(everyone.map("join", *around))
