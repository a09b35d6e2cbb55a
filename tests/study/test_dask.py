"""A real Dask scheduler and two worker processes on the loopback interface."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import load
from sim.study.design import grid
from sim.study.plan import Plan, arm
from sim.study.study import Study
from sim.study.subject import CommunitySubject
from sim.system.crew import crew, processes
from sim.system.gather import DEADLY
from tests.study.toys import Toy, plan_of

pytest.importorskip("distributed", reason='needs the extra "dask"')

pytestmark = pytest.mark.filterwarnings("ignore")
"""Dask's own warnings, on closing connections to workers that were killed, are not ours."""


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.scheduler = self._start(
            "dask_scheduler", "--scheduler-file", str(self.file), "--port", "0", "--no-dashboard"
        )
        self._wait(self.file.exists)
        import json

        self.address = json.loads(self.file.read_text())["address"]
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        with (self.folder / f"{program}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1", *arguments],
                cwd=Path(__file__).parents[2],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def hire(self) -> subprocess.Popen[bytes]:
        """Start one worker without a nanny, so that a kill is a kill."""
        worker = self._start(
            "dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(self.folder),
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def wait_for(self, count: int) -> None:
        from distributed import Client

        with Client(self.address) as client:
            client.wait_for_workers(count, timeout=60)

    @staticmethod
    def _wait(happens, seconds: float = 60.0) -> None:  # type: ignore[no-untyped-def]
        end = time.monotonic() + seconds
        while not happens():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    found = Cluster(folder)
    try:
        for _ in range(workers):
            found.hire()
        found.wait_for(workers)
        yield found
    finally:
        found.close()


def only_chunk(study: Study) -> bytes:
    (path,) = study.store.chunks()
    return path.read_bytes()


def test_a_worker_is_killed_midway_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    plan = plan_of(40, 3, sleep=0.05)
    local = Study(plan, tmp_path / "local")
    local.make(processes(2))
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", 2) as found:
        study = Study(plan, tmp_path / "dask")
        told: list[int] = []

        def kill_one(there: int, of: int, failed: int) -> None:
            told.append(there)
            if there > 20 and found.workers[0].poll() is None:
                os.killpg(found.workers[0].pid, signal.SIGKILL)
                found.workers[0].wait()

        report = study.make(crew(dask=found.address), kill_one)
        assert found.workers[0].returncode == -signal.SIGKILL
    assert report.failed == []
    assert report.made == 120
    assert told[-1] == 120
    assert len(study.store.rows()) == 120
    assert only_chunk(study) == only_chunk(local)


def test_the_model_gives_the_same_bytes_on_a_cluster(tmp_path: Path) -> None:
    small = load("fengshu").with_overrides({"scale": 0.005, "burn_in": 2})
    arms = grid({"incentives.points.on": [True, False]})
    plan = Plan("small", CommunitySubject(small, 4), arms, 4)
    local = Study(plan, tmp_path / "local")
    local.make()
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", 2) as found:
        study = Study(plan, tmp_path / "dask")
        study.make(crew(dask=found.address))
    assert only_chunk(study) == only_chunk(local)


def test_a_poison_run_is_recorded_and_the_others_are_made(tmp_path: Path) -> None:
    """With one failure allowed a poison run takes two workers; three are hired for each attempt."""
    arms = (*(arm(f"x={x}", {"x": float(x)}) for x in range(6)), arm("poison", {"die": True}))
    plan = Plan("p", Toy(), arms)
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", 6) as found:
        study = Study(plan, tmp_path / "dask")
        report = study.make(crew(dask=found.address))
    assert [row.error for row in report.failed] == [DEADLY]
    assert (study.frame()["status"] == "done").sum() == 6


def test_a_scheduler_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no scheduler answers there"):
        crew(dask="tcp://127.0.0.1:1")
