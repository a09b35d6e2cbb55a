"""The community as a whole: same bytes on every path, common random numbers, books that balance."""

import copy
import os
import pickle
import subprocess
import sys

import mesa
import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents import GridWorker, Partner, PartyMember, Resident
from sim.columns import columns_of
from sim.errors import InputError

SMALL = {"scale": 0.004}
EVERYTHING = {
    **SMALL,
    "offline_channel.on": True,
    "flexible_tasks.on": True,
    "outreach.on": True,
    "leaders.on": True,
    "honours.on": True,
    "points.on": True,
    "points.policy": "window",
    "manager.plan": "adaptive",
    "population.burn_in": 4,
    "co_building.opening": 26,
    "co_consultation.interval": 8,
}


def run(scenario="fengshu", weeks=15, **options):
    community = sim.load(scenario, **options)
    community.run_for(weeks)
    return community


def same_columns(a, b, tables=("residents", "partners", "needs", "hazards", "disputes", "events")):
    """Return the names of the columns in which two communities differ."""
    tables_b = dict(b.tables())
    return [
        f"{name}.{field}"
        for name, table in a.tables()
        if name in tables
        for field, column in zip(table._fields, table, strict=True)
        if column.tobytes() != getattr(tables_b[name], field).tobytes()
    ]


# --- The same bytes ---


def test_stepping_agent_by_agent_ends_in_the_same_bytes_as_the_compiled_loops():
    compiled = run(overrides=EVERYTHING, seed=3)
    objects = run(overrides=EVERYTHING, seed=3, path="objects")
    assert same_columns(compiled, objects) == []
    assert compiled.digest() == objects.digest()


SCRIPT = """
import sim
c = sim.load("fengshu", seed=5, overrides={overrides!r})
c.run_for({weeks})
print(c.digest())
"""


def digest_elsewhere(weeks, **environment):
    script = SCRIPT.format(overrides=EVERYTHING, weeks=weeks)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_another_process_gives_the_same_digest():
    assert digest_elsewhere(9) == run(overrides=EVERYTHING, seed=5, weeks=9).digest()


def test_without_the_compiler_the_bytes_are_the_same():
    here = run(overrides=EVERYTHING, seed=5, weeks=9).digest()
    assert digest_elsewhere(9, NUMBA_DISABLE_JIT="1") == here


def test_another_seed_gives_another_course():
    assert run(overrides=SMALL, seed=1).digest() != run(overrides=SMALL, seed=2).digest()


def test_running_in_two_stretches_is_running_once():
    once = run(overrides=SMALL, weeks=10)
    twice = run(overrides=SMALL, weeks=4)
    twice.run_for(6)
    assert once.digest() == twice.digest()


def test_within_a_moment_the_order_of_files_does_not_matter():
    straight = run(overrides=EVERYTHING, weeks=15)
    reversed_ = sim.load(overrides=EVERYTHING)
    for hooks in reversed_._hooks.values():
        hooks.reverse()
    reversed_.run_for(15)
    # The burn-in ran before the hooks were turned round, with the practice still off.
    assert same_columns(straight, reversed_) == []
    assert straight.digest() == reversed_.digest()


# --- Common random numbers ---


def test_a_mechanism_that_touches_nobody_changes_no_draw():
    off = run(overrides=SMALL)
    on = run(overrides={**SMALL, "outreach.on": True, "outreach.contacts": 0.0})
    assert same_columns(off, on) == []


def test_a_reward_that_nobody_values_has_an_effect_of_exactly_zero():
    null = {
        **SMALL,
        "points.strength": 0.0,
        "points.crowd_out": 0.0,
        "honours.mix": 0.0,
    }
    with_points = run("points-and-honours", overrides={**null, "points.on": True}, weeks=30)
    without = run("points-and-honours", overrides={**null, "points.on": False}, weeks=30)
    assert with_points.records.outcomes()["points_issued"] > 0
    assert np.array_equal(with_points.residents.acts, without.residents.acts)
    assert np.array_equal(with_points.residents.history, without.residents.history)
    differing = same_columns(with_points, without, ("partners", "needs", "hazards", "disputes"))
    assert differing == []


def test_rewards_do_change_acts_when_they_are_valued():
    strong = {"scale": 0.02, "points.strength": 0.8}
    acts = {}
    for on in (True, False):
        community = run("points-and-honours", overrides={**strong, "points.on": on}, weeks=30)
        acts[on] = community.residents.acts[1].sum()
    assert acts[True] > acts[False]


# --- Books that balance, states in bounds ---


@pytest.mark.parametrize("policy", ["none", "window", "exponential", "quarterly", "yearly"])
def test_points_issued_are_redeemed_expired_or_outstanding_to_the_last_hundredth(policy):
    community = sim.load(
        "points-and-honours", overrides={"scale": 0.01, "points.policy": policy, "points.window": 8}
    )
    for _ in range(30):
        community.run_for(1)
        ledger = community.state.points
        outstanding = int(community.residents.balance.sum(dtype=np.int64))
        assert ledger.issued == ledger.redeemed + ledger.expired + outstanding
    assert ledger.issued > 0


def test_the_sum_over_accounts_never_changes():
    community = sim.load(overrides=EVERYTHING)
    for _ in range(15):
        community.run_for(1)
        assert community.accounts.balances.sum() == 0


def test_every_column_keeps_its_declared_range_and_type():
    community = run(overrides=EVERYTHING, weeks=26)
    for name, table in community.tables():
        for field, declared in columns_of(type(table)).items():
            column = getattr(table, field)
            assert column.dtype == declared.dtype, f"{name}.{field}"
            if column.size:
                assert column.min() >= declared.low, f"{name}.{field}"
                assert float(column.max()) <= declared.high, f"{name}.{field}"


def test_every_case_is_found_after_it_arose_and_closed_after_it_was_found():
    needs = run(overrides={"scale": 0.02}, weeks=30).needs.used()
    closed = needs.stage == 2
    assert closed.any()
    assert np.all(needs.found[closed] >= needs.born[closed])
    assert np.all(needs.closed[closed] >= needs.found[closed])
    assert np.all(needs.first_service[closed] >= needs.found[closed])


def test_ties_stay_mutual():
    residents = run(overrides={"scale": 0.02}, weeks=20).residents
    ties = {
        (i, int(residents.neighbour[i, slot]))
        for i in range(len(residents.age))
        for slot in range(residents.degree[i])
    }
    assert all((j, i) in ties for i, j in ties)
    assert all(i != j for i, j in ties)


# --- Limiting cases ---


def test_nobody_acts_where_nobody_is_asked():
    unasked = {
        **SMALL,
        "reach.digital": 0.0,
        "reach.neighbour": 0.0,
        "party_vanguard.on": False,
        "co_consultation.on": False,
        "co_safety.on": False,
    }
    community = run(overrides=unasked, weeks=20)
    assert community.residents.acts.sum() == 0
    assert community.records.outcomes()["attendance"] == 0


def test_without_partners_and_the_complex_nobody_but_committee_volunteers_and_others_serve():
    alone = {
        "scale": 0.01,
        "population.initial_partners": 0,
        "partners.recruit": 0.0,
        "co_building.on": False,
    }
    needs = run(overrides=alone, weeks=20).needs.used()
    assert not np.any(needs.server[needs.stage == 2] == 1)
    assert not np.any(needs.matched)


def test_one_resident_is_a_community():
    alone = {
        "population.residents": 1,
        "population.households": 1,
        "population.registered_members": 0,
        "population.floating_members": 0,
        "population.dual_registered": 0,
        "co_solving.mediators": 0,
    }
    community = run(overrides=alone, weeks=5)
    assert len(community.residents.age) == 1


def test_one_week_is_a_run():
    community = run(overrides=SMALL, weeks=1)
    assert len(community.records.to_frame()) == 1


def test_zero_residents_are_refused_in_one_sentence():
    with pytest.raises(InputError, match="residents"):
        sim.load(overrides={"population.residents": 0})


def test_a_seed_that_is_no_whole_number_is_refused():
    with pytest.raises(InputError, match="seed"):
        sim.load(seed=1.5)


# --- As a Mesa model ---


def test_agents_are_windows_on_the_columns():
    community = sim.load(overrides={"scale": 0.02})
    residents = community.agents_by_type[Resident]
    assert len(residents) == len(community.residents.age)
    assert len(community.agents_by_type[PartyMember]) == int((community.residents.party > 0).sum())
    assert len(community.agents_by_type[Partner].select(lambda p: p.stage == 1)) == 11
    assert len(community.agents_by_type[GridWorker]) == 72
    assert residents.agg("trust", np.mean) == community.residents.trust.astype(float).mean()
    residents[0].trust = 0.25
    assert community.residents.trust[0] == np.float32(0.25)


def test_mesa_s_batch_run_works_on_a_community():
    rows = mesa.batch_run(
        sim.Community,
        parameters={"scenario": "fengshu", "scale": 0.004, "points.rate": [1.0, 2.0]},
        rng=[1, 2],
        max_steps=3,
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    assert len(rows) == 4
    assert all("acts_volunteer" in row for row in rows)


def test_mesa_s_data_collector_holds_the_weekly_figures():
    community = sim.load(overrides=SMALL, collect=True)
    community.run_for(3)
    frame = community.datacollector.get_model_vars_dataframe()
    assert np.allclose(
        frame["acts_event"].to_numpy(), community.records.to_frame()["acts_event"].to_numpy()
    )


@pytest.mark.parametrize("weeks", [1.5, -1, float("nan"), "3", True, None])
def test_only_whole_weeks_are_lived(weeks):
    community = sim.load(overrides={"scale": 0.005, "population.burn_in": 0})
    with pytest.raises(InputError, match="whole weeks"):
        community.run_for(weeks)
    assert community.week == 0
    community.run_for(0)
    assert community.week == 0


@pytest.mark.parametrize("path", ["compiled", "objects"])
@pytest.mark.parametrize(
    "again", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))], ids=["copy", "pickle"]
)
def test_a_community_copied_midway_ends_as_the_one_that_was_not(path, again):
    given = {"scale": 0.004, "population.burn_in": 2}
    through = sim.Community("fengshu", rng=5, path=path, **given)
    stopped = sim.Community("fengshu", rng=5, path=path, **given)
    through.run_for(4)
    stopped.run_for(2)
    resumed = again(stopped)
    resumed.run_for(2)
    assert resumed.digest() == through.digest()
    assert stopped.week == resumed.week - 2
    frames = [c.datacollector.get_model_vars_dataframe() for c in (resumed, through)]
    pd.testing.assert_frame_equal(*frames)
