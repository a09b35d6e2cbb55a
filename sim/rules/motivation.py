"""Motivation, habit, fatigue, and leaving the volunteer register (S9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import numerics, randomness
from sim.columns import MODES
from sim.compiled import loop, rule
from sim.declare import number
from sim.records import mean_among, outcome, total
from sim.rows import marked_rows

if TYPE_CHECKING:
    from sim.model import Community

EXPERIENCE = randomness.decision("motivation.experience")
EXIT = randomness.decision("motivation.exit")


class Motivation(NamedTuple):
    """How fast inner states move."""

    recovery: float = number(
        0.02,
        unit="share per week",
        low=0,
        high=0.2,
        evidence="assumption",
        source="S9",
        meaning="of the gap to a resident's own baseline that intrinsic motivation closes",
    )
    recognition: float = number(
        0.02,
        unit="per act",
        low=0,
        high=0.1,
        evidence="literature",
        source="E16",
        meaning="gain in motivation from the best experience of an act; the worst loses as much",
    )
    experience_mean: float = number(
        0.6,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        source="S9",
        meaning="how well an act is experienced on average",
    )
    experience_spread: float = number(
        0.6,
        unit="0-1",
        low=0,
        high=1,
        evidence="assumption",
        source="S9",
        meaning="width of the range of experiences",
    )
    habit_gain: float = number(
        0.06,
        unit="share per act",
        low=0.02,
        high=0.15,
        evidence="literature",
        source="E32",
        meaning="of the gap to a full habit that one act closes",
    )
    habit_fading: float = number(
        0.02,
        unit="share per week",
        low=0.005,
        high=0.05,
        evidence="literature",
        source="E32",
        meaning="of a habit that a week without the act takes",
    )
    fatigue_fading: float = number(
        0.9,
        unit="share per week",
        low=0.5,
        high=1,
        evidence="assumption",
        source="S9",
        meaning="of fatigue that is left a week later",
    )
    fatigue_per_hour: float = number(
        0.03,
        unit="per hour",
        low=0,
        high=0.2,
        evidence="assumption",
        source="S9",
        meaning="fatigue that one hour given adds",
    )
    exit_hazard: float = number(
        0.0084,
        unit="per week",
        low=0.004,
        high=0.015,
        evidence="literature",
        source="E41",
        meaning="of leaving the volunteer register, at average motivation and without fatigue",
    )
    exit_fatigue: float = number(
        1.0,
        unit="log per unit",
        low=0,
        high=3,
        evidence="literature",
        source="E41",
        meaning="by which fatigue raises the exit hazard",
    )
    exit_motivation: float = number(
        1.0,
        unit="log per unit",
        low=0,
        high=3,
        evidence="assumption",
        source="S9",
        meaning="by which motivation above one half lowers the exit hazard",
    )


@rule
def experience(p: Any, chance: Any) -> Any:
    """How an act is experienced, in [0, 1], given the addressed draw `chance`."""
    felt = p.experience_mean + p.experience_spread * (chance - 0.5)
    return min(max(felt, 0.0), 1.0)


@rule
def lift(p: Any, experienced: Any) -> Any:
    """What one act does to motivation: up after a good experience, down after a bad one."""
    return p.recognition * (experienced - 0.5)


@rule
def next_motivation(p: Any, motivation: Any, baseline: Any, nudge: Any) -> Any:
    """Motivation a week later: drawn to its baseline, moved by what the week brought (S9)."""
    moved = motivation + p.recovery * (baseline - motivation) + numerics.from_millionths(nudge)
    return min(max(moved, 0.0), 1.0)


@rule
def next_habit(p: Any, habit: Any, acted: Any) -> Any:
    """Habit a week later: an act closes part of the gap to one, a week without it fades."""
    grown = habit + p.habit_gain * (1.0 - habit)
    faded = habit - p.habit_fading * habit
    return grown if acted else faded


@rule
def next_fatigue(p: Any, fatigue: Any, hours: Any) -> Any:
    """Fatigue a week later: most of it stays, and hours given add to it; held at 3."""
    return min(p.fatigue_fading * fatigue + p.fatigue_per_hour * hours, 3.0)


@rule
def exit_chance(p: Any, honour_effect: Any, fatigue: Any, motivation: Any, honour: Any) -> Any:
    """Chance of leaving the register this week; a fresh honour lowers it (S8, E39)."""
    return p.exit_hazard * numerics.exp(
        p.exit_fatigue * fatigue - p.exit_motivation * (motivation - 0.5) + honour_effect * honour
    )


@loop
def feel_acts(residents: Any, p: Any, seed: Any, week: Any) -> None:
    """Let those who acted experience it."""
    for i in marked_rows(residents.acted):
        felt = experience(p, randomness.draw(seed, EXPERIENCE, week, i))
        residents.nudge[i] += numerics.millionths(lift(p, felt))


@loop
def change_minds(residents: Any, p: Any) -> None:
    """Move every resident's motivation, habits and fatigue by one week."""
    for i in range(len(residents.age)):
        residents.motivation[i] = next_motivation(
            p,
            residents.motivation[i],
            residents.baseline_motivation[i],
            residents.nudge[i],
        )
    for i in range(len(residents.age)):
        residents.fatigue[i] = next_fatigue(p, residents.fatigue[i], residents.hours[i])
    for mode in range(residents.habit.shape[0]):
        bit = 1 << mode
        for i in range(len(residents.age)):
            residents.habit[mode, i] = next_habit(
                p, residents.habit[mode, i], (residents.acted[i] & bit) != 0
            )


@loop
def leave_register(residents: Any, p: Any, honour_effect: Any, seed: Any, week: Any) -> int:
    """Let registered volunteers leave; return how many did."""
    volunteers = marked_rows(residents.registered)
    leaves = np.empty(len(volunteers), np.bool_)
    for place in range(len(volunteers)):
        i = volunteers[place]
        chance = exit_chance(
            p, honour_effect, residents.fatigue[i], residents.motivation[i], residents.honour[i]
        )
        idle = residents.acted[i] == 0
        leaves[place] = idle & (randomness.draw(seed, EXIT, week, i) < chance)
    left = 0
    for place in range(len(volunteers)):
        if leaves[place]:
            residents.registered[volunteers[place]] = False
            residents.mediator[volunteers[place]] = False
            left += 1
    return left


@loop
def live_through(residents: Any, p: Any, honour_effect: Any, seed: Any, week: Any) -> int:
    """Let acts be experienced, minds change, and volunteers leave; return how many left."""
    feel_acts(residents, p, seed, week)
    change_minds(residents, p)
    return leave_register(residents, p, honour_effect, seed, week)


def learn(community: Community) -> None:
    """Let the week's acts change motivation, habits and fatigue; let some leave the register."""
    residents, numbers = community.residents, community.numbers
    community.state.motivation.left = live_through(
        residents,
        numbers.motivation,
        numbers.honours.exit_effect,
        community.seed,
        community.week,
    )


@loop
def add_up(residents: Any, habits: Any) -> Any:
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
    "register_exits": outcome(
        unit="residents", meaning="left the volunteer register", over_time="sum", scaled=True
    ),
    "motivation": outcome(unit="0-1", meaning="mean intrinsic motivation", over_time="last"),
    "fatigue": outcome(unit="index", meaning="mean fatigue of volunteers", over_time="last"),
    **{
        name: outcome(unit="0-1", meaning=f"mean habit of {mode}", over_time="last")
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
