"""The game at given numbers, and how far two solutions of it differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.equilibrium.result import Equilibrium
    from detente.game.arrays import Game
    from detente.game.structure import Structure


def game_at(structure: Structure, numbers: Mapping[str, float], scale: float = 1.0) -> Game:
    """The game at these numbers, all precisions times ``scale``."""
    game = structure.game(numbers)
    return game if scale == 1.0 else game.sharper(scale)


def apart(game: Game, one: Equilibrium, other: Equilibrium) -> float:
    """The largest difference of two solutions in anybody's log odds: precision times value, less a common constant.

    Play depends on differences of values only, so what all states share does not count.
    """
    return float(np.max(np.asarray(game.precision) * np.ptp(one.value - other.value, axis=0)))
