"""The headline outcomes: what each is called, how it is measured, and from where on a change matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

type Values = Mapping[str, np.ndarray]


class Headline(NamedTuple):
    """One headline outcome.

    Attributes:
        en, zh: what it is called in a picture.
        of: the recorded figure; with `over`, its ratio to that one.
        over: the figure that it is divided by, or empty.
        matters: difference from which on a change matters, in the outcome's own unit.
        share: `matters` is a share of the base's mean instead.
    """

    en: str
    zh: str
    of: str
    matters: float
    over: str = ""
    share: bool = False

    def measure(self, values: Values) -> np.ndarray:
        """Return the outcome of every run, from the figures of every run."""
        if not self.over:
            return values[self.of]
        below = values[self.over]
        return np.divide(values[self.of], below, out=np.full(len(below), np.nan), where=below > 0)

    def threshold(self, base: float) -> float:
        """Return from where on a difference matters, given the base's mean."""
        return self.matters * abs(base) if self.share else self.matters


HEADLINES: dict[str, Headline] = {
    "events": Headline("at events", "参加活动", "rate_event", 0.01),
    "volunteers": Headline("volunteering", "志愿服务", "rate_volunteer", 0.005),
    "deliberating": Headline("in asking rounds", "议事协商", "rate_deliberate", 0.01),
    "reporting": Headline("reporting hazards", "上报隐患", "rate_report", 0.002),
    "hours": Headline("volunteer hours", "志愿工时", "volunteer_hours", 0.05, share=True),
    "elderly": Headline(
        "elderly, representation", "老年人代表性", "rate_event_elderly", 0.05, over="rate_event"
    ),
    "migrants": Headline(
        "migrants, representation", "流动人口代表性", "rate_event_migrant", 0.05, over="rate_event"
    ),
    "needs_met": Headline("needs met", "需求满足", "needs_met_share", 0.01),
    "wait": Headline("age of a need met", "需求办结时长", "need_wait_median", 0.5),
    "unknown": Headline(
        "weeks of unknown need", "未知需求周数", "need_weeks_unknown", 0.05, share=True
    ),
    "medical": Headline("satisfied: medical", "医疗满意度", "satisfaction_medical", 0.02),
    "eldercare": Headline("satisfied: eldercare", "养老满意度", "satisfaction_eldercare", 0.02),
    "safety": Headline("satisfied: safety", "安全满意度", "satisfaction_safety", 0.02),
    "property": Headline("satisfied: property", "物业满意度", "satisfaction_property", 0.02),
    "trust": Headline("trust", "信任", "trust", 0.01),
    "ties": Headline("strength of ties", "邻里联系", "cohesion", 0.005),
    "accidents": Headline("accidents", "意外伤害", "accidents", 0.1, share=True),
    "unresolved": Headline(
        "disputes unresolved", "纠纷未解决", "disputes_unresolved", 0.1, share=True
    ),
    "partners": Headline("partners", "合伙人", "partners", 2.0),
    "money": Headline("paid by the fund", "基金支出", "fund_spending", 0.05, share=True),
    "balance": Headline("fund's balance", "基金余额", "fund_balance", 20_000.0),
}
"""Outcomes in the order of the picture."""

FIGURES: tuple[str, ...] = tuple(
    dict.fromkeys(name for one in HEADLINES.values() for name in (one.of, one.over) if name)
)
"""Recorded figures that the outcomes are made of."""
