"""Folders of results stay the folders they are, and hold a whole result or the older one."""

import os
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.system.folders import new_folder, try_folder


def filled(folder: Path, name: str = "run.json") -> None:
    """Write one new file into a folder, as results are written."""
    with new_folder(folder) as place:
        (place / name).write_text("new", encoding="utf-8")


def test_the_current_folder_stays_the_folder_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    filled(Path())
    assert tmp_path.stat().st_ino == before
    assert os.listdir() == ["run.json"]


def test_a_link_stays_a_link_and_its_target_gets_the_files(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to("target")
    filled(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["run.json"]


def test_files_that_are_no_result_s_stay_and_those_of_an_older_result_go(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    filled(tmp_path, "old.csv")
    filled(tmp_path, "run.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "run.json"]


def test_what_fails_midway_leaves_the_older_result(tmp_path: Path) -> None:
    filled(tmp_path / "out")
    with pytest.raises(FileExistsError), new_folder(tmp_path / "out") as place:
        place.mkdir()
    assert (tmp_path / "out" / "run.json").read_text() == "new"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["run.json"]


@pytest.mark.parametrize("name", ["", " ", "file/below", "a\0b", "x" * 300])
def test_a_folder_that_cannot_be_made_is_refused_before_the_work(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    if len(name) < 300:
        with pytest.raises(InputError, match="folder"):
            try_folder(name)  # type: ignore[arg-type]
    else:
        with pytest.raises(InputError, match="cannot be written"):
            try_folder(Path(name))
