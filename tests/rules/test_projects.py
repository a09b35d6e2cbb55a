"""How long decisions take, and how projects come, run and end."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.columns import (
    FORMER_PARTNER,
    PARTNER,
    PROJECT_DONE,
    PROJECT_FIXING,
    PROJECT_NEGOTIATING,
    PROJECT_RUNNING,
    PROJECT_TRAINING,
    PartnerRows,
    ProjectRows,
    allocate,
)
from sim.engine.compiled import loop
from sim.headings import values_of
from sim.rules import projects

F = np.float32
SEED = np.uint64(3)
P = values_of(projects.Projects)
COUNTS = st.integers(0, 200)


def test_the_decision_delay_has_the_form_of_the_equation() -> None:
    assert projects.decision_delay(P, F(0), F(0)) == pytest.approx(3)
    assert projects.decision_delay(P, F(20), F(1)) == pytest.approx(3 * 1.6 / 1.3, rel=1e-6)


@given(COUNTS, COUNTS, st.floats(0, 5, width=32), st.floats(0, 5, width=32))
def test_more_partners_never_speed_a_decision_up_and_more_staff_never_slows_it(
    few: int, more: int, staff: float, extra: float
) -> None:
    delay = projects.decision_delay(P, F(few), F(staff))
    assert projects.decision_delay(P, F(few + more), F(staff)) >= delay
    assert projects.decision_delay(P, F(few), F(staff + extra)) <= delay


@given(COUNTS)
def test_without_coordination_costs_the_number_of_partners_does_not_matter(count: int) -> None:
    p = P._replace(coordination_cost=F(0))
    assert projects.decision_delay(p, F(count), F(0)) == projects.decision_delay(p, F(0), F(0))


def test_negotiations_last_the_delay_on_average() -> None:
    chances = (np.arange(2000) + 0.5) / 2000
    weeks = [int(projects.negotiation_weeks(P, F(8), F(chance))) for chance in chances]
    assert np.mean(weeks) == pytest.approx(8, abs=0.2)
    assert min(weeks) >= 4


def test_the_bus_card_negotiation_of_four_to_26_weeks_is_within_reach() -> None:
    p = P._replace(approval_steps=np.int64(6))
    delay = projects.decision_delay(p, F(41), F(0))
    weeks = [int(projects.negotiation_weeks(p, delay, F(u))) for u in (0.01, 0.5, 0.9)]
    assert all(4 <= length <= 30 for length in weeks)


@given(st.floats(0, 0.96875, width=32))
def test_training_lasts_one_to_three_weeks(chance: float) -> None:
    assert 1 <= projects.training_weeks(P, F(chance)) <= 3


def test_a_flaw_halves_and_a_flagship_triples_the_hours_lent() -> None:
    assert projects.hours_lent(P, False, False) == P.hours
    assert projects.hours_lent(P, False, True) == pytest.approx(P.hours / 2)
    assert projects.hours_lent(P, True, False) == pytest.approx(P.hours * 3)


def test_nobody_notices_a_flaw_where_nobody_asks_afterwards() -> None:
    assert not projects.is_noticed(P, False, F(0))
    assert projects.is_noticed(P, True, F(0))


@loop
def _compiled(p: Any, out: Any) -> None:
    out[0] = projects.decision_delay(p, np.float32(17.0), np.float32(0.5))
    out[1] = projects.hours_lent(p, True, True)
    out[2] = np.float32(projects.negotiation_weeks(p, np.float32(5.0), np.float32(0.8)))
    out[3] = np.float32(projects.training_weeks(p, np.float32(0.5)))


def test_rules_are_32_bits_and_the_same_compiled_as_in_python() -> None:
    out = np.zeros(4, F)
    _compiled(P, out)
    plain = [
        projects.decision_delay(P, F(17), F(0.5)),
        projects.hours_lent(P, True, True),
        F(projects.negotiation_weeks(P, F(5), F(0.8))),
        F(projects.training_weeks(P, F(0.5))),
    ]
    assert all(isinstance(number, np.float32) for number in plain)
    assert out.tolist() == [float(number) for number in plain]


class Life:
    """One project of one partner, week after week."""

    def __init__(self, p: Any = P, count: int = 1) -> None:
        self.p = p
        self.partners = allocate(PartnerRows, count)
        self.partners.stage[:] = PARTNER
        self.partners.trust[:] = 0.5
        self.partners.ability[:] = 0.5
        self.projects = allocate(ProjectRows, count)
        self.count = count
        self.hours = np.zeros(count, F)
        self.stages = np.zeros(5, np.int64)
        for row in range(count):
            projects.propose(self.projects, row, row, 1, p, F(4), 0, SEED)

    def week(self, week: int, asked: bool = True) -> tuple[int, ...]:
        return projects.advance(  # type: ignore[no-any-return]
            self.projects,
            self.count,
            self.partners,
            self.p,
            F(0.15),
            asked,
            week,
            SEED,
            self.hours,
            np.zeros(self.count, np.int32),
            np.zeros((self.count, 5), bool),
            np.zeros((self.count, 5), np.int64),
            self.stages,
        )


def test_a_project_is_negotiated_prepared_run_and_done_in_this_order() -> None:
    life = Life(P._replace(flaw=F(0)))
    seen = [int(life.projects.stage[0])]
    for week in range(1, 60):
        life.week(week)
        stage = int(life.projects.stage[0])
        if stage != seen[-1]:
            seen.append(stage)
    assert seen == [PROJECT_NEGOTIATING, PROJECT_TRAINING, PROJECT_RUNNING, PROJECT_DONE]
    project = life.projects
    assert 0 == project.proposed[0] < project.started[0] < project.finished[0]
    assert project.finished[0] - project.started[0] == P.running
    assert life.partners.projects[0] == 1
    assert life.partners.trust[0] == pytest.approx(0.575, abs=1e-6)
    assert life.partners.ability[0].tolist() == pytest.approx([0.5, 0.525, 0.5, 0.5, 0.5])


def test_only_a_running_project_lends_hours() -> None:
    life = Life(P._replace(flaw=F(0), flagship_share=F(0)))
    for week in range(1, 60):
        life.week(week)
        running = life.projects.stage[0] == PROJECT_RUNNING
        assert life.hours[0] == (P.hours if running else 0)


def test_revisits_find_the_problems_and_they_are_fixed() -> None:
    life = Life(P._replace(flaw=F(1)), count=200)
    fixing = 0
    for week in range(1, 80):
        life.week(week)
        fixing += int(life.stages[PROJECT_FIXING])
    found = life.projects.problem
    assert found.mean() > 0.9
    assert fixing == P.fixing * found.sum()
    assert (life.projects.problem_found[found] >= life.projects.started[found]).all()
    assert (life.projects.stage == PROJECT_DONE).all()


def test_without_asking_afterwards_no_problem_is_ever_found() -> None:
    life = Life(P._replace(flaw=F(1)), count=50)
    for week in range(1, 80):
        life.week(week, asked=False)
    assert not life.projects.problem.any()
    assert (life.projects.stage == PROJECT_DONE).all()


def test_a_project_whose_partner_leaves_ends_without_credit() -> None:
    life = Life()
    life.partners.stage[0] = FORMER_PARTNER
    done, abandoned, _, _ = life.week(1)
    assert (done, abandoned) == (0, 1)
    assert life.projects.stage[0] == PROJECT_DONE
    assert life.partners.projects[0] == 0


def test_about_one_project_in_eleven_is_a_flagship() -> None:
    assert Life(count=3000).projects.flagship.mean() == pytest.approx(8 / 88, abs=0.02)
