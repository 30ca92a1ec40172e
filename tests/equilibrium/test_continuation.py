"""Games on the way from one to another."""

from __future__ import annotations

import jax
import numpy as np
from jax.tree_util import tree_structure

from detente.equilibrium.continuation import between
from tests.equilibrium.games import toy_game


def test_a_game_in_between_has_numbers_in_between_and_the_same_indices() -> None:
    one, other = toy_game(0, noise="shocks"), toy_game(0, noise="shocks", precision=2.0, pay=3.0)
    found = between(one, other, 0.25)
    assert tree_structure(found) == tree_structure(other)  # noise, movers and consenters among it
    leaves = [jax.tree.leaves(game) for game in (one, other, found)]
    moved = 0
    for first, last, here in zip(*(map(np.asarray, each) for each in leaves), strict=True):
        expected = 0.75 * first + 0.25 * last if first.dtype == np.float64 else last
        np.testing.assert_array_equal(here, expected)
        assert here.dtype == last.dtype
        moved += not np.array_equal(first, here)
    assert moved > len(one.columns)
