"""The `redmaple` command.

Results go to standard output, progress and messages to standard error. Exit codes: 0 done, 1 our
fault, 2 bad input, 130 stopped by Ctrl-C. What takes long to import is imported inside the
commands, so that help is there at once.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from sim.cli import runs, studies  # noqa: F401  (their commands join the application, in this order)
from sim.cli.shared import BAD_INPUT, DISK, DONE, OUR_FAULT, REPORT_TO, STOPPED, app, say
from sim.errors import FigureWarning, InputError, shown


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


def _check_text(arguments: Sequence[str]) -> None:
    """Check that what was typed is text; the name of a file need not be."""
    for argument in arguments:
        if not argument.isprintable() and any("\ud800" <= mark <= "\udfff" for mark in argument):
            raise InputError(
                f"{shown(argument)} is not UTF-8 text; give the file or folder another name."
            )


def _our_fault(error: BaseException) -> int:
    say(
        f"redmaple: this is our fault, not yours: {type(error).__name__}: {_one_sentence(error)}. "
        f"Please report it to {REPORT_TO} with the command and the scenario file; "
        "REDMAPLE_DEBUG=1 shows where it happened."
    )
    return OUR_FAULT


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every message is already printed."""
    debug = os.environ.get("REDMAPLE_DEBUG") == "1"
    try:
        _check_text(arguments)
        code = app(args=list(arguments) or ["--help"], prog_name="redmaple", standalone_mode=False)
        sys.stdout.flush()
        if code == STOPPED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else DONE
    except InputError as error:
        say(f"redmaple: {_one_sentence(error)}")
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        say(
            "redmaple: stopped by Ctrl-C; the same command with the same seed gives the same result, "
            "and a study goes on where it stopped."
        )
        return STOPPED
    except (BrokenPipeError, SystemExit):  # whoever read the output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        if error.errno in DISK:
            name = f" {error.filename}" if error.filename else ""
            say(f"redmaple: cannot write{name}: {error.strerror}.")
            return BAD_INPUT
        if debug:
            raise
        return _our_fault(error)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            context = getattr(error, "ctx", None)
            command = context.command_path if context is not None else "redmaple"
            says = _one_sentence(error.format_message()).rstrip(".")
            say(f"{command}: {says} (see `{command} --help`).")
            return int(error.exit_code)
        if debug:
            raise
        return _our_fault(error)


def _open_streams() -> None:
    """Give the command streams where its caller closed them: what nobody reads goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _tell_of_figures() -> None:
    """Say in one sentence that a figure could not be drawn; other warnings stay what they are."""
    others = warnings.showwarning

    def shown_so(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, FigureWarning):
            say(f"redmaple: {message}.")
        else:
            others(message, category, *where, **more)

    warnings.showwarning = shown_so


def main() -> None:
    """Entry of the `redmaple` command."""
    _open_streams()
    _tell_of_figures()
    for stream in (sys.stdout, sys.stderr):  # a terminal without Chinese letters shows "?"
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(execute(sys.argv[1:]))
