"""The store of a study: finished runs in Parquet files that are whole or not there at all.

`runs/` holds chunks. A chunk is named after the digest of its own bytes, written beside its place,
flushed to the disk and then renamed: a file that was cut short, or that has rotted, no longer fits its
name, is set aside and its runs are made again. Runs are found by their identifier, which is the
address of all they depend on, so that a run of a changed rule, scenario or seed is never mistaken for
one that is stored.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sim.errors import InputError
from sim.study.table import DONE, Row

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST, JOURNAL, RUNS, DAMAGED, LOCK = "study.json", "journal.jsonl", "runs", "damaged", ".lock"
FIXED = ("run_id", "seed", "status", "error", "digest")
WEEKLY = "weekly."
NAME_DIGITS = 32


class Store:
    """The folder of one study."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is read or written yet."""
        self.folder = folder
        self.runs = folder / RUNS

    # --- Reading -------------------------------------------------------------------------------

    def chunks(self) -> list[Path]:
        """Return the files of finished chunks, in the order of their names."""
        return sorted(self.runs.glob("*.parquet"))

    def rows(self) -> dict[str, Row]:
        """Return every stored run by its identifier; damaged chunks are passed over.

        Raises:
            InputError: two chunks hold different results of one run.
        """
        found: dict[str, Row] = {}
        for path in self.chunks():
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # another process has just merged chunks
                return self.rows()
            if _name(content) == path.stem:
                for row in _rows(content):
                    _add(found, row, self.folder)
        return found

    def damaged(self) -> list[Path]:
        """Return the chunks whose bytes do not fit their names."""
        return [path for path in self.chunks() if _name(path.read_bytes()) != path.stem]

    def manifest(self) -> dict[str, Any]:
        """Return what the study is.

        Raises:
            InputError: there is no manifest, or it cannot be read.
        """
        path = self.folder / MANIFEST
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"{self.folder} holds no study: {MANIFEST} is missing.") from None
        except (OSError, ValueError) as error:
            raise InputError(
                f"{path} cannot be read ({error}); the command that made the study writes it anew."
            ) from None
        if not isinstance(content, dict) or "plan" not in content:
            raise InputError(f"{path} is no manifest of a study: it has no plan.")
        return content

    def journal(self) -> list[dict[str, Any]]:
        """Return what happened, entry by entry; an entry that was cut short is passed over."""
        try:
            text = (self.folder / JOURNAL).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return []
        entries = []
        for line in text.splitlines():
            try:
                entries.append(json.loads(line))
            except ValueError:
                continue
        return [entry for entry in entries if isinstance(entry, dict)]

    # --- Writing -------------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the study for this process alone; the hold ends with the process, however it ends.

        Raises:
            InputError: another process holds it.
        """
        from filelock import FileLock, Timeout

        self.runs.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise InputError(
                f"another process is working on the study in {self.folder}; wait for it, or give "
                "this one another name."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def clean(self) -> list[Path]:
        """Set damaged chunks aside and remove what was never finished; return the damaged ones.

        Only while the study is held.
        """
        for partial in self.folder.rglob("*.partial"):
            partial.unlink(missing_ok=True)
        aside = []
        for path in self.damaged():
            target = self.folder / DAMAGED / path.name
            target.parent.mkdir(exist_ok=True)
            os.replace(path, target)
            aside.append(target)
        return aside

    def write(self, rows: Sequence[Row]) -> Path:
        """Write one chunk and return its file."""
        content = _bytes(rows)
        path = self.runs / f"{_name(content)}.parquet"
        write_whole(path, content)
        return path

    def write_manifest(self, content: Mapping[str, Any]) -> None:
        """Write what the study is."""
        text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        write_whole(self.folder / MANIFEST, text.encode())

    def note(self, **entry: Any) -> None:
        """Add an entry to the journal."""
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(line)

    def merge(self, order: Iterable[str]) -> Path:
        """Merge all chunks: the runs named, in their order, in one file; any others in a second.

        The file of a finished study depends on its runs alone, not on who made them in what order.
        Chunks are removed only when what they held is on the disk in its new place.
        """
        known = self.rows()
        own = [known.pop(run) for run in dict.fromkeys(order) if run in known]
        old = set(self.chunks())
        merged = self.write(own)
        kept = {merged}
        if known:
            kept.add(self.write([known[run] for run in sorted(known)]))
        for path in old - kept:
            path.unlink(missing_ok=True)
        return merged


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever ends this process."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _add(found: dict[str, Row], row: Row, folder: Path) -> None:
    """Add a row; of two of one run, one that was done goes before one that failed."""
    other = found.get(row.run_id)
    if other is None or (row.status == DONE != other.status):
        found[row.run_id] = row
    elif row.status == DONE and other.digest != row.digest:
        raise InputError(
            f"{folder}: run {row.run_id} is stored with two different results ({other.digest[:12]} "
            f"and {row.digest[:12]}): the workers' machines do not agree. Use another folder."
        )


# --- Bytes ---------------------------------------------------------------------------------------


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:NAME_DIGITS]


def _bytes(rows: Sequence[Row]) -> bytes:
    """Return rows as a Parquet file; equal rows give equal bytes."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(to_arrow(rows), sink, compression="zstd")
    return sink.getvalue()


def to_arrow(rows: Sequence[Row]) -> pa.Table:
    """Return rows as a table: fixed columns, a column an outcome, a list column a weekly figure."""
    import pyarrow as pa

    outcomes = list(dict.fromkeys(name for row in rows for name in row.outcomes))
    weekly = list(dict.fromkeys(name for row in rows for name in row.weekly))
    columns: dict[str, Any] = {
        name: pa.array(
            [getattr(row, name) for row in rows], pa.int64() if name == "seed" else pa.string()
        )
        for name in FIXED
    }
    for name in outcomes:
        columns[name] = pa.array([row.outcomes.get(name) for row in rows], pa.float64())
    for name in weekly:
        columns[WEEKLY + name] = pa.array(
            [row.weekly.get(name) for row in rows], pa.list_(pa.float64())
        )
    return pa.table(columns)


def read_parquet(source: Path | BinaryIO) -> pa.Table:
    """Read a whole Parquet file in this thread alone.

    `pyarrow.parquet.read_table` starts a thread even where it is told to use none, and a thread that
    outlives the interpreter aborts the process at its end.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(source, pre_buffer=False) as file:
        return file.read(use_threads=False)


def _rows(content: bytes) -> Iterator[Row]:
    columns = read_parquet(io.BytesIO(content)).to_pydict()
    fixed = [columns.pop(name) for name in FIXED]
    weekly = {
        name.removeprefix(WEEKLY): columns.pop(name)
        for name in [*columns]
        if name.startswith(WEEKLY)
    }
    for place, (run, seed, status, error, digest) in enumerate(zip(*fixed, strict=True)):
        yield Row(
            run,
            seed,
            status,
            error,
            digest,
            {name: column[place] for name, column in columns.items() if column[place] is not None},
            {name: column[place] for name, column in weekly.items() if column[place] is not None},
        )
