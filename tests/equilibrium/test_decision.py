"""One actor's decision problem: against value iteration in plain NumPy, dense Newton steps, the ray, and its laws."""

from __future__ import annotations

import dataclasses
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium import chain, lone, stationary
from detente.equilibrium.decision import decide, decides
from detente.equilibrium.result import Settings
from detente.equilibrium.tracing import Tracing
from detente.game.arrays import Chance, Column, Game
from tests.equilibrium.plain import plain_residual, plain_trace

SEEDS = st.integers(0, 10**6)


def problem(seed: int, states: int = 30, precision: float = 5.0, discount: float = 0.9) -> Game:
    """Three columns of two outcomes, closed here and there, with weights, costs, asking, padding; two chance rules."""
    rng = np.random.default_rng(seed)
    here = np.arange(states)
    columns = []
    for a in range(3):
        is_open = rng.random(states) < 0.7
        succ = np.where(is_open[:, None], rng.integers(0, states, (states, 2)), here[:, None])  # some lead nowhere
        chance = np.where(is_open[:, None], rng.dirichlet(np.ones(2), states), [1.0, 0.0])
        weight = np.where(is_open, np.exp(rng.uniform(-2, 1, states)), 0.0)
        pay = None if a == 0 else np.where(is_open, rng.normal(0, 0.5, states), 0.0)[:, None]
        asking = None if a < 2 else np.where(is_open, 0.1, 0.0)[:, None]
        action = np.where(is_open, a, -1)
        columns.append(Column(0, (), action, weight, succ, chance, None, None, pay, asking))  # type: ignore[arg-type]
    rate = rng.uniform(0.0, 0.1, (states, 2)) * (rng.random((states, 2)) < 0.6)
    event = np.where(rate > 0.0, rng.integers(0, states, (states, 2)), here[:, None])
    rho = -np.log(discount) / 12
    numbers = (rng.normal(0, 1, (states, 1)), np.array([0.7]), np.array([rho]), np.array([precision]))
    events = Chance(event, rate, np.where(rate > 0.0, 0, -1))  # type: ignore[arg-type]
    return Game("shocks", tuple(columns), events, *numbers)  # type: ignore[arg-type]


def iterated(game: Game) -> np.ndarray:
    """Values by value iteration on the uniformised chain."""
    value = np.zeros(game.shape)
    fastest = float(game.tempo[0]) + float(np.asarray(game.chance.rate).sum(axis=1).max()) + float(game.discount[0])
    for _ in range(20_000):
        step = plain_residual(game, value) / fastest
        value = value + step
        if np.abs(step).max() < 1e-12:
            break
    return value


@pytest.mark.parametrize("precision", [0.0, 0.02, 1.0, 10.0, 50.0])
def test_values_equal_value_iteration(precision: float) -> None:
    game = problem(1, precision=precision)
    found = stationary.solve(game)
    np.testing.assert_allclose(found.value, iterated(game), rtol=1e-8, atol=1e-8)
    assert found.certified
    assert "one solution" in found.statement
    assert found.residual == pytest.approx(np.abs(plain_residual(game, found.value)).max(), abs=1e-8)


def test_a_very_high_precision_is_the_hard_maximum() -> None:
    game = problem(4, precision=1e9)
    value = np.zeros(30)
    succ, rate = np.asarray(game.chance.succ), np.asarray(game.chance.rate)
    for _ in range(20_000):
        gains = [np.zeros(30)]
        for column in game.columns:
            gain = np.einsum("sk,sk->s", column.chance, value[np.asarray(column.succ)]) - value
            gain += 0.0 if column.pay is None else np.asarray(column.pay)[:, 0]
            gain -= 0.0 if column.asking is None else np.asarray(column.asking)[:, 0]
            gains.append(np.where(np.asarray(column.weight) > 0.0, gain, 0.0))
        drift = np.einsum("sk,sk->s", rate, value[succ] - value[:, None])
        step = game.flow[:, 0] + 0.7 * np.max(gains, axis=0) + drift - float(game.discount[0]) * value
        value = value + step
        if np.abs(step).max() < 1e-12:
            break
    found = stationary.solve(game, tolerance=10.0)
    np.testing.assert_allclose(found.value[:, 0], value, atol=1e-6)


def test_a_precision_near_none_loses_no_digits() -> None:
    values = [stationary.solve(problem(1, precision=precision)).value for precision in (0.0, 1e-9, 1e-6)]
    np.testing.assert_allclose(values[1], values[0], rtol=1e-8)
    np.testing.assert_allclose(values[2] - values[0], 1e3 * (values[1] - values[0]), rtol=1e-2, atol=1e-9)


@given(SEEDS)
@settings(max_examples=6)
def test_values_and_play_equal_dense_newton_and_the_ray(seed: int) -> None:
    game = problem(seed, states=12)
    found = stationary.solve(game)
    dense, reached, _ = plain_trace(game, steps=5)
    assert reached == 1.0
    np.testing.assert_allclose(found.value, dense, rtol=1e-7, atol=1e-7)
    ray = Tracing(game, Settings(certify="none"), lambda share, what: None).run(None, None)
    np.testing.assert_allclose(found.value, ray.value, rtol=1e-7, atol=1e-7)
    for mine, other in ((found.policy, ray.policy), (found.accepted, ray.accepted)):
        np.testing.assert_allclose(np.array(mine), np.array(other), rtol=1e-6, atol=1e-12)


@given(SEEDS, st.floats(-50, 50), st.sampled_from([1e-3, 7.0, 1e3]))
@settings(max_examples=6)
def test_a_constant_and_a_unit_of_payoff_change_no_play(seed: int, more: float, scale: float) -> None:
    game = problem(seed)
    found = stationary.solve(game)
    richer = stationary.solve(dataclasses.replace(game, flow=game.flow + more))
    np.testing.assert_allclose(richer.value - found.value, more / float(game.discount[0]), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(np.array(richer.policy), np.array(found.policy), atol=1e-7)
    columns = tuple(
        dataclasses.replace(
            each,
            pay=None if each.pay is None else each.pay * scale,
            asking=None if each.asking is None else each.asking * scale,
        )
        for each in game.columns
    )
    scaled = dataclasses.replace(game, columns=columns, flow=game.flow * scale, precision=game.precision / scale)
    np.testing.assert_allclose(stationary.solve(scaled).value, scale * found.value, rtol=1e-7, atol=1e-7 * scale)


@given(SEEDS)
@settings(max_examples=6)
def test_any_start_leads_to_the_same_and_the_error_is_within_the_tolerance(seed: int) -> None:
    game = problem(seed, precision=20.0)
    right = iterated(game)
    wild = np.random.default_rng(seed).normal(0, 100, game.shape)
    for tolerance in (1e-2, 1e-5):
        found = stationary.solve(game, start=wild, tolerance=tolerance)
        assert 20.0 * np.ptp(found.value - right) <= 1.01 * tolerance
        assert found.regret <= tolerance**2 / (8 * 20.0)


def walk(flow: np.ndarray, succ: np.ndarray, chance: np.ndarray, precision: float) -> Game:
    """Columns of these successors and chances (A, S, K), open everywhere; nothing else happens."""
    states = len(flow)
    action, weight = np.zeros(states, np.int32), np.ones(states)
    columns = [Column(0, (), action, weight, *each, None, None, None, None) for each in zip(succ, chance, strict=True)]  # type: ignore[arg-type]
    nothing = Chance(np.zeros((states, 0), np.int32), np.zeros((states, 0)), np.zeros((states, 0), np.int32))  # type: ignore[arg-type]
    numbers = (flow[:, None], np.ones(1), np.array([0.004]), np.array([precision]))
    return Game("shocks", tuple(columns), nothing, *numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize("blocks", [(4000, 500), (7, 7), (1, 1)])
@pytest.mark.parametrize("restart", [5, 8])
def test_a_long_chain_of_neighbours(monkeypatch: pytest.MonkeyPatch, blocks: tuple[int, int], restart: int) -> None:
    """A walk along 3,000 states, far longer than a block, written in several chunks."""
    monkeypatch.setattr(chain, "BLOCKS", blocks)
    monkeypatch.setattr(chain, "RESTART", restart)
    monkeypatch.setattr(lone, "CHUNK", 700)
    states = 3000
    here = np.arange(states)
    succ = np.array([[np.minimum(here + 1, states - 1), here], [np.maximum(here - 1, 0), here]], np.int32)
    game = walk(np.sin(here / 50), succ.transpose(0, 2, 1), np.tile([0.8, 0.2], (2, states, 1)), 3.0)
    found = decide(game, Settings())
    assert found is not None
    assert np.abs(plain_residual(game, found.value)).max() < 1e-10
    np.testing.assert_allclose(found.value, stationary.solve(game, start=found).value, rtol=1e-9)


def test_memory_beyond_the_game() -> None:
    """Bytes a state: T 36 and its rows 12, right side 8, values 8, GMRES 40; the rest comes and goes."""
    states = 100_000
    rng = np.random.default_rng(0)
    succ = ((np.arange(states)[:, None] + rng.integers(-300, 301, (3, states, 3))) % states).astype(np.int32)
    game = walk(rng.normal(0, 1, states), succ, rng.dirichlet(np.ones(3), (3, states)), 20.0)
    tracemalloc.start()
    try:
        decide(game, Settings(most_sweeps=40))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 150 * states


def test_what_is_no_decision_problem_is_left_to_the_ray() -> None:
    game = problem(0)
    assert decides(game)
    for other in (
        dataclasses.replace(game, noise="errors"),
        dataclasses.replace(game, discount=np.zeros(1)),
        dataclasses.replace(game, columns=(dataclasses.replace(game.columns[0], consenters=(0,)),)),
    ):
        assert not decides(other)
    assert decide(dataclasses.replace(game, flow=game.flow * np.nan), Settings()) is None
    assert decide(game, Settings(most_sweeps=5)) is None
    assert not stationary.solve(game, certify=False).certified
