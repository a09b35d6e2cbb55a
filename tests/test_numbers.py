"""`redmaple numbers` finds a number by any word that is said of it."""

import json

import pytest

import sim
from sim.cli import execute
from sim.scenario import entries, load
from sim.words import explain


def paths(*words):
    return {told["path"] for told in explain.found_numbers(load(), words)}


def test_without_a_word_all_are_listed_and_with_several_all_must_be_said():
    assert paths() == set(entries())
    assert paths("outreach") >= {"inclusion.outreach.on", "inclusion.outreach.contacts"}
    assert paths("outreach", "YUAN per contact") == {"inclusion.outreach.contact_cost"}
    assert paths("outreach", "no such word") == set()


def test_a_number_is_found_by_its_chinese_and_shown_with_it(capsys):
    assert "incentives.points.window" in paths("积分", "有效")
    assert execute(["numbers", "incentives.points.window"]) == 0
    printed = capsys.readouterr().out
    assert "incentives.points.window = 26 weeks  [4 to 52]  a lever (S7)" in printed
    assert "有效期方式下积分的有效周数" in printed


def test_values_are_those_of_the_scenario_that_is_named(capsys):
    assert execute(["numbers", "inclusion.outreach.on", "--scenario", "inclusive", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["value"] == "on"
    assert told["value_zh"] == "开"


def test_a_word_that_nothing_is_said_of_is_refused(capsys):
    assert execute(["numbers", "zebra"]) == 2
    assert "no number has" in capsys.readouterr().err


def test_what_there_is_is_listed_and_a_community_says_which_it_is():
    assert {"load", "Community", "Scenario"} <= set(dir(sim))
    community = sim.load(overrides={"scale": 0.004, "population.burn_in": 1}, seed=9)
    assert repr(community) == "<Community fengshu: 110 residents, seed 9, programme week 0>"


def test_h_is_help(capsys):
    assert execute(["numbers", "-h"]) == 0
    assert "WORD" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "path", "why"),
    [
        ({}, "incentives.points.half_life", "incentives.points.policy is none, not exponential"),
        ({"incentives.points.policy": "window"}, "incentives.points.window", ""),
        ({}, "inclusion.outreach.contacts", "inclusion.outreach.on is off"),
        ({}, "inclusion.outreach.on", ""),
        ({}, "manager.goals.thrift", "manager.plan is off"),
        ({}, "manager.goals", "manager.plan is off"),
        ({}, "manager.plan", ""),
        ({}, "rules.needs.arrival.medical", ""),
        ({}, "population.scale", ""),
    ],
)
def test_a_number_that_changes_nothing_as_things_stand_says_why(changes, path, why):
    assert load("fengshu", changes).resting(path) == why


def test_what_is_said_to_rest_changes_no_byte_and_is_said_before_the_run(capsys):
    small = {"scale": 0.004, "population.burn_in": 2}

    def digest(**changes):
        community = sim.load(overrides={**small, **changes}, seed=1)
        community.run_for(6)
        return community.digest()

    for path, value in (
        ("incentives.points.half_life", 13.0),
        ("incentives.points.window", 4),
        ("inclusion.outreach.contacts", 900.0),
        ("manager.budget", 1.0),
    ):
        assert load().resting(path)
        assert digest(**{path: value}) == digest()
    given = ["check", "fengshu", "--set", "points.half_life=13"]
    assert execute(given) == 0
    assert "--set points.half_life changes nothing as things stand" in capsys.readouterr().err
    assert execute([*given, "--set", "points.policy=exponential"]) == 0
    assert "changes nothing" not in capsys.readouterr().err


def test_what_a_number_hangs_on_is_a_choice_of_its_heading():
    for entry in entries().values():
        choice, _, wanted = entry.declared.acts_if.partition("=")
        if choice:
            assert wanted in entries()[f"{entry.heading}.{choice}"].declared.options
