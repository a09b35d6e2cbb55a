"""What this process may use of its machine: processors and memory, a container's limits included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from math import ceil
from pathlib import Path

CONTROL = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def processors() -> int:
    """Return how many processors this process may use: by its affinity, and by its container's quota."""
    affine = getattr(os, "sched_getaffinity", None)
    count = len(affine(0)) if affine is not None else os.cpu_count() or 1
    quotas = [quota for quota in map(_quota, _groups("cpu")) if quota is not None]
    return max(1, min(count, *(ceil(quota) for quota in quotas), count))


def memory() -> float | None:
    """Return bytes of memory that this process may use, or None where the system does not say."""
    limits = [limit for limit in map(_limit, _groups("memory")) if limit is not None]
    with suppress(AttributeError, OSError, ValueError):
        limits.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    return min(limits, default=None)


def _groups(controller: str) -> Iterator[Path]:
    """Yield the folders that tell the limits of a controller: own group, and all above it.

    Control groups of the second version lie in one tree, those of the first in one a controller.
    """
    try:
        lines = OWN.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = CONTROL / controller if controllers else CONTROL
        own = root / path.lstrip("/")
        yield from (folder for folder in (own, *own.parents) if folder.is_relative_to(root))


def _words(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split()
    except OSError:
        return []


def _quota(group: Path) -> float | None:
    """Return how many processors a control group may use at once; None if it sets no quota."""
    words = _words(group / "cpu.max") or [
        *_words(group / "cpu.cfs_quota_us"),
        *_words(group / "cpu.cfs_period_us"),
    ]
    if len(words) != 2 or words[0] in ("max", "-1"):
        return None
    return int(words[0]) / int(words[1])


def _limit(group: Path) -> float | None:
    """Return bytes that a control group may take; None if it sets no limit."""
    words = _words(group / "memory.max") or _words(group / "memory.limit_in_bytes")
    return None if not words or words[0] == "max" else float(words[0])
