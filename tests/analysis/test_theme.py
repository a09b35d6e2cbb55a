"""The look of figures: the Chinese font that comes along, and Chinese punctuation."""

import re
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from sim import headings
from sim.analysis import theme
from sim.errors import InputError

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
    theme.use("zh")
    theme.use("zh")
    assert len(font_manager.fontManager.ttflist) == before
    assert mpl.rcParams["font.family"] == ["Noto Sans SC", "DejaVu Sans"]


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
