"""Projects: from the list through negotiation and training to service, and what revisits find (S3).

A project is proposed at a joint meeting, negotiated for as long as decisions take, prepared by a
training, and run by its partner, whom it lends extra hours. It may carry a flaw that only a
revisit - the question asked afterwards - brings to light; then it is fixed. A project carried out
leaves its partner more able in its domain and more trusting. Equation S3 of docs/odd.md; the
second case story of the facts, G.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    DOMAINS,
    PARTNER,
    PROJECT_DONE,
    PROJECT_FIXING,
    PROJECT_NEGOTIATING,
    PROJECT_RUNNING,
    PROJECT_TRAINING,
    YUAN,
    PartnerRows,
    ProjectRows,
)
from sim.engine import numerics
from sim.engine.compiled import loop, rule
from sim.engine.declare import number, whole
from sim.engine.randomness import decision, draws
from sim.records import outcome, share
from sim.rules.partners import improved, present

if TYPE_CHECKING:
    from sim.model import Community

PROPOSED = decision("projects.proposed")
REVISIT = decision("projects.revisit")
TEN_PARTNERS = np.float32(10)
ADDRESSES = 8
"""Addresses per partner: a project's draws are addressed by `partner * ADDRESSES + domain`."""


class Projects(NamedTuple):
    """How long decisions take, and what projects bring."""

    step_delay: float = number(1.0, "weeks", 0.25, 8, "assumption", "S3").means(
        "L0: one step of a decision with a few partners and no coordination staff",
        "合伙人少、无统筹岗位时决策一个环节所需的时间 L0",
    )
    approval_steps: int = whole(3, "steps", 1, 6, "assumption", "H3", lever=True).means(
        "that a decision on a project takes", "一个项目决策所经的环节数"
    )
    coordination_cost: float = number(
        0.3, "ratio per 10 partners", 0, 1, "literature", "E47"
    ).means(
        "kappa_c: how much longer a decision takes with every ten partners",
        "每增加十家合伙人决策延长的倍数 κ_c",
    )
    staff_effect: float = number(0.3, "ratio per full-time post", 0, 1, "assumption", "E47").means(
        "kappa_s: how much a post of coordination staff speeds decisions up",
        "一个统筹岗位加快决策的程度 κ_s",
    )
    coord_staff: float = number(
        1.0, "full-time posts", 0, 5, "assumption", "H3", lever=True, volume=True
    ).means(
        "that coordinate the regional platform's partners; paid from the fund",
        "统筹区域化党建平台合伙人的岗位数，由基金支付",
    )
    staff_cost: float = number(600.0, "yuan per post and week", 0, 5000, "assumption", "H3").means(
        "that a post of coordination staff costs the fund", "一个统筹岗位由基金支付的费用"
    )
    delay_spread: float = number(0.5, "share", 0, 1, "assumption", "G, case 2").means(
        "of the decision delay that differs between projects: 0 all alike, 1 exponential",
        "决策时延在项目间的差异程度：0 完全相同，1 为指数分布",
    )
    training_shortest: int = whole(1, "weeks", 0, 26, "assumption", "G, case 2").means(
        "shortest training before a project runs", "项目运行前的最短培训期"
    )
    training_longest: int = whole(3, "weeks", 0, 52, "assumption", "G, case 2").means(
        "longest training before a project runs", "项目运行前的最长培训期"
    )
    running: int = whole(13, "weeks", 1, 156, "assumption", "D2").means(
        "that a project runs", "一个项目运行的时间"
    )
    hours: float = number(4.0, "hours per week", 0, 100, "assumption", "D2").means(
        "that a running project adds to its partner's hours, before scaling",
        "运行中的项目为其合伙人增加的工时，按比例缩放之前",
    )
    flagship_share: float = number(0.091, "share of projects", 0, 1, "fact", "D2").means(
        "that are flagship projects (8 of 88)", "精品项目的比例（88 个中的 8 个）"
    )
    flagship_effect: float = number(3.0, "ratio", 1, 10, "assumption", "D2").means(
        "how many times the hours of a general project a flagship project adds",
        "精品项目增加的工时相对于一般项目的倍数",
    )
    ability_gain: float = number(0.05, "share of what is missing", 0, 1, "assumption", "D2").means(
        "that a project carried out adds to its partner's ability in its domain",
        "完成一个项目使合伙人在该领域能力提升的程度（占尚缺部分的比例）",
    )
    flaw: float = number(0.4, "chance", 0, 1, "assumption", "G, case 2").means(
        "that a new project carries a problem nobody foresaw", "新项目带有未预见问题的概率"
    )
    flaw_loss: float = number(0.5, "share of hours", 0, 1, "assumption", "G, case 2").means(
        "that a project loses to such a problem until it is fixed", "问题解决前项目损失的工时比例"
    )
    revisit: float = number(0.25, "chance per week", 0, 1, "assumption", "D1; G, case 2").means(
        "that revisits find a running project's problem, where co-consultation asks afterwards",
        "有回访的事务共商每周发现项目问题的概率",
    )
    fixing: int = whole(2, "weeks", 1, 26, "assumption", "G, case 2").means(
        "that it takes to fix a problem once found", "问题发现后解决所需的时间"
    )


@dataclass
class State:
    """What projects lend their partners this week, and counts.

    Attributes:
        delay: float32, weeks that a decision takes this week (L).
        hours: float32[partner], hours per week that running projects add, before scaling.
        at_once: int32[partner], projects not yet done.
        running: bool[partner, domain], a project runs; `latest`: int64[partner, domain], its row.
        stages: int64[stage], projects now in each stage.
        done, abandoned: this week.
        done_total, abandoned_total: so far.
        waited: weeks from proposal to running, summed; `launched`: over so many projects.
    """

    delay: Any
    hours: Any
    at_once: Any
    running: Any
    latest: Any
    stages: Any
    done: int
    abandoned: int
    done_total: int
    abandoned_total: int
    waited: int
    launched: int


def begin(community: Community) -> State:
    """No projects yet; the delay is that of the first partners."""
    rows = len(community.partners.stage)
    shape = (rows, len(DOMAINS))
    state = State(
        delay=np.float32(0),
        hours=np.zeros(rows, np.float32),
        at_once=np.zeros(rows, np.int32),
        running=np.zeros(shape, np.bool_),
        latest=np.zeros(shape, np.int64),
        stages=np.zeros(PROJECT_DONE + 1, np.int64),
        done=0,
        abandoned=0,
        done_total=0,
        abandoned_total=0,
        waited=0,
        launched=0,
    )
    state.delay = decision_delay(
        community.numbers.projects, np.float32(present(community)), np.float32(0)
    )
    return state


@rule
def decision_delay(p: Projects, partners: Any, staff: Any) -> Any:
    """Weeks that a decision takes (S3): longer with more partners, shorter with more staff.

    > L = L0 · steps · (1 + κ_c · n/10) / (1 + κ_s · staff)
    """
    steps = p.step_delay * np.float32(p.approval_steps)
    crowd = 1.0 + p.coordination_cost * numerics.ratio(partners, TEN_PARTNERS)
    help_ = 1.0 + p.staff_effect * staff
    return numerics.ratio(steps * crowd, help_)


@rule
def negotiation_weeks(p: Projects, delay: Any, chance: Any) -> Any:
    """Whole weeks, at least one, that one project is negotiated; their mean is the delay."""
    own = -numerics.log(1.0 - chance)
    weeks = delay * (1.0 - p.delay_spread + p.delay_spread * own)
    return max(np.int32(np.floor(weeks + 0.5)), np.int32(1))


@rule
def training_weeks(p: Projects, chance: Any) -> Any:
    """Whole weeks of training before a project runs: each length is as likely."""
    longest = max(p.training_longest, p.training_shortest)
    lengths = np.float32(longest - p.training_shortest + 1)
    return np.int32(p.training_shortest) + np.int32(np.floor(chance * lengths))


@rule
def hours_lent(p: Projects, flagship: Any, flawed: Any) -> Any:
    """Hours per week that a running project adds to its partner's, before scaling."""
    size = p.flagship_effect if flagship else 1.0
    loss = p.flaw_loss if flawed else 0.0
    return p.hours * size * (1.0 - loss)


@rule
def is_flagship(p: Projects, chance: Any) -> Any:
    """Whether a project becomes a flagship project, given its draw."""
    return chance < p.flagship_share


@rule
def is_flawed(p: Projects, chance: Any) -> Any:
    """Whether a project carries an unforeseen problem, given its draw."""
    return chance < p.flaw


@rule
def is_noticed(p: Projects, asked_afterwards: Any, chance: Any) -> Any:
    """Whether a revisit finds a project's problem this week: only if somebody asks afterwards."""
    return asked_afterwards and chance < p.revisit


@loop
def propose(
    projects: ProjectRows,
    row: Any,
    partner: Any,
    domain: Any,
    p: Projects,
    delay: Any,
    week: Any,
    seed: Any,
) -> None:
    """Enter a project in the list; its negotiation begins."""
    u_delay, _, _, u_flagship = draws(seed, PROPOSED, week, partner * ADDRESSES + domain)
    projects.partner[row] = partner
    projects.domain[row] = domain
    projects.stage[row] = PROJECT_NEGOTIATING
    projects.flagship[row] = is_flagship(p, u_flagship)
    projects.proposed[row] = week
    projects.due[row] = week + negotiation_weeks(p, delay, u_delay)


@loop
def advance(
    projects: ProjectRows,
    count: Any,
    partners: PartnerRows,
    p: Projects,
    trust_gain: Any,
    asked_afterwards: Any,
    week: Any,
    seed: Any,
    hours: Any,
    at_once: Any,
    running: Any,
    latest: Any,
    stages: Any,
) -> Any:
    """Bring every project one week on; return done, abandoned, weeks waited and launched.

    A project whose partner left is abandoned: it ends without credit.
    """
    hours[:] = 0.0
    at_once[:] = 0
    running[:] = False
    stages[:] = 0
    done = 0
    abandoned = 0
    waited = 0
    launched = 0
    for row in range(count):
        if projects.stage[row] == PROJECT_DONE:
            stages[PROJECT_DONE] += 1
            continue
        partner = int(projects.partner[row])
        domain = int(projects.domain[row])
        address = partner * ADDRESSES + domain
        _, u_training, u_flaw, _ = draws(seed, PROPOSED, projects.proposed[row], address)
        u_revisit, _, _, _ = draws(seed, REVISIT, week, address)
        flawed = is_flawed(p, u_flaw) and not projects.problem[row]
        due = week >= projects.due[row]
        stage = projects.stage[row]
        if partners.stage[partner] != PARTNER:
            projects.stage[row] = PROJECT_DONE
            projects.finished[row] = week
            abandoned += 1
        elif stage == PROJECT_NEGOTIATING and due:
            projects.stage[row] = PROJECT_TRAINING
            projects.due[row] = week + training_weeks(p, u_training)
        elif stage == PROJECT_TRAINING and due:
            projects.stage[row] = PROJECT_RUNNING
            projects.started[row] = week
            projects.due[row] = week + p.running
            waited += week - int(projects.proposed[row])
            launched += 1
        elif stage == PROJECT_RUNNING and due:
            projects.stage[row] = PROJECT_DONE
            projects.finished[row] = week
            partners.projects[partner] += 1
            partners.trust[partner] = improved(partners.trust[partner], trust_gain)
            partners.ability[partner, domain] = improved(
                partners.ability[partner, domain], p.ability_gain
            )
            done += 1
        elif stage == PROJECT_RUNNING and flawed and is_noticed(p, asked_afterwards, u_revisit):
            projects.stage[row] = PROJECT_FIXING
            projects.problem[row] = True
            projects.problem_found[row] = week
            projects.due[row] = week + p.fixing
        elif stage == PROJECT_FIXING and due:
            projects.stage[row] = PROJECT_RUNNING
            projects.due[row] = projects.started[row] + p.running + p.fixing
        stage = projects.stage[row]
        stages[stage] += 1
        if stage == PROJECT_DONE:
            continue
        at_once[partner] += 1
        if stage in (PROJECT_RUNNING, PROJECT_FIXING):
            troubled = stage == PROJECT_FIXING or (flawed and not projects.problem[row])
            hours[partner] += hours_lent(p, projects.flagship[row], troubled)
            running[partner, domain] = True
            latest[partner, domain] = row
    return done, abandoned, waited, launched


def staff_of(community: Community) -> Any:
    """Return the posts of coordination staff: none without the regional platform."""
    p = community.numbers.projects
    staff = p.coord_staff * community.accounts.funding
    return staff if community.active("regional_party_building") else np.float32(0)


@loop
def delay_of_week(partners: PartnerRows, p: Projects, staff: Any) -> Any:
    """Return how many weeks a decision takes with this week's partners."""
    present = 0
    for row in range(len(partners.stage)):
        present += int(partners.stage[row] == PARTNER)
    return decision_delay(p, np.float32(present), np.float32(staff))


def escalate(community: Community) -> None:
    """Set this week's decision delay and bring every project one week on."""
    state: State = community.state.projects
    p = community.numbers.projects
    state.delay = np.float32(delay_of_week(community.partners, p, staff_of(community)))
    done, abandoned, waited, launched = advance(
        community.projects.rows,
        community.projects.count,
        community.partners,
        p,
        community.numbers.partners.trust_gain,
        community.active("co_consultation"),
        community.week,
        community.seed,
        state.hours,
        state.at_once,
        state.running,
        state.latest,
        state.stages,
    )
    state.done, state.abandoned = int(done), int(abandoned)
    state.done_total += state.done
    state.abandoned_total += state.abandoned
    state.waited += int(waited)
    state.launched += int(launched)


def settle(community: Community) -> None:
    """Pay the coordination staff."""
    if community.programme_week < 0:
        return
    weekly = staff_of(community) * community.numbers.projects.staff_cost * community.extent
    community.accounts.transfer("fund", "staff", round(float(weekly) * YUAN), "coordination")


RECORDS = {
    "projects_proposed": outcome("projects", "sum", recorded=True).means(
        "projects entered in the project list", "列入项目清单的项目"
    ),
    "projects_open": outcome("projects", "last", recorded=True).means(
        "projects negotiated, prepared or running", "洽谈、筹备或运行中的项目"
    ),
    "projects_running": outcome("projects", "last", recorded=True).means(
        "projects running or being fixed", "运行或整改中的项目"
    ),
    "projects_done": outcome("projects", "sum", recorded=True).means(
        "projects carried out", "完成的项目"
    ),
    "projects_abandoned": outcome("projects", "sum").means(
        "projects ended because their partner left", "因合伙人退出而终止的项目"
    ),
    "projects_with_problem": outcome("projects", "last").means(
        "projects so far in which a revisit found a problem", "至今回访发现过问题的项目"
    ),
    "projects_per_active_partner": outcome("projects per partner", "last").means(
        "projects listed so far, per partner or former partner with any",
        "有项目的合伙人平均的累计项目数",
    ),
    "project_partners": outcome("partners", "last").means(
        "partners with a project listed so far", "至今有项目的合伙人"
    ),
    "decision_delay": outcome("weeks", "mean").means(
        "weeks that a decision on a project takes", "一个项目的决策时延"
    ),
    "project_wait": outcome("weeks", "last").means(
        "weeks from proposal to running, mean so far", "项目从提出到运行的平均周数"
    ),
}


@loop
def look_over(projects: ProjectRows, count: Any, partners: Any, week: Any) -> Any:
    """Count partners with a project listed so far, projects proposed this week, and problems found."""
    listed = np.zeros(partners, np.bool_)
    carriers, proposed, problems = 0, 0, 0
    for row in range(count):
        carriers += int(not listed[projects.partner[row]])
        listed[projects.partner[row]] = True
        proposed += int(projects.proposed[row] == week)
        problems += int(projects.problem[row])
    return carriers, proposed, problems


def observe(community: Community) -> dict[str, float]:
    """Return the week's figures on projects."""
    state: State = community.state.projects
    count = community.projects.count
    carriers, proposed, problems = look_over(
        community.projects.rows, count, len(state.hours), community.week
    )
    going = int(state.stages[PROJECT_RUNNING] + state.stages[PROJECT_FIXING])
    return {
        "projects_proposed": float(proposed),
        "projects_open": float(count - state.stages.item(PROJECT_DONE)),
        "projects_running": float(going),
        "projects_done": float(state.done),
        "projects_abandoned": float(state.abandoned),
        "projects_with_problem": float(problems),
        "projects_per_active_partner": share(count, carriers),
        "project_partners": float(carriers),
        "decision_delay": float(state.delay),
        "project_wait": share(state.waited, state.launched),
    }
