"""What services are to be had, who knows of them, and what neighbours say of them (S11).

A service is to be had as far as requests of one's micro-grid are begun promptly, at the quality that
those served got of late. Distance needs no term of its own: whoever cannot make the way is not begun.
Residents know of a service by notices through the channels they use, by events, by ties who used it
and by using it; what is known fades. How safe a micro-grid is and how a compound is kept nobody needs
to hear of: one lives there. A new complex is news: until they have heard of it, residents go
where they went before.

Equation S11 of docs/odd.md says what is made of this: `rules.satisfaction`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    CHILDCARE,
    CULTURE,
    DIGITAL,
    DOMAINS,
    EVENT,
    HEARD_OF,
    MEDICAL,
    NEED_CLOSED,
    PAPER,
    PROPERTY,
    SAFETY,
    SERVICES,
    HazardRows,
    NeedRows,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, vector
from sim.engine.steps import each
from sim.records import mean, outcome
from sim.rules import reach
from sim.rules.participation import has_acted
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.model import Community

SERVICE_COUNT = len(SERVICES)
HEARD_COUNT = len(HEARD_OF)
CERTAIN = np.float32(1)


class Provision(NamedTuple):
    """How residents come to know of services, and how soon what is said of them follows what they are."""

    prompt: int = number(4, "weeks", 0, 26, "assumption", "E50").means(
        "within which a request is to be begun for the service to count as to be had",
        "请求在多少周内开始办理才算“有此服务”",
    )
    memory: float = number(0.02, "share per case", 0.001, 1, "assumption", "S11").means(
        "of what is known of a service's promptness in a micro-grid that one more request changes, in an unscaled community",
        "每件请求使人们对本微网格服务及时性的了解变动的程度（未缩放社区）",
    )
    quality_memory: float = number(0.002, "share per case", 0.0001, 1, "assumption", "S11").means(
        "of what is known of a service's quality that one more case changes, in an unscaled community",
        "每件服务使人们对服务质量的了解变动的程度（未缩放社区）",
    )
    promptness_start: tuple[float, ...] = vector(
        dict(zip(SERVICES, (0.88, 0.3, 0.33, 0.08, 0.97, 0.4, 0.9, 0.5), strict=True)),
        "share of requests",
        0,
        1,
        "assumption",
        "B1, B2",
    ).means(
        "that are taken to be begun promptly before the first week; the burn-in finds their own level",
        "第一周之前被认为会及时办理的请求比例；预热期会找到其自身水平",
    )
    known: float = number(0.6, "share of residents", 0, 1, "assumption", "S11").means(
        "who know of each service before the first week", "第一周之前知晓各项服务的居民比例"
    )
    notices: float = number(0.3, "notices per week", 0, 7, "assumption", "S11").means(
        "about services that the committee posts in its channels",
        "居委会每周在各渠道发布的服务通知",
    )
    told: float = number(0.1, "chance per event", 0, 1, "assumption", "S11").means(
        "that somebody at an event hears of a service there", "在活动中听说某项服务的概率"
    )
    word: float = number(0.3, "per unit of tie", 0, 1, "assumption", "S11, E8").means(
        "how readily a tie who used a service tells of it", "用过服务的邻里告知他人的程度"
    )
    danger: float = number(0.3, "per hazard and thousand adults", 0, 5, "assumption", "C5").means(
        "by what each hazard among a thousand adults takes from how safe a micro-grid looks, as a rate",
        "每千名成年人中每多一处隐患使微网格安全感下降的速率",
    )
    forgetting: float = number(0.0133, "share per week", 0, 0.2, "assumption", "S11").means(
        "of what is known of a service that fades; .0133 halves it in a year",
        "对服务的知晓每周淡忘的比例；0.0133 使其一年减半",
    )
    news: float = number(0.3, "ratio", 0, 1, "assumption", "S11").means(
        "of those who knew of a service, who know where it is when it moves into the complex",
        "服务迁入综合体时，原知情居民中知道新地点的比例",
    )


@dataclass
class State:
    """What services are, as residents can see it.

    Attributes:
        quality: float32[service], of those served of late.
        prompt: float32[service, micro-grid], share of requests begun promptly of late.
        there: float32[service, micro-grid], J: what is to be had this week.
        moved: the complex has opened, and residents have been told as far as news goes.
    """

    quality: Any
    prompt: Any
    there: Any
    moved: bool = False


def begin(community: Community) -> State:
    """Start from what the providers of before are like."""
    p, services = community.numbers.provision, community.numbers.service
    grids = len(community.micro_grids.first)
    quality = np.full(SERVICE_COUNT, services.staff_quality, np.float32)
    quality[MEDICAL] = services.outside_quality
    quality[CULTURE] = community.numbers.events.quality
    quality[SAFETY] = quality[PROPERTY] = CERTAIN
    prompt = np.repeat(np.array(p.promptness_start, np.float32)[:, None], grids, axis=1)
    prompt[PROPERTY] = community.companies.quality[community.micro_grids.compound]
    community.residents.aware[:] = CERTAIN
    community.residents.aware[:HEARD_COUNT] = p.known
    return State(quality, prompt, to_be_had(quality[:, None], prompt))


# --- Rules -----------------------------------------------------------------------------------


@rule
def to_be_had(quality: Any, prompt: Any) -> Any:
    """J, what is to be had of a service, 0 to 1.

    > J_d = (quality of late) · (share of the micro-grid's requests that were begun promptly),
    """
    return quality * prompt


@rule
def weight_of_case(memory: Any, scale: Any) -> Any:
    """How much one more case changes what is known, where an agent stands for 1/scale residents."""
    return min(numerics.ratio(memory, scale), CERTAIN)


@rule
def noticed(r: Residents, p_reach: reach.Reach, digital: Any, paper: Any) -> Any:
    """Chance per week to learn of a service from notices, from those of whoever looks."""
    return reach.noticed_in_either(p_reach, r.heeds[DIGITAL] * digital, r.heeds[PAPER] * paper)


@rule
def aware_after(p: Provision, aware: Any, learned: Any) -> Any:
    """Awareness a week later: some who did not know have learned of it, some who did forget.

    > aware ← aware + learned · (1 − aware) − forgetting · aware,
    """
    return aware + learned * (1.0 - aware) - p.forgetting * aware


@rule
def either(one: Any, other: Any) -> Any:
    """Chance of at least one of two."""
    return one + other - one * other


@rule
def heard(p: Provision, tie: Any) -> Any:
    """Chance that a tie of this strength tells of a service it used this week."""
    return p.word * tie


# --- What services are -----------------------------------------------------------------------


@loop
def note_service(
    queue: Any,
    count: Any,
    needs: NeedRows,
    residents: Residents,
    prompt_within: Any,
    case: Any,
    quality_case: Any,
    week: Any,
    quality: Any,
    prompt: Any,
) -> None:
    """See which requests were begun promptly, which not, and how good the service was."""
    for k in range(count):
        row = queue[k]
        domain = needs.domain[row]
        grid = residents.micro_grid[needs.owner[row]]
        waited = week - needs.found[row]
        if needs.started[row] and needs.first_service[row] == week and waited <= prompt_within:
            prompt[domain, grid] = numerics.toward(prompt[domain, grid], CERTAIN, case)
        elif waited == prompt_within + 1 and (
            not needs.started[row] or needs.first_service[row] == week
        ):
            prompt[domain, grid] = numerics.toward(prompt[domain, grid], np.float32(0), case)
        if needs.stage[row] == NEED_CLOSED and needs.closed[row] == week:
            quality[domain] = numerics.toward(quality[domain], needs.quality[row], quality_case)


def note_culture(community: Community, case: Any) -> None:
    """See whether there were events in each territory, room at them, and how good they were."""
    state: State = community.state.provision
    events = community.state.events
    grids = len(community.micro_grids.first) // community.communities
    rows = community.events.rows
    for place in range(community.communities):
        first, count = int(events.first[place]), int(events.count[place])
        here = slice(place * grids, (place + 1) * grids)
        room = np.float32(0)
        if count:
            seats, came = (
                int(column[first : first + count].sum())
                for column in (rows.capacity, rows.attended)
            )
            room = np.float32(came < seats)
            found = np.float32(rows.quality[first : first + count].mean())
            state.quality[CULTURE] = numerics.toward(state.quality[CULTURE], found, case)
        state.prompt[CULTURE, here] = numerics.toward(state.prompt[CULTURE, here], room, case)


@rule
def seen_around(own: Any, everywhere: Any, scale: Any) -> Any:
    """Density of hazards that a micro-grid's residents see.

    In a sample of the community a micro-grid's few hazards stand for several, found here and there:
    what is not simulated is taken to be like the community's mean.
    """
    return scale * own + (1.0 - scale) * everywhere


@rule
def safe(p: Provision, density: Any) -> Any:
    """How safe a micro-grid looks with so many hazards per thousand adults, 0 to 1.

    > J_safety = e^{−δ · hazards per thousand adults},
    """
    return numerics.exp(-p.danger * density)


@loop
def note_safety(
    hazards: HazardRows,
    pending: Any,
    pending_count: Any,
    around: Any,
    first: Any,
    last: Any,
    grids: Any,
    p: Provision,
    scale: Any,
    prompt: Any,
) -> None:
    """See how many hazards there are in each micro-grid, found or not.

    Each community has `grids` micro-grids.
    """
    there = np.zeros(len(around), np.int64)
    for grid in range(len(around)):
        there[grid] = around[grid]
    for index in range(pending_count):
        there[hazards.micro_grid[pending[index]]] += 1
    for start in range(0, len(there), grids):
        found, people = np.int64(0), np.int64(0)
        for grid in range(start, start + grids):
            found += there[grid]
            people += np.int64(last[grid] - first[grid])
        everywhere = numerics.per_thousand(np.float32(found), np.float32(people))
        for grid in range(start, start + grids):
            own = numerics.per_thousand(
                np.float32(there[grid]), np.float32(last[grid] - first[grid])
            )
            prompt[SAFETY, grid] = safe(p, seen_around(own, everywhere, scale))


def arise(community: Community) -> None:
    """When the complex opens, its services have moved: some know where to, others go where they went."""
    state: State = community.state.provision
    if community.facility_open and not state.moved:
        state.moved = True
        community.residents.aware[MEDICAL : CHILDCARE + 1] *= community.numbers.provision.news


def learn(community: Community) -> None:
    """What services were like this week becomes known: to users, their ties, and by notices."""
    state: State = community.state.provision
    p, scale, queue = community.numbers.provision, community.scale, community.state.service
    note_service(
        queue.queue,
        queue.queue_count,
        community.needs.rows,
        community.residents,
        int(p.prompt),
        weight_of_case(p.memory, scale),
        weight_of_case(p.quality_memory, community.extent),
        community.week,
        state.quality,
        state.prompt,
    )
    note_culture(community, p.memory)
    hazards, grids = community.state.hazards, community.micro_grids
    note_safety(
        community.hazards.rows,
        hazards.pending,
        hazards.pending_count,
        hazards.around,
        grids.first,
        grids.last,
        len(grids.first) // community.communities,
        p,
        scale,
        state.prompt,
    )
    state.prompt[PROPERTY] = community.companies.quality[grids.compound]
    state.there[:] = to_be_had(state.quality[:, None], state.prompt)
    channels, paper = community.numbers.reach, np.float32(community.offers.paper)
    hear_of_services(
        community,
        reach.saturated(reach.hazard(channels.digital), p.notices),
        reach.saturated(paper, p.notices),
    )
    pass_on(
        queue.queue,
        queue.queue_count,
        community.needs.rows,
        community.residents,
        p,
        community.week,
    )


# --- Who knows of them -----------------------------------------------------------------------


@each(Residents)
def hear_of_services(
    r: Residents, p: Provision, p_reach: reach.Reach, digital: Any, paper: Any
) -> None:
    """Learn of services from notices and at events, and forget some of them (S11).

    `digital` and `paper` are the chances to notice something there of those who look.
    """
    at_event = p.told if has_acted(r, EVENT) else 0.0
    learned = either(noticed(r, p_reach, digital, paper), at_event)
    for service in range(HEARD_COUNT):
        r.aware[service] = aware_after(p, r.aware[service], learned)


@loop
def pass_on(
    queue: Any, count: Any, needs: NeedRows, residents: Residents, p: Provision, week: Any
) -> None:
    """Who was served this week knows of the service, and tells some of the ties."""
    for k in range(count):
        row = queue[k]
        if needs.stage[row] != NEED_CLOSED or needs.closed[row] != week:
            continue
        owner, domain = needs.owner[row], needs.domain[row]
        residents.aware[domain, owner] = CERTAIN
        for slot in range(residents.degree[owner]):
            j = residents.neighbour[owner, slot]
            told = heard(p, residents.tie[owner, slot])
            residents.aware[domain, j] = either(residents.aware[domain, j], told)


AWARE = tuple(f"aware_{service}" for service in HEARD_OF)

RECORDS = {
    **{
        name: outcome("share of residents", "last").means(
            f"who know of {service} and where it is",
            f"知晓{zh(f'SERVICES.{service}')}及其地点的居民比例",
        )
        for name, service in zip(AWARE, HEARD_OF, strict=True)
    },
    **{
        f"prompt_{domain}": outcome("share of requests", "last").means(
            f"for {domain} that are begun promptly, as residents of the micro-grids see it, mean",
            f"居民眼中{zh(f'SERVICES.{domain}')}请求得到及时办理的比例（微网格均值）",
        )
        for domain in DOMAINS
    },
}


def observe(community: Community) -> dict[str, float]:
    """Return who knows of each service, and how promptly requests are begun."""
    state, residents = community.state.provision, community.residents
    return {
        **{name: mean(residents.aware[place]) for place, name in enumerate(AWARE)},
        **{
            f"prompt_{domain}": float(state.prompt[place].mean())
            for place, domain in enumerate(DOMAINS)
        },
    }
