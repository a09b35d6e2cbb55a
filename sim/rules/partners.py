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

from sim.columns import (
    CANDIDATE,
    DOMAINS,
    FORMER_PARTNER,
    PARTNER,
    PARTNER_KINDS,
    YUAN,
    PartnerRows,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, switch, vector, whole
from sim.engine.randomness import decision, draw
from sim.engine.steps import each
from sim.records import outcome, share

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
        0.37, "share of partners", 0, 1, "assumption", "E7, T15", sweep=(0.37, 1)
    ).means(
        "that take part in the common work at all; the others are partners in name (15 of 41 carried out projects, if both counts have one date)",
        "真正参与共同工作的合伙人比例；其余为挂名合伙人",
    )
    customers: tuple[float, ...] = vector(
        _by_kind(1.0, 0.2, 0.8, 0.2), "log-odds", 0, 3, "assumption", "S12"
    ).means("weight b1 of customers, by kind of partner", "客源的权重 b1，按合伙人类型")
    visibility: tuple[float, ...] = vector(
        _by_kind(1.0, 0.5, 0.3, 0.5), "log-odds", 0, 3, "assumption", "S12"
    ).means(
        "weight b2 of being seen at a lively community, by kind of partner",
        "在活跃社区中被看见的权重 b2，按合伙人类型",
    )
    recognition: tuple[float, ...] = vector(
        _by_kind(0.4, 1.0, 0.5, 0.6), "log-odds", 0, 3, "assumption", "S12"
    ).means(
        "weight b3 of recognition for projects carried out, by kind of partner",
        "因完成项目受到认可的权重 b3，按合伙人类型",
    )
    space: tuple[float, ...] = vector(
        _by_kind(0.1, 0.2, 0.9, 0.5), "log-odds", 0, 3, "assumption", "E4"
    ).means(
        "weight b4 of space at low cost, by kind of partner", "低成本场地的权重 b4，按合伙人类型"
    )
    purchase: tuple[float, ...] = vector(
        _by_kind(0.1, 0.3, 0.1, 1.0), "log-odds", 0, 3, "assumption", "E5"
    ).means(
        "weight b5 of purchased services, by kind of partner", "购买服务的权重 b5，按合伙人类型"
    )
    mission: tuple[float, ...] = vector(
        _by_kind(0.3, 1.2, 0.4, 1.4), "log-odds", 0, 3, "assumption", "S12"
    ).means(
        "weight b6 of pursuing its mission with a committee it trusts, by kind of partner",
        "与可信的居委会一起实现宗旨的权重 b6，按合伙人类型",
    )
    load: tuple[float, ...] = vector(
        _by_kind(0.8, 0.8, 0.8, 0.8), "log-odds", 0, 3, "assumption", "S12"
    ).means(
        "weight c1 of having all offered hours used, by kind of partner",
        "所提供工时全部用尽的权重 c1，按合伙人类型",
    )
    delay: float = number(0.05, "log-odds per week", 0, 0.5, "assumption", "S12").means(
        "weight c2 of a week of decision delay", "决策时延每一周的权重 c2"
    )
    stock_cost: float = number(
        0.002, "log-odds per yuan per week", 0, 0.1, "assumption", "S12"
    ).means(
        "weight c3 of what goods for the exchange shop cost the partner itself",
        "合伙人自担兑换物品成本的权重 c3",
    )
    customers_half: float = number(5.0, "residents per week", 0.1, 1000, "assumption").means(
        "customers at which half of their full value is reached, before scaling",
        "客源价值达到一半时的顾客数，按比例缩放之前",
    )
    events_half: float = number(5.0, "events per week", 0.1, 100, "assumption", "F1").means(
        "events at which half of full visibility is reached", "能见度达到一半时的活动数"
    )
    projects_half: float = number(3.0, "projects", 0.1, 100, "assumption", "D2").means(
        "projects carried out at which half of full recognition is reached",
        "认可达到一半时已完成的项目数",
    )
    purchase_half: float = number(100.0, "yuan per week", 1, 10000, "assumption", "E5").means(
        "purchased services at which half of their full value is reached, before scaling",
        "购买服务价值达到一半时的金额，按比例缩放之前",
    )
    visibility_weight: float = number(0.1, "weight per week", 0.01, 1, "assumption").means(
        "of this week's events in the community's visibility", "本周活动在社区能见度中的权重"
    )
    commitment_weight: float = number(0.05, "weight per week", 0, 1, "assumption", "S12").means(
        "of this week's utility in a partner's commitment", "本周效用在合伙人投入程度中的权重"
    )
    exit: float = number(
        0.002, "per week", 0, 0.05, "assumption", "E48", sweep=(0.001, 0.007)
    ).means(
        "x0: hazard that a partner of middling commitment leaves",
        "投入程度居中的合伙人每周退出的概率 x0",
    )
    exit_slope: float = number(
        2.0, "log ratio per unit of commitment", 0, 6, "assumption", "S12"
    ).means(
        "how much a committed partner's hazard to leave is lower",
        "投入更高的合伙人退出概率更低的程度",
    )
    join: float = number(
        0.004, "per week", 0, 0.1, "calibrated", "E1, E48", sweep=(0.001, 0.0115)
    ).means(
        "j0: hazard that a candidate within reach joins, set so that 11 become 41 in two to three years",
        "可接触到的候选者每周加入的概率 j0（使 11 家在两三年内成为 41 家）",
    )
    recruit: float = number(1.0, "ratio", 0, 5, "assumption", "H1, H2", lever=True).means(
        "intensity of recruiting partners", "招募合伙人的力度"
    )
    recruit_cost: float = number(100.0, "yuan per week", 0, 5000, "assumption", "H1").means(
        "that recruiting costs at intensity 1", "力度为 1 时招募的费用"
    )
    social: float = number(1.0, "log ratio", 0, 4, "assumption", "S12").means(
        "beta_s: how much more readily candidates join once all others have",
        "其他候选者全部加入后更愿加入的程度 β_s",
    )
    delay_deters: float = number(0.05, "log ratio per week", 0, 0.5, "assumption", "S12").means(
        "beta_L: how much a week of decision delay deters candidates",
        "决策时延每一周使候选者却步的程度 β_L",
    )
    remote_reach: float = number(0.5, "ratio", 0, 1, "assumption", "A13, C2").means(
        "how well the regional platform reaches candidates who are no local unit, relative to local units; nobody else reaches them",
        "区域化党建平台触达非本地单位候选者的程度（相对于本地单位）；无其他途径",
    )
    hearsay: float = number(0.05, "weight per week", 0, 1, "assumption", "A23").means(
        "of the community's visibility in what a candidate within reach has heard of it",
        "社区能见度在候选者所闻中的权重",
    )
    locked: bool = switch(False, source="S12").means(
        "nobody joins and nobody leaves: the number of partners is held",
        "无人加入也无人退出：合伙人数保持不变",
    )
    trust_gain: float = number(0.15, "share of missing trust", 0, 1, "literature", "E45").means(
        "that a partner gains with each project carried out (small wins)",
        "合伙人每完成一个项目增加的信任（占尚缺部分的比例）",
    )
    train: float = number(
        0.01, "share of partners per week", 0, 0.25, "assumption", "H5", lever=True
    ).means("partners that enter training", "每周开始接受培训的合伙人比例")
    training_cost: float = number(800.0, "yuan per partner", 0, 20000, "assumption", "H5").means(
        "that one training costs the fund", "一次培训由基金支付的费用"
    )
    training_lag: int = whole(8, "weeks", 1, 52, "assumption", "H5").means(
        "until a training shows in the partner's work", "培训效果显现所需的时间"
    )
    training_gain: float = number(0.1, "share of what is missing", 0, 1, "assumption", "H5").means(
        "that a training adds to a partner's quality and to each ability that it has",
        "一次培训使合伙人质量与已有能力提升的程度（占尚缺部分的比例）",
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

    > (hours · commitment · quality · free + hours of running projects + hours bought by the fund) · s,
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
    """Utility of being a partner, in log-odds (S12); all values 0 to 1 but delay and cost.

    > U = b_1 customers + b_2 visibility + b_3 recognition + b_4 space + b_5 purchased services + b_6 trust − c_1 load − c_2 L − c_3 cost of stock.
    """
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
    return numerics.toward(commitment, numerics.logistic(value), p.commitment_weight)


@rule
def exit_hazard(p: Partners, commitment: Any) -> Any:
    """Hazard per week that a partner leaves.

    > hazard of leaving = x0 · e^{−slope (commitment − .5)},
    """
    return p.exit * numerics.exp(-p.exit_slope * (commitment - 0.5))


@rule
def join_hazard(p: Partners, reach: Any, heard: Any, share_joined: Any, delay: Any) -> Any:
    """Hazard per week that a candidate joins.

    `reach` is 1 for a local unit; `heard` is what it has heard of the practice, 0 to 1.

    > hazard of joining = j0 · recruiting · reach · exp(heard + β_s · share that joined − β_L · L).
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
    r.exposure = numerics.toward(r.exposure, max(week.visibility, r.exposure), p.hearsay * reach)
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
def look_over(
    partners: PartnerRows, participates: Any, offered: Any, idle_weeks: Any, able: Any
) -> Any:
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
    events = np.float32(community.state.events.held)
    state.visibility = numerics.toward(
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
    "partners": outcome("partners", "last", recorded=True).means(
        "partners at the end of the week", "周末的合伙人数"
    ),
    "partners_active": outcome("share of partners", "last").means(
        "share of partners whose hours were used within the last 13 weeks",
        "近 13 周工时被使用的合伙人比例",
    ),
    "partners_joined": outcome("partners", "sum", recorded=True).means(
        "partners who joined", "加入的合伙人"
    ),
    "partners_left": outcome("partners", "sum", recorded=True).means(
        "partners who left", "退出的合伙人"
    ),
    "partner_commitment": outcome("0-1", "mean").means(
        "mean commitment of partners", "合伙人的平均投入程度"
    ),
    "partner_trust": outcome("0-1", "mean").means(
        "mean trust of partners in the committee", "合伙人对居委会的平均信任"
    ),
    "partner_load": outcome("share of hours", "mean").means(
        "share of partners' offered hours that were used", "合伙人提供的工时中被使用的比例"
    ),
    "partner_quality": outcome("0-1", "mean").means(
        "mean quality of partners' service", "合伙人服务的平均质量"
    ),
    "partner_domains": outcome("domains", "mean").means(
        "domains in which some partner taking part is at least half able",
        "有实际参与的合伙人至少半数胜任的领域数",
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
