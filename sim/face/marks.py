"""Pictures of a report, as SVG: a hundred people, an interval beside no difference, a map."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

SIDE, STEP, DOT = 10, 13.0, 5.0
WIDE, TALL = 132.0, 16.0
MAP, EDGE = 420.0, 14.0
UP, DOWN = "M0-6 5.5 4.5-5.5 4.5Z", "M0 6 5.5-4.5-5.5-4.5Z"
HERE, LESS, NOBODY = "#0072b2", "#d55e00", "#dddddd"


def people(own: float, base: float, title: str) -> str:
    """Draw a hundred people: those of the design filled, a ring where the baseline ends.

    Args:
        own, base: people out of a hundred.
        title: said by screen readers.
    """
    dots = []
    for place in range(SIDE * SIDE):
        x, y = (place % SIDE + 0.5) * STEP, (place // SIDE + 0.5) * STEP
        part = min(max(own - place, 0.0), 1.0)
        dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}" fill="{NOBODY}"/>')
        if part > 0:
            radius = DOT * part**0.5
            dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}" fill="{HERE}"/>')
        if place < base <= place + 1:
            dots.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT + 0.6:.1f}" fill="none" stroke="#000" '
                'stroke-width="0.8"/>'
            )
    size = SIDE * STEP
    return _svg(size, size, "".join(dots), title)


def interval(difference: float, low: float, high: float, reach: float, title: str) -> str:
    """Draw a difference with its interval; the line in the middle is no difference.

    Args:
        difference, low, high: the difference and the ends of its interval; ends may be no numbers.
        reach: what lies at either edge.
        title: said by screen readers.
    """
    if not isfinite(difference) or reach <= 0:
        return ""

    def along(value: float) -> float:
        return WIDE / 2 + (WIDE / 2 - 4) * min(max(value / reach, -1.0), 1.0)

    middle = TALL / 2
    parts = [
        f'<line x1="{WIDE / 2}" x2="{WIDE / 2}" y1="0" y2="{TALL}" stroke="#888" '
        'stroke-dasharray="2 2"/>'
    ]
    if isfinite(low) and isfinite(high):
        parts.append(
            f'<line x1="{along(low):.1f}" x2="{along(high):.1f}" y1="{middle}" y2="{middle}" '
            f'stroke="{HERE}" stroke-width="2"/>'
        )
    parts.append(f'<circle cx="{along(difference):.1f}" cy="{middle}" r="3.4" fill="{HERE}"/>')
    return _svg(WIDE, TALL, "".join(parts), title)


def town(places: Any, found: Sequence[str], titles: Sequence[str], title: str) -> str:
    """Draw a map of micro-grids: filled up where surely more, down where surely fewer, else a ring.

    Args:
        places: float[2, micro-grid], km east and north.
        found: `up`, `down` or another word, for each micro-grid.
        titles: of each, said by screen readers and under the pointer.
        title: of the map.
    """
    from markupsafe import escape

    east, north = places
    span = max(float(np.ptp(east)), float(np.ptp(north)), 1e-6)
    marks = []
    for x, y, what, words in zip(east, north, found, titles, strict=True):
        across = EDGE + (MAP - 2 * EDGE) * (float(x) - float(np.min(east))) / span
        down = EDGE + (MAP - 2 * EDGE) * (float(np.max(north)) - float(y)) / span
        shape = {"up": UP, "down": DOWN}.get(what)
        drawn = (
            f'<path d="{shape}" fill="{HERE if what == "up" else LESS}"/>'
            if shape
            else '<circle r="4" fill="#fff" stroke="#888"/>'
        )
        marks.append(
            f'<g transform="translate({across:.1f} {down:.1f})">{drawn}'
            f"<title>{escape(words)}</title></g>"
        )
    tall = 2 * EDGE + (MAP - 2 * EDGE) * float(np.ptp(north)) / span
    return _svg(MAP, round(tall, 1), "".join(marks), title)


def _svg(wide: float, tall: float, inside: str, title: str) -> str:
    from markupsafe import escape

    return (
        f'<svg viewBox="0 0 {wide:g} {tall:g}" width="{wide:g}" height="{tall:g}" role="img">'
        f"<title>{escape(title)}</title>{inside}</svg>"
    )
