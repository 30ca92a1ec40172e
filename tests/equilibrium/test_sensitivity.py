"""Derivatives of equilibria: against differences of solutions, adjoint against tangent, and their laws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.held import Held
from detente.equilibrium.krylov import gmres
from detente.equilibrium.problem import Problem
from detente.equilibrium.response import Response
from detente.equilibrium.sensitivity import game_gradient, gradient, tangents
from detente.equilibrium.stationary import solve
from detente.equilibrium.transposed import HeldTransposed, Transposed
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.problems import DetenteError
from tests.equilibrium.games import Noise, toy_game
from tests.equilibrium.plain import plain_moves, plain_residual, plain_slope
from tests.outcome.differences import STENCIL, Solution, differences
from tests.random_games import random_game


class Linear(eqx.Module):
    """A number linear in values, in play and in payoffs."""

    value: jax.Array
    policy: tuple[jax.Array, ...]
    accepted: tuple[jax.Array, ...]
    flow: jax.Array

    @classmethod
    def random(cls, game: Game, seed: int = 0, *, play: bool = True) -> Linear:
        rng = np.random.default_rng(seed)
        where = [np.asarray(column.action) >= 0 for column in game.columns]
        by_state = [rng.normal(size=(2, game.shape[0])) * here * play for here in where]
        with double_precision():
            return cls(
                value=jnp.asarray(rng.normal(size=game.shape)),
                policy=tuple(jnp.asarray(each[0]) for each in by_state),
                accepted=tuple(jnp.asarray(each[1]) for each in by_state),
                flow=jnp.asarray(rng.normal(size=game.shape) * play),
            )

    def __call__(self, game: Game, value: Any, play: Response) -> Any:
        total = jnp.sum(self.value * value) + jnp.sum(self.flow * game.flow)
        for c in range(len(game.columns)):
            total = total + jnp.sum(self.policy[c] * play.policy[c]) + jnp.sum(self.accepted[c] * play.accepted[c])
        return total

    def plainly(self, game: Game, value: Any, policy: Any, accepted: Any) -> float:
        pairs = [(self.value, value), (self.flow, game.flow), *zip(self.policy, policy, strict=True)]
        return float(sum(np.vdot(a, b) for a, b in [*pairs, *zip(self.accepted, accepted, strict=True)]))

    def at(self, solution: Solution) -> np.ndarray:
        found = solution.equilibrium
        return np.array(self.plainly(solution.game, found.value, found.policy, found.accepted))


@pytest.mark.parametrize("name", ["fence, shocks", "two"])
def test_every_derivative_is_that_of_solutions_nearby(name: str) -> None:
    case = differences(name)
    of = Linear.random(case.central.game)
    found, slopes = gradient(case.structure, case.numbers, case.central.equilibrium, of)
    assert found == pytest.approx(float(of.at(case.central)), rel=1e-12)
    assert list(slopes) == list(case.numbers)
    expected = [float(case.by(parameter, of.at)) for parameter in slopes]
    np.testing.assert_allclose(list(slopes.values()), expected, rtol=1e-6, atol=1e-6)


def test_derivatives_by_many_parameters_are_those_along_random_directions() -> None:
    """In each direction all count, and none so little that it could be wrong unseen."""
    case, rng = differences("border, shocks"), np.random.default_rng(5)
    of = Linear.random(case.central.game)
    _, slopes = gradient(case.structure, case.numbers, case.central.equilibrium, of)
    for _ in range(3):
        direction = {
            name: value * float(rng.uniform(0.2, 1) * rng.choice([-1, 1])) for name, value in case.numbers.items()
        }
        direction["patience"] /= 20  # at more, a year's survival would pass one
        direction["calm_rate"] *= 10  # clashes and raids are rare here, so these move little
        direction["raid_cost"] *= 10
        parts = [slopes[name] * change for name, change in direction.items()]
        size = max(map(abs, parts))
        assert min(map(abs, parts)) > 1e-4 * size
        assert sum(parts) == pytest.approx(float(case.along(direction, of.at)), abs=1e-7 * size)


@pytest.mark.parametrize("name", ["fence, shocks", "two"])
def test_the_tangent_is_that_of_solutions_nearby_and_agrees_with_the_adjoint(name: str) -> None:
    case = differences(name)
    found = tangents(case.structure, case.numbers, case.central.equilibrium, [{each: 1.0} for each in case.numbers])
    of = Linear.random(case.central.game, play=False)
    _, slopes = gradient(case.structure, case.numbers, case.central.equilibrium, of)
    for parameter, along in zip(case.numbers, found, strict=True):
        expected = case.by(parameter, lambda solution: solution.equilibrium.value)
        np.testing.assert_allclose(along, expected, rtol=1e-6, atol=1e-6)
        assert slopes[parameter] == pytest.approx(float(np.vdot(of.value, along)), rel=1e-8, abs=1e-8)


def test_directions_add_up() -> None:
    case = differences("two")
    names = list(case.numbers)[:2]
    along = [{names[0]: 1.0}, {names[1]: 1.0}, {names[0]: 2.0, names[1]: -0.5}]
    first, second, both = tangents(case.structure, case.numbers, case.central.equilibrium, along)
    np.testing.assert_allclose(both, 2 * first - 0.5 * second, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_the_gradient_by_a_games_numbers_is_that_of_dense_solutions(noise: Noise) -> None:
    """Nothing of the solvers: the equations read plainly, and Newton's method on a dense matrix of differences."""
    game = toy_game(2, noise=noise)
    of = Linear.random(game)
    _, slopes = game_gradient(game, solve(game, tolerance=1e-12, certify="none"), of)
    rng = np.random.default_rng(1)
    weights = eqx.filter(slopes, eqx.is_inexact_array)
    along = jax.tree.map(lambda leaf: rng.normal(size=leaf.shape) * 0.1 * np.asarray(leaf), weights_of(game))
    expected = sum(weight / 1e-5 * dense(of, moved(game, along, 1e-5 * step)) for step, weight in STENCIL)
    product = sum(np.vdot(a, b) for a, b in zip(jax.tree.leaves(weights), jax.tree.leaves(along), strict=True))
    assert product == pytest.approx(expected, rel=1e-6)


def weights_of(game: Game) -> Game:
    floats: Game = eqx.filter(game, eqx.is_inexact_array)
    return floats


def moved(game: Game, along: Game, width: float) -> Game:
    with double_precision():
        found: Game = eqx.apply_updates(game, jax.tree.map(lambda each: width * each, along))
    return found


def dense(of: Linear, game: Game) -> float:
    value = np.asarray(solve(toy_game(2, noise=game.noise)).value)
    for _ in range(5):
        value = value - np.linalg.solve(plain_slope(game, value, 1.0), plain_residual(game, value).ravel()).reshape(
            value.shape
        )
    moves = plain_moves(game, value)
    return of.plainly(game, value, [move["policy"] for move in moves], [move["accepted"] for move in moves])


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.floats(0, 1), st.sampled_from(["errors", "shocks"]))
def test_transposed_means_transposed(seed: int, t: float, noise: Noise) -> None:
    game = random_game(seed, states=9, actors=3, consent_share=0.8, noise=noise)
    problem, rng = Problem(game), np.random.default_rng(seed)
    slope = problem.slope(problem.at(rng.normal(0, 3, game.shape), t))
    x, y = rng.normal(size=(2, *game.shape))
    assert np.vdot(slope(x), y) == pytest.approx(np.vdot(x, Transposed(slope)(y)), rel=1e-12, abs=1e-12)
    held, transposed = Held(slope.generator, slope.discount), HeldTransposed(slope.generator, slope.discount)
    size = np.linalg.norm(held(x)) * np.linalg.norm(y)
    assert np.vdot(held(x), y) == pytest.approx(np.vdot(x, transposed(y)), abs=1e-5 * size)


def test_the_transposed_system_takes_as_many_products() -> None:
    game = random_game(4, states=400, actors=3)
    problem = Problem(game)
    slope = problem.slope(problem.at(solve(game, certify="none").value, 1.0))
    right = np.random.default_rng(0).normal(size=game.shape)
    plain = gmres(slope, right, Held(slope.generator, slope.discount), 1e-11)
    across = gmres(Transposed(slope), right, HeldTransposed(slope.generator, slope.discount), 1e-11)
    assert across.residual <= 1e-11
    assert across.products <= 1.5 * plain.products


def test_a_parameter_that_nothing_reads_has_no_effect() -> None:
    case = differences("fence, shocks")
    assert case.central.equilibrium.converged
    of = Linear.random(case.central.game)
    _, slopes = gradient(case.structure, case.numbers, case.central.equilibrium, of)
    assert slopes["spare"] == 0.0
    assert all(slope != 0.0 for name, slope in slopes.items() if name != "spare")
    assert (tangents(case.structure, case.numbers, case.central.equilibrium, [{"spare": 1.0}]) == 0.0).all()


def test_what_has_no_derivative_is_told() -> None:
    case = differences("two")
    of, likely = Linear.random(case.central.game), case.structure.scenario.likely
    folded = solve(case.structure.game(likely), certify="none")
    assert not folded.converged
    with pytest.raises(DetenteError, match="not reached"):
        gradient(case.structure, likely, folded, of)
    with pytest.raises(DetenteError, match="not one of these numbers"):
        gradient(case.structure, {**case.numbers, "sharp": 0.16}, case.central.equilibrium, of)
    other = replace(case.central.equilibrium, value=np.zeros((3, 2)))
    with pytest.raises(DetenteError, match=r"values are \(3, 2\)"):
        gradient(case.structure, case.numbers, other, of)
    with pytest.raises(DetenteError, match="no parameter 'sharpness'"):
        tangents(case.structure, case.numbers, case.central.equilibrium, [{"sharpness": 1.0}])
    never = np.full(case.central.game.shape, np.nan)
    with pytest.raises(DetenteError, match="could not be computed"):
        gradient(case.structure, case.numbers, case.central.equilibrium, eqx.tree_at(lambda w: w.value, of, never))
