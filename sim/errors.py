"""What goes wrong through the user's input, said in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """Bad input by the user: a file, a key, a value or an argument.

    Its text is one sentence that names the file, the key, the value, the unit and the bounds, and
    the nearest valid name where there is one. The command line prints it and exits with code 2.
    """


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """Return `; did you mean "…"?` for the valid word nearest to `word`, or an empty string."""
    by_folded = {option.casefold(): option for option in valid}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f'; did you mean "{by_folded[near[0]]}"?' if near else ""


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
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
