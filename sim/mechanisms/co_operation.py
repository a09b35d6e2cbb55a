"""Co-operation of development (M4): public-benefit, low-fee and market services side by side.

On: market operators take fees from the residents they serve and feed a part of them back to the
community fund; the fund purchases services from public-benefit partners. Some low-income
residents do without rather than pay. Off: no fees, no feedback, no purchases; market operators
give only the part of their hours that they give for free. Facts D4, E5; S13 of docs/odd.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import PARTNER, PUBLIC_BENEFIT, YUAN, PartnerRows
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, start, switch
from sim.records import outcome

if TYPE_CHECKING:
    from sim.model import Community

FEN = np.float32(YUAN)


class CoOperation(NamedTuple):
    """Fees, what flows back, and what is purchased."""

    on: bool = switch(True, source="D4").means(
        "services are operated together with the market", "与市场主体共同运营服务"
    )
    starts: int = start("T4", lever=False).means(
        "when co-operation begins", "发展共营从项目第几周开始"
    )
    feedback: float = number(
        0.05, "share of fees", 0, 0.5, "assumption", "D4", lever=True, sweep=(0, 0.1)
    ).means(
        "phi: part of the fees that market operators feed back to the fund",
        "市场运营方反哺基金的收费比例 φ",
    )
    fee_level: float = number(1.0, "ratio", 0, 5, "assumption", "D4", lever=True).means(
        "fees relative to what operators would take by themselves", "收费相对于运营方自主定价的水平"
    )
    fee_barrier: float = number(0.3, "chance", 0, 1, "assumption", "S12, switch table").means(
        "that a low-income resident does without a service that costs a fee",
        "低收入居民因收费而放弃服务的概率",
    )
    free_share: float = number(0.3, "share of hours", 0, 1, "assumption", "D4").means(
        "that a market operator gives where it may take no fee",
        "不得收费时市场运营方提供的工时比例",
    )
    purchase: float = number(
        100.0, "yuan per week and partner", 0, 5000, "assumption", "E5", lever=True
    ).means(
        "of services that the fund purchases from each public-benefit partner",
        "基金向每家公益合伙人购买服务的金额",
    )
    purchase_price: float = number(40.0, "yuan per hour", 1, 500, "assumption", "E5").means(
        "that a purchased hour of service costs", "购买一小时服务的价格"
    )


@dataclass
class State:
    """What was purchased and paid in the latest week, before scaling where per partner.

    Attributes:
        purchase: float32[partner], yuan paid to each partner last week, before scaling.
        bought: float32[partner], hours which that buys for this week, before scaling.
        fees, feedback, purchased: fen this week, in all.
    """

    purchase: Any
    bought: Any
    fees: int
    feedback: int
    purchased: int


def begin(community: Community) -> State:
    """Nothing is purchased yet."""
    rows = len(community.partners.stage)
    return State(
        purchase=np.zeros(rows, np.float32),
        bought=np.zeros(rows, np.float32),
        fees=0,
        feedback=0,
        purchased=0,
    )


@rule
def purchase_from(
    p: CoOperation, is_partner: Any, kind: Any, participates: Any, funding: Any
) -> Any:
    """Yuan per week that the fund spends on one partner's services, before scaling."""
    eligible = is_partner and kind == PUBLIC_BENEFIT and participates
    return p.purchase * funding if eligible else 0.0


@rule
def hours_bought(p: CoOperation, yuan: Any) -> Any:
    """Hours of service that a sum buys."""
    return numerics.ratio(yuan, p.purchase_price)


@rule
def fees_of(p: CoOperation, market: Any, fee: Any, customers: Any) -> Any:
    """Fen that a partner's users pay this week, whole and not negative."""
    taken = np.floor(np.float32(fee) * p.fee_level + 0.5) * np.float32(customers)
    return np.int64(taken) if market else np.int64(0)


@rule
def fed_back(p: CoOperation, fees: Any) -> Any:
    """Fen that flow back to the fund out of these fees; never more than the fees."""
    return min(np.int64(np.floor(np.float32(fees) * p.feedback + 0.5)), fees)


@rule
def fen_of(yuan: Any, scale: Any) -> Any:
    """Whole fen of an unscaled sum."""
    return np.int64(np.floor(yuan * scale * FEN + 0.5))


@loop
def collect(partners: PartnerRows, p: CoOperation) -> Any:
    """Return the fees that all partners' users pay this week, and what flows back, in fen."""
    fees = 0
    feedback = 0
    for row in range(len(partners.stage)):
        paid = fees_of(p, partners.market[row], partners.fee[row], partners.customers[row])
        fees += paid
        feedback += fed_back(p, paid)
    return fees, feedback


@loop
def buy(
    partners: PartnerRows,
    participates: Any,
    p: CoOperation,
    funding: Any,
    scale: Any,
    purchase: Any,
    bought: Any,
) -> Any:
    """Set what is purchased from each partner; return the sum in fen."""
    total = 0
    for row in range(len(partners.stage)):
        purchase[row] = purchase_from(
            p,
            partners.stage[row] == PARTNER,
            partners.kind[row],
            participates[row],
            funding,
        )
        bought[row] = hours_bought(p, purchase[row])
        total += fen_of(purchase[row], scale)
    return total


@loop
def trade(
    partners: PartnerRows,
    participates: Any,
    p: CoOperation,
    funding: Any,
    scale: Any,
    purchase: Any,
    bought: Any,
) -> Any:
    """Collect fees and buy services; return the fees, what flows back, and the purchase, in fen."""
    fees, feedback = collect(partners, p)
    return fees, feedback, buy(partners, participates, p, funding, scale, purchase, bought)


def settle(community: Community) -> None:
    """Users pay fees, a part flows back, and the fund purchases next week's services."""
    state, p = community.state.co_operation, community.numbers.co_operation
    accounts = community.accounts
    state.fees, state.feedback, state.purchased = trade(
        community.partners,
        community.state.partners.participates,
        p,
        np.float32(accounts.funding),
        community.extent,
        state.purchase,
        state.bought,
    )
    accounts.transfer("residents", "partners", state.fees, "fees")
    accounts.transfer("partners", "fund", state.feedback, "revenue")
    accounts.transfer("fund", "partners", state.purchased, "purchase")


RECORDS = {
    "fees": outcome("yuan", "sum", scaled=True).means(
        "fees paid by users to market operators", "使用者付给市场运营方的费用"
    ),
    "feedback": outcome("yuan", "sum", recorded=True, scaled=True).means(
        "money fed back by market operators to the fund", "市场运营方反哺基金的金额"
    ),
    "purchases": outcome("yuan", "sum", recorded=True, scaled=True).means(
        "money paid by the fund for services of public-benefit partners",
        "基金向公益合伙人购买服务的金额",
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return the week's money flows; none while co-operation is off."""
    state = community.state.co_operation
    if not community.active("co_operation"):
        return dict.fromkeys(RECORDS, 0.0)
    return {
        "fees": state.fees / YUAN,
        "feedback": state.feedback / YUAN,
        "purchases": state.purchased / YUAN,
    }
