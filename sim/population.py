"""The synthetic community: columns and ties drawn from the shares of a scenario.

Counts and shares are hit exactly, to within rounding: who belongs to a share is drawn, how many
do is not. Each attribute has a draw of its own, addressed by resident (or by household, where
the members of a household share it), so that changing one share moves nobody's other attributes,
and raising a share only adds people to it.

Order of events, in each community: households are laid out in rows; micro-grids and compounds are
cut from that row; ages fill the households; then origin and tenure, ownership, education, income,
children, health, Party membership, inner life. Last come ties, partners and grid workers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from sim import numerics, randomness
from sim.columns import (
    AGES,
    CANDIDATE,
    DISPOSITIONS,
    DOMAINS,
    DUAL_REGISTERED,
    ELDERLY,
    ENTERPRISE,
    FLOATING_MEMBER,
    GOODS,
    GROUPS,
    MIDDLE,
    NOT_MEMBER,
    PARTNER,
    PARTNER_KINDS,
    REGISTERED_MEMBER,
    SERVICES,
    TIE_SLOTS,
    YOUNG,
    GridWorkers,
    MicroGrids,
    Partners,
    Residents,
    allocate,
)
from sim.compiled import loop, rule
from sim.declare import columns_of, number, vector, whole

if TYPE_CHECKING:
    from sim.model import Community

CANDIDATES = randomness.decision("population.tie_candidates")
CHOICE = randomness.decision("population.tie_choice")
TIE_ROUNDS = 24  # rounds of making ties before the few who found nobody are left alone
MOST_CHILDREN = 3  # minors that one adult looks after, as `Residents.children` holds them
HALF_STEP = 2.0**-25  # half the step of a uniform draw: keeps it off 0
MICRO, GENERAL, DEDICATED = 0, 1, 2  # kinds of grid worker


class Population(NamedTuple):
    """Who lives in the community, where, with whom, and which organisations are at hand."""

    # The size of the community.
    residents: int = whole(
        33000,
        unit="persons",
        low=1,
        high=1_000_000,
        evidence="fact",
        source="A5",
        meaning="residents of one community, minors included, before scaling (the source says over 33,000)",
    )
    households: int = whole(
        14000,
        unit="households",
        low=1,
        high=500_000,
        evidence="fact",
        source="A4",
        meaning="households of one community, before scaling (the source says over 14,000)",
    )
    communities: int = whole(
        1,
        unit="communities",
        low=1,
        high=1000,
        evidence="assumption",
        meaning="like communities side by side, for a district; each has its own centre",
    )
    scale: float = number(
        1.0,
        unit="agents per resident",
        low=0.0005,
        high=1,
        evidence="assumption",
        meaning="each agent stands for 1/scale residents; organisations and grids are not scaled",
    )
    burn_in: int = whole(
        52,
        unit="weeks",
        low=0,
        high=520,
        evidence="assumption",
        meaning="weeks lived before the programme begins, with platforms and mechanisms off",
    )
    community_spacing: float = number(
        2.0,
        unit="km",
        low=0.1,
        high=20,
        evidence="assumption",
        meaning="between the centres of neighbouring communities of a district",
    )
    # Place.
    area: float = number(
        0.73,
        unit="square kilometres",
        low=0.01,
        high=100,
        evidence="fact",
        source="A2",
        meaning="of one community, taken as a square",
    )
    compounds: int = whole(
        7,
        unit="compounds",
        low=1,
        high=100,
        evidence="fact",
        source="A3",
        meaning="residential compounds of one community",
    )
    affordable_compounds: int = whole(
        1,
        unit="compounds",
        low=0,
        high=100,
        evidence="fact",
        source="A3",
        meaning="of these, compounds of government-subsidised (affordable) housing",
    )
    grids: int = whole(
        13,
        unit="grids",
        low=1,
        high=200,
        evidence="fact",
        source="A19",
        meaning="general grids of one community, each inside one compound",
    )
    dedicated_grids: int = whole(
        7,
        unit="grids",
        low=0,
        high=200,
        evidence="fact",
        source="A19",
        meaning="dedicated (non-residential) grids of one community, whose workers are idle here",
    )
    micro_grids: int = whole(
        52,
        unit="micro-grids",
        low=1,
        high=1000,
        evidence="fact",
        source="A19",
        meaning="micro-grids of one community, shared out evenly among its general grids",
    )
    affordable_share: float = number(
        0.15,
        unit="share of adults",
        low=0.01,
        high=0.99,
        sweep=(0.08, 0.34),
        evidence="assumption",
        source="T10",
        meaning="adults who live in affordable compounds, such that 5-20 % of households have a low income",
    )
    # Age and household.
    young: float = number(
        0.397,
        unit="share of residents",
        low=0,
        high=0.9,
        sweep=(0.1, 0.5),
        evidence="fact",
        source="A8",
        meaning="aged 18 to 40",
    )
    middle: float = number(
        0.263,
        unit="share of residents",
        low=0,
        high=0.9,
        sweep=(0.05, 0.4),
        evidence="fact",
        source="A6, A8, T5",
        meaning="aged 41 to 59",
    )
    elderly: float = number(
        0.17,
        unit="share of residents",
        low=0,
        high=0.9,
        sweep=(0.12, 0.24),
        evidence="assumption",
        source="A7, T5, E14",
        meaning="aged 60 and over; the remainder are minors",
    )
    alone: tuple[float, ...] = vector(
        {"young": 0.14, "middle": 0.08, "elderly": 0.15},
        unit="share of the age class",
        low=0,
        high=0.3,
        evidence="assumption",
        meaning="who live alone",
    )
    age_likeness: float = number(
        0.7,
        unit="weight",
        low=0,
        high=1,
        evidence="assumption",
        meaning="how alike in age the members of a household are: 0 not at all, 1 as far as counts allow",
    )
    children_per_family: float = number(
        1.35,
        unit="persons",
        low=1,
        high=3,
        evidence="assumption",
        meaning="minors in a household that has any",
    )
    parents: tuple[float, ...] = vector(
        {"young": 1.0, "middle": 0.5, "elderly": 0.03},
        unit="relative chance",
        low=0.001,
        high=10,
        evidence="assumption",
        meaning="that a household of several adults has minors, by the age of its youngest adult",
    )
    frail: tuple[float, ...] = vector(
        {"young": 0.005, "middle": 0.015, "elderly": 0.15},
        unit="share of the age class",
        low=0,
        high=0.5,
        evidence="assumption",
        meaning="of limited mobility",
    )
    key_care: float = number(
        0.5,
        unit="share",
        low=0,
        high=1,
        evidence="assumption",
        source="case 1",
        meaning="of the elderly who are alone or frail, on the key-care list from the start",
    )
    # Standing.
    migrant: float = number(
        0.40,
        unit="share of adults",
        low=0,
        high=1,
        sweep=(0.25, 0.60),
        evidence="literature",
        source="A10, T9, E14",
        meaning="registered elsewhere",
    )
    owner: float = number(
        0.65,
        unit="share of adults",
        low=0,
        high=1,
        sweep=(0.45, 0.80),
        evidence="assumption",
        meaning="who own their home",
    )
    owner_if_migrant: float = number(
        0.35,
        unit="share of migrants",
        low=0,
        high=1,
        evidence="assumption",
        meaning="who own their home, as far as the share of all owners allows",
    )
    tertiary: float = number(
        0.365,
        unit="share of all residents",
        low=0,
        high=0.8,
        evidence="fact",
        source="A9, T6",
        meaning="with college education or above; all of them are adults",
    )
    tertiary_by_youth: float = number(
        0.7,
        unit="standard deviations per age class",
        low=0,
        high=3,
        evidence="assumption",
        meaning="how far the younger lean to tertiary education",
    )
    tertiary_by_ownership: float = number(
        0.4,
        unit="standard deviations",
        low=0,
        high=3,
        evidence="assumption",
        meaning="how far owners lean to tertiary education",
    )
    low_income_in_affordable: float = number(
        0.60,
        unit="share of households",
        low=0,
        high=1,
        evidence="assumption",
        source="T10",
        meaning="of affordable compounds with a low income; there are none elsewhere",
    )
    online_elderly: float = number(
        0.60,
        unit="share of the elderly",
        low=0,
        high=1,
        sweep=(0.43, 0.80),
        evidence="literature",
        source="E13",
        meaning="reached by digital channels",
    )
    online_others: float = number(
        0.97,
        unit="share of the young and middle-aged",
        low=0,
        high=1,
        sweep=(0.95, 0.99),
        evidence="literature",
        source="E13",
        meaning="reached by digital channels",
    )
    # The Party.
    registered_members: int = whole(
        520,
        unit="persons",
        low=0,
        high=100_000,
        evidence="fact",
        source="A17",
        meaning="Party members registered with the community, before scaling",
    )
    floating_members: int = whole(
        114,
        unit="persons",
        low=0,
        high=100_000,
        evidence="fact",
        source="A18",
        meaning="floating Party members, besides the registered (T3), before scaling; migrants first",
    )
    dual_registered: int = whole(
        32,
        unit="persons",
        low=0,
        high=100_000,
        evidence="fact",
        source="C8, T3",
        meaning="dual-registered members, whose membership sits at work, before scaling; workers first",
    )
    member_by_age: tuple[float, ...] = vector(
        {"young": 1.0, "middle": 1.5, "elderly": 3.0},
        unit="relative chance",
        low=0.01,
        high=10,
        evidence="assumption",
        source="E4",
        meaning="of being a registered or floating member: the organised members are older",
    )
    # Inner life.
    dispositions: tuple[float, ...] = vector(
        dict(zip(DISPOSITIONS, (0.50, 0.30, 0.14, 0.06), strict=True)),
        unit="share of adults",
        low=0,
        high=1,
        evidence="literature",
        source="E36",
        meaning="response to others' acts: conditional cooperators, free riders, hump-shaped, other",
        total=1.0,
    )
    propensity_sd: float = number(
        1.5,
        unit="log-odds",
        low=0,
        high=3,
        evidence="assumption",
        source="E12",
        meaning="standard deviation of residents' lasting propensity to take part, sigma_u; swept 1.0-2.2",
    )
    reward_sensitivity_sd: float = number(
        0.5,
        unit="log ratio",
        low=0,
        high=1.5,
        evidence="assumption",
        source="E19, E20",
        meaning="standard deviation of the logarithm of reward sensitivity kappa, whose mean is 1",
    )
    motivation_mean: float = number(
        0.5,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="of residents' baseline intrinsic motivation M0",
    )
    motivation_sd: float = number(
        0.15,
        unit="0-1",
        low=0,
        high=0.5,
        evidence="assumption",
        meaning="of residents' baseline intrinsic motivation M0",
    )
    threshold_mean: float = number(
        0.25,
        unit="share of ties",
        low=0,
        high=1,
        evidence="literature",
        source="E38",
        meaning="who must be active before a resident counts them, theta",
    )
    threshold_sd: float = number(
        0.15,
        unit="share of ties",
        low=0.05,
        high=0.30,
        evidence="literature",
        source="E38",
        meaning="standard deviation of the threshold theta",
    )
    trust_initial: float = number(
        0.5,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="mean trust in the committee at the start",
    )
    trust_sd: float = number(
        0.12,
        unit="0-1",
        low=0,
        high=0.5,
        evidence="assumption",
        meaning="standard deviation of trust at the start",
    )
    satisfaction_initial: tuple[float, ...] = vector(
        dict(zip(SERVICES, (0.35, 0.35, 0.35, 0.5, 0.5, 0.5), strict=True)),
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        source="B2, B3",
        meaning="satisfaction with each service at the start",
    )
    expectation_initial: float = number(
        0.5,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="expected performance of every service at the start",
    )
    retired: tuple[float, ...] = vector(
        {"young": 0.0, "middle": 0.2, "elderly": 1.0},
        unit="share of the age class",
        low=0,
        high=1,
        evidence="assumption",
        meaning="who have retired from work",
    )
    free_retired: float = number(
        0.70,
        unit="chance per week",
        low=0.55,
        high=0.85,
        evidence="assumption",
        source="S5",
        meaning="that a retired resident is free when asked",
    )
    free_working: float = number(
        0.35,
        unit="chance per week",
        low=0.20,
        high=0.50,
        evidence="assumption",
        source="S5, E5",
        meaning="that a working local is free when asked",
    )
    free_migrant: float = number(
        0.25,
        unit="chance per week",
        low=0.10,
        high=0.40,
        evidence="assumption",
        source="S5, E5",
        meaning="that a working migrant is free when asked",
    )
    offset_elderly: float = number(
        0.0,
        unit="log-odds",
        low=-0.7,
        high=0.5,
        evidence="assumption",
        source="E2",
        meaning="residual of the elderly's participation that access, time and ties do not explain, gamma",
    )
    offset_migrant: float = number(
        0.0,
        unit="log-odds",
        low=-0.7,
        high=0.5,
        evidence="assumption",
        source="E5",
        meaning="residual of migrants' participation that access, time and ties do not explain, gamma",
    )
    register: float = number(
        0.02,
        unit="share of non-members",
        low=0,
        high=0.3,
        evidence="assumption",
        meaning="on the volunteer register at the start",
    )
    register_members: float = number(
        0.10,
        unit="share of Party members",
        low=0,
        high=1,
        evidence="assumption",
        meaning="on the volunteer register at the start",
    )
    initial_mediators: int = whole(
        0,
        unit="persons",
        low=0,
        high=1000,
        evidence="assumption",
        meaning="residents who mediate disputes at the start, from the volunteer register first, before scaling",
    )
    # Ties.
    mean_degree: float = number(
        8.0,
        unit="ties",
        low=0,
        high=12,
        evidence="literature",
        source="E44",
        meaning="of an established resident; swept 6-12",
    )
    ties_inside: float = number(
        0.80,
        unit="share of ties",
        low=0.5,
        high=1,
        evidence="literature",
        source="E44",
        meaning="within the micro-grid, the rest elsewhere in the compound; swept .75-.90",
    )
    homophily: float = number(
        1.0,
        unit="log-odds",
        low=0,
        high=2,
        evidence="literature",
        source="E44",
        meaning="preference for a tie with a resident alike in everything over one alike in nothing",
    )
    likeness: tuple[float, ...] = vector(
        {"age": 0.4, "origin": 0.3, "education": 0.3},
        unit="weight",
        low=0,
        high=1,
        evidence="assumption",
        source="E44",
        meaning="of each attribute in how alike two residents are",
        total=1.0,
    )
    tie_initial: float = number(
        0.3,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        source="S10",
        meaning="strength of a tie at the start",
    )
    tenure: float = number(
        10.0,
        unit="years",
        low=1,
        high=50,
        evidence="assumption",
        source="A11, T1",
        meaning="longest time lived here; tenure is uniform from 0 to this",
    )
    newcomer_tenure: float = number(
        2.0,
        unit="years",
        low=0,
        high=50,
        evidence="assumption",
        meaning="locals who have lived here for less are newcomers, as all migrants are",
    )
    newcomer_ties: float = number(
        0.5,
        unit="ratio",
        low=0,
        high=1,
        evidence="assumption",
        source="B7, E5",
        meaning="ties of a newcomer, as a share of an established resident's",
    )
    # Partners and candidates.
    initial_partners: int = whole(
        11,
        unit="partners",
        low=0,
        high=200,
        evidence="fact",
        source="E1",
        meaning="partners at the start, besides the candidates",
    )
    local_units: int = whole(
        34,
        unit="organisations",
        low=0,
        high=1000,
        evidence="fact",
        source="A12",
        meaning="enterprises and institutions of the community, candidates to become partners",
    )
    other_candidates: int = whole(
        60,
        unit="organisations and professionals",
        low=0,
        high=1000,
        evidence="assumption",
        source="C2, A13",
        meaning="further candidates to become partners; swept 20-120",
    )
    partner_kinds: tuple[float, ...] = vector(
        dict.fromkeys(PARTNER_KINDS, 0.25),
        unit="share of partners",
        low=0,
        high=1,
        evidence="assumption",
        source="E2, E3, E4, E5 of the facts",
        meaning="kinds among the partners at the start: the mean of a flat Dirichlet",
        total=1.0,
    )
    local_kinds: tuple[float, ...] = vector(
        dict(zip(PARTNER_KINDS, (0.7, 0.0, 0.0, 0.3), strict=True)),
        unit="share of local units",
        low=0,
        high=1,
        evidence="assumption",
        source="A12",
        meaning="kinds among the local units",
        total=1.0,
    )
    candidate_kinds: tuple[float, ...] = vector(
        dict.fromkeys(PARTNER_KINDS, 0.25),
        unit="share of other candidates",
        low=0,
        high=1,
        evidence="assumption",
        source="E2, E3, E4, E5 of the facts",
        meaning="kinds among the other candidates: the mean of a flat Dirichlet",
        total=1.0,
    )
    enterprise_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.2, 0.2, 0.2, 0.2, 0.2), strict=True)),
        unit="share",
        low=0,
        high=1,
        evidence="assumption",
        source="E6 of the facts",
        meaning="of enterprises whose main domain this is",
        total=1.0,
    )
    professional_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.2, 0.2, 0.2, 0.0, 0.4), strict=True)),
        unit="share",
        low=0,
        high=1,
        evidence="assumption",
        source="E3 of the facts",
        meaning="of professionals whose main domain this is",
        total=1.0,
    )
    craftsman_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.0, 0.1, 0.1, 0.8, 0.0), strict=True)),
        unit="share",
        low=0,
        high=1,
        evidence="assumption",
        source="E4 of the facts",
        meaning="of craftsmen whose main domain this is",
        total=1.0,
    )
    public_benefit_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.1, 0.4, 0.4, 0.0, 0.1), strict=True)),
        unit="share",
        low=0,
        high=1,
        evidence="assumption",
        source="E5, E6 of the facts",
        meaning="of public-benefit partners whose main domain this is",
        total=1.0,
    )
    ability_high: float = number(
        0.6,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="a partner's ability in its main domain and in those that overlap",
    )
    ability_low: float = number(
        0.05,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="a partner's ability in any other domain",
    )
    ability_overlap: float = number(
        0.15,
        unit="chance",
        low=0,
        high=1,
        evidence="assumption",
        source="H2.1",
        meaning="that a partner is as able in a further domain as in its main one",
    )
    weekly_hours: tuple[float, ...] = vector(
        dict(zip(PARTNER_KINDS, (60.0, 8.0, 20.0, 30.0), strict=True)),
        unit="hours per week",
        low=0,
        high=500,
        evidence="assumption",
        meaning="that a partner of each kind offers at full commitment, before scaling",
    )
    hours_spread: float = number(
        0.5,
        unit="ratio",
        low=0,
        high=1,
        evidence="assumption",
        meaning="a partner's weekly hours lie within this share of its kind's mean",
    )
    quality_mean: float = number(
        0.7,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="quality of partners' service",
    )
    quality_sd: float = number(
        0.1,
        unit="0-1",
        low=0,
        high=0.5,
        evidence="assumption",
        meaning="standard deviation of the quality of partners' service",
    )
    market_share: float = number(
        0.4,
        unit="share of enterprises",
        low=0,
        high=1,
        evidence="assumption",
        source="D4",
        meaning="that run a low-fee or market service",
    )
    fee: int = whole(
        2000,
        unit="fen per user",
        low=0,
        high=100_000,
        evidence="assumption",
        source="D4",
        meaning="that a market operator takes",
    )
    space_given: tuple[float, ...] = vector(
        dict(zip(PARTNER_KINDS, (0.0, 0.0, 1.0, 1.0), strict=True)),
        unit="share of partners",
        low=0,
        high=1,
        evidence="fact",
        source="E4, E5 of the facts",
        meaning="partners at the start that were given space, by kind",
    )
    enterprise_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (10.0, 4.0, 0.0), strict=True)),
        unit="units per week",
        low=0,
        high=1000,
        evidence="assumption",
        source="E34",
        meaning="that an enterprise gives to the exchange shop at full commitment, before scaling",
    )
    professional_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (0.0, 2.0, 0.0), strict=True)),
        unit="units per week",
        low=0,
        high=1000,
        evidence="assumption",
        source="E34",
        meaning="that a professional gives to the exchange shop at full commitment, before scaling",
    )
    craftsman_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (0.0, 3.0, 1.0), strict=True)),
        unit="units per week",
        low=0,
        high=1000,
        evidence="assumption",
        source="E34",
        meaning="that a craftsman gives to the exchange shop at full commitment, before scaling",
    )
    public_benefit_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (0.0, 1.0, 3.0), strict=True)),
        unit="units per week",
        low=0,
        high=1000,
        evidence="assumption",
        source="E34",
        meaning="that a public-benefit partner gives to the exchange shop at full commitment, before scaling",
    )
    commitment_initial: float = number(
        0.5,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="of partners at the start, and of candidates should they join",
    )
    partner_trust: float = number(
        0.5,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="partners' trust in the committee at the start",
    )
    exposure: tuple[float, ...] = vector(
        {"partners": 1.0, "local_units": 0.3, "other_candidates": 0.1},
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        meaning="how far organisations have heard of the practice at the start",
    )
    # Grid workers.
    visits_per_week: float = number(
        10.0,
        unit="visits per week",
        low=5,
        high=20,
        evidence="literature",
        source="E15",
        meaning="that a micro-grid worker can make",
    )
    general_visits: float = number(
        10.0,
        unit="visits per week",
        low=0,
        high=20,
        evidence="assumption",
        source="E15",
        meaning="that a general grid worker can make, over all micro-grids of the grid",
    )


# --- Drawing ---------------------------------------------------------------------------------


def uniforms(seed: Any, purpose: str, actors: Any) -> Any:
    """Return four independent uniforms in [0, 1) for each actor: float32[actors] each.

    Args:
        seed: the community's seed.
        purpose: what the draws are for; its name is their address.
        actors: uint64[actors].
    """
    address = randomness.decision(f"population.{purpose}")
    return randomness.draws(seed, address, np.uint64(0), actors)


def normal(uniform: Any) -> Any:
    """Return standard normal draws, float64, from uniforms in [0, 1) of 24 bits."""
    return ndtri(uniform.astype(np.float64) + HALF_STEP)


def bounded(values: Any) -> Any:
    """Return values held within 0 and 1, as float32."""
    return np.clip(values, 0.0, 1.0).astype(np.float32)


def nearest(value: Any) -> int:
    """Return the nearest whole number, halves upward."""
    return int(np.floor(float(value) + 0.5))


def apportion(total: int, shares: Any) -> Any:
    """Return whole numbers that add up to `total` in proportion to shares, by largest remainder."""
    weights = np.asarray(shares, np.float64)
    quota = total * weights / weights.sum()
    whole_part = np.floor(quota)
    order = np.argsort(whole_part - quota, kind="stable")
    counts = whole_part.astype(np.int64)
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def lowest(keys: Any, count: int) -> Any:
    """Return, as booleans, the `count` lowest keys; among equal keys the earlier come first."""
    count = min(max(count, 0), len(keys))
    if count == 0:
        return np.zeros(len(keys), np.bool_)
    border = np.partition(keys, count - 1)[count - 1]
    chosen = keys < border
    at_border = np.flatnonzero(keys == border)
    chosen[at_border[: count - int(chosen.sum())]] = True
    return chosen


def members(keys: Any, within: Any, share: Any) -> Any:
    """Return, as booleans, who of those `within` belong to a share of them: the lowest keys."""
    rows = np.flatnonzero(within)
    chosen = np.zeros(len(keys), np.bool_)
    chosen[rows[lowest(keys[rows], nearest(len(rows) * float(share)))]] = True
    return chosen


def classes(keys: Any, counts: Any) -> Any:
    """Return the class of each key: the lowest `counts[0]` keys are class 0, and so on."""
    result = np.zeros(len(keys), np.uint8)
    for passed in np.cumsum(counts)[:-1]:
        result += ~lowest(keys, int(passed))
    return result


def part[T](table: T, rows: slice) -> T:
    """Return some rows of a table, as views."""
    declared = columns_of(type(table)).values()
    return type(table)(
        *(
            array[tuple(rows if name == "row" else slice(None) for name in column.shape)]
            for column, array in zip(declared, table, strict=True)  # type: ignore[call-overload]
        )
    )


def _actors(count: int) -> Any:
    return np.arange(count, dtype=np.uint64)


# --- Counts and places -----------------------------------------------------------------------


class Layout(NamedTuple):
    """What every community of a scenario has in common: counts, before anything is drawn."""

    people: int  # minors included
    minors: int
    ages: Any  # int64[3], adults by age class
    single: Any  # int64[3], of these, who live alone
    shared: Any  # int64[households], adults of each household of several
    grid_of: Any  # int64[micro-grids], general grid
    compound_of: Any  # int64[micro-grids], compound; affordable ones come last
    weight: Any  # float64[micro-grids], share of adults

    @property
    def adults(self) -> int:
        """Adults of one community."""
        return int(self.ages.sum())

    @property
    def households(self) -> int:
        """Households of one community."""
        return int(self.single.sum()) + len(self.shared)


def lay_out(p: Any) -> Layout:
    """Return the counts of one community.

    There are as many households as declared, unless there are too few adults for that: every
    household of several has at least two. That the numbers fit each other (shares of ages,
    compounds in grids, grids in micro-grids) is for `sim.scenario` to check.
    """
    adult_shares = [float(p.young), float(p.middle), float(p.elderly)]
    minor_share = max(0.0, 1.0 - sum(adult_shares))
    affordable = int(p.affordable_compounds)
    commercial = int(p.compounds) - affordable

    people = max(1, nearest(float(p.residents) * float(p.scale)))
    ages = apportion(people, [*adult_shares, minor_share])[: len(AGES)]
    if ages.sum() == 0:
        ages[YOUNG] = 1
    single = np.array([nearest(n * float(a)) for n, a in zip(ages, p.alone, strict=True)])
    together = int(ages.sum() - single.sum())
    if together < 2:
        single, together = ages.copy(), 0
    wanted = nearest(float(p.households) * float(p.scale)) - int(single.sum())
    groups = min(max(wanted, 1), together // 2)
    shared = apportion(together, np.ones(groups)) if groups else np.zeros(0, np.int64)

    share = 0.0 if affordable == 0 else 1.0 if commercial == 0 else float(p.affordable_share)
    affordable_grids = min(
        max(nearest(share * float(p.grids)), affordable), int(p.grids) - commercial
    )
    grids_of_compound = [
        *(apportion(int(p.grids) - affordable_grids, np.ones(commercial)) if commercial else []),
        *(apportion(affordable_grids, np.ones(affordable)) if affordable else []),
    ]
    compound_of_grid = np.repeat(np.arange(int(p.compounds)), grids_of_compound)
    grid_of = np.arange(int(p.micro_grids)) * int(p.grids) // int(p.micro_grids)
    compound_of = compound_of_grid[grid_of]
    in_affordable = compound_of >= commercial
    weight = np.where(
        in_affordable,
        share / max(1, int(in_affordable.sum())),
        (1.0 - share) / max(1, int((~in_affordable).sum())),
    )
    return Layout(
        people, people - int(ages.sum()), ages, single, shared, grid_of, compound_of, weight
    )


def divide(box: tuple[float, float, float, float], weights: list[float]) -> list[Any]:
    """Return a rectangle cut into rectangles of areas in proportion to weights.

    Args:
        box: left, bottom, right, top.
        weights: positive, in the order in which neighbours shall lie.
    """
    if len(weights) == 1:
        return [box]
    running = np.cumsum(weights)
    cut = 1 + int(np.argmin(np.abs(running[:-1] / running[-1] - 0.5)))
    part = float(running[cut - 1] / running[-1])
    left, bottom, right, top = box
    if right - left >= top - bottom:
        middle = left + part * (right - left)
        halves = (left, bottom, middle, top), (middle, bottom, right, top)
    else:
        middle = bottom + part * (top - bottom)
        halves = (left, bottom, right, middle), (left, middle, right, top)
    return divide(halves[0], weights[:cut]) + divide(halves[1], weights[cut:])


def cells(seed: Any, which: int, layout: Layout, side: float) -> Any:
    """Return the rectangle of each micro-grid: float64[micro-grids, 4] of left, bottom, right, top.

    The square is cut into compounds (in an order given by lots), these into general grids and
    these into micro-grids, each as large as its share of residents.
    """
    compounds = int(layout.compound_of[-1]) + 1
    lots = uniforms(seed, "compound_place", np.uint64(which * compounds) + _actors(compounds))[0]
    order = np.argsort(lots, kind="stable")
    size = np.bincount(layout.compound_of, layout.weight)
    square = (-side / 2, -side / 2, side / 2, side / 2)
    result = np.zeros((len(layout.weight), 4))
    for compound, box in zip(order, divide(square, list(size[order])), strict=True):
        grids = np.unique(layout.grid_of[layout.compound_of == compound])
        parts = [np.flatnonzero(layout.grid_of == grid) for grid in grids]
        portions = divide(box, [float(layout.weight[rows].sum()) for rows in parts])
        for rows, portion in zip(parts, portions, strict=True):
            result[rows] = divide(portion, list(layout.weight[rows]))
    return result


def centre(which: int, spacing: float) -> tuple[float, float]:
    """Return where a community's centre lies, in km: 0, 1, 2, … fill a growing square lattice."""
    shell = int(np.sqrt(which))
    step = which - shell * shell
    column, row = (shell, step) if step <= shell else (2 * shell - step, shell)
    return column * spacing, row * spacing


# --- One community ---------------------------------------------------------------------------


def house(p: Any, seed: Any, which: int, layout: Layout, r: Any, micro: Any) -> Any:
    """Fill one community's residents and micro-grids; return who is a newcomer, bool[residents].

    Args:
        p: the numbers.
        seed: the community's seed.
        which: which community of the district this is.
        layout: counts.
        r: `Residents`, this community's rows (views).
        micro: `MicroGrids`, this community's rows (views).
    """
    first_row, first_household = which * layout.adults, which * layout.households
    person = np.uint64(first_row) + _actors(layout.adults)
    home = np.uint64(first_household) + _actors(layout.households)

    # Households in the order of lots, so that those of one lie among those of several.
    sizes = np.concatenate([np.ones(int(layout.single.sum()), np.int64), layout.shared])
    lot, of_age, of_origin, of_owner = uniforms(seed, "home", home)
    sizes = sizes[np.argsort(lot, kind="stable")]
    starts = np.cumsum(sizes) - sizes
    house = np.repeat(np.arange(layout.households), sizes)
    r.household[:] = first_household + house
    in_shared = sizes[house] > 1
    r.alone[:] = ~in_shared

    # A household lies in the micro-grid in which its first row falls.
    ends = np.cumsum(layout.weight) * layout.adults
    ends[-1] = layout.adults
    grid_of_house = np.searchsorted(ends, starts, side="right")
    micro_grid = grid_of_house[house]
    micro_grids, compounds = len(layout.weight), int(layout.compound_of[-1]) + 1
    r.micro_grid[:] = which * micro_grids + micro_grid
    last = np.searchsorted(micro_grid, np.arange(micro_grids), side="right")
    micro.last[:] = first_row + last
    micro.first[:] = first_row + np.concatenate([[0], last[:-1]])
    micro.grid[:] = which * (int(layout.grid_of[-1]) + 1) + layout.grid_of
    micro.compound[:] = which * compounds + layout.compound_of

    # Place: a household anywhere in its micro-grid's rectangle.
    east, north = centre(which, float(p.community_spacing))
    box = cells(seed, which, layout, float(np.sqrt(p.area)))
    left, bottom, right, top = box.T
    micro.x[:] = east + (left + right) / 2
    micro.y[:] = north + (bottom + top) / 2
    across, along, of_tenure, of_income = uniforms(seed, "home_place", home)
    x = (left[grid_of_house] + across * (right - left)[grid_of_house])[house]
    y = (bottom[grid_of_house] + along * (top - bottom)[grid_of_house])[house]
    r.x[:], r.y[:] = east + x, north + y
    r.distance[:] = np.hypot(x, y)

    # Age: members of a household are alike.
    own_age, of_education, of_frailty, of_online = uniforms(seed, "person", person)
    rank = float(p.age_likeness) * of_age[house] + (1.0 - float(p.age_likeness)) * own_age
    for rows, counts in (
        (np.flatnonzero(~in_shared), layout.single),
        (np.flatnonzero(in_shared), layout.ages - layout.single),
    ):
        r.age[rows] = classes(rank[rows], counts)
    aged = [r.age == age for age in range(len(AGES))]

    # Origin, home, education, income: households share the first two and the last.
    everyone = np.ones(layout.adults, np.bool_)
    r.migrant[:] = members(of_origin[house], everyone, p.migrant)
    r.owner[:] = owners(p, of_owner[house], r.migrant)
    youth = float(p.tertiary_by_youth) * (ELDERLY - r.age.astype(np.float64))
    means = float(p.tertiary_by_ownership) * r.owner
    graduates = nearest(layout.people * float(p.tertiary))
    r.tertiary[:] = lowest(-(normal(of_education) + youth + means), graduates)
    affordable = layout.compound_of[grid_of_house] >= compounds - int(p.affordable_compounds)
    r.low_income[:] = members(of_income, affordable, p.low_income_in_affordable)[house]
    newcomer = r.migrant | ((of_tenure * float(p.tenure))[house] < float(p.newcomer_tenure))

    # Health, access, children.
    for age, mine in enumerate(aged):
        r.frail[:] |= members(of_frailty, mine, p.frail[age])
    r.online[:] = members(of_online, aged[ELDERLY], p.online_elderly)
    r.online[:] |= members(of_online, ~aged[ELDERLY], p.online_others)
    of_family, of_size, _, _ = uniforms(seed, "family", home)
    of_parent = uniforms(seed, "parent", person)[0]
    raise_children(p, layout, r, (of_family, of_size, of_parent), starts, house)

    # The Party, work, lists.
    of_member, of_floating, of_dual, of_register = uniforms(seed, "role", person)
    of_trust, of_disposition, of_work, of_care = uniforms(seed, "life", person)
    retired = np.zeros(layout.adults, np.bool_)
    for age, mine in enumerate(aged):
        retired |= members(of_work, mine, p.retired[age])
    join_party(p, r, retired, (of_member, of_floating, of_dual))
    in_care = aged[ELDERLY] & (r.alone | r.frail)
    r.key_care[:] = members(of_care, in_care, p.key_care)
    r.registered[:] = members(of_register, r.party == NOT_MEMBER, p.register)
    r.registered[:] |= members(of_register, r.party != NOT_MEMBER, p.register_members)
    r.mediator[:] = lowest(
        of_register - r.registered, nearest(float(p.initial_mediators) * float(p.scale))
    )

    # Inner life.
    u, kappa, motivation, threshold = (normal(d) for d in uniforms(seed, "character", person))
    spread = float(p.reward_sensitivity_sd)
    limits = columns_of(Residents)
    r.propensity[:] = np.clip(
        float(p.propensity_sd) * u, limits["propensity"].low, limits["propensity"].high
    )
    r.reward_sensitivity[:] = np.minimum(
        np.exp(spread * kappa - spread * spread / 2), limits["reward_sensitivity"].high
    )
    r.baseline_motivation[:] = bounded(p.motivation_mean + float(p.motivation_sd) * motivation)
    r.motivation[:] = r.baseline_motivation
    r.threshold[:] = bounded(p.threshold_mean + float(p.threshold_sd) * threshold)
    r.trust[:] = bounded(p.trust_initial + float(p.trust_sd) * normal(of_trust))
    r.disposition[:] = classes(of_disposition, apportion(layout.adults, p.dispositions))
    r.free_time[:] = np.where(
        retired, p.free_retired, np.where(r.migrant, p.free_migrant, p.free_working)
    )
    r.offset[:] = p.offset_elderly * aged[ELDERLY] + p.offset_migrant * r.migrant
    r.satisfaction[:] = np.array(p.satisfaction_initial)[:, None]
    r.expectation[:] = p.expectation_initial
    r.groups[:] = group_bits(r)
    return newcomer


def owners(p: Any, keys: Any, migrant: Any) -> Any:
    """Return who owns the home, bool[residents]: the share of all exactly, of migrants if it can."""
    migrants = int(migrant.sum())
    locals_ = len(migrant) - migrants
    total = nearest(len(migrant) * float(p.owner))
    of_migrants = nearest(migrants * float(p.owner_if_migrant))
    of_migrants = min(max(of_migrants, total - locals_), total, migrants)
    result = np.zeros(len(migrant), np.bool_)
    for rows, count in (
        (np.flatnonzero(migrant), of_migrants),
        (np.flatnonzero(~migrant), total - of_migrants),
    ):
        result[rows[lowest(keys[rows], count)]] = True
    return result


def raise_children(p: Any, layout: Layout, r: Any, draws: Any, starts: Any, house: Any) -> None:
    """Give each minor a household and one adult of it, of the youngest age class there.

    Minors for whom no household of several adults has room are left out; that happens only in
    communities of a few people.

    Args:
        p: the numbers.
        layout: counts.
        r: `Residents` of one community; `age` and `alone` are read, `children` is written.
        draws: uniforms for which households are families [households], how many minors each
            has [households], and which adult is the parent [residents].
        starts: int64[households], the first resident of each household.
        house: int64[residents], the household of each resident.
    """
    of_family, of_size, of_parent = draws
    by_age = r.age + of_parent.astype(np.float64)
    youngest = np.minimum.reduceat(by_age, starts)
    among_youngest = np.flatnonzero(by_age == youngest[house])
    parent = among_youngest[np.unique(house[among_youngest], return_index=True)[1]]

    several = ~r.alone[starts]
    chance = np.array(p.parents, np.float64)[r.age[parent]]
    keys = np.where(several, -np.log(of_family + HALF_STEP) / chance, np.inf)
    wanted = nearest(layout.minors / float(p.children_per_family))
    fewest = -(-layout.minors // MOST_CHILDREN)
    families = min(max(wanted, fewest), layout.minors, int(several.sum()))
    if families == 0:
        return
    family = np.flatnonzero(lowest(keys, families))
    family = family[np.argsort(of_size[family], kind="stable")]
    minors = min(layout.minors, MOST_CHILDREN * families)
    r.children[parent[family]] = apportion(minors, np.ones(families))


def join_party(p: Any, r: Any, retired: Any, draws: Any) -> None:
    """Make the declared numbers of residents Party members, as far as there are residents.

    The organised members are older; floating members are migrants and dual-registered members
    are at work, as long as there are enough of these.

    Args:
        p: the numbers.
        r: `Residents` of one community; `party` is written.
        retired: bool[residents].
        draws: uniforms for registered, floating and dual-registered membership [residents each].
    """
    chance = np.array(p.member_by_age, np.float64)[r.age]
    by_age = [-np.log(draw + HALF_STEP) / chance for draw in draws]
    later = -np.log(HALF_STEP) / float(min(p.member_by_age))  # beyond any key above
    for kind, declared, keys in (
        (REGISTERED_MEMBER, p.registered_members, by_age[0]),
        (FLOATING_MEMBER, p.floating_members, by_age[1] + later * ~r.migrant),
        (DUAL_REGISTERED, p.dual_registered, draws[2] + 1.0 * retired),
    ):
        free = np.flatnonzero(r.party == NOT_MEMBER)
        count = nearest(float(declared) * float(p.scale))
        r.party[free[lowest(keys[free], count)]] = kind


def group_bits(r: Any) -> Any:
    """Return the bits of `GROUPS`, uint16[residents]."""
    belongs = {
        "young": r.age == YOUNG,
        "middle": r.age == MIDDLE,
        "elderly": r.age == ELDERLY,
        "migrant": r.migrant,
        "local": ~r.migrant,
        "low_income": r.low_income,
        "party_member": r.party != NOT_MEMBER,
        "tertiary": r.tertiary,
        "offline": ~r.online,
        "owner": r.owner,
    }
    bits = np.zeros(len(r.age), np.uint16)
    for position, group in enumerate(GROUPS):
        bits |= belongs[group].astype(np.uint16) << np.uint16(position)
    return bits


# --- Ties ------------------------------------------------------------------------------------


@rule
def position(first: Any, last: Any, draw: Any) -> Any:
    """Return the row, from `first` up to but not including `last`, at which a draw falls."""
    return min(first + np.int64(np.float32(last - first) * draw), last - np.int64(1))


@rule
def appeal(p: Any, same_age: Any, same_origin: Any, same_education: Any) -> Any:
    """How much a resident is drawn to another: e to the power homophily x likeness, from 1 up."""
    age, origin, education = p.likeness
    by_age = age if same_age else 0.0
    by_origin = origin if same_origin else 0.0
    by_education = education if same_education else 0.0
    return numerics.exp(p.homophily * (by_age + by_origin + by_education))


@rule
def chosen(appeal_0: Any, appeal_1: Any, appeal_2: Any, appeal_3: Any, draw: Any) -> Any:
    """Return which of four, 0 to 3, a draw chooses with chances in proportion to appeal.

    Where none has any appeal the answer is 3; the caller checks that the chosen one has some.
    """
    up_to_0 = appeal_0
    up_to_1 = up_to_0 + appeal_1
    up_to_2 = up_to_1 + appeal_2
    mark = draw * (up_to_2 + appeal_3)
    return 0 if mark < up_to_0 else 1 if mark < up_to_1 else 2 if mark < up_to_2 else 3


@loop
def tied(neighbour: Any, degree: Any, one: Any, other: Any) -> Any:
    """Return whether two residents hold a tie."""
    held = False
    for slot in range(degree[one]):
        held = held or neighbour[one, slot] == other
    return held


@loop
def befriend(
    p: Any,
    seed: Any,
    first_round: Any,
    age: Any,
    migrant: Any,
    tertiary: Any,
    micro_grid: Any,
    degree: Any,
    neighbour: Any,
    wanted: Any,
    first_row: Any,
    pool_first: Any,
    pool_last: Any,
    elsewhere: Any,
) -> None:
    """Make ties: in each round, each resident who wants one more picks among four at random.

    Only those who want one more themselves, are not yet tied to the resident and (where
    `elsewhere`) live in another micro-grid have any appeal.

    Args:
        p: the numbers.
        seed: the community's seed.
        first_round: number of the first round, for the draws.
        age, migrant, tertiary, micro_grid: columns of `Residents` of one community.
        degree, neighbour: columns of `Residents`, written.
        wanted: int64[residents], ties each still wants; reduced by those made.
        first_row: the community's first row in `Residents`; ties hold rows of the whole table.
        pool_first, pool_last: int64[residents], the community's rows among which each looks.
        elsewhere: whether only residents of another micro-grid will do.
    """
    appeals = np.zeros(4, np.float32)
    others = np.zeros(4, np.int64)
    for turn in range(first_round, first_round + TIE_ROUNDS):
        for i in range(len(wanted)):
            if wanted[i] == 0:
                continue
            at = randomness.draws(seed, CANDIDATES, turn, first_row + i)
            for k in range(4):
                j = position(pool_first[i], pool_last[i], at[k])
                others[k] = j
                appeals[k] = np.float32(0)
                if wanted[j] == 0 or j == i or (elsewhere and micro_grid[i] == micro_grid[j]):
                    continue
                if not tied(neighbour, degree, i, first_row + j):
                    appeals[k] = appeal(
                        p, age[i] == age[j], migrant[i] == migrant[j], tertiary[i] == tertiary[j]
                    )
            luck = randomness.draw(seed, CHOICE, turn, first_row + i)
            k = chosen(appeals[0], appeals[1], appeals[2], appeals[3], luck)
            if appeals[k] > 0:
                j = others[k]
                neighbour[i, degree[i]] = first_row + j
                neighbour[j, degree[j]] = first_row + i
                degree[i] += 1
                degree[j] += 1
                wanted[i] -= 1
                wanted[j] -= 1


def wanted_ties(p: Any, draws: Any, newcomer: Any, others: Any) -> tuple[Any, Any]:
    """Return how many ties each resident wants within the micro-grid, and in all: int64[residents].

    Args:
        p: the numbers.
        draws: uniforms that round the number of ties, and of those inside [residents each].
        newcomer: bool[residents].
        others: int64[residents], how many others live in the micro-grid.
    """
    of_number, of_inside = draws
    mean = float(p.mean_degree) * np.where(newcomer, float(p.newcomer_ties), 1.0)
    wanted = np.minimum(np.floor(mean + of_number).astype(np.int64), TIE_SLOTS)
    inside = np.floor(float(p.ties_inside) * wanted + of_inside).astype(np.int64)
    return np.minimum(np.minimum(inside, wanted), others), wanted


def tie_up(p: Any, seed: Any, r: Any, micro: Any, newcomer: Any) -> None:
    """Make one community's ties: first within micro-grids, then the rest within compounds.

    Every tie is held by both ends. What finds no partner within the micro-grid is looked for
    elsewhere in the compound.

    Args:
        p: the numbers.
        seed: the community's seed.
        r: `Residents` of one community; `degree`, `neighbour` and `tie` are written.
        micro: `MicroGrids` of one community.
        newcomer: bool[residents].
    """
    first_row = int(micro.first[0])
    columns = (r.age, r.migrant, r.tertiary, r.micro_grid, r.degree, r.neighbour)
    first, last = micro.first - first_row, micro.last - first_row
    home = np.searchsorted(last, np.arange(len(newcomer)), side="right")
    of_number, of_inside, _, _ = uniforms(
        seed, "ties", np.uint64(first_row) + _actors(len(newcomer))
    )
    inside, wanted = wanted_ties(p, (of_number, of_inside), newcomer, (last - first)[home] - 1)
    befriend(p, seed, 0, *columns, inside, first_row, first[home], last[home], False)
    _, begin, sizes = np.unique(micro.compound, return_index=True, return_counts=True)
    first = np.repeat(first[begin], sizes)
    last = np.repeat(last[begin + sizes - 1], sizes)
    elsewhere = wanted - r.degree
    befriend(p, seed, TIE_ROUNDS, *columns, elsewhere, first_row, first[home], last[home], True)
    held = np.arange(TIE_SLOTS) < r.degree[:, None]
    np.copyto(r.tie, p.tie_initial, where=held)


# --- Organisations and grid workers ----------------------------------------------------------


def gather_partners(p: Any, seed: Any) -> Any:
    """Return the partners at the start, then the local units, then the other candidates.

    Hours and stock are before scaling. With several communities, one community follows the other.
    """
    origins = [int(p.initial_partners), int(p.local_units), int(p.other_candidates)]
    each = sum(origins)
    rows = each * int(p.communities)
    partners = allocate(Partners, rows)
    actors = _actors(rows)
    of_kind, of_domain, of_hours, of_quality = uniforms(seed, "organisation", actors)
    of_market, of_space, _, _ = uniforms(seed, "organisation_terms", actors)
    overlaps = [
        uniforms(seed, f"ability_{domain}", actors)[0] < p.ability_overlap for domain in DOMAINS
    ]

    origin = np.tile(np.repeat(np.arange(len(origins)), origins), int(p.communities))
    kinds = (p.partner_kinds, p.local_kinds, p.candidate_kinds)
    begins = np.cumsum([0, *origins])
    for community in range(int(p.communities)):
        for shares, begin, count in zip(kinds, begins, origins, strict=False):
            block = slice(community * each + begin, community * each + begin + count)
            partners.kind[block] = classes(of_kind[block], apportion(count, shares))
        block = slice(community * each, (community + 1) * each)
        kind = partners.kind[block]
        partners.market[block] = members(of_market[block], kind == ENTERPRISE, p.market_share)
        for space_kind, share in enumerate(p.space_given):
            given = (kind == space_kind) & (origin[block] == 0)
            partners.space[block] |= members(of_space[block], given, share)

    kind = partners.kind
    partners.stage[:] = np.where(origin == 0, PARTNER, CANDIDATE)
    partners.local[:] = origin == 1
    domains = np.array(
        [
            p.enterprise_domains,
            p.professional_domains,
            p.craftsman_domains,
            p.public_benefit_domains,
        ],
        np.float64,
    )
    passed = np.cumsum(domains, axis=1)[kind, :-1] <= of_domain[:, None]
    main = np.arange(len(DOMAINS)) == passed.sum(axis=1)[:, None]
    able = main | np.stack(overlaps, axis=1)
    partners.ability[:] = np.where(able, p.ability_high, p.ability_low)
    spread = 1.0 + float(p.hours_spread) * (2.0 * of_hours - 1.0)
    partners.weekly_hours[:] = np.array(p.weekly_hours)[kind] * spread
    partners.quality[:] = bounded(p.quality_mean + float(p.quality_sd) * normal(of_quality))
    partners.fee[:] = np.where(partners.market, p.fee, 0)
    partners.stock_per_week[:] = np.array(
        [p.enterprise_stock, p.professional_stock, p.craftsman_stock, p.public_benefit_stock]
    )[kind]
    partners.commitment[:] = p.commitment_initial
    partners.trust[:] = p.partner_trust
    partners.exposure[:] = np.array(p.exposure)[origin]
    return partners


def appoint_grid_workers(p: Any, micro: Any) -> Any:
    """Return the grid workers: one per micro-grid in its order, then the general, then the dedicated."""
    grids, first, sizes = np.unique(micro.grid, return_index=True, return_counts=True)
    micro_grids = len(micro.grid)
    general = slice(micro_grids, micro_grids + len(grids))
    workers = allocate(GridWorkers, general.stop + int(p.dedicated_grids * p.communities))
    workers.kind[:micro_grids] = MICRO
    workers.micro_grid[:micro_grids] = np.arange(micro_grids)
    workers.micro_grids[:micro_grids] = 1
    workers.visits[:micro_grids] = p.visits_per_week
    workers.kind[general] = GENERAL
    workers.micro_grid[general] = first
    workers.micro_grids[general] = sizes
    workers.visits[general] = p.general_visits
    workers.kind[general.stop :] = DEDICATED
    return workers


# --- The door --------------------------------------------------------------------------------


def populate(community: Community) -> None:
    """Draw a community's residents, micro-grids, grid workers and partners from its numbers.

    Sets `scale`, `residents`, `micro_grids`, `grid_workers`, `partners` and `households`.
    """
    p, seed = community.numbers.population, community.seed
    layout = lay_out(p)
    communities = int(p.communities)
    residents = allocate(Residents, communities * layout.adults)
    micro_grids = allocate(MicroGrids, communities * len(layout.weight))
    for which in range(communities):
        own = part(residents, slice(which * layout.adults, (which + 1) * layout.adults))
        places = len(layout.weight)
        own_grids = part(micro_grids, slice(which * places, (which + 1) * places))
        newcomer = house(p, seed, which, layout, own, own_grids)
        tie_up(p, seed, own, own_grids, newcomer)
    community.scale = p.scale
    community.residents = residents
    community.micro_grids = micro_grids
    community.grid_workers = appoint_grid_workers(p, micro_grids)
    community.partners = gather_partners(p, seed)
    community.households = communities * layout.households
