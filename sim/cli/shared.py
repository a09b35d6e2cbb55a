"""What the commands share: the application, options, checks of input, output."""

from __future__ import annotations

import errno
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import InputError, escaped

if TYPE_CHECKING:
    from sim.scenario import Scenario

REPORT_TO = "the issue tracker of the project"
COMPILE_SECONDS = 20
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
    "  redmaple compare fengshu inclusive --worlds 32 --html report.html --lang zh\n"
    "  redmaple check my-community.toml",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
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
        help="Change one number, such as incentives.points.rate=2; may be repeated.",
    ),
]
WeeksOption = Annotated[int, typer.Option(help="Weeks of the programme, after the burn-in.")]
SeedOption = Annotated[int, typer.Option(help="Seed of all draws; equal seeds, equal results.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


# --- Input -----------------------------------------------------------------------------------


def between(name: str, value: int, low: int, high: int, unit: str) -> None:
    """Check that an option's value lies within its bounds."""
    if not low <= value <= high:
        raise InputError(
            f"{name} {value} is out of bounds: it must lie between {low} and {high} {unit}."
        )


def checked_scenario(
    argument: str, changes: Sequence[str] | None = None, remarks: bool = True
) -> Scenario:
    """Return the checked scenario with its changes, sure to fit this machine.

    With `remarks`, volumes of another community's size are remarked on.
    """
    from sim.scenario import load, volumes_of_the_default

    scenario = with_changes(load(argument), changes or (), "--set")
    if remarks and (volumes := volumes_of_the_default(scenario)):
        first = volumes[0]
        say(
            f"{scenario.name} has {scenario.value('residents'):,} residents, but {len(volumes)} "
            f"volumes are still the default's of {load().value('residents'):,}, such as "
            f"{first.path} = {first.value:g} ({first.in_proportion:.3g} in proportion); "
            f"`redmaple check {argument}` lists them."
        )
    return scenario


def with_changes(scenario: Scenario, changes: Sequence[str], where: str) -> Scenario:
    """Return a scenario with changes such as `points.rate=2`, sure to fit this machine."""
    from sim.scenario import check_size, full_path, once, parse_set

    if changes:
        pairs = [parse_set(change) for change in changes]
        once([name for name, _ in pairs], where)
        scenario = scenario.with_overrides(dict(pairs), where=where)
        for name, _ in pairs:
            if why := scenario.resting(full_path(name)):
                say(f"{where} {name} changes nothing as things stand: {why}.")
    check_size(scenario)
    return scenario


def check_run(weeks: int, seed: int, replications: int = 1) -> None:
    """Check the options of a run."""
    between("--weeks", weeks, 1, LONGEST, "weeks")
    between("--seed", seed, 0, LARGEST_SEED, "(a whole number below 2^63)")
    between("--replications", replications, 1, MOST_REPLICATIONS, "runs")
    if seed > LARGEST_SEED - (replications - 1):
        raise InputError(
            f"--seed {seed} is out of bounds: the last of {replications:,} replications would take "
            f"a seed above {LARGEST_SEED}."
        )


def folder(text: str) -> Path:
    """Return the folder of an option; an empty name, as of an unset variable, is not this folder."""
    if not text.strip():
        raise InputError("a folder needs a name; this one is empty.")
    return Path(text)


def check_out(out: Path | None) -> None:
    """Check that results can be written, without making the folder yet."""
    if out is None:
        return
    from sim.system.folders import try_folder

    try_folder(out)


def told_command() -> str:
    """Return the command as it was given, to be told beside its result."""
    import shlex

    return shlex.join(["redmaple", *sys.argv[1:]])


# --- Output ----------------------------------------------------------------------------------


def say(message: str) -> None:
    """Print a message to standard error."""
    print(escaped(message), file=sys.stderr)


def decimals(size: float) -> int:
    """Return how many decimals show a number of this size to about four digits."""
    return 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 4


def print_json(content: Any) -> None:
    """Print a result as JSON."""
    import json

    print(json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """Return what JSON knows: arrays and tables as lists, named tuples as objects, paths as text, no number as null."""
    if hasattr(value, "to_dict"):
        value = value.to_dict(orient="records")
    elif hasattr(value, "tolist"):
        value = value.tolist()
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def announce_compilation(helped: bool = True) -> None:
    """Say so where this machine has not compiled the model before.

    Where `helped`, a second process compiles too; not while something is timed.
    """
    from sim.engine.compiled import COMPILED
    from sim.system import cache

    if not COMPILED:
        return
    if not cache.is_kept():
        say(cache.why_not_kept())
    if not any(cache.folder().rglob("*.nbi")):
        say(f"Compiling the model for this machine, once (about {COMPILE_SECONDS} s).")
        if helped:
            from sim.system.ahead import compile_ahead

            compile_ahead()


@contextmanager
def progress_bar(label: str, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Give a function `progress(done, total)` that draws a bar, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
