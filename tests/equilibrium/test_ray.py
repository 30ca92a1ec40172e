"""The branch from default play: never jumped from, and left with a word where it folds."""

from __future__ import annotations

import numpy as np
import pytest

from detente.equilibrium.problem import Problem
from detente.equilibrium.ray import Steps, trace
from detente.equilibrium.stationary import solve
from tests.equilibrium.games import toy_game
from tests.equilibrium.plain import plain_trace
from tests.random_games import random_game


@pytest.mark.parametrize("seeds", [range(8), pytest.param(range(8, 40), marks=pytest.mark.slow)])
@pytest.mark.parametrize("precision", [3.0, 20.0, 60.0])
def test_tracing_equals_small_steps_on_random_games(precision: float, seeds: range) -> None:
    """Whoever arrives has arrived where small dense steps arrive; who does not ends where they end, at a fold."""
    arrived = 0
    for seed in seeds:
        game = toy_game(seed, precision=precision)
        small, reached, _ = plain_trace(game, steps=30)
        found = solve(game, certify=False)
        if found.converged:
            arrived += 1
            assert reached == 1.0, seed
            assert (np.asarray(game.precision) * np.ptp(found.value - small, axis=0)).max() < 1e-6, seed
        else:
            assert found.reached == pytest.approx(reached, abs=0.01), seed
            assert "where the branch may fold" in found.statement
    assert arrived >= 0.75 * len(seeds)


def test_a_sharp_bend_is_followed_and_not_taken_for_a_fold() -> None:
    game = random_game(1, states=40, actors=3, precision=0.8)
    found = solve(game, certify=False)  # bends at t = 0.446 of this, and folds at 1.164
    assert found.converged
    beyond = solve(random_game(1, states=40, actors=3, precision=1.0), certify=False)
    assert not beyond.converged
    assert beyond.reached == pytest.approx(0.93115, abs=1e-4)
    assert abs(beyond.rightmost[0].real if beyond.rightmost else 0.0) < 0.01


def test_points_on_the_way_are_solutions_too() -> None:
    game = toy_game(1, precision=5.0)
    points = list(trace(Problem(game), Steps(loose=1e-6)))
    assert [points[0].t, points[-1].t] == [0.0, 1.0]
    for point in points:
        scaled = toy_game(1, precision=5.0 * point.t)
        direct = solve(scaled, certify=False)
        np.testing.assert_allclose(point.found.value, direct.value, rtol=1e-4, atol=1e-4)


def test_the_last_point_is_exact_and_keeps_its_play() -> None:
    game = toy_game(1, precision=5.0)
    *way, last = trace(Problem(game), Steps(exact=1e-9))
    direct = solve(game, tolerance=1e-11, certify=False)
    assert last.found.error <= 1e-9
    assert (5.0 * np.ptp(last.found.value - direct.value, axis=0)).max() < 2e-9
    assert last.found.play is not None
    np.testing.assert_array_equal(last.found.play.value, last.found.value)
    assert all(point.found.play is None and point.found.slope is None for point in way)
