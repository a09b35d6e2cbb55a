"""The committee's files on disputes: what is written down of those that nobody resolved.

A dispute that is resolved is entered as resolved by whoever resolved it. One that is withdrawn
unresolved leaves an open file. Some week somebody takes the file up: it is put to another one and
never counted, or entered as what it is, or entered as *settled by talk*, the more readily the more
cases each mediator has, unless somebody asks the parties. The resolution rate in the books comes out
of this and is nobody's number; the true one stands beside it. Parties who learn that their dispute
was settled on paper trust the committee less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    BOOKED_RESOLVED,
    BOOKED_UNRESOLVED,
    DISPUTE_UNRESOLVED,
    MERGED,
    DisputeRows,
    Residents,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.randomness import decision, draws
from sim.records import outcome
from sim.rules.aftermath import ended

if TYPE_CHECKING:
    from sim.model import Community

TAKE_UP = decision("files.take_up")
AS_RESOLVED, AS_UNRESOLVED, PUT_AWAY = 0, 1, 2  # places in the counts of what became of files


class Files(NamedTuple):
    """What becomes of the file of a dispute that was not resolved."""

    handling: float = number(0.25, "chance per week", 0, 1, "assumption", "T18").means(
        "that somebody takes up the open file of an unresolved dispute",
        "未解决纠纷的卷宗每周被处理的概率",
    )
    merging: float = number(0.2, "share of files", 0, 1, "assumption", "T18").means(
        "taken up that are put to another file and never counted", "被并入其他卷宗而不再计数的比例"
    )
    talk: float = number(0.0, "log-odds", -8, 8, "assumption", "T18, E51").means(
        "of entering a file as settled by talk where each mediator has no open case",
        "调解员没有未结案件时，把卷宗记为“口头化解”的基础",
    )
    talk_by_load: float = number(
        0.3, "log-odds per mediator and case", -2, 2, "assumption", "E51"
    ).means(
        "of entering a file as settled by talk, for each open case that a mediator has",
        "每位调解员每多一件未结案件，记为“口头化解”的变化",
    )
    supervision: float = number(0.1, "share of entries", 0, 1, "assumption", "T18").means(
        "settled by talk that somebody checks with the parties, and corrects",
        "记为“口头化解”后向当事人核实并更正的比例",
    )
    trust_lost: float = number(0.03, "trust per entry", 0, 0.3, "assumption", "E43").means(
        "by either party whose dispute is entered as settled and is not",
        "纠纷未解决却被记为已化解时，双方各失去的信任",
    )


@dataclass
class State:
    """Files on unresolved disputes.

    Attributes:
        open: int64[…], rows of disputes whose file nobody has taken up.
        entered: int64[3], files of this week entered as resolved, entered as unresolved, put away.
    """

    open: Any
    entered: Any


def begin(community: Community) -> State:
    """Return the state before the first week: no files."""
    return State(open=np.zeros(0, np.int64), entered=np.zeros(3, np.int64))


@rule
def talk_chance(p: Files, load: Any) -> Any:
    """Chance that a file which is taken up ends as settled by talk, given open cases per mediator.

    > P(settled by talk) = σ(b_talk + β_load · open cases per mediator) · (1 − share checked),
    """
    return numerics.logistic(p.talk + p.talk_by_load * load) * (1.0 - p.supervision)


@rule
def fate(p: Files, load: Any, merged: Any, talked: Any) -> Any:
    """What becomes of a file that is taken up, given two draws: an entry of `ENTRIES`."""
    booked = BOOKED_RESOLVED if talked < talk_chance(p, load) else BOOKED_UNRESOLVED
    return MERGED if merged < p.merging else booked


@loop
def take_up(
    residents: Residents,
    disputes: DisputeRows,
    files: Any,
    p: Files,
    load: Any,
    week: Any,
    seed: Any,
    entered: Any,
) -> Any:
    """Take files up by their weekly chance and enter them; return how many stay open."""
    kept = 0
    entered[:] = 0
    for index in range(len(files)):
        row = files[index]
        handled, merged, talked, _ = draws(seed, TAKE_UP, week, disputes.address[row])
        if handled >= p.handling:
            files[kept] = row
            kept += 1
            continue
        entry = fate(p, load, merged, talked)
        disputes.entry[row] = entry
        if entry == BOOKED_RESOLVED:
            entered[AS_RESOLVED] += 1
            residents.trust_nudge[disputes.owner[row]] -= numerics.millionths(p.trust_lost)
            if disputes.other[row] != disputes.owner[row]:
                residents.trust_nudge[disputes.other[row]] -= numerics.millionths(p.trust_lost)
        elif entry == BOOKED_UNRESOLVED:
            entered[AS_UNRESOLVED] += 1
        else:
            entered[PUT_AWAY] += 1
    return kept


def load_of(community: Community) -> Any:
    """Return how many cases in mediation each mediator has, of the committee and of residents."""
    p, state = community.numbers.disputes, community.state.disputes
    mediators = np.float32(state.mediators) + p.committee_mediators * community.extent
    return np.float32(state.open_count) / max(mediators, np.float32(1))


def learn(community: Community) -> None:
    """Files on unresolved disputes are entered, put away, or stay open."""
    state: State = community.state.files
    state.open = np.concatenate((state.open, ended(community, DISPUTE_UNRESOLVED)))
    kept = take_up(
        community.residents,
        community.disputes.rows,
        state.open,
        community.numbers.files,
        load_of(community),
        community.week,
        community.seed,
        state.entered,
    )
    state.open = state.open[:kept]


RECORDS = {
    "disputes_recorded": outcome("disputes", "sum", recorded=True, scaled=True).means(
        "disputes entered in the committee's books, as resolved or not",
        "记入台账的纠纷（无论是否解决）",
    ),
    "disputes_recorded_resolved": outcome("disputes", "sum", recorded=True, scaled=True).means(
        "of the disputes in the committee's books, those entered as resolved",
        "台账所记纠纷中记为已解决的",
    ),
    "disputes_settled_on_paper": outcome("disputes", "sum", scaled=True).means(
        "disputes entered as settled by talk that were not", "未解决却被记为“口头化解”的纠纷"
    ),
    "dispute_files_open": outcome("disputes", "last", scaled=True).means(
        "unresolved disputes whose file nobody has taken up", "卷宗尚未处理的未解决纠纷"
    ),
}


def observe(community: Community) -> dict[str, float]:
    """Return what was entered this week, what of it was not so, and what is open."""
    state: State = community.state.files
    as_resolved, as_unresolved, _ = state.entered.tolist()
    resolved = community.state.disputes.resolved + as_resolved
    return {
        "disputes_recorded": float(resolved + as_unresolved),
        "disputes_recorded_resolved": float(resolved),
        "disputes_settled_on_paper": float(as_resolved),
        "dispute_files_open": float(len(state.open)),
    }
