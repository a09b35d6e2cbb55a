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
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass, field

from sim.errors import InputError
from sim.study.crew import Crew
from sim.study.subject import Subject
from sim.study.work import Chunk, Finished, Item, failed, make_chunk

CHUNK_SECONDS = 4.0
"""What a chunk is to take: as much work is lost at most when everything is killed, per worker and
chunk in flight."""

LARGEST_CHUNK = 2000
FASTEST_GROWTH = 8

DEADLY = "the process that made this run died, and so did the next: it was killed or out of memory"

type Keep = Callable[[Finished], None]
"""What is called with each finished chunk, in the order in which they finish."""


class LostSchedulerError(InputError):
    """The scheduler of a cluster went away; what was finished is kept."""


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

    while waiting:
        suspects = _in_one_pool(waiting, chunk, crew, pace, finish)
        for suspect in suspects:
            _alone(suspect, chunk, crew, finish)


def _in_one_pool(
    waiting: deque[Item],
    chunk: Callable[[Iterable[Item]], Chunk],
    crew: Crew,
    pace: _Pace,
    finish: Keep,
) -> list[Chunk]:
    """Make what is waiting until all is made or a worker dies; return the chunks then in flight."""
    suspects: list[Chunk] = []
    with crew.open() as pool:
        pending: dict[Future[Finished], Chunk] = {}
        while (waiting and not suspects) or pending:
            while waiting and not suspects and len(pending) < crew.window * crew.workers:
                size = pace.next(len(waiting))
                taken = chunk(waiting.popleft() for _ in range(size))
                future = _submitted(pool, taken)
                if future is None:
                    suspects.append(taken)
                else:
                    pending[future] = taken
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                made = _result(future, crew)
                if made is None:
                    suspects.append(pending.pop(future))
                else:
                    pending.pop(future)
                    finish(made)
    return suspects


def _alone(
    suspect: Chunk, chunk: Callable[[Iterable[Item]], Chunk], crew: Crew, finish: Keep
) -> None:
    """Make a chunk with nobody else in the pool; if its worker dies, each of its runs by itself."""
    with (crew.alone or crew.open)() as pool:
        future = _submitted(pool, suspect)
        made = None if future is None else _result(future, crew)
    if made is not None:
        finish(made)
    elif len(suspect.items) == 1:
        finish(Finished([failed(suspect.items[0], DEADLY)], [0.0]))
    else:
        for item in suspect.items:
            _alone(chunk([item]), chunk, crew, finish)


def _submitted(pool: Executor, taken: Chunk) -> Future[Finished] | None:
    """Return the future of a chunk; None where the pool is broken already."""
    try:
        return pool.submit(make_chunk, taken)
    except BrokenExecutor:
        return None


def _result(future: Future[Finished], crew: Crew) -> Finished | None:
    """Return a chunk's result; None where its worker died."""
    try:
        return future.result()
    except CancelledError:
        raise LostSchedulerError(
            "the scheduler went away; what is finished is kept, and the same command goes on"
        ) from None
    except Exception as error:
        if isinstance(error, (BrokenExecutor, *crew.lost)):
            return None
        raise
