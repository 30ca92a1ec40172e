"""Stochastic games from plain arrays: what is taken, and what is refused with a reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError

PAY = np.zeros((2, 2, 3, 2))
MOVE = np.full((2, 3, 2, 2), 0.5)


def test_a_game_played_once_has_one_state_and_no_transitions() -> None:
    game = StochasticGame.strategic([[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
    assert game.shape == (1, 2)
    assert game.sizes == (2, 2)
    assert not game.transitions.any()
    assert game.discount.tolist() == [1.0, 1.0]


def test_rows_may_end_the_game_and_undiscounted_games_must() -> None:
    StochasticGame(PAY, MOVE * 0.9)
    leak = MOVE.copy()
    leak[1, 2, 1] = [0.5, 0.4]
    StochasticGame(PAY, leak)  # both states lead to the one way out
    mask = [np.ones((2, 3), bool), np.array([[True, True], [True, False]])]
    with pytest.raises(DetenteError, match="from state 0 it never does"):
        StochasticGame(PAY, leak, mask=mask)


def test_a_discount_by_state_is_what_a_row_lacks_to_one() -> None:
    """Where all players discount alike, a discount of a state and a chance of ending are the same."""
    rng = np.random.default_rng(3)
    pay, move = rng.normal(size=(2, 2, 3, 2)), rng.dirichlet(np.ones(2), size=(2, 3, 2))
    fade = np.array([0.7, 1.0])
    found = trace(StochasticGame(pay, move, np.stack([fade, fade], axis=1)), 2.0)
    other = trace(StochasticGame(pay, move * fade[:, None, None, None], 1.0), 2.0)
    np.testing.assert_allclose(found.value, other.value, rtol=1e-10)
    np.testing.assert_allclose(found.regret, other.regret, atol=1e-10)
    with pytest.raises(DetenteError, match="must surely end"):
        StochasticGame(pay, move, [[0.9, 1.0], [0.9, 1.0]])
    with pytest.raises(DetenteError, match="one for each of 2 players, or"):
        StochasticGame(pay, move, np.ones((3, 2)))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"payoffs": np.zeros((2, 3, 3, 2))}, "as many axes"),
        ({"payoffs": [[[1, 2], [3]]]}, "array of numbers"),
        ({"payoffs": np.full((1, 1, 2), np.nan), "transitions": None}, "not a finite number"),
        ({"transitions": np.zeros((2, 3, 2, 1))}, "Transitions have shape"),
        ({"transitions": MOVE * 1.1}, "sum to 1.1; a row"),
        ({"transitions": MOVE - 0.6}, "below zero"),
        ({"discount": 0.0}, "above 0"),
        ({"discount": 1.2}, "above 0"),
        ({"discount": [0.9, 0.9, 0.9]}, "one for each of 2"),
        ({"discount": 1.0}, "must surely end"),
        ({"mask": [np.ones((2, 3), bool), np.zeros((2, 2), bool)]}, "Player 1 has no action in state 0"),
        ({"mask": [np.ones((2, 3), bool)]}, "Masks have shapes"),
        ({"weight": [np.ones((2, 3)), np.zeros((2, 2))]}, "not above zero where the action is open"),
        ({"weight": [np.ones((2, 3)), np.ones((2, 3))]}, "Weights have shapes"),
        ({"players": ["one"]}, "2 players and 1 labels"),
        ({"actions": [["a"], ["b", "c"]]}, "Labels of actions"),
        ({"mask": 3}, "Mask=3: give a list"),
        ({"mask": [[[1, 1], [1]], np.ones((2, 2), bool)]}, "A mask must be an array"),
        ({"mask": [[[1, 1, np.nan]] * 2, np.ones((2, 2))]}, "true and false.*0 or 1"),
        ({"mask": [[[1, 1, 2]] * 2, np.ones((2, 2))]}, "true and false.*0 or 1"),
        ({"mask": [[["True", "False", "True"]] * 2, np.ones((2, 2))]}, "true and false"),
        ({"payoffs": PAY * (1 + 0j)}, "array of numbers.*not complex128"),
        ({"transitions": MOVE * (1 + 0j)}, "array of numbers.*not complex128"),
        ({"discount": 0.9 + 0j}, "array of numbers.*not complex128"),
        ({"weight": 3}, "Weight=3: give a list"),
        ({"players": 3}, "Players=3: give a list"),
        ({"states": "ab"}, "States='ab': give a list"),
        ({"actions": [3, ["b", "c"]]}, "Actions=3: give a list"),
    ],
)
def test_what_makes_no_game_is_refused_with_a_reason(given: dict[str, Any], told: str) -> None:
    with pytest.raises(DetenteError, match=told):
        StochasticGame(**({"payoffs": PAY, "transitions": MOVE, "discount": 0.9} | given))


def test_the_payoffs_of_a_strategic_game_are_a_list() -> None:
    with pytest.raises(DetenteError, match="Payoffs=3: give a list"):
        StochasticGame.strategic(3)  # type: ignore[arg-type]


def test_what_stands_for_masked_actions_is_not_read() -> None:
    mask = [np.array([[True, True, False]] * 2), np.ones((2, 2), bool)]
    pay, move = PAY.copy(), MOVE.copy()
    pay[:, :, 2], move[:, 2] = np.nan, np.inf
    game = StochasticGame(pay, move, 0.9, mask=mask)
    assert (game.payoffs[:, :, 2] == 0).all()
    assert (game.transitions[:, 2] == 0).all()
    assert np.array_equal(game.transitions[:, :2], MOVE[:, :2])
    with pytest.raises(DetenteError, match="not a finite number"):
        StochasticGame(pay, MOVE, 0.9)
