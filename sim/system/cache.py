"""Where compiled loops are kept: a folder that nobody else can write, since they are run as code."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from functools import cache
from pathlib import Path

from sim.errors import InputError

HOME = "REDMAPLE_CACHE"
"""The environment variable that names the parent of the cache folder."""

NO_CACHE = (
    f"No cache folder can be written ({{folder}}), so that loops are compiled for this command alone; "
    f"set {HOME} to a folder of your own."
)
FULL_CACHE = "What was compiled cannot be kept in {folder} ({why}), and will be compiled again."


@cache
def folder() -> Path:
    """Return the folder of the cache, made if need be.

    Where none can be made, a temporary one serves this process and its children, and goes with it.

    Raises:
        InputError: somebody else can write the folder.
    """
    wanted = _wanted()
    if wanted is not None and _made(wanted):
        _check_private(wanted)
        return wanted
    temporary = Path(tempfile.mkdtemp(prefix="redmaple-")) / "redmaple"
    temporary.mkdir(mode=0o700)
    atexit.register(_forget, temporary.parent, os.getpid())
    return temporary


def is_kept() -> bool:
    """Return whether the folder outlives this command."""
    return folder() == _wanted()


def why_not_kept() -> str:
    """Return the sentence that says so, and what to set."""
    return NO_CACHE.format(folder=_wanted() or "there is no home folder")


def _wanted() -> Path | None:
    """Return the folder that the environment asks for; None where it names none and there is no home."""
    named = os.environ.get(HOME) or os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(named).absolute() if named else Path.home() / ".cache") / "redmaple"
    except RuntimeError:  # neither HOME nor a known user
        return None


def _made(wanted: Path) -> bool:
    try:
        wanted.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=wanted):
            return True
    except (OSError, ValueError):
        return False


def _check_private(wanted: Path) -> None:
    """Refuse a folder that others can write, or whose parent lets them put another in its place."""
    if not hasattr(os, "geteuid"):
        return
    for place in (wanted, wanted.parent):
        about = place.stat()
        shared = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        guarded = place != wanted and about.st_mode & stat.S_ISVTX
        if (shared and not guarded) or about.st_uid not in (os.geteuid(), 0):
            raise InputError(
                f"the cache folder {place} can be written by other users, and what lies in it is run "
                f"as code: take their rights away (chmod go-w), or set {HOME} to a folder of your own."
            )


def _forget(temporary: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(temporary, ignore_errors=True)
