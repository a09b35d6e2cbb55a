"""Without the programme nothing trends, and what a run starts from is forgotten."""

import numpy as np

import sim

ALONE = {
    f"{stem}.on": False
    for stem in (
        *("regional_party_building", "micro_grid", "party_vanguard"),
        *("co_consultation", "co_building", "co_operation", "co_solving", "co_safety"),
        *("co_culture", "points", "honours"),
    )
} | {"partners.join": 0.0, "partners.exit": 0.0, "partners.recruit": 0.0}
"""Every switch off, and partners as they are: recruiting them is the practice."""

SMALL_CHANGE = {
    **{f"satisfaction_{service}": 0.03 for service in ("medical", "eldercare", "childcare")},
    **{f"satisfaction_{service}": 0.03 for service in ("repair", "administration", "culture")},
    **{f"satisfaction_{service}": 0.03 for service in ("safety", "property")},
    **{f"aware_{service}": 0.03 for service in ("medical", "eldercare", "culture")},
    "trust": 0.01,
    "cohesion": 0.01,
    "motivation": 0.01,
    "habit_event": 0.01,
    "habit_volunteer": 0.01,
    "fatigue": 0.02,
    "tired_of_asks": 0.2,
    "property_quality": 0.03,
    "property_fees_paid": 0.03,
    "hazards_unfound": 12.0,
    "needs_open": 300.0,
    "needs_unfound": 300.0,
    "disputes_open": 12.0,
}
"""Change in three years below which nobody would speak of a trend, by stock."""

SEEDS = range(1, 11)
FALSE_ALARM = 4.8
"""Standard errors of ten seeds that a change may have: by chance one of the 21 stocks is beyond them, and
beyond its small change as well, in fewer than 2 of 100 such tests (Student's t with 9 degrees)."""


def changes(seed):
    community = sim.load(overrides={"scale": 0.05, "population.burn_in": 104, **ALONE}, seed=seed)
    community.run_for(156)
    frame = community.records.to_frame()
    return [float(frame[name][-26:].mean() - frame[name][:26].mean()) for name in SMALL_CHANGE]


def test_without_the_programme_no_stock_trends_in_three_years():
    found = np.array([changes(seed) for seed in SEEDS])
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))
    trending = {
        name: (round(float(change), 4), round(float(spread), 4))
        for name, change, spread in zip(SMALL_CHANGE, mean, error, strict=True)
        if abs(change) > max(SMALL_CHANGE[name], FALSE_ALARM * spread)
    }
    assert not trending


def stocks(burn_in, **starts):
    community = sim.load(
        overrides={"scale": 0.05, "population.burn_in": burn_in, **ALONE, **starts}, seed=4
    )
    r = community.residents
    return {
        "trust": float(r.trust.mean()),
        "satisfaction": float(r.satisfaction.mean()),
        "ties": float(r.tie.sum() / r.degree.sum()),
        "motivation": float(r.motivation.mean()),
        "property": float(community.companies.quality.mean()),
    }


LOW = {"satisfaction.trust_start": -0.3, "satisfaction.start": 0.3, "ties.start": 0.3}
HIGH = {"satisfaction.trust_start": 0.3, "satisfaction.start": 1.6, "ties.start": 1.7}


def test_two_starts_are_far_apart_and_meet():
    low, high = stocks(0, **LOW), stocks(0, **HIGH)
    assert high["trust"] > low["trust"] + 0.3
    assert high["satisfaction"] > low["satisfaction"] + 0.3
    assert high["ties"] > low["ties"] + 0.05
    low, high = stocks(520, **LOW), stocks(520, **HIGH)
    for name, tolerance in (
        *(("trust", 0.03), ("satisfaction", 0.03), ("ties", 0.01)),
        *(("motivation", 0.01), ("property", 0.03)),
    ):
        assert abs(high[name] - low[name]) < tolerance, name


def of_a_sample(scale, seeds, weeks=40):
    """Return mean safety and trust as residents of a sample of the community feel them."""
    found = []
    for seed in seeds:
        community = sim.load(overrides={"scale": scale, "population.burn_in": 26}, seed=seed)
        community.run_for(weeks)
        outcomes = community.records.outcomes()
        found.append([outcomes["satisfaction_safety"], outcomes["trust"]])
    return np.mean(found, axis=0)


def test_a_sample_of_the_community_feels_as_safe_and_trusts_as_much_as_a_larger_one():
    """Before samples were corrected for, a twentieth felt safer by .17 than a half."""
    small, large = of_a_sample(0.05, range(1, 13)), of_a_sample(0.5, range(1, 4))
    assert np.abs(small - large).max() < 0.08
