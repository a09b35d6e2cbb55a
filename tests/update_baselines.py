"""Write the golden outcomes beside this file: `uv run python -m tests.update_baselines`.

Run it when results change on purpose, and say so in the changelog: what changed, and why.
"""

import hashlib
import json
from pathlib import Path

import sim

FOLDER = Path(__file__).parent / "baselines"
SCENARIOS = ("fengshu", "no-points", "points-and-honours", "inclusive", "blank")
SETTINGS = {"population.scale": 0.02}
SEED, WEEKS = 1, 30


def short_digest(content):
    """Return the first digits of the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


def outcomes(scenario):
    """Return the outcomes of a small run, and a digest of every column and of the accounts."""
    community = sim.load(scenario, seed=SEED, overrides=SETTINGS)
    community.run_for(WEEKS)
    columns = {
        f"{name}.{field}": short_digest(f"{column.dtype}{column.shape}".encode() + column.tobytes())
        for name, table in community.tables()
        for field, column in zip(table._fields, table, strict=True)
    }
    accounts = short_digest(community.accounts.balances.tobytes())
    return {
        "columns": {**columns, "accounts": accounts},
        "outcomes": community.records.outcomes(),
    }


def main():
    """Write every baseline."""
    FOLDER.mkdir(exist_ok=True)
    for scenario in SCENARIOS:
        text = json.dumps(outcomes(scenario), indent=1, sort_keys=True)
        (FOLDER / f"{scenario}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
