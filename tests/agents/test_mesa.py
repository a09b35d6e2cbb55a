"""The contract with Mesa: sets of rows answer as Mesa's own sets of equivalent agents do.

Two towns hold the same persons and firms: one as ordinary Mesa agents, one as rows of tables.
Every operation is carried out on both, and must give the same result, leave the same state and
use the same random draws. It pins the behaviour of mesa>=3.5,<4 that the project leans on.
"""

from __future__ import annotations

import copy
import importlib.metadata
import multiprocessing
import warnings
from collections.abc import MutableSet
from typing import Any, NamedTuple

import mesa
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy

from sim.agents import ColumnAgentSet, Window, install
from sim.agents.windows import Cells
from sim.columns import allocate
from sim.engine.declare import column

PERSONS = 30
FIRMS = 5


class People(NamedTuple):
    wealth: Any = column(np.float32, unit="yuan", meaning="money held")
    district: Any = column(np.int32, unit="row", meaning="where the home is")
    rich: Any = column(np.bool_, unit="yes/no", high=1, meaning="holds much")
    taste: Any = column(np.float32, unit="0-1", shape=("good", "row"), meaning="for each good")
    ties: Any = column(np.uint32, unit="row", shape=("row", "slot"), meaning="friends")


class Firms(NamedTuple):
    wealth: Any = column(np.float32, unit="yuan", meaning="money held")
    size: Any = column(np.int32, unit="persons", meaning="employed")


class Acting:
    """What persons and firms do, the same for ordinary agents and windows."""

    def earn(self, amount=1, *, times=1):
        self.wealth += float(amount * times)
        return self.wealth

    def gamble(self):
        self.wealth = float(np.float32(self.random.random()))  # what a column can hold

    def double(self):
        return self.wealth * 2


class PersonRow(Acting, Window):
    table = "people"
    columns = People


class FirmRow(Acting, Window):
    table = "firms"
    columns = Firms


class PersonObject(Acting, mesa.Agent):
    pass


class FirmObject(Acting, mesa.Agent):
    pass


def drawn_tables():
    drawn = np.random.default_rng(11)
    people, firms = allocate(People, PERSONS), allocate(Firms, FIRMS)
    people.wealth[:] = drawn.integers(0, 12, PERSONS)  # with equal values, to test stable sorts
    people.district[:] = drawn.integers(0, 4, PERSONS)
    people.rich[:] = people.wealth > 6
    people.taste[:] = drawn.random(people.taste.shape)
    people.ties[:] = drawn.integers(0, PERSONS, people.ties.shape)
    firms.wealth[:] = drawn.integers(0, 8, FIRMS) / 8
    firms.size[:] = drawn.integers(1, 4, FIRMS)
    return people, firms


class Town(mesa.Model):
    """Collects data and lets everyone gamble, whatever the agents are made of."""

    def __init__(self, stake=1.0, rng=1):
        super().__init__(rng=rng)
        self.stake = stake
        self.populate()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "total": lambda m: float(m.agents.agg("wealth", np.sum)),
                "persons": lambda m: len(m.persons),
                "stake": "stake",
            },
            agent_reporters={"row": "row", "wealth": "wealth", "twice": lambda a: a.double()},
            agenttype_reporters={self.person: {"row": "row", "taste": "taste"}},
        )

    @property
    def persons(self):
        return self.agents_by_type[self.person]

    def step(self):
        self.agents.shuffle_do("gamble")
        self.persons.do("earn", self.stake)
        self.datacollector.collect(self)


class RowTown(Town):
    person, firm = PersonRow, FirmRow

    def populate(self):
        self.people, self.firms = drawn_tables()
        install(
            self,
            {
                PersonRow: ColumnAgentSet(self, PersonRow),
                FirmRow: ColumnAgentSet(self, FirmRow),
            },
        )


class ObjectTown(Town):
    person, firm = PersonObject, FirmObject

    def populate(self):
        for kind, table in zip((PersonObject, FirmObject), drawn_tables(), strict=True):
            for row in range(len(table[0])):
                agent = kind(self)
                agent.row = row
                for name, array in table._asdict().items():
                    axis = {"taste": 1}.get(name, 0)
                    setattr(agent, name, np.moveaxis(array, axis, 0)[row].tolist())


def plain(result: Any) -> Any:
    """Return a result in words that both towns share: agents as kind and row, arrays as lists."""
    if isinstance(result, Acting):
        return type(result).__name__.removesuffix("Row").removesuffix("Object"), result.row
    if isinstance(result, GroupBy):
        return [(plain(name), plain(group)) for name, group in result]
    if isinstance(result, dict):
        return [(plain(name), plain(value)) for name, value in result.items()]
    if isinstance(result, AbstractAgentSet):
        return ["set", *map(plain, result)]
    if isinstance(result, np.ndarray):
        return [str(result.dtype), result.tolist()]
    if isinstance(result, np.generic):
        return str(result.dtype), result.item()
    if isinstance(result, list | Cells):
        return [plain(value) for value in result]
    return result


def outcome(town: Town, operation, pick) -> Any:
    """Return everything that an operation did: result or error, the set, wealth, draws."""
    agents = pick(town)
    with warnings.catch_warnings():
        # Mesa warns of its own operators' empty results, which lose the model's generator.
        warnings.filterwarnings("ignore", "No Agents specified", UserWarning)
        try:
            result = plain(operation(agents, town))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            result = type(error)
    wealth = [plain(agent.wealth) for agent in sorted_by_row(town)]
    return result, plain(agents), len(agents), wealth, town.random.getstate()


def sorted_by_row(town: Town) -> list[Any]:
    return sorted(town.agents, key=lambda agent: (agent.unique_id, agent.row))


SETS = {
    "the model's persons": lambda town: town.persons,
    "the model's agents": lambda town: town.agents,
    "a copy of the persons": lambda town: town.persons.copy(),
    "a copy of the agents": lambda town: copy.copy(town.agents),
    "some persons": lambda town: town.persons.select(lambda a: a.row % 3 == 1),
    "some agents": lambda town: town.agents.select(lambda a: a.row % 3 == 1).shuffle(),
    "only firms": lambda town: town.agents.select(agent_type=town.firm),
    "no persons": lambda town: town.persons.select(at_most=0),
    "no agents": lambda town: town.agents.select(lambda a: False),
}

READING = {
    "__len__": [lambda a, t: len(a)],
    "__iter__": [lambda a, t: list(a), lambda a, t: list(reversed(list(a)))],
    "__contains__": [
        lambda a, t: [agent in a for agent in t.agents],
        lambda a, t: None in a,
        lambda a, t: t.persons.to_list()[1] in a,
    ],
    "to_list": [lambda a, t: a.to_list()[1:3], lambda a, t: a.to_list()],
    "get": [
        lambda a, t: a.get("wealth"),
        lambda a, t: a.get(["wealth", "row"]),
        lambda a, t: a.get([]),
        lambda a, t: a.get("taste"),
        lambda a, t: a.get("district", handle_missing="default", default_value=-1),
        lambda a, t: a.get(["size", "ties"], "default"),
        lambda a, t: a.get("mood"),
        lambda a, t: a.get("mood", handle_missing="default", default_value=3),
        lambda a, t: a.get("wealth", handle_missing="guess"),
        lambda a, t: [type(value) for value in a.get("wealth")],
    ],
    "agg": [
        lambda a, t: a.agg("wealth", sum),
        lambda a, t: a.agg("wealth", [min, max, len, np.median]),
        lambda a, t: a.agg("wealth", []),
        lambda a, t: a.agg("row", sum),
        lambda a, t: a.agg("wealth", lambda values: np.std(values) if len(values) else 0),
        lambda a, t: a.agg("taste", lambda values: np.mean(values) if len(values) else 0),
        lambda a, t: a.agg("mood", len),
    ],
    "map": [
        lambda a, t: a.map("double"),
        lambda a, t: a.map(lambda agent, k: agent.row * k, 3),
        lambda a, t: a.map(lambda agent, k: agent.row * k, k=3),
        lambda a, t: a.map("dance"),
    ],
    "groupby": [
        lambda a, t: a.groupby("wealth"),
        lambda a, t: a.groupby("wealth", result_type="list"),
        lambda a, t: a.groupby(lambda agent: agent.row % 2),
        lambda a, t: a.groupby("district").count(),
        lambda a, t: a.groupby("rich").agg("wealth", sum),
        lambda a, t: a.groupby("rich", result_type="list").agg("wealth", sum),
        lambda a, t: a.groupby("wealth").map("get", "row"),
        lambda a, t: a.groupby("wealth").map(len),
        lambda a, t: len(a.groupby("wealth").do("do", "earn", 2)),
        lambda a, t: t.persons.groupby("taste"),
        lambda a, t: a.groupby("mood"),
    ],
    "select": [
        lambda a, t: a.select(),
        lambda a, t: a.select(lambda agent: agent.wealth > 3),
        lambda a, t: a.select(at_most=4),
        lambda a, t: a.select(at_most=0.5),
        lambda a, t: a.select(at_most=1.0),
        lambda a, t: a.select(at_most=1),
        lambda a, t: a.select(at_most=2.5),
        lambda a, t: a.select(at_most=-1),
        lambda a, t: a.select(lambda agent: agent.row % 2 == 0, at_most=0.25),
        lambda a, t: a.select(agent_type=t.person),
        lambda a, t: a.select(agent_type=t.firm),
        lambda a, t: a.select(agent_type=Acting),
        lambda a, t: a.select(agent_type=mesa.Agent, at_most=3),
        lambda a, t: a.select(inplace=True) is a,
    ],
    "shuffle": [
        lambda a, t: a.shuffle(),
        lambda a, t: a.shuffle(inplace=True),
        lambda a, t: a.shuffle(inplace=True) is a,
    ],
    "sort": [
        lambda a, t: a.sort("wealth"),
        lambda a, t: a.sort("wealth", ascending=True),
        lambda a, t: a.sort("wealth", ascending=True, inplace=True) is a,
        lambda a, t: a.sort("rich"),
        lambda a, t: a.sort(lambda agent: -agent.row),
        lambda a, t: a.sort(lambda agent: (agent.wealth, agent.row), ascending=True),
        lambda a, t: a.sort("taste"),
        lambda a, t: a.sort("mood"),
    ],
    "do": [
        lambda a, t: a.do("earn", 2, times=3) is a,
        lambda a, t: a.do(lambda agent, x: agent.earn(x), 2),
        lambda a, t: a.do("gamble"),
        lambda a, t: a.do("dance"),
    ],
    "shuffle_do": [
        lambda a, t: a.shuffle_do("gamble") is a,
        lambda a, t: a.shuffle_do(lambda agent: agent.gamble()),
    ],
    "set": [
        lambda a, t: a.set("wealth", 2.5) is a,
        lambda a, t: (
            a.select(agent_type=t.person).set("district", 2).get("district")
            == [2] * len(a.select(agent_type=t.person))
        ),
    ],
    "isdisjoint": [
        lambda a, t: a.isdisjoint(t.persons),
        lambda a, t: a.isdisjoint([]),
    ],
    "operators": [
        lambda a, t: a & t.persons,
        lambda a, t: a | t.persons.select(at_most=3),
        lambda a, t: a - t.persons.select(at_most=3),
        lambda a, t: a ^ t.persons.select(at_most=3),
        lambda a, t: a <= t.agents,
        lambda a, t: a == t.agents,
        lambda a, t: a != t.persons,
        lambda a, t: bool(a),
    ],
}

CHANGING = {
    "add": [
        lambda a, t: a.add(t.persons.to_list()[2]),
        lambda a, t: (a.discard(t.persons.to_list()[2]), a.add(t.persons.to_list()[2])),
    ],
    "discard": [
        lambda a, t: a.discard(t.persons.to_list()[4]),
        lambda a, t: a.discard(type(t)().persons.to_list()[4]),
    ],
    "remove": [
        lambda a, t: a.remove(t.persons.to_list()[4]),
        lambda a, t: a.remove(t.persons.to_list()[0]),
    ],
    "pop": [lambda a, t: a.pop()],
    "clear": [lambda a, t: a.clear()],
    "select": [
        lambda a, t: a.select(lambda agent: agent.wealth > 3, inplace=True) is a,
        lambda a, t: a.select(at_most=2, inplace=True),
    ],
    "_update": [lambda a, t: a._update(t.persons.to_list()[3:6]) is a],
}

FIXED = ("the model's persons", "the model's agents")


def cases(operations, sets):
    return [
        pytest.param(operation, pick, id=f"{name}-{number}-on-{which.replace(' ', '-')}")
        for name, listed in operations.items()
        for number, operation in enumerate(listed)
        for which, pick in sets.items()
    ]


@pytest.mark.parametrize(("operation", "pick"), cases(READING, SETS))
def test_a_set_of_rows_answers_as_mesas_set_does(operation, pick):
    assert outcome(RowTown(), operation, pick) == outcome(ObjectTown(), operation, pick)


@pytest.mark.parametrize(
    ("operation", "pick"),
    cases(CHANGING, {which: pick for which, pick in SETS.items() if which not in FIXED}),
)
def test_a_callers_set_of_rows_changes_as_mesas_set_does(operation, pick):
    assert outcome(RowTown(), operation, pick) == outcome(ObjectTown(), operation, pick)


def test_the_contract_covers_every_public_method_of_mesas_sets():
    public = {name for name in dir(AbstractAgentSet) if not name.startswith("_")}
    assert public <= set(READING) | set(CHANGING)
    assert set(AbstractAgentSet.__abstractmethods__) <= set(READING) | set(CHANGING)
    assert issubclass(ColumnAgentSet, MutableSet)


def test_the_contract_holds_for_the_pinned_versions_of_mesa():
    major, minor = (int(part) for part in importlib.metadata.version("mesa").split(".")[:2])
    assert major == 3
    assert minor >= 5
    model = mesa.Model(rng=1)
    assert model._agents_by_type == {}
    assert model.agents is model._all_agents
    assert model.agents_by_type is model._agents_by_type


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("at_most"), st.one_of(st.integers(0, 40), st.floats(0, 1))),
            st.tuples(st.just("richer"), st.integers(0, 12)),
            st.tuples(st.just("sort"), st.booleans()),
            st.tuples(st.just("shuffle"), st.booleans()),
        ),
        max_size=5,
    ),
    everyone=st.booleans(),
)
def test_any_chain_of_selections_and_orders_agrees_with_mesa(steps, everyone):
    def chain(town):
        agents = town.agents if everyone else town.persons
        for step, value in steps:
            if step == "at_most":
                agents = agents.select(at_most=value)
            elif step == "richer":
                agents = agents.select(lambda agent, least=value: agent.wealth >= least)
            elif step == "sort":
                agents = agents.sort("wealth", ascending=value)
            else:
                agents = agents.shuffle(inplace=value)
        return plain(agents)

    assert chain(RowTown()) == chain(ObjectTown())


def test_indices_and_slices_give_what_the_list_gives():
    town = RowTown()
    for agents in (town.agents, town.persons, town.persons.sort("wealth")):
        assert agents[3] is agents[3]
        assert agents[-1] == agents.to_list()[-1]
        assert agents[2:9:3] == agents.to_list()[2:9:3]
        with pytest.raises(IndexError):
            agents[len(agents)]


def test_the_model_lists_its_agents_and_their_types():
    town = RowTown()
    assert town.agent_types == [PersonRow, FirmRow]
    assert list(town.agents_by_type) == [PersonRow, FirmRow]
    assert len(town.agents) == PERSONS + FIRMS
    assert [len(agents) for agents in town.agents_by_type.values()] == [PERSONS, FIRMS]


def test_an_ordinary_set_of_mesa_can_hold_windows_that_someone_keeps():
    town = RowTown()
    held = town.persons.to_list()
    agents = AgentSet(held, town.random)
    assert plain(agents.sort("wealth")) == plain(town.persons.sort("wealth"))
    assert agents == town.persons


def test_a_window_that_is_kept_can_be_scheduled():
    town = RowTown()
    held = town.persons[3]
    held.wealth = 1.0
    town.schedule_event(held.earn, after=0.5)
    town.run_for(0.75)
    assert town.people.wealth[3] == 2.0


# --- DataCollector and batch_run -------------------------------------------------------------


def by_row(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop the agents' numbers, which windows and ordinary agents do not share."""
    return frame.reset_index("AgentID", drop=True)


def test_a_data_collector_records_what_it_records_of_ordinary_agents():
    rows, objects = RowTown(), ObjectTown()
    for town in (rows, objects):
        town.run_for(3)
    pd.testing.assert_frame_equal(
        rows.datacollector.get_model_vars_dataframe(),
        objects.datacollector.get_model_vars_dataframe(),
    )
    pd.testing.assert_frame_equal(
        by_row(rows.datacollector.get_agent_vars_dataframe()),
        by_row(objects.datacollector.get_agent_vars_dataframe()),
    )
    recorded, ordinary = (
        by_row(town.datacollector.get_agenttype_vars_dataframe(town.person))
        for town in (rows, objects)
    )
    assert recorded["row"].tolist() == ordinary["row"].tolist()
    assert np.array_equal(np.stack(recorded["taste"]), np.stack(ordinary["taste"]))


def test_records_of_different_weeks_do_not_share_memory_with_the_table():
    town = RowTown()
    town.run_for(1)
    town.people.taste[:] = -1
    town.run_for(1)
    taste = town.datacollector.get_agenttype_vars_dataframe(PersonRow)["taste"]
    assert (np.asarray(taste.loc[1.0].iloc[0]) >= 0).all()
    assert (np.asarray(taste.loc[2.0].iloc[0]) == -1).all()


def test_a_base_class_is_accepted_as_an_agent_type_to_report():
    town = RowTown()
    town.datacollector = mesa.DataCollector(agenttype_reporters={Window: {"wealth": "wealth"}})
    town.datacollector.collect(town)
    assert len(town.datacollector.get_agenttype_vars_dataframe(Window)) == PERSONS + FIRMS


@pytest.fixture
def start_method():
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


@pytest.mark.usefixtures("start_method")
def test_batch_run_in_one_process_gives_what_it_gives_for_ordinary_agents():
    def frame(kind):
        rows = mesa.batch_run(
            kind,
            {"stake": [1.0, 2.0]},
            number_processes=1,
            rng=[1, 2],
            max_steps=2,
            data_collection_period=1,
            display_progress=False,
        )
        return pd.DataFrame(rows).drop(columns=["AgentID", "taste"])

    rows, objects = frame(RowTown), frame(ObjectTown)
    assert len(rows) == 2 * 2 * 2 * (2 * PERSONS + FIRMS)
    pd.testing.assert_frame_equal(rows, objects)
