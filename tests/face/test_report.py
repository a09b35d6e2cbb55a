"""The page: stands by itself, says the same as the numbers, and is safe to open."""

import base64
import csv
import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO, StringIO

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from sim.face import designs, marks, report
from sim.face.outcomes import SHOWN
from sim.records import declared
from sim.scenario import load
from sim.statistics import Paired

RNG = np.random.default_rng(5)


def sides(worlds=0, count=20, gain=0.1, **texts):
    """Return two designs, of which B brings more people to events by `gain` of what A has."""
    base = load("fengshu")
    other = replace(load("inclusive"), **texts)
    made = designs.lettered([base, other])
    drawn = []
    if worlds:
        factors = designs.unknowns(made)
        drawn = [{one.path: one.value(RNG.random()) for one in factors} for _ in range(worlds)]
    number = worlds or count
    outcomes = {"A": [], "B": []}
    for world in range(number):
        run = {name: 0.4 + 0.01 * RNG.standard_normal() for name in declared()}
        outcomes["A"].append(run)
        more = gain * (2 * drawn[world]["rules.reach.digital"] if drawn else 1.0)
        changed = {
            name: value * (1 + more) if name.startswith("rate_event") else value
            for name, value in run.items()
        }
        outcomes["B"].append(changed)
    digests = {"A": ["x"] * number, "B": ["y"] * number}
    seeds = list(range(1, count + 1))
    places = RNG.random((2, 6))
    here = 0.1 + 0.01 * RNG.standard_normal((number, 6))
    shift = np.array([0.05, 0.05, -0.05, 0.0, 0.0, 0.0])
    both = {"A": here, "B": here + shift + 0.001 * RNG.standard_normal((number, 6))}
    return designs.Sides(made, 3.0, outcomes, worlds, seeds, drawn, digests, places, both)


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request):
    return request.param, report.page(sides(), request.param, 156, "redmaple compare A B")


def test_the_page_needs_nothing_from_anywhere(page):
    _, text = page
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    assert not re.search(r"url\((?!data:)", text)
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert len(text.encode()) < 400_000


def test_every_chinese_character_is_in_the_font_that_comes_with_it():
    text = report.page(sides(), "zh", 156)
    held = re.search(r"data:font/woff;base64,([A-Za-z0-9+/=]+)", text)
    known = TTFont(BytesIO(base64.b64decode(held[1]))).getBestCmap()
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    missing = {sign for sign in body if "一" <= sign <= "鿿" and ord(sign) not in known}
    assert not missing


def test_the_table_beside_the_page_says_what_the_page_says(page):
    _, text = page
    held = re.search(r"data:text/csv;charset=utf-8;base64,([A-Za-z0-9+/=]+)", text)
    rows = list(csv.DictReader(StringIO(base64.b64decode(held[1]).decode("utf-8-sig"))))
    events = {row["design"]: row for row in rows if row["outcome"] == "events"}
    assert report.number(float(events["B"]["mean"]), 1) in text
    assert report.signed(float(events["B"]["difference"]), 1) in text
    assert {row["outcome"] for row in rows} >= set(SHOWN)


def test_names_are_shown_as_text_and_never_as_markup():
    attack = '<img src=x onerror="alert(1)"><script>1</script>'
    for language, field in (("en", "title"), ("zh", "title_zh")):
        text = report.page(sides(**{field: attack}), language, 156, attack)
        assert "<script" not in text
        assert "<img" not in text
        assert "&lt;img" in text


def contrast(low, high, equal=0.0):
    middle = (low + high) / 2
    return Paired(10.0, 10.0 + middle, middle, low, high, 0.5, equal, 0.5, 20)


@pytest.mark.parametrize(
    ("low", "high", "good", "says"),
    [
        (1.0, 2.0, 1, "better"),
        (1.0, 2.0, -1, "worse"),
        (-2.0, -1.0, 1, "worse"),
        (-2.0, -1.0, -1, "better"),
        (1.0, 2.0, 0, "more"),
        (-2.0, -1.0, 0, "fewer"),
        (-1.0, 2.0, 1, "unclear"),
        (0.1, 0.2, 1, "small"),
        (float("nan"), float("nan"), 1, "unknown"),
    ],
)
def test_a_verdict_follows_the_rule_that_the_page_states(low, high, good, says):
    assert report.verdict(contrast(low, high), good, 0.5) == says
    assert says in report.MARKS


def test_no_difference_at_all_is_said_to_be_the_same():
    assert report.verdict(contrast(0.0, 0.0, equal=1.0), 1, 0.5) == "same"


def test_draws_say_what_the_answer_hangs_on_and_their_lack_is_said():
    found = report._changing(sides(worlds=64), report.Words("en"), {"A": "a", "B": "b"})
    assert found
    assert found[0]["label"] == report.meaning_of("rules.reach.digital", "en")
    assert found[0]["direction"].startswith("the larger, the more")
    none = report._changing(sides(worlds=64, gain=0.0), report.Words("en"), {"A": "a", "B": "b"})
    assert not none
    text = report.page(sides(), "en", 156)
    assert "Only draws of what nobody knows can say" in text
    few = report.page(sides(worlds=8), "en", 156)
    assert "nothing can be said of single unknowns" in few


def test_a_rank_correlation_has_its_interval_and_a_perfect_one_has_none():
    x = np.arange(40.0)
    strength, low, high = report.rank_correlation(x, x + 8 * np.sin(x), 1)
    assert low < strength < high
    wider = report.rank_correlation(x, x + 8 * np.sin(x), 20)
    assert wider[1] < low < high < wider[2]
    assert np.isnan(report.rank_correlation(x, x, 1)[1])


def test_a_price_is_told_only_where_there_is_surely_more():
    text = report.page(sides(), "en", 156)
    assert text.count(report.Words("en")("page.no_price")) == 2


def test_a_hundred_people_are_drawn_as_many_as_they_are():
    drawing = marks.people(12.4, 10.0, "x")
    assert drawing.count(f'fill="{marks.NOBODY}"') == 100
    assert drawing.count(f'fill="{marks.HERE}"') == 13
    assert drawing.count("stroke=") == 1
    assert "&lt;b&gt;" in marks.people(1, 1, "<b>")


def test_an_interval_is_drawn_within_its_box_and_nothing_is_drawn_of_no_number():
    assert marks.interval(float("nan"), 0, 1, 1, "x") == ""
    drawing = marks.interval(0.5, -9.0, 9.0, 1.0, "x")
    places = [float(x) for x in re.findall(r'(?:x1|x2|cx)="([\d.]+)"', drawing)]
    assert all(0 <= place <= marks.WIDE for place in places)


def test_the_map_tells_where_there_are_surely_more_and_where_fewer():
    text = report.page(sides(), "en", 156)
    found = re.search(r"in (\d+) of 6 micro-grids .* surely fewer in (\d+)", text)
    assert int(found[1]) >= 2
    assert int(found[2]) >= 1
    assert text.count(marks.UP) == int(found[1])
    assert text.count(marks.DOWN) == int(found[2])


def test_too_many_places_to_be_told_apart_are_not_drawn():
    many = sides()
    wide = {letter: np.tile(here, (1, 40)) for letter, here in many.here.items()}
    text = report.page(replace(many, places=np.tile(many.places, (1, 40)), here=wide), "en", 156)
    assert marks.UP not in text


def test_designs_of_one_name_are_told_apart_by_what_is_changed():
    alike = designs.lettered([load("fengshu"), load("fengshu", {"incentives.points.rate": 2.0})])
    names = report.titles(replace(sides(), designs=alike), "en")
    assert names["B"] == f"{names['A']} [points.rate = 2]"


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_browser_without_network_shows_the_page(tmp_path, language):
    """A page of letters and pictures: many shades, and its words in the text that is printed."""
    from matplotlib.image import imread

    file = tmp_path / "page.html"
    file.write_text(report.page(sides(), language, 156), encoding="utf-8")
    shot = tmp_path / "shot.png"
    subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}"),
            *("--hide-scrollbars", "--window-size=390,1200", f"--screenshot={shot}", file.as_uri()),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    picture = imread(shot)
    dark = (picture[..., :3].mean(axis=2) < 0.5).mean()
    assert 0.01 < dark < 0.5
