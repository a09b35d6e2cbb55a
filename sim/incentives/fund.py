"""The community fund: accounts in whole fen, and what a short fund cuts (equation S13 of docs/odd.md).

Every flow names where it comes from, where it goes and what it is for. All accounts together hold
nothing: money that is in one account is missing in another, and `outside` is the community's
border. The fund may fall below zero; then, from the next week on, only that share of optional
spending is allowed that the fund's income covers.

Money for the exchange shop is set aside week by week into an account of its own, whether or not
points are in force. So a points scheme spends what it was given and never squeezes another
mechanism: designs are compared at equal spending, and points without any effect on residents
leave everything but these balances as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import YUAN
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.records import Outcome, outcome

if TYPE_CHECKING:
    from sim.model import Community

ACCOUNTS = ("fund", "shop", "partners", "residents", "suppliers", "staff", "outside")

GROUPS = {
    "goods": ("goods",),
    "honours": ("honours",),
    "events": ("events",),
    "outreach": ("outreach", "offline_channel", "flexible_tasks", "recruitment"),
    "staff": ("coordination",),
    "services": ("purchase",),
    "training": ("training",),
    "other": ("other",),
}
GROUPS_ZH = dict(
    zip(
        GROUPS,
        ("兑换物品", "荣誉表彰", "活动", "动员与渠道", "统筹岗位", "购买服务", "培训", "其他"),
        strict=True,
    )
)
"""Purposes of spending by the group under which the records show them."""

INCOME = ("grant", "donations", "revenue", "opening", "set_aside", "fees")
"""Purposes that are not spending: what the fund receives, what it sets aside, what users pay."""

PURPOSES = (*(purpose for group in GROUPS.values() for purpose in group), *INCOME)

PLACE_OF_ACCOUNT = {name: place for place, name in enumerate(ACCOUNTS)}
PLACE_OF_PURPOSE = {name: place for place, name in enumerate(PURPOSES)}

FIXED = ("coordination", "goods", "set_aside")
"""Purposes that a short fund does not cut: they are owed, or already set aside."""

OWED = tuple(purpose for purpose in FIXED if purpose != "goods")
"""Those of them that the fund pays itself; the shop pays for goods."""

WEEKS_OF_A_YEAR = np.float32(52)


class Fund(NamedTuple):
    """Income of the fund and how it answers a shortage."""

    initial: float = number(
        50_000.0, "yuan", 0, 1_000_000, "literature", "E53", sweep=(20_000, 300_000), volume=True
    ).means("in the fund when the practice begins", "开始时基金的余额")
    grant: float = number(
        200_000.0,
        "yuan per year",
        0,
        1_000_000,
        "literature",
        "E53",
        lever=True,
        sweep=(20_000, 200_000),
        volume=True,
    ).means("public money that the fund receives", "基金每年获得的财政资金")
    donations: float = number(
        10_000.0, "yuan per year", 0, 1_000_000, "assumption", "S13", volume=True
    ).means("given to the fund by units and residents", "单位与居民每年的捐赠")
    shop_budget: float = number(
        30_000.0,
        "yuan per year",
        0,
        500_000,
        "literature",
        "E34",
        lever=True,
        sweep=(5_000, 60_000),
        volume=True,
    ).means(
        "set aside for the community's share of the goods that points are exchanged for",
        "为社区承担的兑换物品成本预留的金额",
    )
    smoothing: float = number(0.1, "share per week", 0.02, 1, "assumption", "S13").means(
        "weight of the latest week in the usual income and spending that a cut looks at",
        "判断缩减时，最近一周在通常收支中的权重",
    )


# --- Accounts --------------------------------------------------------------------------------


@dataclass
class Accounts:
    """Balances in whole fen, and the flows of the week.

    Attributes:
        balances: int64[account], in the order of `ACCOUNTS`; they sum to zero.
        received, paid: int64[purpose], into and out of the fund (the shop's money included)
            since the books were last closed.
        last_received, last_paid: the same for the week last closed.
        funding: share of optional spending that is allowed this week, 0 to 1.
        usual_income, usual_optional: fen per week, smoothed.
    """

    balances: Any = field(default_factory=lambda: np.zeros(len(ACCOUNTS), np.int64))
    received: Any = field(default_factory=lambda: np.zeros(len(PURPOSES), np.int64))
    paid: Any = field(default_factory=lambda: np.zeros(len(PURPOSES), np.int64))
    last_received: Any = field(default_factory=lambda: np.zeros(len(PURPOSES), np.int64))
    last_paid: Any = field(default_factory=lambda: np.zeros(len(PURPOSES), np.int64))
    funding: Any = field(default_factory=lambda: np.float32(1))
    usual_income: Any = field(default_factory=lambda: np.float32(0))
    usual_optional: Any = field(default_factory=lambda: np.float32(0))

    def balance(self, account: str) -> int:
        """Return what an account holds, in fen.

        Raises:
            ValueError: no account has this name.
        """
        return int(self.balances[_position(account, PLACE_OF_ACCOUNT, "account")])

    def transfer(self, source: str, destination: str, fen: int, purpose: str) -> None:
        """Move whole fen from one account to another.

        Args:
            source, destination: names of `ACCOUNTS`.
            fen: the amount, zero or more; the source may fall below zero.
            purpose: one of `PURPOSES`; it decides under which heading the fund books the flow.

        Raises:
            ValueError: an account or purpose has another name, or the amount is negative.
            TypeError: the amount is not a whole number.
        """
        amount = index(fen)
        if amount < 0:
            raise ValueError(f"a transfer for {purpose} must not be negative, not {amount} fen")
        giver = _position(source, PLACE_OF_ACCOUNT, "account")
        taker = _position(destination, PLACE_OF_ACCOUNT, "account")
        booked = _position(purpose, PLACE_OF_PURPOSE, "purpose")
        self.balances[giver] -= amount
        self.balances[taker] += amount
        if source in ("fund", "shop"):
            self.paid[booked] += amount
        if destination in ("fund", "shop"):
            self.received[booked] += amount

    def close_books(self) -> None:
        """Keep the week's flows for the records and start with empty books."""
        self.last_received[:] = self.received
        self.last_paid[:] = self.paid
        self.received[:] = 0
        self.paid[:] = 0

    def sums_paid(self, purposes: tuple[str, ...]) -> int:
        """Return what the fund paid for these purposes in the week last closed, in fen."""
        return sum([self.last_paid.item(PLACE_OF_PURPOSE[purpose]) for purpose in purposes])

    def sums_received(self, purposes: tuple[str, ...]) -> int:
        """Return what the fund received for these purposes in the week last closed, in fen."""
        return sum([self.last_received.item(PLACE_OF_PURPOSE[purpose]) for purpose in purposes])


def _position(name: str, places: dict[str, int], what: str) -> int:
    if name in places:
        return places[name]
    near = get_close_matches(name, places, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(places)}"
    raise ValueError(f"the fund knows no {what} {name!r}{hint}")


# --- Rules -----------------------------------------------------------------------------------


@rule
def fen_per_week(yuan_per_year: Any, extent: Any) -> Any:
    """Whole fen a week of a yearly sum, for a community of this extent."""
    return np.floor(yuan_per_year * extent * np.float32(YUAN) / WEEKS_OF_A_YEAR + 0.5)


@rule
def usual(before: Any, now: Any, smoothing: Any) -> Any:
    """A weekly sum smoothed over the weeks."""
    return before + smoothing * (now - before)


@rule
def wanted_spending(paid: Any, funding: Any, before: Any) -> Any:
    """Optional spending had it not been cut; where all of it was cut, what it was before."""
    return numerics.ratio(paid, funding) if funding > 0.0 else before


@rule
def allowed_share(balance: Any, income: Any, wanted: Any) -> Any:
    """Share of optional spending allowed next week.

    All of it while the fund is not short; otherwise what the fund's usual income, less what is
    owed anyway, covers. A cut in proportion, not a stop. Sums in fen; less than one fen of wanted
    spending counts as one.

    > funding = 1 if balance ≥ 0, else min(1, max(0, usual income − owed) / usual optional spending).
    """
    covered = numerics.ratio(max(income, 0.0), max(wanted, 1.0))
    return 1.0 if balance >= 0.0 else min(covered, 1.0)


# --- Moments ---------------------------------------------------------------------------------


@dataclass
class State:
    """The fund's figures of the week, all in fen."""

    income: int = 0
    spending: int = 0


def open_accounts(community: Community) -> Accounts:
    """Give a community its accounts, the opening sum in the fund; return them."""
    accounts = Accounts()
    opening = round(float(community.numbers.fund.initial * community.extent) * YUAN)
    accounts.transfer("outside", "fund", opening, "opening")
    accounts.close_books()
    community.accounts = accounts
    return accounts


def begin(community: Community) -> State:
    """Open the accounts, unless another file already had them opened."""
    if getattr(community, "accounts", None) is None:
        open_accounts(community)
    return State()


@loop
def weekly_sums(p: Fund, extent: Any) -> Any:
    """Return a week's part of the grant, of donations, and of the shop's money, in whole fen."""
    return (
        int(fen_per_week(p.grant, extent)),
        int(fen_per_week(p.donations, extent)),
        int(fen_per_week(p.shop_budget, extent)),
    )


def settle(community: Community) -> None:
    """Receive the week's part of grant and donations; set the shop's money aside.

    Before the practice begins the fund neither receives nor sets aside.
    """
    if community.programme_week < 0:
        return
    accounts = community.accounts
    grant, donations, shop_budget = weekly_sums(community.numbers.fund, community.extent)
    accounts.transfer("outside", "fund", grant, "grant")
    accounts.transfer("outside", "fund", donations, "donations")
    accounts.transfer("fund", "shop", shop_budget, "set_aside")


def reflect(community: Community) -> None:
    """Close the week's books and set the share of optional spending allowed next week."""
    p, accounts, state = community.numbers.fund, community.accounts, community.state.fund
    accounts.close_books()
    earmarked = ("goods", "set_aside")
    paid = sum(accounts.last_paid.tolist())
    state.income = sum(accounts.last_received.tolist()) - accounts.sums_received(earmarked)
    state.spending = paid - accounts.sums_paid(("set_aside",))
    owed = accounts.sums_paid(OWED)
    optional = paid - accounts.sums_paid(FIXED)
    wanted = wanted_spending(np.float32(optional), accounts.funding, accounts.usual_optional)
    accounts.usual_income = usual(
        accounts.usual_income, np.float32(state.income - owed), p.smoothing
    )
    accounts.usual_optional = usual(accounts.usual_optional, wanted, p.smoothing)
    accounts.funding = np.float32(
        allowed_share(
            np.float32(accounts.balance("fund")), accounts.usual_income, accounts.usual_optional
        )
    )


SPENDING = tuple(f"fund_spending_{group}" for group in GROUPS)

RECORDS: dict[str, Outcome] = {
    "fund_balance": outcome("yuan", "last", recorded=True, scaled=True).means(
        "money in the fund, the shop's included", "基金余额（含兑换站预留）"
    ),
    "fund_free": outcome("yuan", "last", recorded=True, scaled=True).means(
        "money in the fund, without what is set aside for the shop", "基金余额（不含兑换站预留）"
    ),
    "fund_income": outcome("yuan", "sum", recorded=True, scaled=True).means(
        "money received by the fund", "基金收入"
    ),
    "fund_revenue": outcome("yuan", "sum", recorded=True, scaled=True).means(
        "money received by the fund from market operators", "来自市场运营方的基金收入"
    ),
    "fund_spending": outcome("yuan", "sum", recorded=True, scaled=True).means(
        "money paid by the fund", "基金支出"
    ),
    **{
        name: outcome("yuan", "sum", recorded=True, scaled=True).means(
            f"money paid by the fund for {group}", f"基金用于{GROUPS_ZH[group]}的支出"
        )
        for name, group in zip(SPENDING, GROUPS, strict=True)
    },
    "funding": outcome("0-1", "mean").means(
        "share of optional spending allowed next week", "下周允许的可选支出比例"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return balances and the flows of the week."""
    accounts, state = community.accounts, community.state.fund
    free = accounts.balance("fund")
    return {
        "fund_balance": (free + accounts.balance("shop")) / YUAN,
        "fund_free": free / YUAN,
        "fund_income": state.income / YUAN,
        "fund_revenue": accounts.sums_received(("revenue",)) / YUAN,
        "fund_spending": state.spending / YUAN,
        **{
            name: accounts.sums_paid(purposes) / YUAN
            for name, purposes in zip(SPENDING, GROUPS.values(), strict=True)
        },
        "funding": float(accounts.funding),
    }
