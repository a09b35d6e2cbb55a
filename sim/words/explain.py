"""A scenario in words: what it changes against the base, and what that means."""

from __future__ import annotations

from typing import Any

from sim.engine.declare import Number, numbers_of
from sim.headings import headings
from sim.scenario import BASE, Difference, Scenario, StoryNeed, load

EVIDENCE = {
    "fact": "a fact of the case",
    "literature": "an assumption with a range from the literature",
    "assumption": "an assumption of ours",
    "calibrated": "calibrated to the case",
}
"""What stands behind a number that no policymaker sets, in words."""


def worded(value: Any, declared: Number) -> str:
    """Return a value with its unit: `26 weeks`, `on`, `"window"`."""
    if declared.kind == "switch":
        return "on" if value else "off"
    if declared.kind == "choice":
        return f'"{value}"'
    return f"{value:.10g} {declared.unit}"


def origin(declared: Number) -> str:
    """Return whether a number is a lever, and otherwise what it rests on."""
    kind = "a lever" if declared.lever else EVIDENCE[declared.evidence]
    return f"{kind} ({declared.source})" if declared.source else kind


def sentence(difference: Difference) -> str:
    """Return one sentence on one difference: meaning, both values, unit, lever or assumption."""
    declared = difference.declared
    own, base = worded(difference.own, declared), worded(difference.base, declared)
    rests = origin(declared)
    why = rests if declared.lever else f"set by this scenario, where the base has {rests}"
    return f"{difference.path} is {own} instead of {base}: {declared.meaning.rstrip('.')}; {why}."


def story_sentence(need: StoryNeed) -> str:
    """Return one sentence on an injected need."""
    traits = ", ".join(f"{key} = {str(value).lower()}" for key, value in need.who) or "anyone"
    whom = "one resident" if need.count == 1 else f"{need.count} residents"
    urgent = "an urgent" if need.urgent else "a"
    kind = f"{urgent} need of {need.domain}"
    hours = "" if need.hours is None else f" that takes {need.hours:g} hours of service"
    label = f"{need.label}: " if need.label else ""
    return f"{label}in programme week {need.week}, {whom} ({traits}) has {kind}{hours}."


def heading_lines(scenario: Scenario) -> list[str]:
    """Return one line per heading: on or off, how many numbers, how many of them levers."""
    resolved = scenario.resolved()
    lines = []
    for heading, cls in headings().items():
        declared = numbers_of(cls).values()
        levers = sum(item.lever for item in declared)
        numbers = resolved.get(heading, {})
        state = ("on " if numbers["on"] else "off") if "on" in numbers else "   "
        starts = numbers.get("starts", 0)
        since = f", from programme week {starts}" if starts and numbers.get("on") else ""
        lines.append(f"  {state}  {heading}: {len(declared)} numbers, {levers} levers{since}")
    return lines


def header(scenario: Scenario) -> list[str]:
    """Return title and description in both languages."""
    words = (
        scenario.title or scenario.name,
        scenario.title_zh,
        scenario.description,
        scenario.description_zh,
    )
    return [line for line in words if line]


def explain(scenario: Scenario) -> str:
    """Return the scenario in words: its differences from the base, its stories.

    The base is described by its headings, with what is switched on.
    """
    lines = [*header(scenario), ""]
    differences = scenario.differences(load(BASE))
    if not differences and scenario.name == BASE:
        lines += ["This is the base. Its headings:", *heading_lines(scenario)]
    elif not differences:
        lines.append(f"All numbers are those of {BASE}.")
    else:
        count = len(differences)
        lines.append(f"It differs from {BASE} in {count} number{'s' if count > 1 else ''}:")
        lines += [f"- {sentence(difference)}" for difference in differences]
    if scenario.story:
        lines += ["", "It makes these needs arise:"]
        lines += [f"- {story_sentence(need)}" for need in scenario.story]
    return "\n".join(lines)
