"""Words of the report: both languages have each, nothing is left over, gaps agree."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from sim.face import words
from sim.face.outcomes import RECORDED, SHOWN
from sim.face.report import MARKS

FACE = Path(words.__file__).parent
ENTRIES = {
    f"{table}.{key}": both
    for table, entries in tomllib.loads(words.SOURCE.read_text(encoding="utf-8")).items()
    for key, both in entries.items()
}


def gaps(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", ENTRIES)
def test_each_text_is_in_both_languages_with_the_same_gaps(key):
    assert set(ENTRIES[key]) == set(words.LANGUAGES)
    assert gaps(ENTRIES[key]["en"]) == gaps(ENTRIES[key]["zh"])


@pytest.mark.parametrize("key", ENTRIES)
def test_chinese_has_the_punctuation_of_chinese(key):
    text = ENTRIES[key]["zh"]
    assert re.search("[一-鿿]", text)
    assert not re.search("[一-鿿][,;:?!]|[,;:?!][一-鿿]", text), text


def test_every_text_is_used_and_every_text_used_is_there():
    used = {f"outcome.{name}" for name in SHOWN} | {f"recorded.{name}" for name in RECORDED}
    used |= {f"verdict.{name}" for name in MARKS} | {"page.per_hour", "page.per_need"}
    for path in [*FACE.glob("*.py"), *FACE.glob("*.jinja")]:
        used |= set(re.findall(r"[\"'](page\.\w+)[\"']", path.read_text(encoding="utf-8")))
    assert used == set(ENTRIES)


def test_a_gap_that_is_not_filled_is_an_error():
    with pytest.raises(KeyError):
        words.Words("en")("page.sentence")
