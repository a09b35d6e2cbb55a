"""Draw the overview in a second process, which gets ready while the first one runs the model.

Importing what draws takes as long as a year of the community; on two processors it costs nothing.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path

from sim.system.machine import processors
from sim.system.pool import environment

DRAWN = "drawn"


class Aside:
    """A process that waits for the folder of a result, and draws its overview there."""

    def __init__(self) -> None:
        """Start the process."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "sim.cli.aside"],
            env=os.environ | environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        atexit.register(self._process.kill)

    def draw(self, place: Path) -> None:
        """Draw the overview of the result in a folder, which holds its tables and its manifest.

        Raises:
            RuntimeError: it could not be drawn, with the reason.
        """
        answer, _ = self._process.communicate(json.dumps(str(place.absolute())) + "\n")
        if answer.strip() != DRAWN:
            raise RuntimeError(answer.strip() or "the process that draws came to its end")


def get_ready() -> Aside | None:
    """Return a process that gets ready to draw, or None where there is no processor for it."""
    try:
        return Aside() if processors() > 1 else None
    except OSError:
        return None


def main() -> None:
    """Import what draws, wait for a folder, draw."""
    import sim.analysis.overview  # noqa: F401  (this is what takes time)
    from sim.results import draw_overview

    if line := sys.stdin.readline():
        try:
            draw_overview(Path(json.loads(line)))
            print(DRAWN)
        except Exception as error:
            print(f"{type(error).__name__}: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
