"""Shapley values against their definition over orders, and their axioms."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.problems import DetenteError
from detente.questions.shapley import shapley, sizes, weight_of

WORTH = st.floats(-10, 10, allow_nan=False)


def games(count: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, 1 << count, elements=WORTH)


GAME = st.integers(0, 5).flatmap(games)


def over_orders(coalitions: int, adds: Callable[[int, int], float]) -> np.ndarray:
    """What each player adds when it joins, averaged over all orders, one by one: ``adds(before, after)``."""
    count = coalitions.bit_length() - 1
    orders = list(permutations(range(count)))
    shares = np.zeros(count)
    for order in orders:
        joined = 0
        for player in order:
            shares[player] += adds(joined, joined | 1 << player)
            joined |= 1 << player
    return shares / len(orders)


@given(GAME)
def test_it_is_the_mean_over_all_orders(worth: np.ndarray) -> None:
    expected = over_orders(len(worth), lambda before, after: worth[after] - worth[before])
    np.testing.assert_allclose(shapley(worth), expected, atol=1e-10)


@given(GAME)
def test_the_shares_sum_to_the_whole_change(worth: np.ndarray) -> None:
    assert shapley(worth).sum() == pytest.approx(worth[-1] - worth[0], abs=1e-10)


@given(st.integers(2, 5).flatmap(games), st.data())
def test_players_who_change_places_change_shares(worth: np.ndarray, data: st.DataObject) -> None:
    """Symmetry: shares follow their players whatever these are called; alike players get alike shares."""
    count = len(worth).bit_length() - 1
    order = data.draw(st.permutations(range(count)))
    coalition = np.arange(len(worth))
    renamed = sum(((coalition >> player) & 1) << order[player] for player in range(count))
    swapped = np.empty_like(worth)
    swapped[renamed] = worth
    np.testing.assert_allclose(shapley(swapped)[order], shapley(worth), atol=1e-10)


@given(st.integers(0, 4).flatmap(games), st.data())
def test_one_who_never_adds_anything_gets_nothing_and_changes_nothing(worth: np.ndarray, data: st.DataObject) -> None:
    count = len(worth).bit_length() - 1
    dummy = data.draw(st.integers(0, count))
    coalition = np.arange(2 * len(worth))
    without = (coalition & ((1 << dummy) - 1)) | ((coalition >> dummy + 1) << dummy)
    shares = shapley(worth[without])
    assert shares[dummy] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(np.delete(shares, dummy), shapley(worth), atol=1e-10)


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(games(n), games(n))), st.floats(-3, 3))
def test_shares_add_up_over_games(pair: tuple[np.ndarray, np.ndarray], scale: float) -> None:
    one, other = pair
    np.testing.assert_allclose(shapley(one + scale * other), shapley(one) + scale * shapley(other), atol=1e-9)


def test_many_games_are_shared_at_once() -> None:
    worth = np.random.default_rng(1).normal(size=(3, 2, 16))
    each = [[shapley(worth[i, j]) for j in range(2)] for i in range(3)]
    np.testing.assert_allclose(shapley(worth), each, atol=1e-12)


def test_the_glove_game() -> None:
    """Shapley's: one left glove, two right ones; a pair is worth 1. Shares 2/3, 1/6, 1/6."""
    worth = np.array([float(mask & 1 and mask & 6) > 0 for mask in range(8)], dtype=float)
    np.testing.assert_allclose(shapley(worth), [2 / 3, 1 / 6, 1 / 6])


@given(st.integers(1, 5).flatmap(lambda n: arrays(np.bool_, 1 << n)))
def test_the_weight_of_coalitions_is_that_of_the_orders_that_meet_them(marked: np.ndarray) -> None:
    """Counted over orders: how often the step at which a player joins touches a marked coalition."""
    expected = over_orders(len(marked), lambda before, after: marked[before] or marked[after])
    np.testing.assert_allclose(weight_of(marked), expected, atol=1e-12)


def test_sizes_count_who_has_joined() -> None:
    assert sizes(3).tolist() == [0, 1, 1, 2, 1, 2, 2, 3]


def test_a_game_without_some_coalition_is_refused() -> None:
    with pytest.raises(DetenteError, match="power of two"):
        shapley(np.zeros(6))
