"""Charts of experiments: what is drawn is what the table says, and nothing lies on anything."""

import itertools
from functools import cache
from string import Formatter
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Annotation, Text

from sim.analysis import charts, sheet, theme
from sim.analysis.charts import COLUMN, PAGE, Mark, Words
from sim.errors import InputError

NAN = float("nan")
WORDS = Words(
    "What becomes of the effect of points over the years, and for whom does it become less?",
    reading="Dot: mean over worlds; line: 95% interval.",
    x="weakening index (0: as at first, 1: gone)",
    y="acts a week (thousands)",
    footnote=charts.small_print("en", runs=2200, worlds=120, weeks=182, seed=1, scale="quick"),
    names={"none": "no decay", "quarter": "reset each quarter", "0.37": "37% active"},
)
CHINESE = Words(
    "积分的效果是否逐年减弱?对谁减弱?",
    reading="点:均值;线:95%区间。",
    x="减弱指数(0:不变,1:消失)",
    y="每周行动(千次)",
    footnote=charts.small_print("zh", runs=2200, worlds=120, weeks=182, seed=1, scale="quick"),
    names={"none": "不衰减", "quarter": "每季清零", "0.37": "37%活跃", "core": "骨干"},
)


def table(rows, *names):
    return pd.DataFrame(rows, columns=[*names, "estimate", "low", "high"])


def rules():
    """Return estimates by rule, class and mix."""
    cells = itertools.product(("none", "window", "quarter"), ("core", "casual"), ("points", "both"))
    return table(
        [(*cell, 0.1 * at, 0.1 * at - 0.3, 0.1 * at + 0.3) for at, cell in enumerate(cells)],
        "rule",
        "class",
        "mix",
    )


def numbers():
    """Return estimates by number of partners, share active and staff."""
    cells = itertools.product((0, 5, 11, 41, 80), (0.37, 0.7, 1.0), ("no staff", "two staff"))
    return table(
        [(*cell, at / 10, at / 10 - 0.2, at / 10 + 0.2) for at, cell in enumerate(cells)],
        "partners",
        "active",
        "staff",
    )


def sobol():
    """Return indices of four factors, of which one is a dummy, for two outcomes."""
    size = {"small": 0.1, "large": 0.6, "dummy": 0.02, "middle": 0.3}
    return pd.DataFrame(
        [
            (outcome, factor, kind, share * size[factor], -0.05, share * size[factor] + 0.06)
            for outcome in ("acts", "fund")
            for factor in size
            for kind, share in (("first", 0.5), ("total", 1.0))
        ],
        columns=["outcome", "factor", "index", "estimate", "low", "high"],
    )


def morris():
    """Return effects of twenty factors, crowded together, and of a dummy."""
    draw = np.random.default_rng(7)
    effect = [*draw.gamma(2.0, 0.5, 20), 0.05]
    return pd.DataFrame(
        {
            "outcome": "acts",
            "factor": [*(f"rules.reach.factor_{at}" for at in range(20)), "dummy"],
            "mu_star": effect,
            "sigma": [*(np.array(effect[:-1]) * draw.uniform(0.4, 1.2, 20)), 0.04],
            "low": np.array(effect) * 0.9,
            "high": np.array(effect) * 1.1,
        }
    )


@cache
def drawn(kind, language="en", width=PAGE):
    """Return a figure of one kind in a language, laid out, the same one each time."""
    figure = made(kind, SAYS[language], language, width)
    figure.draw_without_rendering()
    return figure


def made(kind, words, language, width=PAGE):
    """Return a new figure of one kind."""
    if kind == "intervals":
        marks = [Mark(0.0, label="no weakening"), Mark(0.5, 0.7, along="x")]
        return charts.intervals(
            rules(),
            words,
            language,
            row="rule",
            hue="class",
            panel="mix",
            marks=marks,
            width=width,
            limits=(-0.2, 1.0),
        )
    if kind in ("curves", "bars"):
        return charts.curves(
            numbers(),
            words,
            language,
            x="partners",
            hue="active",
            panel="staff",
            marks=[Mark(11, 41, label="11–41"), Mark(1.0, label="as now", along="y")],
            steps=kind == "bars",
            bars=kind == "bars",
            width=width,
        )
    if kind == "heat":
        return charts.heat(
            rules(), words, language, row="rule", column="class", panel="mix", width=width
        )
    if kind == "indices":
        return charts.indices(sobol(), words, language, width=width)
    return charts.scatter_morris(morris(), words, language, low="low", high="high", width=width)


SAYS = {"en": WORDS, "zh": CHINESE}
KINDS = ("intervals", "curves", "bars", "heat", "indices", "morris")


def texts(figure):
    """Return each visible text and its place in pixels."""
    renderer = sheet.renderer_of(figure)
    return [
        (text, Text.get_window_extent(text, renderer))  # of an annotation without its arrow
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text.axes is not None
        if text.axes.get_visible()
    ]


def points_of(axis, marker, hollow=None):
    """Return x and y of everything drawn with a marker, hollow or not."""
    lines = [line for line in axis.lines if line.get_marker() == marker]
    if hollow is not None:
        lines = [line for line in lines if (line.get_markerfacecolor() == "white") == hollow]
    return [tuple(point) for line in lines for point in line.get_xydata()]


# --- Every chart ---------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [PAGE, COLUMN], ids=["page", "column"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_cut_and_none_lies_on_heading_or_small_print(kind, language, width):
    figure = drawn(kind, language, width)
    renderer = sheet.renderer_of(figure)
    page = figure.bbox
    framing = [text.get_window_extent(renderer) for text in figure.texts]
    framing += [legend.get_window_extent(renderer) for legend in figure.legends]
    panels = [axis.get_tightbbox(renderer) for axis in figure.axes if axis.get_visible()]
    for box in (*framing, *panels):
        assert page.x0 - 1 <= box.x0
        assert box.x1 <= page.x1 + 1
        assert page.y0 - 1 <= box.y0
        assert box.y1 <= page.y1 + 1
    for one, other in itertools.combinations(framing, 2):
        assert not one.padded(-1.5).overlaps(other.padded(-1.5))
    for one, other in itertools.product(framing, panels):
        assert not one.padded(-1).overlaps(other.padded(-1))
    for one, other in itertools.combinations(panels, 2):
        assert not one.padded(-2).overlaps(other.padded(-2))


@pytest.mark.parametrize("kind", KINDS)
def test_names_within_a_panel_do_not_touch(kind):
    figure = drawn(kind)
    for axis in figure.axes:
        mine = [box for text, box in texts(figure) if text.axes is axis]
        for one, other in itertools.combinations(mine, 2):
            assert not one.padded(-1).overlaps(other.padded(-1))


@pytest.mark.parametrize("kind", ["heat", "morris"])
def test_the_same_figure_is_the_same_bytes_and_none_stays_open(kind, tmp_path):
    first = charts.save(made(kind, WORDS, "en"), tmp_path / "a", "chart")
    second = charts.save(made(kind, WORDS, "en"), tmp_path / "b", "chart")
    assert [file.name for file in first] == ["chart.png", "chart.svg"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    ElementTree.parse(first[1])
    assert not plt.get_fignums()


def test_every_figure_says_that_nothing_is_calibrated_and_what_it_rests_on():
    says = " ".join(text.get_text() for text in drawn("curves").texts)
    assert "UNCALIBRATED" in says
    assert "120 draws of the unknowns · 2,200 runs · 182 weeks · seed 1 · workshop size" in says


def test_small_print_says_only_what_is_given():
    assert charts.small_print("en") == ""
    assert charts.small_print("en", seed=0, version="0.2.0") == "seed 0 · redmaple 0.2.0"
    assert charts.small_print("zh", runs=1200, scale="full") == "1,200次运行 · 整个社区"


def test_chinese_figures_have_chinese_punctuation():
    says = "".join(text.get_text() for text in drawn("curves", "zh").texts)
    assert "减弱\uff1f对谁" in says
    assert "探索\uff0c不作" in says


@pytest.mark.parametrize("text", [charts.TEXT, sheet.TEXT], ids=["charts", "sheet"])
def test_languages_have_the_same_words_with_the_same_gaps(text):
    def gaps(words):
        return {name: {gap for _, gap, _, _ in Formatter().parse(words[name])} for name in words}

    assert gaps(text["en"]) == gaps(text["zh"])


def test_groups_differ_in_marker_and_dashes_as_well_as_in_colour():
    figure = drawn("curves")
    handles = figure.legends[0].legend_handles
    assert len({handle.get_color() for handle in handles}) == 3
    assert len({handle.get_marker() for handle in handles}) == 3
    assert len({handle.get_linestyle() for handle in handles} | {"-"}) >= 2
    assert len(charts.MARKERS) == len(charts.DASHES) == len(theme.PALETTE)


def test_labels_are_found_by_the_value_as_text():
    assert [charts.key(value) for value in (26.0, 0.37, 5, "both", True, np.float64(2))] == [
        "26",
        "0.37",
        "5",
        "both",
        "True",
        "2",
    ]
    assert Words("t").name(-0.7) == "−0.7"
    assert Words("t").name("half-life") == "half-life"
    assert [text.get_text() for text in drawn("curves").legends[0].get_texts()] == [
        "37% active",
        "0.7",
        "1",
    ]


def test_a_table_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="no column"):
        charts.intervals(rules(), WORDS, row="rules")
    with pytest.raises(ValueError, match="no rows"):
        charts.intervals(rules().iloc[:0], WORDS, row="rule")
    with pytest.raises(ValueError, match=r"do not tell .* apart"):
        charts.intervals(rules(), WORDS, row="rule", hue="class")
    with pytest.raises(ValueError, match="not above 0"):
        charts.curves(numbers(), WORDS, x="partners", hue="active", panel="staff", log_x=True)
    with pytest.raises(InputError, match='"fr" is not one of'):
        charts.intervals(rules(), WORDS, "fr", row="rule", hue="class", panel="mix")


# --- Intervals -----------------------------------------------------------------------------------


def test_a_dot_stands_at_its_estimate_in_the_row_of_its_category():
    rows = table([("b", 0.2, 0.1, 0.4), ("a", -1.0, -1.5, -0.5)], "arm")
    (axis,) = charts.intervals(rows, Words("t"), row="arm").axes
    assert points_of(axis, "o") == [(0.2, 0.0), (-1.0, 1.0)]
    assert [text.get_text() for text in axis.get_yticklabels()] == ["b", "a"]
    spans = [list(line.get_xdata()) for line in axis.lines if len(line.get_xdata()) == 2]
    assert spans == [[0.1, 0.4], [-1.5, -0.5]]
    assert axis.yaxis_inverted()


def test_groups_in_a_row_lie_on_either_side_of_its_middle():
    figure = charts.intervals(
        table([("a", "x", 1.0, 0.0, 2.0), ("a", "y", 1.0, 0.0, 2.0)], "arm", "group"),
        Words("t"),
        row="arm",
        hue="group",
    )
    (circle,), (square,) = points_of(figure.axes[0], "o"), points_of(figure.axes[0], "s")
    assert circle[1] == pytest.approx(-square[1])
    assert circle[1] < 0 < square[1]


def test_an_undefined_estimate_is_said_to_be_undefined():
    rows = table([("a", NAN, NAN, NAN), ("b", 1.0, 0.5, 1.5)], "arm")
    (axis,) = charts.intervals(rows, Words("t"), row="arm").axes
    assert [text.get_text() for text in axis.texts] == ["undefined"]
    assert points_of(axis, "o") == [(1.0, 1.0)]


def test_an_interval_that_leaves_the_limits_ends_in_an_arrow():
    rows = table([("a", 0.5, -9.0, 0.9), ("b", 7.0, 6.0, 9.0), ("c", -2.0, NAN, NAN)], "arm")
    (axis,) = charts.intervals(rows, Words("t"), row="arm", limits=(0.0, 1.0)).axes
    assert points_of(axis, "<") == [(0.0, 0.0), (0.0, 2.0)]
    assert points_of(axis, ">") == [(1.0, 1.0)]
    assert points_of(axis, "o") == [(0.5, 0.0)]


@pytest.mark.parametrize("kind", ["intervals", "curves"])
def test_an_estimate_without_an_interval_is_hollow_and_the_figure_says_why(kind):
    rows = table([(1, 0.5, 0.1, 0.9), (2, 0.7, NAN, NAN)], "arm")
    draw = {"intervals": charts.intervals, "curves": charts.curves}[kind]
    figure = draw(rows, Words("t"), **{"row" if kind == "intervals" else "x": "arm"})
    (axis,) = figure.axes
    estimate = 0 if kind == "intervals" else 1
    assert [point[estimate] for point in points_of(axis, "o", hollow=True)] == [0.7]
    assert [point[estimate] for point in points_of(axis, "o", hollow=False)] == [0.5]
    assert any("hollow: no interval" in text.get_text() for text in figure.texts)
    whole = draw(rows.iloc[:1], Words("t"), **{"row" if kind == "intervals" else "x": "arm"})
    assert not any("hollow" in text.get_text() for text in whole.texts)


# --- Curves --------------------------------------------------------------------------------------


def test_a_band_holds_the_intervals_and_the_line_the_estimates_in_order_of_x():
    rows = table([(4, 2.0, 1.0, 3.0), (1, 5.0, 4.0, 7.0)], "n")
    (axis,) = charts.curves(rows, Words("t"), x="n").axes
    assert points_of(axis, "o") == [(1.0, 5.0), (4.0, 2.0)]
    corners = {tuple(corner) for corner in axis.collections[0].get_paths()[0].vertices}
    assert {(1.0, 4.0), (1.0, 7.0), (4.0, 1.0), (4.0, 3.0)} <= corners


def test_a_panel_without_any_defined_estimate_says_so():
    rows = table([(1, "a", NAN, NAN, NAN), (1, "b", 1.0, 0.0, 2.0)], "n", "outcome")
    empty, full = charts.curves(rows, Words("t"), x="n", panel="outcome").axes
    assert [text.get_text() for text in empty.texts] == ["undefined"]
    assert not full.texts


def test_steps_are_equally_apart_and_named():
    rows = table([("none", 1.0, 0, 2), ("window", 2.0, 1, 3), ("quarter", 3.0, 2, 4)], "rule")
    (axis,) = charts.curves(rows, WORDS, x="rule", steps=True).axes
    assert points_of(axis, "o") == [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]
    named = [text.get_text() for text in axis.get_xticklabels()]
    assert named == ["no decay", "window", "reset each quarter"]


def test_bars_of_groups_are_moved_apart_around_their_x():
    rows = table([(x, group, 1.0, 0.0, 2.0) for x in (10, 20) for group in "ab"], "n", "group")
    (axis,) = charts.curves(rows, Words("t"), x="n", hue="group", bars=True).axes
    left, right = points_of(axis, "o")[0][0], points_of(axis, "s")[0][0]
    assert (left + right) / 2 == pytest.approx(10.0)
    assert 0.0 < right - left < 5.0


def test_a_reference_is_drawn_in_every_panel_and_named_in_one():
    figure = drawn("curves")
    assert sum(text.get_text() == "11–41" for text in figure.findobj(Annotation)) == 1
    for axis in figure.axes:
        areas = [patch for patch in axis.patches if to_hex(patch.get_facecolor()) == "#e8e8e8"]
        assert [(area.get_x(), area.get_width()) for area in areas] == [(11, 30)]


# --- Heat maps -----------------------------------------------------------------------------------


def test_a_cell_says_its_value_and_its_interval_and_has_a_ring_if_that_includes_the_centre():
    rows = table(
        [
            ("a", "x", -0.5, -0.9, -0.1),
            ("a", "y", 0.25, -0.25, 0.75),
            ("b", "x", NAN, NAN, NAN),
            ("b", "y", -0.001, -0.002, -0.001),
        ],
        "row",
        "column",
    )
    figure = charts.heat(rows, Words("t", y="change"), row="row", column="column")
    (axis,) = figure.axes
    assert [text.get_text() for text in axis.texts] == [
        "−0.50",
        "−0.90 to −0.10",
        "0.25",
        "−0.25 to 0.75",
        "×",
        "0.00",
        "0.00 to 0.00",
    ]
    assert not any("no interval" in text.get_text() for text in figure.texts)
    rings = points_of(axis, "o")
    assert [(round(x), round(y)) for x, y in rings] == [(1, 0)]
    assert any("the interval includes 0" in text.get_text() for text in figure.texts)


def test_a_cell_without_an_interval_has_none_and_the_figure_says_why():
    rows = table([("a", "x", 1.5, NAN, NAN)], "row", "column")
    figure = charts.heat(rows, Words("t"), row="row", column="column")
    assert [text.get_text() for text in figure.axes[0].texts] == ["1.50"]
    assert any("no interval below" in text.get_text() for text in figure.texts)


def test_colours_part_at_the_centre():
    colour = charts._colours(np.array([-1.0, 3.0]), 1.0)
    assert min(colour(1.0)) > 0.99
    red, _, blue, _ = colour(3.0)
    assert red > blue
    red, _, blue, _ = colour(-1.0)
    assert blue > red


# --- Sensitivity ---------------------------------------------------------------------------------


def test_factors_are_in_the_order_of_their_largest_index_and_dummies_come_last():
    figure = charts.indices(sobol(), Words("t"))
    named = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert named == ["large", "middle", "small", "dummy"]
    figure = charts.indices(sobol(), Words("t"), top=1)
    named = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert named == ["large", "dummy"]


def test_the_noise_floor_reaches_to_the_upper_end_of_the_dummy():
    for axis in charts.indices(sobol(), Words("t")).axes:
        floors = [patch for patch in axis.patches if to_hex(patch.get_facecolor()) == "#d9d9d9"]
        assert [(floor.get_x(), floor.get_width()) for floor in floors] == [
            (0.0, pytest.approx(0.08))
        ]
    without = charts.indices(sobol().query("factor != 'dummy'"), Words("t"))
    assert all("noise" not in text.get_text() for text in without.legends[0].get_texts())


def test_names_of_factors_touch_neither_each_other_nor_a_point_and_the_largest_is_named():
    figure = drawn("morris")
    (axis,) = figure.axes
    names = [(text, box) for text, box in texts(figure) if text.get_fontsize() == sheet.SMALL]
    largest = morris().sort_values("mu_star").iloc[-1]
    assert largest["factor"] in [text.get_text() for text, _ in names]
    assert len(names) >= 6
    for (_, one), (_, other) in itertools.combinations(names, 2):
        assert not one.padded(-1).overlaps(other.padded(-1))
    for point in axis.transData.transform(morris()[["mu_star", "sigma"]].to_numpy()):
        assert not any(box.contains(*point) for _, box in names)


@pytest.fixture
def in_look():
    """Measure text in the look of English figures."""
    with theme.look("en"):
        yield


# --- Text ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_look")
def test_text_is_folded_at_spaces_and_between_chinese_characters():
    assert sheet.pieces("one two") == ("one ", "two")
    assert sheet.pieces("共2,200次\uff0c好") == ("共", "2,200", "次\uff0c", "好")
    assert sheet.pieces("\uff08甲\uff09") == ("\uff08甲\uff09",)
    words = "what becomes of it over the years"
    lines = sheet.fold(words, 7.0, 0.8)
    assert len(lines) > 1
    assert " ".join(lines) == words
    assert all(sheet.width_of(line, 7.0) <= 0.8 for line in lines)
    assert sheet.fold("indivisible", 7.0, 0.1) == ["indivisible"]


@pytest.mark.usefixtures("in_look")
def test_names_in_several_lines_have_lines_of_like_width():
    name = "aaaa bbbb cccc dd"
    room = sheet.width_of("aaaa bbbb cccc", 7.0) + 0.01
    assert sheet.fold(name, 7.0, room) == ["aaaa bbbb cccc", "dd"]
    assert sheet.folded([name, "aaaa"], 7.0, room) == ["aaaa bbbb\ncccc dd", "aaaa"]


@pytest.mark.usefixtures("in_look")
def test_names_of_steps_are_turned_only_where_they_find_no_room():
    assert sheet.across(["a", "b"], 1.0) == (["a", "b"], 0.0, 0.0)
    names, angle, height = sheet.across(["indivisible", "b"], 0.2)
    assert names == ["indivisible", "b"]
    assert angle > 0.0
    assert height > 0.2


def test_panels_lie_in_rows_as_even_as_can_be():
    assert sheet.side_by_side(4, 6.0, 1.5) == 4
    assert sheet.side_by_side(4, 5.0, 1.5) == 2
    assert sheet.side_by_side(5, 6.0, 1.5) == 3
    assert sheet.side_by_side(3, 1.0, 1.5) == 1
