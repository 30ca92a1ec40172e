"""An equilibrium made of values that solve its equations, however they were found.

A branch, a sweep, a batch and a search from many starts all end with values (S, N) at which G(V) = 0. What everybody
does there, what is left of the equations, and by how much play falls short of a best reply follow from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.play import whole
from detente.equilibrium.problem import Problem
from detente.equilibrium.regret import regret
from detente.equilibrium.result import Equilibrium, Settings

if TYPE_CHECKING:
    from detente.equilibrium.result import Floats
    from detente.game.arrays import Game

BACKWARDS = {True: "stable backwards", False: "not stable backwards", None: "stability not settled"}


@dataclass(frozen=True)
class Told:
    """What is known of the values beside themselves."""

    statement: str
    method: str
    tolerance: float  # of the log odds of play
    rightmost: tuple[complex, ...] = ()
    converged: bool = True


def equilibrium_from_values(game: Game | Problem, value: Floats, told: Told) -> Equilibrium:
    """The equilibrium at values (S, N), not certified; residual and regret are computed here, play too."""
    problem = game if isinstance(game, Problem) else Problem(game)
    before = problem.sweeps
    point = problem.at(np.asarray(value, dtype=np.float64), 1.0)
    short = regret(problem, point, problem.slope(point))
    return Equilibrium(
        value=point.value,
        policy=whole(problem.pattern, point.policy, 0.0),
        accepted=whole(problem.pattern, point.accepted, 1.0),
        residual=float(np.abs(point.residual).max()),
        regret=short,
        sweeps=problem.sweeps - before,
        rightmost=told.rightmost,
        reached=1.0,
        converged=told.converged,
        certified=False,
        statement=told.statement,
        settings=Settings(tolerance=told.tolerance, certify="none", method=told.method),
    )
