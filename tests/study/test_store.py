"""The store: chunks are whole or not there, damage is found, and two processes do not mix."""

import errno
import math
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.study import store as stores
from sim.study.store import Store
from sim.study.study import Study
from sim.study.table import DONE, FAILED, Row
from tests.study.toys import plan_of


def row(run_id: str, digest: str = "d", status: str = DONE, **outcomes: float) -> Row:
    return Row(run_id, 1, status, "" if status == DONE else "why", digest, outcomes, {})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "study")
    made.runs.mkdir(parents=True)
    return made


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    outcomes=st.lists(st.dictionaries(st.sampled_from("abc"), finite, max_size=3), max_size=4),
    weeks=st.lists(finite, max_size=4),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, outcomes: list, weeks: list
) -> None:
    store = Store(tmp_path_factory.mktemp("s"))
    store.runs.mkdir()
    rows = [
        Row(str(n), 2**62 + n, DONE, "", "d", values, {"w": weeks})
        for n, values in enumerate(outcomes)
    ]
    store.write(rows)
    assert store.rows() == {one.run_id: one for one in rows}


def test_what_is_not_a_number_stays_apart_from_what_is_missing(store: Store) -> None:
    store.write([row("a", x=math.nan, y=1.0), row("b", y=2.0)])
    rows = store.rows()
    assert math.isnan(rows["a"].outcomes["x"])
    assert rows["b"].outcomes == {"y": 2.0}


def test_equal_runs_give_equal_bytes_whatever_the_chunks(tmp_path: Path) -> None:
    names = []
    for folder, cuts in (("one", [4]), ("many", [1, 2, 1])):
        store = Store(tmp_path / folder)
        store.runs.mkdir(parents=True)
        rows = [row(str(n), x=float(n)) for n in range(4)]
        for size in reversed(cuts):
            store.write([rows.pop() for _ in range(size)])
        names.append((store.merge("0123").name, len(store.chunks())))
    assert names[0] == names[1]
    assert names[0][1] == 1


def test_merging_keeps_runs_of_other_plans_apart(store: Store) -> None:
    store.write([row("a", x=1.0), row("old", x=2.0)])
    merged = store.merge(["a"])
    assert pq.read_table(merged)["run_id"].to_pylist() == ["a"]
    assert set(store.rows()) == {"a", "old"}


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "append"])
def test_a_damaged_chunk_is_never_read_and_is_set_aside(store: Store, harm: str) -> None:
    store.write([row("good", x=1.0)])
    path = store.write([row("bad", x=2.0), row("worse", x=3.0)])
    content = bytearray(path.read_bytes())
    match harm:
        case "cut":
            content = content[: len(content) // 2]
        case "flip":
            content[len(content) // 2] ^= 1
        case "empty":
            content = bytearray()
        case "append":
            content += b"\0"
    path.write_bytes(bytes(content))
    assert set(store.rows()) == {"good"}
    assert store.damaged() == [path]
    aside = store.clean()
    assert [one.name for one in aside] == [path.name]
    assert aside[0].is_file()
    assert store.damaged() == []
    assert set(store.rows()) == {"good"}


def test_every_cut_of_a_chunk_is_found(store: Store) -> None:
    path = store.write([row("a", x=1.0)])
    content = path.read_bytes()
    for length in range(0, len(content), 37):
        path.write_bytes(content[:length])
        assert store.rows() == {}


def test_two_results_of_one_run_are_refused(store: Store) -> None:
    store.write([row("a", "one", x=1.0)])
    store.write([row("a", "two", x=2.0)])
    with pytest.raises(InputError, match="run a is stored with two different results"):
        store.rows()


def test_a_run_that_was_done_goes_before_one_that_failed(store: Store) -> None:
    store.write([row("a", "", FAILED)])
    store.write([row("a", x=1.0)])
    assert store.rows()["a"].status == DONE
    store.write([row("a", "", FAILED), row("b", "", FAILED)])
    assert store.rows()["a"].status == DONE
    assert store.rows()["b"].status == FAILED


def test_a_full_disk_leaves_nothing_half_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write([row("a", x=1.0)])
    before = sorted(path.name for path in store.runs.iterdir())

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stores.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.write([row("b", x=2.0)])
    assert sorted(path.name for path in store.runs.iterdir()) == before


def test_what_a_killed_process_left_half_written_is_removed(tmp_path: Path) -> None:
    study = Study(plan_of(2), tmp_path)
    study.store.runs.mkdir(parents=True)
    partial = study.store.runs / ".abc.parquet.123.partial"
    partial.write_bytes(b"half")
    study.make()
    assert not partial.exists()
    assert len(study.frame()) == 2


def test_a_second_process_on_one_study_is_refused(tmp_path: Path) -> None:
    first, second = Study(plan_of(1), tmp_path), Study(plan_of(1), tmp_path)
    with first.store.held(), pytest.raises(InputError, match="another process is working on"):
        second.make()
    assert second.make().made == 1


def test_a_journal_whose_last_line_was_cut_is_read(store: Store) -> None:
    store.note(event="begin", runs=3)
    with (store.folder / stores.JOURNAL).open("a") as journal:
        journal.write('{"event": "en')
    assert store.journal() == [{"event": "begin", "runs": 3}]


@pytest.mark.parametrize("content", ["", "[]", "{}", "{"])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    study = Study(plan_of(1), tmp_path)
    study.make()
    (study.store.folder / stores.MANIFEST).write_text(content)
    with pytest.raises(InputError, match="manifest"):
        Study.open("toys", tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="links need POSIX")
def test_a_reader_waits_for_nobody_while_chunks_are_merged(store: Store) -> None:
    """A chunk that is listed and gone when it is read was merged: reading begins anew."""
    path = store.write([row("a", x=1.0)])
    listed = store.chunks()
    calls = []

    def first_stale_then_true() -> list[Path]:
        calls.append(1)
        return [*listed, store.runs / "gone.parquet"] if len(calls) == 1 else [path]

    store.chunks = first_stale_then_true  # type: ignore[method-assign]
    assert set(store.rows()) == {"a"}
    assert len(calls) == 2


COUNT = """
import os, sys
from pathlib import Path
import pandas, pyarrow.parquet
from sim.study.store import Store, read_parquet
threads = lambda: len(os.listdir("/proc/self/task"))
before = threads()
store = Store(Path(sys.argv[1]))
assert len(store.rows()) == 1
for path in store.runs.glob("*.parquet"):
    read_parquet(path).to_pandas(use_threads=False)
print(threads() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted where Linux lists them")
def test_reading_starts_no_thread_that_could_outlive_the_command(store: Store) -> None:
    store.write([row("a", y=1.0)])
    done = subprocess.run(
        [sys.executable, "-c", COUNT, str(store.folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "0\n"
