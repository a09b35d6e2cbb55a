"""The look of every figure: one call, light, readable in print, safe for colour-blind readers.

Colours are those of Okabe and Ito (2008). Chinese needs a font that has its characters: one that
the system has, or one of a Python package under the SIL Open Font License; boxes are never drawn.
"""

from __future__ import annotations

import importlib.util
import os
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

CHINESE_FAMILIES = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
)
"""Families with simplified characters, the best first; all under the SIL Open Font License."""

CHINESE_PACKAGES = (
    ("mplfonts", "fonts/NotoSansCJKsc-Regular.otf"),
    ("cvttf_NotoSansCJK_Regular", "NotoSansCJKtc-Regular.otf"),
)
"""Python packages that ship such a font: module and file."""

FONT_FILE = "REDMAPLE_FONT"
"""Environment variable that names a font file for Chinese."""


def chinese_font() -> str:
    """Return the name of a font family that has simplified Chinese characters, loaded.

    Raises:
        InputError: there is none, or the file named by `REDMAPLE_FONT` is no font.
    """
    given = os.environ.get(FONT_FILE)
    if given:
        return _loaded(Path(given))
    known = {font.name for font in font_manager.fontManager.ttflist}
    for family in CHINESE_FAMILIES:
        if family in known:
            return family
    for module, file in CHINESE_PACKAGES:
        found = importlib.util.find_spec(module)
        for folder in (found.submodule_search_locations or []) if found else []:
            if (Path(folder) / file).is_file():
                return _loaded(Path(folder) / file)
    raise InputError(
        'figures in Chinese (language "zh") need a font with Chinese characters: install Noto Sans '
        f"CJK SC, or set {FONT_FILE} to a font file such as NotoSansCJKsc-Regular.otf."
    )


def _loaded(file: Path) -> str:
    try:
        font_manager.fontManager.addfont(file)
        return font_manager.FontProperties(fname=str(file)).get_name()
    except (OSError, RuntimeError) as error:
        raise InputError(f"{FONT_FILE} = {file} cannot be read as a font: {error}.") from None


def settings(language: str = "en") -> dict[str, Any]:
    """Return matplotlib's settings for a language.

    Raises:
        InputError: an unknown language, or no font for it.
    """
    if language not in LANGUAGES:
        raise InputError(f'language "{language}" is not one of "en", "zh".')
    families = ([chinese_font()] if language == "zh" else []) + list(LATIN)
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


def use(language: str = "en") -> None:
    """Set the look for all figures drawn from now on.

    Raises:
        InputError: an unknown language, or no font for it.
    """
    chosen = settings(language)
    mpl.use("Agg")
    sns.set_theme(
        context="paper", style="white", palette=list(PALETTE), font=chosen["font.family"], rc=chosen
    )
