"""Rounds of asking: when they are held, whom they reach, and what an answer is worth."""

import numpy as np
import pytest

import sim
from sim.columns import DELIBERATE, Residents
from sim.headings import values_of
from sim.mechanisms import co_consultation
from sim.mechanisms.co_consultation import CoConsultation
from tests.one_row import one

P = values_of(CoConsultation)
F = np.float32
SMALL = {"scale": 0.01, "population.burn_in": 0}


def lived(weeks=8, **numbers):
    changes = {f"co_consultation.{name}": value for name, value in numbers.items()}
    community = sim.load(overrides={**SMALL, **changes}, seed=3)
    community.run_for(weeks)
    return community


def test_a_round_fills_the_last_weeks_of_every_interval():
    community = sim.load(
        overrides={**SMALL, "co_consultation.interval": 6, "co_consultation.length": 2}
    )
    held = []
    for week in range(12):
        community.week = week
        held.append(co_consultation.asking(community))
    assert held == [False, False, False, False, True, True] * 2


def test_whoever_hears_back_loses_nothing_and_who_does_not_loses_the_declared_trust():
    assert co_consultation.loss(P, True) == 0
    assert co_consultation.loss(P, False) == P.disappointment


@pytest.mark.parametrize(("follow_up", "lost"), [(0.0, 20_000), (1.0, 0)])
def test_the_trust_of_a_speaker_falls_only_where_nobody_answers(follow_up, lost):
    p = values_of(CoConsultation, {"follow_up": follow_up, "disappointment": 0.02})
    speaker = one(Residents, acted=1 << DELIBERATE)
    silent = one(Residents, acted=0)
    for resident in (speaker, silent):
        co_consultation.hear_back.function(resident, p, sim.load(overrides=SMALL))
    assert abs(int(speaker.trust_nudge) + lost) <= 1
    assert silent.trust_nudge == 0


def test_asking_reaches_nobody_between_rounds_and_at_certain_doorsteps_almost_everybody():
    quiet = lived(4, interval=8, length=4)
    assert quiet.records.latest("acts_deliberate") == 0
    some, many = (lived(8, interval=8, length=4, doorstep=d) for d in (0.0, 0.5))
    acts = [c.records.to_frame()["acts_deliberate"].sum() for c in (some, many)]
    assert acts[1] > acts[0]


def test_needs_are_named_in_a_round_only_as_far_as_it_covers_them():
    none, much = (lived(8, interval=8, length=4, cover=cover) for cover in (0.0, 0.3))
    found = [c.records.to_frame()["needs_found_asking_round"].sum() for c in (none, much)]
    assert found[0] == 0 < found[1]


def test_one_round_is_counted_in_its_last_week():
    assert lived(9, interval=4, length=2).records.to_frame()["asking_rounds"].tolist() == [
        0, 0, 0, 1, 0, 0, 0, 1, 0,
    ]  # fmt: skip
