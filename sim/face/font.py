"""The font of a page: just the characters that it uses, so that it is the same on every machine."""

from __future__ import annotations

import base64
from io import BytesIO


def embedded(text: str) -> str:
    """Return the Chinese font with the characters of a text alone, as base64 of a WOFF file.

    Empty where the text has no Chinese character, or where no font file is at hand; the page then
    takes the reader's own.
    """
    if text.isascii():
        return ""
    from fontTools import subset

    from sim.analysis.theme import chinese_font_file

    file = chinese_font_file()
    if file is None:
        return ""
    options = subset.Options()
    options.flavor = "woff"
    options.drop_tables += ["vhea", "vmtx", "BASE"]
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    held = BytesIO()
    with subset.load_font(file, options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(font)
        font.flavor = "woff"
        font.save(held)
    return base64.b64encode(held.getvalue()).decode("ascii")
