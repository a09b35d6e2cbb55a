"""What a process may use: its affinity and its container's limits, not what the machine has."""

import os

import pytest

from sim.system import machine


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """Return what writes a control group's files, and says which group this process is in."""
    monkeypatch.setattr(machine, "CONTROL", tmp_path / "cgroup")
    monkeypatch.setattr(machine, "OWN", tmp_path / "own")

    def write(own, **files):
        (tmp_path / "own").write_text(own)
        for place, text in files.items():
            *folders, name = place.split("__")
            folder = tmp_path.joinpath("cgroup", *folders)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name.replace("_max", ".max")).write_text(text)
        return tmp_path / "cgroup"

    return write


def test_without_a_quota_it_is_the_affinity(groups, monkeypatch):
    groups("0::/\n", cpu_max="max 100000\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert machine.processors() == 3


def test_a_quota_of_one_and_a_half_processors_is_two(groups, monkeypatch):
    groups("0::/\n", cpu_max="150000 100000\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert machine.processors() == 2


def test_the_quota_of_a_group_above_holds_too(groups, monkeypatch):
    groups("0::/pod/box\n", cpu_max="max 100000", pod__cpu_max="100000 100000")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert machine.processors() == 1


def test_control_groups_of_the_first_version_are_read(groups, monkeypatch):
    root = groups("4:cpu,cpuacct:/box\n7:memory:/box\n")
    for folder, file, text in [
        ("cpu/box", "cpu.cfs_quota_us", "300000"),
        ("cpu/box", "cpu.cfs_period_us", "100000"),
        ("memory/box", "memory.limit_in_bytes", "1048576"),
    ]:
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / file).write_text(text)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert machine.processors() == 3
    assert machine.memory() == 2**20


def test_a_container_s_memory_counts_where_it_is_less_than_the_machine_s(groups):
    groups("0::/box\n", memory_max="max", box__memory_max="2097152\n")
    assert machine.memory() == 2**21


def test_a_run_that_a_container_cannot_hold_is_refused(groups):
    from sim.errors import InputError
    from sim.scenario import check_size, load

    groups("0::/\n", memory_max="1000000")
    with pytest.raises(InputError, match=r"this machine can give \d+ kB"):
        check_size(load("fengshu"))


def test_where_the_system_says_nothing_there_is_one_processor_at_least(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "OWN", tmp_path / "none")
    assert machine.processors() >= 1
