"""Property companies answer or do not; residents complain, pay or not, and trust more or less."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.boards import Agenda
from sim.columns import PROPERTY
from sim.headings import values_of
from sim.rules import property_management
from sim.rules.property_management import PropertyManagement

F = np.float32
P = values_of(PropertyManagement)
share = st.floats(0, 1, width=32)
BASE = {"scale": 0.1, "population.burn_in": 26}


@given(share, share, share, st.floats(0, 20, width=32))
def test_upkeep_is_a_share_and_more_pay_or_complaints_never_lower_it(skill, paid, response, heard):
    kept = property_management.supported(P, F(skill), F(paid), F(response), F(heard))
    assert 0 <= kept <= 1
    assert property_management.supported(P, F(skill), F(1), F(response), F(heard)) >= kept - 1e-6
    assert property_management.supported(P, F(skill), F(paid), F(response), F(20)) >= kept - 1e-6


def test_a_company_that_does_not_answer_is_not_moved_by_complaints():
    quiet, loud = (property_management.supported(P, F(0.5), F(0.8), F(0), F(h)) for h in (0, 5))
    assert quiet == loud


@given(share, share)
def test_who_is_more_satisfied_pays_more_readily(one, other):
    low, high = sorted((one, other))
    assert property_management.would_pay(P, F(low)) <= property_management.would_pay(P, F(high))


@given(share, share)
def test_grievances_follow_how_far_upkeep_falls_short_of_what_is_due(expected, quality):
    number = property_management.expected_grievances(P, F(1000), F(expected), F(quality))
    due = max(expected, float(P.standard))
    assert number == pytest.approx(
        1000 * float(P.grievance) * np.exp(float(P.sensitivity) * (due - quality)), rel=1e-4
    )


def test_a_company_at_middling_responsiveness_neither_helps_nor_hinders_mediation():
    assert property_management.helps_mediation(P, F(0.5)) == 0
    assert property_management.helps_mediation(P, F(0.9)) > 0
    assert property_management.helps_mediation(P, F(0.1)) < 0


def test_the_board_of_what_is_conveyed_is_emptied_when_it_is_heard():
    board = Agenda()
    board.convey(F(0.25))
    board.convey(F(0.5))
    assert board.hear() == F(0.75)
    assert board.hear() == 0


def test_the_companies_cover_the_residents_compound_by_compound():
    community = sim.load(overrides={**BASE, "population.burn_in": 0})
    companies, grids = community.companies, community.micro_grids
    assert (companies.last - companies.first).sum() == len(community.residents.age)
    for company in range(len(companies.first)):
        mine = grids.compound == company
        assert companies.first[company] == grids.first[mine].min()
        assert companies.last[company] == grids.last[mine].max()


def lived(weeks=104, seed=1, **overrides):
    community = sim.load(overrides={**BASE, **overrides}, seed=seed)
    community.run_for(weeks)
    return community.records.outcomes()


NONE = {"property_management.responsiveness": 0.0, "property_management.responsiveness_spread": 0.0}
FULL = {**NONE, "property_management.responsiveness": 1.0}
MANY = {"property_management.grievance": 1e-3, "disputes.committee_sessions": 50.0}


def test_either_way_a_responsive_company_turns_trust_up_and_a_careless_one_turns_it_down():
    unseen = {"property_management.seen": 0.0}
    good, same = lived(**FULL, **MANY), lived(**FULL, **MANY, **unseen)
    assert good["grievances_answered"] > good["grievances_given_up"]
    assert good["trust"] > same["trust"] + 0.002
    crowd = {"property_management.grievance": 2e-3, "disputes.committee_sessions": 2.0}
    bad, same = lived(**NONE, **crowd), lived(**NONE, **crowd, **unseen)
    assert bad["grievances_given_up"] > bad["grievances_answered"]
    assert bad["trust"] < same["trust"] - 0.002
    assert good["satisfaction_property"] > bad["satisfaction_property"] + 0.1
    assert good["property_fees_paid"] > bad["property_fees_paid"]


def test_either_way_a_higher_fee_buys_upkeep_until_too_few_pay_it():
    def kept(fee, reluctance):
        return lived(
            weeks=80,
            **NONE,
            **{"property_management.fee": fee, "property_management.paid_fee": reluctance},
        )["property_quality"]

    assert kept(2.0, 0.5) > kept(1.0, 0.5)
    assert kept(2.0, 4.0) < kept(1.0, 4.0)


def test_a_joint_meeting_moves_a_responsive_company_and_no_careless_one():
    loud, silent = (
        {"regional_party_building.conveys": weight, "co_consultation.on": False}
        for weight in (1.0, 0.0)
    )
    hidden = {"disputes.bring": 0.0, "disputes.visit_insight": 0.0, **MANY}
    heard, unheard = (lived(**FULL, **hidden, **way)["property_quality"] for way in (loud, silent))
    assert heard > unheard + 0.05
    heard, unheard = (lived(**NONE, **hidden, **way)["property_quality"] for way in (loud, silent))
    assert heard == pytest.approx(unheard, abs=0.01)


def test_ten_times_the_grievances_change_what_somebody_cares_about():
    few, many = lived(), lived(**{"property_management.grievance": 1.3e-3})
    assert many["grievances_arisen"] > 5 * few["grievances_arisen"]
    assert abs(many["trust"] - few["trust"]) > 0.003
    assert many["disputes_mediated"] > few["disputes_mediated"]


def test_a_community_without_property_conflict_runs_and_nobody_complains():
    peace = lived(weeks=52, **{"property_management.grievance": 0.0})
    assert peace["grievances_arisen"] == peace["grievances_answered"] == 0
    assert peace["disputes_arisen"] > 0


def test_named_in_a_round_the_company_hears_of_it():
    asked = {
        "co_consultation.interval": 8,
        "co_consultation.length": 4,
        "co_consultation.doorstep": 0.5,
    }
    deaf = {
        "disputes.bring": 0.0,
        "disputes.visit_insight": 0.0,
        "regional_party_building.on": False,
    }

    def heard(voice):
        community = sim.load(
            overrides={
                **BASE,
                **asked,
                **deaf,
                "property_management.voice": voice,
                "property_management.quality": 0.1,
                "property_management.quality_spread": 0.0,
            }
        )
        community.run_for(16)
        assert (community.residents.satisfaction[PROPERTY] < 0.5).any()
        return float(community.companies.heard.max())

    assert heard(1.0) > 0
    assert heard(0.0) == 0
