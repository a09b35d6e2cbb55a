"""The package's source files: what imports what, and the digests by which code is told apart."""

from __future__ import annotations

import ast
import functools
import hashlib
from pathlib import Path

SOURCE = Path(__file__).parents[1]


def source_digest() -> str:
    """Return the hexadecimal SHA-256 of every Python file of this package."""
    packed = ("_experiments", "_scenarios")  # a wheel carries these inside the package
    files = SOURCE.rglob("*.py")
    return digest_of(frozenset(f for f in files if f.relative_to(SOURCE).parts[0] not in packed))


def digest_of(files: frozenset[Path]) -> str:
    """Return the hexadecimal SHA-256 of files of this package: of their places in it and contents."""
    digest = hashlib.sha256()
    for place, path in sorted((_place(path), path) for path in files):
        digest.update(place.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _place(path: Path) -> str:
    """Return where a file lies in the package, wherever the package lies."""
    return (path.relative_to(SOURCE) if path.is_relative_to(SOURCE) else path).as_posix()


@functools.cache
def _imported(path: Path) -> frozenset[Path]:
    """Return the files of this package that a file imports at its top level."""
    found: set[Path] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sim":
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
            stems = [SOURCE.joinpath(*name.split(".")[1:]) for name in names if name != "sim"]
            found.update(
                stem.with_suffix(".py") for stem in stems if stem.with_suffix(".py").is_file()
            )
    return frozenset(found)


@functools.cache
def sources_of(path: Path) -> frozenset[Path]:
    """Return a file and every file of this package that it imports, however indirectly."""
    known: set[Path] = set()
    waiting = {path}
    while waiting:
        known |= waiting
        waiting = {found for file in waiting for found in _imported(file)} - known
    return frozenset(known)
