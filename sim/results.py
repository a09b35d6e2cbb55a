"""Run a scenario, keep what came of it, and say it on one page.

A result is a folder that is complete or not there at all: it is written beside its place, flushed
to the disk and then renamed. Results and digests depend on scenario, seeds and weeks alone, not on
paths, times or the number of processes.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.editions import EDITION
from sim.errors import InputError, drawing
from sim.records import NOTHING, Outcome, bounds_of, declared, mean_known, share
from sim.scenario import Scenario, people
from sim.statistics import FEWEST, mean_interval
from sim.system.crew import processes
from sim.system.folders import new_folder, try_folder
from sim.system.gather import DEADLY, alone, gather
from sim.system.machine import processors

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import Community

type Progress = Callable[[int, int], None] | None

NOTICE = "Uncalibrated: the model explains and explores; its numbers are no forecast for any place."
FILES = (
    "weekly.parquet",
    "weekly.csv",
    "outcomes.csv",
    "run.json",
    "overview.png",
    "overview.svg",
)
"""What the folder of a result holds."""

PACKAGES = ("redmaple", "numpy", "numba", "mesa", "pandas", "scipy")
ENOUGH_FOR_A_POOL = 40_000_000
"""Resident-weeks from which starting further processes pays."""


# --- Runs --------------------------------------------------------------------------------------


class Task(NamedTuple):
    """One run to be made: scenario, weeks of the programme, seed."""

    scenario: Scenario
    weeks: int
    seed: int


class Run(NamedTuple):
    """What came of one run.

    Attributes:
        seed: its seed.
        weekly: a row a week, counts for the whole community, as `Records.to_frame` gives it.
        outcomes: one value per figure for the whole period.
        digest: hexadecimal SHA-256 of everything the community was at the end, and its records.
    """

    seed: int
    weekly: pd.DataFrame
    outcomes: dict[str, float]
    digest: str


def run_one(task: Task, progress: Callable[[int], None] | None = None) -> Run:
    """Make one run; `progress` is told the weeks done."""
    return _run_of(task, _lived(task, progress))


def _lived(task: Task, progress: Callable[[int], None] | None) -> Community:
    """Return the community of a run at its end."""
    from sim.model import Community

    community = Community(task.scenario, rng=task.seed, collect=False)
    for week in range(task.weeks):
        community.run_for(1)
        if progress is not None:
            progress(week + 1)
    return community


def _run_of(task: Task, community: Community) -> Run:
    records = community.records
    return Run(task.seed, records.to_frame(), records.outcomes(), community.digest())


class Places(NamedTuple):
    """What came of each micro-grid in one run.

    Attributes:
        x, y: float64[micro-grid], where it lies, km.
        taking_part: float64[micro-grid], share of its residents at an event within 13 weeks.
    """

    x: Any
    y: Any
    taking_part: Any


def run_with_places(
    task: Task, progress: Callable[[int], None] | None = None
) -> tuple[Run, Places]:
    """Make one run; also say what came of each micro-grid."""
    from sim.columns import EVENT, QUARTER_WEEKS

    community = _lived(task, progress)
    grids = community.micro_grids
    lately = np.uint64((1 << QUARTER_WEEKS) - 1)
    acted = (community.residents.history >> np.uint64(16 * EVENT)) & lately != 0
    counts = np.concatenate(([0], np.cumsum(acted)))
    people = np.maximum(grids.last - grids.first, 1)
    here = (counts[grids.last] - counts[grids.first]) / people
    return _run_of(task, community), Places(grids.x.astype(float), grids.y.astype(float), here)


def run_many[R](
    tasks: Sequence[Task],
    make: Callable[..., R],
    progress: Progress = None,
    workers: int | None = None,
) -> list[R]:
    """Make several runs and return them in the order of the tasks, whoever made them.

    Args:
        tasks: the runs to be made.
        make: what makes one run of a task, such as `run_one`; other processes must be able to
            import it. It may tell a function given as its second argument the weeks done.
        progress: told how much is done, of how much; weeks without other processes, runs with.
        workers: processes; None takes as many as there are processors where the work is large.
            A script that asks for more than one needs the usual `if __name__ == "__main__"`.

    Raises:
        InputError: a run killed the process that made it, and the next one too.
    """
    wanted = _workers(tasks) if workers is None else workers
    if wanted < 2 or len(tasks) < 2:
        return list(_in_this_process(tasks, progress, make))
    crew, numbers, done = processes(min(wanted, len(tasks))), count(), dict[int, R]()

    def take() -> _Numbered | None:
        number = next(numbers)
        return _Numbered(number, tasks[number]) if number < len(tasks) else None

    def keep(task: _Numbered, run: R) -> None:
        done[task.number] = run
        if progress is not None:
            progress(len(done), len(tasks))

    made: Callable[[_Numbered], R] = partial(_make_numbered, make)
    while len(done) < len(tasks):
        for suspect in gather(take, made, crew, keep):
            again = alone(suspect, made, crew)
            if again is None:
                raise InputError(f"seed {suspect.task.seed}: {DEADLY}.")
            keep(suspect, again[0])
    return [done[number] for number in range(len(tasks))]


class _Numbered(NamedTuple):
    """A run to be made, and its place among all."""

    number: int
    task: Task


def _make_numbered[R](make: Callable[[Task], R], numbered: _Numbered) -> R:
    return make(numbered.task)


def _workers(tasks: Sequence[Task]) -> int:
    """Return how many processes the tasks are worth."""
    size = sum(
        people(task.scenario) * (task.weeks + int(task.scenario.value("population.burn_in")))
        for task in tasks
    )
    return processors() if size >= ENOUGH_FOR_A_POOL else 1


def _in_this_process[R](
    tasks: Sequence[Task], progress: Progress, make: Callable[..., R]
) -> Iterator[R]:
    total = sum(task.weeks for task in tasks)
    before = 0
    for task in tasks:
        yield make(task, None if progress is None else _from(before, total, progress))
        before += task.weeks


def _from(before: int, total: int, progress: Callable[[int, int], None]) -> Callable[[int], None]:
    """Return what a run is to call with its weeks, to tell the progress of all runs."""
    return lambda week: progress(before + week, total)


def seeds_from(seed: int, replications: int) -> list[int]:
    """Return the seeds of the replications: the given one and those that follow it."""
    return [seed + replication for replication in range(replications)]


def combined_digest(runs: Sequence[Run]) -> str:
    """Return the digest of the only run, or of the digests of all in their order."""
    if len(runs) == 1:
        return runs[0].digest
    return hashlib.sha256("\n".join(run.digest for run in runs).encode()).hexdigest()


# --- Tables ------------------------------------------------------------------------------------


def long_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return all weeks of all runs: `replication`, `seed`, `week`, `date` and every figure."""
    import pandas as pd

    tables = []
    for replication, run in enumerate(runs):
        table = run.weekly.reset_index()
        table.insert(0, "replication", replication)
        table.insert(1, "seed", run.seed)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def outcome_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return a row a run: `replication`, `seed` and every figure for the whole period."""
    import pandas as pd

    table = pd.DataFrame([run.outcomes for run in runs])
    table.insert(0, "replication", range(len(runs)))
    table.insert(1, "seed", [run.seed for run in runs])
    return table


# --- What a result says of itself ----------------------------------------------------------------


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that bear on a result."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "unknown"
    return found


def commit() -> dict[str, Any] | None:
    """Return git commit and whether the sources differ from it; None outside a repository."""
    home = Path(__file__).parents[1]
    if _git(home, "ls-files", "--error-unmatch", "sim/records.py") is None:
        return None
    identifier = _git(home, "rev-parse", "HEAD")
    changed = _git(home, "status", "--porcelain", "--", "sim", "scenarios")
    return None if identifier is None else {"commit": identifier, "dirty": bool(changed)}


def _git(home: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(home), *arguments],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def about_scenario(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as a manifest keeps it: words, every number, stories, digest."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "title_zh": scenario.title_zh,
        "label": scenario.label,
        "label_zh": scenario.label_zh,
        "digest": scenario.digest(),
        "numbers": scenario.resolved(),
        "given": dict(scenario.given),
        "story": [{**asdict(need), "who": dict(need.who)} for need in scenario.story],
    }


def manifest(scenario: Scenario, weeks: int, runs: Sequence[Run]) -> dict[str, Any]:
    """Return what it takes to make the result again, and to read it."""
    from sim.system.sources import source_digest

    return {
        "scenario": about_scenario(scenario),
        "weeks": weeks,
        "replications": len(runs),
        "seeds": [run.seed for run in runs],
        "digest": combined_digest(runs),
        "digests": [run.digest for run in runs],
        "edition": EDITION,
        "source_digest": source_digest(),
        "git": commit(),
        "versions": versions(),
        "calibrated": False,
        "notice": NOTICE,
        "figures": {name: asdict(figure) for name, figure in declared().items()},
    }


# --- Files ---------------------------------------------------------------------------------------


def _check_folder(folder: Path) -> None:
    """Check that a folder is free, or holds an older result and nothing else."""
    if not folder.exists():
        return
    strangers = sorted({path.name for path in folder.iterdir()} - set(FILES))
    if strangers:
        raise InputError(
            f"--out {folder} holds other files, such as {strangers[0]}; give a new folder, an empty "
            "one, or one with an older result."
        )


def plain(value: Any) -> Any:
    """Return a value as JSON knows it; what is not a finite number becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    return value


def draw_overview(place: Path) -> None:
    """Draw the overview of the result in a folder, which holds its tables and its manifest."""
    from sim.analysis import overview
    from sim.study.store import read_parquet

    about = json.loads((place / "run.json").read_text(encoding="utf-8"))
    weekly = read_parquet(place / "weekly.parquet").to_pandas(use_threads=False)
    overview.save(overview.draw(weekly, about), place / "overview.png", place / "overview.svg")


def store(
    folder: Path,
    scenario: Scenario,
    weeks: int,
    runs: Sequence[Run],
    draw: Callable[[Path], None] = draw_overview,
) -> dict[str, Any]:
    """Write tables, manifest and overview figure; return the manifest.

    `draw` makes the figure in the folder that holds all else. A figure that cannot be drawn takes nothing else with it: a warning says what came in its way.
    """
    about = plain(manifest(scenario, weeks, runs))
    weekly = long_table(runs)
    with new_folder(folder) as place:
        weekly.to_parquet(place / "weekly.parquet", index=False)
        weekly.to_csv(place / "weekly.csv", index=False, date_format="%Y-%m-%d")
        outcome_table(runs).to_csv(place / "outcomes.csv", index=False)
        text = json.dumps(about, ensure_ascii=False, indent=1, allow_nan=False)
        (place / "run.json").write_text(text + "\n", encoding="utf-8")
        with drawing("the overview"):
            draw(place)
    return about  # type: ignore[no-any-return]


def run_and_store(
    scenario: Scenario,
    weeks: int,
    seed: int = 1,
    replications: int = 1,
    out: Path | str | None = None,
    progress: Progress = None,
    draw: Callable[[Path], None] = draw_overview,
) -> dict[str, Any]:
    """Run a scenario and keep the result in a folder.

    Args:
        scenario: a checked scenario.
        weeks: weeks of the programme, after the burn-in.
        seed: seed of the first replication; the others take those that follow.
        replications: number of runs.
        out: folder; `results/<scenario>/<first 12 digits of the digest>` where None.
        progress: told how much is done, of how much.
        draw: makes the overview in the folder of the result, here or in another process.

    Returns:
        What JSON output shows: `outcomes` (means over the replications), their 95 % `interval`
        where there are two replications or more, `digest`, `seed`, where the files are.

    Raises:
        InputError: the folder holds something else.
    """
    if out is not None:
        _check_folder(Path(out))
    try_folder(Path("results") / scenario.name if out is None else Path(out))
    seeds = seeds_from(seed, replications)
    tasks = [Task(scenario, weeks, number) for number in seeds]
    runs = run_many(tasks, run_one, progress)
    digest = combined_digest(runs)
    folder = Path("results") / scenario.name / digest[:12] if out is None else Path(out)
    about = store(folder, scenario, weeks, runs, draw)
    result = {
        "scenario": scenario.name,
        "title": scenario.title or scenario.name,
        "weeks": weeks,
        "seed": seed,
        "replications": replications,
        "digest": digest,
        "digests": about["digests"],
        "calibrated": False,
        "notice": NOTICE,
        "version": about["versions"]["redmaple"],
        "folder": str(folder),
        "files": [name for name in FILES if (folder / name).exists()],
        "outcomes": mean_outcomes(runs),
        "start": start_values(runs),
        "stocks": stocks(runs),
    }
    if replications > 1:
        result["interval"] = intervals(runs)
    return plain(result)  # type: ignore[no-any-return]


def mean_over_runs(values: Sequence[float]) -> float:
    """Return the mean of the runs that have a figure; `NOTHING` where no run has."""
    return float(mean_known(np.array(values)[:, None])[0])


def mean_outcomes(runs: Sequence[Run]) -> dict[str, float]:
    """Return the mean over the replications of every figure, of those that have one."""
    return {name: mean_over_runs([run.outcomes[name] for run in runs]) for name in runs[0].outcomes}


def intervals(runs: Sequence[Run]) -> dict[str, list[float]]:
    """Return the 95 % interval of every figure's mean over the replications that have one.

    It keeps within the figure's bounds.
    """
    known = {
        name: [run.outcomes[name] for run in runs if not math.isnan(run.outcomes[name])]
        for name in runs[0].outcomes
    }
    bounds = bounds_of(known)
    return {name: list(mean_interval(known[name], bounds=bounds[name])) for name in known}


def start_values(runs: Sequence[Run]) -> dict[str, float]:
    """Return the mean of week 0 of every figure that is a level, not a flow."""
    figures: dict[str, Outcome] = declared()
    return {
        name: mean_over_runs([run.weekly[name].iloc[0] for run in runs])
        for name in runs[0].outcomes
        if name in figures and figures[name].over_time != "sum"
    }


class Stock(NamedTuple):
    """A stock that weekly flows fill and empty: start + flows in - flows out = end, to the last one.

    Attributes:
        level: the weekly figure that counts the stock at the end of a week.
        into: weekly figures of what joins it.
        out: weekly figures of what leaves it.
    """

    level: str
    into: tuple[str, ...]
    out: tuple[str, ...]


STOCKS = {
    "needs_unfound": Stock("needs_unfound", ("needs_arisen",), ("needs_found", "needs_expired")),
    "needs_open": Stock("needs_open", ("needs_found",), ("needs_closed", "needs_given_up")),
    "hazards_unfound": Stock("hazards_unfound", ("hazards_arisen",), ("hazards_found",)),
    "hazards_there": Stock("hazard_weeks_at_risk", ("hazards_arisen",), ("hazards_fixed",)),
    "disputes_open": Stock(
        "disputes_open", ("disputes_brought",), ("disputes_resolved", "disputes_unresolved")
    ),
    "partners": Stock("partners", ("partners_joined",), ("partners_left",)),
    "points_outstanding": Stock(
        "points_outstanding", ("points_issued",), ("points_redeemed", "points_expired")
    ),
    "fund_balance": Stock("fund_balance", ("fund_income",), ("fund_spending",)),
}
"""What a run inherits from the burn-in, and what of it is left at the end."""


def opening(stock: Stock, weekly: pd.DataFrame) -> float:
    """Return a stock as week 0 begins: what it holds at its end, with that week's flows undone."""
    first = weekly.iloc[0]
    flows = sum(first[name] for name in stock.out) - sum(first[name] for name in stock.into)
    return float(first[stock.level] + flows)


def stocks(runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    """Return every stock before week 0 (`start`) and after the last week (`end`), means over runs."""
    return {
        name: {
            "start": mean_over_runs([opening(stock, run.weekly) for run in runs]),
            "end": mean_over_runs([run.weekly[stock.level].iloc[-1] for run in runs]),
        }
        for name, stock in STOCKS.items()
    }


# --- One page of text ----------------------------------------------------------------------------

MODES = {
    "event": "events",
    "volunteer": "volunteering",
    "report": "reporting",
    "deliberate": "deliberation",
}
GROUPS = {
    "": "everyone",
    "_young": "18-40",
    "_middle": "41-59",
    "_elderly": "60+",
    "_migrant": "migrant",
    "_low_income": "low income",
    "_party_member": "Party",
}
SERVICES = ("medical", "eldercare", "childcare", "repair", "administration", "culture")


SPENDING = ("goods", "honours", "events", "outreach", "staff", "services", "training", "other")
"""What the fund pays for, in the words of its records."""

NO_NUMBER = "–"
"""What stands where there is nobody or nothing to take a figure of."""


def summary_text(result: Mapping[str, Any]) -> str:
    """Return a result on one page of text, at most 100 columns wide."""
    outcomes = _numbers(result["outcomes"])
    runs, weeks = int(result["replications"]), int(result["weeks"])
    seeds = f"seed {result['seed']}"
    if runs > 1:
        seeds = f"{runs} runs, seeds {result['seed']}-{result['seed'] + runs - 1}, means"
        seeds += f", no interval below {FEWEST} runs" if runs < FEWEST else ""
    period = declared()["rate_event"].period(weeks)
    lines = [
        str(result["title"]),
        f"{result['scenario']}, {weeks} weeks, {seeds}, digest {result['digest'][:12]}",
        result["notice"],
        "",
        f"Participation: % of each group with an act within 13 weeks, {period}",
        *_rates(outcomes),
        "Representation index: share of participants over share of adults (1 = proportional)",
        *_representation(outcomes),
        "",
        *_facts(result),
        "",
        f"Files in {result['folder']}:",
        f"  {', '.join(result['files'])}",
    ]
    return "\n".join(lines)


def _row(label: str, cells: Sequence[str]) -> str:
    return f"  {label:<14}" + "".join(f"{cell:>11}" for cell in cells)


def _rates(outcomes: Mapping[str, float]) -> list[str]:
    lines = [_row("", list(GROUPS.values()))]
    for mode, label in MODES.items():
        rates = [_text(outcomes[f"rate_{mode}{group}"], 100, 2) for group in GROUPS]
        lines.append(_row(label, rates))
    return lines


def _representation(outcomes: Mapping[str, float]) -> list[str]:
    lines = []
    for mode, label in MODES.items():
        everyone = outcomes[f"rate_{mode}"]
        cells = [share(outcomes[f"rate_{mode}{group}"], everyone) for group in GROUPS]
        lines.append(_row(label, [_text(cell, 1, 2) for cell in cells]))
    return lines


def _text(value: float | None, factor: float = 1, digits: int = 0) -> str:
    """Return a number with thousands separators; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NO_NUMBER
    rounded = round(value * factor, digits) + 0.0
    return f"{rounded:,.{digits}f}"


def _percent(part: float, whole: float) -> str:
    text = _text(share(part, whole), 100, 1)
    return text if text == NO_NUMBER else f"{text} %"


def _numbers(figures: Mapping[str, float | None]) -> dict[str, float]:
    """Return figures with what JSON has no number for as `NOTHING` again."""
    return {name: NOTHING if value is None else value for name, value in figures.items()}


def _facts(result: Mapping[str, Any]) -> list[str]:
    """Return one line per theme: what happened and, beside it, what the books say.

    Read from left to right, what was there and what came equals what left and what is there.
    """
    o = _numbers(result["outcomes"])
    first: Mapping[str, float] = result["start"]
    held: Mapping[str, Mapping[str, float]] = result["stocks"]
    intervals: Mapping[str, Sequence[float]] | None = result.get("interval")

    def n(name: str, digits: int = 0) -> str:
        return _text(o[name], 1, digits)

    def start(name: str, digits: int = 0) -> str:
        return _text(held[name]["start"], 1, digits)

    def end(name: str, digits: int = 0) -> str:
        return _text(held[name]["end"], 1, digits)

    def between(name: str, digits: int = 0) -> str:
        if intervals is None:
            return ""
        low, high = intervals[name]
        if low is None:
            return ""
        return f" [{_text(low, 1, digits)} to {_text(high, 1, digits)}]"

    def moved(name: str) -> str:
        return f"{_text(first.get(name), 1, 2)} -> {_text(o[name], 1, 2)}"

    closed = o["disputes_resolved"] + o["disputes_unresolved"]
    services = ", ".join(f"{name} {moved(f'satisfaction_{name}')}" for name in SERVICES[:3])
    others = ", ".join(f"{name} {moved(f'satisfaction_{name}')}" for name in SERVICES[3:])
    paid = [f"{name} {n(f'fund_spending_{name}')}" for name in SPENDING]
    rewards = o["fund_spending_goods"] + o["fund_spending_honours"]
    return [
        _line(
            "Events",
            f"{n('events_held')} held, {n('attendance')} attendances, children included"
            f"{between('attendance')}",
        ),
        _line(
            "Volunteering",
            f"{n('volunteer_hours')} hours{between('volunteer_hours')}, "
            f"{n('volunteers_registered')} on the register at the end",
        ),
        _line(
            "Needs",
            f"{start('needs_unfound')} unfound at the start and {n('needs_arisen')} arisen: "
            f"{n('needs_found')} found,",
        ),
        _line(
            "",
            f"{n('needs_expired')} given up before that, {end('needs_unfound')} unfound at the end",
        ),
        _line(
            "",
            f"{start('needs_open')} waiting at the start and {n('needs_found')} found: "
            f"{n('needs_closed')} met{between('needs_closed')},",
        ),
        _line("", f"{n('needs_given_up')} given up, {end('needs_open')} waiting at the end"),
        _line(
            "",
            f"those met had arisen {n('need_wait_median', 1)} weeks before, found or not "
            "(the median, averaged over weeks)",
        ),
        _line(
            "Hazards",
            f"{start('hazards_unfound')} unfound at the start and {n('hazards_arisen')} arisen: "
            f"{n('hazards_found')} found, {end('hazards_unfound')} unfound at the end",
        ),
        _line(
            "",
            f"{start('hazards_there')} there at the start and {n('hazards_arisen')} arisen: "
            f"{n('hazards_fixed')} put right, {end('hazards_there')} left | recorded: "
            f"{n('hazards_recorded')} handled",
        ),
        _line(
            "Disputes",
            f"{n('disputes_arisen')} arisen; {start('disputes_open')} open at the start and "
            f"{n('disputes_brought')} brought: {n('disputes_resolved')} resolved,",
        ),
        _line(
            "",
            f"{n('disputes_unresolved')} closed without, {end('disputes_open')} open at the end; "
            f"{_percent(o['disputes_resolved'], closed)} of the closed resolved",
        ),
        _line(
            "",
            f"recorded: {n('disputes_recorded_resolved')} of {n('disputes_recorded')} resolved = "
            f"{_percent(o['disputes_recorded_resolved'], o['disputes_recorded'])}",
        ),
        _line(
            "Partners",
            f"{start('partners', 1)} at the start, {n('partners_joined', 1)} joined, "
            f"{n('partners_left', 1)} left: {end('partners', 1)} at the end, "
            f"{_percent(o['partners_active'], 1.0)} of them active",
        ),
        _line(
            "", f"{n('projects_done')} projects done, {n('projects_running')} running at the end"
        ),
        _line(
            "Points",
            f"{start('points_outstanding')} outstanding at the start, {n('points_issued')} issued: "
            f"{n('points_redeemed')} redeemed,",
        ),
        _line(
            "", f"{n('points_expired')} expired, {end('points_outstanding')} outstanding at the end"
        ),
        _line(
            "Fund",
            f"{start('fund_balance')} yuan at the start, {n('fund_income')} received, "
            f"{n('fund_spending')} paid: {end('fund_balance')} at the end",
        ),
        *([] if intervals is None else [_line("", f"at the end{between('fund_balance')}")]),
        _line("", f"paid for {', '.join(paid[:5])},"),
        _line("", f"{', '.join(paid[5:])};"),
        _line(
            "",
            "goods and honours per volunteer hour: "
            f"{_text(share(rewards, o['volunteer_hours']), 1, 1)} yuan",
        ),
        _line("Trust", f"{moved('trust')} (0-1, mean; end of the first week -> end of the last)"),
        _line("Satisfaction", services),
        _line("", others),
    ]


def _line(label: str, text: str) -> str:
    return f"{label:<13}{text}"
