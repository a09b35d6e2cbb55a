"""The vanguard platform lists tasks and calls members; nobody else hears the call."""

import math

import numpy as np

import sim
from sim.columns import EVENT, MODES, REGISTERED_MEMBER, VOLUNTEER, Residents
from sim.engine.numerics import millionths
from sim.headings import values_of
from sim.platforms import party_vanguard
from sim.platforms.party_vanguard import PartyVanguard
from tests.one_row import one

SMALL = {"scale": 0.02, "population.burn_in": 0}


def test_a_member_is_called_with_the_hazards_of_both_chances():
    p = values_of(PartyVanguard, {"branch_call": 0.1, "event_call": 0.25})
    member = one(Residents, party=REGISTERED_MEMBER)
    party_vanguard.hear_call.function(member, p)
    assert member.call[VOLUNTEER] == millionths(np.float32(-math.log(0.9)))
    assert member.call[EVENT] == millionths(np.float32(-math.log(0.75)))
    others = [mode for mode in range(len(MODES)) if mode not in (VOLUNTEER, EVENT)]
    assert not any(member.call[mode] for mode in others)


def test_only_members_hear_the_call():
    community = sim.load(overrides=SMALL)
    community.residents.call[:] = 0
    party_vanguard.publish(community)
    called = community.residents.call[VOLUNTEER] > 0
    assert np.array_equal(called, community.residents.party > 0)


def test_the_tasks_listed_are_those_of_the_whole_community_at_scale():
    community = sim.load(overrides={**SMALL, "party_vanguard.listed_tasks": 200.0})
    community.offers.withdraw()
    party_vanguard.publish(community)
    assert community.offers.tasks == 200 * 0.02


def test_members_serve_only_in_a_week_with_a_session():
    community = sim.load(overrides={**SMALL, "party_vanguard.sessions_per_year": 0.0})
    community.residents.acted[:] = 1 << VOLUNTEER
    party_vanguard.reward(community)
    assert community.state.party_vanguard.served == 0
    community = sim.load(
        overrides={
            **SMALL,
            "party_vanguard.sessions_per_year": 520.0,
            "party_vanguard.served_per_member": 6.0,
        }
    )
    community.residents.acted[:] = 1 << VOLUNTEER
    party_vanguard.reward(community)
    members = np.count_nonzero(community.residents.party)
    assert members
    assert community.state.party_vanguard.served == 6 * members


def test_a_louder_call_brings_more_volunteers_and_no_platform_the_fewest():
    def acts(**changes):
        community = sim.load(overrides={**SMALL, **changes}, seed=2)
        community.run_for(10)
        return community.residents.acts[VOLUNTEER].sum()

    soft, loud = ({"party_vanguard.branch_call": chance} for chance in (0.05, 0.8))
    assert acts(**loud) > acts(**soft) > acts(**{"party_vanguard.on": False})
