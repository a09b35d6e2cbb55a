"""Motivation, habit, fatigue, and leaving the volunteer register (S9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    MODE_COUNT,
    MODES,
    Residents,
)
from sim.engine import numerics, randomness
from sim.engine.compiled import loop, rule
from sim.engine.declare import number
from sim.engine.steps import each
from sim.records import mean_among, outcome, total
from sim.rules.participation import has_acted
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.incentives.honours import Honours
    from sim.model import Community

EXPERIENCE = randomness.decision("motivation.experience")
EXIT = randomness.decision("motivation.exit")


class Motivation(NamedTuple):
    """How fast inner states move."""

    recovery: float = number(0.02, "share per week", 0, 0.2, "assumption", "S9").means(
        "of the gap to a resident's own baseline that intrinsic motivation closes",
        "内在动机每周向本人基线恢复的比例",
    )
    recognition: float = number(0.02, "per act", 0, 0.1, "literature", "E16").means(
        "gain in motivation from the best experience of an act; the worst loses as much",
        "最好的一次行动体验带来的动机增量；最差的减去同样多",
    )
    experience_mean: float = number(0.6, "0-1", 0, 1, "assumption", "S9").means(
        "how well an act is experienced on average", "一次行动的平均体验"
    )
    experience_spread: float = number(0.6, "0-1", 0, 1, "assumption", "S9").means(
        "width of the range of experiences", "行动体验的变动范围"
    )
    habit_gain: float = number(0.06, "share per act", 0.02, 0.15, "literature", "E32").means(
        "of the gap to a full habit that one act closes", "一次行动使习惯与满值差距缩小的比例"
    )
    habit_fading: float = number(0.02, "share per week", 0.005, 0.05, "literature", "E32").means(
        "of a habit that a week without the act takes", "一周没有该行动，习惯减少的比例"
    )
    fatigue_fading: float = number(0.9, "share per week", 0.5, 1, "assumption", "S9").means(
        "of fatigue that is left a week later", "一周后仍保留的疲劳比例"
    )
    fatigue_per_hour: float = number(0.03, "per hour", 0, 0.2, "assumption", "S9").means(
        "fatigue that one hour given adds", "每付出一小时增加的疲劳"
    )
    exit_hazard: float = number(0.0084, "per week", 0.004, 0.015, "literature", "E41").means(
        "of leaving the volunteer register, at average motivation and without fatigue",
        "动机平均、没有疲劳时每周退出志愿者名册的概率",
    )
    exit_fatigue: float = number(1.0, "log per unit", 0, 3, "literature", "E41").means(
        "by which fatigue raises the exit hazard", "疲劳使退出概率上升的程度"
    )
    exit_motivation: float = number(1.0, "log per unit", 0, 3, "assumption", "S9").means(
        "by which motivation above one half lowers the exit hazard",
        "高于一半的动机使退出概率下降的程度",
    )


@rule
def experience(p: Motivation, chance: Any) -> Any:
    """How an act is experienced, in [0, 1], given the addressed draw `chance`."""
    felt = p.experience_mean + p.experience_spread * (chance - 0.5)
    return min(max(felt, 0.0), 1.0)


@rule
def lift(p: Motivation, experienced: Any) -> Any:
    """What one act does to motivation: up after a good experience, down after a bad one."""
    return p.recognition * (experienced - 0.5)


@rule
def next_motivation(p: Motivation, motivation: Any, baseline: Any, nudge: Any) -> Any:
    """Motivation a week later: drawn to its baseline, moved by what the week brought (S9).

    > M ← M + r_M (M0 − M) + nudges,  held in [0, 1],
    """
    moved = motivation + p.recovery * (baseline - motivation) + numerics.from_millionths(nudge)
    return min(max(moved, 0.0), 1.0)


@rule
def next_habit(p: Motivation, habit: Any, acted: Any) -> Any:
    """Habit a week later: an act closes part of the gap to one, a week without it fades.

    > H_k ← H_k + a (1 − H_k) after an act, else (1 − d) H_k,
    """
    grown = habit + p.habit_gain * (1.0 - habit)
    faded = habit - p.habit_fading * habit
    return grown if acted else faded


@rule
def next_fatigue(p: Motivation, fatigue: Any, hours: Any) -> Any:
    """Fatigue a week later: most of it stays, and hours given add to it; held at 3.

    > Φ ← min(3, f Φ + c · hours).
    """
    return min(p.fatigue_fading * fatigue + p.fatigue_per_hour * hours, 3.0)


@rule
def exit_chance(
    p: Motivation, honour_effect: Any, fatigue: Any, motivation: Any, honour: Any
) -> Any:
    """Chance of leaving the register this week; a fresh honour lowers it (S8, E39)."""
    return p.exit_hazard * numerics.exp(
        p.exit_fatigue * fatigue - p.exit_motivation * (motivation - 0.5) + honour_effect * honour
    )


@each(Residents, where="acted")
def feel_acts(r: Residents, p: Motivation, now: Community) -> None:
    """Experience what was done this week (S9)."""
    felt = experience(p, randomness.draw(now.seed, EXPERIENCE, now.week, r.row))
    r.nudge += numerics.millionths(lift(p, felt))


@each(Residents)
def change_mind(r: Residents, p: Motivation) -> None:
    """Move motivation, fatigue and habits by one week (S9)."""
    r.motivation = next_motivation(p, r.motivation, r.baseline_motivation, r.nudge)
    r.fatigue = next_fatigue(p, r.fatigue, r.hours)
    for mode in range(MODE_COUNT):
        r.habit[mode] = next_habit(p, r.habit[mode], has_acted(r, mode))


@each(Residents, where="registered")
def leave_register(r: Residents, p: Motivation, p_honours: Honours, now: Community) -> Any:
    """Leave the volunteer register or stay; return whether the resident leaves (S9)."""
    chance = exit_chance(p, p_honours.exit_effect, r.fatigue, r.motivation, r.honour)
    idle = r.acted == 0
    leaves = idle & (randomness.draw(now.seed, EXIT, now.week, r.row) < chance)
    if leaves:
        r.registered = False
        r.mediator = False
    return leaves


def learn(community: Community) -> None:
    """Let the week's acts change motivation, habits and fatigue; let some leave the register."""
    feel_acts(community)
    change_mind(community)
    community.state.motivation.left = leave_register(community)


@loop
def add_up(residents: Residents, habits: Any) -> Any:
    """Write the sum of each habit; return that of motivation."""
    for mode in range(len(habits)):
        habits[mode] = total(residents.habit[mode])
    return total(residents.motivation)


@dataclass
class State:
    """How many left the register this week."""

    left: int = 0


def begin(community: Community) -> State:
    """Start with nobody having left."""
    return State()


HABITS = tuple(f"habit_{mode}" for mode in MODES)

RECORDS = {
    "register_exits": outcome("residents", "sum", scaled=True).means(
        "residents who left the volunteer register", "退出志愿者名册的居民"
    ),
    "motivation": outcome("0-1", "last").means("mean intrinsic motivation", "平均内在动机"),
    "fatigue": outcome("index", "last").means("mean fatigue of volunteers", "志愿者的平均疲劳"),
    **{
        name: outcome("0-1", "last").means(
            f"mean habit of {mode}", f"{zh(f'MODES.{mode}')}的平均习惯"
        )
        for name, mode in zip(HABITS, MODES, strict=True)
    },
}


def observe(community: Community) -> dict[str, float]:
    """Return means over residents."""
    residents, habits = community.residents, np.empty(len(MODES), np.float64)
    motivation = add_up(residents, habits)
    everybody = len(residents.motivation)
    return {
        "register_exits": float(community.state.motivation.left),
        "motivation": motivation / everybody,
        "fatigue": mean_among(residents.fatigue, residents.registered),
        **{name: habit / everybody for name, habit in zip(HABITS, habits.tolist(), strict=True)},
    }
