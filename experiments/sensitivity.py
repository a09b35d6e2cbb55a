"""Which of the unknown numbers decide what the model says, and which causes could be left out?

Question. Some forty numbers of the model are known only within wide ranges. For each headline outcome:
which of them matter, by themselves or together with others; what do the important ones do along
their range; and what changes if a whole cause is taken out?

Design. Four stages; each is decided by the tables of those before it.
1. *Screening*: elementary effects (Morris) of 37 numbers and of a dummy that changes nothing.
2. *Indices*: Sobol indices of the numbers with the largest effects over all headline outcomes, and of
   the dummy; the others stay at their defaults.
3. *Curves*: the most important of these, one at a time.
4. *Structure*: one cause at a time is taken out, in the same draws of all 37 numbers, under the same
   luck; and the community is run at its full size, to see whether the size that the other stages run
   at changes the answer.
Every point is run with points and without, under the same luck. The twin without points does not
read the numbers that only points need (they are left at their defaults there, so that many twins are
one run). Stages 1 to 4 run a quarter of the community (`full`) or a tenth (`quick`): for the
same time, more points at a quarter give narrower intervals than fewer at full size, since
the luck of a run is a small part of the variance.

Measure. The effect of points is volunteer acts a week with points less those without: early (weeks
1 to 26) and late (weeks 105 to 156). Weakening is early less late, not WI: WI divides by the
early effect, which is near nothing where points are weak, and a quotient without a variance has no
indices. WI is given where means over many draws are divided. Representation and unmet need are
those of the last year; the fund's balance that of the last week. What the fund paid is shown beside.

Predictions (written before the runs).
S4.1 Weakening depends more on how unequal propensities are (sigma_u) than on how fast rewards are
     taken for granted (alpha). Refuted if alpha has the larger total index, beyond the interval.
S4.2 The late effect depends most on the launch strength of points (B_R). Refuted if another number has
     a larger total index, beyond the interval.
S4.3 The elderly's representation at events hangs on who is online, migrants' on when they are
     free: each is among the two most important numbers there. Refuted if one of them is among the
     two in fewer than 5 % of the resamples.
S4.4 The fund's balance depends more on the sum it starts with than on everything that makes points
     weak or strong. Refuted if the latter have the larger mean squared effect, beyond the interval.
S4.5 Taking rewards for granted weakens points more than any other cause: without it the late effect
     rises more, relative to the early one, than without any other. Refuted if it rises more without
     another one, beyond the interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import __version__, scenario
from sim.analysis import sensitivity
from sim.statistics import CONFIDENCE, mean_interval
from sim.study.design import morris, one_at_a_time, saltelli, worlds
from sim.study.factors import DUMMY, Factor, dummy, factor, factors
from sim.study.plan import Arm, Plan, arm, crossed
from sim.study.precision import Plans
from sim.study.subject import CommunitySubject
from sim.study.verdict import Finding, Prediction, Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NAME = "sensitivity"
TITLE = {
    "en": "Which unknowns decide what the model says?",
    "zh": "哪些未知数决定模型的结论?",
}

PREDICTIONS = (
    Prediction(
        "S4.1",
        "The weakening of the effect of points depends more on how unequal people's propensities are "
        "(sigma_u) than on how fast rewards are taken for granted (alpha).",
        "alpha has the larger total index for early less late effect (the larger mean squared "
        "effect, if stage 2 does not have both), beyond the 95 % interval of the difference",
    ),
    Prediction(
        "S4.2",
        "The late effect of points depends most on their launch strength (B_R).",
        "another number has a larger total index, beyond the 95 % interval of the difference",
    ),
    Prediction(
        "S4.3",
        "The elderly's representation at events hangs on who is online, migrants' on when they are "
        "free: each is among the two most important numbers there.",
        "one of them is among the two in fewer than 5 % of the resamples",
    ),
    Prediction(
        "S4.4",
        "The fund's balance depends more on the sum it starts with than on everything that makes "
        "points weak or strong.",
        "the latter have the larger mean squared effect, beyond the 95 % interval of the difference",
    ),
    Prediction(
        "S4.5",
        "Taking rewards for granted weakens points more than any other cause: without it WI falls more "
        "than without any other.",
        "WI falls more without another cause, beyond the 95 % interval of the difference",
    ),
)

POINTS = "incentives.points"
PSYCHOLOGY = (
    f"{POINTS}.strength",
    f"{POINTS}.point_value",
    f"{POINTS}.adaptation",
    f"{POINTS}.adaptation_offered",
    f"{POINTS}.reference_weight",
    f"{POINTS}.loss_aversion",
    f"{POINTS}.crowd_out",
    f"{POINTS}.expected_points_initial",
    f"{POINTS}.satiation_step",
)
"""What makes points weak or strong in people's eyes."""

POINTS_ONLY = (*PSYCHOLOGY, "incentives.exchange.stock", "incentives.honours.mix")
"""Numbers that nothing reads where there are no points; a test holds this against the model."""

STRENGTH, ALPHA = f"{POINTS}.strength", f"{POINTS}.adaptation"
SPREAD = "population.propensity_sd"
ONLINE, FREE = "population.online_elderly", "population.free_migrant"
FUND = "incentives.fund.initial"

OTHERS = (
    "incentives.honours.effect",
    "incentives.honours.spill_over",
    "rules.motivation.habit_gain",
    "rules.motivation.habit_fading",
    "rules.motivation.exit_hazard",
    "rules.participation.norm",
    "rules.participation.fatigue",
    "rules.participation.membership",
    "population.elderly",
    "population.migrant",
    ONLINE,
    FREE,
    "rules.reach.digital",
    "rules.reach.neighbour",
    "platforms.party_vanguard.branch_call",
    "rules.ties.fading",
    "rules.needs.level",
    "rules.place.distance_decay",
    "rules.satisfaction.patience",
    "rules.partners.exit",
    "rules.partners.join",
    "rules.partners.active_share",
    "rules.projects.coordination_cost",
    FUND,
    "mechanisms.co_building.catchment",
)


def unknowns() -> tuple[Factor, ...]:
    """Return what varies: every number within its declared range, sigma_u within that of E12."""
    return (
        *factors(POINTS_ONLY),
        factor(SPREAD, 1.0, 2.2),
        *factors(OTHERS),
        dummy(),
    )


# --- What is looked at -------------------------------------------------------------------------

EFFECTS = ("effect_early", "effect_late", "effect_weakening")
HEADLINES = (
    "effect_late",
    "effect_weakening",
    "representation_event_elderly",
    "representation_event_migrant",
    "representation_volunteer_elderly",
    "representation_volunteer_migrant",
    "unmet_need",
    "fund_balance",
)
"""Outcomes by which numbers are chosen for stage 2."""

SHOWN = ("effect_early", *HEADLINES, "fund_spending")

UNITS = {
    "effect_early": "acts per week",
    "effect_late": "acts per week",
    "effect_weakening": "acts per week",
    "representation_event_elderly": "ratio",
    "representation_event_migrant": "ratio",
    "representation_volunteer_elderly": "ratio",
    "representation_volunteer_migrant": "ratio",
    "unmet_need": "share of needs",
    "fund_balance": "yuan",
    "fund_spending": "yuan",
}

OUTCOMES = (
    "volunteering_early",
    "volunteering_late",
    *(name for name in HEADLINES if not name.startswith("effect")),
    "fund_spending",
)


def with_effects(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with points, each with the effect of points against its twin without.

    A run whose twin failed or is missing has no effect.
    """
    keys = ["block", "twin", "replication"]
    columns = ["volunteering_early", "volunteering_late"]
    with_points = frame[frame["points"].astype(bool)]
    without = frame[~frame["points"].astype(bool)].set_index(keys)[columns]
    twins = without.reindex(with_points.set_index(keys).index)
    early, late = (
        with_points[column].to_numpy(np.float64) - twins[column].to_numpy(np.float64)
        for column in columns
    )
    return with_points.assign(
        effect_early=early, effect_late=late, effect_weakening=early - late
    ).reset_index(drop=True)


# --- Plans -------------------------------------------------------------------------------------


class Size(NamedTuple):
    """How much a scale of the experiment runs.

    Attributes:
        community: agents per resident in every stage but the check of size.
        trajectories: of stage 1.
        chosen: numbers that stage 2 looks at, besides the dummy.
        rows, most_rows: of stage 2, and up to which it grows if a precision is asked for.
        curves: numbers that stage 3 looks at.
        levels: values along each of them.
        seeds: replications of stage 3.
        worlds: draws of stage 4.
        large_worlds: of these, draws run at full size too.
    """

    community: float
    trajectories: int
    chosen: int
    rows: int
    most_rows: int
    curves: int
    levels: int
    seeds: int
    worlds: int
    large_worlds: int


SIZES = {
    "quick": Size(0.1, 2, 2, 8, 16, 1, 3, 3, 2, 1),
    "full": Size(0.25, 10, 8, 128, 1024, 5, 7, 6, 24, 12),
}

WEEKS = 156
REPLICATIONS = 2
SEED = 4_000_000_000
"""First seed; the seeds of other experiments lie elsewhere."""

DESIGN_SEED = 4

CAUSES: dict[str, dict[str, Any]] = {
    "all causes": {},
    "rewards taken for granted": {f"{POINTS}.reference_weight": 0.0},
    "loss aversion": {f"{POINTS}.loss_aversion": 1.0},
    "satiation": {f"{POINTS}.satiation_step": 0.0},
    "rewards out of reach": {f"{POINTS}.horizon": 260.0, f"{POINTS}.expectation_learning": 0.005},
    "crowding": {f"{POINTS}.crowd_out": 0.0},
    "goal gradient": {f"{POINTS}.goal_gradient": 0.0},
    "mixing with honours": {"incentives.honours.mix": 0.0},
    "habit": {"rules.participation.habit": 0.0},
    "norms": {"rules.participation.norm": 0.0},
    "asks among neighbours": {"rules.reach.neighbour": 0.0},
    "fatigue": {"rules.participation.fatigue": 0.0, "rules.motivation.exit_fatigue": 0.0},
    "trust": {"rules.participation.trust": 0.0},
    "unequal propensities": {SPREAD: 0.0, "population.reward_sensitivity_sd": 0.0},
}
"""Causes, and what takes each of them out (out of reach: as far out as bounds allow)."""

ONLY_WITH_POINTS = frozenset(
    (
        "rewards taken for granted",
        "loss aversion",
        "satiation",
        "rewards out of reach",
        "crowding",
        "goal gradient",
        "mixing with honours",
    )
)
"""Causes that do nothing where there are no points."""


def twins(arms: Iterable[Arm]) -> tuple[Arm, ...]:
    """Return each arm with points and its twin without, in one block.

    The twin leaves out the changes that nothing reads where there are no points, so that arms that
    differ in these alone have one twin, run once. The tag `twin` names the pair, `points` its side.
    """
    pairs = []
    for one in arms:
        shared = tuple((path, value) for path, value in one.changes if path not in POINTS_ONLY)
        pairs += [
            replace(one, tags=(("points", True), ("twin", one.label), *one.tags)),
            replace(
                one,
                label=f"{one.label} without points",
                changes=(*shared, (f"{POINTS}.on", False)),
                tags=(("points", False), ("twin", one.label), *one.tags),
            ),
        ]
    return tuple(pairs)


def plans(scale: str, precision: float | None = None) -> Plans:
    """Yield the plans of the stages; each is sent the table of its runs.

    Args:
        scale: `quick` or `full`.
        precision: half-width of the intervals of total indices that is enough; the design of stage 2
            is doubled until it is reached or its largest size is. None keeps the first size.
    """
    size = SIZES[scale]
    base = scenario.load("fengshu", {"population.scale": size.community})
    subject = CommunitySubject(base, WEEKS, probe="sensitivity")
    varied = unknowns()

    def plan(part: str, arms: Iterable[Arm], replications: int = REPLICATIONS) -> Plan:
        return Plan(f"{NAME}-{part}-{scale}", subject, twins(arms), replications, SEED)

    screened = yield plan("screening", morris(varied, size.trajectories, DESIGN_SEED))
    ranks = ranked(with_effects(screened))
    by_path = {one.path: one for one in varied}
    chosen = [by_path[path] for path in ranks["factor"] if path != DUMMY][: size.chosen]

    rows = size.rows
    while True:
        indexed = yield plan("indices", saltelli([*chosen, by_path[DUMMY]], rows, DESIGN_SEED))
        if precision is None or rows >= size.most_rows or widest(indexed) <= precision:
            break
        rows *= 2

    along = [by_path[path] for path in leading(indexed)][: size.curves]
    yield plan("curves", one_at_a_time(along, size.levels), size.seeds)

    draws = worlds(varied[:-1], size.worlds, DESIGN_SEED)
    without = [arm(cause, changes, cause=cause) for cause, changes in CAUSES.items()]
    yield plan("structure", crossed(without, draws), 1)
    large = arm("full size", {"population.scale": 1.0}, community=1.0)
    small = arm("small", {}, community=size.community)
    yield plan("size", crossed((small, large), draws[: size.large_worlds]), 1)


def ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers by their share of the squared effects over all headline outcomes."""
    paths = [one.path for one in unknowns()]
    top = min(8, len(paths))
    return sensitivity.screening(frame, paths, HEADLINES, top, unfinished="drop")


def chosen_of(frame: pd.DataFrame) -> list[str]:
    """Return the factors of a table of stage 2, the dummy included, in the order of the design."""
    return [str(one) for one in frame["matrix"].unique() if one not in ("A", "B")]


def sobol_of(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return the Sobol indices of outcomes, from the table of stage 2."""
    import pandas as pd

    complete, paths = with_effects(frame), chosen_of(frame)
    return pd.concat(
        [sensitivity.sobol(complete, paths, one, unfinished="drop") for one in outcomes],
        ignore_index=True,
    )


def widest(frame: pd.DataFrame) -> float:
    """Return the widest half-width of a total index; infinite where one has no interval."""
    found = sobol_of(frame, HEADLINES)
    found = found[found["index"] == "total"]
    half = (found["high"] - found["low"]) / 2
    return float("inf") if half.isna().any() else float(half.max())


def achieved(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return what precision the rows of stage 2 bought."""
    indexed = next(frame for name, frame in frames.items() if name.split("-")[1] == "indices")
    width, rows = widest(indexed), indexed["row"].nunique()
    if not width < float("inf"):
        return f"Total indices: not all have an interval, from {rows} rows."
    return f"Total indices: the widest is known to ± {width:.2f} (95 %) from {rows} rows."


def leading(frame: pd.DataFrame) -> list[str]:
    """Return the factors by the mean of their total indices, cut to 0…1, the dummy left out."""
    found = sobol_of(frame, HEADLINES)
    found = found[(found["index"] == "total") & (found["factor"] != DUMMY)]
    score = found["estimate"].clip(0, 1).fillna(0).groupby(found["factor"]).mean()
    return [str(path) for path in score.sort_values(ascending=False, kind="stable").index]


# --- Tables ------------------------------------------------------------------------------------

MANY = 10_000
"""Resamples where many comparisons are made at once and the tails are thin."""

FEWEST_RIVALS = 5
"""Numbers that stage 2 must look at, to say which of all of them matter most; below, stage 1 does."""

WHOLE = "all causes"
ADAPTATION = "rewards taken for granted"


def tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return what is published, from the tables of the stages, which are found by their names."""
    import pandas as pd

    stages = {name.split("-")[1]: with_effects(frame) for name, frame in frames.items()}
    screened, indexed, along = (stages[part] for part in ("screening", "indices", "curves"))
    paths, chosen = [one.path for one in unknowns()], chosen_of(indexed)

    def each(
        of: Callable[..., pd.DataFrame], frame: pd.DataFrame, names: Sequence[str]
    ) -> pd.DataFrame:
        parts = [of(frame, names, outcome, unfinished="drop") for outcome in SHOWN]
        return pd.concat(parts, ignore_index=True)

    return {
        "screening": ranked(screened),
        "shares": _shares(screened, paths),
        "effects": each(sensitivity.morris, screened, paths),
        "indices": each(sensitivity.sobol, indexed, chosen),
        "leaders": _leaders(indexed, chosen),
        "variance": each(sensitivity.variance, indexed, chosen),
        "convergence": each(sensitivity.convergence, indexed, chosen),
        "curves": _curves(along),
        "structure": _structure(stages["structure"]),
        "size": _size(stages["size"]),
        "comparisons": _comparisons(screened, indexed, stages["structure"]),
    }


def _shares(screened: pd.DataFrame, paths: Sequence[str]) -> pd.DataFrame:
    """Return each number's share of the mean squared effects, outcome by outcome."""
    import pandas as pd

    parts = [
        sensitivity.screening(screened, paths, [outcome], 2, unfinished="drop").assign(
            outcome=outcome
        )
        for outcome in SHOWN
    ]
    return pd.concat(parts, ignore_index=True)


def _leaders(indexed: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Return how surely each number is among the two with the largest total index."""
    import pandas as pd

    parts = [
        sensitivity.leaders(indexed, chosen, outcome, 2, unfinished="drop") for outcome in SHOWN
    ]
    return pd.concat(parts, ignore_index=True)


def _curves(along: pd.DataFrame) -> pd.DataFrame:
    """Return the outcomes along each number, with where on its range each value lies."""
    import pandas as pd

    found = pd.concat([sensitivity.curves(along, one) for one in SHOWN], ignore_index=True)
    by_path = {one.path: one for one in unknowns()}
    place = [
        (float(value) - by_path[path].low) / (by_path[path].high - by_path[path].low)
        for path, value in zip(found["factor"], found["value"], strict=True)
    ]
    unit = found["outcome"].map(UNITS)
    return found.assign(place=np.round(np.array(place) * 100), unit=unit)


def _wide(frame: pd.DataFrame, by: str, outcome: str) -> pd.DataFrame:
    """Return an outcome with a row for each draw of the unknowns that is complete."""
    wide = frame.pivot(index="world", columns=by, values=outcome)
    return wide[list(frame[by].unique())].dropna()


def _structure(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what is left of the effect of points, and what changes, without each cause.

    `wi` divides means over the draws. `wi_fall` is by how much it falls without the cause; other
    rows called `…_change` are mean paired differences from all causes.
    """
    import pandas as pd

    causes, wi, again, count = _wi(frame, sensitivity.RESAMPLES)
    rows: list[dict[str, Any]] = []

    def add(cause: str, measure: str, estimate: float, low: Any, high: Any, unit: str) -> None:
        rows.append(
            {"cause": cause, "measure": measure, "estimate": estimate, "low": float(low)}
            | {"high": float(high), "unit": unit, "n": count}
        )

    for place, cause in enumerate(causes):
        add(cause, "wi", wi[place], *sensitivity.percentiles(again[:, place]), "ratio")
        gaps = again[:, 0] - again[:, place]
        add(cause, "wi_fall", wi[0] - wi[place], *sensitivity.percentiles(gaps), "ratio")
        for outcome in SHOWN:
            wide = _wide(frame, "cause", outcome)
            values, change = wide[cause], wide[cause] - wide[WHOLE]
            add(cause, outcome, values.mean(), *mean_interval(values), UNITS[outcome])
            add(cause, f"{outcome}_change", change.mean(), *mean_interval(change), UNITS[outcome])
    return pd.DataFrame(rows)


def _weakening(early: Any, late: Any) -> Any:
    """Return WI from mean effects; not a number where the mean early effect is not above zero."""
    return 1 - np.divide(late, early, out=np.full_like(early, np.nan), where=early > 0)


def _wi(frame: pd.DataFrame, resamples: int) -> tuple[list[str], Any, Any, int]:
    """Return the causes, their WI, and WI in each resample of the draws; and how many draws."""
    early, late = (_wide(frame, "cause", name) for name in EFFECTS[:2])
    weights = sensitivity.resampled(len(early), resamples, DESIGN_SEED)
    first, last = early.to_numpy(np.float64), late.to_numpy(np.float64)
    point = _weakening(first.mean(axis=0), last.mean(axis=0))
    return list(early.columns), point, _weakening(weights @ first, weights @ last), len(early)


def _size(frame: pd.DataFrame) -> pd.DataFrame:
    """Return how the outcomes at full size differ from those at the size that is run."""
    import pandas as pd

    rows = []
    for outcome in SHOWN:
        wide = _wide(frame, "community", outcome)
        small, large = wide.iloc[:, 0], wide.iloc[:, 1]
        rows.append(
            {
                "outcome": outcome,
                "small": small.mean(),
                "large": large.mean(),
                "estimate": (large - small).mean(),
                **dict(zip(("low", "high"), mean_interval(large - small), strict=True)),
                "unit": UNITS[outcome],
                "correlation": small.corr(large) if len(wide) > 2 else np.nan,
                "n": len(wide),
            }
        )
    return pd.DataFrame(rows)


def _comparisons(
    screened: pd.DataFrame, indexed: pd.DataFrame, structure: pd.DataFrame
) -> pd.DataFrame:
    """Return the differences that the predictions are about.

    Where a prediction is about one thing against many, the intervals hold all at once (each has a
    confidence of 1 - .05 / number), so that looking often does not refute by chance.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []

    def compare(
        prediction: str, outcome: str, one: str, other: str, among: int = 1, *,
        from_indices: bool = True,
    ) -> None:  # fmt: skip
        """Compare total indices, or squared effects where stage 2 does not have both."""
        confidence = 1 - (1 - CONFIDENCE) / among
        options: dict[str, Any] = {
            "unfinished": "drop", "confidence": confidence, "resamples": MANY
        }  # fmt: skip
        if {one, other} <= set(chosen_of(indexed)) and from_indices:
            source, count = "total index", indexed["row"].nunique()
            found = sensitivity.exceeds(indexed, chosen_of(indexed), outcome, one, other, **options)
        else:
            source, count = "squared effect", screened["row"].nunique()
            found = sensitivity.outweighs(screened, paths, outcome, [one], [other], **options)
        add(prediction, outcome, one, other, source, found, count)

    def add(
        prediction: str, outcome: str, one: str, other: str, source: str,
        found: tuple[float, Any, Any], count: int,
    ) -> None:  # fmt: skip
        estimate, low, high = map(float, found)
        rows.append(
            {"prediction": prediction, "outcome": outcome, "first": one, "second": other}
            | {"source": source, "estimate": estimate, "low": low, "high": high}
            | {"unit": "ratio" if source == "WI" else "share", "n": count}
        )

    paths = [one.path for one in unknowns()]
    compare("S4.1", "effect_weakening", SPREAD, ALPHA)
    numbers = [path for path in chosen_of(indexed) if path != DUMMY]
    field = numbers if STRENGTH in numbers and len(numbers) >= FEWEST_RIVALS else paths
    rivals = [path for path in field if path not in (STRENGTH, DUMMY)]
    for rival in rivals:
        compare("S4.2", "effect_late", STRENGTH, rival, len(rivals), from_indices=field is numbers)
    fund = sensitivity.outweighs(
        screened, paths, "fund_balance", [FUND], PSYCHOLOGY, unfinished="drop", resamples=MANY
    )
    add("S4.4", "fund_balance", FUND, "points", "squared effect", fund, screened["row"].nunique())

    causes, wi, again, count = _wi(structure, MANY)
    mine = causes.index(ADAPTATION)
    others = [place for place, cause in enumerate(causes) if cause not in (ADAPTATION, WHOLE)]
    for place in others:
        ends = sensitivity.percentiles(
            again[:, place] - again[:, mine], 1 - (1 - CONFIDENCE) / len(others)
        )
        found = (wi[place] - wi[mine], *ends)
        add("S4.5", "wi_fall", ADAPTATION, causes[place], "WI", found, count)
    return pd.DataFrame(rows)


# --- Verdicts ----------------------------------------------------------------------------------


def verdicts(tables: Mapping[str, pd.DataFrame]) -> list[Verdict]:
    """Return what became of each prediction."""
    found = tables["comparisons"]
    by_id = {name: found[found["prediction"] == name] for name in found["prediction"].unique()}
    return [
        _compared("S4.1", by_id["S4.1"]),
        _compared("S4.2", by_id["S4.2"]),
        _leading_two(tables),
        _compared("S4.4", by_id["S4.4"]),
        _compared("S4.5", by_id["S4.5"], _weakest(tables["structure"])),
    ]


def _compared(name: str, rows: pd.DataFrame, before: str = "") -> Verdict:
    """Return the verdict on "the first is more than each of the others"."""
    if (rows["high"] < 0).any():
        finding: Finding = "refuted"
    else:
        finding = "supported" if (rows["low"] > 0).all() else "undecided"
    nearest = rows.sort_values("high", kind="stable", na_position="first").head(3)
    numbers = "; ".join(
        f"{_short(one['first'])} less {_short(one['second'])}: {_ended(one)}"
        for one in nearest.to_dict("records")
    )
    first, rest = rows.iloc[0], len(rows) - len(nearest)
    more = f"; {rest} further comparisons in the table" if rest else ""
    return Verdict(
        name,
        finding,
        f"{before}{first['source']}, {first['outcome']}, n = {first['n']}: {numbers}{more}.",
    )


def _weakest(structure: pd.DataFrame) -> str:
    """Return WI with all causes and without adaptation, as the opening of a sentence."""
    wi = structure[structure["measure"] == "wi"].set_index("cause")
    shown = [
        f"WI {_ended(wi.loc[cause])} with {words}"
        for cause, words in ((WHOLE, "all causes"), (ADAPTATION, "rewards not taken for granted"))
    ]
    return ", ".join(shown) + "; by how much it falls more than without another cause, "


def _ended(row: Any) -> str:
    """Return an estimate with its interval, if it has one."""
    if np.isnan(row["low"]):
        return f"{row['estimate']:.2f} (no interval)"
    return f"{row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def _leading_two(tables: Mapping[str, pd.DataFrame]) -> Verdict:
    """Return the verdict on who leads the representation at events (S4.3)."""
    shares: list[float] = []
    words: list[str] = []
    numbers = set(tables["leaders"]["factor"]) - {DUMMY}
    for group, path in (("elderly", ONLINE), ("migrant", FREE)):
        outcome = f"representation_event_{group}"
        enough = path in numbers and len(numbers) >= FEWEST_RIVALS
        source = "total index" if enough else "squared effect"
        table = tables["leaders" if source == "total index" else "shares"]
        mine = table[(table["outcome"] == outcome) & (table["factor"] == path)]
        shares.append(float(mine["top_share"].iloc[0]))
        often = "an unknown share" if np.isnan(shares[-1]) else f"{shares[-1]:.0%}"
        words.append(
            f"{_short(path)} is among the two most important for {outcome} in {often} of the "
            f"resamples ({source}, n = {mine['n'].iloc[0]})"
        )
    finding: Finding = "undecided"
    if any(share < 1 - CONFIDENCE for share in shares):
        finding = "refuted"
    elif all(share >= CONFIDENCE for share in shares):
        finding = "supported"
    return Verdict("S4.3", finding, "; ".join(words) + ".")


def _short(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ")


# --- Figures -----------------------------------------------------------------------------------

NUMBER_NAMES: dict[str, tuple[str, str]] = {
    f"{POINTS}.strength": ("strength of points B_R", "积分强度 B_R"),
    f"{POINTS}.point_value": ("worth of a point", "每分价值"),
    f"{POINTS}.adaptation": ("adaptation α", "习以为常速度 α"),
    f"{POINTS}.adaptation_offered": ("adaptation to offers", "对邀约的习以为常"),
    f"{POINTS}.reference_weight": ("weight of reference χ", "参照权重 χ"),
    f"{POINTS}.loss_aversion": ("loss aversion", "损失厌恶"),
    f"{POINTS}.crowd_out": ("crowding ω", "动机挤出 ω"),
    f"{POINTS}.expected_points_initial": ("points expected at launch", "初始预期积分"),
    f"{POINTS}.satiation_step": ("satiation", "厌倦"),
    "incentives.exchange.stock": ("stock of goods", "物品库存"),
    "incentives.honours.mix": ("mixing with honours ξ", "积分与荣誉混合 ξ"),
    "incentives.honours.effect": ("effect of honours", "荣誉效果"),
    "incentives.honours.spill_over": ("spill-over of honours", "荣誉外溢"),
    "rules.motivation.habit_gain": ("habit gained", "习惯形成"),
    "rules.motivation.habit_fading": ("habit lost", "习惯消退"),
    "rules.motivation.exit_hazard": ("leaving the register", "退出风险"),
    "rules.participation.norm": ("norms β_N", "社会规范 β_N"),
    "rules.participation.fatigue": ("weight of fatigue", "疲劳权重"),
    "rules.participation.membership": ("Party membership", "党员身份"),
    SPREAD: ("spread of propensities σ_u", "倾向差异 σ_u"),
    "population.elderly": ("share of elderly", "老年人占比"),
    "population.migrant": ("share of migrants", "流动人口占比"),
    ONLINE: ("elderly online", "上网老年人占比"),
    FREE: ("migrants' free time", "流动人口空闲"),
    "rules.reach.digital": ("digital reach", "数字渠道触达"),
    "rules.reach.neighbour": ("asks by neighbours", "邻里邀约"),
    "platforms.party_vanguard.branch_call": ("asks by the branch", "支部邀约"),
    "rules.ties.fading": ("fading of ties", "联系消退"),
    "rules.needs.level": ("level of needs", "需求水平"),
    "rules.place.distance_decay": ("distance decay", "距离衰减"),
    "rules.satisfaction.patience": ("patience", "等待耐心"),
    "rules.partners.exit": ("partners leaving", "合伙人退出"),
    "rules.partners.join": ("partners joining", "合伙人加入"),
    "rules.partners.active_share": ("active partners", "活跃合伙人占比"),
    "rules.projects.coordination_cost": ("coordination cost κ_c", "协调成本 κ_c"),
    FUND: ("initial fund", "基金初始额"),
    "mechanisms.co_building.catchment": ("use by the catchment", "周边居民占用"),
    DUMMY: ("dummy", "虚设因子"),
}

OUTCOME_NAMES = {
    "effect_early": ("points, early effect", "积分早期效果"),
    "effect_late": ("points, late effect", "积分后期效果"),
    "effect_weakening": ("points, weakening", "积分效果减弱"),
    "representation_event_elderly": ("elderly at events", "老年人:活动"),
    "representation_event_migrant": ("migrants at events", "流动人口:活动"),
    "representation_volunteer_elderly": ("elderly volunteering", "老年人:志愿"),
    "representation_volunteer_migrant": ("migrants volunteering", "流动人口:志愿"),
    "unmet_need": ("unmet need", "未满足需求"),
    "fund_balance": ("fund's balance", "基金余额"),
    "fund_spending": ("fund's spending", "基金支出"),
}

CAUSE_NAMES = {
    WHOLE: ("all causes", "全部原因"),
    ADAPTATION: ("without rewards taken for granted", "去除:奖励习以为常"),
    "loss aversion": ("without loss aversion", "去除:损失厌恶"),
    "satiation": ("without satiation", "去除:厌倦"),
    "rewards out of reach": ("with rewards always in reach", "去除:奖励遥不可及"),
    "crowding": ("without crowding", "去除:动机挤出"),
    "goal gradient": ("without goal gradient", "去除:目标梯度"),
    "mixing with honours": ("without mixing with honours", "去除:与荣誉混合"),
    "habit": ("without habit", "去除:习惯"),
    "norms": ("without norms", "去除:社会规范"),
    "asks among neighbours": ("without asks by neighbours", "去除:邻里邀约"),
    "fatigue": ("without fatigue", "去除:疲劳"),
    "trust": ("without trust", "去除:信任"),
    "unequal propensities": ("with equal propensities", "去除:倾向差异"),
}

OTHER_NAMES = {
    "first": ("first order", "一阶"),
    "total": ("total", "总效应"),
    "wi": ("WI, weakening (ratio)", "WI,减弱程度(比值)"),
}

SENTENCES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "en": {
        "screening": (
            "Which unknown matters for what",
            "A row: a number; a column: an outcome. The largest 16 of 37 numbers, and a dummy.",
            "",
            "share of the mean squared effects of all numbers, luck taken out",
        ),
        "effects": (
            "How much each unknown does, and how unevenly",
            "Elementary effects over a number's whole range; both measures include luck.",
            "mean size of effects μ* (acts per week)",
            "spread of effects σ (acts per week)",
        ),
        "indices": (
            "What explains the variance of each outcome",
            "Sobol indices, luck taken out, with 95% intervals over rows of the design.",
            "share of variance",
            "",
        ),
        "curves": (
            "The most important unknowns, one at a time",
            "All other numbers at their defaults; bands: 95% intervals over seeds. Effects in acts per "
            "week, representation as a ratio, unmet need as a share, the fund in yuan.",
            "place in the number's range (%)",
            "",
        ),
        "structure": (
            "What is left of the effect of points when a cause is taken out",
            "WI: 0 as strong in the third year as in the first half-year, 1 gone, below 0 stronger. "
            "Late effect: acts per week, mean over draws of the unknowns. 95% intervals.",
            "",
            "",
        ),
        "convergence": (
            "Total indices against the size of the design",
            "The first rows of the design are what a smaller one would have shown.",
            "rows of the design",
            "total index",
        ),
    },
    "zh": {
        "screening": (
            "哪个未知数影响哪项结果",
            "行:参数;列:结果。37个参数中最大的16个及一个虚设因子。",
            "",
            "占全部参数均方效应的份额(已剔除随机性)",
        ),
        "effects": (
            "各未知数影响多大、多不均匀",
            "参数在其全部范围内的基本效应;两项指标都含随机性。",
            "效应平均大小 μ*(次/周)",
            "效应离散程度 σ(次/周)",
        ),
        "indices": (
            "各项结果的方差由什么解释",
            "Sobol指数,已剔除随机性;横线:设计行的95%区间。",
            "方差份额",
            "",
        ),
        "curves": (
            "最重要的未知数,逐一变化",
            "其余参数取默认值;色带:各种子的95%区间。效果:次/周;代表性:比值;未满足需求:份额;基金:元。",
            "在参数范围内的位置(%)",
            "",
        ),
        "structure": (
            "去除一个原因后,积分效果还剩多少",
            "WI:0为第三年与前半年同样强,1为消失,负值为增强。后期效果:次/周,未知量各组抽样的均值。95%区间。",
            "",
            "",
        ),
        "convergence": (
            "总效应指数与设计规模",
            "设计的前若干行即较小设计所示。",
            "设计行数",
            "总效应指数",
        ),
    },
}
"""Title, reading, x and y of each figure, by language."""

INDEX_SHOWN = (-0.3, 1.3)
"""Range of indices that figures show; an interval that leaves it ends in an arrow."""


DRAWN = (
    "effect_late",
    "effect_weakening",
    "representation_event_elderly",
    "representation_event_migrant",
    "unmet_need",
    "fund_balance",
)
"""Outcomes that the figure of curves shows."""


def _strongest(indices: pd.DataFrame, outcome: str, count: int) -> list[str]:
    """Return the factors with the largest total indices for an outcome, the dummy left out."""
    mine = indices[
        (indices["outcome"] == outcome)
        & (indices["index"] == "total")
        & (indices["factor"] != DUMMY)
    ]
    return mine.nlargest(count, "estimate")["factor"].tolist()


def figures(
    tables: Mapping[str, pd.DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return the figures: screening, effects, indices, curves, structure, convergence."""
    from sim.analysis import charts

    place = 0 if language == "en" else 1
    names = {
        name: words[place]
        for words_of in (NUMBER_NAMES, OUTCOME_NAMES, CAUSE_NAMES, OTHER_NAMES)
        for name, words in words_of.items()
    }
    said = {
        name: charts.Words(
            title,
            reading,
            x,
            y,
            charts.small_print(
                language, weeks=WEEKS, scale="" if scale == "full" else scale, version=__version__
            ),
            names,
        )
        for name, (title, reading, x, y) in SENTENCES[language].items()
    }
    shares = tables["shares"]
    kept = [path for path in tables["screening"]["factor"] if path != DUMMY][:16]
    rows = {path: at for at, path in enumerate([*kept, DUMMY])}
    shares = shares[shares["factor"].isin(rows) & (shares["outcome"] != "fund_spending")]
    shares = shares.sort_values("factor", key=lambda paths: paths.map(rows), kind="stable")
    effects = tables["effects"].pivot(
        index=["outcome", "factor"], columns="measure", values="estimate"
    )
    effects = effects.loc[list(EFFECTS[1:])].reset_index()
    indices = tables["indices"][tables["indices"]["outcome"].isin(HEADLINES)]
    along = tables["curves"][tables["curves"]["outcome"].isin(DRAWN)]
    structure = tables["structure"]
    structure = structure[structure["measure"].isin(("wi", "effect_late"))]
    looks = tables["convergence"]
    looks = looks[
        (looks["index"] == "total")
        & looks["outcome"].isin(("effect_late", "effect_weakening"))
        & looks["factor"].isin([*_strongest(indices, "effect_late", 4), DUMMY])
    ]
    return {
        "screening": charts.heat(
            shares, said["screening"], language,
            row="factor", column="outcome", low=None, high=None, centre=None,
        ),
        "effects": charts.scatter_morris(effects, said["effects"], language),
        "indices": charts.indices(indices, said["indices"], language, limits=INDEX_SHOWN),
        "curves": charts.curves(
            along, said["curves"], language, x="place", hue="factor", panel="outcome", share=False,
        ),
        "structure": charts.intervals(
            structure, said["structure"], language,
            row="cause", panel="measure", marks=[charts.Mark(0.0)], share=False,
        ),
        "convergence": charts.curves(
            looks, said["convergence"], language, x="n", hue="factor", panel="outcome",
            bars=True, log_x=True, limits=INDEX_SHOWN,
        ),
    }  # fmt: skip
