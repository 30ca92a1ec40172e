"""What ``trace`` is asked: the game, the start, the precision, and the words with which senseless ones are refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.path import Stand
from detente.equilibrium.homotopy.traced import Traced
from detente.game.stochastic import StochasticGame
from detente.given import array_of, number, whole
from detente.problems import DetenteError

LARGEST = 1e100  # payoff, or precision: its square is still a number

if TYPE_CHECKING:
    from detente.game.stochastic import Floats


def game_of(given: Any) -> StochasticGame:
    """The stochastic game that is given, or that what is given has."""
    inner = given if isinstance(given, StochasticGame) else getattr(given, "game", None)
    found = inner() if callable(inner) else inner
    if not isinstance(found, StochasticGame):
        raise DetenteError(
            f"A {type(given).__name__} cannot be traced. Give a StochasticGame, or what read_gambit gives. For a "
            "scenario with `moves: in_turn` or `simultaneous`, write found = periods(scenario), then "
            "trace(found.game, found.precision, noise=found.noise); for others, solve(scenario)."
        )
    return found


def check(game: StochasticGame, start: Any, most: Any, longest: Any = math.inf) -> tuple[int, float]:
    """Refuse payoffs too large to reckon with, a start that is none or of another game's shape, and senseless steps.

    Returns ``most`` and ``longest`` as plain numbers, which a file can keep.
    """
    if np.abs(game.payoffs).max() > LARGEST:
        raise DetenteError(
            f"Payoffs reach {np.abs(game.payoffs).max():.3g}; write them in units in which none is above {LARGEST:g}."
        )
    steps = whole(most, "The number of steps, `most`, is a whole number of at least one", 1)
    length = number(
        longest, "The longest step is a change of precision above 0, as longest=0.3", lambda found: found > 0.0
    )
    if start is not None:
        _check_shape(game, start)
    return steps, length


def _check_shape(game: StochasticGame, start: Any) -> None:
    """Refuse a start that is no point, or one on a branch of a game of another shape."""
    place = start.end if isinstance(start, Traced) else start.place if isinstance(start, Stand) else start
    if not isinstance(place, Direction):
        raise DetenteError(f"start={start!r} is none: give a result of `trace`, or one of its met[k].turns.")
    same = place.u.shape == (game.shape[0], sum(game.sizes)) and place.value.shape == game.shape
    if not same or (isinstance(start, Traced) and start.game.sizes != game.sizes):
        raise DetenteError("start is a point on a branch of another game: it has other states, players or actions.")


def precision_of(given: Any, players: int) -> tuple[float, Floats]:
    """The largest precision, and each player's over it."""
    must = f"Give one precision, or one for each of the {players} players"
    found = array_of(given, must)
    if found.shape not in ((), (1,), (players,)):
        raise DetenteError(f"{must}, not an array of shape {found.shape}.")
    found = np.broadcast_to(found, (players,))
    if np.isnan(found).any() or (found < 0).any():
        raise DetenteError("A precision is a number of at least zero, 1 / payoff.")
    top = float(found.max())
    if LARGEST < top < math.inf:
        raise DetenteError(f"A precision above {LARGEST:g} is too large to reckon with; ask for inf, the limit.")
    if math.isinf(top):
        if not np.isinf(found).all():
            raise DetenteError("Either all precisions go to infinity or none does.")
        return top, np.ones(players)
    return top, found / top if top > 0 else np.ones(players)


def raw(game: StochasticGame, precision: Floats) -> StochasticGame:
    """The game whose shocks with weights summing to one are the raw shocks of this one.

    They differ by log(sum of weights) / precision a period for the player: the value of having many chances.
    """
    if not np.isfinite(precision).all() or (precision <= 0).any():
        raise DetenteError("Raw shocks need a precision above zero and below infinity.")
    count = np.stack([np.log(weight.sum(axis=1)) for weight in game.weight], axis=1) / precision
    shape = (*count.shape, *[1] * len(game.sizes))
    return StochasticGame(
        game.payoffs + count.reshape(shape),
        game.transitions,
        game.discount,
        mask=game.mask,
        weight=game.weight,
        players=game.players,
        actions=game.actions,
        states=game.states,
    )
