"""Golden outcomes: the same scenario, seed and version give the same figures as last time.

Where results change on purpose, `uv run python -m tests.update_baselines` writes them anew, and
the changelog says what changed. On another kind of processor a last bit of the population draw may
differ, and the figures with it: the baselines belong to the processor that wrote them.

What is new (a figure, a column) has no baseline yet and is let pass, so that a file can be added
without touching the others; what is gone, or differs, is not.
"""

import json

import pytest

from tests import update_baselines


@pytest.mark.parametrize("scenario", update_baselines.SCENARIOS)
def test_outcomes_are_those_of_the_baseline(scenario):
    stored = json.loads((update_baselines.FOLDER / f"{scenario}.json").read_text(encoding="utf-8"))
    now = update_baselines.outcomes(scenario)
    for kind in ("outcomes", "columns"):
        new = sorted(set(now[kind]) - set(stored[kind]))
        if new:
            print(f"{scenario}: no baseline yet for {kind} {', '.join(new)}")
        for name in new:
            now[kind].pop(name)
    assert now["outcomes"] == pytest.approx(stored["outcomes"], rel=1e-9, nan_ok=True)
    differ = {name for name, kept in stored["columns"].items() if now["columns"].get(name) != kept}
    assert not differ
