"""Where a walk may stop: limits that are none, payoffs that make no difference, values without end, senseless input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from detente.equilibrium.homotopy import special
from detente.equilibrium.homotopy.limit import edges
from detente.equilibrium.homotopy.scale import scales
from detente.equilibrium.homotopy.system import System
from detente.equilibrium.homotopy.trace import trace
from detente.equilibrium.homotopy.traced import Traced
from detente.game.gambit import read_gambit
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError
from tests.equilibrium.homotopy.dense_games import random_game

HARM = [[[1, 1e7], [0, 1e7 - 1]], [[1, 0], [1, 0]]]  # each has one action better by 1; the other's moves 1e7
CLASH = np.array([[3.0, 0.0], [0.0, 1.0]])
STAY = StochasticGame([[[1.0, 0.0]]], [[[1.0], [0.0]]], 1.0)  # stay surely, or end


def padded(by: float) -> np.ndarray:
    """Two who want to meet, in different places, and a third action for each, paid alike."""
    pay = np.full((1, 2, 3, 3), by)
    pay[0, :, :2, :2] = CLASH, CLASH[::-1, ::-1]
    return pay


def test_what_others_do_to_a_player_is_no_reason_to_stop() -> None:
    found = trace(StochasticGame.strategic(HARM), math.inf)
    assert found.reached
    assert found.regret.max() < 1e-5
    np.testing.assert_allclose(found.policy[0], [[1, 0], [1, 0]], atol=1e-5)


def test_an_action_that_is_bad_beyond_measure_is_none() -> None:
    masked = trace(StochasticGame(padded(-1e6), mask=[np.array([[True, True, False]])] * 2), math.inf)
    assert masked.regret.max() < 1e-5
    found = trace(StochasticGame(padded(-1e6)), math.inf)
    assert found.reached
    assert found.regret.max() < 1e-3
    np.testing.assert_allclose(found.policy[0, :, :2], masked.policy[0, :, :2], atol=1e-2)


@pytest.mark.parametrize("bad", [-1e6, -1e10, -1e12])
def test_an_action_that_forbids_itself_ends_no_walk(bad: float) -> None:
    """Alone; among two for whom one action is better by 1 and more; with equal first places; and of mixed play."""
    for row, limit in [([0, 1, bad], [0, 1, 0]), ([bad, 0, 1], [0, 0, 1]), ([1, 1, 0, bad], [0.5, 0.5, 0, 0])]:
        alone = trace(StochasticGame.strategic([row]), math.inf)
        assert alone.reached, alone.status
        np.testing.assert_allclose(alone.policy[0, 0], limit, atol=1e-5)
    dilemma, mixed = np.full((3, 3), bad), np.full((3, 3), bad)
    dilemma[:2, :2], mixed[:2, :2] = [[3, 0], [5, 1]], CLASH
    other = np.full((3, 3), bad)
    other[:2, :2] = [[0, 1], [1, 0]]
    pay = np.stack([np.stack([dilemma, dilemma.T]), np.stack([mixed, other])])
    found = trace(StochasticGame(pay, np.full((2, 3, 3, 2), 0.4), 0.9), math.inf)
    assert found.reached, found.status
    assert found.regret.max() < 1e-5
    np.testing.assert_allclose(found.policy[0], [[0, 1, 0]] * 2, atol=1e-5)
    np.testing.assert_allclose(found.policy[1], [[0.5, 0.5, 0], [0.25, 0.75, 0]], atol=1e-5)


def test_a_limit_is_told_only_where_regret_is_small() -> None:
    """Cut short before the differences among what is played count: no limit, whatever the forbidding payoff."""
    found = trace(StochasticGame.strategic([[0, 1, -1e10]]), math.inf, most=20)
    assert found.regret.max() > 0.4
    assert not found.reached
    assert "Stopped after 20 steps" in found.status


def test_the_edge_there_is_that_against_what_is_played() -> None:
    """Against the definition: the other nearly plays its first two actions only."""
    first = np.array([[3.0, 0.0, 9e9], [1.0, 0.5, 0.0], [-1e9, -1e9, -1e9]])
    system = System(StochasticGame.strategic([first, np.zeros((3, 3))]), np.ones(2))
    u = np.array([[0.0, 0.0, -50.0, 0.0, 1.0, -50.0]])
    assert edges(system.at(u, np.zeros((1, 2)), 1.0)).tolist() == [[2.0, math.inf]]


def test_a_players_gain_is_judged_by_its_own_payoffs() -> None:
    found = trace(StochasticGame.strategic([1e7 * CLASH, CLASH[::-1, ::-1]]), math.inf)
    assert found.reached
    assert found.regret[0, 1] < 1e-3


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_a_limit_is_one_for_good_too(noise: str) -> None:
    """Far-sighted players, to whom a small gain a period adds up."""
    for seed in range(4):
        game = random_game(seed)
        patient = StochasticGame(game.payoffs, game.transitions, 0.999)
        found = trace(patient, math.inf, noise=noise)
        assert found.reached, found.status
        assert found.regret.max() <= 2e-4 * np.ptp(game.payoffs)


def test_the_span_is_what_an_own_action_changes() -> None:
    """Against the definition, profile by profile."""
    game = StochasticGame.strategic(HARM)
    span, edge = scales(game, np.zeros((1, 2)))
    assert span == 1.0
    assert edge.tolist() == [[1.0, 1.0]]
    pay = [[[[0.0, 9.0, 10.0]]], [[[5.0, 5.0, 5.0]]]]
    move = [[[[0.0, 0.0]] * 3][0], [[0.0, 0.0], [0.5, 0.0], [0.0, 0.0]]]
    span, edge = scales(StochasticGame(np.array(pay)[:, 0], np.array(move), 0.8), np.array([[100.0], [50.0]]))
    assert span == pytest.approx(40.0)  # 0.8 x 0.5 x 100, by state 1's second action
    np.testing.assert_allclose(edge, [[1.0], [40.0]])


@pytest.mark.parametrize("pay", [0.0, 5.0])
@pytest.mark.parametrize("precision", [0.0, 10.0, 1e6, math.inf])
def test_without_differences_play_is_that_of_the_weights(pay: float, precision: float) -> None:
    weight = [np.array([[1.0, 3.0]]), np.array([[2.0, 2.0]])]
    game = StochasticGame.strategic([np.full((2, 2), pay)] * 2, weight=weight)
    found = trace(game, precision)
    assert found.reached, found.status
    np.testing.assert_allclose(found.policy[0], [[0.25, 0.75], [0.5, 0.5]], atol=1e-12)
    ending = StochasticGame(np.full((2, 1, 2), pay), np.full((2, 2, 2), 0.4), 0.9)
    found = trace(ending, precision)
    assert found.reached, found.status
    np.testing.assert_allclose(found.policy, 0.5, atol=1e-12)
    np.testing.assert_allclose(found.value, pay / (1 - 0.72), atol=1e-12)


@pytest.mark.parametrize("precision", [5.0, math.inf])
def test_values_without_end_are_told(precision: float) -> None:
    """V = exp(lam (1 + V)): lam = log V / (1 + V) rises to log V = 1 + 1 / V, and falls to 0 as V grows."""
    found = trace(STAY, precision)
    assert not found.reached
    assert "values diverge" in found.status
    assert "passed folds at 0.278465" in found.status
    value, lam = found.value[0, 0], found.precision
    assert np.isfinite(value)
    assert lam == pytest.approx(math.log(value) / (1 + value), rel=1e-4)


@pytest.mark.parametrize("seed", [25, 105])
def test_a_step_that_tries_a_precision_below_zero_gives_no_warning(seed: int) -> None:
    """Games without discount whose shocks' branch comes near precision 0 again; warnings are errors here."""
    game = random_game(seed)
    found = trace(StochasticGame(game.payoffs, game.transitions, 1.0), 30.0, noise="shocks", most=60)
    assert np.isfinite(found.value).all()


def test_payoffs_too_far_apart_to_be_told_from_rounding_errors_are_told() -> None:
    found = trace(StochasticGame.strategic([[-1e15, 0, 1]]), math.inf)
    assert not found.reached
    assert found.regret.max() > 0.1
    assert "rounding errors hide the differences" in found.status


def test_a_failure_lists_the_folds_on_the_way() -> None:
    full = trace(STAY, 5.0)
    most = int(np.argmax(full.path.precision)) + 1
    cut = trace(STAY, 5.0, most=most)
    assert "Stopped after" in cut.status
    assert "passed folds at 0.278465" in cut.status


def test_a_fold_that_is_not_found_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(special, "root", lambda *_: None)
    assert "(located only to the step)" in trace(STAY, 5.0).status


def test_what_has_a_game_is_traced() -> None:
    text = 'NFG 1 R "clash" { "one" "two" } { 2 2 } 3 1 0 0 0 0 1 3'
    given = read_gambit(text)
    np.testing.assert_allclose(trace(given, 0.5).policy, trace(given.game(), 0.5).policy)
    with pytest.raises(DetenteError, match=r"A dict cannot be traced\. Give a StochasticGame"):
        trace({}, 1.0)


@pytest.mark.parametrize(
    ("given", "told"),
    [({"start": "x"}, "start='x' is none"), ({"most": -1}, "at least one"), ({"most": 1.5}, "whole number"),
     ({"most": True}, "whole number"), ({"longest": True}, "above 0"), ({"longest": np.complex64(1)}, "above 0"),
     ({"precision": object()}, "Give one precision")],
)  # fmt: skip
def test_senseless_input_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(DetenteError, match=told):
        trace(StochasticGame.strategic(HARM), **({"precision": 1.0} | given))


def test_payoffs_too_large_to_square_are_refused() -> None:
    with pytest.raises(DetenteError, match=r"none is above 1e\+100"):
        trace(StochasticGame.strategic([[1e300, 0.0]]), 1.0)


def test_a_start_of_another_game_is_refused() -> None:
    walk, game = trace(STAY, 0.1), StochasticGame.strategic(HARM)
    wide, tall = (StochasticGame(np.ones((1, 2, *sizes))) for sizes in ((2, 3), (3, 2)))
    turn = special.Stand(walk.end, walk.end, 1.0, 0.0)
    for other, start in ((game, turn), (game, walk), (game, walk.end), (tall, trace(wide, 0.1))):
        with pytest.raises(DetenteError, match="another game"):
            trace(other, 1.0, start=start)


def test_numbers_of_other_kinds_are_kept_as_plain_ones(tmp_path: Any) -> None:
    given: dict[str, Any] = {"precision": np.float32(2.0), "most": np.int64(300), "longest": np.float32(0.3)}
    found = trace(random_game(4), **given)
    found.save(tmp_path / "kept.npz")
    back = Traced.load(tmp_path / "kept.npz")
    again = trace(back.game, **back.asked)
    assert np.array_equal(again.policy, found.policy, equal_nan=True)
    assert again.steps == found.steps
    assert back.asked["most"] == 300


def test_files_that_cannot_be_read_or_written_are_told(tmp_path: Any) -> None:
    found = trace(STAY, 0.1)
    with pytest.raises(DetenteError, match="cannot be written"):
        found.save(tmp_path / "no folder" / "kept.npz")
    for place in (tmp_path, tmp_path / "none.npz"):
        with pytest.raises(DetenteError, match="cannot be read"):
            Traced.load(place)
