"""Newton's method with a Krylov solver, at fixed precisions: G(V) = 0 from a start nearby.

Each step solves ``G'(V) dV = -G(V)`` only as well as the step deserves (Eisenstat and Walker 1996), and the last no
better than the tolerance asks, then goes as far along dV as makes |G| / (total rate) fall. A step after which play has
hardly changed leaves the derivative as it is. Whoever can come nearer by a shorter way says how steeply the residual
must fall, and does not wait for a search that creeps. Nothing is raised: the outcome says whether it converged and how
far it came.

A full step that leaves much of the residual may be taken again with the derivative halfway along it,
``G'(V + dV / 2) dV' = -G(V)``, whose error is of third order in dV and not of second (Frontini and Sormani 2003).

Stopping. A solution matters through play, which depends on precision times value, and not at all on a constant in an
actor's values; so a change of values has the size (:meth:`detente.equilibrium.problem.Problem.size`) ::

    max over i of max( lam_i span(dV_i),  max|dV_i| / max|V_i| ).

After a step of size d that cut the residual by a factor f, the error left is about f d (exact for the linear part;
what Newton leaves is of second order). The method stops when f d is below the tolerance, or the residual is rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.play import Play
    from detente.equilibrium.problem import Problem


LOOSEST = 0.05  # the largest forcing term
ENOUGH = 0.2  # of the tolerance: where the last step aims
ROUNDED = 32  # times the rounding of the values: a residual that may be nothing else
SAME = 1e-6  # where log odds have changed by less since the derivative was taken, it is good to single precision
MUCH = 0.3  # of the residual: a step that leaves more is worth taking again
STILL = 0.1  # of the forcing term: a step that changes log odds by less leaves the derivative as it is


@dataclass(frozen=True, eq=False)
class Corrected:
    """Where Newton's method ended."""

    value: Floats
    t: float
    converged: bool
    error: float  # estimated, in the size of the module's words
    contraction: float  # residual after the first step over residual before: small where the start was good
    steps: int
    play: Play | None = None  # the response to the values, where it was computed last
    slope: Derivative | None = None  # G' there, where it was taken so near that it is good to single precision


def newton(
    problem: Problem,
    start: Floats,
    t: float,
    tolerance: float,
    most: int = 30,
    *,
    steep: float = np.inf,
    halfway: bool = False,
) -> Corrected:
    """From ``start`` to a zero of G at t, in at most so many steps and within the problem's budget of sweeps.

    ``steep``: give up where a step leaves more than this share of the residual. ``halfway``: take a step that leaves
    much of it again, with the derivative halfway along. A start whose residual is rounding is a solution.
    """
    point = problem.at(start, t)
    if problem.norm(point.residual) <= ROUNDED * problem.rounding(start):
        return Corrected(start, t, True, 0.0, 0.0, 0, point)
    error, contraction, forcing, moving = np.inf, np.inf, LOOSEST, np.inf
    slope, since = None, 0.0  # the derivative, and by how much log odds have changed since
    for step in range(most):
        before = problem.norm(point.residual)
        if not point.finite or problem.spent:
            return Corrected(point.value, t, False, error, contraction, step)
        if slope is None or moving > STILL * forcing:
            slope = None  # let go of the last one first: on a large game derivatives are most of the memory
            slope, since = problem.slope(point), 0.0
        change = problem.solve(slope, -point.residual, forcing)
        moved, share = _search(problem, point, change, before, 1e-3 if steep == np.inf else 1.0)
        if halfway and moved is not None and share == 1.0 and problem.norm(moved.residual) > MUCH * before:
            change, moved = _bent(problem, point, change, moved, forcing)
        if moved is None:
            return Corrected(point.value, t, before < ROUNDED * problem.rounding(point.value), error, contraction, step)
        ratio = problem.norm(moved.residual) / before
        contraction = ratio if step == 0 else contraction
        moving = problem.size(change, moved.value) if share == 1.0 else np.inf
        error, since = ratio * moving, since + moving
        point = moved
        if error <= tolerance or problem.norm(point.residual) <= problem.rounding(point.value):
            return Corrected(
                point.value, t, True, error, contraction, step + 1, point, slope if since <= SAME else None
            )
        if ratio > steep:
            break
        forcing = float(np.clip(max(0.5 * ratio**1.5, ENOUGH * tolerance / error), 1e-4, LOOSEST))
    return Corrected(point.value, t, False, error, contraction, step + 1)


def _search(problem: Problem, point: Play, change: Floats, before: float, least: float) -> tuple[Play | None, float]:
    """The first of the full step, half of it, ... at which the residual falls enough; None where none does."""
    share = 1.0
    while share >= least:
        moved = problem.at(point.value + share * change, point.t)
        if moved.finite and problem.norm(moved.residual) <= (1.0 - 0.1 * share) * before:
            return moved, share
        share /= 2.0
    return None, 0.0


def _bent(problem: Problem, point: Play, change: Floats, moved: Play, forcing: float) -> tuple[Floats, Play]:
    """The step with the derivative halfway along ``change``, if it leaves less of the residual than ``moved``."""
    slope = problem.slope(problem.at(point.value + 0.5 * change, point.t))
    bent = problem.solve(slope, -point.residual, forcing)
    there = problem.at(point.value + bent, point.t)
    better = there.finite and problem.norm(there.residual) < problem.norm(moved.residual)
    return (bent, there) if better else (change, moved)
