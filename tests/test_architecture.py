"""The house stands: floors, single importers, loops without arithmetic, numbers that are read."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from sim import headings, records
from sim.engine.declare import Number, numbers_of
from sim.tick import MOMENTS
from sim.words import reference

SIM = Path(headings.__file__).parent
FILES = sorted(SIM.rglob("*.py"))

FLOORS = [
    {"errors", "glossary", "machine", "sources", "statistics"},
    {"cache", "folders"},
    {"pool"},
    {"crew"},
    {"gather"},
    {"declare"},
    {"tables"},
    {"compiled"},
    {"numerics"},
    {"randomness"},
    {"columns", "claims", "rows", "boards"},
    {"steps"},
    {"tick", "headings"},
    {"records"},
    {"rules"},
    {"incentives", "platforms", "mechanisms", "inclusion"},
    {"settlement"},
    {"population", "manager", "scenario"},
    {"agents"},
    {"model"},
    {"lifelog"},
    {"trace", "explain", "probes"},
    {"analysis"},
    {"results", "compare", "targets", "reference", "ahead"},
    {"study"},
    {"face"},
    {"bench"},
    {"cli", "__main__"},
]
FLOOR = {name: height for height, floor in enumerate(FLOORS) for name in floor}

ROOMS = ("engine", "system", "words")
"""Folders whose files stand on floors of their own."""


def name_of(path):
    return ".".join(path.relative_to(SIM).with_suffix("").parts)


def floor_of(path):
    return place_of(path.relative_to(SIM).with_suffix("").parts)


def place_of(parts):
    """The name by which a file or a module stands on a floor: the room's file, else the folder."""
    return parts[1] if parts[0] in ROOMS and len(parts) > 1 else parts[0]


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path, *, typing_too=False):
    """Yield the modules that a file imports when it is imported."""
    skipped = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            skipped.update(id(inner) for inner in ast.walk(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            skipped.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree_of(path)):
        if id(node) in skipped and not typing_too:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_file_imports_downward_only(path):
    here = floor_of(path)
    if here == "__init__":
        return
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "sim" and len(parts) > 1 and place_of(parts[1:]) in FLOOR:
            assert FLOOR[place_of(parts[1:])] <= FLOOR[here], f"{name_of(path)} imports {module}"


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("numba", {"compiled"}),
        ("mesa", {"model", "agents"}),
        ("matplotlib", {"analysis"}),
        ("seaborn", {"analysis"}),
        ("typer", {"cli"}),
    ],
)
def test_a_library_enters_by_one_door(library, homes):
    for path in FILES:
        used = any(m.split(".")[0] == library for m in imports(path, typing_too=True))
        assert not used or floor_of(path) in homes, name_of(path)


def decorated(tree, *names):
    def name(decorator):
        return getattr(decorator.func if isinstance(decorator, ast.Call) else decorator, "id", None)

    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(name(d) in names for d in node.decorator_list)
    ]


def test_loops_and_steps_hold_no_arithmetic_of_the_science():
    """No division, no power, no fraction: what is left is counting and addressing."""
    for path in FILES:
        for loop in decorated(tree_of(path), "loop", "step", "each"):
            for node in ast.walk(loop):
                where = f"{name_of(path)}.{loop.name}:{getattr(node, 'lineno', 0)}"
                assert not isinstance(node, ast.Div | ast.Pow), where
                if isinstance(node, ast.Constant) and isinstance(node.value, float):
                    assert node.value in (0.0, 1.0), where


def test_rules_are_pure():
    """A rule takes no week and no seed, draws nothing and writes to nothing."""
    for path in FILES:
        if floor_of(path) in ("randomness", "numerics"):
            continue
        for rule in decorated(tree_of(path), "rule"):
            where = f"{name_of(path)}.{rule.name}"
            names = {argument.arg for argument in rule.args.args}
            assert not names & {"week", "seed", "tick", "time"}, where
            for node in ast.walk(rule):
                if isinstance(node, ast.Assign | ast.AugAssign):
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    assert not any(isinstance(t, ast.Subscript | ast.Attribute) for t in targets), (
                        where
                    )
                if isinstance(node, ast.Name):
                    assert node.id != "randomness", where


def test_every_declared_number_is_read():
    read = {
        node.attr
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
    }
    written = {lever.name for lever in headings.parts()["manager"].LEVERS}
    for heading, cls in headings.headings().items():
        for name in numbers_of(cls):
            if name not in ("on", "starts"):
                assert name in read, f"{heading}.{name} is declared and never read"
    assert written <= {n for cls in headings.headings().values() for n in numbers_of(cls)}


def test_every_declared_number_is_complete():
    for heading, cls in headings.headings().items():
        assert cls.__doc__, heading
        for name, declared in numbers_of(cls).items():
            where = f"{heading}.{name}"
            assert isinstance(declared, Number), where
            assert declared.unit, where
            assert len(declared.meaning) > 10, where
            assert declared.evidence in ("fact", "literature", "assumption", "calibrated"), where
            values = declared.default if declared.names else (declared.default,)
            if declared.kind in ("real", "whole"):
                assert all(declared.low <= value <= declared.high for value in values), where
            if declared.evidence in ("fact", "literature"):
                assert declared.source, where


def test_file_names_are_unique_so_that_a_stem_names_one_file():
    stems = [heading.rpartition(".")[2] for heading in headings.parts()]
    assert len(set(stems)) == len(stems)


def test_what_can_be_switched_says_from_when():
    for heading, cls in headings.headings().items():
        folder = heading.partition(".")[0]
        names = numbers_of(cls)
        if folder in ("platforms", "mechanisms", "inclusion"):
            assert {"on", "starts"} <= set(names), heading


def test_every_moment_has_somebody_in_it():
    for moment in MOMENTS:
        assert any(hasattr(part, moment) for part in headings.parts().values()), moment


def test_every_part_of_the_week_was_seen_to_change_something():
    """A part that changes nothing in eventful weeks of every kind is a label."""
    week = (reference.DOCS / "reference/week.md").read_text(encoding="utf-8")
    rows = [line for line in week.splitlines() if line.startswith("| `")]
    assert len(rows) == sum(hasattr(p, m) for p in headings.parts().values() for m in MOMENTS)
    assert not [row for row in rows if row.endswith("| – |")]


HANDOVERS = {
    ("micro_grid", "hazards"),  # claims to have found a hazard
    ("co_safety", "hazards"),
    ("co_solving", "disputes"),  # sessions offered, disputes that climb
    ("co_culture", "events"),  # events planned
    ("service", "participation"),  # volunteers' hours used up
    ("service", "partners"),  # partners' hours used up
    ("points", "exchange"),  # the shop's counter
}
"""Which file was seen to change what another remembers, and what for; see decision 20."""


def test_files_change_their_own_state_the_boards_and_little_else():
    week = (reference.DOCS / "reference/week.md").read_text(encoding="utf-8")
    seen = {
        (own.rpartition(".")[2], other)
        for own, changed in re.findall(r"^\| `([\w.]+)` \|(.*)$", week, re.M)
        for other in re.findall(r"`state\.(\w+)`", changed)
        if other != own.rpartition(".")[2]
    }
    assert seen == HANDOVERS


def test_weekly_figures_have_unique_names_and_meanings():
    figures = records.declared()
    assert len(figures) > 50
    assert all(figure.unit and figure.meaning for figure in figures.values())


@pytest.mark.parametrize("path", list(reference.pages()), ids=lambda path: path.name)
def test_generated_pages_are_up_to_date(path):
    assert path.read_text(encoding="utf-8") == reference.pages()[path], "run `uv run redmaple docs`"


def test_the_manager_s_levers_are_declared_levers_inside_their_bounds():
    manager = headings.parts()["manager"]
    stems = {heading.rpartition(".")[2]: cls for heading, cls in headings.headings().items()}
    for lever in manager.LEVERS:
        declared = numbers_of(stems[lever.stem])[lever.name]
        assert declared.lever, lever
        assert 0 < lever.step <= declared.high - declared.low, lever


def test_each_lever_of_the_manager_has_its_step_cost():
    manager = headings.parts()["manager"]
    costs = numbers_of(manager.Manager)["step_costs"].names
    assert costs == tuple(f"{lever.stem}_{lever.name}" for lever in manager.LEVERS)


def test_every_swept_range_lies_inside_the_bounds_and_contains_the_default():
    for heading, cls in headings.headings().items():
        for name, declared in numbers_of(cls).items():
            if declared.sweep is None:
                continue
            where = f"{heading}.{name}"
            low, high = declared.sweep
            assert declared.kind == "real", where
            assert not declared.names, where
            assert low < high, where
            assert declared.low <= low <= declared.default <= high <= declared.high, where
