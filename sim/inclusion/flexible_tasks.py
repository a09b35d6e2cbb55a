"""Flexible tasks: evening, weekend and half-hour tasks for those whose week is full."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.columns import YUAN
from sim.engine.declare import number, start, switch

if TYPE_CHECKING:
    from sim.model import Community


class FlexibleTasks(NamedTuple):
    """Levers of flexible tasks."""

    on: bool = switch(False, source="H1").means(
        "tasks and events are also set outside office hours", "任务与活动也安排在工作时间之外"
    )
    starts: int = start("H1").means(
        "from when flexible tasks are set", "灵活参与方式从项目第几周开始"
    )
    recovered: float = number(
        0.3, "share of taken time", 0, 1, "assumption", "S5", lever=True
    ).means("for which a flexible time can be found", "被占用的时间中能找到灵活时段的比例")
    weekly_cost: float = number(600.0, "yuan per week", 0, 20000, "assumption", "S13").means(
        "for staffing evenings and weekends, in the whole community", "全社区晚间与周末值守的费用"
    )


def publish(community: Community) -> None:
    """Recover a share of everybody's taken time, as far as the fund pays."""
    p, offers = community.numbers.flexible_tasks, community.offers
    funding = community.accounts.funding
    offers.flexibility = np.float32(offers.flexibility + p.recovered * funding)
    cost = float(p.weekly_cost * funding * community.extent)
    community.accounts.transfer("fund", "staff", round(cost * YUAN), "flexible_tasks")
