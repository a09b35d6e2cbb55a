"""How many partners are enough, how many of them must be active, and who pays for them?

Question. A community can have no partner or eighty. More partners can serve more needs and are
more readily found for a project; they also have to agree with one another, some of them are
partners in name only, and public-benefit partners are paid from the fund. What does their number
change, and what is better changed instead: their activity, the staff that coordinates them, the
platform they meet on, or their kinds?

Design. Two years of the practice (104 weeks): several rounds of decisions (27 weeks on average
with 80 partners at the highest cost of coordination; twice as long in the slowest world) and of
13-week projects, and five times the 20 weeks in which a partner's commitment forgets. Partners
neither join nor leave, except in the last part. All arms have the same grant, so what the fund
paid stands beside every result. Each arm is run in *worlds*, draws of fifteen unknowns; all arms
of a world share every draw of luck.

- `curve`: 0 to 80 partners by share active, with one post of coordination staff; 37 % active in
  more worlds, because luck weighs more where few act.
  At 37 % active 16 worlds left the bend of H2.1 undecided; a look at them led to 40.
- `waits`: 5 to 80 partners without staff and with two posts, 37 % active.
- `free`: the same where coordination costs nothing, without staff. A check of the code.
- `twins`: 41 partners of whom 37 % are active, and 15 fully active ones.
- `factorial`: 0 to 80 partners in every combination of share active, staff, platform and mix of
  kinds; each combination in a world of its own, so that its numbers share all their luck.
- `endogenous`: 11 partners at the start, free to leave, and candidates free to join.

Measure. Needs met: of all needs that arose, the share met within 12 weeks. Two waits, because "the
wait for a project" can be read in two ways; they were fixed after reading the equations and a dozen
trial runs of one seed, before the experiment's own runs. (a) From proposal to
running, as the figure `project_wait` has it: H2.2 is judged by this one. By equation S3 it can
only grow with the number of partners. (b) Of a domain, from the week in which it has needs that
nobody has taken on and no project running, until one runs there; finding somebody who takes it
on is part of it. It is reported beside. Both are medians that count what still waits at the end.
The fund: what it holds at the end.

Predictions (written before the runs; sense and criteria of
`docs/explanation/what-the-model-is-for.md`).
H2.1 Needs met rise with the number of partners, but less and less; the domains covered saturate
before 41 if abilities overlap. Refuted if linear up to 80.
H2.2 With a cost of coordination and no staff, the median wait for a project is shortest at an
interior number, and staff move it up; without that cost there is no such minimum. In the upper
half of the range of the cost the minimum lies between 11 and 41. Refuted if it lies above 60
throughout.
H2.3 41 partners of whom 37 % are active produce about what 15 fully active ones do, with worse
waits. Refuted if projects differ by more than 10 %.
H2.4 The fund depends on the share of market operators and on users, not on the number of
partners. Refuted if the number alone explains over half of the fund's variance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import __version__
from sim.scenario import load
from sim.statistics import BOOTSTRAP_SEED, CONFIDENCE, RESAMPLES, mean_interval
from sim.study.design import worlds
from sim.study.factors import Factor, factor
from sim.study.plan import Arm, Plan, arm, crossed
from sim.study.precision import Plans, bought, until_precise
from sim.study.subject import CommunitySubject
from sim.study.estimates import estimated, ordered, row_of, span
from sim.study.verdict import Finding, Prediction, Verdict

if TYPE_CHECKING:
    from pandas import DataFrame, Series

NAME = "partner_count"
TITLE = {
    "en": "How many partners, and how active?",
    "zh": "需要多少合伙人,多活跃?",
}

PREDICTIONS = (
    Prediction(
        "H2.1",
        "Needs met rise with the number of partners, but less and less; the domains covered saturate before 41 if abilities overlap",
        "linear up to 80",
    ),
    Prediction(
        "H2.2",
        "With a cost of coordination and no staff, the median wait for a project is shortest at an interior number, and staff move it up; without that cost there is no such minimum (a check of the code). In the upper half of the range of the cost the minimum lies between 11 and 41",
        "the minimum lies above 60 throughout",
    ),
    Prediction(
        "H2.3",
        "41 partners of whom 37 % are active produce about what 15 fully active ones do, with worse waits",
        "projects differ by more than 10 %",
    ),
    Prediction(
        "H2.4",
        "The fund depends on the share of market operators and on users, not on the number of partners",
        "the number alone explains over half of the fund's variance",
    ),
)

SPENDING = tuple(
    f"fund_spending_{group}"
    for group in ("goods", "honours", "events", "outreach", "staff", "services", "training")
)

OUTCOMES: tuple[str, ...] = (
    "cohort_met_all",
    "cohort_arisen_all",
    "needs_closed",
    "needs_closed_by_partner",
    "need_wait_median",
    "need_wait_p90",
    "project_wait_median",
    "domain_wait_median",
    "domain_waits",
    "project_cover",
    "projects_proposed",
    "projects_done",
    "projects_abandoned",
    "project_wait",
    "decision_delay",
    "partner_domains",
    "partner_commitment",
    "partner_load",
    "partners",
    "partners_active",
    "partners_joined",
    "partners_left",
    "partners_taking_part",
    "market_operators",
    "market_users",
    "fund_balance",
    "fund_income",
    "fund_revenue",
    "fund_spending",
    *SPENDING,
    "funding",
)

# --- Design ------------------------------------------------------------------------------------

WEEKS = 104
NUMBERS = (0, 5, 11, 20, 30, 41, 60, 80)
ACTIVE = (0.37, 0.7, 1.0)
STAFF = (0.0, 1.0, 2.0)
MIXES = {
    "even": (0.25, 0.25, 0.25, 0.25),
    "firms": (0.7, 0.1, 0.1, 0.1),
    "social": (0.1, 0.1, 0.1, 0.7),
}
"""Shares of enterprises, professionals, craftsmen and public-benefit partners."""

LEVERS = ("number", "active_share", "staff", "platform", "mix")
"""Columns that say at which levels of the factorial a run was made."""

KINDS = ("enterprise", "professional", "craftsman", "public_benefit")
BASE_ACTIVE, BASE_STAFF = 0.37, 1.0
TWINS = {"41, of whom 37 % active": (41, 0.37), "15, all active": (15, 1.0)}
RECRUIT = (0.0, 1.0, 2.0, 4.0)
COST = "rules.projects.coordination_cost"
OVERLAP = "population.ability_overlap"
HALF_OF_COST = 0.5
"""Middle of the range of the cost of coordination, 0 to 1."""

WHOLE_RANGE = (
    COST,
    "rules.projects.staff_effect",
    "rules.projects.delay_spread",
    OVERLAP,
    "population.market_share",
)
SWEPT = (
    "platforms.regional_party_building.list_quality",
    "rules.needs.level",
    "mechanisms.co_operation.feedback",
)
HALF_TO_DOUBLE = {
    "rules.projects.step_delay": 1.0,
    "rules.projects.hours": 4.0,
    "rules.partners.delay": 0.05,
    "rules.service.single_ask": 0.15,
    "population.fee": 2000,
    "mechanisms.co_operation.fee_barrier": 0.3,
}
SWEPT_WITH_COMING_AND_GOING = ("rules.partners.exit", "rules.partners.join")
"""Unknowns that bear only where partners may join and leave."""


def unknowns(coming_and_going: bool = False) -> list[Factor]:
    """Return what is drawn for a world.

    Numbers on which a prediction turns vary over all that is possible, others over the range that
    is declared for a sweep or, where there is none, from half to double their default. A partner
    that is fully able and committed takes a project on in half of the meetings or more.
    """
    swept = SWEPT + SWEPT_WITH_COMING_AND_GOING * coming_and_going
    return [
        *(factor(path) for path in (*WHOLE_RANGE, *swept)),
        *(factor(path, type(base)(base / 2), base * 2) for path, base in HALF_TO_DOUBLE.items()),
        factor("platforms.regional_party_building.propensity", 0.5, 1.0),
    ]


def with_partners(
    number: int,
    active: float = BASE_ACTIVE,
    staff: float = BASE_STAFF,
    platform: bool = True,
    mix: str = "even",
) -> Arm:
    """Return the arm of a number of partners that is held, under four levers."""
    return arm(
        f"{number} partners, {active:g} active, {staff:g} staff, {_platform(platform)}, {mix}",
        {
            "population.initial_partners": number,
            "rules.partners.locked": True,
            "rules.partners.active_share": active,
            "rules.projects.coord_staff": staff,
            "platforms.regional_party_building.on": platform,
            **{
                f"population.partner_kinds.{kind}": share
                for kind, share in zip(KINDS, MIXES[mix], strict=True)
            },
        },
        number=number,
        active_share=active,
        staff=staff,
        platform=platform,
        mix=mix,
    )


def _platform(on: bool) -> str:
    return "platform" if on else "no platform"


def curve(numbers: Sequence[int], active: Sequence[float]) -> tuple[Arm, ...]:
    """Return the arms along the number of partners, by share active."""
    return tuple(with_partners(number, active=share) for share in active for number in numbers)


def waits(numbers: Sequence[int]) -> tuple[Arm, ...]:
    """Return the arms along the number, where there is a partner, without and with much staff."""
    return tuple(
        with_partners(number, staff=staff)
        for staff in (STAFF[0], STAFF[-1])
        for number in numbers
        if number
    )


def factorial(numbers: Sequence[int], step: int) -> tuple[Arm, ...]:
    """Return every combination of the four levers, or every `step`-th, each in its own world.

    A step that has no divisor in common with the number of combinations, 54, meets every level.
    """
    combinations = list(product(ACTIVE, STAFF, (True, False), MIXES))[::step]
    draws = worlds(unknowns(), len(combinations), seed=2)
    return tuple(
        one
        for block, (combination, world) in enumerate(zip(combinations, draws, strict=True))
        for one in _in_block(
            [with_partners(number, *combination) for number in numbers], world, block
        )
    )


def _in_block(arms: Sequence[Arm], world: dict[str, Any], block: int) -> tuple[Arm, ...]:
    """Return arms in one world and block of their own."""
    return tuple(
        replace(one, block=block, tags=tuple({**dict(one.tags), "world": block}.items()))
        for one in crossed(arms, [world])
    )


def endogenous() -> tuple[Arm, ...]:
    """Return the arms that begin with 11 partners: held, or free to come and go."""
    held = with_partners(11)
    free = tuple(
        arm(
            f"recruiting {recruit:g}",
            {
                "population.initial_partners": 11,
                "rules.partners.locked": False,
                "rules.partners.recruit": recruit,
            },
            recruiting=f"{recruit:g}",
        )
        for recruit in RECRUIT
    )
    return (arm("held", dict(held.changes), recruiting="held"), *free)


def plans(scale: str, precision: float | None = None) -> Plans:
    """Yield the plans of the experiment.

    Args:
        scale: `quick` or `full`.
        precision: wanted half-width of the mean difference in projects between the twins, as a
            share of the projects of 15 active partners; None keeps the first number of worlds.
    """
    full = scale == "full"
    subject = CommunitySubject(load("fengshu" if full else "fengshu-workshop"), WEEKS, "partners")
    numbers = NUMBERS if full else (0, 5, 11, 20, 41, 80)
    along = worlds(unknowns(), 40 if full else 8, seed=1)

    def plan(part: str, arms: tuple[Arm, ...], seed: int) -> Plan:
        return Plan(f"{NAME}-{part}-{scale}", subject, arms, seed=seed)

    def twins(count: int) -> Plan:
        arms = [with_partners(*pair) for pair in TWINS.values()]
        return plan("twins", crossed(arms, worlds(unknowns(), count, seed=3)), seed=301)

    more_active = ACTIVE[1:] if full else ACTIVE[-1:]
    yield plan(
        "curve",
        (
            *crossed(curve(numbers, (BASE_ACTIVE,)), along),
            *crossed(curve(numbers, more_active), along[: 16 if full else 6]),
        ),
        seed=101,
    )
    yield plan("waits", crossed(waits(numbers), along), seed=101)
    yield plan(
        "free",
        crossed(
            [with_partners(number, staff=0.0) for number in numbers if number],
            [{**world, COST: 0.0} for world in along[: 8 if full else 3]],
        ),
        seed=101,
    )
    yield from until_precise(
        twins, twin_gaps, start=128 if full else 24, cap=512 if full else 96, precision=precision
    )
    yield plan("factorial", factorial(numbers if full else (0, 11, 41, 80), 1 if full else 5), 201)
    yield plan(
        "endogenous",
        crossed(endogenous(), worlds(unknowns(coming_and_going=True), 20 if full else 5, seed=4)),
        seed=401,
    )


def twin_gaps(frame: DataFrame) -> Any:
    """Return, for each world, how many more projects the 41 carry out, as a share of the 15's mean."""
    done = frame.pivot_table("projects_done", "world", "number")
    return np.asarray((done[41] - done[15]) / done[15].mean())


def achieved(frames: Mapping[str, DataFrame]) -> str:
    """Return what precision the twins bought."""
    twins = next(frame for name, frame in frames.items() if name.split("-")[1] == "twins")
    return bought(
        100 * twin_gaps(twins),
        "% of the projects of 15 active partners",
        "Projects of 41 partners against those of 15 active ones",
    )


# --- Tables ------------------------------------------------------------------------------------

UNITS = {
    "needs_met": "share of needs",
    "partner_domains": "domains",
    "projects_done": "projects",
    "projects_proposed": "projects",
    "project_wait_median": "weeks",
    "domain_wait_median": "weeks",
    "project_cover": "share of domain-weeks",
    "needs_closed_by_partner": "needs",
    "need_wait_median": "weeks",
    "partner_commitment": "0-1",
    "partners_taking_part": "partners",
    "partners": "partners",
    "partners_joined": "partners",
    "partners_left": "partners",
    "fund_balance": "yuan",
    "fund_income": "yuan",
    "fund_revenue": "yuan",
    "fund_spending": "yuan",
    **dict.fromkeys(SPENDING, "yuan"),
    "funding": "0-1",
}
"""Outcomes that the tables report, with their units."""

WAITS = ("project_wait_median", "domain_wait_median")
COSTS = ("none", "lower half", "upper half")
FLAT = 0.5
"""Difference in weeks below which waits, which are counted in whole weeks, are the same."""
SATURATED = 0.25
"""Difference in domains below which coverage counts as the same: a twentieth of the five domains."""
ABOUT = 0.1
"""Relative difference up to which two results are about the same (H2.3: in projects)."""


def tables(frames: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """Return the tables of the experiment from the runs of its plans, by the plans' names."""
    parts = {name.split("-")[1]: _ready(frame) for name, frame in frames.items()}
    return {
        "number": by_number(parts["curve"]),
        "gain": gain_per_partner(parts["curve"]),
        "domains": domains_covered(parts["curve"]),
        "wait": waits_by_number(parts["curve"], parts["waits"], parts["free"]),
        "shortest": shortest_waits(parts["waits"], parts["free"]),
        "twins": twins_compared(parts["twins"]),
        "variance": variance_of_fund(parts["factorial"]),
        "levers": marginal_means(parts["factorial"]),
        "endogenous": coming_and_going(parts["endogenous"]),
    }


def _ready(frame: DataFrame) -> DataFrame:
    """Return the runs that were made, with needs met; a wait without any project is undefined."""
    made = frame[frame["status"] == "done"].copy()
    made["needs_met"] = made["cohort_met_all"] / made["cohort_arisen_all"]
    made.loc[made["projects_proposed"] == 0, "project_wait_median"] = np.nan
    return made


def _geometric(values: Any, unit: str, **where: Any) -> dict[str, Any]:
    """Return a row with the geometric mean of independent positive values, as `estimated` does."""
    row = estimated(np.log(np.asarray(values, np.float64)), unit, **where)
    return row | {name: float(np.exp(row[name])) for name in ("estimate", "low", "high")}


def _table(rows: Iterable[dict[str, Any]]) -> DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))


def _by_world(frame: DataFrame, outcome: str, by: str) -> DataFrame:
    """Return the mean of an outcome over replications: a row a world, a column a value of `by`."""
    return frame.pivot_table(outcome, "world", by, dropna=False)


def by_number(curve: DataFrame) -> DataFrame:
    """Return each outcome by share active and number of partners, and how far it is above none.

    Columns: `outcome`, `against` (empty, or `none`: minus no partner in the same world),
    `active_share`, `number`, and the estimate over worlds.
    """
    rows = []
    for share, part in curve.groupby("active_share"):
        for outcome, unit in UNITS.items():
            seen = _by_world(part, outcome, "number")
            for number in seen:
                where = {"outcome": outcome, "active_share": share, "number": number}
                rows.append(estimated(seen[number], unit, **where, against=""))
                if outcome not in WAITS:
                    gap = seen[number] - seen[0]
                    rows.append(estimated(gap, unit, **where, against="none"))
    return _table(rows)


def gain_per_partner(curve: DataFrame) -> DataFrame:
    """Return the needs met that ten more partners add, by share active, along the number.

    `part`: `0-41`, `41-80`, `bend` (the first minus the second: above 0 it is less and less) and
    `0-80`.
    """
    rows = []
    for share, part in curve.groupby("active_share"):
        met = _by_world(part, "needs_met", "number")
        gains = {
            f"{first}-{last}": (met[last] - met[first]) / (last - first) * 10
            for first, last in ((0, 41), (41, 80), (0, 80))
        }
        gains["bend"] = gains["0-41"] - gains["41-80"]
        rows += [
            estimated(gain, "share of needs per 10 partners", active_share=share, part=name)
            for name, gain in gains.items()
        ]
    return _table(rows)


def domains_covered(curve: DataFrame) -> DataFrame:
    """Return the domains covered by 41 partners, by 80, and how many more 80 cover.

    By share active, and by whether abilities overlap less or more than in half of the worlds.
    """
    rows = []
    middle = curve.groupby("world")[OVERLAP].first().median()
    halves = np.where(curve[OVERLAP] > middle, "upper half", "lower half")
    for (share, half), part in curve.groupby(["active_share", halves]):
        seen = _by_world(part, "partner_domains", "number")
        for name, values in (("41", seen[41]), ("80", seen[80]), ("80-41", seen[80] - seen[41])):
            rows.append(estimated(values, "domains", active_share=share, overlap=half, number=name))
    return _table(rows)


def _cost(frame: DataFrame) -> Any:
    """Return for each run in which half of its range the cost of coordination lies; `none` at 0."""
    cost = frame[COST]
    return np.where(cost == 0, COSTS[0], np.where(cost < HALF_OF_COST, COSTS[1], COSTS[2]))


def waits_by_number(curve: DataFrame, waits: DataFrame, free: DataFrame) -> DataFrame:
    """Return both waits, and the cover by projects, by cost, staff and number of partners.

    Waits spread in proportion, and end with the run: their means over worlds are geometric.
    """
    import pandas as pd

    base = curve[(curve["active_share"] == BASE_ACTIVE) & (curve["number"] > 0)]
    frame = pd.concat([free, waits, base])
    return _table(
        (_geometric if outcome in WAITS else estimated)(
            part.groupby("world")[outcome].mean(),
            UNITS[outcome],
            outcome=outcome,
            cost=cost,
            staff=staff,
            number=number,
        )
        for (cost, staff, number), part in frame.groupby([_cost(frame), "staff", "number"])
        for outcome in (*WAITS, "project_cover", "projects_done", "fund_spending")
    )


def shortest_waits(waits: DataFrame, free: DataFrame) -> DataFrame:
    """Return at which number of partners the wait is shortest, by cost and staff.

    The estimate is where the curve of the mean wait is lowest, `a + b/n + c·n` fitted to it: what
    finding somebody costs falls with the number n, what agreeing costs rises. It is undefined where
    the curve is flat. Its interval comes from resampling worlds. The shares say how often the
    lowest of the means, as they are, lies below 11, within 11-41, above 41, or above 60;
    `worlds_within` is the share of single worlds whose own fitted curve is lowest within 11-41.
    `staff` is `more` for how much further up the minimum lies with staff than without. `rise` is
    by how much the most partners wait longer than the fewest, in the same world. Means over
    worlds are geometric.
    """
    import pandas as pd

    rows = []
    frame = pd.concat([free, waits])
    for (outcome, cost), part in (
        ((outcome, cost), part) for outcome in WAITS for cost, part in frame.groupby(_cost(frame))
    ):
        places = {}
        for staff, own in part.groupby("staff"):
            seen = _by_world(own, outcome, "number").dropna()
            numbers, values = seen.columns.to_numpy(float), seen.to_numpy(float)
            means = np.exp(np.log(values)[_resamples(len(values))].mean(axis=1))
            at = numbers[means.argmin(axis=1)]
            places[staff] = (
                float(fitted_minima(numbers, np.exp(np.log(values).mean(axis=0))[None])[0]),
                fitted_minima(numbers, means),
            )
            single = fitted_minima(numbers, values)
            rise = values[:, -1] - values[:, 0]
            rows.append(
                {
                    "outcome": outcome,
                    "cost": cost,
                    "staff": f"{staff:g}",
                    **_percentiles(*places[staff]),
                    "unit": "partners",
                    "n": len(values),
                    "below_11": float((at < 11).mean()),
                    "within_11_41": float(((at >= 11) & (at <= 41)).mean()),
                    "above_41": float((at > 41).mean()),
                    "above_60": float((at > 60).mean()),
                    "worlds_within": float(((single >= 11) & (single <= 41)).mean()),
                    "rise": float(rise.mean()),
                    "rise_low": mean_interval(rise).low,
                    "rise_high": mean_interval(rise).high,
                }
            )
        if len(places) > 1:
            (one, ones), (two, twos) = places[STAFF[0]], places[STAFF[-1]]
            rows.append(
                {
                    "outcome": outcome,
                    "cost": cost,
                    "staff": "more",
                    **_percentiles(two - one, twos - ones),
                    "unit": "partners",
                    "n": rows[-1]["n"],
                }
            )
    return _table(rows)


def _resamples(count: int) -> Any:
    """Return resamples of so many worlds, each as long; the same for every curve of the worlds."""
    return np.random.default_rng(BOOTSTRAP_SEED).integers(0, count, (RESAMPLES, count))


def _percentiles(estimate: float, resampled: Any) -> dict[str, float]:
    """Return an estimate and the interval of its resamples; none where it is undefined."""
    if np.isnan(estimate):
        return {"estimate": np.nan, "low": np.nan, "high": np.nan}
    low, high = np.nanquantile(resampled, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    return {"estimate": float(estimate), "low": float(low), "high": float(high)}


def fitted_minima(numbers: Any, waits: Any) -> Any:
    """Return where `a + b/n + c·n`, fitted by least squares, is lowest within the numbers given.

    Not a number where the waits differ by less than half a week: they are flat.

    Args:
        numbers: float[number], of partners, upward.
        waits: float[curve, number], in weeks.

    Returns:
        float[curve], in partners.
    """
    terms = np.column_stack([np.ones_like(numbers), 1 / numbers, numbers])
    _, search, agreement = np.linalg.lstsq(terms, waits.T)[0]
    fewest, most = numbers[0], numbers[-1]
    first_is_lower = search / fewest + agreement * fewest <= search / most + agreement * most
    at_an_end = np.where(first_is_lower, fewest, most)
    inside = (search > 0) & (agreement > 0)
    balanced = np.sqrt(np.where(inside, search, 0) / np.where(inside, agreement, 1))
    lowest = np.where(inside, np.clip(balanced, fewest, most), at_an_end)
    return np.where(np.ptp(waits, axis=1) < FLAT, np.nan, lowest)


def twins_compared(twins: DataFrame) -> DataFrame:
    """Return the outcomes of 41 partners with 37 % active and of 15 active ones, and the difference.

    `which`: `41`, `15`, `difference` (41 minus 15 in the same world) and `relative` (the same, as a
    share of the mean of the 15); over all worlds and by half of the cost of coordination.
    """
    rows = []
    halves = [("all", twins), *((cost, part) for cost, part in twins.groupby(_cost(twins)))]
    for cost, part in halves:
        for outcome, unit in UNITS.items():
            seen = _by_world(part, outcome, "number").dropna()
            gap, level = seen[41] - seen[15], float(seen[15].mean())
            where = {"outcome": outcome, "cost": cost}
            rows.append(estimated(seen[41], unit, **where, which="41"))
            rows.append(estimated(seen[15], unit, **where, which="15"))
            rows.append(estimated(gap, unit, **where, which="difference"))
            if level:
                rows.append(estimated(gap / level, "share", **where, which="relative"))
    return _table(rows)


def variance_of_fund(factorial: DataFrame) -> DataFrame:
    """Return what share of the fund's variance over all runs each source explains by itself.

    Least squares; adjusted for the number of terms. Levers enter as classes, users and the share
    of market operators as they are. `more than number` is what market operators and users together
    explain beyond what the number does. Intervals come from resampling worlds.
    """
    columns_of = {
        "number": ["number"],
        "market operators": ["market_operators"],
        "users": ["market_users"],
        "market operators and users": ["market_operators", "market_users"],
        **{lever: [lever] for lever in LEVERS[1:]},
        "all of these": ["market_operators", "market_users", *LEVERS],
    }
    rows = []
    for outcome in ("fund_balance", "fund_revenue", "fund_spending"):
        shares = {}
        for source, columns in columns_of.items():
            terms = np.column_stack([_terms(factorial[column]) for column in columns])
            shares[source] = explained(terms, factorial[outcome], factorial["world"])
        gap = tuple(
            ours - its
            for ours, its in zip(
                shares["market operators and users"], shares["number"], strict=True
            )
        )
        rows += [
            {
                "outcome": outcome,
                "source": source,
                **_percentiles(*share),
                "unit": "share of variance",
                "n": factorial["world"].nunique(),
            }
            for source, share in {**shares, "more than number": gap}.items()
        ]
    return _table(rows)


def _terms(column: Series) -> Any:
    """Return a column as terms of a regression: a lever as classes, another figure as it is."""
    if column.name not in LEVERS:
        return column.to_numpy(float)[:, None]
    classes = sorted(column.unique())[1:]
    return np.column_stack([column == value for value in classes]).astype(float)


def explained(terms: Any, outcome: Series, world: Series) -> tuple[float, Any]:
    """Return the adjusted share of variance that terms explain, and the same in resampled worlds.

    Args:
        terms: float[run, term], without the constant.
        outcome: of each run.
        world: of each run; worlds are resampled as wholes.
    """
    values = outcome.to_numpy(float)
    columns = np.column_stack([terms, values])
    spread = columns.std(axis=0)
    columns = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1)
    columns = np.column_stack([np.ones(len(values)), columns])
    members = [np.flatnonzero(world == one) for one in world.unique()]
    squares = np.stack([columns[rows].T @ columns[rows] for rows in members])
    chosen = np.stack(
        [np.bincount(rows, minlength=len(members)) for rows in _resamples(len(members))]
    )
    resampled = np.einsum("rw,wij->rij", chosen.astype(float), squares)
    return float(_adjusted(squares.sum(axis=0)[None])[0]), _adjusted(resampled)


def _adjusted(squares: Any) -> Any:
    """Return adjusted R² from sums of squares and products of constant, terms and outcome."""
    among, with_outcome = squares[:, :-1, :-1], squares[:, :-1, -1]
    runs, products = squares[:, 0, 0], squares[:, -1, -1]
    total = products - with_outcome[:, 0] ** 2 / runs
    weights = np.einsum("rij,rj->ri", np.linalg.pinv(among, hermitian=True), with_outcome)
    left = products - np.einsum("ri,ri->r", weights, with_outcome)
    freedom = among.shape[-1] - 1
    share = 1 - left / np.where(total > 0, total, 1) * (runs - 1) / (runs - 1 - freedom)
    return np.where(total > 0, share, 0.0)


def marginal_means(factorial: DataFrame) -> DataFrame:
    """Return each outcome at each level of each lever, over all levels of the others.

    Along the number the worlds are the same; the levels of the other levers were run in worlds of
    their own, so that their intervals hold the differences between worlds. Waits only where the
    platform meets: there are no projects without it.
    """
    return _table(
        estimated(
            part.groupby("world")[outcome].mean(),
            unit,
            lever=lever,
            level=str(level),
            outcome=outcome,
        )
        for lever in LEVERS
        for outcome, unit in UNITS.items()
        for level, part in factorial[
            factorial["platform"].astype(bool) | (outcome not in WAITS)
        ].groupby(lever)
    )


def coming_and_going(endogenous: DataFrame) -> DataFrame:
    """Return the outcomes where 11 partners are held, and where partners come and go.

    `against`: empty, or `held`: minus 11 partners that are held, in the same world.
    """
    rows = []
    for outcome, unit in UNITS.items():
        seen = _by_world(endogenous, outcome, "recruiting")
        for recruiting in ("held", *(f"{recruit:g}" for recruit in RECRUIT)):
            where = {"outcome": outcome, "recruiting": recruiting}
            rows.append(estimated(seen[recruiting], unit, **where, against=""))
            if recruiting != "held":
                rows.append(
                    estimated(seen[recruiting] - seen["held"], unit, **where, against="held")
                )
    return _table(rows)


# --- Verdicts ----------------------------------------------------------------------------------


def verdicts(tables: Mapping[str, DataFrame]) -> list[Verdict]:
    """Return what became of each prediction.

    A prediction is supported where the intervals of all its parts say so, refuted where its
    criterion is met or the interval of a part says the contrary, and undecided otherwise.
    """
    return [
        less_and_less(tables["gain"], tables["domains"]),
        shortest_inside(tables["shortest"]),
        as_good_as_fifteen(tables["twins"]),
        paid_by_the_market(tables["variance"]),
    ]


def less_and_less(gain: DataFrame, domains: DataFrame) -> Verdict:
    """Judge H2.1: needs met rise and bend at every share active, and domains saturate before 41.

    A curve is straight where ten partners beyond 41 add as much, within a tenth, as up to 41.
    """
    shares = sorted(gain["active_share"].unique())
    rises = [row_of(gain, active_share=share, part="0-80") for share in shares]
    bends = [row_of(gain, active_share=share, part="bend") for share in shares]
    more = [row_of(domains, active_share=s, overlap="upper half", number="80-41") for s in shares]
    straight = [ABOUT * row_of(gain, active_share=s, part="0-41")["estimate"] for s in shares]
    finding: Finding = "undecided"
    if (
        all(rise["low"] > 0 for rise in rises)
        and all(bend["low"] > most for bend, most in zip(bends, straight, strict=True))
        and all(row["high"] < SATURATED for row in more)
    ):
        finding = "supported"
    elif (
        any(rise["high"] < 0 for rise in rises)
        or any(bend["high"] < most for bend, most in zip(bends, straight, strict=True))
        or any(row["low"] > SATURATED for row in more)
    ):
        finding = "refuted"
    said = "; ".join(
        f"{share:.0%} active: {span(row_of(gain, active_share=share, part='0-41'), 2, 100)} up to 41, "
        f"{span(row_of(gain, active_share=share, part='41-80'), 2, 100)} beyond, "
        f"bend {span(bend, 2, 100)}, domains that 80 cover and 41 do not {span(extra, 2)}"
        for share, bend, extra in zip(shares, bends, more, strict=True)
    )
    return Verdict(
        "H2.1",
        finding,
        f"Percentage points of needs met that ten more partners add. {said} (abilities overlap much).",
    )


def shortest_inside(shortest: DataFrame) -> Verdict:
    """Judge H2.2 by the wait from proposal to running, without staff, in the upper half of the cost."""
    alone, moved, unpaid = (
        row_of(shortest, outcome=WAITS[0], cost=cost, staff=staff)
        for cost, staff in ((COSTS[2], "0"), (COSTS[2], "more"), (COSTS[0], "0"))
    )
    finding: Finding = "undecided"
    sure = CONFIDENCE
    if alone["within_11_41"] >= sure and moved["low"] > 0 and unpaid["within_11_41"] < sure:
        finding = "supported"
    elif max(alone["below_11"], alone["above_41"]) >= sure or moved["high"] < 0:
        finding = "refuted"
    met = "met" if alone["above_60"] >= sure else "not met"
    return Verdict(
        "H2.2",
        finding,
        f"From proposal to running, cost in its upper half, no staff: {_places(alone)}; the most "
        f"partners wait {_rise(alone)} weeks longer than the fewest. Staff move the place by "
        f"{span(moved, 0)} partners. The criterion (above 60) is {met}. Check without the cost: "
        f"{_rise(unpaid)} weeks from the fewest to the most. The other reading, how long a domain "
        f"waits until a project runs: {_places(row_of(shortest, outcome=WAITS[1], cost=COSTS[2], staff='0'))}; "
        f"staff move the place by "
        f"{span(row_of(shortest, outcome=WAITS[1], cost=COSTS[2], staff='more'), 0)}; without the cost "
        f"{_places(row_of(shortest, outcome=WAITS[1], cost=COSTS[0], staff='0'))}.",
    )


def _places(row: Any) -> str:
    return (
        f"shortest at {span(row, 0)} partners; of resampled worlds {row['below_11']:.0%} have the "
        f"lowest mean below 11, {row['within_11_41']:.0%} within 11-41, {row['above_41']:.0%} above "
        f"41, {row['above_60']:.0%} above 60"
    )


def _rise(row: Any) -> str:
    return f"{row['rise']:.1f} ({row['rise_low']:.1f} to {row['rise_high']:.1f})"


def as_good_as_fifteen(twins: DataFrame) -> Verdict:
    """Judge H2.3: projects within a tenth of each other, waits longer."""
    projects = row_of(twins, cost="all", outcome="projects_done", which="relative")
    waits = [row_of(twins, cost="all", outcome=outcome, which="difference") for outcome in WAITS]
    longer = waits[0]
    finding: Finding = "undecided"
    if projects["low"] >= -ABOUT and projects["high"] <= ABOUT and longer["low"] > 0:
        finding = "supported"
    elif projects["low"] > ABOUT or projects["high"] < -ABOUT or longer["high"] < 0:
        finding = "refuted"
    paid = row_of(twins, cost="all", outcome="fund_spending", which="difference")
    by_cost = ", ".join(
        f"{span(row_of(twins, cost=cost, outcome='projects_done', which='relative'), 0, 100)} % in the "
        f"{cost} of the cost of coordination"
        for cost in COSTS[1:]
    )
    return Verdict(
        "H2.3",
        finding,
        "Projects that 41 partners of whom 37 % are active carry out, against 15 active ones: "
        f"{span(projects, 1, 100)} % ({by_cost}). A project waits {span(longer, 1)} weeks longer, a domain "
        f"{span(waits[1], 1)}. The fund paid {span(paid, 0, 0.001)} thousand yuan more in two years.",
    )


def paid_by_the_market(variance: DataFrame) -> Verdict:
    """Judge H2.4 by what explains the fund at the end over the whole factorial."""
    number, market, gap = (
        row_of(variance, outcome="fund_balance", source=source)
        for source in ("number", "market operators and users", "more than number")
    )
    finding: Finding = "undecided"
    if number["high"] < 0.5 and gap["low"] > 0:
        finding = "supported"
    elif number["low"] > 0.5 or gap["high"] < 0:
        finding = "refuted"
    revenue = [
        row_of(variance, outcome="fund_revenue", source=source)
        for source in ("number", "market operators and users")
    ]
    met = "met" if number["low"] > 0.5 else "not met" if number["high"] < 0.5 else "open"
    return Verdict(
        "H2.4",
        finding,
        f"Share of the variance of what the fund holds after two years: the number of partners "
        f"{span(number, 2)}, share of market operators and users {span(market, 2)}. The criterion "
        f"(the number alone above one half) is {met}. Of what operators pay in: the number "
        f"{span(revenue[0], 2)}, operators and users {span(revenue[1], 2)}.",
    )


# --- Figures -----------------------------------------------------------------------------------

NAMES = {
    "en": {
        "0.37": "37 % active",
        "0.7": "70 % active",
        "1": "all active",
        "needs_met": "Needs met, above no partner (percentage points)",
        "partner_domains": "Domains covered, above no partner",
        "projects_done": "Projects carried out",
        "projects_proposed": "Projects proposed",
        "project_cover": "Domain-weeks with a project running",
        "needs_closed_by_partner": "Needs closed by partners",
        "fund_spending": "Paid by the fund in two years (1,000 yuan), above no partner",
        "partners_taking_part": "Partners taking part",
        "project_wait_median": "Wait of a project, from proposal to running",
        "domain_wait_median": "Wait of a domain until a project runs",
        "none": "cost of coordination 0",
        "lower half": "cost of coordination below .5",
        "upper half": "cost of coordination above .5",
        "all": "all worlds",
        "number": "number of partners",
        "market operators": "share of market operators",
        "users": "users of market operators",
        "market operators and users": "share of market operators and users",
        "staff": "coordination staff",
        "active_share": "share active",
        "platform": "regional platform",
        "mix": "mix of kinds",
        "all of these": "all of these together",
        "fund_balance": "what the fund holds",
        "fund_revenue": "what operators pay in",
        "partners": "Partners at the end",
        "held": "11 held",
    },
    "zh": {
        "0.37": "37%活跃",
        "0.7": "70%活跃",
        "1": "全部活跃",
        "needs_met": "较无合伙人时多满足的需求(百分点)",
        "partner_domains": "较无合伙人时多覆盖的领域数",
        "projects_done": "完成的项目数",
        "projects_proposed": "提出的项目数",
        "project_cover": "有项目运行的领域周占比",
        "needs_closed_by_partner": "由合伙人解决的需求",
        "fund_spending": "两年内基金较无合伙人时多支出(千元)",
        "partners_taking_part": "参与共建的合伙人数",
        "project_wait_median": "项目的等待:从提出到运行",
        "domain_wait_median": "领域的等待:直到有项目运行",
        "none": "协调成本为0",
        "lower half": "协调成本低于0.5",
        "upper half": "协调成本高于0.5",
        "all": "全部情形",
        "number": "合伙人数量",
        "market operators": "市场化经营者占比",
        "users": "市场化服务的使用人次",
        "market operators and users": "经营者占比与使用人次",
        "staff": "协调人员",
        "active_share": "活跃占比",
        "platform": "区域化平台",
        "mix": "类型构成",
        "all of these": "以上全部",
        "fund_balance": "基金结余",
        "fund_revenue": "经营者反哺收入",
        "partners": "期末合伙人数",
        "held": "固定11家",
    },
}

WORDS = {
    "en": {
        "number": (
            "What more partners bring, by the share of them that is active",
            "Mean over worlds and its 95% interval; each number against none in the same world",
        ),
        "wait": (
            "How long a project is waited for, by number of partners and coordination staff",
            "Geometric mean over worlds of the median wait, and its 95% interval; 104 weeks: not within two years",
        ),
        "shortest": (
            "At how many partners the wait is shortest",
            "Lowest point of the fitted mean curve, and its 95% interval over resampled worlds",
        ),
        "twins": (
            "41 partners of whom 37 % are active, against 15 active ones",
            "Difference in the same world as a share of the 15's mean, and its 95% interval",
        ),
        "variance": (
            "What explains the fund's variance",
            "Adjusted share of variance that each explains by itself, and its 95% interval",
        ),
        "endogenous": (
            "What recruiting brings where partners come and go",
            "Mean over worlds and its 95% interval; two years from 11 partners",
        ),
        "x": ("partners", "weeks", "relative difference", "share of variance", "recruiting"),
        "staff_of": ("no staff", "one post", "two posts"),
        "kinds": ("Wait of a project", "Wait of a domain"),
        "about": ("within a tenth", "half", "11–41"),
    },
    "zh": {
        "number": (
            "合伙人增多带来什么(按活跃占比)",
            "各情形均值及其95%区间;与同一情形下无合伙人相比",
        ),
        "wait": (
            "项目要等多久:合伙人数量与协调人员",
            "各情形中位等待的几何均值及其95%区间;104周表示两年内未实现",
        ),
        "shortest": (
            "合伙人多少家时等待最短",
            "拟合平均曲线的最低点及其95%自助区间",
        ),
        "twins": (
            "41家(37%活跃)与15家(全部活跃)的比较",
            "同一情形下的差,占15家均值的比例及其95%区间",
        ),
        "variance": (
            "基金的差异由什么解释",
            "各因素单独解释的方差比例(校正)及其95%区间",
        ),
        "endogenous": (
            "合伙人可自由进出时,招募带来什么",
            "各情形均值及其95%区间;从11家开始,两年",
        ),
        "x": ("合伙人", "周", "相对差异", "方差比例", "招募力度"),
        "staff_of": ("无协调人员", "一个岗位", "两个岗位"),
        "kinds": ("项目的等待", "领域的等待"),
        "about": ("相差一成以内", "一半", "11–41"),
    },
}


def figures(tables: Mapping[str, DataFrame], language: str, scale: str = "full") -> dict[str, Any]:
    """Return the figures of the experiment, by name, in a language (`en` or `zh`)."""
    from sim.analysis import charts
    from sim.analysis.charts import Mark, Words

    words, names = WORDS[language], NAMES[language]
    partners, weeks, relative, variance, recruiting = words["x"]

    def text(name: str, worlds_of: DataFrame, x: str = "", y: str = "", **other: str) -> Words:
        worlds_run = int(worlds_of["n"].max())
        footnote = charts.small_print(
            language, worlds=worlds_run, weeks=WEEKS, scale=scale, version=__version__
        )
        title, reading = words[name]
        return Words(title, reading, x, y, footnote, {**names, **other})

    staffed = dict(zip(("0", "1", "2"), words["staff_of"], strict=True))
    number = _scaled(tables["number"].query("against == 'none'"), needs_met=100, fund_spending=1e-3)
    panels = ("needs_met", "projects_done", "partner_domains", "fund_spending")
    wait = tables["wait"][tables["wait"]["outcome"].isin(WAITS)]
    wait = ordered(
        wait.assign(panel=_panel(wait)), "panel", [f"{w} {c}" for w in WAITS for c in COSTS]
    )
    lowest = tables["shortest"].query("staff != 'more'")
    lowest = ordered(lowest.assign(row=lowest["cost"] + " " + lowest["staff"]), "cost", COSTS)
    twins = tables["twins"].query("which == 'relative'")
    shown = (
        "projects_done", "projects_proposed", "needs_met", "needs_closed_by_partner",
        "project_wait_median", "domain_wait_median", "partners_taking_part", "fund_spending",
    )  # fmt: skip
    sources = tables["variance"].query(
        "outcome in ('fund_balance', 'fund_revenue') and source != 'more than number'"
    )
    coming = _scaled(tables["endogenous"].query("against == ''"), needs_met=100, fund_spending=1e-3)
    plain = {
        "en": {"needs_met": "Needs met (%)", "fund_spending": "Paid by the fund (1,000 yuan)"},
        "zh": {"needs_met": "满足的需求(%)", "fund_spending": "基金支出(千元)"},
    }[language]
    of_twins = {
        "en": {"needs_met": "Needs met", "fund_spending": "Paid by the fund"},
        "zh": {"needs_met": "满足的需求", "fund_spending": "基金支出"},
    }[language]
    return {
        "number": charts.curves(
            ordered(number, "outcome", panels),
            text("number", number, partners),
            language, x="number", hue="active_share", panel="outcome", share=False, columns=2,
        ),
        "wait": charts.curves(
            wait,
            text(
                "wait", wait, partners, weeks, **staffed,
                **{f"{w} {c}": f"{names[w]}; {names[c]}" for w in WAITS for c in COSTS},
            ),
            language, x="number", hue="staff", panel="panel", columns=3, share=False,
        ),
        "shortest": charts.intervals(
            lowest,
            text(
                "shortest", lowest, partners,
                **{f"{c} {s}": f"{names[c]}, {staffed[s]}" for c in COSTS for s in staffed},
                **dict(zip(WAITS, words["kinds"], strict=True)),
            ),
            language, row="row", hue="outcome", marks=[Mark(11, 41, words["about"][2])],
        ),
        "twins": charts.intervals(
            ordered(twins, "outcome", shown),
            text("twins", twins, relative, **of_twins),
            language, row="outcome", hue="cost",
            marks=[Mark(-ABOUT, ABOUT, words["about"][0]), Mark(0)],
        ),
        "variance": charts.intervals(
            sources,
            text("variance", sources, variance),
            language, row="source", hue="outcome", marks=[Mark(0.5, label=words["about"][1])],
        ),
        "endogenous": charts.curves(
            ordered(coming, "outcome", ("partners", "needs_met", "projects_done", "fund_spending")),
            text(
                "endogenous", coming, recruiting, **plain,
                **{f"{recruit:g}": f"×{recruit:g}" for recruit in RECRUIT},
            ),
            language, x="recruiting", panel="outcome", steps=True, bars=True, share=False, columns=2,
        ),
    }  # fmt: skip


def _panel(wait: DataFrame) -> Series:
    return wait["outcome"] + " " + wait["cost"]


def _scaled(table: DataFrame, **factors: float) -> DataFrame:
    """Return a table with the estimates of some outcomes in another unit."""
    by = table["outcome"].map(factors).fillna(1.0)
    return table.assign(**{name: table[name] * by for name in ("estimate", "low", "high")})
