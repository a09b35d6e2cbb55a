"""What the experiment on partners looks at: how long projects are waited for, and who pays.

Two waits are told apart, because "the wait for a project" can be read in two ways:

- of a *project*: from its proposal at a joint meeting until it runs;
- of a *domain*: from the week that ends with needs which nobody has taken on and with no project
  running, until a project runs there. Finding a partner who takes it on is part of this wait.

What still waits when the run ends has waited at least so long; leaving it out would make slow
decisions look quick. Medians are therefore those of Kaplan & Meier (1958,
10.1080/01621459.1958.10501452).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.columns import DOMAINS, PARTNER, PROJECT_FIXING, PROJECT_RUNNING
from sim.records import outcome, share

if TYPE_CHECKING:
    from sim.model import Community

MEASURES = {
    "project_wait_median": outcome("weeks", "last").means(
        "weeks from proposal to running, of half of all projects proposed; the length of the programme where half did not run, or none was proposed",
        "项目从提出到运行的中位周数；若半数未运行或无人提出，则为项目总周数",
    ),
    "domain_wait_median": outcome("weeks", "last").means(
        "weeks that a domain with needs which nobody has taken on is without a running project, half of the times; the length of the programme where half did not end",
        "有无人承接需求的领域缺少运行项目的中位周数；若半数未结束，则为项目总周数",
    ),
    "domain_waits": outcome("times", "sum").means(
        "times that a domain with needs which nobody has taken on began to be without a running project",
        "有无人承接需求的领域开始缺少运行项目的次数",
    ),
    "project_cover": outcome("share of domain-weeks", "mean").means(
        "share of domain-weeks with a project running", "有项目运行的领域周数比例"
    ),
    "partners_taking_part": outcome("partners", "mean").means(
        "partners that take part in the common work", "真正参与共同工作的合伙人"
    ),
    "market_operators": outcome("share of partners", "mean").means(
        "share of partners that run a low-fee or market service, in weeks with any partner",
        "经营低偿或市场服务的合伙人比例（有合伙人的各周）",
    ),
    "market_users": outcome("person-times", "sum", scaled=True).means(
        "residents served by a market operator", "市场运营方服务的居民人次"
    ),
}


def median_wait(ended: Sequence[int], lasting: Sequence[int]) -> int | None:
    """Return the median of waits of which some have not ended, or None where half last.

    Args:
        ended: lengths of waits that ended, in weeks.
        lasting: lengths so far of those that have not.
    """
    lengths, censored = np.asarray(ended, np.int64), np.asarray(lasting, np.int64)
    still_waiting = 1.0
    for length in np.unique(lengths):
        at_risk = np.count_nonzero(lengths >= length) + np.count_nonzero(censored >= length)
        still_waiting *= 1 - np.count_nonzero(lengths == length) / at_risk
        if still_waiting <= 0.5:
            return int(length)
    return None


class Probe:
    """Watches which domains wait for a project, and the users of market operators."""

    def __init__(self, community: Community) -> None:
        """Begin with no domain waiting."""
        self.community = community
        self.weeks = 0
        self.first_week = community.week
        self.waits_since: list[int | None] = [None] * len(DOMAINS)
        self.waited: list[int] = []
        self.domain_weeks_covered = 0
        self.taking_part = 0
        self.market_shares = 0.0
        self.weeks_with_partners = 0
        self.users = 0

    def week(self, community: Community) -> None:
        """Look at the week that has just ended."""
        partners, here = community.partners, community.partners.stage == PARTNER
        running = community.state.projects.running.any(axis=0)
        self.watch(running, community.state.service.unmatched > 0)
        self.domain_weeks_covered += int(running.sum())
        self.taking_part += int((here & community.state.partners.participates).sum())
        if here.any():
            self.market_shares += float(partners.market[here].mean())
            self.weeks_with_partners += 1
        self.users += int(partners.customers[here & partners.market].sum())
        self.weeks += 1

    def watch(self, running: Any, wanted: Any) -> None:
        """Let the waits of domains begin and end.

        Args:
            running: bool[domain], a project runs this week.
            wanted: bool[domain], the week ends with needs that nobody has taken on.
        """
        for domain, since in enumerate(self.waits_since):
            if running[domain] and since is not None:
                self.waited.append(self.weeks - since)
                self.waits_since[domain] = None
            elif not running[domain] and since is None and wanted[domain]:
                self.waits_since[domain] = self.weeks

    def outcomes(self) -> dict[str, float]:
        """Return the figures of the whole programme."""
        last = self.weeks - 1
        waiting = [last - since for since in self.waits_since if since is not None]
        return {
            "project_wait_median": self.or_longer(median_wait(*self.project_waits())),
            "domain_wait_median": self.or_longer(median_wait(self.waited, waiting)),
            "domain_waits": float(len(self.waited) + len(waiting)),
            "project_cover": self.domain_weeks_covered / (self.weeks * len(DOMAINS)),
            "partners_taking_part": self.taking_part / self.weeks,
            "market_operators": share(self.market_shares, self.weeks_with_partners),
            "market_users": self.users / float(self.community.setting.value("population.scale")),
        }

    def or_longer(self, wait: int | None) -> float:
        """Return a wait, or the length of the programme where it is not known to have ended."""
        return float(self.weeks if wait is None else wait)

    def project_waits(self) -> tuple[list[int], list[int]]:
        """Return weeks from proposal to running, and weeks so far of projects that never ran.

        A project that ended without running, because its partner left, has waited until then.
        """
        projects = self.community.projects.used()
        ran = (
            (projects.started > projects.proposed)
            | (projects.stage == PROJECT_RUNNING)
            | (projects.stage == PROJECT_FIXING)
        )
        last = self.first_week + self.weeks - 1
        until = np.where(projects.finished > projects.proposed, projects.finished, last)
        return (
            [int(weeks) for weeks in (projects.started - projects.proposed)[ran]],
            [int(weeks) for weeks in (until - projects.proposed)[~ran]],
        )
