"""Many draws in one call: each the solution that it has alone."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import export

from detente.ensemble.draws import draw, named
from detente.equilibrium.batch import Batch, _chunk, _numbers, finish, solve_batch
from detente.equilibrium.batch_games import Drawn, one_of, stack
from detente.equilibrium.batch_krylov import gmres
from detente.equilibrium.batch_newton import newton
from detente.equilibrium.batch_play import layout_of, numbers_of, play
from detente.equilibrium.batch_slope import held, product, slope_of
from detente.equilibrium.held import Held
from detente.equilibrium.problem import Problem
from detente.equilibrium.response import residual
from detente.equilibrium.result import Equilibrium
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.game.structure import compile as compiled
from detente.problems import DetenteError
from detente.scenario.load import load_text
from detente.scenario.starter import starter
from tests.equilibrium.games import Noise, toy_game

DRAWS, TIGHT = 4, 1e-9


def toy(noise: Noise) -> Game:
    return toy_game(5, states=5, actors=2, noise=noise)


def varied(game: Game, seed: int) -> Game:
    """Another game of the same structure, not far off."""
    rng = np.random.default_rng(seed)
    with double_precision():
        columns = tuple(dataclasses.replace(c, weight=c.weight * np.exp(0.1 * rng.normal())) for c in game.columns)
        flow = game.flow + 0.1 * rng.normal(size=game.shape)
        lam = game.precision * np.exp(0.1 * rng.normal(size=game.shape[1]))
    return dataclasses.replace(game, columns=columns, flow=flow, precision=lam)


@cache
def central(noise: Noise) -> Equilibrium:
    return solve(toy(noise), certify="none")


@cache
def drawn(noise: Noise) -> Game:
    return stack([varied(toy(noise), seed) for seed in range(DRAWS)])


@cache
def alone(noise: Noise) -> tuple[Equilibrium, ...]:
    games = [one_of(drawn(noise), d) for d in range(DRAWS)]
    return tuple(solve(g, start=central(noise), neighbour=toy(noise), tolerance=1e-11, certify="none") for g in games)


@cache
def batch(noise: Noise) -> Batch:
    return solve_batch(drawn(noise), central(noise).value, tolerance=TIGHT)


def apart(games: Game, draw: int, one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference of log odds."""
    return float(np.max(np.asarray(games.precision)[draw] * np.ptp(one - other, axis=0)))


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_each_draw_as_alone(noise: Noise) -> None:
    found = batch(noise)
    assert found.converged.all(), found.statement
    for d, other in enumerate(alone(noise)):
        assert apart(drawn(noise), d, found.value[d], other.value) < 1e-7
        assert found.error[d] <= TIGHT
        assert found.residual[d] < 1e-7
        for kept, same in ((found.policy, other.policy), (found.accepted, other.accepted)):
            for mine, theirs in zip(kept, same, strict=True):
                np.testing.assert_allclose(mine[d], theirs, atol=1e-8)
    assert "4 of 4 draws converged" in found.statement
    assert "not checked" in found.statement


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_play_and_slope_are_the_response_and_its_derivative(noise: Noise) -> None:
    game = toy(noise)
    rng = np.random.default_rng(2)
    with double_precision():
        value, change = (jnp.asarray(rng.normal(size=game.shape)) for _ in range(2))
        layout = layout_of(game)

        @jax.jit
        def both(value: jax.Array, change: jax.Array) -> tuple[jax.Array, ...]:
            numbers = numbers_of(layout, game, jnp.dtype("float64"))
            played, single = play(layout, numbers, value), change.astype("float32")
            slope = slope_of(layout, numbers, played)
            plain = jax.jvp(lambda v: residual(game, v), (value,), (change,))
            return played.residual, product(layout, slope, single), held(layout, slope, single), *plain

        rest, moved, inverse, expected, derivative = both(value, change)
    np.testing.assert_allclose(rest, expected, atol=1e-12)
    np.testing.assert_allclose(moved, derivative, atol=2e-5)
    problem = Problem(game)
    slope = problem.slope(problem.at(np.asarray(value), 1.0))
    np.testing.assert_allclose(inverse, Held(slope.generator, slope.discount)(np.asarray(change)), rtol=1e-4, atol=1e-3)


def test_krylov_solves_as_dense_algebra_does() -> None:
    rng = np.random.default_rng(0)
    matrices = np.eye(60) + 0.5 * rng.normal(size=(3, 60, 60)) / np.sqrt(60)
    right = rng.normal(size=(3, 20, 3))
    a, b = jnp.asarray(matrices, "float32"), jnp.asarray(right, "float32")

    def apply(x: jax.Array) -> jax.Array:
        return jnp.einsum("dij,dj->di", a, x.reshape(3, -1)).reshape(x.shape)

    tolerance = jnp.array([1e-1, 1e-5, 1e-3], jnp.float32)
    solve_all = jax.jit(lambda b, t: gmres(apply, b, lambda r: 2.0 * r, t, jnp.full(3, 200, jnp.int32)))
    x, left, products = solve_all(b, tolerance)
    exact = np.linalg.solve(matrices, right.reshape(3, -1, 1)).reshape(right.shape)
    np.testing.assert_allclose(x[1], exact[1], atol=1e-3)
    off = right.reshape(3, -1) - np.einsum("dij,dj->di", matrices, np.asarray(x).reshape(3, -1))
    told = np.linalg.norm(off, axis=1) / np.linalg.norm(right.reshape(3, -1), axis=1)
    np.testing.assert_allclose(left, told, atol=1e-6)
    assert (told <= np.asarray(tolerance)).all()
    assert products[0] < products[2] < products[1]


def test_single_precision_tells_its_error() -> None:
    games = drawn("errors")
    found = solve_batch(games, central("errors").value, precision="float32")
    assert found.converged.all()
    assert "float32" in found.statement
    for d, other in enumerate(alone("errors")):
        assert apart(games, d, found.value[d], other.value) <= 3 * found.error[d] + 1e-6
        assert found.error[d] < 1e-3


def test_hopeless_starts_are_told_and_finished() -> None:
    games, centre = drawn("errors"), central("errors").value
    start = np.repeat(centre[None], DRAWS, axis=0)
    start[1] = np.nan
    start[2] = 1e200
    found = solve_batch(games, start, tolerance=TIGHT)
    assert list(found.converged) == [True, False, False, True]
    assert "2 of 4 draws converged" in found.statement
    assert "not 1, 2" in found.statement
    assert found.products[1] == 0
    np.testing.assert_allclose(found.value[[0, 3]], batch("errors").value[[0, 3]], atol=1e-7)
    done = finish(found, games, centre, toy("errors"))
    assert done.converged.all()
    for d in (1, 2):
        assert apart(games, d, done.value[d], alone("errors")[d].value) < 1e-7
        np.testing.assert_allclose(done.policy[0][d], alone("errors")[d].policy[0], atol=1e-8)
    assert not found.converged[1]


@pytest.mark.slow
def test_a_long_way_is_gone_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    games, centre = drawn("errors"), central("errors")
    monkeypatch.setattr("detente.equilibrium.batch.NEAR", 0.0)
    monkeypatch.setattr("detente.equilibrium.batch.GENTLE", 0.0)
    strict = solve_batch(games, centre.value, tolerance=TIGHT, neighbour=toy("errors"))
    assert not strict.converged.any()
    assert (strict.products > batch("errors").products).all()  # half way was tried
    steps = iter([0.0, 0.6, 0.6])  # the first step is too long, those of the halves are not
    monkeypatch.setattr("detente.equilibrium.batch._gentle", lambda ended: ended.contraction <= next(steps, 0.6))
    halves = solve_batch(games, centre.value, tolerance=TIGHT, neighbour=toy("errors"))
    assert halves.converged.all()
    np.testing.assert_allclose(halves.value, batch("errors").value, atol=1e-7)


@pytest.mark.slow
def test_the_order_of_draws_does_not_matter() -> None:
    order = np.array([2, 0, 3, 1])
    numbers, indices = eqx.partition(drawn("errors"), eqx.is_inexact_array)
    turned = eqx.combine(jax.tree.map(lambda a: np.asarray(a)[order], numbers), indices)
    found = solve_batch(turned, central("errors").value, tolerance=TIGHT)
    np.testing.assert_allclose(found.value, batch("errors").value[order], rtol=1e-9, atol=1e-7)
    np.testing.assert_array_equal(found.products, batch("errors").products[order])


@pytest.mark.slow
def test_chunks_and_games_made_when_needed_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    told: list[float] = []
    monkeypatch.setattr("detente.equilibrium.batch._chunk", lambda *known: DRAWS)

    def made(first: int, last: int) -> Game:
        asked.append((first, last))
        return stack([varied(toy("errors"), seed) for seed in range(first, last)])

    found = solve_batch(
        Drawn(6, made),
        central("errors").value,
        tolerance=TIGHT,
        progress=lambda share, what: told.append(share),
    )
    assert asked[1:] == [(0, 4), (4, 6)]
    assert told == [0.0, 4 / 6]
    assert len(found.value) == 6
    assert found.converged.all()
    assert found.policy == ()
    np.testing.assert_allclose(found.value[:4], batch("errors").value, rtol=1e-9, atol=1e-7)


def test_chunks_keep_to_the_memory() -> None:
    game = one_of(drawn("errors"), 0)
    sizes = [_chunk(layout_of(game), drawn("errors"), 10, "float64", memory) for memory in (1, 10**5, 10**9)]
    assert sizes[0] == 1
    assert sizes == sorted(sizes)
    assert sizes[-1] == 10


@pytest.mark.slow
def test_a_budget_of_products_is_kept() -> None:
    found = solve_batch(drawn("errors"), central("errors").value, tolerance=TIGHT, most=3)
    assert not found.converged.any()
    assert (found.products <= 4).all()
    assert "0 of 4" in found.statement


@pytest.mark.slow
def test_the_starter_scenario() -> None:
    text, claims = starter("border")
    scenario = load_text(text, "border.yaml", claims)
    structure = compiled(scenario)
    games = [structure.game(named(scenario, row)) for row in draw(scenario, DRAWS)]
    middle = structure.game()
    centre = solve(middle, certify="none")
    found = solve_batch(stack(games), centre.value, tolerance=TIGHT)
    assert found.converged.all(), found.statement
    for d, game in enumerate(games):
        other = solve(game, start=centre, neighbour=middle, tolerance=1e-11, certify="none")
        assert apart(stack(games), d, found.value[d], other.value) < 1e-7


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_same_program_is_lowered_for_a_gpu(dtype: str) -> None:
    """All of it, in operations that every device has: no call of a library of one's own, none back to Python."""
    with double_precision():
        layout = layout_of(one_of(drawn("errors"), 0))
        numbers = _numbers(layout, drawn("errors"), jnp.dtype(dtype))
        start = jnp.zeros(drawn("errors").flow.shape, dtype)
        given = (layout, numbers, start, jnp.asarray(1e-4, dtype), jnp.asarray(400), jnp.ones(DRAWS, bool))
        arrays, rest = eqx.partition(given, eqx.is_array)
        program = jax.jit(lambda arrays: newton(*eqx.combine(arrays, rest)))
        lowered = export.export(program, platforms=("cuda",))(arrays)
    assert lowered.platforms == ("cuda",)
    assert "while" in lowered.mlir_module()
    assert "custom_call" not in lowered.mlir_module()


def test_what_does_not_fit_is_told() -> None:
    centre = central("errors").value
    with pytest.raises(DetenteError, match="no axis of draws"):
        solve_batch(toy("errors"), centre)
    with pytest.raises(DetenteError, match="The start has shape"):
        solve_batch(drawn("errors"), centre[:-1])
    with pytest.raises(DetenteError, match="0 draws"):
        solve_batch(Drawn(0, lambda first, last: drawn("errors")), centre)
    half: Any = "half"
    with pytest.raises(DetenteError, match="float64"):
        solve_batch(drawn("errors"), centre, precision=half)
    with pytest.raises(DetenteError, match="structure of game 0"):
        stack([toy("errors"), toy_game(6, states=5, actors=2)])
    with pytest.raises(DetenteError, match="at least one"):
        stack([])
