"""A scenario: a TOML file turned into frozen, checked numbers.

A heading of the file is a file of this package (`[mechanisms.co_safety]` is
`sim/mechanisms/co_safety.py`), and a key under it is a number declared there. What a file does not
give keeps its declared default. `extends = "fengshu"` takes over everything from another
scenario, table by table and number by number. A named vector is a sub-table and is taken over
element by element::

    extends = "fengshu"
    title = "No points"

    [incentives.points]
    on = false

    [rules.needs.arrival]
    medical = 0.02

Every number is checked at the door: name, type, bounds, unit. An `InputError` says in one sentence
what is wrong, where, and what would be right.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sim.columns import AGES, DISPOSITIONS, DOMAINS, PARTY, Residents
from sim.engine.declare import Number, numbers_of
from sim.errors import InputError, code_point, did_you_mean, shown, steers
from sim.headings import headings, values_of
from sim.system.machine import memory

BASE = "fengshu"
"""The scenario that others are compared with."""

TEXTS = ("title", "title_zh", "description", "description_zh", "label", "label_zh")
"""Words about a scenario; they are never taken over from the scenario that it extends."""

TOP_LEVEL = ("extends", *TEXTS, "labels", "launch", "story")

FIRST_LAUNCH, LAST_LAUNCH = 1900, 2200
"""Years in which a programme may begin."""

LONGEST_RUN = 2000
"""Weeks of the programme that a run may last."""

LARGEST_FILE = 1_000_000
"""Bytes that a scenario file may have."""

BYTES_PER_ADULT = 550
"""Memory that one adult resident takes, ties and points included, at most; needs come on top."""

MOST_RESIDENTS = 50_000_000
"""Residents, minors included, that a run may have on any machine."""

HEADROOM = 0.75
"""Share of the machine's memory that a run may fill."""

LIKE_THE_BASE = 1.5
"""Times that a community may be larger or smaller than the default and keep its volumes unremarked."""

SUM_TOLERANCE = 1e-6


# --- The list of all numbers -----------------------------------------------------------------


class Entry(NamedTuple):
    """One number as a scenario knows it: a scalar, or one element of a named vector.

    Attributes:
        path: `heading.name`, or `heading.name.element` for an element of a vector.
        heading: the file it is declared in, such as `rules.reach`.
        name: the declared name.
        element: position in the vector, or None for a scalar.
        declared: the declaration.
    """

    path: str
    heading: str
    name: str
    element: int | None
    declared: Number

    @property
    def default(self) -> Any:
        """The declared default, as a plain Python value."""
        declared = self.declared
        return declared.default if self.element is None else declared.default[self.element]


@cache
def entries() -> dict[str, Entry]:
    """Return every number of every heading by its path, in the order of declaration."""
    found: dict[str, Entry] = {}
    for heading, cls in headings().items():
        for name, declared in numbers_of(cls).items():
            path = f"{heading}.{name}"
            if not declared.names:
                found[path] = Entry(path, heading, name, None, declared)
            for position, element in enumerate(declared.names):
                found[f"{path}.{element}"] = Entry(
                    f"{path}.{element}", heading, name, position, declared
                )
    return found


@cache
def vectors() -> dict[str, Number]:
    """Return every named vector by its path."""
    return {
        f"{heading}.{name}": declared
        for heading, cls in headings().items()
        for name, declared in numbers_of(cls).items()
        if declared.names
    }


def full_path(name: str) -> str:
    """Return the path that a name stands for: the path itself, or an ending that is unique.

    `points.half_life` stands for `incentives.points.half_life`. Where several numbers end alike,
    the one of the population is meant (`scale` is `population.scale`).

    Raises:
        InputError: no number, or more than one, goes by this name.
    """
    known = [*entries(), *vectors()]
    if name in known:
        return name
    ending = [path for path in known if path.endswith(f".{name}")]
    preferred = [path for path in ending if path == f"population.{name}"]
    if len(preferred) == 1 or len(ending) == 1:
        return (preferred or ending)[0]
    if ending:
        raise InputError(
            f"{shown(name)} could mean {' or '.join(ending[:6])}; give the longer name."
        )
    switches = [path for path in known if path in (f"{name}.on",) or path.endswith(f".{name}.on")]
    if switches:
        raise InputError(f'{shown(name)} is a heading, not a number; did you mean "{switches[0]}"?')
    endings = {".".join(path.split(".")[start:]) for path in known for start in range(3)} - {""}
    hint = did_you_mean(name, sorted(endings)) or "; `redmaple explain fengshu` lists the headings."
    raise InputError(f"no number is called {shown(name)}{hint}")


# --- Checks of one value ---------------------------------------------------------------------


def _bounds(declared: Number) -> str:
    low, high = f"{declared.low:.10g}", f"{declared.high:.10g}"
    return f"between {low} and {high} {declared.unit}"


def _memory_note(path: str, value: float) -> str:
    """Say what an absurd size would take; the other sizes are at their defaults."""
    sizes = {f"population.{key}" for key in ("residents", "communities", "scale")}
    if path not in sizes or not value > 0:
        return ""
    others = math.prod(entries()[other].default for other in sizes - {path})
    return f", and this would take about {memory_text(value * others * BYTES_PER_ADULT)} of memory"


def checked(entry: Entry, value: Any, where: str) -> Any:
    """Return one value as a plain Python number, word or boolean.

    Raises:
        InputError: wrong type, not finite, out of bounds, or not among the options.
    """
    declared = entry.declared
    if hasattr(value, "item") and not isinstance(value, (str, Mapping)):
        value = value.item()
    says = f"{where}: {entry.path} = {shown(value)}"
    if declared.kind == "switch":
        if value in ("on", "off") and isinstance(value, str):
            return value == "on"
        if not isinstance(value, bool):
            raise InputError(f"{says} is not true or false ({declared.meaning}).")
        return value
    if declared.kind == "choice":
        if not isinstance(value, str):
            raise InputError(f"{says} is not one of the words {_words(declared.options)}.")
        if value not in declared.options:
            hint = did_you_mean(value, declared.options) or "."
            raise InputError(f"{says} is not one of {_words(declared.options)}{hint}")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        kind = "a whole number" if declared.kind == "whole" else "a number"
        raise InputError(f"{says} is not {kind} {_bounds(declared)}.")
    if not (isinstance(value, int) or math.isfinite(value)):
        raise InputError(f"{says} is not a finite number; it must lie {_bounds(declared)}.")
    if not declared.low <= value <= declared.high:
        note = _memory_note(entry.path, float(max(-1e30, min(value, 1e30))))
        raise InputError(f"{says} is out of bounds: it must lie {_bounds(declared)}{note}.")
    if declared.kind == "whole":
        if isinstance(value, float):
            raise InputError(f"{says} is not a whole number {_bounds(declared)}.")
        return value
    return float(value) + 0.0


def _words(options: Sequence[str]) -> str:
    return ", ".join(f'"{option}"' for option in options)


def _checked_vector(path: str, value: Any, where: str) -> Iterator[tuple[str, Any]]:
    declared = vectors()[path]
    if isinstance(value, Mapping):
        for element, item in value.items():
            if element not in declared.names:
                hint = did_you_mean(element, declared.names) or "."
                raise InputError(
                    f"{where}: {path} has no element {shown(element)}, it has "
                    f"{_words(declared.names)}{hint}"
                )
            entry = entries()[f"{path}.{element}"]
            yield entry.path, checked(entry, item, where)
        return
    if isinstance(value, (list, tuple)) and len(value) == len(declared.names):
        for element, item in zip(declared.names, value, strict=True):
            entry = entries()[f"{path}.{element}"]
            yield entry.path, checked(entry, item, where)
        return
    raise InputError(
        f"{where}: {path} = {shown(value)} must be a table with the elements "
        f"{_words(declared.names)}, each {_bounds(declared)}."
    )


def _check_sums(values: Mapping[str, Any], where: str) -> None:
    for path, declared in vectors().items():
        if declared.total is None:
            continue
        parts = {name: values[f"{path}.{name}"] for name in declared.names}
        total = math.fsum(parts.values())
        if abs(total - declared.total) > SUM_TOLERANCE * max(1.0, abs(declared.total)):
            listed = " + ".join(f"{name} {part:g}" for name, part in parts.items())
            raise InputError(
                f"{where}: the elements of {path} must sum to {declared.total:g} but sum to "
                f"{total:g} ({listed})."
            )


# --- Needs that a scenario injects -----------------------------------------------------------

WHO_WORDS = {"age": AGES, "party": PARTY, "disposition": DISPOSITIONS}
WHO_SWITCHES = (
    "migrant",
    "owner",
    "low_income",
    "tertiary",
    "children",
    "alone",
    "frail",
    "online",
    "key_care",
)
"""Attributes of a resident that a story may ask for; `children` means looks after a minor."""


@dataclass(frozen=True, slots=True)
class StoryNeed:
    """A need that the scenario makes arise, so that its course can be followed.

    Attributes:
        week: programme week in which it arises, from 0.
        domain: one of `columns.DOMAINS`.
        urgent: skips meetings.
        who: attributes of its owner with their values; the first matching resident by an
            addressed lot is taken.
        hours: hours of service it takes, or None for what its domain usually takes.
        count: how many residents have it, each a different one.
        label: a few words for reports.
    """

    week: int
    domain: str
    urgent: bool = False
    who: tuple[tuple[str, str | bool], ...] = ()
    hours: float | None = None
    count: int = 1
    label: str = ""

    def matches(self, residents: Residents) -> Any:
        """Return a boolean array: True for residents whom the story may happen to."""
        fits = residents.age == residents.age
        for attribute, wanted in self.who:
            column = getattr(residents, attribute)
            if attribute in WHO_WORDS:
                fits = fits & (column == WHO_WORDS[attribute].index(str(wanted)))
            else:
                fits = fits & ((column != 0) == wanted)
        return fits


_STORY_KEYS = ("week", "domain", "urgent", "who", "hours", "count", "label")


def _story_need(item: Any, where: str) -> StoryNeed:
    if not isinstance(item, dict):
        raise InputError(f"{where}: each [[story]] must be a table with {_words(_STORY_KEYS)}.")
    for key in item:
        if key not in _STORY_KEYS:
            hint = did_you_mean(key, _STORY_KEYS) or f"; it has {_words(_STORY_KEYS)}."
            raise InputError(f"{where}: [[story]] has no key {shown(key)}{hint}")
    for key in ("week", "domain"):
        if key not in item:
            raise InputError(f'{where}: a [[story]] must give its "{key}".')
    week = _story_number(item["week"], "week", "weeks", 0, LONGEST_RUN, True, where)
    count = _story_number(item.get("count", 1), "count", "residents", 1, 100_000, True, where)
    hours = item.get("hours")
    if hours is not None:
        hours = float(_story_number(hours, "hours", "hours", 0.1, 168, False, where))
    domain = item["domain"]
    if domain not in DOMAINS:
        hint = did_you_mean(domain, DOMAINS) or "."
        raise InputError(
            f"{where}: story.domain = {shown(domain)} is not one of {_words(DOMAINS)}{hint}"
        )
    urgent = item.get("urgent", False)
    if not isinstance(urgent, bool):
        raise InputError(f"{where}: story.urgent = {shown(urgent)} is not true or false.")
    label = item.get("label", "")
    if not isinstance(label, str):
        raise InputError(f"{where}: story.label = {shown(label)} is not a text in quotes.")
    label = _text("story.label", label, where)
    who = _story_who(item.get("who", {}), where)
    return StoryNeed(int(week), domain, urgent, who, hours, int(count), label)


def _story_number(
    value: Any, key: str, unit: str, low: float, high: float, whole: bool, where: str
) -> Any:
    kind = "a whole number" if whole else "a number"
    right_type = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not right_type or not low <= value <= high:
        raise InputError(
            f"{where}: story.{key} = {shown(value)} is not {kind} between {low:g} and {high:g} "
            f"{unit}."
        )
    return value


def _story_who(who: Any, where: str) -> tuple[tuple[str, str | bool], ...]:
    if not isinstance(who, dict):
        raise InputError(
            f"{where}: story.who = {shown(who)} must be a table of attributes such as "
            '{age = "elderly", alone = true}.'
        )
    valid = (*WHO_WORDS, *WHO_SWITCHES)
    for attribute, wanted in who.items():
        if attribute not in valid:
            hint = did_you_mean(attribute, valid) or f"; it has {_words(valid)}."
            raise InputError(f"{where}: story.who has no attribute {shown(attribute)}{hint}")
        says = f"{where}: story.who.{attribute} = {shown(wanted)}"
        if attribute in WHO_SWITCHES and not isinstance(wanted, bool):
            raise InputError(f"{says} is not true or false.")
        if attribute in WHO_WORDS and wanted not in WHO_WORDS[attribute]:
            raise InputError(f"{says} is not one of {_words(WHO_WORDS[attribute])}.")
    return tuple(sorted(who.items()))


# --- The scenario ----------------------------------------------------------------------------


class Difference(NamedTuple):
    """One number in which two scenarios differ."""

    path: str
    base: Any
    own: Any
    declared: Number


@dataclass(frozen=True)
class Scenario:
    """A checked scenario; it can be hashed, compared and sent to another process.

    Attributes:
        name: the file's name without its ending.
        path: the file, or None for one made from text.
        chain: the files it was read from, the most basic first.
        given: path and value of each number that the files (or overrides) give, in the order of
            declaration.
        story: needs that it makes arise.
        launch: the Monday of the first week of the programme, or None where weeks have no dates.
        title, title_zh, description, description_zh, label, label_zh: words about it.
        labels: further keywords.
    """

    name: str
    path: Path | None = None
    chain: tuple[Path, ...] = ()
    given: tuple[tuple[str, Any], ...] = ()
    story: tuple[StoryNeed, ...] = ()
    launch: date | None = None
    title: str = ""
    title_zh: str = ""
    description: str = ""
    description_zh: str = ""
    label: str = ""
    label_zh: str = ""
    labels: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """What the files give: heading, then name, then plain value (a dict for a vector)."""
        return _nested(dict(self.given))

    def flat(self) -> dict[str, Any]:
        """Return every number of the model by its path, defaults included."""
        given = dict(self.given)
        return {path: given.get(path, entry.default) for path, entry in entries().items()}

    def resolved(self) -> dict[str, dict[str, Any]]:
        """Return every number of the model: heading, then name, then plain value."""
        return _nested(self.flat())

    def numbers(self) -> dict[str, Any]:
        """Return what rules receive: for each heading its `NamedTuple` of typed values."""
        resolved = self.resolved()
        return {
            heading: values_of(
                cls,
                {
                    name: tuple(value.values()) if isinstance(value, dict) else value
                    for name, value in resolved[heading].items()
                }
                if heading in resolved
                else {},
            )
            for heading, cls in headings().items()
        }

    def value(self, name: str) -> Any:
        """Return one number by its path or by a unique ending of it."""
        path, given = full_path(name), dict(self.given)
        if path in vectors():
            flat = self.flat()
            return {element: flat[f"{path}.{element}"] for element in vectors()[path].names}
        return given.get(path, entries()[path].default)

    def with_overrides(self, changes: Mapping[str, Any], where: str = "override") -> Scenario:
        """Return this scenario with some numbers changed.

        Args:
            changes: value by path (`incentives.points.half_life`), by path of a vector's element
                (`rules.needs.arrival.medical`), or by an ending of it that is unique (`scale`).
                A vector takes a table of elements or all of them in order.
            where: what an error message calls the place the changes come from.

        Raises:
            InputError: unknown name, or a value that does not pass its check.
        """
        values = dict(self.given)
        once(changes, where)
        for name, value in changes.items():
            try:
                path = full_path(name)
            except InputError as error:
                raise InputError(f"{where}: {error}") from None
            if path in vectors():
                values.update(_checked_vector(path, value, where))
            else:
                values[path] = checked(entries()[path], value, where)
        changed = replace(self, given=_ordered(values))
        _check_sums(changed.flat(), where)
        check_together(changed, where)
        return changed

    def differences(self, base: Scenario) -> list[Difference]:
        """Return the numbers in which this scenario differs from another."""
        before, own = base.flat(), self.flat()
        return [
            Difference(path, before[path], own[path], entry.declared)
            for path, entry in entries().items()
            if own[path] != before[path]
        ]

    def resting(self, path: str) -> str:
        """Return why a number changes nothing as things stand, or nothing where it acts.

        A heading rests whose `on` is off, or one of whose choices says `off`; a number that acts under
        one choice alone rests under the others.
        """
        declared = vectors()[path] if path in vectors() else entries()[path].declared
        heading, _, key = path.rpartition(".")
        if heading in vectors():  # an element of a table
            heading, _, key = heading.rpartition(".")
        own = self.resolved()[heading]
        if key != "on" and own.get("on") is False:
            return f"{heading}.on is off"
        for name, value in own.items():
            if value == "off" and name != key:
                return f"{heading}.{name} is off"
        choice, _, wanted = declared.acts_if.partition("=")
        if choice and own[choice] != wanted:
            return f"{heading}.{choice} is {own[choice]}, not {wanted}"
        return ""

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of all that bears on a result: numbers and stories."""
        content = {
            "numbers": self.flat(),
            "story": [
                [need.week, need.domain, need.urgent, list(need.who), need.hours, need.count]
                for need in self.story
            ],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def to_toml(self) -> str:
        """Return a complete scenario file: every number written out, nothing extended."""
        lines = [
            f"{key} = {_toml(getattr(self, key))}" for key in TEXTS if getattr(self, key) != ""
        ]
        if self.labels:
            lines.append(f"labels = {_toml(list(self.labels))}")
        if self.launch is not None:
            lines.append(f"launch = {self.launch}")
        for need in self.story:
            lines += ["", "[[story]]", *_story_lines(need)]
        for heading, numbers in self.resolved().items():
            scalars = {k: v for k, v in numbers.items() if not isinstance(v, dict)}
            lines += ["", f"[{heading}]", *(f"{k} = {_toml(v)}" for k, v in scalars.items())]
            for name, vector in numbers.items():
                if isinstance(vector, dict):
                    lines += ["", f"[{heading}.{name}]"]
                    lines += [f"{k} = {_toml(v)}" for k, v in vector.items()]
        return "\n".join(lines).lstrip("\n") + "\n"


def _nested(flat: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    nested: dict[str, dict[str, Any]] = {}
    for path, value in flat.items():
        entry = entries()[path]
        table = nested.setdefault(entry.heading, {})
        if entry.element is None:
            table[entry.name] = value
        else:
            table.setdefault(entry.name, {})[entry.declared.names[entry.element]] = value
    return nested


def _ordered(values: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((path, values[path]) for path in entries() if path in values)


def _story_lines(need: StoryNeed) -> Iterator[str]:
    yield f"week = {need.week}"
    yield f"domain = {_toml(need.domain)}"
    yield f"urgent = {_toml(need.urgent)}"
    yield f"count = {need.count}"
    if need.hours is not None:
        yield f"hours = {_toml(need.hours)}"
    if need.label:
        yield f"label = {_toml(need.label)}"
    if need.who:
        yield "who = { " + ", ".join(f"{k} = {_toml(v)}" for k, v in need.who) + " }"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return repr(value)


# --- Files -----------------------------------------------------------------------------------


def folder() -> Path:
    """Return the folder of the scenarios that come with the package."""
    installed = Path(__file__).parent / "_scenarios"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "scenarios"


def available() -> list[str]:
    """Return the names of the scenarios that come with the package, the base first."""
    names = sorted(path.stem for path in folder().glob("*.toml"))
    return sorted(names, key=lambda name: name != BASE)


def titles() -> dict[str, dict[str, str]]:
    """Return title and description of the scenarios that come with the package, unchecked."""
    found = {}
    for name in available():
        table = _read(folder() / f"{name}.toml")
        found[name] = {key: str(table.get(key, "")) for key in TEXTS}
    return found


def display(path: Path) -> str:
    """Return a file's name as a message shows it: relative where it lies below this folder."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere, or not to be reached
        return str(path)


def find(argument: str | Path, beside: Path | None = None) -> Path:
    """Return the file that an argument or an `extends` means.

    A bare word is the name of a scenario that comes with the package; anything with a `/` or the
    ending `.toml` is a path, relative to `beside` (the folder of the file that extends it).

    Raises:
        InputError: there is no such file, or it is a folder.
    """
    text = str(argument)
    if not text.strip():
        raise InputError("a scenario's name or path must not be empty.")
    if unseen := next((character for character in text if steers(character)), ""):
        raise InputError(
            f"cannot read {shown(text)}: a file's name must not hold the character "
            f"{code_point(unseen)}."
        )
    bare = "/" not in text and os.sep not in text
    ending = text.endswith(".toml")
    try:
        packaged = folder() / (text if ending else f"{text}.toml")
        if bare and not ending and packaged.is_file():
            return packaged
        path = (beside or Path()) / Path(text).expanduser()
        if path.is_dir():
            raise InputError(
                f"{shown(text)} is a folder, not a scenario file; give a .toml file in it."
            )
        if path.is_file():
            path.resolve()
            return path
        if path.exists():
            raise InputError(f"{shown(text)} is not an ordinary file; give a .toml file.")
        if bare and packaged.is_file():
            return packaged
        beside_it = [other.name for other in path.parent.glob("*.toml")]
    except OSError as error:
        raise InputError(f"cannot read {shown(text)}: {error.strerror}.") from None
    except RuntimeError:  # `~` before a name that nobody has, or links that go round
        raise InputError(f"cannot read {shown(text)}: its path leads nowhere.") from None
    if bare and not ending:
        hint = did_you_mean(text, available()) or "; `redmaple scenarios` lists those there are."
        raise InputError(f"there is no scenario {shown(text)}{hint}")
    hint = did_you_mean(path.name, beside_it) or "."
    raise InputError(f"there is no file {display(path)}{hint}")


def _read(path: Path) -> dict[str, Any]:
    where = display(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"cannot read {where}: {error.strerror}.") from None
    if len(content) > LARGEST_FILE:
        raise InputError(
            f"{where} cannot be a scenario: it has more than the {LARGEST_FILE:,} bytes that one "
            "may have."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{where} is not UTF-8 text (line {line}); save it as UTF-8.") from None
    return _parsed(text, where)


_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){30}""")
"""A key of more parts than any number has; reading one takes time with the square of its parts."""


def _parsed(text: str, where: str) -> dict[str, Any]:
    if long_key := _LONG_KEY.search(text):
        line = text.count("\n", 0, long_key.start()) + 1
        raise InputError(
            f"{where} is not a scenario: line {line} has a name of more than 30 parts, "
            f"{shown(long_key[0])}"
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{where} is not a scenario: its tables are nested too deep.") from None
    except ValueError as error:
        raise InputError(f"{where} is not valid TOML: {str(error).rstrip('.')}.") from None


def _given(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the checked numbers of one file by path."""
    values: dict[str, Any] = {}
    known = headings()
    folders = {heading.partition(".")[0] for heading in known if "." in heading}
    for key, content in table.items():
        if key in TOP_LEVEL:
            continue
        if key in known:
            values.update(_heading_given(key, content, where))
        elif key in folders:
            if not isinstance(content, dict):
                raise InputError(
                    f"{where}: {key} = {shown(content)} must be tables such as [{key}.name]."
                )
            for name, numbers in content.items():
                heading = f"{key}.{name}"
                if heading not in known:
                    raise InputError(f"{where}: {_unknown_heading(heading)}")
                values.update(_heading_given(heading, numbers, where))
        else:
            raise InputError(f"{where}: {_unknown_heading(key)}")
    return values


def _unknown_heading(heading: str) -> str:
    known = [*headings(), *TOP_LEVEL]
    stem = heading.rpartition(".")[2]
    same_stem = [name for name in known if name.rpartition(".")[2] == stem]
    if same_stem:
        return f'there is no heading {shown(heading)}; did you mean "{same_stem[0]}"?'
    stems = {name.rpartition(".")[2]: name for name in known}
    hint = did_you_mean(heading, known)
    if not hint and (near := did_you_mean(stem, stems)):
        hint = f'; did you mean "{stems[near.split(chr(34))[1]]}"?'
    return f"there is no heading or key {shown(heading)}{hint or '.'}"


def _heading_given(heading: str, content: Any, where: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise InputError(f"{where}: {heading} = {shown(content)} must be a table [{heading}].")
    names = numbers_of(headings()[heading])
    values: dict[str, Any] = {}
    for name, value in content.items():
        path = f"{heading}.{name}"
        if name not in names:
            elsewhere = [other for other in entries() if other.endswith(f".{name}")]
            hint = did_you_mean(name, names)
            if not hint and elsewhere:
                hint = f'; did you mean "{elsewhere[0]}"?'
            raise InputError(f"{where}: [{heading}] has no number {shown(name)}{hint or '.'}")
        if path in vectors():
            if not isinstance(value, dict):
                raise InputError(
                    f"{where}: {path} = {shown(value)} must be a table [{path}] with the elements "
                    f"{_words(vectors()[path].names)}."
                )
            values.update(_checked_vector(path, value, where))
        else:
            values[path] = checked(entries()[path], value, where)
    return values


def _texts(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for key in TEXTS:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise InputError(f"{where}: {key} = {shown(value)} is not a text in quotes.")
        texts[key] = _text(key, value, where)
    labels = table.get("labels", [])
    if not isinstance(labels, list) or not all(isinstance(item, str) for item in labels):
        raise InputError(f"{where}: labels = {shown(labels)} is not a list of texts.")
    texts["labels"] = tuple(_text("labels", label, where) for label in labels)
    return texts


def _text(key: str, value: str, where: str) -> str:
    """Return a text for people to read, in one line; what a terminal would obey is refused."""
    if unseen := next((character for character in value if steers(character)), ""):
        raise InputError(
            f"{where}: {key} = {shown(value)} must not hold the character {code_point(unseen)}, "
            "which is not for reading."
        )
    return " ".join(value.split())


def _launch(table: Mapping[str, Any], where: str) -> date | None:
    value = table.get("launch")
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise InputError(f"{where}: launch = {shown(value)} is not a date such as 2023-07-03.")
    if value is not None and (value.weekday() or not FIRST_LAUNCH <= value.year <= LAST_LAUNCH):
        raise InputError(
            f"{where}: launch = {value} ({value:%A}) must be a Monday of the years {FIRST_LAUNCH} to "
            f"{LAST_LAUNCH}, the first day of the first week."
        )
    return value


def _stories(table: Mapping[str, Any], where: str) -> tuple[StoryNeed, ...]:
    items = table["story"]
    if not isinstance(items, list):
        raise InputError(f"{where}: write a story as [[story]], with double brackets.")
    return tuple(_story_need(item, where) for item in items)


def _extended(table: Mapping[str, Any], where: str) -> str | None:
    parent = table.get("extends")
    if parent is not None and (not isinstance(parent, str) or not parent.strip()):
        raise InputError(
            f"{where}: extends = {shown(parent)} must be the name or the path of a scenario."
        )
    return parent


def _assemble(tables: Sequence[tuple[str, Mapping[str, Any]]], **identity: Any) -> Scenario:
    """Merge checked tables, the most basic first; words come from the last alone."""
    values: dict[str, Any] = {}
    story: tuple[StoryNeed, ...] = ()
    launch: date | None = None
    for where, table in tables:
        values.update(_given(table, where))
        launch = _launch(table, where) or launch
        if "story" in table:
            story = _stories(table, where)
    where, last = tables[-1]
    scenario = Scenario(
        given=_ordered(values), story=story, launch=launch, **identity, **_texts(last, where)
    )
    _check_sums(scenario.flat(), where)
    check_together(scenario, where)
    return scenario


def _chain(path: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Return a file and all that it extends as (file, table), the most basic first."""
    files: list[tuple[Path, dict[str, Any]]] = []
    following: Path | None = path
    while following is not None:
        current = following.resolve()
        seen = [file for file, _ in files]
        if current in seen:
            circle = " -> ".join(file.name for file in [*seen[seen.index(current) :], current])
            raise InputError(f"{display(seen[-1])}: extends goes round in a circle: {circle}.")
        table = _read(current)
        files.append((current, table))
        parent = _extended(table, display(current))
        try:
            following = None if parent is None else find(parent, beside=current.parent)
        except InputError as error:
            raise InputError(f"{display(current)}: extends: {error}") from None
    return files[::-1]


def load(argument: str | Path = BASE, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Read, merge and check a scenario.

    Args:
        argument: the name of a scenario that comes with the package, or a path.
        changes: numbers to change afterwards, as for `Scenario.with_overrides`.

    Raises:
        InputError: anything about the files or the changes that is not right.
    """
    path = find(argument)
    files = _chain(path)
    scenario = _assemble(
        [(display(file), table) for file, table in files],
        name=path.stem,
        path=files[-1][0],
        chain=tuple(file for file, _ in files),
    )
    return scenario.with_overrides(changes) if changes else scenario


def parse(text: str, name: str = "scenario") -> Scenario:
    """Check a scenario given as TOML text; it may extend another.

    Raises:
        InputError: anything about the text that is not right.
    """
    table = _parsed(text, name)
    parent = _extended(table, name)
    files = [] if parent is None else _chain(find(parent))
    return _assemble(
        [*((display(file), above) for file, above in files), (name, table)],
        name=name,
        chain=tuple(file for file, _ in files),
    )


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def once(names: Iterable[str], where: str) -> None:
    """Check that names mean different numbers, however they are spelled; unknown ones are let pass.

    Raises:
        InputError: two mean one number, or one is an element of another's table.
    """
    known: dict[str, str] = {}
    for name in names:
        try:
            path = full_path(name)
        except InputError:
            continue
        table = path.rpartition(".")[0]
        inside = (
            [f"{path}.{element}" for element in vectors()[path].names] if path in vectors() else []
        )
        for other in (path, table, *inside):
            if other in known:
                raise InputError(
                    f"{where}: {shown(known[other])} and {shown(name)} set one number, "
                    f"{path if other == table else other}; give it once."
                )
        known[path] = name


def parse_set(text: str) -> tuple[str, Any]:
    """Split `table.key=value`; the value is TOML, or a bare word.

    Raises:
        InputError: there is no `=`, or no key before it.
    """
    name, equals, written = text.partition("=")
    name, written = name.strip(), written.strip()
    if not equals or not name or not written:
        raise InputError(
            f"--set wants table.key=value, such as population.scale=0.1, not {text!r}."
        )
    try:
        parsed = tomllib.loads(f"value = {written}")
    except (ValueError, RecursionError):
        parsed = {}
    if set(parsed) == {"value"}:
        return name, parsed["value"]
    if _NUMBER.fullmatch(written):
        return name, float(written)
    if written in ("True", "False"):
        return name, written == "True"
    return name, written


# --- Checks of numbers together --------------------------------------------------------------


def check_together(scenario: Scenario, where: str) -> None:
    """Check what no single number's bounds can: numbers that must fit each other.

    Raises:
        InputError: two numbers contradict each other.
    """
    flat = scenario.flat()
    p = {path.removeprefix("population."): value for path, value in flat.items()}
    shares = {key: p[key] for key in ("young", "middle", "elderly")}
    if math.fsum(shares.values()) > 1 + SUM_TOLERANCE:
        raise InputError(
            f"{where}: population.young, middle and elderly sum to {sum(shares.values()):.4g} "
            "of residents, and can sum to at most 1; the remainder are minors."
        )
    nested = ("affordable_compounds", "compounds", "grids", "micro_grids")
    for fewer, more in pairwise(nested):
        if p[fewer] > p[more]:
            raise InputError(
                f"{where}: population.{fewer} = {p[fewer]} is more than population.{more} = "
                f"{p[more]}, and each needs at least one."
            )
    if p["households"] > p["residents"]:
        raise InputError(
            f"{where}: population.households = {p['households']} is more than "
            f"population.residents = {p['residents']}, and nobody could live in some of them."
        )
    adult = math.floor(p["residents"] * sum(shares.values()))
    for keys in (
        ("registered_members", "floating_members", "dual_registered"),
        ("initial_mediators",),
    ):
        persons = sum(p[key] for key in keys)
        if persons > adult:
            raise InputError(
                f"{where}: population.{' + '.join(keys)} = {persons} persons is more than the "
                f"{adult} adult residents."
            )


class Volume(NamedTuple):
    """A volume that is still that of the default community, though the community is not its size."""

    path: str
    value: float
    in_proportion: float
    declared: Number


def volumes_of_the_default(scenario: Scenario) -> list[Volume]:
    """Return the volumes at their defaults, where the community is much larger or smaller.

    A volume is a number that a larger community has more of: staff, grants, tasks, hazards. Within
    `LIKE_THE_BASE` times the default number of residents nothing is returned.
    """
    size = "population.residents"
    flat, known = scenario.flat(), entries()
    ratio = flat[size] / known[size].default
    if 1 / LIKE_THE_BASE <= ratio <= LIKE_THE_BASE:
        return []
    return [
        Volume(path, float(flat[path]), float(flat[path]) * ratio, entry.declared)
        for path, entry in known.items()
        if entry.declared.volume and flat[path] == entry.default and flat[path]
    ]


def people(scenario: Scenario) -> int:
    """Return how many residents, minors included, a run stands for in its agents."""
    sizes = ("residents", "communities", "scale")
    return math.ceil(math.prod(float(scenario.value(f"population.{size}")) for size in sizes))


def memory_text(size: float) -> str:
    """Return a number of bytes in words: `13 MB`, `450 GB`."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} PB" if size < 1e6 else "more memory than exists"


def machine_memory() -> float:
    """Return the memory that this process may use, in bytes; infinite where it cannot be known."""
    known = memory()
    return math.inf if known is None else known


def memory_needed(scenario: Scenario) -> float:
    """Return the memory that the residents of a run take, in bytes."""
    adult = sum(scenario.value(f"population.{age}") for age in ("young", "middle", "elderly"))
    return BYTES_PER_ADULT * people(scenario) * float(adult)


def check_size(scenario: Scenario) -> None:
    """Check that the community fits this machine.

    Raises:
        InputError: it would not fit in memory, with the memory that it would need.
    """
    needed, allowed = memory_needed(scenario), HEADROOM * machine_memory()
    product = " x ".join(
        f"{key} {scenario.value(f'population.{key}'):g}"
        for key in ("residents", "communities", "scale")
    )
    says = (
        f"{scenario.name}: {people(scenario):,} residents ({product}) would need about "
        f"{memory_text(needed)} of memory"
    )
    if people(scenario) > MOST_RESIDENTS:
        raise InputError(f"{says}; at most {MOST_RESIDENTS:,} are allowed, lower the scale.")
    if needed > allowed:
        raise InputError(
            f"{says} and this machine can give {memory_text(allowed)}; lower population.scale."
        )
