"""Designs are lettered, differ in what is said, share worlds and seeds, and cost what they add."""

import numpy as np
import pytest

from sim import compare, results
from sim.errors import InputError
from sim.face import designs
from sim.face.outcomes import SHOWN
from sim.scenario import load

SMALL = {"scale": 0.004, "population.burn_in": 4}


def small(**changes):
    return load("fengshu", {**SMALL, **changes})


@pytest.fixture(scope="module")
def three():
    return designs.lettered(
        [
            small(),
            small(**{"incentives.points.on": False}),
            small(**{"inclusion.outreach.on": True}),
        ]
    )


def test_changes_go_to_the_design_whose_letter_they_have():
    found = designs.changes_for(["B:points.rate=2", "c:scale=1", "B:x=1"], 3)
    assert found == {"A": [], "B": ["points.rate=2", "x=1"], "C": ["scale=1"]}


@pytest.mark.parametrize("text", ["points.rate=2", "D:points.rate=2", ":x=1", ""])
def test_a_change_of_no_design_is_refused_in_one_sentence(text):
    with pytest.raises(InputError, match="must begin with a design's letter, A to C"):
        designs.changes_for([text], 3)


def test_too_few_and_too_many_designs_are_refused():
    for count in (1, designs.MOST + 1):
        with pytest.raises(InputError, match=f"from 2 to {designs.MOST} designs"):
            designs.lettered([small()] * count)


def test_another_community_is_no_other_design():
    with pytest.raises(InputError, match=r"A has population\.scale = 0\.004 and B has 0\.008"):
        designs.lettered([small(), small(scale=0.008)])


def test_what_differs_is_told_and_what_does_not_is_said(three):
    told = designs.told_differences(three[0], three[1])
    assert (
        told
        == "B (fengshu) and A (fengshu) differ in 1 number: incentives.points.on true -> false."
    )
    alike = designs.lettered([small(), small()])
    assert designs.told_differences(*alike).endswith("differ in nothing.")


def test_unknowns_are_swept_numbers_that_no_design_sets(three):
    paths = {one.path for one in designs.unknowns(three)}
    assert "rules.reach.digital" in paths
    assert not {path for path in paths if path.startswith("population.")}
    given = designs.lettered([small(), small(**{"rules.reach.digital": 0.3})])
    assert "rules.reach.digital" not in {one.path for one in designs.unknowns(given)}


def test_two_designs_without_worlds_come_out_as_compare_has_them(three):
    sides = designs.side_by_side(three[:2], 6, 3, 5, workers=1)
    (mine,) = designs.comparisons(sides, 6)
    theirs = compare.compare(three[0].scenario, three[1].scenario, 5, 6, seed=3, workers=1)
    assert mine == theirs


def test_designs_are_run_in_the_same_worlds_and_luck_is_averaged_within(three):
    sides = designs.side_by_side(three, 4, 1, 2, drawn=3, workers=1)
    assert sides.worlds == len(sides.drawn) == 3
    assert all(len(outcomes) == 3 for outcomes in sides.outcomes.values())
    assert all(len(digests) == 6 for digests in sides.digests.values())
    one = designs.side_by_side(three, 4, 1, 1, drawn=3, workers=1)
    other = designs.side_by_side(three, 4, 2, 1, drawn=3, workers=1)
    name = "attendance"
    for world in range(3):
        both = [one.outcomes["A"][world][name], other.outcomes["A"][world][name]]
        assert sides.outcomes["A"][world][name] == pytest.approx(np.mean(both))


def test_what_comes_of_micro_grids_adds_up_to_the_community(three):
    sides = designs.side_by_side(three, 4, 1, 2, drawn=3, workers=1)
    assert sides.places.shape == (2, 52)
    for letter in "ABC":
        assert sides.here[letter].shape == (3, 52)
        assert ((sides.here[letter] >= 0) & (sides.here[letter] <= 1)).all()
    run, places = results.run_with_places(results.Task(three[0].scenario, 20, 3))
    again = results.run_one(results.Task(three[0].scenario, 20, 3))
    assert run.digest == again.digest
    community = load_community(three[0].scenario)
    sizes = community.micro_grids.last - community.micro_grids.first
    mean = (places.taking_part * sizes).sum() / sizes.sum()
    assert mean == pytest.approx(run.weekly["rate_event"].iloc[-1], abs=1e-6)


def load_community(scenario):
    from sim.model import Community

    return Community(scenario, rng=3, collect=False)


def made_up(own, base):
    """Sides with six seeds each, of given hours and spending."""
    alike = designs.lettered([small(), small()])
    outcomes = {
        letter: [
            {"volunteer_hours": hours + seed, "fund_spending": spent + seed} for seed in range(6)
        ]
        for letter, (hours, spent) in (("A", base), ("B", own))
    }
    none = {"A": [], "B": []}
    return designs.Sides(alike, 1.0, outcomes, 0, list(range(6)), [], none, np.zeros((2, 0)), {})


def test_the_price_of_one_more_is_what_is_added_over_what_is_added():
    hours = SHOWN["hours"].measure
    assert made_up((150, 2000), (100, 1000)).price("B", hours).value == pytest.approx(20.0)
    assert np.isnan(made_up((100, 2000), (100, 1000)).price("B", hours).value)
