"""Windows on rows and sets of them, on a table of 50 residents."""

from __future__ import annotations

import copy
import pickle
import statistics

import mesa
import numpy as np
import pytest

import sim
from sim.agents import ColumnAgentSet, CompositeAgentSet, Window, install
from sim.agents.sets import ID_BLOCK
from sim.agents.windows import Cells
from sim.columns import (
    SIZES,
    VOLUNTEER,
    MicroGrids,
    PartnerRows,
    Residents,
    allocate,
)
from sim.engine.compiled import loop, rule
from sim.engine.declare import columns_of

ROWS = 50
PARTNERS = 4


class Resident(Window):
    table = "residents"
    columns = Residents

    @property
    def doubled_trust(self):
        return self.trust * np.float32(2)

    @doubled_trust.setter
    def doubled_trust(self, value):
        self.trust = np.float32(value) / np.float32(2)

    def rest(self):
        self.fatigue = 0.0
        return self.row


class PartyMember(Resident):
    """A role of residents."""


class Partner(Window):
    table = "partners"
    columns = PartnerRows


class Committee(Window):
    """An actor without a table."""


class Town(mesa.Model):
    def __init__(self, rng=1):
        super().__init__(rng=rng)
        self.residents = allocate(Residents, ROWS)
        self.partners = allocate(PartnerRows, PARTNERS)
        drawn = np.random.default_rng(5)
        self.residents.trust[:] = drawn.random(ROWS)
        self.residents.habit[:] = drawn.random((SIZES["mode"], ROWS))
        self.residents.age[:] = drawn.integers(0, 3, ROWS)
        self.residents.online[:] = drawn.random(ROWS) < 0.6
        self.residents.party[::7] = 1
        self.residents.fatigue[:] = 1.5
        self.partners.trust[:] = drawn.random(PARTNERS)
        install(
            self,
            {
                Resident: ColumnAgentSet(self, Resident),
                PartyMember: ColumnAgentSet(self, PartyMember, self.residents.party > 0),
                Partner: ColumnAgentSet(self, Partner),
                Committee: ColumnAgentSet(self, Committee),
            },
        )


@pytest.fixture
def town():
    return Town()


@pytest.fixture
def residents(town):
    return town.agents_by_type[Resident]


@pytest.fixture
def no_objects(monkeypatch):
    def refuse(*_):
        raise AssertionError("an object was built")

    monkeypatch.setattr("sim.agents.sets.window_on", refuse)


# --- Windows ---------------------------------------------------------------------------------


def test_every_column_of_a_table_is_an_attribute_that_reads_its_row(town):
    resident = Resident(town, 3)
    for name, declared in columns_of(Residents).items():
        array = np.moveaxis(getattr(town.residents, name), declared.shape.index("row"), 0)
        value = getattr(resident, name)
        assert np.array_equal(value, array[3])
        assert isinstance(value, Cells if array.ndim > 1 else bool | int | float)


def test_one_value_per_row_is_read_as_a_python_number(town):
    resident = Resident(town, 3)
    assert type(resident.trust) is float
    assert type(resident.online) is bool
    assert type(resident.party) is int
    assert type(resident.history) is int


def test_several_values_per_row_are_read_as_a_view_that_writes_the_table(town):
    resident = Resident(town, 3)
    resident.habit[VOLUNTEER] = 0.25
    resident.neighbour[2] = 41
    assert town.residents.habit[VOLUNTEER, 3] == np.float32(0.25)
    assert town.residents.neighbour[3, 2] == 41


def test_assignment_writes_the_row_and_no_other(town):
    before = town.residents.trust.copy()
    resident = Resident(town, 3)
    resident.trust = 0.125
    resident.habit = 0.5
    resident.acts = [1, 2, 3, 4]
    assert town.residents.trust[3] == 0.125
    assert np.array_equal(np.delete(town.residents.trust, 3), np.delete(before, 3))
    assert np.array_equal(town.residents.habit[:, 3], np.full(4, 0.5, np.float32))
    assert np.array_equal(town.residents.acts[:, 3], [1, 2, 3, 4])
    assert not town.residents.acts[:, 4].any()


def test_a_window_follows_a_table_that_is_replaced(town):
    resident = Resident(town, 3)
    town.residents = Residents(*town.residents)
    town.residents.trust = np.full(ROWS, 0.75, np.float32)
    assert resident.trust == 0.75


def test_an_attribute_tells_its_meaning_and_unit():
    assert Resident.trust.__doc__ == "T, in the committee [0-1]"


@rule
def _fade(value, share):
    return value * (1.0 - share) + share * value * value


@loop
def _fade_all(residents, share):
    for i in range(len(residents.trust)):
        residents.trust[i] = _fade(residents.trust[i], share)


def test_a_rule_called_on_attributes_gives_the_bits_of_the_compiled_loop(town):
    share = np.float32(0.3)
    other = Town()
    _fade_all(town.residents, share)
    for resident in other.agents_by_type[Resident]:
        resident.trust = _fade(resident.trust, share)
    assert town.residents.trust.tobytes() == other.residents.trust.tobytes()


def test_windows_on_one_row_are_one_object_while_someone_holds_it(town, residents):
    assert residents[3] is residents[3]
    held = residents[3]
    assert Resident(town, 3) is held
    assert town.agents[3] is held
    assert residents[np.int64(3)] is held


def test_windows_are_equal_by_class_row_and_model(town):
    assert Resident(town, 3) == Resident(town, 3)
    assert Resident(town, 3) != Resident(town, 4)
    assert Resident(town, 0) != PartyMember(town, 0)
    assert Resident(town, 0) != Resident(Town(), 0)
    assert len({Resident(town, 0), Resident(town, 0), PartyMember(town, 0)}) == 2


def test_unique_ids_never_collide_and_a_residents_is_the_row(town):
    everyone = [agent for agents in town.agents_by_type.values() for agent in agents]
    identifiers = [agent.unique_id for agent in everyone]
    assert len(set(identifiers)) == len(identifiers)
    assert Resident(town, 3).unique_id == 3
    assert PartyMember(town, 7).unique_id == ID_BLOCK + 7
    assert Committee(town).unique_id == 3 * ID_BLOCK


def test_an_agent_that_is_not_installed_has_no_unique_id():
    class Stranger(Resident):
        pass

    with pytest.raises(LookupError, match="Stranger has no numbers"):
        Stranger(Town(), 3).unique_id  # noqa: B018


def test_a_window_stores_nothing_but_columns(town):
    resident = Resident(town, 3)
    with pytest.raises(AttributeError, match="did you mean `trust`"):
        resident.trsut = 1.0
    for name in ("row", "model", "pos", "unique_id", "mood", "rest"):
        with pytest.raises(AttributeError):
            setattr(resident, name, 1)
    assert resident.pos is None
    assert not hasattr(resident, "mood")


def test_a_settable_property_of_a_subclass_can_be_written(town):
    resident = Resident(town, 3)
    resident.doubled_trust = 0.5
    assert resident.trust == 0.25
    assert resident.doubled_trust == 0.5


def test_rows_outside_the_table_have_no_window(town):
    for row in (-1, ROWS):
        with pytest.raises(IndexError, match="rows are 0 to 49"):
            Resident(town, row)


def test_rows_are_neither_made_nor_removed_through_windows(town):
    with pytest.raises(NotImplementedError, match="never removed"):
        Resident(town, 3).remove()
    with pytest.raises(NotImplementedError, match="never removed"):
        town.remove_all_agents()
    with pytest.raises(NotImplementedError, match="none can be created"):
        Resident.create_agents(town, 5)
    with pytest.raises(NotImplementedError, match="none can be created"):
        Resident.from_dataframe(town, [])
    assert len(town.agents) == ROWS + PARTNERS + 1


def test_a_subclass_cannot_hide_a_column_or_define_init():
    with pytest.raises(TypeError, match="would hide the column `call`"):

        class Caller(Window):
            table = "residents"
            columns = Residents

            def call(self):
                """Clash with the column."""

    with pytest.raises(TypeError, match="cannot define __init__"):

        class Starter(Resident):
            def __init__(self, model):
                """Never run once per row."""

    with pytest.raises(TypeError, match="both its `table` and its `columns`"):

        class Nameless(Window):
            columns = Residents


def test_every_table_of_actors_can_have_windows():
    for columns in (Residents, MicroGrids, PartnerRows):
        kind = type("Actor", (Window,), {"table": "actors", "columns": columns})
        assert set(kind.declared()) <= set(dir(kind))


def test_copies_and_pickles_of_a_window_show_a_row_of_the_copied_model(town):
    resident = Resident(town, 3)
    other_model, other = copy.deepcopy((town, resident))
    assert other.model is other_model
    assert other.row == 3
    other.trust = 0.0
    assert resident.trust != 0.0
    assert pickle.loads(pickle.dumps(resident)).trust == resident.trust


def test_copies_and_pickles_of_a_model_have_their_own_agents(town):
    held = town.agents.to_list()
    for other in (copy.deepcopy(town), pickle.loads(pickle.dumps(town))):
        assert other.agents[3].model is other
        assert other.agents[3] != held[3]
        assert other.agents_by_type[PartyMember].get("unique_id") == town.agents_by_type[
            PartyMember
        ].get("unique_id")


def test_windows_are_not_kept_once_nobody_holds_them(town, residents):
    held = residents[3]
    residents.do("rest")
    assert list(town._windows[Resident]) == [held.row]


# --- Sets of one class -----------------------------------------------------------------------


def test_a_set_can_be_made_of_all_rows_of_row_numbers_and_of_booleans(town):
    assert ColumnAgentSet(town, Resident).get("row") == list(range(ROWS))
    assert ColumnAgentSet(town, Resident, [4, 2]).get("row") == [4, 2]
    assert ColumnAgentSet(town, Resident, []).to_list() == []
    young = town.residents.age == 0
    assert ColumnAgentSet(town, Resident, young).get("row") == np.flatnonzero(young).tolist()


def test_what_cannot_be_rows_is_refused(town):
    with pytest.raises(IndexError, match="row 50"):
        ColumnAgentSet(town, Resident, [50])
    with pytest.raises(ValueError, match="repeat"):
        ColumnAgentSet(town, Resident, [1, 1])
    with pytest.raises(ValueError, match="whole numbers or 50 booleans"):
        ColumnAgentSet(town, Resident, [0.5])
    with pytest.raises(ValueError, match="whole numbers or 50 booleans"):
        ColumnAgentSet(town, Resident, [True, False])


@pytest.mark.usefixtures("no_objects")
def test_columns_are_read_written_and_grouped_without_building_an_object(town, residents):
    some = residents.select(mask=town.residents.online)
    for agents in (residents, some):
        assert len(agents.get("trust")) == len(agents)
        assert len(agents.get(["unique_id", "row", "habit"])) == len(agents)
        agents.agg("trust", [np.mean, np.max])
        agents.set("fatigue", 0.5)
        agents.sort("trust").shuffle().copy()
        agents.groupby("age").agg("trust", np.mean)
        agents.select(at_most=0.5, agent_type=Resident)
    stored = town.agents.select(at_most=ROWS + PARTNERS)
    stored.get("trust")
    stored.agg("trust", np.mean)
    town.agents.select(agent_type=Partner).set("quality", 1.0)
    assert (town.residents.fatigue == 0.5).all()
    assert (town.partners.quality == 1.0).all()


def test_get_returns_the_numbers_that_attributes_are(residents):
    values = residents.get("trust")
    assert isinstance(values, list)
    assert {type(value) for value in values} == {float}
    assert values == [resident.trust for resident in residents]


def test_get_of_several_values_per_row_returns_views(town, residents):
    for agents in (residents, residents.select(mask=town.residents.age < 3)):
        agents.get("habit")[5][VOLUNTEER] = 0.0625
        assert town.residents.habit[VOLUNTEER, 5] == 0.0625
        town.residents.habit[VOLUNTEER, 5] = 1


def test_agg_hands_the_function_a_list_of_python_numbers(town, residents):
    seen = []
    residents.sort("trust").agg("habit", seen.append)
    residents.agg("trust", seen.append)
    order = np.argsort(-town.residents.trust, kind="stable")
    assert np.array_equal(seen[0], town.residents.habit[:, order].T)
    assert seen[1] == town.residents.trust.tolist()
    assert residents.agg("doubled_trust", len) == ROWS


def test_columns_are_given_whole_or_not_at_all(town, residents):
    assert np.array_equal(residents.column("trust"), town.residents.trust)
    assert not residents.rows.flags.writeable
    with pytest.raises(AttributeError, match="no column `doubled_trust`"):
        residents.column("doubled_trust")


def test_set_writes_one_value_to_every_row_of_the_set_and_no_other(town, residents):
    online = town.residents.online
    agents = residents.select(mask=online)
    assert agents.set("trust", 0.5) is agents
    agents.set("acts", [1, 2, 3, 4])
    agents.set("doubled_trust", 0.5)
    assert (town.residents.trust[online] == 0.25).all()
    assert (town.residents.trust[~online] != 0.25).all()
    assert (town.residents.acts[:, online] == np.array([[1], [2], [3], [4]])).all()
    assert not town.residents.acts[:, ~online].any()


def test_set_refuses_a_value_per_agent_and_an_unknown_attribute(residents):
    with pytest.raises(ValueError, match="shape"):
        residents.set("trust", np.zeros(ROWS))
    with pytest.raises(ValueError, match="shape"):
        residents.set("habit", np.zeros(ROWS))
    with pytest.raises(ValueError, match=r"Resident\.party = 300 .* between 0 and 3"):
        residents.set("party", 300)
    with pytest.raises(AttributeError, match="did you mean `trust`"):
        residents.set("turst", 1.0)


def test_a_mask_selects_in_the_sets_order(town, residents):
    ranked = residents.sort("trust", ascending=True)
    first = np.arange(ROWS) < 3
    assert ranked.select(mask=first).get("row") == np.argsort(town.residents.trust)[:3].tolist()
    both = residents.select(lambda r: r.trust > 0.5, mask=town.residents.online, at_most=2)
    wanted = np.flatnonzero((town.residents.trust > 0.5) & town.residents.online)[:2]
    assert both.get("row") == wanted.tolist()


@pytest.mark.parametrize("mask", [np.ones(3, bool), np.ones(ROWS, np.int64), True])
def test_a_mask_that_is_not_one_boolean_per_agent_is_refused(residents, mask):
    with pytest.raises(ValueError, match="mask must be 50 booleans"):
        residents.select(mask=mask)


def test_the_models_own_sets_may_be_reordered_but_keep_their_members(town, residents):
    stranger = Town().agents[0]
    assert residents.shuffle(inplace=True) is residents
    assert sorted(residents.get("row")) == list(range(ROWS))
    assert residents.sort("row", ascending=True, inplace=True).get("row") == list(range(ROWS))
    assert residents.select(at_most=1.0, inplace=True) is residents
    residents.add(residents[3])
    residents.discard(stranger)
    with pytest.raises(KeyError):
        residents.remove(stranger)
    for change in (
        lambda: residents.select(at_most=3, inplace=True),
        lambda: residents.remove(residents[3]),
        lambda: residents.discard(residents[3]),
        lambda: residents.add(stranger),
        lambda: residents.add(PartyMember(town, 0)),
        lambda: town.agents_by_type[PartyMember].add(PartyMember(town, 1)),
        lambda: town.agents.remove(residents[3]),
        lambda: town.agents.clear(),
        lambda: mesa.Agent(town),
    ):
        with pytest.raises(NotImplementedError, match=r"copy\(\) instead|cannot be in"):
            change()
    assert len(residents) == ROWS
    assert len(town.agents) == ROWS + PARTNERS + 1


def test_a_callers_own_set_may_change(town, residents):
    some = residents.select(at_most=3)
    some.add(residents[9])
    some.remove(residents[0])
    some.discard(residents[0])
    assert some.get("row") == [1, 2, 9]
    assert residents[9] in some
    assert residents[0] not in some
    assert some._update([residents[4], residents[4], residents[2]]).get("row") == [4, 2]
    with pytest.raises(NotImplementedError, match="Partner"):
        some._update([Partner(town, 0)])


def test_sets_combine_as_mathematical_sets_do(town, residents):
    low, high = residents.select(at_most=3), residents.select(mask=np.arange(ROWS) >= 2)
    assert (low | high).get("row") == list(range(ROWS))
    assert (low & high).get("row") == [2]
    assert (low - high).get("row") == [0, 1]
    assert (low | high) == residents
    assert low <= residents
    mixed = low | town.agents_by_type[Partner] | town.agents_by_type[PartyMember]
    assert isinstance(mixed, CompositeAgentSet)
    assert len(mixed) == 3 + PARTNERS + 8


def test_sets_say_what_they_hold(town, residents):
    assert repr(residents.select(at_most=3)) == "ColumnAgentSet(Resident: 3 of 50 rows)"
    assert repr(town.agents) == "CompositeAgentSet(Resident: 50, Partner: 4, Committee: 1)"
    assert repr(residents[3]) == "Resident(row=3)"


# --- Roles and several classes ---------------------------------------------------------------


def test_a_party_member_is_counted_once_among_all_agents(town):
    residents, members = town.agents_by_type[Resident], town.agents_by_type[PartyMember]
    assert len(residents) == ROWS
    assert members.get("row") == list(range(0, ROWS, 7))
    assert len(town.agents) == ROWS + PARTNERS + 1
    assert len(town.agents.select(agent_type=PartyMember)) == 0
    assert PartyMember(town, 0) in members
    assert PartyMember(town, 0) not in residents
    assert PartyMember(town, 0) not in town.agents


def test_a_party_member_and_the_resident_show_one_person(town):
    member, resident = PartyMember(town, 7), Resident(town, 7)
    member.trust = 0.125
    assert resident.trust == 0.125
    assert isinstance(member, Resident)


def test_all_agents_come_in_the_order_of_installation(town):
    kinds = [type(agent) for agent in town.agents]
    assert kinds == [Resident] * ROWS + [Partner] * PARTNERS + [Committee]


def test_a_set_of_several_classes_asks_for_a_default_where_a_class_lacks_the_attribute(town):
    with pytest.raises(AttributeError, match="Committee"):
        town.agents.get("trust")
    values = town.agents.get(["trust", "quality"], handle_missing="default", default_value=-1)
    assert values[0] == [town.residents.trust[0], -1]
    assert values[ROWS] == [town.partners.trust[0], town.partners.quality[0]]
    assert values[-1] == [-1, -1]


def test_a_set_of_several_classes_writes_all_or_nothing(town):
    with pytest.raises(AttributeError, match="Committee has no column"):
        town.agents.set("trust", 0.5)
    assert (town.residents.trust != 0.5).all()
    town.agents.select(at_most=ROWS + PARTNERS).set("trust", 0.5)
    assert (town.residents.trust == 0.5).all()
    assert (town.partners.trust == 0.5).all()


def test_an_installation_that_does_not_fit_is_refused(town):
    with pytest.raises(RuntimeError, match="agents already"):
        install(town, {Resident: ColumnAgentSet(town, Resident)})
    empty = Town.__new__(Town)
    with pytest.raises(RuntimeError, match=r"after Model.__init__"):
        install(empty, {})
    bare = mesa.Model(rng=1)
    bare.residents = allocate(Residents, ROWS)
    with pytest.raises(ValueError, match="not a set of Partner of this model"):
        install(bare, {Partner: ColumnAgentSet(bare, Resident)})
    with pytest.raises(ValueError, match="not a set of Resident of this model"):
        install(bare, {Resident: ColumnAgentSet(town, Resident)})
    with pytest.raises(ValueError, match="has rows that"):
        install(
            bare,
            {
                PartyMember: ColumnAgentSet(bare, PartyMember, [1, 2]),
                Resident: ColumnAgentSet(bare, Resident),
            },
        )


# --- People's numbers ------------------------------------------------------------------------------


def test_numbers_that_people_get_do_not_turn_over(town, residents):
    ages = town.residents.age.astype(int)
    assert residents.agg("age", sum) == ages.sum()
    assert residents.agg("age", lambda v: sum(v) / len(v) if v else 0) == ages.mean()
    assert statistics.mean(residents.get("age")) == ages.mean()
    young = residents.select(lambda r: r.age == 0)[0]
    assert young.age - 1 == -1
    by_age = residents.sort(lambda r: -r.age).get("age")
    assert by_age == sorted(ages.tolist())
    assert {type(value) for value in residents.groupby("age").groups} == {int}
    assert residents.column("age").dtype == np.int64


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("age", np.int64(300), "Resident.age = 300 is out of bounds"),
        ("age", 1.7, "not a whole number"),
        ("age", True, "not a whole number"),
        ("online", "no", "not True or False"),
        ("online", 1, "not True or False"),
        ("trust", None, "not a number"),
        ("trust", "0.5", "not a number"),
        ("trust", 2, "between 0 and 1"),
        ("trust", float("nan"), "between 0 and 1"),
        ("micro_grid", 10**6, "rows of micro_grids"),
        ("micro_grid", -1, "rows of micro_grids"),
    ],
)
def test_a_value_that_a_column_cannot_hold_is_refused_and_nothing_is_written(name, value, error):
    community = sim.load(overrides={"scale": 0.01, "population.burn_in": 0})
    residents = community.agents_by_type[sim.agents.Resident]
    before = getattr(community.residents, name).copy()
    with pytest.raises((TypeError, ValueError), match=error):
        residents.set(name, value)
    with pytest.raises((TypeError, ValueError), match=error):
        setattr(residents[0], name, value)
    assert np.array_equal(getattr(community.residents, name), before)


def test_a_value_along_another_dimension_is_checked_too():
    community = sim.load(overrides={"scale": 0.01, "population.burn_in": 0})
    someone = community.agents_by_type[sim.agents.Resident][0]
    someone.habit[1] = 0.25
    assert community.residents.habit[1, 0] == 0.25
    with pytest.raises(ValueError, match="between 0 and 1"):
        someone.habit[1] = 3
    with pytest.raises(ValueError, match="between 0 and 1"):
        someone.habit = [0.1, 0.2, 0.3, 4]


def test_an_agent_without_a_row_is_refused():
    community = sim.load(overrides={"scale": 0.01, "population.burn_in": 0})
    for kind in (
        sim.agents.Resident,
        sim.agents.PartyMember,
        sim.agents.Partner,
        sim.agents.GridWorker,
    ):
        with pytest.raises(TypeError, match="makes nobody"):
            kind(community)
    assert sim.agents.Committee(community).balance == community.accounts.balance("fund") / 100
