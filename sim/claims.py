"""Ask, then settle: scarce places are claimed in one moment and granted here, in the order of lots."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled import loop


@loop
def grant(places: Any, lots: Any, room: Any) -> Any:
    """Grant claims in the order of their lots while there is room; return which were granted.

    Args:
        places: int64[claims], what each claim is for; an index into `room`.
        lots: uint64[claims], the addressed lot of each claim: the lowest goes first.
        room: int64[places], how many each place still holds; reduced by what is granted.

    Returns:
        bool[claims]: True where the claim was granted.
    """
    granted = np.zeros(len(places), dtype=np.bool_)
    for claim in np.argsort(lots, kind="mergesort"):
        if room[places[claim]] > 0:
            room[places[claim]] -= 1
            granted[claim] = True
    return granted
