"""Compile ahead: a second process compiles from the end of the week while the first one begins it.

What either has compiled lies in the cache, where the other finds it; they meet in the middle. The
second process lives through a few weeks of a tiny community with the moments in reverse order: what
comes of that means nothing, but it calls every loop with arguments of the right types.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from typing import Any

from sim.system.machine import processors
from sim.system.pool import environment
from sim.tick import MOMENTS

WEEKS = 14  # a quarter and a week: what happens once a quarter happens
TINY = {"population.scale": 0.002, "population.burn_in": 0}


def live_backwards(weeks: int = WEEKS) -> Any:
    """Live through some weeks, each from its last moment to its first; return the tiny community."""
    from sim.model import load

    community = load(overrides=TINY)
    for _ in range(weeks):
        acting = community.acting()
        community.record()
        for moment in reversed(MOMENTS):
            for part in reversed(acting[moment]):
                part(community)
        community.week += 1
    return community


def compile_ahead() -> None:
    """Start the second process, where there is a processor for it; it ends with this one."""
    if processors() < 2:
        return
    second = subprocess.Popen(
        [sys.executable, "-P", "-m", "sim.system.ahead"],
        env=os.environ | environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(second.kill)


if __name__ == "__main__":
    live_backwards()
