"""Who makes the runs: this process, a pool of processes, a Dask cluster, or MPI.

All are `concurrent.futures.Executor`s, and results do not depend on which is used. Each has a trap
of its own, and it is met here, so that the runner sees one kind of executor:

- a process pool whose parent is killed leaves its workers behind: ours end with their parent;
- Dask takes two calls with equal arguments for one (`pure`), and runs a task that kills its worker
  again on the next ones (`allowed-failures`);
- MPI aborts the whole job with one rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from sim.errors import InputError
from sim.system.machine import processors
from sim.system.pool import in_environment, process_pool

LOCAL = "local"
DASK_SECONDS = 10
"""How long a Dask scheduler may take to answer."""


class InProcess(Executor):
    """An executor that runs what it is given at once, here."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function and return its finished future; Ctrl-C goes through."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class Crew:
    """A kind of executor and its size.

    Attributes:
        name: for messages.
        workers: how many runs are made at a time.
        open: gives an executor for the time of a `with`.
        alone: gives an executor that a deadly task cannot take others down with; None where the
            first is one.
        window: chunks in flight per worker.
        lost: errors of a future whose worker died, besides `BrokenExecutor`.
    """

    name: str
    workers: int
    open: Callable[[], AbstractContextManager[Executor]]
    alone: Callable[[], AbstractContextManager[Executor]] | None = None
    window: int = 2
    lost: tuple[type[Exception], ...] = ()


def crew(workers: int | None = None, dask: str | None = None, mpi: bool = False) -> Crew:
    """Return who makes the runs.

    Args:
        workers: processes; 1 is this process, None as many as there are processors.
        dask: address of a scheduler such as `tcp://host:8786`, or `local` for a cluster of this
            machine's.
        mpi: use the ranks of an MPI job started with `mpiexec -n N python -m mpi4py.futures`.

    Raises:
        InputError: no workers, or a package that is not installed.
    """
    if workers is not None and workers < 1:
        raise InputError(f"-j {workers} is out of bounds: it takes 1 worker or more.")
    if dask is not None and mpi:
        raise InputError("--dask and --mpi exclude each other.")
    count = workers or processors()
    if dask is not None:
        return _dask(dask, count)
    if mpi:
        return _mpi()
    return in_process() if count == 1 else processes(count)


def in_process() -> Crew:
    """Return the crew that is this process."""
    return Crew("this process", 1, lambda: InProcess(), window=1)


def processes(workers: int) -> Crew:
    """Return a pool of processes on this machine."""
    return Crew(
        f"{workers} processes", workers, lambda: process_pool(workers), lambda: process_pool(1)
    )


def _dask(address: str, workers: int) -> Crew:
    try:
        from distributed import Client, LocalCluster
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise InputError('--dask needs the package: pip install "redmaple[dask]".') from None

    def client() -> Any:
        try:
            return Client(address, timeout=DASK_SECONDS)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            says = " ".join(str(error).split())
            raise InputError(f"--dask {address}: no scheduler answers there ({says}).") from None

    @contextmanager
    def open_client() -> Iterator[Executor]:
        if address == LOCAL:
            with (
                in_environment(),
                LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=workers, threads_per_worker=1, dashboard_address=None
                ) as cluster,
                Client(cluster) as own,  # type: ignore[no-untyped-call]
            ):
                yield own.get_executor(pure=False)
        else:
            with client() as found:
                yield found.get_executor(pure=False)

    if address != LOCAL:
        with client() as found:
            workers = sum(found.nthreads().values())
        if not workers:
            raise InputError(f"--dask {address}: the scheduler has no workers.")
    return Crew(f"Dask {address}, {workers} workers", workers, open_client, lost=(KilledWorker,))


def _mpi() -> Crew:
    try:
        from mpi4py import MPI
        from mpi4py.futures import MPIPoolExecutor
    except (ImportError, RuntimeError) as error:
        raise InputError(
            f'--mpi needs the package and an MPI: pip install "redmaple[mpi]" ({error}).'
        ) from None
    workers = max(MPI.COMM_WORLD.Get_size() - 1, 1)
    return Crew(f"MPI, {workers} workers", workers, MPIPoolExecutor)
