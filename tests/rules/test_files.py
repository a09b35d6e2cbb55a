"""What the committee's books say of disputes comes out of who takes up which file, and how."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.columns import (
    BOOKED_RESOLVED,
    BOOKED_UNRESOLVED,
    DISPUTE_RESOLVED,
    DISPUTE_UNRESOLVED,
    MERGED,
    NOT_BOOKED,
    Cases,
    DisputeRows,
    Residents,
    allocate,
)
from sim.headings import values_of
from sim.rules import disputes, files
from sim.rules.files import Files

F = np.float32
P = values_of(Files)


def town(count=400, mediators=4, waiting=0, seed=1, **numbers):
    """Return a community in which so many disputes were withdrawn unresolved this week."""
    cases = Cases(DisputeRows, room=count)
    cases.reserve(count)
    cases.count = count
    rows = cases.used()
    rows.owner[:] = np.arange(count)
    rows.other[:] = np.arange(count, 2 * count)
    rows.address[:] = np.arange(count)
    rows.stage[:] = DISPUTE_UNRESOLVED
    community = SimpleNamespace(
        seed=np.uint64(seed),
        week=0,
        extent=F(1),
        disputes=cases,
        residents=allocate(Residents, 2 * count),
        numbers=SimpleNamespace(
            files=P._replace(**{name: F(value) for name, value in numbers.items()}),
            disputes=values_of(disputes.Disputes)._replace(committee_mediators=F(mediators)),
        ),
        state=SimpleNamespace(
            disputes=SimpleNamespace(mediators=0, open_count=waiting, resolved=0)
        ),
    )
    community.state.files = files.begin(community)
    return community


def live(community, weeks=60):
    figures = dict.fromkeys(files.RECORDS, 0.0)
    for _ in range(weeks):
        files.learn(community)
        for name, value in files.observe(community).items():
            figures[name] += value
        community.week += 1
    return figures


def test_each_file_ends_once_and_the_counts_say_how():
    community = town()
    figures = live(community)
    entry = community.disputes.used().entry
    assert len(community.state.files.open) == 0
    assert (entry != NOT_BOOKED).all()
    assert figures["disputes_settled_on_paper"] == (entry == BOOKED_RESOLVED).sum()
    booked = (entry == BOOKED_RESOLVED) | (entry == BOOKED_UNRESOLVED)
    assert figures["disputes_recorded"] == booked.sum()


def test_fates_have_their_shares():
    """Of 4,000: a fifth put away, of the others .9 of one half settled by talk; four deviations."""
    entry_of = town(4000)
    live(entry_of)
    entry = entry_of.disputes.used().entry
    for which, share in ((MERGED, 0.2), (BOOKED_RESOLVED, 0.8 * 0.45)):
        assert abs((entry == which).mean() - share) < 4 * math.sqrt(share * (1 - share) / 4000)


def test_what_is_resolved_has_no_file():
    community = town()
    community.disputes.used().stage[:] = DISPUTE_RESOLVED
    live(community, 3)
    assert len(community.state.files.open) == 0
    assert not community.disputes.used().entry.any()


def test_nobody_who_takes_files_up_leaves_them_open():
    community = town(handling=0)
    assert live(community, 10)["disputes_recorded"] == 0
    assert len(community.state.files.open) == 400


@given(st.floats(-8, 8, width=32), st.floats(0, 1, width=32), st.floats(0, 50, width=32))
def test_a_chance_is_one_and_falls_with_supervision(talk, supervision, load):
    p = P._replace(talk=F(talk), supervision=F(supervision))
    chance = files.talk_chance(p, F(load))
    assert 0 <= chance <= 1
    assert chance <= files.talk_chance(p._replace(supervision=F(0)), F(load))


def paper_rate(**numbers):
    figures = live(town(2000, **numbers))
    return figures["disputes_recorded_resolved"] / figures["disputes_recorded"]


def test_either_way_the_recorded_rate_follows_load_and_supervision():
    """Of disputes none of which was resolved: the books can show all of them, some, or none."""
    assert paper_rate(supervision=1) == 0
    assert paper_rate(talk=8, supervision=0) > 0.99
    usual = paper_rate()
    assert 0.3 < usual < 0.6
    assert paper_rate(waiting=40) > usual + 0.2
    assert paper_rate(waiting=40, talk_by_load=-0.5) < usual - 0.2


def test_parties_lose_trust_only_where_the_books_say_what_is_not_so():
    community = town(trust_lost=0.03)
    live(community)
    rows, nudge = community.disputes.used(), community.residents.trust_nudge
    false = rows.entry == BOOKED_RESOLVED
    for party in (rows.owner, rows.other):
        assert (nudge[party[false]] == -30_000).all()
        assert (nudge[party[~false]] == 0).all()
    honest = town(trust_lost=0)
    live(honest)
    assert not honest.residents.trust_nudge.any()


def test_supervision_changes_the_books_and_trust_and_nothing_else_of_the_disputes():
    """A whole community: mediation goes on as before; what parties think of the committee does not."""

    def lived(supervision):
        changes = {
            "scale": 0.1,
            "population.burn_in": 4,
            "disputes.arrival": 0.005,
            "files.supervision": supervision,
            "files.talk": 4.0,
            "files.trust_lost": 0.2,
        }
        community = sim.load(overrides=changes, seed=3)
        community.run_for(60)
        return community.records.outcomes()

    lax, strict = lived(0.0), lived(1.0)
    assert lax["disputes_settled_on_paper"] > 20
    assert strict["disputes_settled_on_paper"] == 0
    rates = [o["disputes_recorded_resolved"] / o["disputes_recorded"] for o in (strict, lax)]
    assert rates[0] < rates[1]
    assert lax["trust"] < strict["trust"]


@pytest.mark.parametrize("name", ["disputes_recorded", "disputes_recorded_resolved"])
def test_the_committees_own_figures_are_marked_as_such(name):
    assert files.RECORDS[name].recorded
