"""A plan: which arms are run, how often, and under which seeds. Nothing here runs anything.

An **arm** is a point of a design: some numbers changed against the base. A **block** is a set of
arms that share their seeds, so that they share every draw they have in common and differ by the
design alone (common random numbers). Arms that are to be compared belong to one block; blocks are
independent of each other, so that a statistic over blocks may treat them as a sample. A design
that is crossed with draws from the prior makes a block of each draw, called a *world*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from sim.errors import InputError
from sim.study.address import DIGITS, address
from sim.study.subject import Subject

SEEDS_PER_BLOCK = 1_000_000
"""Distance between the first seeds of two blocks; no block has more replications."""

MOST_RUNS = 10_000_000
"""Runs that a plan may have."""

RESERVED = ("run_id", "arm", "block", "replication", "seed", "status", "error", "digest")
"""Columns of a study's table that are not tags and not outcomes."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One point of a design.

    Attributes:
        label: its name, unique within its block.
        changes: path and value of each number that is changed against the base.
        tags: name and value of each column that the study's table shows of it.
        block: arms of one block share their seeds.
        replications: how often it is run, if not as often as the plan says.
    """

    label: str
    changes: tuple[tuple[str, Any], ...] = ()
    tags: tuple[tuple[str, Any], ...] = ()
    block: int = 0
    replications: int | None = None


def arm(label: str, changes: Mapping[str, Any] | None = None, **tags: Any) -> Arm:
    """Return an arm of block 0 with its changes and tags.

    Raises:
        ValueError: a tag has the name of a column that every table has.
    """
    taken = sorted(set(tags) & set(RESERVED))
    if taken:
        raise ValueError(f"a tag must not be called {taken[0]!r}")
    return Arm(label, tuple((changes or {}).items()), tuple(tags.items()))


class Run(NamedTuple):
    """One run of a plan.

    Attributes:
        id: its identifier, the address of all that it depends on.
        arm: what is run.
        replication: which of the arm's replications, from 0.
        seed: its seed.
    """

    id: str
    arm: Arm
    replication: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """Arms, replications and seeds for a subject.

    Attributes:
        name: of the study, and of its folder.
        subject: what is run.
        arms: the points of the design.
        replications: runs of each arm that does not say itself.
        seed: the first seed of block 0.
    """

    name: str
    subject: Subject
    arms: tuple[Arm, ...]
    replications: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        """Check the plan as a whole, and every arm.

        Raises:
            InputError: no arm, no replication, two arms of one name, or an arm that its subject
                refuses.
        """
        if not self.arms:
            raise InputError(f"study {self.name}: a plan needs an arm or more.")
        counts = [self.replications, *(a.replications for a in self.arms if a.replications)]
        for count in (*counts, *(0 for a in self.arms if a.replications == 0)):
            if not 1 <= count < SEEDS_PER_BLOCK:
                raise InputError(
                    f"study {self.name}: replications = {count} is out of bounds: it must lie "
                    f"between 1 and {SEEDS_PER_BLOCK - 1} runs."
                )
        if self.size > MOST_RUNS:
            raise InputError(f"study {self.name}: {self.size:,} runs are more than {MOST_RUNS:,}.")
        seen: set[tuple[int, str]] = set()
        for one in self.arms:
            if (one.block, one.label) in seen:
                raise InputError(
                    f'study {self.name}: two arms of block {one.block} are called "{one.label}".'
                )
            seen.add((one.block, one.label))
        last = self.seed + (max(a.block for a in self.arms) + 1) * SEEDS_PER_BLOCK
        if self.seed < 0 or last >= 2**63:
            raise InputError(
                f"study {self.name}: seed = {self.seed} is out of bounds: it must be a whole "
                f"number from 0 to {2**63 - (last - self.seed) - 1}."
            )
        for one in self.arms:
            self.subject.check(dict(one.changes))

    @property
    def size(self) -> int:
        """How many runs the plan has."""
        return sum(one.replications or self.replications for one in self.arms)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every run, replication by replication, so that all arms grow together."""
        addresses = [self.subject.address(dict(one.changes)) for one in self.arms]
        most = max(one.replications or self.replications for one in self.arms)
        return tuple(
            Run(run_id(place, seed), one, replication, seed)
            for replication in range(most)
            for one, place in zip(self.arms, addresses, strict=True)
            if replication < (one.replications or self.replications)
            for seed in (self.seed + one.block * SEEDS_PER_BLOCK + replication,)
        )

    def with_replications(self, replications: int) -> Plan:
        """Return the same plan with another number of replications; the first ones stay."""
        return replace(self, replications=replications)

    def manifest(self) -> dict[str, Any]:
        """Return the plan as JSON knows it."""
        return {
            "name": self.name,
            "subject": self.subject.manifest(),
            "replications": self.replications,
            "seed": self.seed,
            "arms": [
                {
                    "label": one.label,
                    "changes": dict(one.changes),
                    "tags": dict(one.tags),
                    "block": one.block,
                    "replications": one.replications,
                }
                for one in self.arms
            ],
        }

    @classmethod
    def from_manifest(cls, content: Mapping[str, Any], subject: Subject) -> Plan:
        """Return the plan that a manifest describes."""
        arms = tuple(
            Arm(
                one["label"],
                tuple(one["changes"].items()),
                tuple(one["tags"].items()),
                one["block"],
                one["replications"],
            )
            for one in content["arms"]
        )
        return cls(content["name"], subject, arms, content["replications"], content["seed"])


def run_id(place: str, seed: int) -> str:
    """Return the identifier of the run of an addressed subject under a seed.

    It begins with a letter: a spreadsheet takes `12e34` for a number.
    """
    return "r" + address([place, seed])[:DIGITS]


def crossed(arms: Iterable[Arm], worlds: Sequence[Mapping[str, Any]]) -> tuple[Arm, ...]:
    """Cross arms with draws of the unknowns: each world is a block of its own and tags its arms.

    Where an arm changes a number that the world changes too, the arm wins. The table shows the
    world's number as `world`, and the unknowns by their paths.
    """
    return tuple(
        replace(
            one,
            changes=tuple({**world, **dict(one.changes)}.items()),
            tags=(*one.tags, ("world", number), *world.items()),
            block=number,
        )
        for number, world in enumerate(worlds)
        for one in arms
    )


def tags_of(arms: Sequence[Arm]) -> Iterator[str]:
    """Yield the names of all tags, in the order in which they first occur."""
    yield from dict.fromkeys(name for one in arms for name, _ in one.tags)
