"""From a neighbour's solution to a game's own: the way in which parameter draws are solved.

The neighbour's values are corrected by Newton's method at full precision. Where that contracts well the solution is the
one that the neighbour's continues into. Where it does not, and the neighbour's game is known, the way between the two
games is walked in smaller steps: all numbers move together, in a straight line, and every game between is a game. Easy
steps are followed by longer ones.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.equilibrium.newton import Corrected, newton
from detente.equilibrium.problem import Problem
from detente.game.arrays import Chance, Column, Game

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats

GENTLE = 0.6  # a first Newton step must cut the residual at least to this share
EASY = 0.1  # and where it cuts it to less than this, the next step on the way is twice as long
LOOSE = 0.03  # tolerance of Newton's method on the way, in log odds
LEAST = 1 / 16  # of the way between the games: shorter steps cost more than tracing from default play


def close(problem: Problem, start: Floats, tolerance: float) -> Corrected:
    """The solution at t = 1 that ``start`` is near to; not converged where the first step says that none is near."""
    found = newton(problem, start, 1.0, tolerance, most=12, steep=GENTLE, halfway=True)
    return found if found.contraction <= GENTLE else replace(found, converged=False)


def follow(problem: Problem, start: Floats, neighbour: Game | None, tolerance: float) -> Corrected:
    """The solution at t = 1 into which ``start``, the neighbour's, continues; not converged where the way is lost."""
    steep = np.inf if neighbour is None else GENTLE
    direct = newton(problem, start, 1.0, tolerance, most=12, steep=steep, halfway=True)
    if neighbour is None or (direct.converged and direct.contraction <= GENTLE):
        return direct
    return _walk(problem, start, neighbour, tolerance)


def _walk(problem: Problem, start: Floats, neighbour: Game, tolerance: float) -> Corrected:
    value, done, length = start, 0.0, 0.5
    found = Corrected(start, 1.0, False, np.inf, np.inf, 0)
    while done < 1.0 and length >= LEAST and not problem.spent:
        ahead = min(1.0, done + length)
        here = problem if ahead == 1.0 else Problem(between(neighbour, problem.game, ahead), problem.budget)
        aim, most = (tolerance, 12) if ahead == 1.0 else (LOOSE, 5)
        tried = newton(here, value, 1.0, aim, most, steep=GENTLE, halfway=True)
        if here is not problem:
            problem.sweeps += here.sweeps
        if tried.converged and tried.contraction <= GENTLE:
            found, value, done = tried, tried.value, ahead
            length *= 2.0 if tried.contraction < EASY else 1.0
        else:
            length = (ahead - done) / 2.0
    return found if done == 1.0 else Corrected(value, 1.0, False, np.inf, np.inf, 0)


def between(one: Game, other: Game, share: float) -> Game:
    """The game ``share`` of the way from one game to another of the same structure."""

    def mixed(start: Any, end: Any) -> Any:
        """Numbers in between; all else as in the end."""
        if isinstance(end, tuple):
            return tuple(mixed(a, b) for a, b in zip(start, end, strict=True))
        if isinstance(end, Game | Column | Chance):
            return replace(
                end, **{each.name: mixed(getattr(start, each.name), getattr(end, each.name)) for each in fields(end)}
            )
        number = np.asarray(end)
        return (1.0 - share) * np.asarray(start) + share * number if number.dtype.kind == "f" else end

    game: Game = mixed(one, other)
    return game
