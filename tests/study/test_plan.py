"""Plans: seeds are shared where arms are compared, and a run is known by what it depends on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario import load
from sim.study.plan import SEEDS_PER_BLOCK, Arm, Plan, arm, crossed
from sim.study.subject import CommunitySubject
from sim.study.table import DONE, Row, tidy
from tests.study.toys import Toy, plan_of


def test_arms_of_a_block_share_their_seeds_and_blocks_do_not() -> None:
    arms = crossed((arm("a"), arm("b", {"x": 1.0})), [{"sleep": 0.0}, {"sleep": 0.1}])
    seeds = {}
    for run in Plan("p", Toy(), arms, 3).runs:
        seeds.setdefault((run.arm.block, run.replication), set()).add(run.seed)
    assert all(len(shared) == 1 for shared in seeds.values())
    assert len({seed for shared in seeds.values() for seed in shared}) == 6
    assert seeds[0, 0] == {1}
    assert seeds[1, 2] == {1 + SEEDS_PER_BLOCK + 2}


def test_a_world_gives_its_numbers_to_every_arm_and_an_arm_wins_over_its_world() -> None:
    worlds = [{"x": 5.0, "sleep": 0.0}]
    one, other = crossed((arm("as drawn"), arm("set", {"x": 2.0}, lever="x")), worlds)
    assert dict(one.changes) == {"x": 5.0, "sleep": 0.0}
    assert dict(other.changes) == {"x": 2.0, "sleep": 0.0}
    assert dict(other.tags) == {"lever": "x", "world": 0, "x": 5.0, "sleep": 0.0}


def test_more_replications_keep_the_runs_there_are() -> None:
    few, many = plan_of(3, 2), plan_of(3, 5)
    assert {run.id for run in few.runs} < {run.id for run in many.runs}
    assert [run.id for run in many.runs[:6]] == [run.id for run in few.runs]


def test_an_arm_may_have_its_own_number_of_replications() -> None:
    arms = (arm("often"), Arm("once", (("x", 1.0),), replications=1))
    plan = Plan("p", Toy(), arms, 4)
    assert plan.size == len(plan.runs) == 5


def test_equal_arms_under_equal_seeds_are_one_run() -> None:
    plan = Plan("p", Toy(), (arm("a", {"x": 1.0}), arm("b", {"x": 1.0})), 1)
    assert len({run.id for run in plan.runs}) == 1


@given(st.floats(-9, 9), st.floats(-9, 9), st.integers(0, 5), st.integers(0, 5))
def test_a_run_is_known_by_what_it_depends_on(x: float, y: float, s: int, t: int) -> None:
    first = Plan("p", Toy(), (arm("a", {"x": x}),), seed=s).runs[0]
    second = Plan("p", Toy(), (arm("b", {"x": y}),), seed=t).runs[0]
    assert (first.id == second.id) == ((repr(x), s) == (repr(y), t))


def test_other_code_is_another_run() -> None:
    arms = (arm("a"),)
    assert Plan("p", Toy("1"), arms).runs[0].id != Plan("p", Toy("2"), arms).runs[0].id


@pytest.mark.parametrize(
    ("arms", "replications", "seed", "part"),
    [
        ((), 1, 1, "an arm or more"),
        ((arm("a"),), 0, 1, "replications = 0 is out of bounds"),
        ((Arm("a", replications=0),), 1, 1, "replications = 0 is out of bounds"),
        ((arm("a"), arm("a", {"x": 1.0})), 1, 1, 'two arms of block 0 are called "a"'),
        ((arm("a"),), 1, -1, "seed = -1"),
        ((arm("a", {"y": 1}),), 1, 1, "a toy has no y"),
    ],
)
def test_a_plan_that_cannot_be_run_is_refused(
    arms: tuple[Arm, ...], replications: int, seed: int, part: str
) -> None:
    with pytest.raises(InputError, match=part):
        Plan("p", Toy(), arms, replications, seed)


def test_a_plan_survives_its_manifest() -> None:
    arms = crossed((arm("a", {"x": 1.0}, tag="t"),), [{"sleep": 0.0}])
    plan = Plan("p", Toy(), arms, 2, 7)
    assert Plan.from_manifest(plan.manifest(), Toy()) == plan


# --- The community as subject -------------------------------------------------------------------

SMALL = load("fengshu").with_overrides({"scale": 0.01, "burn_in": 4})


def test_a_subject_survives_its_manifest_and_gives_the_same_address() -> None:
    subject = CommunitySubject(SMALL, 6, weekly=("attendance",))
    again = CommunitySubject.from_manifest(subject.manifest())
    changes = {"incentives.points.rate": 2.0}
    assert again.address(changes) == subject.address(changes)
    one, other = again.make(changes, 3), subject.make(changes, 3)
    assert repr(one) == repr(other)  # what is not a number is not equal to itself


def test_the_address_follows_scenario_weeks_and_what_is_measured() -> None:
    subject = CommunitySubject(SMALL, 6)
    others = [
        CommunitySubject(SMALL, 7),
        CommunitySubject(SMALL, 6, weekly=("attendance",)),
        CommunitySubject(SMALL, 6, probe="points"),
        CommunitySubject(SMALL.with_overrides({"points.rate": 2.0}), 6),
    ]
    addresses = {one.address({}) for one in (subject, *others)}
    assert len(addresses) == 5
    assert others[3].address({}) == subject.address({"incentives.points.rate": 2.0})


def test_weekly_figures_are_those_of_the_records() -> None:
    made = CommunitySubject(SMALL, 6, weekly=("attendance",)).make({}, 1)
    assert len(made.weekly["attendance"]) == 6
    assert sum(made.weekly["attendance"]) == pytest.approx(made.outcomes["attendance"])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"weeks": 0}, "weeks = 0 is out of bounds"),
        ({"weeks": 5, "weekly": ("atendance",)}, 'did you mean "attendance"'),
        ({"weeks": 5, "probe": "pionts"}, 'did you mean "points"'),
    ],
)
def test_a_subject_that_cannot_be_run_is_refused(arguments: dict, part: str) -> None:
    with pytest.raises(InputError, match=part):
        CommunitySubject(SMALL, **arguments)


# --- The table ---------------------------------------------------------------------------------


def row(run_id: str, **outcomes: float) -> Row:
    return Row(run_id, 1, DONE, "", "d", outcomes, {})


def test_a_table_has_a_row_a_run_in_the_order_of_the_plan() -> None:
    plan = plan_of(3)
    rows = {run.id: row(run.id, value=float(run.arm.label[2:])) for run in reversed(plan.runs[1:])}
    table = tidy(plan, rows)
    assert list(table["arm"]) == ["x=1", "x=2"]
    assert list(table["value"]) == [1.0, 2.0]
    assert list(table["kind"]) == [1, 2]


def test_a_tag_that_is_called_like_an_outcome_is_refused() -> None:
    plan = Plan("p", Toy(), (arm("a", value=1),))
    with pytest.raises(ValueError, match="value"):
        tidy(plan, {plan.runs[0].id: row(plan.runs[0].id, value=1.0)})
    with pytest.raises(ValueError, match="seed"):
        arm("a", seed=1)
