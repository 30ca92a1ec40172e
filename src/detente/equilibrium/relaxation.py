"""Backward in time with growing steps: from any values towards a stationary equilibrium.

Reads ``dV/dtau = G(V)`` as what it is, the values of a game that ends tau months from now with the given values, and
follows it by linearly implicit Euler steps, ``(1/d - G'(V)) dV = G(V)``, whose length d grows as the residual falls
(pseudo-transient continuation; Kelley and Keyes 1998). Far from a solution it goes where backward induction goes; near
one it becomes Newton's method. Slower than :mod:`detente.equilibrium.newton` and harder to lead astray.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.newton import Corrected, newton

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.problem import Problem

FIRST = 4.0  # months of the first step
LONG = 2_000.0  # a step beyond which it is Newton's method


def relax(problem: Problem, start: Floats, t: float, tolerance: float, most: int = 40) -> Corrected:
    """From ``start`` to a zero of G at t; not converged where ``most`` steps or the budget did not suffice."""
    point, months = problem.at(start, t), FIRST
    for step in range(most):
        before = problem.norm(point.residual)
        if not point.finite or problem.spent:
            return Corrected(point.value, t, False, np.inf, np.inf, step)
        change = problem.solve(problem.slope(point), -point.residual, 0.03, shift=1.0 / months)
        moved = problem.at(point.value + change, t)
        if not moved.finite:
            months /= 10.0
            continue
        after, point = problem.norm(moved.residual), moved
        months *= float(np.clip(before / max(after, np.finfo(float).tiny), 0.5, 4.0))
        if months > LONG:
            found = newton(problem, point.value, t, tolerance)
            if found.converged:
                return found
            months = FIRST
    return Corrected(point.value, t, False, np.inf, np.inf, most)
