"""Property management: a company in each compound, what residents complain of, and what becomes of it (S11).

How well a compound is kept follows what its company can do, the fee, how many pay it, and whether the
company answers complaints. Residents have grievances where it is kept worse than they hold to be due;
these are disputes like others (`rules.disputes`), with the company as the other party. Complaints reach
it by mediation, by what residents name in a round of asking, and by the joint meeting of the regional
platform; a responsive company works harder, a careless one does not. Who is dissatisfied pays less
readily, and less money keeps the compound worse: the loop may run either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    DELIBERATE,
    DISPUTE_RESOLVED,
    DISPUTE_UNRESOLVED,
    PROPERTY,
    DisputeRows,
    MicroGrids,
    PropertyCompanies,
    Residents,
)
from sim.engine import numerics, randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.steps import each
from sim.records import outcome
from sim.rules import satisfaction
from sim.rules.aftermath import ended

if TYPE_CHECKING:
    from sim.model import Community

TRAITS = randomness.decision("property_management.traits")
WELL, BADLY = np.float32(1), np.float32(0)  # how an answered grievance is perceived, and another


class PropertyManagement(NamedTuple):
    """What companies are like, what they are paid, and how residents respond."""

    grievance: float = number(
        1.3e-4, "disputes per household and week", 0, 0.01, "assumption", "F3, B8"
    ).means(
        "how often a household has a grievance with its company, kept as well as is due",
        "服务符合应有水平时，住户与物业公司产生矛盾的频率",
    )
    standard: float = number(0.6, "0-1", 0, 1, "assumption", "B8").means(
        "how well residents hold that a compound must be kept, whatever they are used to",
        "居民认为小区至少应达到的管理水平（权利意识）",
    )
    sensitivity: float = number(3.0, "log ratio per unit", 0, 10, "assumption", "B8, E49").means(
        "how much more often there are grievances where a compound is kept worse than is due",
        "管理低于应有水平时矛盾增多的程度",
    )
    quality: float = number(0.5, "0-1", 0.05, 0.95, "assumption", "B8").means(
        "of upkeep by a middling company at the usual fee, if everybody pays and nobody complains",
        "普通公司在通常收费、全员缴费且无投诉时的管理水平",
    )
    quality_spread: float = number(0.2, "0-1", 0, 0.5, "assumption", "B8").means(
        "by which a company's own may lie above or below that", "各公司水平与此的最大偏差"
    )
    responsiveness: float = number(0.3, "0-1", 0, 1, "assumption", "B8").means(
        "how far companies answer complaints", "物业公司回应诉求的程度"
    )
    responsiveness_spread: float = number(0.2, "0-1", 0, 0.5, "assumption", "B8").means(
        "by which a company's own may lie above or below that", "各公司回应程度与此的最大偏差"
    )
    fee: float = number(1.0, "ratio", 0.2, 3, "assumption", "B8", lever=True).means(
        "property fee, relative to the usual one", "物业费相对于通常水平"
    )
    paid: float = number(1.4, "log-odds", -4, 6, "assumption", "B8").means(
        "of paying the usual fee at middling satisfaction", "满意度居中时缴纳通常物业费的基础"
    )
    paid_satisfied: float = number(4.0, "log-odds per unit", 0, 12, "assumption", "B8").means(
        "how much more readily satisfied residents pay", "满意的居民更愿缴费的程度"
    )
    paid_fee: float = number(1.0, "log-odds per ratio", 0, 5, "assumption", "B8").means(
        "how much less readily a higher fee is paid", "收费越高缴费意愿下降的程度"
    )
    paying: float = number(0.02, "share per week", 0, 1, "assumption", "B8").means(
        "of the way to who would pay that the payers move", "缴费率每周向意愿水平靠拢的比例"
    )
    keeping: float = number(0.05, "share per week", 0, 1, "assumption", "B8").means(
        "of the way to what effort supports that upkeep moves",
        "管理水平每周向投入所能支撑的水平靠拢的比例",
    )
    remembered: float = number(0.9, "share per week", 0, 0.99, "assumption", "B8").means(
        "of complaints heard that a company still has in mind a week later",
        "公司听到的诉求一周后仍被记住的比例",
    )
    most_heard: float = number(
        5.0, "complaints per thousand households", 0, 100, "assumption", "B8"
    ).means(
        "beyond which further complaints move a company no further", "诉求超过此数不再促使公司改进"
    )
    voice: float = number(0.1, "ratio", 0, 1, "assumption", "D1, B8").means(
        "weight with the company of being named in a round of asking, against a complaint brought to mediation",
        "在征询中被提及相对于一件送交调解的投诉的分量",
    )
    answer: float = number(4.0, "log-odds per unit", 0, 12, "assumption", "B8").means(
        "by which a responsive company helps a session of mediation",
        "物业公司的回应程度对调解成功的帮助",
    )
    seen: float = number(0.002, "trust", 0, 0.05, "assumption", "E43").means(
        "won by the committee with everybody of a micro-grid whose grievance is seen to be answered, or lost where it is given up",
        "本微网格的物业矛盾得到回应时每位居民增加的信任，不了了之时则失去",
    )


@dataclass
class State:
    """Grievances with companies.

    Attributes:
        expected: float32[micro-grid], grievances expected in a week.
        answered, given_up: of this week.
    """

    expected: Any
    answered: int = 0
    given_up: int = 0


# --- Rules -----------------------------------------------------------------------------------


@rule
def own(mean: Any, spread: Any, chance: Any) -> Any:
    """A company's own value of a trait, given an addressed draw; held in [0, 1]."""
    return min(max(mean + spread * (2.0 * chance - 1.0), 0.0), 1.0)


@rule
def due(p: PropertyManagement, expected: Any) -> Any:
    """How well residents hold that their compound should be kept: what they expect, or the standard."""
    return max(expected, p.standard)


@rule
def expected_grievances(
    p: PropertyManagement, households: Any, expectation: Any, quality: Any
) -> Any:
    """Grievances that are expected in a week among so many households.

    > E(grievances) = λ_p · households · e^{β_p (max(Ē, standard) − Q)},
    """
    short = due(p, expectation) - quality
    return p.grievance * households * numerics.exp(p.sensitivity * short)


@rule
def heard_after(p: PropertyManagement, heard: Any, complaints: Any) -> Any:
    """Complaints that a company has in mind, per thousand households, after a week with so many more."""
    return p.remembered * heard + complaints


@rule
def supported(p: PropertyManagement, skill: Any, paid: Any, responsiveness: Any, heard: Any) -> Any:
    """Q*, quality of upkeep that a company's effort supports.

    > Q* = x/(1 + x),  x = q/(1 − q) · fee · paid · (1 + ρ · min(heard, most)),
    """
    effort = 1.0 + responsiveness * min(heard, p.most_heard)
    bare = numerics.ratio(skill, max(1.0 - skill, 0.01))
    means = bare * p.fee * paid * effort
    return numerics.ratio(means, 1.0 + means)


@rule
def would_pay(p: PropertyManagement, satisfied: Any) -> Any:
    """Share of households that would pay the fee, given how satisfied they are.

    > paid* = σ(b_f + β_S (S̄ − .5) − β_f (fee − 1)),
    """
    return numerics.logistic(
        p.paid + p.paid_satisfied * (satisfied - 0.5) - p.paid_fee * (p.fee - 1.0)
    )


@rule
def helps_mediation(p: PropertyManagement, responsiveness: Any) -> Any:
    """Log-odds that a company's responsiveness adds to a session's success; none at one half."""
    return p.answer * (responsiveness - 0.5)


# --- Steps and walks -------------------------------------------------------------------------


@each(PropertyCompanies)
def take_office(r: PropertyCompanies, p: PropertyManagement, now: Community) -> None:
    """Be a good company or not, one that answers or not, and begin where effort leads."""
    of_skill, of_response, _, _ = randomness.draws(now.seed, TRAITS, np.uint64(0), r.row)
    r.skill = own(p.quality, p.quality_spread, of_skill)
    r.responsiveness = own(p.responsiveness, p.responsiveness_spread, of_response)
    r.paid = would_pay(p, r.skill)
    r.quality = supported(p, r.skill, r.paid, r.responsiveness, 0.0)


@each(PropertyCompanies)
def keep_compound(r: PropertyCompanies, p: PropertyManagement) -> None:
    """Hear complaints, be paid or not, and keep the compound as well as that supports (S11)."""
    r.heard = heard_after(p, r.heard, r.complaints)
    r.paid = numerics.toward(r.paid, would_pay(p, r.satisfied), p.paying)
    reachable = supported(p, r.skill, r.paid, r.responsiveness, r.heard)
    r.quality = numerics.toward(r.quality, reachable, p.keeping)
    r.complaints = 0.0


@loop
def listen(companies: PropertyCompanies, residents: Residents, voice: Any) -> None:
    """See how satisfied residents of each compound are, what they expect, and who named the company.

    Whoever speaks in a round of asking and is least satisfied with the company complains, with the
    weight `voice`.
    """
    for company in range(len(companies.first)):
        satisfied, expected, voices = np.float32(0), np.float32(0), np.float32(0)
        for i in range(companies.first[company], companies.last[company]):
            satisfied += residents.satisfaction[PROPERTY, i]
            expected += residents.expectation[PROPERTY, i]
            speaks = residents.acted[i] >> DELIBERATE & 1
            voices += np.float32(speaks) * np.float32(residents.voiced[i] == PROPERTY + 1)
        people = np.float32(companies.last[company] - companies.first[company])
        companies.satisfied[company] = mean_of(satisfied, people)
        companies.expected[company] = mean_of(expected, people)
        companies.complaints[company] += numerics.per_thousand(
            voice * voices, companies.households[company]
        )


@rule
def mean_of(total: Any, people: Any) -> Any:
    """Mean over the residents of a compound; zero where nobody lives."""
    return numerics.ratio(total, max(people, 1.0))


@loop
def put_before(
    companies: PropertyCompanies,
    residents: Residents,
    micro_grids: MicroGrids,
    disputes: DisputeRows,
    rows: Any,
    weight: Any,
) -> None:
    """Bring grievances before the companies, each with this weight."""
    for row in rows:
        if disputes.with_company[row]:
            company = micro_grids.compound[residents.micro_grid[disputes.owner[row]]]
            companies.complaints[company] += numerics.per_thousand(
                weight, companies.households[company]
            )


@rule
def trust_from(p: PropertyManagement, answered: Any, scale: Any) -> Any:
    """Trust that the end of a grievance earns, or costs; in a sample it stands for several."""
    earned = numerics.ratio(p.seen, scale)
    return earned if answered else -earned


@loop
def see_outcome(
    residents: Residents,
    micro_grids: MicroGrids,
    disputes: DisputeRows,
    p: PropertyManagement,
    p_satisfaction: satisfaction.Satisfaction,
    rows: Any,
    scale: Any,
    answered: Any,
) -> Any:
    """Let a micro-grid see that grievances were answered, or given up; return how many.

    Whoever had the grievance has experienced the company.
    """
    count = 0
    perceived = WELL if answered else BADLY
    for row in rows:
        if not disputes.with_company[row]:
            continue
        count += 1
        owner = np.int64(disputes.owner[row])
        grid = residents.micro_grid[owner]
        trust = numerics.millionths(trust_from(p, answered, scale))
        for i in range(micro_grids.first[grid], micro_grids.last[grid]):
            residents.trust_nudge[i] += trust
        satisfaction.experience_service(residents[owner], p_satisfaction, PROPERTY, perceived, WELL)
    return count


@loop
def expect_grievances(
    companies: PropertyCompanies,
    compound: Any,
    households: Any,
    p: PropertyManagement,
    expected: Any,
) -> None:
    """Write how many grievances are expected in each micro-grid."""
    for grid in range(len(expected)):
        company = compound[grid]
        expected[grid] = expected_grievances(
            p, households[grid], companies.expected[company], companies.quality[company]
        )


# --- Moments ---------------------------------------------------------------------------------


def begin(community: Community) -> State:
    """Let companies be what they are, and residents be used to them."""
    take_office(community)
    companies = community.companies
    companies.satisfied[:] = companies.expected[:] = companies.quality
    return State(expected=np.zeros(len(community.micro_grids.first), np.float32))


def open_week(community: Community) -> None:
    """See how many grievances are to be expected."""
    expect_grievances(
        community.companies,
        community.micro_grids.compound,
        community.state.disputes.households,
        community.numbers.property_management,
        community.state.property_management.expected,
    )


def learn(community: Community) -> None:
    """What became of grievances is seen by the neighbours."""
    state: State = community.state.property_management
    rows = community.disputes.rows
    common = (
        community.residents,
        community.micro_grids,
        rows,
        community.numbers.property_management,
        community.numbers.satisfaction,
    )
    answered, given_up = (
        ended(community, stage) for stage in (DISPUTE_RESOLVED, DISPUTE_UNRESOLVED)
    )
    state.answered = int(see_outcome(*common, answered, community.scale, True))
    state.given_up = int(see_outcome(*common, given_up, community.scale, False))


def renew(community: Community) -> None:
    """Complaints reach the companies, residents pay or not, and compounds are kept well or badly."""
    companies, residents, grids = community.companies, community.residents, community.micro_grids
    rows, used = community.disputes.rows, community.disputes.used()
    disputes = community.state.disputes
    listen(companies, residents, community.numbers.property_management.voice)
    brought = np.flatnonzero((used.stage > 0) & (used.brought == community.week))
    put_before(companies, residents, grids, rows, brought, WELL)
    conveyed = np.float32(community.agenda.hear())
    if conveyed > 0:
        unheard = disputes.latent[: disputes.latent_count]
        put_before(companies, residents, grids, rows, unheard, conveyed)
    keep_compound(community)


RECORDS = {
    "grievances_answered": outcome("disputes", "sum", scaled=True).means(
        "with property companies that were resolved", "得到解决的物业矛盾"
    ),
    "grievances_given_up": outcome("disputes", "sum", scaled=True).means(
        "with property companies that were given up unresolved", "未解决而放弃的物业矛盾"
    ),
    "property_quality": outcome("0-1", "last").means(
        "mean quality of property management, by household", "物业管理的平均水平（按户）"
    ),
    "property_fees_paid": outcome("share of households", "last").means(
        "who pay the property fee", "缴纳物业费的住户比例"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return what became of grievances this week, how compounds are kept and who pays for it."""
    state, companies = community.state.property_management, community.companies
    weights = companies.households / companies.households.sum()
    return {
        "grievances_answered": float(state.answered),
        "grievances_given_up": float(state.given_up),
        "property_quality": float((companies.quality * weights).sum()),
        "property_fees_paid": float((companies.paid * weights).sum()),
    }
