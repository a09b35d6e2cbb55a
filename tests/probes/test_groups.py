"""What the groups probe sees agrees with counts by hand and with the weekly figures."""

from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim.columns import DELIBERATE, EVENT, GROUPS, REPORT, VOLUNTEER
from sim.probes import groups
from sim.records import declared

SMALL = {"scale": 0.02, "population.burn_in": 8}
WEEKS = 70


@pytest.fixture(scope="module")
def watched():
    """A small community, run for more than a year, and what the probe said of it."""
    community = sim.load(overrides=SMALL)
    probe = groups.Probe(community)
    for _ in range(WEEKS):
        community.step()
        probe.week(community)
    return community, probe.outcomes()


def bit(mode, weeks_ago):
    return np.uint64(1) << np.uint64(16 * mode + weeks_ago)


def test_an_act_counts_for_13_weeks_and_a_report_of_a_hazard_never():
    history = [bit(EVENT, 0), bit(VOLUNTEER, 12), bit(DELIBERATE, 13), bit(REPORT, 0), np.uint64(0)]
    residents = SimpleNamespace(
        history=np.array(history, np.uint64),
        registered=np.array([False, True, False, False, True]),
        mediator=np.array([False, False, False, False, True]),
    )
    seen = dict(zip(groups.FORMS, groups.taking_part(residents).tolist(), strict=True))
    assert seen == {
        "any": [True, True, False, False, False],
        "event": [True, False, False, False, False],
        "volunteer": [False, True, False, False, False],
        "deliberate": [False, False, False, False, False],
        "register": [False, True, False, False, True],
        "mediator": [False, False, False, False, True],
    }


def test_groups_are_read_from_the_bits_and_everyone_is_everybody():
    bits = np.array([1 << GROUPS.index("elderly") | 1 << GROUPS.index("offline"), 0], np.uint16)
    seen = dict(zip(groups.SEEN, groups.members_of(bits).tolist(), strict=True))
    assert seen["everyone"] == [True, True]
    assert seen["elderly"] == seen["offline"] == [True, False]
    assert seen["young"] == seen["migrant"] == [False, False]


def test_representation_is_one_at_parity_and_no_number_where_nobody_takes_part():
    assert groups.representation(0.1, 0.2) == 0.5
    assert groups.representation(0.2, 0.2) == 1
    assert np.isnan(groups.representation(0.0, 0.0))
    assert np.isnan(groups.representation(np.nan, 0.2))


def test_a_parity_gap_is_what_the_lowest_lacks_of_the_highest():
    assert groups.parity_gap([0.1, 0.4, 0.2]) == pytest.approx(0.75)
    assert groups.parity_gap([0.3, 0.3]) == 0
    assert np.isnan(groups.parity_gap([0.0, 0.0]))


def test_gap_and_spread_are_seen_among_groups_with_anybody_in_them():
    assert groups.parity_gap([np.nan, 0.1, 0.4]) == pytest.approx(0.75)
    assert np.isnan(groups.parity_gap([np.nan, 0.4]))
    assert groups.spread([np.nan, 0.5, 1.5]) == pytest.approx(1.0)
    assert np.isnan(groups.spread([np.nan, np.nan]))


def test_of_a_group_of_nobody_nothing_is_said_and_of_the_others_as_before():
    community = sim.load(overrides=SMALL | {"population.affordable_compounds": 0})
    probe = groups.Probe(community)
    for _ in range(14):
        community.step()
        probe.week(community)
    seen = probe.outcomes()
    for name in (
        "taking_part_any_low_income",
        "representation_event_low_income",
        "needs_known_share_low_income",
        "needs_unknown_share_low_income",
    ):
        assert np.isnan(seen[name]), name
    assert seen["needs_born_low_income"] == 0
    assert np.isfinite(seen["taking_part_any_elderly"])


def test_every_declared_measure_is_given_and_none_is_a_weekly_figure(watched):
    _, seen = watched
    assert seen.keys() == groups.MEASURES.keys()
    assert np.isfinite(list(seen.values())).all()
    assert not seen.keys() & declared().keys()


@pytest.mark.parametrize("form", ["event", "volunteer", "deliberate"])
@pytest.mark.parametrize("group", ["young", "elderly", "migrant", "offline"])
def test_rates_are_the_mean_of_the_weekly_rates_of_the_last_year(watched, form, group):
    community, seen = watched
    weekly = community.records.to_frame()[f"rate_{form}_{group}"]
    assert seen[f"taking_part_{form}_{group}"] == pytest.approx(weekly[-52:].mean())
    everybody = community.records.to_frame()[f"rate_{form}"][-52:].mean()
    assert seen[f"representation_{form}_{group}"] == pytest.approx(weekly[-52:].mean() / everybody)


def test_gaps_compare_the_groups_of_a_partition(watched):
    community, seen = watched
    weekly = community.records.to_frame()[-52:].mean(numeric_only=True)
    ages = [weekly[f"rate_event_{age}"] for age in ("young", "middle", "elderly")]
    assert seen["gap_age_event"] == pytest.approx(1 - min(ages) / max(ages))
    spread = (max(ages) - min(ages)) / weekly["rate_event"]
    assert seen["spread_age_event"] == pytest.approx(spread)
    assert seen["gap_age_event"] > 0


@pytest.mark.parametrize("group", ["elderly", "local"])
def test_acts_and_hours_are_those_of_the_last_year_for_the_whole_community(watched, group):
    community, seen = watched
    weekly = community.records.to_frame()[-52:]
    acts = sum(
        weekly[f"acts_{mode}_{group}"].sum() for mode in ("event", "volunteer", "deliberate")
    )
    assert seen[f"acts_taken_{group}"] == pytest.approx(acts)
    assert seen[f"hours_given_{group}"] == pytest.approx(
        2 * weekly[f"acts_volunteer_{group}"].sum()
    )
    assert seen[f"hours_given_{group}"] > 0


@pytest.mark.parametrize(
    ("group", "figure"), [("everyone", "all"), ("elderly", "elderly"), ("offline", "offline")]
)
def test_needs_born_and_met_are_the_cohorts_of_the_weekly_figures(watched, group, figure):
    community, seen = watched
    weekly = community.records.to_frame()[-52:].sum(numeric_only=True)
    assert seen[f"needs_born_{group}"] == pytest.approx(weekly[f"cohort_arisen_{figure}"])
    assert seen[f"needs_served_share_{group}"] == pytest.approx(
        weekly[f"cohort_met_{figure}"] / weekly[f"cohort_arisen_{figure}"]
    )


def test_what_is_met_was_known_and_unknown_needs_are_some_of_those_open(watched):
    community, seen = watched
    weekly = community.records.to_frame()[-52:].mean(numeric_only=True)
    assert seen["needs_unknown_everyone"] == pytest.approx(weekly["needs_unfound"])
    opened = weekly["needs_unfound"] + weekly["needs_open"]
    assert seen["needs_unknown_share_everyone"] == pytest.approx(weekly["needs_unfound"] / opened)
    for group in groups.NEEDY:
        assert 0 < seen[f"needs_served_share_{group}"] <= seen[f"needs_known_share_{group}"] < 1


def test_a_need_found_in_its_thirteenth_week_was_not_known_in_time(watched):
    """Counted from the columns: a need that is found or closed says when it was found."""
    community, seen = watched
    needs = community.needs.used()
    last = community.week - 1 - groups.FOLLOWED
    cohort = (needs.born <= last) & (needs.born > last - groups.YEAR)
    found = np.isin(needs.stage, (1, 2)) & (needs.found - needs.born <= groups.FOLLOWED)
    given_up_found = cohort & (needs.stage == 3) & (needs.found > 0)
    in_time = (cohort & found).sum() + (
        given_up_found & (needs.found - needs.born <= groups.FOLLOWED)
    ).sum()
    assert seen["needs_known_share_everyone"] == pytest.approx(in_time / cohort.sum())


def test_a_probe_that_watches_changes_nothing():
    digests = []
    for watch in (False, True):
        community = sim.load(overrides=SMALL)
        probe = groups.Probe(community)
        for _ in range(6):
            community.step()
            if watch:
                probe.week(community)
        digests.append(community.digest())
    assert digests[0] == digests[1]
