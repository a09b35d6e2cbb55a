"""Volunteer points: earned, valued, redeemed, lapsed (equation S7 of docs/odd.md).

Two things are called decay, and they are kept apart. *Balance decay* is a policy: points lapse
after a window, by a weekly share, or when a quarter or a year ends. *Effect decay*, the weakening
of the incentive, is nowhere in this file: it may come out of what residents take for granted,
of satiation, of empty shelves, of rewards out of reach, or it may not come out at all.

The ledger is exact. Points are whole hundredths, and at any moment

    issued = redeemed + expired + outstanding,

where outstanding is the sum of all balances. A change of policy or of window in mid-run loses
nothing: a balance without dates becomes one lot dated the week before the change; a shorter window
lapses at once what is older than it; a longer one keeps every date; leaving a window drops the
dates and keeps the points. Dated points age on while the scheme rests.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    DELIBERATE,
    EVENT,
    MODE_COUNT,
    POINT,
    QUARTER_WEEKS,
    REPORT,
    VOLUNTEER,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import choice, number, start, switch, whole
from sim.engine.steps import each
from sim.incentives import exchange
from sim.incentives.exchange import IN_POINTS, LONGEST, UNIT, in_force
from sim.records import NOTHING, outcome, share, total
from sim.rules.participation import has_acted, was_asked

if TYPE_CHECKING:
    from sim.model import Community

POLICIES = ("none", "window", "exponential", "quarterly", "yearly")
NONE, WINDOW, EXPONENTIAL, QUARTERLY, YEARLY = 0, 1, 2, 3, 4
YEAR_WEEKS = 4 * QUARTER_WEEKS
WARNING_WEEKS = 4  # points that lapse within so many weeks are `expiring`


class Points(NamedTuple):
    """The earning table, the worth of a point, balance decay, and how residents respond.

    The published earning table is missing: every amount is an assumption to be edited.
    """

    on: bool = switch(True, source="C6").means("points are issued and redeemed", "发放并可兑换积分")
    starts: int = start().means("first week with points", "从项目第几周开始发放积分")
    standalone: bool = switch(False, source="C6").means(
        "points run without the Party-vanguard platform", "没有党员先锋平台时积分也运行"
    )
    # What an act earns.
    rate: float = number(1.0, "ratio", 0, 10, "assumption", "S7", lever=True).means(
        "by what the earning table is multiplied", "积分标准的倍数"
    )
    volunteer_points: float = number(
        1.0, "points per hour", 0, 20, "literature", "E34", lever=True
    ).means("for volunteering, patrols included", "志愿服务（含巡逻）每小时的积分")
    rewarded_hours: float = number(
        2.0, "hours per week", 0, 40, "literature", "E34", lever=True
    ).means("of volunteering that earn points at most", "每周最多计分的志愿工时")
    report_points: float = number(
        2.0, "points per report", 0, 50, "assumption", "S7, D3", lever=True
    ).means("for reporting a hazard, where safety is co-created", "平安共创下每次隐患上报的积分")
    deliberation_points: float = number(
        1.0, "points per round", 0, 50, "assumption", "S7, D1", lever=True
    ).means("for taking part in an asking round", "参加一轮议事协商的积分")
    attendance_points: float = number(
        0.0, "points per event", 0, 50, "assumption", "S7", lever=True
    ).means("for attending an event", "参加一场活动的积分")
    mediation_points: float = number(
        3.0, "points per case", 0, 50, "assumption", "S7, D6", lever=True
    ).means("for mediating a dispute", "调解一起纠纷的积分")
    endowment: float = number(0.0, "points", 0, 100, "literature", "E29", lever=True).means(
        "given once to each registered volunteer, at launch or on registration",
        "开始或登记时一次性给每位登记志愿者的积分",
    )
    # What a point is worth.
    point_value: float = number(1.5, "yuan per point", 0.5, 4, "literature", "E34").means(
        "what a point is worth to a resident", "一个积分对居民的价值"
    )
    reference_points: float = number(2.0, "points", 0.5, 20, "assumption", "S7").means(
        "of the reference act, two hours of volunteering at launch",
        "参照行动的积分：开始时两小时志愿服务",
    )
    reference_reward: float = number(3.0, "yuan", 0.5, 100, "assumption", "S7").means(
        "V_ref, worth of the reference act at launch, the unit of every reward",
        "开始时参照行动的价值 V_ref，一切奖励的单位",
    )
    horizon: float = number(52.0, "weeks", 4, 260, "assumption", "S7").means(
        "for which residents look ahead where points do not lapse", "积分不失效时居民的展望期"
    )
    present_bias: float = number(1.0, "ratio", 0.7, 1, "literature", "E33").means(
        "weight of a reward that today's balance does not yet pay; 1 is no bias",
        "今天的余额还买不起的奖励的权重；1 为无偏好",
    )
    offline_loss: float = number(0.3, "share", 0, 1, "assumption", "H1").means(
        "of a point's worth that residents without digital access lose to the trouble of earning and redeeming, unless there is an offline channel",
        "没有线下渠道时，不上网居民因赚取和兑换不便而损失的积分价值",
    )
    # How residents respond.
    strength: float = number(0.35, "log-odds", 0, 0.8, "literature", "E19, E20").means(
        "B_R, effect of the reference reward at launch", "开始时参照奖励的效果 B_R"
    )
    goal_gradient: float = number(0.2, "ratio", 0, 0.5, "literature", "E29").means(
        "by how much a reward counts for more just before the next good is paid",
        "临近下一件物品时奖励分量增加的程度",
    )
    reference_weight: float = number(0.5, "ratio", 0, 1, "literature", "E27").means(
        "chi, weight of the reward taken for granted", "已习以为常的奖励的权重 χ"
    )
    loss_aversion: float = number(1.5, "ratio", 1, 2.5, "literature", "E17").means(
        "by what a reward below the one taken for granted is multiplied",
        "低于习惯水平的奖励被放大的倍数",
    )
    expiry_pressure: float = number(0.1, "ratio of V_ref", 0, 0.5, "literature", "E30").means(
        "pi, urge to act while points are about to lapse and a reward is near",
        "积分将失效且奖励在望时的紧迫感 π",
    )
    pressure_acts: float = number(2.0, "reference acts", 0, 10, "assumption", "S7").means(
        "from the next reward at which lapsing points press",
        "离下一奖励多近时即将失效的积分会催人行动",
    )
    crowd_out: float = number(
        0.0, "motivation per reference reward", -0.02, 0.03, "literature", "E16, E21"
    ).means(
        "omega, intrinsic motivation lost by a rewarded act; negative is crowding in",
        "受奖励的行动损失的内在动机 ω；负值为动机挤入",
    )
    # How residents learn.
    adaptation: float = number(0.1, "share per receipt", 0.03, 0.3, "literature", "E27").means(
        "alpha, how fast a reward received is taken for granted", "得到的奖励变得习以为常的速度 α"
    )
    adaptation_offered: float = number(0.01, "share per ask", 0, 0.05, "assumption", "S7").means(
        "how fast a reward merely offered is taken for granted", "仅被提供的奖励变得习以为常的速度"
    )
    expectation_learning: float = number(
        0.03, "share per ask", 0.005, 0.2, "assumption", "S7"
    ).means(
        "weight of the latest week with a rewarded ask in the points that a resident expects to earn",
        "最近一次有奖邀请所在周在居民预期积分中的权重",
    )
    expected_points_initial: float = number(
        0.3, "points per week", 0.1, 0.5, "assumption", "S7"
    ).means(
        "what residents expect to earn at launch, an optimistic guess",
        "开始时居民预期每周赚得的积分（偏乐观）",
    )
    trust_learning: float = number(0.3, "share per request", 0.05, 1, "literature", "E35").means(
        "weight of the latest request in the belief that points can be redeemed",
        '最近一次兑换在"积分能兑"信念中的权重',
    )
    satiation_step: float = number(0.25, "index", 0, 2, "assumption", "S7").means(
        "satiation with the catalogue added by each good", "每件物品增加的餍足"
    )
    satiation_fading: float = number(0.97, "ratio per week", 0.8, 1, "assumption", "S7").means(
        "part of satiation that stays from week to week", "餍足每周保留的比例"
    )
    variety_relief: float = number(0.1, "ratio", 0, 1, "assumption", "S7").means(
        "part of satiation that a full catalogue takes away each week on top",
        "品种齐全时每周额外消减的餍足",
    )
    redemption_chance: float = number(0.25, "chance per week", 0.01, 1, "assumption", "S7").means(
        "that a resident who can pay a good goes to the shop", "付得起的居民每周去兑换站的概率"
    )
    # Balance decay.
    policy: int = choice("none", POLICIES, source="S7").means(
        "how balances decay: not, after a window, by a weekly share, each quarter or year",
        "积分余额衰减的方式：不衰减、按有效期、按周比例、每季或每年清零",
    )
    window: int = whole(
        26, "weeks", 4, 52, "assumption", "S7", lever=True, acts_if="policy=window"
    ).means(
        "that points stay valid, the week of issue included, under the window policy",
        "有效期方式下积分的有效周数（含发放当周）",
    )
    half_life: float = number(
        26.0, "weeks", 4, 104, "assumption", "S7", lever=True, acts_if="policy=exponential"
    ).means(
        "in which half of a balance lapses under the exponential policy",
        "指数衰减方式下积分余额减半所需的时间",
    )


@dataclass
class State:
    """The ledger and the dates of points.

    Attributes:
        lots: int32[window, resident], points by week of issue (week modulo window) under the
            window policy; no rows under any other.
        dated: the last week whose lots are settled.
        endowed: bool[resident], has had the endowment.
        issued, redeemed, expired: since the start, hundredths of a point.
        issued_now, redeemed_now, expired_now: this week, hundredths of a point.
    """

    lots: Any
    dated: int
    endowed: Any
    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    issued_now: int = 0
    redeemed_now: int = 0
    expired_now: int = 0


# --- Rules: what an act earns ----------------------------------------------------------------


@rule
def in_points(hundredths: Any) -> Any:
    """Points as a 32-bit float."""
    return np.float32(hundredths) / IN_POINTS


@rule
def whole_hundredths(points: Any) -> Any:
    """Points in whole hundredths, rounded half up."""
    return np.int32(np.floor(points * IN_POINTS + 0.5))


@rule
def points_offered(p: Points, mode: Any, safety: Any) -> Any:
    """Points of the earning table for one act of a mode, as a resident who is asked sees them.

    A report earns points only where safety is co-created (`safety`).
    """
    reporting = p.report_points if safety else 0.0
    volunteering = p.volunteer_points * p.rewarded_hours
    civic = volunteering if mode == VOLUNTEER else reporting
    social = p.attendance_points if mode == EVENT else p.deliberation_points
    return civic if mode in (VOLUNTEER, REPORT) else social


@rule
def points_for(r: Residents, p: Points, safety: Any) -> Any:
    """Points that a week's acts earn: the earning table times the rate.

    What other files of the model put down (mediation) counts as points of the table.
    """
    attendance = p.attendance_points if has_acted(r, EVENT) else 0.0
    volunteering = (
        p.volunteer_points * min(r.hours, p.rewarded_hours) if has_acted(r, VOLUNTEER) else 0.0
    )
    report = p.report_points if has_acted(r, REPORT) and safety else 0.0
    deliberation = p.deliberation_points if has_acted(r, DELIBERATE) else 0.0
    return p.rate * (attendance + volunteering + report + deliberation + in_points(r.earned))


# --- Rules: what it is worth -----------------------------------------------------------------


@rule
def mean_life(p: Points) -> Any:
    """Weeks that a point lives under the window and the exponential policy."""
    half_lives = numerics.ratio(p.half_life, numerics.log(2.0))
    return np.float32(p.window) if p.policy == WINDOW else half_lives


@rule
def look_ahead(p: Points, until_reset: Any) -> Any:
    """Weeks L for which points earned now can be saved up: the mean life of a point.

    `until_reset` is what is left of the quarter or year.
    """
    undated = p.horizon if p.policy == NONE else np.float32(until_reset)
    return mean_life(p) if p.policy == WINDOW or p.policy == EXPONENTIAL else undated


@rule
def reach(price: Any, balance: Any, expected: Any, weeks: Any) -> Any:
    """R, how much of the cheapest good balance and expected points will pay, 0 to 1.

    All in points; a price of 0 says that the catalogue is empty, and nothing is within reach.

    > R = min(1, (balance + f · L) / price of the cheapest good in the catalogue), 0 with an empty catalogue.
    """
    saved = numerics.ratio(balance + expected * weeks, price) if price > 0.0 else 0.0
    return min(max(saved, 0.0), 1.0)


@rule
def prospect(
    p: Points, redeemability: Any, satiation: Any, within_reach: Any, paid: Any, ease: Any
) -> Any:
    """V/V_ref, worth of the reference act this week relative to its worth at launch.

    `paid` says that today's balance already pays a good: a reward still to come may count for
    less (present bias). `ease` is the part of a point's worth that trouble leaves.

    > v = r · (value of a point · points of the reference act / worth of the reference act at launch) · q · 1/(1 + sat) · R · β · o,
    """
    worth = numerics.ratio(p.rate * p.point_value * p.reference_points, p.reference_reward)
    marginal = numerics.ratio(1.0, 1.0 + satiation)
    patience = 1.0 if paid else p.present_bias
    return worth * redeemability * marginal * within_reach * patience * ease


@rule
def ease(r: Residents, p: Points, counter: Any) -> Any:
    """Part of a point's worth that is left after the trouble of earning and redeeming it.

    Online, or with a paper ledger and a counter (`counter`), all of it.
    """
    return 1.0 if r.online | counter else 1.0 - p.offline_loss


@rule
def progress(price: Any, balance: Any) -> Any:
    """Share of the cheapest good's price that is saved up towards the next one, 0 to 1."""
    goods = numerics.ratio(balance, price) if price > 0.0 else 0.0
    return goods - np.floor(goods)


@rule
def pressure(p: Points, price: Any, balance: Any, expiring: Any) -> Any:
    """Urge to act before points lapse, felt only where a few acts more would pay a good (E30)."""
    missing = price - balance
    near = missing > 0.0 and missing <= p.pressure_acts * p.rate * p.reference_points
    return p.expiry_pressure if near and expiring > 0 else 0.0


@rule
def worth_of(p: Points, worth: Any, points: Any) -> Any:
    """V/V_ref of an act that earns so many points of the table, given that of the reference act."""
    return worth * numerics.ratio(points, p.reference_points)


@rule
def reward_pull(
    p: Points,
    sensitivity: Any,
    worth: Any,
    offered: Any,
    saved: Any,
    urge: Any,
    reference: Any,
) -> Any:
    """U_R in log-odds, for an act that earns `offered` points of the table (equation S7).

    An act that earns nothing neither pulls nor disappoints. `worth` is V/V_ref of the reference
    act, `saved` the progress towards the next good, `reference` the reward taken for granted.

    > U_R = B_R · κ · [ v · a/a_ref · (1 + β_g · prog²) − χ · A + π · 1[pressed] ],
    """
    value = worth_of(p, worth, offered)
    gain = value * (1.0 + p.goal_gradient * saved * saved) - p.reference_weight * reference + urge
    felt = gain * p.loss_aversion if gain < 0.0 else gain
    return p.strength * sensitivity * felt if offered > 0.0 else 0.0


@rule
def received(p: Points, worth: Any, points: Any) -> Any:
    """V/V_ref of the points of one week, at this week's worth of the reference act."""
    usual = p.rate * p.reference_points
    return worth * numerics.ratio(points, usual) if usual > 0.0 else 0.0


@rule
def crowding(p: Points, sensitivity: Any, value: Any) -> Any:
    """Change of intrinsic motivation by a reward of this value (equation S9); either sign."""
    return -p.crowd_out * sensitivity * value


# --- Rules: how balances decay ---------------------------------------------------------------


@rule
def lapsing(balance: Any, share: Any) -> Any:
    """Hundredths of a balance that lapse this week, rounded half up, and no more than there are."""
    return min(np.int32(np.floor(np.float32(balance) * share + 0.5)), balance)


@rule
def lapsing_in_four_weeks(balance: Any, share: Any) -> Any:
    """Hundredths of a balance that lapse within four weeks if nothing is earned or redeemed."""
    left = balance
    for _ in range(WARNING_WEEKS):
        left = np.int32(left - lapsing(left, share))
    return np.int32(balance - left)


# --- Rules: how residents learn --------------------------------------------------------------


@rule
def next_reference(p: Points, before: Any, got: Any, seen: Any, earned: Any, offered: Any) -> Any:
    """A, the reward taken for granted, after a week; held within 0 and 100.

    It moves towards a reward received (`got`), else more slowly towards one merely offered
    (`seen`), else it stays.
    """
    kept = numerics.toward(before, seen, p.adaptation_offered) if offered > 0.0 else before
    return min(max(numerics.toward(before, got, p.adaptation) if earned > 0 else kept, 0.0), 100.0)


@rule
def next_expected(p: Points, before: Any, earned: Any, offered: Any) -> Any:
    """f, points expected a week, after a week: only who was asked for a rewarded act, or earned, learns.

    A resident whom nothing reaches keeps the prospect of launch: no calendar wears it down.

    > f ← f + a · 1[asked for a rewarded act, or earned] · (points earned − f),
    """
    exposed = offered > 0.0 or earned > 0.0
    return numerics.toward(before, earned, p.expectation_learning) if exposed else before


@rule
def next_satiation(p: Points, before: Any, variety: Any) -> Any:
    """Satiation a week later; the more different goods on the shelf, the sooner it passes."""
    return before * p.satiation_fading * (1.0 - p.variety_relief * variety)


@rule
def best_offer(r: Residents, p: Points, safety: Any) -> Any:
    """Points of the best rewarded act that a resident was asked for; 0 if for none."""
    return max(
        max(
            points_offered(p, EVENT, safety) if was_asked(r, EVENT) else 0.0,
            points_offered(p, VOLUNTEER, safety) if was_asked(r, VOLUNTEER) else 0.0,
        ),
        max(
            points_offered(p, REPORT, safety) if was_asked(r, REPORT) else 0.0,
            points_offered(p, DELIBERATE, safety) if was_asked(r, DELIBERATE) else 0.0,
        ),
    )


# --- Steps: value ----------------------------------------------------------------------------


@each(Residents)
def weigh_rewards(
    r: Residents, p: Points, price: Any, weeks: Any, counter: Any, safety: Any
) -> None:
    """See what rewarded acts are worth this week, and feel the pull (S7).

    `price` is the cheapest good's in points, 0 if there is none; `weeks` is how far one looks
    ahead; `counter` says whether points can be earned and spent without a telephone, `safety`
    whether reports of hazards earn points.
    """
    balance = in_points(r.balance)
    worth = prospect(
        p,
        r.redeemability,
        r.satiation,
        reach(price, balance, r.expected_points, weeks),
        balance >= price,
        ease(r, p, counter),
    )
    r.prospect = worth
    saved = progress(price, balance)
    urge = pressure(p, price, balance, r.expiring)
    offered = (
        points_offered(p, EVENT, safety),
        points_offered(p, VOLUNTEER, safety),
        points_offered(p, REPORT, safety),
        points_offered(p, DELIBERATE, safety),
    )
    for mode in range(MODE_COUNT):
        log_odds = reward_pull(
            p, r.reward_sensitivity, worth, offered[mode], saved, urge, r.reference
        )
        r.pull[mode] += numerics.millionths(log_odds)


# --- Steps: the ledger -----------------------------------------------------------------------


@each(Residents)
def earn_points(r: Residents, p: Points, safety: Any) -> Any:
    """Be issued the points of the week's acts; return how many hundredths (S7)."""
    r.earned = whole_hundredths(points_for(r, p, safety))
    r.balance += r.earned
    return r.earned


@each(Residents)
def feel_rewarded(r: Residents, p: Points) -> None:
    """Let the week's reward touch intrinsic motivation, either way (S9)."""
    value = received(p, r.prospect, in_points(r.earned))
    r.nudge += numerics.millionths(crowding(p, r.reward_sensitivity, value))


# --- Walks over rows: the ledger -------------------------------------------------------------


@loop
def date(lots: Any, column: Any, earned: Any) -> None:
    """Enter points into the lots of their week of issue."""
    for i in range(len(earned)):
        lots[column, i] += earned[i]


@loop
def endow(residents: Residents, endowed: Any, lots: Any, column: Any, amount: Any) -> Any:
    """Give the endowment to registered volunteers who have not had it; return the hundredths."""
    given = np.int64(0)
    for i in range(len(endowed)):
        if residents.registered[i] and not endowed[i]:
            endowed[i] = True
            residents.balance[i] += amount
            given += amount
            if len(lots) > 0:
                lots[column, i] += amount
    return given


@loop
def lapse_column(balance: Any, lots: Any, column: Any) -> Any:
    """Lapse all points issued in one week; return the hundredths."""
    lapsed = np.int64(0)
    for i in range(len(balance)):
        balance[i] -= lots[column, i]
        lapsed += lots[column, i]
        lots[column, i] = 0
    return lapsed


@loop
def lapse_share(balance: Any, share: Any) -> Any:
    """Lapse a share of every balance; return the hundredths."""
    lapsed = np.int64(0)
    for i in range(len(balance)):
        gone = lapsing(balance[i], share)
        balance[i] -= gone
        lapsed += gone
    return lapsed


@loop
def lapse_all(balance: Any) -> Any:
    """Reset every balance to zero; return the hundredths."""
    lapsed = np.int64(0)
    for i in range(len(balance)):
        lapsed += balance[i]
        balance[i] = 0
    return lapsed


@loop
def warn_of_lots(expiring: Any, lots: Any, oldest: Any) -> None:
    """Note what lapses within four weeks: the four oldest lots."""
    for i in range(len(expiring)):
        expiring[i] = 0
    for age in range(WARNING_WEEKS):
        column = (oldest + age) % len(lots)
        for i in range(len(expiring)):
            expiring[i] += lots[column, i]


@loop
def warn_of_share(expiring: Any, balance: Any, share: Any) -> None:
    """Note what lapses within four weeks under the exponential policy."""
    for i in range(len(expiring)):
        expiring[i] = lapsing_in_four_weeks(balance[i], share)


# --- Steps: learning -------------------------------------------------------------------------


@each(Residents)
def get_used_to_rewards(r: Residents, p: Points, variety: Any, safety: Any) -> None:
    """Take rewards for granted, expect what was earned, get over what was redeemed (S7).

    `variety` says how many different goods the shelf holds, 0 to 1.
    """
    offered = best_offer(r, p, safety)
    earned = in_points(r.earned)
    r.reference = next_reference(
        p,
        r.reference,
        received(p, r.prospect, earned),
        worth_of(p, r.prospect, offered),
        r.earned,
        offered,
    )
    r.expected_points = next_expected(p, r.expected_points, earned, offered)
    r.satiation = next_satiation(p, r.satiation, variety)


# --- Dates -----------------------------------------------------------------------------------


def until_reset(policy: int, programme_week: int) -> int:
    """Return how many weeks are left until balances are reset, this one included; 0 if never."""
    if policy == QUARTERLY:
        return QUARTER_WEEKS - programme_week % QUARTER_WEEKS
    if policy == YEARLY:
        return YEAR_WEEKS - programme_week % YEAR_WEEKS
    return 0


def lapse_lots(community: Community, issued_in: int) -> None:
    """Lapse what is left of the points issued in one week."""
    state = community.state.points
    column = issued_in % len(state.lots)
    expire(community, lapse_column(community.residents.balance, state.lots, column))


def expire(community: Community, hundredths: int) -> None:
    """Book expired points."""
    state = community.state.points
    state.expired += int(hundredths)
    state.expired_now += int(hundredths)


def keep_dates(community: Community) -> None:
    """Bring the lots in line with this week's policy and window, without losing a point.

    Order of events: points whose window ended while the scheme rested lapse; a shorter window
    lapses what is older than it; the lots move to a ring of the new length; a balance that had no
    dates becomes a lot of last week.
    """
    state, p, week = community.state.points, community.numbers.points, community.week
    if p.policy != WINDOW:
        if len(state.lots):
            state.lots = np.zeros((0, len(community.residents.balance)), np.int32)
        state.dated = week - 1
        return
    old, new = len(state.lots), int(p.window)
    if old:
        for issued_in in range(state.dated + 2 - old, min(week + 1 - old, state.dated + 1)):
            lapse_lots(community, issued_in)
        for issued_in in range(week + 1 - old, min(week + 1 - new, state.dated + 1)):
            lapse_lots(community, issued_in)
    if old != new:
        lots = np.zeros((new, len(community.residents.balance)), np.int32)
        if old:
            for issued_in in range(week + 1 - min(old, new), week):
                lots[issued_in % new] = state.lots[issued_in % old]
        else:
            lots[(week - 1) % new] = community.residents.balance
        state.lots = lots
    state.dated = week - 1


def warn(community: Community, week: int, programme_week: int) -> None:
    """Note for every resident what lapses within four weeks, from the given week on."""
    state, p, residents = community.state.points, community.numbers.points, community.residents
    if p.policy == WINDOW:
        warn_of_lots(residents.expiring, state.lots, (week + 1) % len(state.lots))
    elif p.policy == EXPONENTIAL:
        warn_of_share(residents.expiring, residents.balance, numerics.lost_per_step(p.half_life))
    elif 0 < until_reset(p.policy, programme_week) <= WARNING_WEEKS:
        residents.expiring[:] = residents.balance
    else:
        residents.expiring[:] = 0


# --- Moments ---------------------------------------------------------------------------------


def begin(community: Community) -> State:
    """Start with empty balances and the expectations of launch."""
    residents = community.residents
    residents.expected_points[:] = community.numbers.points.expected_points_initial
    return State(
        lots=np.zeros((0, len(residents.balance)), np.int32),
        dated=community.week - 1,
        endowed=np.zeros(len(residents.balance), np.bool_),
    )


def rewards_safety(community: Community) -> bool:
    """Return whether reports of hazards earn points: only where safety is co-created."""
    return community.active("co_safety")


def open_week(community: Community) -> None:
    """Start the week's books; bring dates in line with the policy in force."""
    state = community.state.points
    state.issued_now = state.redeemed_now = state.expired_now = 0
    if in_force(community):
        keep_dates(community)
        warn(community, community.week, community.programme_week)


def value(community: Community) -> None:
    """Add to every resident's pull what rewarded acts promise."""
    if in_force(community):
        weigh_rewards(community, *outlook(community))


def outlook(community: Community) -> tuple[Any, Any, bool, bool]:
    """Return what all residents see alike: cheapest price, weeks ahead, a counter, safety paid."""
    p = community.numbers.points
    return (
        in_points(exchange.cheapest(community.state.exchange)),
        look_ahead(p, until_reset(p.policy, community.programme_week)),
        community.active("offline_channel"),
        rewards_safety(community),
    )


def reward(community: Community) -> None:
    """Issue points, let residents redeem them, and let lapse what the policy says."""
    if not in_force(community):
        return
    community.state.points.issued_now = earn_points(community, rewards_safety(community))
    feel_rewarded(community)
    keep_ledger(community)


def keep_ledger(community: Community) -> None:
    """Date the week's points, give endowments, let residents redeem, and let balances lapse."""
    state, p, residents = community.state.points, community.numbers.points, community.residents
    week, programme_week = community.week, community.programme_week
    column = week % len(state.lots) if len(state.lots) else 0
    if len(state.lots):
        date(state.lots, column, residents.earned)
    if p.endowment > 0:
        amount = whole_hundredths(p.endowment)
        state.issued_now += int(endow(residents, state.endowed, state.lots, column, amount))
    state.issued += state.issued_now
    warn(community, week, programme_week)
    state.redeemed_now = exchange.redeem(community, state.lots, column + 1)
    state.redeemed += state.redeemed_now
    if p.policy == WINDOW:
        lapse_lots(community, week + 1)
        state.dated = week
    elif p.policy == EXPONENTIAL:
        expire(community, lapse_share(residents.balance, numerics.lost_per_step(p.half_life)))
    elif until_reset(p.policy, programme_week) == 1:
        expire(community, lapse_all(residents.balance))
    warn(community, week + 1, programme_week + 1)


def learn(community: Community) -> None:
    """Let the week's rewards change what residents take for granted, expect and are sated with."""
    if in_force(community):
        variety = exchange.variety(community.state.exchange)
        get_used_to_rewards(community, variety, rewards_safety(community))


@loop
def add_up(residents: Residents) -> Any:
    """Return the sums of how residents see the scheme: prospect, reference, redeemability, satiation."""
    return (
        total(residents.prospect),
        total(residents.reference),
        total(residents.redeemability),
        total(residents.satiation),
    )


RECORDS = {
    "points_issued": outcome("points", "sum", recorded=True, scaled=True).means(
        "points issued, endowments included", "发放的积分（含赠送）"
    ),
    "points_redeemed": outcome("points", "sum", recorded=True, scaled=True).means(
        "points paid for goods", "兑换使用的积分"
    ),
    "points_expired": outcome("points", "sum", recorded=True, scaled=True).means(
        "points that lapsed", "失效的积分"
    ),
    "points_outstanding": outcome("points", "last", recorded=True, scaled=True).means(
        "points in all balances", "未兑换积分"
    ),
    "points_breakage": outcome("share", "last", recorded=True).means(
        "share of all points issued so far that have lapsed", "至今发放的积分中已失效的比例"
    ),
    "points_liability": outcome("yuan", "last", recorded=True, scaled=True).means(
        "worth of all points outstanding", "全部未兑换积分的价值"
    ),
    "points_cover": outcome("weeks", "last").means(
        "weeks of the shop's supply that all points outstanding would buy, at most ten years; none without supply",
        "全部未兑换积分相当于兑换站多少周的供应（至多十年；无供应则无此数）",
    ),
    "reward_prospect": outcome("ratio of V_ref", "mean").means(
        "mean worth of the reference act as residents see it", "居民眼中参照行动的平均价值"
    ),
    "reward_reference": outcome("ratio of V_ref", "last").means(
        "mean reward that residents take for granted", "居民习以为常的平均奖励"
    ),
    "redeemability": outcome("0-1", "last").means(
        "mean belief that points can be redeemed", "认为积分能兑的平均信念"
    ),
    "satiation": outcome("index", "last").means(
        "mean satiation with the catalogue", "对兑换品的平均餍足"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the ledger of the week and how residents see the scheme on average."""
    state, p, residents = community.state.points, community.numbers.points, community.residents
    shop = community.state.exchange
    resting = not in_force(community)
    outstanding = state.issued - state.redeemed - state.expired
    supply = sum(map(mul, shop.supply.tolist(), shop.price.tolist())) / UNIT
    everybody = len(residents.balance)
    prospect, reference, redeemability, satiation = add_up(residents)
    return {
        "points_issued": 0.0 if resting else state.issued_now / POINT,
        "points_redeemed": 0.0 if resting else state.redeemed_now / POINT,
        "points_expired": 0.0 if resting else state.expired_now / POINT,
        "points_outstanding": outstanding / POINT,
        "points_breakage": share(state.expired, state.issued),
        "points_liability": outstanding / POINT * float(p.point_value),
        "points_cover": min(outstanding / supply, float(LONGEST)) if supply else NOTHING,
        "reward_prospect": prospect / everybody,
        "reward_reference": reference / everybody,
        "redeemability": redeemability / everybody,
        "satiation": satiation / everybody,
    }
