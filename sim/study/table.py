"""A study as one tidy table: a row a run, with what the design says of it and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.study.plan import RESERVED, Plan, tags_of

if TYPE_CHECKING:
    import pandas as pd

DONE, FAILED = "done", "failed"


class Row(NamedTuple):
    """What is kept of one run.

    Attributes:
        run_id: its identifier.
        seed: its seed.
        status: `done`, or `failed`.
        error: what went wrong, in one line; empty where nothing did.
        digest: digest of all that the run ended in; empty where it failed.
        outcomes: one value per figure; empty where it failed.
        weekly: one list per figure that is kept week by week.
    """

    run_id: str
    seed: int
    status: str
    error: str
    digest: str
    outcomes: dict[str, float]
    weekly: dict[str, list[float]]


def tidy(plan: Plan, rows: Mapping[str, Row]) -> pd.DataFrame:
    """Return a row for each run of a plan that `rows` knows, in the order of the plan.

    Columns: `run_id`, `arm`, `block`, `replication`, `seed`, `status`, `error`, `digest`, then
    the tags of the design, then every outcome. An outcome of a failed run is not a number.

    Raises:
        ValueError: a tag and an outcome have one name.
    """
    import pandas as pd

    tags = list(tags_of(plan.arms))
    known = [(run, rows[run.id]) for run in plan.runs if run.id in rows]
    outcomes = list(dict.fromkeys(name for _, row in known for name in row.outcomes))
    twice = sorted(set(tags) & {*outcomes, *RESERVED})
    if twice:
        raise ValueError(f"{twice} are tags of the design and outcomes of the runs")
    columns: dict[str, list[Any]] = {
        "run_id": [run.id for run, _ in known],
        "arm": [run.arm.label for run, _ in known],
        "block": [run.arm.block for run, _ in known],
        "replication": [run.replication for run, _ in known],
        "seed": [run.seed for run, _ in known],
        "status": [row.status for _, row in known],
        "error": [row.error for _, row in known],
        "digest": [row.digest for _, row in known],
    }
    by_run = [dict(run.arm.tags) for run, _ in known]
    columns |= {name: [tag.get(name) for tag in by_run] for name in tags}
    columns |= {
        name: [row.outcomes.get(name, float("nan")) for _, row in known] for name in outcomes
    }
    return pd.DataFrame(columns)


def weekly_table(plan: Plan, rows: Mapping[str, Row]) -> pd.DataFrame:
    """Return a row for each week of each run: `run_id`, `arm`, `block`, `seed`, `week`, figures."""
    import pandas as pd

    parts = []
    for run in plan.runs:
        row = rows.get(run.id)
        if row is None or not row.weekly:
            continue
        part = pd.DataFrame(row.weekly)
        about = {
            "run_id": run.id,
            "arm": run.arm.label,
            "block": run.arm.block,
            "replication": run.replication,
            "seed": run.seed,
            "week": range(len(part)),
        }
        parts.append(pd.DataFrame(about, index=part.index).join(part))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
