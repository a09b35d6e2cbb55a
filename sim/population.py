"""The synthetic community: columns and ties drawn from the shares of a scenario.

Counts and shares are hit exactly, to within rounding: who belongs to a share is drawn, how many
do is not. Each attribute has a draw of its own, addressed by resident (or by household, where
the members of a household share it), so that changing one share moves nobody's other attributes,
and raising a share only adds people to it.

Order of events, in each community: households are laid out in rows; micro-grids and compounds are
cut from that row; ages fill the households; then origin and tenure, ownership, education, income,
children, health, Party membership, inner life. Last come ties, partners and grid workers. What each
of these draws, and how, is in the files of `sim/settlement/`; here are the numbers and the order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    DISPOSITIONS,
    DOMAINS,
    GOODS,
    GROUPS,
    PARTNER_KINDS,
    SERVICES,
    MicroGrids,
    Residents,
    allocate,
)
from sim.declare import columns_of, number, vector, whole
from sim.settlement.acquaintance import tie_up
from sim.settlement.households import give_ages, give_standing, line_up, raise_children
from sim.settlement.layout import Layout, lay_out
from sim.settlement.organisations import appoint_grid_workers, gather_partners
from sim.settlement.persons import (
    educate,
    give_health_and_access,
    give_inner_life,
    give_roles,
    group_bits,
)
from sim.settlement.places import locate

if TYPE_CHECKING:
    from sim.model import Community


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
        volume=True,
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
        volume=True,
    )
    compounds: int = whole(
        7,
        unit="compounds",
        low=1,
        high=100,
        evidence="fact",
        source="A3",
        meaning="residential compounds of one community",
        volume=True,
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
        volume=True,
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
        volume=True,
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
        meaning="of affordable compounds with a low income",
    )
    low_income_elsewhere: float = number(
        0.0,
        unit="share of households",
        low=0,
        high=1,
        sweep=(0.0, 0.15),
        evidence="assumption",
        source="T10",
        meaning="outside affordable compounds with a low income; 0 where the case tells of none",
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
        volume=True,
    )
    floating_members: int = whole(
        114,
        unit="persons",
        low=0,
        high=100_000,
        evidence="fact",
        source="A18",
        meaning="floating Party members, besides the registered (T3), before scaling; migrants first",
        volume=True,
    )
    dual_registered: int = whole(
        32,
        unit="persons",
        low=0,
        high=100_000,
        evidence="fact",
        source="C8, T3",
        meaning="dual-registered members, whose membership sits at work, before scaling; workers first",
        volume=True,
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
    asks_elderly: float = number(
        1.0,
        unit="ratio",
        low=0,
        high=5,
        evidence="assumption",
        source="H3.3",
        meaning="asks that reach the elderly, relative to those that would: the dose of an experiment, not a rule",
    )
    asks_migrant: float = number(
        1.0,
        unit="ratio",
        low=0,
        high=5,
        evidence="assumption",
        source="H3.3",
        meaning="asks that reach migrants, relative to those that would: the dose of an experiment, not a rule",
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
        volume=True,
    )
    local_units: int = whole(
        34,
        unit="organisations",
        low=0,
        high=1000,
        evidence="fact",
        source="A12",
        meaning="enterprises and institutions of the community, candidates to become partners",
        volume=True,
    )
    other_candidates: int = whole(
        60,
        unit="organisations and professionals",
        low=0,
        high=1000,
        evidence="assumption",
        source="C2, A13",
        meaning="further candidates to become partners; swept 20-120",
        volume=True,
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


def part[T](table: T, rows: slice) -> T:
    """Return some rows of a table, as views."""
    declared = columns_of(type(table)).values()
    return type(table)(
        *(
            array[tuple(rows if name == "row" else slice(None) for name in column.shape)]
            for column, array in zip(declared, table, strict=True)  # type: ignore[call-overload]
        )
    )


def draw_persons(p: Any, seed: Any, which: int, layout: Layout, r: Any, micro: Any) -> Any:
    """Fill one community's residents and micro-grids, but for ties; return who is a newcomer.

    Args:
        p: the numbers.
        seed: the community's seed.
        which: which community of the district this is.
        layout: counts.
        r: `Residents`, this community's rows (views).
        micro: `MicroGrids`, this community's rows (views).
    """
    homes = line_up(seed, which, layout, r, micro)
    locate(p, seed, which, layout, homes, r, micro)
    give_ages(p, seed, layout, homes, r)
    newcomer = give_standing(p, seed, layout, homes, r)
    educate(p, seed, layout, homes.person, r)
    give_health_and_access(p, seed, homes.person, r)
    raise_children(p, seed, layout, homes, r)
    give_roles(p, seed, homes.person, r)
    give_inner_life(p, seed, homes.person, r)
    r.groups[:] = group_bits(r)
    return newcomer


def draw_one(p: Any, seed: Any, which: int, layout: Layout, r: Any, micro: Any) -> None:
    """Fill one community's residents, with their ties, and micro-grids; arguments as above."""
    newcomer = draw_persons(p, seed, which, layout, r, micro)
    tie_up(p, seed, r, micro, newcomer)


def empty_groups(p: Any) -> list[str]:
    """Return those of `GROUPS` that nobody of a scenario with these numbers belongs to.

    How many belong to a group is settled by the numbers, so that one community of one seed tells.
    """
    layout, seed = lay_out(p), np.uint64(1)
    r, micro = allocate(Residents, layout.adults), allocate(MicroGrids, layout.micro_grids)
    draw_persons(p, seed, 0, layout, r, micro)
    there = int(np.bitwise_or.reduce(r.groups))
    return [group for position, group in enumerate(GROUPS) if not there >> position & 1]


def populate(community: Community) -> None:
    """Draw a community's residents, micro-grids, grid workers and partners from its numbers.

    Sets `scale`, `residents`, `micro_grids`, `grid_workers`, `partners` and `households`.
    """
    p, seed = community.numbers.population, community.seed
    layout = lay_out(p)
    communities = int(p.communities)
    residents = allocate(Residents, communities * layout.adults)
    micro_grids = allocate(MicroGrids, communities * layout.micro_grids)
    for which in range(communities):
        own = part(residents, slice(which * layout.adults, (which + 1) * layout.adults))
        places = layout.micro_grids
        own_grids = part(micro_grids, slice(which * places, (which + 1) * places))
        draw_one(p, seed, which, layout, own, own_grids)
    community.scale = p.scale
    community.residents = residents
    community.micro_grids = micro_grids
    community.grid_workers = appoint_grid_workers(p, micro_grids)
    community.partners = gather_partners(p, seed)
    community.households = communities * layout.households
