"""The stationary equilibrium on the principal branch: the front door.

``solve(game)`` traces the ray from default play (:mod:`detente.equilibrium.ray`), corrects to the tolerance by Newton's
method (:mod:`detente.equilibrium.newton`) and says what it may say of the solution
(:mod:`detente.equilibrium.certificate`). ``solve(game, start=neighbour)`` corrects a neighbour's solution at t = 1 and
falls back to the ray where that fails. Nothing is raised: an equilibrium that was not reached is handed back with
``converged=False`` and a statement that says where the ray ended.

Cost. A sweep is one evaluation of everybody's response or one product with its derivative; a game of twenty thousand
states and eight actors takes some hundreds, each tens of milliseconds. Memory: about ten numbers per open action and actor.

When not to use it: to find all equilibria, or to follow a branch through folds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.certificate import regret, rightmost
from detente.equilibrium.newton import Corrected, Problem, newton
from detente.equilibrium.ray import Steps, trace
from detente.equilibrium.result import Equilibrium, Floats, Level, Progress, Settings

if TYPE_CHECKING:
    from detente.game.arrays import Game


def solve(
    game: Game,
    *,
    start: Equilibrium | Floats | None = None,
    tolerance: float = 1e-8,
    certify: bool | Level = True,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> Equilibrium:
    """The stationary equilibrium of a game, from default play or from a neighbour's values (payoff units, (S, N))."""
    level: Level = certify if isinstance(certify, str) else ("full" if certify else "none")
    settings = replace(settings or Settings(), tolerance=tolerance, certify=level)
    tell = progress or (lambda done, what: None)
    problem = Problem(game)
    found = None
    if start is not None:
        tell(0.1, "correcting the neighbour's solution")
        value = np.asarray(start.value if isinstance(start, Equilibrium) else start, dtype=np.float64)
        found = newton(problem, value, 1.0, tolerance, most=15, budget=settings.most_sweeps)
    if found is None or not found.converged:
        found = _along_the_ray(problem, settings, tell)
    tell(0.7, "checking the solution")
    return _result(problem, found, settings)


def _along_the_ray(problem: Problem, settings: Settings, tell: Progress) -> Corrected:
    """The last point of the ray; corrected to the tolerance where it is t = 1."""
    last = None
    for last in trace(problem, np.zeros(problem.game.shape), Steps(settings.first_step, settings.least_step), settings.most_sweeps):
        tell(0.6 * last.point.t, f"following the ray, t = {last.point.t:.2f}")
    assert last is not None
    if last.converged and last.point.t == 1.0:
        return newton(problem, last.point.value, 1.0, settings.tolerance, budget=settings.most_sweeps)
    return replace(last, converged=False)


def _result(problem: Problem, found: Corrected, settings: Settings) -> Equilibrium:
    """The result with what may be said of it."""
    point = found.point
    slope = problem.slope(point)
    values, products = rightmost(slope) if settings.certify != "none" else ((), 0)
    problem.sweeps += products
    certified = found.converged and bool(values) and not any(v.imag == 0.0 and v.real >= 0.0 for v in values)
    return Equilibrium(
        value=point.value,
        policy=tuple(np.asarray(each) for each in point.play.policy),
        accepted=tuple(np.asarray(each) for each in point.play.accepted),
        residual=float(np.abs(point.residual).max()),
        regret=regret(problem, point, slope),
        sweeps=problem.sweeps,
        rightmost=values,
        reached=point.t,
        converged=found.converged,
        certified=certified,
        statement=f"reached t = {point.t:g}",
        settings=settings,
    )
