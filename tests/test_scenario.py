"""A scenario is merged, checked at the door, changed, told apart and written out again."""

import math
import pickle
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import scenario as module
from sim.columns import AGES, DOMAINS, Residents, allocate, columns_of
from sim.errors import InputError, did_you_mean, shown, steers
from sim.headings import headings
from sim.scenario import (
    Scenario,
    available,
    check_size,
    entries,
    find,
    full_path,
    load,
    parse,
    parse_set,
)
from sim.words.explain import explain

SCALARS = [e for e in entries().values() if e.element is None]
REALS = [e for e in entries().values() if e.declared.kind == "real" and e.declared.total is None]
WHOLES = [e for e in SCALARS if e.declared.kind == "whole"]
LOOSE = [e for e in REALS + WHOLES if not e.path.startswith("population.")]
"""Numbers that no other number restrains."""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def sentence(error: pytest.ExceptionInfo[InputError]) -> str:
    """The message, which is one line and ends like a sentence."""
    text = str(error.value)
    assert "\n" not in text
    assert text[-1] in ".?"
    return text


def refused(text: str) -> str:
    with pytest.raises(InputError) as error:
        parse(text, "mine.toml")
    return sentence(error)


# --- Scenarios that come with the package ----------------------------------------------------


@pytest.mark.parametrize("name", available())
def test_every_scenario_of_the_package_loads_and_speaks_two_languages(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.description
    assert re.search(r"[\u4e00-\u9fff]", scenario.title_zh)
    assert re.search(r"[\u4e00-\u9fff]", scenario.description_zh)
    check_size(scenario)
    assert explain(scenario)


def test_the_base_repeats_the_declared_defaults_of_what_it_states() -> None:
    stale = {item.path: item.base for item in load("fengshu").differences(parse(""))}
    assert stale == {}, "fengshu.toml should repeat these declared defaults"


def test_the_template_extends_nothing_and_describes_the_base_until_it_is_filled_in() -> None:
    template = load("blank")
    assert [path.name for path in template.chain] == ["blank.toml"]
    stale = {item.path: item.base for item in template.differences(load("fengshu"))}
    assert stale == {}, "blank.toml should hold these values of the base"


@pytest.mark.parametrize("name", ["fengshu", "blank"])
def test_units_and_bounds_in_the_comments_agree_with_the_declarations(name: str) -> None:
    heading, checked = "", 0
    for line in find(name).read_text(encoding="utf-8").splitlines():
        if table := re.match(r"\[([\w.]+)\]", line):
            heading = table[1]
        key = heading if table else f"{heading}.{line.partition(' = ')[0]}"
        _, hash_, comment = line.partition("  # ")
        declared = entries()[key].declared if key in entries() else module.vectors().get(key)
        if not hash_ or declared is None:
            continue
        if declared.kind == "choice":
            stated = "one of " + ", ".join(declared.options)
        elif declared.kind == "switch":
            stated = "on/off"
        else:
            stated = f"{declared.unit} [{declared.low:.10g} to {declared.high:.10g}]"
        assert comment.startswith(stated), f"{name}.toml: {key} should say: # {stated}"
        checked += 1
    assert checked > 20


def test_no_points_differs_from_the_base_in_one_switch_alone() -> None:
    differences = load("no-points").differences(load())
    assert [(item.path, item.base, item.own) for item in differences] == [
        ("incentives.points.on", True, False)
    ]


def test_the_workshop_and_the_district_change_the_size_alone() -> None:
    workshop, district = load("fengshu-workshop"), load("district")
    assert [d.path for d in workshop.differences(load())] == ["population.scale"]
    assert workshop.value("scale") == 0.1
    assert [d.path for d in district.differences(load())] == ["population.communities"]
    assert district.value("communities") == 30


def test_the_stories_can_happen_to_somebody() -> None:
    assert len(load("story-lone-elder").story) == 2
    assert sum(need.count for need in load("story-bus-cards").story) == 320


# --- Merging ---------------------------------------------------------------------------------


def test_a_scenario_takes_over_what_it_does_not_change(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", "[rules.place]\noutside_distance = 3\ndistance_decay = 1\n")
    write(tmp_path, "b.toml", 'extends = "a.toml"\n[rules.place]\ndistance_decay = 0.25\n')
    path = write(tmp_path, "c.toml", 'extends = "./b.toml"\n[population]\nscale = 0.5\n')
    scenario = load(path)
    assert scenario.values == {
        "population": {"scale": 0.5},
        "rules.place": {"outside_distance": 3.0, "distance_decay": 0.25},
    }
    assert [file.name for file in scenario.chain] == ["a.toml", "b.toml", "c.toml"]
    assert scenario.name == "c"


def test_vectors_are_merged_element_by_element(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", "[rules.needs.arrival]\nmedical = 0.02\nrepair = 0.003\n")
    path = write(tmp_path, "b.toml", 'extends = "a.toml"\n[rules.needs.arrival]\nrepair = 0.009\n')
    arrival = load(path).values["rules.needs"]["arrival"]
    assert arrival == {"medical": 0.02, "repair": 0.009}
    resolved = load(path).resolved()["rules.needs"]["arrival"]
    assert list(resolved) == list(DOMAINS)
    assert resolved["eldercare"] == entries()["rules.needs.arrival.eldercare"].default


def test_titles_are_not_taken_over_but_stories_are() -> None:
    child = parse('extends = "story-lone-elder"')
    assert child.title == ""
    assert len(child.story) == 2
    assert parse('extends = "story-lone-elder"\nstory = []').story == ()


def test_rules_receive_typed_numbers() -> None:
    numbers = parse("[rules.place]\noutside_distance = 3").numbers()
    assert list(numbers) == list(headings())
    place = numbers["rules.place"]
    assert place.outside_distance == np.float32(3)
    assert type(place.outside_distance) is np.float32
    assert type(numbers["population"].residents) is np.int64
    assert numbers["incentives.points"].on is True
    assert all(type(item) is np.float32 for item in numbers["rules.needs"].arrival)


def test_a_scenario_is_hashed_compared_and_sent_to_another_process() -> None:
    one, two = load("no-points"), load("no-points")
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(AttributeError):
        one.name = "other"  # type: ignore[misc]


# --- Overrides -------------------------------------------------------------------------------


def test_overrides_take_full_paths_unique_endings_and_elements() -> None:
    scenario = load().with_overrides(
        {"incentives.points.half_life": 13, "scale": 0.1, "needs.arrival.medical": 0.02}
    )
    assert scenario.value("incentives.points.half_life") == 13.0
    assert scenario.value("population.scale") == 0.1
    assert scenario.value("rules.needs.arrival")["medical"] == 0.02
    assert load().value("population.scale") == 1.0


def test_overrides_take_numpy_numbers_and_whole_vectors() -> None:
    scenario = load().with_overrides(
        {
            "scale": np.float64(0.25),
            "population.residents": np.int64(20000),
            "rules.needs.arrival": [0.01, 0.002, 0.003, 0.004, 0.005],
            "population.partner_kinds": {"enterprise": 0.5, "professional": 0.0},
        }
    )
    assert scenario.value("population.residents") == 20000
    assert scenario.value("rules.needs.arrival")["administration"] == 0.005
    assert scenario.value("partner_kinds")["enterprise"] == 0.5
    assert type(scenario.value("scale")) is float


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("incentives.points.halflife", '"incentives.points.half_life"'),
        ("half_lif", "half_life"),
        ("on", "could mean"),
        ("points", "incentives.points.on"),
        ("nonsense", "no number is called"),
        ("", "no number is called"),
    ],
)
def test_an_unknown_or_ambiguous_name_is_refused(name: str, part: str) -> None:
    with pytest.raises(InputError) as error:
        load().with_overrides({name: 1}, where="--set")
    assert part in sentence(error)


def test_every_full_path_stands_for_itself() -> None:
    assert all(full_path(path) == path for path in entries())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.b=3", 3),
        ("a.b = 0.5", 0.5),
        ("a.b=.5", 0.5),
        ("a.b=1e-3", 1e-3),
        ("a.b=true", True),
        ("a.b=False", False),
        ("a.b=window", "window"),
        ('a.b="window"', "window"),
        ("a.b={x = 1}", {"x": 1}),
        ("a.b=1\nc = 2", "1\nc = 2"),
    ],
)
def test_a_set_takes_toml_values_and_bare_words(text: str, value: object) -> None:
    assert parse_set(text) == ("a.b", value)
    assert type(parse_set(text)[1]) is type(value)


@pytest.mark.parametrize("text", ["", "a.b", "=3", "a.b=", " = "])
def test_a_set_without_key_or_value_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"table\.key=value"):
        parse_set(text)


# --- Checks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[rules.plac]\na = 1", ["mine.toml", 'did you mean "rules.place"?']),
        ("[place]\ndistance_decay = 1", ['did you mean "rules.place"?']),
        ("[populaton]\nscale = 1", ['did you mean "population"?']),
        ("titel = 'x'", ['did you mean "title"?']),
        ("rules = 3", ["must be tables"]),
        ("population = 3", ["must be a table [population]"]),
        ("[rules]\nplace = 3", ["rules.place = 3 must be a table"]),
        ("[population]\nresident = 5", ['did you mean "residents"?']),
        ("[population]\nvolunteer_points = 5", ['did you mean "incentives.points.']),
        ("[rules.place]\noutside_distance = 25", ["= 25", "between 0 and 20 km"]),
        ("[rules.place]\noutside_distance = -1", ["out of bounds"]),
        ("[rules.place]\noutside_distance = nan", ["finite", "km"]),
        ("[rules.place]\noutside_distance = inf", ["finite"]),
        ("[rules.place]\noutside_distance = true", ["= true is not a number"]),
        ("[rules.place]\noutside_distance = '2'", ['"2" is not a number']),
        ("[rules.place]\noutside_distance = 2020-01-01", ["is not a number"]),
        ("[rules.place]\noutside_distance = [1]", ["is not a number"]),
        ("[population]\nresidents = 5000.0", ["whole number"]),
        ("[population]\nresidents = true", ["whole number"]),
        ("[population]\nresidents = 0", ["out of bounds", "persons"]),
        ("[population]\nresidents = 1000000000", ["out of bounds", "550 GB of memory"]),
        ("[population]\nresidents = " + "9" * 400, ["out of bounds"]),
        ("[population]\nresidents = " + "9" * 5000, ["not valid TOML"]),
        ("[population]\nscale = 0.0", ["out of bounds"]),
        ("[incentives.points]\non = 1", ["not true or false"]),
        ("[incentives.points]\npolicy = 'windw'", ['did you mean "window"?']),
        ("[incentives.points]\npolicy = 2", ["not one of the words"]),
        ("[rules.needs]\narrival = 0.1", ["must be a table [rules.needs.arrival]"]),
        ("[rules.needs.arrival]\nmedcal = 0.1", ['did you mean "medical"?']),
        ("[rules.needs.arrival]\nmedical = 7", ["rules.needs.arrival.medical", "out of bounds"]),
        ("[population.partner_kinds]\nenterprise = 0.9", ["must sum to 1", "1.65"]),
        ("extends = 3", ["extends = 3"]),
        ("extends = ''", ["extends"]),
        ("extends = 'fengsh'", ['did you mean "fengshu"?']),
        ("title = 4", ["title = 4"]),
        ("labels = 'x'", ["labels"]),
        ("a = ", ["not valid TOML"]),
        ("[rules.place]\nx x", ["not valid TOML", "line 2"]),
        ("[a]\n[a]", ["not valid TOML", "line 2"]),
        ("a = " + "[" * 100_000, ["nested too deep"]),
        ("[population]\nyoung = 0.5\nmiddle = 0.4\nelderly = 0.2", ["sum to 1.1"]),
        ("[population]\ngrids = 60", ["population.grids = 60 is more than", "micro_grids"]),
        ("[population]\nresidents = 100", ["households", "residents = 100"]),
        ("[population]\nregistered_members = 100000", ["persons is more than"]),
    ],
)
def test_bad_input_is_refused_in_one_sentence(text: str, parts: list[str]) -> None:
    message = refused(text)
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("story", "part"),
    [
        ("story = 3", "[[story]]"),
        ("story = [3]", "must be a table"),
        ("[story]\nweek = 1", "[[story]]"),
        ("[[story]]\nweek = 1", 'must give its "domain"'),
        ("[[story]]\ndomain = 'medical'", 'must give its "week"'),
        ("[[story]]\nweek = -1\ndomain = 'medical'", "between 0 and 2000 weeks"),
        ("[[story]]\nweek = true\ndomain = 'medical'", "story.week = true"),
        ("[[story]]\nweek = 1\ndomain = 'medicine'", 'did you mean "medical"?'),
        ("[[story]]\nweek = 1\ndomain = 5", "story.domain = 5"),
        ("[[story]]\nweek = 1\ndomain = ['medical']", "story.domain"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nurgent = 1", "story.urgent = 1"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nhours = 0", "hours"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nhours = nan", "hours"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\ncount = 0", "between 1 and"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nlabel = 3", "story.label"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nweak = 3", 'did you mean "week"?'),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nwho = 3", "story.who = 3"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nwho = {aloon = true}", '"alone"?'),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nwho = {alone = 1}", "story.who.alone = 1"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nwho = {age = 'old'}", '"elderly"'),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nwho = {age = [1]}", "story.who.age"),
    ],
)
def test_a_bad_story_is_refused_in_one_sentence(story: str, part: str) -> None:
    assert part in refused(story)


def test_a_story_tells_whom_it_may_happen_to() -> None:
    (need,) = parse(
        "[[story]]\nweek = 3\ndomain = 'eldercare'\nurgent = true\nhours = 14\n"
        "who = {age = 'elderly', alone = true, online = false}"
    ).story
    assert (need.week, need.domain, need.urgent, need.hours, need.count) == (
        3,
        "eldercare",
        True,
        14.0,
        1,
    )
    residents = allocate(Residents, 4)
    residents.age[:] = [AGES.index("elderly")] * 3 + [AGES.index("young")]
    residents.alone[:] = [True, True, False, True]
    residents.online[:] = [False, True, False, False]
    assert need.matches(residents).tolist() == [True, False, False, False]


def test_everything_a_story_may_ask_for_is_a_column_of_residents() -> None:
    assert {*module.WHO_WORDS, *module.WHO_SWITCHES} <= set(columns_of(Residents))


# --- Files -----------------------------------------------------------------------------------


def not_read(path: str | Path) -> str:
    with pytest.raises(InputError) as error:
        load(path)
    return sentence(error)


def test_files_that_are_no_scenario_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "mine.toml", "")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'# one\ntitle = "caf\xe9"\n')
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * 2_000_000)
    assert "is a folder" in not_read(tmp_path)
    assert 'did you mean "mine.toml"?' in not_read(tmp_path / "mne.toml")
    assert "there is no file" in not_read(tmp_path / "none" / "x.toml")
    assert "not UTF-8 text (line 2)" in not_read(latin)
    assert "more than the 1,000,000 bytes" in not_read(huge)
    assert "is a folder" in not_read("/")
    assert "must not be empty" in not_read("")
    assert "must not hold the character U+0000" in not_read("a\0b")
    assert "cannot read" in not_read("./" + "x" * 5000 + ".toml")
    assert 'did you mean "no-points"?' in not_read("no-point")
    assert "not an ordinary file" in not_read("/dev/null")


def test_circles_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", 'extends = "b.toml"')
    write(tmp_path, "b.toml", 'extends = "c.toml"')
    write(tmp_path, "c.toml", 'extends = "b.toml"')
    own = write(tmp_path, "own.toml", 'extends = "own.toml"')
    assert "b.toml -> c.toml -> b.toml" in not_read(tmp_path / "a.toml")
    assert "own.toml -> own.toml" in not_read(own)


def test_an_error_in_an_extended_file_names_that_file(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", "[rules.place]\ndistance_decay = 9")
    path = write(tmp_path, "b.toml", 'extends = "a.toml"\n[rules.place]\ndistance_decay = 1')
    assert "a.toml" in not_read(path)
    path = write(tmp_path, "c.toml", 'extends = "missing.toml"')
    assert "c.toml: extends: there is no file" in not_read(path)


def test_empty_files_byte_order_marks_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    assert load(write(tmp_path, "empty.toml", "")).given == ()
    path = tmp_path / "windows.toml"
    path.write_bytes(b'\xef\xbb\xbfextends = "no-points"\r\n[population]\r\nscale = 0.5\r\n')
    assert load(path).value("incentives.points.on") is False
    assert load(path).value("scale") == 0.5


def test_a_bare_name_means_the_package_even_where_a_file_of_that_name_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "fengshu.toml", 'extends = "fengshu"\n[population]\nscale = 0.5')
    monkeypatch.chdir(tmp_path)
    assert load("fengshu").value("scale") == 1.0
    assert load("./fengshu.toml").value("scale") == 0.5
    assert load("fengshu.toml").value("scale") == 0.5
    assert load("no-points.toml").name == "no-points"


# --- Size ------------------------------------------------------------------------------------


def test_a_community_that_does_not_fit_is_refused_with_the_memory_it_would_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absurd = load().with_overrides({"residents": 1_000_000, "communities": 1000})
    with pytest.raises(InputError, match=r"1,000,000,000 residents .* about 45\d GB") as error:
        check_size(absurd)
    assert sentence(error)
    monkeypatch.setattr(module, "machine_memory", lambda: 200e6)
    check_size(load())
    with pytest.raises(InputError, match=r"this machine can give 150 MB"):
        check_size(load("district"))


# --- Writing out, telling apart ---------------------------------------------------------------


@pytest.mark.parametrize("name", available())
def test_a_scenario_written_out_and_read_again_is_the_same(name: str) -> None:
    scenario = load(name)
    again = parse(scenario.to_toml(), name)
    assert again.flat() == scenario.flat()
    assert again.story == scenario.story
    assert again.digest() == scenario.digest()
    assert (again.title, again.description_zh) == (scenario.title, scenario.description_zh)


@given(text=st.text(max_size=40))
def test_any_words_to_read_survive_being_written_out(text: str) -> None:
    scenario = Scenario(name="x", title=text)
    if any(steers(character) for character in text):
        with pytest.raises(InputError, match=r"title = .* must not hold the character U\+"):
            parse(scenario.to_toml())
    else:
        assert parse(scenario.to_toml()).title == " ".join(text.split())


def test_the_digest_sees_numbers_and_stories_but_not_words() -> None:
    base = parse("title = 'a'")
    assert base.digest() == parse("title = 'b'").digest()
    assert base.digest() != base.with_overrides({"scale": 0.5}).digest()
    assert base.digest() != parse("[[story]]\nweek = 1\ndomain = 'repair'").digest()
    assert parse("[rules.place]\noutside_distance = 2.2").digest() == base.digest()


def test_every_number_of_every_heading_is_resolved() -> None:
    flat = parse("").flat()
    assert set(flat) == set(entries())
    assert all(not isinstance(value, float) or math.isfinite(value) for value in flat.values())


# --- Properties ------------------------------------------------------------------------------


@given(entry=st.sampled_from(LOOSE), share=st.floats(0, 1))
def test_any_number_within_its_bounds_is_taken(entry: module.Entry, share: float) -> None:
    low, high = entry.declared.low, entry.declared.high
    value: float = min(high, max(low, low + share * (high - low)))
    if entry.declared.kind == "whole":
        value = round(value)
    scenario = parse("").with_overrides({entry.path: value})
    assert scenario.value(entry.path) == value
    assert parse(scenario.to_toml()).flat() == scenario.flat()
    assert {item.path for item in scenario.differences(parse(""))} <= {entry.path}


@given(entry=st.sampled_from(REALS + WHOLES), beyond=st.floats(1e-3, 1e300), above=st.booleans())
def test_any_number_beyond_its_bounds_is_refused(
    entry: module.Entry, beyond: float, above: bool
) -> None:
    declared = entry.declared
    value: float = declared.high + beyond if above else declared.low - beyond
    if declared.kind == "whole":
        value = math.ceil(value) if above else math.floor(value)
    with pytest.raises(InputError) as error:
        parse("").with_overrides({entry.path: value}, where="--set")
    assert entry.path in sentence(error)
    assert declared.unit in str(error.value)


@given(entry=st.sampled_from(REALS), value=st.sampled_from([math.nan, math.inf, -math.inf]))
def test_no_number_may_be_infinite_or_undefined(entry: module.Entry, value: float) -> None:
    with pytest.raises(InputError, match="finite"):
        parse("").with_overrides({entry.path: value})


@given(text=st.text(max_size=200))
def test_any_text_is_either_a_scenario_or_refused_in_one_sentence(text: str) -> None:
    message = "none"
    try:
        parse(text)
    except InputError as error:
        message = str(error)
    assert len(message.splitlines()) == 1


# --- Words -----------------------------------------------------------------------------------


def test_the_nearest_word_is_suggested_and_a_distant_one_is_not() -> None:
    assert did_you_mean("residnts", ["residents", "grids"]) == '; did you mean "residents"?'
    assert did_you_mean("xyz", ["residents"]) == ""


def test_values_are_shown_short_and_in_one_line() -> None:
    assert shown(True) == "true"
    assert shown("a\nb") == '"a b"'
    assert len(shown("x" * 500)) == 60
    assert shown(0.1) == "0.1"
    assert "15 digits" in shown(10**400)


def test_a_difference_is_explained_with_meaning_unit_and_both_values() -> None:
    text = explain(load().with_overrides({"rules.place.outside_distance": 5}))
    assert "differs from fengshu in 1 number:" in text
    assert "rules.place.outside_distance is 5 km instead of 2.2 km" in text
    assert "a fact of the case (B1)" in text
    assert "a lever" in explain(load("no-points"))
    assert "off instead of on" in explain(load("no-points"))


def test_what_a_scenario_sets_itself_is_no_fact_of_the_case() -> None:
    changed = explain(load().with_overrides({"rules.place.outside_distance": 5}))
    assert "set by this scenario, where the base has a fact of the case" in changed


@pytest.mark.parametrize("name", available())
def test_every_scenario_is_explained_in_chinese_alone(name: str) -> None:
    lines = explain(load(name), "zh").splitlines()
    assert lines[0] == load(name).title_zh
    for line in filter(None, lines):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in line), line


def test_chinese_words_hold_value_unit_meaning_and_what_it_rests_on() -> None:
    text = explain(load().with_overrides({"incentives.points.half_life": 13}), "zh")
    assert "incentives.points.half_life：13 周，而非 26 周。" in text
    assert "指数衰减方式下积分余额减半所需的时间；可由决策者设定" in text
    with pytest.raises(InputError, match='--lang "fr" is not one of "en", "zh"'):
        explain(load(), "fr")


def test_the_base_is_explained_by_its_headings() -> None:
    text = explain(load())
    assert all(heading in text for heading in headings())


def test_a_story_is_explained_in_words() -> None:
    text = explain(load("story-lone-elder"))
    assert "in programme week 70, one resident" in text
    assert "an urgent need of eldercare that takes 14 hours" in text


# --- Dates and volumes ------------------------------------------------------------------------


def test_the_launch_is_taken_over_and_written_out() -> None:
    assert parse("title = 'a'").launch is None
    assert load("blank").launch is None
    assert parse('extends = "fengshu"').launch == date(2023, 7, 3)
    own = parse('extends = "fengshu"\nlaunch = 2027-01-04')
    assert own.launch == date(2027, 1, 4)
    assert parse(own.to_toml()) == replace(own, chain=(), given=parse(own.to_toml()).given)


@pytest.mark.parametrize(
    "value", ['"2027-01-04"', "2027", "2027-01-05", "1066-10-14", "2027-01-04T00:00:00", "[]"]
)
def test_a_launch_that_is_no_monday_of_our_time_is_refused(value: str) -> None:
    assert "launch = " in refused(f"launch = {value}")


def test_volumes_of_another_size_are_found_and_put_in_proportion() -> None:
    small = parse("[population]\nresidents = 3300\nhouseholds = 1400\n[rules.service]\nstaff = 3")
    found = {volume.path: volume for volume in module.volumes_of_the_default(small)}
    grant = found["incentives.fund.grant"]
    assert grant.in_proportion == pytest.approx(grant.value / 10)
    assert not {"rules.service.staff", "population.households"} & set(found), "these are given"
    assert "rules.service.outside_hours.eldercare" not in found, "none of nothing is right"
    assert not module.volumes_of_the_default(small.with_overrides({"residents": 33000}))
    assert not module.volumes_of_the_default(load("fengshu-workshop")), (
        "agents are fewer, not residents"
    )


def test_every_volume_is_an_amount_and_no_chance_or_share() -> None:
    volumes = [entry.declared for entry in entries().values() if entry.declared.volume]
    assert len(volumes) > 30
    for declared in volumes:
        assert declared.kind in ("real", "whole")
        assert not re.match("share|chance|ratio|log", declared.unit)
