"""Write the golden outcomes, and which code each equation describes.

`uv run python -m tests.update_baselines` writes them beside this file.

Run it when results change on purpose, and say so in the changelog: what changed, and why.
"""

import ast
import hashlib
import inspect
import json
from pathlib import Path

import sim
from sim import headings
from sim.words import reference

FOLDER = Path(__file__).parent / "baselines"
EQUATIONS = Path(__file__).parent / "equations.json"
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


def code_of_equations():
    """Return each equation of the model with a digest of the code that it describes.

    The digest is of what the code does: its docstring, comments and layout are left out.
    """
    parts, described = headings.parts(), {}
    for name, equation in reference.equations().items():
        stem, _, function = name.rpartition(".")
        tree = ast.parse(inspect.getsource(inspect.unwrap(getattr(parts[stem], function))))
        del tree.body[0].body[0]
        described[name] = {"code": short_digest(ast.dump(tree).encode()), "equation": equation}
    return described


def main():
    """Write every baseline."""
    text = json.dumps(code_of_equations(), indent=1, sort_keys=True, ensure_ascii=False)
    EQUATIONS.write_text(text + "\n", encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    for scenario in SCENARIOS:
        text = json.dumps(outcomes(scenario), indent=1, sort_keys=True)
        (FOLDER / f"{scenario}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
