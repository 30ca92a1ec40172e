"""The branch from default play: never jumped from, and left with a word where it folds."""

from __future__ import annotations

import numpy as np
import pytest

from detente.equilibrium.problem import Problem
from detente.equilibrium.ray import Steps, trace
from detente.equilibrium.stationary import solve
from tests.equilibrium.games import toy_game
from tests.equilibrium.plain import plain_trace


@pytest.mark.parametrize("precision", [3.0, 20.0, 60.0])
def test_tracing_equals_small_steps_on_random_games(precision: float) -> None:
    """At every point: whoever arrives has arrived where small dense steps arrive; who does not says where it ended."""
    arrived = 0
    for seed in range(20):
        game = toy_game(seed, precision=precision)
        small, reached, unfolded = plain_trace(game, steps=60)
        found = solve(game, certify=False)
        if found.converged:
            arrived += 1
            assert reached == 1.0, seed
            assert unfolded, seed
            assert (np.asarray(game.precision) * np.ptp(found.value - small, axis=0)).max() < 1e-6, seed
        else:
            assert found.reached == pytest.approx(reached, abs=0.05), seed
    assert arrived >= (18 if precision < 50 else 14)


def test_points_on_the_way_are_solutions_too() -> None:
    game = toy_game(1, precision=5.0)
    points = list(trace(Problem(game), Steps(loose=1e-6)))
    assert [points[0].t, points[-1].t] == [0.0, 1.0]
    for point in points:
        scaled = toy_game(1, precision=5.0 * point.t)
        direct = solve(scaled, certify=False)
        np.testing.assert_allclose(point.value, direct.value, rtol=1e-4, atol=1e-4)
