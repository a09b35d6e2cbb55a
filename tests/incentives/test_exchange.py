"""The exchange shop: stock, prices, and goods handed out in the order of lots."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import CANDIDATE, FORMER_PARTNER, GOODS
from sim.headings import values_of
from sim.incentives import exchange
from sim.incentives.exchange import CULTURAL_PRODUCT, UNIT
from tests.incentives.small_community import (
    change,
    close_week,
    community,
    copy_of,
    open_week,
    plain,
    same,
)

P = values_of(exchange.Exchange)
NO_LOTS = np.zeros((0, 40), np.int32)


def rich(**numbers):
    """Return a community in which everybody can pay everything, and the shop has money."""
    town = community(**{"points": {"redemption_chance": 1}, **numbers})
    town.accounts.transfer("outside", "shop", 10**8, "set_aside")
    town.residents.balance[:] = 100_00
    open_week(town)
    return town


@st.composite
def requests(draw):
    """Draw requests with distinct lots, stock, cost and money."""
    count = draw(st.integers(0, 30))
    goods = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    lots = draw(st.permutations(range(count)))
    stock = draw(st.lists(st.integers(0, 8 * UNIT), min_size=3, max_size=3))
    cost = draw(st.lists(st.integers(0, 3000), min_size=3, max_size=3))
    money = draw(st.integers(0, 30_000))
    return goods, lots, stock, cost, money


def handed_out(goods, lots, stock, cost, money):
    goods, stock = np.array(goods, np.int64), np.array(stock, np.int64)
    granted = np.zeros(len(goods), np.bool_)
    order = np.argsort(np.array(lots, np.uint64), kind="stable")
    exchange.hand_out(goods, order, np.array(cost, np.int64), stock, money, granted)
    return granted, stock


@given(requests())
def test_grants_never_exceed_stock_or_money(case):
    goods, _, stock, cost, money = case
    granted, left = handed_out(*case)
    units = np.bincount(np.array(goods, np.int64)[granted], minlength=3)
    assert (units * UNIT <= stock).all()
    assert (left == np.array(stock) - units * UNIT).all()
    assert (units * cost).sum() <= money


@given(requests(), st.randoms(use_true_random=False))
def test_who_is_granted_does_not_depend_on_the_order_of_rows(case, random):
    goods, lots, stock, cost, money = case
    shuffled = list(range(len(goods)))
    random.shuffle(shuffled)
    granted, left = handed_out(*case)
    again, left_again = handed_out(
        [goods[i] for i in shuffled], [lots[i] for i in shuffled], stock, cost, money
    )
    assert [bool(granted[i]) for i in shuffled] == list(again)
    assert (left == left_again).all()


def test_what_is_short_goes_to_the_lowest_lots():
    granted, _ = handed_out([0, 0, 0, 0], [7, 3, 9, 1], [2 * UNIT, 0, 0], [0, 0, 0], 0)
    assert list(granted) == [False, True, False, True]


def test_partners_stock_the_shop_in_proportion_to_commitment_and_to_what_is_asked():
    town = community(exchange={"stock": 0.25})
    town.partners.stage[:] = (2, 1, 1, 0, 1)  # one former partner, one candidate
    assert town.partners.stage[0] == FORMER_PARTNER
    assert town.partners.stage[3] == CANDIDATE
    town.partners.commitment[:] = (1, 1, 0.5, 1, 0)
    town.partners.stock_per_week[:] = (8, 4, 0)
    open_week(town)
    assert list(town.state.exchange.supply) == [3 * UNIT, 3 * UNIT // 2, 0]


def test_fractions_of_a_unit_are_not_lost():
    town = community()
    town.extent = np.float32(0.01)
    for _ in range(50):
        open_week(town)
        town.state.exchange.shelf[:] = 0
    # five partners, two units each, one hundredth, but never more than eight weeks of supply
    assert town.state.exchange.stock[0] == pytest.approx(0.8 * UNIT, abs=200)


def test_the_shelf_holds_no_more_than_its_ceiling_but_keeps_what_it_has():
    assert exchange.filled(0, 10, np.float32(4)) == 10
    assert exchange.filled(35, 10, np.float32(4)) == 40
    assert exchange.filled(100, 10, np.float32(4)) == 100
    assert exchange.filled(100, 0, np.float32(4)) == 100


def test_cultural_products_exist_only_with_cultural_co_integration():
    without = community(active=("points", "party_vanguard"))
    open_week(without)
    assert not without.state.exchange.offered[CULTURAL_PRODUCT]
    assert without.state.exchange.offered.sum() == len(GOODS) - 1
    with_it = community()
    open_week(with_it)
    assert with_it.state.exchange.offered.all()


def test_a_shop_without_partners_has_an_empty_catalogue():
    town = community()
    town.partners.stage[:] = CANDIDATE
    town.residents.balance[:] = 100_00
    open_week(town)
    assert exchange.cheapest(town.state.exchange) == 0
    assert exchange.redeem(town, NO_LOTS, 0) == 0
    assert exchange.variety(town.state.exchange) == 0


@pytest.mark.parametrize(
    ("active", "standalone", "expected"),
    [
        (("points", "party_vanguard"), False, True),
        (("points",), False, False),
        (("points",), True, True),
        (("party_vanguard",), True, False),
    ],
)
def test_the_shop_is_open_while_points_are_in_force(active, standalone, expected):
    town = community(active=active, points={"standalone": standalone})
    open_week(town)
    assert exchange.in_force(town) is expected
    assert bool(town.state.exchange.supply.any()) is expected


def test_redemption_pays_partners_the_communitys_share_and_takes_the_price():
    town = rich(exchange={"subsidy": 0.5})
    shop = town.accounts.balance("shop")
    redeemed = exchange.redeem(town, NO_LOTS, 0)
    units = town.state.exchange.granted
    assert units.sum() > 0
    assert redeemed == 500 * units[0] + 1500 * units[1] + 1000 * units[2]
    assert 40 * 100_00 - town.residents.balance.sum() == redeemed
    paid = 375 * units[0] + 1125 * units[1] + 750 * units[2]
    assert town.accounts.balance("partners") == shop - town.accounts.balance("shop") == paid
    assert town.accounts.balances.sum() == 0


def test_everyone_who_asks_learns_whether_points_are_worth_anything():
    town = rich(points={"redemption_chance": 1, "trust_learning": 0.25, "satiation_step": 0.5})
    town.residents.redeemability[:] = 0.5
    exchange.redeem(town, NO_LOTS, 0)
    served = town.residents.balance < 100_00
    assert served.sum() == town.state.exchange.granted.sum() > 0
    assert (~served).sum() == 40 - served.sum() > 0
    assert (town.residents.redeemability[served] == np.float32(0.625)).all()
    assert (town.residents.redeemability[~served] == np.float32(0.375)).all()
    assert (town.residents.satiation[served] == np.float32(0.5)).all()
    assert not town.residents.satiation[~served].any()


def test_without_money_in_the_shop_nothing_is_handed_out():
    town = rich()
    town.accounts.transfer("shop", "outside", town.accounts.balance("shop"), "other")
    assert exchange.redeem(town, NO_LOTS, 0) == 0
    assert town.state.exchange.requested.sum() == 40


def test_only_those_who_can_pay_ask_and_only_for_what_they_can_pay():
    town = rich()
    town.residents.balance[:20] = 4_99
    town.residents.balance[20:] = 5_00
    exchange.redeem(town, NO_LOTS, 0)
    assert list(town.state.exchange.requested) == [20, 0, 0]


def test_each_affordable_good_is_as_likely():
    town = rich(residents=3000)
    exchange.redeem(town, np.zeros((0, 3000), np.int32), 0)
    assert (abs(town.state.exchange.requested - 1000) < 100).all()


def test_a_quarter_go_to_the_counter_unless_points_are_about_to_lapse():
    patient = rich(residents=4000, points={"redemption_chance": 0.25})
    exchange.redeem(patient, np.zeros((0, 4000), np.int32), 0)
    assert abs(patient.state.exchange.requested.sum() - 1000) < 110
    pressed = rich(residents=4000, points={"redemption_chance": 0.25})
    pressed.residents.expiring[:] = 1
    exchange.redeem(pressed, np.zeros((0, 4000), np.int32), 0)
    assert pressed.state.exchange.requested.sum() == 4000


levels = st.floats(0.5, 2, width=32)
counts = st.integers(0, 2000).map(np.float32)


@given(levels, counts, counts, st.sampled_from((0.0, 0.0625, 0.5)))
def test_prices_stay_within_their_bounds(level, demand, stock, flexibility):
    p = P._replace(flexibility=np.float32(flexibility))
    after = exchange.next_level(p, np.float32(level), demand, stock)
    assert after.dtype == np.float32
    assert p.lowest <= after <= p.highest
    if flexibility == 0:
        assert after == np.float32(level)


@given(levels, counts, counts)
def test_prices_rise_with_demand_and_fall_with_stock(level, demand, stock):
    p = P._replace(flexibility=np.float32(0.0625))
    level = np.float32(level)
    after = exchange.next_level(p, level, demand, stock)
    assert exchange.next_level(p, level, demand + np.float32(1), stock) >= after
    assert exchange.next_level(p, level, demand, stock + np.float32(1)) <= after


def test_a_price_follows_demand_by_the_equation():
    p = P._replace(flexibility=np.float32(0.05))
    after = exchange.next_level(p, np.float32(1), np.float32(30), np.float32(20))
    assert after == pytest.approx(1 + 0.05 * (30 / 20 - 1), abs=1e-6)


def test_a_new_list_price_holds_from_the_next_week():
    town = community()
    open_week(town)
    assert list(town.state.exchange.price) == [500, 1500, 1000]
    change(town, "exchange", price=(np.float32(2.5), np.float32(15), np.float32(0.5)))
    open_week(town)
    assert list(town.state.exchange.price) == [250, 1500, 50]
    assert exchange.cheapest(town.state.exchange) == 50


def test_the_compiled_walks_are_the_plain_ones():
    town = rich(residents=60)
    rng = np.random.default_rng(5)
    town.residents.balance[:] = rng.integers(0, 3000, 60)
    town.residents.expiring[:] = rng.integers(0, 2, 60) * town.residents.balance
    shop = town.state.exchange
    results = []
    for form in (lambda walk: walk, plain):
        residents = copy_of(town.residents)
        lots = np.zeros((5, 60), np.int32)
        lots[:] = residents.balance // 5
        lots[2] += residents.balance % 5
        rows, goods = np.zeros(60, np.int64), np.zeros(60, np.int64)
        tickets, supply = np.zeros(60, np.uint64), np.zeros(3, np.int64)
        one = np.float32(1)
        form(exchange.deliver)(town.partners, one, one, shop.offered, supply)
        count = form(exchange.ask)(
            residents,
            shop.price,
            shop.offered,
            500,
            np.float32(0.5),
            3,
            town.seed,
            rows,
            goods,
            tickets,
        )
        rows, goods = rows[:count], goods[:count]
        granted, stock = np.zeros(count, np.bool_), np.array([9, 3, 4]) * UNIT
        order = np.argsort(tickets[:count], kind="stable")
        form(exchange.hand_out)(goods, order, np.array([1, 2, 3]), stock, 30, granted)
        step = np.float32(0.25)
        redeemed = form(exchange.pay)(
            residents, lots, 2, rows, goods, granted, shop.price, step, step
        )
        assert (lots.sum(axis=0) == residents.balance).all()
        results.append((residents, lots.tobytes(), granted.tobytes(), stock.tobytes(), redeemed))
    assert same(results[0][0], results[1][0])
    assert results[0][1:] == results[1][1:]
    assert results[0][4] > 0


def test_figures_have_the_declared_names_and_stock_outs_are_what_was_not_granted():
    town = rich()
    exchange.redeem(town, NO_LOTS, 0)
    figures = exchange.observe(town)
    assert set(figures) == set(exchange.RECORDS)
    assert figures["goods_requested"] == 40
    assert figures["goods_granted"] + figures["stockouts"] == 40
    assert figures["stockouts"] > 0


def test_the_counter_is_clear_while_points_rest():
    town = rich()
    exchange.redeem(town, NO_LOTS, 0)
    town.active = lambda stem: stem == "honours"
    close_week(town)
    exchange.open_week(town)
    figures = exchange.observe(town)
    assert figures["goods_requested"] == figures["goods_supplied"] == 0
    assert np.isnan(figures["stock_weeks"])
