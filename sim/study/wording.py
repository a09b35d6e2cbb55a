"""Words of figures in every language, one word for one thing."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "zh")


def by_language(pairs: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Return names that are written as (English, Chinese) as a table for each language."""
    return {
        language: {name: words[place] for name, words in pairs.items()}
        for place, language in enumerate(LANGUAGES)
    }
