"""Results: whole folders or none, tables that agree, digests that depend on nothing outside."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from sim import records, results, scenario
from sim.cli import aside
from sim.errors import FigureWarning, InputError
from sim.model import Community
from sim.scenario import parse

SMALL = {"scale": 0.01, "population.burn_in": 4}
WEEKS = 6


@pytest.fixture(scope="module")
def small():
    return scenario.load("fengshu").with_overrides(SMALL)


@pytest.fixture(scope="module")
def stored(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results") / "mine"
    return folder, results.run_and_store(small, WEEKS, seed=3, replications=2, out=folder)


def test_a_folder_holds_exactly_the_files_that_it_names(stored):
    folder, result = stored
    assert sorted(path.name for path in folder.iterdir()) == sorted(results.FILES)
    assert result["folder"] == str(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_weekly_tables_hold_every_week_of_every_run(stored):
    folder, _ = stored
    parquet = pd.read_parquet(folder / "weekly.parquet")
    csv = pd.read_csv(folder / "weekly.csv", parse_dates=["date"])
    assert list(parquet.columns) == ["replication", "seed", "week", "date", *records.declared()]
    assert list(zip(parquet["seed"], parquet["week"], strict=True)) == [
        (seed, week) for seed in (3, 4) for week in range(WEEKS)
    ]
    assert str(parquet["date"].iloc[0].date()) == "2023-07-03"
    pd.testing.assert_frame_equal(parquet, csv, check_dtype=False)


def test_weeks_of_a_scenario_without_a_launch_have_no_date() -> None:
    dates = {}
    for launch in ("", "launch = 2027-01-04\n"):
        community = Community(parse(f"{launch}[population]\nscale = 0.001"), rng=1)
        community.run_for(2)
        dates[launch] = community.records.to_frame().get("date")
    assert dates.pop("") is None
    assert [str(day.date()) for day in dates.popitem()[1]] == ["2027-01-04", "2027-01-11"]


def test_outcomes_are_those_of_the_weeks(stored):
    folder, result = stored
    outcomes = pd.read_csv(folder / "outcomes.csv")
    weekly = pd.read_parquet(folder / "weekly.parquet")
    for name, figure in records.declared().items():
        how = "mean" if figure.over_time == "year" else figure.over_time  # 6 weeks are no year
        by_run = weekly.groupby("seed")[name].agg(
            (lambda weeks: weeks.iloc[-1]) if how == "last" else how
        )
        np.testing.assert_allclose(outcomes[name], by_run, rtol=1e-9, err_msg=name)
        if by_run.isna().all():
            assert result["outcomes"][name] is None
            continue
        assert result["outcomes"][name] == pytest.approx(by_run.mean())
        assert result["interval"][name] == [None, None]  # of two runs


def test_the_manifest_says_what_it_takes_to_make_it_again(stored, small):
    folder, result = stored
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert about["seeds"] == [3, 4]
    assert about["weeks"] == WEEKS
    assert about["calibrated"] is False
    assert about["digest"] == result["digest"]
    assert about["scenario"]["digest"] == small.digest()
    assert about["scenario"]["numbers"]["population"]["scale"] == 0.01
    assert {"redmaple", "python", "numpy", "numba", "mesa"} <= set(about["versions"])
    assert list(about["figures"]) == list(records.declared())
    assert about["figures"]["hazards_recorded"]["recorded"] is True
    assert about["figures"]["fund_balance"]["unit"] == "yuan"


def test_stories_are_kept_in_the_manifest():
    story = scenario.load("story-lone-elder")
    kept = results.about_scenario(story)["story"]
    assert kept[0]["who"]["alone"] is True
    assert kept[0]["week"] == story.story[0].week


def test_the_digest_depends_neither_on_path_nor_on_time(stored, small, tmp_path):
    _, result = stored
    again = results.run_and_store(small, WEEKS, seed=3, replications=2, out=tmp_path / "else")
    changing = ("folder",)
    assert {k: v for k, v in again.items() if k not in changing} == {
        k: v for k, v in result.items() if k not in changing
    }


def test_files_are_the_same_bytes_each_time(stored, small, tmp_path):
    folder, _ = stored
    results.run_and_store(small, WEEKS, seed=3, replications=2, out=tmp_path / "again")
    for name in results.FILES:
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_without_a_folder_the_digest_names_one(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = results.run_and_store(small, 2, seed=1)
    assert result["folder"] == f"results/fengshu/{result['digest'][:12]}"
    assert (tmp_path / result["folder"] / "run.json").is_file()
    assert "interval" not in result
    assert result["digests"] == [result["digest"]]


def test_an_older_result_is_replaced_and_other_files_are_not(stored, small, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(stored[0], folder)
    run = results.run_one(results.Task(small, 2, 9))
    results.store(folder, small, 2, [run])
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["seeds"] == [9]
    (folder / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds other files, such as thesis\.docx"):
        results.run_and_store(small, 2, out=folder)
    assert (folder / "thesis.docx").exists()


def test_a_failure_leaves_the_older_result_and_no_rest(tmp_path):
    folder = tmp_path / "mine"
    with results.new_folder(folder) as place:
        (place / "run.json").write_text("old", encoding="utf-8")

    def fail_halfway():
        with results.new_folder(folder) as place:
            (place / "run.json").write_text("new", encoding="utf-8")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail_halfway()
    assert (folder / "run.json").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_may_be_filled(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    with results.new_folder(folder) as place:
        (place / "run.json").write_text("new", encoding="utf-8")
    assert [path.name for path in folder.iterdir()] == ["run.json"]


def test_progress_tells_weeks_of_all_runs(small):
    told = []
    tasks = [results.Task(small, 2, seed) for seed in (1, 2)]
    results.run_many(tasks, results.run_one, lambda *done: told.append(done), workers=1)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_json_has_null_where_there_is_no_number():
    given = {"a": np.float64("nan"), "b": (np.int64(3), np.inf), "c": np.bool_(True)}
    assert results.plain(given) == {"a": None, "b": [3, None], "c": True}
    json.dumps(results.plain(given), allow_nan=False)


def test_the_summary_fits_a_page_and_says_that_it_is_uncalibrated(stored):
    text = results.summary_text(stored[1])
    lines = text.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 100
    assert "Uncalibrated" in text
    for word in ("recorded", "60+", "Representation", "expired", "yuan", str(stored[0])):
        assert word in text


def test_the_summary_stands_when_nothing_happened(stored):
    _, result = stored
    nothing = {key: dict.fromkeys(result[key], 0.0) for key in ("outcomes", "start")}
    text = results.summary_text({**result, **nothing, "interval": None})
    assert "nan" not in text


def test_what_was_there_and_what_came_is_what_left_and_what_is_there(stored):
    weekly = pd.read_parquet(stored[0] / "weekly.parquet")
    for _, run in weekly.groupby("seed"):
        for name, stock in results.STOCKS.items():
            came = sum(run[flow] for flow in stock.into)
            left = sum(run[flow] for flow in stock.out)
            before = run[stock.level].shift(fill_value=results.opening(stock, run))
            np.testing.assert_allclose(before + came, left + run[stock.level], err_msg=name)
        paid = sum(run[f"fund_spending_{purpose}"] for purpose in results.SPENDING)
        np.testing.assert_allclose(paid, run["fund_spending"])
    assert weekly["needs_found"].sum() > 0


def _lines(text, label):
    """Return the numbers of a theme of a summary, in reading order."""
    lines = text.splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(label))
    last = next(at for at in range(first + 1, len(lines)) if lines[at][:1] != " ")
    words = " ".join(lines[first:last])
    return [float(number.replace(",", "")) for number in re.findall(r"-?[\d,]*\d\.?\d*", words)]


def test_the_numbers_of_a_summary_add_up_as_they_are_read(small, tmp_path):
    text = results.summary_text(results.run_and_store(small, 30, seed=2, out=tmp_path / "one"))
    start, arisen, found, lost, unfound, waiting, again, met, given_up, left = _lines(
        text, "Needs"
    )[:10]
    assert start > 0
    assert start + arisen == found + lost + unfound
    assert again == found
    assert waiting + found == met + given_up + left
    hidden, came, seen, still, there, same, fixed, kept, _ = _lines(text, "Hazards")
    assert came == same
    assert hidden + came == seen + still
    assert there + came == fixed + kept
    _, opened, brought, resolved, without, at_end = _lines(text, "Disputes")[:6]
    assert opened + brought == resolved + without + at_end
    before, joined, gone, now = _lines(text, "Partners")[:4]
    assert before + joined - gone == now
    outstanding, issued, redeemed, expired, after = _lines(text, "Points")[:5]
    assert outstanding + issued == redeemed + expired + after
    had, received, paid, has, *purposes = _lines(text, "Fund")
    assert had + received - paid == pytest.approx(has, abs=2)
    assert sum(purposes[:8]) == pytest.approx(paid, abs=4)
    assert "mean of all 30 weeks" in text


def test_a_group_of_nobody_is_a_dash_on_the_page_and_no_number_in_the_tables(small, tmp_path):
    nobody = small.with_overrides({"population.affordable_compounds": 0})
    result = results.run_and_store(nobody, 3, replications=2, out=tmp_path / "none")
    text = results.summary_text(result)
    events = next(line for line in text.splitlines() if line.startswith("  events"))
    assert events.split()[6] == "–"
    assert "nan" not in text
    assert result["outcomes"]["rate_event_low_income"] is None
    assert pd.read_csv(tmp_path / "none/outcomes.csv")["rate_event_low_income"].isna().all()
    assert pd.read_csv(tmp_path / "none/weekly.csv")["rate_event_low_income"].isna().all()


def test_every_json_result_has_what_the_command_line_promises(stored):
    result = json.loads(json.dumps(stored[1], allow_nan=False))
    assert result["calibrated"] is False
    assert result["seed"] == 3
    assert result["weeks"] == WEEKS
    assert result["scenario"] == "fengshu"
    assert len(result["digest"]) == 64


def test_a_figure_that_fails_is_a_warning_and_the_tables_are_there(tmp_path, small):
    def broken(*given):
        raise RuntimeError("no ink")

    with pytest.warns(FigureWarning, match="no ink"):
        result = results.run_and_store(small, 2, out=tmp_path / "out", draw=broken)
    assert result["files"] == ["weekly.parquet", "weekly.csv", "outcomes.csv", "run.json"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(result["files"])


def test_a_second_process_draws_the_same_overview_and_says_why_it_cannot(tmp_path, small):
    for place, draw in (("here", results.draw_overview), ("aside", aside.Aside().draw)):
        results.run_and_store(small, 2, out=tmp_path / place, draw=draw)
    for name in ("overview.png", "overview.svg"):
        assert (tmp_path / "aside" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    with pytest.raises(RuntimeError, match="No such file"):
        aside.Aside().draw(tmp_path / "nowhere")


def test_with_one_processor_nothing_is_drawn_aside(monkeypatch):
    monkeypatch.setattr(aside, "processors", lambda: 1)
    assert aside.get_ready() is None
