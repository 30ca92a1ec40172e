"""Streams valued under fixed play: against dense algebra, and adding up to the value."""

from __future__ import annotations

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.problem import Problem
from detente.equilibrium.stationary import solve
from detente.equilibrium.valuation import value_of
from detente.game.double import double_precision
from detente.problems import DetenteError
from tests.equilibrium.games import Noise, toy_game
from tests.random_games import random_game


def test_equals_dense_linear_algebra() -> None:
    game = random_game(0, states=25, actors=3)
    found = solve(game)
    problem = Problem(game)
    rates = problem.slope(problem.at(found.value, 1.0)).generator.toarray()
    rng = np.random.default_rng(0)
    rewards, discounts = rng.normal(size=(25, 4)), rng.uniform(0.002, 0.02, 4)
    worth = value_of(game, found, rewards, discounts)
    dense = np.stack([np.linalg.solve(rho * np.eye(25) - rates, rewards[:, k]) for k, rho in enumerate(discounts)], 1)
    np.testing.assert_allclose(worth, dense, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_streams_and_what_is_paid_once_add_up_to_the_value(noise: Noise) -> None:
    game = toy_game(1, noise=noise)
    found = solve(game, tolerance=1e-11)
    play = Problem(game).at(found.value, 1.0)
    flow, owner = np.asarray(game.flow), np.arange(3)
    parts = np.concatenate([0.3 * flow, 0.7 * flow], axis=1)
    worth = value_of(game, found, parts, np.asarray(game.discount)[[*owner, *owner]])
    once = found.value - worth[:, :3] - worth[:, 3:]
    rates = Problem(game).slope(play).generator
    paid = np.asarray(game.discount) * once - rates @ once  # what the rest must be paid a month, by its own equation
    expected = _paid_once(game, found)
    if noise == "errors":
        np.testing.assert_allclose(paid, expected, atol=1e-8)
    else:
        assert (paid - expected <= 1e-8).all()  # weights sum to one: a mover's shocks cost it what control would
        assert (paid - expected).min() < -1e-3


def _paid_once(game: object, found: object) -> np.ndarray:
    out = np.zeros(found.value.shape)  # type: ignore[attr-defined]
    for column, policy, accepted in zip(game.columns, found.policy, found.accepted, strict=True):  # type: ignore[attr-defined]
        chosen = float(game.tempo[column.actor]) * policy  # type: ignore[attr-defined]
        out += (chosen * accepted)[:, None] * np.asarray(column.pay) - chosen[:, None] * np.asarray(column.asking)
    return out


def test_no_streams_and_nothing() -> None:
    game = toy_game(0)
    found = solve(game, certify=False)
    assert value_of(game, found, np.zeros((6, 0)), np.zeros(0)).shape == (6, 0)
    assert (value_of(game, found, np.zeros((6, 2)), [0.01, 0.02]) == 0.0).all()
    np.testing.assert_allclose(value_of(game, found, np.ones((6, 1)), [0.01]), 100.0, rtol=1e-9)


def test_what_has_no_finite_value_is_refused() -> None:
    game = toy_game(0)
    found = solve(game, certify=False)
    with double_precision():
        endless = dataclasses.replace(game, discount=jnp.zeros(3))
    with pytest.raises(DetenteError, match="could not be computed"):
        value_of(endless, found, np.ones((6, 1)), [0.0])
