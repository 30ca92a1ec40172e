"""The exact derivative against differences, against JAX, and its structure."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.held import HIGH, LOW, POLYNOMIAL, STEPS, Held
from detente.equilibrium.problem import Problem
from detente.equilibrium.response import residual
from detente.game.arrays import Game
from detente.game.double import double_precision
from tests.equilibrium.games import toy_game
from tests.random_games import random_game

GAMES = [
    toy_game(0),
    toy_game(1, noise="shocks", precision=2.0),
    random_game(3, states=20, actors=3, consent_share=0.8),
]


@jax.jit
def traced_product(game: Game, value: jax.Array, change: jax.Array, t: float) -> jax.Array:
    return jax.jvp(lambda v: residual(game, v, t), (value,), (change,))[1]


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("t", [0.0, 0.7])
def test_products_equal_jax_and_central_differences(game: Game, t: float) -> None:
    rng = np.random.default_rng(1)
    value, change = rng.normal(0, 3, game.shape), rng.normal(size=game.shape)
    problem = Problem(game)
    product = problem.slope(problem.at(value, t))(change)
    with double_precision():
        traced = traced_product(game, jnp.asarray(value), jnp.asarray(change), t)
    np.testing.assert_allclose(product, traced, rtol=1e-11, atol=1e-12)
    width = 1e-5
    ahead, back = (problem.at(value + sign * width * change, t).residual for sign in (1, -1))
    np.testing.assert_allclose(product, (ahead - back) / (2 * width), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("game", GAMES)
def test_a_constant_fades_at_the_discount_and_changes_no_play(game: Game) -> None:
    problem = Problem(game)
    slope = problem.slope(problem.at(np.random.default_rng(2).normal(0, 3, game.shape), 1.0))
    constant = np.ones(game.shape) * np.arange(1, game.shape[1] + 1)
    np.testing.assert_allclose(slope(constant), -np.asarray(game.discount) * constant, atol=1e-12)


@pytest.mark.parametrize("game", GAMES)
def test_in_single_precision_what_is_small_beside_a_constant_is_kept(game: Game) -> None:
    rng = np.random.default_rng(2)
    problem = Problem(game)
    slope = problem.slope(problem.at(rng.normal(0, 3, game.shape), 1.0))
    small = 1e-3 * rng.normal(size=game.shape).astype(np.float32)
    constant = np.float32(64.0)
    exact = slope(small.astype(np.float64)) - slope.discount * float(constant)
    single = slope.single()(small + constant)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, exact, atol=2e-2 * np.abs(slope(small.astype(np.float64))).max())
    plain = slope.single()(small)
    np.testing.assert_allclose(plain, slope(small.astype(np.float64)), atol=1e-6 * np.abs(exact).max())


def test_the_polynomial_is_chebyshevs() -> None:
    """What it leaves of each part of the spectrum is T(y) / T(y at 0), by the definition with cosines."""
    at = np.linspace(LOW, HIGH, 7)
    middle, half = (HIGH + LOW) / 2, (HIGH - LOW) / 2
    left = 1.0 - at * np.polynomial.Polynomial(np.array(POLYNOMIAL, float))(at)
    exact = np.cos(STEPS * np.arccos(np.clip((middle - at) / half, -1, 1))) / np.cosh(STEPS * np.arccosh(middle / half))
    np.testing.assert_allclose(left, exact, atol=1e-5)


@pytest.mark.parametrize("game", GAMES)
def test_the_generator_is_one(game: Game) -> None:
    problem = Problem(game)
    rates = problem.slope(problem.at(np.zeros(game.shape), 1.0)).generator.toarray()
    np.testing.assert_allclose(rates.sum(axis=1), 0.0, atol=1e-13)
    assert (rates - np.diag(np.diag(rates)) >= 0).all()


def test_the_preconditioner_inverts_constants_exactly_and_the_rest_roughly() -> None:
    game = random_game(4, states=400, actors=3)
    problem = Problem(game)
    slope = problem.slope(problem.at(np.zeros(game.shape), 1.0))
    approximate = Held(slope.generator, slope.discount)
    constant = np.ones(game.shape)
    np.testing.assert_allclose(approximate(slope.held(constant)), constant, rtol=1e-4)
    change = np.random.default_rng(0).normal(size=game.shape)
    left = change - approximate(slope.held(change))
    assert np.linalg.norm(left - left.mean(axis=0)) < 0.5 * np.linalg.norm(change)


def test_the_preconditioner_and_single_precision_share_the_generators_places() -> None:
    game = random_game(4, states=40, actors=2)
    problem = Problem(game)
    slope = problem.slope(problem.at(np.zeros(game.shape), 1.0))
    rates = slope.generator.toarray()
    single = slope.single()
    assert single is slope.single()
    assert single.approximate is slope.approximate
    np.testing.assert_array_equal(slope.generator.toarray(), rates)
    assert np.shares_memory(single.reads.indices, slope.reads.indices)
    mean = slope.discount.mean()
    scaled = (rates - mean * np.eye(40)) / (np.diag(rates) - mean)[:, None]
    np.testing.assert_allclose(slope.approximate._matrix.toarray(), scaled, rtol=1e-6)
    assert np.shares_memory(slope.approximate._matrix.indices, slope.generator.indices)
