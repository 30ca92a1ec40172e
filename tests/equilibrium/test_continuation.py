"""Games on the way from one to another."""

from __future__ import annotations

import jax
import numpy as np
from jax.tree_util import tree_structure

from detente.equilibrium.continuation import between
from detente.equilibrium.stationary import solve
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


def test_nearest_values_are_used_where_they_are_near_and_dropped_where_not() -> None:
    game, other = toy_game(1, precision=2.0), toy_game(1, precision=0.2)
    known, start = solve(game, certify=False), solve(other, certify=False)
    plain = solve(game, start=start, neighbour=other, certify=False)
    near = solve(game, start=start, neighbour=other, nearest=known.value + 1e-4, certify=False)
    far = solve(game, start=start, neighbour=other, nearest=1e3 * known.value[::-1], certify=False)
    assert near.sweeps < plain.sweeps < far.sweeps
    for found in (near, far):
        assert found.converged
        np.testing.assert_allclose(found.value, known.value, atol=1e-7)
    np.testing.assert_array_equal(far.value, plain.value)
