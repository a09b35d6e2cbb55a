"""Folders of results: tried before the work, and written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InputError, shown

MANIFESTS = ("run.json", "about.json", "experiment.json")
"""Files that say what the others are: taken away first, put in place last."""

OWN = ("*.csv", "*.parquet", "*.png", "*.svg", "*.json", "runs/*.parquet")
"""Files of an older result, which a new one takes away."""


def try_folder(folder: Path, named: str = "--out") -> None:
    """Try whether a folder can be written, or made, before any work is done for it.

    Raises:
        InputError: it cannot, or is a file, or its name is empty.
    """
    if not str(folder).strip() or "\0" in str(folder):
        raise InputError(f"{named} needs the name of a folder.")
    says = f"{named} {folder} cannot be written"
    try:
        place = Path(os.path.realpath(folder))
        str(place).encode()  # tables cannot be written where a folder's name is no text
        standing = next(path for path in (place, *place.parents) if path.exists())
        if not standing.is_dir():
            raise InputError(f"{says}: {standing} is a file, not a folder.")
        with tempfile.TemporaryFile(dir=standing):
            pass
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "its name is no text"
        raise InputError(f"{says}: {why}.") from None


def try_file(file: Path, named: str) -> None:
    """Try whether a file can be written before any work is done for it.

    Raises:
        InputError: it cannot, or is a folder, or its name is empty.
    """
    if not file.name.strip() or file.is_dir():
        raise InputError(f"{named} {shown(str(file))} is a folder; give the name of a file.")
    try_folder(file.parent, named)
    if not file.parent.is_dir():
        raise InputError(f"{named} {file} cannot be written: there is no folder {file.parent}.")


def write_file(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    place = Path(os.path.realpath(file))
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as held:
            held.write(text)
        os.chmod(name, 0o644)
        os.replace(name, place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a temporary folder whose content becomes that of `folder`, or vanishes where something fails.

    A folder that is there stays the folder it is, be it the current one, a mount point or what a
    link leads to: the new files take the place of an older result's in it, the manifest last, and
    files that are not a result's stay. One that is not there appears at once and whole.
    """
    folder = Path(os.path.realpath(folder))
    there = folder.is_dir()
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = (folder if there else folder.parent) / f".{folder.name}.{os.getpid()}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        for path in (*partial.rglob("*"), partial):
            _flush(path)
        if there:
            _move_into(partial, folder)
        else:
            os.replace(partial, folder)
        _flush(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _move_into(partial: Path, folder: Path) -> None:
    """Put new files in the place of an older result's."""
    for name in MANIFESTS:
        (folder / name).unlink(missing_ok=True)
    new = [path.relative_to(partial) for path in partial.rglob("*") if path.is_file()]
    for pattern in OWN:
        for path in folder.glob(pattern):
            if path.is_file() and path.relative_to(folder) not in new:
                path.unlink()
    for place in sorted(new, key=lambda place: (place.name in MANIFESTS, place)):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        os.replace(partial / place, folder / place)
    _flush(folder)


def _flush(path: Path) -> None:
    """Have the operating system write a file or a folder to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot flush folders
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
