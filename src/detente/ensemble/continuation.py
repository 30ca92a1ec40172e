"""One set of numbers solved: from default play along the ray, or from a neighbour's solution.

A draw is continued from the central solution, never from another draw, so that what is found for it depends on its
numbers and not on the order of work; where that fails the solver follows the ray, as it does for the central numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import numpy as np

from detente.equilibrium.response import Response, respond
from detente.equilibrium.stationary import solve
from detente.game.double import double_precision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.equilibrium.result import Equilibrium
    from detente.game.arrays import Game
    from detente.game.structure import Structure

__all__ = ["apart", "game_at", "play_of", "solve"]


def game_at(structure: Structure, numbers: Mapping[str, float], scale: float = 1.0) -> Game:
    """The game at these numbers, all precisions times ``scale``."""
    game = structure.game(numbers)
    if scale == 1.0:
        return game
    with double_precision():
        scaled: Game = eqx.tree_at(lambda one: one.precision, game, game.precision * scale)
    return scaled


def apart(game: Game, one: Equilibrium, other: Equilibrium) -> float:
    """The largest difference of two solutions in anybody's log odds: precision times value, less a common constant.

    Play depends on differences of values only, so what all states share does not count.
    """
    return float(np.max(np.asarray(game.precision) * np.ptp(one.value - other.value, axis=0)))


def play_of(game: Game, equilibrium: Equilibrium) -> Response:
    """What everybody does in the solution, and how much better or worse it is than the best."""
    with double_precision():
        response: Response = _respond(game, equilibrium.value, equilibrium.reached)
    return response


_respond = eqx.filter_jit(respond)
