"""What a worker does: make the runs of a chunk, one after another, whatever happens in them."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.errors import InputError
from sim.study.subject import Subject
from sim.study.table import DONE, FAILED, Row


class OtherVersionError(InputError):
    """A worker has other code than the process that planned the study."""


class Item(NamedTuple):
    """One run to be made: its identifier, what is changed, its seed."""

    run_id: str
    changes: Mapping[str, Any]
    seed: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Runs that are sent to a worker together.

    Attributes:
        subject: what is run.
        code: digest of the code that the study was planned with.
        items: the runs.
    """

    subject: Subject
    code: str
    items: tuple[Item, ...]


class Finished(NamedTuple):
    """What a worker sends back: one row a run, and the seconds each took."""

    rows: list[Row]
    seconds: list[float]


def make_chunk(chunk: Chunk) -> Finished:
    """Make the runs of a chunk. A run that fails is a row like any other, with its error.

    Raises:
        OtherVersionError: this worker has other code, so that its runs would be somebody else's.
    """
    if chunk.subject.code() != chunk.code:
        raise OtherVersionError(
            "a worker has another version of the code, or of numpy, numba, mesa or scipy, than "
            "this process; give all of them the same one, and start the workers anew"
        )
    rows, seconds = [], []
    for item in chunk.items:
        begun = time.perf_counter()
        rows.append(make_row(chunk.subject, item))
        seconds.append(time.perf_counter() - begun)
    return Finished(rows, seconds)


def make_row(subject: Subject, item: Item) -> Row:
    """Make one run and return what is kept of it."""
    try:
        made = subject.make(item.changes, item.seed)
    except Exception as error:
        return failed(item, f"{type(error).__name__}: {_one_line(error)} ({_place(error)})")
    return Row(item.run_id, item.seed, DONE, "", made.digest, made.outcomes, made.weekly)


def failed(item: Item, error: str) -> Row:
    """Return the row of a run that failed."""
    return Row(item.run_id, item.seed, FAILED, error, "", {}, {})


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _place(error: BaseException) -> str:
    """Return file and line where an error was raised; the path is left out: it is the machine's."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{os.path.basename(frame.filename)}:{frame.lineno}"
