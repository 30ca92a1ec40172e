"""Games played once: the short way to their equations gives what the general one gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.homotopy import once
from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.path import Walker
from detente.equilibrium.homotopy.system import Noise, System
from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame
from tests.equilibrium.homotopy.dense_games import random_game

SEEDS = st.integers(0, 10_000)
NOISE: st.SearchStrategy[Noise] = st.sampled_from(["errors", "shocks"])


def played_once(seed: int, players: int) -> StochasticGame:
    game = random_game(seed, states=1, players=players, masked=True)
    return StochasticGame(game.payoffs, mask=game.mask, weight=game.weight)


@settings(max_examples=40)
@given(SEEDS, NOISE, st.integers(1, 5))
def test_both_ways_to_the_equations_agree(seed: int, noise: Noise, players: int) -> None:
    rng = np.random.default_rng(seed)
    system = System(played_once(seed, players), rng.uniform(0.2, 1, size=players), noise)
    short, general = once.walker(system), Walker(system)
    assert isinstance(short, once.Once)

    def drawn(lam: float) -> Direction:
        u = np.where(system.free, rng.normal(size=system.free.shape), 0.0)
        return Direction(u, np.zeros((1, players)), lam)

    place, row = short.settled(drawn(rng.uniform(0, 3))), short.row(drawn(rng.normal()))
    np.testing.assert_allclose(general.at(place).residual[1], 0.0, atol=1e-12)
    np.testing.assert_allclose(short.chances(place), general.chances(place)[system.open], atol=1e-14)
    one, other = short.linear(place, row), general.linear(place, row)
    assert one is not None
    assert other is not None
    assert one.sign == other.sign
    assert one.log == pytest.approx(other.log, abs=1e-9)
    size = 1e-9 * np.exp(-min(one.log, 0.0))
    for mine, theirs in ((short.widened(one.step()), other.step()), (one.tangent(), other.tangent())):
        np.testing.assert_allclose(mine.u, theirs.u, rtol=1e-7, atol=size)
        assert mine.lam == pytest.approx(theirs.lam, rel=1e-7, abs=size)


@pytest.mark.parametrize("noise", ["errors", "shocks"])
@pytest.mark.parametrize("players", [2, 3, 4])
def test_both_walk_the_same_branch(players: int, noise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    games = [played_once(seed, players) for seed in range(10)]
    found = [trace(game, 20.0, noise=noise) for game in games]
    monkeypatch.setattr(once, "LARGE", 0)
    for one, game in zip(found, games, strict=True):
        other = trace(game, 20.0, noise=noise)
        np.testing.assert_allclose(one.policy, other.policy, atol=1e-10)
        np.testing.assert_allclose(one.value, other.value, atol=1e-10)
        assert [(met.kind, pytest.approx(met.precision)) for met in one.met] == [
            (met.kind, met.precision) for met in other.met
        ]


def test_games_of_several_states_or_too_many_profiles_go_the_general_way() -> None:
    for game in (random_game(0), StochasticGame(np.zeros((2, 2, 2, 2))), StochasticGame(np.zeros((1, 2, 600, 600)))):
        assert not once.fits(game)
    assert once.fits(StochasticGame(np.zeros((1, 2, 60, 60))))
