"""The command itself: how long until help is there, and until a first run is done."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import Any

RUN = ("run", "fengshu", "--weeks", "52")


def start(times: int = 3) -> dict[str, Any]:
    """Measure the command in processes of its own.

    Returns:
        Seconds for `redmaple --help`, for `redmaple run fengshu --weeks 52` with compiled loops at
        hand, and for the same with an empty cache: cold, compilation included.
    """
    with tempfile.TemporaryDirectory() as folder:
        cold = _command(RUN, folder, cache=os.path.join(folder, "cache"))
        warm = min(_command(RUN, folder, cache=os.path.join(folder, "cache")) for _ in range(times))
        shown = min(_command(("--help",), folder) for _ in range(times))
    return {"help_seconds": shown, "run_warm_seconds": warm, "run_cold_seconds": cold}


def _command(arguments: tuple[str, ...], folder: str, cache: str | None = None) -> float:
    """Return how long one command takes; its results go to a temporary folder.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    out = ("--out", os.path.join(folder, "out")) if arguments[0] == "run" else ()
    surroundings = dict(os.environ) | ({"REDMAPLE_CACHE": cache} if cache else {})
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sim", *arguments, *out],
        check=True,
        capture_output=True,
        env=surroundings,
        cwd=folder,
    )
    return time.perf_counter() - begun
