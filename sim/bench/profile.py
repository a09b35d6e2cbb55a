"""Where a week's time goes: nanoseconds per moment of the tick, file and participant.

Residents are walked in order and cost nanoseconds each. Queues, places and matching are walked by
case, which costs more apiece and is budgeted apiece: per need in the queue, per claim, per partner.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from sim.bench.clock import BILLION, SMALL, community_of, warm_up
from sim.columns import PARTNER
from sim.tick import MOMENTS

RECORD = "record"

PARTICIPANTS: dict[str, tuple[str, Callable[[Any], int]]] = {
    "sense.needs": ("need not found", lambda c: c.state.needs.unfound_count),
    "triage.service": ("need in the queue", lambda c: c.state.service.queue_count),
    "escalate.co_solving": ("need in the queue", lambda c: c.state.service.queue_count),
    "serve.service": ("need in the queue", lambda c: c.state.service.queue_count),
    "renew.service": ("need in the queue", lambda c: c.state.service.queue_count),
    "act.participation": ("claim", lambda c: int(c.state.participation.claim_count.sum())),
    "bond.ties": ("attendee", lambda c: int(c.state.participation.acts_now[0, -1])),
    "renew.partners": ("partner", lambda c: int((c.partners.stage == PARTNER).sum())),
}
"""Parts of a week that walk cases rather than residents: what one case is, and how many there are."""


class Part(NamedTuple):
    """What one file does in one moment of a week.

    Attributes:
        name: `moment.file`.
        seconds: per week, at the size that was asked for.
        fixed_seconds: per week of a small community: what it costs whatever the size.
        participant: what it walks, if not residents; empty otherwise.
        participants: how many of them there are, on average.
    """

    name: str
    seconds: float
    fixed_seconds: float
    participant: str = ""
    participants: float = 0.0

    @property
    def moment(self) -> str:
        """The moment of the tick."""
        return self.name.partition(".")[0]


class Profile(NamedTuple):
    """A profile: residents, weeks, and every part of a week."""

    residents: int
    weeks: int
    parts: list[Part]


def profile(
    scenario: str = "fengshu",
    scale: float = 1.0,
    seed: int = 1,
    weeks: int = 156,
    times: int = 3,
    small: float = SMALL,
) -> Profile:
    """Return what each part of a week costs, on average over the weeks; the fastest of several runs.

    A community of the scale `small` tells what a part costs whatever the size.
    """
    warm_up(scenario, seed)
    runs = [_watched(scenario, scale, seed, weeks) for _ in range(times)]
    tiny = [_watched(scenario, small, seed, weeks) for _ in range(times)]
    spent = {name: min(run[1][name] for run in runs) / weeks for name in runs[0][1]}
    fixed = {name: min(run[1].get(name, 0.0) for run in tiny) / weeks for name in spent}
    parts = [
        Part(
            name,
            each,
            min(fixed[name], each),
            PARTICIPANTS[name][0] if name in PARTICIPANTS else "",
            runs[0][2].get(name, 0) / weeks,
        )
        for name, each in spent.items()
    ]
    return Profile(runs[0][0], weeks, sorted(parts, key=lambda part: -part.seconds))


def _watched(
    scenario: str, scale: float, seed: int, weeks: int
) -> tuple[int, dict[str, float], dict[str, int]]:
    """Live some weeks; return residents, seconds by part, and participants added up."""
    community = community_of(scenario, seed, scale=scale)
    spent: defaultdict[str, float] = defaultdict(float)
    met: defaultdict[str, int] = defaultdict(int)

    def timed(name: str, part: Callable[[Any], None]) -> Callable[[Any], None]:
        count = PARTICIPANTS[name][1] if name in PARTICIPANTS else None

        def run(community: Any) -> None:
            begun = time.perf_counter()
            part(community)
            spent[name] += time.perf_counter() - begun
            if count is not None:
                met[name] += count(community)

        return run

    community.watch(timed)
    community.run_for(weeks)
    return len(community.residents.age), dict(spent), dict(met)


def as_text(found: Profile, longest: int = 24) -> str:
    """Return a profile as two tables: the moments of a week in order, then its costliest parts."""
    scale = BILLION / found.residents
    whole = sum(part.seconds for part in found.parts)
    fixed = sum(part.fixed_seconds for part in found.parts)
    lines = [
        f"{found.residents:,} residents, {found.weeks} weeks; ns per resident-week, us per week",
        "",
        _row("moment", "ns", "us", "fixed us", "share"),
    ]
    for moment in (*MOMENTS, RECORD):
        parts = [part for part in found.parts if part.moment == moment]
        spent, still = (
            sum(part.seconds for part in parts),
            sum(part.fixed_seconds for part in parts),
        )
        lines.append(_figures(moment, spent, still, scale, whole))
    lines += [_figures("all", whole, fixed, scale, whole), ""]
    lines.append(_row("part", "ns", "us", "fixed us", "share"))
    for part in found.parts[:longest]:
        each = (
            f"   {BILLION * part.seconds / part.participants:,.0f} ns per {part.participant}"
            f" ({part.participants:,.0f} a week)"
            if part.participants
            else ""
        )
        lines.append(_figures(part.name, part.seconds, part.fixed_seconds, scale, whole) + each)
    return "\n".join(lines)


def _figures(name: str, spent: float, fixed: float, scale: float, whole: float) -> str:
    return _row(
        name,
        f"{spent * scale:.2f}",
        f"{spent * 1e6:,.1f}",
        f"{fixed * 1e6:,.1f}",
        f"{spent / whole:.1%}",
    )


def _row(name: str, *cells: str) -> str:
    return f"{name:<32}" + "".join(f"{cell:>10}" for cell in cells)
