"""From default play to the game's own precisions: the branch of equilibria along lam = t lam*, t from 0 to 1.

At t = 0 play follows the weights alone and the values solve a linear system, so there is one solution; the branch that
leads from it is the principal branch (McKelvey and Palfrey 1995; Turocy 2005). Each step predicts by the line through
the last two points and corrects by Newton's method. A step is taken only if Newton contracts well from its first step
on (Deuflhard 2011, 5.1) and if no real eigenvalue has crossed zero since the last point
(:func:`detente.equilibrium.spectrum.index`); otherwise it is halved. Both together keep it from landing on another
branch where the principal one bends sharply. Where the shortest step still meets a crossing, at a bifurcation, it is
taken and remembered; where Newton fails at the shortest step, as at a fold, the ray ends. Asked to go round folds, it
goes on by arclength there (:mod:`detente.equilibrium.turning`) and is taken up again behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.newton import Corrected, newton
from detente.equilibrium.spectrum import Index, index_of
from detente.equilibrium.turning import turn

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.problem import Problem

STEEP = 0.3  # a first Newton step must cut the residual at least to this share
EASY = 0.1  # and where it cuts it to less than this, the next step is twice as long


@dataclass(frozen=True)
class Steps:
    """How to step in t."""

    first: float = 0.25
    least: float = 1e-5
    loose: float = 1e-3  # tolerance of Newton's method on the way
    exact: float = 1e-8  # and at t = 1
    round_folds: bool = False


@dataclass(frozen=True, eq=False)
class Stop:
    """An accepted point of the ray."""

    found: Corrected
    index: Index
    folds: tuple[float, ...] = ()  # t of each that the branch has passed

    @property
    def t(self) -> float:
        """How far along the ray."""
        return self.found.t


def trace(problem: Problem, steps: Steps) -> Iterator[Stop]:
    """The accepted points: t = 0 first, t = 1 last unless the ray could not be followed.

    Play and its derivative are handed on at t = 1 alone: on a large game they are larger than all values together.
    """
    here = Stop(_bare(newton(problem, np.zeros(problem.game.shape), 0.0, 1e-6)), Index(0, True, 0))
    yield here
    before, length = None, steps.first
    while here.found.converged and here.t < 1.0 and not problem.spent:
        ahead = 1.0 if here.t + length > 1.0 - 1e-9 else here.t + length
        guess, shortest = _predict(before, here, ahead), ahead - here.t < 2.0 * steps.least
        reached = _correct(problem, steps, here, guess, ahead, shortest)
        if reached:
            before, here = here, reached
            length *= 2.0 if here.found.contraction < EASY else 1.0
            yield here
        elif shortest:
            behind = _turned(problem, before, here) if steps.round_folds and before else None
            if behind is None:
                return
            before, here = behind
            length = abs(here.t - before.t)
            yield here
        else:
            length = 0.5 * (ahead - here.t)


def _correct(problem: Problem, steps: Steps, here: Stop, guess: Floats, ahead: float, shortest: bool) -> Stop | None:
    """The point to which the guess is corrected, if it lies on the branch of the last one; exact at t = 1."""
    found = newton(problem, guess, ahead, steps.loose, most=4, steep=STEEP)
    if not found.converged or found.contraction > STEEP:
        return None
    if ahead == 1.0:
        found = newton(problem, found.value, ahead, steps.exact)
    point = found.play or problem.at(found.value, ahead)
    counted = index_of(problem, found.slope or problem.slope(point))
    same = (counted.count - here.index.count) % 2 == 0
    return Stop(found if ahead == 1.0 else _bare(found), counted, here.folds) if same or shortest else None


def _turned(problem: Problem, before: Stop, here: Stop) -> tuple[Stop, Stop] | None:
    """Two points behind the folds ahead, before t = 1; None where the branch was lost."""
    turned = turn(problem, (before.found.value, before.t), (here.found.value, here.t))
    if turned.last is None:
        return None
    stops = []
    for place in sorted(turned.last, key=lambda each: each.p == 1.0, reverse=True):  # t = 1 only to predict by
        found = Corrected(place.value, place.p, True, here.found.error, 0.0, 0)
        stops.append(Stop(found, place.index, (*here.folds, *turned.folds)))
    return stops[0], stops[1]


def _bare(found: Corrected) -> Corrected:
    """Without play."""
    return replace(found, play=None, slope=None)


def _predict(before: Stop | None, here: Stop, ahead: float) -> Floats:
    """Values at ``ahead`` on the line through the last two points."""
    if before is None:
        return here.found.value
    share = (ahead - here.t) / (here.t - before.t)
    return here.found.value + share * (here.found.value - before.found.value)
