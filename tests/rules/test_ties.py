"""Ties fade by the week, grow by meeting, and stay mutual."""

import numpy as np
import pytest

from sim.columns import EVENT, TIE_SLOTS, Residents, allocate
from sim.headings import values_of
from sim.rules import ties
from sim.rules.ties import Ties

F = np.float32
P = values_of(Ties, {"fading": 0.1, "meeting_gain": 0.05, "new_tie_strength": 0.3})


def town(people=4, **pairs):
    """Residents of whom 0 and 1 know each other with strength .5."""
    residents = allocate(Residents, people)
    for i, j in ((0, 1), (1, 0)):
        residents.neighbour[i, 0], residents.tie[i, 0], residents.degree[i] = j, 0.5, 1
    return residents


def attend(residents, *rows):
    residents.acted[:] = 0
    residents.acted[list(rows)] = 1 << EVENT
    residents.event[:] = 0


def test_a_tie_loses_a_tenth_a_week_and_half_in_a_year_at_the_declared_rate():
    assert ties.faded(P, F(0.5)) == pytest.approx(0.45)
    strength, default = F(1), values_of(Ties)
    for _ in range(52):
        strength = ties.faded(default, strength)
    assert strength == pytest.approx(0.5, abs=0.002)


def test_meeting_strengthens_up_to_one():
    assert ties.strengthened(P, F(0.5)) == pytest.approx(0.55)
    assert ties.strengthened(P, F(0.99)) == 1


@pytest.mark.parametrize(("present", "strength"), [((0, 1), 0.55), ((0,), 0.5), ((2, 3), 0.5)])
def test_only_those_who_meet_grow_closer(present, strength):
    residents = town()
    attend(residents, *present)
    none = P._replace(new_tie_chance=F(0))
    ties.meet_at_events(residents, none, 0, 1, np.empty(4, np.int64), np.uint64(1), 0)
    assert residents.tie[0, 0] == residents.tie[1, 0] == pytest.approx(strength)


def test_an_acquaintance_is_mutual_and_made_once():
    residents = allocate(Residents, 2)
    attend(residents, 0, 1)
    sure = P._replace(new_tie_chance=F(2))
    room = np.empty(2, np.int64)
    assert ties.meet_at_events(residents, sure, 0, 1, room, np.uint64(1), 0) == 1
    assert ties.knows(residents, 0, 1)
    assert ties.knows(residents, 1, 0)
    assert residents.tie[0, 0] == residents.tie[1, 0] == pytest.approx(0.3)
    assert ties.meet_at_events(residents, sure, 0, 1, room, np.uint64(1), 1) == 0


def test_nobody_meets_at_an_event_alone():
    residents = allocate(Residents, 3)
    attend(residents, 1)
    sure = P._replace(new_tie_chance=F(2))
    assert ties.meet_at_events(residents, sure, 0, 1, np.empty(3, np.int64), np.uint64(1), 0) == 0
    assert not residents.degree.any()


def test_a_full_circle_gives_up_its_weakest_tie_on_both_sides():
    residents = allocate(Residents, TIE_SLOTS + 2)
    for slot in range(TIE_SLOTS):
        ties.hold(residents, 0, slot + 1, F(0.9 if slot else 0.2))
        ties.hold(residents, slot + 1, 0, F(0.9 if slot else 0.2))
    ties.hold(residents, 0, TIE_SLOTS + 1, F(0.5))
    assert residents.degree[0] == TIE_SLOTS
    assert not ties.knows(residents, 0, 1)
    assert not ties.knows(residents, 1, 0)
    assert ties.knows(residents, 0, TIE_SLOTS + 1)


def test_the_expected_number_of_acquaintances_counts_each_pair_once():
    """Twenty at an event: 190 pairs at 1 % are 1.9; each of the twenty starts half of his or hers."""
    each = ties.acquaintance_chance(values_of(Ties, {"new_tie_chance": 0.01}), 19)
    assert 20 * each == pytest.approx(190 * 0.01, rel=1e-6)
