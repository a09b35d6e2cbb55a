"""The adaptive committee: off by default, bounded, on its books, beside a placebo."""

import numpy as np
import pytest

import sim
from sim import manager
from sim.engine.declare import numbers_of
from sim.headings import headings, values_of

SMALL = {"scale": 0.01}


def steered(plan, weeks=53, **changes):
    community = sim.load("fengshu", seed=2, overrides={**SMALL, "manager.plan": plan, **changes})
    community.run_for(weeks)
    return community


@pytest.fixture(scope="module", params=["adaptive", "random"])
def community(request):
    return steered(request.param)


def test_it_is_off_by_default_and_then_moves_nothing():
    community = sim.load("fengshu", overrides=SMALL)
    before = dict(vars(community.numbers))
    community.run_for(27)
    assert community.state.manager.log == []
    assert all(getattr(community.numbers, stem) is kept for stem, kept in before.items())


def test_it_turns_once_a_quarter_and_never_before_the_practice_begins(community):
    assert [turn.week for turn in community.state.manager.log] == [12, 25, 38, 51]


def test_it_moves_at_most_so_many_levers_and_none_twice_in_a_turn(community):
    most = int(community.numbers.manager.changes)
    for turn in community.state.manager.log:
        names = [name for name, _, _ in turn.changed]
        assert len(names) == len(set(names)) <= most
    assert any(turn.changed for turn in community.state.manager.log)


def test_each_lever_moves_by_one_step_inside_its_bounds(community):
    steps = {f"{lever.stem}.{lever.name}": lever for lever in manager.LEVERS}
    classes = {name.rpartition(".")[2]: cls for name, cls in headings().items()}
    for turn in community.state.manager.log:
        for name, old, new in turn.changed:
            lever = steps[name]
            declared = numbers_of(classes[lever.stem])[lever.name]
            assert declared.low <= new <= declared.high
            assert 0 < abs(new - old) <= lever.step + 1e-5


def test_its_steps_upward_stay_inside_its_budget(community):
    state, p = community.state.manager, community.numbers.manager
    spent = np.sum(np.maximum(state.steps, 0) * np.array(p.step_costs))
    assert spent <= float(p.budget)


def test_without_a_budget_it_buys_nothing():
    community = steered("adaptive", weeks=27, **{"manager.budget": 0.0})
    for turn in community.state.manager.log:
        assert all(new < old for _, old, new in turn.changed)


def test_it_picks_the_lever_it_believes_to_move_the_largest_gap_most_per_yuan():
    community = steered("adaptive", weeks=1, **{"manager.exploration": 0.0})
    belief = community.state.manager.belief
    belief[:] = 0.001
    belief[7, 2] = 0.9  # partners.recruit is believed to raise recorded resolution
    gap = np.array([0.1, 0.1, 0.5, 0.1, 0.1])
    assert manager._picked(community, gap, 0) == (7, 1)


def test_a_lever_believed_to_harm_is_turned_down():
    community = steered("adaptive", weeks=1, **{"manager.exploration": 0.0})
    belief = community.state.manager.belief
    belief[:] = 0.0001
    belief[9, 0] = -0.9  # co_culture.events_per_week
    assert manager._picked(community, np.array([0.5, 0, 0, 0, 0]), 0) == (9, -1)


def test_with_every_goal_met_it_leaves_the_levers_alone():
    community = steered("adaptive", weeks=1, **{"manager.exploration": 0.0})
    assert manager._picked(community, np.array([-0.1, -0.1, 0.0, -0.1, -0.1]), 0) is None


def test_its_numbers_name_every_figure_it_watches():
    assert numbers_of(manager.Manager)["goals"].names == manager.KPIS
    assert len(values_of(manager.Manager).goals) == len(manager.KPIS)
