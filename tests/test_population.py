"""The synthetic community hits its counts and shares, holds together, and can be drawn again."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.columns import (
    AGES,
    CANDIDATE,
    DOMAINS,
    ELDERLY,
    ENTERPRISE,
    GROUPS,
    MIDDLE,
    NOT_WORKING,
    PARTNER,
    TIE_SLOTS,
    YOUNG,
    columns_of,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.population import Population, empty_groups, populate
from sim.settlement.acquaintance import appeal, chosen, position
from sim.settlement.drawing import apportion, classes, lowest
from sim.settlement.places import centre, divide

TABLES = ("residents", "micro_grids", "grid_workers", "partners")


def draw(seed=1, **numbers):
    """Return a bare community with these numbers of `[population]`."""
    community = SimpleNamespace(
        seed=np.uint64(seed),
        numbers=SimpleNamespace(population=values_of(Population, numbers)),
    )
    populate(community)
    return community


def columns(community):
    """Yield (table, name, declaration, array) of every column."""
    for name in TABLES:
        table = getattr(community, name)
        for field, declared in columns_of(type(table)).items():
            yield name, field, declared, getattr(table, field)


def same_bytes(one, other):
    """Return whether two communities agree in every column."""
    return all(
        a[3].tobytes() == b[3].tobytes() for a, b in zip(columns(one), columns(other), strict=True)
    )


def tie_ends(residents):
    """Return both ends of every tie slot in use."""
    held = np.arange(TIE_SLOTS) < residents.degree[:, None]
    one = np.repeat(np.arange(len(residents.degree)), residents.degree)
    return one, residents.neighbour[held].astype(np.int64)


def check_whole(community):
    """Check what holds in every community, whatever its numbers."""
    r, micro, workers = community.residents, community.micro_grids, community.grid_workers
    for table, field, declared, array in columns(community):
        assert array.dtype == declared.dtype, (table, field)
        if array.size:
            assert np.isfinite(array).all(), (table, field)
            assert array.min() >= declared.low, (table, field)
            assert array.max() <= declared.high, (table, field)

    # Rows follow compound, general grid and micro-grid; first and last cut them without gaps.
    assert (np.diff(micro.compound) >= 0).all()
    assert (np.diff(micro.grid) >= 0).all()
    assert (np.diff(r.micro_grid) >= 0).all()
    assert (np.diff(r.household) >= 0).all()
    assert micro.first[0] == 0
    assert micro.last[-1] == len(r.age)
    assert (micro.first[1:] == micro.last[:-1]).all()
    np.testing.assert_array_equal(
        r.micro_grid, np.repeat(np.arange(len(micro.first)), micro.last - micro.first)
    )

    # A household has one home; who lives alone is alone in it and has no children.
    assert (np.unique(r.household) == np.arange(community.households)).all()
    members = np.bincount(r.household)
    np.testing.assert_array_equal(r.alone, members[r.household] == 1)
    assert not (r.alone & (r.children > 0)).any()
    first = np.searchsorted(r.household, np.arange(community.households))
    for shared in (r.micro_grid, r.x, r.y, r.low_income):
        np.testing.assert_array_equal(shared, shared[first][r.household])

    # Ties: held by both ends, no loops, no doubles, inside the compound.
    one, other = tie_ends(r)
    assert (one != other).all()
    pairs = one * len(r.age) + other
    assert len(np.unique(pairs)) == len(pairs)
    np.testing.assert_array_equal(np.sort(pairs), np.sort(other * len(r.age) + one))
    compound = micro.compound[r.micro_grid]
    assert (compound[one] == compound[other]).all()
    held = np.arange(TIE_SLOTS) < r.degree[:, None]
    assert (r.tie[~held] == 0).all()

    # Grid workers: worker k looks after micro-grid k.
    assert (workers.micro_grid[: len(micro.first)] == np.arange(len(micro.first))).all()


@pytest.fixture(scope="module")
def full():
    """The community of the case, at full size."""
    return draw()


@pytest.fixture(scope="module")
def small():
    """The community of the case, one agent for ten residents."""
    return draw(scale=0.1)


def test_the_full_community_is_whole(full):
    check_whole(full)


def test_stated_counts_are_hit_exactly(full):
    r, micro, workers, partners = (getattr(full, name) for name in TABLES)
    assert len(r.age) + r.children.sum() == 33000
    assert full.households == 14000
    assert list(np.bincount(r.party, minlength=4)[1:]) == [520, 114, 32]
    assert len(np.unique(micro.compound)) == 7
    assert len(np.unique(micro.grid)) == 13
    assert len(micro.first) == 52
    assert (np.bincount(micro.grid) == 4).all()
    assert list(np.bincount(workers.kind)) == [52, 13, 7]
    assert (partners.stage == PARTNER).sum() == 11
    assert (partners.stage == CANDIDATE).sum() == 34 + 60
    assert partners.local.sum() == 34
    assert not (partners.local & (partners.stage == PARTNER)).any()
    assert full.scale == np.float32(1)
    assert full.scale.dtype == np.float32


def test_shares_are_hit_to_within_rounding(full):
    r = full.residents
    adults = len(r.age)
    assert list(np.bincount(r.age)) == [13101, 8679, 5610]  # .397, .263, .17 of 33,000
    elderly = r.age == ELDERLY
    for count, expected in (
        (r.migrant.sum(), 0.40 * adults),
        (r.owner.sum(), 0.65 * adults),
        ((r.owner & r.migrant).sum(), 0.35 * r.migrant.sum()),
        (r.tertiary.sum(), 0.365 * 33000),
        ((r.online & elderly).sum(), 0.60 * elderly.sum()),
        ((r.online & ~elderly).sum(), 0.97 * (~elderly).sum()),
        ((r.alone & elderly).sum(), 0.15 * elderly.sum()),
        ((r.frail & elderly).sum(), 0.15 * elderly.sum()),
        (r.key_care.sum(), 0.5 * (elderly & (r.alone | r.frail)).sum()),
        ((r.registered & (r.party > 0)).sum(), 0.10 * 666),
        ((r.registered & (r.party == 0)).sum(), 0.02 * (adults - 666)),
        *zip(np.bincount(r.disposition), np.array([0.5, 0.3, 0.14, 0.06]) * adults, strict=True),
    ):
        assert abs(int(count) - expected) <= 1.0, expected
    assert (elderly & (r.alone | r.frail))[r.key_care].all()


def test_low_income_is_three_fifths_of_households_in_affordable_housing_and_nowhere_else(full):
    r, micro = full.residents, full.micro_grids
    affordable = micro.compound[r.micro_grid] == 6
    assert affordable[r.low_income].all()
    homes = len(np.unique(r.household[affordable]))
    poor = len(np.unique(r.household[r.low_income]))
    assert abs(poor - 0.6 * homes) <= 1
    assert 0.05 <= poor / full.households <= 0.20
    assert abs(affordable.sum() - 0.15 * len(r.age)) <= 3


def test_inner_life_has_the_declared_means_and_deviations(full):
    r = full.residents
    assert abs(r.propensity.mean()) < 0.04
    assert r.propensity.std() == pytest.approx(1.5, rel=0.02)
    assert r.reward_sensitivity.mean() == pytest.approx(1.0, abs=0.02)
    assert np.log(r.reward_sensitivity).std() == pytest.approx(0.5, rel=0.02)
    assert r.baseline_motivation.mean() == pytest.approx(0.5, abs=0.01)
    assert r.trusting.mean() == pytest.approx(0.5, abs=0.01)
    assert r.trusting.std() == pytest.approx(0.12, rel=0.03)
    np.testing.assert_array_equal(r.motivation, r.baseline_motivation)
    assert (r.offset == 0).all()


def test_as_many_of_an_age_do_not_work_as_is_declared(full):
    r = full.residents
    for age, share in ((YOUNG, 0.1), (MIDDLE, 0.2), (ELDERLY, 0.9)):
        here = r.age == age
        assert abs(int((r.occupation[here] == NOT_WORKING).sum()) - share * here.sum()) <= 1


def test_residents_spread_evenly_over_the_square_kilometres(full):
    r = full.residents
    side = np.sqrt(0.73)
    assert np.abs([r.x, r.y]).max() <= side / 2 + 1e-6
    # Mean distance from the middle of a unit square: (sqrt 2 + ln(1 + sqrt 2)) / 6.
    expected = side * (np.sqrt(2) + np.log(1 + np.sqrt(2))) / 6
    assert r.distance.mean() == pytest.approx(expected, rel=0.02)
    np.testing.assert_allclose(r.distance, np.hypot(r.x, r.y), rtol=1e-5)


def test_education_leans_to_the_young_and_to_owners(full):
    r = full.residents
    by_age = [r.tertiary[r.age == age].mean() for age in range(3)]
    assert by_age[YOUNG] > by_age[MIDDLE] > by_age[ELDERLY]
    assert r.tertiary[r.owner].mean() > r.tertiary[~r.owner].mean()


def test_organised_members_are_older_floating_are_migrants_dual_are_at_work(full):
    r = full.residents
    assert (r.age[r.party == 1] == ELDERLY).mean() > 1.3 * (r.age == ELDERLY).mean()
    assert r.migrant[r.party == 2].all()
    assert (r.occupation[r.party == 3] != NOT_WORKING).all()


def test_ties_have_the_mean_degree_and_newcomers_half(full):
    r = full.residents
    few, many = r.degree <= 5, r.degree > 5
    assert r.degree[many].mean() == pytest.approx(8, abs=0.1)
    assert r.degree[few].mean() == pytest.approx(4, abs=0.1)
    # Newcomers: migrants, and locals here for less than 2 of at most 10 years.
    assert few.mean() == pytest.approx(0.4 + 0.6 * 0.2, abs=0.02)
    assert few[r.migrant].mean() > 0.99
    one, other = tie_ends(r)
    assert (r.micro_grid[one] == r.micro_grid[other]).mean() == pytest.approx(0.8, abs=0.01)


def test_homophily_makes_ties_alike():
    def alike(homophily):
        r = draw(scale=0.1, homophily=homophily).residents
        one, other = tie_ends(r)
        return (r.age[one] == r.age[other]).mean()

    assert alike(2.0) > alike(1.0) > alike(0.0)


def test_group_bits_repeat_the_attributes(full):
    r = full.residents

    def bit(group):
        return (r.groups >> GROUPS.index(group)) & 1 == 1

    for age, group in enumerate(AGES):
        np.testing.assert_array_equal(bit(group), r.age == age)
    np.testing.assert_array_equal(bit("migrant"), ~bit("local"))
    np.testing.assert_array_equal(bit("offline"), ~r.online)
    np.testing.assert_array_equal(bit("party_member"), r.party > 0)
    for group in ("migrant", "low_income", "tertiary", "owner"):
        np.testing.assert_array_equal(bit(group), getattr(r, group))


def test_partners_carry_what_their_kind_offers(full):
    partners = full.partners
    kind = partners.kind
    assert list(np.bincount(kind[partners.stage == PARTNER])) == [3, 3, 3, 2]
    assert list(np.bincount(kind[partners.local], minlength=4)) == [24, 0, 0, 10]
    market = partners.market
    assert (kind[market] == ENTERPRISE).all()
    assert abs(market.sum() - 0.4 * (kind == ENTERPRISE).sum()) <= 1
    assert (partners.fee[market] == 2000).all()
    assert (partners.fee[~market] == 0).all()
    assert (partners.ability.max(axis=1) == np.float32(0.6)).all()
    assert set(np.unique(partners.ability)) == {np.float32(0.05), np.float32(0.6)}
    craftsmen = partners.ability[kind == 2]
    assert (craftsmen[:, DOMAINS.index("repair")] == np.float32(0.6)).mean() > 0.5
    mean = np.array([60, 8, 20, 30])[kind]
    assert (np.abs(partners.weekly_hours - mean) <= 0.5 * mean + 1e-4).all()
    np.testing.assert_array_equal(partners.space, (partners.stage == PARTNER) & (kind >= 2))


def test_grid_workers_cover_every_micro_grid(full):
    workers = full.grid_workers
    general = workers.kind == 1
    assert list(workers.micro_grid[general]) == list(range(0, 52, 4))
    assert (workers.micro_grids[general] == 4).all()
    idle = workers.kind == 2
    assert (workers.micro_grids[idle] == 0).all()
    assert (workers.visits[idle] == 0).all()
    assert (workers.visits[workers.kind == 0] == 10).all()
    assert (full.micro_grids.visits == 0).all()


@pytest.mark.parametrize("scale", [0.0005, 0.02, 0.1])
def test_a_scaled_community_scales_people_and_not_organisations(scale):
    community = draw(scale=scale)
    check_whole(community)
    r = community.residents
    people = int(np.floor(33000 * scale + 0.5))
    assert len(r.age) + r.children.sum() == people
    assert abs(len(r.age) - 0.83 * people) <= 1
    expected = [int(np.floor(n * scale + 0.5)) for n in (520, 114, 32)]
    assert list(np.bincount(r.party, minlength=4)[1:]) == expected
    assert abs(r.tertiary.sum() - 0.365 * people) <= 1
    assert len(community.micro_grids.first) == 52
    assert len(community.partners.stage) == 105
    assert len(community.grid_workers.kind) == 72


def test_one_resident_is_one_adult_living_alone():
    community = draw(residents=1)
    check_whole(community)
    r = community.residents
    assert len(r.age) == 1
    assert r.alone[0]
    assert community.households == 1
    assert r.degree[0] == 0


def test_three_communities_are_three_times_one_each_with_its_own_centre(small):
    three = draw(scale=0.1, communities=3)
    check_whole(three)
    r, one = three.residents, len(small.residents.age)
    assert len(r.age) == 3 * one
    assert three.households == 3 * small.households
    assert len(three.micro_grids.first) == 156
    assert len(np.unique(three.micro_grids.compound)) == 21
    assert len(np.unique(three.micro_grids.grid)) == 39
    assert list(np.bincount(three.grid_workers.kind)) == [156, 39, 21]
    assert (three.partners.stage == PARTNER).sum() == 33
    assert list(np.bincount(r.party)[1:]) == [156, 33, 9]
    assert r.distance.max() < np.sqrt(0.73 / 2) + 1e-6
    np.testing.assert_allclose(
        [r.x[one : 2 * one].mean(), r.y[one : 2 * one].mean()], [2, 0], atol=0.03
    )
    # The first of three is the one alone.
    for field in type(r)._fields:
        rows = tuple(
            slice(one) if name == "row" else slice(None)
            for name in columns_of(type(r))[field].shape
        )
        np.testing.assert_array_equal(getattr(r, field)[rows], getattr(small.residents, field))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(small):
    assert same_bytes(small, draw(scale=0.1))
    assert not same_bytes(small, draw(seed=2, scale=0.1))


def test_more_migrants_leave_everybody_else_as_they_were(small):
    more = draw(scale=0.1, migrant=0.5).residents
    before = small.residents
    for field in (
        "age",
        "propensity",
        "reward_sensitivity",
        "trusting",
        "disposition",
        "frail",
        "x",
    ):
        np.testing.assert_array_equal(getattr(more, field), getattr(before, field))
    assert more.migrant[before.migrant].all()
    assert more.migrant.sum() > before.migrant.sum()


def test_asks_are_left_as_they_are_where_no_experiment_says_otherwise(small):
    assert (small.residents.asks == 1).all()


def test_doses_of_asks_multiply_for_elderly_migrants():
    r = draw(scale=0.1, asks_elderly=0.5, asks_migrant=3.0).residents
    elderly = r.age == ELDERLY
    assert set(r.asks[elderly & r.migrant]) == {np.float32(1.5)}
    assert set(r.asks[elderly & ~r.migrant]) == {np.float32(0.5)}
    assert set(r.asks[~elderly & r.migrant]) == {np.float32(3)}
    assert set(r.asks[~elderly & ~r.migrant]) == {np.float32(1)}


def test_offsets_add_up_for_elderly_migrants(small):
    r = draw(scale=0.1, offset_elderly=-0.5, offset_migrant=0.25).residents
    expected = -0.5 * (r.age == ELDERLY) + 0.25 * r.migrant
    np.testing.assert_array_equal(r.offset, expected.astype(np.float32))
    np.testing.assert_array_equal(r.propensity, small.residents.propensity)


def test_owners_among_migrants_rise_where_the_share_of_all_demands_it():
    r = draw(scale=0.1, migrant=0.6, owner=0.8).residents
    assert r.owner.sum() == round(0.8 * len(r.age))
    assert r.owner[~r.migrant].all()


@settings(max_examples=25)
@given(
    residents=st.integers(1, 400),
    households=st.integers(1, 200),
    elderly=st.floats(0.12, 0.24),
    mean_degree=st.floats(0, 12),
    communities=st.integers(1, 2),
    seed=st.integers(0, 2**63 - 1),
)
def test_any_small_community_is_whole(
    residents, households, elderly, mean_degree, communities, seed
):
    check_whole(
        draw(
            seed,
            residents=residents,
            households=households,
            elderly=elderly,
            mean_degree=mean_degree,
            communities=communities,
        )
    )


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1), min_size=1, max_size=8))
def test_apportioned_counts_add_up_and_stay_within_one_of_their_quota(total, shares):
    counts = apportion(total, shares)
    assert counts.sum() == total
    assert (np.abs(counts - total * np.array(shares) / sum(shares)) < 1 + 1e-6).all()


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5]), min_size=1, max_size=20), st.integers(0, 25))
def test_the_lowest_keys_are_taken_earlier_rows_first(keys, count):
    expected = np.zeros(len(keys), bool)
    expected[sorted(range(len(keys)), key=lambda row: (keys[row], row))[:count]] = True
    np.testing.assert_array_equal(lowest(np.array(keys), count), expected)


def test_classes_follow_the_order_of_keys():
    assert list(classes(np.array([0.9, 0.1, 0.5, 0.7]), [1, 0, 2, 1])) == [3, 0, 2, 2]


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=12))
def test_a_divided_rectangle_keeps_areas_in_proportion(weights):
    boxes = np.array(divide((-1.0, 0.0, 1.0, 3.0), weights))
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    np.testing.assert_allclose(area, 6 * np.array(weights) / sum(weights))


def test_centres_fill_a_growing_square_without_meeting():
    assert [centre(which, 2.0) for which in range(4)] == [(0, 0), (2, 0), (2, 2), (0, 2)]
    assert len({centre(which, 1.0) for which in range(400)}) == 400
    assert max(max(centre(which, 1.0)) for which in range(400)) == 19


def test_a_position_stays_within_its_rows():
    below_one = np.float32(1 - 2.0**-24)
    for first, last in ((0, 1), (5, 12), (0, 2**24)):
        assert position(np.int64(first), np.int64(last), np.float32(0)) == first
        assert position(np.int64(first), np.int64(last), below_one) == last - 1


def test_appeal_is_one_without_homophily_and_e_to_it_for_the_alike():
    indifferent = values_of(Population, {"homophily": 0.0})
    choosy = values_of(Population, {"homophily": 2.0})
    assert appeal(indifferent, True, True, True) == 1
    assert appeal(choosy, False, False, False) == 1
    assert appeal(choosy, True, True, True) == pytest.approx(np.exp(2), rel=1e-6)
    assert appeal(choosy, True, False, False) == pytest.approx(np.exp(0.8), rel=1e-6)
    assert appeal(choosy, True, True, False).dtype == np.float32


def test_the_chosen_has_appeal_and_shares_are_in_proportion():
    appeals = [np.float32(a) for a in (1, 0, 2, 1)]
    counts = np.zeros(4)
    for step in range(400):
        counts[chosen(*appeals, np.float32(step / 400))] += 1
    assert list(counts) == [100, 0, 200, 100]


@loop
def rules_in_a_loop(p, out):
    out[0] = appeal(p, True, False, True)
    out[1] = chosen(out[0], out[0], out[0], out[0], np.float32(0.6))
    out[2] = position(np.int64(3), np.int64(9), np.float32(0.5))


def test_rules_give_the_same_in_a_compiled_loop():
    p = values_of(Population)
    out = np.zeros(3, np.float32)
    rules_in_a_loop(p, out)
    assert out[0] == appeal(p, True, False, True)
    assert list(out[1:]) == [2, 6]


def test_low_income_elsewhere_adds_households_outside_affordable_housing_and_moves_no_other(full):
    more = draw(low_income_elsewhere=0.1)
    r, before = more.residents, full.residents
    affordable = more.micro_grids.compound[r.micro_grid] == 6
    np.testing.assert_array_equal(r.low_income[affordable], before.low_income[affordable])
    homes = len(np.unique(r.household[~affordable]))
    poor = np.unique(r.household[r.low_income & ~affordable])
    assert abs(len(poor) - 0.1 * homes) <= 1
    assert r.low_income[np.isin(r.household, poor)].all()
    for column in ("age", "migrant", "owner", "online", "propensity"):
        np.testing.assert_array_equal(getattr(r, column), getattr(before, column))


@pytest.mark.parametrize(
    ("changes", "empty"),
    [
        ({}, []),
        ({"affordable_compounds": 0}, ["low_income"]),
        ({"affordable_compounds": 0, "low_income_elsewhere": 0.05}, []),
        ({"low_income_in_affordable": 0}, ["low_income"]),
        ({"migrant": 0, "elderly": 0}, ["elderly", "migrant"]),
        ({"migrant": 1}, ["local"]),
    ],
)
def test_groups_of_nobody_are_named(changes, empty):
    assert empty_groups(values_of(Population, {"scale": 0.1} | changes)) == empty
