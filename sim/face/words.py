"""The report's words in both languages, from `words.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from sim.study.wording import LANGUAGES as LANGUAGES

SOURCE = Path(__file__).with_name("words.toml")


@cache
def _entries() -> dict[str, dict[str, str]]:
    tables = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        f"{table}.{key}": words
        for table, entries in tables.items()
        for key, words in entries.items()
    }


class Words:
    """The words of one language; `words("page.title")` gives one, its `{gaps}` filled."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **gaps: object) -> str:
        """Return a text.

        Raises:
            KeyError: there is no such text, or a gap is not filled.
        """
        return _entries()[key][self.language].format(**gaps)
