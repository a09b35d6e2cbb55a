"""The command answers bad input in one sentence with exit code 2, and writes nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sim
from sim import cli
from sim.cli import aside, execute
from sim.cli.shared import announce_compilation
from sim.scenario import Scenario, available

Capture = pytest.CaptureFixture[str]


def bad(capsys: Capture, *arguments: str) -> str:
    """Run a command that must be refused; return its one sentence."""
    assert execute(arguments) == cli.BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert err.startswith("redmaple")
    return err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run", "fengsuh"], "did you mean"),
        (["run", "fengshu", "--weeks", "0"], "--weeks 0 is out of bounds"),
        (["run", "fengshu", "--weeks", "2001"], "between 1 and 2000 weeks"),
        (["run", "fengshu", "--weeks", "x"], "--weeks"),
        (["run", "fengshu", "--seed", "-1"], "--seed -1"),
        (["run", "fengshu", "--seed", str(2**63)], "below 2^63"),
        (["run", "fengshu", "--replications", "0"], "--replications 0"),
        (["run", "fengshu", "--set", "scale"], "table.key=value"),
        (["run", "fengshu", "--set", "scale=9"], "population.scale = 9"),
        (["run", "fengshu", "--set", "scale=big"], '"big" is not a number'),
        (["run", "fengshu", "--set", "sclae=0.1"], "did you mean"),
        (["run", "fengshu", "--set", "residents=0"], "out of bounds"),
        (["run", "fengshu", "--set", "residents=1000000000"], "550 GB"),
        (
            ["run", "fengshu", "--set", "residents=1000000", "--set", "communities=1000"],
            "of memory",
        ),
        (["run", "fengshu", "--nonsense"], "--nonsense"),
        (["run"], "SCENARIO"),
        (["rum"], "run"),
        (["check", "nowhere.toml"], "there is no file"),
        (["explain", "/"], "is a folder"),
        (["trace", "fengshu"], "either --need ID or --resident ID"),
        (["trace", "fengshu", "--need", "1", "--resident", "1"], "either"),
        (["trace", "fengshu", "--need", "-4"], "begin at 0"),
        (["compare", "fengshu", "no-point"], "did you mean"),
        (["compare", "fengshu", "no-points", "--replications", "1"], "2 pairs"),
        (["compare", "fengshu"], "from 2 to 8 designs"),
        (["targets", "fengshu", "--replications", "0"], "--replications 0"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    capsys: Capture, arguments: list[str], part: str
) -> None:
    assert part in bad(capsys, *arguments)


def test_nothing_is_written_where_the_input_is_bad(capsys: Capture, tmp_path: Path) -> None:
    out = tmp_path / "results"
    bad(capsys, "run", "fengshu", "--set", "scale=9", "--out", str(out))
    bad(capsys, "run", "fengshu", "--weeks", "0", "--out", str(out))
    assert list(tmp_path.iterdir()) == []


def test_results_go_to_a_folder_not_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    assert "is a file" in bad(capsys, "run", "fengshu", "--out", str(file))
    assert "is a file" in bad(capsys, "run", "fengshu", "--out", str(file / "below"))
    assert "--out" in bad(capsys, "run", "fengshu", "--out", "x" * 5000)
    assert file.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_is_refused(capsys: Capture, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "no permission" in bad(capsys, "run", "fengshu", "--out", str(tmp_path / "x"))


def test_check_reports_what_a_scenario_holds(capsys: Capture) -> None:
    assert execute(["check", "fengshu", "--set", "scale=0.1"]) == 0
    assert "3,300 residents" in capsys.readouterr().out
    assert execute(["check", "fengshu", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["residents"] == 33000
    assert content["empty_groups"] == []


def test_check_names_in_one_line_the_groups_of_nobody(capsys: Capture) -> None:
    nobody = ["check", "fengshu", "--set", "scale=0.1", "--set", "affordable_compounds=0"]
    assert execute(nobody) == 0
    _, said = capsys.readouterr().out.splitlines()
    assert said == "Nobody is in the group low_income: its figures will be –, not 0."
    assert execute([*nobody, "--set", "low_income_elsewhere=0.1"]) == 0
    assert "Nobody" not in capsys.readouterr().out
    assert execute([*nobody, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["empty_groups"] == ["low_income"]


def test_scenarios_are_listed_with_their_titles(capsys: Capture) -> None:
    assert execute(["scenarios"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == available()
    assert execute(["scenarios", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(available())


def test_explain_speaks_of_differences(capsys: Capture) -> None:
    assert execute(["explain", "no-points"]) == 0
    assert "incentives.points.on is off instead of on" in capsys.readouterr().out


def test_help_is_shown_and_is_no_error(capsys: Capture) -> None:
    assert execute(["--help"]) == 0
    assert execute([]) == 0
    assert capsys.readouterr().out.count("redmaple run fengshu") > 1


def test_our_own_fault_is_owned_up_to(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("division by\nzero")

    monkeypatch.setattr(cli.runs, "checked_scenario", broken)
    assert execute(["check", "fengshu"]) == cli.OUR_FAULT
    err = capsys.readouterr().err
    assert "our fault" in err
    assert "ZeroDivisionError" in err
    assert err.count("\n") == 1
    monkeypatch.setenv("REDMAPLE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        execute(["check", "fengshu"])


def test_a_full_disk_is_not_our_fault(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device", "results/weeks.parquet")

    monkeypatch.setattr(cli.runs, "checked_scenario", full)
    assert "No space left on device" in bad(capsys, "check", "fengshu")


def test_control_c_stops_with_code_130(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.runs, "checked_scenario", stopped)
    assert execute(["check", "fengshu"]) == cli.STOPPED
    assert "Ctrl-C" in capsys.readouterr().err


def test_the_first_compilation_is_announced_once(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sim.system.cache.folder", lambda: tmp_path)
    monkeypatch.setattr("sim.system.cache.is_kept", lambda: True)
    monkeypatch.setattr("sim.system.ahead.compile_ahead", lambda: None)
    monkeypatch.setattr("sim.engine.compiled.COMPILED", True)
    announce_compilation()
    assert "Compiling the model for this machine, once" in capsys.readouterr().err
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "loop.nbi").touch()
    announce_compilation()
    assert capsys.readouterr().err == ""


# --- Commands, with stand-ins for what they call ----------------------------------------------


class StandInCommunity:
    """Three residents; a need arises each week."""

    def __init__(self, scenario: Scenario, rng: int, collect: bool) -> None:
        self.residents = SimpleNamespace(age=[0, 1, 2])
        self.needs = SimpleNamespace(count=0)

    def run_for(self, weeks: int) -> None:
        self.needs.count += weeks


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Replace the modules that do the work; return the list of calls that reach them."""
    calls: list[Any] = []

    def noted(result: Any) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            calls.append((*arguments, *named.values()))
            return result

        return call

    modules = {
        "results": {
            "run_and_store": noted({"seed": 7, "values": np.float32([1, np.nan])}),
            "summary_text": lambda result: f"seed {result['seed']}",
            "draw_overview": None,
        },
        "model": {"Community": StandInCommunity},
        "trace": {
            "follow": lambda community, weeks, progress, log: community.run_for(weeks),
            "weeks_for": lambda scenario: 52,
            "trace_need": lambda community, number, diary: f"need {number}",
            "trace_resident": lambda community, number, log: f"resident {log.row}",
            "trace_story": lambda community, diary: "a story",
        },
        "targets": {"targets": noted("a table")},
        "bench": {
            "measurements": lambda *asked: {
                "speed": (
                    noted({"weeks_per_second": 12.5}),
                    lambda result: f"weeks_per_second  {result['weeks_per_second']}",
                )
            },
        },
    }
    for name, content in modules.items():
        module = SimpleNamespace(**content)
        monkeypatch.setitem(sys.modules, f"sim.{name}", module)
        monkeypatch.setattr(sim, name, module, raising=False)
    monkeypatch.setattr(cli.runs, "announce_compilation", lambda **_: None)
    monkeypatch.setattr(aside, "get_ready", lambda: None)
    return calls


def test_run_hands_over_a_checked_scenario_and_prints_the_summary(
    capsys: Capture, stand_ins: list[Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    arguments = ["run", "no-points", "--set", "scale=0.2", "--weeks", "9"]
    assert execute([*arguments, "--seed", "7", "--replications", "3", "--out", str(out)]) == 0
    scenario, *rest = stand_ins[0]
    assert scenario.value("scale") == 0.2
    assert rest == [9, 7, 3, out, None, None]
    assert capsys.readouterr().out == "seed 7\n"


def test_json_holds_arrays_as_lists_and_what_is_no_number_as_null(
    capsys: Capture, stand_ins: list[Any]
) -> None:
    assert execute(["run", "fengshu", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"seed": 7, "values": [1.0, None]}


def test_trace_tells_of_one_need_or_one_resident(capsys: Capture, stand_ins: list[Any]) -> None:
    assert execute(["trace", "fengshu", "--need", "1", "--weeks", "2"]) == 0
    assert execute(["trace", "fengshu", "--resident", "2", "--weeks", "2"]) == 0
    assert capsys.readouterr().out == "need 1\nresident 2\n"
    assert execute(["trace", "story-lone-elder"]) == 0
    assert capsys.readouterr().out == "a story\n"
    assert "no story" in bad(capsys, "trace", "fengshu")
    assert "2 needs arose" in bad(capsys, "trace", "fengshu", "--need", "2", "--weeks", "2")
    assert "there are 3" in bad(capsys, "trace", "fengshu", "--resident", "3")


def test_targets_and_bench_print_what_they_find(capsys: Capture, stand_ins: list[Any]) -> None:
    assert execute(["targets", "fengshu"]) == 0
    assert execute(["bench"]) == 0
    assert capsys.readouterr().out == "a table\nweeks_per_second  12.5\n"


# --- The command as its own process -----------------------------------------------------------


def command(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    program = "import sys; from sim.cli import main; sys.argv[0] = 'redmaple'; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_the_command_itself_refuses_bad_input_with_code_2(tmp_path: Path) -> None:
    done = command("run", "fengshu", "--set", "scale=9", "--out", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from sim.cli import execute; execute(['--help']); "
        "print([name for name in ('numpy', 'numba', 'mesa', 'pandas', 'scipy', 'multiprocessing') "
        "if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
