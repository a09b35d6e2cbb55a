"""Residents compare what they get for an hour: worse may discourage, better may please or not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.columns import Residents, allocate
from sim.headings import values_of
from sim.incentives import fairness
from sim.incentives.fairness import Fairness

F = np.float32
P = values_of(Fairness)
share = st.floats(0, 1, width=32)
some = st.floats(0, 8, width=32)


@given(share, st.floats(-8, 8, width=32))
def test_motivation_stays_in_bounds_and_being_behind_never_lifts_it(motivation, gap):
    after = fairness.compared(P, F(motivation), F(gap))
    assert 0 <= after <= 1
    if gap > 0:
        assert after <= F(motivation)


@given(some, some)
def test_who_gets_as_much_as_ties_do_is_not_moved(got, given_hours):
    own = fairness.per_hour(F(got), F(given_hours))
    gap = fairness.behind(F(3) * own, F(3), own)
    assert gap == pytest.approx(0, abs=1e-4)
    assert fairness.behind(F(0), F(0), own) == 0


def pair(own, theirs, **numbers):
    """Let resident 0, who gets `own` for two hours, look at resident 1; return motivation after."""
    residents = allocate(Residents, 2)
    for i, j, got in ((0, 1, own), (1, 0, theirs)):
        residents.neighbour[i, 0], residents.degree[i] = j, 1
        residents.given[i], residents.got[i] = 2, got
        residents.motivation[i] = 0.5
    worse = fairness.compare.function(residents[0], P._replace(**numbers), residents)
    return float(residents.motivation[0]), bool(worse)


def test_either_way_less_than_ties_discourages_and_more_may_please_or_embarrass():
    behind, worse = pair(own=0, theirs=4)
    assert worse
    assert behind == pytest.approx(0.5 - 2 * float(P.disadvantage), abs=1e-6)
    assert pair(own=4, theirs=0)[0] == 0.5  # no weight on advantage by default
    assert pair(own=4, theirs=0, advantage=F(0.01))[0] == pytest.approx(0.52)
    assert pair(own=4, theirs=0, advantage=F(-0.01))[0] == pytest.approx(0.48)
    assert pair(own=3, theirs=3) == (0.5, False)


BASE = {"scale": 0.05, "population.burn_in": 0}


def lived(**overrides):
    community = sim.load(overrides={**BASE, **overrides}, seed=2)
    community.run_for(80)
    return community


def motivation_of_givers(**overrides):
    residents = lived(**overrides).residents
    return float(residents.motivation[residents.acts[1] > 0].mean())


RARE = {"honours.share": 0.02, "fairness.honour_worth": 50.0}


def test_either_way_honours_that_reach_few_discourage_the_others_or_please_those_honoured():
    still = motivation_of_givers(**RARE, **{"fairness.disadvantage": 0.0})
    assert motivation_of_givers(**RARE, **{"fairness.disadvantage": 0.02}) < still - 0.005
    pleased = {"fairness.disadvantage": 0.0, "fairness.advantage": 0.02}
    assert motivation_of_givers(**RARE, **pleased) > still + 0.002


def test_with_weights_of_zero_comparing_changes_no_byte():
    def bytes_of(**overrides):
        zero = {"fairness.disadvantage": 0.0, "fairness.advantage": 0.0}
        residents = lived(**zero, **overrides).residents
        columns = zip(residents._fields, residents, strict=True)
        return {name: column.tobytes() for name, column in columns if name not in ("got", "given")}

    assert bytes_of() == bytes_of(**{"fairness.honour_worth": 40.0, "fairness.kept": 0.7})


def test_what_was_given_and_got_is_forgotten_together():
    residents = lived().residents
    assert ((residents.given > 0) | (residents.got == 0)).all()
    assert (residents.given[residents.given > 0] >= P.forgotten).all()
