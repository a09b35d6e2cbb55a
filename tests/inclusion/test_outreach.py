"""Outreach calls on whom it is aimed at, and on nobody else."""

import numpy as np
import pytest

import sim
from sim.columns import ELDERLY, Residents
from sim.headings import headings, values_of
from sim.inclusion import outreach
from tests.one_row import one

TARGETS = ("random", "inactive", "offline", "active", "elderly", "migrant")
SMALL = {"scale": 0.02, "population.burn_in": 0, "outreach.on": True, "outreach.contacts": 5000.0}


def test_targets_keep_the_numbers_that_stored_scenarios_know_them_by():
    options = headings()["inclusion.outreach"]._field_defaults["target"].options
    assert options == TARGETS
    assert list(range(6)) == [
        outreach.RANDOM,
        outreach.INACTIVE,
        outreach.OFFLINE,
        outreach.ACTIVE,
        outreach.TO_ELDERLY,
        outreach.TO_MIGRANT,
    ]


@pytest.mark.parametrize(
    ("online", "active", "elderly", "migrant", "wanted"),
    [
        (True, True, False, False, {"random", "active"}),
        (True, False, False, False, {"random", "inactive"}),
        (False, False, True, False, {"random", "inactive", "offline", "elderly"}),
        (True, True, False, True, {"random", "active", "migrant"}),
        (False, True, True, True, {"random", "active", "offline", "elderly", "migrant"}),
    ],
)
def test_a_resident_is_called_on_by_the_targets_that_fit(online, active, elderly, migrant, wanted):
    r = one(Residents, online=online, history=active, age=ELDERLY * elderly, migrant=migrant)
    called = {
        name
        for name in TARGETS
        if outreach.eligible(r, values_of(outreach.Outreach, {"target": name}))
    }
    assert called == wanted


@pytest.mark.parametrize(
    ("target", "belongs"),
    [("elderly", lambda r: r.age == ELDERLY), ("migrant", lambda r: r.migrant)],
)
def test_outreach_to_a_group_contacts_its_members_only(target, belongs):
    community = sim.load(overrides={**SMALL, "outreach.target": target})
    community.step()
    contacted = community.residents.contacted
    assert contacted.any()
    assert belongs(community.residents)[contacted].all()
    assert np.count_nonzero(contacted) < np.count_nonzero(belongs(community.residents))
