"""The response in its three codings: traced JAX, the solvers' own on open entries, and plain NumPy."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.play import whole
from detente.equilibrium.problem import Problem
from detente.equilibrium.response import Response, residual, respond, sweep, uniform_rate
from detente.game.arrays import Game
from detente.game.double import double_precision
from tests.equilibrium.games import toy_game
from tests.equilibrium.plain import plain_moves, plain_residual
from tests.random_games import random_game


def games() -> list[Game]:
    return [
        toy_game(0),
        toy_game(1, noise="shocks", precision=2.0),
        random_game(0, states=15, actors=4, actions_per_actor=2),
    ]


@jax.jit
def traced_play(game: Game, value: jax.Array, t: float) -> tuple[Response, jax.Array]:
    play = respond(game, value, t)
    return play, residual(game, value, t, play)


@pytest.mark.parametrize("game", games())
@pytest.mark.parametrize("t", [0.0, 0.4, 1.0])
def test_three_codings_agree(game: Game, t: float) -> None:
    value = np.random.default_rng(0).normal(0, 3, game.shape)
    problem = Problem(game)
    point = problem.at(value, t)
    with double_precision():
        traced, left = traced_play(game, jnp.asarray(value), t)
    plain = plain_moves(game, value, t)
    policy, accepted = whole(problem.pattern, point.policy, 0.0), whole(problem.pattern, point.accepted, 1.0)
    for c, column in enumerate(game.columns):
        here = np.asarray(column.action) >= 0
        np.testing.assert_allclose(traced.policy[c], policy[c], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(traced.accepted[c][here], accepted[c][here], rtol=1e-12)
        np.testing.assert_allclose(plain[c]["policy"], policy[c], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(plain[c]["q"], traced.q[c], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(left, point.residual, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(plain_residual(game, value, t), point.residual, rtol=1e-11, atol=1e-12)


def test_a_sweep_is_a_step_of_the_residual() -> None:
    game = toy_game(3)
    with double_precision():
        value = jnp.asarray(np.random.default_rng(0).normal(size=game.shape))
        left = traced_play(game, value, 1.0)[1]
        np.testing.assert_allclose(
            jax.jit(sweep)(game, value), value + left / uniform_rate(game), rtol=1e-13, atol=1e-14
        )


def test_advantage_is_over_the_best_open_action() -> None:
    game = toy_game(4)
    value = np.random.default_rng(0).normal(0, 3, game.shape)
    with double_precision():
        play, _ = traced_play(game, jnp.asarray(value), 1.0)
    for mover in range(game.shape[1]):
        mine = [c for c, column in enumerate(game.columns) if column.actor == mover]
        is_open = np.stack([np.asarray(game.columns[c].action) >= 0 for c in mine])
        gain = np.stack([np.asarray(play.q[c])[:, mover] - value[:, mover] for c in mine])
        best = np.maximum(np.where(is_open, gain, -np.inf).max(axis=0), 0.0)
        for c, better in zip(mine, gain, strict=True):
            np.testing.assert_allclose(play.advantage[c], better - best, rtol=1e-12, atol=1e-12)


def test_extreme_values_and_precisions_leave_numbers() -> None:
    game = toy_game(5, precision=1e4)
    value = np.random.default_rng(0).normal(0, 1e4, game.shape)
    with double_precision():
        play, left = traced_play(game, jnp.asarray(value), 1.0)
    policy = np.stack([np.asarray(each) for each in play.policy])
    assert np.isfinite(policy).all()
    assert np.isfinite(np.asarray(left)).all()
    assert (policy >= 0).all()
    assert (policy.sum(axis=0) <= game.shape[1] + 1e-12).all()
    assert np.isfinite(Problem(game).at(value, 1.0).residual).all()


def test_inclusive_value_tends_to_the_mean_at_precision_zero() -> None:
    game = toy_game(6, noise="shocks")
    value = np.random.default_rng(0).normal(0, 3, game.shape)
    problem = Problem(game)
    still = problem.at(value, 0.0).residual
    for t in (1e-4, 1e-8, 1e-14):
        with double_precision():
            traced = np.asarray(traced_play(game, jnp.asarray(value), t)[1])
        assert np.abs(problem.at(value, t).residual - still).max() < 30 * t + 1e-13
        assert np.abs(traced - still).max() < 30 * t + 1e-13


def test_derivative_in_the_games_own_numbers_is_finite() -> None:
    game = toy_game(7, noise="shocks")
    value = np.random.default_rng(0).normal(0, 3, game.shape)
    with double_precision():
        slope = eqx.filter_jit(eqx.filter_grad(lambda one: jnp.sum(residual(one, jnp.asarray(value)) ** 2)))(game)
    for leaf in jax.tree.leaves(eqx.filter(slope, eqx.is_inexact_array)):
        assert np.isfinite(np.asarray(leaf)).all()
