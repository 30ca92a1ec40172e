"""Games of one structure as one: numbers with an axis of draws D in front, indices once.

Where they are more than memory holds they are made as they are needed (:class:`Drawn`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from detente.game.double import double_precision
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.game.arrays import Game


@dataclass(frozen=True)
class Drawn:
    """Games made when they are needed: for more draws than memory holds. Policies are then not kept."""

    count: int
    made: Callable[[int, int], Game]  # (first, last) -> draws first .. last - 1, stacked


def stack(games: Sequence[Game]) -> Game:
    """Games of one structure as one, numbers with an axis D in front; raises DetenteError if structures differ."""
    if not games:
        raise DetenteError("There is no game to stack: give at least one.")
    parts = [eqx.partition(game, eqx.is_inexact_array) for game in games]
    numbers, indices = [part[0] for part in parts], parts[0][1]
    for n, (_, other) in enumerate(parts):
        if not eqx.tree_equal(jax.tree.map(np.asarray, indices), jax.tree.map(np.asarray, other)):
            raise DetenteError(f"Game {n} has not the structure of game 0: a batch needs the same states and actions.")
    stacked: Game = eqx.combine(jax.tree.map(lambda *each: np.stack([np.asarray(a) for a in each]), *numbers), indices)
    return stacked


def one_of(games: Game, draw: int) -> Game:
    """One draw's game out of a stacked one."""
    with double_precision():
        numbers, indices = eqx.partition(games, eqx.is_inexact_array)
        found: Game = eqx.combine(jax.tree.map(lambda a: jnp.asarray(np.asarray(a)[draw]), numbers), indices)
    return found


def drawn_of(games: Game | Drawn) -> Drawn:
    """Stacked games as what makes any of them."""
    if isinstance(games, Drawn):
        if games.count < 1:
            raise DetenteError(f"There are {games.count} draws to solve; there must be one at least.")
        return games
    if games.flow.ndim != 3:
        raise DetenteError("These games have no axis of draws in front of their numbers: make one with `stack`.")
    return Drawn(games.flow.shape[0], lambda first, last: taken(games, np.arange(first, last)))


def taken(games: Game, draws: np.ndarray) -> Game:
    """These draws of stacked games."""
    if len(draws) == games.flow.shape[0] and np.array_equal(draws, np.arange(len(draws))):
        return games
    numbers, indices = eqx.partition(games, eqx.is_inexact_array)
    found: Game = eqx.combine(jax.tree.map(lambda a: a[draws], numbers), indices)
    return found
