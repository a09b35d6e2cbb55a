"""The look of every figure: one call, light, readable in print, safe for colour-blind readers.

Colours are those of Okabe and Ito (2008). Chinese needs a font that has its characters: the one
that comes with a Python package under the SIL Open Font License, or one that the system has; boxes
are never drawn.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager

from sim.errors import InputError

LANGUAGES = ("en", "zh")

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, ORANGE, BLACK, GREY = "#56B4E9", "#E69F00", "#222222", "#8A8A8A"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, SKY, ORANGE, BLACK, GREY)

LATIN = ("DejaVu Sans",)
"""Comes with matplotlib, so that a figure looks the same everywhere."""

CHINESE_PACKAGES = (("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),)
"""Python packages that ship such a font, the best first: module and file.

The first is Noto Sans SC, Regular, version 2.004, as Noto publishes it, under the SIL Open Font
License 1.1; it is installed with this package, so that Chinese looks the same everywhere.
"""

CHINESE_FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
)
"""Families that a system may have instead, the best first; all under the SIL Open Font License."""

NARROW, WIDE_MARKS = ",:;?!", "\uff0c\uff1a\uff1b\uff1f\uff01"
"""Punctuation of Latin text, and the same of Chinese text."""

WIDE_CLOSING = WIDE_MARKS + "\uff09\u3002\u3001\u300b\u300d\u201d\u2019"
WIDE_OPENING = "\uff08\u300a\u300c\u201c\u2018"

CHINESE = "\u2e80-\u9fff"
"""Range of Chinese characters, for regular expressions."""

BOLD = 700

FONT_FILE = "REDMAPLE_FONT"
"""Environment variable that names a font file for Chinese."""


def chinese_font() -> str:
    """Return the name of a font family that has simplified Chinese characters, loaded.

    Raises:
        InputError: there is none, or the file named by `REDMAPLE_FONT` is no font.
    """
    given = os.environ.get(FONT_FILE)
    if given:
        return _loaded(Path(given), f"{FONT_FILE} = {given}")
    for module, file in CHINESE_PACKAGES:
        found = importlib.util.find_spec(module)
        for folder in (found.submodule_search_locations or []) if found else []:
            if (Path(folder) / file).is_file():
                return _loaded(Path(folder) / file, f"{file} of {module}")
    known = {font.name for font in font_manager.fontManager.ttflist}
    for family in CHINESE_FAMILIES:
        if family in known:
            return family
    raise InputError(
        'figures in Chinese (language "zh") need a font with Chinese characters: install the '
        f"Python package pylopdf-fonts-zh-cn or the font Noto Sans CJK SC, or set {FONT_FILE} to a "
        "font file such as NotoSansCJKsc-Regular.otf."
    )


def chinese_font_file() -> Path | None:
    """Return the file of the font for Chinese; None where there is none."""
    try:
        return Path(font_manager.findfont(chinese_font(), fallback_to_default=False))
    except (InputError, ValueError):
        return None


def _loaded(file: Path, named: str) -> str:
    """Make matplotlib know a font file, before any other font of the same name."""
    fonts = font_manager.fontManager
    try:
        if not any(font.fname == str(file) for font in fonts.ttflist):
            fonts.addfont(file)
            entry = fonts.ttflist.pop()
            fonts.ttflist[:0] = [entry, replace(entry, weight=BOLD)]  # it has one weight, for both
        return font_manager.FontProperties(fname=str(file)).get_name()
    except (OSError, RuntimeError) as error:
        raise InputError(f"{named} cannot be read as a font: {error}.") from None


def wide_punctuation(text: str) -> str:
    """Return a Chinese text with the punctuation marks of Chinese where it touches Chinese.

    Numbers and Latin words keep theirs: `1,000` and `half-life (8)` stay as they are, but a colon
    between a word and a number does not. Brackets become wide where they follow a Chinese character
    or hold one.
    """
    if not re.search(f"[{CHINESE}]", text):
        return text
    marks = str.maketrans(NARROW, WIDE_MARKS)
    before, after = f"(?<=[{CHINESE}{WIDE_CLOSING}])", f"(?=[{CHINESE}{WIDE_OPENING}])"
    beside = rf"{before}[{NARROW}] ?|[{NARROW}] ?{after}|(?<=[A-Za-z]): ?(?=\d)"
    held = rf"(?<=[{CHINESE}])\(([^()]*)\)|\(([^()]*[{CHINESE}][^()]*)\)"
    wide = re.sub(held, lambda found: f"\uff08{found[1] or found[2] or ''}\uff09", text)
    return re.sub(beside, lambda found: found[0].strip().translate(marks), wide)


def punctuated(text: str, language: str) -> str:
    """Return a text with the punctuation of its language."""
    return wide_punctuation(text) if language == "zh" else text


def _fallback() -> list[str]:
    """Return the font for Chinese names in an English figure, where there is one."""
    try:
        return [chinese_font()]
    except InputError:
        return []


def settings(language: str = "en") -> dict[str, Any]:
    """Return matplotlib's settings for a language.

    Raises:
        InputError: an unknown language, or no font for it.
    """
    if language not in LANGUAGES:
        raise InputError(f'language "{language}" is not one of "en", "zh".')
    families = [chinese_font(), *LATIN] if language == "zh" else [*LATIN, *_fallback()]
    return {
        "font.family": families,
        "font.size": 8,
        "axes.titlesize": 8.5,
        "axes.titleweight": "bold" if language == "en" else "normal",
        "axes.titlelocation": "left",
        "axes.titlepad": 16,
        "axes.labelsize": 7.5,
        "axes.labelcolor": "#444444",
        "axes.edgecolor": "#999999",
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.unicode_minus": False,
        "grid.color": "#E6E6E6",
        "grid.linewidth": 0.6,
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "xtick.color": "#999999",
        "ytick.color": "#999999",
        "xtick.labelcolor": "#444444",
        "ytick.labelcolor": "#444444",
        "xtick.bottom": True,
        "xtick.major.size": 2.5,
        "xtick.major.width": 0.6,
        "lines.linewidth": 1.4,
        "lines.solid_capstyle": "round",
        "legend.frameon": False,
        "figure.dpi": 100,
        "savefig.dpi": 200,
        "savefig.facecolor": "white",
        "svg.fonttype": "path",
        "svg.hashsalt": "redmaple",
    }


@contextmanager
def look(language: str = "en") -> Iterator[None]:
    """Give what is drawn within it this look, whatever the user's settings, which stay as they are.

    Raises:
        InputError: an unknown language, or no font for it.
    """
    chosen = settings(language)
    with mpl.rc_context():
        mpl.rcdefaults()
        sns.set_theme(
            context="paper",
            style="white",
            palette=list(PALETTE),
            font=chosen["font.family"],
            rc=chosen,
        )
        yield


def drawn[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Let a function that draws, and takes a `language`, draw in the look of that language."""
    taken = inspect.signature(function)

    @functools.wraps(function)
    def draw(*arguments: P.args, **named: P.kwargs) -> R:
        given = taken.bind(*arguments, **named)
        given.apply_defaults()
        with look(given.arguments["language"]):
            return function(*arguments, **named)

    return draw
