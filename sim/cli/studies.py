"""Commands for many runs: experiments, studies of one's own, and what is stored of them."""

from __future__ import annotations

import math
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from sim.cli.shared import (
    WEEKS,
    JsonOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    WeeksOption,
    announce_compilation,
    app,
    between,
    check_out,
    check_run,
    checked_scenario,
    decimals,
    folder,
    print_json,
    say,
)
from sim.errors import InputError, did_you_mean, shown

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.records import Outcome
    from sim.scenario import Scenario
    from sim.study.factors import Factor
    from sim.study.plan import Arm, Plan
    from sim.study.study import Estimate, Study
    from sim.system.crew import Crew

HEADLINES = ("rate_volunteer", "rate_event", "volunteer_hours", "needs_met_share", "fund_balance")
"""Outcomes that `show` and `study` print where none is named."""

DESIGNS = ("grid", "lhs", "free", "morris", "sobol", "fast", "oat")
MOST_SHOWN = 40
VERIFIED = ("intervals", "indices")
INDICES = ("by_factor", "pooled", "plain", "ranking")
"""Tables of the verification of indices."""

WorkersOption = Annotated[
    int | None,
    typer.Option("--jobs", "-j", help="Processes; 1 is this one. All processors if not given."),
]
DaskOption = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help='Dask scheduler such as tcp://host:8786, or "local".'),
]
MpiOption = Annotated[
    bool,
    typer.Option(
        "--mpi", help="Use the ranks of `mpiexec -n N python -m mpi4py.futures -m sim …`."
    ),
]
DryOption = Annotated[
    bool, typer.Option("--dry-run", help="Say how many runs, how long, how much disk; run nothing.")
]
RetryOption = Annotated[bool, typer.Option("--retry", help="Make failed runs again too.")]
RootOption = Annotated[
    Path | None,
    typer.Option("--studies", parser=folder, metavar="DIR", help="Folder of the stored studies."),
]
OutcomeOption = Annotated[
    list[str] | None, typer.Option("--outcome", metavar="NAME", help="Outcome; may be repeated.")
]


# --- Making ------------------------------------------------------------------------------------


@app.command()
def experiment(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Experiment; none lists them.")
    ] = None,
    scale: Annotated[str, typer.Option(help="quick (a minute or two) or full.")] = "quick",
    precision: Annotated[
        float | None,
        typer.Option(help="Half-width that the headline contrast's interval is to have at most."),
    ] = None,
    jobs: WorkersOption = None,
    dask: DaskOption = None,
    mpi: MpiOption = False,
    dry_run: DryOption = False,
    retry: RetryOption = False,
    out: Annotated[
        Path | None,
        typer.Option(parser=folder, metavar="DIR", help="Folder for tables, figures and verdicts."),
    ] = None,
    studies: RootOption = None,
    json: JsonOption = False,
) -> None:
    """Run an experiment: its studies, tables, figures, and what became of its predictions."""
    from sim.study import experiment as experiments

    if name is None:
        _list_experiments(json)
        return
    module = experiments.load(name)
    experiments.check_scale(scale)
    if precision is not None and not 0 < precision < float("inf"):
        raise InputError(f"--precision {precision:g} is out of bounds: it must be above 0.")
    check_out(out)
    crew = _crew(jobs, dask, mpi)
    root = _root(studies)
    announce_compilation()
    if dry_run:
        first = experiments.estimate(module, scale, crew.workers, root)
        _print_estimate(f"{module.NAME}, first study", first, crew, json)
        about = experiments.published(module, scale)
        if about is not None and not json:
            runs = sum(part["runs"] for part in about["studies"])
            print(
                f"Its other studies may depend on results; all of them had {runs:,} runs and took "
                f"{_duration(about['seconds'])} when they were published."
            )
        return
    place = out or experiments.OUT / f"{module.NAME}-{scale}"
    with _bars(quiet=json) as progress:
        result = experiments.conduct(module, scale, crew, root, precision, progress, retry)
    command = f"redmaple experiment {name} --scale {scale}"
    command += f" --precision {precision:g}" if precision is not None else ""
    about = experiments.publish(module, scale, result, place, command)
    if json:
        print_json(
            {**about, "verdicts": [v._asdict() for v in result.verdicts], "folder": str(place)}
        )
    else:
        print(experiments.summary_text(module, scale, result, place))


def _list_experiments(json: bool) -> None:
    from sim.study import experiment as experiments

    found = {name: experiments.load(name) for name in experiments.available()}
    if json:
        print_json(
            {
                name: {**module.TITLE, "question": experiments.question(module)}
                for name, module in found.items()
            }
        )
        return
    width = max(map(len, found), default=0)
    for name, module in found.items():
        print(f"{name:<{width}}  {module.TITLE['en']} · {module.TITLE['zh']}")


@app.command()
def study(
    scenario: ScenarioArgument,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH=…",
            help="What varies: PATH=a,b,c for levels, PATH=low:high or PATH for a range; repeat.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the study and its folder.")] = None,
    design: Annotated[str, typer.Option(help=", ".join(DESIGNS))] = "grid",
    size: Annotated[
        int, typer.Option(help="Points, rows, trajectories or levels of the design.")
    ] = 16,
    replications: Annotated[int, typer.Option(help="Runs of each arm.")] = 5,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="OUTCOME=HALF",
            help="Add replications until every arm's difference from the first is this narrow.",
        ),
    ] = None,
    cap: Annotated[int, typer.Option(help="Replications at most, with --precision.")] = 100,
    extrapolate: Annotated[
        bool, typer.Option("--extrapolate", help="Allow ranges beyond what evidence backs.")
    ] = False,
    weekly: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Weekly figure to keep week by week; repeat."),
    ] = None,
    set_: SetOption = None,
    weeks: WeeksOption = WEEKS,
    seed: SeedOption = 1,
    jobs: WorkersOption = None,
    dask: DaskOption = None,
    mpi: MpiOption = False,
    dry_run: DryOption = False,
    retry: RetryOption = False,
    outcome: OutcomeOption = None,
    studies: RootOption = None,
    json: JsonOption = False,
) -> None:
    """Vary numbers of a scenario: a grid, a sample, or a design for sensitivity analysis.

    \b
    Examples:
      redmaple study fengshu --vary points.rate=0.5,1,2 --replications 10
      redmaple study fengshu --vary strength --vary crowd_out --design sobol --size 64
    """
    check_run(weeks, seed)
    between("--replications", replications, 1, 100_000, "runs")
    base = checked_scenario(scenario, set_)
    arms = _arms(vary or [], design, size, seed, extrapolate)
    _check_once(set_ or [], vary or [])
    crew = _crew(jobs, dask, mpi)
    from sim.study.plan import Plan
    from sim.study.study import Study
    from sim.study.subject import CommunitySubject

    subject = CommunitySubject(base, weeks, weekly=tuple(weekly or ()))
    name = name or _name(base, weeks, design, vary or [], seed)
    plan = Plan(name, subject, arms, replications, seed)
    wanted = _precision(precision, cap, len(arms), replications)
    root = _root(studies)
    announce_compilation()
    made = Study(plan, root)
    if dry_run:
        _print_estimate(plan.name, made.estimate(crew.workers), crew, json)
        return
    made, notes = _made(plan, root, crew, wanted, cap, retry, json)
    _show(made, outcome, json, notes)


def _made(
    plan: Plan,
    root: Path,
    crew: Crew,
    wanted: tuple[str, float] | None,
    cap: int,
    retry: bool,
    quiet: bool,
) -> tuple[Study, list[str]]:
    """Make a study, with more replications until it is precise where that is wanted."""
    from sim.study.experiment import failures
    from sim.study.precision import until_precise
    from sim.study.study import Study
    from sim.study.summary import widest_gaps

    def contrast(frame: Any) -> Any:
        return widest_gaps(frame, wanted[0]) if wanted else [0.0, 0.0]

    growing = until_precise(
        plan.with_replications, contrast, plan.replications, cap if wanted else plan.replications,
        wanted[1] if wanted else None,
    )  # fmt: skip
    notes: list[str] = []
    current = next(growing)
    with _bars(quiet) as progress:
        while True:
            made = Study(current, root)
            report = made.make(
                crew,
                (lambda *counts: progress(plan.name, *counts)) if progress else None,
                retry,
            )
            try:
                current = growing.send(made.frame())
            except StopIteration as end:
                precise = end.value[1]
                break
    notes += failures(plan.name, report)
    if wanted:
        reached = (
            "reached" if precise.half_width <= wanted[1] else f"not reached within --cap {cap}"
        )
        notes.append(
            f"Widest interval of {wanted[0]}: ± {precise.half_width:.4g} with {precise.size} pairs; "
            f"± {wanted[1]:g} {reached} (by the spread seen, {precise.enough} pairs suffice)."
        )
    return made, notes


def _precision(
    text: str | None, cap: int, arms: int, replications: int
) -> tuple[str, float] | None:
    if text is None:
        return None
    outcome, equals, half = text.partition("=")
    try:
        width = float(half)
    except ValueError:
        width = 0.0
    if not equals or not outcome.strip() or not 0 < width < float("inf"):
        raise InputError(
            f"--precision wants OUTCOME=HALF with a half-width above 0, such as volunteer_hours=200, not {text!r}."
        )
    if arms < 2 or replications < 2:
        raise InputError(
            "--precision looks at differences: it takes 2 arms and 2 replications or more."
        )
    between("--cap", cap, replications, 100_000, "runs")
    return outcome.strip(), width


def _arms(
    vary: Sequence[str], design: str, size: int, seed: int, extrapolate: bool
) -> tuple[Arm, ...]:
    """Return the arms that `--vary`, `--design` and `--size` describe."""
    from sim.scenario import once
    from sim.study import design as designs
    from sim.study.plan import arm

    if design not in DESIGNS:
        hint = did_you_mean(design, DESIGNS) or "."
        raise InputError(f'--design "{design}" is not one of {", ".join(DESIGNS)}{hint}')
    between("--size", size, 1, 1_000_000, "points")
    if not vary:
        return (arm("base"),)
    once([text.partition("=")[0].strip() for text in vary], "--vary")
    if design == "grid":
        return designs.grid(dict(_levels(text) for text in vary))
    chosen = [_range(text, extrapolate) for text in vary]
    match design:
        case "lhs":
            return designs.latin_hypercube(chosen, size, seed)
        case "free":
            return designs.free(chosen, size, seed)
        case "morris":
            return designs.morris(chosen, size, seed)
        case "sobol":
            return designs.saltelli(chosen, size, seed)
        case "fast":
            return designs.fast(chosen, size, seed)
        case _:
            return designs.one_at_a_time(chosen, size)


def _check_once(set_: Sequence[str], vary: Sequence[str]) -> None:
    """Check that no number is both set and varied."""
    from sim.scenario import once

    names = [text.partition("=")[0].strip() for text in (*set_, *vary)]
    once(names, "--set and --vary")


def _name(base: Scenario, weeks: int, design: str, vary: Sequence[str], seed: int) -> str:
    """Return the name of a study that is given none: scenario, design, what varies, and a digest.

    The digest tells apart studies that vary the same numbers differently; it does not depend on how
    many points or replications there are, so that the same command with more of them goes on.
    """
    from sim.study.address import address
    from sim.study.design import short

    varied = [short(text.partition("=")[0].strip()) for text in vary]
    words = [base.name, design, *varied[:3], *(["more"] if len(varied) > 3 else [])]
    told_apart = address([base.digest(), weeks, design, sorted(vary), seed])[:4]
    letters = (c if c.isalnum() or c in "-_." else "-" for c in "-".join([*words, told_apart]))
    return "".join(letters).lstrip("-.")[-100:].lstrip("-.")


def _levels(text: str) -> tuple[str, list[Any]]:
    """Return path and levels of `PATH=a,b,c`."""
    from sim.scenario import full_path, parse_set

    name, equals, levels = text.partition("=")
    if not equals or not levels.strip():
        raise InputError(
            f"--vary {text}: a grid wants PATH=a,b,c; a range goes with --design lhs, sobol, …"
        )
    try:
        path = full_path(name.strip())
    except InputError as error:
        raise InputError(f"--vary {text}: {error}") from None
    return path, [parse_set(f"{path}={level}")[1] for level in levels.split(",")]


def _range(text: str, extrapolate: bool) -> Factor:
    """Return the factor of `PATH` or `PATH=low:high`."""
    from sim.study.factors import factor

    name, equals, bounds = text.partition("=")
    if not equals:
        return factor(name.strip(), where=f"--vary {text}")
    low, _, high = bounds.partition(":")
    try:
        return factor(
            name.strip(), float(low), float(high), extrapolate=extrapolate, where=f"--vary {text}"
        )
    except ValueError:
        raise InputError(f"--vary {text}: a range is written PATH=low:high.") from None


def _crew(jobs: int | None, dask: str | None, mpi: bool) -> Crew:
    from sim.system.crew import crew

    return crew(jobs, dask, mpi)


def _root(studies: Path | None) -> Path:
    from sim.study.study import ROOT

    return ROOT if studies is None else studies


def _print_estimate(name: str, found: Estimate, crew: Crew, json: bool) -> None:
    from sim.scenario import memory_text

    if json:
        print_json({"study": name, "workers": crew.workers, **found._asdict()})
        return
    print(
        f"{name}: {found.runs:,} runs, {found.stored:,} of them stored already; "
        f"{found.seconds_per_run:.3g} s each (one run of the first arm was timed), about "
        f"{_duration(found.seconds)} with {crew.name}; about {memory_text(found.disk)} of disk."
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


@contextmanager
def _bars(quiet: bool) -> Iterator[Any]:
    """Give a function `progress(name, there, of, failed)`: bars with time left, on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def progress(name: str, there: int, of: int, failed: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=of, failed="")
            bars.update(
                tasks[name], completed=there, total=of, failed=f"{failed} failed" if failed else ""
            )

        yield progress


# --- Reading -----------------------------------------------------------------------------------


@app.command(name="studies")
def list_studies(studies: RootOption = None, json: JsonOption = False) -> None:
    """List the stored studies."""
    from sim.study.study import Study, names

    root = _root(studies)
    found = []
    for name in names(root):
        try:
            store = Study.open(name, root).store
            rows, about = store.rows(), store.manifest()
        except (
            InputError
        ) as error:  # one folder that cannot be read is no reason to hide the others
            say(f"redmaple: {error}")
            continue
        found.append(
            {
                "study": name,
                "runs": about["runs"],
                "stored": len(rows),
                "failed": sum(row.status != "done" for row in rows.values()),
                "kind": about["plan"]["subject"]["kind"],
            }
        )
    if json:
        print_json(found)
        return
    if not found:
        print(f"There are no studies in {root}.")
        return
    width = max(len(str(one["study"])) for one in found)
    print(f"{'study':<{width}}  {'planned':>8}  {'stored':>8}  {'failed':>8}")
    for one in found:
        print(
            f"{one['study']:<{width}}  {one['runs']:>8,}  {one['stored']:>8,}  {one['failed']:>8,}"
        )


StudyArgument = Annotated[str, typer.Argument(metavar="STUDY", help="Name of a stored study.")]


@app.command()
def show(
    study: StudyArgument,
    outcome: OutcomeOption = None,
    failed: Annotated[bool, typer.Option("--failed", help="List the failed runs.")] = False,
    studies: RootOption = None,
    json: JsonOption = False,
) -> None:
    """Show a stored study: means per arm, paired differences from the first arm, failed runs."""
    from sim.study.study import Study

    _show(Study.open(study, _root(studies)), outcome, json, [], failed)


def _show(
    study: Study,
    outcome: Sequence[str] | None,
    json: bool,
    notes: Sequence[str],
    failed: bool = False,
) -> None:
    from sim.results import NOTICE
    from sim.study.summary import contrasts, means

    frame = study.frame()
    outcomes = list(outcome or [name for name in HEADLINES if name in frame.columns])
    wrong = frame[frame["status"] != "done"]
    table = _as_read(means(frame, outcomes), study) if len(frame) else frame
    gaps = _as_read(contrasts(frame, outcomes), study) if len(frame) else frame
    if json:
        print_json(
            {
                "study": study.plan.name,
                "planned": study.plan.size,
                "stored": len(frame),
                "failed": wrong[["run_id", "arm", "seed", "error"]],
                "means": table,
                "contrasts": gaps,
                "notes": list(notes),
            }
        )
        return
    print(
        f"{study.plan.name}: {len(frame):,} of {study.plan.size:,} runs stored, {len(wrong)} failed"
    )
    print(f"{NOTICE}\n")
    if failed or len(wrong):
        _print_failed(
            study.plan.name, cast("list[Mapping[str, Any]]", wrong.to_dict("records")), failed
        )
    if failed:
        return
    if len(study.plan.arms) > MOST_SHOWN:
        print(
            f"{len(study.plan.arms):,} arms are too many to print; "
            f"`redmaple export {study.plan.name} --csv` writes them."
        )
    else:
        _print_means(table.to_dict("records"), gaps.to_dict("records"))
    for note in notes:
        print(note)


IN_UNITS = ("mean", "low", "high", "difference", "bootstrap_low", "bootstrap_high")
"""Columns of the tables of a study that are in the unit of the outcome."""


def _as_read(table: DataFrame, study: Study) -> DataFrame:
    """Return a table in the units in which `compare` prints outcomes too, with `unit` and `period`.

    Outcomes of a subject that declares none are left as they are.
    """
    if table.empty:
        return table
    subject = study.plan.subject
    measures: Mapping[str, Outcome] = getattr(subject, "measures", {})
    read = {name: measures[name].shown for name in table["outcome"] if name in measures}
    factor = [read.get(name, (1.0, ""))[0] for name in table["outcome"]]
    columns = [name for name in IN_UNITS if name in table.columns]
    return table.assign(
        **{name: table[name] * factor for name in columns},
        unit=[read.get(name, (1.0, ""))[1] for name in table["outcome"]],
        period=[
            measures[name].period(getattr(subject, "weeks", 0)) if name in measures else ""
            for name in table["outcome"]
        ],
    )


def _print_failed(study: str, wrong: Sequence[Mapping[str, Any]], everything: bool) -> None:
    from sim.study.experiment import replay_command

    for row in wrong if everything else wrong[:5]:
        print(f"failed: {row['run_id']} ({row['arm']}, seed {row['seed']}): {row['error']}")
        print(f"  alone: {replay_command(study, row['run_id'])}")
    if not everything and len(wrong) > 5:
        print(f"… and {len(wrong) - 5} more: `redmaple show {study} --failed`")
    print()


def _print_means(table: Sequence[Mapping[Any, Any]], gaps: Sequence[Mapping[Any, Any]]) -> None:
    by_arm = {(gap["arm"], gap["outcome"]): gap for gap in gaps}
    largest: dict[str, float] = {}
    for row in table:
        largest[row["outcome"]] = max(largest.get(row["outcome"], 0.0), abs(row["mean"]))
    width = min(max((len(str(row["arm"])) for row in table), default=4), 36)
    outcome = max((len(str(row["outcome"])) for row in table), default=7)
    print(
        f"{'arm':<{width}}  {'outcome':<{outcome}}  {'runs':>5}{'mean':>12}{'95 %':>24}{'difference':>13}"
    )
    for row in table:
        digits = decimals(largest[row["outcome"]])
        gap = by_arm.get((row["arm"], row["outcome"]))
        line = (
            f"{str(row['arm'])[:width]:<{width}}  {row['outcome']:<{outcome}}  {row['runs']:>5}"
            f"{_number(row['mean'], digits):>12}{_between(row, digits):>24}"
        )
        if gap is not None:
            star = " *" if gap["holm"] < 0.05 else ""
            line += f"{gap['difference']:>+13,.{digits}f} ({_between(gap, digits)}){star}"
        print(line.rstrip())
    units = {row["outcome"]: f"{row['unit']}, {row['period']}" for row in table if row["unit"]}
    print()
    for name, unit in units.items():
        print(f"{name}: {unit}")
    if gaps:
        print(
            "\nDifferences: arm minus the first arm, paired by seed, 95 % interval; * differs even "
            f"when all {len(gaps)} are looked at together (Holm, 5 %)."
        )


def _number(value: float, digits: int) -> str:
    from sim.results import NO_NUMBER

    return NO_NUMBER if math.isnan(value) else f"{value:,.{digits}f}"


def _between(row: Mapping[Any, Any], digits: int) -> str:
    from sim.statistics import between

    return between(row["low"], row["high"], digits)


@app.command()
def indices(
    study: StudyArgument,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAME", help="Outcome that is explained.")
    ] = "volunteer_hours",
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of text.")] = False,
    studies: RootOption = None,
    json: JsonOption = False,
) -> None:
    """Say which numbers decide an outcome, from a study with a design for sensitivity analysis."""
    from sim.results import NO_NUMBER, NOTICE
    from sim.study.study import Study
    from sim.study.summary import influences

    found = Study.open(study, _root(studies))
    table = influences(found.plan, found.frame(), outcome)
    if json:
        print_json(table)
        return
    if csv:
        print(table.to_csv(index=False, na_rep="NaN"), end="")
        return
    print(f"{study}: {outcome}, {table['n'].iloc[0]} rows\n{NOTICE}\n")
    width = max(map(len, table["factor"]))
    digits = decimals(float(table["estimate"].abs().max()))
    print(f"{'number':<{width}}  {'measure':<10}{'estimate':>12}{'95 %':>24}")
    for row in table.to_dict("records"):
        print(
            f"{row['factor']:<{width}}  {row['measure']:<10}{_number(row['estimate'], digits):>12}"
            f"{_between(row, digits) or NO_NUMBER:>24}"
        )
    for why, rows in table[table["why"] != ""].groupby("why", sort=False):
        about = [f"{row['factor']} ({row['measure']})" for row in rows.to_dict("records")]
        several = "every row" if len(about) == len(table) else ", ".join(about)
        print(textwrap.fill(f"{several}: {why}.", 100))


@app.command()
def export(
    study: StudyArgument,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet.")] = False,
    out: Annotated[
        Path | None, typer.Option(parser=folder, metavar="DIR", help="Folder; made if need be.")
    ] = None,
    studies: RootOption = None,
) -> None:
    """Write a stored study as tidy tables: a row a run, and a row a week where weeks were kept.

    Parquet files are ready for pandas, R and DuckDB (`SELECT * FROM 'runs.parquet'`).
    """
    from sim.study.study import Study

    if csv == parquet:
        raise InputError("export wants either --csv or --parquet.")
    check_out(out)
    found = Study.open(study, _root(studies))
    if found.frame().empty:
        raise InputError(f"study {study} has no finished run to export; `redmaple show` says more.")
    place = out or Path("results") / "export" / study
    for path in _exported(found, place, "csv" if csv else "parquet"):
        print(path)


def _exported(study: Study, place: Path, ending: str) -> Iterator[Path]:
    import io

    from sim.study.store import write_whole

    place.mkdir(parents=True, exist_ok=True)
    for name, table in (("runs", study.frame()), ("weeks", study.weekly())):
        if table.empty:
            continue
        if ending == "csv":
            content = table.to_csv(index=False).encode()
        else:
            sink = io.BytesIO()
            table.to_parquet(sink, index=False, compression="zstd")
            content = sink.getvalue()
        path = place / f"{name}.{ending}"
        write_whole(path, content)
        yield path


@app.command()
def replay(
    study: StudyArgument,
    run_id: Annotated[str, typer.Argument(metavar="RUN_ID", help="Identifier, or its beginning.")],
    published: Annotated[
        Path | None,
        typer.Option(parser=folder, metavar="DIR", help="Folder of a published experiment."),
    ] = None,
    studies: RootOption = None,
    json: JsonOption = False,
) -> None:
    """Make one run of a stored study again, alone, and compare it with what is stored.

    What is published may be another version's work: then its outcomes are compared, which a sum
    taken in another order leaves alone but for the last digits.
    """
    from sim.study.study import Study

    gap = math.inf
    if published is None:
        found = Study.open(study, _root(studies))
        announce_compilation()
        run, kept, made = found.replay(run_id)
        known = None if kept is None else (kept.status, kept.digest)
    else:
        from sim.study.experiment import published_run, published_study
        from sim.study.work import Item, make_row

        announce_compilation()
        plan, frame = published_study(published, study)
        run, row = published_run(plan, frame, run_id)
        made = make_row(plan.subject, Item(run.id, dict(run.arm.changes), run.seed))
        known = (str(row["status"]), str(row["digest"]))
        gap = _largest_gap(row, made.outcomes)
    same = known == (made.status, made.digest)
    if json:
        print_json(
            {
                "run_id": run.id,
                "arm": run.arm.label,
                "changes": dict(run.arm.changes),
                "seed": run.seed,
                "status": made.status,
                "error": made.error,
                "digest": made.digest,
                "stored": None if known is None else known[1],
                "same": same,
                "largest_gap": 0.0 if same else gap,
                "outcomes": made.outcomes,
            }
        )
    else:
        print(f"{run.id}  {run.arm.label}, block {run.arm.block}, seed {run.seed}")
        for path, value in run.arm.changes:
            print(f"  {path} = {value}")
        print(made.error or f"digest {made.digest}")
        print(_agreement(known is None, same, gap))
    if made.status != "done" or (known is not None and not same and gap > SAME_OUTCOME):
        raise typer.Exit(1)


SAME_OUTCOME = 1e-9
"""Difference, relative to its value, up to which an outcome of another version is the same."""


def _largest_gap(kept: Mapping[str, Any], outcomes: Mapping[str, float]) -> float:
    """Return the largest difference of an outcome, relative to its value; infinite if none is kept.

    Earlier versions wrote 0 where there was nobody to take a figure of.
    """
    both = [(kept[name], value) for name, value in outcomes.items() if name in kept]
    gaps = [
        math.inf if math.isnan(before - now) else abs(before - now) / max(abs(before), abs(now))
        for before, now in both
        if before != now and not (math.isnan(now) and (math.isnan(before) or before == 0))
    ]
    return max(gaps, default=0.0) if both else math.inf


def _agreement(new: bool, same: bool, gap: float) -> str:
    if new:
        return "This run is not stored yet."
    if not same and gap <= SAME_OUTCOME:
        most = f"none differs by more than {gap:.0e} of its value" if gap else "to the last digit"
        return f"The same outcomes as published, {most}; the digest is that of another version."
    return "The same as stored." if same else "NOT the same as stored."


@app.command()
def verify(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="`intervals` or `indices`.")
    ] = "indices",
    trials: Annotated[int, typer.Option(help="Trials of each case.")] = 200,
    out: Annotated[
        Path | None,
        typer.Option(parser=folder, metavar="DIR", help="Folder for the tables; made if need be."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Count how often intervals hold a known truth: of means and ratios, of sensitivity indices."""
    if what not in VERIFIED:
        hint = did_you_mean(what, VERIFIED) or "."
        raise InputError(f'{shown(what)} is not one of "intervals", "indices"{hint}')
    between("--trials", trials, 10, 100_000, "trials")
    check_out(out)
    from sim.study import coverage
    from sim.study import verify as verification
    from sim.study.store import write_whole

    told = None if json else say
    if what == "intervals":
        counted = coverage.coverage(trials, told=told)
        tables, held = {what: counted}, coverage.met(counted)
        text = coverage.summary_text(counted)
    else:
        found = verification.coverage(trials, told=told)
        tables, held = {name: getattr(found, name) for name in INDICES}, verification.met(found)
        text = verification.summary_text(found)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            write_whole(out / f"{name}.csv", table.to_csv(index=False).encode())
    if json:
        print_json({**tables, "met": held})
    else:
        print(text)
        if out is not None:
            say(f"Tables: {out}")
    if not held:
        raise typer.Exit(1)
