"""Children run the parent's package, and nothing that lies in the user's folder."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.system import cache, pool

ROOT = Path(pool.__file__).parents[1]
PLANTED = "from pathlib import Path\nPath(__file__).with_name('was_run').touch()\n"
STUDY = ("study", "fengshu", "--vary", "points.rate=1,2", "--weeks", "1", "--replications", "2")
TINY = ("--set", "population.scale=0.002", "--set", "population.burn_in=0")


def run_in(folder: Path, *command: str, **environment: str | None) -> subprocess.CompletedProcess:
    """Run a command with a new interpreter in a folder; `None` takes a variable away."""
    given = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_DISABLE_JIT": "1"}
    for name, value in environment.items():
        given.pop(name, None)
        if value is not None:
            given[name] = value
    return subprocess.run(
        [sys.executable, "-P", *command],
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_file_called_sim_in_the_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "sim.py").write_text(PLANTED)
    (tmp_path / "numpy.py").write_text(PLANTED)
    done = run_in(tmp_path, "-m", "sim", *STUDY, *TINY, "-j", "2")
    assert done.returncode == 0, done.stderr
    assert "4 runs" in done.stdout + done.stderr
    assert not (tmp_path / "was_run").exists()


def test_another_package_called_sim_in_the_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "__init__.py").write_text(PLANTED)
    (tmp_path / "sim" / "scenario.py").write_text(PLANTED)
    done = run_in(tmp_path, "-m", "sim", *STUDY, *TINY, "-j", "2")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "sim" / "was_run").exists()


def test_what_compiles_ahead_runs_nothing_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "sim.py").write_text(PLANTED)
    script = (
        "import subprocess, sys; from sim.system import ahead; ahead.processors = lambda: 2\n"
        "made = []; real = subprocess.Popen\n"
        "subprocess.Popen = lambda *a, **k: made.append(real(*a, **k)) or made[0]\n"
        "ahead.compile_ahead(); sys.exit(made[0].wait())"
    )
    done = run_in(tmp_path, "-c", script)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "was_run").exists()


def test_a_child_that_runs_other_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "source_digest", lambda: "another")
    with pytest.raises(InputError, match="runs other code"), pool.process_pool(1):
        pass


def test_a_script_without_a_guard_gets_one_sentence(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from sim.system.pool import process_pool\n"
        "from sim.errors import InputError\n"
        "try:\n"
        "    with process_pool(2) as pool:\n"
        "        print(pool.submit(abs, -1).result())\n"
        "except InputError as error:\n"
        "    print(error)\n"
    )
    done = run_in(tmp_path, str(script))
    assert "__main__" in done.stdout
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_the_environment_is_as_before_once_the_pool_is_open() -> None:
    before = dict(os.environ)
    with pool.process_pool(1):
        assert dict(os.environ) == before


# --- The cache -------------------------------------------------------------------------------

WHERE = "from sim.system import cache; print(cache.folder(), cache.is_kept())"


def where(folder: Path, **environment: str | None) -> tuple[Path, bool]:
    done = run_in(folder, "-c", WHERE, **environment)
    assert done.returncode == 0, done.stderr
    place, kept = done.stdout.split()
    return Path(place), kept == "True"


def test_without_a_home_that_can_be_written_a_private_folder_serves_and_goes(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    for environment in (
        {"REDMAPLE_CACHE": str(tmp_path / "file" / "below")},
        {"REDMAPLE_CACHE": "\udcff" * 300},
        {"REDMAPLE_CACHE": None, "XDG_CACHE_HOME": None, "HOME": str(tmp_path / "file")},
    ):
        place, kept = where(tmp_path, TMPDIR=str(tmp_path), **environment)
        assert not kept
        assert place.is_relative_to(tmp_path)
        assert not place.exists()


def test_a_child_uses_its_parent_s_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = (
        "from sim.system import cache, pool\n"
        "if __name__ == '__main__':\n"
        "    with pool.process_pool(1) as one:\n"
        "        print(one.submit(cache.folder).result() == cache.folder())\n"
    )
    (tmp_path / "script.py").write_text(script)
    done = run_in(
        tmp_path, "script.py", REDMAPLE_CACHE=str(tmp_path / "file" / "x"), TMPDIR=str(tmp_path)
    )
    assert done.stdout.strip() == "True", done.stderr
    assert not list(tmp_path.glob("redmaple-*"))


def test_a_run_says_once_that_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = (
        "from sim.engine import compiled; compiled.COMPILED = True\n"
        "from sim.cli.shared import announce_compilation; announce_compilation(helped=False)"
    )
    done = run_in(
        tmp_path, "-c", script, REDMAPLE_CACHE=str(tmp_path / "file" / "x"), TMPDIR=str(tmp_path)
    )
    assert "set REDMAPLE_CACHE to a folder of your own" in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners and rights here")
def test_a_cache_that_others_can_write_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "redmaple"
    shared.mkdir()
    shared.chmod(0o777)
    done = run_in(
        tmp_path,
        *("-m", "sim", "run", "fengshu", "--weeks", "1"),
        REDMAPLE_CACHE=str(tmp_path),
        NUMBA_DISABLE_JIT=None,
    )
    assert done.returncode == 2, done.stdout
    assert "can be written by other users" in done.stderr
    assert done.stderr.count("\n") == 1
    shared.chmod(0o700)
    tmp_path.chmod(0o777)  # nobody can write the folder, but put another in its place
    assert run_in(tmp_path, "-c", WHERE, REDMAPLE_CACHE=str(tmp_path)).returncode != 0
    tmp_path.chmod(0o777 | stat.S_ISVTX)
    assert where(tmp_path, REDMAPLE_CACHE=str(tmp_path)) == (shared, True)


def test_a_full_disk_stops_no_run_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.engine.compiled import CacheWarning, _if_possible

    def full(*compiled: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "folder", lambda: tmp_path)
    with pytest.warns(CacheWarning, match="No space left on device"):
        _if_possible(full)("signature", "code")
