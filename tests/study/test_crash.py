"""Killed at any moment, a study loses what was in flight and nothing else.

The trials use SIGKILL, which no process can catch. A trial costs some tenths of a second, because
children are forked from a server that has imported everything.
"""

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.study.study import Study
from sim.system.crew import in_process, processes
from tests.study.toys import plan_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="SIGKILL and tmpfs as on Linux")

TRIALS = 50
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(
    ["sim.study.study", "pyarrow.parquet", "filelock", "tests.study.test_crash"]
)


def make(root: str, runs: int, workers: int, sleep: float, pids: str = "") -> None:
    """What a child does: make a study."""
    changes = {"sleep": sleep} | ({"pids": pids} if pids else {})
    plan = plan_of(runs, **changes)
    Study(plan, root).make(processes(workers) if workers > 1 else in_process())


def undisturbed(root: Path, runs: int, sleep: float) -> bytes:
    """Return the bytes of the same study, made in one go."""
    study = Study(plan_of(runs, sleep=sleep), root)
    study.make()
    (path,) = study.store.chunks()
    return path.read_bytes()


def test_kill_9_at_random_moments_loses_only_what_was_in_flight(tmp_path: Path) -> None:
    runs, sleep = 60, 0.004
    expected = undisturbed(tmp_path / "whole", runs, sleep)
    values = {
        run.id: run.arm.changes[0][1] + run.seed / 1000 for run in plan_of(runs, sleep=sleep).runs
    }
    moments = random.Random(20230703)
    root = tmp_path / "killed"
    study = Study(plan_of(runs, sleep=sleep), root)
    kills = there = finished = 0
    while kills < TRIALS:
        begun = len(study.store.journal())
        child = CHILDREN.Process(target=make, args=(str(root), runs, 1, sleep))
        child.start()
        _until(lambda begun=begun: len(study.store.journal()) > begun)
        chunks, more = len(study.store.chunks()), moments.choice((0, 0, 1, 2, 4))
        _until(
            lambda child=child, wanted=chunks + more: (
                len(study.store.chunks()) >= wanted or not child.is_alive()
            )
        )
        child.join(moments.uniform(0.0, 0.02))
        kills += child.is_alive()
        child.kill()
        child.join()
        rows = study.store.rows()
        assert study.store.damaged() == []
        assert {run: row.outcomes["value"] for run, row in rows.items()} == {
            run: values[run] for run in rows
        }
        assert len(rows) >= there, "a finished run was lost"
        there = len(rows)
        if there == runs:
            study.make()
            (path,) = study.store.chunks()
            assert path.read_bytes() == expected
            shutil.rmtree(root)
            finished, there = finished + 1, 0
    assert finished > 0, "no study ever finished: the trials prove nothing"


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    child = CHILDREN.Process(target=make, args=(str(tmp_path / "s"), 40, 2, 0.5, str(pids)))
    child.start()
    _until(lambda: len(list(pids.iterdir())) >= 2)
    child.kill()
    child.join()
    workers = [int(path.name) for path in pids.iterdir()]
    _until(lambda: not any(_alive(worker) for worker in workers))


def test_a_pool_that_is_killed_midway_is_resumed_to_the_same_bytes(tmp_path: Path) -> None:
    expected = undisturbed(tmp_path / "whole", 40, 0.01)
    root = tmp_path / "killed"
    for moment in (0.35, 0.6):
        child = CHILDREN.Process(target=make, args=(str(root), 40, 2, 0.01))
        child.start()
        child.join(moment)
        child.kill()
        child.join()
    study = Study(plan_of(40, sleep=0.01), root)
    study.make(processes(2))
    (path,) = study.store.chunks()
    assert path.read_bytes() == expected


def test_two_processes_at_once_on_one_study_do_not_mix(tmp_path: Path) -> None:
    expected = undisturbed(tmp_path / "whole", 30, 0.02)
    root = str(tmp_path / "both")
    first, second = (CHILDREN.Process(target=make, args=(root, 30, 1, 0.02)) for _ in range(2))
    first.start()
    second.start()
    first.join()
    second.join()
    assert sorted([first.exitcode, second.exitcode]) == [0, 1], "one works, one is refused"
    (path,) = Study(plan_of(30, sleep=0.02), root).store.chunks()
    assert path.read_bytes() == expected


def test_ctrl_c_ends_a_pool_and_keeps_what_was_finished(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    child = CHILDREN.Process(target=make, args=(str(tmp_path / "s"), 200, 2, 0.05, str(pids)))
    child.start()
    study = Study(plan_of(200, sleep=0.05, pids=str(pids)), tmp_path / "s")
    _until(lambda: len(study.store.chunks()) >= 2)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGINT)
    child.join(60)
    assert child.exitcode == 1
    assert 0 < len(study.store.rows()) < 200
    workers = [int(path.name) for path in pids.iterdir()]
    _until(lambda: not any(_alive(worker) for worker in workers))


@pytest.fixture
def small_disk(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A file system of 256 kB; needs the right to mount."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_stops_a_study_and_costs_no_finished_run(
    small_disk: Path, tmp_path: Path
) -> None:
    plan = plan_of(400, weeks=60)
    full = Study(plan, small_disk)
    with pytest.raises(OSError, match="No space left"):
        full.make()
    rows = full.store.rows()
    assert 0 < len(rows) < 400
    assert full.store.damaged() == []
    assert list(full.store.folder.rglob("*.partial")) == []
    shutil.copytree(full.store.folder, tmp_path / "large" / "toys")
    report = Study(plan, tmp_path / "large").make()
    assert report.made == 400 - len(rows)
    whole = Study(plan, tmp_path / "whole")
    whole.make()
    resumed, fresh = (Study(plan, tmp_path / name).store.chunks() for name in ("large", "whole"))
    assert [path.read_bytes() for path in resumed] == [path.read_bytes() for path in fresh]


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _until(happens, seconds: float = 60.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
