"""The partners probe measures waits as counted by hand, and agrees with the weekly figures."""

import numpy as np
import pytest

import sim
from sim.probes.partners import MEASURES, Probe, median_wait

SMALL = {"scale": 0.02, "population.burn_in": 4, "rules.partners.locked": True}
WEEKS = 40
FEE_IN_YUAN = 20


def watched(changes):
    """Return a small community after its run, and what the probe said of it."""
    community = sim.load(overrides=SMALL | changes)
    probe = Probe(community)
    for _ in range(WEEKS):
        community.step()
        probe.week(community)
    return community, probe


@pytest.fixture(scope="module")
def lively():
    """Eleven partners, all of them active, all enterprises on the market."""
    return watched(
        {
            "rules.partners.active_share": 1.0,
            "population.market_share": 1.0,
            "population.fee": 100 * FEE_IN_YUAN,
        }
    )


@pytest.fixture
def probe():
    """A probe of a community that has not been run."""
    return Probe(sim.load(overrides=SMALL | {"population.burn_in": 0}))


def test_the_median_of_ended_waits_is_the_middle_one():
    assert median_wait([6, 2, 4], []) == 4


def test_a_wait_that_lasts_counts_as_long_as_it_was_seen():
    # At 2 weeks one of five ends (4/5 go on), at 4 one of the three still seen (8/15 go on); the
    # one that was last seen at 3 is no longer among them.
    assert median_wait([2, 4], [3, 10, 10]) is None
    # With one more end at 4, two of four end there: 5/6 · 2/4 = 5/12 go on.
    assert median_wait([2, 4, 4], [3, 10, 10]) == 4


def test_without_any_wait_there_is_no_median():
    assert median_wait([], []) is None
    assert median_wait([], [5, 5]) is None


def test_a_domain_waits_from_its_first_untaken_need_until_a_project_runs(probe):
    none, wanted = np.zeros(5, bool), np.array([True, False, False, False, False])
    for running in (none, none, none, wanted, none, none):
        probe.watch(running, wanted)
        probe.weeks += 1
    assert probe.waited == [3]
    assert probe.waits_since == [4, None, None, None, None]


def test_a_domain_goes_on_waiting_when_its_needs_have_gone(probe):
    none, wanted = np.zeros(5, bool), np.array([False, True, False, False, False])
    for running, call in ((none, wanted), (none, none), (wanted, none)):
        probe.watch(running, call)
        probe.weeks += 1
    assert probe.waited == [2]


def test_waits_of_projects_have_the_mean_of_the_weekly_figure(lively):
    community, probe = lively
    ended, lasting = probe.project_waits()
    assert len(ended) + len(lasting) == community.records.outcomes()["projects_proposed"]
    assert np.mean(ended) == pytest.approx(community.records.outcomes()["project_wait"])
    assert lasting
    assert all(0 <= weeks < WEEKS for weeks in lasting)


def test_users_of_market_operators_are_those_who_paid_the_fee(lively):
    community, probe = lively
    fees = community.records.outcomes()["fees"]
    assert fees > 0
    assert probe.outcomes()["market_users"] == pytest.approx(fees / FEE_IN_YUAN)


def test_all_eleven_partners_take_part_where_all_are_active(lively):
    community, probe = lively
    assert probe.outcomes()["partners_taking_part"] == 11
    # a quarter of eleven partners are enterprises: the largest remainders make it three
    enterprises = int(community.partners.market[:11].sum())
    assert enterprises in (2, 3)
    assert probe.outcomes()["market_operators"] == pytest.approx(enterprises / 11)


def test_without_the_platform_nobody_waits_for_less_than_the_programme():
    _, probe = watched({"platforms.regional_party_building.on": False})
    seen = probe.outcomes()
    assert seen["project_wait_median"] == seen["domain_wait_median"] == WEEKS
    assert seen["project_cover"] == 0
    assert seen["domain_waits"] == 5


def test_the_probe_changes_nothing_and_declares_what_it_gives(lively):
    community, probe = lively
    alone = sim.load(
        overrides=SMALL
        | {
            "rules.partners.active_share": 1.0,
            "population.market_share": 1.0,
            "population.fee": 100 * FEE_IN_YUAN,
        }
    )
    for _ in range(WEEKS):
        alone.step()
    assert alone.digest() == community.digest()
    assert probe.outcomes().keys() == MEASURES.keys()
