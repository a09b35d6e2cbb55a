"""A study over three ranks of a real MPI job."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.study.study import Study

MPIEXEC = shutil.which(
    "mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
)

pytestmark = pytest.mark.skipif(MPIEXEC is None, reason="needs mpiexec")
pytest.importorskip("mpi4py", reason='needs the extra "mpi"')

STUDY = [
    "-m", "sim", "study", "fengshu", "--set", "scale=0.005", "--set", "burn_in=2", "--weeks", "4",
    "--vary", "points.rate=0.5,2", "--replications", "3", "--name", "rates",
]  # fmt: skip


def test_an_mpi_job_gives_the_same_bytes_as_one_process(tmp_path: Path) -> None:
    assert MPIEXEC is not None
    environment = {
        **os.environ,
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    }
    launch = [MPIEXEC, "-n", "3", sys.executable, "-m", "mpi4py.futures"]
    for name, command in (
        ("ranks", [*launch, *STUDY, "--mpi"]),
        ("alone", [sys.executable, *STUDY, "-j", "1"]),
    ):
        place = tmp_path / name
        place.mkdir()
        done = subprocess.run(
            command,
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
    chunks = [
        Study.open("rates", tmp_path / name / "results" / "studies").store.chunks()
        for name in ("ranks", "alone")
    ]
    assert len(chunks[0]) == 1
    assert [path.read_bytes() for path in chunks[0]] == [path.read_bytes() for path in chunks[1]]
