"""Communities unlike the case run, keep their bounds, and come out as such communities would."""

import numpy as np
import pytest

import sim
from sim.columns import columns_of
from sim.records import declared

COMMUNITIES = {
    "the template": ("blank", {}),
    "a district": ("district", {"scale": 0.01, "population.communities": 3}),
    "no complex": ("fengshu", {"co_building.on": False}),
    "two partners who stay two": (
        "fengshu",
        {"population.initial_partners": 2, "partners.locked": True},
    ),
    "no conflict about property": ("fengshu", {"property_management.grievance": 0.0}),
    "nobody online": (
        "fengshu",
        {"population.online_elderly": 0.0, "population.online_others": 0.0},
    ),
    "no money": ("fengshu", {"fund.grant": 0.0, "fund.shop_budget": 0.0, "fund.initial": 0.0}),
}
SHARES = ("0-1", "share")


@pytest.fixture(scope="module", params=COMMUNITIES, ids=lambda name: name.replace(" ", "_"))
def community(request):
    scenario, overrides = COMMUNITIES[request.param]
    small = {"scale": 0.03, "population.burn_in": 13, **overrides}
    made = sim.load(scenario, overrides=small, seed=2)
    made.run_for(60)
    made.name = request.param
    return made


def test_every_column_stays_within_its_bounds(community):
    for name, table in community.tables():
        for field, column in columns_of(type(table)).items():
            values = getattr(table, field)
            if values.size and not column.of:
                assert values.min() >= column.low, (name, field)
                assert values.max() <= column.high, (name, field)


def test_every_figure_is_a_number_or_of_nobody(community):
    outcomes = community.records.outcomes()
    for name, value in outcomes.items():
        assert np.isfinite(value) or np.isnan(value), name
        if declared()[name].unit.split(" ")[0] in SHARES and np.isfinite(value):
            assert -1e-6 <= value <= 1 + 1e-6, name


def test_it_comes_out_as_such_a_community_would(community):
    outcomes = community.records.outcomes()
    match community.name:
        case "no complex":
            assert not community.facility_open
        case "two partners who stay two":
            assert outcomes["partners"] == 2
        case "no conflict about property":
            assert outcomes["grievances_arisen"] == 0
            assert outcomes["disputes_arisen"] > 0
        case "nobody online":
            assert outcomes["needs_found_self_report"] == 0
        case "no money":
            assert outcomes["honours_given"] == 0
    assert 0.1 < outcomes["trust"] < 0.9
    assert outcomes["needs_closed"] > 0
