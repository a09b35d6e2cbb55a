"""Being asked leaves rapport with whoever came, and tires: more asking may bring more acts, or fewer."""

import numpy as np
import pytest

import sim
from sim.columns import DELIBERATE, EVENT, REPORT, VOLUNTEER, Residents
from sim.headings import values_of
from sim.rules import asking
from sim.rules.asking import Asking
from tests.one_row import one

F = np.float32
P = values_of(Asking)


def test_rapport_comes_with_a_contact_and_halves_in_half_a_year():
    rapport = asking.rapport_after(P, F(0), True)
    assert rapport == P.rapport
    for _ in range(26):
        rapport = asking.rapport_after(P, rapport, False)
    assert rapport == pytest.approx(float(P.rapport) / 2, rel=1e-4)
    assert asking.rapport_after(P, F(0.9), True) > P.rapport


def test_asks_declined_are_those_not_taken_up_and_hazards_are_none():
    every = 1 << EVENT | 1 << VOLUNTEER | 1 << REPORT | 1 << DELIBERATE
    assert asking.declined(every, 0) == 3
    assert asking.declined(every, every) == 0
    assert asking.declined(1 << REPORT, 0) == 0
    assert asking.declined(1 << EVENT | 1 << VOLUNTEER, 1 << EVENT) == 1


def test_tiredness_has_a_level_of_its_own_for_every_rate_of_asks():
    low, high = F(0), F(50)
    for _ in range(200):
        low, high = (asking.tired_after(P, tired, F(0.5)) for tired in (low, high))
    assert low == pytest.approx(high, abs=1e-3)
    assert low == pytest.approx(0.5 / (1 - float(P.kept)), rel=1e-3)


def test_who_came_in_person_passes_on_more_the_better_one_knows_them():
    def call(rapport):
        r = one(Residents, rapport=F(rapport))
        asking.be_told.function(r, P)
        return [int(r.call[mode]) for mode in (EVENT, VOLUNTEER, REPORT, DELIBERATE)]

    assert call(0) == [0, 0, 0, 0]
    weak, strong = call(0.2), call(0.8)
    assert 0 < weak[0] < strong[0]
    assert weak[2] == strong[2] == 0


BASE = {"scale": 0.05, "population.burn_in": 0}


def test_contacts_are_remembered_and_forgotten():
    community = sim.load(
        overrides={**BASE, "outreach.on": True, "outreach.contacts": 1000.0, "outreach.chance": 0.0}
    )
    community.run_for(4)
    known = community.records.latest("in_touch")
    assert known > 2000
    quiet = sim.load(overrides=BASE)
    quiet.run_for(4)
    assert quiet.records.latest("in_touch") == 0


def acts(seed=1, weeks=40, **overrides):
    community = sim.load(overrides={**BASE, **overrides}, seed=seed)
    community.run_for(weeks)
    return int(community.residents.acts[[EVENT, VOLUNTEER]].sum())


def test_rapport_carries_later_asks_or_none():
    contacts = {
        "outreach.on": True,
        "outreach.contacts": 2000.0,
        "outreach.chance": 0.0,
        "outreach.contact_cost": 0.0,
    }
    still = acts(**contacts, **{"asking.passes_on": 0.0, "outreach.persuasion": 0.0})
    assert still == acts()  # a contact that says nothing and leaves nothing
    assert acts(**contacts, **{"asking.passes_on": 0.5, "outreach.persuasion": 0.0}) > still


def test_either_way_more_asks_bring_more_acts_and_past_some_dose_fewer():
    def dose(asks, tiredness):
        both = {"population.asks_elderly": asks, "population.asks_migrant": asks}
        return acts(**both, **{"participation.tiredness": tiredness})

    fresh = [dose(asks, 0.0) for asks in (0.5, 1.0, 5.0)]
    assert fresh == sorted(fresh)
    tired = [dose(asks, 0.5) for asks in (0.1, 1.0, 5.0)]
    assert tired[0] < tired[1] > tired[2]


def test_an_ask_in_person_convinces_more():
    contacts = {
        "outreach.on": True,
        "outreach.contacts": 4000.0,
        "outreach.contact_cost": 0.0,
        "asking.passes_on": 0.0,
    }
    assert acts(**contacts, **{"outreach.persuasion": 2.0}) > acts(
        **contacts, **{"outreach.persuasion": 0.0}
    )
