"""A subject that does what it is told: counts, fails, dies, dawdles. Workers can import it."""

import math
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.study.address import address
from sim.study.plan import Plan, arm
from sim.study.subject import Made

KNOWN = ("x", "fail", "die", "die_once", "sleep", "weeks", "pids")


@dataclass(frozen=True)
class Toy:
    """`value` is x + seed / 1000; other changes say what else happens."""

    version: str = "1"

    def check(self, changes: Mapping[str, Any]) -> None:
        for name in changes:
            if name not in KNOWN:
                raise InputError(f"a toy has no {name}")

    def address(self, changes: Mapping[str, Any]) -> str:
        return address([dict(changes), self.version])

    def code(self) -> str:
        return self.version

    def make(self, changes: Mapping[str, Any], seed: int) -> Made:
        if "pids" in changes:
            (Path(changes["pids"]) / str(os.getpid())).touch()
        time.sleep(changes.get("sleep", 0.0))
        if changes.get("fail"):
            raise ValueError("told to fail,\nand did")
        if changes.get("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        marker = changes.get("die_once")
        if marker and not Path(marker).exists():
            Path(marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        value = changes.get("x", 0.0) + seed / 1000
        weekly = {}
        if "weeks" in changes:
            weekly["value"] = [math.sin(1e6 * value + week) for week in range(changes["weeks"])]
        return Made({"value": value, "square": value**2}, weekly, address([value]))

    def manifest(self) -> dict[str, Any]:
        return {"kind": "toy", "version": self.version}


@dataclass(frozen=True)
class Stranger(Toy):
    """A toy whose code changes from one process to the next."""

    def code(self) -> str:
        return str(os.getpid())


def plan_of(count: int, replications: int = 1, name: str = "toys", **changes: Any) -> Plan:
    """Return a plan of toys x = 0, 1, …, each with the other changes too."""
    arms = tuple(arm(f"x={x}", {"x": float(x), **changes}, kind=x) for x in range(count))
    return Plan(name, Toy(), arms, replications)
