"""Rounds of asking: when they are held, whom they reach, and what an answer is worth."""

import numpy as np
import pytest

import sim
from sim.boards import Agenda
from sim.columns import (
    CHILDCARE,
    CULTURE,
    DELIBERATE,
    DOMAINS,
    ELDERCARE,
    ELDERLY,
    PROPERTY,
    REPAIR,
    SAFETY,
    YOUNG,
)
from sim.mechanisms import co_consultation
from sim.rules import service

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


# --- Voice and answer ---


def spoken(acted=1 << DELIBERATE):
    community = sim.load(overrides=SMALL)
    r = community.residents
    r.satisfaction[:, 0] = 0.6
    r.satisfaction[REPAIR, 0] = 0.2
    r.acted[:] = 0
    r.acted[0] = acted
    co_consultation.speak(community)
    return community


def test_a_resident_names_the_service_that_is_worst_for_them_or_the_company():
    community = sim.load(overrides=SMALL)
    r = community.residents
    for worst in (*range(len(DOMAINS)), PROPERTY):
        r.satisfaction[:, 0] = 0.6
        r.satisfaction[[CULTURE, SAFETY], 0] = 0.1  # nobody asks about these
        r.satisfaction[worst, 0] = 0.2
        r.acted[0] = 1 << DELIBERATE
        co_consultation.speak(community)
        assert r.voiced[0] == worst + 1
    r.satisfaction[:, 0] = 0.5
    co_consultation.speak(community)
    assert r.voiced[0] == 1


def test_only_who_speaks_names_an_issue():
    r = spoken().residents
    assert r.voiced[0] == REPAIR + 1
    assert r.voiced_level[0] == F(0.2)
    assert not r.voiced[1:].any()
    assert not spoken(acted=0).residents.voiced.any()


@pytest.mark.parametrize(
    ("follow_up", "rise", "moved"),
    [(1.0, 0.1, 30_000), (1.0, 0.0, -30_000), (0.0, 0.1, -30_000), (1.0, -0.1, -30_000)],
)
def test_either_way_trust_moves_by_whether_ones_own_issue_was_dealt_with(follow_up, rise, moved):
    community = spoken()
    numbers = community.numbers.co_consultation._replace(follow_up=F(follow_up))
    community.numbers.co_consultation = numbers
    community.residents.satisfaction[REPAIR, 0] += F(rise)
    dealt = co_consultation.take_stock(community)
    assert dealt == (moved > 0)
    assert abs(int(community.residents.trust_nudge[0]) - moved) <= 1
    assert not community.residents.trust_nudge[1:].any()
    assert not community.residents.voiced.any()


def test_what_is_voiced_sways_where_the_staffs_hours_go_and_all_hours_are_spent():
    usual, agenda = tuple(map(F, (0.3, 0.2, 0.2, 0.2, 0.1))), Agenda()
    assert service.attention_of(agenda, usual) is usual
    agenda.settle(np.array([0, 0, 0, 7, 0]), F(0.5))
    swayed = service.attention_of(agenda, usual)
    assert sum(swayed) == pytest.approx(1)
    assert swayed[REPAIR] == pytest.approx(0.5 * 0.2 + 0.5)
    agenda.settle(np.zeros(5, int), F(0))
    assert service.attention_of(agenda, usual) == swayed, "a round in which nobody spoke"
    agenda.settle(np.array([0, 0, 0, 7, 0]), F(0))
    assert service.attention_of(agenda, usual) == usual


ROUNDS = {
    "scale": 0.1,
    "population.burn_in": 26,
    "co_consultation.doorstep": 0.5,
    "co_consultation.interval": 26,
    "co_consultation.follow_up": 1.0,
    "participation.base": {"event": -3.4, "volunteer": -3.4, "report": -2.0, "deliberate": 1.0},
}


def trusting(weeks=104, **overrides):
    community = sim.load(overrides={**ROUNDS, **overrides}, seed=2)
    community.run_for(weeks)
    return community.records.outcomes()


def test_either_way_asking_with_capacity_raises_trust_and_asking_without_lowers_it():
    silent = {"co_consultation.answered": 0.0, "co_consultation.unanswered": 0.0}
    capable = {"service.staff": 100, "co_building.opening": 13}
    helpless = {"service.staff": 0, "co_building.on": False, "regional_party_building.on": False}
    for numbers, sign in ((capable, 1), (helpless, -1)):
        gain = trusting(**numbers)["trust"] - trusting(**numbers, **silent)["trust"]
        assert sign * gain > 0.003


def test_who_speaks_decides_a_voice_that_is_one_sided_makes_such_an_agenda():
    """Only the elderly of one sort speak, then only the young: the agenda follows."""

    def agenda(group, domain):
        community = sim.load(overrides={**ROUNDS, "co_consultation.interval": 4}, seed=2)
        r = community.residents
        r.satisfaction[:5, group(r)] = 0.8
        r.satisfaction[domain, group(r)] = 0.1
        r.acted[:] = 0
        r.acted[group(r)] = 1 << DELIBERATE
        community.week = 3
        co_consultation.learn(community)
        return community.agenda.shares

    assert agenda(lambda r: r.age == ELDERLY, ELDERCARE)[ELDERCARE] == 1
    assert agenda(lambda r: r.age == YOUNG, CHILDCARE)[CHILDCARE] == 1


def test_with_nothing_swayed_and_nothing_felt_voices_change_nothing_else():
    def lived_with(margin):
        community = sim.load(
            overrides={
                **ROUNDS,
                "scale": 0.02,
                "co_consultation.sway": 0.0,
                "co_consultation.answered": 0.0,
                "co_consultation.unanswered": 0.0,
                "co_consultation.margin": margin,
            },
            seed=2,
        )
        community.run_for(60)
        return [
            column.tobytes()
            for field, column in zip(community.residents._fields, community.residents, strict=True)
            if field not in ("voiced", "voiced_level")
        ]

    assert lived_with(0.0) == lived_with(0.5)


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
