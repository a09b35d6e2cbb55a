"""A scenario in words, English or Chinese: what it changes against the base, and what that means."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sim.engine.declare import Number, numbers_of
from sim.errors import InputError, shown
from sim.headings import headings
from sim.scenario import BASE, Difference, Scenario, StoryNeed, entries, load
from sim.words.glossary import unit_zh, zh

LANGUAGES = ("en", "zh")


class Words(NamedTuple):
    """What explaining takes, in one language; braces are filled in.

    Attributes:
        evidence: what stands behind a number that no policymaker sets, by `Evidence`.
    """

    evidence: dict[str, str]
    lever: str
    set_here: str
    difference: str
    base: str
    same: str
    differs: str
    stories: str
    on: str
    off: str
    heading: str
    since: str


WORDS = {
    "en": Words(
        evidence={
            "fact": "a fact of the case",
            "literature": "an assumption with a range from the literature",
            "assumption": "an assumption of ours",
            "calibrated": "calibrated to the case",
        },
        lever="a lever",
        set_here="set by this scenario, where the base has {origin}",
        difference="{path} is {own} instead of {base}: {meaning}; {why}.",
        base="This is the base. Its headings:",
        same="All numbers are those of {base}.",
        differs="It differs from {base} in {count} number{s}:",
        stories="It makes these needs arise:",
        on="on",
        off="off",
        heading="{name}: {count} numbers, {levers} levers{since}",
        since=", from programme week {week}",
    ),
    "zh": Words(
        evidence={
            "fact": "案例事实",
            "literature": "取自文献范围的假设",
            "assumption": "本模型的假设",
            "calibrated": "按案例手工调校",
        },
        lever="可由决策者设定",
        set_here="由本情景设定，基准情景中为{origin}",
        difference="{path}：{own}，而非 {base}。{meaning}；{why}。",
        base="这是基准情景，各部分如下：",
        same="所有数值均与 {base} 相同。",
        differs="与 {base} 相比，有 {count} 项不同：",
        stories="它使以下需求产生：",
        on="开",
        off="关",
        heading="{name}：{count} 个数值，其中 {levers} 个可由决策者设定{since}",
        since="，自项目第 {week} 周起",
    ),
}


def worded(value: Any, declared: Number, language: str = "en") -> str:
    """Return a value with its unit: `26 weeks`, `on`, `"window"`."""
    words = WORDS[language]
    if declared.kind == "switch":
        return words.on if value else words.off
    if declared.kind == "choice":
        return f'"{value}"'
    unit = declared.unit if language == "en" else unit_zh(declared.unit)
    return f"{value:.10g} {unit}"


def origin(declared: Number, language: str = "en") -> str:
    """Return whether a number is a lever, and otherwise what it rests on."""
    words = WORDS[language]
    kind = words.lever if declared.lever else words.evidence[declared.evidence]
    if not declared.source:
        return kind
    return f"{kind} ({declared.source})" if language == "en" else f"{kind}（{declared.source}）"


def sentence(difference: Difference, language: str = "en") -> str:
    """Return one sentence on one difference: meaning, both values, unit, lever or assumption.

    What the scenario sets itself is no fact of the case, whatever the base's value rests on.
    """
    words, declared = WORDS[language], difference.declared
    rests = origin(declared, language)
    meaning = declared.meaning.rstrip(".") if language == "en" else declared.meaning_zh
    return words.difference.format(
        path=difference.path,
        own=worded(difference.own, declared, language),
        base=worded(difference.base, declared, language),
        meaning=meaning,
        why=rests if declared.lever else words.set_here.format(origin=rests),
    )


def story_sentence(need: StoryNeed, language: str = "en") -> str:
    """Return one sentence on an injected need."""
    traits = ", ".join(f"{key} = {str(value).lower()}" for key, value in need.who)
    label = f"{need.label}: " if need.label else ""
    if language == "zh":
        whom = f"{need.count} 位居民（{traits or '任何人'}）"
        hours = "" if need.hours is None else f"，需 {need.hours:g} 小时服务"
        kind = f"{'紧急的' if need.urgent else ''}{zh(f'SERVICES.{need.domain}')}需求"
        return f"{label}项目第 {need.week} 周，{whom}产生{kind}{hours}。"
    whom = "one resident" if need.count == 1 else f"{need.count} residents"
    urgent = "an urgent" if need.urgent else "a"
    kind = f"{urgent} need of {need.domain}"
    hours = "" if need.hours is None else f" that takes {need.hours:g} hours of service"
    return f"{label}in programme week {need.week}, {whom} ({traits or 'anyone'}) has {kind}{hours}."


def heading_lines(scenario: Scenario, language: str = "en") -> list[str]:
    """Return one line per heading: on or off, how many numbers, how many of them levers."""
    words, resolved = WORDS[language], scenario.resolved()
    width = max(len(words.on), len(words.off))
    lines = []
    for heading, cls in headings().items():
        declared = numbers_of(cls).values()
        levers = sum(item.lever for item in declared)
        numbers = resolved.get(heading, {})
        state = (words.on if numbers["on"] else words.off) if "on" in numbers else ""
        starts = numbers.get("starts", 0)
        since = words.since.format(week=starts) if starts and numbers.get("on") else ""
        name = heading
        if language == "zh":
            with suppress(KeyError):  # a file for which the glossary has no term keeps its name
                name = f"{heading}（{zh(heading)}）"
        text = words.heading.format(name=name, count=len(declared), levers=levers, since=since)
        lines.append(
            f"  {state:<{width}} {text}" if language == "en" else f"  {state or '  '} {text}"
        )
    return lines


def header(scenario: Scenario, language: str | None = None) -> list[str]:
    """Return title and description, in both languages where none is named."""
    english = (scenario.title or scenario.name, scenario.description)
    chinese = (scenario.title_zh, scenario.description_zh)
    if language is None:
        ordered = (english[0], chinese[0], english[1], chinese[1])
        return [line for line in ordered if line]
    return [line for line in (chinese if language == "zh" and any(chinese) else english) if line]


def explain(scenario: Scenario, language: str = "en") -> str:
    """Return the scenario in words: its differences from the base, its stories.

    The base is described by its headings, with what is switched on.

    Raises:
        InputError: an unknown language.
    """
    if language not in LANGUAGES:
        raise InputError(f'--lang {shown(language)} is not one of "en", "zh".')
    words = WORDS[language]
    lines = [*header(scenario, None if language == "en" else language), ""]
    differences = scenario.differences(load(BASE))
    if not differences and scenario.name == BASE:
        lines += [words.base, *heading_lines(scenario, language)]
    elif not differences:
        lines.append(words.same.format(base=BASE))
    else:
        count = len(differences)
        lines.append(words.differs.format(base=BASE, count=count, s="s" if count > 1 else ""))
        lines += [f"- {sentence(difference, language)}" for difference in differences]
    if scenario.story:
        lines += ["", words.stories]
        lines += [f"- {story_sentence(need, language)}" for need in scenario.story]
    return "\n".join(lines)


# --- Finding numbers -----------------------------------------------------------------------------


def found_numbers(scenario: Scenario, words: Sequence[str]) -> list[dict[str, Any]]:
    """Return every number of the model of which all words are said, in either language.

    A word is looked for in the path, the unit, the source and the meaning; case does not matter.

    Returns:
        path, value in the scenario, unit, range, what it rests on, and meanings, one mapping each.
    """
    wanted = [word.casefold() for word in words]
    found = []
    for path, entry in entries().items():
        declared = entry.declared
        told = {
            "path": path,
            "value": worded(scenario.value(path), declared),
            "value_zh": worded(scenario.value(path), declared, "zh"),
            "range": range_of(declared),
            "rests_on": origin(declared),
            "meaning": declared.meaning,
            "meaning_zh": declared.meaning_zh,
        }
        said = "\n".join(told.values()).casefold()
        if all(word in said for word in wanted):
            found.append(told)
    return found


def range_of(declared: Number) -> str:
    """Return between which values a number must lie, and within which a study sweeps it."""
    if declared.kind == "switch":
        return "on, off"
    if declared.kind == "choice":
        return ", ".join(declared.options)
    bounds = f"{declared.low:g} to {declared.high:g}"
    if declared.sweep:
        bounds += f", swept {declared.sweep[0]:g} to {declared.sweep[1]:g}"
    return bounds


def numbers_text(found: Sequence[dict[str, Any]]) -> str:
    """Return numbers as text: path and value, then what they mean in both languages."""
    lines = []
    for told in found:
        lines += [
            f"{told['path']} = {told['value']}  [{told['range']}]  {told['rests_on']}",
            f"    {told['meaning']}",
            f"    {told['meaning_zh']}",
        ]
    return "\n".join(lines)
