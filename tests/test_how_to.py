"""The how-to guides work as written: their code is taken from the page and run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import execute
from sim.scenario import parse
from sim.study.study import Study

ROOT = Path(__file__).parents[1]
GUIDES = ROOT / "docs" / "how-to"


def blocks(guide: str, label: str) -> list[str]:
    """Return the code blocks of a guide whose opening fence carries this label."""
    text = (GUIDES / guide).read_text(encoding="utf-8")
    return re.findall(rf"^```\w+ {re.escape(label)}\n(.*?)^```", text, re.M | re.S)


def run_in(package: Path, script: str) -> str:
    """Run a script against a copy of the package, without the compiler; return what it prints."""
    environment = os.environ | {
        "PYTHONPATH": str(package),
        "NUMBA_DISABLE_JIT": "1",
        "REDMAPLE_CACHE": str(package / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=package,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package and its scenarios, free to edit."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=skip)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios", ignore=skip)
    return tmp_path


RUN = """
from sim.model import Community
from sim.cli import execute
from sim.scenario import parse
from sim.study.study import Study

changes = {"population.scale": 0.003, "population.burn_in": 1}
scenario = parse(open("example.toml", encoding="utf-8").read()).with_overrides(changes)
community = Community(scenario, rng=1)
before = community.state.repair_cafe.held
held = []
for _ in range(4):
    community.step()
    held.append(int(community.state.repair_cafe.held))
print([before, held])
"""


def test_the_mechanism_of_the_guide_takes_part_in_the_week(package: Path) -> None:
    [source] = blocks("add-a-mechanism.md", "file=sim/mechanisms/repair_cafe.py")
    [scenario] = blocks("add-a-mechanism.md", "scenario")
    (package / "sim/mechanisms/repair_cafe.py").write_text(source, encoding="utf-8")
    (package / "example.toml").write_text(scenario, encoding="utf-8")
    # None in the burn-in, then one in every other week of the programme, from week 0 on.
    assert run_in(package, RUN).strip() == "[0, [1, 0, 1, 0]]"


CHECK_THE_MECHANISM = """
import math
import numpy as np
from sim.columns import Residents, allocate
from sim.headings import values_of
from sim.mechanisms.repair_cafe import RepairCafe, invited

p, residents = values_of(RepairCafe), allocate(Residents, 2)
residents.distance[:] = 0.41, 0.39
assert invited(residents[0], p) == 0.0
assert math.isclose(invited(residents[1], p), -math.log(0.9), rel_tol=1e-5)
assert type(invited(residents[1], p)) is np.float32
"""


def test_the_rule_of_the_new_mechanism_invites_only_those_who_live_near(package: Path) -> None:
    [source] = blocks("add-a-mechanism.md", "file=sim/mechanisms/repair_cafe.py")
    (package / "sim/mechanisms/repair_cafe.py").write_text(source, encoding="utf-8")
    run_in(package, CHECK_THE_MECHANISM)


CHECK_THE_RULE = """
import math
import numpy as np
from sim.headings import values_of
from sim.rules import place

p = values_of(place.Place, {"easy_walk": 0.5})
assert place.access(p, np.float32(0.4), False) == 1.0
assert math.isclose(place.access(p, np.float32(1.5), False), math.exp(-0.5), rel_tol=1e-6)
assert type(place.access(p, np.float32(1.5), True)) is np.float32
before = values_of(place.Place)
assert math.isclose(place.access(before, np.float32(1.5), False), math.exp(-0.75), rel_tol=1e-6)
"""


def test_the_changed_rule_of_the_guide_does_what_the_guide_says(package: Path) -> None:
    [number] = blocks("change-a-rule.md", "number")
    [rule] = blocks("change-a-rule.md", "rule")
    file = package / "sim/rules/place.py"
    source = file.read_text(encoding="utf-8")
    old = source[source.index("@rule\ndef access(") :].split("\n\n\n")[0].rstrip("\n") + "\n"
    first_rule = source.index("\n\n\n@rule")
    changed = source[:first_rule] + "\n" + number.rstrip("\n") + source[first_rule:]
    assert old in changed
    file.write_text(changed.replace(old, rule), encoding="utf-8")
    run_in(package, CHECK_THE_RULE)


def test_the_guide_quotes_the_rule_as_it_is() -> None:
    guide = (GUIDES / "change-a-rule.md").read_text(encoding="utf-8")
    source = (ROOT / "sim/rules/place.py").read_text(encoding="utf-8")
    start = source.index("@rule\ndef access(")
    assert source[start:].split("\n\n\n")[0].rstrip("\n") in guide


@pytest.mark.parametrize("text", blocks("add-a-scenario.md", "scenario"))
def test_the_scenarios_of_the_guide_are_accepted(text: str) -> None:
    assert parse(text).title


# --- Studies and experiments -------------------------------------------------------------------


def test_the_commands_of_the_study_guide_work_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [
        line for block in blocks("run-a-study.md", "study") for line in block.splitlines() if line
    ]
    assert len(commands) >= 7
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "redmaple"
        assert execute(arguments) == 0, command
    assert "Widest interval of volunteer_hours" in capsys.readouterr().out
    assert (tmp_path / "results/export/rates/runs.parquet").is_file()
    assert len(Study.open("rates").frame()) == 12


def test_the_experiment_of_the_guide_is_conducted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [source] = blocks("run-an-experiment.md", "file=mine.py")
    (tmp_path / "mine.py").write_text(source, encoding="utf-8")
    assert execute(["experiment", "mine.py", "-j", "1"]) == 0
    assert "X1" in capsys.readouterr().out
    assert (tmp_path / "results/experiments/mine-quick/register.zh.png").is_file()
