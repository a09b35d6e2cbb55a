"""Honours: who is commended, what it does, and what fades."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import DELIBERATE, EVENT, REPORT, VOLUNTEER
from sim.headings import values_of
from sim.incentives import honours
from tests.incentives.small_community import community, copy_of, open_week, plain, same

P = values_of(honours.Honours)


def give_acts(town, acts):
    """Register residents with so many weeks of volunteering among the last 13."""
    for row, count in acts.items():
        town.residents.registered[row] = True
        town.residents.history[row] = np.uint64(((1 << count) - 1) << (16 * VOLUNTEER))


def commend(town, week=13):
    town.week = town.programme_week = week
    honours.commend(town)


@given(st.integers(0, 2**64 - 1))
def test_acts_of_the_quarter_are_the_bits_of_13_weeks_in_three_modes(history):
    expected = sum(
        history >> (16 * mode + week) & 1
        for mode in (VOLUNTEER, REPORT, DELIBERATE)
        for week in range(13)
    )
    assert honours.acts_of_quarter(np.uint64(history)) == expected


def test_attending_events_earns_no_honour():
    assert honours.acts_of_quarter(np.uint64(0xFFFF << (16 * EVENT))) == 0


@given(
    st.integers(0, 500),
    st.floats(0.03125, 0.5, width=32),
    st.floats(0, 0.96875, width=32),
)
def test_the_number_honoured_is_the_share_rounded_up_or_down(volunteers, share, draw):
    due = honours.honours_due(volunteers, np.float32(share), np.float32(1), np.float32(draw))
    exact = volunteers * share
    assert np.floor(exact) - 1e-4 <= due <= np.ceil(exact + 1e-3)


def test_rounding_is_right_on_average():
    rng = np.random.default_rng(1)
    due = [
        honours.honours_due(3, np.float32(0.1), np.float32(1), np.float32(rng.random() * 0.9999))
        for _ in range(4000)
    ]
    assert np.mean(due) == pytest.approx(0.3, abs=0.03)


def test_the_most_active_are_honoured():
    town = community(residents=40, grids=1, honours={"share": 0.5})
    give_acts(town, {row: 1 + row % 10 for row in range(10)})
    commend(town)
    assert set(np.flatnonzero(town.residents.honour)) == {5, 6, 7, 8, 9}
    assert town.state.honours.given == 5


def test_nobody_is_honoured_without_an_act():
    town = community(honours={"share": 0.5})
    town.residents.registered[:] = True
    commend(town)
    assert not town.residents.honour.any()
    assert not town.micro_grids.acclaim.any()


def test_only_registered_volunteers_are_honoured():
    town = community(honours={"share": 0.5})
    give_acts(town, dict.fromkeys(range(40), 5))
    town.residents.registered[:] = False
    commend(town)
    assert not town.residents.honour.any()


def test_honours_are_given_once_a_quarter_and_not_at_launch():
    weeks = []
    for week in range(53):
        town = community(honours={"share": 0.5})
        give_acts(town, dict.fromkeys(range(40), 3))
        commend(town, week)
        if town.state.honours.given:
            weeks.append(week)
    assert weeks == [13, 26, 39, 52]


def test_equals_are_separated_by_lot_and_not_by_row():
    winners = np.zeros(20)
    for seed in range(200):
        town = community(residents=20, grids=1, seed=seed, honours={"share": 0.5})
        give_acts(town, dict.fromkeys(range(20), 4))
        commend(town)
        winners += town.residents.honour > 0
    assert winners.min() > 70
    assert winners.max() < 130


def test_a_recipient_gains_motivation_and_the_fund_pays():
    town = community(grids=1, honours={"share": 0.5, "cost": 50})
    before = town.accounts.balance("fund")
    give_acts(town, {0: 3, 1: 2})
    commend(town)
    assert town.residents.honour[0] == 1
    assert town.residents.nudge[0] == 30_000
    assert town.residents.nudge[5] == 0
    assert town.micro_grids.acclaim[0] == 1
    assert before - town.accounts.balance("fund") == 5000
    assert town.accounts.balances.sum() == 0


def test_a_fund_without_money_for_options_gives_no_honours():
    town = community(honours={"share": 0.5})
    give_acts(town, dict.fromkeys(range(40), 3))
    town.accounts.funding = np.float32(0)
    commend(town)
    assert town.state.honours.given == 0


def test_an_honour_is_half_as_fresh_after_its_half_life():
    town = community(honours={"half_life": 26})
    town.residents.honour[3] = 1
    town.micro_grids.acclaim[1] = 1
    for _ in range(26):
        open_week(town)
    assert town.residents.honour[3] == pytest.approx(0.5, abs=1e-5)
    assert town.micro_grids.acclaim[1] == pytest.approx(0.5, abs=1e-5)


def test_the_pull_of_a_fresh_honour_at_the_reference_share_is_its_effect():
    zero = np.float32(0)
    pull = honours.honour_pull(P, np.float32(1), zero, False)
    assert pull == pytest.approx(float(P.effect), abs=1e-6)
    assert pull.dtype == np.float32
    assert honours.honour_pull(P, zero, np.float32(1), True) == 0


def test_a_rarer_honour_pulls_more():
    rare, common = P._replace(share=np.float32(0.025)), P._replace(share=np.float32(0.4))
    one, zero = np.float32(1), np.float32(0)
    assert honours.honour_pull(rare, one, zero, False) == pytest.approx(0.2 * 4**0.5, abs=1e-5)
    assert honours.honour_pull(common, one, zero, False) == pytest.approx(0.1, abs=1e-5)
    flat = common._replace(scarcity=zero)
    assert honours.honour_pull(flat, one, zero, False) == pytest.approx(0.2, abs=1e-5)


@pytest.mark.parametrize("sign", [-0.1, 0.1])
def test_honours_seen_nearby_touch_those_without_one_in_either_sign(sign):
    p = P._replace(spill_over=np.float32(sign))
    one, zero = np.float32(1), np.float32(0)
    assert honours.honour_pull(p, zero, one, False) == np.float32(sign)
    assert honours.honour_pull(p, one, one, False) == honours.honour_pull(P, one, zero, False)


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        (("points", "party_vanguard"), 100_000),
        (("points",), 0),
        (("party_vanguard",), 0),
    ],
)
def test_the_mix_counts_only_where_points_and_honours_are_both_in_force(active, expected):
    town = community(active=("honours", *active), honours={"mix": 0.1})
    honours.value(town)
    assert (town.residents.pull[VOLUNTEER] == expected).all()
    assert not town.residents.pull[[EVENT, REPORT, DELIBERATE]].any()


def test_the_compiled_walks_are_the_plain_ones():
    town = community(residents=60, honours={"share": 0.3, "spill_over": 0.1, "mix": -0.2})
    rng = np.random.default_rng(3)
    town.residents.registered[:] = rng.random(60) < 0.7
    town.residents.history[:] = rng.integers(0, 2**63, 60, dtype=np.uint64)
    town.residents.honour[:] = rng.random(60)
    results = []
    for form in (lambda walk: walk, plain):
        residents, grids = copy_of(town.residents), copy_of(town.micro_grids)
        acts = np.zeros(60, np.int64)
        form(honours.count_acts)(residents, acts)
        p = town.numbers.honours
        everywhere = np.arange(len(grids.first))
        form(honours.feel_honours.walk_among)(
            residents, grids.first, grids.last, everywhere, p, True, grids.acclaim
        )
        one = np.float32(1)
        given_now = form(honours.bestow)(residents, grids, p, one, acts, town.seed, 13)
        form(honours.let_honour_fade.walk)(residents, p)
        form(honours.let_acclaim_fade.walk)(grids, p)
        results.append((residents, grids, int(given_now)))
    assert same(results[0][0], results[1][0])
    assert same(results[0][1], results[1][1])
    assert results[0][2] == results[1][2] > 0


def test_figures_have_the_declared_names():
    town = community(grids=1, honours={"share": 0.5})
    give_acts(town, {0: 3, 1: 2, 2: 2, 3: 1})
    commend(town)
    assert honours.observe(town) == {"honours_given": 2.0, "honoured_share": 0.5}
    assert set(honours.observe(town)) == set(honours.RECORDS)
