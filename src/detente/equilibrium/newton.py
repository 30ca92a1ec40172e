"""Newton's method with a Krylov solver, at fixed precisions: G(V) = 0 from a start nearby.

Each step solves ``G'(V) dV = -G(V)`` only as well as the step deserves (Eisenstat and Walker 1996), then goes as far
along dV as makes |G| / (total rate) fall. Nothing is raised: the outcome says whether it converged and how far it came.

Stopping. A solution matters through play, which depends on precision times value, and not at all on a constant in an
actor's values; so a change of values has the size ::

    max over i of max( lam_i span(dV_i),  max|dV_i| / max|V_i| ).

After a step of size d that cut the residual by a factor f, the error left is about f d (exact for the linear part;
what Newton leaves is of second order). The method stops when f d is below the tolerance, or the residual is rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from detente.equilibrium.derivative import Derivative, derivative
from detente.equilibrium.held import Held
from detente.equilibrium.krylov import gmres
from detente.equilibrium.pattern import Floats, pattern_of
from detente.equilibrium.response import Response, residual, respond
from detente.game.double import double_precision

if TYPE_CHECKING:
    from detente.game.arrays import Game


@dataclass(frozen=True, eq=False)
class Point:
    """Play and residual at given values and t."""

    value: Floats
    t: float
    play: Response
    residual: Floats  # G, payoff a month

    @property
    def finite(self) -> bool:
        """Whether every number is one."""
        return bool(np.isfinite(self.residual).all() and np.isfinite(self.value).all())


@dataclass(frozen=True, eq=False)
class Corrected:
    """Where Newton's method ended."""

    point: Point
    slope: Derivative | None  # G' at the last step's start
    converged: bool
    error: float  # estimated, in the size of the module's words
    contraction: float  # residual after the first step over residual before: small where the start was good
    steps: int


class Problem:
    """One game made ready for solving: compiled response, index arrays, and a count of the work done."""

    def __init__(self, game: Game):
        self.game = game
        self.pattern = pattern_of(game)
        self.sweeps = 0
        self.rate = np.asarray(game.chance.rate).sum(axis=1)[:, None] + np.asarray(game.tempo).sum() + np.asarray(game.discount)

    def at(self, value: Floats, t: float) -> Point:
        """Everybody's response to the values."""
        self.sweeps += 1
        with double_precision():
            play, rest = _respond(self.game, jnp.asarray(value), jnp.asarray(t, float))
        return Point(value, t, play, np.asarray(rest))

    def slope(self, point: Point) -> Derivative:
        """G' at the point."""
        self.sweeps += 2
        return derivative(self.pattern, self.game, point.value, point.play, point.t)

    def solve(self, slope: Derivative, right: Floats, tolerance: float, most: int = 400) -> tuple[Floats, float]:
        """x with G' x = right, to a relative residual; and that residual."""
        solved = gmres(slope, right, Held(slope.generator, slope.discount), tolerance, most=most)
        self.sweeps += solved.products
        return solved.x, solved.residual

    def norm(self, rest: Floats) -> float:
        """|G| over the total rate, root mean square, in payoff."""
        return float(np.sqrt(np.mean((rest / self.rate) ** 2)))

    def size(self, change: Floats, value: Floats) -> float:
        """How much a change of values matters; see the module's words."""
        span = np.asarray(self.game.precision) * np.ptp(change, axis=0)
        share = np.abs(change).max(axis=0) / np.maximum(np.abs(value).max(axis=0), np.finfo(float).tiny)
        return float(max(span.max(), share.max()))


def newton(problem: Problem, start: Floats, t: float, tolerance: float, most: int = 30, budget: int = 10**9) -> Corrected:
    """From ``start`` to a zero of G at t; ``most`` steps, ``budget`` sweeps."""
    point = problem.at(start, t)
    slope, error, contraction, forcing = None, np.inf, np.inf, 0.01
    limit = problem.sweeps + budget
    for step in range(most):
        if not point.finite or problem.sweeps > limit:
            return Corrected(point, slope, False, error, contraction, step)
        before = problem.norm(point.residual)
        if before == 0.0:
            return Corrected(point, slope, True, 0.0, 0.0, step)
        slope = problem.slope(point)
        change, _ = problem.solve(slope, -point.residual, forcing)
        moved, share = _search(problem, point, change, before)
        if moved is None:
            floor = _rounding(point.value)
            return Corrected(point, slope, before < floor, error, contraction, step)
        ratio = problem.norm(moved.residual) / before
        contraction = ratio if step == 0 else contraction
        error = max(ratio, 1e-16) * problem.size(change, moved.value) if share == 1.0 else np.inf
        point = moved
        if error <= tolerance or problem.norm(point.residual) < _rounding(point.value):
            return Corrected(point, slope, True, error, contraction, step + 1)
        forcing = float(np.clip(0.5 * ratio**1.5, 1e-4, 0.03))
    return Corrected(point, slope, False, error, contraction, most)


def _search(problem: Problem, point: Point, change: Floats, before: float) -> tuple[Point | None, float]:
    """The first of the full step, half of it, ... at which the residual falls enough; None where none does."""
    share = 1.0
    while share > 1e-3:
        moved = problem.at(point.value + share * change, point.t)
        if moved.finite and problem.norm(moved.residual) <= (1.0 - 0.1 * share) * before:
            return moved, share
        share /= 2.0
    return None, 0.0


def _rounding(value: Floats) -> float:
    """A residual below this is rounding of the values."""
    return 64 * float(np.finfo(float).eps) * (1.0 + float(np.abs(value).max()))


@eqx.filter_jit
def _respond(game: Game, value: Floats, t: float) -> tuple[Response, Floats]:
    play = respond(game, value, t)
    return play, residual(game, value, t, play)

