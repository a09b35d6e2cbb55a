"""One life told from beginning to end: a need, a resident, or a scenario's story.

Nothing is deleted from the tables of cases, so that every step of a case can be told with its week
and its delay. Weeks are counted from the launch of the programme; those before it are negative.
What a case does to its owner is not in the tables: a `Diary`, kept while the weeks run, has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import columns
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
    DisputeRows,
)
from sim.engine import randomness
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.lifelog import Lifelog
    from sim.model import Community
    from sim.scenario import Scenario

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
    "upkeep": "found in the ordinary upkeep",
    "peer": "passed on by a neighbour who takes part",
    "gathering": "named by the resident at an event",
}
ENTRY_WORDS = {
    "none": "not in the books",
    "resolved": "in the books as resolved",
    "unresolved": "in the books as unresolved",
    "merged": "put to another file",
}
SERVER_WORDS = {
    "committee": "the committee's staff",
    "partner": "partners",
    "volunteers": "volunteers",
    "facility": "the community complex",
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

SINGLE = 4
"""Needs of a story up to which each is told in full; of more, what became of them together."""

AFTERMATH = 52
"""Weeks that are run after the last need of a story arises, so that projects come to their end."""

WIDTH = 24


# --- Words ---------------------------------------------------------------------------------------


def when(community: Community, week: int) -> str:
    """Return a week as programme week and the date of its Monday, where the scenario has dates."""
    own = programme_week(community, week)
    launch = community.setting.launch
    return f"week {own}" if launch is None else f"week {own} ({launch + timedelta(weeks=own)})"


def programme_week(community: Community, week: int) -> int:
    """Return weeks since launch of a week counted since the population was drawn."""
    return int(week) - (community.week - community.programme_week)


def _weeks(number: int) -> str:
    return f"{number} week{'s' * (number != 1)}"


def _delay(first: int, last: int) -> str:
    weeks = int(last) - int(first)
    return "within the week" if weeks == 0 else f"after {_weeks(weeks)}"


def _since(first: int, last: int, event: str) -> str:
    """Return how long after an event something happened: `3 weeks after it was found`."""
    weeks = int(last) - int(first)
    return f"in the week {event}" if weeks == 0 else f"{_weeks(weeks)} after {event}"


def _name(word: str) -> str:
    return word.replace("_", " ").replace("public benefit", "public-benefit")


def _line(time: str, text: str) -> str:
    return f"  {time:<{WIDTH}}{text}"


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


def _server(community: Community, code: int, week: int) -> str:
    """Return who serves; before the complex opens, its place is taken by providers outside."""
    p = community.numbers.co_building
    is_open = p.on and programme_week(community, week) >= max(int(p.opening), int(p.starts))
    if SERVERS[code] == "facility" and not is_open:
        return "providers outside the community"
    return SERVER_WORDS[SERVERS[code]]


def _helpers(community: Community, number: int) -> str:
    """Return everybody who served a need so far."""
    needs = community.needs.used()
    bits = int(needs.helpers[number])
    ended = int(needs.stage[number]) == NEED_CLOSED
    week = int(needs.closed[number]) if ended else community.week - 1
    words = [_server(community, bit, week) for bit in range(len(SERVERS)) if bits >> bit & 1]
    return ", ".join(words) or "nobody yet"


# --- A diary -------------------------------------------------------------------------------------


@dataclass
class Diary:
    """What the owners of a story's needs felt at the end of each week.

    Attributes:
        owners: rows of residents, in the order of the story.
        weeks: weeks since the population was drawn, one for each entry.
        trust, helped: lists of float32[owner], an entry a week, 0 to 1.
        satisfaction: list of float32[service, owner], an entry a week, 0 to 1.
    """

    owners: list[int]
    weeks: list[int]
    trust: list[Any]
    helped: list[Any]
    satisfaction: list[Any]

    def note(self, community: Community) -> None:
        """Write down how the owners feel now, after the last week."""
        r = community.residents
        self.weeks.append(community.week - 1)
        self.trust.append(r.trust[self.owners].copy())
        self.helped.append(r.help_recent[self.owners].copy())
        self.satisfaction.append(r.satisfaction[:, self.owners].copy())


def follow(
    community: Community,
    weeks: int,
    progress: Callable[[int, int], None] | None = None,
    log: Lifelog | None = None,
) -> Diary:
    """Run a community for some weeks and return the diary of its story's owners.

    Args:
        community: at any week.
        weeks: to run.
        progress: called with the weeks run and the weeks to run after each.
        log: of a resident, kept besides.
    """
    if log is not None:
        log.begin(community)
    diary = Diary([told.owner for told in community.story], [], [], [], [])
    if community.week:
        diary.note(community)
    for week in range(weeks):
        community.run_for(1)
        diary.note(community)
        if log is not None:
            log.note(community)
        if progress is not None:
            progress(week + 1, weeks)
    return diary


def weeks_for(scenario: Scenario, otherwise: int = 52) -> int:
    """Return the weeks to run so that a scenario's story comes to its end; a year without one."""
    return max((told.week + 1 + AFTERMATH for told in scenario.story), default=otherwise)


# --- A story -------------------------------------------------------------------------------------


def story_ids(community: Community) -> tuple[int, ...]:
    """Return the numbers of the needs that the scenario's story made arise so far, in its order."""
    needs = community.needs.used()
    burn_in = community.week - community.programme_week
    found = []
    for told in community.story:
        same = (needs.owner == told.owner) & (needs.domain == told.domain)
        rows = np.flatnonzero(same & (needs.born == told.week + burn_in))
        found += [int(rows[-1])] if len(rows) else []
    return tuple(found)


def trace_story(community: Community, diary: Diary | None = None) -> str:
    """Return what became of the needs of a scenario's story; a few are told one by one.

    Raises:
        InputError: the scenario has no story, or it has not begun.
    """
    if not community.story:
        raise InputError(f"{community.setting.name} has no story; give a need or a resident.")
    ids = story_ids(community)
    if not ids:
        first = min(told.week for told in community.story)
        raise InputError(f"the story begins in week {first}; run more than {first} weeks.")
    setting = community.setting
    texts = [setting.title or setting.name, setting.description, ""]
    texts += [
        f"Needs of the story: {_numbers(ids)}. Steps of one week are told in their order.",
        "",
    ]
    if len(ids) > SINGLE:
        texts += [*_chapters(community, ids), ""]
        for domain in sorted({told.domain for told in community.story}):
            texts += [*_course(community, ids, domain), ""]
        texts += ["One of them, told in full:", ""]
        ids = (_telling(community, ids),)
    texts.append("\n\n\n".join(trace_need(community, number, diary) for number in ids))
    return "\n".join(texts)


def _numbers(ids: tuple[int, ...]) -> str:
    """Return numbers as runs: `3 to 9, 12`."""
    runs: list[list[int]] = []
    for number in sorted(ids):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join(" to ".join(map(str, run)) for run in runs)


def _chapters(community: Community, ids: tuple[int, ...]) -> Iterator[str]:
    labels = np.array([_story_label(community, number) for number in ids])
    for label in dict.fromkeys(labels.tolist()):
        own = np.array(ids)[labels == label]
        born = int(community.needs.used().born[own[0]])
        needs = "need" if len(own) == 1 else "needs"
        yield _line(when(community, born), f"{len(own)} {needs} arise: {label or 'the story'}")


def _course(community: Community, ids: tuple[int, ...], domain: int) -> Iterator[str]:
    """Yield what became of a story's needs of one domain, and the projects that served them."""
    needs = community.needs.used()
    own = np.array(ids)[needs.domain[list(ids)] == domain]
    stage, born = needs.stage[own], needs.born[own]
    closed, expired = stage == NEED_CLOSED, stage == NEED_EXPIRED
    known = np.array([_was_found(community, int(number)) for number in own])
    served = {int(number): carrier(community, int(number)) for number in own}
    carriers = sorted({row for row in served.values() if row is not None})
    carried = sum(row is not None for row in served.values())
    yield f"What became of the {len(own)} needs for {DOMAINS[domain]}:"
    waits = _half(needs.found[own][known] - born[known])
    yield _line("found", f"{known.sum()}{waits}")
    for code, channel in enumerate(columns.CHANNELS):
        count = int((needs.channel[own][known] == code).sum())
        if count:
            yield _line("", f"  {count} {CHANNEL_WORDS[channel]}")
    yield _line("met", f"{closed.sum()}{_half(needs.closed[own][closed] - born[closed])}")
    met = Counter(
        _server(community, int(needs.server[number]), int(needs.closed[number]))
        for number in own[closed]
    )
    for server, count in sorted(met.items()):
        through = f", {carried} of them through a project" if server == "partners" else ""
        yield _line("", f"  {count} by {server}{through}")
    unknown = int((expired & ~known).sum())
    unserved = int((expired & known).sum())
    yield _line(
        "given up", f"{unknown + unserved}: {unknown} found by nobody, {unserved} served by nobody"
    )
    yield _line("still open", str(int((~closed & ~expired).sum())))
    if carriers:
        yield ""
        yield f"Projects that served them (needs for {DOMAINS[domain]} of anybody are counted):"
    for row in carriers:
        yield from project_lines(community, row)


def _half(waits: Any) -> str:
    """Return within how many weeks half of the waits had ended."""
    return f", half of them {_delay(0, int(np.median(waits)))}" if len(waits) else ""


def _telling(community: Community, ids: tuple[int, ...]) -> int:
    """Return the need to tell in full: one that went through most of the steps there are.

    It was found by somebody who asked, and met through a project with a problem; the first such.
    """
    needs, projects = community.needs.used(), community.projects.used()
    best, richest = ids[0], -1
    for number in ids:
        row = carrier(community, number)
        steps = -1 if row is None else 1 + int(projects.problem[row])
        asked = int(needs.channel[number]) in (columns.VISIT, columns.ASKING_ROUND)
        steps += int(asked) + int(needs.stage[number] == NEED_CLOSED)
        if steps > richest:
            best, richest = number, steps
    return best


# --- A need --------------------------------------------------------------------------------------


def trace_need(community: Community, number: int, diary: Diary | None = None) -> str:
    """Return the life history of a need: what happened, when, after how long, and by whom.

    A diary adds what it did to its owner, where the owner is in it.

    Raises:
        InputError: no need has this number.
    """
    needs = community.needs.used()
    _check(number, community.needs.count, "need")
    owner, domain = int(needs.owner[number]), DOMAINS[int(needs.domain[number])]
    urgent = "urgent " if needs.urgent[number] else ""
    hours = float(needs.hours[number])
    told = _story_of(community, number)
    title = f"Need {number}: {urgent}{domain}, {hours:.3g} hour{'s' * (hours != 1)} of service"
    texts = [title + (f' ("{told.label}")' if told is not None else "")]
    texts.append(portrait(community, owner))
    if told is not None and not told.alike:
        texts.append(
            "Nobody in this sample is just like the person of the story; this one is likest."
        )
    texts.append("")
    for week, text in sorted(_need_steps(community, number), key=lambda step: step[0]):
        texts.append(_line(when(community, week), text))
    texts += ["", _need_ending(community, number)]
    if diary is not None:
        texts += _aftermath(community, number, diary)
    row = carrier(community, number)
    if row is not None:
        texts += ["", "It was met while this project of its partner was running:"]
        texts += project_lines(community, row)
    else:
        count = sum(1 for _ in _projects_near(community, number))
        if count:
            plural = "s" * (count != 1)
            texts.append(f"Meanwhile {count} project{plural} for {domain} stood on the list.")
    return "\n".join(texts)


def _story_of(community: Community, number: int) -> Any:
    """Return what the scenario tells of this need, or None where it is not of the story."""
    needs = community.needs.used()
    arisen = (told for told in community.story if told.week < community.programme_week)
    for told, row in zip(arisen, story_ids(community), strict=True):
        if row == number and told.owner == int(needs.owner[number]):
            return told
    return None


def _story_label(community: Community, number: int) -> str:
    """Return the label of the scenario's story that made this need arise, or an empty text."""
    told = _story_of(community, number)
    return "" if told is None else str(told.label)


def _was_found(community: Community, number: int) -> bool:
    """Return whether somebody found a need: needs are given up before as well as after that."""
    needs = community.needs.used()
    stage = int(needs.stage[number])
    if stage != NEED_EXPIRED:
        return stage != NEED_ARISEN
    found = int(needs.found[number])
    return found > 0 and found >= int(needs.born[number])


def _need_steps(community: Community, number: int) -> Iterator[tuple[int, str]]:
    """Yield week and text of each step, in the order in which steps of one week are told."""
    needs = community.needs.used()
    born, found = int(needs.born[number]), int(needs.found[number])
    yield born, "it arises"
    stage, closed = int(needs.stage[number]), int(needs.closed[number])
    if not _was_found(community, number):
        if stage == NEED_EXPIRED:
            yield closed, f"given up, {_since(born, closed, 'it arose')}: nobody had found it"
        return
    channel = CHANNEL_WORDS[columns.CHANNELS[int(needs.channel[number])]]
    yield found, f"{channel}, {_since(born, found, 'it arose')}"
    if needs.matched[number]:
        assigned = int(needs.assigned[number])
        partner = _partner(community, int(needs.partner[number]))
        how = "the hub calls in" if needs.urgent[number] else "taken on by"
        yield assigned, f"{how} {partner}, {_since(found, assigned, 'it was found')}"
    level = int(needs.level[number])
    if level:
        since = int(needs.level_since[number])
        raised = _since(found, since, "it was found")
        yield since, f"raised to the level of the {LEVELS[level]}, {raised}"
    if needs.started[number]:
        first = int(needs.first_service[number])
        yield first, f"first service, {_since(found, first, 'it was found')}"
    if stage == NEED_CLOSED:
        last = _server(community, int(needs.server[number]), closed)
        spent = _weeks(closed - int(needs.first_service[number]) + 1)
        waited = _since(born, closed, "it arose")
        yield closed, f"met, {waited}; {spent} of service, the last by {last}"
    if stage == NEED_EXPIRED:
        yield closed, f"given up, {_since(found, closed, 'it was found')}: nobody had served it"


def _need_ending(community: Community, number: int) -> str:
    needs = community.needs.used()
    stage = int(needs.stage[number])
    providers = int(needs.providers[number])
    whom = f"{providers} provider{'s' * (providers != 1)}: {_helpers(community, number)}"
    if stage == NEED_CLOSED:
        hub = ", called in by one hub" if needs.urgent[number] and providers > 1 else ""
        return f"Met with quality {float(needs.quality[number]):.2f} (0-1) by {whom}{hub}."
    if stage == NEED_EXPIRED:
        return (
            "It was found and never served."
            if _was_found(community, number)
            else "It was never found."
        )
    if stage == NEED_ARISEN:
        return f"Open after {community.week - int(needs.born[number])} weeks: nobody has found it."
    done = float(needs.hours[number] - needs.hours_left[number])
    return (
        f"Open after {community.week - int(needs.born[number])} weeks: {done:.3g} of "
        f"{float(needs.hours[number]):.3g} hours served, by {whom}."
    )


def _aftermath(community: Community, number: int, diary: Diary) -> Iterator[str]:
    """Yield how the owner felt before the need arose, and at the end of the week it ended."""
    needs = community.needs.used()
    owner, domain = int(needs.owner[number]), int(needs.domain[number])
    ended = int(needs.stage[number]) in (NEED_CLOSED, NEED_EXPIRED)
    first = int(needs.born[number]) - 1
    last = int(needs.closed[number]) if ended else community.week - 1
    if owner not in diary.owners or not {first, last} <= set(diary.weeks):
        return
    who = diary.owners.index(owner)
    before, after = diary.weeks.index(first), diary.weeks.index(last)
    told = "the week it ended" if ended else "the last week"
    yield f"How its owner felt in the week before it arose and in {told} (0-1):"
    for words, entries, place in (
        ("trust in the committee", diary.trust, who),
        (f"satisfaction with {DOMAINS[domain]}", diary.satisfaction, (domain, who)),
        ("memory of being helped", diary.helped, who),
    ):
        earlier, later = float(entries[before][place]), float(entries[after][place])
        yield f"  {words:<34}{earlier:.3f} -> {later:.3f}"


def carrier(community: Community, number: int) -> int | None:
    """Return the project through which a need was met, or None.

    It is the one that its partner was running in its domain as the partner met the need.
    """
    needs, projects = community.needs.used(), community.projects.used()
    partner = SERVERS.index("partner")
    if (
        needs.stage[number] != NEED_CLOSED
        or needs.server[number] != partner
        or not needs.matched[number]
    ):
        return None
    closed = int(needs.closed[number])
    rows = [
        row
        for row in _projects_of(community, number)
        if int(projects.started[row]) <= closed
        and (projects.stage[row] != PROJECT_DONE or closed < int(projects.finished[row]))
    ]
    return max(rows, default=None)


def _projects_near(community: Community, number: int) -> Iterator[int]:
    """Yield the projects of a need's domain that were on the list while it was open and known."""
    needs, projects = community.needs.used(), community.projects.used()
    if not _was_found(community, number):
        return
    stage = int(needs.stage[number])
    first = int(needs.found[number])
    ended = stage in (NEED_CLOSED, NEED_EXPIRED)
    last = int(needs.closed[number]) if ended else community.week
    for row in range(community.projects.count):
        same = projects.domain[row] == needs.domain[number]
        over = projects.stage[row] == PROJECT_DONE and projects.finished[row] < first
        if same and projects.proposed[row] <= last and not over:
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
    waiting = on_the_list(community, proposed, int(projects.domain[row]))
    yield proposed, f"proposed at a joint meeting, with {waiting} on the needs list"
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
        yield due - training, f"agreed, {_negotiated(due - training - proposed)}; training begins"
    elif ran:
        started = int(projects.started[row])
        agreed = started - training
        yield (
            agreed,
            f"agreed, {_negotiated(agreed - proposed)}; training of {_weeks(training)} begins",
        )
        yield started, f"service begins, {_since(proposed, started, 'it was proposed')}"
        if projects.problem[row]:
            noticed = int(projects.problem_found[row])
            fixed = noticed + int(community.numbers.projects.fixing)
            revisited = _since(started, noticed, "service began")
            yield noticed, f"a revisit finds a new problem, {revisited}"
            if stage != PROJECT_FIXING and not (ended and finished < fixed):
                yield fixed, f"the problem is fixed, {_since(noticed, fixed, 'it was found')}"
    served = f"needs served: {int(projects.served[row])}"
    if ended and ran and finished >= due:
        yield (
            finished,
            f"done, after {_weeks(finished - int(projects.started[row]))} of service; {served}",
        )
    elif ended:
        yield finished, "given up: its partner left" + (f"; {served}" if ran else "")
    elif ran:
        yield community.week, f"still running; {served}"


def _negotiated(weeks: int) -> str:
    return f"{_weeks(weeks)} of negotiation"


def on_the_list(community: Community, week: int, domain: int) -> str:
    """Return how many needs of a domain stood without a partner as a week began, in words.

    They were found, ordinary and open. A need that was handed back because its partner left is
    counted from when it was found.
    """
    needs = community.needs.used()
    known = (needs.stage != NEED_ARISEN) & (needs.found >= needs.born) & (needs.found < week)
    ended = ((needs.stage == NEED_CLOSED) | (needs.stage == NEED_EXPIRED)) & (needs.closed < week)
    taken = needs.matched & (needs.assigned < week)
    rows = known & ~ended & ~taken & ~needs.urgent & (needs.domain == domain)
    count = int(np.count_nonzero(rows))
    return f"{count} such need{'s' * (count != 1)}"


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


def trace_resident(community: Community, number: int, log: Lifelog | None = None) -> str:
    """Return a resident's life in the community: ties, acts, points, needs, disputes, projects.

    With a `log` of the weeks, also whom one heard of services from, and the like.

    Raises:
        InputError: no resident has this number.
    """
    r = community.residents
    _check(number, len(r.age), "resident")
    lines = [portrait(community, number), "", *_person(community, number)]
    lines += ["", *_needs_of(community, number), *_disputes_of(community, number)]
    if log is not None:
        lines += [f"Weeks: {len(log.entries) or 'nothing'} to tell"]
        lines += [_line(when(community, week), text) for week, text in log.entries]
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


def _dispute(disputes: DisputeRows, number: int, row: int) -> str:
    other = int(disputes.other[number])
    whom = f"complains about resident {other}"
    if disputes.with_company[number]:
        whom = "has a grievance with the property company"
    elif other == row:
        whom = f"resident {int(disputes.owner[number])} complains about this resident"
    stage = int(disputes.stage[number])
    text = f"{whom}: {DISPUTE_STAGES[stage]}"
    born, closed = int(disputes.born[number]), int(disputes.closed[number])
    if stage in (DISPUTE_RESOLVED, DISPUTE_UNRESOLVED, DISPUTE_FADED):
        text += f" {_delay(born, closed)}"
    if stage in (DISPUTE_BROUGHT, DISPUTE_RESOLVED, DISPUTE_UNRESOLVED):
        sessions = int(disputes.sessions[number])
        text += f", {sessions} session{'s' * (sessions != 1)} of mediation"
        text += f", {ENTRY_WORDS[columns.ENTRIES[int(disputes.entry[number])]]}"
    return text
