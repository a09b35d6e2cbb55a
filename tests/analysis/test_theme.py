"""The look of figures: the Chinese font that comes along, and Chinese punctuation."""

import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from sim import headings
from sim.analysis import overview, theme
from sim.errors import InputError
from tests.analysis.test_overview import ABOUT, weekly

HERE = Path(headings.__file__).parent
WRITTEN = sorted(
    file
    for folder in (HERE, HERE.parent / "experiments", HERE.parent / "scenarios")
    for file in folder.rglob("*")
    if file.suffix in (".py", ".toml")
)
CHINESE = re.compile(f"[{theme.CHINESE}\uff01-\uff5e]")


@pytest.fixture
def font_file(monkeypatch):
    monkeypatch.delenv(theme.FONT_FILE, raising=False)
    return Path(font_manager.findfont(theme.chinese_font(), fallback_to_default=False))


def test_chinese_needs_nothing_but_the_installed_packages(font_file, monkeypatch):
    monkeypatch.setattr(theme, "CHINESE_FAMILIES", ())
    assert theme.chinese_font() == "Noto Sans SC"
    assert font_file.name == "NotoSansSC-Regular.otf"


def test_every_chinese_character_that_a_figure_can_write_has_a_glyph(font_file):
    glyphs = set(FT2Font(font_file).get_charmap())
    letters = set(theme.WIDE_MARKS + theme.WIDE_OPENING + theme.WIDE_CLOSING + "—·≥≤×÷−μσ")
    for file in WRITTEN:
        letters |= set(CHINESE.findall(file.read_text(encoding="utf-8")))
    assert len(letters) > 200
    assert not {letter for letter in letters if ord(letter) not in glyphs}


def test_the_font_is_under_the_open_font_license(font_file):
    windows, english, licence = (3, 1), 0x409, 13
    said = FT2Font(font_file).get_sfnt()[(*windows, english, licence)]
    assert "SIL Open Font License, Version 1.1" in said.decode("utf-16-be")


def test_the_font_is_loaded_once(font_file):
    before = len(font_manager.fontManager.ttflist)
    for _ in range(2):
        with theme.look("zh"):
            assert mpl.rcParams["font.family"] == ["Noto Sans SC", "DejaVu Sans"]
    assert len(font_manager.fontManager.ttflist) == before


def test_a_font_of_the_package_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    folder = tmp_path / "some_fonts"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "a.otf").write_text("no font", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv(theme.FONT_FILE, raising=False)
    monkeypatch.setattr(theme, "CHINESE_PACKAGES", (("some_fonts", "a.otf"),))
    with pytest.raises(InputError, match=r"a\.otf of some_fonts cannot be read as a font"):
        theme.chinese_font()


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("探索,不作预测", "探索\uff0c不作预测"),
        ("线:均值; 带:区间", "线\uff1a均值\uff1b带\uff1a区间"),
        ("减弱指数(WI)", "减弱指数\uff08WI\uff09"),
        ("WI(0:不变,1:消失)", "WI\uff080\uff1a不变\uff0c1\uff1a消失\uff09"),
        ("对谁?", "对谁\uff1f"),
        ("WI:0为不变", "WI\uff1a0为不变"),
        ("1,000 (a), b: 2", "1,000 (a), b: 2"),
        ("共2,200次", "共2,200次"),
        ("", ""),
    ],
)
def test_chinese_text_gets_chinese_punctuation_and_numbers_keep_theirs(typed, set_as):
    assert theme.wide_punctuation(typed) == set_as
    assert theme.wide_punctuation(set_as) == set_as
    assert theme.punctuated(typed, "en") == typed


def test_drawing_leaves_the_user_s_settings_as_they_are(tmp_path):
    mine = {"font.size": 17.0, "axes.grid": False, "text.usetex": True, "savefig.dpi": 33.0}
    with mpl.rc_context(mine):
        before = dict(mpl.rcParams)
        figure = overview.draw(weekly(), ABOUT, "zh")
        overview.save(figure, tmp_path / "a.png", tmp_path / "a.svg")
        assert dict(mpl.rcParams) == before
    assert (tmp_path / "a.png").stat().st_size > 10_000


def test_a_figure_is_the_same_whatever_the_user_s_settings(tmp_path):
    overview.save(overview.draw(weekly(), ABOUT), tmp_path / "plain.svg")
    with mpl.rc_context({"font.size": 30.0, "text.usetex": True, "lines.linewidth": 9.0}):
        overview.save(overview.draw(weekly(), ABOUT), tmp_path / "other.svg")
    assert (tmp_path / "plain.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


@pytest.mark.parametrize("backend", ["nonsense", "svg", "module://not_installed"])
def test_a_backend_of_the_user_s_is_neither_used_nor_changed(backend):
    script = (
        "from sim.analysis import overview, theme; import matplotlib, os;"
        "print(os.environ['MPLBACKEND'], matplotlib.rcParams._get('backend'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"MPLBACKEND": backend},
        capture_output=True,
        text=True,
        check=True,
    )
    asked, used = done.stdout.split(maxsplit=1)
    assert asked == backend
    assert backend == "nonsense" or used.strip() == backend


def test_a_chinese_name_in_an_english_figure_is_no_box(recwarn, tmp_path):
    about = {**ABOUT, "scenario": {**ABOUT["scenario"], "title": "枫树社区 at work"}}
    overview.save(overview.draw(weekly(), about), tmp_path / "a.png")
    assert not [w for w in recwarn if "missing from font" in str(w.message)]
