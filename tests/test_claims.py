"""Scarce places go by lot: the lowest first, of equals the earlier, and never more than there are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import claims

words = st.lists(st.integers(0, 2**32 - 1) | st.sampled_from([0, 7, 2**32 - 1]), max_size=60)


@given(words, st.none() | st.integers(0, 70))
def test_lots_are_in_the_order_of_a_stable_sort(lots, most):
    lots = np.array(lots, np.uint64)
    expected = np.argsort(lots, kind="stable")[:most]
    assert claims.by_lot(lots, most).tolist() == expected.tolist()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 99)), min_size=1, max_size=60), st.data()
)
def test_places_go_to_the_lowest_lots_while_there_is_room(claimed, data):
    places, lots = (np.array(column) for column in zip(*claimed, strict=True))
    room = np.array(data.draw(st.lists(st.integers(0, 20), min_size=4, max_size=4)))
    granted = claims.grant(places, lots.astype(np.uint64), room.copy())
    for place in range(4):
        mine = np.flatnonzero(places == place)
        first = mine[np.argsort(lots[mine], kind="stable")][: room[place]]
        assert set(np.flatnonzero(granted & (places == place))) == set(first)
    assert claims.fit(places, room) == bool(granted.all())
