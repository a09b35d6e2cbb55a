"""Service: how found needs are matched with partners and served (S3, S4).

Found needs stand in one queue. Urgent ones are taken up by a hub that asks every partner at once
and spreads the work over several providers; the others wait for a joint meeting, or, without the
regional platform, for one partner asked at random each week. Each week the hours of the complex
(or of the health centre outside), of partners, of volunteers and of the committee's staff are
spent on the queue: urgent needs first, then first come, first served. Equations S3 and S4 of
docs/odd.md; the first case story of the facts, G.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.boards import Agenda
from sim.columns import (
    BY_COMMITTEE,
    BY_FACILITY,
    BY_PARTNER,
    BY_VOLUNTEERS,
    CHILDCARE,
    DOMAINS,
    ELDERCARE,
    GROUPS,
    MEDICAL,
    NEED_CLOSED,
    NEED_EXPIRED,
    NEED_FOUND,
    PARTNER,
    SERVERS,
    NeedRows,
    PartnerRows,
    ProjectRows,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, switch, vector, whole
from sim.engine.randomness import decision, draw, draws
from sim.records import NOTHING, outcome, share
from sim.rules import partners as partner_rules
from sim.rules import place
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.model import Community

HUB = decision("service.hub")
MEETING = decision("service.meeting")
ASK_ONE = decision("service.ask_one")
ACCESS = decision("service.access")
FEE = decision("service.fee")
GIVE_UP = decision("service.give_up")

DOMAIN_COUNT = len(DOMAINS)
ADDRESSES = 8
"""Addresses per resident: a need's draws are addressed by `owner * ADDRESSES + domain`."""

VOLUNTEERS_AT = DOMAIN_COUNT
STAFF_AT = VOLUNTEERS_AT + 1
PARTNERS_AT = STAFF_AT + DOMAIN_COUNT
"""Where hours stand in the week's one list: facility by domain, volunteers, staff by domain, partners."""

WAIT_BINS = 105
WINDOW = 13
MEDIAN, NINTH_DECILE = 0.5, 0.9
COHORT_AGE = 12
COHORT_GROUPS = ("all", "elderly", "migrant", "low_income", "offline")
COHORT_MASKS = np.array([0] + [1 << GROUPS.index(group) for group in COHORT_GROUPS[1:]], np.int64)


def _by_domain(*values: float) -> dict[str, float]:
    return dict(zip(DOMAINS, values, strict=True))


class Service(NamedTuple):
    """Who serves what, with how many hours, and how well."""

    single_ask: float = number(0.15, "0-1", 0, 1, "assumption", "S3").means(
        "mu0: what the committee knows of a partner's resources without the platform's lists",
        "没有平台清单时居委会对合伙人资源的了解程度 μ0",
    )
    hub_providers: int = whole(4, "providers", 1, 12, "fact", "G, case 1", lever=True).means(
        "over which the hub spreads an urgent need's hours",
        "枢纽把一项紧急需求的工时分派给的服务方数",
    )
    home_service: bool = switch(True, evidence="fact", source="G, case 1").means(
        "urgent needs are served at home, whatever the distance", "紧急需求上门服务，不论距离"
    )
    capable: float = number(0.3, "0-1", 0, 1, "assumption", "G, case 1").means(
        "ability from which a partner is called in by the hub", "枢纽调用合伙人所需的能力下限"
    )
    staff: float = number(
        8.0, "full-time posts", 0, 100, "assumption", "S4", lever=True, volume=True
    ).means("of the committee that also serve residents' needs", "居委会中兼顾居民需求的岗位数")
    case_hours: float = number(12.0, "hours per post and week", 0, 40, "assumption", "S4").means(
        "that a post of the committee has for residents' needs",
        "居委会一个岗位每周用于居民需求的工时",
    )
    attention: tuple[float, ...] = vector(
        _by_domain(0.05, 0.15, 0.10, 0.35, 0.35),
        "share of case hours",
        0,
        1,
        "assumption",
        "S4",
        total=1.0,
    ).means("of the committee's staff kept for each domain", "居委会工时在各领域的分配")
    staff_quality: float = number(0.6, "0-1", 0, 1, "assumption", "S4").means(
        "of the service by the committee's staff", "居委会工作人员服务的质量"
    )
    volunteer_domains: tuple[float, ...] = vector(
        _by_domain(0.0, 1.0, 1.0, 0.0, 1.0), "0 or 1", 0, 1, "assumption", "S4"
    ).means(
        "domains in which volunteers serve: those at one half or above",
        "志愿者服务的领域：取值不低于一半者",
    )
    volunteer_quality: float = number(0.6, "0-1", 0, 1, "assumption", "S4").means(
        "of the service by volunteers", "志愿者服务的质量"
    )
    facility_quality: float = number(0.8, "0-1", 0, 1, "assumption", "F5").means(
        "of the service in the complex", "综合体服务的质量"
    )
    outside_hours: tuple[float, ...] = vector(
        _by_domain(1000.0, 0.0, 0.0, 0.0, 0.0),
        "hours per week",
        0,
        20000,
        "assumption",
        "B1",
        volume=True,
    ).means(
        "that providers outside have for the community's residents before the complex opens",
        "综合体开放前外部机构每周可为本社区居民提供的工时",
    )
    outside_quality: float = number(0.6, "0-1", 0, 1, "assumption", "B1, B2").means(
        "of the service by providers outside", "外部机构服务的质量"
    )
    half_life: float = number(26.0, "weeks", 1, 520, "assumption", "S2").means(
        "until half of the found needs that nobody serves are given up",
        "已发现而无人服务的需求半数被放弃所需的时间",
    )
    joint: int = whole(3, "providers", 1, 12, "fact", "G, case 1").means(
        "from which on an urgent need counts as served jointly",
        "紧急需求算作联合服务所需的服务方数",
    )


@dataclass
class State:
    """The queue, the hours of the week, and what became of needs.

    Attributes:
        queue: int64, rows of needs that are found and open, oldest first; `queue_count` in use.
        hours: float32[provider], hours left this week: of the facility by domain, of volunteers, of
            staff by domain, of partners.
        facility_offered, facility_left: hours that the facility has this week and still has, all
            domains together.
        chance: float32[domain], that a need is matched when all partners are asked.
        weight: float32[domain, partner], running sums of ability times commitment.
        unmatched: int64[domain], ordinary needs in the queue without a partner, at week's end.
        matched: needs matched this week; given_up: found needs given up this week.
        closed_by: int64[server], needs closed this week.
        waits: int64[week of window, weeks], needs closed by weeks from birth to closure.
        urgent: int64[3], urgent needs closed this week; of these, first served within a week of
            being found; and served jointly by several providers.
        first_row: int64[week of window], number of needs as each week opened.
    """

    queue: Any
    queue_count: int
    hours: Any
    facility_offered: float
    facility_left: float
    chance: Any
    weight: Any
    unmatched: Any
    matched: int
    given_up: int
    closed_by: Any
    waits: Any
    urgent: Any
    first_row: Any


def begin(community: Community) -> State:
    """An empty queue."""
    rows = len(community.partners.stage)
    return State(
        queue=np.zeros(1024, np.int64),
        queue_count=0,
        hours=np.zeros(PARTNERS_AT + rows, np.float32),
        facility_offered=0.0,
        facility_left=0.0,
        chance=np.zeros(DOMAIN_COUNT, np.float32),
        weight=np.zeros((DOMAIN_COUNT, rows), np.float32),
        unmatched=np.zeros(DOMAIN_COUNT, np.int64),
        matched=0,
        given_up=0,
        closed_by=np.zeros(len(SERVERS), np.int64),
        waits=np.zeros((WINDOW, WAIT_BINS), np.int64),
        urgent=np.zeros(3, np.int64),
        first_row=np.zeros(COHORT_AGE + 1, np.int64),
    )


# --- S3: a need is matched with a partner --------------------------------------------------------


@rule
def still_open(before: Any, ability: Any, commitment: Any, list_quality: Any) -> Any:
    """Chance that a need is still unmatched after one more partner is asked (S3).

    > 1 − Π_p (1 − ability_pd · commitment_p · quality_d),
    """
    return before * (1.0 - ability * commitment * list_quality)


@rule
def match_chance(unmatched: Any) -> Any:
    """Chance that some partner takes a need on, from the chance that none does."""
    return 1.0 - unmatched


@rule
def suitability(ability: Any, commitment: Any) -> Any:
    """How likely a partner is the one that takes a need on, relative to the others."""
    return ability * commitment


@rule
def point_in(total: Any, chance: Any) -> Any:
    """Where a draw falls among running sums that end at `total`."""
    return total * chance


@rule
def agrees(ability: Any, commitment: Any, known: Any, chance: Any) -> Any:
    """Whether the one partner that is asked takes the need on (S3, without the platform)."""
    return chance < ability * commitment * known


@loop
def weigh_partners(
    partners: PartnerRows, participates: Any, list_quality: Any, chance: Any, weight: Any
) -> None:
    """Set the chance that a need of each domain is matched, and the partners' running sums."""
    for domain in range(len(chance)):
        unmatched = np.float32(1.0)
        chance[domain] = 0.0
        total = np.float32(0.0)
        for row in range(len(partners.stage)):
            if partners.stage[row] == PARTNER and participates[row]:
                ability = partners.ability[row, domain]
                commitment = partners.commitment[row]
                unmatched = still_open(unmatched, ability, commitment, list_quality[domain])
                total += suitability(ability, commitment)
            weight[domain, row] = total
        chance[domain] = match_chance(unmatched)


@loop
def first_above(rising: Any, point: Any) -> Any:
    """Return the position of the first of rising values above a point; their number, if none is."""
    low = 0
    high = len(rising)
    while low < high:
        middle = (low + high) >> 1
        if point < rising[middle]:
            high = middle
        else:
            low = middle + 1
    return low


@loop
def match_among_all(
    queue: Any,
    count: Any,
    needs: NeedRows,
    urgent: Any,
    chance: Any,
    weight: Any,
    address: Any,
    week: Any,
    seed: Any,
) -> Any:
    """Match open needs, urgent or ordinary, with all partners at once; return how many are matched."""
    matched = 0
    partners = weight.shape[1]
    for k in range(count):
        row = queue[k]
        if needs.stage[row] != NEED_FOUND or needs.matched[row] or needs.urgent[row] != urgent:
            continue
        domain = int(needs.domain[row])
        u_match, u_partner, _, _ = draws(
            seed, address, week, int(needs.owner[row]) * ADDRESSES + domain
        )
        if partners == 0 or not u_match < chance[domain]:
            continue
        point = point_in(weight[domain, partners - 1], u_partner)
        needs.matched[row] = True
        needs.partner[row] = min(first_above(weight[domain], point), partners - 1)
        needs.assigned[row] = week
        matched += 1
    return matched


@loop
def ask_one_each(
    queue: Any,
    count: Any,
    needs: NeedRows,
    partners: PartnerRows,
    participates: Any,
    present: Any,
    known: Any,
    week: Any,
    seed: Any,
) -> Any:
    """Ask one random partner about each ordinary need; return how many are matched."""
    matched = 0
    if len(present) == 0:
        return matched
    for k in range(count):
        row = queue[k]
        if needs.stage[row] != NEED_FOUND or needs.matched[row] or needs.urgent[row]:
            continue
        domain = int(needs.domain[row])
        u_who, u_yes, _, _ = draws(seed, ASK_ONE, week, int(needs.owner[row]) * ADDRESSES + domain)
        partner = present[numerics.pick(u_who, len(present))]
        if participates[partner] and agrees(
            partners.ability[partner, domain], partners.commitment[partner], known, u_yes
        ):
            needs.matched[row] = True
            needs.partner[row] = partner
            needs.assigned[row] = week
            matched += 1
    return matched


@loop
def release(queue: Any, count: Any, needs: NeedRows, partners: PartnerRows) -> None:
    """Give needs back whose partner left."""
    for k in range(count):
        row = queue[k]
        if needs.matched[row] and partners.stage[needs.partner[row]] != PARTNER:
            needs.matched[row] = False


@loop
def match(
    queue: Any,
    count: Any,
    needs: NeedRows,
    partners: PartnerRows,
    participates: Any,
    list_quality: Any,
    chance: Any,
    weight: Any,
    meeting: Any,
    platform: Any,
    known: Any,
    week: Any,
    seed: Any,
) -> Any:
    """Match urgent needs at once, ordinary ones at a `meeting`, or one by one without a platform.

    Needs whose partner left are matched anew. Returns how many are matched.
    """
    release(queue, count, needs, partners)
    weigh_partners(partners, participates, list_quality, chance, weight)
    matched = match_among_all(queue, count, needs, True, chance, weight, HUB, week, seed)
    if meeting:
        matched += match_among_all(queue, count, needs, False, chance, weight, MEETING, week, seed)
    elif not platform:
        present = np.flatnonzero(partners.stage == PARTNER)
        matched += ask_one_each(
            queue, count, needs, partners, participates, present, known, week, seed
        )
    return matched


# --- S4: hours are spent on the queue ------------------------------------------------------------


@rule
def granted(wanted: Any, needed: Any, available: Any) -> Any:
    """Hours given: no more than is wanted of this provider, than is needed, than it has."""
    return min(min(wanted, needed), available)


@rule
def slice_of(p: Service, hours: Any) -> Any:
    """The part of an urgent need's hours that the hub asks of each provider at first."""
    return numerics.ratio(hours, np.float32(p.hub_providers))


@rule
def place_bound(domain: Any) -> Any:
    """Whether residents must make the way to a domain's service."""
    return domain in (MEDICAL, ELDERCARE, CHILDCARE)


@rule
def comes_home(p: Service, domain: Any, urgent: Any) -> Any:
    """Whether the service comes to the resident, whatever the distance."""
    return not place_bound(domain) or (urgent and p.home_service)


@rule
def makes_the_way(access: Any, chance: Any) -> Any:
    """Whether a resident gets to a place-bound service this week."""
    return chance < access


@rule
def does_without(barrier: Any, low_income: Any, chance: Any) -> Any:
    """Whether a resident does without a market operator's service rather than pay."""
    return low_income and chance < barrier


@rule
def is_capable(p: Service, ability: Any) -> Any:
    """Whether the hub calls a partner in."""
    return ability >= p.capable and ability > 0.0


@rule
def volunteers_serve(p: Service, domain: Any) -> Any:
    """Whether volunteers serve a domain."""
    return p.volunteer_domains[domain] >= 0.5


@rule
def blended(so_far: Any, quality: Any, given: Any, hours: Any) -> Any:
    """Quality of a need's service so far, each provider counted by its share of the hours."""
    return min(so_far + quality * numerics.ratio(given, hours), 1.0)


@rule
def guided(sway: Any, attention: Any, share: Any) -> Any:
    """Share of the staff's hours for a domain, given the usual one and its share of the voices.

    > attention_d ← (1 − sway) · attention_d + sway · (share of the last round's voices that named d),
    """
    return (1.0 - sway) * attention + sway * share


@rule
def staff_hours(p: Service, domain: Any, scale: Any) -> Any:
    """Hours per week that the committee's staff has for a domain."""
    return p.staff * p.case_hours * p.attention[domain] * scale


@rule
def hours_outside(p: Service, domain: Any, scale: Any) -> Any:
    """Hours per week that providers outside have for the community's residents."""
    return p.outside_hours[domain] * scale


@rule
def hours_of_facility(inside: Any, outside: Any, is_open: Any) -> Any:
    """Hours of the complex once it is open, of providers outside before."""
    return inside if is_open else outside


@rule
def give_up_chance(p: Service) -> Any:
    """Chance per week that a found need which nobody serves is given up, from its half-life."""
    return numerics.lost_per_step(p.half_life)


@rule
def used_of(offered: Any, left: Any) -> Any:
    """Hours used of those offered."""
    return offered - left


@loop
def describe_providers(
    partner_quality: Any, p: Service, facility_open: Any, quality: Any, server: Any
) -> None:
    """Write for every provider, in the order of the week's list of hours, how well and as whom it serves."""
    for domain in range(DOMAIN_COUNT):
        quality[domain] = p.facility_quality if facility_open else p.outside_quality
        server[domain] = BY_FACILITY
        quality[STAFF_AT + domain] = p.staff_quality
        server[STAFF_AT + domain] = BY_COMMITTEE
    quality[VOLUNTEERS_AT] = p.volunteer_quality
    server[VOLUNTEERS_AT] = BY_VOLUNTEERS
    for row in range(len(partner_quality)):
        quality[PARTNERS_AT + row] = partner_quality[row]
        server[PARTNERS_AT + row] = BY_PARTNER


@loop
def list_hours(
    inside: Any,
    volunteers: Any,
    partner_hours: Any,
    p: Service,
    scale: Any,
    facility_open: Any,
    hours: Any,
) -> Any:
    """Write every provider's hours of the week; return those of the facility, all domains together."""
    offered = np.float64(0)
    for domain in range(DOMAIN_COUNT):
        outside = hours_outside(p, domain, scale)
        hours[domain] = hours_of_facility(inside[domain], outside, facility_open)
        hours[STAFF_AT + domain] = staff_hours(p, domain, scale)
        offered += hours[domain]
    hours[VOLUNTEERS_AT] = volunteers
    hours[PARTNERS_AT:] = partner_hours
    return offered


@loop
def list_capable(ability: Any, hours: Any, p: Service, capable: Any, counts: Any) -> None:
    """List, by domain and in the order of rows, the partners with hours that the hub can call in."""
    for domain in range(len(counts)):
        for row in range(len(ability)):
            if hours[PARTNERS_AT + row] > 0.0 and is_capable(p, ability[row, domain]):
                capable[domain, counts[domain]] = PARTNERS_AT + row
                counts[domain] += 1


@loop
def serve_queue(
    queue: Any,
    count: Any,
    needs: NeedRows,
    residents: Residents,
    partners: PartnerRows,
    hours: Any,
    p: Service,
    p_place: place.Place,
    facility_open: Any,
    barrier: Any,
    week: Any,
    seed: Any,
) -> None:
    """Spend the week's hours on the queue: urgent needs first, then in the order of the queue.

    Providers are asked in turn: facility, matched partner, others, volunteers, staff. For an urgent
    need the hub calls in every capable partner, from one drawn for this need on, and goes round
    twice: first for an equal part from each provider, then for what is still missing. An ordinary
    need for which nobody has hours left is passed over at once.

    This is one walk on purpose: a loop that hands columns to another one for every need counts
    references to each of them, which takes five times as long as to serve the need.
    """
    quality = np.zeros(len(hours), np.float32)
    server = np.zeros(len(hours), np.uint8)
    describe_providers(partners.quality, p, facility_open, quality, server)
    capable = np.zeros((DOMAIN_COUNT, len(hours)), np.int64)
    counts = np.zeros(DOMAIN_COUNT, np.int64)
    list_capable(partners.ability, hours, p, capable, counts)
    for urgent in (True, False):
        for k in range(count):
            row = queue[k]
            if needs.stage[row] != NEED_FOUND or needs.urgent[row] != urgent:
                continue
            domain = int(needs.domain[row])
            matched = needs.matched[row]
            own = PARTNERS_AT + int(needs.partner[row])
            staff = STAFF_AT + domain
            volunteers = volunteers_serve(p, domain)
            comes = urgent or hours[domain] > 0.0 or (matched and hours[own] > 0.0)
            at_hand = hours[staff] > 0.0 or (volunteers and hours[VOLUNTEERS_AT] > 0.0)
            if not comes and not at_hand:
                continue
            owner = int(needs.owner[row])
            address = owner * ADDRESSES + domain
            if comes and not comes_home(p, domain, urgent):
                access = place.access_to(
                    p_place,
                    domain,
                    residents.distance[owner],
                    residents.frail[owner],
                    facility_open,
                    residents.aware[domain, owner],
                )
                comes = makes_the_way(access, draw(seed, ACCESS, week, owner))
            others = counts[domain] if urgent and comes else 0
            first = 0
            if others > 0:
                rows = len(partners.quality)
                start = numerics.pick(draw(seed, HUB, needs.born[row], address), rows)
                first = first_above(capable[domain, :others], PARTNERS_AT + (start + 1) % rows)
            fresh = not needs.started[row]
            for turn in range(2 if urgent else 1):
                if needs.stage[row] != NEED_FOUND:
                    break
                wanted = needs.hours_left[row]
                if urgent and turn == 0:
                    wanted = slice_of(p, needs.hours[row])
                for step in range(0 if comes else 2, others + 4):
                    asked = True
                    if step == 0:
                        provider = domain
                    elif step == 1:
                        provider, asked = own, matched
                    elif step < others + 2:
                        provider = capable[domain, (first + step - 2) % others]
                        asked = not (matched and provider == own)
                    elif step == others + 2:
                        provider, asked = VOLUNTEERS_AT, volunteers
                    else:
                        provider = staff
                    if not asked or not hours[provider] > 0.0:
                        continue
                    partner = provider - PARTNERS_AT
                    by_partner = partner >= 0
                    if by_partner and partners.market[partner]:
                        u_fee = draw(seed, FEE, needs.born[row], address)
                        if does_without(barrier, residents.low_income[owner], u_fee):
                            continue
                    given = granted(wanted, needs.hours_left[row], hours[provider])
                    hours[provider] -= given
                    needs.hours_left[row] -= given
                    needs.quality[row] = blended(
                        needs.quality[row], quality[provider], given, needs.hours[row]
                    )
                    another = (needs.helpers[row] >> server[provider]) & 1 == 0
                    if by_partner and step > 1:
                        another = fresh and turn == 0
                    needs.providers[row] += np.uint8(another)
                    needs.helpers[row] |= np.uint8(1 << server[provider])
                    if by_partner and turn == 0:
                        partners.customers[partner] += 1
                    if not needs.started[row]:
                        needs.started[row] = True
                        needs.first_service[row] = week
                    if needs.hours_left[row] == 0.0:
                        needs.stage[row] = NEED_CLOSED
                        needs.closed[row] = week
                        needs.server[row] = server[provider]
                        break


@loop
def account_hours(partners: PartnerRows, offered: Any, hours: Any) -> None:
    """Write down how many hours each partner's week took, and how many are left."""
    for row in range(len(offered)):
        partners.hours_left[row] = hours[PARTNERS_AT + row]
        partners.hours_used[row] = used_of(offered[row], partners.hours_left[row])


@loop
def tally(
    queue: Any,
    count: Any,
    needs: NeedRows,
    projects: ProjectRows,
    running: Any,
    latest: Any,
    p: Service,
    week: Any,
    seed: Any,
    closed_by: Any,
    waits: Any,
    urgent: Any,
    unmatched: Any,
) -> Any:
    """Count what was closed and what is unmatched; return how many needs stay and were given up.

    Closed needs leave the queue; so do those that nobody began to serve and that are given up.
    """
    closed_by[:] = 0
    waits[:] = 0
    urgent[:] = 0
    unmatched[:] = 0
    kept = 0
    given_up = 0
    chance = give_up_chance(p)
    for k in range(count):
        row = queue[k]
        domain = int(needs.domain[row])
        if needs.stage[row] == NEED_FOUND:
            address = int(needs.owner[row]) * ADDRESSES + domain
            if not needs.started[row] and draw(seed, GIVE_UP, week, address) < chance:
                needs.stage[row] = NEED_EXPIRED
                needs.closed[row] = week
                given_up += 1
                continue
            queue[kept] = row
            kept += 1
            if not needs.matched[row] and not needs.urgent[row]:
                unmatched[domain] += 1
        elif needs.stage[row] == NEED_CLOSED:
            closed_by[needs.server[row]] += 1
            waits[min(week - int(needs.born[row]), WAIT_BINS - 1)] += 1
            if needs.urgent[row]:
                urgent[0] += 1
                urgent[1] += int(
                    needs.started[row] and needs.first_service[row] - needs.found[row] <= 1
                )
                urgent[2] += int(needs.providers[row] >= p.joint)
            if needs.server[row] == BY_PARTNER and needs.matched[row]:
                partner = needs.partner[row]
                if running[partner, domain]:
                    projects.served[latest[partner, domain]] += 1
    return kept, given_up


@loop
def count_cohort(
    needs: NeedRows, first: Any, last: Any, groups: Any, masks: Any, born: Any, met: Any
) -> None:
    """Count needs of the rows from `first` up to `last` by group of their owner, all and closed."""
    born[:] = 0
    met[:] = 0
    for row in range(first, last):
        bits = int(groups[needs.owner[row]])
        for group in range(len(masks)):
            if masks[group] == 0 or bits & masks[group]:
                born[group] += 1
                met[group] += int(needs.stage[row] == NEED_CLOSED)


@loop
def spend(
    queue: Any,
    count: Any,
    needs: NeedRows,
    residents: Residents,
    partners: PartnerRows,
    inside: Any,
    volunteers: Any,
    offered: Any,
    hours: Any,
    p: Service,
    p_place: place.Place,
    scale: Any,
    facility_open: Any,
    barrier: Any,
    week: Any,
    seed: Any,
) -> Any:
    """List the week's hours, spend them on the queue, and account for them.

    Returns the hours that the facility had and still has, all domains together.
    """
    had = list_hours(inside, volunteers, partners.hours_left, p, scale, facility_open, hours)
    serve_queue(
        queue,
        count,
        needs,
        residents,
        partners,
        hours,
        p,
        p_place,
        facility_open,
        barrier,
        week,
        seed,
    )
    account_hours(partners, offered, hours)
    left = np.float64(0)
    for domain in range(DOMAIN_COUNT):
        left += hours[domain]
    return had, left


# --- Moments -------------------------------------------------------------------------------------


def open_week(community: Community) -> None:
    """Remember where this week's needs begin."""
    state: State = community.state.service
    state.first_row[community.week % len(state.first_row)] = community.needs.count


def enqueue(state: State, rows: Any) -> None:
    """Append rows of needs to the queue, in this order."""
    needed = state.queue_count + len(rows)
    if needed > len(state.queue):
        larger = np.zeros(max(needed, 2 * len(state.queue)), np.int64)
        larger[: state.queue_count] = state.queue[: state.queue_count]
        state.queue = larger
    state.queue[state.queue_count : needed] = rows
    state.queue_count = needed


def triage(community: Community) -> None:
    """Take found needs into the queue and match them: urgent ones at once, others as the week allows."""
    state: State = community.state.service
    p, found = community.numbers.service, community.state.needs
    enqueue(state, found.newly_found[: found.newly_found_count])
    platform = community.active("regional_party_building")
    meeting = community.state.regional_party_building
    quality = meeting.list_quality if platform else np.full(DOMAIN_COUNT, p.single_ask, np.float32)
    state.matched = match(
        state.queue,
        state.queue_count,
        community.needs.rows,
        community.partners,
        community.state.partners.participates,
        quality,
        state.chance,
        state.weight,
        platform and meeting.held,
        platform,
        p.single_ask,
        community.week,
        community.seed,
    )


def serve(community: Community) -> None:
    """Spend the week's hours of everybody on the queue."""
    partner_rules.offer_hours(community, market_free(community))
    spend_hours(community)


def market_free(community: Community) -> Any:
    """Return the share of a market operator's hours that it can offer this week (M4)."""
    if community.active("co_operation"):
        return np.float32(1)
    return community.numbers.co_operation.free_share


def attention_of(agenda: Agenda, usual: Any) -> Any:
    """Return the shares of the staff's hours by domain: the usual ones, swayed by what was voiced."""
    if not len(agenda.shares):
        return usual
    shares = zip(usual, agenda.shares, strict=True)
    return tuple(guided(agenda.sway, attention, share) for attention, share in shares)


def spend_hours(community: Community) -> None:
    """Spend the hours that partners offer, and those of everybody else, on the queue."""
    state: State = community.state.service
    numbers, participation = community.numbers, community.state.participation
    attention = attention_of(community.agenda, numbers.service.attention)
    offered, left = spend(
        state.queue,
        state.queue_count,
        community.needs.rows,
        community.residents,
        community.partners,
        community.state.co_building.hours,
        participation.volunteer_hours,
        community.state.partners.offered,
        state.hours,
        numbers.service._replace(attention=attention),
        numbers.place,
        community.extent,
        bool(community.facility_open),
        numbers.co_operation.fee_barrier if community.active("co_operation") else np.float32(0),
        community.week,
        community.seed,
    )
    state.facility_offered, state.facility_left = float(offered), float(left)
    participation.volunteer_hours = state.hours[VOLUNTEERS_AT]


def renew(community: Community) -> None:
    """Count what was closed this week and drop it from the queue."""
    state: State = community.state.service
    kept, given_up = tally(
        state.queue,
        state.queue_count,
        community.needs.rows,
        community.projects.rows,
        community.state.projects.running,
        community.state.projects.latest,
        community.numbers.service,
        community.week,
        community.seed,
        state.closed_by,
        state.waits[community.week % WINDOW],
        state.urgent,
        state.unmatched,
    )
    state.queue_count, state.given_up = int(kept), int(given_up)


@loop
def quantile_of(counts: Any, share: Any) -> Any:
    """Return the smallest number of weeks within which a share of the counted cases lies; 0 of none."""
    total = counts.sum()
    within, weeks = 0, -1
    while total and (weeks < 0 or within < share * total):
        weeks += 1
        within += counts[weeks]
    return max(weeks, 0)


@loop
def usual_waits(waits: Any) -> Any:
    """Return the median and the ninth decile of weeks waited, of all weeks of the window together."""
    counts = np.zeros(waits.shape[1], np.int64)
    for week in range(len(waits)):
        for weeks in range(len(counts)):
            counts[weeks] += waits[week, weeks]
    return quantile_of(counts, MEDIAN), quantile_of(counts, NINTH_DECILE)


@loop
def look_back(needs: NeedRows, first: Any, last: Any, groups: Any, waits: Any, cohort: Any) -> Any:
    """Count a cohort, all and closed, by group; return the median and ninth decile of weeks waited."""
    count_cohort(needs, first, last, groups, COHORT_MASKS, cohort[0], cohort[1])
    return usual_waits(waits)


CLOSED_BY = tuple(f"needs_closed_by_{server}" for server in SERVERS)
MET_SHARE = ("needs_met_share", *(f"needs_met_share_{group}" for group in COHORT_GROUPS[1:]))
COHORT_ARISEN = tuple(f"cohort_arisen_{group}" for group in COHORT_GROUPS)
COHORT_MET = tuple(f"cohort_met_{group}" for group in COHORT_GROUPS)


def _group_zh(group: str) -> str:
    return "全体居民" if group == "all" else zh(f"GROUPS.{group}")


RECORDS = {
    **{
        name: outcome("needs", "sum", scaled=True).means(
            f"needs met by {server}", f"由{zh(f'SERVERS.{server}')}满足的需求"
        )
        for name, server in zip(CLOSED_BY, SERVERS, strict=True)
    },
    "needs_closed": outcome("needs", "sum", recorded=True, scaled=True).means(
        "needs met", "得到满足的需求"
    ),
    "needs_given_up": outcome("needs", "sum", scaled=True).means(
        "needs found, never served, and given up", "已发现、从未得到服务而被放弃的需求"
    ),
    "needs_matched": outcome("needs", "sum", recorded=True, scaled=True).means(
        "needs matched with a partner", "与合伙人对接的需求"
    ),
    "needs_open": outcome("needs", "last", recorded=True, scaled=True).means(
        "needs found and not yet met", "已发现而尚未满足的需求"
    ),
    "needs_unmatched": outcome("needs", "last", recorded=True, scaled=True).means(
        "ordinary needs found, and without a partner", "已发现而没有合伙人的一般需求"
    ),
    "need_wait_median": outcome("weeks", "mean").means(
        "weeks from birth to closure, of needs closed within 13 weeks: the median",
        "近 13 周满足的需求从产生到满足的中位周数",
    ),
    "need_wait_p90": outcome("weeks", "mean").means(
        "weeks from birth to closure, of nine in ten needs closed within 13 weeks",
        "近 13 周满足的需求中九成不超过的周数",
    ),
    "urgent_closed": outcome("needs", "sum", scaled=True).means(
        "urgent needs met", "得到满足的紧急需求"
    ),
    "urgent_prompt": outcome("needs", "sum", scaled=True).means(
        "urgent needs met that were first served within a week of being found",
        "发现后一周内即得到服务的紧急需求",
    ),
    "urgent_joint": outcome("needs", "sum", scaled=True).means(
        "urgent needs met that three providers or more served", "三个以上服务方联合服务的紧急需求"
    ),
    "facility_use": outcome("share of hours", "mean").means(
        "share of the hours of the complex (before it opens: of providers outside) that were used",
        "综合体（开放前为外部机构）工时的使用比例",
    ),
    "needs_met_share": outcome("share of needs", "mean").means(
        "share of the needs that arose 12 weeks ago that are met by now",
        "12 周前产生的需求中已满足的比例",
    ),
    **{
        f"needs_met_share_{group}": outcome("share of needs", "mean").means(
            f"share of the needs that arose 12 weeks ago that are met by now: {group.replace('_', '-')} residents",
            f"{zh(f'GROUPS.{group}')} 12 周前产生的需求中已满足的比例",
        )
        for group in COHORT_GROUPS[1:]
    },
    **{
        f"cohort_arisen_{group}": outcome("needs", "sum", scaled=True).means(
            f"needs that arose 12 weeks ago: {group.replace('_', '-')} residents",
            f"{_group_zh(group)} 12 周前产生的需求",
        )
        for group in COHORT_GROUPS
    },
    **{
        f"cohort_met_{group}": outcome("needs", "sum", scaled=True).means(
            f"needs that arose 12 weeks ago and are met by now: {group.replace('_', '-')} residents",
            f"{_group_zh(group)} 12 周前产生、现已满足的需求",
        )
        for group in COHORT_GROUPS
    },
}


def rows_of_cohort(community: Community) -> tuple[int, int]:
    """Return the first and one past the last row of needs that arose 12 weeks ago; none before."""
    opened, then = community.state.service.first_row, community.week - COHORT_AGE
    if then < 0:
        return 0, 0
    return opened.item(then % len(opened)), opened.item((then + 1) % len(opened))


def observe(community: Community) -> dict[str, float]:
    """Return the week's figures on needs and their service."""
    state: State = community.state.service
    cohort = np.empty((2, len(COHORT_GROUPS)), np.int64)
    median, ninth = look_back(
        community.needs.rows,
        *rows_of_cohort(community),
        community.residents.groups,
        state.waits,
        cohort,
    )
    used = state.facility_offered - state.facility_left
    closed = state.closed_by.tolist()
    born, met = cohort.tolist()
    shares = map(share, met, born)
    waited = bool(state.waits.any())
    return {
        **dict(zip(CLOSED_BY, closed, strict=True)),
        "needs_closed": float(sum(closed)),
        "needs_matched": float(state.matched),
        "needs_given_up": float(state.given_up),
        "needs_open": float(state.queue_count),
        "needs_unmatched": float(sum(state.unmatched.tolist())),
        "need_wait_median": float(median) if waited else NOTHING,
        "need_wait_p90": float(ninth) if waited else NOTHING,
        "urgent_closed": float(state.urgent[0]),
        "urgent_prompt": float(state.urgent[1]),
        "urgent_joint": float(state.urgent[2]),
        "facility_use": share(used, state.facility_offered),
        **dict(zip(MET_SHARE, shares, strict=True)),
        **dict(zip(COHORT_ARISEN, born, strict=True)),
        **dict(zip(COHORT_MET, met, strict=True)),
    }
