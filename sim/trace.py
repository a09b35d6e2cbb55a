"""One life told from beginning to end: a need, or a resident.

Nothing is deleted from the tables of cases, so that every step of a case can be told with its week
and its delay. Weeks are counted from the launch of the programme; those before it are negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import columns, randomness
from sim.columns import (
    AGES,
    DISPOSITIONS,
    DISPUTE_BROUGHT,
    DISPUTE_FADED,
    DISPUTE_RESOLVED,
    DISPUTE_STAGES,
    DISPUTE_UNRESOLVED,
    DOMAINS,
    LEVELS,
    MODES,
    NEED_ARISEN,
    NEED_CLOSED,
    NEED_EXPIRED,
    NEED_STAGES,
    PARTNER_KINDS,
    POINT,
    PROJECT_DONE,
    PROJECT_FIXING,
    PROJECT_NEGOTIATING,
    PROJECT_RUNNING,
    PROJECT_TRAINING,
    SERVERS,
)
from sim.errors import InputError
from sim.records import LAUNCH

if TYPE_CHECKING:
    from sim.model import Community

AGE_WORDS = {"young": "aged 18 to 40", "middle": "aged 41 to 59", "elderly": "aged 60 or over"}
PARTY_WORDS = {
    "registered": "a registered Party member",
    "floating": "a floating Party member",
    "dual_registered": "a dual-registered Party member",
}
CHANNEL_WORDS = {
    "self_report": "reported online by the resident",
    "walk_in": "brought to the counter by the resident",
    "visit": "found by a grid worker on a visit",
    "asking_round": "found by an asking round",
    "snap_report": "found by a snap-report",
    "patrol": "found by a patrol",
}
SERVER_WORDS = {
    "committee": "the committee's staff",
    "partner": "partners",
    "volunteers": "volunteers",
    "facility": "the community complex or, before it opens, providers outside",
    "street": "the street",
    "department": "a department",
}
STAGE_WORDS = {
    "arisen": "open, found by nobody",
    "found": "found and open",
    "closed": "met",
    "expired": "given up unfound",
}
MODE_WORDS = {
    "event": "events attended",
    "volunteer": "times volunteered",
    "report": "reports",
    "deliberate": "deliberations",
}

MOST_PROJECTS = 6
"""Projects that are told beside one need."""


# --- Words ---------------------------------------------------------------------------------------


def when(community: Community, week: int) -> str:
    """Return a week as programme week and the date of its Monday."""
    own = programme_week(community, week)
    return f"week {own} ({LAUNCH + np.timedelta64(7 * own, 'D')})"


def programme_week(community: Community, week: int) -> int:
    """Return weeks since launch of a week counted since the population was drawn."""
    return int(week) - (community.week - community.programme_week)


def _weeks(number: int) -> str:
    return f"{number} week{'s' * (number != 1)}"


def _delay(first: int, last: int) -> str:
    weeks = int(last) - int(first)
    return "within the same week" if weeks == 0 else f"after {_weeks(weeks)}"


def _name(word: str) -> str:
    return word.replace("_", " ").replace("public benefit", "public-benefit")


def _line(time: str, text: str) -> str:
    return f"  {time:<24}{text}"


def _check(number: int, count: int, what: str) -> None:
    if not 0 <= number < count:
        bounds = f"they are numbered 0 to {count - 1}" if count else "there are none"
        raise InputError(f"there is no {what} {number}; {bounds}.")


def portrait(community: Community, row: int) -> str:
    """Return who a resident is, in one sentence."""
    r = community.residents
    traits = [AGE_WORDS[AGES[int(r.age[row])]]]
    party = columns.PARTY[int(r.party[row])]
    if party in PARTY_WORDS:
        traits.append(PARTY_WORDS[party])
    traits.append("a migrant" if r.migrant[row] else "registered here")
    traits.append("owns the home" if r.owner[row] else "rents")
    for holds, words in (
        (r.alone[row], "lives alone"),
        (r.frail[row], "of limited mobility"),
        (r.low_income[row], "of low income"),
        (r.tertiary[row], "college-educated"),
        (r.key_care[row], "on the key-care list"),
    ):
        if holds:
            traits.append(words)
    children = int(r.children[row])
    if children:
        traits.append(f"looks after {children} child{'ren' * (children > 1)}")
    traits.append("online" if r.online[row] else "not reached online")
    return (
        f"Resident {row}: {', '.join(traits)}; micro-grid {int(r.micro_grid[row])}, "
        f"{float(r.distance[row]):.2f} km from the centre."
    )


def _partner(community: Community, row: int) -> str:
    kind = _name(PARTNER_KINDS[int(community.partners.kind[row])])
    return f"partner {row} ({kind} partner)"


def _helpers(bits: int) -> str:
    words = [SERVER_WORDS[name] for bit, name in enumerate(SERVERS) if bits >> bit & 1]
    return ", ".join(words) or "nobody yet"


# --- A need --------------------------------------------------------------------------------------


def trace_need(community: Community, number: int) -> str:
    """Return the life history of a need: what happened, when, after how long, and by whom.

    Raises:
        InputError: no need has this number.
    """
    needs = community.needs.used()
    _check(number, community.needs.count, "need")
    owner, domain = int(needs.owner[number]), DOMAINS[int(needs.domain[number])]
    urgent = "urgent " if needs.urgent[number] else ""
    told = _story_label(community, number)
    title = f"Need {number}: {urgent}{domain}, {float(needs.hours[number]):.3g} hours of service"
    texts = [title + (f' ("{told}")' if told else ""), portrait(community, owner), ""]
    for week, text in sorted(_need_steps(community, number), key=lambda step: step[0]):
        texts.append(_line(when(community, week), text))
    texts += ["", _need_ending(community, number)]
    projects = list(_projects_near(community, number))
    if projects:
        texts += ["", f"Projects for {domain} while it was open:"]
        for row in projects[:MOST_PROJECTS]:
            texts += project_lines(community, row)
        if len(projects) > MOST_PROJECTS:
            texts.append(f"  and {len(projects) - MOST_PROJECTS} more")
    return "\n".join(texts)


def _story_label(community: Community, number: int) -> str:
    """Return the label of the scenario's story that made this need arise, or an empty text."""
    needs = community.needs.used()
    week = programme_week(community, int(needs.born[number]))
    for told in community.story:
        if (told.week, told.domain, told.owner) == (
            week,
            int(needs.domain[number]),
            int(needs.owner[number]),
        ):
            return str(told.label)
    return ""


def _need_steps(community: Community, number: int) -> Iterator[tuple[int, str]]:
    """Yield week and text of each step, in the order in which steps of one week are told."""
    needs = community.needs.used()
    born, found = int(needs.born[number]), int(needs.found[number])
    yield born, "it arises"
    stage = int(needs.stage[number])
    if stage == NEED_ARISEN:
        return
    if stage == NEED_EXPIRED:
        closed = int(needs.closed[number])
        yield closed, f"given up by its owner, found by nobody, {_delay(born, closed)}"
        return
    channel = CHANNEL_WORDS[columns.CHANNELS[int(needs.channel[number])]]
    yield found, f"{channel}, {_delay(born, found)}"
    if needs.matched[number]:
        assigned = int(needs.assigned[number])
        partner = _partner(community, int(needs.partner[number]))
        how = "the hub calls in" if needs.urgent[number] else "taken on by"
        yield assigned, f"{how} {partner}, {_delay(found, assigned)} of being found"
    level = int(needs.level[number])
    if level:
        since = int(needs.level_since[number])
        yield since, f"raised to the level of the {LEVELS[level]}, {_delay(found, since)}"
    if needs.started[number]:
        first = int(needs.first_service[number])
        yield first, f"first service, {_delay(found, first)} of being found"
    if stage == NEED_CLOSED:
        closed = int(needs.closed[number])
        last = SERVER_WORDS[SERVERS[int(needs.server[number])]]
        yield closed, f"met, {_delay(born, closed)} of arising; last served by {last}"


def _need_ending(community: Community, number: int) -> str:
    needs = community.needs.used()
    stage = int(needs.stage[number])
    providers = int(needs.providers[number])
    whom = f"{providers} provider{'s' * (providers != 1)}: {_helpers(int(needs.helpers[number]))}"
    if stage == NEED_CLOSED:
        return f"Met with quality {float(needs.quality[number]):.2f} (0-1) by {whom}."
    if stage == NEED_EXPIRED:
        return "It was never found."
    if stage == NEED_ARISEN:
        return f"Open after {community.week - int(needs.born[number])} weeks: nobody has found it."
    done = float(needs.hours[number] - needs.hours_left[number])
    return (
        f"Open after {community.week - int(needs.born[number])} weeks: {done:.3g} of "
        f"{float(needs.hours[number]):.3g} hours served, by {whom}."
    )


def _projects_near(community: Community, number: int) -> Iterator[int]:
    """Yield the projects of a need's domain that were on the list while it was open and known."""
    needs, projects = community.needs.used(), community.projects.used()
    stage = int(needs.stage[number])
    if stage in (NEED_ARISEN, NEED_EXPIRED):
        return
    first = int(needs.found[number])
    last = int(needs.closed[number]) if stage == NEED_CLOSED else community.week
    for row in range(community.projects.count):
        same = projects.domain[row] == needs.domain[number]
        ended = projects.stage[row] == PROJECT_DONE and projects.finished[row] < first
        if same and projects.proposed[row] <= last and not ended:
            yield row


# --- A project -----------------------------------------------------------------------------------


def project_lines(community: Community, row: int) -> list[str]:
    """Return the life history of a project: negotiated, prepared, run, revisited, done."""
    projects = community.projects.used()
    flagship = "flagship project" if projects.flagship[row] else "project"
    partner, domain = int(projects.partner[row]), DOMAINS[int(projects.domain[row])]
    lines = [f"  {flagship} {row} of {_partner(community, partner)} for {domain}"]
    lines += [
        f"  {_line(when(community, week), text)}" for week, text in _project_steps(community, row)
    ]
    return lines


def _project_steps(community: Community, row: int) -> Iterator[tuple[int, str]]:
    projects = community.projects.used()
    proposed, stage = int(projects.proposed[row]), int(projects.stage[row])
    yield proposed, "entered in the project list; negotiation begins"
    ended = stage == PROJECT_DONE
    finished = int(projects.finished[row])
    due = int(projects.due[row])
    ran = stage in (PROJECT_RUNNING, PROJECT_FIXING) or (
        ended and proposed < projects.started[row] <= finished
    )
    training = _training(community, row)
    if stage == PROJECT_NEGOTIATING:
        yield due, "negotiation is to end"
    elif stage == PROJECT_TRAINING:
        yield due - training, f"agreed {_delay(proposed, due - training)}; training begins"
    elif ran:
        started = int(projects.started[row])
        agreed = started - training
        yield agreed, f"agreed {_delay(proposed, agreed)}; training of {_weeks(training)} begins"
        yield started, f"service begins, {_delay(proposed, started)} of being proposed"
        if projects.problem[row]:
            noticed = int(projects.problem_found[row])
            fixed = noticed + int(community.numbers.projects.fixing)
            yield noticed, f"a revisit finds a new problem, {_delay(started, noticed)} of service"
            if stage != PROJECT_FIXING and not (ended and finished < fixed):
                yield fixed, f"the problem is fixed, {_delay(noticed, fixed)}"
    served = f"needs served: {int(projects.served[row])}"
    if ended and ran and finished >= due:
        yield finished, f"done; {served}"
    elif ended:
        yield finished, "given up: its partner left" + (f"; {served}" if ran else "")
    elif ran:
        yield community.week, f"still running; {served}"


def _training(community: Community, row: int) -> int:
    """Return the weeks of a project's training: its draw is replayed from its address."""
    from sim.rules import projects as rules

    projects = community.projects.used()
    address = int(projects.partner[row]) * rules.ADDRESSES + int(projects.domain[row])
    _, chance, _, _ = randomness.draws(
        community.seed, rules.PROPOSED, int(projects.proposed[row]), address
    )
    return int(rules.training_weeks(community.numbers.projects, chance))


# --- A resident ----------------------------------------------------------------------------------


def trace_resident(community: Community, number: int) -> str:
    """Return a resident's life in the community: ties, acts, points, needs, disputes, projects.

    Raises:
        InputError: no resident has this number.
    """
    r = community.residents
    _check(number, len(r.age), "resident")
    lines = [portrait(community, number), "", *_person(community, number)]
    lines += ["", *_needs_of(community, number), *_disputes_of(community, number)]
    return "\n".join(lines)


def _person(community: Community, row: int) -> Iterator[str]:
    r = community.residents
    degree = int(r.degree[row])
    ties = r.tie[row][:degree]
    active = sum(
        bool(community.residents.history[int(other)]) for other in r.neighbour[row][:degree]
    )
    strength = f", mean strength {float(ties.mean()):.2f}" if degree else ""
    yield f"Ties: {degree}{strength}; {active} of them took part in something in 16 weeks."
    yield "Acts since the population was drawn, and weeks with one of the last 16:"
    for mode, name in enumerate(MODES):
        history = int(r.history[row]) >> (columns.HISTORY_WEEKS * mode)
        recent = (history & ((1 << columns.HISTORY_WEEKS) - 1)).bit_count()
        yield f"  {MODE_WORDS[name]:<20}{int(r.acts[mode, row]):>6}{recent:>6}"
    roles = [
        words
        for holds, words in (
            (r.registered[row], "on the volunteer register"),
            (r.mediator[row], "a mediator"),
            (r.honour[row] >= 0.5, "honoured lately"),
        )
        if holds
    ]
    yield f"Roles: {', '.join(roles) or 'none'}; {_name(DISPOSITIONS[int(r.disposition[row])])} type."
    yield (
        f"Points: {int(r.balance[row]) / POINT:,.2f} in the balance, of which "
        f"{int(r.expiring[row]) / POINT:,.2f} lapse within 4 weeks; earned "
        f"{int(r.earned[row]) / POINT:,.2f} in the last week."
    )
    yield (
        f"Motivation {float(r.motivation[row]):.2f}, fatigue {float(r.fatigue[row]):.2f}, "
        f"trust {float(r.trust[row]):.2f} (0-1)."
    )
    satisfied = ", ".join(
        f"{service} {float(r.satisfaction[place, row]):.2f}"
        for place, service in enumerate(columns.SERVICES)
    )
    yield f"Satisfaction (0-1): {satisfied}."


def _needs_of(community: Community, row: int) -> Iterator[str]:
    needs = community.needs.used()
    own = np.flatnonzero(needs.owner == row)
    yield f"Needs: {len(own) or 'none'}"
    for number in own:
        stage = int(needs.stage[number])
        domain = DOMAINS[int(needs.domain[number])]
        text = f"need {number}, {'urgent ' if needs.urgent[number] else ''}{domain}: "
        text += STAGE_WORDS[NEED_STAGES[stage]]
        if stage in (NEED_CLOSED, NEED_EXPIRED):
            text += f" {_delay(int(needs.born[number]), int(needs.closed[number]))}"
        if stage == NEED_CLOSED:
            text += f", quality {float(needs.quality[number]):.2f}"
        yield _line(when(community, int(needs.born[number])), text)
        for project in _projects_of(community, int(number)):
            yield _line("", f"served while project {project} of its partner was running")


def _projects_of(community: Community, number: int) -> Iterator[int]:
    """Yield the projects that were running in a need's domain at the partner that served it."""
    needs, projects = community.needs.used(), community.projects.used()
    if not needs.matched[number] or not needs.started[number]:
        return
    first, last = int(needs.first_service[number]), community.week
    if needs.stage[number] == NEED_CLOSED:
        last = int(needs.closed[number])
    for row in range(community.projects.count):
        same = (
            projects.domain[row] == needs.domain[number]
            and projects.partner[row] == needs.partner[number]
        )
        stage = int(projects.stage[row])
        started = int(projects.started[row])
        running = stage in (PROJECT_RUNNING, PROJECT_FIXING)
        ran = stage == PROJECT_DONE and int(projects.proposed[row]) < started
        ended = int(projects.finished[row]) if ran else community.week
        if same and (running or ran) and started <= last and ended >= first:
            yield row


def _disputes_of(community: Community, row: int) -> Iterator[str]:
    disputes = community.disputes.used()
    own = np.flatnonzero((disputes.owner == row) | (disputes.other == row))
    yield f"Disputes: {len(own) or 'none'}"
    for number in own:
        yield _line(
            when(community, int(disputes.born[number])), _dispute(disputes, int(number), row)
        )


def _dispute(disputes: Any, number: int, row: int) -> str:
    other = int(disputes.other[number])
    whom = f"complains about resident {other}"
    if other == row:
        whom = f"resident {int(disputes.owner[number])} complains about this resident"
    stage = int(disputes.stage[number])
    text = f"{whom}: {DISPUTE_STAGES[stage]}"
    born, closed = int(disputes.born[number]), int(disputes.closed[number])
    if stage in (DISPUTE_RESOLVED, DISPUTE_UNRESOLVED, DISPUTE_FADED):
        text += f" {_delay(born, closed)}"
    if stage in (DISPUTE_BROUGHT, DISPUTE_RESOLVED, DISPUTE_UNRESOLVED):
        sessions = int(disputes.sessions[number])
        text += f", {sessions} session{'s' * (sessions != 1)} of mediation"
        text += ", in the books" if disputes.recorded[number] else ", not in the books"
    return text
