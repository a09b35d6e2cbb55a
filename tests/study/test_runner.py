"""The runner: results do not depend on who makes them, and no run is lost or made twice."""

import math
import os
import random
import time
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.study import runner
from sim.study.plan import Plan, arm
from sim.study.runner import make_runs
from sim.study.study import Study
from sim.study.table import DONE, FAILED
from sim.study.work import Item, OtherVersionError
from sim.system.crew import Crew, InProcess, crew, in_process, processes
from sim.system.gather import LostSchedulerError
from tests.study.toys import Stranger, Toy, plan_of


def merged(study: Study) -> bytes:
    """Return the bytes of a finished study's only chunk."""
    (path,) = study.store.chunks()
    return path.read_bytes()


class Shuffling(ThreadPoolExecutor):
    """An executor that dawdles over each task for a time of its own."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        def late():  # type: ignore[no-untyped-def]
            time.sleep(random.random() / 100)
            return fn(*args, **kwargs)

        return super().submit(late)


def test_results_do_not_depend_on_the_executor_or_the_number_of_workers(tmp_path: Path) -> None:
    plan = plan_of(12, 3, weeks=4)
    crews = {
        "here": in_process(),
        "two": processes(2),
        "three": processes(3),
        "threads": Crew("threads", 4, lambda: Shuffling(4)),
    }
    contents = set()
    for name, one in crews.items():
        study = Study(plan, tmp_path / name)
        assert study.make(one).made == 36
        contents.add(merged(study))
    assert len(contents) == 1


def test_finished_runs_are_never_made_again(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    few, many = plan_of(3, 1), plan_of(3, 4)
    Study(few, tmp_path).make()
    report = Study(many, tmp_path).make()
    assert (report.runs, report.made, report.strangers) == (12, 9, 0)
    assert Study(many, tmp_path).make().made == 0


def test_a_changed_rule_is_never_served_from_what_is_stored(tmp_path: Path) -> None:
    old = Plan("p", Toy("old"), (arm("a"),))
    new = Plan("p", Toy("new"), (arm("a"),))
    Study(old, tmp_path).make()
    report = Study(new, tmp_path).make()
    assert (report.made, report.strangers) == (1, 1)
    assert len(Study(new, tmp_path).frame()) == 1


def test_a_failed_run_is_a_row_with_its_error_and_stops_nobody(tmp_path: Path) -> None:
    arms = (arm("good"), arm("bad", {"fail": True}), arm("also good", {"x": 1.0}))
    study = Study(Plan("p", Toy(), arms), tmp_path)
    report = study.make(processes(2))
    assert [row.error for row in report.failed] == [
        f"ValueError: told to fail, and did (toys.py:{_line('told to fail')})"
    ]
    table = study.frame().set_index("arm")
    assert list(table["status"]) == [DONE, FAILED, DONE]
    assert math.isnan(table.loc["bad", "value"])
    assert study.make().made == 0
    assert study.make(retry=True).made == 1


def _line(text: str) -> int:
    source = Path(__file__).with_name("toys.py").read_text().splitlines()
    return next(number for number, line in enumerate(source, 1) if text in line)


def test_a_run_that_kills_its_worker_is_recorded_and_all_others_are_made(tmp_path: Path) -> None:
    arms = tuple(arm(f"x={x}", {"x": float(x), "die": x == 7}) for x in range(30))
    study = Study(Plan("p", Toy(), arms), tmp_path)
    report = study.make(processes(2))
    assert [row.error for row in report.failed] == [runner.DEADLY]
    table = study.frame()
    assert list(table.loc[table["status"] == FAILED, "arm"]) == ["x=7"]
    assert list(table.loc[table["status"] == DONE, "value"]) == [
        x + 0.001 for x in range(30) if x != 7
    ]


def test_a_worker_that_is_killed_once_costs_nothing(tmp_path: Path) -> None:
    marker = str(tmp_path / "died")
    arms = tuple(
        arm(f"x={x}", {"x": float(x), **({"die_once": marker} if x == 5 else {})})
        for x in range(20)
    )
    study = Study(Plan("p", Toy(), arms), tmp_path)
    report = study.make(processes(2))
    assert Path(marker).exists()
    assert report.failed == []
    assert sorted(study.frame()["value"]) == [x + 0.001 for x in range(20)]


def test_a_worker_with_other_code_stops_the_study(tmp_path: Path) -> None:
    plan = Plan("p", Stranger(), (arm("a"), arm("b")))
    with pytest.raises(OtherVersionError, match="another version of the code"):
        Study(plan, tmp_path).make(processes(2))
    assert Study(plan, tmp_path).store.rows() == {}


class Losing(InProcess):
    """An executor whose scheduler goes away after some tasks."""

    def __init__(self, tasks: int, error: type[BaseException]) -> None:
        self.tasks, self.error = tasks, error

    def submit(self, fn, /, *args, **kwargs) -> Future:  # type: ignore[no-untyped-def]
        if self.tasks == 0:
            future: Future = Future()
            future.set_exception(self.error())
            return future
        self.tasks -= 1
        return super().submit(fn, *args, **kwargs)


def test_what_was_finished_is_kept_when_the_scheduler_goes_away(tmp_path: Path) -> None:
    study = Study(plan_of(9), tmp_path)
    with pytest.raises(LostSchedulerError, match="the same command goes on"):
        study.make(Crew("losing", 1, lambda: Losing(3, CancelledError), window=1))
    there = len(study.store.rows())
    assert 3 <= there < 9
    assert study.make().made == 9 - there


def test_a_pool_that_breaks_is_opened_anew(tmp_path: Path) -> None:
    opened = []

    def open_pool() -> Executor:
        opened.append(1)
        return Losing(1, BrokenExecutor)

    study = Study(plan_of(6), tmp_path)
    report = study.make(Crew("breaking", 1, open_pool, InProcess, window=1))
    assert report.failed == []
    assert len(study.frame()) == 6
    assert len(opened) > 1


def test_chunks_grow_with_the_time_runs_take_and_shrink_towards_the_end() -> None:
    pace = runner._Pace(workers=2)
    assert pace.next(10_000) == 1
    pace.learn([0.2] * 4)
    assert pace.next(10_000) == 8
    assert pace.next(10_000) == int(runner.CHUNK_SECONDS / 0.2)
    assert pace.next(20) == 5
    assert pace.next(1) == 1


def test_no_more_than_a_window_of_chunks_is_in_flight() -> None:
    most = 0

    class Watching(ThreadPoolExecutor):
        flying = 0

        def submit(self, fn, /, *args, **kwargs) -> Future:  # type: ignore[no-untyped-def]
            nonlocal most
            Watching.flying += 1
            most = max(most, Watching.flying)
            future = super().submit(fn, *args, **kwargs)
            future.add_done_callback(lambda _: setattr(Watching, "flying", Watching.flying - 1))
            return future

    items = [Item(str(n), {"sleep": 0.002}, n) for n in range(60)]
    rows = []
    make_runs(Toy(), items, Crew("w", 3, lambda: Watching(3)), lambda f: rows.extend(f.rows))
    assert len(rows) == 60
    assert most <= 6


def test_progress_tells_what_is_there_and_what_failed(tmp_path: Path) -> None:
    arms = (arm("good"), arm("bad", {"fail": True}))
    told = []
    Study(Plan("p", Toy(), arms), tmp_path).make(progress=lambda *counts: told.append(counts))
    assert told[0] == (0, 2, 0)
    assert told[-1] == (2, 2, 1)
    told.clear()
    study = Study(Plan("p", Toy(), arms), tmp_path)
    study.make(progress=lambda *counts: told.append(counts), retry=True)
    assert told == [(1, 2, 0), (2, 2, 1)], "a failed run that is made again is counted once"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"workers": 0}, "-j 0 is out of bounds"),
        ({"dask": "local", "mpi": True}, "exclude each other"),
    ],
)
def test_a_crew_that_cannot_be_had_is_refused(arguments: dict, part: str) -> None:
    with pytest.raises(InputError, match=part):
        crew(**arguments)


def test_one_worker_is_this_process() -> None:
    pid = os.getpid()
    with crew(1).open() as pool:
        assert pool.submit(os.getpid).result() == pid
