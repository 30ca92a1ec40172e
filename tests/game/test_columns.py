"""Packing actions into columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.game.columns import Packable, pack


def item(
    mover: int, mask: list[bool], width: int = 1, consenters: tuple[int, ...] = (), refusal: bool = False
) -> Packable:
    return Packable(mover, consenters, width, refusal, np.array(mask))


items = st.lists(
    st.builds(
        item,
        st.integers(0, 1),
        st.lists(st.booleans(), min_size=6, max_size=6),
        st.integers(1, 3),
        st.sampled_from([(), (1,), (0, 1)]),
        st.booleans(),
    ),
    max_size=8,
)


@given(items)
def test_a_column_holds_actions_of_a_kind_of_which_no_two_are_open_together(given: list[Packable]) -> None:
    columns = pack(given)
    assert sorted(k for column in columns for k in column) == [k for k, each in enumerate(given) if each.is_open.any()]
    for column in columns:
        assert len({(given[k].mover, given[k].consenters) for k in column}) == 1
        assert np.sum([given[k].is_open for k in column], axis=0).max() == 1
    movers = [given[column[0]].mover for column in columns]
    assert movers == sorted(movers)


@given(items)
def test_no_more_columns_than_actions_that_clash_and_one(given: list[Packable]) -> None:
    """Greedy colouring never needs more colours than the most neighbours of a node, and one."""
    for kind in {(each.mover, each.consenters) for each in given}:
        alike = [each for each in given if (each.mover, each.consenters) == kind and each.is_open.any()]
        clashes = [sum(bool((one.is_open & each.is_open).any()) for each in alike) for one in alike]
        assert len(pack(alike)) <= max(clashes, default=0)


def test_actions_go_where_width_and_refusal_agree() -> None:
    left, right = [True, False, False], [False, True, False]
    wide, plain, also_wide = item(0, left, 2), item(0, left, 1), item(0, right, 2)
    assert pack([plain, wide, also_wide]) == ((0,), (1, 2))


def test_a_lone_action_shares_even_where_they_do_not() -> None:
    assert pack([item(0, [True, False], 3), item(0, [False, True], 1, refusal=True)]) == ((0, 1),)


def test_nothing_open_nothing_packed() -> None:
    assert pack([]) == ()
    assert pack([item(0, [False, False])]) == ()
