"""One game made ready for solving: its numbers laid out, norms, and a count of the work done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.derivative import Derivative, derivative
from detente.equilibrium.held import Held
from detente.equilibrium.krylov import gmres
from detente.equilibrium.pattern import Floats, pattern_of
from detente.equilibrium.play import Play, Terms, play

if TYPE_CHECKING:
    from detente.game.arrays import Game

ROUGH = 1e-4  # a relative residual down to which products in single precision serve


class Problem:
    """A game, evaluated and differentiated at will. ``sweeps`` counts responses and products with the derivative."""

    def __init__(self, game: Game, budget: int = 10**9):
        self.game = game
        self.pattern = pattern_of(game)
        self.terms = Terms.of(self.pattern, game)
        self.sweeps = 0
        self.budget = budget
        self._rate = self.terms.rate.sum(axis=1)[:, None] + self.terms.tempo.sum() + self.terms.discount

    @property
    def spent(self) -> bool:
        """Whether the budget of sweeps is used up."""
        return self.sweeps >= self.budget

    def at(self, value: Floats, t: float) -> Play:
        """Everybody's response to the values."""
        self.sweeps += 1
        return play(self.pattern, self.terms, value, t)

    def slope(self, point: Play) -> Derivative:
        """G' at the point."""
        return derivative(self.pattern, self.terms, point)

    def solve(self, slope: Derivative, right: Floats, tolerance: float, shift: float = 0.0) -> Floats:
        """x with (G' - shift) x = right, to a relative residual, or as near as 300 products bring it."""
        rough = slope.single() if tolerance >= ROUGH else slope

        def apply(change: Floats) -> Floats:
            out = rough(change)
            if shift:
                out -= shift * change
            return out

        inverse = Held(slope.generator, slope.discount + shift) if shift else slope.approximate
        solved = gmres(apply, right, inverse, tolerance, most=300)
        self.sweeps += solved.products
        return solved.x

    def norm(self, rest: Floats) -> float:
        """|G| over the total rate, root mean square, in payoff."""
        return float(np.sqrt(np.mean((rest / self._rate) ** 2)))

    def size(self, change: Floats, value: Floats) -> float:
        """How much a change of values matters: to log odds of play (where a constant does not), and to the values."""
        span = self.terms.precision * np.ptp(change, axis=0)
        share = np.abs(change).max(axis=0) / np.maximum(np.abs(value).max(axis=0), np.finfo(float).tiny)
        return float(max(span.max(), share.max()))

    def rounding(self, value: Floats) -> float:
        """A residual norm of this order is rounding of the values."""
        return 2 * float(np.finfo(float).eps) * float(np.abs(value).max())
