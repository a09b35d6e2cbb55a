"""Ties fade by the week, grow by meeting, and stay mutual."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
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
        ties.hold(residents, 0, slot + 1, F(0.9 if slot else 0.2), F(0.1))
        ties.hold(residents, slot + 1, 0, F(0.9 if slot else 0.2), F(0.1))
    ties.hold(residents, 0, TIE_SLOTS + 1, F(0.5), F(0.2))
    assert residents.degree[0] == TIE_SLOTS
    assert not ties.knows(residents, 0, 1)
    assert not ties.knows(residents, 1, 0)
    assert ties.knows(residents, 0, TIE_SLOTS + 1)
    assert sorted(set(residents.meets[0].tolist())) == [F(0.1), F(0.2)]


def test_the_expected_number_of_acquaintances_counts_each_pair_once():
    """Twenty at an event: 190 pairs at 1 % are 1.9; each of the twenty starts half of his or hers."""
    each = ties.acquaintance_chance(values_of(Ties, {"new_tie_chance": 0.01}), 19)
    assert 20 * each == pytest.approx(190 * 0.01, rel=1e-6)


# --- Everyday encounters ---


DEFAULT = values_of(Ties)
share = st.floats(0, 1, width=32)


@given(share, share)
def test_a_tie_stays_where_encounters_keep_it_and_moves_towards_it_from_anywhere(meets, strength):
    level = ties.own_level(DEFAULT, F(meets))
    assert ties.lived(DEFAULT, level, F(meets)) == pytest.approx(level, abs=1e-6)
    after = ties.lived(DEFAULT, F(strength), F(meets))
    assert 0 <= after <= 1
    assert abs(after - level) <= abs(F(strength) - level) + 1e-6


def test_without_encounters_a_tie_only_fades_to_the_last_bit():
    none = DEFAULT._replace(encounters=F(0))
    for strength in (0.0, 0.013, 0.3, 1.0):
        assert ties.lived(none, F(strength), F(0.4)) == ties.faded(none, F(strength))
    assert ties.own_level(none, F(0.4)) == 0
    assert ties.own_level(none._replace(fading=F(0)), F(0.4)) == 0


def cohesion(weeks=0, seed=1, **overrides):
    """Ties' mean strength in a community without a programme, after some weeks."""
    alone = {f"{name}.on": False for name in ("co_culture", "regional_party_building")}
    given = {"scale": 0.03, "population.burn_in": weeks, **alone, **overrides}
    community = sim.load(overrides=given, seed=seed)
    r = community.residents
    return float(r.tie[np.arange(TIE_SLOTS) < r.degree[:, None]].mean())


def test_either_way_commutes_erode_and_courts_build():
    usual = cohesion()
    assert cohesion(**{"availability.commute": 20.0}) < usual - 0.003
    assert cohesion(**{"availability.commute": 0.0}) > usual + 0.003
    assert cohesion(**{"ties.public_space": 2.0}) > usual + 0.05
    assert cohesion(**{"ties.public_space": 0.3}) < usual - 0.05
    assert cohesion(**{"ties.screens": 0.8}) < usual - 0.03
    assert cohesion(**{"ties.screens": 0.0}) > usual + 0.03
    assert cohesion(**{"ties.with_children": 1.0}) < usual
    assert cohesion(**{"ties.frail_about": 0.0}) < usual


def test_a_larger_court_is_one_in_which_two_given_people_meet_more_seldom():
    assert cohesion(**{"ties.court": 265.0}) < cohesion() < cohesion(**{"ties.court": 1060.0})


def test_two_starts_meet_and_nothing_trends_without_a_programme():
    """Mean strength of ties after eight years from almost nothing and from three times its level."""
    weeks = 416
    low = cohesion(weeks, **{"ties.start": 0.05, "ties.chat": 0.0})
    high = cohesion(weeks, **{"ties.start": 3.0, "ties.chat": 0.0})
    at_its_level = cohesion(weeks, **{"ties.chat": 0.0})
    assert abs(low - high) < 0.01
    assert abs(at_its_level - cohesion(0)) < 0.02


def test_who_is_about_follows_from_hours_and_homes_and_not_from_a_label():
    r = sim.load(overrides={"scale": 0.1, "population.burn_in": 0}, seed=2).residents
    assert r.about[r.occupation == 0].mean() > 2 * r.about[r.occupation == 1].mean()
    assert r.about[r.occupation == 4].mean() < 0.1
    at_home = r.occupation == 0
    for group in (r.migrant,):
        ours, theirs = r.about[at_home & group].mean(), r.about[at_home & ~group].mean()
        assert ours == pytest.approx(theirs, rel=0.12)


def test_new_neighbours_are_made_by_those_who_are_about_and_stay_mutual():
    community = sim.load(
        overrides={"scale": 0.2, "population.burn_in": 0, "ties.chat": 0.1}, seed=2
    )
    r = community.residents
    before = r.degree.copy().astype(int)
    made = ties.chat_outdoors(r, community.micro_grids, community.numbers.ties, community.seed, 3)
    assert made > 10
    gained = r.degree.astype(int) - before
    assert r.about[gained > 0].mean() > r.about.mean()
    for i in np.flatnonzero(gained > 0):
        for j in r.neighbour[i, : r.degree[i]]:
            assert ties.knows(r, np.int64(j), i)
