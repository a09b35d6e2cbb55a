"""The overview figure: declared figures only, one dictionary of words, no text on another."""

import itertools
import json
import string
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from sim import records
from sim.analysis import overview, theme
from sim.errors import InputError

ABOUT = {
    "scenario": {"name": "fengshu", "title": "A community", "title_zh": "社区", "digest": "0" * 64},
    "seeds": [4, 5, 6],
    "weeks": 60,
    "versions": {"redmaple": "0.1.0"},
}


def weekly(runs=3, weeks=60):
    """Return weeks of made-up figures, with a column for each that the model declares."""
    tables = []
    for run in range(runs):
        draw = np.random.default_rng(run)
        table = {"replication": run, "seed": run + 4, "week": np.arange(weeks)}
        table |= {name: draw.uniform(0.1, 0.9, weeks) for name in records.declared()}
        table["complex_open"] = (np.arange(weeks) >= 20).astype(float)
        tables.append(pd.DataFrame(table))
    return pd.concat(tables, ignore_index=True)


def boxes(figure):
    """Return text and extent of everything written at line ends."""
    renderer = figure.canvas.get_renderer()
    return [
        (text.get_text(), Text.get_window_extent(text, renderer))  # without its arrow
        for axis in figure.axes
        for text in axis.texts
        if text.get_text() and text.get_color() != "#666666"
    ]


@pytest.mark.parametrize(("runs", "weeks"), [(1, 60), (3, 60), (2, 2), (1, 1)])
def test_it_is_drawn_for_any_number_of_runs_and_weeks(runs, weeks, tmp_path):
    figure = overview.draw(weekly(runs, weeks), ABOUT | {"seeds": list(range(runs))})
    places = tmp_path / "a.png", tmp_path / "a.svg"
    overview.save(figure, *places)
    assert places[0].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    ElementTree.parse(places[1])
    assert not plt.get_fignums()


def test_a_group_of_nobody_is_named_without_a_line_and_drawn_as_a_dash(tmp_path):
    table = weekly()
    table[[name for name in table if name.endswith("_low_income")]] = np.nan
    figure = overview.draw(table, ABOUT)
    texts = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert [text.rpartition("; ")[2] for text in texts if "; –" in text] == ["–: low income"]
    assert "low income" not in texts
    assert texts.count("–") == 1
    overview.save(figure, tmp_path / "a.png")


def test_a_line_ends_where_its_last_figure_is(tmp_path):
    table = weekly()
    table.loc[table["week"] > 50, "rate_event_migrant"] = np.nan
    overview.save(overview.draw(table, ABOUT), tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 0


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        overview.save(overview.draw(weekly(), ABOUT), tmp_path / f"{name}.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_it_says_what_it_is_and_that_it_is_uncalibrated():
    figure = overview.draw(weekly(), ABOUT)
    words = " ".join(text.get_text() for text in figure.texts)
    for part in ("A community", "UNCALIBRATED", "fengshu", "seeds 4–6", "redmaple 0.1.0", "3 runs"):
        assert part in words


def test_names_at_line_ends_do_not_touch_and_stay_in_the_figure():
    figure = overview.draw(weekly(), ABOUT)
    figure.canvas.draw()
    placed = boxes(figure)
    width, height = figure.canvas.get_width_height()
    for i, (word, box) in enumerate(placed):
        assert 0 <= box.x0 < box.x1 <= width, word
        assert 0 <= box.y0 < box.y1 <= height, word
        for other, second in placed[i + 1 :]:
            assert not box.padded(-1).overlaps(second.padded(-1)), f"{word} on {other}"


def test_both_languages_have_the_same_words_and_places():
    english, chinese = (overview.TEXT[language] for language in theme.LANGUAGES)
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert fields == {n for _, n, _, _ in string.Formatter().parse(chinese[key]) if n}, key


def test_no_word_is_left_unused():
    class Words(dict):
        def __init__(self, *given):
            super().__init__(*given)
            self.used = set()

        def __getitem__(self, key):
            self.used.add(key)
            return super().__getitem__(key)

    words = Words(overview.TEXT["en"])
    overview.TEXT["en"], kept = words, overview.TEXT["en"]
    try:
        overview.draw(weekly(), ABOUT)
    finally:
        overview.TEXT["en"] = kept
    assert set(kept) - words.used == set()


def test_only_what_is_recorded_is_dashed():
    declared = records.declared()
    table = weekly()
    lines = [
        series
        for panel in overview.panels(table, overview.TEXT["en"])
        if panel is not None
        for series in panel.series
    ]
    dashed = [series.values.name for series in lines if series.dashed]
    assert dashed == ["disputes_recorded_resolved", "hazards_recorded"]
    assert all(declared[name].recorded for name in dashed)


def test_representation_is_one_where_a_group_takes_part_as_all_do():
    table = weekly(1)
    table["rate_event"] = 0.2
    table["rate_event_elderly"] = 0.1
    table["rate_event_young"] = 0.2
    assert overview.representation(table, "event", "elderly") == pytest.approx(0.5)
    assert overview.representation(table, "event", "young") == pytest.approx(1.0)
    table["rate_event"] = 0.0
    assert np.isnan(overview.representation(table, "event", "young"))


def test_flows_are_averaged_and_added_up_run_by_run():
    table = pd.DataFrame(
        {"replication": [0, 0, 0, 1, 1], "week": [0, 1, 2, 0, 1], "flow": [2.0, 4.0, 6.0, 10.0, 20]}
    )
    assert list(overview.per_week(table, "flow")) == [2.0, 3.0, 4.0, 10.0, 15.0]
    assert list(overview.so_far(table, "flow")) == [2.0, 6.0, 12.0, 10.0, 30.0]


def test_the_opening_is_marked_only_where_it_falls_within_the_run():
    table = weekly()
    assert overview.opening_week(table) == 20
    table["complex_open"] = 1.0
    assert overview.opening_week(table) is None
    table["complex_open"] = 0.0
    assert overview.opening_week(table) is None


@given(st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=8))
def test_names_are_moved_apart_in_their_order(places):
    moved = overview.spread(places, 0.1)
    assert min(moved) >= -1e-9
    assert max(moved) <= 1.0 + 1e-9
    ordered = [moved[i] for i in sorted(range(len(places)), key=lambda i: places[i])]
    assert all(b - a >= 0.1 - 1e-9 for a, b in itertools.pairwise(ordered))


def test_names_far_apart_stay_where_they_are():
    assert overview.spread([0.9, 0.1, 0.5], 0.1) == [0.9, 0.1, 0.5]


def test_chinese_without_a_font_is_refused_not_drawn_as_boxes(monkeypatch):
    monkeypatch.delenv(theme.FONT_FILE, raising=False)
    monkeypatch.setattr(theme, "CHINESE_FAMILIES", ())
    monkeypatch.setattr(theme, "CHINESE_PACKAGES", (("no_such_package", "font.otf"),))
    with pytest.raises(InputError, match="need a font with Chinese characters"):
        overview.draw(weekly(1), ABOUT, "zh")


def test_a_file_that_is_no_font_is_refused(monkeypatch, tmp_path):
    (tmp_path / "font.otf").write_text("no font", encoding="utf-8")
    monkeypatch.setenv(theme.FONT_FILE, str(tmp_path / "font.otf"))
    with pytest.raises(InputError, match="cannot be read as a font"):
        theme.settings("zh")


def test_a_named_font_file_is_used_for_chinese(monkeypatch):
    from matplotlib import font_manager

    file = font_manager.findfont("DejaVu Sans")
    monkeypatch.setenv(theme.FONT_FILE, file)
    assert theme.settings("zh")["font.family"][0] == "DejaVu Sans"


def test_an_unknown_language_is_refused():
    with pytest.raises(InputError, match='"fr" is not one of'):
        overview.draw(weekly(1), ABOUT, "fr")


def test_a_manifest_read_from_its_file_can_be_drawn():
    overview.draw(weekly(), json.loads(json.dumps(ABOUT)))
