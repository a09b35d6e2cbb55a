"""The runner: has an executor make runs in chunks, and loses none, whatever happens to a worker.

Runs travel in chunks that take about `CHUNK_SECONDS`, so that what a task costs besides its runs
stays small; no more than a window of chunks is in flight. A chunk is kept as soon as it is finished.
When workers die, the chunks that were in flight are *suspects*: each is made again alone, and if that
kills a worker too, each of its runs alone. A run that kills its worker even then is recorded as
failed; all others are made.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sim.study.subject import Subject
from sim.study.work import Chunk, Finished, Item, failed, make_chunk
from sim.system.crew import Crew
from sim.system.gather import DEADLY, alone, gather

CHUNK_SECONDS = 4.0
"""What a chunk is to take: as much work is lost at most when everything is killed, per worker and
chunk in flight."""

LARGEST_CHUNK = 2000
FASTEST_GROWTH = 8

type Keep = Callable[[Finished], None]
"""What is called with each finished chunk, in the order in which they finish."""


@dataclass
class _Pace:
    """How many runs make a chunk, by the time that runs have taken so far."""

    workers: int
    runs: int = 0
    seconds: float = 0.0
    size: int = field(default=1)

    def learn(self, seconds: Sequence[float]) -> None:
        """Note what runs took."""
        self.runs += len(seconds)
        self.seconds += sum(seconds)

    def next(self, waiting: int) -> int:
        """Return the size of the next chunk; towards the end chunks shrink, so that all end at once."""
        if self.runs:
            fitting = CHUNK_SECONDS * self.runs / max(self.seconds, 1e-9)
            self.size = int(min(max(fitting, 1), FASTEST_GROWTH * self.size, LARGEST_CHUNK))
        return max(1, min(self.size, math.ceil(waiting / (2 * self.workers))))


def make_runs(subject: Subject, items: Iterable[Item], crew: Crew, keep: Keep) -> None:
    """Make runs and hand each finished chunk to `keep`.

    Args:
        subject: what is run.
        items: the runs to be made.
        crew: who makes them.
        keep: stores a finished chunk; an error it raises ends everything.

    Raises:
        OtherVersionError: a worker has other code.
        LostSchedulerError: the cluster's scheduler went away.
    """
    waiting = deque(items)
    code = subject.code()
    pace = _Pace(crew.workers)

    def finish(finished: Finished) -> None:
        pace.learn(finished.seconds)
        keep(finished)

    def chunk(runs: Iterable[Item]) -> Chunk:
        return Chunk(subject, code, tuple(runs))

    def take() -> Chunk | None:
        if not waiting:
            return None
        size = pace.next(len(waiting))
        return chunk(waiting.popleft() for _ in range(size))

    while waiting:
        for suspect in gather(take, make_chunk, crew, lambda _, finished: finish(finished)):
            _suspected(suspect, chunk, crew, finish)


def _suspected(
    suspect: Chunk, chunk: Callable[[Iterable[Item]], Chunk], crew: Crew, finish: Keep
) -> None:
    """Make a chunk alone; if its worker dies, each of its runs by itself."""
    made = alone(suspect, make_chunk, crew)
    if made is not None:
        finish(made[0])
    elif len(suspect.items) == 1:
        finish(Finished([failed(suspect.items[0], DEADLY)], [0.0]))
    else:
        for item in suspect.items:
            _suspected(chunk([item]), chunk, crew, finish)
