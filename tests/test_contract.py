"""What every platform, mechanism, incentive and lever must keep; a new file inherits it all.

The folders are the list: a file that can be switched is held to this contract without being
named anywhere.
"""

import ast
import inspect
from functools import cache

import numpy as np
import pytest

import sim
from sim import headings
from sim.engine.declare import numbers_of
from sim.records import declared
from sim.tick import MOMENTS

SMALL = {"population.scale": 0.004, "population.burn_in": 3}
EVERYTHING = {
    **SMALL,
    "incentives.points.on": True,
    "incentives.honours.on": True,
    "inclusion.offline_channel.on": True,
    "inclusion.flexible_tasks.on": True,
    "inclusion.outreach.on": True,
    "inclusion.leaders.on": True,
}
WEEKS = 6
SWITCHED = [
    heading
    for heading, cls in headings.headings().items()
    if {"on", "starts"} <= set(numbers_of(cls))
]


@cache
def finished(**changes):
    community = sim.load("fengshu", overrides={**EVERYTHING, **changes})
    community.run_for(WEEKS)
    return community


def columns_of(community):
    return {
        f"{name}.{field}": np.asarray(column).tobytes()
        for name, table in community.tables()
        for field, column in zip(table._fields, table, strict=True)
    }


@pytest.fixture(params=SWITCHED)
def heading(request):
    return request.param


class TestContract:
    """One switchable file, named by its heading."""

    def test_it_runs_switched_off_and_gives_the_same_figures_by_name(self, heading):
        off = finished(**{f"{heading}.on": False})
        on = finished()
        assert list(off.records.to_frame()) == list(on.records.to_frame())
        weekly = off.records.to_frame()
        counted = [name for name, figure in declared().items() if figure.over_time == "sum"]
        assert np.isfinite(weekly[counted]).all(axis=None), "counts of nobody are 0"
        assert not np.isinf(off.records.as_array()).any(), "shares of nobody are no number"

    def test_it_observes_exactly_the_figures_it_declares(self, heading):
        part = headings.parts()[heading]
        declared = set(getattr(part, "RECORDS", {}))
        if declared:
            assert set(part.observe(finished())) == declared
            assert set(part.observe(finished(**{f"{heading}.on": False}))) == declared

    def test_before_it_starts_it_is_as_if_it_were_off(self, heading):
        off = finished(**{f"{heading}.on": False})
        later = finished(**{f"{heading}.starts": 100})
        assert columns_of(off) == columns_of(later)
        assert off.digest() == later.digest()

    def test_switching_it_keeps_the_population_and_the_needs_that_arise(self, heading):
        off, on = finished(**{f"{heading}.on": False}), finished()
        for name in ("age", "micro_grid", "propensity", "online", "threshold"):
            assert np.array_equal(getattr(off.residents, name), getattr(on.residents, name))
        for name in ("owner", "domain", "born", "hours"):
            assert np.array_equal(getattr(off.needs.used(), name), getattr(on.needs.used(), name))

    def test_money_and_points_balance_with_it_on_and_off(self, heading):
        for community in (finished(**{f"{heading}.on": False}), finished()):
            assert community.accounts.balances.sum() == 0
            ledger = community.state.points
            outstanding = int(community.residents.balance.sum(dtype=np.int64))
            assert ledger.issued == ledger.redeemed + ledger.expired + outstanding


@cache
def used_names():
    names = set()
    for part in headings.parts().values():
        for node in ast.walk(ast.parse(inspect.getsource(part))):
            if isinstance(node, ast.Call):
                target = node.func
                names.add(getattr(target, "attr", getattr(target, "id", "")))
    return names


@pytest.mark.parametrize("heading", list(headings.parts()))
def test_a_function_of_the_community_is_a_moment_or_is_called(heading):
    """A misspelt moment would never be called, and nobody would notice."""
    part = headings.parts()[heading]
    called_by_the_frame = {*MOMENTS, "begin", "observe", "populate"}
    for name, function in vars(part).items():
        if not inspect.isfunction(function) or function.__module__ != part.__name__:
            continue
        if list(inspect.signature(function).parameters) != ["community"]:
            continue
        assert name in called_by_the_frame or name in used_names(), (
            f"{heading}.{name} is no moment of the week and nothing calls it"
        )
