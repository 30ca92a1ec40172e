"""Where play goes when its equilibrium has gone: the backward equation followed in small enough steps.

``dV/dtau = G(V)`` are the values of a game that ends tau months from now with the given values. Linearly implicit Euler
steps ``(1/d - G'(V)) dV = G(V)`` follow it with d chosen by what happens. :mod:`detente.equilibrium.relaxation` grows d
as the residual falls, and is quicker near a solution; but just past a fold the residual first rises, by a real
eigenvalue mu > 0, and a d above 1 / mu leads the other way. Here a step is taken only if the equation turned out as
linear as it assumed, ``|G(V + dV) - dV / d|`` at most half of ``|dV / d|``, if it went the way G points, and if it
moved log odds by no more than 1.
Reference: Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed., IV.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.bordered import Metric, Way
from detente.equilibrium.continuation import GENTLE
from detente.equilibrium.newton import Corrected, newton

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.play import Play
    from detente.equilibrium.problem import Problem

FIRST, SHORTEST = 1.0, 1e-6  # months
FAR = 1.0  # largest change of log odds in a step
NEAR = 0.05  # where a step changes them by less, and the residual falls, Newton's method is tried


def settle(problem: Problem, start: Floats, tolerance: float, most: int = 400) -> Corrected:
    """From ``start`` backward in time to a zero of G; not converged where ``most`` steps did not suffice."""
    point, months = problem.at(start, 1.0), FIRST
    metric = Metric(problem.terms.precision)
    for step in range(most):
        if not point.finite or problem.spent or months < SHORTEST:
            return Corrected(point.value, 1.0, False, np.inf, np.inf, step)
        change = problem.solve(problem.slope(point), -point.residual, 0.01, shift=1.0 / months)
        moved = problem.at(point.value + change, 1.0)
        if not _faithful(problem, metric, point, change, moved, months):
            months /= 3.0
            continue
        falls = metric.size(Way(moved.residual, 0.0)) < metric.size(Way(point.residual, 0.0))
        point, months = moved, 2.0 * months
        if falls and _shift(problem, change) <= NEAR and _quick(problem, point):
            found = newton(problem, point.value, 1.0, tolerance)
            if found.converged and _shift(problem, found.value - point.value) <= FAR:
                return found
    return Corrected(point.value, 1.0, False, np.inf, np.inf, most)


def _faithful(problem: Problem, metric: Metric, point: Play, change: Floats, moved: Play, months: float) -> bool:
    """Whether a step did what the equation does."""
    if not moved.finite or _shift(problem, change) > FAR:
        return False
    taken, missed = Way(change / months, 0.0), Way(moved.residual - change / months, 0.0)
    forward = metric.dot(Way(point.residual, 0.0), taken) >= 0.0
    return forward and metric.size(missed) <= 0.5 * metric.size(taken)


def _quick(problem: Problem, point: Play) -> bool:
    """Whether Newton's method contracts from here."""
    return newton(problem, point.value, 1.0, 0.0, most=1).contraction <= GENTLE


def _shift(problem: Problem, change: Floats) -> float:
    """The largest change of log odds of play."""
    return float((problem.terms.precision * np.ptp(change, axis=0)).max())
