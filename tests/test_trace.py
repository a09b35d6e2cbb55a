"""Life histories: the two case stories are told step by step, with delays that the tables hold."""

import re

import numpy as np
import pytest

import sim
from sim import trace
from sim.columns import DOMAINS, NEED_CLOSED, NEED_EXPIRED, PROJECT_DONE
from sim.errors import InputError
from sim.lifelog import Lifelog

SMALL = {"scale": 0.1, "population.burn_in": 8}


@pytest.fixture(scope="module")
def lone_elder():
    community = sim.load("story-lone-elder", seed=1, overrides=SMALL)
    community.run_for(100)
    return community


@pytest.fixture(scope="module")
def bus_cards():
    community = sim.load("story-bus-cards", seed=1, overrides=SMALL)
    community.run_for(76)
    return community


def test_the_lone_elder_is_served_at_once_by_several_and_the_other_waits(lone_elder):
    online, offline = (trace.trace_need(lone_elder, n) for n in trace.story_ids(lone_elder))
    assert "Online, on the key-care list" in online
    assert "urgent eldercare, 14 hours" in online
    assert "lives alone" in online
    assert "week 70 (2024-11-04)    it arises" in online
    assert "first service, in the week it was found" in online
    providers = int(re.search(r"by (\d+) provider", online).group(1))
    assert providers >= 3
    assert "not reached online" in offline
    assert "in the week it arose" not in offline


def test_bus_cards_are_told_with_their_projects(bus_cards):
    projects = bus_cards.projects.used()
    ran = np.flatnonzero((projects.stage == PROJECT_DONE) & projects.problem)
    assert len(ran)
    text = "\n".join("\n".join(trace.project_lines(bus_cards, int(row))) for row in ran)
    for step in (
        "proposed at a joint meeting, with",
        "of negotiation; training of",
        "service begins,",
        "a revisit finds a new problem",
        "the problem is fixed",
        "done, after",
    ):
        assert step in text, step


def test_a_need_met_through_a_project_is_told_with_it(bus_cards):
    needs, projects = bus_cards.needs.used(), bus_cards.projects.used()
    carried = 0
    for number in range(bus_cards.needs.count):
        row = trace.carrier(bus_cards, number)
        if row is not None:
            carried += 1
            assert projects.partner[row] == needs.partner[number]
            assert projects.started[row] <= needs.closed[number]
            assert f"project {row} of partner" in trace.trace_need(bus_cards, number)
    assert carried == projects.served.sum()


def test_a_story_is_told_with_the_numbers_of_its_needs(bus_cards):
    ids = trace.story_ids(bus_cards)
    assert len(ids) == len(bus_cards.story) == 32
    text = trace.trace_story(bus_cards)
    assert f"Needs of the story: {min(ids)} to" in text
    assert "6 needs arise: Bus cards, first week" in text
    counts = [int(n) for n in re.findall(r"^  (?:met|given up|still open) +(\d+)", text, re.M)]
    assert sum(counts) == len(ids)


def test_a_scenario_without_a_story_or_before_it_says_so():
    plain = sim.load("fengshu", overrides={"scale": 0.02, "population.burn_in": 0})
    with pytest.raises(InputError, match="has no story"):
        trace.trace_story(plain)
    early = sim.load("story-bus-cards", overrides={"scale": 0.02, "population.burn_in": 0})
    with pytest.raises(InputError, match="begins in week 21"):
        trace.trace_story(early)


def test_a_diary_holds_what_owners_felt_at_the_end_of_each_week():
    community = sim.load("story-bus-cards", overrides={"scale": 0.02, "population.burn_in": 4})
    seen = []
    diary = trace.follow(community, 3, lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert diary.weeks == [3, 4, 5, 6]
    assert diary.owners == [told.owner for told in community.story]
    assert np.array_equal(diary.trust[-1], community.residents.trust[diary.owners])


def test_every_need_can_be_told_and_its_delays_are_those_of_the_table(bus_cards):
    needs = bus_cards.needs.used()
    for number in range(0, bus_cards.needs.count, 7):
        text = trace.trace_need(bus_cards, number)
        assert DOMAINS[needs.domain[number]] in text
        waited = int(needs.closed[number]) - int(needs.born[number])
        weeks = "in the week" if waited == 0 else f"{waited} week"
        if needs.stage[number] == NEED_CLOSED:
            assert f"met, {weeks}" in text
        elif needs.stage[number] == NEED_EXPIRED:
            assert "given up, " in text
        else:
            assert "Open after" in text


def test_steps_are_told_in_the_order_of_weeks(bus_cards):
    for number in trace.story_ids(bus_cards)[:60]:
        steps = trace.trace_need(bus_cards, number).split("\n\n")[1]
        weeks = [int(week) for week in re.findall(r"^  week (-?\d+)", steps, re.M)]
        assert weeks == sorted(weeks)


def test_a_replayed_training_agrees_with_the_project_that_is_in_it(bus_cards):
    projects = bus_cards.projects.used()
    p = bus_cards.numbers.projects
    done = np.flatnonzero(projects.stage == PROJECT_DONE)
    assert len(done)
    for row in done:
        weeks = trace._training(bus_cards, int(row))
        assert p.training_shortest <= weeks <= p.training_longest


def test_every_kind_of_resident_can_be_told(bus_cards):
    residents = bus_cards.residents
    for row in range(0, len(residents.age), 11):
        text = trace.trace_resident(bus_cards, row)
        assert f"Resident {row}: aged" in text
        assert f"Ties: {int(residents.degree[row])}" in text
        assert "in the balance" in text
        own = int((bus_cards.needs.used().owner == row).sum())
        assert f"Needs: {own or 'none'}" in text


def test_disputes_are_told_from_both_sides(bus_cards):
    disputes = bus_cards.disputes.used()
    assert bus_cards.disputes.count
    first = int(np.flatnonzero(~disputes.with_company)[0])
    owner, other = int(disputes.owner[first]), int(disputes.other[first])
    assert f"complains about resident {other}" in trace.trace_resident(bus_cards, owner)
    assert f"resident {owner} complains" in trace.trace_resident(bus_cards, other)


def test_a_grievance_is_told_as_one_with_the_company():
    community = sim.load(
        overrides={"scale": 0.02, "property_management.grievance": 0.01, "population.burn_in": 8}
    )
    disputes = community.disputes.used()
    owner = int(disputes.owner[np.flatnonzero(disputes.with_company)[0]])
    told = trace.trace_resident(community, owner)
    assert "has a grievance with the property company" in told
    assert f"resident {owner} complains" not in told


def test_weeks_before_launch_are_negative_and_have_dates(bus_cards):
    assert trace.when(bus_cards, 0) == "week -8 (2023-05-08)"
    assert trace.when(bus_cards, 8) == "week 0 (2023-07-03)"


@pytest.mark.parametrize("number", [-1, 10**9])
def test_numbers_out_of_range_are_refused(bus_cards, number):
    with pytest.raises(InputError, match="numbered 0 to"):
        trace.trace_need(bus_cards, number)
    with pytest.raises(InputError, match="numbered 0 to"):
        trace.trace_resident(bus_cards, number)


def lifelog_of(community, row, weeks=1):
    log = Lifelog(row)
    trace.follow(community, weeks, log=log)
    return log


def test_one_hears_of_a_service_from_the_tie_who_was_served():
    """Told of every resident of a small community: nobody else, and only of what a tie was served."""
    community = sim.load(overrides={"scale": 0.01, "population.burn_in": 8}, seed=3)
    everybody = range(len(community.residents.age))
    logs = [Lifelog(row) for row in everybody]
    for log in logs:
        log.begin(community)
    community.run_for(1)
    for log in logs:
        log.note(community)
    r, needs, week = community.residents, community.needs.used(), community.week - 1
    served = np.flatnonzero((needs.stage == NEED_CLOSED) & (needs.closed == week))
    expected = {
        (row, int(needs.domain[number]), int(needs.owner[number]))
        for number in served
        for row in everybody
        if int(needs.owner[number]) in r.neighbour[row, : r.degree[row]]
    }
    told = set()
    for log in logs:
        for _, text in log.entries:
            found = re.fullmatch(r"hears of (\w+) from resident (\d+), who was served", text)
            if found:
                told.add((log.row, DOMAINS.index(found[1]), int(found[2])))
    assert told == expected
    assert told


def test_a_log_changes_nothing_and_is_told_with_its_weeks():
    given = {
        "scale": 0.02,
        "population.burn_in": 8,
        "outreach.on": True,
        "outreach.contacts": 5000.0,
    }
    quiet = sim.load(overrides=given, seed=2)
    quiet.run_for(30)
    told = sim.load(overrides=given, seed=2)
    log = lifelog_of(told, 7, weeks=30)
    assert told.digest() == quiet.digest()
    text = trace.trace_resident(told, 7, log)
    assert f"Weeks: {len(log.entries)} to tell" in text
    assert "is called on in person" in text
    assert all(8 <= week < 38 for week, _ in log.entries)


def test_what_is_named_in_a_round_and_what_became_of_it_are_told():
    asked = {
        "co_consultation.interval": 8,
        "co_consultation.length": 4,
        "co_consultation.doorstep": 0.5,
    }
    community = sim.load(overrides={"scale": 0.02, "population.burn_in": 8, **asked}, seed=2)
    community.run_for(8)
    speaker = int(np.flatnonzero(community.residents.voiced)[0])
    again = sim.load(overrides={"scale": 0.02, "population.burn_in": 8, **asked}, seed=2)
    told = [text for _, text in lifelog_of(again, speaker, weeks=16).entries]
    assert any(text.startswith("names ") for text in told)
    assert any(text.startswith("sees what became of ") for text in told)
