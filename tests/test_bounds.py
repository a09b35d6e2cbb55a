"""At either bound of every declared number the community lives, and on both paths alike."""

from collections.abc import Iterator

import numpy as np
import pytest

import sim
from sim.engine.declare import Number
from sim.errors import InputError
from sim.headings import headings
from sim.records import declared
from sim.scenario import Entry, Scenario, entries, parse

TINY = """
[population]
residents = 80
households = 40
compounds = 2
grids = 3
micro_grids = 4
registered_members = 6
floating_members = 3
dual_registered = 2
initial_partners = 4
local_units = 3
other_candidates = 4
burn_in = 1
[mechanisms.co_building]
opening = 2
[mechanisms.co_consultation]
interval = 4
"""
"""A whole community of which every part can be lived in a tenth of a second."""

ROOM = {
    "population.residents": {"population.scale": 0.0005},
    "population.communities": {
        "population.residents": 4,
        "population.households": 2,
        "population.registered_members": 1,
        "population.floating_members": 0,
        "population.dual_registered": 0,
    },
    "population.burn_in": {"population.scale": 0.2},
}
"""What makes room for a number at its upper bound."""

WEEKS = 2
SIDES = ("low", "high")
LOW, HIGH = np.array([figure.bounds for figure in declared().values()]).T


def bound(number: Number, side: str) -> object:
    """The value of a declared number at one of its bounds; of a choice, its first or last word."""
    if number.kind == "switch":
        return side == "high"
    if number.kind == "choice":
        return number.options[0 if side == "low" else -1]
    value = number.low if side == "low" else number.high
    return int(value) if number.kind == "whole" else float(value)


def change(entry: Entry, side: str) -> dict[str, object]:
    """What sets a number to a bound; the others of a vector with a fixed sum share what is left."""
    value, number = bound(entry.declared, side), entry.declared
    if number.total is None:
        return {entry.path: value}
    others = [name for name in number.names if name != number.names[entry.element or 0]]
    rest = (number.total - float(str(value))) / len(others)
    vector = {**dict.fromkeys(others, rest), number.names[entry.element or 0]: value}
    return {f"{entry.heading}.{entry.name}": {name: vector[name] for name in number.names}}


def at(base: Scenario, chosen: list[Entry], side: str) -> tuple[Scenario, list[str]]:
    """A scenario with numbers at their bounds, one after the other; and what could not be set.

    A number that others do not let reach its bound (young and elderly people above all residents,
    grids below compounds) is refused in a sentence and stays as it is.
    """
    refused = []
    for entry in chosen:
        try:
            base = base.with_overrides(change(entry, side))
        except InputError as error:
            refused.append(f"{entry.path}: {error}")
    return base, refused


def lived(scenario: Scenario, path: str) -> sim.Community:
    community = sim.Community(scenario, rng=5, collect=False, path=path)
    community.run_for(WEEKS)
    return community


def check(scenario: Scenario) -> None:
    """Live a scenario on both paths: equal bytes, and no figure outside its bounds."""
    compiled, objects = lived(scenario, "compiled"), lived(scenario, "objects")
    assert compiled.digest() == objects.digest()
    np.testing.assert_array_equal(compiled.records.as_array(), objects.records.as_array())
    values = compiled.records.as_array()
    outside = (values < LOW - 1e-6) | (values > HIGH + 1e-6) | np.isinf(values)
    names = np.array(compiled.records.names)
    assert not outside.any(), names[outside.any(axis=0)]


def by_heading() -> Iterator[tuple[str, str]]:
    for heading in headings():
        if heading != "population" and any(e.heading == heading for e in entries().values()):
            for side in SIDES:
                yield heading, side


@pytest.mark.parametrize(("heading", "side"), list(by_heading()))
def test_all_numbers_of_a_file_at_a_bound(heading: str, side: str) -> None:
    chosen = [entry for entry in entries().values() if entry.heading == heading]
    base = parse(TINY)
    switched = [entry for entry in chosen if entry.name in ("on", "starts")]
    base = base.with_overrides(
        {entry.path: True if entry.name == "on" else 0 for entry in switched}
    )
    scenario, refused = at(base, [e for e in chosen if e not in switched], side)
    assert not refused, refused
    check(scenario)


POPULATION = [entry for entry in entries().values() if entry.heading == "population"]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("entry", POPULATION, ids=lambda entry: entry.path)
def test_a_number_of_the_population_at_a_bound(entry: Entry, side: str) -> None:
    base = parse(TINY)
    if side == "high":
        base = base.with_overrides(ROOM.get(entry.path, {}))
    scenario, refused = at(base, [entry], side)
    if refused:
        [why] = refused
        assert any(reason in why for reason in ("sum to", "is more than", "could live")), why
    check(scenario)


def test_most_numbers_reach_both_bounds() -> None:
    """Those that do not are held back by others, each in a sentence that names them."""
    for side in SIDES:
        held = [entry.path for entry in entries().values() if at(parse(TINY), [entry], side)[1]]
        assert len(held) < 0.05 * len(entries()), held
