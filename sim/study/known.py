"""Functions with known answers, as subjects of a study: the estimators are held against them.

Ishigami's function and Sobol's g-function have Sobol indices in closed form. Luck can be added, so
that it makes up a given share of the variance of one run, part of it common to all points under a
seed, as common random numbers make it. Factors that the function does not read can be added.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from sim.errors import InputError, did_you_mean, shown
from sim.study.address import address
from sim.study.factors import Factor
from sim.study.subject import Made

OUTCOME = "y"
"""Name of the one outcome."""

WEIGHT, CURVE = 7.0, 0.1
"""a and b of Ishigami's function."""

BREADTHS = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0)
"""a_i of the g-function: the larger, the less its factor matters."""

type Name = Literal["ishigami", "g"]


class Truth(NamedTuple):
    """What is known of a function.

    Attributes:
        first, total: float64[factors], Sobol indices of its own factors.
        variance: of the function over its range.
    """

    first: Any
    total: Any
    variance: float


def ishigami(places: Any) -> Any:
    """Return sin x1 + a sin² x2 + b x3⁴ sin x1, with x from -pi to pi (Ishigami & Homma 1990).

    Args:
        places: float64[..., 3 or more], places on the unit interval; further ones are not read.
    """
    x = math.pi * (2 * places[..., :3] - 1)
    first = np.sin(x[..., 0])
    return first + WEIGHT * np.sin(x[..., 1]) ** 2 + CURVE * x[..., 2] ** 4 * first


def ishigami_truth() -> Truth:
    """Return the known indices of Ishigami's function."""
    first = (1 + CURVE * math.pi**4 / 5) ** 2 / 2
    second = WEIGHT**2 / 8
    both = CURVE**2 * math.pi**8 * 8 / 225  # of x1 and x3 together; x3 alone does nothing
    whole = first + second + both
    return Truth(
        np.array([first, second, 0.0]) / whole,
        np.array([first + both, second, both]) / whole,
        whole,
    )


def g_function(places: Any) -> Any:
    """Return the product of (|4 x_i - 2| + a_i) / (1 + a_i) (Saltelli & Sobol' 1995).

    Args:
        places: float64[..., 6 or more], places on the unit interval; further ones are not read.
    """
    a = np.array(BREADTHS)
    return np.prod((np.abs(4 * places[..., : len(a)] - 2) + a) / (1 + a), axis=-1)


def g_truth() -> Truth:
    """Return the known indices of the g-function."""
    alone = 1 / (3 * (1 + np.array(BREADTHS)) ** 2)
    whole = float(np.prod(1 + alone) - 1)
    others = np.prod(1 + alone) / (1 + alone)
    return Truth(alone / whole, alone * others / whole, whole)


FUNCTIONS = {"ishigami": (ishigami, 3, ishigami_truth), "g": (g_function, len(BREADTHS), g_truth)}
"""By name: the function of places, how many factors it reads, and what is known of it."""


@dataclass(frozen=True)
class Known:
    """A function with known indices, with luck and idle factors.

    Attributes:
        function: `ishigami` or `g`.
        idle: how many factors it has that it does not read, called `idle1`, `idle2` …
        noise: share of luck in the variance of one run, from 0 up to, not including, 1.
        shared: part of the variance of luck that all points under a seed have in common.
    """

    function: Name
    idle: int = 0
    noise: float = 0.0
    shared: float = 0.0

    def __post_init__(self) -> None:
        """Check the function's name and the shares.

        Raises:
            InputError: there is no such function, or a share is out of bounds.
        """
        if self.function not in FUNCTIONS:
            hint = did_you_mean(self.function, FUNCTIONS) or "."
            raise InputError(f'there is no known function "{self.function}"{hint}')
        if self.idle < 0:
            raise InputError(f"idle = {self.idle} is out of bounds: 0 factors or more.")
        if not 0 <= self.noise < 1:
            raise InputError(
                f"noise = {shown(self.noise)} is out of bounds: a share of variance from 0 to "
                "below 1."
            )
        if not 0 <= self.shared <= 1:
            raise InputError(
                f"shared = {shown(self.shared)} is out of bounds: a share of luck from 0 to 1."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the factors: x1, x2 … and the idle ones."""
        own = FUNCTIONS[self.function][1]
        return (
            *(f"x{number}" for number in range(1, own + 1)),
            *(f"idle{number}" for number in range(1, self.idle + 1)),
        )

    @property
    def truth(self) -> Truth:
        """The known indices; those of idle factors are zero."""
        first, total, variance = FUNCTIONS[self.function][2]()
        nothing = np.zeros(self.idle)
        return Truth(np.append(first, nothing), np.append(total, nothing), variance)

    @property
    def luck(self) -> float:
        """Standard deviation of the luck of one run."""
        return _luck(self.function, self.noise)

    def check(self, changes: Mapping[str, Any]) -> None:
        """Check that every change is a number of a factor, between 0 and 1.

        Raises:
            InputError: it is not.
        """
        for name, value in changes.items():
            if name not in self.names:
                hint = did_you_mean(name, self.names) or "."
                raise InputError(f'function {self.function} has no factor "{name}"{hint}')
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0 <= value <= 1:
                raise InputError(
                    f"{name} = {shown(value)} is out of bounds: it must be a number between 0 and 1."
                )

    def address(self, changes: Mapping[str, Any]) -> str:
        """Return the address of everything that a run depends on, but the seed."""
        return address([self.manifest(), self._places(changes), self.code()])

    def code(self) -> str:
        """Return the digest of this file and of the packages it rests on."""
        return _code()

    def make(self, changes: Mapping[str, Any], seed: int) -> Made:
        """Return the function's value at a point, with the luck of the seed there.

        Luck is a function of the seed and of the point, so that a run can be made again, and
        independent between seeds and between points, but for what a seed's points share.
        """
        places = self._places(changes)
        value = float(FUNCTIONS[self.function][0](np.array(places)))
        if self.noise:
            own = _normal(struct.pack(f"<q{len(places)}d", seed, *places))
            common = _normal(struct.pack("<q", seed))
            mixed = math.sqrt(1 - self.shared) * own + math.sqrt(self.shared) * common
            value += self.luck * mixed
        return Made({OUTCOME: value}, {}, address([value]))

    def manifest(self) -> dict[str, Any]:
        """Return what it takes to make this subject again."""
        return {"kind": "known", **asdict(self)}

    @classmethod
    def from_manifest(cls, content: Mapping[str, Any]) -> Known:
        """Return the subject that a manifest describes."""
        return cls(content["function"], content["idle"], content["noise"], content["shared"])

    def _places(self, changes: Mapping[str, Any]) -> list[float]:
        """Return the place of every factor; the middle of its range where it is not changed."""
        return [float(changes.get(name, 0.5)) for name in self.names]


def known_factors(subject: Known) -> tuple[Factor, ...]:
    """Return the factors of a known function, each from 0 to 1."""
    return tuple(Factor(name, 0.0, 1.0, "1", "place on its range") for name in subject.names)


@cache
def _luck(function: str, noise: float) -> float:
    variance: float = FUNCTIONS[function][2]().variance
    return math.sqrt(variance * noise / (1 - noise))


@cache
def _code() -> str:
    return address([hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), np.__version__])


def _normal(content: bytes) -> float:
    """Return a standard normal number that is a function of some bytes (Box & Muller 1958)."""
    digest = hashlib.blake2b(content, digest_size=16).digest()
    first, second = struct.unpack("<QQ", digest)
    radius = math.sqrt(-2 * math.log((first + 1) / 2**64))
    return radius * math.cos(2 * math.pi * second / 2**64)


def with_luck(
    subject: Known, places: Any, replications: int, idle_luck: Sequence[int], rng: Any
) -> Any:
    """Return outcomes of many rows at once, as many runs would give them.

    Args:
        subject: the function.
        places: float64[rows, points, factors] on the unit interval.
        replications: seeds of each row.
        idle_luck: points of each row that have a seed of their own, as a dummy's has.
        rng: numpy generator, since here no run has to be made again.

    Returns:
        float64[rows, points, replications].
    """
    rows, points, _ = places.shape
    own = rng.standard_normal((rows, points, replications))
    common = np.repeat(rng.standard_normal((rows, 1, replications)), points, axis=1)
    common[:, list(idle_luck)] = rng.standard_normal((rows, len(idle_luck), replications))
    luck = math.sqrt(1 - subject.shared) * own + math.sqrt(subject.shared) * common
    return FUNCTIONS[subject.function][0](places)[..., None] + subject.luck * luck
