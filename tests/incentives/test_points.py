"""Points: an exact ledger, balance decay by policy, and what residents make of a reward."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.columns import DELIBERATE, EVENT, QUARTER_WEEKS, REPORT, VOLUNTEER, Residents
from sim.engine import numerics
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.incentives import exchange, points
from tests.incentives.small_community import (
    change,
    close_week,
    community,
    copy_of,
    open_week,
    plain,
    same,
    volunteer,
)
from tests.one_row import one

P = values_of(points.Points)
ONE, ZERO = np.float32(1), np.float32(0)


def outstanding(town):
    return int(town.residents.balance.sum(dtype=np.int64))


def books_balance(town):
    state = town.state.points
    return state.issued == state.redeemed + state.expired + outstanding(town)


def run_week(town, rng, share=0.3):
    """Run one week in which some residents volunteer for one to three hours."""
    open_week(town)
    points.value(town)
    rows = np.flatnonzero(rng.random(len(town.residents.balance)) < share)
    volunteer(town, rows, rng.integers(1, 4, len(rows)))
    close_week(town)


# --- The ledger ------------------------------------------------------------------------------

schemes = st.tuples(
    st.sampled_from(range(len(points.POLICIES))), st.integers(4, 52), st.floats(4, 104)
)


@given(st.lists(st.tuples(schemes, st.integers(1, 20)), min_size=1, max_size=5), st.integers(0, 99))
@settings(max_examples=25)
def test_issued_is_redeemed_and_expired_and_outstanding_under_any_change_of_policy(periods, seed):
    town, rng = community(seed=seed, points={"endowment": 1}), np.random.default_rng(seed)
    town.residents.registered[:] = rng.random(40) < 0.5
    for (policy, window, half_life), weeks in periods:
        change(
            town,
            "points",
            policy=np.int64(policy),
            window=np.int64(window),
            half_life=np.float32(half_life),
        )
        for _ in range(weeks):
            run_week(town, rng)
            residents, state = town.residents, town.state.points
            assert books_balance(town)
            assert (residents.balance >= 0).all()
            assert (residents.expiring >= 0).all()
            assert (residents.expiring <= residents.balance).all()
            if policy == points.WINDOW:
                assert (state.lots.sum(axis=0) == residents.balance).all()
            else:
                assert len(state.lots) == 0
    assert town.accounts.balances.sum() == 0


class SlowLedger:
    """First in, first out, by hand: every point is one entry with its week of issue."""

    def __init__(self, residents):
        self.points = [[] for _ in range(residents)]  # hundredths as [week, amount], oldest first
        self.expired = 0

    def issue(self, row, week, amount):
        self.points[row].append([week, amount])

    def redeem(self, row, amount):
        while amount:
            week, held = self.points[row].pop(0)
            if held > amount:
                self.points[row].insert(0, [week, held - amount])
            amount -= min(amount, held)

    def lapse(self, last_invalid):
        for row, entries in enumerate(self.points):
            self.expired += sum(amount for week, amount in entries if week <= last_invalid)
            self.points[row] = [entry for entry in entries if entry[0] > last_invalid]

    def balance(self, row):
        return sum(amount for _, amount in self.points[row])

    def lapsing_by(self, row, last_invalid):
        return sum(amount for week, amount in self.points[row] if week <= last_invalid)


@given(
    st.lists(st.tuples(st.integers(4, 20), st.integers(1, 15)), min_size=1, max_size=4),
    st.integers(0, 99),
)
@settings(max_examples=25)
def test_a_window_lapses_the_oldest_points_as_a_slow_ledger_does(periods, seed):
    town, rng = community(seed=seed, points={"policy": "window"}), np.random.default_rng(seed)
    residents, slow, bought = town.residents, SlowLedger(40), []
    pay = exchange.pay

    def pay_and_tell(table, lots, oldest, rows, goods, granted, price, *learning):
        bought.extend(
            (row, price[good]) for row, good in zip(rows[granted], goods[granted], strict=True)
        )
        return pay(table, lots, oldest, rows, goods, granted, price, *learning)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "pay", pay_and_tell)
        for window, weeks in periods:
            change(town, "points", window=np.int64(window))
            for _ in range(weeks):
                week = town.week
                open_week(town)
                slow.lapse(week - window)
                assert [slow.balance(row) for row in range(40)] == list(residents.balance)
                rows = np.flatnonzero(rng.random(40) < 0.3)
                volunteer(town, rows, rng.integers(1, 4, len(rows)))
                points.reward(town)
                for row in rows:
                    slow.issue(row, week, int(residents.earned[row]))
                while bought:
                    slow.redeem(*bought.pop())
                slow.lapse(week + 1 - window)
                assert [slow.balance(row) for row in range(40)] == list(residents.balance)
                soon = [slow.lapsing_by(row, week + 5 - window) for row in range(40)]
                assert soon == list(residents.expiring)
                town.accounts.transfer("outside", "shop", 10**6, "set_aside")
                town.week += 1
                town.programme_week += 1
    assert slow.expired == town.state.points.expired


def test_points_are_valid_for_exactly_the_window():
    town = community(points={"policy": "window", "window": 6})
    for week in range(8):
        open_week(town)
        if week == 1:
            volunteer(town, [3])
        close_week(town)
        assert town.residents.balance[3] == (200 if 1 <= week < 6 else 0)
        assert town.residents.expiring[3] == (200 if 2 <= week < 6 else 0)
    assert town.state.points.expired == 200


def test_a_shorter_window_lapses_at_once_what_is_older_and_a_longer_one_keeps_dates():
    town = community(points={"policy": "window", "window": 10})
    for _ in range(8):
        open_week(town)
        volunteer(town, [0], 0.01)
        close_week(town)
    assert town.residents.balance[0] == 8
    change(town, "points", window=np.int64(4))
    open_week(town)  # week 8: points of weeks 5 to 7 are still valid
    assert town.residents.balance[0] == 3
    change(town, "points", window=np.int64(20))
    open_week(town)
    assert town.residents.balance[0] == 3
    assert town.state.points.lots[[5, 6, 7], 0].tolist() == [1, 1, 1]
    assert town.state.points.expired == 5


def test_a_balance_without_dates_becomes_a_lot_of_last_week_when_a_window_comes():
    town = community()
    open_week(town)
    volunteer(town, [0])
    close_week(town)
    for _ in range(9):
        open_week(town)
        close_week(town)
    change(town, "points", policy=np.int64(points.WINDOW), window=np.int64(4))
    lasted = 0
    while town.residents.balance[0]:
        open_week(town)
        close_week(town)
        lasted += 1
    assert lasted == 3
    assert books_balance(town)


def test_dated_points_age_while_the_scheme_rests():
    town = community(points={"policy": "window", "window": 4})
    open_week(town)
    volunteer(town, [0])
    close_week(town)
    town.week += 10
    town.programme_week += 10
    open_week(town)
    assert town.residents.balance[0] == 0
    assert town.state.points.expired == 200
    assert not town.state.points.lots.any()
    assert books_balance(town)


@pytest.mark.parametrize(
    ("half_life", "percent"), [(8.0, 8.3), (13.0, 5.2), (26.0, 2.6), (52.0, 1.3)]
)
def test_the_weekly_share_of_a_half_life(half_life, percent):
    share = numerics.lost_per_step(np.float32(half_life))
    assert 100 * share == pytest.approx(percent, abs=0.05)
    assert share.dtype == np.float32


def test_half_of_a_large_balance_has_lapsed_after_its_half_life():
    town = community(points={"policy": "exponential", "half_life": 13, "redemption_chance": 0.01})
    town.partners.stage[:] = 0
    town.residents.balance[:] = 1_000_00
    town.state.points.issued = 40 * 1_000_00
    for _ in range(13):
        open_week(town)
        close_week(town)
    assert town.residents.balance == pytest.approx(500_00, rel=1e-3)
    assert books_balance(town)


@given(st.integers(0, 10**6), st.floats(0, 1, width=32))
def test_no_more_lapses_than_there_is(balance, share):
    lapsed = points.lapsing(np.int32(balance), np.float32(share))
    assert 0 <= lapsed <= balance
    soon = points.lapsing_in_four_weeks(np.int32(balance), np.float32(share))
    assert lapsed <= soon <= balance


@pytest.mark.parametrize(("policy", "period"), [("quarterly", 13), ("yearly", 52)])
def test_balances_are_reset_as_a_quarter_or_a_year_ends(policy, period):
    town = community(points={"policy": policy, "redemption_chance": 0.01})
    town.partners.stage[:] = 0
    for week in range(2 * period):
        open_week(town)
        volunteer(town, [1], 0.01)
        left = period - week % period
        assert points.until_reset(town.numbers.points.policy, week) == left
        close_week(town)
        assert town.residents.balance[1] == (week + 1) % period
        warned = town.residents.expiring[1] > 0
        assert warned == (left - 1 in (1, 2, 3, 4))
        assert books_balance(town)


def test_the_endowment_is_given_once_to_each_registered_volunteer():
    town = community(points={"endowment": 3, "policy": "window", "redemption_chance": 0.01})
    town.residents.registered[:5] = True
    for week in range(4):
        if week == 2:
            town.residents.registered[4:7] = True
        open_week(town)
        close_week(town)
        assert (town.residents.balance == 300).sum() == (5 if week < 2 else 7)
        assert not town.residents.earned.any()
        assert books_balance(town)


def test_points_of_other_files_are_issued_at_the_rate():
    town = community(points={"rate": 2})
    open_week(town)
    town.residents.earned[5] = 300
    points.reward(town)
    assert town.residents.earned[5] == town.residents.balance[5] == 600
    assert town.state.points.issued_now == 600


def test_the_earning_table():
    def earned(*modes, hours=0):
        r = one(Residents, acted=sum(1 << mode for mode in modes), hours=hours)
        return points.points_for(r, P, True)

    assert earned(EVENT) == 0
    assert earned(VOLUNTEER, hours=1.5) == 1.5
    assert earned(VOLUNTEER, hours=7) == 2
    assert earned(hours=7) == 0
    assert earned(REPORT) == 2
    assert earned(DELIBERATE, hours=0.5) == 1
    assert earned(EVENT, VOLUNTEER, REPORT, DELIBERATE, hours=2) == 5
    assert earned(REPORT).dtype == np.float32


@pytest.mark.parametrize(("safety", "expected"), [(True, 200), (False, 0)])
def test_a_report_earns_points_only_where_safety_is_co_created(safety, expected):
    town = community(active=("points", "party_vanguard", *(("co_safety",) if safety else ())))
    open_week(town)
    town.residents.acted[2] = 1 << REPORT
    points.reward(town)
    assert town.residents.balance[2] == expected


@pytest.mark.parametrize("active", [("points",), ("party_vanguard",), ()])
def test_points_rest_unless_the_party_vanguard_platform_carries_them(active):
    town = community(active=active)
    town.residents.earned[:] = 100
    points.value(town)
    points.reward(town)
    points.learn(town)
    assert not town.residents.balance.any()
    assert not town.residents.pull.any()
    assert town.state.points.issued == 0


def test_points_that_stand_alone_need_no_platform():
    town = community(active=("points",), points={"standalone": True})
    open_week(town)
    volunteer(town, [0])
    close_week(town)
    assert town.state.points.issued == 200


# --- Value -----------------------------------------------------------------------------------

unit = st.floats(0, 1, width=32).map(np.float32)
amounts = st.floats(0, 200, width=32).map(np.float32)
few = st.floats(0, 4, width=32).map(np.float32)


def test_the_reference_act_is_worth_one_at_launch():
    worth = points.prospect(P, ONE, ZERO, ONE, True, ONE)
    assert worth == 1
    assert worth.dtype == np.float32


def test_the_pull_of_the_reference_act_at_launch_is_the_declared_strength():
    pull = points.reward_pull(P, ONE, ONE, np.float32(2), ZERO, ZERO, ZERO)
    assert pull == P.strength
    half = points.reward_pull(P, ONE, ONE, np.float32(1), ZERO, ZERO, ZERO)
    assert half == pytest.approx(float(P.strength) / 2)


def test_the_pull_by_hand():
    # .35·1.2·(.8·1.5·(1+.2·.25) − .5·.6 + .1) = .42·1.06
    pull = points.reward_pull(
        P,
        np.float32(1.2),
        np.float32(0.8),
        np.float32(3),
        np.float32(0.5),
        np.float32(0.1),
        np.float32(0.6),
    )
    assert pull == pytest.approx(0.42 * 1.06, abs=1e-6)


def test_a_reward_below_the_one_taken_for_granted_counts_for_more():
    # .35·(.5·1 − .5·2) = −.175, times 1.5
    pull = points.reward_pull(P, ONE, np.float32(0.5), np.float32(2), ZERO, ZERO, np.float32(2))
    assert pull == pytest.approx(-0.175 * 1.5, abs=1e-6)


def test_an_act_that_earns_nothing_neither_pulls_nor_disappoints():
    assert points.reward_pull(P, ONE, ONE, ZERO, ZERO, ONE, np.float32(5)) == 0


@given(few, few, unit, unit, few, unit)
def test_more_value_never_pulls_less(worth, more, saved, urge, reference, weight):
    p = P._replace(reference_weight=weight)
    for offered in (np.float32(1), np.float32(3)):
        less = points.reward_pull(p, ONE, worth, offered, saved, urge, reference)
        greater = points.reward_pull(p, ONE, worth + more, offered, saved, urge, reference)
        assert greater >= less


@given(amounts, amounts, unit, st.integers(1, 104), few)
def test_a_lower_price_never_puts_a_reward_out_of_reach(balance, price, expected, weeks, cut):
    price = price + np.float32(1)
    weeks = np.float32(weeks)
    near = points.reach(price / (ONE + cut), balance, expected, weeks)
    far = points.reach(price, balance, expected, weeks)
    assert 0 <= far <= near <= 1
    assert near.dtype == np.float32


def test_nothing_is_within_reach_of_an_empty_catalogue():
    assert points.reach(ZERO, np.float32(50), ONE, np.float32(52)) == 0
    assert points.progress(ZERO, np.float32(50)) == 0


@given(amounts, st.floats(0.5, 100, width=32).map(np.float32))
def test_progress_is_what_is_saved_towards_the_next_good(balance, price):
    saved = points.progress(price, balance)
    assert 0 <= saved <= 1
    assert saved * price + np.floor(balance / price) * price == pytest.approx(
        float(balance), abs=1e-2
    )


@given(unit, few, unit, unit)
def test_worth_falls_with_doubt_satiation_distance_and_haste(belief, satiation, near, bias):
    p = P._replace(present_bias=bias)
    best = points.prospect(p, ONE, ZERO, ONE, True, ONE)
    assert points.prospect(p, belief, satiation, near, False, ONE) <= best


def test_offline_residents_lose_part_of_the_worth_unless_there_is_a_counter():
    online, offline = one(Residents, online=True), one(Residents, online=False)
    assert points.ease(online, P, False) == 1
    assert points.ease(offline, P, True) == 1
    assert points.ease(offline, P, False) == ONE - P.offline_loss


def test_how_far_residents_look_ahead():
    def weeks(policy, **numbers):
        p = P._replace(policy=np.int64(policy), **numbers)
        return points.look_ahead(p, 7)

    assert weeks(points.NONE) == 52
    assert weeks(points.WINDOW, window=np.int64(13)) == 13
    assert weeks(points.EXPONENTIAL, half_life=np.float32(26)) == pytest.approx(1.44 * 26, rel=2e-3)
    assert weeks(points.QUARTERLY) == weeks(points.YEARLY) == 7
    assert weeks(points.WINDOW).dtype == np.float32


def test_lapsing_points_press_only_where_a_reward_is_near():
    price = np.float32(5)

    def urge(balance, expiring=1):
        return points.pressure(P, price, np.float32(balance), expiring)

    assert urge(2) == urge(4.99) == P.expiry_pressure
    assert urge(0.5) == 0  # four and a half points away: more than two acts of two points
    assert urge(5) == 0
    assert urge(2, expiring=0) == 0


# --- Null arms -------------------------------------------------------------------------------

states = st.integers(0, 10**6)


def shaken(seed, **numbers):
    """Return a community whose residents are in arbitrary states, in an open week."""
    town, rng = community(seed=seed % 1000, points=numbers), np.random.default_rng(seed)
    open_week(town)
    residents, n = town.residents, 40
    residents.reward_sensitivity[:] = rng.lognormal(size=n)
    residents.balance[:] = rng.integers(0, 4000, n)
    residents.expiring[:] = residents.balance * (rng.random(n) < 0.5)
    residents.expected_points[:] = rng.random(n) * 3
    residents.redeemability[:] = rng.random(n)
    residents.satiation[:] = rng.random(n) * 4
    residents.reference[:] = rng.random(n) * 2
    residents.online[:] = rng.random(n) < 0.8
    residents.asked[:] = rng.integers(0, 16, n)
    residents.acted[:] = residents.asked & rng.integers(0, 16, n)
    residents.hours[:] = rng.random(n) * 4
    return town


@given(states)
def test_without_strength_the_pull_is_exactly_zero(seed):
    town = shaken(seed, strength=0)
    points.value(town)
    assert not town.residents.pull.any()
    assert town.residents.prospect.any()


@given(states)
def test_without_crowding_motivation_is_not_touched(seed):
    town = shaken(seed, crowd_out=0)
    points.value(town)
    points.reward(town)
    assert not town.residents.nudge.any()


@pytest.mark.parametrize("omega", [-0.02, 0.02])
def test_crowding_moves_motivation_in_either_sign(omega):
    town = community(points={"crowd_out": omega, "offline_loss": 0, "expected_points_initial": 0.5})
    open_week(town)
    points.value(town)
    assert town.residents.prospect[0] == 1
    volunteer(town, [0])
    points.reward(town)
    assert town.residents.nudge[0] == -round(omega * 1e6)
    assert not town.residents.nudge[1:].any()


@given(states)
def test_points_without_effect_leave_all_but_the_points_economy_alone(seed):
    town = shaken(seed, strength=0, crowd_out=0)
    before = copy_of(town.residents), copy_of(town.partners), copy_of(town.micro_grids)
    free, funding = town.accounts.balance("fund"), town.accounts.funding
    points.value(town)
    points.reward(town)
    points.learn(town)
    own = {
        "reference", "expected_points", "redeemability", "satiation",
        "prospect", "balance", "expiring", "earned",
    }  # fmt: skip
    for name in town.residents._fields:
        if name not in own:
            assert (getattr(before[0], name) == getattr(town.residents, name)).all(), name
    assert same(before[1], town.partners)
    assert same(before[2], town.micro_grids)
    assert town.accounts.balance("fund") == free
    assert town.accounts.funding == funding


# --- Learning --------------------------------------------------------------------------------


def test_a_reward_received_is_soon_taken_for_granted_and_one_offered_slowly():
    def after(earned, offered, before=0.2, got=1.0, seen=0.8):
        return points.next_reference(
            P, np.float32(before), np.float32(got), np.float32(seen), earned, np.float32(offered)
        )

    assert after(200, 2) == pytest.approx(0.2 + 0.1 * 0.8)
    assert after(0, 2) == pytest.approx(0.2 + 0.01 * 0.6)
    assert after(0, 0) == np.float32(0.2)
    assert after(200, 2).dtype == np.float32


def test_the_best_rewarded_act_asked_for_is_what_was_offered():
    def best(*modes, safety=True):
        return points.best_offer(one(Residents, asked=sum(1 << m for m in modes)), P, safety)

    assert best() == best(EVENT) == 0
    assert best(DELIBERATE) == 1
    assert best(VOLUNTEER, DELIBERATE) == 2
    assert best(REPORT, safety=False) == 0
    assert best(REPORT, DELIBERATE) == 2


def test_expectations_fade_when_asked_in_vain_and_rise_with_earning():
    town = community()
    assert (town.residents.expected_points == P.expected_points_initial).all()
    for _ in range(20):
        open_week(town)
        town.residents.asked[1] = 1 << VOLUNTEER
        town.residents.asked[2] = 1 << EVENT  # attending earns no points
        volunteer(town, [0])
        close_week(town)
    assert town.residents.expected_points[2] == np.float32(0.3)
    assert town.residents.expected_points[1] == pytest.approx(0.3 * 0.97**20, rel=1e-4)
    assert town.residents.expected_points[0] == pytest.approx(2 - 1.7 * 0.97**20, rel=1e-4)


def test_no_clock_who_is_never_reached_keeps_the_prospect_of_launch_for_three_years():
    town = community(points={"offline_loss": 0})
    prospects = []
    for _ in range(156):
        open_week(town)
        points.value(town)
        prospects.append(town.residents.prospect[0])
        volunteer(town, [1])
        close_week(town)
    assert prospects[0] > 0
    assert prospects == [prospects[0]] * 156
    assert town.residents.expected_points[0] == P.expected_points_initial


def test_satiation_fades_faster_with_a_varied_catalogue():
    assert points.next_satiation(P, ONE, ZERO) == P.satiation_fading
    assert points.next_satiation(P, ONE, ONE) == pytest.approx(0.97 * 0.9)


def test_volunteers_of_long_standing_take_the_reward_for_granted():
    town = community(points={"redemption_chance": 0.01, "offline_loss": 0})
    for _ in range(60):
        open_week(town)
        points.value(town)
        volunteer(town, [0])
        close_week(town)
    assert town.residents.reference[0] > 0.9
    assert town.residents.reference[1] == 0


# --- Bits ------------------------------------------------------------------------------------


def test_pulls_of_all_modes_follow_the_offer():
    town = community(points={"offline_loss": 0, "expected_points_initial": 0.5})
    open_week(town)
    points.value(town)
    pull = town.residents.pull[:, 0]
    assert pull[EVENT] == 0
    assert pull[VOLUNTEER] == pull[REPORT] == 350_000
    assert pull[DELIBERATE] == 175_000


@pytest.mark.parametrize("seed", range(3))
def test_the_compiled_walks_are_the_plain_ones(seed):
    town = shaken(seed, crowd_out=0.013, expiry_pressure=0.3, present_bias=0.8)
    p, results = town.numbers.points, []
    for form in (lambda walk: walk, plain):
        residents = copy_of(town.residents)
        lots, endowed = np.zeros((6, 40), np.int32), np.zeros(40, np.bool_)
        lots[0] = residents.balance
        form(points.weigh_rewards.walk)(residents, p, np.float32(5), np.float32(26), False, True)
        sums = [form(points.earn_points.walk)(residents, p, True)]
        form(points.feel_rewarded.walk)(residents, p)
        form(points.date)(lots, 3, residents.earned)
        sums.append(form(points.endow)(residents, endowed, lots, 3, np.int32(50)))
        form(points.warn_of_lots)(residents.expiring, lots, 4)
        form(points.get_used_to_rewards.walk)(residents, p, np.float32(0.5), True)
        sums.append(
            form(points.lapse_share)(residents.balance[:20], numerics.lost_per_step(p.half_life))
        )
        form(points.warn_of_share)(residents.expiring, residents.balance, np.float32(0.1))
        sums.append(form(points.lapse_column)(residents.balance[20:], lots[:, 20:], 3))
        sums.append(form(points.lapse_all)(residents.balance[30:]))
        results.append((residents, lots.tobytes(), [int(x) for x in sums]))
    assert same(results[0][0], results[1][0])
    assert results[0][1:] == results[1][1:]


def test_rules_stay_in_32_bits_when_compiled():
    @loop
    def walk(p, out):
        near = points.reach(np.float32(5), np.float32(2), np.float32(0.3), points.look_ahead(p, 3))
        worth = points.prospect(p, np.float32(0.9), np.float32(0.25), near, False, np.float32(1))
        saved = points.progress(np.float32(5), np.float32(7))
        urge = points.pressure(p, np.float32(5), np.float32(4), 1)
        offered = points.points_offered(p, 1, True)
        pull = points.reward_pull(p, np.float32(1.1), worth, offered, saved, urge, np.float32(0.2))
        out[:] = (near, worth, saved, urge, offered, pull)
        return pull

    out = np.zeros(6, np.float32)
    compiled = walk(P, out)
    again = np.zeros(6, np.float32)
    assert plain(walk)(P, again) == compiled
    assert out.tobytes() == again.tobytes()


def test_a_quarter_has_as_many_weeks_as_the_calendar_says():
    assert points.until_reset(points.QUARTERLY, 0) == QUARTER_WEEKS
    assert points.until_reset(points.YEARLY, 51) == 1
    assert points.until_reset(points.NONE, 5) == 0


def test_figures_have_the_declared_names_and_tell_the_ledger():
    town, rng = community(points={"policy": "exponential"}), np.random.default_rng(2)
    total = 0.0
    for _ in range(15):
        run_week(town, rng)
        figures = points.observe(town)
        total += figures["points_issued"] - figures["points_redeemed"] - figures["points_expired"]
        assert figures["points_outstanding"] == pytest.approx(total)
        assert figures["points_liability"] == pytest.approx(1.5 * total)
    assert set(figures) == set(points.RECORDS)
    assert 0 < figures["points_breakage"] < 1
