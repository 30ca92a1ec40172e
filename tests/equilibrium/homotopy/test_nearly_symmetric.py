"""Games that are nearly symmetric: the branch bends sharply where that of the symmetric game would cross another.

A step across the bend ends on the other branch with a residual of zero, near the prediction, its tangent hardly turned.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from detente.equilibrium.homotopy.once import walker as walker_of
from detente.equilibrium.homotopy.system import System
from detente.equilibrium.homotopy.trace import _Walk, trace
from detente.game.stochastic import StochasticGame

OFF = (1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 1e-2)
FINE = 0.02  # change of precision in a short step


def coordination(count: int, more: float) -> np.ndarray:
    """What both get if they choose the same of so many, the last of which is worth a little more."""
    return np.diag([1.0] * (count - 1) + [1.0 + more])


def strategic(*payoffs: np.ndarray) -> StochasticGame:
    return StochasticGame.strategic(list(payoffs))


@pytest.mark.parametrize("more", OFF)
def test_of_two_alike_the_better_is_chosen_along_a_branch_without_folds(more: float) -> None:
    """Both play p with log(p / (1 - p)) = lam ((1 + e) p - (1 - p)), of which precision is a rising function."""
    payoffs, lam = coordination(2, more), 5.0
    found = trace(strategic(payoffs, payoffs), lam)
    p = brentq(lambda p: np.log(p / (1.0 - p)) - lam * ((1.0 + more) * p - (1.0 - p)), 0.7, 1.0 - 1e-12, xtol=1e-15)
    assert found.reached, found.status
    assert found.met == ()
    np.testing.assert_allclose(found.policy[0, :, 1], p, atol=1e-9)


@pytest.mark.parametrize("more", OFF)
@pytest.mark.parametrize("count", [3, 4, 5])
def test_of_several_alike_the_better_is_chosen_past_two_folds(count: int, more: float) -> None:
    """All but the last are played alike, so one equation in the last's chance p remains; it turns twice."""
    payoffs, lam = coordination(count, more), 3.0 * count
    found = trace(strategic(payoffs, payoffs), lam)

    def gap(p: float) -> float:
        rest = (1.0 - p) / (count - 1)
        return float(np.log(p / rest) - lam * ((1.0 + more) * p - rest))

    assert found.reached, found.status
    assert [met.kind for met in found.met] == ["fold"] * len(found.met)
    np.testing.assert_allclose(found.policy[0, :, -1], brentq(gap, 0.8, 1.0 - 1e-13, xtol=1e-15), atol=1e-9)


@pytest.mark.parametrize("more", [0.0, 1e-12])
def test_of_those_alike_to_rounding_none_is_chosen_and_the_crossing_is_told(more: float) -> None:
    payoffs = coordination(3, more)
    found = trace(strategic(payoffs, payoffs), 9.0)
    assert [(met.kind, met.together) for met in found.met] == [("bifurcation", 2)]
    assert found.met[0].precision == pytest.approx(3.0, abs=1e-5)
    np.testing.assert_allclose(found.policy, 1.0 / 3.0, atol=1e-6)


def test_a_game_with_payoffs_to_two_decimals_ends_where_gambit_does() -> None:
    """As Gambit 17 traces it with its default steps; steps not much shorter cross to another branch."""
    one = np.array([[4.99, 5.0, 0.0], [3.0, 1.0, 4.01], [0.0, 5.0, 5.0]])
    other = np.array([[5.0, 3.0, 0.0], [5.0, 1.0, 5.0], [0.0, 3.99, 4.99]])
    found = trace(strategic(one, other), 4.0)
    np.testing.assert_allclose(found.policy[0], [[0.0, 0.01567, 0.98433], [0.0, 0.01495, 0.98505]], atol=1e-5)
    assert found.met == ()


@pytest.mark.parametrize("seed", range(30))
def test_random_games_nearly_symmetric_are_traced_as_with_short_steps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    payoffs, more = rng.integers(0, 6, (3, 3)).astype(float), 5.0 * 10.0 ** rng.uniform(-5, -2)
    game = strategic(payoffs + more * rng.normal(size=(3, 3)), payoffs.T + more * rng.normal(size=(3, 3)))
    found, fine = trace(game, 3.0), trace(game, 3.0, longest=FINE)
    np.testing.assert_allclose(found.policy, fine.policy, atol=1e-8)
    assert [met.kind for met in found.met] == [met.kind for met in fine.met]


@pytest.mark.parametrize("states", [2, 20])  # the latter in blocks, without a matrix to look at
@pytest.mark.parametrize("more", [1e-6, 1e-4, 1e-3])
def test_games_with_states_go_round_the_bend(states: int, more: float) -> None:
    """Wherever play leads it is the same game: play is that of the game played once, and worth twice as much."""
    payoffs = np.broadcast_to(coordination(2, more), (states, 2, 2, 2))
    ahead = np.random.default_rng(states).dirichlet(np.ones(states), (states, 2, 2))
    found = trace(StochasticGame(payoffs, ahead, 0.5), 5.0)
    once = trace(strategic(coordination(2, more), coordination(2, more)), 5.0)
    assert found.reached, found.status
    np.testing.assert_allclose(found.policy[:, :, 1], once.policy[0, 0, 1], atol=1e-8)
    np.testing.assert_allclose(found.value, 2.0 * once.value[0, 0], atol=1e-8)


def test_a_walk_in_a_large_game_keeps_factors_of_one_point_only() -> None:
    """Of a hundred states and four players one point's factors take a megabyte."""
    payoffs = np.broadcast_to(coordination(2, 1e-3), (20, 2, 2, 2))
    game = StochasticGame(payoffs, np.full((20, 2, 2, 20), 1 / 20), 0.5)
    walker = walker_of(System(game, np.ones(2)))
    walk = _Walk(walker, walker.first(), 5.0, 1000, np.inf)
    walk.run()
    assert len(walk.stands) > 10
    assert sum(stand.linear is not None for stand in walk.stands[1:-1]) == 0


def test_in_many_states_alike_all_that_vanishes_at_once_is_passed_straight_and_told() -> None:
    payoffs = np.broadcast_to(np.eye(2), (8, 2, 2, 2))
    found = trace(StochasticGame(payoffs, np.full((8, 2, 2, 8), 1 / 8), 0.5), 5.0)
    assert "(8 at once)" in found.status
    np.testing.assert_allclose(found.policy, 0.5, atol=1e-9)
    assert found.met[0].precision == pytest.approx(2.0, abs=1e-6)


@pytest.mark.parametrize(("more", "chance", "crossings"), [(0.0, 0.5, 1), (1e-6, 1.0, 0), (1e-3, 1.0, 0)])
def test_a_limit_is_not_told_before_what_comes_with_precision_was_met(
    more: float, chance: float, crossings: int
) -> None:
    """Default play is an equilibrium of the symmetric game, and nearly one of the others."""
    payoffs = coordination(2, more)
    found = trace(strategic(payoffs, payoffs), np.inf)
    assert found.reached, found.status
    assert len(found.met) == crossings
    np.testing.assert_allclose(found.policy[0, :, 1], chance, atol=1e-4)
