"""Commands for many runs: what they make, what they print, and what they refuse."""

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import cli
from sim.cli import execute
from sim.study import design as designs
from sim.study.known import Known, known_factors
from sim.study.plan import Plan, arm
from sim.study.store import Store
from sim.study.study import Study
from tests.study.toys import Toy
from tests.test_cli import bad

Capture = pytest.CaptureFixture[str]

TINY = ["--set", "scale=0.005", "--set", "burn_in=2", "--weeks", "3", "-j", "1"]
STUDY = ["study", "fengshu", *TINY, "--vary", "points.rate=0.5,2", "--replications", "2"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every command an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: Capture, *arguments: str) -> str:
    """Run a command that must succeed; return what it prints."""
    assert execute(arguments) == 0
    return capsys.readouterr().out


def only(folder: Path) -> str:
    """Return the name of the only study made in a folder."""
    [study] = (folder / "results" / "studies").iterdir()
    return study.name


def printed_json(capsys: Capture, *arguments: str) -> Any:
    return json.loads(printed(capsys, *arguments, "--json"))


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([*STUDY, "--vary", "points.raet=1,2"], 'did you mean "points.rate"'),
        (["study", "fengshu", *TINY, "--vary", "points.rate=1,99"], "between 0 and 10 ratio"),
        (["study", "fengshu", *TINY, "--vary", "points.rate"], "a grid wants PATH=a,b,c"),
        (
            [*STUDY, "--vary", "incentives.points.rate=3,4"],
            '--vary: "points.rate" and "incentives.points.rate" set one number, '
            "incentives.points.rate; give it once",
        ),
        ([*STUDY, "--set", "points.rate=3"], '--set and --vary: "points.rate" and "points.rate"'),
        (
            ["run", "fengshu", "--set", "scale=0.01", "--set", "population.scale=0.02"],
            '--set: "scale" and "population.scale" set one number',
        ),
        (
            [
                "run",
                "fengshu",
                "--set",
                "needs.arrival={medical=0.01}",
                "--set",
                "needs.arrival.medical=0.02",
            ],
            "set one number, rules.needs.arrival.medical",
        ),
        ([*STUDY[:-2], "--replications", "0"], "--replications 0 is out of bounds"),
        ([*STUDY, "-j", "0"], "-j 0 is out of bounds"),
        ([*STUDY, "--design", "gird"], 'did you mean "grid"'),
        ([*STUDY, "--name", "a/b"], "a study cannot be called"),
        ([*STUDY, "--weekly", "atendance"], 'did you mean "attendance"'),
        ([*STUDY, "--precision", "volunteer_hours"], "--precision wants OUTCOME=HALF"),
        ([*STUDY, "--precision", "volunteer_hours=0"], "--precision wants OUTCOME=HALF"),
        ([*STUDY, "--precision", "volunteer_hours=1", "--cap", "1"], "--cap 1 is out of bounds"),
        ([*STUDY, "--dask", "local", "--mpi"], "exclude each other"),
        (["study", "fengshu", *TINY, "--precision", "trust=1"], "it takes 2 arms"),
        (
            ["study", "fengshu", "--design", "lhs", "--vary", "reach.digital=0.01:0.3"],
            "--extrapolate",
        ),
        (
            ["study", "fengshu", "--design", "lhs", "--extrapolate", "--vary", "reach.digital=0:2"],
            r"between 0 and 0.6",
        ),
        (["study", "fengshu", "--design", "lhs", "--vary", "strength=a:b"], "PATH=low:high"),
        (["study", "fengshu", "--design", "sobol", "--vary", "strength"], "2 factors or more"),
        (
            ["study", "fengshu", "--design", "sobol", "--vary", "strength", "--size", "6"],
            "power of 2",
        ),
        (["study", "fengshu", "--design", "lhs", "--vary", "strength", "--size", "0"], "--size 0"),
        (["experiment", "points_deacy"], 'did you mean "points_decay"'),
        (["experiment", "nonsense"], "there are effects, inclusion, partner_count"),
        (["experiment", "points_decay", "--scale", "ful"], 'did you mean "full"'),
        (["experiment", "points_decay", "--precision", "0"], "--precision 0 is out of bounds"),
        (["experiment", "points_decay", "-j", "0"], "-j 0"),
        (["show", "nothing"], 'there is no study "nothing"'),
        (["export", "nothing", "--csv"], 'there is no study "nothing"'),
        (["export", "nothing"], "either --csv or --parquet"),
        (["export", "nothing", "--csv", "--parquet"], "either --csv or --parquet"),
        (["replay", "nothing", "abc"], 'there is no study "nothing"'),
        (["verify", "--trials", "1"], "--trials 1 is out of bounds"),
        (["verify", "interval"], 'did you mean "intervals"'),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    capsys: Capture, elsewhere: Path, arguments: list[str], part: str
) -> None:
    assert part in bad(capsys, *arguments)
    assert list(elsewhere.iterdir()) == []


def test_a_study_is_made_shown_exported_and_replayed(capsys: Capture, elsewhere: Path) -> None:
    made = printed_json(capsys, *STUDY, "--name", "rates", "--weekly", "attendance")
    assert (made["planned"], made["stored"], made["failed"]) == (4, 4, [])
    assert {row["arm"] for row in made["contrasts"]} == {"rate=2"}
    assert all(row["pairs"] == 2 for row in made["contrasts"])

    text = printed(capsys, "show", "rates", "--outcome", "trust")
    assert "rates: 4 of 4 runs stored, 0 failed" in text
    assert "Uncalibrated" in text
    assert text.count("trust") == 3
    assert "trust: 0-1, last week" in text

    listed = printed(capsys, "studies")
    assert "rates" in listed
    assert printed_json(capsys, "studies")[0]["stored"] == 4

    files = printed(capsys, "export", "rates", "--parquet").split()
    assert [Path(file).name for file in files] == ["runs.parquet", "weeks.parquet"]
    runs = pd.read_parquet(files[0])
    assert len(runs) == 4
    assert len(pd.read_parquet(files[1])) == 12
    again = printed(capsys, "export", "rates", "--csv", "--out", "tables").split()
    assert pd.read_csv(again[0])["run_id"].tolist() == runs["run_id"].tolist()

    for run_id in runs["run_id"]:
        replayed = printed_json(capsys, "replay", "rates", run_id)
        assert replayed["same"] is True
    text = printed(capsys, "replay", "rates", runs["run_id"][0][:9])
    assert "incentives.points.rate = 0.5" in text
    assert "The same as stored." in text


def test_the_same_command_resumes_and_makes_nothing_twice(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, elsewhere: Path
) -> None:
    printed(capsys, *STUDY)
    study = Study.open(only(elsewhere))
    before = [path.read_bytes() for path in study.store.chunks()]
    monkeypatch.setattr("sim.study.work.make_row", None)
    printed(capsys, *STUDY)
    assert [path.read_bytes() for path in study.store.chunks()] == before


def test_a_sampled_design_is_made_and_its_points_are_in_the_table(capsys: Capture) -> None:
    arguments = ["study", "fengshu", *TINY, "--design", "sobol", "--size", "2"]
    vary = ["--vary", "strength", "--vary", "crowd_out=0:0.02", "--replications", "1"]
    text = printed(capsys, *arguments, *vary, "--name", "sobol")
    assert "8 of 8 runs stored" in text
    frame = Study.open("sobol").frame()
    assert frame["incentives.points.crowd_out"].between(0, 0.02).all()
    assert set(frame["matrix"]) == {
        "A", "B", "incentives.points.strength", "incentives.points.crowd_out"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("design", "size", "measures"),
    [
        ("sobol", 8, {"first", "total"}),
        ("morris", 8, {"mu", "mu_star", "sigma", "rms"}),
        ("fast", 65, {"first", "total"}),
        ("free", 32, {"median", "maximum"}),
        ("lhs", 32, {"median", "maximum"}),
        ("oat", 2, {"at 0", "at 1"}),
    ],
)
def test_every_design_says_which_numbers_decide(
    capsys: Capture, design: str, size: int, measures: set[str]
) -> None:
    subject = Known("ishigami")
    factors = known_factors(subject)[:2]
    made = {
        "sobol": designs.saltelli, "morris": designs.morris, "fast": designs.fast,
        "free": designs.free, "lhs": designs.latin_hypercube,
    }  # fmt: skip
    arms = (
        designs.one_at_a_time(factors, size) if design == "oat" else made[design](factors, size, 1)
    )
    Study(Plan(design, subject, arms, 2), Path("results/studies")).make()
    table = printed_json(capsys, "indices", design, "--outcome", "y")
    assert {row["measure"] for row in table} == measures
    assert {row["factor"] for row in table} == {"x1", "x2"}
    assert "x1" in printed(capsys, "indices", design, "--outcome", "y")


def test_indices_say_why_there_is_no_number(capsys: Capture) -> None:
    subject = Known("ishigami")
    factors = known_factors(subject)[:2]
    arms = designs.saltelli(factors, 4, 1)
    Study(Plan("short", subject, arms, 2), Path("results/studies")).make()
    table = printed_json(capsys, "indices", "short", "--outcome", "y")
    assert {row["why"] for row in table} == {"no interval: 4 rows or seeds are too few"}
    text = printed(capsys, "indices", "short", "--outcome", "y")
    assert "every row: no interval: 4 rows or seeds are too few." in text
    assert "nan" not in text
    csv = printed(capsys, "indices", "short", "--outcome", "y", "--csv").splitlines()
    assert csv[0] == "factor,measure,estimate,low,high,n,why"
    assert ",NaN,NaN,4,no interval" in csv[1]


def test_a_grid_has_no_indices(capsys: Capture) -> None:
    printed(capsys, *STUDY, "--name", "rates")
    assert "its design is none of sobol" in bad(capsys, "indices", "rates")
    assert 'did you mean "trust"' in bad(capsys, "indices", "rates", "--outcome", "trsut")


def test_replications_are_added_until_the_contrast_is_narrow(
    capsys: Capture, elsewhere: Path
) -> None:
    arguments = [*STUDY, "--precision", "fund_balance=500", "--cap", "12"]
    text = printed(capsys, *arguments)
    assert "Widest interval of fund_balance: ±" in text
    assert "pairs suffice" in text
    assert 4 <= len(Study.open(only(elsewhere)).frame()) <= 24


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(
    capsys: Capture, elsewhere: Path
) -> None:
    text = printed(capsys, *STUDY, "--dry-run")
    assert text.startswith("fengshu-grid-rate-")
    assert ": 4 runs, 0 of them stored already;" in text
    assert "of disk" in text
    found = printed_json(capsys, *STUDY, "--dry-run")
    assert found["runs"] == 4
    assert 0 < found["seconds_per_run"] < 60
    assert list(elsewhere.iterdir()) == []


def test_failed_runs_are_shown_with_the_command_that_replays_them(
    capsys: Capture, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.study.subject_of", lambda content: Toy(content["version"]))
    plan = Plan("p", Toy(), (arm("good"), arm("bad", {"fail": True})), 2)
    Study(plan, Path("results/studies")).make()
    text = printed(capsys, "show", "p", "--failed")
    first = plan.runs[1]
    assert f"failed: {first.id} (bad, seed 1): ValueError: told to fail, and did" in text
    assert f"`redmaple replay p {first.id}`" in text
    assert execute(["replay", "p", first.id]) == cli.OUR_FAULT
    assert "The same as stored." in capsys.readouterr().out


def test_a_result_that_is_not_reproduced_is_said_aloud(
    capsys: Capture, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.study.subject_of", lambda content: Toy(content["version"]))
    study = Study(Plan("p", Toy(), (arm("a"),)), Path("results/studies"))
    study.make()
    (row,) = study.store.rows().values()
    for path in study.store.chunks():
        path.unlink()
    study.store.write([row._replace(digest="another")])
    assert execute(["replay", "p", row.run_id]) == cli.OUR_FAULT
    assert "NOT the same as stored." in capsys.readouterr().out


def test_a_full_disk_is_a_message_and_not_a_traceback(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(store: Store, rows: Any) -> None:
        raise OSError(28, "No space left on device", "results/studies/x")

    monkeypatch.setattr(Store, "write", full)
    assert "No space left on device" in bad(capsys, *STUDY)


def test_studies_of_an_empty_folder_are_none(capsys: Capture) -> None:
    assert "There are no studies" in printed(capsys, "studies")
    assert printed_json(capsys, "studies") == []


def test_experiments_are_listed_with_both_titles(capsys: Capture) -> None:
    text = printed(capsys, "experiment")
    for name in ("points_decay", "partner_count", "inclusion", "sensitivity"):
        assert name in text
    assert "·" in text
    assert "question" in printed_json(capsys, "experiment")["inclusion"]


def test_a_published_run_of_another_version_is_compared_by_its_outcomes() -> None:
    kept = {"a": 2.0, "b": math.nan, "run_id": "x"}
    gap = cli.studies._largest_gap
    assert gap(kept, {"a": 2.0, "b": math.nan, "c": 1.0}) == 0
    assert gap({"a": 0.0}, {"a": math.nan}) == 0, "nobody was written as 0"
    assert gap({"a": 1.0}, {"a": math.nan}) == gap({"a": math.nan}, {"a": 1.0}) == math.inf
    assert gap(kept, {"a": 2.0 * (1 + 1e-15)}) == pytest.approx(1e-15, rel=0.2)
    assert gap(kept, {"a": 3.0}) == pytest.approx(1 / 3)
    assert gap(kept, {"c": 1.0}) == math.inf
    assert "The same outcomes as published" in cli.studies._agreement(False, False, 1e-15)
    assert cli.studies._agreement(False, False, 1e-3) == "NOT the same as stored."
    assert cli.studies._agreement(False, False, math.inf) == "NOT the same as stored."


def test_studies_that_vary_otherwise_have_other_names_and_more_replications_the_same(
    capsys: Capture, elsewhere: Path
) -> None:
    printed(capsys, *STUDY)
    name = only(elsewhere)
    printed(capsys, *STUDY[:-2], "--replications", "3")
    assert only(elsewhere) == name
    base = ["study", "fengshu", *TINY, "--weeks", "2", "--replications", "2"]
    printed(capsys, *base, "--vary", "points.rate=0.5,1")
    assert len(list((elsewhere / "results" / "studies").iterdir())) == 2


def test_a_plan_does_not_take_the_place_of_another(capsys: Capture, elsewhere: Path) -> None:
    printed(capsys, *STUDY, "--name", "one")
    other = ["study", "fengshu", *TINY, "--vary", "points.rate=3,4", "--name", "one"]
    assert "holds another study" in bad(capsys, *other, "--weeks", "2", "--replications", "2")
    assert len(Study.open("one").frame()) == 4


def test_a_renamed_study_is_read_from_its_folder_and_a_copy_is_its_own(
    capsys: Capture, elsewhere: Path
) -> None:
    printed(capsys, *STUDY, "--name", "first")
    root = elsewhere / "results" / "studies"
    shutil.copytree(root / "first", root / "copy")
    (root / "first").rename(root / "renamed")
    assert "renamed: 4 of 4 runs stored" in printed(capsys, "show", "renamed")
    printed(capsys, *STUDY[:-2], "--replications", "4", "--name", "renamed")
    assert "copy: 4 of 4 runs stored" in printed(capsys, "show", "copy")
    printed(capsys, "export", "copy", "--csv")
    exported = pd.read_csv(elsewhere / "results" / "export" / "copy" / "runs.csv")
    assert len(exported) == 4


def test_one_bad_folder_does_not_hide_the_other_studies(capsys: Capture, elsewhere: Path) -> None:
    printed(capsys, *STUDY, "--name", "good")
    bad_folder = elsewhere / "results" / "studies" / "bad"
    bad_folder.mkdir()
    (bad_folder / "study.json").write_text("{")
    assert execute(["studies"]) == 0
    said = capsys.readouterr()
    assert "good" in said.out
    assert "bad" in said.err


def test_a_study_without_runs_has_nothing_to_export(capsys: Capture, elsewhere: Path) -> None:
    printed(capsys, *STUDY, "--name", "empty")
    shutil.rmtree(elsewhere / "results" / "studies" / "empty" / "runs")
    assert "no finished run to export" in bad(capsys, "export", "empty", "--csv")


def test_a_scenario_whose_file_name_has_a_space_gives_a_study_a_name(
    capsys: Capture, elsewhere: Path
) -> None:
    (elsewhere / "我们 的 place.toml").write_text('extends = "fengshu"\n', encoding="utf-8")
    printed(capsys, STUDY[0], "我们 的 place.toml", *STUDY[2:])
    assert only(elsewhere).startswith("我们-的-place-grid-rate-")


def test_identifiers_of_runs_are_words_to_a_spreadsheet(capsys: Capture, elsewhere: Path) -> None:
    printed(capsys, *STUDY, "--name", "ids")
    assert all(run.id[0] == "r" for run in Study.open("ids").plan.runs)
