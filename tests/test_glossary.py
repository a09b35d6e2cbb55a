"""The glossary names what exists, and what exists has a name in both languages."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from pathlib import Path

import pytest

from sim import columns, probes, records
from sim.engine.declare import Number, columns_of, numbers_of
from sim.headings import headings, parts
from sim.records import Outcome
from sim.words.glossary import SOURCE, entries, entry_of, markdown, units

PAGE = Path(__file__).parents[1] / "docs" / "glossary.md"
NAMED_FOLDERS = ("platforms", "mechanisms", "incentives", "inclusion")


def exists(code: str) -> bool:
    """Whether a name of the glossary is a file, a declared number, a column or a stored word."""
    owner, _, name = code.rpartition(".")
    holder = getattr(columns, owner, None)
    if holder is not None:
        return name in (holder if isinstance(holder, tuple) else columns_of(holder))
    if owner in headings():
        return name in headings()[owner]._fields
    return code in parts()


def test_the_page_is_the_one_made_from_the_terms() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run: uv run redmaple docs"


def test_every_term_has_words_in_both_languages() -> None:
    for entry in entries():
        assert any("一" <= letter <= "鿿" for letter in entry.zh), entry
        assert entry.en.strip(), entry
        assert "|" not in entry.zh + entry.en + entry.note, entry


def test_no_term_is_defined_twice() -> None:
    chinese = [entry.zh for entry in entries()]
    english = [entry.en for entry in entries()]
    named = [name for entry in entries() for name in entry.code]
    for words in (chinese, english, named):
        assert sorted(words) == sorted(set(words))


def test_every_platform_mechanism_incentive_and_inclusion_file_has_a_term() -> None:
    named = {name for entry in entries() for name in entry.code}
    files = {heading for heading in parts() if heading.partition(".")[0] in NAMED_FOLDERS}
    assert files <= named, f"no term for {sorted(files - named)}"


@pytest.mark.parametrize("code", [name for entry in entries() for name in entry.code])
def test_every_name_of_the_code_in_the_glossary_exists(code: str) -> None:
    assert exists(code), f"glossary.toml names {code!r}, which does not exist"


def declared() -> list[Number | Outcome]:
    """Every number of a scenario, every weekly figure and every measure of a probe."""
    measures = (
        importlib.import_module(f"sim.probes.{found.name}").MEASURES
        for found in pkgutil.iter_modules(probes.__path__)
    )
    return [
        *(number for heading in headings().values() for number in numbers_of(heading).values()),
        *records.declared().values(),
        *(figure for probe in measures for figure in probe.values()),
    ]


def test_every_number_and_figure_means_something_in_both_languages() -> None:
    for one in declared():
        assert one.meaning.strip(), one
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.meaning_zh), one
        assert not set(one.meaning_zh) & set(",;:?!()"), f"{one.meaning_zh}: Chinese punctuation"


def test_every_unit_of_measurement_has_its_chinese() -> None:
    used = {one.unit for one in declared()}
    assert used == set(units()), f"units.toml: missing or left over {sorted(used ^ set(units()))}"


def test_a_term_is_found_by_its_name_in_the_code() -> None:
    assert entry_of("MODES.event").en == "event"
    with pytest.raises(KeyError, match="no_such_thing"):
        entry_of("mechanisms.no_such_thing")


def test_figures_have_one_word_for_one_thing() -> None:
    terms = [
        term
        for area in tomllib.loads(SOURCE.read_text(encoding="utf-8")).values()
        for term in area
        if "avoid" in term
    ]
    assert len(terms) >= 4
    root = PAGE.parents[1]
    for path in [*root.glob("experiments/**/*.py"), *root.glob("sim/analysis/*.py")]:
        text = path.read_text(encoding="utf-8")
        for term in terms:
            for word in term["avoid"]:
                assert word not in text, f"{path}: {word} should be {term['zh']}"
