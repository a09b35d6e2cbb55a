"""Flexible tasks: evening, weekend and half-hour tasks for those whose week is full."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.columns import YUAN
from sim.declare import number, switch, whole

if TYPE_CHECKING:
    from sim.model import Community


class FlexibleTasks(NamedTuple):
    """Levers of flexible tasks."""

    on: bool = switch(
        False, source="H1", meaning="tasks and events are also set outside office hours"
    )
    starts: int = whole(
        0,
        unit="week of the programme",
        low=0,
        high=520,
        evidence="assumption",
        source="H1",
        meaning="from when flexible tasks are set",
        lever=True,
    )
    recovered: float = number(
        0.3,
        unit="share of taken time",
        low=0,
        high=1,
        evidence="assumption",
        source="S5",
        meaning="for which a flexible time can be found",
        lever=True,
    )
    weekly_cost: float = number(
        600.0,
        unit="yuan per week",
        low=0,
        high=20000,
        evidence="assumption",
        source="S13",
        meaning="for staffing evenings and weekends, in the whole community",
    )


def publish(community: Community) -> None:
    """Recover a share of everybody's taken time, as far as the fund pays."""
    p, week = community.numbers.flexible_tasks, community.state.participation
    funding = community.accounts.funding
    week.flexibility = np.float32(week.flexibility + p.recovered * funding)
    cost = float(p.weekly_cost * funding * community.extent)
    community.accounts.transfer("fund", "staff", round(cost * YUAN), "flexible_tasks")
