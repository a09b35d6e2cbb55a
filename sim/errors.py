"""What goes wrong through the user's input, said in one sentence."""

from __future__ import annotations

import reprlib
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

LONGEST_SHOWN = 60
"""Characters of a user's value that a message repeats."""

LONGEST_WORD = 200
"""Characters up to which the valid word nearest to a user's is looked for."""

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


class InputError(Exception):
    """Bad input by the user: a file, a key, a value or an argument.

    Its text is one sentence that names the file, the key, the value, the unit and the bounds, and
    the nearest valid name where there is one. The command line prints it and exits with code 2.
    Characters that could steer a terminal are written as escapes.
    """

    def __init__(self, sentence: object) -> None:
        super().__init__(escaped(" ".join(str(sentence).split())))


class FigureWarning(UserWarning):
    """A figure could not be drawn; all else is there."""


@contextmanager
def drawing(what: str) -> Iterator[None]:
    """Draw a figure inside: where it fails, a warning says so, and nothing else is lost with it."""
    try:
        yield
    except Exception as error:
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        warnings.warn(f"{what} could not be drawn ({why})", FigureWarning, stacklevel=3)


def steers(character: str) -> bool:
    """Tell whether a character is none that is seen, but one that could steer what shows it.

    Control characters (C0, C1), marks of writing direction, separators of lines, halves of
    surrogate pairs and code points that are no characters. Space, tab and the end of a line are
    not among them.
    """
    if character in "\n\t" or character.isprintable():
        return False
    return (
        character in _DIRECTIONS
        or unicodedata.category(character) in _UNSEEN
        or ord(character) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(character) <= 0xFDEF
    )


def escaped(text: str) -> str:
    r"""Return a text in which each character that `steers` is written as its code, as `\x1b`."""
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii") if steers(character) else character
        for character in text
    )


def code_point(character: str) -> str:
    """Return how a message names a character: `U+001B`."""
    return f"U+{ord(character):04X}"


def did_you_mean(word: object, valid: Iterable[str]) -> str:
    """Return `; did you mean "…"?` for the valid word nearest to `word`, or an empty string."""
    if not isinstance(word, str) or len(word) > LONGEST_WORD:
        return ""
    by_folded = {option.casefold(): option for option in valid}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f'; did you mean "{by_folded[near[0]]}"?' if near else ""


class _Short(reprlib.Repr):
    """Lists and tables, cut to a few levels and elements, their values as `shown` writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3

    def repr1(self, value: Any, level: int) -> str:
        return (
            super().repr1(value, level) if isinstance(value, list | tuple | dict) else shown(value)
        )


def shown(value: object) -> str:
    """Return a value as a scenario file would write it, cut where it is very long."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, int) and abs(value) >= 10**15:
        text = "a whole number of more than 15 digits"
    elif isinstance(value, float):
        text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    elif isinstance(value, list | tuple | dict):
        text = _Short().repr(value)
    else:
        text = str(value)
    text = escaped(" ".join(text[: 10 * LONGEST_SHOWN].split()))
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
