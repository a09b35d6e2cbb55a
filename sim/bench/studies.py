"""Many runs through the study engine: how long they take, and what the engine adds to them."""

from __future__ import annotations

import tempfile
import time
from typing import Any


def studies(
    runs: int = 1000, weeks: int = 156, scenario: str = "fengshu", workers: int | None = None
) -> dict[str, Any]:
    """Make a study of equal runs with different seeds in a temporary folder.

    Args:
        runs: how many.
        weeks: of each.
        scenario: name or path.
        workers: processes; as many as there are processors where None.

    Returns:
        `seconds`, from the first import in the workers to the merged store; `work_seconds`, what
        the runs took inside the workers; `overhead`, the share of the workers' time that was not
        work: start-up, planning, hashing, storing, waiting at the end.
    """
    from sim.scenario import load
    from sim.study.plan import Plan, arm
    from sim.study.study import Study
    from sim.study.subject import CommunitySubject
    from sim.system.crew import processes
    from sim.system.machine import processors

    crew_size = workers or processors()
    plan = Plan("bench", CommunitySubject(load(scenario), weeks), (arm("base"),), runs)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        report = Study(plan, folder).make(processes(crew_size))
        spent = time.perf_counter() - begun
    return {
        "runs": runs,
        "weeks": weeks,
        "workers": crew_size,
        "seconds": spent,
        "runs_per_second": runs / spent,
        "work_seconds": report.work_seconds,
        "seconds_per_run": report.work_seconds / runs,
        "overhead": 1 - report.work_seconds / (spent * crew_size),
    }
