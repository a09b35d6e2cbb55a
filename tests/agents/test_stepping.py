"""The object path: every step does, agent by agent, what its compiled walk does."""

import dataclasses

import numpy as np
import pytest

import sim
from sim import agents, headings
from sim.columns import PARTNER, QUARTER_WEEKS, Residents, columns_of
from sim.engine.steps import STEPS, each
from sim.scenario import entries
from sim.tick import MOMENTS

SHORT = {"scale": 0.003, "population.burn_in": 3, "co_building.opening": 4}
WEEKS = 6

PLATFORMS_AND_MECHANISMS = (
    "regional_party_building",
    "micro_grid",
    "party_vanguard",
    "co_consultation",
    "co_building",
    "co_operation",
    "co_solving",
    "co_safety",
    "co_culture",
)
INCLUSION = ("offline_channel", "flexible_tasks", "outreach", "leaders")
ASKING = {"co_consultation.interval": 4, "co_consultation.length": 3}
INCENTIVES = {"points.on": True, "honours.on": True, "points.crowd_out": 0.02}

CONFIGURATIONS = {
    "as published": {},
    "points that lapse by half-lives": {**INCENTIVES, "points.policy": "exponential"},
    "points that stand alone and lapse after a window": {
        **INCENTIVES,
        "party_vanguard.on": False,
        "points.standalone": True,
        "points.policy": "window",
        "points.window": 4,
        "points.endowment": 3.0,
    },
    "no platform and no mechanism": {f"{stem}.on": False for stem in PLATFORMS_AND_MECHANISMS},
    "every lever of inclusion": {
        **ASKING,
        **INCENTIVES,
        **{f"{stem}.on": True for stem in INCLUSION},
        "outreach.target": "offline",
        "outreach.contacts": 3000.0,
    },
    "outreach to migrants, and more asks for some groups than for others": {
        "outreach.on": True,
        "outreach.target": "migrant",
        "outreach.contacts": 3000.0,
        "population.asks_elderly": 0.5,
        "population.asks_migrant": 2.0,
    },
    "a committee that turns levers by lot, and partners in motion": {
        **ASKING,
        **INCENTIVES,
        "manager.plan": "random",
        "population.burn_in": 0,
        "partners.join": 0.08,
        "partners.exit": 0.04,
        "partners.train": 0.2,
        "partners.training_lag": 2,
    },
}


def moments_with_steps():
    """Return every function of a moment that lets actors take a step, as `<file>_<moment>`."""
    steps = {name for table in STEPS.values() for name in table}
    return {
        f"{heading.rpartition('.')[2]}_{moment}": getattr(part, moment)
        for heading, part in headings.parts().items()
        for moment in MOMENTS
        if hasattr(part, moment) and steps & set(getattr(part, moment).__code__.co_names)
    }


# --- Steps ---

AGENTS = {agents.Resident, agents.Partner, agents.GridWorker}


@pytest.mark.parametrize(
    "kind", sorted(AGENTS, key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__
)
def test_every_step_on_a_table_is_a_method_of_its_agents(kind):
    assert STEPS[kind.columns]
    for name, step in STEPS[kind.columns].items():
        assert getattr(kind, name).__doc__ == step.__doc__ != None  # noqa: E711


def test_a_second_step_of_one_name_on_one_table_is_refused():
    def change_mind(r: Residents) -> None:
        r.trust = 1.0

    with pytest.raises(TypeError, match=r"`change_mind` in sim\.rules\.motivation"):
        each(Residents)(change_mind)


def test_one_agent_takes_a_step_alone():
    town = shaken()
    before = town.residents.motivation.copy()
    town.residents.nudge[:] = 100_000
    town.agents_by_type[agents.Resident][5].change_mind()
    assert np.flatnonzero(town.residents.motivation != before).tolist() == [5]


def test_who_is_not_marked_does_not_take_the_step():
    town = shaken()
    idle = int(np.flatnonzero(town.residents.acted == 0)[0])
    nudge = town.residents.nudge.copy()
    town.agents_by_type[agents.Resident][idle].feel_acts()
    assert np.array_equal(town.residents.nudge, nudge)


# --- The whole week ---


def differing(a, b):
    """Return what differs between two communities: columns, boards and files' state, by name."""
    tables = dict(b.tables())
    columns = [
        f"{name}.{field}"
        for name, table in a.tables()
        for field, column in zip(table._fields, table, strict=True)
        if column.tobytes() != getattr(tables[name], field).tobytes()
    ]
    kept, others = ({"offers": c.offers, **vars(c.state)} for c in (a, b))
    states = [
        f"state.{stem}.{field.name}"
        for stem, state in kept.items()
        if dataclasses.is_dataclass(state)
        for field in dataclasses.fields(state)
        if not same(getattr(state, field.name), getattr(others[stem], field.name))
    ]
    return columns + states


def same(a, b):
    """Return whether two values of a file's state are the same, to the bit where they are arrays."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return repr(a) == repr(b)


@pytest.mark.parametrize("overrides", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_agents_step_to_the_same_bytes_as_compiled_loops_under(overrides):
    given = {**SHORT, **overrides}
    compiled = sim.load(overrides=given, seed=4)
    objects = sim.load(overrides=given, seed=4, path="objects")
    for community in (compiled, objects):
        community.run_for(WEEKS)
    assert differing(compiled, objects) == []
    assert compiled.digest() == objects.digest()


# --- Each moment by itself, from a state that six weeks would seldom reach ---

SHAKEN = {
    "residents": (
        *("trust", "motivation", "fatigue", "honour", "help_recent", "reference", "satiation"),
        *("redeemability", "prospect", "expected_points", "free", "hours"),
        *("balance", "expiring", "earned", "nudge", "trust_nudge"),
        *("online", "registered", "asked", "acted", "reward_sensitivity"),
    ),
    "partners": (
        *("commitment", "quality", "trust", "exposure", "hours_used", "customers", "projects"),
        *("stage", "market", "space"),
    ),
    "micro_grids": ("acclaim", "visits"),
}
REALISTIC = {"hours_used": 5.0, "customers": 40.0, "projects": 6.0, "hours": 9.0, "prospect": 3.0}


def shaken():
    """Return a community some weeks old whose columns were then drawn anew."""
    overrides = {
        **SHORT,
        **{
            path.removeprefix(f"{path.partition('.')[0]}."): True
            for path, entry in entries().items()
            if entry.name == "on"
        },
        **CONFIGURATIONS["every lever of inclusion"],
        "points.strength": 0.8,
        "honours.spill_over": 0.1,
        "honours.mix": 0.2,
        "partners.exit": 0.05,
        "partners.join": 0.1,
        "partners.train": 0.25,
        "motivation.exit_hazard": 0.015,
        "motivation.exit_fatigue": 3.0,
    }
    community = sim.load(overrides=overrides, seed=7)
    community.run_for(WEEKS)
    generator = np.random.default_rng(1)
    for name, fields in SHAKEN.items():
        table = getattr(community, name)
        declared = columns_of(type(table))
        for field in fields:
            column, low, high = getattr(table, field), declared[field].low, declared[field].high
            low, high = max(low, -2e4), min(high, REALISTIC.get(field, 1e3))
            drawn = generator.uniform(low, high, column.shape)
            if column.dtype.kind != "f":
                drawn = np.floor(generator.uniform(low, high + 1, column.shape))
            column[:] = np.minimum(drawn, high).astype(column.dtype)
    residents = community.residents
    residents.history[:] = generator.integers(0, 2**64, len(residents.history), np.uint64)
    residents.history[::3] = 0
    residents.acted[::2] = 0
    residents.earned[::2] = 0
    residents.event[:] = generator.integers(0, community.events.count, len(residents.event))
    community.state.partners.training[:] = generator.random(len(community.partners.stage)) < 0.4
    community.state.partners.participates[:] = True
    held = community.state.events
    held.first[:], held.count[:] = 0, 0
    held.count[-1] = community.events.count
    return community


def test_the_shaken_state_is_one_where_everything_is_at_stake():
    community = shaken()
    assert community.state.service.queue_count + community.state.needs.unfound_count > 0
    assert community.events.count > 1
    assert np.count_nonzero(community.partners.stage == PARTNER) > 5
    assert sim.mechanisms.co_consultation.asking(community)
    assert len(community.agents_by_type[sim.agents.PartyMember]) > 0


@pytest.mark.parametrize("name", moments_with_steps())
def test_agents_do_in_a_moment_what_the_compiled_walk_does(name):
    compiled, objects = shaken(), shaken()
    objects.path = "objects"
    for community in (compiled, objects):
        moments_with_steps()[name](community)
    assert differing(compiled, objects) == []
    assert np.array_equal(compiled.accounts.balances, objects.accounts.balances)


@pytest.mark.parametrize("name", moments_with_steps())
def test_a_moment_changes_something_where_everything_is_at_stake(name):
    """In one week of a quarter at least: some things are done every few weeks."""
    for weeks_later in range(QUARTER_WEEKS):
        before, after = shaken(), shaken()
        before.week = after.week = before.week + weeks_later
        moments_with_steps()[name](after)
        if differing(before, after):
            return
    pytest.fail(f"{name} changes nothing")
