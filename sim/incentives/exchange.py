"""The exchange shop: what points buy, at what price, and whether it is in stock (equation S7 of docs/odd.md).

Partners stock the shop each week; residents ask for goods; what is asked for is handed out in the
order of lots while stock and the shop's money last. Only this file hands out goods.

Stock is kept in whole millionths of a unit, so that a small partner's or a small community's
weekly part of a unit is not lost; prices and points in whole hundredths of a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    GOODS,
    PARTNER,
    POINT,
    YUAN,
    PartnerRows,
    Residents,
)
from sim.engine import numerics, randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, vector
from sim.records import NOTHING, outcome

if TYPE_CHECKING:
    from sim.model import Community

REQUEST = randomness.decision("exchange.request")
QUEUE = randomness.decision("exchange.queue")

CULTURAL_PRODUCT = GOODS.index("cultural_product")
UNIT = 1_000_000  # stock is stored in whole millionths of a unit
IN_UNITS = np.float32(UNIT)
IN_POINTS = np.float32(POINT)
LONGEST = 520.0  # weeks; a cover longer than ten years is shown as ten years


class Exchange(NamedTuple):
    """Prices, costs and stock of the shop. The published table of goods is missing: all assumed."""

    price: tuple[float, ...] = vector(
        {"daily_goods": 5.0, "service_voucher": 15.0, "cultural_product": 10.0},
        "points",
        0.5,
        500,
        "literature",
        "E34",
        lever=True,
    ).means(
        "list price of each good (local schemes ask for 3 to 20 hours of volunteering)",
        "各类物品的标价（各地做法相当于 3 至 20 小时志愿服务）",
    )
    cost: tuple[float, ...] = vector(
        {"daily_goods": 7.5, "service_voucher": 22.5, "cultural_product": 15.0},
        "yuan per unit",
        0,
        2000,
        "assumption",
        "E34",
    ).means("what one unit of each good costs whoever gives it", "各类物品每件对提供者的成本")
    stock: float = number(
        1.0, "ratio", 0, 20, "assumption", "S7", lever=True, sweep=(0.25, 4)
    ).means(
        "goods asked of partners, relative to what they give at full commitment",
        "向合伙人要求的物品量（相对于完全投入时）",
    )
    ceiling: float = number(8.0, "weeks", 1, 104, "assumption", "S7").means(
        "of supply that the shop can hold; what comes on top is not taken",
        "兑换站可存放的周供应量；超出者不收",
    )
    flexibility: float = number(
        0.0, "share per week", 0, 0.5, "assumption", "S7", lever=True, sweep=(0, 0.05)
    ).means(
        "how fast a price follows demand relative to stock; 0 leaves prices where they are",
        "价格随供需变动的速度；0 为不变",
    )
    lowest: float = number(0.5, "ratio", 0.1, 1, "assumption", "S7").means(
        "lowest price relative to the list price, where prices follow demand",
        "价格随需求变动时的最低比例（相对于标价）",
    )
    highest: float = number(2.0, "ratio", 1, 10, "assumption", "S7").means(
        "highest price relative to the list price, where prices follow demand",
        "价格随需求变动时的最高比例（相对于标价）",
    )
    subsidy: float = number(1.0, "share", 0, 1, "assumption", "S13", lever=True).means(
        "part of the cost of goods that the community pays; partners give the rest",
        "物品成本中由社区支付的部分；其余由合伙人承担",
    )


@dataclass
class State:
    """The shelves, the price tags, and what happened at the counter this week.

    Attributes:
        stock: int64[good], millionths of a unit on the shelf.
        supply: int64[good], millionths of a unit that came this week.
        level: float32[good], price relative to the list price.
        price: int32[good], hundredths of a point this week.
        offered: bool[good], is in the catalogue this week.
        shelf: int64[good], whole units there as the week opened.
        requested, granted: int64[good], units this week.
    """

    stock: Any
    supply: Any
    level: Any
    price: Any
    offered: Any
    shelf: Any
    requested: Any
    granted: Any


# --- Rules -----------------------------------------------------------------------------------


@rule
def supplied(per_week: Any, commitment: Any, multiplier: Any, scale: Any) -> Any:
    """Millionths of a unit that one partner brings this week."""
    return np.floor(per_week * commitment * multiplier * scale * IN_UNITS + 0.5)


@rule
def filled(stock: Any, supply: Any, ceiling: Any) -> Any:
    """Stock after a delivery: the shelf holds so many weeks of supply, and keeps what it had."""
    room = np.int64(ceiling * np.float32(supply))
    return max(stock, min(stock + supply, room))


@rule
def next_level(p: Exchange, level: Any, demand: Any, stock: Any) -> Any:
    """Price relative to the list price after a week of this demand and stock, in units.

    Where the shelf held less than one unit, demand is compared with one unit.
    """
    excess = numerics.ratio(demand - stock, max(stock, 1.0))
    moved = level * (1.0 + p.flexibility * excess)
    return min(max(moved, p.lowest), p.highest)


@rule
def tag(price: Any, level: Any) -> Any:
    """Price in whole hundredths of a point, at least one."""
    return max(np.int32(np.floor(price * level * IN_POINTS + 0.5)), np.int32(1))


@rule
def goes_to_the_counter(chance: Any, expiring: Any, draw: Any) -> Any:
    """Whether a resident who can pay asks for a good: at once when points are about to lapse."""
    return draw < chance or expiring > 0


@rule
def choice_among(affordable: Any, draw: Any) -> Any:
    """Which of the goods that a resident can pay: each is as likely."""
    return min(np.int64(draw * np.float32(affordable)), affordable - 1)


@rule
def believed(before: Any, success: Any, learning: Any) -> Any:
    """Belief that points can be redeemed, after a success or a failure at the counter (E35)."""
    seen = 1.0 if success else 0.0
    return before + learning * (seen - before)


@rule
def sated(before: Any, step: Any) -> Any:
    """Satiation with the catalogue after one more good; held at 100."""
    return min(before + step, 100.0)


# --- Walks over rows -------------------------------------------------------------------------


@loop
def deliver(partners: PartnerRows, multiplier: Any, scale: Any, offered: Any, supply: Any) -> None:
    """Add up what partners bring this week, good by good."""
    supply[:] = 0
    for row in range(len(partners.stage)):
        if partners.stage[row] == PARTNER:
            for good in range(len(supply)):
                if offered[good]:
                    supply[good] += np.int64(
                        supplied(
                            partners.stock_per_week[row, good],
                            partners.commitment[row],
                            multiplier,
                            scale,
                        )
                    )


@loop
def restock(
    partners: PartnerRows,
    p: Exchange,
    scale: Any,
    exists: Any,
    requested: Any,
    supply: Any,
    level: Any,
    price: Any,
    stock: Any,
    shelf: Any,
    offered: Any,
) -> None:
    """Set prices by last week's demand, put this week's supply on the shelf, write the catalogue."""
    deliver(partners, p.stock, scale, exists, supply)
    for good in range(len(stock)):
        demand, before = np.float32(requested[good]), np.float32(shelf[good])
        level[good] = next_level(p, level[good], demand, before)
        price[good] = tag(p.price[good], level[good])
        stock[good] = filled(stock[good], supply[good], p.ceiling)
        shelf[good] = stock[good] // UNIT
        offered[good] = exists[good] and (supply[good] > 0 or shelf[good] > 0)


@loop
def ask(
    residents: Residents,
    price: Any,
    offered: Any,
    cheapest: Any,
    chance: Any,
    week: Any,
    seed: Any,
    rows: Any,
    goods: Any,
    lots: Any,
) -> Any:
    """Write who asks for which good, and their lots; return how many ask."""
    count = 0
    for i in range(len(residents.balance)):
        if residents.balance[i] >= cheapest:
            wish, taste, _, _ = randomness.draws(seed, REQUEST, week, i)
            if goes_to_the_counter(chance, residents.expiring[i], wish):
                affordable = 0
                for good in range(len(price)):
                    if offered[good] and residents.balance[i] >= price[good]:
                        affordable += 1
                chosen = choice_among(affordable, taste)
                for good in range(len(price)):
                    if offered[good] and residents.balance[i] >= price[good]:
                        if chosen == 0:
                            goods[count] = good
                        chosen -= 1
                rows[count] = i
                lots[count] = randomness.lot(seed, QUEUE, week, i)
                count += 1
    return count


@loop
def hand_out(goods: Any, order: Any, cost: Any, stock: Any, money: Any, granted: Any) -> None:
    """Grant requests in this order while stock and money last.

    Args:
        goods: int64[request], the good asked for.
        order: int64[request], requests in the order of their lots.
        cost: int64[good], fen that the community pays for a unit.
        stock: int64[good], millionths of a unit on the shelf; reduced by what is granted.
        money: int, fen that the shop may spend.
        granted: bool[request], set to whether each request was granted.
    """
    for request in order:
        good = goods[request]
        granted[request] = stock[good] >= UNIT and cost[good] <= money
        if granted[request]:
            stock[good] -= UNIT
            money -= cost[good]


@loop
def pay(
    residents: Residents,
    lots: Any,
    oldest: Any,
    rows: Any,
    goods: Any,
    granted: Any,
    price: Any,
    learning: Any,
    step: Any,
) -> Any:
    """Take points for what was granted, the oldest first; let everyone who asked learn.

    Args:
        residents: table; balance, belief and satiation change.
        lots: int32[column, resident], points by week of issue; no column where lots are not kept.
        oldest: the column that holds the oldest points.
        rows, goods, granted: the requests.
        price: int32[good], hundredths of a point.
        learning, step: how much belief and satiation move.

    Returns:
        Hundredths of a point redeemed.
    """
    redeemed = np.int64(0)
    columns = lots.shape[0]
    for request in range(len(rows)):
        i = rows[request]
        residents.redeemability[i] = believed(
            residents.redeemability[i], granted[request], learning
        )
        if granted[request]:
            residents.satiation[i] = sated(residents.satiation[i], step)
            owed = np.int64(price[goods[request]])
            residents.balance[i] -= np.int32(owed)
            redeemed += owed
            for age in range(columns):
                column = (oldest + age) % columns
                taken = min(owed, np.int64(lots[column, i]))
                lots[column, i] -= np.int32(taken)
                owed -= taken
    return redeemed


# --- What points and the week call -----------------------------------------------------------


def begin(community: Community) -> State:
    """Start with empty shelves and list prices."""
    goods = len(GOODS)
    return State(
        stock=np.zeros(goods, np.int64),
        supply=np.zeros(goods, np.int64),
        level=np.ones(goods, np.float32),
        price=np.array(
            [tag(price, np.float32(1)) for price in community.numbers.exchange.price], np.int32
        ),
        offered=np.zeros(goods, np.bool_),
        shelf=np.zeros(goods, np.int64),
        requested=np.zeros(goods, np.int64),
        granted=np.zeros(goods, np.int64),
    )


def in_force(community: Community) -> bool:
    """Return whether points are issued and redeemed this week.

    The loop runs through the Party-vanguard platform, whose partners feed the shop; a points
    scheme that stands alone runs without it.
    """
    if not community.active("points"):
        return False
    return community.active("party_vanguard") or bool(community.numbers.points.standalone)


def open_week(community: Community) -> None:
    """Take deliveries, set prices, write the catalogue; while points rest, only clear the counter.

    Cultural products come from cultural co-integration and exist only with it. A good that nobody
    supplies and that is not on the shelf is not in the catalogue.
    """
    state, p = community.state.exchange, community.numbers.exchange
    if in_force(community):
        exists = np.ones(len(GOODS), np.bool_)
        exists[CULTURAL_PRODUCT] = community.active("co_culture")
        restock(
            community.partners,
            p,
            community.extent,
            exists,
            state.requested,
            state.supply,
            state.level,
            state.price,
            state.stock,
            state.shelf,
            state.offered,
        )
    else:
        state.supply[:] = 0
    state.requested[:] = 0
    state.granted[:] = 0


def cheapest(state: State) -> int:
    """Return the lowest price in the catalogue in hundredths of a point; 0 if it is empty."""
    tags = zip(state.price.tolist(), state.offered.tolist(), strict=True)
    return min((price for price, offered in tags if offered), default=0)


def variety(state: State) -> Any:
    """Return the share of goods that were on the shelf as the week opened."""
    return np.float32(np.count_nonzero(state.offered & (state.shelf > 0))) / np.float32(len(GOODS))


def fen_per_unit(p: Exchange) -> Any:
    """Return int64[good]: whole fen that the community pays for a unit of each good."""
    return np.array([round(float(p.subsidy * cost) * YUAN) for cost in p.cost], np.int64)


def redeem(community: Community, lots: Any, oldest: int) -> int:
    """Let residents exchange points for goods; return the hundredths of a point redeemed."""
    state, p = community.state.exchange, community.numbers.exchange
    residents, points = community.residents, community.numbers.points
    lowest = cheapest(state)
    if not lowest:
        return 0
    room = len(residents.balance)
    rows, goods = np.empty(room, np.int64), np.empty(room, np.int64)
    tickets = np.empty(room, np.uint64)
    count = ask(
        residents,
        state.price,
        state.offered,
        lowest,
        points.redemption_chance,
        community.week,
        community.seed,
        rows,
        goods,
        tickets,
    )
    if not count:
        return 0
    rows, goods, tickets = rows[:count], goods[:count], tickets[:count]
    granted = np.zeros(count, np.bool_)
    money = community.accounts.balance("shop")
    cost = fen_per_unit(p)
    order = np.argsort(tickets, kind="stable")
    hand_out(goods, order, cost, state.stock, money, granted)
    state.requested[:] = np.bincount(goods, minlength=len(GOODS))
    state.granted[:] = np.bincount(goods[granted], minlength=len(GOODS))
    community.accounts.transfer("shop", "partners", int((state.granted * cost).sum()), "goods")
    return int(
        pay(
            residents,
            lots,
            oldest,
            rows,
            goods,
            granted,
            state.price,
            points.trust_learning,
            points.satiation_step,
        )
    )


RECORDS = {
    "goods_requested": outcome("units", "sum", scaled=True).means(
        "goods asked for at the exchange shop", "在兑换站要求的物品"
    ),
    "goods_granted": outcome("units", "sum", recorded=True, scaled=True).means(
        "goods handed out", "发放的兑换物品"
    ),
    "stockouts": outcome("units", "sum", scaled=True).means(
        "goods asked for and not handed out, for want of stock or money",
        "因缺货或缺钱未能发放的物品",
    ),
    "goods_supplied": outcome("units", "sum", recorded=True, scaled=True).means(
        "goods brought by partners", "合伙人提供的物品"
    ),
    "stock_units": outcome("units", "last", recorded=True, scaled=True).means(
        "goods on the shelf", "库存物品"
    ),
    "stock_weeks": outcome("weeks", "last").means(
        "weeks of this week's supply on the shelf; none without supply",
        "库存相当于本周供应的周数（无供应则无此数）",
    ),
    "price_level": outcome("ratio", "last").means(
        "mean price relative to the list price", "相对于标价的平均价格"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return what came, what was asked for and what is left."""
    state = community.state.exchange
    requested, granted = sum(state.requested.tolist()), sum(state.granted.tolist())
    supply, stock = sum(state.supply.tolist()), sum(state.stock.tolist())
    return {
        "goods_requested": float(requested),
        "goods_granted": float(granted),
        "stockouts": float(requested - granted),
        "goods_supplied": supply / UNIT,
        "stock_units": stock / UNIT,
        "stock_weeks": min(stock / supply, LONGEST) if supply else NOTHING,
        "price_level": float(sum(state.level) / len(state.level)),
    }
