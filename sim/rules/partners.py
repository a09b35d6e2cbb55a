"""Partners: what keeps them committed, what makes them leave, what makes others join (S12).

A partner weighs once a week what the practice gives it - customers, visibility, recognition,
space, purchased services, its mission - against what it costs: load, slow decisions, goods for
the exchange shop. Commitment follows that utility slowly; the chance to leave follows commitment.
Candidates who hear of the practice may join. Equation S12 of docs/odd.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import numerics
from sim.columns import CANDIDATE, DOMAINS, FORMER_PARTNER, PARTNER, PARTNER_KINDS, YUAN
from sim.columns import Partners as PartnerRows
from sim.compiled import loop, rule
from sim.declare import number, switch, vector, whole
from sim.randomness import decision, draw
from sim.records import outcome, share
from sim.steps import each

if TYPE_CHECKING:
    from sim.incentives.exchange import Exchange
    from sim.mechanisms import co_operation
    from sim.model import Community
    from sim.rules import projects

PARTICIPATES = decision("partners.participates")
TRAINED = decision("partners.trained")
LEAVES = decision("partners.leaves")
JOINS = decision("partners.joins")

ACTIVE_WEEKS = 13
IDLE_CEILING = 520


def _by_kind(*values: float) -> dict[str, float]:
    return dict(zip(PARTNER_KINDS, values, strict=True))


class Partners(NamedTuple):
    """What partners weigh, how they are trained, and how they come and go."""

    active_share: float = number(
        0.37,
        unit="share of partners",
        low=0,
        high=1,
        evidence="fact",
        source="E7, T15",
        meaning="that take part in the common work at all; the others are partners in name (15 of 41 carried out projects, if both counts have one date)",
        sweep=(0.37, 1),
    )
    customers: tuple[float, ...] = vector(
        _by_kind(1.0, 0.2, 0.8, 0.2),
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="S12",
        meaning="weight b1 of customers, by kind of partner",
    )
    visibility: tuple[float, ...] = vector(
        _by_kind(1.0, 0.5, 0.3, 0.5),
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="S12",
        meaning="weight b2 of being seen at a lively community, by kind of partner",
    )
    recognition: tuple[float, ...] = vector(
        _by_kind(0.4, 1.0, 0.5, 0.6),
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="S12",
        meaning="weight b3 of recognition for projects carried out, by kind of partner",
    )
    space: tuple[float, ...] = vector(
        _by_kind(0.1, 0.2, 0.9, 0.5),
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="E4",
        meaning="weight b4 of space at low cost, by kind of partner",
    )
    purchase: tuple[float, ...] = vector(
        _by_kind(0.1, 0.3, 0.1, 1.0),
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="E5",
        meaning="weight b5 of purchased services, by kind of partner",
    )
    mission: tuple[float, ...] = vector(
        _by_kind(0.3, 1.2, 0.4, 1.4),
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="S12",
        meaning="weight b6 of pursuing its mission with a committee it trusts, by kind of partner",
    )
    load: tuple[float, ...] = vector(
        _by_kind(0.8, 0.8, 0.8, 0.8),
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="S12",
        meaning="weight c1 of having all offered hours used, by kind of partner",
    )
    delay: float = number(
        0.05,
        unit="log-odds per week",
        low=0,
        high=0.5,
        evidence="assumption",
        source="S12",
        meaning="weight c2 of a week of decision delay",
    )
    stock_cost: float = number(
        0.002,
        unit="log-odds per yuan per week",
        low=0,
        high=0.1,
        evidence="assumption",
        source="S12",
        meaning="weight c3 of what goods for the exchange shop cost the partner itself",
    )
    customers_half: float = number(
        5.0,
        unit="residents per week",
        low=0.1,
        high=1000,
        evidence="assumption",
        meaning="customers at which half of their full value is reached, before scaling",
    )
    events_half: float = number(
        5.0,
        unit="events per week",
        low=0.1,
        high=100,
        evidence="assumption",
        source="F1",
        meaning="events at which half of full visibility is reached",
    )
    projects_half: float = number(
        3.0,
        unit="projects",
        low=0.1,
        high=100,
        evidence="assumption",
        source="D2",
        meaning="projects carried out at which half of full recognition is reached",
    )
    purchase_half: float = number(
        100.0,
        unit="yuan per week",
        low=1,
        high=10000,
        evidence="assumption",
        source="E5",
        meaning="purchased services at which half of their full value is reached, before scaling",
    )
    visibility_weight: float = number(
        0.1,
        unit="weight per week",
        low=0.01,
        high=1,
        evidence="assumption",
        meaning="of this week's events in the community's visibility",
    )
    commitment_weight: float = number(
        0.05,
        unit="weight per week",
        low=0,
        high=1,
        evidence="assumption",
        source="S12",
        meaning="of this week's utility in a partner's commitment",
    )
    exit: float = number(
        0.002,
        unit="per week",
        low=0,
        high=0.05,
        evidence="assumption",
        source="E48",
        meaning="x0: hazard that a partner of middling commitment leaves",
        sweep=(0.001, 0.007),
    )
    exit_slope: float = number(
        2.0,
        unit="log ratio per unit of commitment",
        low=0,
        high=6,
        evidence="assumption",
        source="S12",
        meaning="how much a committed partner's hazard to leave is lower",
    )
    join: float = number(
        0.004,
        unit="per week",
        low=0,
        high=0.1,
        evidence="calibrated",
        source="E1, E48",
        meaning="j0: hazard that a candidate within reach joins, set so that 11 become 41 in two to three years",
        sweep=(0.001, 0.0115),
    )
    recruit: float = number(
        1.0,
        unit="ratio",
        low=0,
        high=5,
        evidence="assumption",
        source="H1, H2",
        lever=True,
        meaning="intensity of recruiting partners",
    )
    recruit_cost: float = number(
        100.0,
        unit="yuan per week",
        low=0,
        high=5000,
        evidence="assumption",
        source="H1",
        meaning="that recruiting costs at intensity 1",
    )
    social: float = number(
        1.0,
        unit="log ratio",
        low=0,
        high=4,
        evidence="assumption",
        source="S12",
        meaning="beta_s: how much more readily candidates join once all others have",
    )
    delay_deters: float = number(
        0.05,
        unit="log ratio per week",
        low=0,
        high=0.5,
        evidence="assumption",
        source="S12",
        meaning="beta_L: how much a week of decision delay deters candidates",
    )
    remote_reach: float = number(
        0.5,
        unit="ratio",
        low=0,
        high=1,
        evidence="assumption",
        source="A13, C2",
        meaning="how well the regional platform reaches candidates who are no local unit, relative to local units; nobody else reaches them",
    )
    hearsay: float = number(
        0.05,
        unit="weight per week",
        low=0,
        high=1,
        evidence="assumption",
        source="A23",
        meaning="of the community's visibility in what a candidate within reach has heard of it",
    )
    locked: bool = switch(
        False,
        source="S12",
        meaning="nobody joins and nobody leaves: the number of partners is held",
    )
    trust_gain: float = number(
        0.15,
        unit="share of missing trust",
        low=0,
        high=1,
        evidence="literature",
        source="E45",
        meaning="that a partner gains with each project carried out (small wins)",
    )
    train: float = number(
        0.01,
        unit="share of partners per week",
        low=0,
        high=0.25,
        evidence="assumption",
        source="H5",
        lever=True,
        meaning="partners that enter training",
    )
    training_cost: float = number(
        800.0,
        unit="yuan per partner",
        low=0,
        high=20000,
        evidence="assumption",
        source="H5",
        meaning="that one training costs the fund",
    )
    training_lag: int = whole(
        8,
        unit="weeks",
        low=1,
        high=52,
        evidence="assumption",
        source="H5",
        meaning="until a training shows in the partner's work",
    )
    training_gain: float = number(
        0.1,
        unit="share of what is missing",
        low=0,
        high=1,
        evidence="assumption",
        source="H5",
        meaning="that a training adds to a partner's quality and to each ability that it has",
    )


@dataclass
class State:
    """What partners remember from week to week, and what happened this week.

    Attributes:
        participates: bool[partner], takes part in the common work.
        offered: float32[partner], hours offered this week.
        idle_weeks: int32[partner], weeks since an hour of its was last used.
        training: bool[partner], is in training; `trained_at`: int32[partner], week it shows.
        stock_value: float32[partner], yuan per week of goods at full commitment.
        visibility: float32, of the community, 0 to 1.
        joined, left, entered_training: this week.
    """

    participates: Any
    offered: Any
    idle_weeks: Any
    training: Any
    trained_at: Any
    stock_value: Any
    visibility: Any
    joined: int
    left: int
    entered_training: int


def begin(community: Community) -> State:
    """Draw which partners take part in the common work; nobody is in training."""
    partners, p = community.partners, community.numbers.partners
    rows = len(partners.stage)
    state = State(
        participates=np.zeros(rows, np.bool_),
        offered=np.zeros(rows, np.float32),
        idle_weeks=np.full(rows, IDLE_CEILING, np.int32),
        training=np.zeros(rows, np.bool_),
        trained_at=np.zeros(rows, np.int32),
        stock_value=(partners.stock_per_week @ np.array(community.numbers.exchange.cost)).astype(
            np.float32
        ),
        visibility=np.float32(0),
        joined=0,
        left=0,
        entered_training=0,
    )
    choose_participants(state.participates, p, community.seed)
    return state


@rule
def toward(before: Any, now: Any, weight: Any) -> Any:
    """Exponentially weighted mean: the old value moved towards the new one."""
    return before + weight * (now - before)


@rule
def saturating(amount: Any, half: Any) -> Any:
    """A value that grows from 0 towards 1 and is one half at `half`, which is positive."""
    return numerics.ratio(amount, amount + half)


@rule
def improved(before: Any, gain: Any) -> Any:
    """A quality between 0 and 1 after a share `gain` of what it lacked is added."""
    return min(before + gain * (1.0 - before), 1.0)


@rule
def takes_part(p: Partners, chance: Any) -> Any:
    """Whether a partner takes part in the common work, given its draw."""
    return chance < p.active_share


@rule
def hours_offered(
    weekly: Any, commitment: Any, quality: Any, project: Any, bought: Any, free: Any, scale: Any
) -> Any:
    """Hours a partner offers this week (S4): own, for running projects, and bought from it.

    Own hours count by commitment and quality, and by the share `free` it can offer without being
    allowed to take fees.
    """
    own = weekly * commitment * quality * free
    return (own + project + bought) * scale


@rule
def load_of(used: Any, offered: Any) -> Any:
    """Share of the offered hours that was used, 0 where none was offered."""
    return numerics.ratio(used, offered) if offered > 0.0 else 0.0


@rule
def own_stock_cost(value: Any, commitment: Any, subsidy: Any) -> Any:
    """Yuan per week of goods for the exchange shop that the partner itself bears."""
    return (1.0 - subsidy) * value * commitment


@rule
def utility(
    r: PartnerRows,
    p: Partners,
    customers: Any,
    visibility: Any,
    purchase: Any,
    load: Any,
    delay: Any,
    stock_cost: Any,
) -> Any:
    """Utility of being a partner, in log-odds (S12); all values 0 to 1 but delay and cost."""
    recognition = saturating(np.float32(r.projects), p.projects_half)
    return (
        p.customers[r.kind] * customers
        + p.visibility[r.kind] * visibility
        + p.recognition[r.kind] * recognition
        + (p.space[r.kind] if r.space else 0.0)
        + p.purchase[r.kind] * purchase
        + p.mission[r.kind] * r.trust
        - p.load[r.kind] * load
        - p.delay * delay
        - p.stock_cost * stock_cost
    )


@rule
def commitment_after(p: Partners, commitment: Any, value: Any) -> Any:
    """Commitment after a week of this utility; it follows slowly."""
    return toward(commitment, numerics.logistic(value), p.commitment_weight)


@rule
def exit_hazard(p: Partners, commitment: Any) -> Any:
    """Hazard per week that a partner leaves."""
    return p.exit * numerics.exp(-p.exit_slope * (commitment - 0.5))


@rule
def join_hazard(p: Partners, reach: Any, heard: Any, share_joined: Any, delay: Any) -> Any:
    """Hazard per week that a candidate joins.

    `reach` is 1 for a local unit; `heard` is what it has heard of the practice, 0 to 1.
    """
    appeal = heard + p.social * share_joined - p.delay_deters * delay
    return p.join * p.recruit * reach * numerics.exp(appeal)


@rule
def happens(hazard: Any, chance: Any) -> Any:
    """Whether an event of this weekly hazard happens, given its draw."""
    return chance < 1.0 - numerics.exp(-hazard)


@rule
def is_half_able(ability: Any) -> Any:
    """Whether a partner is at least half able in a domain."""
    return ability >= 0.5


@rule
def share_of(part: Any, whole_count: Any) -> Any:
    """Part of a whole, 0 where the whole is empty."""
    return numerics.ratio(part, whole_count) if whole_count > 0.0 else 0.0


@loop
def choose_participants(participates: Any, p: Partners, seed: Any) -> None:
    """Draw, once for the run, who would take part in the common work as a partner."""
    for row in range(len(participates)):
        participates[row] = takes_part(p, draw(seed, PARTICIPATES, 0, row))


@each(PartnerRows)
def offer_hours(
    r: PartnerRows,
    week: State,
    projects: projects.State,
    trade: co_operation.State,
    now: Community,
    market_free: Any,
) -> None:
    """Offer this week's hours; none is used yet (S4).

    `market_free` is the share of a market operator's hours that it can offer.
    """
    offered = 0.0
    if r.stage == PARTNER and week.participates[r.row]:
        offered = hours_offered(
            r.weekly_hours,
            r.commitment,
            r.quality,
            projects.hours[r.row],
            trade.bought[r.row],
            market_free if r.market else 1.0,
            now.extent,
        )
    week.offered[r.row] = offered
    r.hours_left = offered
    r.hours_used = 0.0
    r.customers = 0


@each(PartnerRows)
def weigh_partnership(
    r: PartnerRows,
    p: Partners,
    p_exchange: Exchange,
    week: State,
    projects: projects.State,
    trade: co_operation.State,
    now: Community,
) -> None:
    """Weigh what the week gave against what it cost; commitment follows (S12)."""
    if r.stage != PARTNER:
        return
    r.utility = utility(
        r,
        p,
        saturating(np.float32(r.customers), p.customers_half * now.extent),
        week.visibility,
        saturating(trade.purchase[r.row], p.purchase_half),
        load_of(r.hours_used, week.offered[r.row]),
        projects.delay,
        own_stock_cost(week.stock_value[r.row], r.commitment, p_exchange.subsidy),
    )
    r.commitment = commitment_after(p, r.commitment, r.utility)
    r.weeks_in += 1
    idle = min(week.idle_weeks[r.row] + 1, IDLE_CEILING)
    week.idle_weeks[r.row] = 0 if r.hours_used > 0.0 else idle


@each(PartnerRows)
def train(r: PartnerRows, p: Partners, week: State, now: Community, share: Any) -> Any:
    """Finish a training or begin one; return whether one begins (S12).

    `share` is the chance that a partner not in training enters it this week.
    """
    if r.stage != PARTNER:
        return False
    if week.training[r.row]:
        if now.week >= week.trained_at[r.row]:
            week.training[r.row] = False
            r.quality = improved(r.quality, p.training_gain)
            for domain in range(len(DOMAINS)):
                if r.ability[domain] > 0.0:
                    r.ability[domain] = improved(r.ability[domain], p.training_gain)
        return False
    begins = draw(now.seed, TRAINED, now.week, r.row) < share
    if begins:
        week.training[r.row] = True
        week.trained_at[r.row] = now.week + p.training_lag
    return begins


@each(PartnerRows)
def leave(r: PartnerRows, p: Partners, now: Community) -> Any:
    """Leave the practice for good, or stay; return whether it leaves (S12)."""
    leaves = r.stage == PARTNER and happens(
        exit_hazard(p, r.commitment), draw(now.seed, LEAVES, now.week, r.row)
    )
    if leaves:
        r.stage = FORMER_PARTNER
        r.left = now.week
    return leaves


@each(PartnerRows)
def join(
    r: PartnerRows,
    p: Partners,
    week: State,
    projects: projects.State,
    now: Community,
    share_joined: Any,
    reach_of_others: Any,
) -> Any:
    """Hear of the practice and join it, or not; return whether it joins (S12).

    `share_joined` is the share of partners among partners and candidates, `reach_of_others` how
    well the practice reaches candidates who are no local unit. Who left does not come back.
    """
    if r.stage != CANDIDATE:
        return False
    reach = 1.0 if r.local else reach_of_others
    r.exposure = toward(r.exposure, max(week.visibility, r.exposure), p.hearsay * reach)
    hazard = join_hazard(p, reach, r.exposure, share_joined, projects.delay)
    joins = happens(hazard, draw(now.seed, JOINS, now.week, r.row))
    if joins:
        r.stage = PARTNER
        r.joined = now.week
        r.weeks_in = 0
        week.idle_weeks[r.row] = IDLE_CEILING
    return joins


@loop
def share_of_joined(stage: Any) -> Any:
    """Return the share of partners among partners and candidates."""
    joined, known = 0, 0
    for row in range(len(stage)):
        joined += int(stage[row] == PARTNER)
        known += int(stage[row] != FORMER_PARTNER)
    return share_of(np.float32(joined), np.float32(known))


@loop
def look_over(partners: Any, participates: Any, offered: Any, idle_weeks: Any, able: Any) -> Any:
    """Mark in `able` the domains in which some partner taking part is at least half able.

    Returns how many partners there are and how many are active, then sums: of the hours offered
    and used, and of partners' commitment, trust and quality.
    """
    able[:] = False
    count, active = 0, 0
    hours = used = commitment = trust = quality = np.float64(0)
    for row in range(len(partners.stage)):
        hours += offered[row]
        used += partners.hours_used[row]
        if partners.stage[row] != PARTNER:
            continue
        count += 1
        active += int(idle_weeks[row] < ACTIVE_WEEKS)
        commitment += partners.commitment[row]
        trust += partners.trust[row]
        quality += partners.quality[row]
        for domain in range(len(able)):
            if participates[row] and is_half_able(partners.ability[row, domain]):
                able[domain] = True
    return count, active, hours, used, commitment, trust, quality


def present(community: Community) -> int:
    """Return how many partners there are."""
    return int(np.count_nonzero(community.partners.stage == PARTNER))


def renew(community: Community) -> None:
    """Let partners weigh the week, train, leave and join; who joins now cannot leave in this week."""
    state, p = community.state.partners, community.numbers.partners
    be_seen(community)
    weigh_partnership(community)
    state.entered_training = state.joined = state.left = 0
    if community.programme_week < 0:
        return
    state.entered_training = train(community, p.train * community.accounts.funding)
    if p.locked:
        return
    share_joined = share_of_joined(community.partners.stage)
    state.left = leave(community)
    state.joined = join(community, share_joined, reach_of_others(community))


def be_seen(community: Community) -> None:
    """Let this week's events make the community more visible, or their absence less."""
    state, p = community.state.partners, community.numbers.partners
    events = np.float32(community.state.participation.events_count)
    state.visibility = toward(
        state.visibility, saturating(events, p.events_half), p.visibility_weight
    )


def reach_of_others(community: Community) -> Any:
    """Return how well the practice reaches candidates who are no local unit: by P1 or not at all."""
    platform = community.active("regional_party_building")
    return community.numbers.partners.remote_reach if platform else np.float32(0)


def settle(community: Community) -> None:
    """Pay for training and for recruiting."""
    if community.programme_week < 0:
        return
    state, p, accounts = community.state.partners, community.numbers.partners, community.accounts
    if state.entered_training:
        each = round(float(p.training_cost * community.extent) * YUAN)
        accounts.transfer("fund", "outside", each * state.entered_training, "training")
    if not p.locked:
        weekly = p.recruit_cost * p.recruit * community.extent * accounts.funding
        accounts.transfer("fund", "outside", round(float(weekly) * YUAN), "recruitment")


RECORDS = {
    "partners": outcome(
        unit="partners", meaning="at the end of the week", over_time="last", recorded=True
    ),
    "partners_active": outcome(
        unit="share of partners",
        meaning="whose hours were used within the last 13 weeks",
        over_time="last",
    ),
    "partners_joined": outcome(
        unit="partners", meaning="joined this week", over_time="sum", recorded=True
    ),
    "partners_left": outcome(
        unit="partners", meaning="left this week", over_time="sum", recorded=True
    ),
    "partner_commitment": outcome(
        unit="0-1", meaning="mean commitment of partners", over_time="mean"
    ),
    "partner_trust": outcome(
        unit="0-1", meaning="mean trust of partners in the committee", over_time="mean"
    ),
    "partner_load": outcome(
        unit="share of hours", meaning="of partners' offered hours that were used", over_time="mean"
    ),
    "partner_quality": outcome(
        unit="0-1", meaning="mean quality of partners' service", over_time="mean"
    ),
    "partner_domains": outcome(
        unit="domains",
        meaning="in which some partner taking part is at least half able",
        over_time="mean",
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the week's figures on partners."""
    state, partners = community.state.partners, community.partners
    able = np.empty(partners.ability.shape[1], np.bool_)
    count, active, offered, used, commitment, trust, quality = look_over(
        partners, state.participates, state.offered, state.idle_weeks, able
    )
    return {
        "partners": float(count),
        "partners_active": share(active, count),
        "partners_joined": float(state.joined),
        "partners_left": float(state.left),
        "partner_commitment": share(float(commitment), count),
        "partner_trust": share(float(trust), count),
        "partner_load": share(float(used), float(offered)),
        "partner_quality": share(float(quality), count),
        "partner_domains": float(np.count_nonzero(able)),
    }
