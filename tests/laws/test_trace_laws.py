"""What no traced branch may depend on: numbers of actions that nobody has, and what the others alone decide."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame, profiles_open
from tests.equilibrium.homotopy.dense_games import random_game

SEEDS = st.integers(0, 10_000)
PRECISIONS = st.sampled_from([3.0, math.inf])
FEW = settings(max_examples=12)


@FEW
@given(SEEDS, PRECISIONS, st.sampled_from([-1e6, 1e3, math.nan]))
def test_numbers_of_masked_actions_change_nothing(seed: int, precision: float, padding: float) -> None:
    game = random_game(seed, masked=True)
    open_here = profiles_open(game)
    padded = StochasticGame(
        np.where(open_here[:, None], game.payoffs, padding),
        np.where(open_here[..., None], game.transitions, padding),
        game.discount,
        mask=game.mask,
        weight=game.weight,
    )
    one, other = trace(game, precision), trace(padded, precision)
    assert other.steps == one.steps
    assert other.status == one.status
    for name in ("policy", "value", "precision"):
        assert np.array_equal(getattr(other.path, name), getattr(one.path, name), equal_nan=True)
    assert np.array_equal(other.policy, one.policy, equal_nan=True)
    assert np.array_equal(other.regret, one.regret)


@FEW
@given(SEEDS, PRECISIONS, st.sampled_from([1.0, 1e3, 1e6]))
def test_what_the_others_alone_decide_changes_no_play(seed: int, precision: float, size: float) -> None:
    """Of games played once; payoffs near 1, so that gifts of 1e6 leave ten of sixteen digits."""
    game = random_game(seed, states=1, players=2 + seed % 2)
    rng, payoffs = np.random.default_rng(seed), game.payoffs.copy()
    for n in range(game.shape[1]):
        others = [1 if m == n else many for m, many in enumerate(game.sizes)]
        payoffs[:, n] += size * rng.integers(-9, 10, size=others)
    one, other = (trace(StochasticGame(pay), precision) for pay in (game.payoffs, payoffs))
    assert one.reached, one.status
    assert other.reached, other.status
    at_limit = math.isinf(precision)  # where the walk stops there depends on its steps a little
    assert other.precision == pytest.approx(one.precision, rel=0.3 if at_limit else 1e-12)
    np.testing.assert_allclose(other.policy, one.policy, atol=1e-5 if at_limit else 1e-7)
    np.testing.assert_allclose(other.regret, one.regret, atol=1e-5)
