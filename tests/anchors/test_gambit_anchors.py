"""A hundred games whose branches Gambit has followed, a third of them folding: none is left for another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame

GAMES = json.loads((Path(__file__).parent / "gambit.json").read_text(encoding="utf-8"))["games"]


@pytest.mark.parametrize("precision", ["3", "30"])
@pytest.mark.parametrize("game", GAMES, ids=range(len(GAMES)))
def test_gambit_ends_in_the_same_place(game: dict[str, Any], precision: str) -> None:
    found = trace(
        StochasticGame.strategic([np.reshape(pay, game["sizes"]) for pay in game["payoffs"]]), float(precision)
    )
    assert found.reached, found.status
    play = found.policy[0][~np.isnan(found.policy[0])]
    np.testing.assert_allclose(play, game["play"][precision], rtol=0, atol=2e-9)
    if precision == "30":
        assert sum(one.kind == "fold" for one in found.met) == game["folds"]


def test_a_third_of_them_fold() -> None:
    assert sum(game["folds"] > 0 for game in GAMES) >= 30
