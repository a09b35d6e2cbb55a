"""What disputes do to ties and trust, either way."""

import numpy as np
import pytest

import sim
from sim.columns import (
    DISPUTE_RESOLVED,
    DISPUTE_UNRESOLVED,
    TIE_SLOTS,
    DisputeRows,
    Residents,
    allocate,
)
from sim.headings import values_of
from sim.rules import aftermath, disputes, ties
from sim.rules.aftermath import Aftermath

F = np.float32
P = values_of(Aftermath)


def town():
    """Four who all know each other with strength .5; 0 and 1 have a dispute."""
    residents, rows = allocate(Residents, 4), allocate(DisputeRows, 1)
    for i in range(4):
        for j in range(4):
            if i != j:
                ties.hold(residents, i, j, F(0.5), F(0.1))
    rows.other[0] = 1
    return residents, rows


def strength(residents, i, j):
    (slot,) = np.flatnonzero(residents.neighbour[i, : residents.degree[i]] == j)
    return residents.tie[i, slot]


def test_an_open_dispute_thins_the_parties_ties_and_theirs_most_on_both_sides():
    residents, rows = town()
    aftermath.live_with(residents, rows, P, np.zeros(1, np.int64), 1)
    for i, j in ((0, 2), (0, 3), (1, 2), (1, 3)):
        assert strength(residents, i, j) == strength(residents, j, i) == pytest.approx(0.49)
    between = pytest.approx(0.5 * 0.8**2)  # each party's week of it counts
    assert strength(residents, 0, 1) == strength(residents, 1, 0) == between
    assert strength(residents, 2, 3) == F(0.5)


def test_a_resolution_mends_the_tie_between_the_parties_alone():
    residents, rows = town()
    aftermath.make_up(residents, rows, P, np.zeros(1, np.int64))
    assert strength(residents, 0, 1) == strength(residents, 1, 0) == pytest.approx(0.65)
    assert strength(residents, 0, 2) == F(0.5)


def test_a_dispute_within_one_household_thins_once():
    residents, rows = town()
    rows.other[0] = 0
    aftermath.live_with(residents, rows, P, np.zeros(1, np.int64), 1)
    assert strength(residents, 0, 1) == pytest.approx(0.49)


def test_with_weights_of_zero_ties_stay_as_they_are_to_the_last_bit():
    residents, rows = town()
    none = P._replace(thinning=F(0), feud=F(0), mending=F(0))
    aftermath.live_with(residents, rows, none, np.zeros(1, np.int64), 1)
    aftermath.make_up(residents, rows, none, np.zeros(1, np.int64))
    assert set(residents.tie[residents.tie > 0].tolist()) == {0.5}


BASE = {"scale": 0.1, "population.burn_in": 13, "disputes.arrival": 0.005}


def lived(weeks=78, seed=1, **overrides):
    community = sim.load(overrides={**BASE, **overrides}, seed=seed)
    community.run_for(weeks)
    r = community.residents
    held = np.arange(TIE_SLOTS) < r.degree[:, None]
    return community, float(r.trust.mean()), float(r.tie[held].mean())


NO_TRUST = {"aftermath.trust_won": 0.0, "aftermath.trust_lost": 0.0, "files.trust_lost": 0.0}


def test_either_way_trust_rises_where_mediation_succeeds_and_falls_where_it_does_not():
    def gain(mediation):
        overrides = {"disputes.mediation": mediation, "disputes.committee_sessions": 50.0}
        _, with_effect, _ = lived(**overrides)
        _, without, _ = lived(**overrides, **NO_TRUST)
        return with_effect - without

    assert gain(4.0) > 0.002
    assert gain(-5.0) < -0.002


def test_ten_times_the_disputes_is_no_longer_nothing():
    _, _, few = lived(**{"disputes.arrival": 0.001})
    _, _, many = lived(**{"disputes.arrival": 0.01})
    assert many < few - 0.003
    none = {"aftermath.thinning": 0.0, "aftermath.feud": 0.0, "aftermath.mending": 0.0}
    _, _, harmless = lived(**{"disputes.arrival": 0.01}, **none)
    assert abs(harmless - few) < 0.3 * (few - many)


def test_either_way_neighbours_who_are_close_quarrel_less_and_strangers_more():
    def arisen(**overrides):
        community, _, _ = lived(weeks=52, **overrides)
        return community.records.outcomes()["disputes_arisen"]

    usual = arisen()
    assert arisen(**{"ties.public_space": 3.0}) < 0.85 * usual
    assert arisen(**{"ties.public_space": 0.1}) > 1.1 * usual
    apart = {"disputes.cohesion": 0.0}
    assert arisen(**apart, **{"ties.public_space": 3.0}) == arisen(**apart)


def test_disputes_that_arise_in_two_scenarios_have_one_address_and_the_same_parties():
    close, _, _ = lived(weeks=40)
    strangers, _, _ = lived(weeks=40, **{"ties.public_space": 0.1})
    one, other = (c.disputes.used() for c in (close, strangers))
    shared, mine, theirs = np.intersect1d(one.address, other.address, return_indices=True)
    assert len(shared) > 0.8 * len(one.address)
    assert len(np.unique(one.address)) == len(one.address)
    assert (one.owner[mine] == other.owner[theirs]).all()
    assert (one.other[mine] == other.other[theirs]).all()


def test_closeness_is_a_mean_over_ties_and_usual_without_any():
    assert disputes.mean_of(F(3), F(10), F(0.2)) == pytest.approx(0.3)
    assert disputes.mean_of(F(0), F(0), F(0.2)) == F(0.2)


@pytest.mark.parametrize(
    ("stage", "moved"), [(DISPUTE_RESOLVED, 30_000), (DISPUTE_UNRESOLVED, -30_000)]
)
def test_the_end_of_a_dispute_moves_both_parties_trust(stage, moved):
    community = sim.load(overrides={"scale": 0.01, "population.burn_in": 0}, seed=1)
    rows = community.disputes.reserve(1)
    community.disputes.count = 1
    rows.owner[0], rows.other[0] = 3, 7
    rows.stage[0], rows.closed[0] = stage, community.week
    aftermath.learn(community)
    nudged = np.flatnonzero(community.residents.trust_nudge)
    assert nudged.tolist() == [3, 7]
    assert (community.residents.trust_nudge[nudged] == moved).all()
