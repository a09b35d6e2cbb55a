"""The benchmark measures what it says; how fast the machine is, no test asserts."""

import json

import pytest

from sim.bench import measurements
from sim.bench import profile as profiles
from sim.bench.sizes import as_text as sizes_text
from sim.bench.sizes import sizes
from sim.bench.speed import as_text, speed
from sim.bench.start import start
from sim.bench.studies import studies
from sim.cli import execute
from sim.cli.shared import plain
from sim.tick import MOMENTS
from tests.watching import noting


def test_a_run_is_measured_with_all_that_belongs_to_it():
    found = speed(scale=0.01, years=1, object_weeks=1, small=0.003, times=1)
    assert found["ratio"] > 1
    assert found["ratio_at_equal_size"] > 1
    assert found["burn_in_weeks"] == 52
    assert found["year_with_burn_in_seconds"] > found["year_seconds"] > found["population_seconds"]
    assert found["all_in_ns"] > found["week_ns"]
    weeks_lived = 52 + 52
    lived = found["all_in_ns"] * found["residents"] * weeks_lived / 1e9
    assert lived == pytest.approx(found["long_with_burn_in_seconds"])
    assert "all_in_ns" in as_text(found)


def test_a_profile_holds_every_moment_and_adds_up():
    found = profiles.profile(scale=0.02, weeks=14, times=1, small=0.005)
    names = {part.name for part in found.parts}
    assert {part.moment for part in found.parts} == {*MOMENTS, profiles.RECORD}
    assert set(profiles.PARTICIPANTS) <= names
    assert all(part.seconds >= part.fixed_seconds >= 0 for part in found.parts)
    queue = next(part for part in found.parts if part.name == "serve.service")
    assert queue.participants > 0
    text = profiles.as_text(found)
    assert all(moment in text for moment in MOMENTS)
    assert "per need in the queue" in text
    assert json.loads(json.dumps(plain(found)))["parts"][0]["name"] == found.parts[0].name


def test_a_watched_week_ends_in_the_same_bytes():
    from sim.model import load

    plain, watched = (load(seed=5, overrides={"population.scale": 0.01}) for _ in range(2))
    seen = []

    watched.watch(noting(seen))
    plain.run_for(3)
    watched.run_for(3)
    assert watched.digest() == plain.digest()
    assert seen.count("record") == 3
    assert seen.count("decide.participation") == 3


def test_sizes_are_compared_with_the_first():
    rows = sizes((1, 2), scenario="blank", weeks=2)
    assert [row["communities"] for row in rows] == [1, 2]
    assert rows[0]["ratio"] == 1
    assert rows[1]["ratio"] == pytest.approx(rows[1]["week_ns"] / rows[0]["week_ns"])
    assert rows[1]["residents"] == 2 * rows[0]["residents"]
    assert "bytes_per_resident" in sizes_text(rows)


def test_many_runs_are_measured_with_what_the_engine_adds():
    found = studies(runs=3, weeks=1, scenario="fengshu-workshop", workers=1)
    assert 0 < found["work_seconds"] < found["seconds"]
    assert found["overhead"] == pytest.approx(1 - found["work_seconds"] / found["seconds"])


def test_only_what_is_asked_for_is_measured():
    assert list(measurements()) == ["speed"]
    asked = measurements(profile=True, communities=[1], runs=1, start=True)
    assert list(asked) == ["profile", "sizes", "studies", "start"]
    assert asked["start"][0] is start


@pytest.mark.parametrize("option", ["--communities", "--runs"])
def test_a_number_below_one_is_refused(option, capsys):
    assert execute(["bench", option, "0"]) == 2
    assert f"{option} 0 is out of bounds" in capsys.readouterr().err
