"""Round folds of the ray: the same curve as small dense steps of arclength, and told where it turns."""

from __future__ import annotations

import re

import numpy as np
import pytest

from detente.equilibrium.bordered import Metric, Way
from detente.equilibrium.problem import Problem
from detente.equilibrium.ray import Steps, trace
from detente.equilibrium.result import Settings
from detente.equilibrium.spectrum import Index
from detente.equilibrium.stationary import solve
from detente.equilibrium.turning import Place, Ray, side, turning
from detente.game.arrays import Game
from tests.equilibrium.games import toy_game
from tests.equilibrium.plain import plain_residual, plain_round
from tests.random_games import random_game

FOLDED = {f"toy {seed}": toy_game(seed, precision=60.0) for seed in (6, 10, 33, 34)}
TWICE = random_game(1, states=40, actors=3, precision=1.0)  # two pairs of folds
ROUND = Settings(round_folds=True)


@pytest.mark.parametrize("name", FOLDED)
def test_the_way_round_is_that_of_small_dense_steps(name: str) -> None:
    game = FOLDED[name]
    value, turns = plain_round(game)
    found = solve(game, certify="index", settings=ROUND)
    assert found.converged
    assert found.certified, found.statement
    assert (np.asarray(game.precision) * np.ptp(found.value - value, axis=0)).max() < 1e-6
    assert folds(found.statement) == pytest.approx(turns, abs=2e-3)
    assert len(turns) == 2
    assert "round its folds" in found.statement
    assert not found.turned


@pytest.mark.parametrize("name", FOLDED)
def test_a_ray_that_ends_at_a_fold_says_where_it_is(name: str) -> None:
    game = FOLDED[name]
    _, turns = plain_round(game)
    found = solve(game, certify=False)
    assert not found.converged
    assert found.turned
    assert "Followed by arclength it does turn there" in found.statement
    assert folds(found.statement) == pytest.approx(turns[:1], abs=1e-3)


def test_two_pairs_of_folds_are_passed_one_after_the_other() -> None:
    found = solve(TWICE, certify="index", settings=ROUND)
    value, turns = plain_round(TWICE, length=1.0)
    assert len(turns) == 4
    assert folds(found.statement) == pytest.approx(turns, abs=2e-3)
    assert (np.asarray(TWICE.precision) * np.ptp(found.value - value, axis=0)).max() < 1e-6
    assert np.abs(plain_residual(TWICE, found.value)).max() < 1e-6


def test_a_game_without_folds_is_solved_as_ever() -> None:
    game = toy_game(1, precision=5.0)
    one, other = solve(game, certify="index"), solve(game, certify="index", settings=ROUND)
    np.testing.assert_array_equal(one.value, other.value)
    assert one.sweeps == other.sweeps
    assert "fold" not in other.statement


def test_every_point_tells_the_folds_behind_it() -> None:
    stops = list(trace(Problem(TWICE), Steps(round_folds=True)))
    counts = [len(stop.folds) for stop in stops]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == 4
    assert stops[-1].t == 1.0
    assert all(stop.index.count % 2 == 0 for stop in stops)


def test_a_spent_budget_ends_the_way_round() -> None:
    found = solve(TWICE, settings=Settings(round_folds=True, most_sweeps=1_200))
    assert not found.converged
    assert 0.0 < found.reached < 1.0


def test_the_ray_as_a_family_is_the_game_at_lower_precisions() -> None:
    game: Game = toy_game(2, precision=4.0)
    problem = Problem(game)
    value = np.random.default_rng(0).normal(size=game.shape)
    ray = Ray(problem)
    np.testing.assert_allclose(ray.problem(0.4).at(value, 1.0).residual, plain_residual(game, value, 0.4), atol=1e-12)
    change = (plain_residual(game, value, 0.41) - plain_residual(game, value, 0.39)) / 0.02
    np.testing.assert_allclose(ray.slope(value, 0.4), change, rtol=1e-2, atol=1e-3)
    for t in (0.5, 0.6, 0.7):
        ray.problem(t).at(value, 1.0)
    ray.close()
    assert problem.sweeps == 2 + 4


def test_the_turn_of_a_cubic_is_found_exactly() -> None:
    def place(at: float) -> Place:
        return Place(0.5 - (at - 0.3) ** 2 * (1 + at), np.array([[at], [-at]]), Way(np.zeros((2, 1)), slope(at)), *rest)

    def slope(at: float) -> float:
        return -2 * (at - 0.3) * (1 + at) - (at - 0.3) ** 2

    rest = Metric(np.zeros(1)), Index(0, True, 0)
    one, other = place(0.0), place(1.0)
    gap = abs(other.p - one.p)  # the length, as values do not count here
    stretched = [
        Place(each.p, each.value, Way(each.way.value, each.way.p / gap), each.metric, each.index)
        for each in (one, other)
    ]
    assert turning(*stretched) == pytest.approx(0.5, abs=1e-12)


def test_the_side_stays_where_t_turns_as_an_eigenvalue_crosses_and_changes_where_only_one_does() -> None:
    def place(rate: float, count: int) -> Place:
        return Place(0.5, np.zeros((2, 1)), Way(np.zeros((2, 1)), rate), Metric(np.ones(1)), Index(count, True, 0))

    assert side(place(0.3, 0)) == side(place(-0.3, 1)) == 1
    assert side(place(0.3, 1)) == side(place(-0.3, 0)) == -1


def folds(statement: str) -> list[float]:
    """The places told in a statement."""
    told = re.search(r"at t = ([0-9., and]+)[.,]", statement.replace("reached t = ", ""))
    assert told
    return [float(number) for number in re.findall(r"0\.\d+", told.group(1))]
