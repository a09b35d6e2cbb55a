"""The fund: every fen has a source and a destination; a short fund cuts in proportion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.compiled import loop
from sim.incentives import fund
from tests.incentives.small_community import community

transfers = st.lists(
    st.tuples(
        st.sampled_from(fund.ACCOUNTS),
        st.sampled_from(fund.ACCOUNTS),
        st.integers(0, 10**9),
        st.sampled_from(fund.PURPOSES),
    ),
    max_size=30,
)


@given(transfers)
def test_no_transfer_makes_or_destroys_money(moves):
    accounts = fund.Accounts()
    expected = dict.fromkeys(fund.ACCOUNTS, 0)
    for source, destination, fen, purpose in moves:
        accounts.transfer(source, destination, fen, purpose)
        expected[source] -= fen
        expected[destination] += fen
    assert accounts.balances.sum() == 0
    assert {name: accounts.balance(name) for name in fund.ACCOUNTS} == expected


@given(transfers)
def test_booked_flows_explain_what_the_fund_holds(moves):
    accounts = fund.Accounts()
    for source, destination, fen, purpose in moves:
        accounts.transfer(source, destination, fen, purpose)
    held = accounts.balance("fund") + accounts.balance("shop")
    assert held == accounts.received.sum() - accounts.paid.sum()
    accounts.close_books()
    assert not accounts.received.any()
    assert accounts.last_received.sum() - accounts.last_paid.sum() == held


def test_a_transfer_takes_any_whole_number_type():
    accounts = fund.Accounts()
    accounts.transfer("outside", "fund", np.int64(5), "grant")
    assert accounts.balance("fund") == 5


def test_a_transfer_refuses_what_is_not_a_whole_sum():
    accounts = fund.Accounts()
    with pytest.raises(TypeError):
        accounts.transfer("outside", "fund", 1.5, "grant")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must not be negative"):
        accounts.transfer("outside", "fund", -1, "grant")


def test_a_transfer_to_an_unknown_account_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'partners'"):
        fund.Accounts().transfer("fund", "partner", 1, "purchase")
    with pytest.raises(ValueError, match="knows no purpose 'bribes'"):
        fund.Accounts().transfer("fund", "partners", 1, "bribes")


def test_the_fund_opens_with_its_initial_sum_and_a_year_brings_a_year_of_income():
    town = community(fund={"initial": 1000, "grant": 5200, "donations": 520, "shop_budget": 2600})
    for _ in range(52):
        fund.settle(town)
    assert town.accounts.balance("shop") == 2600_00
    assert town.accounts.balance("fund") == (1000 + 5200 + 520 - 2600) * 100
    assert town.accounts.balances.sum() == 0


def test_before_the_practice_begins_no_money_comes_in():
    town = community()
    town.programme_week = -1
    before = town.accounts.balances.copy()
    fund.settle(town)
    assert (town.accounts.balances == before).all()


def test_money_scales_with_the_community():
    town = community(fund={"initial": 1000})
    town.extent = np.float32(0.5)
    accounts = fund.open_accounts(town)
    assert accounts.balance("fund") == 500_00


def test_accounts_that_another_file_had_opened_are_kept():
    town = community()
    accounts = fund.open_accounts(town)
    fund.begin(town)
    assert town.accounts is accounts


@given(st.floats(0, 1e7, width=32), st.floats(-1e7, 1e7, width=32), st.floats(0, 1e7, width=32))
def test_a_fund_that_is_not_short_allows_everything(balance, income, wanted):
    assert fund.allowed_share(np.float32(balance), np.float32(income), np.float32(wanted)) == 1


@given(st.floats(-1e7, 1e7, width=32), st.floats(0, 1e7, width=32))
def test_a_short_fund_allows_a_share(income, wanted):
    share = fund.allowed_share(np.float32(-1), np.float32(income), np.float32(wanted))
    assert 0 <= share <= 1
    assert share.dtype == np.float32


def test_a_short_fund_allows_the_part_of_spending_that_income_covers():
    share = fund.allowed_share(np.float32(-5), np.float32(30), np.float32(120))
    assert share == np.float32(0.25)


def test_a_standing_shortage_cuts_spending_to_income_and_stays_there():
    town = community(fund={"initial": 0, "grant": 5200, "donations": 0, "shop_budget": 0})
    for _ in range(400):
        wish = 20_000  # fen a week, twice what comes in
        spent = int(wish * float(town.accounts.funding))
        town.accounts.transfer("fund", "suppliers", spent, "events")
        fund.settle(town)
        fund.reflect(town)
    assert float(town.accounts.funding) == pytest.approx(0.5, abs=0.01)


def test_a_fund_with_income_again_recovers_from_a_full_stop():
    accounts_town = community(fund={"initial": 0, "grant": 0, "donations": 0, "shop_budget": 0})
    accounts = accounts_town.accounts
    for _ in range(30):
        accounts.transfer("fund", "suppliers", int(10_000 * float(accounts.funding)) + 1, "events")
        fund.reflect(accounts_town)
    assert accounts.funding < 0.01
    accounts.transfer("outside", "fund", 10**7, "grant")
    fund.reflect(accounts_town)
    assert accounts.funding == 1


def test_money_of_the_shop_never_touches_what_others_may_spend():
    spent, saved = community(), community()
    for town, goods in ((spent, 50_000), (saved, 0)):
        for _ in range(80):
            fund.settle(town)
            town.accounts.transfer("shop", "partners", goods, "goods")
            town.accounts.transfer("fund", "suppliers", 400_000, "events")
            fund.reflect(town)
    assert spent.accounts.balance("fund") == saved.accounts.balance("fund")
    assert spent.accounts.funding == saved.accounts.funding
    assert spent.accounts.balance("shop") < saved.accounts.balance("shop")


def test_figures_of_the_week_have_the_declared_names_and_add_up():
    town = community(fund={"initial": 0, "grant": 5200, "donations": 0, "shop_budget": 0})
    town.accounts.transfer("fund", "suppliers", 1234, "events")
    town.accounts.transfer("fund", "outside", 100, "training")
    town.accounts.transfer("partners", "fund", 700, "revenue")
    fund.settle(town)
    fund.reflect(town)
    figures = fund.observe(town)
    assert set(figures) == set(fund.RECORDS)
    assert figures["fund_income"] == 107.0
    assert figures["fund_revenue"] == 7.0
    assert figures["fund_spending"] == 13.34
    assert figures["fund_spending_events"] == 12.34
    groups = [figures[f"fund_spending_{group}"] for group in fund.GROUPS]
    assert sum(groups) == pytest.approx(figures["fund_spending"])


def test_rules_stay_in_32_bits_when_compiled():
    @loop
    def walk(yuan, out):
        out[0] = fund.fen_per_week(yuan, np.float32(1))
        out[1] = fund.allowed_share(np.float32(-1), np.float32(1), np.float32(3))
        out[2] = fund.wanted_spending(np.float32(5), np.float32(0.5), np.float32(1))
        return fund.usual(out[2], out[1], np.float32(0.1))

    grant = np.float32(120_000)
    out = np.zeros(3, np.float32)
    walk(grant, out)
    assert out[0] == fund.fen_per_week(grant, np.float32(1)) == 230769
    assert out[1] == np.float32(1) / np.float32(3)
    assert out[2] == 10
