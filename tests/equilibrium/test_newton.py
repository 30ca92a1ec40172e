"""Newton's method: what it hands back, and when it gives up."""

from __future__ import annotations

import numpy as np
import pytest

from detente.equilibrium.newton import newton
from detente.equilibrium.problem import Problem
from detente.equilibrium.stationary import solve
from tests.equilibrium.games import Noise, toy_game


@pytest.mark.parametrize("tolerance", [1e-2, 1e-5, 1e-8, 1e-11])
def test_the_derivative_handed_back_is_that_at_the_solution(tolerance: float) -> None:
    handed = 0
    for seed in range(30):
        noise: Noise = "shocks" if seed % 2 else "errors"
        game = toy_game(seed, precision=3.0, noise=noise)
        problem = Problem(game)
        near = newton(problem, np.zeros(game.shape), 1.0, 1e-3).value
        found = newton(problem, near, 1.0, tolerance)
        assert found.converged
        if found.slope is not None:
            handed += 1
            change = np.random.default_rng(seed).normal(size=game.shape)
            exact = problem.slope(problem.at(found.value, 1.0))(change)
            np.testing.assert_allclose(found.slope(change), exact, atol=3e-7 * np.abs(exact).max())
    assert handed > 0 if tolerance < 1e-9 else handed < 30


def test_gives_up_at_once_where_the_residual_falls_too_little() -> None:
    game = toy_game(5, precision=20.0)
    far = 2.0 * (known := solve(game, certify=False).value).mean(axis=0) - known
    patient, hasty = Problem(game), Problem(game)
    searched, given_up = newton(patient, far, 1.0, 1e-8), newton(hasty, far, 1.0, 1e-8, steep=0.3)
    assert not given_up.converged
    assert given_up.steps < searched.steps
    assert hasty.sweeps < 0.5 * patient.sweeps


def test_steep_descents_are_taken_as_without_the_limit() -> None:
    game = toy_game(1, precision=2.0)
    near = solve(toy_game(1, precision=1.95), certify=False).value
    limited, free = (newton(Problem(game), near, 1.0, 1e-8, steep=steep) for steep in (0.3, np.inf))
    assert limited.converged
    np.testing.assert_array_equal(limited.value, free.value)


def test_a_solution_is_left_as_it_is() -> None:
    for seed in range(5):
        game = toy_game(seed, precision=2.0)
        known = newton(Problem(game), np.zeros(game.shape), 1.0, 0.0).value
        again = newton(Problem(game), known, 1.0, 1e-8, steep=0.3)
        assert again.converged
        assert (again.steps, again.contraction) == (0, 0.0)


def test_the_derivative_halfway_brings_a_far_start_nearer() -> None:
    taken = 0
    for seed in range(12):
        noise: Noise = "shocks" if seed % 2 else "errors"
        game = toy_game(seed, precision=4.0, noise=noise)
        far = solve(toy_game(seed, precision=2.0, noise=noise), certify=False).value
        plain, bent = (newton(Problem(game), far, 1.0, 1e-10, steep=0.9, halfway=halfway) for halfway in (False, True))
        assert plain.converged
        assert bent.converged
        np.testing.assert_allclose(bent.value, plain.value, atol=1e-8)
        assert bent.contraction <= plain.contraction
        if plain.contraction > 0.3:
            taken += 1
            assert bent.contraction < plain.contraction**1.5
            assert bent.steps <= plain.steps
    assert taken >= 3
