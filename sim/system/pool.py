"""A pool of processes that run this package's code and end when the process that opened it ends.

A child imports the package from where its parent has it, and nothing from the folder in which the
command was given, where a file may be called `sim.py`. Before any work, one child says what code
it runs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InputError
from sim.system import cache
from sim.system.sources import source_digest

ROOT = Path(__file__).parents[2]
"""The folder that this package is imported from."""

CANNOT_START = (
    "the processes that share the work could not start; a script that asks for several keeps its own "
    'commands under `if __name__ == "__main__":`, and one process (workers=1, -j 1) always works.'
)
OTHER_CODE = (
    "a process that shares the work runs other code ({other}) than this one ({own}); start again "
    "from another folder, or with one process (workers=1, -j 1)."
)


def environment() -> dict[str, str]:
    """Return what a child's environment adds: this package first, this cache, not this folder."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {
        "PYTHONPATH": path,
        "PYTHONSAFEPATH": "1",
        cache.HOME: str(cache.folder().parent),
    }


@contextmanager
def in_environment() -> Iterator[None]:
    """Set what children are to inherit, for the time in which they start."""
    before = {name: os.environ.get(name) for name in environment()}
    os.environ.update(environment())
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def process_pool(workers: int) -> Iterator[Executor]:
    """Give a pool of processes; they end with this process, whatever ends it.

    Raises:
        InputError: no process could start, or one runs other code than this.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(1)  # a child that imports its parent's script; the parent says what is wrong
    method = "forkserver" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["sim.scenario"])
    strangers = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker)
    try:
        with in_environment():
            _check(pool, workers)
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - strangers:
            child.terminate()
        raise
    else:
        pool.shutdown(wait=True, cancel_futures=True)


def _check(pool: Executor, workers: int) -> None:
    """Have the pool start all its processes, and compare the code that they run with this one's."""
    try:
        said = {future.result() for future in [pool.submit(which_code) for _ in range(workers)]}
    except (BrokenExecutor, ImportError, AttributeError) as error:
        raise InputError(CANNOT_START) from error
    for other in said - {which_code()}:
        raise InputError(OTHER_CODE.format(other=other[0], own=which_code()[0]))


def which_code() -> tuple[str, str]:
    """Return where this process has the package from, and the digest of its files."""
    return str(ROOT), source_digest()


def start_worker() -> None:
    """Prepare a worker process: it leaves Ctrl-C to its parent, and ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
