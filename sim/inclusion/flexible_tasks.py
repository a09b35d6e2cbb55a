"""Flexible tasks: offers in the evening and at weekends, and tasks of half an hour.

They move offers to when other people are free, and make some tasks so short that they fit into time
that is otherwise taken. Both can help or hurt: an offer in the evening is lost to whoever works then,
and short tasks give fewer hours an act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.columns import YUAN
from sim.engine.compiled import rule
from sim.engine.declare import number, start, switch

if TYPE_CHECKING:
    from typing import Any

    from sim.model import Community


class FlexibleTasks(NamedTuple):
    """Levers of flexible tasks."""

    on: bool = switch(False, source="H1").means(
        "tasks and events are also set outside office hours", "任务与活动也安排在工作时间之外"
    )
    starts: int = start("H1").means(
        "from when flexible tasks are set", "灵活参与方式从项目第几周开始"
    )
    to_evening: float = number(
        0.25, "share of offers in daytime", 0, 0.5, "assumption", "S5", lever=True
    ).means("of weekdays that is moved to their evenings", "工作日白天的安排移到晚间的比例")
    to_weekend: float = number(
        0.25, "share of offers in daytime", 0, 0.5, "assumption", "S5", lever=True
    ).means("of weekdays that is moved to weekends", "工作日白天的安排移到周末的比例")
    short: float = number(0.3, "share of tasks", 0, 1, "assumption", "S5", lever=True).means(
        "that are cut to a short one", "改为短时任务的志愿任务比例"
    )
    short_hours: float = number(0.5, "hours", 0.1, 2, "assumption", "S5").means(
        "that a short task takes", "一项短时任务所需的时间"
    )
    recovered: float = number(
        0.3, "share of taken time", 0, 1, "assumption", "S5", lever=True
    ).means("in which a short task still fits", "被占用的时间中仍能完成短时任务的比例")
    weekly_cost: float = number(600.0, "yuan per week", 0, 20000, "assumption", "S13").means(
        "for staffing evenings and weekends, in the whole community", "全社区晚间与周末值守的费用"
    )


@rule
def saved(p: FlexibleTasks, usual: Any) -> Any:
    """Share of a volunteer act's usual hours that short tasks save, on average."""
    return p.short * max(1.0 - p.short_hours / usual, 0.0)


def publish(community: Community) -> None:
    """Move offers out of office hours and cut tasks short, as far as the fund pays."""
    p, offers = community.numbers.flexible_tasks, community.offers
    usual = community.numbers.participation.volunteer_hours
    funding = community.accounts.funding
    offers.to_evening = np.float32(offers.to_evening + p.to_evening * funding)
    offers.to_weekend = np.float32(offers.to_weekend + p.to_weekend * funding)
    offers.recovered = np.float32(offers.recovered + p.short * p.recovered * funding)
    offers.shortened = np.float32(offers.shortened + saved(p, usual) * funding)
    cost = float(p.weekly_cost * funding * community.extent)
    community.accounts.transfer("fund", "staff", round(cost * YUAN), "flexible_tasks")
