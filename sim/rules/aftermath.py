"""What disputes do to those who have them: ties thin or mend, trust is lost or won (S10, S11).

While a dispute is open each party's ties thin week by week, and the tie between them most of all. A
dispute that is resolved mends the tie between the parties and earns the committee trust; one that is
given up costs it. Which of the two prevails is mediation's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import DISPUTE_RESOLVED, DISPUTE_UNRESOLVED, DisputeRows, Residents
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number

if TYPE_CHECKING:
    from sim.model import Community


class Aftermath(NamedTuple):
    """What an open dispute takes and a resolved one gives."""

    thinning: float = number(0.02, "share per week", 0, 0.5, "assumption", "S10").means(
        "of every tie of either party that an open dispute takes",
        "未决纠纷每周使任一当事人各项邻里联系减弱的比例",
    )
    feud: float = number(0.2, "share per week", 0, 1, "assumption", "S10").means(
        "of the tie between the parties that an open dispute takes",
        "未决纠纷每周使双方之间的联系减弱的比例",
    )
    mending: float = number(0.3, "share", 0, 1, "assumption", "S10").means(
        "of what the tie between the parties lacks that a resolution restores",
        "纠纷化解使双方联系恢复其不足部分的比例",
    )
    trust_won: float = number(0.03, "trust", 0, 0.5, "assumption", "E43, E45").means(
        "by the committee with either party where a dispute is resolved",
        "纠纷化解后双方各增加的信任",
    )
    trust_lost: float = number(0.03, "trust", 0, 0.5, "assumption", "E43").means(
        "with either party where a dispute is given up unresolved",
        "纠纷未解决即告终后双方各失去的信任",
    )


@rule
def thinned(p: Aftermath, strength: Any, between: Any) -> Any:
    """Strength of a party's tie after a week of an open dispute, `between` the parties or not.

    > w ← w · (1 − δ),  δ larger between the parties,
    """
    return strength * (1.0 - (p.feud if between else p.thinning))


@rule
def mended(p: Aftermath, strength: Any) -> Any:
    """Strength of the tie between parties whose dispute was resolved.

    > w ← w + μ · (1 − w),
    """
    return numerics.toward(strength, 1.0, p.mending)


@loop
def thin(residents: Residents, p: Aftermath, party: Any, other: Any) -> None:
    """Thin a party's ties, on both sides, by one week of the dispute."""
    for slot in range(residents.degree[party]):
        j = np.int64(residents.neighbour[party, slot])
        strength = thinned(p, residents.tie[party, slot], j == other)
        residents.tie[party, slot] = strength
        for back in range(residents.degree[j]):
            if residents.neighbour[j, back] == party:
                residents.tie[j, back] = strength


@loop
def mend(residents: Residents, p: Aftermath, party: Any, other: Any) -> None:
    """Mend the tie of one party to the other, if there is one."""
    for slot in range(residents.degree[party]):
        if residents.neighbour[party, slot] == other:
            residents.tie[party, slot] = mended(p, residents.tie[party, slot])


@loop
def live_with(
    residents: Residents, disputes: DisputeRows, p: Aftermath, rows: Any, count: Any
) -> None:
    """Let open disputes thin ties; those with a company leave neighbours alone."""
    for index in range(count):
        if disputes.with_company[rows[index]]:
            continue
        owner, other = np.int64(disputes.owner[rows[index]]), np.int64(disputes.other[rows[index]])
        thin(residents, p, owner, other)
        if owner != other:
            thin(residents, p, other, owner)


@loop
def make_up(residents: Residents, disputes: DisputeRows, p: Aftermath, rows: Any) -> None:
    """Let those whose dispute was resolved make up."""
    for row in rows:
        if disputes.with_company[row]:
            continue
        owner, other = np.int64(disputes.owner[row]), np.int64(disputes.other[row])
        mend(residents, p, owner, other)
        if owner != other:
            mend(residents, p, other, owner)


@loop
def move_trust(residents: Residents, disputes: DisputeRows, rows: Any, trust: Any) -> None:
    """Let the end of disputes move the trust of the residents who were parties."""
    for row in rows:
        residents.trust_nudge[disputes.owner[row]] += numerics.millionths(trust)
        if disputes.other[row] != disputes.owner[row]:
            residents.trust_nudge[disputes.other[row]] += numerics.millionths(trust)


def ended(community: Community, stage: int) -> Any:
    """Return the disputes that ended this week in a stage."""
    used = community.disputes.used()
    return np.flatnonzero((used.stage == stage) & (used.closed == community.week))


def learn(community: Community) -> None:
    """Parties think better or worse of the committee, as their dispute ended."""
    p, rows, residents = (
        community.numbers.aftermath,
        community.disputes.rows,
        community.residents,
    )
    move_trust(residents, rows, ended(community, DISPUTE_RESOLVED), p.trust_won)
    move_trust(residents, rows, ended(community, DISPUTE_UNRESOLVED), -p.trust_lost)


def renew(community: Community) -> None:
    """Open disputes thin ties; resolved ones mend them."""
    p, state, residents = (
        community.numbers.aftermath,
        community.state.disputes,
        community.residents,
    )
    rows = community.disputes.rows
    live_with(residents, rows, p, state.latent, state.latent_count)
    live_with(residents, rows, p, state.open, state.open_count)
    make_up(residents, rows, p, ended(community, DISPUTE_RESOLVED))
