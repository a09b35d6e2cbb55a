"""A study from plan to table: made, resumed, read, and any run of it replayed.

    from sim.study.study import Study
    study = Study.open("points_decay-rules-quick")
    study.frame()          # a row a run: arm, tags of the design, every outcome

The folder is all there is of a study. Run the same plan again and only the runs that are missing are
made; a plan with more arms or replications adds to what is there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import InputError, did_you_mean
from sim.results import NOTICE, commit, versions
from sim.study.plan import Plan, Run
from sim.study.runner import make_runs
from sim.study.store import MANIFEST, Store
from sim.study.subject import CommunitySubject, Subject
from sim.study.table import DONE, FAILED, Row, tidy, weekly_table
from sim.study.work import Finished, Item, make_row
from sim.system.crew import Crew, in_process

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path("results") / "studies"
"""Where studies are kept, below the folder in which the command is given."""

type Progress = Callable[[int, int, int], None] | None
"""Told how many runs are there, of how many, and how many of them failed."""

BYTES_PER_VALUE = 5.0
"""Disk that one value of one run takes, compressed: measured on studies of the full community."""


class Report(NamedTuple):
    """What came of making a study.

    Attributes:
        runs: runs of the plan.
        made: of them made just now; the others were stored.
        failed: rows of those that failed, just now or before.
        strangers: stored runs of other versions of the code, or of other plans; not used.
        damaged: chunks that were set aside; their runs were made again.
        seconds: time it took.
        work_seconds: time that the runs took, added up over workers.
    """

    runs: int
    made: int
    failed: list[Row]
    strangers: int
    damaged: int
    seconds: float
    work_seconds: float


class Estimate(NamedTuple):
    """What making a study would take.

    Attributes:
        runs: runs of the plan.
        stored: of them stored already.
        seconds_per_run: by a trial of one arm.
        seconds: until all are made.
        disk: bytes.
    """

    runs: int
    stored: int
    seconds_per_run: float
    seconds: float
    disk: float


class Study:
    """A plan and the folder that its runs are kept in."""

    def __init__(self, plan: Plan, root: Path | str = ROOT) -> None:
        """Join a plan and its folder; nothing is read or written yet.

        Raises:
            InputError: the plan's name is no name of a folder.
        """
        _check_name(plan.name)
        self.plan = plan
        self.store = Store(Path(root) / plan.name)

    @classmethod
    def open(cls, name: str, root: Path | str = ROOT) -> Study:
        """Return a stored study.

        Raises:
            InputError: there is none of this name.
        """
        if name not in names(root):
            hint = did_you_mean(name, names(root)) or "; `redmaple studies` lists those there are."
            raise InputError(f'there is no study "{name}" in {root}{hint}')
        content = Store(Path(root) / name).manifest()
        try:
            plan = Plan.from_manifest(content["plan"], subject_of(content["plan"]["subject"]))
            plan = replace(plan, name=name)  # the folder may have been renamed, or be a copy
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{Path(root) / name / MANIFEST} is no manifest of a study ({error!r})."
            ) from None
        return cls(plan, root)

    # --- Making --------------------------------------------------------------------------------

    def make(
        self, crew: Crew | None = None, progress: Progress = None, retry: bool = False
    ) -> Report:
        """Make the runs that are missing, and merge the chunks once all are there.

        Args:
            crew: who makes them; this process where None.
            progress: told how far it is, after each chunk.
            retry: make failed runs again too.

        Raises:
            InputError: another process works on the study; workers with other code; stored results
                that contradict each other.
        """
        crew = crew or in_process()
        begun = time.monotonic()
        with self.store.held():
            damaged = self.store.clean()
            stored = self.store.rows()
            self._check_same_plan()
            self.store.write_manifest(self.manifest())
            wanted = {run.id: run for run in self.plan.runs}
            missing = [
                Item(run.id, dict(run.arm.changes), run.seed)
                for run in wanted.values()
                if run.id not in stored or (retry and stored[run.id].status == FAILED)
            ]
            self._note("begin", runs=len(wanted), missing=len(missing), crew=crew.name)
            there = len(wanted) - len(missing)
            again = {item.run_id for item in missing}
            wrong = sum(stored[run].status == FAILED for run in wanted if run not in again)
            spent = 0.0

            def keep(finished: Finished) -> None:
                nonlocal there, wrong, spent
                self.store.write(finished.rows)
                there += len(finished.rows)
                wrong += sum(row.status == FAILED for row in finished.rows)
                spent += sum(finished.seconds)
                if progress is not None:
                    progress(there, len(wanted), wrong)

            if progress is not None:
                progress(there, len(wanted), wrong)
            make_runs(self.plan.subject, missing, crew, keep)
            if missing or len(self.store.chunks()) > 2:
                self.store.merge(wanted)
            seconds = time.monotonic() - begun
            self._note("end", made=len(missing), seconds=round(seconds, 3), work=round(spent, 3))
        rows = self.store.rows()
        return Report(
            runs=len(wanted),
            made=len(missing),
            failed=[rows[run] for run in wanted if rows[run].status == FAILED],
            strangers=len(rows.keys() - wanted.keys()),
            damaged=len(damaged),
            seconds=seconds,
            work_seconds=spent,
        )

    def _check_same_plan(self) -> None:
        """Refuse to put this plan in the place of one that it does not contain.

        More arms, more replications and other code are the same study, grown.
        """
        if not (self.store.folder / MANIFEST).is_file():
            return
        before = self.store.manifest()["plan"]
        now = json.loads(json.dumps(self.plan.manifest()))
        kept = [(one["label"], one["block"], one["changes"]) for one in before["arms"]]
        grown = [(one["label"], one["block"], one["changes"]) for one in now["arms"]]
        same = before["seed"] == now["seed"] and _of_any_version(before) == _of_any_version(now)
        if not same or any(one not in grown for one in kept):
            raise InputError(
                f"{self.store.folder} holds another study (of {len(kept)} arms, seed "
                f"{before['seed']}): give this one a name of its own (--name), or remove the folder."
            )

    def _note(self, event: str, **entry: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.store.note(event=event, at=now, **entry)

    def manifest(self) -> dict[str, Any]:
        """Return what it takes to make the study again, and to read it."""
        return {
            "plan": self.plan.manifest(),
            "runs": self.plan.size,
            "code": self.plan.subject.code(),
            "git": commit(),
            "versions": versions(),
            "calibrated": False,
            "notice": NOTICE,
        }

    def estimate(self, workers: int = 1) -> Estimate:
        """Say what making the study would take, by one run of its first arm."""
        rows = self.store.rows() if self.store.folder.exists() else {}
        wanted = {run.id: run for run in self.plan.runs}
        stored = sum(run in rows for run in wanted)
        first = next(iter(wanted.values()))
        item = Item(first.id, dict(first.arm.changes), first.seed)
        make_row(self.plan.subject, item)  # imports and compiles
        begun = time.perf_counter()
        row = make_row(self.plan.subject, item)
        each = time.perf_counter() - begun
        values = len(row.outcomes) + sum(map(len, row.weekly.values()))
        return Estimate(
            runs=len(wanted),
            stored=stored,
            seconds_per_run=each,
            seconds=each * (len(wanted) - stored) / workers,
            disk=len(wanted) * (values * BYTES_PER_VALUE + 100),
        )

    def spent(self) -> tuple[float, float]:
        """Return the seconds that making took, and that the runs took, over all sessions that ended."""
        ended = [entry for entry in self.store.journal() if entry.get("event") == "end"]
        return sum(entry["seconds"] for entry in ended), sum(entry["work"] for entry in ended)

    # --- Reading -------------------------------------------------------------------------------

    def frame(self) -> pd.DataFrame:
        """Return a row for each finished run, in the order of the plan; see `sim.study.table`."""
        return tidy(self.plan, self.store.rows())

    def weekly(self) -> pd.DataFrame:
        """Return a row for each week of each finished run, for the figures kept week by week."""
        return weekly_table(self.plan, self.store.rows())

    def find(self, run_id: str) -> Run:
        """Return a run by its identifier, or by a beginning of it that is unique.

        Raises:
            InputError: the plan has no such run, or several.
        """
        found = {run.id: run for run in self.plan.runs if run_id and run.id.startswith(run_id)}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            some = ", ".join(sorted(found)[:4])
            raise InputError(
                f'run "{run_id}" of {self.plan.name} could be {some}; give more digits.'
            )
        if run_id in self.store.rows():
            raise InputError(
                f'run "{run_id}" is stored in {self.plan.name}, but was made by another version of '
                "the code or for another plan; check out that version to replay it."
            )
        known = [run.id for run in self.plan.runs]
        hint = did_you_mean(run_id, known) or f"; `redmaple show {self.plan.name}` lists them."
        raise InputError(f'study {self.plan.name} has no run "{run_id}"{hint}')

    def replay(self, run_id: str) -> tuple[Run, Row | None, Row]:
        """Make one run again; return the run, what is stored of it (if anything), and what came.

        Raises:
            InputError: the plan has no such run.
        """
        run = self.find(run_id)
        made = make_row(self.plan.subject, Item(run.id, dict(run.arm.changes), run.seed))
        return run, self.store.rows().get(run.id), made


def _of_any_version(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a plan studies, whatever version of the code it was made with."""
    return {name: value for name, value in plan["subject"].items() if name != "version"}


def subject_of(content: Mapping[str, Any]) -> Subject:
    """Return the subject that a manifest describes.

    Raises:
        InputError: it is of a kind that this version does not know.
    """
    match content["kind"]:
        case "community":
            return CommunitySubject.from_manifest(content)
        case "known":
            from sim.study.known import Known

            return Known.from_manifest(content)
        case kind:
            raise InputError(f'a study of the kind "{kind}" cannot be read by this version.')


def names(root: Path | str = ROOT) -> list[str]:
    """Return the names of the studies in a folder."""
    return sorted(path.parent.name for path in Path(root).glob(f"*/{MANIFEST}"))


def _check_name(name: str) -> None:
    right = name and len(name) <= 100 and name[0] != "." and name[0] != "-"
    if not right or not all(letter.isalnum() or letter in "-_." for letter in name):
        raise InputError(
            f'a study cannot be called "{name}": give letters, digits, "-", "_" and "." (at most 100).'
        )


def complete(frame: pd.DataFrame) -> bool:
    """Return whether every run of a table was done."""
    return bool((frame["status"] == DONE).all())
