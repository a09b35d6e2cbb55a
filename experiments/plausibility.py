"""Does the model, tuned to nothing, say what the account says of the case?

Question. The account says that satisfaction rose, that property conflict is prominent, that the young
stay away from events, and its books say that nearly every dispute was resolved. Where does the model, at
numbers that nobody fitted to any of this, say the same, and where not?

Design. The base scenario at full size, 16 seeds (`quick`: a tenth, five seeds): one week, for what is
there before the practice begins, and the first two years. Nothing is varied, nothing is tuned.

Measure. Satisfaction of those who used a service, of those who know of it, and of the rest, before and
after; weeks of unknown need and of waiting from the request; hazards and who came to harm;
disputes as they were and as they are booked; who takes part. The account's own words and numbers stand
beside, where it has any.

Predictions (written before the run; each is a claim of the account).
A1 Satisfaction with medical care, childcare and culture is higher after two years than before (F9).
   Refuted if one of them is lower, beyond the interval.
A2 It rises by use: after two years users of medical care are more satisfied than those who know of it,
   and these more than the rest. Refuted if one of the two is the other way round, beyond the interval.
A3 Property conflict is prominent: more disputes are with property companies than between households (B8).
   Refuted if fewer are, beyond the interval.
A4 The books are brighter than the truth: a larger share of disputes is entered as resolved than was (F4).
   Refuted if a smaller share is, beyond the interval.
A5 The young take part in events less than the elderly (B7, B9). Refuted if they take part more, beyond
   the interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import __version__
from sim.columns import HEARD_OF, SERVICES
from sim.scenario import load
from sim.study.estimates import estimated, joint, part_of, span
from sim.study.plan import Plan, arm
from sim.study.precision import Plans
from sim.study.subject import CommunitySubject
from sim.study.verdict import Finding, Prediction, Verdict
from sim.words.glossary import zh

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NAME = "plausibility"
TITLE = {
    "en": "Does the model, tuned to nothing, say what the account says?",
    "zh": "未经调校的模型与案例记述是否一致?",
}
PREDICTIONS = (
    Prediction(
        "A1",
        "Satisfaction with medical care, childcare and culture is higher after two years than before (F9).",
        "one of them is lower, beyond the interval",
    ),
    Prediction(
        "A2",
        "After two years users of medical care are more satisfied than those who know of it, and these "
        "more than the rest.",
        "one of the two is the other way round, beyond the interval",
    ),
    Prediction(
        "A3",
        "More disputes are with property companies than between households (B8).",
        "fewer are, beyond the interval",
    ),
    Prediction(
        "A4",
        "A larger share of disputes is entered in the books as resolved than was resolved (F4).",
        "a smaller share is, beyond the interval",
    ),
    Prediction(
        "A5",
        "The young take part in events less than the elderly (B7, B9).",
        "they take part more, beyond the interval",
    ),
)

SEED = 6_000_000_000
"""First seed; the seeds of other experiments lie elsewhere."""

SIZES = {"quick": (0.1, 5), "full": (1.0, 16)}
YEARS = 2
COUNT = (0.0, float("inf"))
BOUNDS = dict.fromkeys(("0-1", "share of needs", "share in 13 weeks"), (0.0, 1.0))
"""Between which a mean lies in any case, by unit; counts and ratios are not negative."""
KNOWING = ("users", "aware", "rest")
ROSE = ("medical", "childcare", "culture")
GROUPS = ("young", "middle", "elderly", "migrant", "local", "offline")
RESOLVED, BOOKED = "disputes resolved", "disputes booked as resolved"
OUTCOMES: tuple[str, ...] = (
    *(f"satisfaction_{service}" for service in SERVICES),
    *(f"satisfaction_{service}_{who}" for service in HEARD_OF for who in KNOWING),
    *("trust", "cohesion", "need_weeks_unknown", "needs_arisen", "need_wait_median"),
    *(
        "needs_met_share",
        "hazards_unfound",
        "hazards_arisen",
        "hazards_found",
        "hazards_fixed",
        "accidents",
    ),
    *("disputes_arisen", "grievances_arisen", "disputes_resolved", "disputes_unresolved"),
    *("disputes_recorded", "disputes_recorded_resolved", "disputes_mediated", "disputes_faded"),
    *("rate_event", "rate_volunteer", "rate_deliberate", "attendance", "volunteer_hours"),
    *(f"rate_{mode}_{group}" for mode in ("event", "volunteer") for group in GROUPS),
)
ACCOUNT = {
    "satisfaction_medical": "clearly improved (F9)",
    "satisfaction_childcare": "clearly improved (F9)",
    "satisfaction_culture": "clearly improved (F9)",
    "disputes_recorded": "over 100 a year (F3)",
    BOOKED: "98 % (F4)",
    "hazards_fixed": "225, undated (C5)",
    "attendance": "41,000, undated (F2)",
    "rate_event_young": "little (B7)",
    "grievances": "fairly prominent (B8)",
}
"""What the account says, in short."""


def plans(scale: str) -> Plans:
    """Yield two plans under the same seeds: the first week, and the first two years."""
    size, seeds = SIZES[scale]
    base = load("fengshu", {"population.scale": size})
    for part, weeks in (("before", 1), ("after", 52 * YEARS)):
        subject = CommunitySubject(base, weeks)
        yield Plan(f"{NAME}-{part}-{scale}", subject, (arm("as it is"),), seeds, SEED)


def achieved(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return how many seeds there are."""
    return f"{len(part_of(frames, 'after'))} seeds; intervals are over seeds, all numbers being as they are."


def tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return every figure before and after, and the comparisons that the predictions rest on."""
    import pandas as pd

    before, after = (
        part_of(frames, part).sort_values("seed").reset_index(drop=True)
        for part in ("before", "after")
    )
    rows: list[dict[str, Any]] = []

    def tell(
        what: str, unit: str, values: Any, when: str = "after", who: str = "everybody"
    ) -> None:
        told = {"what": what, "who": who, "when": when, "account": ACCOUNT.get(what, "")}
        rows.append(estimated(values, unit, bounds=BOUNDS.get(unit, COUNT), **told))

    for service in SERVICES:
        name = f"satisfaction_{service}"
        tell(name, "0-1", before[name], "before")
        tell(name, "0-1", after[name])
        if service in HEARD_OF:
            for who in KNOWING:
                tell(name, "0-1", after[f"{name}_{who}"], who=who)
    for name in ("trust", "cohesion"):
        tell(name, "0-1", before[name], "before")
        tell(name, "0-1", after[name])
    tell("unknown need", "weeks per need", after["need_weeks_unknown"] / after["needs_arisen"])
    tell("need_wait_median", "weeks", after["need_wait_median"])
    tell("needs_met_share", "share of needs", after["needs_met_share"])
    tell("hazards_unfound", "at once", before["hazards_unfound"], "before")
    tell("hazards_unfound", "at once", after["hazards_unfound"])
    for name in ("hazards_arisen", "hazards_found", "hazards_fixed", "accidents"):
        tell(name, "in two years", after[name])
    for name in ("disputes_arisen", "disputes_mediated", "disputes_recorded"):
        tell(name, "per year", after[name] / YEARS)
    tell("grievances", "share of disputes", after["grievances_arisen"] / after["disputes_arisen"])
    ended = after["disputes_resolved"] + after["disputes_unresolved"]
    resolved = after["disputes_resolved"] / ended
    booked = after["disputes_recorded_resolved"] / after["disputes_recorded"]
    tell(RESOLVED, "share of those brought", resolved)
    tell(BOOKED, "share of those in the books", booked)
    for name in ("attendance", "volunteer_hours"):
        tell(name, "in two years", after[name])
    for mode in ("event", "volunteer"):
        for group in GROUPS:
            tell(f"rate_{mode}_{group}", "share in 13 weeks", after[f"rate_{mode}_{group}"])
    return {
        "page": pd.DataFrame(rows),
        "claims": pd.DataFrame(_claims(before, after, resolved, booked)),
    }


def _claims(
    before: pd.DataFrame, after: pd.DataFrame, resolved: Any, booked: Any
) -> list[dict[str, Any]]:
    rows = [
        estimated(
            after[f"satisfaction_{service}"] - before[f"satisfaction_{service}"],
            "0-1",
            prediction="A1",
            claim=f"{service}: after less before",
        )
        for service in ROSE
    ]
    for one, other in (("users", "aware"), ("aware", "rest")):
        gap = after[f"satisfaction_medical_{one}"] - after[f"satisfaction_medical_{other}"]
        rows.append(estimated(gap, "0-1", prediction="A2", claim=f"medical: {one} less {other}"))
    grievances = after["grievances_arisen"] / after["disputes_arisen"] - 0.5
    young = after["rate_event_elderly"] - after["rate_event_young"]
    return [
        *rows,
        estimated(
            grievances, "share", prediction="A3", claim="grievances among disputes, less one half"
        ),
        estimated(booked - resolved, "share", prediction="A4", claim="booked less true"),
        estimated(young, "share", prediction="A5", claim="elderly less young"),
    ]


def verdicts(tables: Mapping[str, pd.DataFrame]) -> list[Verdict]:
    """Return what became of each prediction."""
    found = []
    for prediction in PREDICTIONS:
        rows = tables["claims"][tables["claims"]["prediction"] == prediction.id]
        told = "; ".join(f"{one['claim']} {span(one, 3)}" for one in rows.to_dict("records"))
        found.append(
            Verdict(prediction.id, joint([_sign(row) for _, row in rows.iterrows()]), f"{told}.")
        )
    return found


def _sign(row: Any) -> Finding:
    """Return whether a difference is above zero, below, or neither."""
    if row["low"] > 0:
        return "supported"
    return "refuted" if row["high"] < 0 else "undecided"


WORDS = {
    "start": ("everybody, before", "全体，启动前"),
    "everybody": ("everybody, after", "全体，两年后"),
    "users": ("who used it", "用过者"),
    "aware": ("who know of it", "知晓者"),
    "rest": ("the rest", "其余居民"),
}


def figures(
    tables: Mapping[str, pd.DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return satisfaction by service, before and after, and by what people know of it."""
    from sim.analysis import charts

    place = 0 if language == "en" else 1
    page = tables["page"]
    satisfied = page[page["what"].str.startswith("satisfaction_")].copy()
    satisfied["service"] = satisfied["what"].str.removeprefix("satisfaction_")
    satisfied["who"] = np.where(satisfied["when"] == "before", "start", satisfied["who"])
    services = {name: name for name in SERVICES}
    if language == "zh":
        services = {name: zh(f"SERVICES.{name}") for name in services}
    seeds = SIZES[scale][1]
    words = charts.Words(
        (
            "Satisfaction by service, and by what people know of it",
            "各项服务的满意度：启动前后，以及用过、知晓与其余居民",
        )[place],
        x=("satisfaction, 0 to 1", "满意度（0–1）")[place],
        names={**services, **{name: both[place] for name, both in WORDS.items()}},
        footnote=(
            f"{seeds} seeds, {YEARS} years, redmaple {__version__}",
            f"{seeds} 个种子，{YEARS} 年，redmaple {__version__}",
        )[place],
    )
    order = {name: number for number, name in enumerate(WORDS)}
    satisfied = satisfied.sort_values("who", key=lambda who: who.map(order), kind="stable")
    satisfied = satisfied.sort_values(
        "service", key=lambda names: names.map(list(services).index), kind="stable"
    )
    chart = charts.intervals(
        satisfied, words, language, row="service", hue="who", limits=(0.0, 1.0)
    )
    return {"satisfaction": chart}
