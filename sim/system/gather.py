"""Have tasks made by a crew, and lose none, whatever happens to a worker.

No more than a window of tasks is in flight, and each result is kept as soon as it is there. When a
worker dies, the tasks that were in flight are *suspects*: each is made again alone. Who hands tasks over
decides what becomes of one that kills its worker even then.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)

from sim.errors import InputError
from sim.system.crew import Crew

DEADLY = "the process that made this run died, and so did the next: it was killed or out of memory"


class LostSchedulerError(InputError):
    """The scheduler of a cluster went away; what was finished is kept."""


def gather[T, R](
    take: Callable[[], T | None],
    make: Callable[[T], R],
    crew: Crew,
    keep: Callable[[T, R], None],
) -> list[T]:
    """Have tasks made until there are no more or a worker dies; return the suspects.

    Args:
        take: gives the next task, or None where there are no more.
        make: what makes a task; other processes must be able to import it.
        crew: who makes them.
        keep: receives each task with its result; an error that it raises ends everything.

    Raises:
        LostSchedulerError: the cluster's scheduler went away.
    """
    suspects: list[T] = []
    with crew.open() as pool:
        pending: dict[Future[R], T] = {}
        more = True
        while (more and not suspects) or pending:
            while more and not suspects and len(pending) < crew.window * crew.workers:
                task = take()
                if task is None:
                    more = False
                    break
                future = _submitted(pool, make, task)
                if future is None:
                    suspects.append(task)
                else:
                    pending[future] = task
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                task = pending.pop(future)
                made = _result(future, crew)
                if made is None:
                    suspects.append(task)
                else:
                    keep(task, made[0])
    return suspects


def alone[T, R](task: T, make: Callable[[T], R], crew: Crew) -> tuple[R] | None:
    """Have a task made with nobody else in the pool; None where that kills its worker too."""
    with (crew.alone or crew.open)() as pool:
        future = _submitted(pool, make, task)
        return None if future is None else _result(future, crew)


def _submitted[T, R](pool: Executor, make: Callable[[T], R], task: T) -> Future[R] | None:
    """Return the future of a task; None where the pool is broken already."""
    try:
        return pool.submit(make, task)
    except BrokenExecutor:
        return None


def _result[R](future: Future[R], crew: Crew) -> tuple[R] | None:
    """Return a task's result, in a tuple of one; None where its worker died."""
    try:
        return (future.result(),)
    except CancelledError:
        raise LostSchedulerError(
            "the scheduler went away; what is finished is kept, and the same command goes on"
        ) from None
    except Exception as error:
        if isinstance(error, (BrokenExecutor, *crew.lost)):
            return None
        raise
