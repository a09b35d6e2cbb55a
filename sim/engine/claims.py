"""Ask, then settle: scarce places are claimed in one moment and granted here, in the order of lots."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.compiled import loop

_POSITION = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def by_lot(lots: Any, most: int | None = None) -> Any:
    """Return the positions of lots, the lowest lot first, of equal lots the earlier.

    Args:
        lots: uint64[claims], addressed lots: words of 32 bits.
        most: how many of the lowest are wanted; all of them if None.

    A lot and its position are sorted as one number. It occurs once, so that no sort has to be stable.
    """
    wanted = len(lots) if most is None else min(most, len(lots))
    if not wanted or len(lots) == 1:
        return np.arange(wanted)
    numbered = (lots << _POSITION) | np.arange(len(lots), dtype=np.uint64)
    if wanted < len(lots):
        numbered = np.partition(numbered, wanted)[:wanted]
    numbered.sort()
    return (numbered & _LOW).view(np.int64)


@loop
def _fit(places: Any, room: Any) -> bool:
    """Take a place for each claim; return whether there was room for all."""
    for place in places:
        room[place] -= 1
        if room[place] < 0:
            return False
    return True


def fit(places: Any, room: Any) -> bool:
    """Return whether there is room for all claims, so that no lots need be drawn.

    Args:
        places: int64[claims], what each claim is for; an index into `room`.
        room: int64[places], how many each place holds.
    """
    return bool(_fit(places, room.copy()))


@loop
def _grant_in_order(order: Any, places: Any, room: Any, granted: Any) -> None:
    """Grant claims in this order while there is room."""
    for claim in order:
        if room[places[claim]] > 0:
            room[places[claim]] -= 1
            granted[claim] = True


def grant(places: Any, lots: Any, room: Any) -> Any:
    """Grant claims in the order of their lots while there is room; return which were granted.

    Args:
        places: int64[claims], what each claim is for; an index into `room`.
        lots: uint64[claims], the addressed lot of each claim: the lowest goes first.
        room: int64[places], how many each place still holds; reduced by what is granted.

    Returns:
        bool[claims]: True where the claim was granted.
    """
    granted = np.zeros(len(places), np.bool_)
    _grant_in_order(by_lot(lots), places, room, granted)
    return granted
