"""How do rules for the validity of points change participation, and why would their effect weaken?

Question. *Balance decay* is a policy: points lapse. *Effect decay* is an outcome: the difference that
points make gets smaller. Does the second follow from the first, from the residents, or from neither?

Design. Points and honours begin in week 26 and run for 156 weeks. In the half-year before, which is
the same in all arms of a block, core (three or more volunteer acts), casual (one or two) and latent
volunteers (none) are told apart. Four parts, each crossed with draws of the unknowns (worlds), in
which chi, the weight of the reward that is taken for granted, is 0, .5 or 1 in turn:

- `prior`: no incentive, points, honours, both; no balance decay; many worlds, two replications.
  One more arm has both with the synergy of the world; everywhere else the synergy is zero.
- `rules`: nine rules of validity (no decay; windows of 13, 26, 52 weeks; half-lives of 8, 26, 52
  weeks; reset each quarter, each year) for points and for both, at stock .25, 1, 4.
- `price`: six windows and no decay, at three prices of the cheapest good, and with an endowment.
- `causes`: worlds in which one thing alone can weaken points, and remedies at the shop.

Equal spending. Every arm of a block has one sum a year: for the shop, for honours, or half for each.
What is not asked for stays in the fund; the tables show what was paid. Goods cost the community 1.5
yuan for each point of their price, so that a lower price is a smaller good, not a gift.

Measure. ME(t) = volunteer acts with incentive − without, same block and seed; `WI` = 1 − ME a week in
weeks 105-156 / ME a week in weeks 1-26, as a ratio of means. WI has no value for a world in which the
first effect is not clearly above zero.

Predictions, written before the runs: `PREDICTIONS` below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import __version__
from sim.columns import PARTNER_KINDS
from sim.probes.points import CLASSES, MEASURES, QUARTERS
from sim.scenario import load
from sim.statistics import BOOTSTRAP_SEED, CONFIDENCE, RESAMPLES, holm, mean_interval
from sim.study.design import worlds
from sim.study.factors import Factor, factor, factors
from sim.study.plan import Arm, Plan, arm
from sim.study.precision import Plans, bought, until_precise
from sim.study.subject import CommunitySubject
from sim.study.verdict import Finding, Prediction, Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NAME = "points_decay"
TITLE = {
    "en": "Points: balances that lapse, effects that weaken",
    "zh": "积分:余额的失效与效果的减弱",
}

PREDICTIONS = (
    Prediction(
        "H1.1",
        "Without any balance decay WI can be of either sign; it is positive mainly for core "
        "volunteers, where the price is out of reach, or where shelves run empty.",
        "WI > 0 in more than 95 % of the prior, or core and casual volunteers do not differ",
    ),
    Prediction(
        "H1.2",
        "Short validity cuts the liability but raises what lapses unused, and costs more "
        "participation among those who act seldom than among the core.",
        "both lose alike, or participation rises at every frequency",
    ),
    Prediction(
        "H1.3",
        "A window of about one to two times what an ordinary volunteer needs for the cheapest "
        "reward costs least per hour; a lower price or an endowment moves the best window down.",
        "cost per hour is monotone in the window at every price",
    ),
    Prediction(
        "H1.4",
        "More variety and stock restore the effect if it weakened through satiation or empty "
        "shelves, and do not if it weakened through adaptation or crowding out.",
        "the remedy works, or fails, whatever the cause",
    ),
    Prediction(
        "H1.5",
        "Even with no synergy, points with honours last longer than points alone.",
        "WI of both is at least WI of points, at zero synergy",
    ),
)

OUTCOMES = (
    *(name for name in MEASURES if not name.startswith("residents_latent")),
    "points_issued",
    "points_redeemed",
    "points_expired",
    "points_breakage",
    "points_liability",
    "goods_requested",
    "stockouts",
    "fund_spending",
    "fund_spending_goods",
    "fund_spending_honours",
    "funding",
)
"""Columns of a run that the tables are made of."""

# --- What is held and what varies --------------------------------------------------------------

BEGIN = 26
"""Week in which points and honours begin."""

WEEKS = 182
"""Weeks of a run: a half-year before points, and three years with them."""

YEARS = (WEEKS - BEGIN) / 52

ENVELOPE = 30_000.0
"""Yuan a year for incentives where no world says otherwise: the base scenario's for the shop."""

PLANNED_REGISTER = 850
"""Registered volunteers for whom a year's honours are planned: what the base has in mid-run."""

HONOUR_COST = 50.0
"""Yuan per honour, as the base has it."""

YUAN_PER_POINT = 1.5
"""Cost of goods for each point of their price, as the base has it."""

CATALOGUE = {"daily_goods": 1.0, "service_voucher": 3.0, "cultural_product": 2.0}
"""Prices relative to the cheapest good's, as the base has them."""

PRICE = 5.0
"""Points for the cheapest good, as the base has it."""

CHI = (0.0, 0.5, 1.0)
REFERENCE_WEIGHT = "incentives.points.reference_weight"
DAILY_PRICE = "incentives.exchange.price.daily_goods"
SHOP_BUDGET = "incentives.fund.shop_budget"
STOCK = "incentives.exchange.stock"
SYNERGY = "incentives.honours.mix"
STRENGTH = "incentives.points.strength"
HORIZON = "incentives.points.horizon"
EXPECTED = "incentives.points.expected_points_initial"

UNKNOWNS = (
    "incentives.points.strength",
    "incentives.points.adaptation",
    "incentives.points.adaptation_offered",
    "incentives.points.loss_aversion",
    "incentives.points.crowd_out",
    "incentives.points.satiation_step",
    "incentives.points.variety_relief",
    "incentives.points.expected_points_initial",
    "incentives.points.expectation_learning",
    "incentives.points.trust_learning",
    "incentives.points.horizon",
    "incentives.points.present_bias",
    "incentives.points.goal_gradient",
    "incentives.points.point_value",
    "incentives.honours.effect",
    "incentives.honours.exit_effect",
    "incentives.honours.spill_over",
    "rules.motivation.habit_gain",
    "rules.participation.norm",
    "population.reward_sensitivity_sd",
    STOCK,
    SYNERGY,
)
"""Unknowns that may bear on how the effect of points moves over years, over their whole range."""

NARROWED = (
    factor("population.propensity_sd", 1.0, 2.2),
    factor(DAILY_PRICE, 3.0, 20.0),
    factor(SHOP_BUDGET, 7_000.0, 60_000.0),
)
"""Unknowns whose declared sense names a narrower range than their bounds.

sigma_u is swept over 1.0-2.2; local schemes ask for 3 to 20 hours, at a point an hour; below 7,000
yuan half of the sum would not pay the least share of volunteers that can be honoured.
"""

BYSTANDERS = (
    factor("incentives.points.strength", 0.3, 0.8),
    factor("population.propensity_sd", 1.0, 2.2),
    *factors(
        (
            "incentives.points.variety_relief",
            "incentives.points.goal_gradient",
            "population.reward_sensitivity_sd",
            "rules.motivation.habit_gain",
            "rules.participation.norm",
        )
    ),
)
"""What varies between the worlds of `causes`; points there have an effect that can weaken."""


class World(NamedTuple):
    """One draw of the unknowns.

    Attributes:
        changes: value of each number that is not set by an arm.
        price: points for the cheapest good.
        envelope: yuan a year for incentives.
    """

    changes: dict[str, Any]
    price: float
    envelope: float


def prior() -> tuple[Factor, ...]:
    """Return everything that varies between worlds."""
    return (*factors(UNKNOWNS), *NARROWED)


def drawn(count: int, seed: int) -> list[World]:
    """Return worlds drawn from the prior, chi being 0, .5 and 1 in turn."""
    found = []
    for number, changes in enumerate(worlds(prior(), count, seed)):
        price, envelope = changes.pop(DAILY_PRICE), changes.pop(SHOP_BUDGET)
        changes[REFERENCE_WEIGHT] = CHI[number % len(CHI)]
        found.append(World(changes, price, envelope))
    return found


def at_base(world: World) -> World:
    """Return a world with the base scenario's price and yearly sum."""
    return world._replace(price=PRICE, envelope=ENVELOPE)


# --- Arms --------------------------------------------------------------------------------------


def catalogue(price: float) -> dict[str, float]:
    """Return prices and costs of all goods, given the price of the cheapest in points."""
    return {
        **{f"incentives.exchange.price.{good}": price * ratio for good, ratio in CATALOGUE.items()},
        **{
            f"incentives.exchange.cost.{good}": price * ratio * YUAN_PER_POINT
            for good, ratio in CATALOGUE.items()
        },
    }


def honoured(yearly: float) -> float:
    """Return the share of volunteers to be honoured each quarter for so many yuan a year."""
    return yearly / (4 * HONOUR_COST * PLANNED_REGISTER)


def set_aside(yearly: float) -> float:
    """Return yuan a year for the shop over the whole run, given what the years of points may cost.

    The shop is given money from week 0, before points begin.
    """
    return yearly * (WEEKS - BEGIN) / WEEKS


def incentives(mix: str, yearly: float) -> dict[str, Any]:
    """Return the switches and sums of one mix of incentives, at the same yearly sum for all."""
    shares = {"none": (0.0, 0.0), "points": (1.0, 0.0), "honours": (0.0, 1.0), "both": (0.5, 0.5)}
    for_points, for_honours = shares[mix]
    return {
        "incentives.points.on": for_points > 0,
        "incentives.honours.on": for_honours > 0,
        SHOP_BUDGET: set_aside(yearly * for_points),
        **({"incentives.honours.share": honoured(yearly * for_honours)} if for_honours else {}),
        SYNERGY: 0.0,
    }


RULES: dict[str, dict[str, Any]] = {
    "none": {"incentives.points.policy": "none"},
    **{
        f"window {weeks}": {
            "incentives.points.policy": "window",
            "incentives.points.window": weeks,
        }
        for weeks in (52, 26, 13)
    },
    **{
        f"half-life {weeks:g}": {
            "incentives.points.policy": "exponential",
            "incentives.points.half_life": weeks,
        }
        for weeks in (52.0, 26.0, 8.0)
    },
    "yearly": {"incentives.points.policy": "yearly"},
    "quarterly": {"incentives.points.policy": "quarterly"},
}
"""Nine rules of validity."""

WINDOWS = (4, 8, 13, 26, 39, 52)
"""Windows of the `price` part, in weeks; 0 stands for no decay."""


def validity(window: int) -> dict[str, Any]:
    """Return the rule that points stay valid for so many weeks, or for ever."""
    if window == 0:
        return RULES["none"]
    return {"incentives.points.policy": "window", "incentives.points.window": window}


TERMS = {
    "price 2": (2.0, 0.0),
    "price 5": (5.0, 0.0),
    "price 10": (10.0, 0.0),
    "price 5, endowment 3": (5.0, 3.0),
}
"""Price of the cheapest good and endowment, in points; an act of volunteering earns two."""

DAILY_GOODS_ONLY = {
    f"population.{kind}_stock.{good}": 0.0
    for kind in PARTNER_KINDS
    for good in ("service_voucher", "cultural_product")
}
"""A poor catalogue: what partners give to the shop is daily goods alone."""

NO_CAUSE: dict[str, Any] = {
    REFERENCE_WEIGHT: 0.0,
    "incentives.points.satiation_step": 0.0,
    "incentives.points.crowd_out": 0.0,
    "incentives.points.horizon": 260.0,
    "incentives.points.expectation_learning": 0.005,
    "incentives.points.expected_points_initial": 0.5,
    **catalogue(PRICE),
}
"""Nothing that the model holds can weaken points: neither habituation, nor surfeit, nor distance."""

CAUSES: dict[str, dict[str, Any]] = {
    "none": {},
    "satiation": {"incentives.points.satiation_step": 2.0},
    "shelves": {STOCK: 0.05},
    "adaptation": {
        REFERENCE_WEIGHT: 1.0,
        "incentives.points.adaptation": 0.3,
        "incentives.points.adaptation_offered": 0.05,
    },
    "crowding": {"incentives.points.crowd_out": 0.03},
    "reach": {
        "incentives.points.horizon": 52.0,
        "incentives.points.expectation_learning": 0.03,
        "incentives.points.expected_points_initial": 0.3,
        **catalogue(10.0),
    },
}
"""One cause each, as strong as its declared range allows; shelves are stocked far below it."""

REMEDIES = ("nothing", "stock", "variety", "both")
STOCK_REMEDY = 20.0
"""By what the remedy multiplies the stock of a world: empty shelves are filled as in the base."""


def prior_arms(world: World) -> list[Arm]:
    """Return the mixes without balance decay, and both with the synergy of the world."""
    mixes = [
        arm(mix, {**catalogue(world.price), **incentives(mix, world.envelope)}, mix=mix)
        for mix in ("none", "points", "honours", "both")
    ]
    synergy = {
        **catalogue(world.price),
        **incentives("both", world.envelope),
        SYNERGY: world.changes[SYNERGY],
    }
    return [*mixes, replace(arm("synergy", synergy, mix="synergy"), replications=1)]


def rule_arms(world: World, stocks: Sequence[float]) -> list[Arm]:
    """Return nine rules for points and for both at every stock, and what knows no rule once."""
    shop = catalogue(world.price)
    without = [
        arm(mix, {**shop, **incentives(mix, world.envelope)}, mix=mix)
        for mix in ("none", "honours")
    ]
    return without + [
        arm(
            f"{mix}, {rule}, stock {stock:g}",
            {**shop, **incentives(mix, world.envelope), **policy, STOCK: stock},
            mix=mix,
            rule=rule,
            stock=stock,
        )
        for mix in ("points", "both")
        for stock in stocks
        for rule, policy in RULES.items()
    ]


def price_arms(world: World, terms: Sequence[str], windows: Sequence[int]) -> list[Arm]:
    """Return points at every window and under all terms, and no incentive once."""
    without = [arm("none", incentives("none", world.envelope), mix="none")]
    return without + [
        arm(
            f"{term}, window {window}",
            {
                **catalogue(TERMS[term][0]),
                **incentives("points", world.envelope),
                **validity(window),
                "incentives.points.endowment": TERMS[term][1],
            },
            mix="points",
            terms=term,
            window=window,
        )
        for term in terms
        for window in windows
    ]


def cause_arms(world: World) -> list[Arm]:
    """Return every cause by itself under every remedy, and no incentive once."""
    return [
        arm("none", {**NO_CAUSE, **incentives("none", world.envelope)}, mix="none"),
        *(_treated(cause, remedy, world.envelope) for cause in CAUSES for remedy in REMEDIES),
    ]


def _treated(cause: str, remedy: str, envelope: float) -> Arm:
    """Return points in a world of one cause, with a remedy at the shop."""
    changes = {STOCK: 1.0, **NO_CAUSE, **CAUSES[cause], **incentives("points", envelope)}
    if remedy in ("stock", "both"):
        changes[STOCK] *= STOCK_REMEDY
    if remedy in ("nothing", "stock"):
        changes |= DAILY_GOODS_ONLY
    return arm(f"{cause}, {remedy}", changes, mix="points", cause=cause, remedy=remedy)


def in_worlds(
    drawn_worlds: Sequence[World], arms_of: Callable[[World], list[Arm]]
) -> tuple[Arm, ...]:
    """Return the arms of every world, a block each, tagged with what the world is."""
    return tuple(
        replace(
            one,
            changes=tuple({**world.changes, **dict(one.changes)}.items()),
            tags=(
                *one.tags,
                ("world", number),
                ("price", world.price),
                ("envelope", world.envelope),
                *(
                    (path, dict(one.changes).get(path, value))
                    for path, value in world.changes.items()
                ),
            ),
            block=number,
        )
        for number, world in enumerate(drawn_worlds)
        for one in arms_of(world)
    )


# --- Plans -------------------------------------------------------------------------------------


class Size(NamedTuple):
    """How much is run at one scale: worlds of each part, and levels of its arms."""

    scenario: str
    prior: int
    most: int
    rules: int
    stocks: tuple[float, ...]
    price: int
    terms: tuple[str, ...]
    windows: tuple[int, ...]
    causes: int


SIZES = {
    "quick": Size(
        "fengshu-workshop", 12, 48, 3, (1.0,), 3,
        ("price 2", "price 5", "price 5, endowment 3"), (0, 52, 13), 2,
    ),
    "full": Size("fengshu", 60, 420, 10, (0.25, 1.0, 4.0), 9, tuple(TERMS), (0, *WINDOWS), 9),
}  # fmt: skip


def subject(scenario: str) -> CommunitySubject:
    """Return the community in which points and honours begin after a half-year."""
    base = load(scenario).with_overrides(
        {"incentives.points.starts": BEGIN, "incentives.honours.starts": BEGIN}
    )
    return CommunitySubject(base, WEEKS, probe="points")


def plans(scale: str, precision: float | None = None) -> Plans:
    """Run the four parts.

    Args:
        scale: `quick` (one agent in ten) or `full`.
        precision: half-width, in acts a week, that is enough for how much the effect of points
            changes from its first half-year to its third year; more worlds are drawn until then.
    """
    size = SIZES[scale]
    community = subject(size.scenario)

    def plan(part: str, arms: tuple[Arm, ...], replications: int, seed: int) -> Plan:
        return Plan(f"{NAME}-{part}-{scale}", community, arms, replications, seed)

    def prior_plan(count: int) -> Plan:
        return plan("prior", in_worlds(drawn(count, seed=1), prior_arms), 2, 1_100)

    yield from until_precise(prior_plan, weakening_of_points, size.prior, size.most, precision)
    yield plan(
        "rules",
        in_worlds(
            [at_base(world) for world in drawn(size.rules, seed=2)],
            lambda world: rule_arms(world, size.stocks),
        ),
        1,
        1_200,
    )
    yield plan(
        "price",
        in_worlds(
            [at_base(world) for world in drawn(size.price, seed=3)],
            lambda world: price_arms(world, size.terms, size.windows),
        ),
        1,
        1_300,
    )
    bystanders = [
        World(changes, PRICE, ENVELOPE) for changes in worlds(BYSTANDERS, size.causes, seed=4)
    ]
    yield plan("causes", in_worlds(bystanders, cause_arms), 1, 1_400)


def weakening_of_points(frame: pd.DataFrame) -> Any:
    """Return, world by world, how much the effect of points fell, in acts a week."""
    seen = effects(frame)
    points = seen[seen["mix"] == "points"]
    fall = points["first_all"] - points["last_all"]
    return fall.groupby(points["block"]).mean().to_numpy()


def achieved(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return what precision the prior part bought."""
    return bought(
        weakening_of_points(part(frames, "prior")),
        "acts a week",
        "How much the effect of points falls from its first half-year to its third year",
    )


# --- The effect of an incentive ----------------------------------------------------------------

FIRST = range(2, 4)
"""Quarters of the first half-year with points."""

LAST = range(10, QUARTERS)
"""Quarters of the third year with points."""

WITH_POINTS = range(2, QUARTERS)
QUARTER = 13
KINDS = ("all", *CLASSES)


def acts_a_week(frame: pd.DataFrame, kind: str, quarters: range) -> Any:
    """Return volunteer acts a week over some quarters, run by run."""
    kinds = CLASSES if kind == "all" else (kind,)
    columns = [f"acts_{one}_q{quarter:02d}" for one in kinds for quarter in quarters]
    return frame[columns].to_numpy().sum(axis=1) / (QUARTER * len(quarters))


def effects(frame: pd.DataFrame, against: str = "none") -> pd.DataFrame:
    """Return a row for each run with an incentive: what it did, against its twin without.

    Added for `all` and each class: `first`, `last` and `period`, the effect in acts a week over
    the first half-year, the third year and all three years; `base_` and the same for the twin.
    """
    import pandas as pd

    done = frame[frame["status"] == "done"]
    twins = done[done["mix"] == against].set_index(["block", "replication"])
    rows = done[done["mix"] != against].reset_index(drop=True)
    keys = list(zip(rows["block"], rows["replication"], strict=True))
    paired_up = [key in twins.index for key in keys]
    rows = rows[paired_up].reset_index(drop=True)
    twin = twins.loc[[key for key, there in zip(keys, paired_up, strict=True) if there]]
    added = {}
    for kind in KINDS:
        for name, quarters in (("first", FIRST), ("last", LAST), ("period", WITH_POINTS)):
            without = acts_a_week(twin, kind, quarters)
            added[f"{name}_{kind}"] = acts_a_week(rows, kind, quarters) - without
            added[f"base_{name}_{kind}"] = without
    return pd.concat([rows, pd.DataFrame(added, index=rows.index)], axis=1).copy()


# --- Estimates over worlds ---------------------------------------------------------------------


class Estimate(NamedTuple):
    """A number with its 95 % interval over worlds; not a number where it has no value."""

    estimate: float
    low: float
    high: float
    n: int


FEWEST = 5
"""Worlds below which no interval is given."""


def tail_of(size: int) -> float:
    """Return which part of the resamples lies beyond each end of a 95 % interval.

    The expanded percentile interval: plain percentiles are too narrow for few worlds (Hesterberg
    2015, 10.1080/00031305.2015.1089789).
    """
    from scipy import stats

    far = float(stats.t.ppf(0.5 + CONFIDENCE / 2, size - 1)) * np.sqrt(size / (size - 1))
    return float(stats.norm.cdf(-far))


class Resampled(NamedTuple):
    """A statistic of means over worlds, and the same of each bootstrap resample of the worlds."""

    value: float
    again: Any
    n: int

    def minus(self, other: Resampled) -> Resampled:
        """Return the difference; with the same worlds it is paired, resample by resample."""
        return Resampled(self.value - other.value, self.again - other.again, min(self.n, other.n))

    @property
    def interval(self) -> Estimate:
        """The statistic with its interval; none for few worlds, or where a resample has no value."""
        if self.n < FEWEST or not np.isfinite([self.value, *self.again]).all():
            return Estimate(self.value, np.nan, np.nan, self.n)
        tail = tail_of(self.n)
        low, high = np.quantile(self.again, [tail, 1 - tail])
        return Estimate(self.value, float(low), float(high), self.n)


def resampled(statistic: Callable[..., Any], *columns: Any, stream: int = 0) -> Resampled:
    """Return a statistic of the means of some columns, with bootstrap resamples of their rows.

    Args:
        statistic: takes one mean per column (numbers, or arrays of resamples alike).
        columns: float64[world], one row per world.
        stream: resamples with the same number of rows and stream draw the same rows.
    """
    values = [np.asarray(column, np.float64) for column in columns]
    size = len(values[0])
    if size < 2:
        means = [np.full(1, value.mean() if size else np.nan) for value in values]
        return Resampled(float(statistic(*means)[0]), np.full(1, np.nan), size)
    rows = np.random.default_rng([BOOTSTRAP_SEED, stream]).integers(0, size, (RESAMPLES, size))
    whole = float(statistic(*(np.full(1, value.mean()) for value in values))[0])
    return Resampled(whole, statistic(*(value[rows].mean(axis=1) for value in values)), size)


def ratio(above: Any, below: Any) -> Any:
    """Return a ratio where the number below is above zero, and no number elsewhere."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)


def weakening(first: Any, last: Any) -> Any:
    """Return WI, given the effect a week at first and at last; no number without a first effect."""
    return 1 - ratio(last, first)


def mean(column: Any) -> Any:
    """Return a mean as it is: the statistic of a plain mean."""
    return column


def by_world(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the mean over the replications of each world, a row a world."""
    return rows.groupby("block")[list(columns)].mean()


def wi(rows: pd.DataFrame, kind: str = "all", stream: int = 0) -> Resampled:
    """Return the weakening of the effects in some rows, as a ratio of means over worlds."""
    means = by_world(rows, [f"first_{kind}", f"last_{kind}"])
    return resampled(weakening, means[f"first_{kind}"], means[f"last_{kind}"], stream=stream)


def line(found: Estimate | Resampled, unit: str, **labels: Any) -> dict[str, Any]:
    """Return one row of a table: labels, then estimate, interval, unit and size."""
    estimate = found.interval if isinstance(found, Resampled) else found
    return {
        **labels,
        "estimate": estimate.estimate,
        "low": estimate.low,
        "high": estimate.high,
        "unit": unit,
        "n": estimate.n,
    }


def part(frames: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Return the table of one part of the experiment, whatever its scale, its columns together."""
    return next(frame.copy() for key, frame in frames.items() if key.startswith(f"{NAME}-{name}-"))


def spending(rows: pd.DataFrame, **labels: Any) -> list[dict[str, Any]]:
    """Return what the fund paid a year for goods and for honours."""
    return [
        line(
            resampled(mean, by_world(rows, [f"fund_spending_{purpose}"]).iloc[:, 0] / YEARS),
            "yuan per year",
            **labels,
            measure=f"paid for {purpose}",
        )
        for purpose in ("goods", "honours")
    ]


# --- Tables ------------------------------------------------------------------------------------


def tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return all published tables.

    - `mixes`: effect at first and at last, WI, rate of leaving and spending of each mix, by class.
    - `curves`: the effect by quarter.
    - `worlds`: first and last effect of points in each world, WI, and whether it is clear.
    - `signs`: shares of worlds in which points weakened.
    - `where`: WI of points by what worlds have in common.
    - `unknowns`: rank correlation of WI with each unknown.
    - `rules`: WI, participation, breakage, liability and spending under each rule.
    - `price`: cost of an additional hour by window; `best`: the window that costs least.
    - `causes`: the effect in worlds of one cause, and what remedies restore.
    """
    import pandas as pd

    prior_part = part(frames, "prior")
    seen = effects(prior_part)
    points = judged(seen[seen["mix"] == "points"])
    prices = price_cells(part(frames, "price"))
    found: dict[str, list[dict[str, Any]]] = {
        "mixes": mix_lines(prior_part),
        "curves": curve_lines(prior_part),
        "signs": sign_lines(points),
        "where": where_lines(seen[seen["mix"] == "points"]),
        "unknowns": unknown_lines(seen[seen["mix"] == "points"], points),
        "rules": rule_lines(part(frames, "rules")),
        "price": price_lines(prices),
        "best": best_lines(prices),
        "causes": cause_lines(part(frames, "causes")),
    }
    return {"worlds": points, **{name: pd.DataFrame(lines) for name, lines in found.items()}}


def mix_lines(prior_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what each mix did in the prior: lines of table `mixes`.

    Mix `none` shows the acts themselves, against which the effects of the others are to be read.
    `points beside honours` is what points add where honours are given anyway, at half the sum.
    """
    against_none = effects(prior_part)
    beside = effects(prior_part, against="honours")
    beside = beside[beside["mix"] == "both"].assign(mix="points beside honours")
    found = []
    for rows in (*(own for _, own in against_none.groupby("mix", sort=False)), beside):
        mix = str(rows["mix"].iloc[0])
        for kind in KINDS:
            means = by_world(rows, [f"{when}_{kind}" for when in ("first", "last", "period")])
            labels = {"mix": mix, "kind": kind}
            found += [
                line(
                    resampled(mean, means[f"{when}_{kind}"]),
                    "acts per week",
                    **labels,
                    measure=when,
                )
                for when in ("first", "last", "period")
            ]
            found.append(line(wi(rows, kind), "WI", **labels, measure="WI"))
            found += leaving(rows, **labels)
        found += spending(rows, mix=mix, kind="all")
    none = prior_part[(prior_part["mix"] == "none") & (prior_part["status"] == "done")]
    points = against_none[against_none["mix"] == "points"]
    for kind in KINDS:
        found += leaving(none, mix="none", kind=kind)
        found += [
            line(
                resampled(mean, by_world(points, [f"base_{when}_{kind}"]).iloc[:, 0]),
                "acts per week",
                mix="none",
                kind=kind,
                measure=f"acts {when}",
            )
            for when in ("first", "last", "period")
        ]
    return found + contrast_lines(against_none, beside)


def leaving(rows: pd.DataFrame, **labels: Any) -> list[dict[str, Any]]:
    """Return how many of a hundred registered volunteers left the register in a year."""
    kinds = CLASSES if labels["kind"] == "all" else (labels["kind"],)
    names = [f"{name}_{kind}" for name in ("exits", "register_weeks") for kind in kinds]
    means = by_world(rows, names)
    exits = means[[f"exits_{kind}" for kind in kinds]].sum(axis=1)
    weeks = means[[f"register_weeks_{kind}" for kind in kinds]].sum(axis=1)
    rate = resampled(lambda left, lived: 5200 * ratio(left, lived), exits, weeks)
    return [line(rate, "% of register per year", **labels, measure="leaving")]


def contrast_lines(seen: pd.DataFrame, beside: pd.DataFrame) -> list[dict[str, Any]]:
    """Return differences in WI: between mixes, world by world, and between core and casual."""
    points, both = (seen[seen["mix"] == mix] for mix in ("points", "both"))
    alike = spent_alike(points, both)
    pairs = {
        "both - points": wi(both).minus(wi(points)),
        "both - points, core": wi(both, "core").minus(wi(points, "core")),
        "points beside honours - points": wi(beside).minus(wi(points)),
        "both - points, spent alike": wi(both[both["block"].isin(alike)]).minus(
            wi(points[points["block"].isin(alike)])
        ),
        "core - casual": wi(points, "core").minus(wi(points, "casual")),
    }
    return [
        line(found, "difference of WI", mix=name, kind="contrast", measure="WI")
        for name, found in pairs.items()
    ]


def spent_alike(points: pd.DataFrame, both: pd.DataFrame) -> list[int]:
    """Return the worlds in which both mixes really paid about as much: within a quarter."""
    paid = [
        by_world(rows, ["fund_spending_goods", "fund_spending_honours"]).sum(axis=1)
        for rows in (points, both)
    ]
    ratios = paid[1] / paid[0].where(paid[0] > 0)
    return [int(world) for world in ratios.index[ratios.between(0.8, 1.25)]]


def curve_lines(prior_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the effect of each mix quarter by quarter, with t intervals over worlds."""
    seen = effects(prior_part)
    done = prior_part[prior_part["status"] == "done"].set_index(["block", "replication"])
    twins = done[done["mix"] == "none"]
    found = []
    for mix, rows in seen.groupby("mix", sort=False):
        twin = twins.loc[list(zip(rows["block"], rows["replication"], strict=True))]
        for kind in KINDS:
            for quarter in range(QUARTERS):
                one = range(quarter, quarter + 1)
                gap = acts_a_week(rows, kind, one) - acts_a_week(twin, kind, one)
                worlds_seen = by_world(rows.assign(gap=gap), ["gap"])["gap"].to_numpy()
                low, high = mean_interval(worlds_seen)
                middle = Estimate(float(worlds_seen.mean()), low, high, len(worlds_seen))
                labels = {"mix": mix, "kind": kind, "week": QUARTER * quarter + 6.5 - BEGIN}
                found.append(line(middle, "acts per week", **labels))
    return found


# --- Signs of WI in single worlds --------------------------------------------------------------

CLEAR = 1.96
"""Standard errors from zero at which a single world counts as clear."""


def noise(rows: pd.DataFrame, column: str) -> Any:
    """Return the standard error of a column's mean in each world, from the replications.

    Two replications say little about one world. The variance of a difference of counts grows with
    how much is done, so that variance per act is pooled over worlds.
    """
    grouped = rows.groupby("block")
    size = grouped[column].count()
    done = grouped["base_period_all"].mean() + grouped["period_all"].mean() / 2
    spread = (grouped[column].var() / done).dropna()
    return np.sqrt(float(spread.mean()) * done / size)


def judged(points: pd.DataFrame) -> pd.DataFrame:
    """Return each world's first and last effect of points, WI, and what is clear about it.

    `finding` is `undefined` where the first effect is not clearly above zero, `weakened` or `grew`
    where first and last differ clearly, and `unclear` elsewhere.
    """
    rows = points.assign(fall=points["first_all"] - points["last_all"])
    means = by_world(rows, ["first_all", "last_all", "fall"])
    first, fall = means["first_all"], means["fall"]
    defined = first > CLEAR * noise(rows, "first_all")
    score = fall / noise(rows, "fall")
    finding = np.where(score > CLEAR, "weakened", np.where(score < -CLEAR, "grew", "unclear"))
    return means.assign(
        wi=np.where(defined, weakening(first.to_numpy(), means["last_all"].to_numpy()), np.nan),
        finding=np.where(defined, finding, "undefined"),
        unit="acts per week; WI",
        n=rows.groupby("block")["fall"].count(),
    ).reset_index(names="world")


def sign_lines(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return shares of worlds: by finding, and with WI above zero where it has a value."""
    defined = points[points["finding"] != "undefined"]
    shares = {
        "undefined": points["finding"] == "undefined",
        "WI above 0": defined["wi"] > 0,
        "clearly weakened": defined["finding"] == "weakened",
        "clearly grew": defined["finding"] == "grew",
        "unclear": defined["finding"] == "unclear",
    }
    return [
        line(wilson(int(held.sum()), len(held)), "share of worlds", share=name)
        for name, held in shares.items()
    ]


def wilson(successes: int, size: int) -> Estimate:
    """Return a share with its Wilson interval (1927, 10.1080/01621459.1927.10502953)."""
    if not size:
        return Estimate(np.nan, np.nan, np.nan, 0)
    from scipy import stats

    interval = stats.binomtest(successes, size).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(successes / size, float(interval.low), float(interval.high), size)


# --- Where points weaken -----------------------------------------------------------------------

SHORT = 0.05
"""Share of requests that are not met from which shelves count as empty."""


def conditions(points: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return which rows are of which kind of world: by chi, reach at launch, and shelves."""
    reach = points[EXPECTED] * points[HORIZON] / points["price"]
    missed = points["stockouts"] / points["goods_requested"].clip(lower=1)
    empty = missed.groupby(points["block"]).transform("mean") > SHORT
    return {
        "chi": {f"chi {chi:g}": points[REFERENCE_WEIGHT] == chi for chi in CHI},
        "reach": {"out of reach": reach < 1, "within reach": reach >= 1},
        "shelves": {"empty": empty, "stocked": ~empty},
    }


def where_lines(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return WI of points by class of volunteers and by kind of world: lines of table `where`.

    `difference` is WI of the first kind of world less that of the last.
    """
    found = [line(wi(points, kind), "WI", condition="volunteers", level=kind) for kind in KINDS]
    for condition, levels in conditions(points).items():
        apart = [wi(points[held], stream=place) for place, held in enumerate(levels.values())]
        found += [
            line(one, "WI", condition=condition, level=level)
            for level, one in zip(levels, apart, strict=True)
        ]
        difference = apart[-1].minus(apart[0]) if condition == "chi" else apart[0].minus(apart[-1])
        found.append(line(difference, "difference of WI", condition=condition, level="difference"))
    return found


def unknown_lines(points: pd.DataFrame, worlds_seen: pd.DataFrame) -> list[dict[str, Any]]:
    """Return Spearman's correlation of WI with each unknown, over worlds in which WI has a value.

    `holm` is the p-value corrected for the number of unknowns.
    """
    from scipy import stats

    names = [*UNKNOWNS, REFERENCE_WEIGHT, "population.propensity_sd", "price", "envelope"]
    names = [name for name in names if name not in (SYNERGY,) and "honours" not in name]
    values = by_world(points, names)
    held = worlds_seen.set_index("world")["wi"].dropna()
    found = []
    for name in names:
        known = values.loc[held.index, name]
        rho, p = np.nan, 1.0
        if len(held) >= FEWEST and held.nunique() > 1 and known.nunique() > 1:
            rho, p = map(float, stats.spearmanr(held, known))
        half = CLEAR / np.sqrt(max(len(held) - 3, 1))
        middle = np.arctanh(np.clip(rho, -0.999, 0.999))
        ends = np.tanh([middle - half, middle + half])
        estimate = Estimate(rho, float(ends[0]), float(ends[1]), len(held))
        found.append({**line(estimate, "rank correlation", unknown=name), "p": p})
    corrected = holm([one["p"] for one in found])
    return [
        {**one, "holm": p}
        for one, p in sorted(zip(found, corrected, strict=True), key=lambda pair: pair[0]["p"])
    ]


# --- Rules of validity -------------------------------------------------------------------------

SHORT_RULES = ("window 13", "half-life 8", "quarterly")
"""Rules that count as short validity: points last a quarter or less on average."""


def rule_lines(rules_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what each rule did, at each stock and over all: lines of table `rules`.

    Changes are against the same mix and stock without balance decay, world by world.
    """
    seen = effects(rules_part)
    seen = seen[seen["rule"].notna()]
    found = []
    for mix, of_mix in seen.groupby("mix", sort=False):
        shelves = [("all", of_mix)]
        shelves += [(f"{size:g}", of_mix[of_mix["stock"] == size]) for size in stocks_of(of_mix)]
        for stock, rows in shelves:
            for rule in [*RULES, "short"]:
                own = rows[rows["rule"].isin(SHORT_RULES if rule == "short" else [rule])]
                lasting = rows[rows["rule"] == "none"]
                labels = {"mix": mix, "stock": stock, "rule": rule}
                found += _rule_lines(own, lasting, labels)
    return found


def stocks_of(rows: pd.DataFrame) -> list[float]:
    """Return the sizes of stock in a table, the smallest first."""
    return sorted(float(stock) for stock in rows["stock"].unique())


def _rule_lines(
    own: pd.DataFrame, lasting: pd.DataFrame, labels: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return what one rule did: WI, effect, points and spending; by class over all stocks only."""
    period = resampled(mean, by_world(own, ["period_all"])["period_all"])
    apart = wi(own).minus(wi(lasting))
    found = [
        line(wi(own), "WI", **labels, kind="all", measure="WI"),
        line(apart, "difference of WI", **labels, kind="all", measure="WI change"),
        line(period, "acts per week", **labels, kind="all", measure="effect"),
        *spending(own, **labels, kind="all"),
    ]
    for measure, column, unit, factor_of in (
        ("breakage", "points_breakage", "% of points issued", 100.0),
        ("liability", "points_liability", "yuan", 1.0),
    ):
        levels, before = (by_world(rows, [column])[column] * factor_of for rows in (own, lasting))
        for name, values in ((measure, levels), (f"{measure} change", levels - before)):
            found.append(line(resampled(mean, values), unit, **labels, kind="all", measure=name))
    return found + (_class_lines(own, lasting, labels) if labels["stock"] == "all" else [])


def _class_lines(
    own: pd.DataFrame, lasting: pd.DataFrame, labels: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return WI and the change of participation by class, and casual less core."""
    changes = {kind: participation_change(own, lasting, kind) for kind in KINDS}
    measure = "participation change"
    return [
        *(line(wi(own, kind), "WI", **labels, kind=kind, measure="WI") for kind in CLASSES),
        *(
            line(change, "% of acts", **labels, kind=kind, measure=measure)
            for kind, change in changes.items()
        ),
        line(
            changes["casual"].minus(changes["core"]),
            "percentage points",
            **labels,
            kind="casual - core",
            measure=measure,
        ),
    ]


def participation_change(own: pd.DataFrame, lasting: pd.DataFrame, kind: str) -> Resampled:
    """Return by how many per cent the acts of a class change where points lapse."""
    columns = [f"period_{kind}", f"base_period_{kind}"]
    acts, before = (by_world(rows, columns).sum(axis=1) for rows in (own, lasting))
    return resampled(lambda now, then: 100 * (ratio(now, then) - 1), acts, before)


# --- Windows and prices ------------------------------------------------------------------------

HOURS_PER_ACT = 2.0
"""Hours of an act of volunteering, as the base has it."""

POINTS_PER_ACT = 2.0
"""Points of an act of volunteering, as the base has it."""


class Cell(NamedTuple):
    """Points at one window and under some terms.

    Attributes:
        terms: price and endowment, a key of `TERMS`.
        window: weeks; 0 for no decay.
        hours: additional hours a year, with resamples of worlds.
        cost: yuan for goods per additional hour, with the same resamples.
        paid: yuan a year for goods.
        lapsed: part of the points issued that lapsed.
        needed: weeks that an ordinary volunteer needs for the cheapest good.
    """

    terms: str
    window: int
    hours: Resampled
    cost: Resampled
    paid: Resampled
    lapsed: Resampled
    needed: Resampled


def price_cells(price_part: pd.DataFrame) -> list[Cell]:
    """Return all windows under all terms.

    An ordinary volunteer is a casual one, who came once or twice in the half-year before: what
    such people earn is taken from their acts in the first year, in the arm without incentive.
    """
    seen = effects(price_part)
    none = price_part[(price_part["mix"] == "none") & (price_part["status"] == "done")]
    acts = acts_a_week(none, "casual", range(2, 6))
    ordinary = by_world(none.assign(acts=acts), ["acts", "residents_casual"])
    found = []
    grouped: Any = seen.groupby(["terms", "window"], sort=False)
    for (terms, window), rows in grouped:
        price, endowment = TERMS[str(terms)]
        means = by_world(rows, ["period_all", "fund_spending_goods", "points_breakage"])
        hours = means["period_all"] * HOURS_PER_ACT * 52
        paid = means["fund_spending_goods"] / YEARS
        found.append(
            Cell(
                str(terms),
                int(window),
                resampled(mean, hours),
                resampled(ratio, paid, hours),
                resampled(mean, paid),
                resampled(mean, means["points_breakage"]),
                resampled(
                    lambda people, done, owed=price - endowment: (
                        owed / POINTS_PER_ACT * ratio(people, done)
                    ),
                    ordinary["residents_casual"],
                    ordinary["acts"],
                ),
            )
        )
    return found


def price_lines(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return hours, spending, cost of an additional hour and breakage: lines of table `price`."""
    found = []
    for cell in cells:
        labels = {"terms": cell.terms, "window": cell.window}
        found += [
            line(cell.hours, "hours per year", **labels, measure="additional hours"),
            line(cell.cost, "yuan per hour", **labels, measure="cost"),
            line(cell.paid, "yuan per year", **labels, measure="paid for goods"),
            line(cell.lapsed, "share of points", **labels, measure="breakage"),
        ]
    return found


def lasting_order(window: int) -> float:
    """Return a window as a length: no decay is longer than every window."""
    return np.inf if window == 0 else float(window)


NO_ENDS = (np.nan, np.nan)


def best_lines(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return, under all terms, which window costs least per additional hour: table `best`.

    `best window` is the estimate and the range of the resamples; `interior` is the share of the
    resamples in which neither the shortest window nor no decay costs least; `needed` are the weeks
    that an ordinary volunteer needs. No decay counts as 104 weeks in the range.
    """
    found = []
    for terms in dict.fromkeys(cell.terms for cell in cells):
        own = sorted(
            (cell for cell in cells if cell.terms == terms),
            key=lambda cell: lasting_order(cell.window),
        )
        lengths = np.array([min(lasting_order(cell.window), 104.0) for cell in own])
        costs = np.array([cell.cost.value for cell in own])
        again = np.array([cell.cost.again for cell in own])
        usable = np.isfinite(again).all(axis=0)
        size = own[0].cost.n
        places = np.argmin(again[:, usable], axis=0) if usable.any() else np.zeros(0, int)
        best = lengths[places]
        tail = tail_of(size) if size >= FEWEST else np.nan
        ends = np.quantile(best, [tail, 1 - tail]) if size >= FEWEST and len(best) else NO_ENDS
        least = float(lengths[int(np.nanargmin(costs))]) if np.isfinite(costs).any() else np.nan
        held = (places > 0) & (places < len(own) - 1)
        inner = float(np.mean(held)) if size >= FEWEST and len(places) else np.nan
        labels = {"terms": terms}
        found += [
            line(
                Estimate(least, float(ends[0]), float(ends[1]), size),
                "weeks",
                **labels,
                measure="best window",
            ),
            line(
                Estimate(inner, np.nan, np.nan, size),
                "share of resamples",
                **labels,
                measure="interior",
            ),
            line(own[0].needed, "weeks", **labels, measure="needed"),
        ]
    return found


# --- Causes and remedies -----------------------------------------------------------------------


def cause_lines(causes_part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the late effect under each cause and remedy: lines of table `causes`.

    `loss` is what the cause, left alone, takes of the effect of the third year, against the world
    without any cause; `gain` is what a remedy adds to that effect, less what it adds where there
    is no cause; `restored` is gain as a part of loss.
    """
    seen = effects(causes_part)
    late = {
        (cause, remedy): by_world(rows, ["last_all"])["last_all"]
        for (cause, remedy), rows in seen.groupby(["cause", "remedy"], sort=False)
    }
    found = []
    for (cause, remedy), rows in seen.groupby(["cause", "remedy"], sort=False):
        labels = {"cause": cause, "remedy": remedy}
        loss = late["none", "nothing"] - late[cause, "nothing"]
        gain = late[cause, remedy] - late[cause, "nothing"]
        gain -= late["none", remedy] - late["none", "nothing"]
        found += [
            line(resampled(mean, late[cause, remedy]), "acts per week", **labels, measure="last"),
            line(wi(rows), "WI", **labels, measure="WI"),
            line(resampled(mean, loss), "acts per week", **labels, measure="loss"),
            line(resampled(mean, gain), "acts per week", **labels, measure="gain"),
            line(resampled(ratio, gain, loss), "share of loss", **labels, measure="restored"),
            spending(rows, **labels)[0],
        ]
    return found


# --- Verdicts ----------------------------------------------------------------------------------


def pick(table: pd.DataFrame, **labels: Any) -> Estimate:
    """Return the estimate of the row that has these labels.

    Raises:
        ValueError: there is not exactly one.
    """
    held = np.ones(len(table), bool)
    for name, value in labels.items():
        held &= (table[name] == value).to_numpy()
    if held.sum() != 1:
        raise ValueError(f"{int(held.sum())} rows have {labels}")
    row = table[held].iloc[0]
    return Estimate(float(row["estimate"]), float(row["low"]), float(row["high"]), int(row["n"]))


def told(found: Estimate, digits: int = 2) -> str:
    """Return an estimate with its interval, as a sentence shows it."""
    if not np.isfinite(found.estimate):
        return "no value"
    between = (
        f"{found.low:,.{digits}f} to {found.high:,.{digits}f}"
        if np.isfinite(found.low)
        else "no interval"
    )
    return f"{found.estimate:,.{digits}f} ({between})"


def above(found: Estimate, level: float = 0.0) -> bool:
    """Return whether the whole interval lies above a level."""
    return found.low > level


def below(found: Estimate, level: float = 0.0) -> bool:
    """Return whether the whole interval lies below a level."""
    return found.high < level


def verdicts(tables: Mapping[str, pd.DataFrame]) -> list[Verdict]:
    """Return what became of the predictions."""
    return [
        either_sign(tables["signs"], tables["mixes"], tables["where"]),
        short_validity(tables["rules"]),
        best_window(tables["best"], tables["price"]),
        remedies(tables["causes"]),
        honours_last(tables["mixes"]),
    ]


MOST = 0.95
"""Share of the prior with WI above zero beyond which H1.1 is refuted."""


def either_sign(signs: pd.DataFrame, mixes: pd.DataFrame, where: pd.DataFrame) -> Verdict:
    """Judge H1.1: both signs occur, and points weaken more in each of the three cases named.

    These are the core against casual volunteers, prices out of reach against those within, and empty
    shelves against stocked ones. Refuted if the share of WI > 0 lies above 95 %, or if points weaken
    clearly *less* in one of the cases.
    """
    share = pick(signs, share="WI above 0")
    weakened, grew = (pick(signs, share=f"clearly {name}") for name in ("weakened", "grew"))
    core = pick(mixes, mix="core - casual", kind="contrast")
    signs_differ = below(share, MOST) and weakened.estimate > 0 and grew.estimate > 0
    cases = [
        core,
        *(pick(where, condition=one, level="difference") for one in ("reach", "shelves")),
    ]
    finding: Finding = "undecided"
    if above(share, MOST) or any(below(case) for case in cases):
        finding = "refuted"
    elif signs_differ and all(above(case) for case in cases):
        finding = "supported"
    out, within = (
        pick(where, condition="reach", level=f"{level} reach") for level in ("out of", "within")
    )
    empty, stocked = (
        pick(where, condition="shelves", level=level) for level in ("empty", "stocked")
    )
    return Verdict(
        "H1.1",
        finding,
        f"WI > 0 in {told(share)} of {share.n} worlds in which it has a value (no value in "
        f"{told(pick(signs, share='undefined'))} of all); clearly weakened in {told(weakened)}, "
        f"clearly grew in {told(grew)}. WI of core less WI of casual volunteers {told(core)}. "
        f"WI {told(out)} where the cheapest good is out of reach at launch, {told(within)} within "
        f"reach, difference {told(cases[1])}; {told(empty)} with empty shelves, {told(stocked)} with "
        f"stocked ones, difference {told(cases[2])}.",
    )


ALIKE = 2.0
"""Percentage points within which two losses of participation count as alike."""


def short_validity(rules: pd.DataFrame) -> Verdict:
    """Judge H1.2 by points under short validity against no decay, over all stocks."""
    own = rules[(rules["mix"] == "points") & (rules["stock"] == "all") & (rules["rule"] == "short")]
    lapse, owed = (pick(own, measure=f"{name} change") for name in ("breakage", "liability"))
    change = {
        kind: pick(own, measure="participation change", kind=kind)
        for kind in ("core", "casual", "latent", "casual - core")
    }
    apart = change["casual - core"]
    alike = apart.low > -ALIKE and apart.high < ALIKE
    rises = all(above(change[kind]) for kind in CLASSES)
    finding: Finding = "undecided"
    if alike or rises or above(apart) or above(owed) or below(lapse):
        finding = "refuted"
    elif below(owed) and above(lapse) and below(apart):
        finding = "supported"
    return Verdict(
        "H1.2",
        finding,
        f"Short validity ({', '.join(SHORT_RULES)}) against no decay: liability {told(owed, 0)} "
        f"yuan, breakage {told(lapse, 1)} points in a hundred; acts of core volunteers "
        f"{told(change['core'], 1)} %, of casual ones {told(change['casual'], 1)} %, of those who "
        f"did not volunteer before {told(change['latent'], 1)} %; casual less core "
        f"{told(apart, 1)} percentage points.",
    )


SURE = 0.975
"""Share of resamples from which a best window counts as interior, or as not."""


def best_window(best: pd.DataFrame, price: pd.DataFrame) -> Verdict:
    """Judge H1.3: is the window that costs least per additional hour an interior one, and where?

    Refuted if at every price the best window is an end of the range. Supported if somewhere it is
    interior and one to two times what an ordinary volunteer needs, and if the best window of the
    lowest price lies below that of the highest.
    """
    told_of, interior, at_end, fits = [], [], [], []
    windows = {}
    for terms in dict.fromkeys(best["terms"]):
        windows[terms] = pick(best, terms=terms, measure="best window")
        inner = pick(best, terms=terms, measure="interior")
        needed = pick(best, terms=terms, measure="needed")
        interior.append(inner.estimate >= SURE)
        at_end.append(inner.estimate <= 1 - SURE)
        fits.append(interior[-1] and 1 <= ratio_of(windows[terms], needed) <= 2)
        told_of.append(
            f"{terms}: {told(windows[terms], 0)} weeks, interior in {told(inner)} of the "
            f"resamples, an ordinary volunteer needs {told(needed, 0)}"
        )
    priced = sorted((TERMS[terms][0], terms) for terms in windows if TERMS[terms][1] == 0)
    moves = below_of(windows[priced[0][1]], windows[priced[-1][1]])
    finding: Finding = "undecided"
    if all(at_end):
        finding = "refuted"
    elif any(fits) and moves:
        finding = "supported"
    cheapest = price[price["measure"] == "cost"]
    return Verdict(
        "H1.3",
        finding,
        f"Window with the least cost per additional hour, by terms - {'; '.join(told_of)} (104 "
        f"stands for no decay). Costs lie between {cheapest['estimate'].min():,.1f} and "
        f"{cheapest['estimate'].max():,.1f} yuan an hour.",
    )


def ratio_of(one: Estimate, other: Estimate) -> float:
    """Return a ratio of two estimates; no number where the second is not above zero."""
    return one.estimate / other.estimate if other.estimate > 0 else np.nan


def below_of(one: Estimate, other: Estimate) -> bool:
    """Return whether the range of one estimate lies below that of another."""
    return one.high < other.low


ENOUGH = 0.5
"""Part of a loss that a remedy must give back to count as restoring it."""


def remedies(causes: pd.DataFrame) -> Verdict:
    """Judge H1.4: more stock and variety help where satiation or empty shelves weaken points only.

    A cause counts where its loss is clear. The remedy works where its gain is clearly above zero
    and gives back half of the loss or more; it fails where it clearly gives back less than half.
    """
    works, fails, told_of = {}, {}, []
    for cause in CAUSES:
        loss = pick(causes, cause=cause, remedy="nothing", measure="loss")
        if cause == "none" or not above(loss):
            continue
        gain = pick(causes, cause=cause, remedy="both", measure="gain")
        back = pick(causes, cause=cause, remedy="both", measure="restored")
        works[cause] = above(gain) and back.estimate >= ENOUGH
        fails[cause] = below(back, ENOUGH)
        told_of.append(
            f"{cause} takes {told(loss, 1)} acts a week, of which {told(back)} is restored"
        )
    cured = [works[cause] for cause in ("satiation", "shelves") if cause in works]
    uncured = [fails[cause] for cause in ("adaptation", "crowding") if cause in fails]
    judged_all = len(cured) + len(uncured) == 4
    finding: Finding = "undecided"
    if judged_all and (
        all(works[cause] for cause in works) or all(fails[cause] for cause in fails)
    ):
        finding = "refuted"
    elif judged_all and all(cured) and all(uncured):
        finding = "supported"
    return Verdict(
        "H1.4",
        finding,
        "With more stock and variety, by cause - "
        + "; ".join(told_of or ["no cause has a clear loss"])
        + ". Where adaptation or crowding is the only cause, the rules leave stock and variety "
        "nothing to act on, so that they fail there by construction; how much they restore "
        "elsewhere is the finding.",
    )


def honours_last(mixes: pd.DataFrame) -> Verdict:
    """Judge H1.5: WI of both against WI of points at zero synergy, world by world."""
    apart = pick(mixes, mix="both - points", kind="contrast")
    alike = pick(mixes, mix="both - points, spent alike", kind="contrast")
    beside = pick(mixes, mix="points beside honours - points", kind="contrast")
    both, points = (pick(mixes, mix=mix, kind="all", measure="WI") for mix in ("both", "points"))
    left = {mix: pick(mixes, mix=mix, kind="all", measure="leaving") for mix in ("points", "both")}
    paid = {
        mix: sum(
            pick(mixes, mix=mix, kind="all", measure=f"paid for {purpose}").estimate
            for purpose in ("goods", "honours")
        )
        for mix in ("points", "both")
    }
    finding: Finding = "undecided"
    if apart.low >= 0:
        finding = "refuted"
    elif below(apart):
        finding = "supported"
    return Verdict(
        "H1.5",
        finding,
        f"At zero synergy WI of both is {told(both)}, of points {told(points)}; both less points "
        f"{told(apart)}, and {told(alike)} in the {alike.n} worlds in which both really paid about "
        f"as much. What points add where honours are given anyway, against what they add alone: "
        f"{told(beside)}. Leaving the register, % a year: "
        f"{told(left['both'], 1)} with both, {told(left['points'], 1)} with points. Paid a year: "
        f"{paid['both']:,.0f} yuan for both, {paid['points']:,.0f} for points.",
    )


# --- Figures -----------------------------------------------------------------------------------

NAMES: dict[str, dict[str, str]] = {
    "en": {
        "points": "points",
        "honours": "honours",
        "both": "points and honours",
        "all": "all residents",
        "core": "core: 3 or more acts before",
        "casual": "casual: 1 or 2 acts before",
        "latent": "no act before",
        "none": "no decay",
        "yearly": "reset each year",
        "quarterly": "reset each quarter",
        **{f"window {weeks}": f"window of {weeks} weeks" for weeks in (13, 26, 52)},
        **{f"half-life {weeks}": f"half-life of {weeks} weeks" for weeks in (8, 26, 52)},
        "0": "no decay",
        "price 2": "2 points",
        "price 5": "5 points",
        "price 10": "10 points",
        "price 5, endowment 3": "5 points, 3 given at the start",
        "cause none": "none",
        "cause satiation": "satiation",
        "cause shelves": "empty shelves",
        "cause adaptation": "adaptation",
        "cause crowding": "crowding out",
        "cause reach": "reward out of reach",
        "remedy nothing": "left alone",
        "remedy stock": "more stock",
        "remedy variety": "more variety",
        "remedy both": "stock and variety",
        "chi 0": "reward never taken for granted",
        "chi 0.5": "taken for granted by half",
        "chi 1": "taken for granted wholly",
        "out of reach": "cheapest good out of reach at launch",
        "within reach": "cheapest good within reach at launch",
        "empty": "shelves empty at times",
        "stocked": "shelves stocked",
    },
    "zh": {
        "points": "积分",
        "honours": "荣誉",
        "both": "积分与荣誉",
        "all": "全体居民",
        "core": "核心:此前3次及以上",
        "casual": "偶尔:此前1至2次",
        "latent": "此前未参与",
        "none": "不失效",
        "yearly": "每年清零",
        "quarterly": "每季清零",
        **{f"window {weeks}": f"{weeks}周有效" for weeks in (13, 26, 52)},
        **{f"half-life {weeks}": f"半衰期{weeks}周" for weeks in (8, 26, 52)},
        "0": "不失效",
        "price 2": "2分",
        "price 5": "5分",
        "price 10": "10分",
        "price 5, endowment 3": "5分,起始赠3分",
        "cause none": "无",
        "cause satiation": "餍足",
        "cause shelves": "货架空缺",
        "cause adaptation": "习以为常",
        "cause crowding": "动机挤出",
        "cause reach": "奖励够不着",
        "remedy nothing": "不作改变",
        "remedy stock": "增加存货",
        "remedy variety": "增加品种",
        "remedy both": "存货与品种",
        "chi 0": "奖励从不被视为理所当然",
        "chi 0.5": "一半被视为理所当然",
        "chi 1": "全部被视为理所当然",
        "out of reach": "启动时最便宜的物品够不着",
        "within reach": "启动时最便宜的物品够得着",
        "empty": "货架有时空缺",
        "stocked": "货架充足",
    },
}

SENTENCES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "en": {
        "effect": (
            "What incentives add to volunteering, quarter by quarter",
            "Difference from the same community without incentives; bands: 95% intervals over worlds.",
            "weeks since the incentive began",
            "additional acts per week",
        ),
        "where": (
            "Where the effect of points weakens, without any balance decay",
            "WI: 0 as strong in the third year as in the first half-year, 1 gone, below 0 stronger.",
            "WI (share of the first effect)",
            "",
        ),
        "rules": (
            "Weakening under nine rules of validity",
            "WI: 0 as strong in the third year as in the first half-year, 1 gone, below 0 stronger.",
            "WI (share of the first effect)",
            "",
        ),
        "validity": (
            "What short validity costs in participation",
            "Change of volunteer acts against points that never lapse.",
            "change of acts (%)",
            "",
        ),
        "price": (
            "What an additional hour of volunteering costs, by window",
            "Yuan paid for goods per additional hour; bars: 95% intervals over worlds.",
            "weeks that points stay valid",
            "yuan per hour",
        ),
        "causes": (
            "One cause at a time: the effect of points in the third year, with remedies",
            "",
            "",
            "additional acts per week",
        ),
    },
    "zh": {
        "effect": (
            "激励为志愿服务带来的增量,按季度",
            "与无激励的同一社区之差;色带:各情境的95%区间。",
            "激励开始后的周数",
            "每周新增次数",
        ),
        "where": (
            "余额不失效时,积分效果在何处减弱",
            "WI:0为第三年与前半年同样强,1为消失,负值为增强。",
            "WI(占最初效果的份额)",
            "",
        ),
        "rules": (
            "九种有效期规则下的减弱程度",
            "WI:0为第三年与前半年同样强,1为消失,负值为增强。",
            "WI(占最初效果的份额)",
            "",
        ),
        "validity": (
            "短有效期使参与减少多少",
            "与永不失效的积分相比,志愿服务次数的变化。",
            "次数变化(%)",
            "",
        ),
        "price": (
            "不同有效期下,每新增一小时志愿服务的成本",
            "每新增一小时所付物品费用(元);竖线:各情境的95%区间。",
            "积分有效的周数",
            "元/小时",
        ),
        "causes": (
            "每次只有一个原因:第三年的积分效果及补救措施",
            "",
            "",
            "每周新增次数",
        ),
    },
}
"""Title, reading, x and y of each figure, by language."""

WI_SHOWN = (-4.0, 2.0)
"""Range of WI that figures show; an interval that leaves it ends in an arrow."""


def figures(
    tables: Mapping[str, pd.DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return the figures: effects by quarter, where WI is high, rules, costs, causes."""
    from sim.analysis import charts

    said = {
        name: charts.Words(
            title,
            reading,
            x,
            y,
            charts.small_print(
                language,
                worlds=worlds_in(tables, name),
                weeks=WEEKS,
                scale=scale,
                version=__version__,
            ),
            NAMES[language],
        )
        for name, (title, reading, x, y) in SENTENCES[language].items()
    }
    nothing, begin = charts.Mark(0.0), charts.Mark(0.0, along="y")
    by_quarter, rules = tables["curves"], tables["rules"]
    where = tables["where"]
    over_all = rules[(rules["stock"] == "all") & (rules["rule"] != "short")]
    changes = over_all[
        (over_all["measure"] == "participation change")
        & (over_all["mix"] == "points")
        & over_all["kind"].isin(CLASSES)
        & (over_all["rule"] != "none")
    ]
    weakened = over_all[
        (over_all["measure"] == "WI") & over_all["kind"].isin(("all", "core", "casual"))
    ]
    costs = tables["price"][tables["price"]["measure"] == "cost"].sort_values(
        "window", key=lambda windows: windows.map(lasting_order), kind="stable"
    )
    causes = tables["causes"][tables["causes"]["measure"] == "last"]
    causes = causes.assign(cause="cause " + causes["cause"], remedy="remedy " + causes["remedy"])
    return {
        "effect": charts.curves(
            by_quarter[by_quarter["mix"] != "synergy"], said["effect"], language,
            x="week", hue="mix", panel="kind", marks=[nothing, begin], share=False, columns=2,
        ),
        "where": charts.intervals(
            where[where["level"] != "difference"], said["where"], language,
            row="level", marks=[nothing], limits=WI_SHOWN,
        ),
        "rules": charts.intervals(
            weakened, said["rules"], language,
            row="rule", hue="kind", panel="mix", marks=[nothing], limits=WI_SHOWN,
        ),
        "validity": charts.intervals(
            changes, said["validity"], language, row="rule", hue="kind", marks=[nothing]
        ),
        "price": charts.curves(
            costs, said["price"], language, x="window", hue="terms", steps=True, bars=True
        ),
        "causes": charts.heat(
            causes, said["causes"], language, row="cause", column="remedy", centre=None, digits=1
        ),
    }  # fmt: skip


def worlds_in(tables: Mapping[str, pd.DataFrame], figure: str) -> int:
    """Return how many worlds a figure rests on."""
    source = {"effect": "curves", "where": "where", "validity": "rules"}.get(figure, figure)
    return int(tables[source]["n"].max())
