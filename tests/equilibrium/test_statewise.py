"""Sweeps state by state, extrapolated: against policy iteration and value iteration, on problems of many shapes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium import chain, decision, lone, statewise
from detente.equilibrium.decision import decide
from detente.equilibrium.result import Equilibrium, Settings
from detente.game.arrays import Chance, Column, Game
from tests.equilibrium.test_decision import iterated, problem, walk

SEEDS = st.integers(0, 10**6)


def swept(game: Game, tolerance: float = 1e-6, fall_back: bool = False, size: int = 1 << 14) -> Equilibrium:
    """Solved by sweeps, however small; policy iteration only where it may ``fall_back``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decision, "MANY", 0)
        patch.setattr(decision, "SOFT", 0.0)
        patch.setattr(lone, "CHUNK", size)
        if not fall_back:
            patch.setattr(chain, "Chain", None)
        found = decide(game, Settings(tolerance=tolerance))
    assert found is not None
    return found


def shaped(seed: int) -> Game:
    """Near and far successors, states that lead nowhere, zero chances and weights, events, discounts of all sizes."""
    rng = np.random.default_rng(seed)
    states, outcomes, precision = int(rng.integers(1, 400)), int(rng.integers(1, 4)), 10.0 ** rng.uniform(-1, 10)
    here, reach = np.arange(states)[:, None], int(rng.choice([1, 5, states]))
    columns = []
    for _ in range(rng.integers(1, 4)):
        succ = (here + rng.integers(-reach, reach + 1, (states, outcomes))) % states
        chance = rng.dirichlet(np.full(outcomes, 0.5), states)
        chance[rng.random(states) < 0.2] = np.eye(outcomes)[0]
        is_open = rng.random(states) < rng.choice([0.3, 0.9, 1.0])
        weight = np.where(is_open, np.exp(rng.normal(0, 1, states)), 0.0)
        succ, chance = np.where(is_open[:, None], succ, here), np.where(is_open[:, None], chance, np.eye(outcomes)[0])
        pay = np.where(is_open, rng.normal(0, 1, states), 0.0)[:, None] if rng.random() < 0.5 else None
        columns.append(Column(0, (), np.zeros(states), weight, succ, chance, None, None, pay, None))  # type: ignore[arg-type]
    rate = rng.uniform(0, 0.2, (states, 2)) * (rng.random((states, 2)) < 0.5)
    events = Chance(rng.integers(0, states, (states, 2)), rate, np.zeros((states, 2)))  # type: ignore[arg-type]
    numbers = (np.array([10.0 ** rng.uniform(-1, 1)]), np.array([10.0 ** rng.uniform(-4, 0)]), np.array([precision]))
    flow = rng.normal(0, 1, (states, 1)) * 10.0 ** rng.uniform(-1, 2)
    return Game("shocks", tuple(columns), events, flow, *numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize("precision", [0.2, 1.0, 10.0, 50.0])
def test_values_equal_value_iteration(precision: float) -> None:
    game = problem(1, precision=precision)
    np.testing.assert_allclose(swept(game).value, iterated(game), rtol=1e-7, atol=1e-7)


@given(SEEDS)
@settings(max_examples=15)
def test_values_and_play_equal_those_of_policy_iteration_whatever_the_shape(seed: int) -> None:
    game = shaped(seed)
    lam, tolerance = float(game.precision[0]), 1e-6 * max(1.0, float(game.precision[0]))
    steps = decide(game, Settings(tolerance=tolerance))
    found = swept(game, tolerance, fall_back=True)
    assert steps is not None
    scale = max(1.0, float(np.abs(steps.value).max()))
    np.testing.assert_allclose(found.value, steps.value, rtol=0, atol=4e-6 * scale)
    if lam < 100.0:
        np.testing.assert_allclose(np.array(found.policy), np.array(steps.policy), atol=1e-4 * scale)


@pytest.mark.parametrize("size", [700, 1 << 14])
def test_a_long_chain_of_neighbours(size: int) -> None:
    """A walk along 1,500 states, in one piece or in several."""
    states = 1500
    here = np.arange(states)
    succ = np.array([[np.minimum(here + 1, states - 1), here], [np.maximum(here - 1, 0), here]], np.int32)
    game = walk(np.sin(here / 50), succ.transpose(0, 2, 1), np.tile([0.8, 0.2], (2, states, 1)), 3.0)
    steps = decide(game, Settings())
    assert steps is not None
    np.testing.assert_allclose(swept(game, 1e-6, size=size).value, steps.value, atol=1e-6)


def local(states: int, precision: float) -> Game:
    """Three actions of three outcomes within 300 states."""
    rng = np.random.default_rng(0)
    succ = ((np.arange(states)[:, None] + rng.integers(-300, 301, (3, states, 3))) % states).astype(np.int32)
    return walk(rng.normal(0, 1, states), succ, rng.dirichlet(np.ones(3), (3, states)), precision)


def test_extrapolation_saves_two_sweeps_in_three(monkeypatch: pytest.MonkeyPatch) -> None:
    game = local(5000, 20.0)
    with_it = swept(game)
    monkeypatch.setattr(statewise, "GROWTH", 0.0)  # never
    without = swept(game)
    np.testing.assert_allclose(with_it.value, without.value, atol=1e-6)
    assert with_it.sweeps < without.sweeps / 3


def test_where_sweeps_creep_policy_iteration_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    game = problem(3, precision=10.0)
    monkeypatch.setattr(decision, "PROGRESS", 0.0)
    monkeypatch.setattr(decision, "PATIENCE", 0)
    np.testing.assert_allclose(swept(game, fall_back=True).value, iterated(game), rtol=1e-7, atol=1e-7)


def test_soft_play_is_left_to_policy_iteration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "MANY", 0)
    built: list[Game] = []
    real = chain.Chain
    monkeypatch.setattr(chain, "Chain", lambda game: built.append(game) or real(game))
    for precision, steps in ((0.0, 1), (0.05, 1), (50.0, 0)):
        built.clear()
        game = problem(5, precision=precision)
        found = decide(game, Settings())
        assert found is not None
        assert len(built) == steps
        np.testing.assert_allclose(found.value, iterated(game), rtol=1e-7, atol=1e-7)


def test_memory_beyond_the_game() -> None:
    """Bytes a state: values 8, changes 16, or else play 24; the rest comes and goes."""
    game = local(200_000, 20.0)
    tracemalloc.start()
    try:
        swept(game, tolerance=1e3)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 48 * 200_000


def test_what_cannot_be_solved_is_not() -> None:
    game = problem(0, precision=20.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decision, "MANY", 0)
        assert decide(game, Settings(most_sweeps=5)) is None
        patch.setattr(decision, "SOFT", 0.0)
        for flow in (game.flow * np.nan, game.flow * np.inf):
            assert (
                decide(
                    Game("shocks", game.columns, game.chance, flow, game.tempo, game.discount, game.precision),
                    Settings(),
                )
                is None
            )
