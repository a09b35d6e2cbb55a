"""Experiments: one file or folder a question, from a plan written beforehand to a verdict.

An experiment states its question, design, measure and predictions in a docstring, and gives `plans`
(what is run), `tables` (what came out), `verdicts` (what became of each prediction) and `figures`.
A short one is a file of `experiments/`; a long one a folder with a file for each of these
(`question.py`, `design.py`, `tables.py`, `verdicts.py`, `figures.py`) and others that they share.
This module finds them, has their studies made, and publishes a folder that stands by itself: tables,
figures, verdicts, the runs they rest on and the command that makes them.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sim.editions import EDITION, note
from sim.errors import InputError, did_you_mean, drawing, shown
from sim.results import NOTICE, commit, plain, versions
from sim.study.plan import RESERVED, Plan, Run, tags_of
from sim.study.precision import Plans
from sim.study.store import read_parquet
from sim.study.study import ROOT, Estimate, Report, Study
from sim.study.table import DONE
from sim.study.verdict import Verdict
from sim.study.wording import LANGUAGES
from sim.system.crew import Crew
from sim.system.folders import new_folder

if TYPE_CHECKING:
    import pandas as pd

SCALES = ("quick", "full")
INDICATIVE = (
    "Quick scale: a tenth of the people and few runs. Indicative only; `--scale full` decides."
)
HOMES = {
    "question": ("NAME", "TITLE", "PREDICTIONS"),
    "design": ("OUTCOMES", "plans"),
    "tables": ("tables", "achieved"),
    "verdicts": ("verdicts",),
    "figures": ("figures",),
}
"""What an experiment must define, by the file of its folder; one that is a file defines it all."""

PLACE = ["block", "arm", "replication"]
"""What says which run of its plan a run is, whatever the code that made it."""

ABOUT, RUNS, VERDICTS = "experiment.json", "runs", "verdicts.csv"
OUT = Path("results") / "experiments"

REFERENCE = Path(__file__).parents[2] / "results" / "reference"
"""Where results are published; not there in an installed package."""

type Progress = Callable[[str, int, int, int], None] | None
"""Told the plan's name, how many runs are there, of how many, and how many failed."""


# --- Finding -----------------------------------------------------------------------------------


def folder() -> Path:
    """Return the folder of the experiments that come with the package."""
    installed = Path(__file__).parents[1] / "_experiments"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "experiments"


def available() -> list[str]:
    """Return the names of the experiments that come with the package."""
    found = [path.stem for path in folder().glob("*.py")]
    found += [path.parent.name for path in folder().glob(f"*/{next(iter(HOMES))}.py")]
    return sorted(name for name in found if name[0] != "_")


def load(name: str) -> ModuleType:
    """Return an experiment by its name, or by the path of its file or folder.

    Returns:
        A module with the question as its docstring and all that `HOMES` lists.

    Raises:
        InputError: there is none, it is not Python, or it lacks a part.
    """
    place = _place(name)
    if place is None:
        hint = did_you_mean(name, available()) or f"; there are {', '.join(available())}."
        raise InputError(f"there is no experiment {shown(name)}{hint}")
    title = f"redmaple_experiment_{place.stem}"
    for loaded in [one for one in sys.modules if one.partition(".")[0] == title]:
        del sys.modules[loaded]
    found = _gathered(title, place) if place.is_dir() else _executed(title, place)
    missing = [part for parts in HOMES.values() for part in parts if not hasattr(found, part)]
    if missing:
        raise InputError(f"{place} is no experiment: it does not define {', '.join(missing)}.")
    return found


def _place(name: str) -> Path | None:
    """Return the file or folder of an experiment; None where there is none."""
    own = Path(name)
    places = [own] if own.suffix == ".py" or len(own.parts) > 1 or own.is_dir() else []
    places += [folder() / name, folder() / f"{name}.py"] if name.isidentifier() else []
    there = [one for one in places if one.is_dir() or (one.suffix == ".py" and one.is_file())]
    return next((one for one in there if one.stem.isidentifier()), None)


def _executed(title: str, path: Path) -> ModuleType:
    """Return the module that a file makes.

    Raises:
        InputError: it is not Python.
    """
    spec = importlib.util.spec_from_file_location(title, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[title] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise InputError(f"{error.filename}, line {error.lineno}: {error.msg}.") from None
    return module


def _gathered(title: str, place: Path) -> ModuleType:
    """Return a module with what the files of a folder define; they import one another by `.name`.

    Raises:
        InputError: a file is missing or not Python.
    """
    package = ModuleType(title)
    package.__path__ = [str(place)]
    sys.modules[title] = package
    found = ModuleType(title)
    for home, parts in HOMES.items():
        path = place / f"{home}.py"
        if not path.is_file():
            raise InputError(f"{place} is no experiment: it has no {home}.py.")
        name = f"{title}.{home}"
        module = sys.modules.get(name) or _executed(name, path)
        if home == "question":
            found.__doc__ = module.__doc__
        for part in parts:
            if hasattr(module, part):
                setattr(found, part, getattr(module, part))
    return found


def question(module: ModuleType) -> str:
    """Return an experiment's question: the first paragraph of its docstring."""
    return " ".join((module.__doc__ or "").strip().partition("\n\n")[0].split())


def check_scale(scale: str) -> None:
    """Check the name of a scale.

    Raises:
        InputError: there is no such scale.
    """
    if scale not in SCALES:
        hint = did_you_mean(scale, SCALES) or "."
        raise InputError(f'--scale {shown(scale)} is not one of "quick", "full"{hint}')


# --- Conducting --------------------------------------------------------------------------------


class Part(NamedTuple):
    """One study of an experiment.

    Attributes:
        plan: as it was last run.
        report: what came of making it.
        dropped: blocks left out because a run of theirs failed.
        seconds: time that making took, over all sessions.
        work_seconds: time that the runs took, added up over workers and sessions.
    """

    plan: Plan
    report: Report
    dropped: list[int]
    seconds: float
    work_seconds: float


class Result(NamedTuple):
    """What came of an experiment.

    Attributes:
        frames: the table of each study, by the plan's name, without the blocks left out.
        parts: the studies.
        tables: what is published.
        verdicts: one a prediction.
        seconds: time it took, stored runs not made again.
        precision: half-width that was asked for, or None.
    """

    frames: dict[str, pd.DataFrame]
    parts: list[Part]
    tables: dict[str, pd.DataFrame]
    verdicts: list[Verdict]
    seconds: float
    precision: float | None


def conduct(
    module: ModuleType,
    scale: str,
    crew: Crew | None = None,
    root: Path | str = ROOT,
    precision: float | None = None,
    progress: Progress = None,
    retry: bool = False,
) -> Result:
    """Make the studies of an experiment one after another, and judge its predictions.

    A block with a failed run is left out of the tables whole, so that what is compared stays
    paired; it is listed in the result.

    Raises:
        InputError: a study cannot be made, or every block of one has a failed run.
    """
    check_scale(scale)
    begun = time.monotonic()
    parts: dict[str, Part] = {}
    frames: dict[str, pd.DataFrame] = {}
    planned = planned_by(module, scale, precision)
    plan = next(planned)
    while True:
        study = Study(plan, root)
        report = study.make(crew, _told(progress, plan.name), retry)
        frame, dropped = whole_blocks(study.frame())
        if frame.empty:
            raise InputError(
                f"study {plan.name}: no block is whole, {len(report.failed)} runs failed; "
                f"{replay_command(plan.name, report.failed[0].run_id)} shows one."
            )
        frames[plan.name] = frame
        parts[plan.name] = Part(plan, report, dropped, *study.spent())
        try:
            plan = planned.send(frame)
        except StopIteration:
            break
    tables = module.tables(frames)
    verdicts = module.verdicts(tables)
    seconds = time.monotonic() - begun
    return Result(frames, list(parts.values()), tables, verdicts, seconds, precision)


def planned_by(module: ModuleType, scale: str, precision: float | None = None) -> Plans:
    """Return the plans of an experiment.

    Raises:
        InputError: a precision is asked for, and the experiment has a fixed number of worlds.
    """
    if "precision" in inspect.signature(module.plans).parameters:
        return cast(Plans, module.plans(scale, precision))
    if precision is not None:
        raise InputError(
            f"--precision {precision:g}: experiment {module.NAME} has a fixed number of worlds; leave "
            "the option out."
        )
    return cast(Plans, module.plans(scale))


def _told(progress: Progress, name: str) -> Callable[[int, int, int], None] | None:
    if progress is None:
        return None
    return lambda there, of, failed: progress(name, there, of, failed)


def whole_blocks(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """Return a table without the blocks in which a run failed, and the numbers of those blocks."""
    broken = sorted({int(block) for block in frame.loc[frame["status"] != DONE, "block"]})
    return frame[~frame["block"].isin(broken)].reset_index(drop=True), broken


def estimate(module: ModuleType, scale: str, workers: int, root: Path | str = ROOT) -> Estimate:
    """Say what the first study of an experiment would take; later ones may depend on its results."""
    check_scale(scale)
    return Study(next(planned_by(module, scale)), root).estimate(workers)


def published(module: ModuleType, scale: str) -> dict[str, Any] | None:
    """Return what the published run of an experiment says of itself; None where there is none."""
    path = REFERENCE / module.NAME / ABOUT
    if not path.is_file():
        return None
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return about if about["scale"] == scale else None


def replay_command(study: str, run_id: str) -> str:
    """Return the command that makes one run again."""
    return f"`redmaple replay {study} {run_id}`"


# --- Publishing --------------------------------------------------------------------------------


def publish(
    module: ModuleType, scale: str, result: Result, out: Path, command: str
) -> dict[str, Any]:
    """Write a folder that stands by itself, whole or not at all; return what it says of itself.

    `runs/` keeps the columns that the tables are made of, so that they can be made again without
    running anything (`derived`).
    """
    about = plain(_about(module, scale, result, command))
    with new_folder(out) as place:
        (place / RUNS).mkdir()
        for name, frame in result.frames.items():
            plan = next(part.plan for part in result.parts if part.plan.name == name)
            kept = _kept(frame, plan, module.OUTCOMES)
            kept.to_parquet(place / RUNS / f"{name}.parquet", index=False, compression="zstd")
        write_tables(place, result.tables, result.verdicts)
        about["figures"] = write_figures(module, result.tables, scale, place)
        text = json.dumps(about, ensure_ascii=False, indent=1, allow_nan=False)
        (place / ABOUT).write_text(text + "\n", encoding="utf-8")
    return about  # type: ignore[no-any-return]


def _about(module: ModuleType, scale: str, result: Result, command: str) -> dict[str, Any]:
    return {
        "experiment": module.NAME,
        "edition": EDITION,
        "title": module.TITLE,
        "question": question(module),
        "scale": scale,
        "command": command,
        "precision": result.precision,
        "achieved": module.achieved(result.frames),
        "seconds": round(sum(part.seconds for part in result.parts)),
        "predictions": [prediction._asdict() for prediction in module.PREDICTIONS],
        "studies": [
            {
                "name": part.plan.name,
                "runs": part.report.runs,
                "failed": [row.run_id for row in part.report.failed],
                "blocks_left_out": part.dropped,
                "seconds": round(part.seconds),
                "work_seconds": round(part.work_seconds),
                "code": part.plan.subject.code(),
                "seed": part.plan.seed,
                "replications": part.plan.replications,
            }
            for part in result.parts
        ],
        "git": commit(),
        "versions": versions(),
        "calibrated": False,
        "notice": NOTICE,
    }


def _kept(frame: pd.DataFrame, plan: Plan, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return the columns of a table that are published."""
    wanted = dict.fromkeys([*RESERVED, *tags_of(plan.arms), *outcomes])
    return frame[[name for name in wanted if name in frame.columns]]


def write_tables(
    place: Path, tables: Mapping[str, pd.DataFrame], verdicts: Sequence[Verdict]
) -> None:
    """Write every table and the verdicts as CSV, with as many digits as give the value back."""
    import pandas as pd

    for name, table in tables.items():
        table.to_csv(place / f"{name}.csv", index=False)
    pd.DataFrame([verdict._asdict() for verdict in verdicts]).to_csv(place / VERDICTS, index=False)


def write_figures(
    module: ModuleType, tables: Mapping[str, pd.DataFrame], scale: str, place: Path
) -> list[str]:
    """Write the figures in every language as PNG and SVG; return the names of those there are."""
    from sim.analysis.charts import save

    names: list[str] = []
    for language in LANGUAGES:
        figures: Mapping[str, Any] = {}
        with drawing(f"what {module.NAME} shows in {language}"):
            figures = module.figures(tables, language, scale)
        for name, figure in figures.items():
            with drawing(f"{name}.{language}"):
                save(figure, place, f"{name}.{language}")
                names.append(f"{name}.{language}")
    return names


def stored(out: Path) -> dict[str, pd.DataFrame]:
    """Return the runs that a published folder keeps, by the plan's name."""
    return {
        path.stem: read_parquet(path).to_pandas(use_threads=False)
        for path in sorted((out / RUNS).glob("*.parquet"))
    }


def edition_of(about: Mapping[str, Any]) -> int:
    """Return which edition of the model made a published experiment."""
    return int(about.get("edition", 1))


def derived(module: ModuleType, out: Path) -> tuple[dict[str, pd.DataFrame], list[Verdict]]:
    """Make tables and verdicts again from the runs that a published folder keeps."""
    about = json.loads((out / ABOUT).read_text(encoding="utf-8"))
    kept = stored(out)
    frames = {study["name"]: kept[study["name"]] for study in about["studies"]}
    tables = module.tables(frames)
    return tables, module.verdicts(tables)


def published_study(out: Path, name: str) -> tuple[Plan, pd.DataFrame]:
    """Return the plan and the kept runs of one study of a published folder.

    The plan is made anew: stages that depend on earlier ones are decided by the runs that are kept.

    Raises:
        InputError: the folder is none, has no such study, or another edition of the model made it.
    """
    try:
        about = json.loads((out / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{out} is no published experiment ({error}).") from None
    if edition_of(about) != EDITION:
        when = (about.get("git") or {}).get("commit", "of that time")
        raise InputError(
            f"{out} was made with edition {edition_of(about)} of the model and this is edition"
            f" {EDITION}, in which its runs come out differently; commit {when} makes them again."
        )
    kept = stored(out)
    if name not in kept:
        hint = did_you_mean(name, kept) or f"; it has {', '.join(kept)}."
        raise InputError(f'{out} has no study "{name}"{hint}')
    planned = planned_by(load(about["experiment"]), about["scale"], about["precision"])
    plan = next(planned)
    try:
        while plan.name != name or plan.size < len(kept[name]):
            known = kept[plan.name].set_index(PLACE, drop=False)
            wanted = [key for key in _places(plan) if key in known.index]
            plan = planned.send(known.loc[wanted].reset_index(drop=True))
    except (StopIteration, KeyError):
        raise InputError(
            f"{out}: this version of {about['experiment']} plans other studies than {name}."
        ) from None
    return plan, kept[name]


def published_run(plan: Plan, kept: pd.DataFrame, run_id: str) -> tuple[Run, dict[str, Any]]:
    """Return a run of a published study by the beginning of its identifier, and what is kept of it.

    The identifier is that of the code which made the run; the run returned is that of today's code,
    found by its place in the plan, so that it can be seen whether the two still agree.

    Raises:
        InputError: no run of the study, or several, have such an identifier.
    """
    found = kept[kept["run_id"].str.startswith(run_id)].drop_duplicates("run_id")
    if len(found) != 1 or not run_id:
        raise InputError(
            f'study {plan.name} has {len(found)} published runs "{run_id}"; give the run_id of one.'
        )
    row = {str(name): value for name, value in found.iloc[0].items()}
    place = tuple(row[name] for name in PLACE)
    return next(run for key, run in _places(plan).items() if key == place), row


def _places(plan: Plan) -> dict[tuple[int, str, int], Run]:
    """Return the runs of a plan by block, arm and replication."""
    return {(run.arm.block, run.arm.label, run.replication): run for run in plan.runs}


def gallery(folder: Path) -> str:
    """Return the page on all published experiments of a folder: verdicts, circumstances, figures."""
    import pandas as pd

    lines = [
        "<!-- Made by `python -m sim.study.experiment`; do not edit by hand. -->",
        "",
        "# Published results",
        "",
        f"{NOTICE} Predictions were written before the runs; what *refuted* means is said in a"
        " [decision](../../docs/decisions/0017-refuted-means-the-criterion-or-a-contradiction.md).",
    ]
    for place in sorted(path.parent for path in folder.glob(f"*/{ABOUT}")):
        about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        claims = {one["id"]: one["claim"] for one in about["predictions"]}
        runs = sum(study["runs"] for study in about["studies"])
        said = note(edition_of(about))
        lines += [
            "",
            f"## {about['title']['en']} · {about['title']['zh']}",
            "",
            about["question"],
            "",
            *([f"**{said}** {note(edition_of(about), 'zh')}", ""] if said else []),
            f"`{about['command']}`: {runs:,} runs, {_clock(about['seconds'])}. {about['achieved']}",
            "",
            "| | prediction | finding | numbers |",
            "|---|---|---|---|",
        ]
        for row in pd.read_csv(place / VERDICTS).itertuples():
            numbers = str(row.numbers).replace("|", "\\|")
            lines.append(f"| {row.id} | {claims[str(row.id)]} | **{row.finding}** | {numbers} |")
        for name in about["figures"]:
            if name.endswith(f".{LANGUAGES[0]}"):
                stem = name.removesuffix(f".{LANGUAGES[0]}")
                chinese = f"[中文]({place.name}/{stem}.{LANGUAGES[1]}.png)"
                lines += ["", f"![{stem}]({place.name}/{name}.png) {chinese}"]
    return "\n".join(lines) + "\n"


# --- Text --------------------------------------------------------------------------------------


def summary_text(module: ModuleType, scale: str, result: Result, out: Path) -> str:
    """Return verdicts and circumstances on one page, at most 100 columns wide."""
    import textwrap

    runs = sum(part.report.runs for part in result.parts)
    made = sum(part.report.made for part in result.parts)
    lines = [*textwrap.wrap(question(module), 99), NOTICE]
    if scale == "quick":
        lines.append(INDICATIVE)
    lines += ["", f"{runs:,} runs ({made:,} made now) in {_clock(result.seconds)}", ""]
    lines += [*textwrap.wrap(module.achieved(result.frames), 99), ""]
    claims = {prediction.id: prediction for prediction in module.PREDICTIONS}
    for verdict in result.verdicts:
        claim = claims[verdict.id].claim
        lines += textwrap.wrap(f"{verdict.id:<6}{verdict.finding.upper():<11}{claim}", 99,
                               subsequent_indent=" " * 17)  # fmt: skip
        lines += textwrap.wrap(verdict.numbers, 99, initial_indent=" " * 17,
                               subsequent_indent=" " * 17)  # fmt: skip
    for part in result.parts:
        lines += failures(part.plan.name, part.report, part.dropped)
    lines += ["", "Tables, figures (en, zh), verdicts and the runs behind them are in", f"  {out}"]
    return "\n".join(lines)


def failures(study: str, report: Report, dropped: Sequence[int] = ()) -> list[str]:
    """Return what went wrong in a study, each with the command that shows it; empty if nothing."""
    lines = []
    if report.damaged:
        lines += [
            "",
            f"{study}: {report.damaged} damaged chunks were set aside, their runs made again.",
        ]
    if report.strangers:
        lines += [
            "",
            f"{study}: {report.strangers:,} stored runs are of another version of the code or of "
            "another plan, and are not used.",
        ]
    if not report.failed:
        return lines
    lines += ["", f"{study}: {len(report.failed)} runs failed; blocks left out: {list(dropped)}."]
    for row in report.failed[:5]:
        lines.append(f"  {row.run_id}  {row.error}")
        lines.append(f"    alone: {replay_command(study, row.run_id)}")
    if len(report.failed) > 5:
        lines.append(f"  … and {len(report.failed) - 5} more: `redmaple show {study} --failed`")
    return lines


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def main() -> None:
    """Write the page on the published results."""
    (REFERENCE / "README.md").write_text(gallery(REFERENCE), encoding="utf-8")


if __name__ == "__main__":
    main()
