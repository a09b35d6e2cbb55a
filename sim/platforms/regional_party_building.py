"""The regional Party-building platform (P1): joint meetings and the three lists.

On: partners, neighbouring Party committees and the community meet regularly, chaired in turn.
A meeting goes through the list of needs and the list of resources, matches ordinary needs with
partners, and turns domains with many unmatched needs into projects. Off: no list; one random
partner is asked about each need and week, projects do not come about, and candidates outside the
community are not reached. Facts C1, C2, D1; equation S3 of docs/odd.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import DOMAINS, PARTNER, PROJECT_DONE, PartnerRows, ProjectRows
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, start, switch, whole
from sim.engine.randomness import decision, draw, draw_one
from sim.records import outcome
from sim.rules import projects as project_rules

if TYPE_CHECKING:
    from sim.model import Community

CHAIR = decision("regional_party_building.chair")
PROPOSE = decision("regional_party_building.propose")
WEEKS_OF_A_YEAR = np.float32(52)


class RegionalPartyBuilding(NamedTuple):
    """Joint meetings: how often, how well informed, how fertile."""

    on: bool = switch(True, source="C1").means("the regional platform meets", "召开党建联席会议")
    starts: int = start("T4", lever=False).means(
        "when the platform begins", "区域化党建平台从项目第几周开始"
    )
    meetings: float = number(22.5, "meetings per year", 0, 52, "fact", "D1", lever=True).means(
        "joint meetings (45 in a pilot period taken as two years)",
        "联席会议次数（按试点两年 45 次计）",
    )
    list_quality: float = number(
        0.5, "0-1", 0, 1, "assumption", "S3", lever=True, sweep=(0.15, 1)
    ).means(
        "how well the lists bring needs and resources together", "清单把需求与资源对接起来的程度"
    )
    chair_bonus: float = number(0.1, "ratio", 0, 1, "assumption", "C1").means(
        "how much better the list is in a domain in which the meeting's chair is fully able",
        "轮值主席完全胜任的领域内清单改善的程度",
    )
    conveys: float = number(0.3, "0-1", 0, 1, "assumption", "C1, B8", lever=True).means(
        "weight of each grievance that nobody brought to mediation, as a meeting puts it before the property companies",
        "联席会议向物业公司转达的、尚无人送交调解的每起矛盾的分量",
    )
    neighbours: int = whole(2, "members", 0, 20, "fact", "C2").means(
        "neighbouring Party committees that take their turn in the chair", "轮值的相邻党组织数"
    )
    propensity: float = number(1.0, "chance per meeting", 0, 1, "calibrated", "D2").means(
        "that a fully able and committed partner takes on a project at a meeting",
        "完全胜任且投入的合伙人在一次会议上承接项目的概率",
    )
    projects_at_once: int = whole(3, "projects", 1, 20, "assumption", "D2").means(
        "that a partner carries at once at most", "一家合伙人同时承担的项目上限"
    )


@dataclass
class State:
    """The meeting of the week.

    Attributes:
        due: float32, meetings owed so far; one is held whenever it reaches 1.
        held: meets this week.
        list_quality: float32[domain], of the lists this week.
        held_total: meetings so far.
        chaired_by_partner: meetings so far that a partner chaired.
        proposed: projects put on the list this week.
    """

    due: Any
    held: bool
    list_quality: Any
    held_total: int
    chaired_by_partner: int
    proposed: int


def begin(community: Community) -> State:
    """No meeting yet."""
    return State(
        due=np.float32(0),
        held=False,
        list_quality=np.zeros(len(DOMAINS), np.float32),
        held_total=0,
        chaired_by_partner=0,
        proposed=0,
    )


@rule
def meetings_due(p: RegionalPartyBuilding, before: Any) -> Any:
    """Meetings owed after one more week."""
    return before + numerics.ratio(p.meetings, WEEKS_OF_A_YEAR)


@rule
def quality_under(p: RegionalPartyBuilding, ability: Any) -> Any:
    """Quality of the lists in a domain in which the chair has this ability; at most 1."""
    return min(p.list_quality * (1.0 + p.chair_bonus * ability), 1.0)


@rule
def pressure(unmatched: Any, ability: Any) -> Any:
    """How strongly unmatched needs of a domain call for a partner of this ability."""
    return np.float32(unmatched) * ability


@rule
def takes_on(p: RegionalPartyBuilding, ability: Any, commitment: Any, chance: Any) -> Any:
    """Whether a partner takes on a project, given its draw."""
    return chance < p.propensity * ability * commitment


@loop
def choose_projects(
    partners: PartnerRows,
    participates: Any,
    p: RegionalPartyBuilding,
    unmatched: Any,
    at_once: Any,
    week: Any,
    seed: Any,
    chosen: Any,
) -> Any:
    """Mark in `chosen` the domain, plus one, in which each partner takes on a project; return how many do.

    A partner looks at the domain in which most unmatched needs call for what it can do.
    """
    count = 0
    for row in range(len(partners.stage)):
        chosen[row] = 0
        if partners.stage[row] != PARTNER or not participates[row]:
            continue
        if at_once[row] >= p.projects_at_once:
            continue
        strongest = 0
        for domain in range(len(unmatched)):
            here = pressure(unmatched[domain], partners.ability[row, domain])
            if here > pressure(unmatched[strongest], partners.ability[row, strongest]):
                strongest = domain
        ability = partners.ability[row, strongest]
        if not pressure(unmatched[strongest], ability) > 0.0:
            continue
        if takes_on(p, ability, partners.commitment[row], draw(seed, PROPOSE, week, row)):
            chosen[row] = strongest + 1
            count += 1
    return count


@loop
def list_projects(
    chosen: Any,
    projects: ProjectRows,
    first: Any,
    p: project_rules.Projects,
    delay: Any,
    week: Any,
    seed: Any,
) -> None:
    """Put the chosen projects on the list, for which there must be room."""
    row = first
    for partner in range(len(chosen)):
        if chosen[partner] > 0:
            project_rules.propose(projects, row, partner, chosen[partner] - 1, p, delay, week, seed)
            row += 1


@loop
def list_under(p: RegionalPartyBuilding, ability: Any, quality: Any) -> None:
    """Write how good the lists are under a chair of these abilities, domain by domain."""
    for domain in range(len(quality)):
        quality[domain] = quality_under(p, ability[domain])


@loop
def count_able(partners: PartnerRows, capable: Any) -> int:
    """Count the domains in which partners are at least so able, over all partners."""
    count = 0
    for row in range(len(partners.stage)):
        if partners.stage[row] == PARTNER:
            for domain in range(partners.ability.shape[1]):
                count += int(partners.ability[row, domain] >= capable)
    return count


def sense(community: Community) -> None:
    """See whether the platform meets this week, and who chairs."""
    state: State = community.state.regional_party_building
    p, partners = community.numbers.regional_party_building, community.partners
    state.due = meetings_due(p, state.due)
    state.held = bool(state.due >= 1)
    state.list_quality[:] = p.list_quality
    if not state.held:
        return
    state.due = np.float32(state.due - 1)
    state.held_total += 1
    seats = np.flatnonzero(partners.stage == PARTNER)
    members = len(seats) + int(p.neighbours)
    if members == 0:
        return
    seat = int(numerics.pick(draw_one(community.seed, CHAIR, community.week, 0), members))
    if seat < len(seats):
        state.chaired_by_partner += 1
        list_under(p, partners.ability[seats[seat]], state.list_quality)


def triage(community: Community) -> None:
    """Put grievances before property companies, and turn unmatched needs into projects.

    Projects come about where facilities are co-built.
    """
    state: State = community.state.regional_party_building
    state.proposed = 0
    if state.held:
        community.agenda.convey(community.numbers.regional_party_building.conveys)
    if not state.held or not community.active("co_building"):
        return
    chosen = np.zeros(len(community.partners.stage), np.int64)
    state.proposed = int(
        choose_projects(
            community.partners,
            community.state.partners.participates,
            community.numbers.regional_party_building,
            community.state.service.unmatched,
            community.state.projects.at_once,
            community.week,
            community.seed,
            chosen,
        )
    )
    if not state.proposed:
        return
    rows = community.projects.reserve(state.proposed)
    list_projects(
        chosen,
        rows,
        community.projects.count,
        community.numbers.projects,
        community.state.projects.delay,
        community.week,
        community.seed,
    )
    community.projects.count += state.proposed


RECORDS = {
    "joint_meetings": outcome("meetings", "sum", recorded=True).means(
        "joint meetings held", "召开的联席会议"
    ),
    "needs_list": outcome("needs", "last", recorded=True, scaled=True).means(
        "needs on the platform's list: found, ordinary and unmatched",
        "需求清单条目（已发现、一般、未对接）",
    ),
    "resource_list": outcome("entries", "last", recorded=True).means(
        "entries of the platform's resource list: domains in which partners are at least fairly able",
        "资源清单条目（合伙人较为胜任的领域）",
    ),
    "project_list": outcome("projects", "last", recorded=True).means(
        "projects on the platform's list: not yet carried out", "项目清单条目（尚未完成）"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return this week's meeting and the length of the three lists; none while the platform is off."""
    if not community.active("regional_party_building"):
        return dict.fromkeys(RECORDS, 0.0)
    partners, projects = community.partners, community.projects
    stages = community.state.projects.stages
    return {
        "joint_meetings": float(community.state.regional_party_building.held),
        "needs_list": float(sum(community.state.service.unmatched.tolist())),
        "resource_list": float(count_able(partners, community.numbers.service.capable)),
        "project_list": float(projects.count - stages.item(PROJECT_DONE)),
    }
