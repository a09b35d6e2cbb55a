"""The `redmaple` command.

Results go to standard output, progress and messages to standard error. Exit codes: 0 done, 1 our
fault, 2 bad input, 130 stopped by Ctrl-C. What takes long to import is imported inside the
commands, so that help is there at once.
"""

from __future__ import annotations

import errno
import io
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import InputError

if TYPE_CHECKING:
    from sim.scenario import Scenario

REPORT_TO = "the issue tracker of the project"
COMPILE_SECONDS = 45
"""Roughly how long the first compilation takes, for the message that announces it."""

DONE, OUR_FAULT, BAD_INPUT, STOPPED = 0, 1, 2, 130

WEEKS = 156
LONGEST = 2000
MOST_REPLICATIONS = 100_000
LARGEST_SEED = 2**63 - 1

DISK = (errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT)
"""Errors in writing that the user's machine causes, not this program."""

app = typer.Typer(
    name="redmaple",
    help="Simulate multi-stakeholder community governance, week by week.\n\n"
    "\b\nExamples:\n"
    "  redmaple scenarios\n"
    "  redmaple run fengshu --weeks 52\n"
    "  redmaple run fengshu --set scale=0.1 --set incentives.points.on=false\n"
    "  redmaple run fengshu --replications 20 --out results/mine\n"
    "  redmaple compare fengshu no-points --replications 20\n"
    "  redmaple check my-community.toml",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a scenario, or path of a .toml file.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="TABLE.KEY=VALUE",
        help="Change one number, such as incentives.points.half_life=13; may be repeated.",
    ),
]
WeeksOption = Annotated[int, typer.Option(help="Weeks of the programme, after the burn-in.")]
SeedOption = Annotated[int, typer.Option(help="Seed of all draws; equal seeds, equal results.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


# --- Input -----------------------------------------------------------------------------------


def _between(name: str, value: int, low: int, high: int, unit: str) -> None:
    if not low <= value <= high:
        raise InputError(
            f"{name} {value} is out of bounds: it must lie between {low} and {high} {unit}."
        )


def _scenario(argument: str, changes: Sequence[str] | None = None) -> Scenario:
    """Return the checked scenario with its changes, sure to fit this machine."""
    from sim.scenario import check_size, load, parse_set

    scenario = load(argument)
    if changes:
        scenario = scenario.with_overrides(dict(map(parse_set, changes)), where="--set")
    check_size(scenario)
    return scenario


def _check_run(weeks: int, seed: int, replications: int = 1) -> None:
    _between("--weeks", weeks, 1, LONGEST, "weeks")
    _between("--seed", seed, 0, LARGEST_SEED, "(a whole number below 2^63)")
    _between("--replications", replications, 1, MOST_REPLICATIONS, "runs")


def _check_out(out: Path | None) -> None:
    """Check that results can be written, without making the folder yet."""
    if out is None:
        return
    text = str(out)
    if not text.strip() or "\0" in text:
        raise InputError("--out needs the name of a folder.")
    try:
        if out.exists() and not out.is_dir():
            raise InputError(f"--out {text} is a file, not a folder.")
        standing = next(path for path in (out, *out.absolute().parents) if path.exists())
    except OSError as error:
        raise InputError(f"--out {text} cannot be used: {error.strerror}.") from None
    if not standing.is_dir():
        raise InputError(f"--out {text} cannot be made: {standing} is a file, not a folder.")
    if not os.access(standing, os.W_OK | os.X_OK):
        raise InputError(f"--out {text} cannot be written: no permission in {standing}.")


# --- Output ----------------------------------------------------------------------------------


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _print_json(content: Any) -> None:
    import json

    print(json.dumps(_plain(content), ensure_ascii=False, indent=2, allow_nan=False))


def _plain(value: Any) -> Any:
    """Return what JSON knows: arrays and tables as lists, paths as text, no number as null."""
    if hasattr(value, "to_dict"):
        value = value.to_dict(orient="records")
    elif hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def _announce_compilation() -> None:
    """Say so where this machine has not compiled the model before."""
    from sim.compiled import CACHE, COMPILED

    if COMPILED and not any(CACHE.rglob("*.nbi")):
        _say(f"Compiling the model for this machine, once (about {COMPILE_SECONDS} s).")


@contextmanager
def _progress(label: str, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Give a function `progress(done, total)` that draws a bar, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


# --- Commands --------------------------------------------------------------------------------


@app.command()
def scenarios(json: JsonOption = False) -> None:
    """List the scenarios that come with the package."""
    from sim.scenario import titles

    found = titles()
    if json:
        _print_json(found)
        return
    width = max(map(len, found), default=0)
    for name, words in found.items():
        both = " · ".join(filter(None, (words["title"], words["title_zh"])))
        print(f"{name:<{width}}  {both}")


@app.command()
def check(scenario: ScenarioArgument, set_: SetOption = None, json: JsonOption = False) -> None:
    """Check a scenario file: names, types, bounds, sums, size."""
    from sim.scenario import memory_needed, memory_text, people

    checked = _scenario(scenario, set_)
    needed = memory_needed(checked)
    if json:
        content = {
            "scenario": checked.name,
            "files": [str(path) for path in checked.chain],
            "given": len(checked.given),
            "numbers": len(checked.flat()),
            "residents": people(checked),
            "memory_bytes": round(needed),
            "digest": checked.digest(),
        }
        _print_json(content)
        return
    print(
        f"{checked.name} is in order: {len(checked.given)} of {len(checked.flat())} numbers given, "
        f"{len(checked.story)} stories, {people(checked):,} residents (about "
        f"{memory_text(needed)}), digest {checked.digest()[:12]}."
    )


@app.command()
def explain(scenario: ScenarioArgument, set_: SetOption = None) -> None:
    """Say in words what a scenario changes against the base."""
    from sim.explain import explain as in_words

    print(in_words(_scenario(scenario, set_)))


@app.command()
def run(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    weeks: WeeksOption = WEEKS,
    seed: SeedOption = 1,
    replications: Annotated[int, typer.Option(help="Runs, each with a seed of its own.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the results; made if need be.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Run a scenario and print its outcomes."""
    _check_run(weeks, seed, replications)
    _check_out(out)
    chosen = _scenario(scenario, set_)
    _announce_compilation()
    from sim.results import run_and_store, summary_text

    with _progress(chosen.name, quiet=json) as progress:
        result = run_and_store(chosen, weeks, seed, replications, out, progress)
    if json:
        _print_json(result)
    else:
        print(summary_text(result))


@app.command()
def trace(
    scenario: ScenarioArgument,
    need: Annotated[int | None, typer.Option(metavar="ID", help="Number of a need.")] = None,
    resident: Annotated[
        int | None, typer.Option(metavar="ID", help="Number of a resident.")
    ] = None,
    set_: SetOption = None,
    weeks: Annotated[
        int | None,
        typer.Option(help="Weeks to run; until the end of the scenario's story, or a year."),
    ] = None,
    seed: SeedOption = 1,
) -> None:
    """Tell the life history of a need or a resident; without either, the scenario's story."""
    if need is not None and resident is not None:
        raise InputError("trace wants either --need ID or --resident ID, not both.")
    number, kind = (need, "--need") if resident is None else (resident, "--resident")
    if number is not None and number < 0:
        raise InputError(f"{kind} {number} is out of bounds: numbers begin at 0.")
    if weeks is not None:
        _check_run(weeks, seed)
    chosen = _scenario(scenario, set_)
    if number is None and not chosen.story:
        raise InputError(
            f"{chosen.name} has no story: trace wants either --need ID or --resident ID."
        )
    _announce_compilation()
    from sim.model import Community
    from sim.trace import follow, trace_need, trace_resident, trace_story, weeks_for

    weeks = weeks_for(chosen) if weeks is None else weeks
    _check_run(weeks, seed)
    community = Community(chosen, rng=seed, collect=False)
    count = len(community.residents.age)
    if resident is not None and resident >= count:
        raise InputError(
            f"--resident {resident} is out of bounds: there are {count}, numbered from 0."
        )
    with _progress(chosen.name) as progress:
        diary = follow(community, weeks, progress)
    count = community.needs.count
    if need is not None and need >= count:
        raise InputError(
            f"--need {need} is out of bounds: {count} needs arose in {weeks} weeks, numbered from 0."
        )
    if resident is not None:
        print(trace_resident(community, resident))
    elif need is not None:
        print(trace_need(community, need, diary))
    else:
        print(trace_story(community, diary))


@app.command()
def targets(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    seed: SeedOption = 1,
    replications: Annotated[int, typer.Option(help="Runs, each with a seed of its own.")] = 5,
    json: JsonOption = False,
) -> None:
    """Hold the model against the figures published for the case."""
    _check_run(1, seed, replications)
    chosen = _scenario(scenario, set_)
    _announce_compilation()
    from sim.targets import targets as held_against

    with _progress(chosen.name, quiet=json) as progress:
        table = held_against(chosen, seed=seed, replications=replications, progress=progress)
    if json:
        _print_json(table)
    else:
        print(table.to_string(index=False) if hasattr(table, "to_string") else table)


@app.command()
def bench(json: JsonOption = False) -> None:
    """Measure how fast the model runs on this machine."""
    _announce_compilation()
    from sim.bench import bench as measured
    from sim.bench import summary_text

    result = measured()
    if json:
        _print_json(result)
        return
    print(summary_text(result))


@app.command()
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="Scenario to compare with.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Scenario that is compared.")],
    replications: Annotated[int, typer.Option(help="Pairs of runs with equal seeds.")] = 20,
    weeks: WeeksOption = WEEKS,
    seed: SeedOption = 1,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two scenarios in pairs of runs with equal seeds: B minus A, with an interval."""
    _check_run(weeks, seed, replications)
    if replications < 2:
        raise InputError(
            "--replications 1 is out of bounds: an interval takes 2 pairs of runs or more."
        )
    first, second = _scenario(a, set_), _scenario(b, set_)
    _announce_compilation()
    from sim import compare as comparison

    with _progress(f"{first.name} | {second.name}", quiet=json) as progress:
        result = comparison.compare(first, second, replications, weeks, seed, progress)
    if json:
        _print_json(result)
    else:
        print(comparison.summary_text(result))


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"redmaple {version('redmaple')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


# --- The door --------------------------------------------------------------------------------


def _one_sentence(text: object) -> str:
    return " ".join(str(text).split())


def _our_fault(error: BaseException) -> int:
    _say(
        f"redmaple: this is our fault, not yours: {type(error).__name__}: {_one_sentence(error)}. "
        f"Please report it to {REPORT_TO} with the command and the scenario file; "
        "REDMAPLE_DEBUG=1 shows where it happened."
    )
    return OUR_FAULT


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every message is already printed."""
    debug = os.environ.get("REDMAPLE_DEBUG") == "1"
    try:
        code = app(args=list(arguments) or ["--help"], prog_name="redmaple", standalone_mode=False)
        sys.stdout.flush()
        if code == STOPPED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else DONE
    except InputError as error:
        _say(f"redmaple: {_one_sentence(error)}")
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        _say("redmaple: stopped by Ctrl-C; the same command with the same seed gives the same run.")
        return STOPPED
    except (BrokenPipeError, SystemExit):  # whoever read the output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        if error.errno in DISK:
            name = f" {error.filename}" if error.filename else ""
            _say(f"redmaple: cannot write{name}: {error.strerror}.")
            return BAD_INPUT
        if debug:
            raise
        return _our_fault(error)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            context = getattr(error, "ctx", None)
            command = context.command_path if context is not None else "redmaple"
            says = _one_sentence(error.format_message()).rstrip(".")
            _say(f"{command}: {says} (see `{command} --help`).")
            return int(error.exit_code)
        if debug:
            raise
        return _our_fault(error)


def main() -> None:
    """Entry of the `redmaple` command."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without Chinese letters shows "?"
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(execute(sys.argv[1:]))
