"""From default play to the game's own precisions: the branch of equilibria along lam = t lam*, t from 0 to 1.

At t = 0 play follows the weights alone and the values solve a linear system, so there is one solution; the branch that
leads from it is the principal branch (McKelvey and Palfrey 1995; Turocy 2005). Each step predicts by the line through
the last two points and corrects by Newton's method. A step is taken only if Newton contracts well from its first step
on; otherwise it is halved. That is what keeps it from jumping to another branch (Deuflhard 2011, 5.1). A fold stops it:
the ray is then followed no further, and the last point reached is the last one yielded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.newton import Corrected, newton

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.problem import Problem

STEEP = 0.3  # a first Newton step must cut the residual at least to this share
EASY = 0.1  # and where it cuts it to less than this, the next step is twice as long


@dataclass(frozen=True)
class Steps:
    """How to step in t."""

    first: float = 0.25
    least: float = 1e-3
    loose: float = 1e-3  # tolerance of Newton's method on the way


def trace(problem: Problem, steps: Steps) -> Iterator[Corrected]:
    """The accepted points, loose on the way: t = 0 first, t = 1 last unless the ray could not be followed."""
    here = newton(problem, np.zeros(problem.game.shape), 0.0, 1e-6)
    yield here
    before, length = None, steps.first
    while here.converged and here.t < 1.0 and not problem.spent:
        ahead = 1.0 if here.t + length > 1.0 - 1e-9 else here.t + length
        tried = newton(problem, _predict(before, here, ahead), ahead, steps.loose, most=4)
        if tried.converged and tried.contraction <= STEEP:
            before, here = here, tried
            length *= 2.0 if tried.contraction < EASY else 1.0
            yield here
        else:
            length = 0.5 * (ahead - here.t)
            if length < steps.least:
                return


def _predict(before: Corrected | None, here: Corrected, ahead: float) -> Floats:
    """Values at ``ahead`` on the line through the last two points."""
    if before is None:
        return here.value
    share = (ahead - here.t) / (here.t - before.t)
    return here.value + share * (here.value - before.value)
