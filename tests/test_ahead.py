"""A second process compiles from the end of the week; the first one finds what it has compiled."""

import subprocess
import sys

import pytest

from sim.cli import shared
from sim.engine import compiled
from sim.system import ahead, cache
from sim.tick import MOMENTS
from tests.watching import noting

MOMENTS_AT = {moment: position for position, moment in enumerate(MOMENTS)}


def test_a_week_lived_backwards_reaches_what_a_week_lived_forwards_does(monkeypatch):
    from sim import model

    lived = []

    def watched(overrides):
        community = load(overrides=overrides)
        community.watch(noting(lived))
        return community

    load = model.load
    monkeypatch.setattr(model, "load", watched)
    assert ahead.live_backwards(weeks=1).week == 1
    backwards = lived.copy()
    lived.clear()
    watched(ahead.TINY).run_for(1)
    assert sorted(backwards) == sorted(lived)
    order = [MOMENTS_AT[name.partition(".")[0]] for name in backwards[1:]]
    assert backwards[0] == "record"
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize(("processors", "started"), [(1, 0), (2, 1)])
def test_a_second_process_is_started_where_there_is_a_processor_for_it(
    monkeypatch, processors, started
):
    calls = []

    class Process:
        def __init__(self, command, env, **streams):
            calls.append((command, env["REDMAPLE_CACHE"], env["PYTHONSAFEPATH"]))

        def kill(self):
            pass

    monkeypatch.setattr(subprocess, "Popen", Process)
    monkeypatch.setattr(ahead, "processors", lambda: processors)
    ahead.compile_ahead()
    place = str(cache.folder().parent)
    assert calls == [([sys.executable, "-P", "-m", "sim.system.ahead"], place, "1")] * started


@pytest.mark.skipif(not compiled.COMPILED, reason="nothing is compiled")
def test_only_an_empty_cache_is_filled_ahead(monkeypatch, tmp_path, capsys):
    calls = []
    monkeypatch.setattr(ahead, "compile_ahead", lambda: calls.append(1))
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "redmaple")
    monkeypatch.setattr(cache, "is_kept", lambda: True)
    shared.announce_compilation(helped=False)
    assert calls == []
    shared.announce_compilation()
    assert calls == [1]
    assert "Compiling the model" in capsys.readouterr().err
    (tmp_path / "redmaple").mkdir()
    (tmp_path / "redmaple" / "loop.nbi").touch()
    shared.announce_compilation()
    assert len(calls) == 1
